"""A release in time: what discharge and pools give, and what dispersion and fire take."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

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


def merged(release: ReleaseTerm, *, most: int) -> ReleaseTerm:
    """The same release in at most ``most`` steps of nearly equal rate; mass is kept.

    Each merged step takes the mean rate of its parts and the state of the strongest one. Steps in which nothing flows
    are merged with others last.
    """
    edges = np.array(release.time, dtype=np.float64)
    masses = release.mass_flow_rate * np.diff(edges)
    index: NDArray[np.int64] = np.arange(masses.size, dtype=np.int64)
    while masses.size > 1:
        spans = np.diff(edges)
        rates = masses / spans
        costs = np.abs(np.diff(rates)) * np.minimum(spans[:-1], spans[1:])
        costs[(rates[:-1] == 0.0) != (rates[1:] == 0.0)] = np.inf
        i = int(np.argmin(costs))
        if masses.size <= most and costs[i] > 0.0:
            break
        stronger = index[i : i + 2][np.argmax(release.mass_flow_rate[index[i : i + 2]])]
        masses = np.concatenate([masses[:i], [masses[i] + masses[i + 1]], masses[i + 2 :]])
        index = np.concatenate([index[:i], [stronger], index[i + 2 :]])
        edges = np.delete(edges, i + 1)
    return replace(
        release,
        time=edges,
        mass_flow_rate=masses / np.diff(edges),
        vapour_fraction=release.vapour_fraction[index],
        temperature=release.temperature[index],
        density=release.density[index],
        velocity=release.velocity[index],
    )


def joined(past: ReleaseTerm | None, now: ReleaseTerm, *, elapsed: float) -> ReleaseTerm:
    """A release that began ``elapsed`` s ago: what it was until now, and what it is from now on.

    Parameters
    ----------
    past : ReleaseTerm or None
        Release as known before, on its own time; what it foresaw beyond now is dropped. ``None`` where nothing was
        known: then the present's first step stands for the time before.
    now : ReleaseTerm
        Release from now on, its time counted from now.
    elapsed : float
        s.
    """
    if elapsed <= 0.0:
        return now
    if past is None:
        edges, steps = np.array([0.0, elapsed]), [0]
        source = now
    else:
        steps = [i for i in range(len(past.time) - 1) if past.time[i] < elapsed]
        edges = np.append(past.time[: len(steps)], elapsed)
        source = past

    def both(name: str) -> Array:
        return np.concatenate([getattr(source, name)[steps], getattr(now, name)])

    return replace(
        now,
        time=np.concatenate([edges, elapsed + now.time[1:]]),
        mass_flow_rate=both("mass_flow_rate"),
        vapour_fraction=both("vapour_fraction"),
        temperature=both("temperature"),
        density=both("density"),
        velocity=both("velocity"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBand:
    """Low, best and high run of the same release; each is a whole run, never a scaled copy of the middle."""

    low: ReleaseTerm
    best: ReleaseTerm
    high: ReleaseTerm

    def merged(self, *, most: int) -> ReleaseBand:
        """Band of at most ``most`` steps; see `merged`."""
        low, best, high = (merged(run, most=most) for run in (self.low, self.best, self.high))
        return ReleaseBand(low=low, best=best, high=high)

    def after(self, past: ReleaseBand | None, *, elapsed: float) -> ReleaseBand:
        """Band of a release that began ``elapsed`` s ago; see `joined`."""
        return ReleaseBand(
            low=joined(past.low if past else None, self.low, elapsed=elapsed),
            best=joined(past.best if past else None, self.best, elapsed=elapsed),
            high=joined(past.high if past else None, self.high, elapsed=elapsed),
        )
