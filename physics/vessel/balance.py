"""Balances of a vessel: mass and energy of what it holds, and heat in its wall, as rates of change.

State ``y``: mass kg, internal energy J, then the temperatures of the wall's layers from the inside out, K: those above
the liquid first, those below it after. Wall that the level leaves bare takes its heat with it.

Two-phase flow from above the liquid's surface: vapour generated in the liquid swells it (DIERS, churn-turbulent drift
flux). With mean void a the surface vapour flux is U∞ 2a/(1 − 1.5 a), U∞ = 1.53 (g σ Δρ/ρ_l²)^¼ (Fisher et al. 1992).
While the flow out would take more vapour than that at the void which lifts the swollen surface to the hole, what
leaves holds just so much vapour and carries liquid for the rest.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.discharge.orifice import SHARP_EDGE_LIQUID, critical_ratio, gas_flux
from physics.quantities import GRAVITY
from physics.substances.kernels import Table, interpolate
from physics.substances.plane import GasPlane
from physics.substances.transport import Molecule, surface_tension
from physics.vessel.content import BOTH, Content, content
from physics.vessel.gas_nozzle import CHOKED_FLUX, DENSITY_EXPONENT, EXPONENT, gas_nozzle, jobson
from physics.vessel.geometry import (
    fill_at_level,
    height,
    level,
    surface_area,
    wall_area,
    wetted_area,
)
from physics.vessel.heat import Fire, boiling_coefficient, fire_flux, gas_coefficient
from physics.vessel.two_phase_nozzle import path_flux
from physics.vessel.valve import closing

Array = NDArray[np.float64]

MASS, ENERGY, WALL = 0, 1, 2
"""Places in the state."""
CHURN_SPREAD = 1.5
"""Distribution parameter C₀ of churn-turbulent flow (Fisher et al. 1992)."""
CHURN_RISE = 1.53
"""Coefficient of the bubbles' rise velocity in churn-turbulent flow (Fisher et al. 1992)."""
_FILL_STEP = 1e-5
_LEAST_WET = 5e-3
"""Share of the wall under liquid below which that part becomes one with the rest."""
_EVEN_TIME = 10.0
"""Time in which two sides of a wall that no liquid divides any more become one in the state, s."""
_SWELL_STEPS = 60
_MIXED_GAS = 0.85  # discharge coefficient of gas as a mixture's is made of it (CCPS 1999)
_SWELL_TOLERANCE = 1e-10
_SOFT_PRESSURE = 20.0  # Pa, below which gas flow falls with the pressure difference and not with its root


class Hole(NamedTuple):
    """Opening in the vessel.

    Area m², coefficient (0: Jobson's for gas), height m, length of the path to it m, when a valve before it starts
    to close and its stroke, s, and its curve.
    """

    area: float
    coefficient: float
    height: float
    length: float
    closes_at: float
    stroke: float
    curve: int


class Relief(NamedTuple):
    """Relief valve on the vapour space: area times coefficient of discharge m², opening and closing pressure Pa."""

    area: float
    opens: float
    closes: float


class Inflow(NamedTuple):
    """What comes in.

    A fixed rate kg/s and its enthalpy J/kg; or, with an area m² and a coefficient (0: Jobson's), gas from a reservoir
    at ``rate`` Pa, a density and a temperature. When it starts to stop and how long that takes, s, and the curve.
    """

    rate: float
    enthalpy: float
    density: float
    temperature: float
    area: float
    coefficient: float
    stops_at: float
    stroke: float
    curve: int


class Wall(NamedTuple):
    """Wall of the vessel.

    Layers (0: no heat), sides (1 when no liquid divides it, else 2), thickness m, kg/m³, J/(kg K), W/(m K),
    coefficients outside and inside W/(m² K) (inside below 0: computed, by that model), temperature outside K, the
    fire, the share of the wall in it, and when it burns, s.
    """

    layers: int
    sides: int
    thickness: float
    density: float
    heat_capacity: float
    conductivity: float
    outside: float
    inside: float
    ambient: float
    fire: Fire
    fire_share: float
    fire_starts: float
    fire_stops: float


