"""Gas of one substance at any density: departures from the ideal gas on a plane of temperature and density.

Two patches hold the compressibility factor less one, z, and the residual internal energy over RT, e, as bicubic
splines. Below ``switch`` the density runs from nothing to that of the saturated vapour, above it to ``dense``,
which is more than twice critical; in the sliver between ``switch`` and the critical temperature, states that would
split into two phases hold the equilibrium of both. Pressure, energy and their slopes come from the same polynomial.

Legend: T temperature K, rho density kg/m³, R specific gas constant J/(kg K), u internal energy J/kg on the datum of
the saturation table, x and y the places on a patch, 0 to 1.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RectBivariateSpline

from physics._jit import kernel
from physics.substances.kernels import (
    GAS_ENTHALPY,
    GAS_HEAT_CAPACITY,
    LN_VAPOUR_DENSITY,
    Table,
    interpolate,
    slope,
    vapour_density,
)

Array = NDArray[np.float64]

PLANE_PROPERTIES = 2
"""Compressibility factor less one, and residual internal energy over RT."""
MOST_SUPERSATURATED = 2.0
"""Density over that of the saturated vapour up to which the lower patch is followed beyond its edge."""
_NEWTON_STEPS = 60
_TOLERANCE = 1e-11  # relative, on temperature


class GasPlane(NamedTuple):
    """What kernels take of a gas.

    Attributes
    ----------
    low, switch, high : float
        Ends of the two patches, K.
    dense : float
        Highest density of the upper patch, kg/m³.
    gas_constant : float
        Specific, J/(kg K).
    saturation, gas : Table
        Saturated states and ideal-gas heat.
    below, above : ndarray, shape (temperature cells, density cells, 2, 16)
        Coefficients of each cell's polynomial.
    """

    low: float
    switch: float
    high: float
    dense: float
    gas_constant: float
    saturation: Table
    gas: Table
    below: Array
    above: Array


def lower_temperature(low: float, switch: float, nodes: int) -> Array:
    """Temperatures of the lower patch's nodes, K."""
    return np.linspace(low, switch, nodes)


def upper_temperature(switch: float, high: float, nodes: int) -> Array:
    """Temperatures of the upper patch's nodes, K: crowded towards the critical point."""
    at: Array = np.linspace(0.0, 1.0, nodes)
    return switch + (high - switch) * at**2


def cells(values: Array) -> Array:
    """Polynomial coefficients of the bicubic spline through values at evenly spaced nodes.

    Parameters
    ----------
    values : ndarray, shape (properties, n, m)

    Returns
    -------
    ndarray, shape (n-1, m-1, properties, 16)
        Of ``x**i * y**j``, index ``4 i + j``, with x and y running from 0 to 1 over a cell.
    """
    count, n, m = values.shape
    hermite = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [-3, 3, -2, -1], [2, -2, 1, 1]])
    out = np.empty((n - 1, m - 1, count, 16))
    rows, columns = np.arange(n, dtype=float), np.arange(m, dtype=float)
    for k in range(count):
        spline = RectBivariateSpline(rows, columns, values[k])
        f = {(i, j): spline(rows, columns, dx=i, dy=j) for i in (0, 1) for j in (0, 1)}
        corner = np.empty((n - 1, m - 1, 4, 4))
        for a, (dx, r) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
            for b, (dy, c) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
                corner[:, :, a, b] = f[dx, dy][r : n - 1 + r, c : m - 1 + c]
        out[:, :, k, :] = np.einsum("pa,ijab,qb->ijpq", hermite, corner, hermite).reshape(n - 1, m - 1, 16)
    return out


@kernel
def _polynomial(c: Array, i: int, j: int, k: int, x: float, y: float) -> tuple[float, float, float]:
    """Value and slopes in x and y of one cell's polynomial."""
    f = fx = fy = 0.0
    for p in range(3, -1, -1):
        a = 4 * p
        row = c[i, j, k, a] + y * (c[i, j, k, a + 1] + y * (c[i, j, k, a + 2] + y * c[i, j, k, a + 3]))
        row_y = c[i, j, k, a + 1] + y * (2.0 * c[i, j, k, a + 2] + 3.0 * y * c[i, j, k, a + 3])
        fx = f + x * fx
        f = row + x * f
        fy = row_y + x * fy
    return f, fx, fy


