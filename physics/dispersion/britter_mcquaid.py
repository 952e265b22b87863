"""Britter and McQuaid's correlations for dense gas: distance to a concentration ratio, for plumes and puffs.

The nomograms end at C/C0 = 0.002 (plume) and 0.001 (puff). Beyond, nothing is given here: whoever needs a
concentration further out hands over to another model (`physics.dispersion.cloud`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.quantities import GRAVITY

Array = NDArray[np.float64]

# (C/C0, pieces): each piece is (greatest alpha, slope, intercept) of beta = slope * alpha + intercept. CCPS 1999.
_PLUME: tuple[tuple[float, tuple[tuple[float, float, float], ...]], ...] = (
    (0.10, ((-0.55, 0.0, 1.75), (-0.14, 0.24, 1.88), (1.0, -0.50, 1.78))),
    (0.05, ((-0.68, 0.0, 1.92), (-0.29, 0.36, 2.16), (-0.18, 0.0, 2.06), (1.0, -0.56, 1.96))),
    (0.02, ((-0.69, 0.0, 2.08), (-0.31, 0.45, 2.39), (-0.16, 0.0, 2.25), (1.0, -0.54, 2.16))),
    (0.01, ((-0.70, 0.0, 2.25), (-0.29, 0.49, 2.59), (-0.20, 0.0, 2.45), (1.0, -0.52, 2.35))),
    (0.005, ((-0.67, 0.0, 2.40), (-0.28, 0.59, 2.80), (-0.15, 0.0, 2.63), (1.0, -0.48, 2.56))),
    (0.002, ((-0.69, 0.0, 2.60), (-0.25, 0.39, 2.87), (-0.13, 0.0, 2.77), (1.0, -0.50, 2.71))),
)
_PUFF: tuple[tuple[float, tuple[tuple[float, float, float], ...]], ...] = (
    (0.10, ((-0.44, 0.0, 0.70), (0.43, 0.26, 0.81), (1.0, 0.0, 0.93))),
    (0.05, ((-0.56, 0.0, 0.85), (0.31, 0.26, 1.00), (1.0, -0.12, 1.12))),
    (0.02, ((-0.66, 0.0, 0.95), (0.32, 0.36, 1.19), (1.0, -0.26, 1.38))),
    (0.01, ((-0.71, 0.0, 1.15), (0.37, 0.34, 1.39), (1.0, -0.38, 1.66))),
    (0.005, ((-0.52, 0.0, 1.48), (0.24, 0.26, 1.62), (1.0, -0.30, 1.75))),
    (0.002, ((0.27, 0.0, 1.83), (1.0, -0.32, 1.92))),
    (0.001, ((-0.10, 0.0, 2.075), (1.0, -0.27, 2.05))),
)
ALPHA_RANGE = (-1.0, 1.0)
"""Range of alpha the nomograms are drawn for."""
PLUME_END = 0.002
PUFF_END = 0.001
"""Last concentration ratios of the nomograms."""
NEAR_FIELD = 30.0
"""Distance over source length scale up to which the near-field formula holds."""
_NEAR_FIELD_CONSTANT = 306.0

DENSE_PLUME = 0.15
DENSE_PUFF = 0.20
"""Least (g'V/(u^3 D))^(1/3) and sqrt(g' V^(1/3))/u for which density matters (Britter and McQuaid 1988)."""
CONTINUOUS = 2.5
INSTANTANEOUS = 0.6
"""Release lasts long enough for a plume if u t / x is at least the first, is a puff at most the second."""


def _beta(pieces: tuple[tuple[float, float, float], ...], alpha: float) -> float:
    bounded = min(max(alpha, ALPHA_RANGE[0]), ALPHA_RANGE[1])
    for upper, slope, intercept in pieces:
        if bounded <= upper:
            return slope * bounded + intercept
    raise AssertionError("the last piece of a nomogram line reaches alpha = 1")


def _corrected(ratio: Array, source_fraction: float, temperature_ratio: float) -> Array:
    """Mole fraction of a cold release from the ratio the isothermal nomograms give."""
    return ratio / (ratio + (1.0 - ratio) * temperature_ratio) * source_fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class BritterMcQuaidPlume:
    """Continuous dense release at ground level in a steady wind (Britter and McQuaid 1988; CCPS 1999).

    Attributes
    ----------
    volume_flow_rate : float
        Of the cloud at its source, m³/s.
    source_density, ambient_density : float
        kg/m³.
    wind_speed : float
        At 10 m, m/s.
    source_temperature, ambient_temperature : float
        K.
    source_mole_fraction : float
        Mole fraction of the substance at the source.
    """

    volume_flow_rate: float
    source_density: float
    ambient_density: float
    wind_speed: float
    source_temperature: float
    ambient_temperature: float
    source_mole_fraction: float = 1.0

    @property
    def reduced_gravity(self) -> float:
        """G' = g (rho0 - rho_a) / rho_a, m/s²; not below 0."""
        return max(GRAVITY * (self.source_density - self.ambient_density) / self.ambient_density, 0.0)

    @property
    def length_scale(self) -> float:
        """D = sqrt(V / u), m."""
        return math.sqrt(self.volume_flow_rate / self.wind_speed)

    @property
    def density_number(self) -> float:
        """(g' V / (u³ D))^(1/3): the release behaves as dense from `DENSE_PLUME` on."""
        return float(
            (self.reduced_gravity * self.volume_flow_rate / (self.wind_speed**3 * self.length_scale)) ** (1 / 3)
        )

    @property
    def alpha(self) -> float:
        """0.2 log10(g'^2 V / u^5), the nomogram's abscissa."""
        return 0.2 * math.log10(max(self.reduced_gravity**2 * self.volume_flow_rate / self.wind_speed**5, 1e-30))

    def distances(self) -> tuple[Array, Array]:
        """Nomogram points: distance, m, and isothermal concentration ratio, nearest first, ending at 0.002."""
        start = min(math.log10(NEAR_FIELD), _beta(_PLUME[0][1], self.alpha) - 1e-6)
        betas = [start, *(_beta(pieces, self.alpha) for _, pieces in _PLUME)]
        ratios = [
            _NEAR_FIELD_CONSTANT / (_NEAR_FIELD_CONSTANT + 10.0 ** (2 * start)),
            *(r for r, _ in _PLUME),
        ]
        return self.length_scale * 10.0 ** np.array(betas), np.array(ratios)

    @property
    def last_distance(self) -> float:
        """Distance at which C/C0 reaches 0.002, m: the end of the correlation."""
        return float(self.distances()[0][-1])

    def mole_fraction(self, downwind_distance: Array) -> Array:
        """Ground-level mole fraction on the axis; NaN beyond `last_distance`, where the correlation gives none."""
        x = np.asarray(downwind_distance, dtype=np.float64)
        points, ratios = self.distances()
        scaled = np.maximum(x, 1e-9) / self.length_scale
        near = _NEAR_FIELD_CONSTANT / (_NEAR_FIELD_CONSTANT + scaled**2)
        between = np.interp(np.log10(scaled), np.log10(points / self.length_scale), ratios)
        ratio = np.where(x <= points[0], near, between)
        corrected = _corrected(ratio, self.source_mole_fraction, self.source_temperature / self.ambient_temperature)
        return np.where(x <= points[-1] * (1 + 1e-12), corrected, np.nan)

    @property
    def buoyancy_length(self) -> float:
        """l_b = V g' / u³, m."""
        return self.volume_flow_rate * self.reduced_gravity / self.wind_speed**3

    @property
    def upwind_extent(self) -> float:
        """Distance the cloud creeps upwind, D/2 + 2 l_b, m."""
        return 0.5 * self.length_scale + 2.0 * self.buoyancy_length

    def half_width(self, downwind_distance: Array) -> Array:
        """Lateral half-width of the cloud, D + 8 l_b + 2.5 (l_b x²)^(1/3), m."""
        x = np.maximum(np.asarray(downwind_distance, dtype=np.float64), 0.0)
        return self.length_scale + 8.0 * self.buoyancy_length + 2.5 * np.cbrt(self.buoyancy_length * x**2)


