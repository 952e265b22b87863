"""Carrying a network through time, and reading what flows in it now."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.cards import ModelInputError
from physics.discharge.fluid import checked_number
from physics.process.layout import (
    RECORD_HOLE,
    RECORD_LINK,
    RECORD_NODE,
    RECORD_VESSEL,
    Record,
    StateArrays,
    columns,
)
from physics.process.network import Network, NetworkState, state_from
from physics.process.solver import carry

Array = NDArray[np.float64]

STEP = 1.0
"""Longest step in time, s."""
LARGEST_IMBALANCE = 1e-3
"""Imbalance of a junction over the largest flow (at least 1 kg/s) that counts as unsolved."""


class NetworkNotSolved(ArithmeticError):
    """No set of pressures was found at which what flows into the junctions flows out of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What can be measured in a network at a moment.

    Attributes
    ----------
    time : float
        s.
    node_pressure : ndarray, shape (nodes,)
        Pa.
    node_enthalpy : ndarray, shape (nodes,)
        Of what flows out of a junction or boundary, J/kg (0 for vessels).
    vessel_mass, vessel_temperature, vessel_liquid : ndarray, shape (vessels,)
        kg, K, kg.
    vessel_level : ndarray, shape (vessels,)
        Liquid-filled fraction of the volume.
    link_flow, link_opening : ndarray, shape (links,)
        kg/s, positive from ``link_from`` to ``link_to``; 0 shut to 1 open.
    link_excess : ndarray of bool, shape (links,)
        Whether the flow exceeds the setting of the link's excess-flow valve, or the valve has closed for that.
    hole_flow, hole_enthalpy : ndarray, shape (holes,)
        kg/s to the open, and its enthalpy, J/kg.
    """

    time: float
    node_pressure: Array
    node_enthalpy: Array
    vessel_mass: Array
    vessel_temperature: Array
    vessel_liquid: Array
    vessel_level: Array
    link_flow: Array
    link_opening: Array
    link_excess: NDArray[np.bool_]
    hole_flow: Array
    hole_enthalpy: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A network in time, one row per sample, the first at the beginning.

    Attributes
    ----------
    time : ndarray, shape (samples,)
        s, on the state's clock.
    node_pressure, node_enthalpy : ndarray, shape (samples, nodes)
    vessel_mass, vessel_temperature, vessel_liquid, vessel_level : ndarray, shape (samples, vessels)
    link_flow, link_opening : ndarray, shape (samples, links)
    hole_flow, hole_enthalpy : ndarray, shape (samples, holes)
        As in `Outputs`.
    hole_mass, link_mass : ndarray, shapes (samples, holes), (samples, links)
        Passed since the beginning, kg.
    hole_energy, link_energy, inflow_energy : ndarray, shapes (samples, holes), (samples, links), (samples, nodes)
        Enthalpy passed since the beginning, J.
    state : NetworkState
        At the end.
    imbalance : float
        Largest imbalance of a junction met on the way, over the largest flow (at least 1 kg/s).
    """

    time: Array
    node_pressure: Array
    node_enthalpy: Array
    vessel_mass: Array
    vessel_temperature: Array
    vessel_liquid: Array
    vessel_level: Array
    link_flow: Array
    link_opening: Array
    hole_flow: Array
    hole_enthalpy: Array
    hole_mass: Array
    link_mass: Array
    hole_energy: Array
    link_energy: Array
    inflow_energy: Array
    state: NetworkState
    imbalance: float


def _record(network: Network, rows: int) -> Record:
    return Record(
        node=np.zeros((rows, network.nodes, len(RECORD_NODE))),
        vessel=np.zeros((rows, network.vessels, len(RECORD_VESSEL))),
        link=np.zeros((rows, len(network.link_area), len(RECORD_LINK))),
        hole=np.zeros((rows, len(network.hole_node), len(RECORD_HOLE))),
    )


def _carried(
    network: Network, state: NetworkState, *, step: float, steps: int, samples: int
) -> tuple[dict[str, Array], StateArrays, float]:
    record, arrays = _record(network, samples + 1), state.writable()
    if len(arrays.node) != network.nodes or len(arrays.link) != len(network.link_area):
        raise ModelInputError("state", "does not belong to this network")
    item = network.substance
    tables = (item.saturation.table, item.gas.table, item.molar_mass)
    worst = carry(network.arrays, arrays, *tables, step, steps, record)
    if not worst <= LARGEST_IMBALANCE:
        raise NetworkNotSolved(
            f"after {state.time:g} s no pressures balance the junctions: {worst:.3g} of the flow is left"
        )
    rows = {
        **columns(record.node, RECORD_NODE),
        **columns(record.vessel, RECORD_VESSEL),
        **columns(record.link, RECORD_LINK),
        **columns(record.hole, RECORD_HOLE),
    }
    return rows, arrays, worst


def _levels(network: Network, temperature: Array, liquid: Array) -> Array:
    table = network.substance.saturation
    inside = np.clip(temperature, table.temperature_low, table.temperature_high)
    density = np.asarray(table.liquid_density(inside)).reshape(np.shape(liquid))
    return np.minimum(liquid / (density * network.vessel_volume), 1.0)


def simulate(network: Network, state: NetworkState, *, duration: float, sample: float = 1.0, step: float = STEP) -> Run:
    """Run a network on from a state.

    Parameters
    ----------
    network : Network
    state : NetworkState
        Left unchanged; the run's own end is ``Run.state``, and going on from it continues bit for bit what one longer
        run with the same sample and step would have been.
    duration : float
        s; a whole number of samples is fitted into it.
    sample : float
        Time between rows, s.
    step : float
        Longest step in time, s.

    Raises
    ------
    ModelInputError
        A duration that is not positive and finite, or a state of another network.
    NetworkNotSolved
        The junctions could not be balanced.
    """
    for name, value in (("duration", duration), ("sample", sample), ("step", step)):
        checked_number(name, value, low=1e-6)
    samples = max(1, round(duration / sample))
    steps = max(1, math.ceil(duration / samples / step - 1e-9))
    dt = duration / samples / steps
    rows, arrays, worst = _carried(network, state, step=dt, steps=steps, samples=samples)
    end = state.time + duration
    return Run(
        time=np.linspace(state.time, end, samples + 1),
        vessel_level=_levels(network, rows["vessel_temperature"], rows["vessel_liquid"]),
        state=state_from(end, arrays),
        imbalance=worst,
        **rows,
    )


def step(network: Network, state: NetworkState, *, duration: float) -> NetworkState:
    """State a while later; see `simulate`.

    Parameters
    ----------
    network : Network
    state : NetworkState
    duration : float
        s.
    """
    return simulate(network, state, duration=duration, sample=duration).state


def outputs(network: Network, state: NetworkState) -> Outputs:
    """What can be measured in a network in a state: flows are those of this moment.

    Parameters
    ----------
    network : Network
    state : NetworkState
    """
    rows, _, _ = _carried(network, state, step=0.0, steps=0, samples=0)
    read = {name: rows[name][0] for name in Outputs.__slots__ if name in rows}
    excess = (read["link_flow"] > network.link_excess_flow) | (state.link_tripped == 1)
    return Outputs(
        time=state.time,
        vessel_level=_levels(network, rows["vessel_temperature"][0], rows["vessel_liquid"][0]),
        link_excess=excess,
        **read,
    )
