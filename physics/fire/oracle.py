"""The numerical oracle: view factors of any triangulated surface by summing small pieces, for targets of any direction.

dF = cos θ₁ cos θ₂ dA/(π s²), every triangle split into n² equal ones; a piece counts where it faces the target and lies
before it. Slow and plain: closed forms and faster kernels are held against it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics._jit import kernel

Array = NDArray[np.float64]


@kernel
def _sum(triangles: Array, power: Array, x: Array, n: Array, splits: int) -> float:
    total = 0.0
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        u, v = (b - a) / splits, (c - a) / splits
        ax, ay, az = u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]
        for i in range(splits):
            for j in range(2 * (splits - i) - 1):
                # upright and inverted small triangles in turn, by their middles
                k, inverted = j // 2, j % 2
                p, q = i + (2.0 if inverted else 1.0) / 3.0, k + (2.0 if inverted else 1.0) / 3.0
                sx = a[0] + p * u[0] + q * v[0] - x[0]
                sy = a[1] + p * u[1] + q * v[1] - x[1]
                sz = a[2] + p * u[2] + q * v[2] - x[2]
                square = sx * sx + sy * sy + sz * sz
                leaves = -(ax * sx + ay * sy + az * sz)  # twice the piece's area times s cos θ₁
                comes = n[0] * sx + n[1] * sy + n[2] * sz
                if leaves > 0.0 and comes > 0.0:
                    total += power[t] * 0.5 * leaves * comes / (square * square)
    return total / math.pi


def view_factor(triangles: Array, *, target: ArrayLike, facing: ArrayLike, splits: int = 16) -> float:
    """View factor of a surface from a small target.

    Parameters
    ----------
    triangles : ndarray, shape (t, 3, 3)
        Corners counter-clockwise from outside, m.
    target, facing : array_like, shape (3,)
        Place, m, and normal of the target.
    splits : int
        Every triangle is summed in splits² pieces.
    """
    return heat(triangles, power=np.ones(len(triangles)), target=target, facing=facing, splits=splits)


def heat(triangles: Array, *, power: Array, target: ArrayLike, facing: ArrayLike, splits: int = 16) -> float:
    """Irradiance, W/m², of a surface of emissive powers W/m² by triangle; see `view_factor`."""
    normal = np.asarray(facing, dtype=np.float64)
    return float(
        _sum(
            np.ascontiguousarray(triangles, dtype=np.float64),
            np.ascontiguousarray(power, dtype=np.float64),
            np.asarray(target, dtype=np.float64),
            normal / np.linalg.norm(normal),
            splits,
        )
    )
