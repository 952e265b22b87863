"""State of the fluid in a pipe from its density and internal energy: gas, liquid and vapour in equilibrium, or liquid.

Gas is a perfect gas, or the substance's own gas at any density (`physics.substances.plane`). Liquid and vapour
together lie on the saturation table; their speed of sound is that of equilibrium,

    c² = v² T (dp/dT)² / c_v,      c_v = (∂u/∂T) at constant v of the mixture.

Liquid pressed above its vapour pressure gives way in the form of Thomson, Brobst and Hankinson (1982),

    v = v_l (1 − C ln(1 + (p − p_sat)/(C k))),

with C of their corresponding states. Its bulk modulus at saturation, k, is not theirs (off by half for ammonia) but
follows from the saturation table by thermodynamics alone,

    T ds_l/dT = c_p − T (∂v/∂T)_p dp/dT,      dv_l/dT = (∂v/∂T)_p − (v_l/k) dp/dT;

only in cold liquid, where dp/dT is too small for that, theirs is taken, scaled to meet. The liquid's energy follows
from (∂u/∂v) at constant T = T (∂p/∂T) − p taken at saturation.

Legend: t temperature, p pressure, c speed of sound, x vapour mass fraction, v specific volume, e specific internal
energy on the datum of the saturation table (a perfect gas's counts from 0 K), k bulk modulus of saturated liquid.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from physics._jit import kernel
from physics.substances import Substance
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTROPY,
    LIQUID_HEAT_CAPACITY,
    LN_PRESSURE,
    Table,
    cubic,
    place,
)
from physics.substances.plane import GasPlane, gas_slopes

Array = NDArray[np.float64]

PERFECT, REAL = 0, 1
"""Kinds of fluid: perfect gas; substance with all its phases."""
NO_TABLE = Table(0.0, 1.0, np.zeros((2, 2)))
NO_PLANE = GasPlane(0.0, 0.0, 0.0, 0.0, 0.0, NO_TABLE, NO_TABLE, np.zeros((1, 1, 2, 16)), np.zeros((1, 1, 2, 16)))
COOLEST_OWN = 0.57
"""Reduced temperature from which the bulk modulus is the table's own; below it the differences it is made of drown."""
WARMEST_CORRELATED = 0.95
"""Reduced temperature up to which the correlation goes (Thomson, Brobst and Hankinson 1982); it then fades to
nothing at the critical point."""
_FARTHEST_SHIFT = 1.1  # logarithm of the table's modulus over the correlation's beyond which the table is not believed
_STEPS = 60
_NEAR = 2e-5  # relative step in temperature that ends Newton's search; the pressure takes it along to first order
_SLACK = 1e-9  # vapour fraction, and relative density, by which a state may miss the edge of its phase
# a b d f g h j k of Thomson, Brobst and Hankinson 1982, equations 15 to 17
_A, _B, _D, _F, _G, _H, _J, _K = -9.070217, 62.45326, -135.1102, 4.79594, 0.250047, 1.14188, 0.0861488, 0.0344483


class PipeFluid(NamedTuple):
    """What kernels take of the fluid in a pipe.

    Attributes
    ----------
    kind : int
        `PERFECT` or `REAL`.
    gamma, gas_constant : float
        Of a perfect gas: ratio of heat capacities, J/(kg K).
    saturation : Table
        Saturated states.
    modulus : Table
        Logarithm of the bulk modulus of saturated liquid, Pa, on the same nodes.
    stiffness : float
        C of Thomson, Brobst and Hankinson.
    plane : GasPlane
        The substance's gas.
    """

    kind: int
    gamma: float
    gas_constant: float
    saturation: Table
    modulus: Table
    stiffness: float
    plane: GasPlane


def perfect_gas(*, heat_capacity_ratio: float, gas_constant: float) -> PipeFluid:
    """Perfect gas as a pipe's fluid.

    Parameters
    ----------
    heat_capacity_ratio : float
    gas_constant : float
        Specific, J/(kg K).
    """
    return PipeFluid(PERFECT, heat_capacity_ratio, gas_constant, NO_TABLE, NO_TABLE, 1.0, NO_PLANE)


def pipe_fluid(substance: Substance) -> PipeFluid:
    """A substance as a pipe's fluid.

    Parameters
    ----------
    substance : Substance

    Raises
    ------
    NoGasPlane
        Its molecules associate in the vapour.
    """
    table = substance.saturation.table
    stiffness, correlated = _correlated_modulus(substance)
    own, temperature = _own_modulus(table), table.low + table.step * np.arange(len(table.values))
    logarithm = np.log(correlated)
    known = temperature >= COOLEST_OWN * substance.saturation.critical_temperature
    if np.all(own[known] > 0.0):
        shift = np.log(own[known]) - logarithm[known]
        if abs(shift[0]) < _FARTHEST_SHIFT:
            logarithm = np.where(known, np.log(np.maximum(own, 1.0)), logarithm + shift[0])
    slopes = CubicSpline(temperature, logarithm)(temperature, 1) * table.step
    modulus = Table(table.low, table.step, np.ascontiguousarray(np.stack([logarithm, slopes], axis=1)))
    return PipeFluid(REAL, 0.0, 0.0, table, modulus, stiffness, substance.plane)


