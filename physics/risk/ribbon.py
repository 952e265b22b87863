"""Where an outcome kills, in the wind's own frame, and how it is laid on a map.

A ribbon runs along the wind with a half-width at every place of its length; what it does to people is tabulated from
its middle to its edge. Clouds, flames and blasts are all ribbons, so one kernel turns any of them into the wind of a
direction, adds it to a grid of individual risk and counts whom it kills.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel

Array = NDArray[np.float64]

PERSON, OUTDOORS, INDOORS = range(3)
"""Rows of a ribbon's table: somebody unprotected who stays, people outdoors, people indoors."""


class Ribbon(NamedTuple):
    """Probability of death by place in the wind's frame.

    Attributes
    ----------
    first, step : float
        Where it begins along the wind and the even distance between its sections, m.
    half_width : ndarray, shape (n,)
        m; nobody beyond it is counted.
    death : ndarray, shape (3, n, m)
        `PERSON`, `OUTDOORS` and `INDOORS` by section, and from the middle to the edge.
    """

    first: float
    step: float
    half_width: Array
    death: Array


class Map(NamedTuple):
    """An even grid of square cells, and who is in them.

    Attributes
    ----------
    east, north : float
        Middle of the first cell, m from the origin.
    cell : float
        Side of a cell, m.
    outdoors, indoors : ndarray, shape (y, x)
        People.
    """

    east: float
    north: float
    cell: float
    outdoors: Array
    indoors: Array


@kernel
def covered(low: float, high: float, middle: float, half: float) -> float:
    """Share of a cell that lies between two bounds."""
    return max(min(high, middle + half) - max(low, middle - half), 0.0) / (2.0 * half)


@kernel
def half_cell(cell: float, sine: float, cosine: float) -> float:
    """Half the extent of a cell seen along a direction, m: with it strips keep their area whatever way they lie."""
    return 0.5 * cell * (abs(sine) + abs(cosine))


@kernel
def section(place: float, first: float, step: float, count: int) -> tuple[int, float]:
    """Section at or before a place along a ribbon, and how far on to the next."""
    position = min(max((place - first) / step, 0.0), count - 1.0)
    low = min(int(position), count - 2)
    return low, position - low


@kernel
def cells_of_row(
    north: float, reach: tuple[float, float, float], sine: float, cosine: float, east: float, cell: float, columns: int
) -> tuple[int, int]:
    """First column and the one after the last that a strip of the wind's frame may touch in a row.

    ``reach`` is where the strip begins and ends along the wind and how far it lies to either side; ``north`` the row's
    distance from the source, ``east`` that of the first column.
    """
    low, high = -1e18, 1e18
    begins, ends, side = reach
    # along = dx sin + dy cos and across = -dx cos + dy sin, each between two bounds
    if abs(sine) > 1e-12:
        a, b = (begins - north * cosine) / sine, (ends - north * cosine) / sine
        low, high = max(low, min(a, b)), min(high, max(a, b))
    elif not begins <= north * cosine <= ends:
        return 0, 0
    if abs(cosine) > 1e-12:
        a, b = (north * sine - side) / cosine, (north * sine + side) / cosine
        low, high = max(low, min(a, b)), min(high, max(a, b))
    elif abs(north * sine) > side:
        return 0, 0
    if low > high:
        return 0, 0
    start = int(max(math.ceil((low - east) / cell), 0.0))
    stop = int(min(math.floor((high - east) / cell) + 1.0, float(columns)))
    return start, max(stop, start)


@kernel
def rows_of(
    reach: tuple[float, float, float], sine: float, cosine: float, north: float, cell: float, rows: int
) -> tuple[int, int]:
    """First row and the one after the last that a strip may touch; see `cells_of_row`."""
    begins, ends, side = reach
    low = min(begins * cosine, ends * cosine) - abs(side * sine)
    high = max(begins * cosine, ends * cosine) + abs(side * sine)
    start = int(max(math.ceil((low - north) / cell), 0.0))
    stop = int(min(math.floor((high - north) / cell) + 1.0, float(rows)))
    return start, max(stop, start)


@kernel
def lay(ribbon: Ribbon, ground: Map, east: float, north: float, bearing: float, weight: float, grid: Array) -> float:
    """Add a ribbon, turned downwind, to a grid of individual risk; gives how many people it kills.

    Parameters
    ----------
    east, north : float
        Where the outcome begins, m.
    bearing : float
        Direction the wind blows to, radians clockwise from north.
    weight : float
        Frequency the outcome comes with, 1/year.
    grid : ndarray, shape (y, x)
        Individual risk, 1/year; added to.
    """
    sine, cosine = math.sin(bearing), math.cos(bearing)
    count, across = ribbon.half_width.size, ribbon.death.shape[2]
    half = half_cell(ground.cell, sine, cosine)
    last = ribbon.first + ribbon.step * (count - 1)
    reach = ribbon.first - half, last + half, ribbon.half_width.max() + half
    far_north, far_east = ground.north - north, ground.east - east
    killed = 0.0
    top, bottom = rows_of(reach, sine, cosine, far_north, ground.cell, grid.shape[0])
    for j in range(top, bottom):
        dy = far_north + j * ground.cell
        start, stop = cells_of_row(dy, reach, sine, cosine, far_east, ground.cell, grid.shape[1])
        for i in range(start, stop):
            dx = far_east + i * ground.cell
            x, y = dx * sine + dy * cosine, abs(dy * sine - dx * cosine)
            low, share = section(x, ribbon.first, ribbon.step, count)
            width = (1.0 - share) * ribbon.half_width[low] + share * ribbon.half_width[low + 1]
            part = covered(-width, width, y, half) * covered(ribbon.first, last, x, half)
            if part <= 0.0:
                continue
            place = min(y / width, 1.0) * (across - 1) if width > 0.0 else 0.0
            inner = min(int(place), across - 2)
            outer = place - inner
            a, b = part * (1.0 - share), part * share
            found = ribbon.death[0]
            dies = (1.0 - outer) * (a * found[low, inner] + b * found[low + 1, inner])
            dies += outer * (a * found[low, inner + 1] + b * found[low + 1, inner + 1])
            grid[j, i] += weight * dies
            outside, inside = ground.outdoors[j, i], ground.indoors[j, i]
            if outside > 0.0:
                found = ribbon.death[1]
                dies = (1.0 - outer) * (a * found[low, inner] + b * found[low + 1, inner])
                dies += outer * (a * found[low, inner + 1] + b * found[low + 1, inner + 1])
                killed += outside * dies
            if inside > 0.0:
                found = ribbon.death[2]
                dies = (1.0 - outer) * (a * found[low, inner] + b * found[low + 1, inner])
                dies += outer * (a * found[low, inner + 1] + b * found[low + 1, inner + 1])
                killed += inside * dies
    return killed


def disc(centre: float, radius: Array, death: Array, *, sections: int = 25, across: int = 13) -> Ribbon:
    """Ribbon of what depends on the distance from a place alone.

    Parameters
    ----------
    centre : float
        Where that place lies along the wind, m.
    radius : ndarray, shape (k,)
        Distances, m, rising from 0.
    death : ndarray, shape (3, k)
        Probability of death there; nothing beyond the last.
    """
    far = float(radius[-1])
    x = np.linspace(-far, far, sections)
    width = np.sqrt(np.maximum(far**2 - x**2, 0.0))
    y = width[:, None] * np.linspace(0.0, 1.0, across)
    away = np.hypot(x[:, None], y)
    found = np.array([np.interp(away, radius, row) for row in death])
    return Ribbon(centre - far, 2.0 * far / (sections - 1), width, found)
