"""Kernels that carry a network through time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.discharge.vessel_state import LIQUID_FULL, vessel_state
from physics.process.balance import carried, hole_heat, inflow_heat, mix, rates
from physics.process.flows import JUNCTION_CAPACITY, link_ends, liquid_share, port_fill, put_stream, solve_pressures
from physics.process.layout import (
    CAPACITY,
    ENERGY,
    FLOW,
    HEAT,
    L_CLOSES,
    L_EXCESS,
    L_FROM_HEIGHT,
    L_STROKE,
    LEAK,
    LIQUID,
    MASS,
    OPENING,
    PAD,
    PRESSURE,
    R_FLOW,
    R_HEAT,
    R_HOLE_ENERGY,
    R_HOLE_MASS,
    R_INFLOW,
    R_LEAK,
    R_LEAK_HEAT,
    R_LINK_ENERGY,
    R_LINK_MASS,
    R_LIQUID,
    R_MASS,
    R_OPENING,
    R_PRESSURE,
    R_TEMPERATURE,
    START,
    STREAM_FIELDS,
    TARGET,
    TEMPERATURE,
    TRIPPED,
    V_HEIGHT,
    V_LYING,
    V_VOLUME,
    NetworkArrays,
    Record,
    StateArrays,
    Work,
)
from physics.substances.kernels import (
    GAS_ENTHALPY,
    GAS_ENTHALPY_SLOPE,
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    VAPOUR_ENTHALPY,
    Table,
    interpolate,
    saturation_pressure,
)

Array = NDArray[np.float64]

LIQUID_STIFFNESS = 1e9
"""Pressure rise over fractional overfilling of a vessel full of liquid, Pa: about a liquid's bulk modulus."""
LARGEST_LOSS = 0.1
"""Fraction of its mass a vessel may lose or gain in one internal step."""
FIXED = 100.0
"""Capacity over time step that holds a vessel's pressure where it is, kg/(Pa s)."""
_HALVINGS = 8
_ENTHALPY_PASSES = 12
_ENTHALPY_TOLERANCE = 1.0  # J/kg
_PRESSURE_TOLERANCE = 1e-3  # relative change of a pressure after which its stream is described anew
_MOST_SUBSTEPS = 2000
_SMALLEST_FALL = 1e-10  # of the pressure
_PROBE = 1e-5  # fraction of a vessel's mass taken out to find its capacity
_SMALLEST_MASS = 1e-6  # kg


@kernel
def make_work(net: NetworkArrays, nodes: int) -> Work:
    """Empty working arrays."""
    links, holes, unknown = net.link.shape[0], net.hole_node.size, net.vessel.shape[0] + net.junctions
    return Work(
        np.empty(nodes),
        np.empty((unknown, 2)),
        np.zeros((nodes, 2, STREAM_FIELDS)),
        np.empty(net.vessel.shape[0]),
        np.zeros((links, 2, STREAM_FIELDS)),
        np.zeros((links, 3)),
        np.zeros((holes, 3)),
        np.zeros(1),
    )


@kernel
def flash_vessels(net: NetworkArrays, state: StateArrays, table: Table, gas: Table, molar_mass: float) -> None:
    """Temperature, pressure and liquid of every vessel from its mass and energy."""
    for i in range(net.vessel.shape[0]):
        volume = net.vessel[i, V_VOLUME]
        t, p, liquid, kind = vessel_state(
            table,
            gas,
            molar_mass,
            volume,
            state.vessel[i, MASS],
            state.vessel[i, ENERGY],
            state.vessel[i, PAD],
            state.vessel[i, TEMPERATURE],
        )
        if kind == LIQUID_FULL:
            over = state.vessel[i, MASS] / (interpolate(table, LIQUID_DENSITY, t) * volume) - 1.0
            p += LIQUID_STIFFNESS * max(over, 0.0)
        state.vessel[i, TEMPERATURE] = t
        state.vessel[i, LIQUID] = liquid
        state.node[i, PRESSURE] = p


@kernel
def gas_enthalpy(gas: Table, t: float, p: float) -> float:
    """Specific enthalpy of gas."""
    return interpolate(gas, GAS_ENTHALPY, t) + p * interpolate(gas, GAS_ENTHALPY_SLOPE, t)


@kernel
def draws_vapour(net: NetworkArrays, state: StateArrays, fill: Array, i: int) -> bool:
    """Whether any open way out of vessel ``i`` lies in its vapour."""
    tall, lying = net.vessel[i, V_HEIGHT], net.vessel[i, V_LYING]
    drawn = False
    for k in range(net.link.shape[0]):
        for side in range(2):
            if net.ends[k, side] == i and state.link[k, OPENING] > 0.0 and state.link[k, TRIPPED] == 0.0:
                port = port_fill(net.link[k, L_FROM_HEIGHT + side], tall, lying)
                drawn = drawn or liquid_share(fill[i], port) < 1.0
    for k in range(net.hole_node.size):
        drawn = drawn or (state.hole_area[k] > 0.0 and net.hole_node[k] == i)
    return drawn


