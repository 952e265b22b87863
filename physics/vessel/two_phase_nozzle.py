"""Flux of a flashing liquid, or of liquid and vapour together, out of a vessel: fast enough for every step.

In equilibrium the flux is the greatest along the isentrope, as in `physics.discharge.two_phase`, searched here in
temperature from Leung's omega estimate of the throat (explicit fit of API 520 part I, annex C) by parabolas.
Unflashed, the liquid keeps its volume and the vapour expands along its own isentrope: Leung's ω with its first term
alone. Between, by the length of the flow path, as `physics.discharge.band` says.

Legend: t temperature K, p pressure Pa, x vapour mass fraction, g mass flux kg/(m² s), v specific volume, h, s.
"""

from __future__ import annotations

import math

from physics._jit import kernel
from physics.discharge.flashing_models import EQUILIBRIUM_LENGTH
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    LIQUID_ENTROPY,
    LIQUID_HEAT_CAPACITY,
    VAPOUR_ENTHALPY,
    VAPOUR_ENTROPY,
    Table,
    interpolate,
    saturation_pressure,
    saturation_temperature,
    vapour_density,
)

_SOFT_PRESSURE = 20.0
"""Pressure difference, Pa, below which a liquid's flux falls with it and not with its root: no slope is infinite."""
_GOLDEN = 0.6180339887498949
_GOLDEN_STEPS = 32


@kernel
def liquid_flux(density: float, drive: float) -> float:
    """Bernoulli's flux of a liquid driven by a pressure difference."""
    return math.sqrt(2.0 * density) * drive / math.sqrt(drive + _SOFT_PRESSURE) if drive > 0.0 else 0.0


@kernel
def _equilibrium_at(table: Table, t: float, h0: float, s0: float) -> float:
    """Flux where the isentrope has come down to saturation at ``t``."""
    v_l = 1.0 / interpolate(table, LIQUID_DENSITY, t)
    v_v = 1.0 / vapour_density(table, t)
    s_l = interpolate(table, LIQUID_ENTROPY, t)
    h_l = interpolate(table, LIQUID_ENTHALPY, t)
    x = min(max((s0 - s_l) / (interpolate(table, VAPOUR_ENTROPY, t) - s_l), 0.0), 1.0)
    h = h_l + x * (interpolate(table, VAPOUR_ENTHALPY, t) - h_l)
    return math.sqrt(2.0 * max(h0 - h, 0.0)) / (v_l + x * (v_v - v_l))


@kernel
def _throat(table: Table, t: float, low: float, high: float, h0: float, s0: float) -> float:
    """Temperature of the greatest flux: two parabolas about an estimate, golden section where those miss."""
    width = 0.25 * (high - t)
    for turn in range(2):
        a = _equilibrium_at(table, t - width, h0, s0)
        b = _equilibrium_at(table, t, h0, s0)
        c = _equilibrium_at(table, t + width, h0, s0)
        bend = a - 2.0 * b + c
        if bend >= 0.0 or abs(a - c) > -3.0 * bend:
            break
        t += 0.5 * width * (a - c) / bend
        width *= 0.25
        if turn == 1:
            return min(max(t, low), high)
    for _ in range(_GOLDEN_STEPS):
        x, y = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _equilibrium_at(table, x, h0, s0) > _equilibrium_at(table, y, h0, s0):
            high = y
        else:
            low = x
    return 0.5 * (low + high)


@kernel
def two_phase_throat(table: Table, h0: float, s0: float, warm: float, p_back: float) -> tuple[float, float, float]:
    """Greatest flux in equilibrium of an isentrope that is two phases below ``warm``; temperature and density there."""
    lowest = saturation_pressure(table, table.low)
    coldest = saturation_temperature(table, p_back) if p_back > lowest else table.low
    coldest = min(coldest, warm)
    t = _throat(table, warm - 0.1 * (warm - coldest), coldest, warm, h0, s0)
    s_l = interpolate(table, LIQUID_ENTROPY, t)
    x = min(max((s0 - s_l) / (interpolate(table, VAPOUR_ENTROPY, t) - s_l), 0.0), 1.0)
    v_l = 1.0 / interpolate(table, LIQUID_DENSITY, t)
    return _equilibrium_at(table, t, h0, s0), t, 1.0 / (v_l + x * (1.0 / vapour_density(table, t) - v_l))


