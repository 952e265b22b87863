"""Spread of passive plumes and puffs with distance, by published set.

Every set is two tables of coefficients, one row per stability class A to F, read by one kernel. A row of five is
``sigma = a x^b (1 + c x)^d exp(e ln(x)^2)``, of which most published forms are cases. A row of two is ISC3's angle,
``465.11628 x tan(c - d ln x)`` with x in km and the angle in degrees; any other is ISC3's pieces of powers,
``(upper distance, a, b)`` one after the other, ``sigma = a x^b`` with x in km, at most 5000 m.
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


_SMOOTH, _ANGLE = 5, 2
_ISC3_WIDTH = 465.11628
"""m per km: 1000 over 2.15, the half-widths in which a plume ends at a tenth of its peak (ISC3)."""
_ISC3_DEEPEST = 5000.0
"""Greatest sigma z, m (ISC3)."""
_KILOMETRE = 1000.0


@kernel
def _other_spread(x: float, row: Array) -> float:
    """Sigma of ISC3's forms, m."""
    far = x / _KILOMETRE
    if row.size == _ANGLE:
        return float(_ISC3_WIDTH * far * np.tan(np.radians(max(row[0] - row[1] * np.log(far), 0.0))))
    piece = 0
    while piece + 3 < row.size and far > row[piece]:
        piece += 3
    return float(min(row[piece + 1] * far ** row[piece + 2], _ISC3_DEEPEST))


@kernel
def spread(x: float, row: Array) -> float:
    """Sigma in m at ``x`` in m, ``row`` of one of the forms above; 0 at and upwind of the source."""
    if x <= AT_SOURCE:
        return 0.0
    if row.size != _SMOOTH:
        return float(_other_spread(x, row))
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
    crosswind, vertical : ndarray, shape (6, n)
        Coefficient rows for classes A to F.
    averaging_time : float
        Averaging time the crosswind spread stands for, s.
    cites : str
        Key in ``physics/references.bib``.
    along : ndarray, shape (6, n), or None
        Rows of a puff's spread along the wind, where it is not that across.
    shortest : tuple of float
        Averaging times below which a plume of each class narrows no more, s; empty where none is given.
    """

    name: str
    crosswind: Array
    vertical: Array
    averaging_time: float
    cites: str
    along: Array | None = None
    shortest: tuple[float, ...] = ()

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
    shortest=(18.4, 18.4, 18.4, 18.3, 11.4, 4.6),
)
CCPS_PUFF = SigmaSet(
    "ccps-puff",
    _powers((0.18, 0.14, 0.10, 0.06, 0.04, 0.02), (0.92, 0.92, 0.92, 0.92, 0.92, 0.89)),
    _powers((0.60, 0.53, 0.34, 0.15, 0.10, 0.05), (0.75, 0.73, 0.71, 0.70, 0.65, 0.61)),
    10.0,
    "ccps1999",
)

TNO = SigmaSet(
    "tno",
    _powers((0.527, 0.371, 0.209, 0.128, 0.098, 0.065), (0.865, 0.866, 0.897, 0.905, 0.902, 0.902)),
    _powers((0.28, 0.23, 0.22, 0.20, 0.15, 0.12), (0.90, 0.85, 0.80, 0.76, 0.73, 0.67)),
    600.0,
    "yellowbook2005",
)
TNO_PUFF = SigmaSet(
    "tno-puff",
    _powers((0.2635, 0.1855, 0.1045, 0.064, 0.049, 0.0325), (0.865, 0.866, 0.897, 0.905, 0.902, 0.902)),
    TNO.vertical,
    18.75,  # half the width of ten minutes is (t / 600 s)^0.2 of it at this time
    "yellowbook2005",
    along=_powers((0.13,) * 6, 1.0),
)
"""A puff of half a plume's width."""


Piece = tuple[float, float, float]


