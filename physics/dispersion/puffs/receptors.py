"""Puffs of one instant at receptors: those of one height together, those of many heights through images."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._exp import LOG2_E
from physics._jit import kernel
from physics.dispersion.puffs.frame import shapes
from physics.dispersion.puffs.pieces import DEEP, Emission, cut
from physics.dispersion.puffs.sums import sum_flat, sum_spatial
from physics.dispersion.puffs.timeline import Timeline
from physics.dispersion.track import WELL_MIXED

Array = NDArray[np.float64]
Index = NDArray[np.int64]

MOST_HEIGHTS = 4
"""Different heights that are summed one by one; more are summed through images."""
_PAIRS = 3  # images of the lid on either side
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


@kernel
def images(puffs: Array, flat: Array, height: float, lid: float) -> Array:
    """Rows for `sum_spatial`, one for each image of each puff in ground and lid; ``flat`` has their strength whole."""
    bounded = lid < math.inf
    each = 2 * (2 * _PAIRS + 1) if bounded else 2
    out = np.zeros((8, each * flat.shape[1]))
    scale = math.sqrt(0.5 * LOG2_E)
    n = 0
    for k in range(flat.shape[1]):
        deep = puffs[DEEP, k]
        if bounded and deep > WELL_MIXED * lid:
            out[:6, n] = flat[:, k]
            out[5, n] /= lid
            n += 1
            continue
        for j in range(-_PAIRS if bounded else 0, _PAIRS + 1 if bounded else 1):
            for sign in (-1.0, 1.0):
                out[:6, n] = flat[:, k]
                out[5, n] /= _ROOT_2_PI * deep
                out[6, n] = sign * height + (2.0 * j * lid if bounded else 0.0)
                out[7, n] = scale / deep
                n += 1
    return out[:, :n]


@kernel
def fill_instants(
    line: Timeline,
    emitted: Emission,
    instants: Array,
    share: float,
    finest: float,
    where: Array,
    ends: Index,
    height: float,
    lid: float,
    greatest: float,
    room: int,
    each: int,
    out: Array,
) -> int:
    """Add to ``out`` (n_t, n) the mean of ``each`` instants for each time; gives the first that found no room, or -1.

    Places ``where`` (3, n) are sorted by height and ``ends`` say where each height's end; ``instants`` are (n_t each,).
    """
    puffs = np.empty((8, room))
    for k in range(instants.size):
        count = cut(line, emitted, instants[k], share, finest, puffs)
        if count < 0:
            return k
        rows = np.empty((6, count))
        begin = 0
        for end in ends:
            shapes(puffs, count, where[2, begin], height, lid, rows)
            part = np.zeros(end - begin)
            sum_flat(rows, where[0, begin:end], where[1, begin:end], part)
            for i in range(part.size):
                out[k // each, begin + i] += min(part[i], greatest) / each
            begin = end
    return -1


def fill_places(
    puffs: Array, where: Array, height: float, lid: float, greatest: float, weight: float, out: Array
) -> None:
    """Add to ``out`` (n,) ``weight`` times what puffs give at places ``where`` (3, n) of any heights."""
    found = np.zeros(where.shape[1])
    rows = np.empty((6, puffs.shape[1]))
    shapes(puffs, puffs.shape[1], 0.0, 0.0, math.inf, rows)
    rows[5] *= 0.5 * _ROOT_2_PI * puffs[DEEP]  # takes the upright share back out
    sum_spatial(images(puffs, rows, height, lid), where[0], where[1], where[2], found)
    found[where[2] > lid] = 0.0
    out += weight * np.minimum(found, greatest)
