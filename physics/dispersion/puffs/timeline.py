"""What a puff has behind it at any time: how far the wind has carried it, and how far it has spread.

The wind is put on an even grid of times, so that a place, a length of way and a spread are read without a search. The
spread of a puff follows its set of dispersion coefficients as a function of distance travelled; where stability
changes, the puff goes on in the new class from the distance at which that class has its present size (virtual
distance), so its size is continuous and never shrinks.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.sigma import SigmaSet, averaging_factor, spread
from physics.weather import CLASSES
from physics.wind import WindSeries

Array = NDArray[np.float64]
Index = NDArray[np.int64]

LEAST_WALK = 0.5
"""Speed by which puffs spread even in a calm, m/s: that of the least turbulence (Hanna 1990)."""
_COARSEST = 10.0  # s between the times of the grid
_FINER = 2.0  # the same where stability changes: puffs' sizes at a change are read between its times
_MOST_NODES = 100_000
_NEAREST, _FARTHEST = 1e-3, 1e6  # m, between which a distance is sought
_MOST_GUESSES, _CLOSE = 60, 1e-10


class Timeline(NamedTuple):
    """A wind on an even grid of times, and the spread of what it carries.

    ``step``, s, from time 0; ``u``, ``v`` velocity east and north, m/s, straight between times; ``px``, ``py`` way
    travelled since time 0, m; ``walk`` distance that counts for spread; ``way`` length of the way, in a calm of the
    walk. ``changes`` are the times at which a stability class begins (the first is -inf) and ``codes`` the classes;
    ``rows_x``, ``rows_y``, ``rows_z`` are the set's coefficients, one row a class, the first empty where a puff is as
    long as wide; ``factors`` those of the averaging time, (6,). ``first_x``, ``first_y``, ``first_z``, (6,), are the
    virtual distances of the source in each class; ``held_y`` and ``held_z``, (change, time), those right after each
    change of a puff that left at a time, and ``least_y`` and ``least_z`` its sigmas then: where the new class never
    grows so large, it keeps them. ``ages``, ``leaves`` and ``narrow`` (leaving time, age) give the crosswind
    sigma where resolved meander was taken out of it; they are empty where none was. ``swing`` is
    the greatest meander taken out over the set's own sigma.
    """

    step: float
    u: Array
    v: Array
    px: Array
    py: Array
    way: Array
    walk: Array
    changes: Array
    codes: Index
    rows_x: Array
    rows_y: Array
    rows_z: Array
    factors: Array
    first_x: Array
    first_y: Array
    first_z: Array
    held_y: Array
    held_z: Array
    least_y: Array
    least_z: Array
    ages: Array
    leaves: Array
    narrow: Array
    swing: float


@kernel
def node(step: float, count: int, t: float) -> tuple[int, float]:
    """Time of the grid at or before ``t``, and seconds since it; the first and last spans go on outside."""
    low = int(t / step)
    low = min(max(low, 0), count - 2)
    return low, t - low * step


@kernel
def way_at(line: Timeline, t: float) -> tuple[float, float]:
    """Way travelled east and north since time 0, m."""
    low, past = node(line.step, line.u.size, t)
    half = 0.5 * past * past / line.step
    east = line.px[low] + line.u[low] * past + half * (line.u[low + 1] - line.u[low])
    north = line.py[low] + line.v[low] * past + half * (line.v[low + 1] - line.v[low])
    return east, north


@kernel
def walk_at(line: Timeline, t: float) -> float:
    """Distance that counts for spread, m since time 0."""
    low, past = node(line.step, line.u.size, t)
    value: float = line.walk[low] + past / line.step * (line.walk[low + 1] - line.walk[low])
    return value


@kernel
def _held(table: Array, line: Timeline, change: int, first: float, leaving: float) -> float:
    """Virtual distance right after a change of class, of a puff that left before it."""
    low, past = node(line.step, line.u.size, leaving)
    until = min(line.step, line.changes[change] - low * line.step)
    after = table[change, low + 1] if until >= line.step else first
    share = min(past / until, 1.0) if until > 0.0 else 1.0
    before = table[change, low]
    if before > 1.0 and after > 1.0:  # a set that levels off has distances that run away: straight in the logarithm
        return math.exp((1.0 - share) * math.log(before) + share * math.log(after))
    value: float = (1.0 - share) * before + share * after
    return value


@kernel
def _sigmas(line: Timeline, leaving: float, t: float, last: int) -> tuple[float, float]:
    """Crosswind and vertical sigma at ``t``, m, of the changes up to ``last`` only."""
    change = last
    while line.changes[change] > t:
        change -= 1
    code = line.codes[change]
    if leaving >= line.changes[change]:
        gone = walk_at(line, t) - walk_at(line, leaving)
        sigma_y = line.factors[code] * spread(line.first_y[code] + gone, line.rows_y[code])
        return sigma_y, spread(line.first_z[code] + gone, line.rows_z[code])
    gone = walk_at(line, t) - walk_at(line, line.changes[change])
    x_y = _held(line.held_y, line, change, line.first_y[code], leaving) + gone
    x_z = _held(line.held_z, line, change, line.first_z[code], leaving) + gone
    least_y = _held(line.least_y, line, change, 0.0, leaving)
    least_z = _held(line.least_z, line, change, 0.0, leaving)
    sigma_y = max(line.factors[code] * spread(x_y, line.rows_y[code]), least_y)
    return sigma_y, max(spread(x_z, line.rows_z[code]), least_z)


@kernel
def sigmas(line: Timeline, leaving: float, t: float) -> tuple[float, float]:
    """Crosswind and vertical sigma at ``t``, m, of a puff that left at ``leaving``; no meander taken out."""
    return _sigmas(line, leaving, t, line.changes.size - 1)


@kernel
def narrowed(line: Timeline, leaving: float, t: float) -> float:
    """Crosswind sigma at ``t``, m, from the table that has resolved meander taken out."""
    leaves, ages = line.leaves, line.ages
    gap = leaves[1] - leaves[0]
    place = min(max((leaving - leaves[0]) / gap, 0.0), leaves.size - 1.000001)
    low = int(place)
    across = place - low
    age = min(max(t - leaving, 0.0), ages[ages.size - 1])
    j = min(max(int(np.searchsorted(ages, age, side="right")) - 1, 0), ages.size - 2)
    along = (age - ages[j]) / (ages[j + 1] - ages[j])
    before = (1.0 - along) * line.narrow[low, j] + along * line.narrow[low, j + 1]
    after = (1.0 - along) * line.narrow[low + 1, j] + along * line.narrow[low + 1, j + 1]
    value: float = (1.0 - across) * before + across * after
    return value


@kernel
def size_at(line: Timeline, leaving: float, t: float) -> tuple[float, float]:
    """Horizontal and vertical sigma, m, of a puff as it is carried."""
    wide, deep = sigmas(line, leaving, t)
    if line.ages.size > 0:
        wide = narrowed(line, leaving, t)
    return wide, deep


@kernel
def reached(sigma: float, row: Array) -> float:
    """Distance at which a set reaches ``sigma``, m, between 1 mm and 1000 km; what `virtual_distance` gives, sooner.

    Regula falsi in ln x and ln sigma, in which sets are nearly straight, with Illinois' halving of the end that stays.
    """
    if sigma <= 0.0:
        return 0.0
    target = math.log(sigma)
    low, high = math.log(_NEAREST), math.log(_FARTHEST)
    below, above = math.log(spread(_NEAREST, row)) - target, math.log(spread(_FARTHEST, row)) - target
    if below >= 0.0:
        return _NEAREST
    if above <= 0.0:
        return _FARTHEST
    side = 0
    for _ in range(_MOST_GUESSES):
        middle = (low * above - high * below) / (above - below)
        value = math.log(spread(math.exp(middle), row)) - target
        if abs(value) < _CLOSE:
            return math.exp(middle)
        if value < 0.0:
            low, below = middle, value
            if side < 0:
                above *= 0.5
            side = -1
        else:
            high, above = middle, value
            if side > 0:
                below *= 0.5
            side = 1
    return math.exp(0.5 * (low + high))


@kernel
def fill_held(line: Timeline) -> None:
    """Fill what puffs have at each change, one change after the other; the first has none before it."""
    for change in range(1, line.changes.size):
        code = line.codes[change]
        at = line.changes[change]
        for i in range(line.u.size):
            leaving = i * line.step
            if leaving >= at:
                line.held_y[change, i] = line.first_y[code]
                line.held_z[change, i] = line.first_z[code]
                continue
            sigma_y, sigma_z = _sigmas(line, leaving, at, change - 1)
            line.least_y[change, i], line.least_z[change, i] = sigma_y, sigma_z
            sigma_y /= line.factors[code]
            line.held_y[change, i] = reached(sigma_y, line.rows_y[code])
            line.held_z[change, i] = reached(sigma_z, line.rows_z[code])


@kernel
def length_at(line: Timeline, leaving: float, t: float) -> float:
    """Sigma along the wind at ``t``, m, of a set that has its own; no class of it changes that."""
    gone = walk_at(line, t) - walk_at(line, leaving)
    code = line.codes[0]
    value: float = spread(line.first_x[code] + gone, line.rows_x[code])
    return value


def cumulated(values: Array, step: float) -> Array:
    """Integral from the first time on, by trapezia; same shape."""
    found = np.zeros(values.size)
    np.cumsum(0.5 * step * (values[1:] + values[:-1]), out=found[1:])
    return found


def running_mean(way: Array, step: float, window: float) -> Array:
    """Mean velocity over a window about each time of the grid, cut off at both ends, from the way travelled."""
    times = step * np.arange(way.size)
    before, after = np.maximum(times - 0.5 * window, 0.0), np.minimum(times + 0.5 * window, times[-1])
    return np.asarray((np.interp(after, times, way) - np.interp(before, times, way)) / (after - before))


def timeline(
    wind: WindSeries,
    sigma_set: SigmaSet,
    *,
    until: float,
    averaging_time: float = 600.0,
    start: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ratios: Array | None = None,
) -> Timeline:
    """Put a wind on the grid.

    Parameters
    ----------
    wind : WindSeries
    sigma_set : SigmaSet
    until : float
        Last time needed, s.
    averaging_time : float
        Of the crosswind spread, s. Winds shorter than that are averaged over it for the distance that counts for
        spread, because the sets are functions of distance in the mean wind.
    start : tuple of float
        Sigma along and across the wind and upright at the source, m; that across as seen over the averaging time.
    ratios : ndarray, shape (6,), or None
        Speed at the height puffs travel at over that of the series, by stability class; ``None`` where it is the same.
    """
    gaps = np.diff(wind.time)
    coarsest = _COARSEST if len(set(wind.stability)) == 1 else _FINER
    step = min(coarsest, max(float(gaps.min()), 0.1)) if gaps.size else coarsest
    count = max(math.ceil(until / step), 1) + 1
    if count > _MOST_NODES:
        count, step = _MOST_NODES, until / (_MOST_NODES - 1)
    times = step * np.arange(count)
    u, v = wind.at(times)
    if ratios is not None:
        faster = ratios[wind.classes(times)]
        u, v = u * faster, v * faster
    px, py = cumulated(u, step), cumulated(v, step)
    mean = np.hypot(u, v)
    if wind.averaging_interval < averaging_time and wind.time.size > 1:
        inside = times <= max(wind.time[-1], step)
        smooth = np.hypot(*(running_mean(p[inside], step, averaging_time) for p in (px, py)))
        mean = np.concatenate([smooth, np.full(count - smooth.size, smooth[-1])])
    codes = wind.classes(wind.time)
    begins = np.flatnonzero(np.diff(codes)) + 1
    changes = np.concatenate([[-np.inf], wind.time[begins]])
    classes = codes[np.concatenate([[0], begins]).astype(np.int64)]
    begun = changes <= until
    early = np.flatnonzero(changes[begun] <= 0.0)[-1]
    changes, classes = changes[begun][early:].copy(), classes[begun][early:]
    changes[0] = -np.inf
    factors = np.array([averaging_factor(sigma_set, averaging_time, letter) for letter in CLASSES])
    along = np.zeros((0, 0)) if sigma_set.along is None else np.array(sigma_set.along)
    line = Timeline(
        step=float(step),
        u=u,
        v=v,
        px=px,
        py=py,
        way=cumulated(np.maximum(np.hypot(u, v), np.maximum(mean, LEAST_WALK)), step),
        walk=cumulated(np.maximum(mean, LEAST_WALK), step),
        changes=changes,
        codes=classes.astype(np.int64),
        rows_x=along,
        rows_y=np.array(sigma_set.crosswind),
        rows_z=np.array(sigma_set.vertical),
        factors=factors,
        first_x=_virtual(np.full(len(along), start[0]), along),
        first_y=_virtual(start[1] / factors, sigma_set.crosswind),
        first_z=_virtual(np.full(factors.size, start[2]), sigma_set.vertical),
        held_y=np.zeros((changes.size, count)),
        held_z=np.zeros((changes.size, count)),
        least_y=np.zeros((changes.size, count)),
        least_z=np.zeros((changes.size, count)),
        ages=np.zeros(0),
        leaves=np.zeros(0),
        narrow=np.zeros((0, 0)),
        swing=0.0,
    )
    fill_held(line)
    return line


def _virtual(sigmas: Array, rows: Array) -> Array:
    pairs = zip(sigmas, np.array(rows), strict=True)  # a copy: tables that may not be written are another signature
    return np.array([reached(sigma, row) for sigma, row in pairs])
