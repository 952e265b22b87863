"""Kernels that solve the pressures of a network at one moment and give the flows.

All node pressures but the boundaries' are unknown. A vessel's pressure may move with what flows in over the step, by
its capacity dm/dp, so that small vessels do not ring; a junction has none and its flows balance. Newton's method with a
full step cut back until the imbalance falls.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.process.layout import (
    CAPACITY,
    ENTHALPY,
    FLOW,
    H_HEIGHT,
    H_UNFLASHED,
    HEAD_FROM,
    HEAD_TO,
    HOLE_HEAD,
    HOLE_HEAT,
    INFLOW,
    L_AREA,
    L_CHECK,
    L_FROM_HEIGHT,
    L_LOSS,
    L_RISE,
    LEAK,
    OMEGA,
    OPENING,
    P_REF,
    RHO,
    START,
    STREAM_FIELDS,
    TRIPPED,
    V_HEIGHT,
    V_LYING,
    NetworkArrays,
    StateArrays,
    Work,
)
from physics.process.streams import SOFT_PRESSURE, describe, hole_flux, through
from physics.quantities import GRAVITY
from physics.substances.kernels import (
    Table,
)
from physics.vessel.geometry import HORIZONTAL, UPRIGHT, fill_at_level, level

Array = NDArray[np.float64]

UNCOVERING = 4e-3
"""Fraction of a vessel's volume over which an opening passes from liquid to vapour."""
_EVALUATIONS = 200
_HALVINGS = 12
JUNCTION_CAPACITY = 1e-13  # kg/Pa; keeps a junction behind shut valves at its pressure
SOFT_START, LADDER_FACTOR, LADDER = 1e6, 4.0, 9
"""First range of proportional flow, Pa, and by how much it narrows how often when Newton's method sticks."""
ENOUGH = 1e-6
"""Relative imbalance that counts as solved."""
_TOLERANCE = 1e-8  # kg/s, plus the same fraction of the greatest flow
_LARGEST_CHANGE = 0.5  # of a pressure in one Newton step
_LOWEST_PRESSURE = 100.0  # Pa


@kernel
def liquid_share(fill: float, port: float) -> float:
    """Share of an opening at fill fraction ``port`` that draws liquid: 1 covered, 0 uncovered, smooth between."""
    u = min(max((fill - port) / UNCOVERING, 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)


@kernel
def port_fill(height: float, vessel_height: float, lying: float) -> float:
    """Liquid-filled fraction of a vessel at which an opening at ``height`` is just uncovered."""
    y = height / vessel_height if vessel_height > 0.0 else height
    return fill_at_level(HORIZONTAL if lying == 1.0 else UPRIGHT, y)


@kernel
def level_over(fill: float, height: float, vessel_height: float, lying: float) -> float:
    """Height of liquid over an opening, m; 0 when it is uncovered or the vessel has no height."""
    surface = vessel_height * level(HORIZONTAL if lying == 1.0 else UPRIGHT, fill)
    return max(surface - height, 0.0) if vessel_height > 0.0 else 0.0


@kernel
def put_stream(
    table: Table, gas: Table, molar_mass: float, p: float, h: float, first: int, streams: Array, node: int
) -> None:
    """Describe what a node gives at an enthalpy: as its vapour (row 1), and from row ``first`` on."""
    ref, rho, omega = describe(table, gas, molar_mass, p, h)
    for k in range(first, 2):
        streams[node, k, P_REF] = ref
        streams[node, k, RHO] = rho
        streams[node, k, OMEGA] = omega
        streams[node, k, ENTHALPY] = h


@kernel
def opening_state(net: NetworkArrays, work: Work, node: int, height: float) -> tuple[float, float]:
    """Share of liquid at an opening in a node, and the pressure of liquid over it; 1 and 0 outside vessels."""
    if node >= net.vessel.shape[0]:
        return 1.0, 0.0
    tall, lying = net.vessel[node, V_HEIGHT], net.vessel[node, V_LYING]
    share = liquid_share(work.fill[node], port_fill(height, tall, lying))
    over = level_over(work.fill[node], height, tall, lying) if share > 0.0 else 0.0
    return share, share * work.streams[node, 0, RHO] * GRAVITY * over


@kernel
def link_ends(net: NetworkArrays, work: Work) -> None:
    """Streams at both ends of every link, and at every hole, and the pressure of liquid over each."""
    for i in range(net.link.shape[0]):
        for side in range(2):
            node = net.ends[i, side]
            share, head = opening_state(net, work, node, net.link[i, L_FROM_HEIGHT + side])
            work.link[i, HEAD_FROM + side] = head
            for k in range(STREAM_FIELDS):
                work.ends[i, side, k] = share * work.streams[node, 0, k] + (1.0 - share) * work.streams[node, 1, k]
    for i in range(net.hole_node.size):
        node = net.hole_node[i]
        share, head = opening_state(net, work, node, net.hole[i, H_HEIGHT])
        work.hole[i, HOLE_HEAD] = head
        of_liquid, of_vapour = work.streams[node, 0, ENTHALPY], work.streams[node, 1, ENTHALPY]
        work.hole[i, HOLE_HEAT] = share * of_liquid + (1.0 - share) * of_vapour


@kernel
def link_flow(net: NetworkArrays, work: Work, i: int, opening: float, pressure: Array) -> tuple[float, float, float]:
    """Flow of link ``i``, positive forward, and its derivatives by the pressures at its two ends."""
    if opening <= 0.0:
        return 0.0, 0.0, 0.0
    rise = GRAVITY * net.link[i, L_RISE]
    p1 = pressure[net.ends[i, 0]] + work.link[i, HEAD_FROM]
    p2 = pressure[net.ends[i, 1]] + work.link[i, HEAD_TO]
    forward = p1 - p2 - work.ends[i, 0, RHO] * rise >= 0.0  # at rest too: the slope is needed
    if not forward and (net.link[i, L_CHECK] == 1.0 or p2 - p1 + work.ends[i, 1, RHO] * rise <= 0.0):
        return 0.0, 0.0, 0.0
    side = 0 if forward else 1
    up = p1 if forward else p2
    lift = work.ends[i, side, RHO] * rise
    down = p2 + lift if forward else p1 - lift
    flux, by_up, by_down = through(
        work.ends[i, side, P_REF],
        work.ends[i, side, RHO],
        work.ends[i, side, OMEGA],
        up,
        down,
        net.link[i, L_LOSS],
        work.soft[0],
    )
    area = net.link[i, L_AREA] * opening
    if forward:
        return area * flux, area * by_up, area * by_down
    return -area * flux, -area * by_down, -area * by_up


@kernel
def solve_linear(a: Array, b: Array) -> None:
    """Gaussian elimination with partial pivoting in place; the solution replaces ``b``."""
    n = b.size
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[pivot, k]):
                pivot = i
        if pivot != k:
            for j in range(k, n):
                a[k, j], a[pivot, j] = a[pivot, j], a[k, j]
            b[k], b[pivot] = b[pivot], b[k]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            if factor != 0.0:
                for j in range(k + 1, n):
                    a[i, j] -= factor * a[k, j]
                b[i] -= factor * b[k]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            b[k] -= a[k, j] * b[j]
        b[k] /= a[k, k]