def _pieces(*classes: tuple[Piece, ...]) -> Array:
    """Rows of pieces, the last one repeated to a common length."""
    longest = max(len(pieces) for pieces in classes)
    filled = [pieces + pieces[-1:] * (longest - len(pieces)) for pieces in classes]
    table = np.array(filled, dtype=np.float64).reshape(len(classes), -1)
    table.setflags(write=False)
    return table


_FAR = 1e9  # km: the last piece has no end
ISC3_RURAL = SigmaSet(
    "isc3-rural",
    np.array(
        [
            (24.1670, 2.5334),
            (18.3330, 1.8096),
            (12.5000, 1.0857),
            (8.3330, 0.72382),
            (6.2500, 0.54287),
            (4.1667, 0.36191),
        ]
    ),
    _pieces(
        (
            (0.1, 122.8, 0.9447),
            (0.15, 158.08, 1.0542),
            (0.2, 170.22, 1.0932),
            (0.25, 179.52, 1.1262),
            (0.3, 217.41, 1.2644),
            (0.4, 258.89, 1.4094),
            (0.5, 346.75, 1.7283),
            (_FAR, 453.85, 2.1166),
        ),
        (
            (0.2, 90.673, 0.93198),
            (0.4, 98.483, 0.98332),
            (_FAR, 109.3, 1.0971),
        ),
        ((_FAR, 61.141, 0.91465),),
        (
            (0.3, 34.459, 0.86974),
            (1.0, 32.093, 0.81066),
            (3.0, 32.093, 0.64403),
            (10.0, 33.504, 0.60486),
            (30.0, 36.65, 0.56589),
            (_FAR, 44.053, 0.51179),
        ),
        (
            (0.1, 24.26, 0.8366),
            (0.3, 23.331, 0.81956),
            (1.0, 21.628, 0.7566),
            (2.0, 21.628, 0.63077),
            (4.0, 22.534, 0.57154),
            (10.0, 24.703, 0.50527),
            (20.0, 26.97, 0.46713),
            (40.0, 35.42, 0.37615),
            (_FAR, 47.618, 0.29592),
        ),
        (
            (0.2, 15.209, 0.81558),
            (0.7, 14.457, 0.78407),
            (1.0, 13.953, 0.68465),
            (2.0, 13.953, 0.63227),
            (3.0, 14.823, 0.54503),
            (7.0, 16.187, 0.4649),
            (15.0, 17.836, 0.41507),
            (30.0, 22.651, 0.32681),
            (60.0, 27.074, 0.27436),
            (_FAR, 34.219, 0.21716),
        ),
    ),
    600.0,
    "isc3",
)
"""The curves of Pasquill and Gifford as Turner (1970) drew them, by EPA's fits; its urban set is Briggs'."""

SIGMA_SETS = {
    item.name: item for item in (BRIGGS_RURAL, BRIGGS_URBAN, SPICER_HAVENS, TNO, ISC3_RURAL, CCPS_PUFF, TNO_PUFF)
}
PLUME_SETS = (BRIGGS_RURAL, BRIGGS_URBAN, SPICER_HAVENS, TNO, ISC3_RURAL)
PUFF_SETS = (CCPS_PUFF, TNO_PUFF)

AVERAGING_EXPONENT = 0.2
"""Exponent of the averaging-time correction of crosswind spread (Turner 1970; CCPS 1999)."""


def averaging_factor(sigma_set: SigmaSet, averaging_time: float, stability_class: str | None = None) -> float:
    """Factor on crosswind sigma for another averaging time than the set's own: (t / t_set)^0.2.

    Parameters
    ----------
    sigma_set : SigmaSet
    averaging_time : float
        s.
    stability_class : str or None
        With it, a set's own shortest averaging time is held to.
    """
    time = averaging_time
    if stability_class is not None and sigma_set.shortest:
        time = max(time, sigma_set.shortest[CLASSES.index(stability_class)])
    return float((time / sigma_set.averaging_time) ** AVERAGING_EXPONENT)