class Case(NamedTuple):
    """One vessel and everything that acts on it.

    ``held`` is a total pressure kept up by padding or a vent, Pa; ``vapour`` the choked flow of saturated vapour,
    from `choked_vapour`; ``back_temperature`` the boiling point at the pressure outside, K.
    """

    plane: GasPlane
    vapour: Table
    molecule: Molecule
    shape: int
    diameter: float
    length: float
    volume: float
    back_pressure: float
    back_temperature: float
    held: float
    hole: Hole
    relief: Relief
    inflow: Inflow
    wall: Wall


class Flows(NamedTuple):
    """What crosses the vessel's boundary now.

    Attributes
    ----------
    hole, relief, inflow : float
        kg/s.
    vapour : float
        Vapour mass fraction of what leaves by the hole, before it flashes.
    energy : float
        Enthalpy brought in less enthalpy taken out, W.
    fill : float
        Liquid-filled fraction.
    enthalpy : float
        Specific stagnation enthalpy of what leaves by the hole, J/kg.
    """

    hole: float
    relief: float
    inflow: float
    vapour: float
    energy: float
    fill: float
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
    if case.held > state.pressure:
        return 0.0, 1.0  # the padding leaves, not the substance
    t, rho_v, rho_l = state.temperature, state.vapour_density, state.liquid_density
    dry = _vapour_rate(case, state, hole.area, hole.coefficient)
    void = 1.0 - fill / max(fill_at_level(case.shape, y), 1e-12)
    if fill <= 0.0 or void * CHURN_SPREAD >= 1.0 or dry <= 0.0:
        return dry, 1.0
    apart = GRAVITY * surface_tension(case.molecule, t) * (rho_l - rho_v) / rho_l**2
    rise = CHURN_RISE * apart**0.25
    surface = surface_area(case.shape, case.diameter, case.length, fill)
    lifted = rho_v * surface * rise * 2.0 * max(void, 0.0) / (1.0 - CHURN_SPREAD * void)
    if dry <= lifted:
        return dry, 1.0
    low, high, miss_low, miss_high, side = 0.0, 1.0, -lifted, dry - lifted, 0
    x = rate = 0.0
    meet = dry / _path(case, state, 1.0, 0.0) - 1.0  # so that a mixture of vapour alone flows as vapour does
    for _ in range(_SWELL_STEPS):  # Illinois' variant of false position
        x = (low * miss_high - high * miss_low) / (miss_high - miss_low)
        rate = _path(case, state, x, 0.0) * (1.0 + x * meet)
        miss = x * rate - lifted
        if abs(miss) < _SWELL_TOLERANCE * lifted:
            break
        if miss > 0.0:
            high, miss_high = x, miss
            if side == 1:
                miss_low *= 0.5
            side = 1
        else:
            low, miss_low = x, miss
            if side == -1:
                miss_high *= 0.5
            side = -1
    return rate, x


@kernel
def _at_hole(case: Case, state: Content, fill: float, pressure: float) -> tuple[float, float, float]:
    """Rate, vapour fraction and enthalpy of what leaves by the hole, its part under the liquid beside the rest."""
    hole = case.hole
    tall = height(case.shape, case.diameter, case.length)
    size = math.sqrt(4.0 * hole.area / math.pi)
    middle = min(max(hole.height, 0.5 * size), tall - 0.5 * size)
    above = level(case.shape, fill) * tall - middle
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
    fill = 0.0
    rate, x, h = 0.0, 1.0, state.vapour_enthalpy
    share = closing(hole.curve, t, hole.closes_at, hole.stroke) if hole.area > 0.0 else 0.0
    pressure = max(state.pressure, case.held)
    if state.kind == BOTH:
        fill = min(max(state.liquid / (state.liquid_density * case.volume), 0.0), 1.0)
        if share > 0.0:
            rate, x, h = _at_hole(case, state, fill, pressure)
    elif share > 0.0:
        rate = _gas_rate(case, state.vapour_density, state.temperature, pressure, hole.area, hole.coefficient)
    rate *= share
    relieved = 0.0
    if open_relief and state.kind == BOTH:
        relieved = _vapour_rate(case, state, case.relief.area, 1.0)
    elif open_relief:
        relieved = _gas_rate(case, state.vapour_density, state.temperature, state.pressure, case.relief.area, 1.0)
    into, enthalpy = _inflow(case, t, pressure)
    energy = into * enthalpy - rate * h - relieved * state.vapour_enthalpy
    return Flows(rate, relieved, into, x, energy, fill, h)


