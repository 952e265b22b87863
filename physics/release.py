"""A release in time: what discharge and pools give, and what dispersion and fire take."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTerm:
    """One release in time, as it reaches the open air after expansion to ambient pressure.

    Values hold from their time to the next, so ``time`` has one entry more than the others: the last is the end.

    Attributes
    ----------
    substance : str
        Canonical name in `physics.substances`.
    time : ndarray, shape (n+1,)
        Edges of the steps, s since the release began, rising from 0.
    mass_flow_rate : ndarray, shape (n,)
        kg/s.
    vapour_fraction : ndarray, shape (n,)
        Mass fraction that is vapour after expansion to ambient pressure; the rest is airborne droplets.
    temperature : ndarray, shape (n,)
        After expansion, K.
    density : ndarray, shape (n,)
        Of the expanded mixture, kg/m³.
    velocity : ndarray, shape (n,)
        After expansion, m/s.
    source_height : float
        Height above ground, m.
    says : tuple of str
        What was chosen on the way (flow regime, the other value, which limit held), in words.
    caveats : tuple of Caveat
    """

    substance: str
    time: Array
    mass_flow_rate: Array
    vapour_fraction: Array
    temperature: Array
    density: Array
    velocity: Array
    source_height: float
    says: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse a release that no model downstream could take."""
        steps = len(self.time) - 1
        series = (self.mass_flow_rate, self.vapour_fraction, self.temperature, self.density, self.velocity)
        if steps < 1 or any(len(values) != steps for values in series):
            raise ValueError("a release needs one value per step and one more time than steps")
        if self.time[0] != 0.0 or np.any(np.diff(self.time) <= 0.0):
            raise ValueError("release times must rise from 0")
        if not all(np.all(np.isfinite(values)) for values in (self.time, *series)):
            raise ValueError("a release may not hold NaN or infinity")
        if np.any(self.mass_flow_rate < 0.0):
            raise ValueError("a release may not be negative")

    @property
    def duration(self) -> float:
        """Time of the last step's end, s."""
        return float(self.time[-1])

    @property
    def total_mass(self) -> float:
        """Mass released, kg."""
        return float(np.sum(self.mass_flow_rate * np.diff(self.time)))

    @property
    def peak_rate(self) -> float:
        """Highest mass flow rate, kg/s."""
        return float(np.max(self.mass_flow_rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBand:
    """Low, best and high run of the same release; each is a whole run, never a scaled copy of the middle."""

    low: ReleaseTerm
    best: ReleaseTerm
    high: ReleaseTerm
