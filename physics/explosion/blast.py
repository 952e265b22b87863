"""What every explosion model gives: overpressure, impulse, arrival and duration of a blast over distance.

A blast is kept as its curves on nodes of distance, joined by straight lines in the logarithms, so that power laws are
exact and a grid of places costs one interpolation. Outside the nodes it never runs on in silence: nearer than the first
one the first one's value holds (the plateau inside a cloud; a lower bound beside high explosive), farther than the
last one overpressure and impulse fall as 1/r, which is sound without loss: shocks fall faster, so that it is a bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import Caveat
from physics.quantities import STANDARD_PRESSURE

Array = NDArray[np.float64]

SOUND_SPEED = 340.0
"""Speed of sound that scaled impulses are read with, m/s (HyRAM+ after CCPS 2010)."""
HEAT_CAPACITY_RATIO = 1.4
"""Of air."""
LEAST_DISTANCE = 1e-9
"""Distance below which a place is at the centre, m."""


def shock_speed(
    overpressure: ArrayLike, *, ambient_pressure: float = STANDARD_PRESSURE, sound_speed: float = SOUND_SPEED
) -> Any:
    """Speed of a shock in air by Rankine and Hugoniot, m/s.

    Parameters
    ----------
    overpressure : float or ndarray
        Of the incident shock, Pa.
    ambient_pressure : float
        Pa.
    sound_speed : float
        Of the air ahead, m/s.
    """
    gamma = HEAT_CAPACITY_RATIO
    ratio = np.asarray(overpressure, dtype=np.float64) / ambient_pressure
    return sound_speed * np.sqrt(1.0 + (gamma + 1.0) / (2.0 * gamma) * ratio)


def reflected_overpressure(overpressure: ArrayLike, *, ambient_pressure: float = STANDARD_PRESSURE) -> Any:
    """Overpressure on a wall that a shock meets head-on, air as a perfect gas, Pa (Rankine and Hugoniot).

    Parameters
    ----------
    overpressure : float or ndarray
        Of the incident shock, Pa.
    ambient_pressure : float
        Pa.
    """
    p = np.asarray(overpressure, dtype=np.float64)
    return 2.0 * p * (7.0 * ambient_pressure + 4.0 * p) / (7.0 * ambient_pressure + p)


def arrival_on(
    distance: Array, overpressure: Array, *, ambient_pressure: float = STANDARD_PRESSURE, sound: float = SOUND_SPEED
) -> Array:
    """Times at which a shock with these overpressures comes to its nodes, from the centre out, s.

    Parameters
    ----------
    distance, overpressure : ndarray, shape (n,)
        m, rising, and Pa.
    ambient_pressure : float
        Pa.
    sound : float
        Speed of sound, m/s.
    """
    slowness = 1.0 / shock_speed(overpressure, ambient_pressure=ambient_pressure, sound_speed=sound)
    steps = 0.5 * (slowness[1:] + slowness[:-1]) * np.diff(distance)
    found: Array = np.concatenate([[0.0], np.cumsum(steps)]) + distance[0] * slowness[0]
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blast:
    """The blast of one explosion, in the open over flat ground.

    Attributes
    ----------
    model : str
        Card it comes from.
    energy : float
        That drives it, J, as the model counts it (without the ground's reflection).
    nodes : ndarray, shape (n,)
        Distances from the centre, m, rising.
    overpressures, impulses, arrivals, durations : ndarray, shape (n,)
        Incident and of the positive phase: Pa, Pa s, s, s. Above 0.
    says : tuple of str
        What was chosen.
    caveats : tuple of Caveat
    """

    model: str
    energy: float
    nodes: Array
    overpressures: Array
    impulses: Array
    arrivals: Array
    durations: Array
    says: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = field(default=())

    @property
    def nearest(self) -> float:
        """Distance from the centre where its curves begin, m."""
        return float(self.nodes[0])

    @property
    def farthest(self) -> float:
        """Distance from the centre where its curves end, m."""
        return float(self.nodes[-1])

    def overpressure(self, distance: ArrayLike) -> Any:
        """Incident overpressure, Pa, at distances from the centre in m; see the module for those off its curves."""
        return self._read(self.overpressures, distance, beyond=-1.0)

    def impulse(self, distance: ArrayLike) -> Any:
        """Incident impulse of the positive phase, Pa s, at distances from the centre in m."""
        return self._read(self.impulses, distance, beyond=-1.0)

    def duration(self, distance: ArrayLike) -> Any:
        """Duration of the positive phase, s, at distances from the centre in m."""
        return self._read(self.durations, distance, beyond=0.0)

    def arrival(self, distance: ArrayLike) -> Any:
        """Time after the explosion at which the blast is there, s, at distances from the centre in m."""
        r = np.maximum(np.asarray(distance, dtype=np.float64), 0.0)
        inside = np.clip(r, self.nearest, self.farthest)
        found = np.interp(inside, self.nodes, self.arrivals)
        found = np.where(r < self.nearest, found * r / self.nearest, found)
        found = found + np.maximum(r - self.farthest, 0.0) / SOUND_SPEED
        return float(found) if np.ndim(distance) == 0 else found

    def reflected(self, distance: ArrayLike, *, ambient_pressure: float = STANDARD_PRESSURE) -> Any:
        """Overpressure on a wall that faces it, Pa, air as a perfect gas.

        Parameters
        ----------
        distance : float or ndarray
            From the centre, m.
        ambient_pressure : float
            Pa.
        """
        found = reflected_overpressure(self.overpressure(distance), ambient_pressure=ambient_pressure)
        return float(found) if np.ndim(distance) == 0 else found

    def distance_to(self, overpressure: float) -> float:
        """Farthest distance at which an overpressure is reached, m; 0 where it is reached nowhere.

        Parameters
        ----------
        overpressure : float
            Pa, above 0.
        """
        values = self.overpressures
        if values[-1] >= overpressure:
            return self.farthest * float(values[-1]) / overpressure
        above = np.flatnonzero(values >= overpressure)
        if above.size == 0:
            return 0.0
        i = int(above[-1])
        share = math.log(values[i] / overpressure) / math.log(values[i] / values[i + 1])
        return float(self.nodes[i] * (self.nodes[i + 1] / self.nodes[i]) ** share)

    def _read(self, values: Array, distance: ArrayLike, *, beyond: float) -> Any:
        r = np.maximum(np.asarray(distance, dtype=np.float64), LEAST_DISTANCE)
        found = np.exp(np.interp(np.log(r), np.log(self.nodes), np.log(values)))
        if beyond != 0.0:
            found = found * np.maximum(r / self.farthest, 1.0) ** beyond
        return float(found) if np.ndim(distance) == 0 else found


def at(blast: Blast, distance: float) -> dict[str, float]:
    """What models give of a blast at one distance, by the vocabulary's names.

    Parameters
    ----------
    blast : Blast
    distance : float
        From the centre, m.
    """
    return {
        "overpressure": blast.overpressure(distance),
        "impulse": blast.impulse(distance),
        "blast_arrival": blast.arrival(distance),
        "positive_duration": blast.duration(distance),
        "reflected_overpressure": blast.reflected(distance),
    }


GIVES = ("overpressure", "impulse", "blast_arrival", "positive_duration", "reflected_overpressure")
"""Names of `at`."""
