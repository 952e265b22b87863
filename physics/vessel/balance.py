"""Balances of a vessel: mass and energy of what it holds, and heat in its wall, as rates of change.

State ``y``: mass kg, internal energy J, then the temperatures of the wall's layers from the inside out, K: those above
the liquid first, those below it after, and in a fire those at the top, which no liquid ever cools and which flames
surround however little of the rest they do. Wall that the level leaves bare takes its heat with it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.vessel.case import Case
from physics.vessel.content import GAS, Content, content
from physics.vessel.flows import flows
from physics.vessel.geometry import wall_area
from physics.vessel.heat import DOWNWARD, boiling_coefficient, fire_flux, gas_coefficient

Array = NDArray[np.float64]

MASS, ENERGY, WALL = 0, 1, 2
"""Places in the state."""
_LEAST_WET = 5e-3
"""Share of the wall under liquid below which that part becomes one with the rest."""
_EVEN_TIME = 10.0
"""Time in which two sides of a wall that no liquid divides any more become one in the state, s."""


@kernel
def _layer(d: float, depth: float, shape: int) -> float:
    """Area at a depth in the wall over that of its inner face."""
    grown = 1.0 + 2.0 * depth / d
    return grown * grown if shape == 2 else grown


@kernel
def _wall_side(
    case: Case, t: float, y: Array, dy: Array, first: int, area: float, h: float, inside: float, fire_share: float
) -> float:
    """Rates of one side's layers, a share of it in the fire; gives the heat it passes to the content, W."""
    wall, n = case.wall, case.wall.layers
    dx = wall.thickness / n
    half = 0.5 * dx / wall.conductivity if n > 1 else 0.0
    q_in: float = (y[first] - inside) / (1.0 / h + half)
    outer = y[first + n - 1]
    q_out = (wall.ambient - outer) / (1.0 / wall.outside + half) if wall.outside > 0.0 else 0.0
    if fire_share > 0.0 and wall.fire_starts <= t < wall.fire_stops:
        q_out = fire_share * fire_flux(wall.fire, outer) + (1.0 - fire_share) * q_out
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
def _gas_side(case: Case, state: Content, wall: float, jet: float) -> float:
    """Heat transfer coefficient between gas and a wall, W/(m² K)."""
    if case.wall.inside >= 0.0:
        return max(case.wall.inside, 1e-9)
    model = int(case.wall.inside)
    t, rho = state.temperature, state.vapour_density
    return gas_coefficient(case.plane, case.molecule, rho, t, wall, case.diameter, jet, model)


@kernel
def _top_side(case: Case, state: Content, wall: float) -> float:
    """Heat transfer coefficient between the gas and the top of the vessel, W/(m² K): a hot one hardly stirs it."""
    t, rho = state.temperature, state.vapour_density
    if case.wall.inside >= 0.0 or wall <= t:
        return _gas_side(case, state, wall, 0.0)
    return gas_coefficient(case.plane, case.molecule, rho, t, wall, case.diameter, 0.0, DOWNWARD)


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
    shape, d, length, share = case.shape, case.diameter, case.length, case.wall.fire_share
    total = wall_area(shape, d, length)
    wet = out.wet if case.wall.sides > 1 else 0.0
    inside = state.temperature
    jet = 4.0 * out.inflow / (math.pi * d) if state.kind == GAS else 0.0
    h_gas = h_liquid = _gas_side(case, state, y[WALL], jet)
    if wet > 0.0 and case.wall.inside < 0.0:
        h_liquid = boiling_coefficient(case.molecule, state.pressure, inside, y[WALL + n])
    du += _wall_side(case, t, y, dy, WALL, total - wet, h_gas, inside, share)
    if case.wall.sides == 1:
        dy[ENERGY] = du
        return state
    du += _wall_side(case, t, y, dy, WALL + n, wet, h_liquid, inside, share)
    dy[ENERGY] = du
    if case.wall.sides == 3:
        top = WALL + 2 * n
        _wall_side(case, t, y, dy, top, 0.0, _top_side(case, state, y[top]), inside, math.ceil(share))
    if wet > 0.0:
        rise = (state.liquid_swing * du + state.mass_swing * dm) / case.volume
        covered = out.wet_slope * rise
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
