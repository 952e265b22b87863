"""A cloud along its way: what every dispersion model here gives, and how a point's concentration is read from it.

A model solves for a few numbers along the axis of a plume, or in the life of a puff; the space between is filled by
published shapes. Both are held in tables, so that one pair of kernels reads every model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics._jit import kernel
from physics.cards import Caveat
from physics.substances import Substance

Array = NDArray[np.float64]

_SQRT2 = math.sqrt(2.0)
_NARROW = 1e-6
"""Flat half-width over sigma below which a profile is a Gaussian."""
WELL_MIXED = 1.6
"""Sigma z over the lid's height from which a cloud is even from ground to lid (Turner 1970)."""
_BESIDE = 8.0
"""Sigmas beside a plume from which nothing of it is summed: a Gaussian there is 1e-14 of its middle."""
_IMAGES = 3
"""Pairs of images of the lid that are summed below that."""
THIN = 0.01
"""Mole fraction on the ground below which a cloud's own weight and volume are behind it."""


class Aim(StrEnum):
    """Where a release goes when it comes out."""

    POOL = "pool"
    HORIZONTAL = "horizontal-jet"
    VERTICAL = "vertical-jet"
    INSTANTANEOUS = "instantaneous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What dispersion starts from, after expansion to ambient pressure: one steady step of a release, or all at once.

    Attributes
    ----------
    substance : Substance
    aim : Aim
    mass_flow_rate : float
        kg/s; 0 where the release is instantaneous.
    mass : float
        Released at once, kg; 0 where it is not.
    duration : float
        s; inf for a plume without end.
    vapour_fraction : float
        Mass fraction of vapour; the rest is airborne droplets.
    temperature, density : float
        K, kg/m³, of vapour and droplets together.
    velocity : float
        m/s.
    area : float
        Section of the jet, or area of the pool, m².
    height : float
        Above ground, m.
    """

    substance: Substance
    aim: Aim
    temperature: float
    density: float
    mass_flow_rate: float = 0.0
    mass: float = 0.0
    duration: float = math.inf
    vapour_fraction: float = 1.0
    velocity: float = 0.0
    area: float = 0.0
    height: float = 0.0


@kernel
def across(y: float, flat: float, sigma: float) -> float:
    """Shape over a cross-section: flat to ``flat`` on either side, falling as a Gaussian's edge; 1 on the axis."""
    if flat <= _NARROW * sigma:
        return math.exp(-0.5 * (y / sigma) ** 2)
    scale = _SQRT2 * sigma
    shape = (math.erf((flat + y) / scale) + math.erf((flat - y) / scale)) / (2.0 * math.erf(flat / scale))
    return max(shape, 0.0)


@kernel
def _fall(distance: float, sigma: float, power: float) -> float:
    scaled = abs(distance) / sigma
    return math.exp(-0.5 * scaled * scaled) if power == 2.0 else math.exp(-0.5 * scaled**power)


@kernel
def column(sigma: float, power: float) -> float:
    """Integral over all heights of `upright` without a lid, m: sqrt(2 pi) sigma for a Gaussian."""
    height: float = 2.0 * sigma * 2.0 ** (1.0 / power) * math.gamma(1.0 + 1.0 / power)
    return height


@kernel
def upright(z: float, centre: float, sigma: float, power: float, lid: float) -> float:
    """Shape over the height with its images in the ground and in the lid; 2 at ground for a ground source.

    A cloud whose middle lies above the lid leaves nothing below it.
    """
    if lid < math.inf:
        if centre > lid:
            return _fall(z - centre, sigma, power) if z > lid else 0.0
        if z > lid:
            return 0.0
        if sigma > WELL_MIXED * lid:
            return column(sigma, power) / lid
    found = _fall(z - centre, sigma, power) + _fall(z + centre, sigma, power)
    if lid < math.inf:
        for j in range(1, _IMAGES + 1):
            shift = 2.0 * j * lid
            found += _fall(z - centre - shift, sigma, power) + _fall(z + centre - shift, sigma, power)
            found += _fall(z - centre + shift, sigma, power) + _fall(z + centre + shift, sigma, power)
    return found