@kernel
def _departures(
    cell: Array, x: float, y: float, y_slope: float, x_slope: float, y_temperature: float
) -> tuple[float, float, float, float, float, float]:
    """Departures with their slopes in density and temperature, from places on a patch and the places' own slopes."""
    n, m = cell.shape[0], cell.shape[1]
    i = min(max(math.floor(x * n), 0), n - 1)
    j = min(max(math.floor(y * m), 0), m - 1)
    z, z_x, z_y = _polynomial(cell, i, j, 0, x * n - i, y * m - j)
    e, e_x, e_y = _polynomial(cell, i, j, 1, x * n - i, y * m - j)
    to_x, to_y = x_slope * n, y_temperature * m
    return z, z_y * y_slope * m, z_x * to_x + z_y * to_y, e, e_y * y_slope * m, e_x * to_x + e_y * to_y


@kernel
def departures(plane: GasPlane, rho: float, t: float) -> tuple[float, float, float, float, float, float]:
    """Departures z, ∂z/∂rho, ∂z/∂T, e, ∂e/∂rho, ∂e/∂T at a density and temperature, clipped to the plane's ends."""
    if t < plane.switch:
        inside = max(t, plane.low)
        rho_v = vapour_density(plane.saturation, inside)
        y = min(rho / rho_v, MOST_SUPERSATURATED)
        x_slope = 1.0 / (plane.switch - plane.low)
        y_temperature = -y * slope(plane.saturation, LN_VAPOUR_DENSITY, inside)
        return _departures(plane.below, (inside - plane.low) * x_slope, y, 1.0 / rho_v, x_slope, y_temperature)
    span = plane.high - plane.switch
    x = math.sqrt(min(max((t - plane.switch) / span, 1e-12), 1.0))
    y = min(rho / plane.dense, 1.0)
    return _departures(plane.above, x, y, 1.0 / plane.dense, 0.5 / (span * x), 0.0)


@kernel
def gas_state(plane: GasPlane, rho: float, t: float) -> tuple[float, float]:
    """Pressure, Pa, and internal energy, J/kg."""
    z, _, _, e, _, _ = departures(plane, rho, t)
    rt = plane.gas_constant * t
    return rho * rt * (1.0 + z), interpolate(plane.gas, GAS_ENTHALPY, t) - rt + rt * e


@kernel
def gas_slopes(plane: GasPlane, rho: float, t: float) -> tuple[float, float, float, float, float]:
    """Pressure, internal energy, ∂p/∂T at constant rho, ∂p/∂rho at constant T, heat capacity at constant volume."""
    z, z_rho, z_t, e, _, e_t = departures(plane, rho, t)
    r = plane.gas_constant
    rt = r * t
    p = rho * rt * (1.0 + z)
    u = interpolate(plane.gas, GAS_ENTHALPY, t) - rt + rt * e
    p_t = rho * r * (1.0 + z + t * z_t)
    p_rho = rt * (1.0 + z + rho * z_rho)
    c_v = interpolate(plane.gas, GAS_HEAT_CAPACITY, t) - r + r * (e + t * e_t)
    return p, u, p_t, p_rho, c_v


@kernel
def gas_temperature(plane: GasPlane, rho: float, u: float, guess: float) -> float:
    """Temperature at a density and internal energy, K: Newton kept inside a shrinking bracket."""
    low, high = plane.low, plane.high
    t = min(max(guess, low), high)
    for _ in range(_NEWTON_STEPS):
        _, at, _, _, c_v = gas_slopes(plane, rho, t)
        f = at - u
        if f > 0.0:
            high = t
        else:
            low = t
        t_next = t - f / c_v if c_v > 0.0 else 0.5 * (low + high)
        if not low < t_next < high:
            t_next = 0.5 * (low + high)
        if abs(t_next - t) < _TOLERANCE * t:
            return t_next
        t = t_next
    return t


@kernel
def gas_density(plane: GasPlane, p: float, t: float) -> float:
    """Density at a pressure and temperature, kg/m³: the least dense root; where there is none the densest gas."""
    rt = plane.gas_constant * t
    most = vapour_density(plane.saturation, max(t, plane.low)) if t < plane.switch else plane.dense
    low, high = 0.0, most
    rho = min(p / rt, most)
    for _ in range(_NEWTON_STEPS):
        at, _, _, p_rho, _ = gas_slopes(plane, rho, t)
        if at > p:
            high = rho
        else:
            low = rho
        rho_next = rho - (at - p) / p_rho if p_rho > 0.0 else 0.5 * (low + high)
        if not low < rho_next < high:
            rho_next = 0.5 * (low + high)
        if abs(rho_next - rho) < _TOLERANCE * rho:
            return rho_next
        rho = rho_next
    return rho