@kernel
def vessel_capacity(
    net: NetworkArrays, state: StateArrays, table: Table, gas: Table, molar_mass: float, fill: Array, i: int
) -> float:
    """Mass a vessel gives per pascal of falling pressure, kg/Pa, by taking a little out."""
    t = state.vessel[i, TEMPERATURE]
    p = state.node[i, PRESSURE]
    if state.vessel[i, LIQUID] <= 0.0:
        h = gas_enthalpy(gas, t, p)
    elif draws_vapour(net, state, fill, i):
        h = interpolate(table, VAPOUR_ENTHALPY, t)
    else:
        h = interpolate(table, LIQUID_ENTHALPY, t)
    out = _PROBE * state.vessel[i, MASS]
    _, p_less, _, kind = vessel_state(
        table,
        gas,
        molar_mass,
        net.vessel[i, V_VOLUME],
        state.vessel[i, MASS] - out,
        state.vessel[i, ENERGY] - out * h,
        state.vessel[i, PAD],
        t,
    )
    if kind == LIQUID_FULL:
        stiff: float = state.vessel[i, MASS] / LIQUID_STIFFNESS
        return stiff
    fall = max(p - p_less, _SMALLEST_FALL * p)
    found: float = out / fall
    return found


@kernel
def prepare(
    net: NetworkArrays, state: StateArrays, table: Table, gas: Table, molar_mass: float, dt: float, work: Work
) -> None:
    """Set up a solution over ``dt``: vessel streams, capacities, pressures to start from; dt 0 holds the vessels."""
    vessels = net.vessel.shape[0]
    for i in range(work.pressure.size):
        work.pressure[i] = state.node[i, PRESSURE]
    for i in range(work.unknown.shape[0]):
        work.unknown[i, START] = state.node[i, PRESSURE]
        work.unknown[i, CAPACITY] = JUNCTION_CAPACITY
    for i in range(vessels):
        t, p, liquid = state.vessel[i, TEMPERATURE], state.node[i, PRESSURE], state.vessel[i, LIQUID]
        work.fill[i] = (
            liquid / (interpolate(table, LIQUID_DENSITY, t) * net.vessel[i, V_VOLUME]) if liquid > 0.0 else 0.0
        )
        for first in range(2 if liquid > 0.0 else 1):
            if liquid <= 0.0:
                h = gas_enthalpy(gas, t, p)
            elif first == 1:
                h = interpolate(table, VAPOUR_ENTHALPY, t)
            else:
                h = interpolate(table, LIQUID_ENTHALPY, t)
                lead = max(p - saturation_pressure(table, t), 0.0)
                h += lead / interpolate(table, LIQUID_DENSITY, t)
            put_stream(table, gas, molar_mass, p, h, first, work.streams, i)
    for i in range(vessels):
        if dt > 0.0:
            work.unknown[i, CAPACITY] = vessel_capacity(net, state, table, gas, molar_mass, work.fill, i) / dt
        else:
            work.unknown[i, CAPACITY] = FIXED


@kernel
def solve_flows(
    net: NetworkArrays, state: StateArrays, table: Table, gas: Table, molar_mass: float, dt: float, work: Work
) -> float:
    """Pressures, flows and junction enthalpies together; gives the imbalance left, kg/s."""
    prepare(net, state, table, gas, molar_mass, dt, work)
    worst = 0.0
    described = work.pressure.copy()
    for _ in range(_ENTHALPY_PASSES):
        for j in range(net.vessel.shape[0], state.node.shape[0]):
            described[j] = work.pressure[j]
            put_stream(table, gas, molar_mass, work.pressure[j], state.node[j, HEAT], 0, work.streams, j)
        link_ends(net, work)
        worst = solve_pressures(net, state, table, gas, molar_mass, work)
        moved = mix(net, state, work) / _ENTHALPY_TOLERANCE
        for j in range(net.vessel.shape[0], state.node.shape[0]):
            moved = max(moved, abs(work.pressure[j] / described[j] - 1.0) / _PRESSURE_TOLERANCE)
        if moved < 1.0:
            break
    for j in range(net.vessel.shape[0], net.vessel.shape[0] + net.junctions):
        state.node[j, PRESSURE] = work.pressure[j]
    return worst


@kernel
def stroke(net: NetworkArrays, state: StateArrays, dt: float) -> None:
    """Move every valve towards where it is going."""
    for i in range(net.link.shape[0]):
        gap = state.link[i, TARGET] - state.link[i, OPENING]
        most = dt / net.link[i, L_STROKE] if net.link[i, L_STROKE] > 0.0 else 1.0
        state.link[i, OPENING] += min(max(gap, -most), most)


