"""Blast of TNT: Kingery and Bulmash's hemispherical surface burst in Swisdak's simple form, and Kinney's and Graham's.

The two are not interchangeable: the first is for a charge on the ground, the second for one in free air.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.explosion.blast import Array, Blast, arrival_on, at
from physics.explosion.multi_energy import off_the_curve
from physics.quantities import STANDARD_PRESSURE

SURFACE, FREE_AIR = "tnt-surface-burst", "tnt-free-air"
TNT_ENERGY = 4.68e6
"""Blast energy of TNT, J/kg (HyRAM+; CCPS 2010)."""
YIELD = 0.03
"""Share of a cloud's heat of combustion that goes into its blast where nothing better is known (CCPS, in HyRAM+)."""
_KILO, _MILLI = 1e3, 1e-3

Piece = tuple[float, float, tuple[float, ...]]
FITS: MappingProxyType[str, tuple[Piece, ...]] = MappingProxyType(
    {
        "overpressure": (
            (0.2, 2.9, (7.2106, -2.1069, -0.3229, 0.1117, 0.0685)),
            (2.9, 23.8, (7.5938, -3.0523, 0.40977, 0.0261, -0.01267)),
            (23.8, 198.5, (6.0536, -1.4066)),
        ),
        "impulse": (
            (0.2, 0.96, (5.522, 1.117, 0.6, -0.292, -0.087)),
            (0.96, 2.38, (5.465, -0.308, -1.464, 1.362, -0.432)),
            (2.38, 33.7, (5.2749, -0.4677, -0.2499, 0.0588, -0.00554)),
            (33.7, 158.7, (5.9825, -1.062)),
        ),
        "arrival": (
            (0.06, 1.5, (-0.7604, 1.8058, 0.1257, -0.0437, -0.0310, -0.00669)),
            (1.5, 40.0, (-0.7137, 1.5732, 0.5561, -0.4213, 0.1054, -0.00929)),
        ),
        "duration": (
            (0.2, 1.02, (0.5426, 3.2299, -1.5931, -5.9667, -4.0815, -0.9149)),
            (1.02, 2.8, (0.5440, 2.7082, -9.7354, 14.3425, -9.7791, 2.8535)),
            (2.8, 40.0, (-2.4608, 7.1639, -5.6215, 2.2711, -0.44994, 0.03486)),
        ),
        "reflected_overpressure": (
            (0.06, 2.0, (9.006, -2.6893, -0.6295, 0.1011, 0.29255, 0.13505, 0.019736)),
            (2.0, 40.0, (8.8396, -1.733, -2.64, 2.293, -0.8232, 0.14247, -0.0099)),
        ),
        "reflected_impulse": ((0.06, 40.0, (6.7853, -1.3466, 0.101, -0.01123)),),
        "shock_speed": (
            (0.06, 1.5, (0.1794, -0.956, -0.0866, 0.109, 0.0699, 0.01218)),
            (1.5, 40.0, (0.2597, -1.326, 0.3767, 0.0396, -0.0351, 0.00432)),
        ),
    }
)
"""From, to (m/kg^(1/3)) and coefficients of powers of ln Z; they give ln of kPa, ms/kg^(1/3), kPa ms/kg^(1/3) and km/s
(Swisdak 1994, metric, through a public transcription that is tested against its printed table)."""
_UNIT = MappingProxyType(
    {
        "overpressure": _KILO,
        "impulse": 1.0,
        "arrival": _MILLI,
        "duration": _MILLI,
        "reflected_overpressure": _KILO,
        "reflected_impulse": 1.0,
        "shock_speed": _KILO,
    }
)
NEAREST, FARTHEST = 0.2, 198.5
"""Scaled distances between which a surface burst's overpressure is fitted, m/kg^(1/3)."""
_NODES = 2500
_STEP = 1e-9


def equivalent_mass(*, mass: float, heat_of_combustion: float, share: float = YIELD) -> float:
    """Mass of TNT whose blast a burning cloud's equals, kg.

    Parameters
    ----------
    mass : float
        Of fuel between its flammable limits, kg.
    heat_of_combustion : float
        J/kg, net.
    share : float
        Of the heat that goes into the blast.
    """
    return share * mass * heat_of_combustion / TNT_ENERGY


def kingery_bulmash(quantity: str, scaled_distance: Array) -> Array:
    """One quantity of a hemispherical surface burst of 1 kg of TNT, SI; not a number off its range.

    Parameters
    ----------
    quantity : str
        A key of `FITS`.
    scaled_distance : ndarray
        m/kg^(1/3).
    """
    z = np.asarray(scaled_distance, dtype=np.float64)
    found = np.full(z.shape, np.nan)
    for low, high, coefficients in reversed(FITS[quantity]):
        inside = (z >= low) & (z <= high)
        found[inside] = np.exp(np.polynomial.polynomial.polyval(np.log(z[inside]), np.array(coefficients)))
    return found * _UNIT[quantity]


def kinney_graham(scaled_distance: Array) -> Array:
    """Overpressure of 1 kg of TNT in free air over that of the air (Kinney and Graham 1985).

    Parameters
    ----------
    scaled_distance : ndarray
        m/kg^(1/3).
    """
    z = np.asarray(scaled_distance, dtype=np.float64)
    up = 808.0 * (1.0 + (z / 4.5) ** 2)
    found: Array = up / np.sqrt((1.0 + (z / 0.048) ** 2) * (1.0 + (z / 0.32) ** 2) * (1.0 + (z / 1.35) ** 2))
    return found