def _correlated_modulus(substance: Substance) -> tuple[float, Array]:
    """Stiffness C and bulk modulus of the saturated liquid at the table's nodes by corresponding states, Pa."""
    saturation, omega = substance.saturation, substance.saturation.acentric_factor
    table, critical = saturation.table, saturation.critical_temperature
    temperature = table.low + table.step * np.arange(len(table.values))
    reduced = np.minimum(temperature / critical, WARMEST_CORRELATED)
    tau = np.cbrt(1.0 - reduced)
    e = math.exp(_F + omega * (_G + omega * _H))
    b = saturation.critical_pressure * (-1.0 + tau * (_A + tau * (_B + tau * (_D + tau * e))))
    pressure = np.interp(reduced * critical, temperature, np.exp(table.values[:, 0]))
    stiffness = _J + _K * omega
    return stiffness, (b + pressure) / stiffness * (1.0 - temperature / critical) / (1.0 - reduced)


def _own_modulus(table: Table) -> Array:
    """Bulk modulus of the saturated liquid at the table's nodes, Pa, from its heat capacity and entropy."""
    temperature = table.low + table.step * np.arange(len(table.values))
    pressure = np.exp(table.values[:, 2 * LN_PRESSURE])
    pressure_slope = pressure * table.values[:, 2 * LN_PRESSURE + 1] / table.step
    volume = 1.0 / table.values[:, 2 * LIQUID_DENSITY]
    volume_slope = -(volume**2) * table.values[:, 2 * LIQUID_DENSITY + 1] / table.step
    entropy_slope = table.values[:, 2 * LIQUID_ENTROPY + 1] / table.step
    heat_capacity = table.values[:, 2 * LIQUID_HEAT_CAPACITY]
    expansion = (heat_capacity - temperature * entropy_slope) / (temperature * pressure_slope)
    return np.asarray(volume * pressure_slope / (expansion - volume_slope))


@kernel
def saturated(table: Table, t: float) -> tuple[float, float, float, float, float, float, float, float, float, float]:
    """Pressure, volumes and energies of saturated liquid and vapour, each followed by its slope in temperature."""
    node, u = place(table, t)
    ln_p, p_t = cubic(table, node, u, 0)
    rho_l, rho_t = cubic(table, node, u, 1)
    ln_rho, v_t = cubic(table, node, u, 2)
    h_l, h_lt = cubic(table, node, u, 3)
    h_v, h_vt = cubic(table, node, u, 4)
    p = math.exp(ln_p)
    p_t *= p
    v_l = 1.0 / rho_l
    v_lt = -v_l * v_l * rho_t
    v_v = math.exp(-ln_rho)
    v_vt = -v_v * v_t
    u_l, u_lt = h_l - p * v_l, h_lt - p_t * v_l - p * v_lt
    u_v, u_vt = h_v - p * v_v, h_vt - p_t * v_v - p * v_vt
    return p, p_t, v_l, v_lt, v_v, v_vt, u_l, u_lt, u_v, u_vt


@kernel
def mixed_state(table: Table, v: float, e: float, guess: float) -> tuple[float, float, float, float]:
    """Pressure, speed of sound, temperature, vapour fraction of liquid and vapour in equilibrium.

    A vapour fraction beyond 0 or 1 says that there is only one of them.
    """
    low, high = table.low, table.low + table.step * (table.values.shape[0] - 1)
    t = min(max(guess, low), high)
    p = x = p_t = c_v = 0.0
    for _ in range(_STEPS):
        p, p_t, v_l, v_lt, v_v, v_vt, u_l, u_lt, u_v, u_vt = saturated(table, t)
        x = (v - v_l) / (v_v - v_l)
        x_t = -(v_lt + x * (v_vt - v_lt)) / (v_v - v_l)
        c_v = u_lt + x_t * (u_v - u_l) + x * (u_vt - u_lt)
        f = u_l + x * (u_v - u_l) - e
        if f > 0.0:
            high = t
        else:
            low = t
        t_next = t - f / c_v if c_v > 0.0 else 0.5 * (low + high)
        if not low <= t_next <= high:
            t_next = 0.5 * (low + high)
        more = t_next - t
        t = t_next
        if abs(more) < _NEAR * t:
            p += p_t * more
            x += x_t * more
            break
    return p, v * p_t * math.sqrt(t / max(c_v, 1e-12)), t, x


