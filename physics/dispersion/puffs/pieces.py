"""The release at one instant, cut into puffs as long as it is accurate to make them.

Puffs emitted at even times crowd near the front and lie far apart near the source, so they are usually merged there
and split here. The same is had at once: going back from the youngest, each puff takes the stretch of the plume that
is as long as a share of its own sigma. Neighbours then overlap by the same measure everywhere, however the wind
turned. Mass is what was released in the stretch, to the last digit, and stands where its centre of mass is.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.puffs.timeline import Timeline, length_at, node, size_at, way_at
from physics.release import ReleaseTerm

Array = NDArray[np.float64]

X, Y, EAST, CROSS, NORTH, DEEP, MASS, AGE = range(8)
"""Rows of the puffs of an instant: centre, m; variances east, mixed and north, m²; vertical sigma, m; mass, kg; age, s.
"""

LEAST_SIGMA = 1e-3
"""Least spread of a puff, m: what a point source is rather than nothing."""
EDGE, SHARE_BY_A_JUMP, JUMP = 5.0, 0.15, 0.05
"""Within so many sigmas of a jump of the rate stretches shorten, evenly, to that share; a jump is a change of the rate
by that share of the highest. Elsewhere the errors of neighbours cancel; beside a jump nothing cancels them.
"""
SHORTEST = 1.0
"""Time the wind's direction at a start is read over at the least, s."""


class Emission(NamedTuple):
    """A release as puffs need it: edges of its steps, s; rate of each, kg/s; mass and moment of mass until each edge.

    The edges are those of the puffs' start, ``delay`` s after the release itself: until then something else carried it
    ``distance`` m with the wind. ``x``, ``y`` is where the release is, m; ``sigma_x``, ``sigma_y`` the spread along and
    across the wind puffs start with, m; ``jumps`` the times at which the rate changes much, s.
    """

    edges: Array
    rates: Array
    mass: Array
    moment: Array
    x: float
    y: float
    sigma_x: float
    sigma_y: float
    distance: float
    delay: float
    jumps: Array


def emission(
    release: ReleaseTerm,
    *,
    place: tuple[float, float] = (0.0, 0.0),
    sigma_x: float = 0.0,
    sigma_y: float = 0.0,
    distance: float = 0.0,
    delay: float = 0.0,
) -> Emission:
    """Sum up a release; see `Emission`."""
    edges = np.array(release.time, dtype=np.float64) + delay
    rates = np.array(release.mass_flow_rate, dtype=np.float64)
    mass = np.concatenate([[0.0], np.cumsum(rates * np.diff(edges))])
    moment = np.concatenate([[0.0], np.cumsum(0.5 * rates * np.diff(edges**2))])
    steps = np.abs(np.diff(np.concatenate([[0.0], rates, [0.0]])))
    jumps = edges[steps > JUMP * rates.max(initial=0.0)]
    return Emission(edges, rates, mass, moment, *place, sigma_x, sigma_y, distance, delay, jumps)


@kernel
def released(emitted: Emission, t: float) -> tuple[float, float]:
    """Mass released until ``t``, kg, and its moment about time 0, kg s."""
    edges = emitted.edges
    if t <= edges[0]:
        return 0.0, 0.0
    last = edges.size - 1
    if t >= edges[last]:
        return emitted.mass[last], emitted.moment[last]
    i = int(np.searchsorted(edges, t, side="right")) - 1
    rate = emitted.rates[i]
    mass = emitted.mass[i] + rate * (t - edges[i])
    return mass, emitted.moment[i] + 0.5 * rate * (t * t - edges[i] * edges[i])


@kernel
def length_until(line: Timeline, t: float) -> float:
    """Length of the wind's way since time 0, m."""
    low, past = node(line.step, line.u.size, t)
    value: float = line.way[low] + past / line.step * (line.way[low + 1] - line.way[low])
    return value


@kernel
def _earlier(line: Timeline, t: float, length: float) -> float:
    """Time at which the way was shorter than at ``t`` by a length, s; straight between the times of the grid."""
    low, _ = node(line.step, line.u.size, t)
    sought = length_until(line, t) - length
    while low > 0 and line.way[low] > sought:
        low -= 1
    span = line.way[low + 1] - line.way[low]
    found = low * line.step + (line.step * (sought - line.way[low]) / span if span > 0.0 else 0.0)
    return min(found, t)


