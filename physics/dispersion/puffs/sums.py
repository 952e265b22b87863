"""Many puffs at many receptors: one exponential for each pair, in double or single precision.

A puff is a row of numbers: its centre, the matrix that turns a distance from it into standard deviations (over the
root of 2, so that squares add up to the exponent), and its strength. Images in ground and lid are either folded into
the strength (receptors of one height, `sum_flat`) or are rows of their own (`sum_spatial`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics._exp import power_of_two, power_of_two_single
from physics._jit import fast_kernel

Array = NDArray[np.float64]
Single = NDArray[np.float32]

TILE = 1024
"""Receptors taken together, so that they and their sums stay in the nearest cache."""
_APART = TILE + 336  # so that places and sums do not lie a page apart, where a store holds up loads


@fast_kernel
def sum_flat(rows: Array, x: Array, y: Array, out: Array) -> None:
    """Add to ``out`` (n,) what puffs give at places of one height.

    ``rows`` is (6, puffs): centre x and y, matrix entries a, b, c, strength; the exponent is -(a dx + b dy)^2 -
    (c dy)^2.
    """
    held = np.empty(3 * _APART, dtype=np.float64)
    for first in range(0, x.size, TILE):
        count = min(TILE, x.size - first)
        xs, ys, sums = held[:count], held[_APART : _APART + count], held[2 * _APART : 2 * _APART + count]
        xs[:], ys[:], sums[:] = x[first : first + count], y[first : first + count], out[first : first + count]
        for k in range(rows.shape[1]):
            px, py, a, b, c, strength = rows[0, k], rows[1, k], rows[2, k], rows[3, k], rows[4, k], rows[5, k]
            for i in range(sums.size):
                dx, dy = xs[i] - px, ys[i] - py
                p, q = a * dx + b * dy, c * dy
                sums[i] += strength * power_of_two(-(p * p) - q * q)
        out[first : first + count] = sums


@fast_kernel
def sum_flat_single(rows: Single, x: Single, y: Single, out: Single) -> None:
    """As `sum_flat`, in single precision."""
    held = np.empty(3 * _APART, dtype=np.float32)
    for first in range(0, x.size, TILE):
        count = min(TILE, x.size - first)
        xs, ys, sums = held[:count], held[_APART : _APART + count], held[2 * _APART : 2 * _APART + count]
        xs[:], ys[:], sums[:] = x[first : first + count], y[first : first + count], out[first : first + count]
        for k in range(rows.shape[1]):
            px, py, a, b, c, strength = rows[0, k], rows[1, k], rows[2, k], rows[3, k], rows[4, k], rows[5, k]
            for i in range(sums.size):
                dx, dy = xs[i] - px, ys[i] - py
                p, q = a * dx + b * dy, c * dy
                sums[i] += strength * power_of_two_single(-(p * p) - q * q)
        out[first : first + count] = sums


@fast_kernel
def sum_spatial(rows: Array, x: Array, y: Array, z: Array, out: Array) -> None:
    """Add to ``out`` (n,) what puffs give at places of any height; ``rows`` is (8, images): as above, height, d."""
    for first in range(0, x.size, TILE):
        last = min(first + TILE, x.size)
        xs, ys, zs, sums = x[first:last], y[first:last], z[first:last], out[first:last]
        for k in range(rows.shape[1]):
            px, py, a, b, c, strength = rows[0, k], rows[1, k], rows[2, k], rows[3, k], rows[4, k], rows[5, k]
            height, d = rows[6, k], rows[7, k]
            for i in range(sums.size):
                dx, dy, dz = xs[i] - px, ys[i] - py, zs[i] - height
                p, q, r = a * dx + b * dy, c * dy, d * dz
                sums[i] += strength * power_of_two(-(p * p) - q * q - r * r)


@fast_kernel
def multiply_adds(rounds: int, factor: float, start: Array) -> float:
    """Keep every multiply-add unit of a core busy; each round is as many as ``start`` (128,) has numbers."""
    held = start.copy()
    for _ in range(rounds):
        for i in range(128):
            held[i] = held[i] * factor + 1e-9
    return float(held.sum())


@fast_kernel
def multiply_adds_single(rounds: int, factor: np.float32, start: Single) -> float:
    """As `multiply_adds`, in single precision."""
    held = start.copy()
    for _ in range(rounds):
        for i in range(128):
            held[i] = held[i] * factor + np.float32(1e-9)
    return float(held.sum())