def kinney_graham_duration(scaled_distance: Array) -> Array:
    """Duration of the positive phase of 1 kg of TNT in free air, s (Kinney and Graham 1985, from memory, unverified).

    Parameters
    ----------
    scaled_distance : ndarray
        m/kg^(1/3).
    """
    z = np.asarray(scaled_distance, dtype=np.float64)
    down = (1.0 + (z / 0.02) ** 3) * (1.0 + (z / 0.74) ** 6) * np.sqrt(1.0 + (z / 6.9) ** 2)
    found: Array = _MILLI * 980.0 * (1.0 + (z / 0.54) ** 10) / down
    return found


def _scaled_nodes() -> Array:
    breaks = np.array([2.9, 23.8, 0.96, 2.38, 33.7, 1.5, 1.02, 2.8, 40.0, 158.7])
    return np.unique(np.concatenate([np.geomspace(NEAREST, FARTHEST, _NODES), breaks, breaks * (1.0 + _STEP)]))


def tnt(*, mass: float) -> Blast:
    """Blast of a hemisphere of TNT on the ground (Kingery and Bulmash 1984, Swisdak 1994).

    Parameters
    ----------
    mass : float
        Of TNT, kg.

    Raises
    ------
    ValueError
        The mass is not above 0.
    """
    if not mass > 0.0:
        raise ValueError(f"a charge has a mass above 0, got {mass:g} kg")
    root = mass ** (1.0 / 3.0)
    z = _scaled_nodes()
    pressures = kingery_bulmash("overpressure", z)
    impulses = kingery_bulmash("impulse", np.minimum(z, 158.7)) * np.minimum(158.7 / z, 1.0)
    arrivals = kingery_bulmash("arrival", np.minimum(z, 40.0))
    far = z > 40.0
    arrivals[far] += arrival_on(z[far], pressures[far]) - arrival_on(z[far], pressures[far])[0]
    durations = kingery_bulmash("duration", np.minimum(z, 40.0))
    return Blast(
        model=SURFACE,
        energy=mass * TNT_ENERGY,
        nodes=z * root,
        overpressures=pressures,
        impulses=impulses * root,
        arrivals=arrivals * root,
        durations=durations * root,
        says=(f"{mass:.4g} kg of TNT on the ground, by Kingery and Bulmash",),
    )


def tnt_free_air(*, mass: float, ambient_pressure: float = STANDARD_PRESSURE) -> Blast:
    """Blast of TNT in free air (Kinney and Graham 1985).

    Parameters
    ----------
    mass : float
        Of TNT, kg.
    ambient_pressure : float
        Pa.

    Raises
    ------
    ValueError
        The mass is not above 0.
    """
    if not mass > 0.0:
        raise ValueError(f"a charge has a mass above 0, got {mass:g} kg")
    root = mass ** (1.0 / 3.0)
    z = np.geomspace(0.1, 500.0, _NODES)
    pressures = kinney_graham(z) * ambient_pressure
    durations = kinney_graham_duration(z)
    return Blast(
        model=FREE_AIR,
        energy=mass * TNT_ENERGY,
        nodes=z * root,
        overpressures=pressures,
        impulses=0.5 * pressures * durations * root,
        arrivals=arrival_on(z, pressures, ambient_pressure=ambient_pressure) * root,
        durations=durations * root,
        says=(f"{mass:.4g} kg of TNT in free air, by Kinney and Graham",),
    )


_TAKES = bounded(
    Takes("tnt_mass", low=0.01, high=1e7, hard_low=1e-9, hard_high=1e12),
    Takes("distance", hard_low=0.0, hard_high=1e6),
)
_SURFACE_CARD = Card(
    name=SURFACE,
    says="Blast of a hemisphere of TNT on the ground: Kingery's and Bulmash's curves in Swisdak's simple form, with "
    "reflected overpressure and impulse.",
    takes=_TAKES,
    gives=("overpressure", "impulse", "blast_arrival", "positive_duration", "reflected_overpressure"),
    cites=("swisdak1994", "kingerybulmash1984"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "Swisdak's printed table (ADA526744), 0.1 % where it is a fit's own range",
            "tests/verification/test_explosion.py::test_printed_table_of_kingery_and_bulmash",
        ),
        Evidence(
            Kind.VERIFICATION,
            "10 t at 500 m: 5.05496 kPa; a thousand times the mass, ten times as far: the same overpressure",
            "tests/verification/test_explosion.py::test_ten_tonnes_at_500_m",
        ),
    ),
)
_AIR_CARD = Card(
    name=FREE_AIR,
    says="Blast of TNT in free air by Kinney and Graham (1985); its overpressures are not those of a charge on the "
    "ground. The duration is from memory, unverified; the impulse is that of a triangle.",
    takes=_TAKES,
    gives=("overpressure", "impulse", "blast_arrival", "positive_duration", "reflected_overpressure"),
    cites=("kinneygraham1985",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "the column of a 2020 conference paper (1, 0.5 and 0.1 kg at 1 to 5 m), 5e-4",
            "tests/verification/test_explosion.py::test_printed_column_of_kinney_and_graham",
        ),
    ),
)


@register(_SURFACE_CARD)
def _run_surface(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    blast = tnt(mass=values["tnt_mass"])
    found = at(blast, values["distance"])
    z = np.array([values["distance"] / values["tnt_mass"] ** (1.0 / 3.0)])
    reflected = float(kingery_bulmash("reflected_overpressure", z)[0])
    if math.isfinite(reflected):
        found["reflected_overpressure"] = reflected
    return found, off_the_curve(blast, values["distance"])


@register(_AIR_CARD)
def _run_air(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    blast = tnt_free_air(mass=values["tnt_mass"])
    says = "Kinney and Graham give a charge in free air: on the ground the same charge does more."
    return at(blast, values["distance"]), [
        Caveat(Grade.NOTE, FREE_AIR, says),
        *off_the_curve(blast, values["distance"]),
    ]
