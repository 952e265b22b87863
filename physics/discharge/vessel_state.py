"""The state of a closed vessel from its mass and energy: liquid and vapour, or gas, with a pad gas.

The pad gas is ideal, shares the vapour's volume and temperature and does not dissolve. Internal energy
counts from the liquid at the low end of the saturation table, the pad's from 0 K.

Legend: v volume of the vessel m³, m mass kg, u internal energy J, pad n amount of pad gas mol, t
temperature, p pressure.
"""

from __future__ import annotations

from physics._jit import kernel
from physics.quantities import GAS_CONSTANT
from physics.substances.kernels import (
    GAS_ENTHALPY,
    GAS_ENTHALPY_SLOPE,
    GAS_Z_SLOPE,
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    VAPOUR_ENTHALPY,
    Table,
    interpolate,
    saturation_pressure,
    vapour_density,
)

PAD_HEAT_CAPACITY = 20.8
"""Molar heat capacity of a diatomic pad gas (air, nitrogen) at constant volume, J/(mol K)."""
LIQUID_AND_VAPOUR, GAS, LIQUID_FULL = 0, 1, 2
_STEPS = 80
_TOLERANCE = 1e-12  # relative, on temperature
_LOWEST_Z = 0.2  # the gas table's linear departure is not followed below this


@kernel
def two_phase_split(table: Table, v: float, m: float, t: float) -> tuple[float, float, float]:
    """Mass of liquid, volume of gas space and energy of the substance when both phases are at ``t``.

    A negative mass of liquid says that there is none; a gas space of 0 or less that the vessel is full of
    liquid.
    """
    rho_l = interpolate(table, LIQUID_DENSITY, t)
    rho_v = vapour_density(table, t)
    p = saturation_pressure(table, t)
    gas_volume = (v - m / rho_l) / (1.0 - rho_v / rho_l)
    m_v = rho_v * gas_volume
    m_l = m - m_v
    u_l = interpolate(table, LIQUID_ENTHALPY, t) - p / rho_l
    u_v = interpolate(table, VAPOUR_ENTHALPY, t) - p / rho_v
    return m_l, gas_volume, m_l * u_l + m_v * u_v


@kernel
def gas_state(gas: Table, molar_mass: float, density: float, t: float) -> tuple[float, float]:
    """Pressure and specific internal energy of the gas at a density and temperature."""
    rt = GAS_CONSTANT * t / molar_mass
    z = 1.0 / (1.0 - interpolate(gas, GAS_Z_SLOPE, t) * density * rt)
    p = max(z, _LOWEST_Z) * density * rt
    h = interpolate(gas, GAS_ENTHALPY, t) + p * interpolate(gas, GAS_ENTHALPY_SLOPE, t)
    return p, h - p / density


@kernel
def _total_energy(table: Table, v: float, m: float, pad: float, t: float) -> float:
    _, _, u = two_phase_split(table, v, m, t)
    return u + pad * PAD_HEAT_CAPACITY * t


@kernel
def _gas_energy(gas: Table, molar_mass: float, v: float, m: float, pad: float, t: float) -> float:
    _, u = gas_state(gas, molar_mass, m / v, t)
    return m * u + pad * PAD_HEAT_CAPACITY * t


@kernel
def _equilibrium_temperature(table: Table, v: float, m: float, u: float, pad: float, t_guess: float) -> float:
    """Temperature of liquid and vapour together: secant steps kept inside a shrinking bracket."""
    low: float = table.low
    high: float = table.low + table.step * (table.values.shape[0] - 1)
    t: float = min(max(t_guess, low), high)
    for _ in range(_STEPS):
        f = _total_energy(table, v, m, pad, t) - u
        if f > 0.0:
            high = t
        else:
            low = t
        probe = t + 1e-4
        slope = (_total_energy(table, v, m, pad, probe) - u - f) / (probe - t)
        t_next = t - f / slope if slope > 0.0 else 0.5 * (low + high)
        if not low < t_next < high:
            t_next = 0.5 * (low + high)
        if abs(t_next - t) < _TOLERANCE * t:
            return t_next
        t = t_next
    return t


@kernel
def _gas_temperature(gas: Table, molar_mass: float, v: float, m: float, u: float, pad: float, t_guess: float) -> float:
    """Temperature of the gas alone, the same way."""
    low: float = gas.low
    high: float = gas.low + gas.step * (gas.values.shape[0] - 1)
    t: float = min(max(t_guess, low), high)
    for _ in range(_STEPS):
        f = _gas_energy(gas, molar_mass, v, m, pad, t) - u
        if f > 0.0:
            high = t
        else:
            low = t
        probe = t + 1e-4
        slope = (_gas_energy(gas, molar_mass, v, m, pad, probe) - u - f) / (probe - t)
        t_next = t - f / slope if slope > 0.0 else 0.5 * (low + high)
        if not low < t_next < high:
            t_next = 0.5 * (low + high)
        if abs(t_next - t) < _TOLERANCE * t:
            return t_next
        t = t_next
    return t


@kernel
def vessel_state(
    table: Table, gas: Table, molar_mass: float, v: float, m: float, u: float, pad: float, t_guess: float
) -> tuple[float, float, float, int]:
    """Temperature, pressure, mass of liquid, and which of the three kinds of content a vessel holds."""
    end = table.low + table.step * (table.values.shape[0] - 1)
    if u < _total_energy(table, v, m, pad, end):
        t = _equilibrium_temperature(table, v, m, u, pad, t_guess)
        m_l, gas_volume, _ = two_phase_split(table, v, m, t)
        p = saturation_pressure(table, t)
        if gas_volume <= 0.0:
            return t, p, m, LIQUID_FULL
        if m_l > 0.0:
            return t, p + pad * GAS_CONSTANT * t / gas_volume, m_l, LIQUID_AND_VAPOUR
    t = _gas_temperature(gas, molar_mass, v, m, u, pad, t_guess)
    p, _ = gas_state(gas, molar_mass, m / v, t)
    return t, p + pad * GAS_CONSTANT * t / v, 0.0, GAS


@kernel
def vessel_energy(table: Table, gas: Table, molar_mass: float, v: float, m: float, pad: float, t: float) -> float:
    """Internal energy of a vessel's content at a temperature, pad gas included."""
    end = table.low + table.step * (table.values.shape[0] - 1)
    if t <= end:
        m_l, _, u = two_phase_split(table, v, m, t)
        if m_l > 0.0:
            return u + pad * PAD_HEAT_CAPACITY * t
    return _gas_energy(gas, molar_mass, v, m, pad, t)
