"""A release carried as puffs by a wind that changes in time: concentration on a grid and at receptors.

Turbulence, meander and forecast error are three terms and none is counted twice: a set's crosswind spread is that of
its averaging time; meander that the wind itself resolves is taken out of it (`meander`); what the wind may turn out to
be instead is a run for each member of an ensemble (`physics.wind_spread`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.dispersion.puffs.frame import fill_frame, shapes
from physics.dispersion.puffs.inputs import check_run, checked_times, even_steps, samples_of, speed_ratios
from physics.dispersion.puffs.meander import driven_timeline
from physics.dispersion.puffs.pieces import LEAST_SIGMA, MASS, Emission, cut, emission
from physics.dispersion.puffs.receptors import MOST_HEIGHTS, fill_instants, fill_places
from physics.dispersion.puffs.timeline import Timeline
from physics.dispersion.sigma import BRIGGS_RURAL, SigmaSet
from physics.release import ReleaseTerm
from physics.wind import WindSeries

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Mapper = Callable[[Callable[[int], None], Iterable[int]], Iterable[None]]
"""``map``, or an executor's: kernels release the GIL, so a thread pool runs frames side by side."""

NAME = "gaussian-puffs-in-wind"
LOW_AT_NIGHT = 1.74
"""Geometric mean of measured over predicted maxima at 800 m in the stable runs of Prairie Grass, by Briggs' rural
spread in the wind at 2 m, measured here."""
STABLE = "EF"
AVERAGING_TIME = 600.0
"""Averaging time of toxic concentrations, s."""
SHARE_ON_GRID, SHARE_AT_RECEPTORS = 1.0, 0.5
"""Length of the stretch one puff stands for, over its sigma: a train of Gaussians one sigma apart is even to 1e-8."""
FINEST_OF_CELL, FINEST_OF_DISTANCE = 0.05, 0.02
"""Least length of a stretch over a cell, and over the distance of the nearest receptor."""
_FINEST, _COARSEST = 0.5 * LEAST_SIGMA, 5.0  # m, bounds of the latter
_ROOM = 512  # puffs of one instant, at first
_TOGETHER = 8  # times of a task
_SWINGS = 1.5  # times a set's own spread from which meander of the wind is worth a word
_SLOW = 1.0  # m/s below which a wind is nearly calm


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where and how wide puffs begin; the default is a point.

    Attributes
    ----------
    distance : float
        With the wind from the release, m, where another model hands over.
    delay : float
        Time from the release to there, s.
    sigma_x, sigma_y, sigma_z : float
        Spread along and across the wind and upright there, m; ``sigma_y`` as seen over the averaging time.
    """

    distance: float = 0.0
    delay: float = 0.0
    sigma_x: float | None = None
    sigma_y: float = 0.0
    sigma_z: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no place or size."""
        for name in ("distance", "delay", "sigma_x", "sigma_y", "sigma_z"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0.0):
                raise ModelInputError(name, f"must be a finite number, 0 or above, got {value}")

    @property
    def along(self) -> float:
        """Spread along the wind, m: that across it where none is given."""
        return self.sigma_y if self.sigma_x is None else self.sigma_x