def puff_mole_fraction(
    *,
    released_volume: float,
    source_density: float,
    ambient_density: float,
    wind_speed: float,
    downwind_distance: float,
    source_mole_fraction: float = 1.0,
    temperature_ratio: float = 1.0,
) -> float:
    """Greatest ground-level mole fraction when an instantaneous dense cloud passes a distance.

    Parameters
    ----------
    released_volume : float
        m³.
    source_density, ambient_density : float
        kg/m³.
    wind_speed : float
        At 10 m, m/s.
    downwind_distance : float
        m.
    temperature_ratio : float
        Source over ambient temperature.

    Returns
    -------
    float
        Mole fraction; NaN beyond C/C0 = 0.001 and nearer than C/C0 = 0.1, where the nomogram gives none.
    """
    reduced = max(GRAVITY * (source_density - ambient_density) / ambient_density, 1e-12)
    edge = released_volume ** (1.0 / 3.0)
    alpha = 0.5 * math.log10(reduced * edge / wind_speed**2)
    betas = np.array([_beta(pieces, alpha) for _, pieces in _PUFF])
    ratios = np.array([ratio for ratio, _ in _PUFF])
    beta = math.log10(downwind_distance / edge)
    if not betas[0] - 1e-3 <= beta <= betas[-1] + 1e-9:
        return math.nan
    ratio = np.interp(beta, betas, ratios)
    return float(_corrected(np.asarray(ratio), source_mole_fraction, temperature_ratio))


