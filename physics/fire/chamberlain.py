"""Chamberlain's (1987) jet flame: a frustum of a cone, for gas that leaves upwards or aslant in wind.

With r = u_w/u_j, Θ the angle between the jet and the wind's way in degrees, Ri(L) = L (g/(D_s² u_j²))^⅓ and W the mass
fraction of fuel in a stoichiometric mixture:

    0.024 (g D_s/u_j²)^⅓ Y^(5/3) + 0.2 Y^(2/3) = (2.85/W)^(2/3),  L_b0 = Y D_s
    L_b = L_b0 (0.51 e^(−0.4 u_w) + 0.49)(1 − 0.00607 (Θ − 90))
    α Ri(L_b0) = 8000 r + Ri (Θ − 90)(1 − e^(−25.6 r))                       r ≤ 0.05
               = 134 + 1726 √(r − 0.026) + Ri (Θ − 90)(1 − e^(−25.6 r))      above
    b = L_b sin(Kα)/sin α,  K = 0.187 e^(−20 r) + 0.015,  R_L = √(L_b² − b² sin² α) − b cos α
    W₁ = D_s (13.5 e^(−6 r) + 1.5)(1 − (1 − √(ρ_a/ρ_j)/15) exp(−70 Ri(D_s)^(C r))),  C = 1000 e^(−100 r) + 0.8
    W₂ = L_b (0.18 e^(−1.5 r) + 0.31)(1 − 0.47 e^(−25 r)),  F_s = 0.21 e^(−0.00323 u_j) + 0.11

A transcription in circulation prints 1.334 + 1.726 √ and multiplies by C r in W₁; continuity at r = 0.05 proves the
first wrong. For heavier gases and liquids Cook et al. (1990) raise F_s by √(M/21 g) up to M = 60, and up to three times
for liquid, to 0.5 at most [from memory, unverified].
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from physics.fire.jet_source import JetSource
from physics.fire.pool_shape import GRAVITY

Array = NDArray[np.float64]

_JOIN = 0.05
LIQUID_FACTOR = 2.0
"""By how much of itself a flame of liquid radiates more than one of gas (Cook 1990: threefold)."""
GREATEST_FRACTION = 0.5
_LIGHT, _HEAVY = 0.021, 0.060  # kg/mol, between which the radiated fraction grows as the root of the molar mass


@dataclass(frozen=True, slots=True, kw_only=True)
class Frustum:
    """A jet flame.

    Attributes
    ----------
    calm_length, length : float
        L_b0 and L_b, from the opening to the tip, m.
    angle : float
        α, between jet and flame, radians.
    lift_off : float
        b, along the jet, m.
    side : float
        R_L, length of the frustum, m.
    base, tip : float
        Widths W₁ and W₂, m.
    """

    calm_length: float
    length: float
    angle: float
    lift_off: float
    side: float
    base: float
    tip: float

    @property
    def area(self) -> float:
        """With both ends, m²."""
        ends = 0.25 * math.pi * (self.base**2 + self.tip**2)
        slant = math.hypot(self.side, 0.5 * (self.tip - self.base))
        return ends + 0.5 * math.pi * (self.base + self.tip) * slant


def stoichiometric_share(jet: JetSource) -> float:
    """Mass fraction of fuel in a stoichiometric mixture: Chamberlain's for hydrocarbons and hydrogen."""
    if re.fullmatch(r"(C\d*)?(H\d*)?", jet.fuel.substance.formula):
        mass = jet.fuel.substance.molar_mass
        return mass / (15.816 * mass + 0.0395)
    return jet.fuel.stoichiometric_mass_fraction


def calm_length(jet: JetSource) -> float:
    """Length of the flame in still air, L_b0, m."""
    slope = 0.024 * float((GRAVITY * jet.effective_diameter / jet.velocity**2) ** (1.0 / 3.0))
    right = float((2.85 / stoichiometric_share(jet)) ** (2.0 / 3.0))

    def over(root: float) -> float:
        return slope * root**5 + 0.2 * root**2 - right

    most = math.sqrt(right / 0.2)
    return float(brentq(over, 0.0, most * (1.0 + 1e-9))) ** 3 * jet.effective_diameter


def wind_between(jet: JetSource) -> float:
    """Angle between the jet and the wind's way, degrees; 90 for a jet straight up."""
    return math.degrees(math.acos(min(max(float(jet.axis @ jet.wind_way), -1.0), 1.0)))


def frustum(jet: JetSource) -> Frustum:
    """Size of the flame."""
    calm, between = calm_length(jet), wind_between(jet)
    r = jet.wind / jet.velocity
    length = calm * (0.51 * math.exp(-0.4 * jet.wind) + 0.49) * (1.0 - 0.00607 * (between - 90.0))
    number = calm * jet.buoyant_scale
    bend = 8000.0 * r if r <= _JOIN else 134.0 + 1726.0 * math.sqrt(r - 0.026)
    degrees = bend / number + (between - 90.0) * -math.expm1(-25.6 * r)
    degrees = min(max(degrees, -between), 180.0 - between if between > 90.0 else between)
    angle = math.radians(degrees)
    k = 0.187 * math.exp(-20.0 * r) + 0.015
    lift = length * (math.sin(k * angle) / math.sin(angle) if abs(math.sin(angle)) > 1e-9 else k)
    side = math.sqrt(max(length**2 - (lift * math.sin(angle)) ** 2, 0.0)) - lift * math.cos(angle)
    own = jet.effective_diameter * jet.buoyant_scale
    dense = 1.0 - math.sqrt(jet.air_density / jet.density) / 15.0
    power = (1000.0 * math.exp(-100.0 * r) + 0.8) * r
    base = jet.effective_diameter * (13.5 * math.exp(-6.0 * r) + 1.5) * (1.0 - dense * math.exp(-70.0 * own**power))
    tip = length * (0.18 * math.exp(-1.5 * r) + 0.31) * (1.0 - 0.47 * math.exp(-25.0 * r))
    return Frustum(
        calm_length=calm, length=length, angle=angle, lift_off=lift, side=side, base=max(base, 1e-3), tip=tip
    )


def flame_axis(jet: JetSource, angle: float) -> Array:
    """Unit vector along the flame: the jet's, turned towards the wind's way by an angle in radians."""
    across = jet.wind_way - float(jet.wind_way @ jet.axis) * jet.axis
    size = float(np.linalg.norm(across))
    if size < 1e-9:  # along the wind or against it: only up or down is left
        across, size = np.array([-math.sin(jet.angle), 0.0, math.cos(jet.angle)]), 1.0
    turned: Array = math.cos(angle) * jet.axis + math.sin(angle) * across / size
    return turned


def radiated_fraction(velocity: float) -> float:
    """Share of the heat radiated by a gas flame, F_s."""
    return 0.21 * math.exp(-0.00323 * velocity) + 0.11


def cook_fraction(jet: JetSource) -> float:
    """F_s with Cook's factors for heavier gas and for liquid."""
    mass = min(max(jet.fuel.substance.molar_mass, _LIGHT), _HEAVY)
    gas = radiated_fraction(jet.velocity) * math.sqrt(mass / _LIGHT)
    return min(gas * (1.0 + LIQUID_FACTOR * (1.0 - jet.vapour_fraction)), GREATEST_FRACTION)