class PuffRun:
    """Concentration of a passive release in a wind that changes in time, over flat and open ground.

    Puffs spread as much along the wind as across it (CCPS 1999), unless the set has a spread of its own for that.

    Parameters
    ----------
    release : ReleaseTerm
    wind : WindSeries
        On the release's clock; it carries puffs at its reference height unless another height is given.
    sigma_set : SigmaSet
    source_height : float or None
        Height of the cloud's middle, plume rise included, m; ``None`` takes the release's.
    place : tuple of float
        Of the release, east and north, m.
    start : Start
        Where puffs begin.
    averaging_time : float
        Of the concentration, s: the set's own crosswind spread is rescaled to it, less meander the wind resolves.
    lid : float
        Mixing height, m.
    transport_height : float or None
        Height whose wind carries the puffs, m.
    greatest : float
        Concentration of pure vapour, kg/m³, which nothing exceeds.

    Attributes
    ----------
    says : tuple of str
    caveats : tuple of Caveat

    Raises
    ------
    ModelInputError
        Naming the field: a source above the lid or below ground, a time or height that is none.
    """

    def __init__(
        self,
        release: ReleaseTerm,
        wind: WindSeries,
        sigma_set: SigmaSet = BRIGGS_RURAL,
        *,
        source_height: float | None = None,
        place: tuple[float, float] = (0.0, 0.0),
        start: Start | None = None,
        averaging_time: float = AVERAGING_TIME,
        lid: float = math.inf,
        transport_height: float | None = None,
        greatest: float = math.inf,
    ) -> None:
        begin = Start() if start is None else start
        self.release, self.wind, self.sigma_set = release, wind, sigma_set
        self.source_height = float(release.source_height if source_height is None else source_height)
        self.averaging_time, self.lid, self.greatest = float(averaging_time), float(lid), float(greatest)
        check_run(self.source_height, self.averaging_time, self.lid, self.greatest, place)
        self._start = begin
        self._ratios = None if transport_height is None else speed_ratios(wind, transport_height)
        self._emitted: Emission = emission(
            release,
            place=(float(place[0]), float(place[1])),
            sigma_x=begin.along,
            sigma_y=begin.sigma_y,
            distance=begin.distance,
            delay=begin.delay,
        )
        self._line: Timeline | None = None
        self._until = 0.0
        self._lasting(max(float(self._emitted.edges[-1]), float(wind.time[-1])))
        self.says = self._words()
        self.caveats = self._warnings()

    def _lasting(self, until: float) -> Timeline:
        """Timeline that reaches ``until`` at least."""
        if self._line is None or until > self._until:
            self._until = max(until, 2.0 * self._until, 1.0)
            self._line = driven_timeline(
                self.wind,
                self.sigma_set,
                until=self._until,
                averaging_time=self.averaging_time,
                start=(self._start.along, self._start.sigma_y, self._start.sigma_z),
                ratios=self._ratios,
            )
        return self._line

    def _words(self) -> tuple[str, ...]:
        kept = (
            f"puffs with {self.sigma_set.name} spread for a mean over {self.averaging_time:g} s, carried by a wind of "
            f"{self.wind.averaging_interval:g} s means"
        )
        line = self._line
        if line is None or line.ages.size == 0:
            return (kept,)
        return (kept, "meander that this wind resolves was taken out of their spread")

    def _warnings(self) -> tuple[Caveat, ...]:
        says = f"{NAME} was held against measurements in steady winds only, none of which turned."
        found = [Caveat(Grade.NOTE, NAME, says)]
        if self.sigma_set is BRIGGS_RURAL and set(self.wind.stability) & set(STABLE):
            says = (
                f"{NAME} with {self.sigma_set.name} spread is low on stable nights: measured maxima 800 m from the "
                f"source were {LOW_AT_NIGHT:.1f} times as high (Prairie Grass)."
            )
            found.append(Caveat(Grade.NOTE, NAME, says))
        slowest = float(self.wind.speed.min())
        if slowest < _SLOW:
            says = f"The wind falls to {slowest:.1f} m/s; below 1 m/s puffs go nowhere in particular."
            found.append(Caveat(Grade.DEGRADED, NAME, says))
        swing = 0.0 if self._line is None else self._line.swing
        if swing > _SWINGS:
            says = (
                f"This wind swings a cloud by up to {swing:.1f} times the crosswind spread of {self.sigma_set.name}: "
                "the mean over time is wider than that set's."
            )
            found.append(Caveat(Grade.NOTE, NAME, says))
        lasts = float(self.wind.time[-1])
        if self.wind.time.size > 1 and self.release.duration > lasts:
            says = f"The wind is known for {lasts:.0f} s; after that its last value is taken to hold."
            found.append(Caveat(Grade.NOTE, NAME, says))
        return tuple(found)

    def puffs(self, time: float, *, share: float = SHARE_AT_RECEPTORS, finest: float = 1.0) -> Array:
        """Puffs in the air at a time, shape (8, n), rows as in `pieces`.

        Parameters
        ----------
        time : float
            s since the release began.
        share : float
            Length of the stretch a puff stands for over its sigma.
        finest : float
            Least such length, m.
        """
        return self._cut(self._lasting(time), time, share, finest)

    def _cut(self, line: Timeline, time: float, share: float, finest: float) -> Array:
        room = _ROOM
        while True:
            found = np.empty((8, room))
            count = cut(line, self._emitted, time, share, finest, found)
            if count >= 0:
                return found[:, :count]
            room *= 4

    def mass(self, times: ArrayLike) -> Array:
        """Mass in the air as puffs, kg, at times in s; one value for each."""
        return np.array([self.puffs(float(t))[MASS].sum() for t in np.atleast_1d(np.asarray(times, dtype=np.float64))])

    def at(self, points: ArrayLike, times: ArrayLike, *, window: float = 0.0, map: Mapper = map) -> Array:
        """Concentration at receptors, kg/m³, shape (times, points).

        Parameters
        ----------
        points : array_like, shape (n, 3)
            East, north and height above ground, m.
        times : array_like, shape (n_t,)
            s since the release began.
        window : float
            s before each time that the mean is taken over; 0 gives the value at the time.
        map : callable
            Runs a task for every few times.
        """
        where = np.ascontiguousarray(np.atleast_2d(np.asarray(points, dtype=np.float64)).T)
        if where.shape[0] != 3 or not np.all(np.isfinite(where)):
            raise ModelInputError("points", "must be finite, three numbers each: east, north, height")
        moments = checked_times(times)
        back = samples_of(window)
        line = self._lasting(float(moments.max()))
        away = np.hypot(where[0] - self._emitted.x, where[1] - self._emitted.y)
        near = float(np.min(np.abs(away - self._emitted.distance), initial=math.inf))
        finest = min(max(FINEST_OF_DISTANCE * near, _FINEST), _COARSEST)
        instants = moments[:, None] - back
        levels, counts = np.unique(where[2], return_counts=True)
        order = np.argsort(where[2], kind="stable")
        sorted_places, ends = np.ascontiguousarray(where[:, order]), np.cumsum(counts).astype(np.int64)
        out = np.zeros((moments.size, where.shape[1]))
        air = (self.source_height, self.lid, self.greatest)

        def several(first: int) -> None:
            mine, rows = np.ascontiguousarray(instants[first : first + _TOGETHER]), out[first : first + _TOGETHER]
            room, left = _ROOM, 0
            while levels.size <= MOST_HEIGHTS and left >= 0:
                rows[:] = 0.0
                given = (mine.ravel(), SHARE_AT_RECEPTORS, finest, sorted_places, ends, *air, room, back.size)
                left, room = fill_instants(line, self._emitted, *given, rows), 4 * room
            for k in range(len(mine) if levels.size > MOST_HEIGHTS else 0):
                for instant in mine[k]:
                    puffs = self._cut(line, float(instant), SHARE_AT_RECEPTORS, finest)
                    fill_places(puffs, sorted_places, *air, 1.0 / back.size, rows[k])

        list(map(several, range(0, moments.size, _TOGETHER)))
        found = np.empty_like(out)
        found[:, order] = out
        return found

    def grid(
        self,
        x: ArrayLike,
        y: ArrayLike,
        z: float,
        times: ArrayLike,
        *,
        map: Mapper = map,
        share: float = SHARE_ON_GRID,
    ) -> Single:
        """Concentration on an even grid, kg/m³, shape (times, y, x), float32.

        Each puff ends 4.5 standard deviations from its centre.

        Parameters
        ----------
        x, y : array_like, shape (nx,), (ny,)
            East and north, m, rising in even steps.
        z : float
            Height above ground, m.
        times : array_like, shape (n_t,)
            s since the release began.
        map : callable
            Runs one task for each frame; the last, which hold most, come first.
        share : float
            Length of the stretch a puff stands for over its sigma.
        """
        across = (even_steps("x", x), even_steps("y", y))
        moments = checked_times(times)
        line = self._lasting(float(moments.max()))
        grid = np.array([across[0][0], across[0][1], across[1][0], across[1][1]])
        finest = FINEST_OF_CELL * min(across[0][1], across[1][1])
        out = np.empty((moments.size, across[1][2], across[0][2]), dtype=np.float32)

        def one(k: int) -> None:
            puffs = self._cut(line, float(moments[k]), share, finest)
            rows = np.empty((6, puffs.shape[1]))
            shapes(puffs, puffs.shape[1], float(z), self.source_height, self.lid, rows)
            fill_frame(rows, grid, self.greatest, out[k])

        list(map(one, np.argsort(-moments).tolist()))
        return out


def cumulative_load(values: NDArray[Any], times: ArrayLike, *, exponent: float) -> Array:
    """Toxic load since the first time, integral of C^n by trapezia, shape of ``values``.

    Parameters
    ----------
    values : ndarray, shape (n_t, ...)
        Concentration, in any unit, at the times.
    times : array_like, shape (n_t,)
        s.
    exponent : float
        Toxic load exponent n.
    """
    powers = np.asarray(values, dtype=np.float64) ** exponent
    steps = np.diff(checked_times(times)).reshape(-1, *(1,) * (powers.ndim - 1))
    found = np.zeros_like(powers)
    np.cumsum(0.5 * (powers[1:] + powers[:-1]) * steps, axis=0, out=found[1:])
    return found
