"""Puffs of one instant on an even grid, in single precision, each within 4.5 standard deviations of its centre."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._exp import LOG2_E, power_of_two_single
from physics._jit import fast_kernel, kernel
from physics.dispersion.puffs.pieces import CROSS, DEEP, EAST, MASS, NORTH, X, Y
from physics.dispersion.track import upright

Array = NDArray[np.float64]
Single = NDArray[np.float32]

CUT_OFF = 4.5
"""Standard deviations from its centre at which a puff ends on a grid: 4e-5 of its middle is left out there."""
_STRIP = 64  # rows kept in the nearer cache while all puffs are added to them
_BLOCK = 16  # cells added at once; a row of a strip is a whole number of them long
_UPRIGHT = 1e-4  # correlation of east and north below which a puff's axes are the grid's
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


@kernel
def shapes(puffs: Array, count: int, z: float, height: float, lid: float, out: Array) -> None:
    """Fill ``out`` (6, count) with the rows `sums.sum_flat` takes, for places at one height, kg/m³."""
    scale = math.sqrt(0.5 * LOG2_E)
    for k in range(count):
        east, cross, north, deep = puffs[EAST, k], puffs[CROSS, k], puffs[NORTH, k], puffs[DEEP, k]
        if abs(cross) < _UPRIGHT * math.sqrt(east * north):
            cross = 0.0
        square = max(east * north - cross * cross, 1e-300)
        a = math.sqrt(north / square)
        out[0, k], out[1, k] = puffs[X, k], puffs[Y, k]
        out[2, k] = scale * a
        out[3, k] = -scale * cross / (square * a)
        out[4, k] = scale / math.sqrt(north)
        upper = upright(z, height, deep, 2.0, lid) / (_ROOT_2_PI * deep)
        out[5, k] = puffs[MASS, k] * upper / (2.0 * math.pi * math.sqrt(square))


@fast_kernel
def _gauss(first: float, step: float, factor: float, out: Single) -> None:
    """Fill with 2^-(factor d)^2 at evenly spaced distances."""
    d0, gap = np.float32(factor * first), np.float32(factor * step)
    for i in range(out.size):
        d = d0 + gap * np.float32(i)
        out[i] = power_of_two_single(-d * d)


@fast_kernel
def _half_rows(first: float, step: float, factor: float, half: float, out: Single) -> None:
    """Fill with half the length of each row of an ellipse: ``half`` in its middle, ``factor`` over its half-height."""
    d0, gap, most = np.float32(factor * first), np.float32(factor * step), np.float32(half)
    for i in range(out.size):
        d = d0 + gap * np.float32(i)
        rest = np.float32(1.0) - d * d
        out[i] = most * np.sqrt(rest if rest > np.float32(0.0) else np.float32(0.0))


@fast_kernel
def _add_block(weight: np.float32, shape: Single, row: Single) -> None:
    for i in range(_BLOCK):
        row[i] += weight * shape[i]


@fast_kernel
def _add_tilted(weight: np.float32, start: np.float32, gap: np.float32, row: Single) -> None:
    """Add a puff whose axes are not the grid's: ``start`` is a dx + b dy at the first cell, ``gap`` a times a cell."""
    for i in range(row.size):
        p = start + gap * np.float32(i)
        row[i] += weight * power_of_two_single(-p * p)


@fast_kernel
def _add_puff(rows: Array, k: int, grid: Array, first_row: int, strip: Single, shape: Single, lines: Single) -> None:
    """Add puff ``k`` to a strip of rows; ``grid`` is first x, cell, first y, cell."""
    px, py, a, b, c = rows[0, k], rows[1, k], rows[2, k], rows[3, k], rows[4, k]
    reach = CUT_OFF * math.sqrt(0.5 * LOG2_E)
    count, width = strip.shape
    low = (py - reach / c - grid[2]) / grid[3] - first_row
    high = (py + reach / c - grid[2]) / grid[3] - first_row
    if high < 0.0 or low > count - 1.0:
        return
    j0, j1 = max(math.ceil(low), 0), min(int(high) + 1, count)
    # the widest row of an ellipse is as far out as its marginal deviation, here 1/a' with a'^2 = a^2 c^2/(b^2 + c^2)
    side = reach * math.sqrt(b * b + c * c) / (a * c)
    left = (px - side - grid[0]) / grid[1]
    right = (px + side - grid[0]) / grid[1]
    if right < 0.0 or left > width - 1.0:
        return
    weight = np.float32(rows[5, k])
    across, halves = lines[0, : j1 - j0], lines[1, : j1 - j0]
    _gauss(grid[2] + grid[3] * (first_row + j0) - py, grid[3], c, across)
    if b == 0.0:
        i0 = max(int(left), 0) // _BLOCK * _BLOCK
        i1 = min((int(right) // _BLOCK + 1) * _BLOCK, width)
        _gauss(grid[0] + grid[1] * i0 - px, grid[1], a, shape[: i1 - i0])
        _half_rows(grid[2] + grid[3] * (first_row + j0) - py, grid[3], c / reach, side / grid[1], halves)
        middle = (px - grid[0]) / grid[1]
        for j in range(j0, j1):
            scaled = weight * across[j - j0]
            row = strip[j]
            half = halves[j - j0]
            begin = max(int(middle - half), i0) // _BLOCK * _BLOCK
            for i in range(begin, min(int(middle + half) + 1, i1), _BLOCK):
                _add_block(scaled, shape[i - i0 : i - i0 + _BLOCK], row[i : i + _BLOCK])
        return
    _half_rows(grid[2] + grid[3] * (first_row + j0) - py, grid[3], c / reach, reach / (a * grid[1]), halves)
    for j in range(j0, j1):
        dy = grid[2] + grid[3] * (first_row + j) - py
        middle, half = (px - b * dy / a - grid[0]) / grid[1], halves[j - j0]
        if middle + half < 0.0 or middle - half > width - 1.0:
            continue
        i0 = max(int(middle - half), 0) // _BLOCK * _BLOCK
        i1 = min((int(middle + half) // _BLOCK + 1) * _BLOCK, width)
        begin = a * (grid[0] + grid[1] * i0 - px) + b * dy
        _add_tilted(weight * across[j - j0], np.float32(begin), np.float32(a * grid[1]), strip[j, i0:i1])


@fast_kernel
def fill_frame(rows: Array, grid: Array, greatest: float, out: Single) -> None:
    """Fill ``out`` (y, x) with the puffs' concentration, no more than ``greatest``."""
    tall, wide = out.shape
    padded = (wide + _BLOCK - 1) // _BLOCK * _BLOCK
    strip = np.empty((_STRIP, padded), dtype=np.float32)
    shape, lines = np.empty(padded, dtype=np.float32), np.empty((2, _STRIP), dtype=np.float32)
    most = np.float32(greatest)
    for first in range(0, tall, _STRIP):
        count = min(_STRIP, tall - first)
        strip[:] = np.float32(0.0)
        for k in range(rows.shape[1]):
            _add_puff(rows, k, grid, first, strip[:count], shape, lines)
        for j in range(count):
            for i in range(wide):
                value = strip[j, i]
                out[first + j, i] = value if value < most else most
