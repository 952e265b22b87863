"""State of what a vessel holds, from its mass and internal energy: liquid and vapour in equilibrium, or gas.

Legend: v volume of the vessel m³, m mass kg, u internal energy J on the datum of the saturation table, t K, p Pa.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from physics._jit import kernel
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    LN_PRESSURE,
    LN_VAPOUR_DENSITY,
    VAPOUR_ENTHALPY,
    Table,
    cubic,
    place,
)
from physics.substances.plane import GasPlane, gas_state, gas_temperature

BOTH, GAS, FULL, OUTSIDE = 0, 1, 2, 3
"""Kinds of content: liquid and vapour, gas alone, full of liquid, denser than the gas plane goes."""
_STEPS = 60
_NEARLY = 1e-6  # relative, on temperature
_AT_THE_END = 1e-4  # of the highest saturated temperature, within which a solution may be that bound itself


class Content(NamedTuple):
    """What a vessel holds at one moment.

    Attributes
    ----------
    kind : int
    temperature, pressure : float
    liquid : float
        Mass of liquid, kg.
    liquid_density, vapour_density, liquid_enthalpy, vapour_enthalpy : float
        Of the phases in equilibrium; of the gas, where it is alone.
    liquid_swing, mass_swing : float
        Change of the liquid's volume with the vessel's energy, m³/J, and with its mass, m³/kg.
    """

    kind: int
    temperature: float
    pressure: float
    liquid: float
    liquid_density: float
    vapour_density: float
    liquid_enthalpy: float
    vapour_enthalpy: float
    liquid_swing: float
    mass_swing: float


@kernel
def _both(table: Table, v: float, m: float, t: float) -> tuple[float, float, Content]:
    """Energy and its slope in temperature when both phases are at ``t``, and the state."""
    node, w = place(table, t)
    ln_p, ln_p_t = cubic(table, node, w, LN_PRESSURE)
    rho_l, rho_l_t = cubic(table, node, w, LIQUID_DENSITY)
    ln_rho_v, ln_rho_v_t = cubic(table, node, w, LN_VAPOUR_DENSITY)
    h_l, h_l_t = cubic(table, node, w, LIQUID_ENTHALPY)
    h_v, h_v_t = cubic(table, node, w, VAPOUR_ENTHALPY)
    p, rho_v = math.exp(ln_p), math.exp(ln_rho_v)
    p_t, rho_v_t = p * ln_p_t, rho_v * ln_rho_v_t
    u_l, u_v = h_l - p / rho_l, h_v - p / rho_v
    u_l_t = h_l_t - p_t / rho_l + p * rho_l_t / rho_l**2
    u_v_t = h_v_t - p_t / rho_v + p * rho_v_t / rho_v**2
    r = rho_v / rho_l
    r_t = r * (ln_rho_v_t - rho_l_t / rho_l)
    space = (v - m / rho_l) / (1.0 - r)
    space_t = (m * rho_l_t / rho_l**2 + space * r_t) / (1.0 - r)
    m_v = rho_v * space
    m_v_t = rho_v_t * space + rho_v * space_t
    m_l = m - m_v
    u_t = m_l * u_l_t + m_v * u_v_t + m_v_t * (u_v - u_l)
    space_m = -1.0 / (rho_l * (1.0 - r))
    u_m = (u_l - r * u_v) / (1.0 - r)
    state = Content(BOTH, t, p, m_l, rho_l, rho_v, h_l, h_v, -space_t / u_t, -(space_m - space_t * u_m / u_t))
    return m_l * u_l + m_v * u_v, u_t, state


@kernel
def _gas(plane: GasPlane, v: float, m: float, t: float) -> Content:
    rho = m / v
    p, u = gas_state(plane, rho, t)
    h = u + p / rho
    kind = GAS if t < plane.switch or rho <= plane.dense else OUTSIDE
    return Content(kind, t, p, 0.0, rho, rho, h, h, 0.0, 0.0)


@kernel
def content(plane: GasPlane, v: float, m: float, u: float, guess: float, kind: int) -> Content:
    """State of a vessel's content; ``guess`` and ``kind`` are those of a moment ago."""
    table = plane.saturation
    if kind == GAS:
        t = gas_temperature(plane, m / v, u / m, guess)
        if t >= plane.switch:
            return _gas(plane, v, m, t)
        _, _, state = _both(table, v, m, t)
        if state.liquid <= 0.0:
            return _gas(plane, v, m, t)
    low, high = plane.low, plane.switch
    t = min(max(guess, low), high)
    state = _both(table, v, m, t)[2]
    for _ in range(_STEPS):
        energy, slope, state = _both(table, v, m, t)
        f = energy - u
        if f > 0.0:
            high = t
        else:
            low = t
        t_next = t - f / slope if slope > 0.0 else 0.5 * (low + high)
        if not low < t_next < high:
            t_next = 0.5 * (low + high)
        done = abs(t_next - t) < _NEARLY * t
        t = t_next
        if done:  # Newton's next error is the square of this one
            state = _both(table, v, m, t)[2]
            break
    if t < plane.switch * (1.0 - _AT_THE_END) or _both(table, v, m, plane.switch)[0] > u:
        if state.liquid >= m:
            return Content(
                FULL, t, state.pressure, m, m / v, m / v, state.liquid_enthalpy, state.vapour_enthalpy, 0.0, 0.0
            )
        if state.liquid > 0.0:
            return state
    return _gas(plane, v, m, gas_temperature(plane, m / v, u / m, guess))


@kernel
def first_energy(plane: GasPlane, v: float, m: float, t: float) -> float:
    """Internal energy of a content at a temperature, J."""
    if t <= plane.switch:
        energy, _, state = _both(plane.saturation, v, m, t)
        if state.liquid > 0.0:
            return energy
    _, u = gas_state(plane, m / v, t)
    return m * u