@kernel
def advance(
    net: NetworkArrays,
    state: StateArrays,
    table: Table,
    gas: Table,
    molar_mass: float,
    dt: float,
    work: Work,
    record: Record,
    row: int,
) -> float:
    """One step: valves move, flows are solved, vessels change; cut up where they change much. 0 solves only."""
    vessels = net.vessel.shape[0]
    mass, energy = np.empty(vessels), np.empty(vessels)
    done, worst = 0.0, 0.0
    stroke(net, state, dt)
    for _ in range(_MOST_SUBSTEPS):
        sub = dt - done
        for _ in range(_HALVINGS):
            left = solve_flows(net, state, table, gas, molar_mass, sub, work)
            if dt <= 0.0:
                return left
            rates(net, state, work, mass, energy)
            largest = 0.0
            for i in range(vessels):
                largest = max(largest, abs(mass[i]) * sub / state.vessel[i, MASS])
            if largest <= LARGEST_LOSS:
                break
            sub *= 0.5
        worst = max(worst, left)
        for i in range(vessels):
            state.vessel[i, MASS] = max(state.vessel[i, MASS] + sub * mass[i], _SMALLEST_MASS)
            state.vessel[i, ENERGY] += sub * energy[i]
        for i in range(net.link.shape[0]):
            record.link[row, i, R_LINK_MASS] += sub * work.link[i, FLOW]
            record.link[row, i, R_LINK_ENERGY] += sub * work.link[i, FLOW] * carried(net, state, work, i)
            if net.link[i, L_CLOSES] == 1.0 and work.link[i, FLOW] > net.link[i, L_EXCESS]:
                state.link[i, TRIPPED] = 1
        for i in range(net.hole_node.size):
            record.hole[row, i, R_HOLE_MASS] += sub * work.hole[i, LEAK]
            record.hole[row, i, R_HOLE_ENERGY] += sub * work.hole[i, LEAK] * hole_heat(net, state, work, i)
        for i in range(vessels + net.junctions):
            record.node[row, i, R_INFLOW] += sub * inflow_heat(net, state, work, i)
        flash_vessels(net, state, table, gas, molar_mass)
        done += sub
        if done >= dt * (1.0 - 1e-9):
            break
    return worst


@kernel
def write(net: NetworkArrays, state: StateArrays, work: Work, record: Record, row: int) -> None:
    """Put the flows just solved and the state into a row of the record."""
    for i in range(state.node.shape[0]):
        record.node[row, i, R_PRESSURE] = state.node[i, PRESSURE]
        record.node[row, i, R_HEAT] = state.node[i, HEAT]
    for i in range(state.vessel.shape[0]):
        record.vessel[row, i, R_MASS] = state.vessel[i, MASS]
        record.vessel[row, i, R_TEMPERATURE] = state.vessel[i, TEMPERATURE]
        record.vessel[row, i, R_LIQUID] = state.vessel[i, LIQUID]
    for i in range(net.link.shape[0]):
        record.link[row, i, R_FLOW] = work.link[i, FLOW]
        record.link[row, i, R_OPENING] = state.link[i, OPENING]
    for i in range(net.hole_node.size):
        record.hole[row, i, R_LEAK] = work.hole[i, LEAK]
        record.hole[row, i, R_LEAK_HEAT] = hole_heat(net, state, work, i)


@kernel
def begin_row(record: Record, row: int) -> None:
    """Let the sums of a row go on from the row before."""
    for i in range(record.node.shape[1]):
        record.node[row, i, R_INFLOW] = record.node[row - 1, i, R_INFLOW]
    for i in range(record.link.shape[1]):
        record.link[row, i, R_LINK_MASS] = record.link[row - 1, i, R_LINK_MASS]
        record.link[row, i, R_LINK_ENERGY] = record.link[row - 1, i, R_LINK_ENERGY]
    for i in range(record.hole.shape[1]):
        record.hole[row, i, R_HOLE_MASS] = record.hole[row - 1, i, R_HOLE_MASS]
        record.hole[row, i, R_HOLE_ENERGY] = record.hole[row - 1, i, R_HOLE_ENERGY]


@kernel
def carry(
    net: NetworkArrays,
    state: StateArrays,
    table: Table,
    gas: Table,
    molar_mass: float,
    dt: float,
    steps: int,
    record: Record,
) -> float:
    """Run through every sample of the record, ``steps`` steps of ``dt`` before each; the largest imbalance, kg/s.

    Row 0 is the beginning. A sample is solved with the vessels held and the nodes put back afterwards, so how often one
    is taken changes nothing of the run.
    """
    work = make_work(net, state.node.shape[0])
    worst = 0.0
    kept = state.node.copy()
    for row in range(record.node.shape[0]):
        count = steps if row > 0 else 0
        if row > 0:
            begin_row(record, row)
        for k in range(count + 1):
            sampling = k == count
            if sampling:
                for i in range(state.node.shape[0]):
                    for c in range(2):
                        kept[i, c] = state.node[i, c]
            length = 0.0 if sampling else dt
            worst = max(worst, advance(net, state, table, gas, molar_mass, length, work, record, row))
        write(net, state, work, record, row)
        for i in range(state.node.shape[0]):
            for c in range(2):
                state.node[i, c] = kept[i, c]
    return worst