@kernel
def place(nodes: Array, value: float) -> tuple[int, float]:
    """Node at or below a value in a rising table, and how far on to the next; the ends beyond the table."""
    last = nodes.size - 1
    if value <= nodes[0]:
        return 0, 0.0
    if value >= nodes[last]:
        return last - 1, 1.0
    low = int(np.searchsorted(nodes, value, side="right")) - 1
    return low, (value - nodes[low]) / (nodes[low + 1] - nodes[low])


@kernel
def between(table: Array, low: int, share: float) -> float:
    """Value between two nodes, straight."""
    value: float = (1.0 - share) * table[low] + share * table[low + 1]
    return value


@kernel
def log_between(table: Array, low: int, share: float) -> float:
    """Value between two nodes, straight in the logarithm; straight where one of them is not above 0."""
    a, b = table[low], table[low + 1]
    if a > 0.0 and b > 0.0:
        return math.exp((1.0 - share) * math.log(a) + share * math.log(b))
    return between(table, low, share)


@kernel
def _logarithmic(nodes: Array, low: int, share: float) -> float:
    """The same place between two nodes, in the logarithm of distance."""
    a, b = nodes[low], nodes[low + 1]
    if a <= 0.0:
        return share
    return math.log1p(share * (b - a) / a) / math.log(b / a)


# Rows of a plume's and of a puff's table, in this order.
_AMPLITUDE, _FLAT, _SIGMA_Y, _CENTRE, _SIGMA_Z, _POWER, _WAY, _SIGMA_X, _FLAT_X = range(9)


@kernel
def presences(nodes: Array, travel: Array, sigma_x: Array, duration: float, times: Array, out: Array) -> None:
    """Fill ``out`` (node, time) with the share of a plume at each node: front has come, tail not gone."""
    last = nodes.size - 1
    for n in range(nodes.size):
        low, high = max(n - 1, 0), min(n + 1, last)
        speed = (nodes[high] - nodes[low]) / max(travel[high] - travel[low], 1e-12)
        blur = max(_SQRT2 * sigma_x[n] / speed, 1e-9)
        for t in range(times.size):
            passed = -1.0 if duration == math.inf else math.erf((times[t] - duration - travel[n]) / blur)
            out[n, t] = max(0.5 * (math.erf((times[t] - travel[n]) / blur) - passed), 0.0) if times[t] > 0.0 else 0.0


@kernel
def plume_value(
    x: float, y: float, z: float, nodes: Array, table: Array, lid: float, upwind: float
) -> tuple[float, int, float]:
    """Mole fraction of a steady plume at one point, and the place in its table; 0 where it does not reach.

    A cloud that creeps against the wind is nowhere stronger, or earlier, than on the axis as far from the source.
    """
    distance = math.hypot(x, y) if upwind > 0.0 else abs(x)
    if distance > nodes[nodes.size - 1] or (x < 0.0 and distance > upwind):
        return 0.0, 0, 0.0
    abeam, beside = place(nodes, x)
    widest = max(table[_SIGMA_Y, abeam], table[_SIGMA_Y, abeam + 1])
    if abs(y) > max(table[_FLAT, abeam], table[_FLAT, abeam + 1]) + _BESIDE * widest:
        return 0.0, 0, 0.0
    low, share = (abeam, beside) if upwind <= 0.0 else place(nodes, distance)
    bent = _logarithmic(nodes, low, share)
    sigma_y = log_between(table[_SIGMA_Y], abeam, _logarithmic(nodes, abeam, beside))
    value = log_between(table[_AMPLITUDE], low, bent)
    value *= across(y, between(table[_FLAT], abeam, beside), sigma_y)
    sigma_z = log_between(table[_SIGMA_Z], low, bent)
    centre, power = between(table[_CENTRE], low, share), between(table[_POWER], low, share)
    return min(value * upright(z, centre, sigma_z, power, lid), 1.0), low, share


