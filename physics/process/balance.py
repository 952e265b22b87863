"""Kernels of what flows carry: enthalpy into junctions, mass and enthalpy into vessels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.process.layout import (
    ENTHALPY,
    FLOW,
    HEAT,
    INFLOW,
    LEAK,
    TEMPERATURE,
    V_CONDUCTANCE,
    NetworkArrays,
    StateArrays,
    Work,
)

Array = NDArray[np.float64]

_SMALLEST_FLOW = 1e-12  # kg/s


@kernel
def carried(net: NetworkArrays, state: StateArrays, work: Work, i: int) -> float:
    """Enthalpy of what link ``i`` carries: of the vessel's opening it comes from, else of the node."""
    side = 0 if work.link[i, FLOW] >= 0.0 else 1
    node = net.ends[i, 0] if side == 0 else net.ends[i, 1]
    if node < net.vessel.shape[0]:
        h: float = work.ends[i, side, ENTHALPY]
        return h
    h_node: float = state.node[node, HEAT]
    return h_node


@kernel
def mix(net: NetworkArrays, state: StateArrays, work: Work) -> float:
    """Enthalpy of every junction from what flows in; gives the largest change, J/kg."""
    vessels = net.vessel.shape[0]
    first = state.node.copy()
    for _ in range(net.junctions + 1):
        for j in range(vessels, vessels + net.junctions):
            mass = max(state.node[j, INFLOW], 0.0)
            heat = mass * net.inflow_enthalpy[j]
            for i in range(net.link.shape[0]):
                into = net.ends[i, 1] if work.link[i, FLOW] >= 0.0 else net.ends[i, 0]
                if into == j:
                    mass += abs(work.link[i, FLOW])
                    heat += abs(work.link[i, FLOW]) * carried(net, state, work, i)
            if mass > _SMALLEST_FLOW:
                state.node[j, HEAT] = heat / mass
    change = 0.0
    for j in range(vessels, vessels + net.junctions):
        change = max(change, abs(state.node[j, HEAT] - first[j, HEAT]))
    return change


@kernel
def inflow_heat(net: NetworkArrays, state: StateArrays, work: Work, node: int) -> float:
    """Enthalpy rate of what is pumped into a node or drawn from it, W."""
    m = state.node[node, INFLOW]
    if m > 0.0:
        given: float = m * net.inflow_enthalpy[node]
        return given
    if node < net.vessel.shape[0]:
        drawn: float = m * work.streams[node, 0, ENTHALPY]
        return drawn
    taken: float = m * state.node[node, HEAT]
    return taken


@kernel
def hole_heat(net: NetworkArrays, state: StateArrays, work: Work, i: int) -> float:
    """Enthalpy of what leaves by hole ``i``, J/kg."""
    node = net.hole_node[i]
    if node < net.vessel.shape[0]:
        own: float = work.hole[i, 0]
        return own
    mixed: float = state.node[node, HEAT]
    return mixed


@kernel
def rates(net: NetworkArrays, state: StateArrays, work: Work, mass: Array, energy: Array) -> None:
    """Net mass (kg/s) and enthalpy (W) into every vessel, heat from the surroundings included."""
    vessels = net.vessel.shape[0]
    for i in range(vessels):
        mass[i] = state.node[i, INFLOW]
        energy[i] = inflow_heat(net, state, work, i)
        energy[i] += net.vessel[i, V_CONDUCTANCE] * (net.ambient_temperature - state.vessel[i, TEMPERATURE])
    for i in range(net.link.shape[0]):
        heat = work.link[i, FLOW] * carried(net, state, work, i)
        if net.ends[i, 0] < vessels:
            mass[net.ends[i, 0]] -= work.link[i, FLOW]
            energy[net.ends[i, 0]] -= heat
        if net.ends[i, 1] < vessels:
            mass[net.ends[i, 1]] += work.link[i, FLOW]
            energy[net.ends[i, 1]] += heat
    for i in range(net.hole_node.size):
        if net.hole_node[i] < vessels:
            mass[net.hole_node[i]] -= work.hole[i, LEAK]
            energy[net.hole_node[i]] -= work.hole[i, LEAK] * hole_heat(net, state, work, i)
