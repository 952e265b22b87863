"""Build the property tables: ``python -m physics.substances.build``.

CoolProp, ``chemicals`` and ``thermo`` are build-time dependencies (extra ``tables``), never imported at run time. One
file per substance is written into ``physics/substances/data``: Chebyshev series of the saturated states, nodes of the
dilute gas and of the gas at any density, and the method behind every property. CoolProp's Helmholtz equations of state
come first; what it lacks comes from the correlations that ``substances.toml`` pins.
"""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from physics.substances import kernels, series
from physics.substances.data_files import DATA, Entry, entries
from physics.substances.from_coolprop import FromCoolProp
from physics.substances.from_correlations import FromCorrelations
from physics.substances.plane import lower_temperature
from physics.substances.plane_nodes import DENSEST, LOWER_NODES, lower_nodes, upper_nodes

TERMS = 160
"""Terms of the series of a saturated property before it is cut."""
CUT = 1e-7
"""What the terms cut away may add up to, over the mean size of the property."""
REFINEMENT = 4
"""Spline points per node interval when slopes of the gas table are found."""
GAS_NODES = 200
GAS_MOST_NODES = 1600
"""Nodes of the gas table at most: helium's saturated states span three kelvins."""
GAS_STEPS_IN_SATURATION = 50
"""Steps of the gas table over the span of the saturation table, at least."""
BLEND = (0.90, 1.00)
"""Reduced temperatures between which the gas departure turns from that at saturation to the virial limit."""

Array = NDArray[np.float64]


class Source(Protocol):
    """Where the states of one substance come from."""

    molar_mass: float
    critical_temperature: float
    critical_pressure: float
    critical_density: float
    triple_temperature: float
    associates: bool
    gas_constant: float
    low: float
    high: float
    gas_high: float
    says: str
    methods: dict[str, str]

    def saturated(self, temperature: Array) -> Array:
        """Every property of a saturation table, shape (properties, temperatures)."""

    def dilute(self, temperature: Array) -> Array:
        """Ideal-gas enthalpy J/kg and heat capacity J/(kg K), second virial m³/mol and its slope."""

    def departures(self, temperature: float, density: Array) -> Array:
        """Compressibility factor less one and residual internal energy over RT, shape (2, densities)."""


def source_of(entry: Entry) -> Source:
    """Where the states of a substance come from.

    Raises
    ------
    ModuleNotFoundError
        The source is not installed (``pip install leakcast[tables]``).
    """
    return FromCoolProp(entry) if entry.coolprop else FromCorrelations(entry)


def _gas(source: Source, saturation: Array) -> tuple[Array, float]:
    """Gas table on the source's own enthalpy datum: ideal enthalpy, ideal cp, (Z-1)/P and (h-h_ideal)/P.

    Below ``BLEND`` the two departures are those of the saturated vapour, linear in pressure, so that a
    vessel that runs dry passes from one table to the other without a jump; above it they are the second
    virial coefficient's. Past the end of the saturation table the departure at its end counts.
    """
    low, high = source.low, source.high
    span = source.gas_high - low
    nodes = max(GAS_NODES, 1 + int(np.ceil(span / ((high - low) / GAS_STEPS_IN_SATURATION))))
    nodes = min(nodes, GAS_MOST_NODES)
    temperature = np.linspace(low, source.gas_high, (nodes - 1) * REFINEMENT + 1)
    enthalpy, heat, virial, slope = source.dilute(temperature)
    inside = np.minimum(temperature, high)
    values = series.evaluate(saturation, inside, low=low, high=high)
    pressure, density = np.exp(values[kernels.LN_PRESSURE]), np.exp(values[kernels.LN_VAPOUR_DENSITY])
    ideal = pressure * source.molar_mass / (source.gas_constant * inside)
    z_saturated = (ideal / density - 1.0) / pressure
    ideal_inside = np.where(temperature <= high, enthalpy, source.dilute(np.array([high]))[0])
    h_saturated = (values[kernels.VAPOUR_ENTHALPY] - ideal_inside) / pressure
    reduced = np.clip((temperature / source.critical_temperature - BLEND[0]) / (BLEND[1] - BLEND[0]), 0.0, 1.0)
    weight = reduced**2 * (3.0 - 2.0 * reduced)
    out = np.empty((kernels.GAS_PROPERTIES, len(temperature)))
    out[kernels.GAS_ENTHALPY], out[kernels.GAS_HEAT_CAPACITY] = enthalpy, heat
    virial_z = virial / (source.gas_constant * temperature)
    virial_h = (virial - temperature * slope) / source.molar_mass
    out[kernels.GAS_Z_SLOPE] = (1.0 - weight) * z_saturated + weight * virial_z
    out[kernels.GAS_ENTHALPY_SLOPE] = (1.0 - weight) * h_saturated + weight * virial_h
    return _nodes(temperature, out), float(temperature[-1])


