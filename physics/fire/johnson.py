"""Johnson, Brightwell and Carsley's (1994) flame of natural gas that leaves horizontally: a frustum of a cone.

With ξ = L_b0 (g/(D_s² u_j²))^⅓ (L_b0 Chamberlain's), G the jet's momentum flux and Ω = √(πρ_a/4G) L_b0 u along and
across the jet:

    along    X = L_b0 f (1 + r Ω_x),  f = 0.55 + 0.45 e^(−0.168 ξ),  r = 0 to ξ = 3.3, then 0.82 (1 − e^(−0.5 (ξ−3.3)))
    up       Y = L_b0 h (1 − c Ω_x),  h = (1 + 1/ξ)^−8.78,  c = 0.02 ξ
    across   Z = 0.178 Ω_z (X − b)
    b = 0.141 √(G ρ_a),  W₁ = b (−0.18 + 0.081 ξ), at least 0.12 b
    W₂ = √(X² + Y²) (−0.004 + 0.0396 ξ − Ω_x (0.0094 + 9.5e-7 ξ⁵))
    E = E_∞ (1 − e^(−kL)), k = 0.4 1/m, L the flame's length for its ends and W₂ for its side; E_∞ so that F_s of the
    heat is radiated, F_s Chamberlain's

The paper's abstract was read; the equations are from memory, as they are restated for Phast, and unverified.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.fire.chamberlain import calm_length
from physics.fire.jet_source import JetSource

EXTINCTION = 0.4
"""1/m."""
STRONGEST = 3.0
"""Ω to which the trials reach about; a stronger wind draws the flame out no farther [assumed: the straight line in Ω
would make a small flame in a gale three times as long as in calm air]."""
_SLENDER = 0.12  # least width of the base over the lift-off


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizontalFlame:
    """Where a horizontal flame lies.

    Attributes
    ----------
    along, up, across : float
        Of the tip from the opening, m; across to where the wind blows.
    lift_off : float
        m.
    base, tip : float
        Widths, m.
    number : float
        ξ.
    """

    along: float
    up: float
    across: float
    lift_off: float
    base: float
    tip: float
    number: float

    @property
    def length(self) -> float:
        """From the opening to the tip, m."""
        return math.sqrt(self.along**2 + self.up**2 + self.across**2)

    @property
    def side(self) -> float:
        """Length of the frustum, m."""
        return math.sqrt((self.along - self.lift_off) ** 2 + self.up**2 + self.across**2)


def wind_number(jet: JetSource, calm: float) -> float:
    """Momentum of the wind over that of the jet, Ω, by the flame's length in still air."""
    return math.sqrt(0.25 * math.pi * jet.air_density / jet.momentum) * calm * jet.wind


def horizontal_flame(jet: JetSource) -> HorizontalFlame:
    """Where the flame of a horizontal jet lies."""
    calm = calm_length(jet)
    xi = calm * jet.buoyant_scale
    wind = min(wind_number(jet, calm), STRONGEST)
    ahead, aside = wind * math.cos(jet.wind_angle), wind * math.sin(jet.wind_angle)
    share = 0.55 + 0.45 * math.exp(-0.168 * xi)
    stretch = 0.82 * -math.expm1(-0.5 * (xi - 3.3)) if xi > 3.3 else 0.0
    lift = 0.141 * math.sqrt(jet.momentum * jet.air_density)
    along = max(calm * share * (1.0 + stretch * ahead), 0.1 * calm)
    lift = min(lift, 0.5 * along)
    rise = float((1.0 + 1.0 / xi) ** -8.78)
    up = max(calm * rise * (1.0 - 0.02 * xi * ahead), 0.0)
    flat = math.hypot(along, up)
    widest = -0.004 + 0.0396 * xi - max(ahead, 0.0) * (0.0094 + 9.5e-7 * xi**5)
    return HorizontalFlame(
        along=along,
        up=up,
        across=0.178 * aside * (along - lift),
        lift_off=lift,
        base=lift * max(-0.18 + 0.081 * xi, _SLENDER),
        tip=max(flat * widest, lift * _SLENDER),
        number=xi,
    )


def emissive_powers(radiated: float, *, flame: HorizontalFlame) -> tuple[float, float]:
    """Emissive power of the side and of the ends, W/m², that together radiate a heat in W."""
    side, tip = flame.side, flame.tip
    ends = 0.25 * math.pi * (flame.base**2 + tip**2)
    mantle = 0.5 * math.pi * (flame.base + tip) * math.hypot(side, 0.5 * (tip - flame.base))
    across, through = -math.expm1(-EXTINCTION * tip), -math.expm1(-EXTINCTION * side)
    limit = radiated / (mantle * across + ends * through)
    return limit * across, limit * through