@kernel
def critical_ratio(omega: float) -> float:
    """Throat over inlet pressure of a choked flashing flow: API's explicit fit to Leung's equation."""
    base = 1.0 + (1.0446 - 0.0093431 * math.sqrt(omega)) * omega**-0.56261
    ratio: float = base ** (-0.70356 + 0.014685 * math.log(omega))
    return ratio


@kernel
def equilibrium_flux(table: Table, t0: float, x0: float, over: float, t_back: float, p_back: float) -> float:
    """Flux in equilibrium from saturated liquid, or liquid and vapour, at ``t0``; ``over`` is pressure above p_sat."""
    p0 = saturation_pressure(table, t0)
    v_l = 1.0 / interpolate(table, LIQUID_DENSITY, t0)
    v_v = 1.0 / vapour_density(table, t0)
    if p_back >= p0:
        return liquid_flux(1.0 / v_l, p0 + over - p_back)
    h_l = interpolate(table, LIQUID_ENTHALPY, t0)
    s_l = interpolate(table, LIQUID_ENTROPY, t0)
    h_fg = interpolate(table, VAPOUR_ENTHALPY, t0) - h_l
    s_fg = interpolate(table, VAPOUR_ENTROPY, t0) - s_l
    h0, s0 = h_l + x0 * h_fg + over * v_l, s_l + x0 * s_fg
    v0 = v_l + x0 * (v_v - v_l)
    turn = (v_v - v_l) / h_fg
    omega = x0 * (v_v - v_l) / v0 + interpolate(table, LIQUID_HEAT_CAPACITY, t0) * t0 * p0 / v0 * turn * turn
    t = 1.0 / (1.0 / t0 - math.log(critical_ratio(omega)) * turn * p0 / t0)
    coldest = max(t_back, table.low)
    if t > coldest or over > 0.0:
        t = _throat(table, max(t, coldest), coldest, t0, h0, s0)
    g = _equilibrium_at(table, max(t, coldest), h0, s0)
    return max(g, math.sqrt(2.0 * over / v_l)) if x0 <= 0.0 else g


@kernel
def unflashed_flux(table: Table, t0: float, x0: float, over: float, p_back: float, k: float) -> float:
    """Flux when nothing boils on the way: the vapour that is there expands with exponent ``k``, the liquid not."""
    p0 = saturation_pressure(table, t0) + over
    v_l = 1.0 / interpolate(table, LIQUID_DENSITY, t0)
    if x0 <= 0.0 or p_back >= p0:
        return liquid_flux(1.0 / v_l, p0 - p_back)
    v_v = 1.0 / vapour_density(table, t0)
    v0 = v_l + x0 * (v_v - v_l)
    omega = x0 * v_v / v0 / k
    ratio = max(critical_ratio(omega), p_back / p0)
    shape = -(omega * math.log(ratio) + (omega - 1.0) * (1.0 - ratio))
    return math.sqrt(2.0 * p0 / v0 * max(shape, 0.0)) / (omega * (1.0 / ratio - 1.0) + 1.0)


@kernel
def path_flux(
    table: Table,
    t0: float,
    x0: float,
    over: float,
    t_back: float,
    p_back: float,
    length: float,
    coefficient: float,
    k: float,
) -> float:
    """Flux through a hole at the end of a path of a given length, the hole's coefficient in it."""
    share = min(length / EQUILIBRIUM_LENGTH, 1.0)
    free = coefficient * unflashed_flux(table, t0, x0, over, p_back, k) if share < 1.0 else 0.0
    if share <= 0.0:
        return free
    bound = equilibrium_flux(table, t0, x0, over, t_back, p_back)
    if share >= 1.0:
        return bound
    if free <= 0.0 or bound <= 0.0:
        return 0.0
    return 1.0 / math.sqrt((1.0 - share) / (free * free) + share / (bound * bound))