@kernel
def imbalance(
    net: NetworkArrays,
    state: StateArrays,
    table: Table,
    gas: Table,
    molar_mass: float,
    work: Work,
    pressure: Array,
    residual: Array,
    jacobian: Array,
) -> float:
    """Net inflow of every unknown node at trial pressures, its derivatives, and the largest of them in kg/s."""
    n = residual.size
    for i in range(n):
        residual[i] = state.node[i, INFLOW] - work.unknown[i, CAPACITY] * (pressure[i] - work.unknown[i, START])
        for j in range(n):
            jacobian[i, j] = 0.0
        jacobian[i, i] = -work.unknown[i, CAPACITY]
    for i in range(net.link.shape[0]):
        a, b = net.ends[i, 0], net.ends[i, 1]
        opening = 0.0 if state.link[i, TRIPPED] == 1.0 else state.link[i, OPENING]
        m, by_a, by_b = link_flow(net, work, i, opening, pressure)
        work.link[i, FLOW] = m
        if a < n:
            residual[a] -= m
            jacobian[a, a] -= by_a
            if b < n:
                jacobian[a, b] -= by_b
        if b < n:
            residual[b] += m
            jacobian[b, b] += by_b
            if a < n:
                jacobian[b, a] += by_a
    for i in range(net.hole_node.size):
        work.hole[i, LEAK] = 0.0
        if state.hole_area[i] > 0.0:
            node = net.hole_node[i]
            p, h = pressure[node] + work.hole[i, HOLE_HEAD], work.hole[i, HOLE_HEAT]
            probe = 1e-4 * p
            more = 0.0
            for k in range(2):  # above first, then here
                out = hole_flux(
                    table, gas, molar_mass, p + probe * (1 - k), h, net.hole[i, H_UNFLASHED], net.ambient_pressure
                )
                more = out if k == 0 else more - out
            work.hole[i, LEAK] = state.hole_area[i] * out
            residual[node] -= work.hole[i, LEAK]
            jacobian[node, node] -= state.hole_area[i] * more / probe
    worst = 0.0
    for i in range(n):
        worst = max(worst, abs(residual[i]))
    return worst


@kernel
def newton(
    net: NetworkArrays,
    state: StateArrays,
    table: Table,
    gas: Table,
    molar_mass: float,
    work: Work,
) -> float:
    """Newton's method on the pressures in place; gives the imbalance left over the largest flow (at least 1 kg/s)."""
    n = work.unknown.shape[0]
    residual, jacobian = np.empty(n), np.empty((n, n))
    pressure = work.pressure
    trial, step = pressure.copy(), np.zeros(n)
    before, cut, tries, size = math.inf, 1.0, 0, 1.0
    for _ in range(_EVALUATIONS):
        worst = imbalance(net, state, table, gas, molar_mass, work, trial, residual, jacobian)
        if worst < before:
            pressure[:n] = trial[:n]
            before, cut, tries = worst, 1.0, 0
            size = 1.0
            for i in range(work.link.shape[0]):
                size = max(size, abs(work.link[i, FLOW]))
            if worst < _TOLERANCE * size:
                break
            solve_linear(jacobian, residual)
            step[:] = residual
        else:
            cut *= 0.5
            tries += 1
            if tries > _HALVINGS:
                break
        for i in range(n):
            limit = _LARGEST_CHANGE * pressure[i]
            trial[i] = max(pressure[i] - min(max(cut * step[i], -limit), limit), _LOWEST_PRESSURE)
    return before / size


@kernel
def solve_pressures(
    net: NetworkArrays, state: StateArrays, table: Table, gas: Table, molar_mass: float, work: Work
) -> float:
    """Pressures in place; gives the imbalance left, as `newton`.

    Where Newton's method sticks, every link is first made to pass flow in proportion to pressure over a wide range, and
    the range is then narrowed step by step to what it should be.
    """
    left = 0.0
    for k in range(LADDER + 1):
        work.soft[0] = SOFT_PRESSURE if k == 0 or k == LADDER else SOFT_START / LADDER_FACTOR ** (k - 1)
        left = newton(net, state, table, gas, molar_mass, work)
        if k == 0 and left < ENOUGH:
            break
    return left