@kernel
def _from_a_jump(line: Timeline, emitted: Emission, t: float) -> float:
    """Length of the way from ``t`` to the nearest jump of the rate, before or after it, m."""
    found = math.inf
    after = int(np.searchsorted(emitted.jumps, t))
    here = length_until(line, t)
    if after < emitted.jumps.size:
        found = length_until(line, emitted.jumps[after]) - here
    if after > 0:
        found = min(found, here - length_until(line, emitted.jumps[after - 1]))
    return found


@kernel
def _length(line: Timeline, emitted: Emission, leaving: float, t: float, wide: float) -> float:
    """Sigma of a puff along its way, m."""
    if line.rows_x.shape[0] > 0:
        return max(length_at(line, leaving, t), LEAST_SIGMA)
    more = emitted.sigma_x**2 - emitted.sigma_y**2
    return math.sqrt(max(wide * wide + more, LEAST_SIGMA**2))


@kernel
def cut(line: Timeline, emitted: Emission, t: float, share: float, finest: float, puffs: Array) -> int:
    """Fill ``puffs`` (8, capacity) with what is in the air at ``t``; gives how many, -1 where there is no room.

    ``share`` is a stretch's length over its sigma, ``finest`` the least length of one, m.
    """
    start = emitted.edges[0]
    late = min(t, emitted.edges[emitted.edges.size - 1])
    east, north = way_at(line, t)
    count = 0
    mass, moment = released(emitted, late)
    wide, deep = size_at(line, late, t)
    long = _length(line, emitted, late, t, wide)
    while late > start and mass > 0.0:  # each stretch is measured by the puff after it, which is hardly shorter
        apart = _from_a_jump(line, emitted, late) / long
        fine = min(SHARE_BY_A_JUMP + (1.0 - SHARE_BY_A_JUMP) * apart / EDGE, 1.0)
        early = max(_earlier(line, late, max(fine * share * min(long, max(wide, LEAST_SIGMA)), finest)), start)
        before, earlier_moment = released(emitted, early)
        part = mass - before
        if part > 0.0:
            if count == puffs.shape[1]:
                return -1
            leaving = min(max((moment - earlier_moment) / part, early), late)
            wide, deep = size_at(line, leaving, t)
            wide, deep = max(wide, LEAST_SIGMA), max(deep, LEAST_SIGMA)
            long = _length(line, emitted, leaving, t, wide)
            from_east, from_north = way_at(line, leaving)
            puffs[X, count] = emitted.x + east - from_east
            puffs[Y, count] = emitted.y + north - from_north
            puffs[EAST, count] = puffs[NORTH, count] = wide * wide
            puffs[CROSS, count] = 0.0
            puffs[DEEP, count] = deep
            puffs[MASS, count] = part
            puffs[AGE, count] = t - leaving
            if emitted.sigma_x != emitted.sigma_y or emitted.distance > 0.0:
                _begin(line, emitted, leaving, puffs[:, count])
            if line.rows_x.shape[0] > 0:
                _lengthen(long, wide, east - from_east, north - from_north, puffs[:, count])
            count += 1
        else:
            wide, deep = size_at(line, early, t)
            long = _length(line, emitted, early, t, wide)
        late, mass, moment = early, before, earlier_moment
    return count


@kernel
def _begin(line: Timeline, emitted: Emission, leaving: float, puff: Array) -> None:
    """Put a puff where it was handed over, and give it the length it had there along the wind in place of its width."""
    span = max(emitted.delay, SHORTEST)
    east, north = way_at(line, leaving)
    from_east, from_north = way_at(line, leaving - span)
    u, v = east - from_east, north - from_north
    length = math.hypot(u, v)
    cosine, sine = (u / length, v / length) if length > 0.0 else (1.0, 0.0)
    puff[X] += emitted.distance * cosine
    puff[Y] += emitted.distance * sine
    if line.rows_x.shape[0] == 0:
        _lengthen(emitted.sigma_x, emitted.sigma_y, u, v, puff)


@kernel
def _lengthen(long: float, wide: float, east: float, north: float, puff: Array) -> None:
    """Make a puff as long along a direction as said, instead of as wide."""
    way = math.hypot(east, north)
    cosine, sine = (east / way, north / way) if way > 0.0 else (1.0, 0.0)
    more = long * long - wide * wide
    puff[EAST] += more * cosine * cosine
    puff[NORTH] += more * sine * sine
    puff[CROSS] += more * cosine * sine
