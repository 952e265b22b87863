"""Saturated states and dilute gas of one substance, read from its shipped table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.quantities import GAS_CONSTANT
from physics.substances import kernels
from physics.substances.kernels import Table

Array = NDArray[np.float64]

_ACENTRIC_AT = 0.7  # reduced temperature of Pitzer's definition


class NoSaturationState(ValueError):
    """Liquid and vapour do not coexist in the table at the temperature or pressure asked for."""


def _like(values: Array, template: ArrayLike) -> Any:
    return float(values.ravel()[0]) if np.ndim(template) == 0 else values.reshape(np.shape(template))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaturationTable:
    """States in which liquid and vapour of one substance are in equilibrium.

    Methods take a number or an array of any shape and give the same. Enthalpy and entropy count from the
    liquid at ``temperature_low``.

    Attributes
    ----------
    name : str
        Substance, for messages.
    table : Table
        What kernels take.
    temperature_low, temperature_high : float
        Ends of the table, K: triple point or 20 Pa, and 0.985 of the critical temperature, or where a pinned
        correlation's own range ends.
    critical_temperature : float
        K.
    critical_pressure : float
        Pa.
    molar_mass : float
        kg/mol.
    source : str
        Where the numbers come from.
    methods : mapping
        Method by property; ``everything`` where one equation of state gives them all.
    """

    name: str
    table: Table
    temperature_low: float
    temperature_high: float
    critical_temperature: float
    critical_pressure: float
    molar_mass: float
    source: str
    methods: Mapping[str, str]

    @property
    def acentric_factor(self) -> float:
        """Acentric factor; ln p against 1/T is carried on where the table starts above 0.7 of the critical point."""
        at = max(_ACENTRIC_AT * self.critical_temperature, self.temperature_low)
        slope = math.log10(self.pressure(float(at)) / self.critical_pressure) / (1.0 - self.critical_temperature / at)
        return float(-slope * (1.0 - 1.0 / _ACENTRIC_AT) - 1.0)

    def _checked(self, temperature: ArrayLike) -> Array:
        flat = np.atleast_1d(np.asarray(temperature, dtype=np.float64)).ravel()
        inside = (flat >= self.temperature_low) & (flat <= self.temperature_high)
        if not bool(np.all(inside)):
            bad = float(flat[~inside][0])
            reason = "is above the critical point" if bad >= self.critical_temperature else "is outside the table"
            raise NoSaturationState(
                f"{self.name} has no saturated state at {bad:g} K: it {reason} "
                f"({self.temperature_low:.2f} to {self.temperature_high:.2f} K, "
                f"critical {self.critical_temperature:.2f} K)"
            )
        return flat

    def _read(self, prop: int, temperature: ArrayLike) -> Any:
        if isinstance(temperature, float) and self.temperature_low <= temperature <= self.temperature_high:
            return kernels.interpolate(self.table, prop, float(temperature))
        flat = self._checked(temperature)
        out = np.empty_like(flat)
        kernels.fill(self.table, prop, flat, out)
        return _like(out, temperature)

    def pressure(self, temperature: ArrayLike) -> Any:
        """Vapour pressure, Pa, at a temperature in K.

        Raises
        ------
        NoSaturationState
            The temperature is outside the table; so for every method here.
        """
        if isinstance(temperature, float):
            return math.exp(self._read(kernels.LN_PRESSURE, temperature))
        return _like(np.exp(self._read(kernels.LN_PRESSURE, np.atleast_1d(temperature))), temperature)

    def temperature(self, pressure: ArrayLike) -> Any:
        """Boiling temperature, K, at a pressure in Pa."""
        flat = np.atleast_1d(np.asarray(pressure, dtype=np.float64)).ravel()
        low, high = self.pressure(self.temperature_low), self.pressure(self.temperature_high)
        inside = (flat >= low) & (flat <= high)
        if not bool(np.all(inside)):
            bad = float(flat[~inside][0])
            reason = "above the critical pressure" if bad >= self.critical_pressure else "outside the table"
            raise NoSaturationState(
                f"{self.name} does not boil at {bad:g} Pa: that is {reason} ({low:.4g} to {high:.4g} Pa, "
                f"critical {self.critical_pressure:.4g} Pa)"
            )
        out = np.empty_like(flat)
        kernels.fill_inverse(self.table, kernels.LN_PRESSURE, np.log(flat), out)
        return _like(out, pressure)

    def liquid_density(self, temperature: ArrayLike) -> Any:
        """Density of the saturated liquid, kg/m³."""
        return self._read(kernels.LIQUID_DENSITY, temperature)

    def vapour_density(self, temperature: ArrayLike) -> Any:
        """Density of the saturated vapour, kg/m³."""
        if isinstance(temperature, float):
            return math.exp(self._read(kernels.LN_VAPOUR_DENSITY, temperature))
        return _like(np.exp(self._read(kernels.LN_VAPOUR_DENSITY, np.atleast_1d(temperature))), temperature)

    def liquid_enthalpy(self, temperature: ArrayLike) -> Any:
        """Specific enthalpy of the saturated liquid, J/kg."""
        return self._read(kernels.LIQUID_ENTHALPY, temperature)

    def vapour_enthalpy(self, temperature: ArrayLike) -> Any:
        """Specific enthalpy of the saturated vapour, J/kg."""
        return self._read(kernels.VAPOUR_ENTHALPY, temperature)

    def heat_of_vaporisation(self, temperature: ArrayLike) -> Any:
        """Enthalpy of the saturated vapour less that of the liquid, J/kg."""
        return self.vapour_enthalpy(temperature) - self.liquid_enthalpy(temperature)

    def liquid_entropy(self, temperature: ArrayLike) -> Any:
        """Specific entropy of the saturated liquid, J/(kg K)."""
        return self._read(kernels.LIQUID_ENTROPY, temperature)

    def vapour_entropy(self, temperature: ArrayLike) -> Any:
        """Specific entropy of the saturated vapour, J/(kg K)."""
        return self._read(kernels.VAPOUR_ENTROPY, temperature)

    def liquid_heat_capacity(self, temperature: ArrayLike) -> Any:
        """Specific heat capacity of the saturated liquid at constant pressure, J/(kg K)."""
        return self._read(kernels.LIQUID_HEAT_CAPACITY, temperature)

    def vapour_heat_capacity(self, temperature: ArrayLike) -> Any:
        """Specific heat capacity of the saturated vapour at constant pressure, J/(kg K)."""
        return self._read(kernels.VAPOUR_HEAT_CAPACITY, temperature)

    def vapour_heat_capacity_ratio(self, temperature: ArrayLike) -> Any:
        """Ratio cp/cv of the saturated vapour."""
        return self._read(kernels.VAPOUR_GAMMA, temperature)

    def vapour_compressibility(self, temperature: ArrayLike) -> Any:
        """Compressibility factor Z of the saturated vapour."""
        ideal = self.vapour_density(temperature) * GAS_CONSTANT * np.asarray(temperature) / self.molar_mass
        return self.pressure(temperature) / ideal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GasTable:
    """Gas of one substance at low to moderate pressure: ideal-gas heat and departures linear in pressure.

    Up to 0.9 of the critical temperature the departures are those of the saturated vapour, above it those of
    the second virial coefficient, so it meets the `SaturationTable` without a jump.

    Attributes
    ----------
    name : str
        Substance, for messages.
    table : Table
        What kernels take.
    temperature_low, temperature_high : float
        Ends, K.
    molar_mass : float
        kg/mol.
    """

    name: str
    table: Table
    temperature_low: float
    temperature_high: float
    molar_mass: float

    def _read(self, prop: int, temperature: ArrayLike) -> Any:
        if isinstance(temperature, float) and self.temperature_low <= temperature <= self.temperature_high:
            return kernels.interpolate(self.table, prop, float(temperature))
        flat = np.atleast_1d(np.asarray(temperature, dtype=np.float64)).ravel()
        if not bool(np.all((flat >= self.temperature_low) & (flat <= self.temperature_high))):
            raise ValueError(
                f"{self.name} gas is tabulated from {self.temperature_low:.1f} K to {self.temperature_high:.1f} K"
            )
        out = np.empty_like(flat)
        kernels.fill(self.table, prop, flat, out)
        return _like(out, temperature)

    def compressibility(self, temperature: ArrayLike, *, pressure: float) -> Any:
        """Compressibility factor Z at a temperature (K) and pressure (Pa)."""
        return 1.0 + pressure * self._read(kernels.GAS_Z_SLOPE, temperature)

    def density(self, temperature: ArrayLike, *, pressure: float) -> Any:
        """Density, kg/m³."""
        z = self.compressibility(temperature, pressure=pressure)
        return pressure * self.molar_mass / (z * GAS_CONSTANT * np.asarray(temperature))

    def enthalpy(self, temperature: ArrayLike, *, pressure: float) -> Any:
        """Specific enthalpy on the datum of the saturation table, J/kg."""
        departure = self._read(kernels.GAS_ENTHALPY_SLOPE, temperature)
        return self._read(kernels.GAS_ENTHALPY, temperature) + pressure * departure

    def heat_capacity(self, temperature: ArrayLike) -> Any:
        """Specific heat capacity of the ideal gas at constant pressure, J/(kg K)."""
        return self._read(kernels.GAS_HEAT_CAPACITY, temperature)

    def heat_capacity_ratio(self, temperature: ArrayLike) -> Any:
        """Ratio cp/cv of the ideal gas."""
        cp = self.heat_capacity(temperature)
        return cp / (cp - GAS_CONSTANT / self.molar_mass)
