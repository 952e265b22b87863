"""Any plume model carried by a wind that changes in time: the default forecast.

A model gives the plume of each step of a release in the weather of that step. Near the source, as far as the cloud is
wider flat than at its edges, that plume is taken as it is, in the wind of the moment; from there puffs go on. Their
spread is the model's own: in a constant wind puffs of that spread make the model's concentration on the ground again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf as _erf

from physics._jit import kernel
from physics.cards import Caveat
from physics.dispersion.cloud import source_of
from physics.dispersion.deposition import surface_depleted
from physics.dispersion.ensemble import GAUSSIAN_SETS, PLUMES, applicable
from physics.dispersion.puffs import PuffRun, Start
from physics.dispersion.sigma import SigmaSet
from physics.dispersion.similarity_plume import HIGHEST_SOURCE
from physics.dispersion.track import THIN, PlumeTrack, Source, between, place, plume_value, presences
from physics.quantities import GAS_CONSTANT
from physics.release import ReleaseTerm, merged
from physics.substances import Substance, substance
from physics.weather import CLASSES, Weather
from physics.wind import WindSeries

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Mapper = Callable[[Callable[[int], None], Iterable[int]], Iterable[None]]

MOST_STEPS = 6
"""Steps of equal rate a release is gathered to."""
PIECES = 40
"""Powers of distance that a model's spread is drawn with."""
FARTHEST = 20_000.0
LATEST = 10_000.0
"""Distance at which a cloud is handed over at the latest, m: nothing is drawn beyond (DESIGN law 2)."""
NEAREST = 1.0
"""Distances a spread is drawn between, m."""
SLOWEST = 0.5
"""Least wind a plume is computed in, m/s; an ensemble has calmer moments than any model of a plume has."""
_LEVEL = 1e-3
"""Share by which a depth may fall from one distance to the next and still count as level."""
_WHOLE = 3.0
"""Sigmas along the wind beyond their beginning from which puffs are as many on either side."""
_LIKELY_REACH = 1000.0
"""Distance over which the speed that carries puffs is that of the model's cloud, m."""
_LOWEST, _HIGHEST = 1.01, 200.0
"""Heights whose wind may carry puffs: over the roughness length, and m."""


def handover(track: PlumeTrack) -> float:
    """Distance from which a plume is carried as puffs, m.

    There it is thin, its edges are wider than its flat middle, and the concentration under it falls with distance as
    that of a cloud on the ground does: a Gaussian of growing depth can go on from it.
    """
    x = track.distance
    ground = np.maximum(track.at(x), 1e-30)
    depth = 1.0 / (_equal_sigma(track, x) * ground)
    near = (ground > THIN) | (track.flat_half_width > track.sigma_y)
    near[:-1] |= np.diff(depth) < -_LEVEL * depth[:-1]
    if not np.any(near):
        return 0.0
    last = int(np.flatnonzero(near)[-1])
    return min(float(x[min(last + 1, x.size - 1)]), LATEST)


def _equal_sigma(track: PlumeTrack, x: Array) -> Array:
    """Sigma of the Gaussian across the wind that has a plume's concentration on the axis and its integral, m."""
    flat, edge = np.interp(x, track.distance, track.flat_half_width), np.interp(x, track.distance, track.sigma_y)
    ratio = flat / (math.sqrt(2.0) * edge)
    wide = np.where(ratio > 1e-3, flat / np.maximum(_erf(ratio), 1e-9), math.sqrt(math.pi / 2) * edge)
    return np.asarray(wide / math.sqrt(math.pi / 2.0))


def _carrying_height(track: PlumeTrack, weather: Weather, begin: float) -> float:
    """Height whose wind goes as fast as the cloud between its handover and `_LIKELY_REACH` farther, m."""
    end = begin + _LIKELY_REACH
    spent = np.interp([begin, end], track.distance, track.travel_time)
    speed = _LIKELY_REACH / max(float(spent[1] - spent[0]), 1e-9)
    low, high = _LOWEST * weather.roughness_length, _HIGHEST
    for _ in range(60):
        middle = math.sqrt(low * high)
        if weather.wind(middle) < speed:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


def _pieces(x: Array, sigma: Array) -> Array:
    """One row of powers of distance through a rising curve, as `physics.dispersion.sigma` reads it."""
    rising = np.maximum.accumulate(np.maximum(sigma, 1e-3)) * (1.0 + 1e-6 * np.arange(sigma.size))
    log, curve = np.log(x / 1000.0), np.log(rising)
    power = np.maximum(np.diff(curve) / np.diff(log), 1e-3)
    factor = np.exp(curve[:-1] - power * log[:-1])
    upper = np.concatenate([x[1:-1] / 1000.0, [1e9]])
    return np.column_stack([upper, factor, power]).ravel()