@kernel
def _liquid_terms(
    table: Table, modulus: Table, stiffness: float, v: float, t: float
) -> tuple[float, float, float, float, float, float, float, float]:
    """Pressure, its slopes in temperature and volume, energy, heat capacity at constant volume, and v_l."""
    p_s, p_t, v_l, v_lt, _, _, u_l, u_lt, _, _ = saturated(table, t)
    node, u = place(modulus, t)
    ln_k, k_t = cubic(modulus, node, u, 0)
    k = math.exp(ln_k)
    grown = math.exp((1.0 - v / v_l) / stiffness)
    p = p_s + stiffness * k * (grown - 1.0)
    slope_t = p_t + k * grown * v * v_lt / (v_l * v_l) + stiffness * k * k_t * (grown - 1.0)
    slope_v = -k * grown / v_l
    pull = t * (p_t + k * v_lt / v_l) - p_s
    return p, slope_t, slope_v, u_l + pull * (v - v_l), u_lt - pull * v_lt, v_l, p_s, k


@kernel
def liquid_state(
    table: Table, modulus: Table, stiffness: float, v: float, e: float, guess: float
) -> tuple[float, float, float, bool]:
    """Pressure, speed of sound, temperature of liquid, and whether it is pressed to its vapour pressure or above."""
    low, high = table.low, table.low + table.step * (table.values.shape[0] - 1)
    t = min(max(guess, low), high)
    p = p_t = p_v = v_l = 0.0
    c_v = 1.0
    for _ in range(_STEPS):
        p, p_t, p_v, at, c_v, v_l, _, _ = _liquid_terms(table, modulus, stiffness, v, t)
        t_next = min(max(t - (at - e) / max(c_v, 1.0), low), high)
        more = t_next - t
        t = t_next
        if abs(more) < _NEAR * t:
            p += p_t * more
            break
    return p, v * math.sqrt(max(-p_v + t * p_t * p_t / max(c_v, 1.0), 0.0)), t, v <= v_l * (1.0 + _SLACK)


@kernel
def liquid_at(fluid: PipeFluid, p: float, t: float) -> tuple[float, float]:
    """Density and energy of liquid at its vapour pressure or above."""
    _, _, _, _, _, v_l, p_s, k = _liquid_terms(fluid.saturation, fluid.modulus, fluid.stiffness, 1.0, t)
    v = v_l * (1.0 - fluid.stiffness * math.log1p((p - p_s) / (fluid.stiffness * k)))
    _, _, _, e, _, _, _, _ = _liquid_terms(fluid.saturation, fluid.modulus, fluid.stiffness, v, t)
    return 1.0 / v, e


@kernel
def _gas(plane: GasPlane, rho: float, e: float, guess: float) -> tuple[float, float, float, bool]:
    """Pressure, speed of sound, temperature of gas, and whether it is no denser than saturated vapour."""
    low, high = plane.low, plane.high
    t = min(max(guess, low), high)
    p = p_t = p_rho = 0.0
    c_v = 1.0
    for _ in range(_STEPS):
        p, at, p_t, p_rho, c_v = gas_slopes(plane, rho, t)
        if at > e:
            high = t
        else:
            low = t
        t_next = t - (at - e) / c_v if c_v > 0.0 else 0.5 * (low + high)
        if not low <= t_next <= high:
            t_next = 0.5 * (low + high)
        more = t_next - t
        t = t_next
        if abs(more) < _NEAR * t:
            p += p_t * more
            break
    c = math.sqrt(max(p_rho + t * p_t * p_t / (rho * rho * max(c_v, 1.0)), 0.0))
    if t >= plane.switch:
        return p, c, t, True
    node, u = place(plane.saturation, t)
    ln_rho, _ = cubic(plane.saturation, node, u, 2)
    return p, c, t, t > plane.low and math.log(rho) <= ln_rho + _SLACK


@kernel
def state(fluid: PipeFluid, rho: float, e: float, guess: float, x: float) -> tuple[float, float, float, float]:
    """Pressure, speed of sound, temperature and vapour fraction (0 liquid, 1 gas) at a density and energy.

    ``guess`` and ``x`` are temperature and vapour fraction of a state nearby: the phase it was in is tried first.
    """
    if fluid.kind == PERFECT:
        p = (fluid.gamma - 1.0) * rho * e
        return p, math.sqrt(fluid.gamma * p / rho), e * (fluid.gamma - 1.0) / fluid.gas_constant, 1.0
    v = 1.0 / rho
    if x >= 1.0:
        p, c, t, holds = _gas(fluid.plane, rho, e, guess)
        if holds:
            return p, c, t, 1.0
    elif x <= 0.0:
        p, c, t, holds = liquid_state(fluid.saturation, fluid.modulus, fluid.stiffness, v, e, guess)
        if holds:
            return p, c, t, 0.0
    p, c, t, share = mixed_state(fluid.saturation, v, e, guess)
    if 0.0 <= share <= 1.0:
        return p, c, t, min(max(share, 1e-12), 1.0 - 1e-12)
    if share < 0.0:
        p_l, c_l, t_l, holds = liquid_state(fluid.saturation, fluid.modulus, fluid.stiffness, v, e, t)
        if holds:
            return p_l, c_l, t_l, 0.0
    p_g, c_g, t_g, holds = _gas(fluid.plane, rho, e, t)
    if holds:
        return p_g, c_g, t_g, 1.0
    return p, c, t, min(max(share, 1e-12), 1.0 - 1e-12)