@kernel
def plume_points(
    x: Array, y: Array, z: Array, nodes: Array, table: Array, lid: float, upwind: float, present: Array, out: Array
) -> None:
    """Add a plume's mole fractions to ``out`` (time, point); ``present`` (node, time) is its share, see `presences`."""
    for p in range(x.size):
        value, low, share = plume_value(x[p], y[p], z[p], nodes, table, lid, upwind)
        if value == 0.0:
            continue
        for t in range(out.shape[0]):
            out[t, p] += value * ((1.0 - share) * present[low, t] + share * present[low + 1, t])


@kernel
def puff_points(x: Array, y: Array, z: Array, times: Array, nodes: Array, table: Array, lid: float, out: Array) -> None:
    """Fill ``out`` (time, point) with mole fractions of a puff."""
    for t in range(times.size):
        if times[t] < 0.0:
            out[t, :] = 0.0
            continue
        low, share = place(nodes, times[t])
        bent = _logarithmic(nodes, low, share)
        amplitude = log_between(table[_AMPLITUDE], low, bent)
        sigma_y, flat = log_between(table[_SIGMA_Y], low, bent), between(table[_FLAT], low, share)
        sigma_x, flat_x = log_between(table[_SIGMA_X], low, bent), between(table[_FLAT_X], low, share)
        sigma_z, power = log_between(table[_SIGMA_Z], low, bent), between(table[_POWER], low, share)
        centre, way = between(table[_CENTRE], low, share), between(table[_WAY], low, share)
        for p in range(x.size):
            value = amplitude * across(x[p] - way, flat_x, sigma_x) * across(y[p], flat, sigma_y)
            out[t, p] = min(value * upright(z[p], centre, sigma_z, power, lid), 1.0)


def _points(*coordinates: ArrayLike) -> tuple[tuple[int, ...], list[Array]]:
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in coordinates))
    return arrays[0].shape, [np.ascontiguousarray(array).ravel() for array in arrays]


