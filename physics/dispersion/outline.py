"""How far a plume reaches: to the side on a polar grid about its source, and along its axis for many plumes at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.sigma import spread

Array = NDArray[np.float64]
Index = NDArray[np.int64]


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


@kernel
def steady_reaches(
    rates: Array, speeds: Array, classes: Index, rows_y: Array, rows_z: Array, levels: Array, out: Array
) -> None:
    """Fill ``out`` (case, level) with the distance of levels, kg/m³, on the axis of passive plumes at the ground, m.

    ``rows_y`` and ``rows_z`` hold a row of `physics.dispersion.sigma` for each class; bisection in ln x between 1 m and
    100 km.
    """
    for i in range(rates.size):
        for k in range(levels.size):
            low, high = 0.0, math.log(1e5)
            for _ in range(40):
                middle = 0.5 * (low + high)
                x = math.exp(middle)
                sigmas = spread(x, rows_y[classes[i]]) * spread(x, rows_z[classes[i]])
                if rates[i] > levels[k] * math.pi * speeds[i] * sigmas:
                    low = middle
                else:
                    high = middle
            out[i, k] = math.exp(0.5 * (low + high))
