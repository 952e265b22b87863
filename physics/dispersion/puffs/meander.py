"""Meander that the driving wind resolves, taken out of the spread of the puffs it carries.

A crosswind sigma stands for the mean over an averaging time; part of it is the plume swinging about. A wind of one
second swings the puffs itself. What it swings them by within one averaging time is known exactly from the wind: of
the puffs that arrive within that time after travelling as long, the variance of how far they stand off the way of the
mean wind (Taylor 1921; Pasquill 1961). The rest of the sigma is turbulence the wind does not show, and is kept; it
is never less than the spread over the least averaging time the law of averaging times holds for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.puffs.timeline import Timeline, running_mean, sigmas, timeline
from physics.dispersion.sigma import SigmaSet, averaging_factor
from physics.wind import WindSeries

Array = NDArray[np.float64]

LEAST_AVERAGING_TIME = 10.0
"""Averaging time that counts as none, s: below it a cloud's spread does not depend on it (Ermak 1990)."""
_AGES, _YOUNGEST = 40, 1.0  # ages of the table, and the least of them in s
_LEAVES = 30.0  # s between the leaving times of the table


@kernel
def _spread_table(line: Timeline, leaves: Array, ages: Array, out: Array) -> None:
    for i in range(leaves.size):
        for j in range(ages.size):
            out[i, j] = sigmas(line, leaves[i], leaves[i] + ages[j])[0]


def resolved_variance(line: Timeline, *, window: float, last: float, ages: Array, leaves: Array) -> Array:
    """Variance of the crosswind displacement the wind gives within a window, m², shape (leaving time, age).

    Parameters
    ----------
    line : Timeline
    window : float
        Averaging time, s.
    last : float
        Time at which the wind's own record ends, s.
    ages, leaves : ndarray
        s.
    """
    step = line.step
    count = min(int(last / step) + 1, line.u.size)
    way = np.stack([line.px[:count], line.py[:count]])
    steady = np.stack([np.concatenate([[0.0], np.cumsum(_middles(running_mean(p, step, window)) * step)]) for p in way])
    stray = way - steady
    found = np.zeros((leaves.size, ages.size))
    held = np.zeros(leaves.size)
    for j, age in enumerate(ages):
        lag = round(float(age) / step)
        if 0 < lag < count - 1:
            gone = steady[:, lag:] - steady[:, :-lag]
            off = stray[:, lag:] - stray[:, :-lag]
            across = (off[1] * gone[0] - off[0] * gone[1]) / np.maximum(np.hypot(gone[0], gone[1]), 1e-9)
            first = np.searchsorted(np.arange(across.size) * step, leaves - 0.5 * window)
            held = _windowed_variance(across, np.asarray(first), max(round(window / step), 2))
        found[:, j] = held
    for i, leaving in enumerate(leaves):  # a wind that only holds on swings nothing any more
        found[i] = np.interp(np.minimum(ages, max(last - float(leaving), 0.0)), ages, found[i])
    return found


def _middles(values: Array) -> Array:
    return 0.5 * (values[1:] + values[:-1])


def _windowed_variance(values: Array, first: Array, length: int) -> Array:
    """Variance over windows that begin at ``first``, moved to lie inside the values."""
    length = min(length, values.size)
    begins = np.clip(first, 0, values.size - length)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    squares = np.concatenate([[0.0], np.cumsum(values * values)])
    mean = (sums[begins + length] - sums[begins]) / length
    return np.asarray(np.maximum((squares[begins + length] - squares[begins]) / length - mean * mean, 0.0))


def without_meander(
    line: Timeline, wind: WindSeries, sigma_set: SigmaSet, *, averaging_time: float, until: float
) -> Timeline:
    """Timeline whose puffs are as wide as what the wind does not resolve; unchanged where it resolves nothing.

    Parameters
    ----------
    line : Timeline
    wind : WindSeries
    sigma_set : SigmaSet
    averaging_time : float
        That the line's crosswind spread stands for, s.
    until : float
        s.
    """
    if wind.averaging_interval >= averaging_time or wind.time.size < 2:
        return line
    ages = np.concatenate([[0.0], np.geomspace(_YOUNGEST, max(until, 2.0 * _YOUNGEST), _AGES)])
    leaves = np.linspace(0.0, max(until, _LEAVES), max(int(until / _LEAVES), 1) + 1)
    whole = np.empty((leaves.size, ages.size))
    _spread_table(line, leaves, ages, whole)
    swing = resolved_variance(line, window=averaging_time, last=float(wind.time[-1]), ages=ages, leaves=leaves)
    shortest = max(wind.averaging_interval, LEAST_AVERAGING_TIME)
    kept = max(
        averaging_factor(sigma_set, shortest, letter) / averaging_factor(sigma_set, averaging_time, letter)
        for letter in set(wind.stability)
    )
    least = whole * min(kept, 1.0)
    left = np.sqrt(np.maximum(whole * whole - swing, least * least))
    narrow = np.maximum.accumulate(np.maximum(left, whole[:, :1]), axis=1)
    old = ages >= LEAST_AVERAGING_TIME
    most = float(np.sqrt(np.max(np.median(swing[:, old] / whole[:, old] ** 2, axis=0))))
    return line._replace(ages=ages, leaves=leaves, narrow=np.ascontiguousarray(narrow), swing=most)


def driven_timeline(
    wind: WindSeries,
    sigma_set: SigmaSet,
    *,
    until: float,
    averaging_time: float,
    start: tuple[float, float, float],
    ratios: Array | None = None,
) -> Timeline:
    """Timeline of a wind, resolved meander taken out; see `timeline` and `without_meander`."""
    line = timeline(wind, sigma_set, until=until, averaging_time=averaging_time, start=start, ratios=ratios)
    return without_meander(line, wind, sigma_set, averaging_time=averaging_time, until=until)
