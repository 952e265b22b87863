"""Blast of a vapour cloud by the Mach number of its flame (Baker, Strehlow and Tang)."""

from __future__ import annotations

import math
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.explosion.blast import GIVES, SOUND_SPEED, Array, Blast, arrival_on, at
from physics.explosion.multi_energy import off_the_curve
from physics.explosion.obstacles import CONFINEMENTS
from physics.quantities import STANDARD_PRESSURE

NAME = "baker-strehlow-tang"
GROUND = 2.0
"""Factor on the energy of an explosion on the ground, whose reflection doubles it."""
SLOWEST, FASTEST = 0.2, 5.2
"""Mach numbers of the curves; 5.2 is a detonation."""
_DISTANCE = np.array([0.12, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0])
_MACH = np.array([0.2, 0.35, 0.7, 1.0, 1.4, 2.0, 3.0, 4.0, 5.2])
_OVERPRESSURE = np.array(
    [
        [0.0676, 0.0690, 0.0682, 0.0613, 0.0525, 0.0396, 0.0280, 0.0186, 0.0146, 0.00932, 0.00571, 0.00348],
        [0.218, 0.224, 0.222, 0.194, 0.172, 0.126, 0.0912, 0.0605, 0.0463, 0.0311, 0.0187, 0.0117],
        [0.673, 0.666, 0.668, 0.555, 0.467, 0.379, 0.309, 0.200, 0.136, 0.0892, 0.0496, 0.0293],
        [1.29, 1.29, 1.21, 0.999, 0.849, 0.586, 0.328, 0.206, 0.149, 0.0935, 0.0543, 0.0309],
        [2.06, 2.01, 1.80, 1.37, 0.971, 0.591, 0.389, 0.240, 0.176, 0.107, 0.0596, 0.0320],
        [5.31, 5.80, 3.27, 1.53, 0.995, 0.595, 0.402, 0.243, 0.171, 0.109, 0.0587, 0.0336],
        [5.25, 5.80, 3.19, 1.45, 0.947, 0.583, 0.392, 0.241, 0.173, 0.105, 0.0576, 0.0317],
        [14.8, 11.4, 3.16, 1.49, 0.944, 0.577, 0.393, 0.237, 0.169, 0.109, 0.0595, 0.0331],
        [20.2, 8.49, 2.74, 1.59, 1.04, 0.575, 0.395, 0.244, 0.171, 0.108, 0.0588, 0.0340],
    ]
)
"""Scaled overpressure by Mach number and scaled distance: curves of CCPS (2010) as HyRAM+ digitised them, resampled."""
_IMPULSE_DISTANCE = np.array([0.1, 0.3, 0.5, 1.0, 2.0, 5.0])
_IMPULSE = np.array(
    [
        [0.0830, 0.0549, 0.0364, 0.0189, 0.00944, 0.00377],
        [0.142, 0.0813, 0.0504, 0.0266, 0.0129, 0.00516],
        [0.214, 0.0916, 0.0565, 0.0299, 0.0148, 0.00590],
        [0.256, 0.0930, 0.0567, 0.0300, 0.0155, 0.00626],
        [0.286, 0.0935, 0.0579, 0.0298, 0.0149, 0.00591],
        [0.324, 0.0930, 0.0579, 0.0310, 0.0156, 0.00612],
        [0.324, 0.0930, 0.0579, 0.0310, 0.0156, 0.00612],
        [0.332, 0.0950, 0.0589, 0.0320, 0.0156, 0.00626],
        [0.352, 0.0990, 0.0611, 0.0333, 0.0166, 0.00667],
    ]
)
"""Scaled impulse i c / (E^(1/3) p^(2/3)) likewise. Two of the digitised curves, of Mach 2 and 3, are the same."""
_PER_INTERVAL = 6

