"""Kernels that read a property table: cubic Hermite in temperature, nodes evenly spaced.

Legend: T temperature K, p pressure Pa, h J/kg, s J/(kg K). A table is ``values[node, 2*property]`` with the
slope times the step behind each value, from ``low`` on in steps of ``step``. Outside its ends the last
interval's cubic is not followed: temperature is clipped, and the object around the kernel says so.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel

LN_PRESSURE, LIQUID_DENSITY, LN_VAPOUR_DENSITY, LIQUID_ENTHALPY, VAPOUR_ENTHALPY = 0, 1, 2, 3, 4
LIQUID_ENTROPY, VAPOUR_ENTROPY, LIQUID_HEAT_CAPACITY, VAPOUR_HEAT_CAPACITY, VAPOUR_GAMMA = 5, 6, 7, 8, 9
SATURATION_PROPERTIES = 10
GAS_ENTHALPY, GAS_HEAT_CAPACITY, GAS_Z_SLOPE, GAS_ENTHALPY_SLOPE = 0, 1, 2, 3
GAS_PROPERTIES = 4

_NEWTON_STEPS = 30
_TEMPERATURE_TOLERANCE = 1e-10  # relative step at which an inversion for temperature ends


class Table(NamedTuple):
    """One property table as kernels take it.

    Attributes
    ----------
    low, step : float
        Temperature of the first node and distance of the nodes, K.
    values : ndarray, shape (nodes, 2 * properties)
        Value, then slope times step, of each property at each node.
    """

    low: float
    step: float
    values: NDArray[np.float64]


@kernel
def place(table: Table, temperature: float) -> tuple[int, float]:
    """Node below a temperature and the share of the interval above it; clipped to the table's ends."""
    at = (temperature - table.low) / table.step
    node = min(max(math.floor(at), 0), table.values.shape[0] - 2)
    return node, min(max(at - node, 0.0), 1.0)


@kernel
def cubic(table: Table, node: int, u: float, prop: int) -> tuple[float, float]:
    """Value of a property within a node interval, and its slope in temperature."""
    f0 = table.values[node, 2 * prop]
    d0 = table.values[node, 2 * prop + 1]
    f1 = table.values[node + 1, 2 * prop]
    d1 = table.values[node + 1, 2 * prop + 1]
    c = 3.0 * (f1 - f0) - 2.0 * d0 - d1
    d = 2.0 * (f0 - f1) + d0 + d1
    return f0 + u * (d0 + u * (c + u * d)), (d0 + u * (2.0 * c + 3.0 * d * u)) / table.step


@kernel
def interpolate(table: Table, prop: int, temperature: float) -> float:
    """Value of property number ``prop`` at a temperature; clipped to the table's ends."""
    node, u = place(table, temperature)
    return cubic(table, node, u, prop)[0]


@kernel
def slope(table: Table, prop: int, temperature: float) -> float:
    """Derivative of property number ``prop`` with respect to temperature; clipped to the table's ends."""
    node, u = place(table, temperature)
    return cubic(table, node, u, prop)[1]


@kernel
def saturation_pressure(table: Table, temperature: float) -> float:
    """Vapour pressure, Pa."""
    return math.exp(interpolate(table, LN_PRESSURE, temperature))


@kernel
def vapour_density(table: Table, temperature: float) -> float:
    """Density of saturated vapour, kg/m³."""
    return math.exp(interpolate(table, LN_VAPOUR_DENSITY, temperature))


@kernel
def solve_temperature(table: Table, prop: int, value: float) -> float:
    """Temperature at which a rising property has a value: bisection over nodes, then Newton on the cubic."""
    low, high = 0, table.values.shape[0] - 1
    if value <= table.values[low, 2 * prop]:
        return table.low
    if value >= table.values[high, 2 * prop]:
        end: float = table.low + table.step * high
        return end
    while high - low > 1:
        middle = (low + high) // 2
        if table.values[middle, 2 * prop] <= value:
            low = middle
        else:
            high = middle
    f0 = table.values[low, 2 * prop]
    d0 = table.values[low, 2 * prop + 1]
    f1 = table.values[low + 1, 2 * prop]
    d1 = table.values[low + 1, 2 * prop + 1]
    c = 3.0 * (f1 - f0) - 2.0 * d0 - d1
    d = 2.0 * (f0 - f1) + d0 + d1
    u = (value - f0) / (f1 - f0)
    for _ in range(_NEWTON_STEPS):
        change = (f0 + u * (d0 + u * (c + u * d)) - value) / (d0 + u * (2.0 * c + 3.0 * u * d))
        u -= change
        if abs(change) < _TEMPERATURE_TOLERANCE:
            break
    found: float = table.low + table.step * (low + u)
    return found


@kernel
def saturation_temperature(table: Table, pressure: float) -> float:
    """Temperature at which the vapour pressure is ``pressure``, K; clipped to the table's ends."""
    return solve_temperature(table, LN_PRESSURE, math.log(pressure))


@kernel
def fill(table: Table, prop: int, temperature: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Interpolate one property at every temperature of a flat array into ``out``."""
    for i in range(temperature.size):
        out[i] = interpolate(table, prop, temperature[i])


@kernel
def fill_inverse(table: Table, prop: int, value: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Temperature of every value of a rising property in a flat array, into ``out``."""
    for i in range(value.size):
        out[i] = solve_temperature(table, prop, value[i])
