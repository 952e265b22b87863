"""Kernels of one stream and one link: what a fluid of given pressure and enthalpy does in a resistance.

A stream is described by three numbers after Leung: a reference pressure (the bubble point of liquid, else the node's
own pressure), the density there, and ω in v/v₀ = ω (p₀/p − 1) + 1 at constant enthalpy. Flow through a resistance of K
velocity heads obeys the momentum equation of homogeneous equilibrium flow in a line of constant area (Leung and
Grolmes 1987, AIChE J. 33, 524), integrated at constant enthalpy:

    G² (K/2 + ln(ρ_up/ρ_down)) = ∫ρ dp,

and has its maximum, the choked flow, where lowering the pressure downstream no longer raises G. Gas is ω = 1
(isothermal); liquid above its bubble point is incompressible. K counts the velocity head of the entrance, unless the
link ends in a full-bore hole, whose nozzle accelerates the fluid itself.

Legend: p pressure, h enthalpy, t temperature, x vapour mass fraction, psi = ∫ρ dp, g mass flux.
"""

from __future__ import annotations

import math

from physics._jit import kernel
from physics.discharge.orifice import gas_flux, liquid_flux
from physics.discharge.two_phase import equilibrium_flux, mixture
from physics.quantities import GAS_CONSTANT
from physics.substances.kernels import (
    GAS_ENTHALPY,
    GAS_ENTHALPY_SLOPE,
    GAS_HEAT_CAPACITY,
    GAS_Z_SLOPE,
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    VAPOUR_ENTHALPY,
    Table,
    interpolate,
    saturation_pressure,
    saturation_temperature,
    solve_temperature,
)

LIQUID, MIXTURE, VAPOUR = 0, 1, 2
EXPANSION_RATIO = 0.7
"""Pressure ratio over which ω is fitted to the table: about where such flows choke."""
SOFT_PRESSURE = 20.0
"""Differences of pressure smaller than this pass flow in proportion instead of by the root, Pa."""
SOFT_BACK_PRESSURE = 200.0
"""Excess over ambient below which a hole passes flow in proportion, Pa: Newton's method needs a finite slope at 0."""
_STEPS = 44
_SMALLEST_OMEGA = 1e-3
_LOWEST_PRESSURE = 1.0  # Pa
_LOWEST_Z = 0.2
_LINEAR = 1e-6  # |1 - ω| below which the gas form of the integral is taken
_LIGHT_GAS = 1.02  # smallest ratio of heat capacities the gas kernel is asked with


@kernel
def gas_temperature(gas: Table, p: float, h: float) -> float:
    """Temperature of gas of an enthalpy at a pressure: Newton on the ideal heat capacity."""
    t = gas.low + 0.5 * gas.step * (gas.values.shape[0] - 1)
    end = gas.low + gas.step * (gas.values.shape[0] - 1)
    for _ in range(_STEPS):
        miss = interpolate(gas, GAS_ENTHALPY, t) + p * interpolate(gas, GAS_ENTHALPY_SLOPE, t) - h
        change = miss / interpolate(gas, GAS_HEAT_CAPACITY, t)
        t = min(max(t - change, gas.low), end)
        if abs(change) < 1e-9 * t:
            break
    found: float = t
    return found


@kernel
def phase(table: Table, gas: Table, p: float, h: float) -> tuple[int, float, float]:
    """Kind, temperature and vapour fraction at a pressure and enthalpy."""
    h_end = table.values[table.values.shape[0] - 1, 2 * LIQUID_ENTHALPY]
    if h < h_end:
        t = solve_temperature(table, LIQUID_ENTHALPY, h)
        p_sat = saturation_pressure(table, t)
        if p >= p_sat:
            lifted = h - (p - p_sat) / interpolate(table, LIQUID_DENSITY, t)
            return LIQUID, solve_temperature(table, LIQUID_ENTHALPY, lifted), 0.0
    end = table.low + table.step * (table.values.shape[0] - 1)
    if p < saturation_pressure(table, end):
        t = saturation_temperature(table, p)
        h_l = interpolate(table, LIQUID_ENTHALPY, t)
        h_v = interpolate(table, VAPOUR_ENTHALPY, t)
        if h < h_v:
            return MIXTURE, t, max((h - h_l) / (h_v - h_l), 0.0)
    return VAPOUR, gas_temperature(gas, p, h), 1.0


@kernel
def gas_rt(gas: Table, molar_mass: float, p: float, t: float) -> tuple[float, float]:
    """Z R T/M and the ratio of ideal heat capacities."""
    r = GAS_CONSTANT / molar_mass
    z = max(1.0 + p * interpolate(gas, GAS_Z_SLOPE, t), _LOWEST_Z)
    cp = interpolate(gas, GAS_HEAT_CAPACITY, t)
    return z * r * t, max(cp / (cp - r), _LIGHT_GAS)


