"""Share of a flame's radiation that passes through moist air.

Wayne (1991), as HyRAM 6.0's source has it, for a black body near 1500 K, with lg X of path and content:

    τ = 1.006 − 0.01171 lg X_w − 0.02368 lg² X_w − 0.03188 lg X_c + 0.001164 lg² X_c
    X_w = φ L p_sat[mmHg] 288.651/T,   X_c = L 273/T (CO₂ over 335 ppm)

Bagster and Pittblado (1989), as the Yellow Book prints it: τ = 2.02 (p_w L)^−0.09, pascals and metres, for p_w L
between 10⁴ and 10⁵ N/m. Neither is let above 1.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register

Array = NDArray[np.float64]

CARBON_DIOXIDE = 335e-6
"""Mole fraction of CO₂ in air that Wayne's and HyRAM's equations are written for; 420e-6 takes 0.3 % off."""
_TORR = 101325.0 / 760.0
SHORTEST, LONGEST = 0.1, 1e5
"""Paths, m, between which transmissivities are tabulated; a shorter one absorbs as the shortest."""
NODES = 121
BAGSTER_RANGE = (1e4, 1e5)
"""N/m: p_w L for which Bagster's power law was drawn."""


class Absorption(StrEnum):
    """How radiation weakens on its way."""

    WAYNE = "wayne"
    BAGSTER = "bagster"
    NONE = "none"


def saturation_pressure(temperature: float) -> float:
    """Pressure of saturated water vapour, Pa, at a temperature in K, as HyRAM takes it: 1.5 % high at 293 K."""
    return float(_TORR * math.exp(20.386 - 5132.0 / temperature))


def wayne(
    path: float, *, temperature: float, relative_humidity: float, carbon_dioxide: float = CARBON_DIOXIDE
) -> float:
    """Transmissivity after Wayne.

    Parameters
    ----------
    path : float
        m.
    temperature : float
        Of the air, K.
    relative_humidity, carbon_dioxide : float
        Mole fraction for the second.
    """
    length = max(path, SHORTEST)
    water = relative_humidity * length * saturation_pressure(temperature) / _TORR * 288.651 / temperature
    carbon = 273.0 / temperature * length * carbon_dioxide / CARBON_DIOXIDE
    w, c = math.log10(max(water, 1e-6)), math.log10(max(carbon, 1e-6))
    # both parabolas turn over where there is next to nothing to absorb: nothing more is gained from there
    w, c = max(w, -0.01171 / (2.0 * 0.02368)), max(c, -6.0)
    share = 1.006 - 0.01171 * w - 0.02368 * w * w - 0.03188 * c + 0.001164 * c * c
    return min(max(share, 0.0), 1.0)


def bagster(path: float, *, temperature: float, relative_humidity: float) -> float:
    """Transmissivity after Bagster and Pittblado; see `wayne`."""
    product = max(relative_humidity * saturation_pressure(temperature) * max(path, SHORTEST), 1e-6)
    return float(min(2.02 * product**-0.09, 1.0))


def table(absorption: Absorption, *, temperature: float, relative_humidity: float) -> Array:
    """Transmissivities at `NODES` paths, even in the logarithm from `SHORTEST` to `LONGEST`: what kernels read."""
    paths = np.geomspace(SHORTEST, LONGEST, NODES)
    air = {"temperature": temperature, "relative_humidity": relative_humidity}
    if absorption is Absorption.NONE:
        return np.ones(NODES)
    law = wayne if absorption is Absorption.WAYNE else bagster
    return np.array([law(float(path), **air) for path in paths])


def _card(name: str, says: str, cites: tuple[str, ...], test: str, against: str) -> Card:
    return Card(
        name=name,
        says=says,
        takes=(
            Takes("radiation_path", low=1.0, high=1000.0, hard_low=0.0, hard_high=LONGEST),
            Takes("ambient_temperature", low=253.0, high=323.0, hard_low=150.0, hard_high=400.0, default=293.15),
            Takes("relative_humidity", low=0.1, hard_low=0.0, hard_high=1.0, default=0.5),
        ),
        gives=("transmissivity",),
        cites=cites,
        evidence=(Evidence(Kind.VERIFICATION, against, test),),
    )


_WAYNE = _card(
    "wayne-transmissivity",
    "Share of a flame's radiation that passes moist air with carbon dioxide, for a black body near 1500 K.",
    ("wayne1991", "hyram2022"),
    "tests/verification/test_fire_transmissivity.py::test_check_33",
    "293.15 K, half saturated, 100 m: 0.7082",
)
_BAGSTER = _card(
    "bagster-transmissivity",
    "Share of a flame's radiation that passes moist air, by a power of vapour pressure and path.",
    ("bagster1989", "yellowbook2005"),
    "tests/verification/test_fire_transmissivity.py::test_check_33",
    "293.15 K, half saturated, 100 m: 0.7057",
)


@register(_WAYNE)
def _wayne_transmissivity(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    share = wayne(
        values["radiation_path"],
        temperature=values["ambient_temperature"],
        relative_humidity=values["relative_humidity"],
    )
    return {"transmissivity": share}, []


@register(_BAGSTER)
def _bagster_transmissivity(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    path, air, humidity = values["radiation_path"], values["ambient_temperature"], values["relative_humidity"]
    product = humidity * saturation_pressure(air) * path
    caveats = []
    if not BAGSTER_RANGE[0] <= product <= BAGSTER_RANGE[1]:
        says = (
            f"Bagster's power law was drawn for 10000 to 100000 N/m of vapour pressure times path; here {product:.3g}."
        )
        caveats.append(Caveat(Grade.DEGRADED, _BAGSTER.name, says))
    return {"transmissivity": bagster(path, temperature=air, relative_humidity=humidity)}, caveats