REACTIVITIES = ("high", "medium", "low")
CONGESTIONS = ("high", "medium", "low")
HIGH_REACTIVITY = frozenset({"hydrogen", "acetylene", "ethylene oxide", "propylene oxide"})
LOW_REACTIVITY = frozenset({"methane", "carbon monoxide"})
"""Names of reactive and of sluggish fuels; the rest are medium (Baker and others 1996, through Johansson 2017)."""
DETONATION = 5.2
FLAME_MACH: MappingProxyType[str, MappingProxyType[str, tuple[float, float, float]]] = MappingProxyType(
    {
        "3d": MappingProxyType({"high": (5.2, 5.2, 0.36), "medium": (0.50, 0.44, 0.11), "low": (0.34, 0.23, 0.026)}),
        "2.5d": MappingProxyType({"high": (5.2, 5.2, 0.47), "medium": (1.0, 0.55, 0.29), "low": (0.50, 0.35, 0.053)}),
        "2d": MappingProxyType({"high": (5.2, 5.2, 0.59), "medium": (1.6, 0.66, 0.47), "low": (0.66, 0.47, 0.079)}),
    }
)
"""Mach number by confinement, reactivity and high, medium, low congestion (Pierorazio and others 2005, secondary
transcription). 5.2 stands for deflagration that turns into detonation."""


def reactivity_of(name: str) -> str:
    """How readily a fuel's flame speeds up: ``high``, ``medium`` or ``low``.

    Parameters
    ----------
    name : str
        Canonical name of the substance.
    """
    return "high" if name in HIGH_REACTIVITY else "low" if name in LOW_REACTIVITY else "medium"


def flame_mach(*, reactivity: str, congestion: str, confinement: str = "3d") -> float:
    """Mach number of a flame by Pierorazio and others (2005).

    Parameters
    ----------
    reactivity, congestion : str
        ``high``, ``medium`` or ``low``.
    confinement : str
        Ways the flame may expand: ``3d``, ``2.5d`` or ``2d``.

    Raises
    ------
    LookupError
        One of the words is another.
    """
    for value, known, what in (
        (reactivity, REACTIVITIES, "reactivity"),
        (congestion, CONGESTIONS, "congestion"),
        (confinement, CONFINEMENTS, "confinement"),
    ):
        if value not in known:
            raise LookupError(f"there is no {what} {value}; there are: {', '.join(known)}")
    return FLAME_MACH[confinement][reactivity][CONGESTIONS.index(congestion)]


def _fine(coarse: Array) -> Array:
    """Coarse scaled distances with more between them, on which a shock's arrival is summed."""
    parts = [np.geomspace(a, b, _PER_INTERVAL, endpoint=False) for a, b in pairwise(coarse)]
    return np.concatenate([*parts, coarse[-1:]])


def _at_mach(table: Array, mach: float) -> Array:
    """Row of a table at a Mach number, between its rows straight in the logarithms."""
    x = math.log(min(max(mach, SLOWEST), FASTEST))
    return np.array([math.exp(float(np.interp(x, np.log(_MACH), np.log(column)))) for column in table.T])


def _slow(mach: float) -> float:
    """Factor on the slowest curve for a slower flame: M²/(1 + M) over that at the curve's (Tang and Baker 1999)."""
    return 1.0 if mach >= SLOWEST else mach * mach / (1.0 + mach) / (SLOWEST * SLOWEST / (1.0 + SLOWEST))


def scaled_overpressure(mach: float, scaled_distance: Array) -> Array:
    """Overpressure over that of the air.

    Parameters
    ----------
    mach : float
        Of the flame.
    scaled_distance : ndarray
        r / (E / p)^(1/3); off the table the table's ends are held.
    """
    row = _slow(mach) * _at_mach(_OVERPRESSURE, mach)
    found: Array = np.exp(np.interp(np.log(scaled_distance), np.log(_DISTANCE), np.log(row)))
    return found