def _alpha_caveat(model: str, alpha: float) -> list[Caveat]:
    if ALPHA_RANGE[0] <= alpha <= ALPHA_RANGE[1]:
        return []
    says = f"{model}: alpha is {alpha:.2f}, the nomogram is drawn from -1 to 1; its edge was used."
    return [Caveat(Grade.DEGRADED, model, says)]


_COMMON = (
    Takes("source_density", low=1.0, high=20.0, hard_low=1e-3),
    Takes("source_temperature", hard_low=50.0, hard_high=1000.0),
    Takes("wind_speed", low=1.0, high=20.0, hard_low=1e-2),
    Takes("ambient_temperature", low=220.0, high=330.0, hard_low=150.0, hard_high=400.0, default=293.15),
    Takes("density", low=1.0, high=1.5, hard_low=0.5, hard_high=2.0, default=1.205),
    Takes("downwind_distance", low=0.0, high=10_000.0, hard_low=1e-6),
    Takes("source_mole_fraction", hard_low=0.0, hard_high=1.0, default=1.0),
)

PLUME_CARD = Card(
    name="britter-mcquaid-plume",
    says="Continuous dense release at ground level by Britter and McQuaid's correlation; ends at C/C0 = 0.002. "
    "`density` is the ambient air's.",
    takes=bounded(Takes("volume_flow_rate", hard_low=1e-9), *_COMMON),
    gives=("mole_fraction", "cloud_half_width"),
    cites=("brittermcquaid1988", "ccps1999"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "GasDispersion.jl LNG example: 0.0507177 at 367 m",
            "tests/verification/test_britter_mcquaid.py::test_lng_plume",
        ),
    ),
)


@register(PLUME_CARD)
def _run_plume(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    plume = BritterMcQuaidPlume(
        volume_flow_rate=values["volume_flow_rate"],
        source_density=values["source_density"],
        ambient_density=values["density"],
        wind_speed=values["wind_speed"],
        source_temperature=values["source_temperature"],
        ambient_temperature=values["ambient_temperature"],
        source_mole_fraction=values["source_mole_fraction"],
    )
    x = np.array([values["downwind_distance"]])
    found = float(plume.mole_fraction(x)[0])
    caveats = _alpha_caveat(PLUME_CARD.name, plume.alpha)
    if plume.density_number < DENSE_PLUME:
        says = f"the release is not dense: (g'V/(u³D))^(1/3) is {plume.density_number:.3f}, below {DENSE_PLUME}."
        caveats.append(Caveat(Grade.NOT_VALID, PLUME_CARD.name, says))
    elif math.isnan(found):
        says = (
            f"the correlation ends at {plume.last_distance:.0f} m (C/C0 = {PLUME_END}); it is not extrapolated. "
            f"Beyond, the mole fraction is below {plume.mole_fraction(np.array([plume.last_distance]))[0]:.3g}."
        )
        caveats.append(Caveat(Grade.NOT_VALID, PLUME_CARD.name, says))
    return {"mole_fraction": found, "cloud_half_width": float(plume.half_width(x)[0])}, caveats


PUFF_CARD = Card(
    name="britter-mcquaid-puff",
    says="Instantaneous dense release at ground level by Britter and McQuaid's correlation; C/C0 from 0.1 to 0.001. "
    "`density` is the ambient air's.",
    takes=bounded(Takes("released_volume", hard_low=1e-9), *_COMMON),
    gives=("mole_fraction",),
    cites=("brittermcquaid1988", "ccps1999"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "GasDispersion.jl: Potchefstroom ammonia, 0.00609756 at 333 m",
            "tests/verification/test_britter_mcquaid.py::test_potchefstroom_puff",
        ),
    ),
)


@register(PUFF_CARD)
def _run_puff(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    found = puff_mole_fraction(
        released_volume=values["released_volume"],
        source_density=values["source_density"],
        ambient_density=values["density"],
        wind_speed=values["wind_speed"],
        downwind_distance=values["downwind_distance"],
        source_mole_fraction=values["source_mole_fraction"],
        temperature_ratio=values["source_temperature"] / values["ambient_temperature"],
    )
    if math.isnan(found):
        says = "the distance lies outside C/C0 = 0.1 to 0.001, where the correlation gives no concentration."
        return {"mole_fraction": None}, [Caveat(Grade.NOT_VALID, PUFF_CARD.name, says)]
    return {"mole_fraction": found}, []
