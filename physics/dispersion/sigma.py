"""Spread of passive plumes and puffs with distance, by published set.

Every set is two tables of coefficients, one row per stability class A to F, read by one kernel:
``sigma = a x^b (1 + c x)^d exp(e ln(x)^2)``. Each form found in the literature is a case of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics._jit import kernel
from physics.weather import CLASSES

Array = NDArray[np.float64]

AT_SOURCE = 1e-6
"""Distance that counts as none, m: no published set means anything so near, and powers of it leave floating point."""


@kernel
def spread(x: float, row: Array) -> float:
    """Sigma in m at ``x`` in m, ``row`` = a, b, c, d, e of the form above; 0 at and upwind of the source."""
    if x <= AT_SOURCE:
        return 0.0
    log = np.log(x)
    return float(np.exp(np.log(row[0]) + row[1] * log + row[3] * np.log1p(row[2] * x) + row[4] * log * log))


@kernel
def _spread_many(x: Array, row: Array, out: Array) -> None:
    for i in range(x.size):
        out[i] = spread(x[i], row)


@kernel
def virtual_distance(sigma: float, row: Array) -> float:
    """Distance at which a set reaches ``sigma``, m, by bisection in ln x between 1 mm and 1000 km."""
    low, high = np.log(1e-3), np.log(1e6)
    for _ in range(80):
        middle = 0.5 * (low + high)
        if spread(np.exp(middle), row) < sigma:
            low = middle
        else:
            high = middle
    return float(np.exp(0.5 * (low + high)))


@dataclass(frozen=True, slots=True, eq=False)
class SigmaSet:
    """One published set of dispersion coefficients.

    Attributes
    ----------
    name : str
    crosswind, vertical : ndarray, shape (6, 5)
        Coefficient rows for classes A to F.
    averaging_time : float
        Averaging time the crosswind spread stands for, s.
    cites : str
        Key in ``physics/references.bib``.
    """

    name: str
    crosswind: Array
    vertical: Array
    averaging_time: float
    cites: str

    def sigma_y(self, distance: ArrayLike, stability_class: str) -> Array:
        """Crosswind sigma, m, at distances in m; same shape."""
        return self._many(distance, self.crosswind, stability_class)

    def sigma_z(self, distance: ArrayLike, stability_class: str) -> Array:
        """Vertical sigma, m, at distances in m; same shape."""
        return self._many(distance, self.vertical, stability_class)

    def rows(self, stability_class: str) -> tuple[Array, Array]:
        """Crosswind and vertical coefficient rows of a class."""
        index = CLASSES.index(stability_class)
        return self.crosswind[index], self.vertical[index]

    def _many(self, distance: ArrayLike, table: Array, stability_class: str) -> Array:
        x = np.asarray(distance, dtype=np.float64)
        out = np.empty(x.size)
        _spread_many(x.ravel(), table[CLASSES.index(stability_class)], out)
        return out.reshape(x.shape)


def _table(*rows: tuple[float, float, float, float, float]) -> Array:
    table = np.array(rows, dtype=np.float64)
    table.setflags(write=False)
    return table


def _powers(factors: tuple[float, ...], power: float | tuple[float, ...]) -> Array:
    powers = power if isinstance(power, tuple) else (power,) * len(factors)
    return _table(*((a, b, 0.0, 0.0, 0.0) for a, b in zip(factors, powers, strict=True)))


BRIGGS_RURAL = SigmaSet(
    "briggs-rural",
    _table(*((a, 1.0, 1e-4, -0.5, 0.0) for a in (0.22, 0.16, 0.11, 0.08, 0.06, 0.04))),
    _table(
        (0.20, 1.0, 0.0, 0.0, 0.0),
        (0.12, 1.0, 0.0, 0.0, 0.0),
        (0.08, 1.0, 2e-4, -0.5, 0.0),
        (0.06, 1.0, 1.5e-3, -0.5, 0.0),
        (0.03, 1.0, 3e-4, -1.0, 0.0),
        (0.016, 1.0, 3e-4, -1.0, 0.0),
    ),
    600.0,
    "briggs1973",
)
BRIGGS_URBAN = SigmaSet(
    "briggs-urban",
    _table(*((a, 1.0, 4e-4, -0.5, 0.0) for a in (0.32, 0.32, 0.22, 0.16, 0.11, 0.11))),
    _table(
        (0.24, 1.0, 1e-3, 0.5, 0.0),
        (0.24, 1.0, 1e-3, 0.5, 0.0),
        (0.20, 1.0, 0.0, 0.0, 0.0),
        (0.14, 1.0, 3e-4, -0.5, 0.0),
        (0.08, 1.0, 1.5e-3, -0.5, 0.0),
        (0.08, 1.0, 1.5e-3, -0.5, 0.0),
    ),
    600.0,
    "briggs1973",
)
SPICER_HAVENS = SigmaSet(
    "spicer-havens",
    _powers((0.423, 0.313, 0.210, 0.136, 0.102, 0.0674), 0.9),
    _table(
        (107.7, -1.7172, 0.0, 0.0, 0.2770),
        (0.1355, 0.8752, 0.0, 0.0, 0.0136),
        (0.09623, 0.9477, 0.0, 0.0, -0.0020),
        (0.04134, 1.1737, 0.0, 0.0, -0.0316),
        (0.02275, 1.3010, 0.0, 0.0, -0.0450),
        (0.01122, 1.4024, 0.0, 0.0, -0.0540),
    ),
    600.0,
    "spicerhavens1989",
)
CCPS_PUFF = SigmaSet(
    "ccps-puff",
    _powers((0.18, 0.14, 0.10, 0.06, 0.04, 0.02), (0.92, 0.92, 0.92, 0.92, 0.92, 0.89)),
    _powers((0.60, 0.53, 0.34, 0.15, 0.10, 0.05), (0.75, 0.73, 0.71, 0.70, 0.65, 0.61)),
    10.0,
    "ccps1999",
)

SIGMA_SETS = {item.name: item for item in (BRIGGS_RURAL, BRIGGS_URBAN, SPICER_HAVENS, CCPS_PUFF)}

AVERAGING_EXPONENT = 0.2
"""Exponent of the averaging-time correction of crosswind spread (Turner 1970; CCPS 1999)."""


def averaging_factor(sigma_set: SigmaSet, averaging_time: float) -> float:
    """Factor on crosswind sigma for another averaging time than the set's own: (t / t_set)^0.2."""
    return float((averaging_time / sigma_set.averaging_time) ** AVERAGING_EXPONENT)