@kernel
def _layer(d: float, depth: float, shape: int) -> float:
    """Area at a depth in the wall over that of its inner face."""
    grown = 1.0 + 2.0 * depth / d
    return grown * grown if shape == 2 else grown


@kernel
def _wall_side(case: Case, t: float, y: Array, dy: Array, first: int, area: float, h: float, inside: float) -> float:
    """Rates of one side's layers; gives the heat it passes to the content, W."""
    wall, n = case.wall, case.wall.layers
    dx = wall.thickness / n
    half = 0.5 * dx / wall.conductivity if n > 1 else 0.0
    q_in: float = (y[first] - inside) / (1.0 / h + half)
    outer = y[first + n - 1]
    q_out = (wall.ambient - outer) / (1.0 / wall.outside + half) if wall.outside > 0.0 else 0.0
    if wall.fire_share > 0.0 and wall.fire_starts <= t < wall.fire_stops:
        q_out = wall.fire_share * fire_flux(wall.fire, outer) + (1.0 - wall.fire_share) * q_out
    heat = wall.density * wall.heat_capacity * dx
    for i in range(n):
        inner_face = (
            -q_in
            if i == 0
            else _layer(case.diameter, i * dx, case.shape) * (y[first + i - 1] - y[first + i]) * wall.conductivity / dx
        )
        outer_face = _layer(case.diameter, (i + 1) * dx, case.shape) * (
            q_out if i == n - 1 else (y[first + i + 1] - y[first + i]) * wall.conductivity / dx
        )
        dy[first + i] = (inner_face + outer_face) / (heat * _layer(case.diameter, (i + 0.5) * dx, case.shape))
    return q_in * area


@kernel
def rates(case: Case, t: float, y: Array, guess: float, kind: int, open_relief: bool, dy: Array) -> Content:
    """Rates of change of the state into ``dy``; gives the content's state."""
    state = content(case.plane, case.volume, max(y[MASS], 1e-9), y[ENERGY], guess, kind)
    out = flows(case, t, state, open_relief)
    dm = out.inflow - out.hole - out.relief
    du = out.energy
    dy[MASS] = dm
    dy[ENERGY] = du
    n = case.wall.layers
    if n == 0:
        return state
    shape, d, length = case.shape, case.diameter, case.length
    total = wall_area(shape, d, length)
    wet = wetted_area(shape, d, length, out.fill) if state.kind == BOTH and case.wall.sides == 2 else 0.0
    inside = state.temperature
    if case.wall.inside >= 0.0:
        h_gas = h_liquid = max(case.wall.inside, 1e-9)
    else:
        jet = 4.0 * out.inflow / (math.pi * d)
        h_gas = gas_coefficient(
            case.plane, case.molecule, state.vapour_density, inside, y[WALL], d, jet, int(case.wall.inside)
        )
        h_liquid = h_gas
        if wet > 0.0:
            h_liquid = boiling_coefficient(case.molecule, state.pressure, inside, y[WALL + n])
    du += _wall_side(case, t, y, dy, WALL, total - wet, h_gas, inside)
    if case.wall.sides == 1:
        dy[ENERGY] = du
        return state
    du += _wall_side(case, t, y, dy, WALL + n, wet, h_liquid, inside)
    dy[ENERGY] = du
    if wet > 0.0:
        rise = (state.liquid_swing * du + state.mass_swing * dm) / case.volume
        more = wetted_area(shape, d, length, min(out.fill + _FILL_STEP, 1.0))
        covered = (more - wet) / _FILL_STEP * rise
        for i in range(n):
            apart = y[WALL + n + i] - y[WALL + i]
            if covered < 0.0:
                dy[WALL + i] -= covered * apart / max(total - wet, 1e-3 * total)
            else:
                dy[WALL + n + i] -= covered * apart / max(wet, 1e-3 * total)
    own = min(wet / (_LEAST_WET * total), 1.0)
    if own < 1.0:
        for i in range(n):
            joined = dy[WALL + i] + (y[WALL + i] - y[WALL + n + i]) / _EVEN_TIME
            dy[WALL + n + i] = own * dy[WALL + n + i] + (1.0 - own) * joined
    return state
