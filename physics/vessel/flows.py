"""What crosses a vessel's boundary in a state: by the hole, the relief valve, and in.

Two-phase flow from above the liquid's surface: vapour generated in the liquid swells it (DIERS, churn-turbulent drift
flux). With mean void a the surface vapour flux is U∞ 2a/(1 − 1.5 a), U∞ = 1.53 (g σ Δρ/ρ_l²)^¼ (Fisher et al. 1992).
While the flow out would take more vapour than that at the void which lifts the swollen surface to the hole, what
leaves holds just so much vapour and carries liquid for the rest. A hole is as tall as it is wide: the part of it under
the liquid's surface passes liquid, the rest what is above.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from physics._jit import kernel
from physics.discharge.orifice import SHARP_EDGE_LIQUID, critical_ratio, gas_flux
from physics.quantities import GRAVITY
from physics.substances.kernels import interpolate
from physics.substances.transport import surface_tension
from physics.vessel.case import Case
from physics.vessel.content import BOTH, FULL, Content
from physics.vessel.gas_nozzle import CHOKED_FLUX, DENSITY_EXPONENT, EXPONENT, gas_nozzle, jobson
from physics.vessel.geometry import fill_at_level, height, surface_area, wetting
from physics.vessel.two_phase_nozzle import path_flux
from physics.vessel.valve import closing

CHURN_SPREAD = 1.5
"""Distribution parameter C₀ of churn-turbulent flow (Fisher et al. 1992)."""
CHURN_RISE = 1.53
"""Coefficient of the bubbles' rise velocity in churn-turbulent flow (Fisher et al. 1992)."""
_SWELL_STEPS = 30
_SLOPE = 0.7  # of ln of the vapour's flux in ln x, to begin with
_LEAST_VAPOUR = 1e-12
_MIXED_GAS = 0.85  # discharge coefficient of gas as a mixture's is made of it (CCPS 1999)
_SWELL_TOLERANCE = 1e-11
_SOFT_PRESSURE = 20.0  # Pa, below which gas flow falls with the pressure difference and not with its root


class Flows(NamedTuple):
    """What crosses the vessel's boundary now.

    Attributes
    ----------
    hole, relief, inflow : float
        kg/s.
    vapour : float
        Vapour mass fraction of what leaves by the hole, before it flashes.
    energy : float
        Enthalpy brought in less enthalpy taken out, W; what keeps the pressure up pays for its own push.
    fill : float
        Liquid-filled fraction.
    wet, wet_slope : float
        Wall under liquid, m², and by how much it grows with the filling, m².
    enthalpy : float
        Specific stagnation enthalpy of what leaves by the hole, J/kg.
    """

    hole: float
    relief: float
    inflow: float
    vapour: float
    energy: float
    fill: float
    wet: float
    wet_slope: float
    enthalpy: float


@kernel
def _gas_rate(case: Case, rho: float, t: float, p: float, area: float, coefficient: float) -> float:
    """Mass flow rate of gas out of an opening, kg/s."""
    if area <= 0.0 or p <= case.back_pressure:
        return 0.0
    g, throat, _, rho_t = gas_nozzle(case.plane, rho, t, case.back_pressure)
    c = coefficient if coefficient > 0.0 else jobson(p, rho, g, throat, rho_t, case.back_pressure)
    drive = p - case.back_pressure
    return area * c * g * math.sqrt(drive / (drive + _SOFT_PRESSURE))


@kernel
def _vapour_rate(case: Case, state: Content, area: float, coefficient: float) -> float:
    """Mass flow rate of saturated vapour out of an opening, kg/s: choked from a table, else scaled to meet it."""
    p0, back = state.pressure, case.back_pressure
    if area <= 0.0 or p0 <= back:
        return 0.0
    choked = p0 * interpolate(case.vapour, CHOKED_FLUX, state.temperature)
    k = interpolate(case.vapour, EXPONENT, state.temperature)
    throat = p0 * critical_ratio(k)
    g = choked
    if back > throat:
        g *= gas_flux(1.0, back / p0, 1.0, k) / gas_flux(1.0, 0.0, 1.0, k)
        throat = back
    c = coefficient
    if c <= 0.0:
        n = interpolate(case.vapour, DENSITY_EXPONENT, state.temperature)
        c = jobson(p0, state.vapour_density, g, throat, state.vapour_density * (throat / p0) ** (1.0 / n), back)
    drive = p0 - back
    return area * c * g * math.sqrt(drive / (drive + _SOFT_PRESSURE))


@kernel
def _path(case: Case, state: Content, x: float, over: float) -> float:
    """Mass flow rate of liquid, or liquid and vapour, out of the hole, kg/s.

    The coefficient of a mixture is that of liquid and of gas weighed by void fraction (Diener and Schmidt 2004).
    """
    hole = case.hole
    table, t = case.plane.saturation, state.temperature
    c = hole.coefficient
    if c <= 0.0:
        volume = x / state.vapour_density
        void = volume / (volume + (1.0 - x) / state.liquid_density)
        c = SHARP_EDGE_LIQUID + void * (_MIXED_GAS - SHARP_EDGE_LIQUID)
    k = interpolate(case.vapour, EXPONENT, t)
    return hole.area * path_flux(table, t, x, over, case.back_temperature, case.back_pressure, hole.length, c, k)