def _checked(nodes: Array, table: Array, what: str) -> None:
    if nodes.ndim != 1 or nodes.size < 2 or np.any(np.diff(nodes) <= 0.0):
        raise ValueError(f"a cloud's {what} must rise and have two nodes at least")
    if not (np.all(np.isfinite(nodes)) and np.all(np.isfinite(table))):
        raise ValueError("a cloud's table may not hold NaN or infinity")
    if np.any(table[[_SIGMA_Y, _SIGMA_Z]] <= 0.0) or np.any(table[_AMPLITUDE] < 0.0):
        raise ValueError("a cloud's widths must be above 0, its concentrations not below")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlumeTrack:
    """A steady cloud along its axis.

    With the axis's values at x, the mole fraction at a point is ``A Y(y) Z(z)``, not above 1:
    ``Y`` is flat to ``b`` with a Gaussian's edges and 1 on the axis, ``Z`` is the sum of ``exp(-|(z-zc)/sz|^p / 2)``
    and its images in ground and lid.

    Attributes
    ----------
    model : str
        Registry name.
    distance : ndarray, shape (n,)
        From the source along the wind, m, rising.
    mole_fraction : ndarray, shape (n,)
        ``A``, 1.
    flat_half_width, sigma_y : ndarray, shape (n,)
        ``b`` and the edge's sigma, m.
    centre_height, sigma_z, vertical_power : ndarray, shape (n,)
        ``zc`` and ``sz``, m; ``p``, 2 for a Gaussian.
    travel_time : ndarray, shape (n,)
        From the source, s, rising.
    sigma_x : ndarray, shape (n,)
        Of the front where the release begins and ends, m.
    lid : float
        Mixing height, m.
    upwind : float
        Distance the cloud creeps against the wind, m.
    averaging_time : float
        Of the concentrations, s.
    says : tuple of str
    caveats : tuple of Caveat
    """

    model: str
    distance: Array
    mole_fraction: Array
    sigma_y: Array
    sigma_z: Array
    travel_time: Array
    sigma_x: Array
    flat_half_width: Array
    centre_height: Array
    vertical_power: Array
    lid: float = math.inf
    upwind: float = 0.0
    averaging_time: float = 600.0
    says: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    table: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Gather the table kernels read."""
        rows = [self.mole_fraction, self.flat_half_width, self.sigma_y, self.centre_height, self.sigma_z]
        table = np.array([*rows, self.vertical_power], dtype=np.float64)
        if not (np.all(np.isfinite(self.travel_time)) and np.all(np.isfinite(self.sigma_x))):
            raise ValueError("a cloud's travel may not hold NaN or infinity")
        _checked(self.distance, table, "distances")
        object.__setattr__(self, "table", table)

    def at(self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0) -> Array:
        """Mole fraction at points of the steady cloud; same shape as the coordinates, m, broadcast together."""
        found: Array = self.at_time(x, y, z, time=math.inf)[0]
        return found

    def at_time(
        self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0, *, time: ArrayLike, duration: float = math.inf
    ) -> Array:
        """Mole fraction at points and times of a release that lasts ``duration`` s, shape (time, *points)."""
        shape, points = _points(x, y, z)
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        out = np.zeros((times.size, points[0].size))
        self.add(points, times, duration, out)
        return out.reshape(times.size, *shape)

    def add(self, points: list[Array], times: Array, duration: float, out: Array) -> None:
        """Add the mole fraction at points, three arrays of shape (n,), and times, s, to ``out`` (time, n)."""
        present = np.ones((self.distance.size, times.size))
        if np.any(np.isfinite(times)):
            presences(self.distance, self.travel_time, self.sigma_x, duration, times, present)
        plume_points(points[0], points[1], points[2], self.distance, self.table, self.lid, self.upwind, present, out)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PuffTrack:
    """A cloud that travels; see `PlumeTrack`, whose table runs along distance where this one runs in time.

    Attributes
    ----------
    time : ndarray, shape (n,)
        Since the release, s, rising.
    centre : ndarray, shape (n,)
        Way the cloud's middle has gone, m.
    flat_half_length, sigma_x : ndarray, shape (n,)
        Along the wind as ``flat_half_width`` and ``sigma_y`` across it, m.
    """

    model: str
    time: Array
    centre: Array
    mole_fraction: Array
    sigma_x: Array
    sigma_y: Array
    sigma_z: Array
    flat_half_length: Array
    flat_half_width: Array
    centre_height: Array
    vertical_power: Array
    lid: float = math.inf
    averaging_time: float = 600.0
    says: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    table: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Gather the table kernels read."""
        rows = [self.mole_fraction, self.flat_half_width, self.sigma_y, self.centre_height, self.sigma_z]
        rows += [self.vertical_power, self.centre, self.sigma_x, self.flat_half_length]
        table = np.array(rows, dtype=np.float64)
        _checked(self.time, table, "times")
        object.__setattr__(self, "table", table)

    def at(self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0, *, time: ArrayLike) -> Array:
        """Mole fraction at points and times, shape (time, *points)."""
        shape, (along, beside, above) = _points(x, y, z)
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        out = np.empty((times.size, along.size))
        puff_points(along, beside, above, times, self.time, self.table, self.lid, out)
        return out.reshape(times.size, *shape)

    def greatest(self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0, *, steps: int = 400) -> Array:
        """Greatest mole fraction ever at points; same shape."""
        times = np.unique(np.concatenate([self.time, np.linspace(self.time[0], self.time[-1], steps)]))
        found: Array = np.max(self.at(x, y, z, time=times), axis=0)
        return found
