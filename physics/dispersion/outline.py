"""The outline of a plume on a polar grid about its source: how far to the side a value reaches at each distance."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel

Array = NDArray[np.float64]


@kernel
def outline(values: Array, angles: Array, threshold: float, out: Array) -> None:
    """Fill ``out`` (row, radius) with the greatest angle at which ``values`` (radius, angle, row) reach a threshold.

    NaN where they do not. Between two angles a Gaussian's logarithm falls with the square of the angle, so that is
    what is interpolated.
    """
    radii, count, rows = values.shape
    for r in range(radii):
        for t in range(rows):
            a = count - 1
            while a >= 0 and values[r, a, t] < threshold:
                a -= 1
            if a < 0:
                out[t, r] = np.nan
            elif a == count - 1 or values[r, a + 1, t] <= 0.0:
                out[t, r] = angles[a]
            else:
                here, there = values[r, a, t], values[r, a + 1, t]
                share = math.log(here / threshold) / math.log(here / there)
                out[t, r] = math.sqrt(angles[a] ** 2 + share * (angles[a + 1] ** 2 - angles[a] ** 2))


def half_angles(values: Array, angles: Array, threshold: float) -> Array:
    """Greatest angle at which values reach a threshold, radians; NaN where they do not.

    Parameters
    ----------
    values : ndarray, shape (row, radius, angle)
    angles : ndarray, shape (angle,)
        Rising from 0, radians.
    threshold : float
        Above 0.

    Returns
    -------
    ndarray, shape (row, radius)
    """
    out = np.empty(values.shape[:2])
    outline(np.ascontiguousarray(np.moveaxis(values, 0, -1)), angles, threshold, out)
    return out
