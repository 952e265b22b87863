"""Flow through a line with friction and fittings, ending at ambient pressure, at a hole, or choked.

Flashing fluid in homogeneous equilibrium, steady, adiabatic, constant area. From rest the fluid enters the
line along its isentrope; in the line, with G = ṁ/A,

    dp + G² dv + G² v/2 dN = 0        (momentum; N = f L/D + ΣK, Darcy f)
    h + G² v²/2 = h₀                  (energy)

on the saturation line. Between two states dN = −2 dp/(G² v) − 2 dv/v. dN falls to zero where −dp/dv = G²:
there the line is choked and no longer line passes this G. The flux sought is the one whose longest line is
the line at hand. Equations as Leung and Grolmes 1987 (AIChE J. 33, 524) before they put the ω equation of
state in; here v comes from the saturation table. With N → 0 the result is that of the nozzle, with p_sat <
p_back that of Darcy's liquid.

Gas: Fanno flow of a perfect gas (Shapiro 1953, chapter 6; Levenspiel 1977).
"""

from __future__ import annotations

import math

from physics._jit import kernel
from physics.discharge.orifice import critical_ratio, gas_flux
from physics.discharge.two_phase import equilibrium_flux, flux_at, mixture, quality_at_entropy, stagnation, throat
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    VAPOUR_ENTHALPY,
    Table,
    interpolate,
    saturation_pressure,
    saturation_temperature,
    vapour_density,
)

_MARCH_STEPS = 120  # temperature steps along the line; eight times as many move the flux by less than 4e-4
_ROOT_STEPS = 60
_BISECTIONS = 50
_FLUX_TOLERANCE = 1e-9  # relative


@kernel
def _quality_at_energy(table: Table, t: float, h0: float, g: float) -> tuple[float, float]:
    """Vapour fraction and specific volume at ``t`` with enthalpy and kinetic energy adding up to ``h0``."""
    v_l = 1.0 / interpolate(table, LIQUID_DENSITY, t)
    v_fg = 1.0 / vapour_density(table, t) - v_l
    h_l = interpolate(table, LIQUID_ENTHALPY, t)
    h_fg = interpolate(table, VAPOUR_ENTHALPY, t) - h_l
    a = 0.5 * g * g * v_fg * v_fg
    b = h_fg + g * g * v_l * v_fg
    c = h_l + 0.5 * g * g * v_l * v_l - h0
    x = -2.0 * c / (b + math.sqrt(max(b * b - 4.0 * a * c, 0.0)))
    x = min(max(x, 0.0), 1.0)
    return x, v_l + x * v_fg


@kernel
def _entrance(table: Table, g: float, h0: float, s0: float, t0: float, t_choke: float) -> float:
    """Temperature on the isentrope at which the fluid entering the line has flux ``g``: before the throat."""
    low, high = t_choke, t0
    for _ in range(_BISECTIONS):
        t = 0.5 * (low + high)
        if flux_at(table, t, h0, s0) < g:
            high = t
        else:
            low = t
    return 0.5 * (low + high)


@kernel
def march(
    table: Table, g: float, p0: float, t0: float, x0: float, p_back: float, n: float
) -> tuple[float, float, float, float]:
    """Walk along the line at flux ``g`` until ``n`` heads are spent, it chokes, or ``p_back`` is reached.

    Returns the heads spent, and pressure, temperature and vapour fraction there. ``g`` is at most what a
    nozzle gives.
    """
    p_sat = saturation_pressure(table, t0)
    density = interpolate(table, LIQUID_DENSITY, t0)
    h0, s0 = stagnation(table, p0, t0, x0)
    spent = 0.0
    p_in = p0 - 0.5 * g * g / density
    if x0 <= 0.0 and p_in >= p_sat:
        p_end = max(p_sat, p_back)
        spent = 2.0 * density * (p_in - p_end) / (g * g)
        if spent >= n or p_back >= p_sat:
            return min(spent, n), p_in - 0.5 * min(spent, n) * g * g / density, t0, 0.0
        t, p, v, x = t0, p_sat, 1.0 / density, 0.0
    else:
        t_choke = throat(table, h0, s0, t0, saturation_temperature(table, p_back))
        t = _entrance(table, g, h0, s0, t0, t_choke)
        x = quality_at_entropy(table, t, s0)
        v, _, _ = mixture(table, t, x)
        p = saturation_pressure(table, t)
    step = (t - saturation_temperature(table, p_back)) / _MARCH_STEPS
    if step <= 0.0:
        return spent, p, t, x
    for _ in range(_MARCH_STEPS):
        t_next = t - step
        p_next = saturation_pressure(table, t_next)
        x_next, v_next = _quality_at_energy(table, t_next, h0, g)
        heads = (1.0 / v + 1.0 / v_next) * (p - p_next) / (g * g) - 2.0 * math.log(v_next / v)
        if heads <= 0.0:
            break
        if spent + heads >= n:
            part = (n - spent) / heads
            return n, p + part * (p_next - p), t - part * step, x + part * (x_next - x)
        spent += heads
        t, p, v, x = t_next, p_next, v_next, x_next
    return spent, p, t, x


