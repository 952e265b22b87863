"""A release in time: what discharge and pools give, and what dispersion and fire take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Series = TypeVar("Series", "Station", "LiquidSeries")

_END_OF_STEP = frozenset({"pool_mass", "pool_area", "pool_temperature"})
"""Series that hold at the end of their step; the others hold over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One place on the way out, per step: Pa, K, 1, m/s, kg/m³, m²; each of shape (n,).

    What flows in the step is density times velocity times area at every place but one at rest.
    """

    pressure: Array
    temperature: Array
    vapour_fraction: Array
    velocity: Array
    density: Array
    area: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Stations:
    """Where the strongest stream of a release comes through.

    Attributes
    ----------
    upstream : Station
        Where it leaves the vessel, at rest; its area is that of the way.
    throat : Station
        Narrowest stream, in the opening or just behind it.
    exit : Station
        The opening over its whole area.
    ambient : Station
        After expansion to the surroundings' pressure, before any air is mixed in.
    """

    upstream: Station
    throat: Station
    exit: Station
    ambient: Station


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidSeries:
    """What the liquid of a release does, per step; each of shape (n,).

    Attributes
    ----------
    droplet_diameter : ndarray
        Mean, m; 0 where nothing is liquid.
    rainout_rate : ndarray
        Liquid that falls to the ground, kg/s.
    pool_vapour_rate : ndarray
        kg/s over the step.
    pool_mass, pool_area, pool_temperature : ndarray
        kg, m², K, at the step's end.
    """

    droplet_diameter: Array
    rainout_rate: Array
    pool_vapour_rate: Array
    pool_mass: Array
    pool_area: Array
    pool_temperature: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Conservation:
    """Where the mass of a release is at its end, and how well mass and energy close.

    Attributes
    ----------
    held : float
        In the vessels that feed it, the ways to it and a pool already there, at the start, kg.
    airborne : float
        Left the opening and stayed airborne, kg.
    pool_evaporated, left_in_pool, left_in_vessel : float
        kg; what is left between shut valves counts with the vessel.
    caught : float
        Burnt, absorbed or held in the drum at the end of a relief header, kg.
    expansion_energy_error : float
        Stagnation enthalpy upstream less enthalpy and kinetic energy after expansion, over the heat of vaporisation.
    pool_energy_error : float
        See `physics.pools.Pool.energy_error`; 0 without a pool.
    """

    held: float
    airborne: float
    pool_evaporated: float
    left_in_pool: float
    left_in_vessel: float
    caught: float = 0.0
    expansion_energy_error: float = 0.0
    pool_energy_error: float = 0.0

    @property
    def mass_error(self) -> float:
        """What was held less where it is, over what was held."""
        found = self.airborne + self.pool_evaporated + self.left_in_pool + self.left_in_vessel + self.caught
        return (self.held - found) / max(self.held, 1e-30)

    def as_dict(self) -> dict[str, float]:
        """Plain mapping for JSON, each name with its unit."""
        return {
            "held_kg": self.held,
            "airborne_kg": self.airborne,
            "pool_evaporated_kg": self.pool_evaporated,
            "left_in_pool_kg": self.left_in_pool,
            "left_in_vessel_kg": self.left_in_vessel,
            "caught_kg": self.caught,
            "mass_error": self.mass_error,
            "expansion_energy_error": self.expansion_energy_error,
            "pool_energy_error": self.pool_energy_error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTerm:
    """One release in time, as it reaches the open air after expansion to ambient pressure.

    Values hold from their time to the next, so ``time`` has one entry more than the others: the last is the end. What
    stays airborne of the jet and what evaporates from its pool are one source: rates added, states mixed by mass,
    momentum and enthalpy.

    Attributes
    ----------
    substance : str
        Canonical name in `physics.substances`.
    time : ndarray, shape (n+1,)
        Edges of the steps, s since the release began, rising from 0.
    mass_flow_rate : ndarray, shape (n,)
        Into the air, kg/s: vapour and airborne droplets of the jet, and the vapour of its pool.
    vapour_fraction : ndarray, shape (n,)
        Mass fraction that is vapour after expansion to ambient pressure; the rest is airborne droplets.
    temperature : ndarray, shape (n,)
        After expansion, K.
    density : ndarray, shape (n,)
        Of the expanded mixture, kg/m³.
    velocity : ndarray, shape (n,)
        After expansion, m/s.
    source_height : float
        Elevation above ground, m.
    discharge_rate : ndarray, shape (n,), or None
        Out of the opening, kg/s; ``None`` where all of it is airborne.
    liquid : LiquidSeries or None
        Droplets and pool; ``None`` where no model has looked at them.
    stations : Stations or None
        The way out.
    conservation : Conservation or None
        Of the release from its latest beginning.
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
    discharge_rate: Array | None = None
    liquid: LiquidSeries | None = None
    stations: Stations | None = None
    conservation: Conservation | None = None
    says: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse a release that no model downstream could take."""
        steps = len(self.time) - 1
        series = [self.mass_flow_rate, self.vapour_fraction, self.temperature, self.density, self.velocity]
        series += [] if self.discharge_rate is None else [self.discharge_rate]
        series += [] if self.liquid is None else _series(self.liquid)
        series += [] if self.stations is None else [v for place in _places(self.stations) for v in _series(place)]
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
        """Mass released into the air, kg."""
        return float(np.sum(self.mass_flow_rate * np.diff(self.time)))

    @property
    def peak_rate(self) -> float:
        """Highest mass flow rate into the air, kg/s."""
        return float(np.max(self.mass_flow_rate))

    @property
    def discharged(self) -> Array:
        """Out of the opening, kg/s, shape (n,)."""
        return self.mass_flow_rate if self.discharge_rate is None else self.discharge_rate

    @property
    def discharged_mass(self) -> float:
        """Mass that left the opening, kg."""
        return float(np.sum(self.discharged * np.diff(self.time)))

    @property
    def rained_out_mass(self) -> float:
        """Mass that fell to the ground as liquid, kg."""
        return 0.0 if self.liquid is None else float(np.sum(self.liquid.rainout_rate * np.diff(self.time)))

    @property
    def area(self) -> Array:
        """Cross-section of the jet after expansion, m², shape (n,); 0 where nothing moves."""
        moving = self.velocity > 0.0
        return np.where(moving, self.mass_flow_rate / (self.density * np.where(moving, self.velocity, 1.0)), 0.0)


def _series(record: Any) -> list[Array]:
    return [getattr(record, item.name) for item in fields(record)]


def _places(stations: Stations) -> list[Station]:
    return [stations.upstream, stations.throat, stations.exit, stations.ambient]


def _changed(record: Series, change: Callable[[str, Array], Array]) -> Series:
    """Record with every series put through ``change``, which is told its name."""
    return replace(record, **{item.name: change(item.name, getattr(record, item.name)) for item in fields(record)})


def each_place(stations: Stations | None, change: Callable[[str, Array], Array]) -> Stations | None:
    """Stations with every series of every place put through ``change``, which is told its name."""
    if stations is None:
        return None
    return Stations(**{item.name: _changed(getattr(stations, item.name), change) for item in fields(stations)})


def merged(release: ReleaseTerm, *, most: int) -> ReleaseTerm:
    """The same release in at most ``most`` steps of nearly equal rate; mass is kept.

    Each merged step takes the mean rates of its parts, the state of the strongest one, and the pool at its end. Steps
    in which nothing flows are merged with others last.
    """
    edges = np.array(release.time, dtype=np.float64)
    masses = release.mass_flow_rate * np.diff(edges)
    index: Index = np.arange(masses.size, dtype=np.int64)
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
    first = np.searchsorted(release.time, edges[:-1])
    last = np.searchsorted(release.time, edges[1:]) - 1
    spans, steps = np.diff(edges), np.diff(release.time)

    def mean(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values * steps, first) / spans)

    def gathered(name: str, values: Array) -> Array:
        if name.endswith("_rate"):
            return mean(values)
        return values[last] if name in _END_OF_STEP else values[index]

    return replace(
        release,
        time=edges,
        mass_flow_rate=masses / spans,
        vapour_fraction=release.vapour_fraction[index],
        temperature=release.temperature[index],
        density=release.density[index],
        velocity=release.velocity[index],
        discharge_rate=None if release.discharge_rate is None else mean(release.discharge_rate),
        liquid=None if release.liquid is None else _changed(release.liquid, gathered),
        stations=each_place(release.stations, lambda _, values: values[index]),
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

    def both(before: Array, after: Array) -> Array:
        return np.concatenate([before[steps], after])

    whole = source.discharge_rate is not None or now.discharge_rate is not None
    return replace(
        now,
        time=np.concatenate([edges, elapsed + now.time[1:]]),
        mass_flow_rate=both(source.mass_flow_rate, now.mass_flow_rate),
        vapour_fraction=both(source.vapour_fraction, now.vapour_fraction),
        temperature=both(source.temperature, now.temperature),
        density=both(source.density, now.density),
        velocity=both(source.velocity, now.velocity),
        discharge_rate=both(source.discharged, now.discharged) if whole else None,
        liquid=_joined_liquid(source.liquid, now.liquid, both),
        stations=_joined_stations(source.stations, now.stations, both),
    )


def _joined_liquid(
    before: LiquidSeries | None, after: LiquidSeries | None, both: Callable[[Array, Array], Array]
) -> LiquidSeries | None:
    if before is None or after is None:
        return None
    return _continued(before, after, both)


def _joined_stations(
    before: Stations | None, after: Stations | None, both: Callable[[Array, Array], Array]
) -> Stations | None:
    if before is None or after is None:
        return None
    places = {}
    for item in fields(after):
        old, new = getattr(before, item.name), getattr(after, item.name)
        places[item.name] = _continued(old, new, both)
    return Stations(**places)


def _continued(before: Series, after: Series, both: Callable[[Array, Array], Array]) -> Series:
    return _changed(after, lambda name, values: both(getattr(before, name), values))


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