def spread_of(
    track: PlumeTrack, *, begins: float, carried_at: float, rate: float, per_fraction: float
) -> tuple[Array, Array, Array]:
    """Rows of spread across the wind, upright and along it with which puffs repeat a plume on the ground.

    Parameters
    ----------
    begins : float
        Distance they are asked from, m.
    carried_at : float
        Speed of the puffs, m/s.
    rate : float
        kg/s.
    per_fraction : float
        Mass of the substance per volume of pure vapour in this air, kg/m³.
    """
    first = max(NEAREST, begins, float(track.distance[0]))
    x = np.geomspace(first, max(min(FARTHEST, float(track.distance[-1])), 2.0 * first), PIECES + 1)
    sigma_y = _equal_sigma(track, x)
    ground = np.maximum(track.at(x), 1e-30) * per_fraction
    along = np.minimum(np.interp(x, track.distance, track.sigma_x), sigma_y)
    return _pieces(x, sigma_y), _pieces(x, rate / (math.pi * carried_at * sigma_y * ground)), _pieces(x, along)


@kernel
def near_points(
    east: Array,
    north: Array,
    z: Array,
    time: float,
    wind_time: Array,
    wind_east: Array,
    wind_north: Array,
    reach: float,
    travel: Array,
    nodes: Array,
    table: Array,
    lid: float,
    upwind: float,
    present: Array,
    out: Array,
) -> None:
    """Raise ``out`` to a plume's mole fraction within its reach, each place in the wind of when its gas came out."""
    farthest = max(reach, upwind)
    for p in range(east.size):
        away = math.hypot(east[p], north[p])
        if away > farthest:
            continue
        low, share = place(nodes, away)
        left = max(time - between(travel, low, share), 0.0)
        to_east, to_north = wind_east[0], wind_north[0]
        if wind_time.size > 1:
            low, share = place(wind_time, left)
            to_east, to_north = between(wind_east, low, share), between(wind_north, low, share)
        speed = max(math.hypot(to_east, to_north), 1e-9)
        along = (east[p] * to_east + north[p] * to_north) / speed
        if along > reach:
            continue
        beside = (north[p] * to_east - east[p] * to_north) / speed
        value, low, share = plume_value(along, beside, z[p], nodes, table, lid, upwind)
        if value > 0.0:
            value *= (1.0 - share) * present[low, 0] + share * present[low + 1, 0]
            out[p] = max(out[p], value)


@dataclass(frozen=True, slots=True)
class _Part:
    """One step of the release: its plume near the source, and its puffs from there on."""

    begins: float
    lasts: float
    near: PlumeTrack | None
    reach: float
    puffs: PuffRun
    model: str
    why: str