@kernel
def describe(table: Table, gas: Table, molar_mass: float, p: float, h: float) -> tuple[float, float, float]:
    """Reference pressure, density there and ω of a stream."""
    kind, t, x = phase(table, gas, p, h)
    if kind == VAPOUR:
        rt, _ = gas_rt(gas, molar_mass, p, t)
        return p, p / rt, 1.0
    p_ref = saturation_pressure(table, t) if kind == LIQUID else p
    v, h_ref, _ = mixture(table, t, x)
    t_low = saturation_temperature(table, EXPANSION_RATIO * p_ref)
    h_l = interpolate(table, LIQUID_ENTHALPY, t_low)
    x_low = (h_ref - h_l) / (interpolate(table, VAPOUR_ENTHALPY, t_low) - h_l)
    v_low, _, _ = mixture(table, t_low, min(max(x_low, 0.0), 1.0))
    return p_ref, 1.0 / v, max((v_low / v - 1.0) / (1.0 / EXPANSION_RATIO - 1.0), _SMALLEST_OMEGA)


@kernel
def potential(p_ref: float, rho: float, omega: float, p: float) -> tuple[float, float, float]:
    """The integral ∫ρ dp from the reference pressure to ``p``, density at ``p``, and its slope by pressure."""
    eta = max(p, _LOWEST_PRESSURE) / p_ref
    rest = 1.0 - omega
    if abs(rest) < _LINEAR:
        return 0.5 * rho * p_ref * (eta * eta - 1.0), rho * eta, rho / p_ref
    if eta >= 1.0:
        return rho * (p - p_ref), rho, 0.0
    below = omega + rest * eta
    psi = rho * p_ref * ((eta - 1.0) / rest - omega / (rest * rest) * math.log(below))
    return psi, rho * eta / below, rho * omega / (below * below * p_ref)


@kernel
def _gain(psi_up: float, rho_up: float, psi: float, rho: float, slope: float, loss: float) -> float:
    """Sign of what lowering the pressure downstream does to the flow: positive raises it."""
    return rho * (0.5 * loss + math.log(rho_up / rho)) - (psi_up - psi) * slope / rho


@kernel
def through(
    p_ref: float, rho: float, omega: float, p_up: float, p_down: float, loss: float, soft_pressure: float
) -> tuple[float, float, float]:
    """Mass flux of a stream from ``p_up`` to ``p_down``, its derivatives by the two; choked where that is less."""
    psi_up, rho_up, slope_up = potential(p_ref, rho, omega, p_up)
    psi, rho_down, slope = potential(p_ref, rho, omega, p_down)
    choked = _gain(psi_up, rho_up, psi, rho_down, slope, loss) < 0.0
    if choked:
        low, high = p_down, p_up
        for _ in range(_STEPS):
            p = 0.5 * (low + high)
            psi, rho_down, slope = potential(p_ref, rho, omega, p)
            if _gain(psi_up, rho_up, psi, rho_down, slope, loss) < 0.0:
                low = p
            else:
                high = p
    d = 0.5 * loss + math.log(rho_up / rho_down)
    drive = (psi_up - psi) / d
    soft = 2.0 * rho * soft_pressure / loss
    square = drive * drive + soft * soft
    by_drive = (0.5 * drive * drive + soft * soft) / square**1.25
    by_up = rho_up / d - drive / d * slope_up / rho_up
    by_down = 0.0 if choked else -rho_down / d + drive / d * slope / rho_down
    return drive / square**0.25, by_drive * by_up, by_drive * by_down


@kernel
def hole_flux(
    table: Table, gas: Table, molar_mass: float, p: float, h: float, unflashed: float, p_back: float
) -> float:
    """Ideal flux out of a hole, by the discharge kernels: equilibrium, unflashed liquid, or gas.

    Near ambient pressure it is in proportion to the excess, below it negative: air going in, counted as the substance.
    """
    share = min((p - p_back) / SOFT_BACK_PRESSURE, 1.0)
    p = max(p, p_back + SOFT_BACK_PRESSURE)
    kind, t, x = phase(table, gas, p, h)
    if kind == VAPOUR:
        rt, gamma = gas_rt(gas, molar_mass, p, t)
        return share * gas_flux(p, p_back, rt, gamma)
    if kind == LIQUID and unflashed == 1.0:
        return share * liquid_flux(interpolate(table, LIQUID_DENSITY, t), p, p_back, 0.0)
    g, _, _, _ = equilibrium_flux(table, p, t, x, p_back)
    return share * g