@kernel
def flashing_line_flux(
    table: Table, p0: float, t0: float, x0: float, p_back: float, n: float
) -> tuple[float, float, float, float]:
    """Mass flux through a line of ``n`` velocity heads open at its end; pressure, temperature, vapour there.

    Illinois' variant of false position on 1/√(N+1), which is nearly linear in the flux.
    """
    high, p, t, x = equilibrium_flux(table, p0, t0, x0, p_back)
    if high <= 0.0 or n <= 0.0:
        return high, p, t, x
    goal = 1.0 / math.sqrt(n + 1.0)
    low, f_low, f_high = 0.0, -goal, 1.0 - goal
    g, side = high, 0
    for _ in range(_ROOT_STEPS):
        g = (low * f_high - high * f_low) / (f_high - f_low)
        spent, p, t, x = march(table, g, p0, t0, x0, p_back, math.inf)
        f = 1.0 / math.sqrt(spent + 1.0) - goal
        if abs(f) < _FLUX_TOLERANCE or high - low < _FLUX_TOLERANCE * high:
            break
        if f > 0.0:
            high, f_high = g, f
            if side == 1:
                f_low *= 0.5
            side = 1
        else:
            low, f_low = g, f
            if side == -1:
                f_high *= 0.5
            side = -1
    return g, p, t, x


@kernel
def _hole_capacity(
    table: Table, g: float, p0: float, t0: float, x0: float, p_back: float, n: float
) -> tuple[float, float, float, float]:
    """Flux through an ideal hole behind ``n`` velocity heads of line at flux ``g``; 0 when the line cannot pass it."""
    spent, p, t, x = march(table, g, p0, t0, x0, p_back, n)
    if spent < n * (1.0 - _FLUX_TOLERANCE):
        return 0.0, p, t, x
    v, _, s = mixture(table, t, x)
    if x <= 0.0:
        return equilibrium_flux(table, p + 0.5 * g * g * v, t, 0.0, p_back)
    h0, _ = stagnation(table, p0, t0, x0)
    t_back = saturation_temperature(table, p_back)
    best = throat(table, h0, s, t, t_back)
    g_best, g_back = flux_at(table, best, h0, s), flux_at(table, t_back, h0, s)
    if g_back > g_best:
        best, g_best = t_back, g_back
    return g_best, saturation_pressure(table, best), best, quality_at_entropy(table, best, s)


@kernel
def flashing_line_to_hole(
    table: Table, p0: float, t0: float, x0: float, p_back: float, n: float, area_ratio: float
) -> tuple[float, float, float, float]:
    """Flux in the line when it ends in a hole of ``area_ratio`` (discharge coefficient included) of its area.

    The other values are pressure, temperature and vapour fraction in the hole's throat.
    """
    full, p, t, x = flashing_line_flux(table, p0, t0, x0, p_back, n)
    if full <= 0.0 or area_ratio >= 1.0:
        return full, p, t, x
    if area_ratio <= 0.0:
        return 0.0, p_back, t0, x0
    most = min(full, area_ratio * equilibrium_flux(table, p0, t0, x0, p_back)[0])  # no line helps a hole
    low, high = 0.0, most
    for _ in range(_BISECTIONS):
        g = 0.5 * (low + high)
        through, p, t, x = _hole_capacity(table, g, p0, t0, x0, p_back, n)
        if area_ratio * through > g:
            low = g
        else:
            high = g
        if high - low < _FLUX_TOLERANCE * most:
            break
    g = 0.5 * (low + high)
    _, p, t, x = _hole_capacity(table, low, p0, t0, x0, p_back, n)
    return g, p, t, x


@kernel
def fanno_heads(mach: float, gamma: float) -> float:
    """Velocity heads f L/D of line from a Mach number to the choking point (Shapiro 1953, equation 6.21)."""
    m2 = mach * mach
    y = 1.0 + 0.5 * (gamma - 1.0) * m2
    return (1.0 - m2) / (gamma * m2) + (gamma + 1.0) / (2.0 * gamma) * math.log(0.5 * (gamma + 1.0) * m2 / y)


@kernel
def _mach_for_heads(heads: float, gamma: float) -> float:
    """Subsonic Mach number from which ``heads`` lead to choking."""
    low, high = 1e-9, 1.0
    for _ in range(_BISECTIONS):
        mach = 0.5 * (low + high)
        if fanno_heads(mach, gamma) > heads:
            low = mach
        else:
            high = mach
    return 0.5 * (low + high)


@kernel
def _gas_mass_function(mach: float, gamma: float) -> float:
    """Flux times √(Z R T₀/M) over stagnation pressure."""
    y = 1.0 + 0.5 * (gamma - 1.0) * mach * mach
    found: float = math.sqrt(gamma) * mach * y ** (-0.5 * (gamma + 1.0) / (gamma - 1.0))
    return found


@kernel
def _gas_through(
    mach: float, p0: float, p_back: float, specific_rt: float, gamma: float, n: float
) -> tuple[float, float]:
    """Flux an ideal hole as wide as the line passes behind ``n`` heads entered at ``mach``, and p₀ before it."""
    left = fanno_heads(mach, gamma) - n
    out = _mach_for_heads(max(left, 0.0), gamma)
    p0_out = p0 * _gas_mass_function(mach, gamma) / _gas_mass_function(out, gamma)
    return gas_flux(p0_out, p_back, specific_rt, gamma), p0_out


@kernel
def gas_line_flux(
    p0: float, p_back: float, specific_rt: float, gamma: float, n: float, area_ratio: float
) -> tuple[float, float]:
    """Flux of a perfect gas in a line of ``n`` heads ending in a hole of ``area_ratio``, and throat pressure."""
    if p_back >= p0:
        return 0.0, p_back
    low, high = 1e-9, _mach_for_heads(n, gamma)
    p0_out = p0
    for _ in range(_BISECTIONS):
        mach = 0.5 * (low + high)
        through, p0_out = _gas_through(mach, p0, p_back, specific_rt, gamma, n)
        if min(area_ratio, 1.0) * through > p0 / math.sqrt(specific_rt) * _gas_mass_function(mach, gamma):
            low = mach
        else:
            high = mach
    flux = p0 / math.sqrt(specific_rt) * _gas_mass_function(0.5 * (low + high), gamma)
    return flux, max(p_back, critical_ratio(gamma) * p0_out)