class CarriedCloud:
    """Concentration of a release in a wind that changes in time, over flat and open ground.

    Parameters
    ----------
    release : ReleaseTerm
    wind : WindSeries
        On the release's clock.
    weather : Weather
        Air and ground; wind and stability are the series'.
    model : str or None
        A name that `physics.dispersion.ensemble.applicable` gives; ``None`` takes the best estimate of each step.
    place : tuple of float
        Of the release, east and north, m.
    averaging_time : float
        s.
    most_steps : int
        Steps of equal rate the release is gathered to.
    deposits : bool
        Whether the ground takes up a reactive gas, of which a source higher than `HIGHEST_SOURCE` loses nothing.

    Attributes
    ----------
    models, says : tuple of str
    caveats : tuple of Caveat
    """

    def __init__(
        self,
        release: ReleaseTerm,
        wind: WindSeries,
        weather: Weather,
        *,
        model: str | None = None,
        place: tuple[float, float] = (0.0, 0.0),
        averaging_time: float = 600.0,
        most_steps: int = MOST_STEPS,
        deposits: bool = False,
    ) -> None:
        self.release, self.wind, self.weather = release, wind, weather
        self.place = place
        self.substance: Substance = substance(release.substance)
        self.averaging_time, self.deposits = averaging_time, deposits
        steps = merged(release, most=most_steps)
        self._parts = [self._part(steps, index, model) for index, rate in enumerate(steps.mass_flow_rate) if rate > 0.0]
        parts = self._parts
        self.models = tuple(dict.fromkeys([*(part.model for part in parts), "gaussian-puffs-in-wind"]))
        says = [line for part in parts for line in (f"{part.model}: {part.why}", *part.puffs.says)]
        self.says = tuple(dict.fromkeys(says))
        near = [caveat for part in parts if part.near is not None for caveat in part.near.caveats]
        self.caveats: tuple[Caveat, ...] = tuple(
            dict.fromkeys([*near, *(caveat for part in parts for caveat in part.puffs.caveats)])
        )

    @property
    def kg_per_mole_fraction(self) -> float:
        """Concentration of pure vapour at ambient temperature and pressure, kg/m³."""
        air = self.weather
        return self.substance.molar_mass * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature)

    def _weather_at(self, time: float) -> Weather:
        east, north = self.wind.at(time)
        stability = CLASSES[int(self.wind.classes(time))]
        speed = max(float(np.hypot(east, north)), SLOWEST)
        same = stability == self.weather.stability_class
        return replace(
            self.weather,
            wind_speed=speed,
            wind_from_direction=float(np.degrees(np.arctan2(-east, -north))) % 360.0,
            stability_class=stability,
            reference_height=self.wind.reference_height,
            obukhov_length_inverse=self.weather.obukhov_length_inverse if same else None,
        )

    def _plume(self, model: str, source: Source, air: Weather) -> PlumeTrack:
        track = PLUMES[model](source, air, averaging_time=self.averaging_time)
        return surface_depleted(track, self.substance, air) if self.deposits else track

    def _part(self, steps: ReleaseTerm, index: int, model: str | None) -> _Part:
        source = source_of(steps, index, self.substance)
        begins, ends = float(steps.time[index]), float(steps.time[index + 1])
        air = self._weather_at(0.5 * (begins + ends))
        choices = {choice.model: choice for choice in applicable(source, air)}
        chosen = choices.get(model or "", next(iter(choices.values())))
        alone = _alone(steps, index)
        if chosen.model in GAUSSIAN_SETS and source.height > HIGHEST_SOURCE:
            puffs = PuffRun(
                alone,
                self.wind,
                GAUSSIAN_SETS[chosen.model],
                place=self.place,
                averaging_time=self.averaging_time,
                lid=max(air.lid, 2.0 * steps.source_height),
                greatest=self.kg_per_mole_fraction,
            )
            return _Part(begins, ends - begins, None, 0.0, puffs, chosen.model, chosen.why)
        track = self._plume(chosen.model, source, air)
        reach = handover(track)
        # puffs that begin there are one-sided at first: the plume itself goes on until they are whole
        overlap = _WHOLE * float(np.interp(reach, track.distance, track.sigma_x)) if reach > 0.0 else 0.0
        return _Part(
            begins, ends - begins, track, reach + overlap, self._puffs(alone, source, air, track, chosen.model, reach),
            chosen.model, chosen.why,
        )  # fmt: skip

    def _puffs(
        self, alone: ReleaseTerm, source: Source, air: Weather, track: PlumeTrack, model: str, reach: float
    ) -> PuffRun:
        height = _carrying_height(track, air, reach)
        letters = {CLASSES[code] for code in self.wind.classes(self.wind.time)} | {air.stability_class}
        rows = {}
        for letter in letters:
            weather = (
                air
                if letter == air.stability_class
                else replace(air, stability_class=letter, obukhov_length_inverse=None)
            )
            plume = track if weather is air else self._plume(model, source, weather)
            rows[letter] = spread_of(
                plume,
                begins=reach,
                carried_at=max(weather.wind(height), 0.05),
                rate=source.mass_flow_rate,
                per_fraction=self.kg_per_mole_fraction,
            )
        own = rows[air.stability_class]
        spread = SigmaSet(
            f"as {model}",
            np.array([rows.get(letter, own)[0] for letter in CLASSES]),
            np.array([rows.get(letter, own)[1] for letter in CLASSES]),
            self.averaging_time,
            model,
            along=np.array([rows.get(letter, own)[2] for letter in CLASSES]),
        )
        distance = max(reach, float(track.distance[0]))
        return PuffRun(
            alone,
            self.wind,
            spread,
            source_height=0.0,
            place=self.place,
            start=Start(
                distance=distance,
                delay=float(np.interp(distance, track.distance, track.travel_time)),
                sigma_x=float(np.interp(distance, track.distance, track.sigma_x)),
                sigma_y=float(spread.sigma_y(distance, air.stability_class)),
                sigma_z=float(spread.sigma_z(distance, air.stability_class)),
            ),
            averaging_time=self.averaging_time,
            transport_height=height,
            greatest=self.kg_per_mole_fraction,
        )

    def _near(self, part: _Part, east: Array, north: Array, z: Array, time: float, out: Array) -> None:
        """Raise ``out`` to the mole fraction of one step's plume near its source; places in m from there."""
        track = part.near
        if track is None or time <= part.begins:
            return
        present = np.zeros((track.distance.size, 1))
        since = np.array([time - part.begins])
        presences(track.distance, track.travel_time, track.sigma_x, part.lasts, since, present)
        if not np.any(present > 0.0):
            return
        near_points(
            east, north, z, time, self.wind.time, self.wind.east, self.wind.north, part.reach, track.travel_time,
            track.distance, track.table, track.lid, track.upwind, present, out,
        )  # fmt: skip

    def _near_steady(self, part: _Part, east: Array, north: Array, z: Array, moments: Array) -> Array:
        """The same in a wind that stays as it is, for all times at once, shape (time, place)."""
        assert part.near is not None
        to_east, to_north = float(self.wind.east[0]), float(self.wind.north[0])
        speed = max(math.hypot(to_east, to_north), 1e-9)
        along = (east * to_east + north * to_north) / speed
        beside = (north * to_east - east * to_north) / speed
        out = np.zeros((moments.size, east.size))
        part.near.add([along, beside, z], moments - part.begins, part.lasts, out)
        out[:, (along > part.reach) | (np.hypot(east, north) > max(part.reach, part.near.upwind))] = 0.0
        return out

    def at(self, points: ArrayLike, times: ArrayLike, *, map: Mapper = map) -> Array:
        """Mole fraction at receptors, shape (times, points).

        Parameters
        ----------
        points : array_like, shape (n, 3)
            East, north and height above ground, m.
        times : array_like, shape (n_t,)
            s since the release began.
        map : callable
            Runs one task for each time.
        """
        where = np.atleast_2d(np.asarray(points, dtype=np.float64))
        moments = np.atleast_1d(np.asarray(times, dtype=np.float64))
        east, north = where[:, 0] - self.place[0], where[:, 1] - self.place[1]
        found = np.zeros((moments.size, len(where)))
        for part in self._parts:
            carried = part.puffs.at(where, moments, map=map) / self.kg_per_mole_fraction
            if part.near is not None and part.reach > 0.0:

                def one(k: int, part: _Part = part, carried: Array = carried) -> None:
                    self._near(part, east, north, where[:, 2], float(moments[k]), carried[k])

                list(map(one, range(moments.size)))
            found += carried
        return np.minimum(found, 1.0)

    def grid(self, x: ArrayLike, y: ArrayLike, z: float, times: ArrayLike, *, map: Mapper = map) -> Single:
        """Mole fraction on an even grid, shape (times, y, x), float32; see `PuffRun.grid`."""
        across, upward = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        moments = np.atleast_1d(np.asarray(times, dtype=np.float64))
        found = np.zeros((moments.size, upward.size, across.size), dtype=np.float32)
        for part in self._parts:
            carried = part.puffs.grid(across, upward, z, moments, map=map)
            carried /= np.float32(self.kg_per_mole_fraction)
            if part.near is not None and part.reach > 0.0:
                self._add_near(part, across, upward, z, moments, carried, map)
            found += carried
        return np.minimum(found, np.float32(1.0))

    def _add_near(
        self, part: _Part, x: Array, y: Array, z: float, moments: Array, carried: Single, map: Mapper
    ) -> None:
        assert part.near is not None
        away = max(part.reach, part.near.upwind)
        columns = np.flatnonzero(np.abs(x - self.place[0]) <= away)
        rows = np.flatnonzero(np.abs(y - self.place[1]) <= away)
        if columns.size == 0 or rows.size == 0:
            return
        box = np.ix_(rows, columns)
        east, north = (values.ravel() for values in np.meshgrid(x[columns] - self.place[0], y[rows] - self.place[1]))
        level = np.full_like(east, z)
        if self.wind.time.size == 1:
            steady = self._near_steady(part, east, north, level, moments)
            carried[:, rows[:, None], columns] = np.maximum(
                carried[:, rows[:, None], columns], steady.reshape(moments.size, rows.size, columns.size)
            )
            return

        def one(k: int) -> None:
            near = carried[k][box].astype(np.float64).ravel()
            self._near(part, east, north, level, float(moments[k]), near)
            carried[k][box] = near.reshape(rows.size, columns.size)

        list(map(one, range(moments.size)))


def _alone(steps: ReleaseTerm, index: int) -> ReleaseTerm:
    """One step of a release, on the release's own clock."""
    begins = float(steps.time[index])
    pick = [index] if begins == 0.0 else [index, index]
    time = [0.0, float(steps.time[index + 1])] if begins == 0.0 else [0.0, begins, float(steps.time[index + 1])]
    rate = steps.mass_flow_rate[pick].copy()
    if begins > 0.0:
        rate[0] = 0.0
    return ReleaseTerm(
        substance=steps.substance,
        time=np.array(time),
        mass_flow_rate=rate,
        vapour_fraction=steps.vapour_fraction[pick],
        temperature=steps.temperature[pick],
        density=steps.density[pick],
        velocity=steps.velocity[pick],
        source_height=max(steps.source_height, 0.0),
    )