def _plane(source: Source, saturation: Array, gas_high: float) -> dict[str, Any]:
    """Departures on the gas plane in single precision; `physics.substances.plane` makes splines of them."""
    low, high = source.low, source.high
    at = lower_temperature(low, high, LOWER_NODES[0])
    saturated = np.exp(series.evaluate(saturation, at, low=low, high=high)[kernels.LN_VAPOUR_DENSITY])
    dense = DENSEST * source.critical_density
    return {
        "plane_below": lower_nodes(source, low=low, switch=high, saturated=saturated).astype(np.float32),
        "plane_above": upper_nodes(source, switch=high, high=gas_high, dense=dense).astype(np.float32),
        "plane": np.array([dense, source.gas_constant / source.molar_mass]),
    }


def _nodes(temperature: Array, columns: Array) -> Array:
    """Values and slopes times step at every ``REFINEMENT``-th temperature."""
    step = (temperature[1] - temperature[0]) * REFINEMENT
    out = np.empty((len(temperature[::REFINEMENT]), 2 * len(columns)))
    for i, column in enumerate(columns):
        out[:, 2 * i] = column[::REFINEMENT]
        out[:, 2 * i + 1] = CubicSpline(temperature, column)(temperature[::REFINEMENT], 1) * step
    return out


def _cut(found: Array, size: Array) -> Array:
    """Series without the terms that do not count."""
    beyond = np.cumsum(np.abs(found[:, ::-1]), axis=1)[:, ::-1]
    needed = int(np.sum(np.any(beyond > CUT * size[:, None], axis=0)))
    return found[:, :needed].copy()


def build(entry: Entry) -> dict[str, Any]:
    """Tables and constants of one substance; heat counts from its liquid at the table's low end.

    Raises
    ------
    ModuleNotFoundError
        The source is not installed (``pip install leakcast[tables]``).
    """
    source = source_of(entry)
    low, high = source.low, source.high
    states = source.saturated(series.points(low, high, terms=TERMS))
    saturation = _cut(series.coefficients(states, terms=TERMS), np.mean(np.abs(states), axis=1))
    gas, gas_high = _gas(source, saturation)
    datum = series.evaluate(saturation, np.array([low]), low=low, high=high)[:, 0]
    saturation[[kernels.LIQUID_ENTHALPY, kernels.VAPOUR_ENTHALPY], 0] -= datum[kernels.LIQUID_ENTHALPY]
    gas[:, 2 * kernels.GAS_ENTHALPY] -= datum[kernels.LIQUID_ENTHALPY]
    saturation[[kernels.LIQUID_ENTROPY, kernels.VAPOUR_ENTROPY], 0] -= datum[kernels.LIQUID_ENTROPY]
    plane = {} if source.associates else _plane(source, saturation, gas_high)
    constants = (source.molar_mass, source.critical_temperature, source.critical_pressure, source.triple_temperature)
    return {
        "saturation": saturation,
        "saturation_range": np.array([low, high]),
        "gas": gas,
        "gas_range": np.array([low, gas_high]),
        **plane,
        "constants": np.array(constants),
        "source": np.array(source.says),
        "methods": np.array(json.dumps(source.methods, ensure_ascii=False)),
    }


def write(arrays: dict[str, Any], path: Path) -> None:
    """Write an npz whose bytes depend on its content alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def main() -> None:
    """Build every substance of ``substances.toml``, or those named."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("names", nargs="*", help="canonical names; all when none is given")
    wanted = set(parser.parse_args().names)
    for entry in entries().values():
        if not wanted or entry.name in wanted:
            write(build(entry), DATA / entry.table_file)


if __name__ == "__main__":
    main()
