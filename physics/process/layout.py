"""How a network lies in memory: a few blocks of columns, which numba compiles four times faster than twenty arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

V_VOLUME, V_HEIGHT, V_LYING, V_CONDUCTANCE = 0, 1, 2, 3
VESSEL_COLUMNS = ("vessel_volume", "vessel_height", "vessel_lying", "vessel_heat_conductance")
L_AREA, L_LOSS, L_RISE, L_CHECK, L_EXCESS, L_CLOSES, L_STROKE, L_FROM_HEIGHT, L_TO_HEIGHT = range(9)
LINK_COLUMNS = (
    "link_area",
    "link_loss",
    "link_elevation_change",
    "link_check",
    "link_excess_flow",
    "link_excess_closes",
    "link_stroke",
    "link_from_height",
    "link_to_height",
)
H_HEIGHT, H_UNFLASHED = 0, 1
HOLE_COLUMNS = ("hole_height", "hole_unflashed")

MASS, ENERGY, PAD, TEMPERATURE, LIQUID = 0, 1, 2, 3, 4
STATE_VESSEL = ("vessel_mass", "vessel_energy", "vessel_pad", "vessel_temperature", "vessel_liquid")
PRESSURE, HEAT, INFLOW = 0, 1, 2
STATE_NODE = ("node_pressure", "node_enthalpy", "inflow")
OPENING, TARGET, TRIPPED = 0, 1, 2
STATE_LINK = ("link_opening", "link_target", "link_tripped")

START, CAPACITY = 0, 1
HEAD_FROM, HEAD_TO, FLOW = 0, 1, 2
HOLE_HEAT, HOLE_HEAD, LEAK = 0, 1, 2
P_REF, RHO, OMEGA, ENTHALPY = 0, 1, 2, 3
STREAM_FIELDS = 4

R_PRESSURE, R_HEAT, R_INFLOW = 0, 1, 2
RECORD_NODE = ("node_pressure", "node_enthalpy", "inflow_energy")
R_MASS, R_TEMPERATURE, R_LIQUID = 0, 1, 2
RECORD_VESSEL = ("vessel_mass", "vessel_temperature", "vessel_liquid")
R_FLOW, R_OPENING, R_LINK_MASS, R_LINK_ENERGY = 0, 1, 2, 3
RECORD_LINK = ("link_flow", "link_opening", "link_mass", "link_energy")
R_LEAK, R_LEAK_HEAT, R_HOLE_MASS, R_HOLE_ENERGY = 0, 1, 2, 3
RECORD_HOLE = ("hole_flow", "hole_enthalpy", "hole_mass", "hole_energy")


class NetworkArrays(NamedTuple):
    """What kernels take of a `physics.process.network.Network`, in columns as named above."""

    vessel: Array
    ends: Whole
    link: Array
    hole_node: Whole
    hole: Array
    inflow_enthalpy: Array
    junctions: int
    ambient_pressure: float
    ambient_temperature: float


class StateArrays(NamedTuple):
    """What kernels take, and write, of a `physics.process.network.NetworkState`."""

    vessel: Array
    node: Array
    link: Array
    hole_area: Array


class Work(NamedTuple):
    """Arrays one solution works in.

    Attributes
    ----------
    pressure : ndarray, shape (nodes,)
        Trial and then solved pressures.
    unknown : ndarray, shape (vessels + junctions, 2)
        Pressure at the step's start, and kg/s that a pascal above it takes.
    streams : ndarray, shape (nodes, 2, STREAM_FIELDS)
        What each node gives, from its liquid and its vapour.
    fill : ndarray, shape (vessels,)
    ends : ndarray, shape (links, 2, STREAM_FIELDS)
        What each end of a link draws.
    link : ndarray, shape (links, 3)
        Pressure of the liquid over either end, and the solved flow.
    hole : ndarray, shape (holes, 3)
        Enthalpy at each hole, pressure of the liquid over it, and the solved flow.
    soft : ndarray, shape (1,)
        Pressure difference below which links pass flow in proportion, Pa.
    """

    pressure: Array
    unknown: Array
    streams: Array
    fill: Array
    ends: Array
    link: Array
    hole: Array
    soft: Array


class Record(NamedTuple):
    """Blocks a run is written into, one row per sample; see `physics.process.run.Run`."""

    node: Array
    vessel: Array
    link: Array
    hole: Array


def columns(block: Array, names: tuple[str, ...]) -> dict[str, Array]:
    """The columns of a block (its last axis) by name."""
    return {name: np.ascontiguousarray(block[..., i]) for i, name in enumerate(names)}


def block(source: object, names: tuple[str, ...]) -> Array:
    """A block of columns from the attributes of an object."""
    return np.ascontiguousarray(np.stack([getattr(source, name) for name in names], axis=-1), dtype=np.float64)
