"""One outcome in every direction the wind may blow: ribbons, flash fires and blasts laid on the map."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.risk.clouds import Zone
from physics.risk.ribbon import Map, Ribbon, cells_of_row, covered, half_cell, lay, rows_of, section

Array = NDArray[np.float64]


@kernel
def lay_around(
    ribbon: Ribbon, ground: Map, east: float, north: float, bearings: Array, weights: Array, grid: Array, killed: Array
) -> None:
    """Lay a ribbon in each direction with its own weight, 1/year; fills whom it kills in each."""
    for d in range(bearings.size):
        killed[d] = lay(ribbon, ground, east, north, bearings[d], weights[d], grid)


@kernel
def lay_blasts(
    blast: Ribbon, sizes: Array, middles: Array, ground: Map, east: float, north: float, bearings: Array,
    weights: Array, grid: Array, killed: Array,
) -> None:  # fmt: skip
    """Lay blasts about places downwind: ``blast`` is that of size 1 about 0, scaled; weights and killed (d, k)."""
    for k in range(sizes.size):
        if sizes[k] <= 0.0:
            killed[:, k] = 0.0
            continue
        first = middles[k] + blast.first * sizes[k]
        scaled = Ribbon(first, blast.step * sizes[k], blast.half_width * sizes[k], blast.death)
        for d in range(bearings.size):
            killed[d, k] = lay(scaled, ground, east, north, bearings[d], weights[d, k], grid)


@kernel
def lay_flashes(
    zone: Zone, ground: Map, east: float, north: float, bearings: Array, times: Array, weights: Array,
    deaths: tuple[float, float, float], grid: Array, killed: Array,
) -> None:  # fmt: skip
    """Lay the flash fires of one cloud, lit at several times, in each direction; see `lay_flash`."""
    killed[:, :] = 0.0
    for d in range(bearings.size):
        lay_flash(zone, ground, east, north, bearings[d], times, weights[d], deaths, grid, killed[d])


@kernel
def lay_flash(
    zone: Zone, ground: Map, east: float, north: float, bearing: float, times: Array, weights: Array,
    deaths: tuple[float, float, float], grid: Array, killed: Array,
) -> None:  # fmt: skip
    """Add the flash fires of one cloud, lit at several times, to a grid; adds whom each kills to ``killed``.

    Parameters
    ----------
    times, weights : ndarray, shape (k,)
        s after the release began; frequency of ignition then, 1/year.
    deaths : tuple of float
        Probability of death in the flame: somebody unprotected, people outdoors, people indoors.
    """
    sine, cosine = math.sin(bearing), math.cos(bearing)
    count, half = zone.half_width.size, half_cell(ground.cell, sine, cosine)
    last, widest = zone.first + zone.step * (count - 1), zone.half_width.max()
    if widest <= 0.0:
        return
    reach = zone.first - half, last + half, widest + half
    far_north, far_east = ground.north - north, ground.east - east
    top, bottom = rows_of(reach, sine, cosine, far_north, ground.cell, grid.shape[0])
    for j in range(top, bottom):
        dy = far_north + j * ground.cell
        start, stop = cells_of_row(dy, reach, sine, cosine, far_east, ground.cell, grid.shape[1])
        for i in range(start, stop):
            dx = far_east + i * ground.cell
            x, y = dx * sine + dy * cosine, abs(dy * sine - dx * cosine)
            low, share = section(x, zone.first, zone.step, count)
            width = (1.0 - share) * zone.half_width[low] + share * zone.half_width[low + 1]
            part = covered(-width, width, y, half) * covered(zone.first, last, x, half)
            if part <= 0.0:
                continue
            came = (1.0 - share) * zone.arrival[low] + share * zone.arrival[low + 1]
            left = (1.0 - share) * zone.departure[low] + share * zone.departure[low + 1]
            people = deaths[1] * ground.outdoors[j, i] + deaths[2] * ground.indoors[j, i]
            for k in range(times.size):
                if came <= times[k] <= left:
                    grid[j, i] += weights[k] * part * deaths[0]
                    killed[k] += part * people
