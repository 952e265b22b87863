"""Homogeneous equilibrium flow of a flashing fluid through a nozzle, from saturation tables.

The two phases share velocity, pressure and temperature all the way. Along the isentrope from the stagnation
state the mass flux ρ √(2 (h₀ − h)) has one maximum; where that lies above the back pressure the flow is
choked there. Liquid above its vapour pressure (subcooled, or pressed by another gas) is taken as
incompressible down to the vapour pressure.

Legend: t temperature, p pressure, x vapour mass fraction, v specific volume, h enthalpy, s entropy, g mass
flux.
"""

from __future__ import annotations

import math

from physics._jit import kernel
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    LIQUID_ENTROPY,
    VAPOUR_ENTHALPY,
    VAPOUR_ENTROPY,
    Table,
    interpolate,
    saturation_pressure,
    saturation_temperature,
    vapour_density,
)

_GOLDEN = 0.6180339887498949
_SEARCH_STEPS = 44  # golden section: the bracket shrinks to 6e-10 of itself


@kernel
def mixture(table: Table, t: float, x: float) -> tuple[float, float, float]:
    """Specific volume, enthalpy and entropy of liquid and vapour in equilibrium."""
    v_l = 1.0 / interpolate(table, LIQUID_DENSITY, t)
    v_v = 1.0 / vapour_density(table, t)
    h_l = interpolate(table, LIQUID_ENTHALPY, t)
    h_v = interpolate(table, VAPOUR_ENTHALPY, t)
    s_l = interpolate(table, LIQUID_ENTROPY, t)
    s_v = interpolate(table, VAPOUR_ENTROPY, t)
    return v_l + x * (v_v - v_l), h_l + x * (h_v - h_l), s_l + x * (s_v - s_l)


@kernel
def stagnation(table: Table, p: float, t: float, x: float) -> tuple[float, float]:
    """Enthalpy and entropy upstream: saturated mixture, or liquid pressed to ``p`` above its vapour pressure."""
    v, h, s = mixture(table, t, x)
    excess = p - saturation_pressure(table, t)
    if excess > 0.0 and x <= 0.0:
        h += excess * v
    return h, s


@kernel
def quality_at_entropy(table: Table, t: float, s: float) -> float:
    """Vapour fraction of the saturated mixture that has entropy ``s``, kept between 0 and 1."""
    s_l = interpolate(table, LIQUID_ENTROPY, t)
    s_v = interpolate(table, VAPOUR_ENTROPY, t)
    return min(max((s - s_l) / (s_v - s_l), 0.0), 1.0)


@kernel
def flux_at(table: Table, t: float, h0: float, s0: float) -> float:
    """Mass flux where the isentrope of (h0, s0) has come down to saturation temperature ``t``."""
    v, h, _ = mixture(table, t, quality_at_entropy(table, t, s0))
    return math.sqrt(2.0 * (h0 - h)) / v if h0 > h else 0.0


@kernel
def throat(table: Table, h0: float, s0: float, t_high: float, t_low: float) -> float:
    """Saturation temperature at which the flux is greatest between two temperatures: golden section."""
    a, b = t_low, t_high
    c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
    g_c, g_d = flux_at(table, c, h0, s0), flux_at(table, d, h0, s0)
    for _ in range(_SEARCH_STEPS):
        if g_c > g_d:
            b, d, g_d = d, c, g_c
            c = b - _GOLDEN * (b - a)
            g_c = flux_at(table, c, h0, s0)
        else:
            a, c, g_c = c, d, g_d
            d = a + _GOLDEN * (b - a)
            g_d = flux_at(table, d, h0, s0)
    return 0.5 * (a + b)


@kernel
def equilibrium_flux(table: Table, p0: float, t0: float, x0: float, p_back: float) -> tuple[float, float, float, float]:
    """Equilibrium mass flux through an ideal nozzle, and pressure, temperature, vapour fraction there.

    ``p0`` at or above the vapour pressure at ``t0``; ``x0`` counts only at the vapour pressure.
    """
    if p_back >= p0:
        return 0.0, p_back, t0, x0
    p_sat = saturation_pressure(table, t0)
    density = interpolate(table, LIQUID_DENSITY, t0)
    if p_back >= p_sat:
        return math.sqrt(2.0 * density * (p0 - p_back)), p_back, t0, 0.0
    h0, s0 = stagnation(table, p0, t0, x0)
    t_back = saturation_temperature(table, p_back)
    t = throat(table, h0, s0, t0, t_back)
    g = flux_at(table, t, h0, s0)
    g_back = flux_at(table, t_back, h0, s0)
    if g_back >= g:
        g, t = g_back, t_back
    if x0 <= 0.0 and p0 > p_sat:
        g_bubble = math.sqrt(2.0 * density * (p0 - p_sat))
        if g_bubble >= g:
            return g_bubble, p_sat, t0, 0.0
    return g, saturation_pressure(table, t), t, quality_at_entropy(table, t, s0)