@kernel
def _from_above(case: Case, state: Content, fill: float, y: float) -> tuple[float, float]:
    """Rate and vapour fraction of what leaves by the part of a hole, at ``y`` of the height, above the liquid."""
    hole = case.hole
    t, rho_v, rho_l = state.temperature, state.vapour_density, state.liquid_density
    dry = _vapour_rate(case, state, hole.area, hole.coefficient)
    if case.held > state.pressure:
        return dry, 1.0  # beside the padding, under which nothing boils: the substance's part by its own pressure
    void = 1.0 - fill / max(fill_at_level(case.shape, y), 1e-12)
    if fill <= 0.0 or void * CHURN_SPREAD >= 1.0 or dry <= 0.0:
        return dry, 1.0
    apart = GRAVITY * surface_tension(case.molecule, t) * (rho_l - rho_v) / rho_l**2
    rise = CHURN_RISE * apart**0.25
    surface = surface_area(case.shape, case.diameter, case.length, fill)
    lifted = rho_v * surface * rise * 2.0 * max(void, 0.0) / (1.0 - CHURN_SPREAD * void)
    if dry <= lifted:
        return dry, 1.0
    if lifted <= _LEAST_VAPOUR * dry:
        return _path(case, state, 0.0, 0.0), 0.0
    meet = dry / _path(case, state, 1.0, 0.0) - 1.0  # so that a mixture of vapour alone flows as vapour does
    log_x, slope = math.log(max(lifted / dry, _LEAST_VAPOUR)), _SLOPE
    before = log_before = 0.0
    x = rate = 0.0
    for turn in range(_SWELL_STEPS):  # secants in ln x, in which the vapour's flux is nearly a straight line
        x = math.exp(log_x)
        rate = _path(case, state, x, 0.0) * (1.0 + x * meet)
        miss = math.log(x * rate / lifted)
        if abs(miss) < _SWELL_TOLERANCE:
            break
        if turn > 0 and log_x != log_before:
            slope = min(max((miss - before) / (log_x - log_before), 0.2), 2.0)
        before, log_before = miss, log_x
        log_x = min(log_x - miss / slope, 0.0)
    return rate, x


@kernel
def _at_hole(case: Case, state: Content, fill: float, y: float, pressure: float) -> tuple[float, float, float]:
    """Rate, vapour fraction and enthalpy of what leaves by the hole, its part under the liquid beside the rest."""
    hole = case.hole
    tall = height(case.shape, case.diameter, case.length)
    size = math.sqrt(4.0 * hole.area / math.pi)
    middle = min(max(hole.height, 0.5 * size), tall - 0.5 * size)
    above = y * tall - middle
    covered = min(max(above / size + 0.5, 0.0), 1.0)
    wet = dry = 0.0
    x = 1.0
    if covered > 0.0:
        over = pressure - state.pressure + state.liquid_density * GRAVITY * max(above, 0.0)
        wet = covered * _path(case, state, 0.0, over)
    if covered < 1.0:
        dry, x = _from_above(case, state, fill, middle / tall)
        dry *= 1.0 - covered
    rate = wet + dry
    vapour = x * dry / rate if rate > 0.0 else x
    liquid = state.liquid_enthalpy + (pressure - state.pressure) / state.liquid_density
    return rate, vapour, liquid + vapour * (state.vapour_enthalpy - liquid)


@kernel
def _inflow(case: Case, t: float, p: float) -> tuple[float, float]:
    """Rate and enthalpy of what comes in."""
    source = case.inflow
    share = closing(source.curve, t, source.stops_at, source.stroke)
    if source.area <= 0.0:
        return source.rate * share, source.enthalpy
    g, throat, _, rho_t = gas_nozzle(case.plane, source.density, source.temperature, p)
    c = source.coefficient
    if c <= 0.0:
        c = jobson(source.rate, source.density, g, throat, rho_t, p)
    drive = max(source.rate - p, 0.0)
    return source.area * c * g * share * math.sqrt(drive / (drive + _SOFT_PRESSURE)), source.enthalpy


@kernel
def flows(case: Case, t: float, state: Content, open_relief: bool) -> Flows:
    """Everything that crosses the boundary in a state; a reservoir's ``rate`` holds its pressure."""
    hole = case.hole
    fill = wet = slope = 0.0
    rate, x, h = 0.0, 1.0, state.vapour_enthalpy
    share = closing(hole.curve, t, hole.closes_at, hole.stroke) if hole.area > 0.0 else 0.0
    pressure = max(state.pressure, case.held)
    push = 0.0  # work that what keeps the pressure up does on the liquid that leaves, J/kg
    if state.kind == BOTH or state.kind == FULL:
        fill = min(max(state.liquid / (state.liquid_density * case.volume), 0.0), 1.0)
        y, wet, slope = wetting(case.shape, case.diameter, case.length, fill)
        if share > 0.0:
            rate, x, h = _at_hole(case, state, fill, y, pressure)
            push = (1.0 - x) * (pressure - state.pressure) / state.liquid_density
    elif share > 0.0:
        rate = _gas_rate(case, state.vapour_density, state.temperature, state.pressure, hole.area, hole.coefficient)
    rate *= share
    relieved = 0.0
    if open_relief and state.kind == BOTH:
        relieved = _vapour_rate(case, state, case.relief.area, 1.0)
    elif open_relief:
        relieved = _gas_rate(case, state.vapour_density, state.temperature, state.pressure, case.relief.area, 1.0)
    into, enthalpy = _inflow(case, t, pressure)
    energy = into * enthalpy - rate * (h - push) - relieved * state.vapour_enthalpy
    return Flows(rate, relieved, into, x, energy, fill, wet, slope, h)