def scaled_impulse(mach: float, scaled_distance: Array) -> Array:
    """Impulse i c / (E^(1/3) p^(2/3)), held as 1/r beyond the table.

    Parameters
    ----------
    mach : float
        Of the flame.
    scaled_distance : ndarray
        r / (E / p)^(1/3).
    """
    row = _slow(mach) * _at_mach(_IMPULSE, mach)
    held = np.exp(np.interp(np.log(scaled_distance), np.log(_IMPULSE_DISTANCE), np.log(row)))
    found: Array = held / np.maximum(scaled_distance / _IMPULSE_DISTANCE[-1], 1.0)
    return found


def baker_strehlow_tang(
    *, energy: float, flame_mach: float, ambient_pressure: float = STANDARD_PRESSURE, ground: float = GROUND
) -> Blast:
    """Blast of a cloud whose flame has a Mach number.

    Parameters
    ----------
    energy : float
        Of what burns, J, before the ground's reflection.
    flame_mach : float
        Greatest speed of the flame over that of sound, at most 5.2; below 0.2 the slowest curve is scaled down.
    ambient_pressure : float
        Pa.
    ground : float
        Factor on the energy: 2 on the ground, 1 high in the air.

    Raises
    ------
    ValueError
        There is no energy, or the flame is faster than a detonation or does not move.
    """
    if not energy > 0.0:
        raise ValueError(f"an explosion needs energy above 0, got {energy:g} J")
    if not 0.0 < flame_mach <= FASTEST:
        raise ValueError(f"a flame's Mach number lies above 0 and up to {FASTEST:g}, got {flame_mach:g}")
    length = (ground * energy / ambient_pressure) ** (1.0 / 3.0)
    scaled = _fine(np.union1d(_DISTANCE, _IMPULSE_DISTANCE[1:]))
    pressures = scaled_overpressure(flame_mach, scaled) * ambient_pressure
    impulses = scaled_impulse(flame_mach, scaled) * length * ambient_pressure / SOUND_SPEED
    caveats = []
    if flame_mach < SLOWEST:
        says = f"The slowest curve is that of Mach {SLOWEST:g}; that of Mach {flame_mach:.3g} was scaled from it."
        caveats.append(Caveat(Grade.DEGRADED, NAME, says))
    nodes = scaled * length
    return Blast(
        model=NAME,
        energy=energy,
        nodes=nodes,
        overpressures=pressures,
        impulses=impulses,
        arrivals=arrival_on(nodes, pressures, ambient_pressure=ambient_pressure),
        durations=2.0 * impulses / pressures,
        says=(f"Baker-Strehlow-Tang, flame at Mach {flame_mach:.3g}, energy times {ground:g} for the ground",),
        caveats=tuple(caveats),
    )


_CARD = Card(
    name=NAME,
    says="Vapour cloud explosion by the Mach number of its flame (Baker, Strehlow and Tang; curves of CCPS 2010 as "
    "digitised in HyRAM+), energy doubled on the ground; the duration is that of a triangle.",
    takes=bounded(
        Takes("explosion_energy", low=1e5, high=1e13, hard_low=1.0, hard_high=1e18),
        Takes("flame_mach", low=SLOWEST, high=FASTEST, hard_low=1e-3, hard_high=FASTEST),
        Takes("distance", hard_low=0.0, hard_high=1e6),
        Takes("ambient_pressure", low=8e4, high=1.1e5, hard_low=1e3, hard_high=1e6, default=STANDARD_PRESSURE),
    ),
    gives=GIVES,
    cites=("ccps2010", "hyram2022", "tangbaker1999"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "HyRAM+'s digitised curves at their Mach numbers, and the energy, distance and impulse of its tests",
            "tests/verification/test_explosion.py::test_baker_strehlow_tang_of_hyram",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    blast = baker_strehlow_tang(
        energy=values["explosion_energy"],
        flame_mach=values["flame_mach"],
        ambient_pressure=values["ambient_pressure"],
    )
    return at(blast, values["distance"]), [*blast.caveats, *off_the_curve(blast, values["distance"])]
