"""The dynamic plant as arrays: what exists, and what is true of it at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import ModelInputError
from physics.discharge.vessel_state import LIQUID_FULL, two_phase_split, vessel_energy, vessel_state
from physics.process.layout import (
    HOLE_COLUMNS,
    LINK_COLUMNS,
    STATE_LINK,
    STATE_NODE,
    STATE_VESSEL,
    VESSEL_COLUMNS,
    NetworkArrays,
    StateArrays,
    block,
    columns,
)
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Substance

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

ROOM_TEMPERATURE = 293.15
"""Surroundings a vessel exchanges heat with unless told otherwise, K."""
SMALLEST_LOSS = 1e-3
"""Floor under a link's loss coefficient."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Vessels, junctions, boundaries and the links between them. One substance; frozen.

    Nodes are numbered vessels first, then junctions, then boundaries. Every argument but ``substance`` and counts is an
    array (or a sequence) with one entry per vessel, link, boundary or hole; those with a default may be left out.

    Attributes
    ----------
    substance : Substance
        The one fluid in it.
    vessel_volume : ndarray, shape (vessels,)
        m³.
    vessel_height : ndarray, shape (vessels,)
        Inner height (diameter of a lying cylinder), m; 0 (default) leaves the weight of liquid out, and then port
        heights are fractions of the volume.
    vessel_lying : ndarray of int, shape (vessels,)
        1 for a lying cylinder, 0 (default) for a vessel of one cross-section.
    vessel_heat_conductance : ndarray, shape (vessels,)
        Heat taken up from the surroundings per kelvin, W/K; default 0.
    junctions : int
        Number of nodes without volume: what flows in flows out.
    boundary_pressure : ndarray, shape (boundaries,)
        Pa.
    boundary_enthalpy : ndarray, shape (boundaries,)
        Of what comes in from there, J/kg; see `liquid_enthalpy` and `vapour_enthalpy`.
    link_from, link_to : ndarray of int, shape (links,)
        Node numbers; flow is positive from ``link_from`` to ``link_to``.
    link_area : ndarray, shape (links,)
        Flow area that ``link_loss`` is counted on, m².
    link_loss : ndarray, shape (links,)
        Velocity heads K lost when open: entrance, f L/D, fittings, valves, and the exit where the stream's head is
        lost (not where a full-bore hole at the end regains it).
    link_elevation_change : ndarray, shape (links,)
        Height of the ``link_to`` end above the ``link_from`` end, m; default 0.
    link_check : ndarray of int, shape (links,)
        1 where a check valve stops flow from ``link_to`` to ``link_from``; default 0.
    link_excess_flow : ndarray, shape (links,)
        Setting of an excess-flow valve, kg/s in the positive direction; default infinity, none.
    link_excess_closes : ndarray of int, shape (links,)
        1 where that valve does close when its setting is exceeded; default 0: it is there, and fails.
    link_stroke : ndarray, shape (links,)
        Time of a full stroke of the link's valve, s; default 0: it is where it is told to be at once.
    link_from_height, link_to_height : ndarray, shape (links,)
        Height of the end in its vessel above the vessel's bottom, m (for an eduction pipe its lower end); default 0.
    hole_node : ndarray of int, shape (holes,)
        Places where a hole may open; its area is state.
    hole_height : ndarray, shape (holes,)
        Height in the vessel, m; default 0.
    hole_unflashed : ndarray of int, shape (holes,)
        1 where liquid leaves unflashed (path under 0.1 m), 0 (default) in equilibrium.
    inflow_enthalpy : ndarray, shape (nodes,)
        Of what is pumped into a node, J/kg; default: of liquid at the table's low end. Flow itself is state.
    ambient_pressure, ambient_temperature : float
        Pa, K.
    """

    substance: Substance
    vessel_volume: Array
    link_from: Whole
    link_to: Whole
    link_area: Array
    link_loss: Array
    junctions: int = 0
    boundary_pressure: Array = field(default_factory=lambda: np.zeros(0))
    boundary_enthalpy: Array = field(default_factory=lambda: np.zeros(0))
    vessel_height: Array | None = None
    vessel_lying: Whole | None = None
    vessel_heat_conductance: Array | None = None
    link_elevation_change: Array | None = None
    link_check: Whole | None = None
    link_excess_flow: Array | None = None
    link_excess_closes: Whole | None = None
    link_stroke: Array | None = None
    link_from_height: Array | None = None
    link_to_height: Array | None = None
    hole_node: Whole = field(default_factory=lambda: np.zeros(0, np.int64))
    hole_height: Array | None = None
    hole_unflashed: Whole | None = None
    inflow_enthalpy: Array | None = None
    ambient_pressure: float = STANDARD_PRESSURE
    ambient_temperature: float = ROOM_TEMPERATURE

    def __post_init__(self) -> None:
        """Complete, check and freeze the arrays; raises `ModelInputError` naming the array."""
        for name in ("vessel_volume", "boundary_pressure", "boundary_enthalpy", "link_area", "link_loss"):
            self._set(name, _floats(name, getattr(self, name)))
        for name in ("link_from", "link_to", "hole_node"):
            self._set(name, _wholes(name, getattr(self, name)))
        sizes = {"vessel": self.vessels, "link": len(self.link_area), "hole": len(self.hole_node)}
        for name, (value, whole) in _DEFAULTS.items():
            count = self.nodes if name == "inflow_enthalpy" else sizes[name.split("_")[0]]
            given = getattr(self, name)
            array = np.full(count, value) if given is None else given
            self._set(name, _wholes(name, array) if whole else _floats(name, array, infinite=True))
            if len(getattr(self, name)) != count:
                raise ModelInputError(name, f"needs {count} values, got {len(getattr(self, name))}")
        self._check()

    def _set(self, name: str, array: Array | Whole) -> None:
        array.setflags(write=False)
        object.__setattr__(self, name, array)

    def _check(self) -> None:
        links = len(self.link_area)
        for name in ("link_from", "link_to", "link_loss"):
            if len(getattr(self, name)) != links:
                raise ModelInputError(name, f"needs {links} values, got {len(getattr(self, name))}")
        if len(self.boundary_enthalpy) != len(self.boundary_pressure):
            raise ModelInputError("boundary_enthalpy", f"needs {len(self.boundary_pressure)} values")
        for name in ("link_from", "link_to", "hole_node"):
            ends = getattr(self, name)
            if np.any((ends < 0) | (ends >= self.nodes)):
                raise ModelInputError(name, f"names a node outside 0 to {self.nodes - 1}")
        if np.any(self.hole_node >= self.vessels + self.junctions):
            raise ModelInputError("hole_node", "a hole stands at a vessel or a junction, not at a boundary")
        for name in ("vessel_volume", "link_area", "boundary_pressure"):
            if np.any(getattr(self, name) <= 0.0):
                raise ModelInputError(name, "must be positive")
        if np.any(self.link_loss < SMALLEST_LOSS):
            raise ModelInputError("link_loss", f"must be at least {SMALLEST_LOSS:g} velocity heads")

    @property
    def vessels(self) -> int:
        """Number of vessels."""
        return len(self.vessel_volume)

    @property
    def nodes(self) -> int:
        """Number of vessels, junctions and boundaries."""
        return self.vessels + self.junctions + len(self.boundary_pressure)

    @property
    def arrays(self) -> NetworkArrays:
        """The arrays as kernels take them."""
        return NetworkArrays(
            vessel=block(self, VESSEL_COLUMNS),
            ends=np.ascontiguousarray(np.stack((self.link_from, self.link_to), axis=-1)),
            link=block(self, LINK_COLUMNS),
            hole_node=self.hole_node,
            hole=block(self, HOLE_COLUMNS),
            inflow_enthalpy=np.asarray(self.inflow_enthalpy, dtype=np.float64),
            junctions=self.junctions,
            ambient_pressure=self.ambient_pressure,
            ambient_temperature=self.ambient_temperature,
        )


_DEFAULTS: dict[str, tuple[float, bool]] = {
    "vessel_height": (0.0, False),
    "vessel_lying": (0, True),
    "vessel_heat_conductance": (0.0, False),
    "link_elevation_change": (0.0, False),
    "link_check": (0, True),
    "link_excess_flow": (np.inf, False),
    "link_excess_closes": (0, True),
    "link_stroke": (0.0, False),
    "link_from_height": (0.0, False),
    "link_to_height": (0.0, False),
    "hole_height": (0.0, False),
    "hole_unflashed": (0, True),
    "inflow_enthalpy": (0.0, False),
}


def _floats(name: str, values: ArrayLike, *, infinite: bool = False) -> Array:
    array = np.array(values, dtype=np.float64).ravel()
    if np.any(np.isnan(array)) or (not infinite and not np.all(np.isfinite(array))):
        raise ModelInputError(name, "must hold finite numbers only")
    return array


def _wholes(name: str, values: ArrayLike) -> Whole:
    array = np.array(values).ravel()
    if not np.all(np.equal(np.mod(array, 1), 0)):
        raise ModelInputError(name, "must hold whole numbers only")
    return array.astype(np.int64)


STATE_ARRAYS = (*STATE_VESSEL, *STATE_NODE, *STATE_LINK, "hole_area")
"""Names of the arrays of a state."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkState:
    """What is true of a network at a moment. A value: arrays are read-only, changes make a new one.

    Attributes
    ----------
    time : float
        s.
    vessel_mass : ndarray, shape (vessels,)
        Of the substance, kg.
    vessel_energy : ndarray, shape (vessels,)
        Internal energy with the pad gas, J.
    vessel_pad : ndarray, shape (vessels,)
        Amount of gas that does not condense, mol. It stays in its vessel.
    vessel_temperature : ndarray, shape (vessels,)
        K; follows from mass and energy.
    vessel_liquid : ndarray, shape (vessels,)
        Mass of it that is liquid, kg; follows from mass and energy.
    node_pressure : ndarray, shape (nodes,)
        Pa; of vessels it follows from mass and energy, of boundaries it may be set.
    node_enthalpy : ndarray, shape (nodes,)
        Of what flows out of a junction or boundary, J/kg.
    link_opening, link_target : ndarray, shape (links,)
        Where the link's valve is, and where it is going: 0 shut to 1 open.
    link_tripped : ndarray of int, shape (links,)
        1 where an excess-flow valve has closed; it stays so until reset.
    hole_area : ndarray, shape (holes,)
        Area times discharge coefficient, m²; 0 is no hole. A hose torn right through has two ends: twice its area.
    inflow : ndarray, shape (nodes,)
        Pumped into a vessel or junction (positive) or drawn from it (negative), kg/s.
    """

    time: float
    vessel_mass: Array
    vessel_energy: Array
    vessel_pad: Array
    vessel_temperature: Array
    vessel_liquid: Array
    node_pressure: Array
    node_enthalpy: Array
    link_opening: Array
    link_target: Array
    link_tripped: Whole
    hole_area: Array
    inflow: Array

    def __post_init__(self) -> None:
        """Freeze the arrays."""
        for name in STATE_ARRAYS:
            kind = np.int64 if name == "link_tripped" else np.float64
            array = np.array(getattr(self, name), dtype=kind)
            if np.any(np.isnan(array)):
                raise ModelInputError(name, "must not hold NaN")
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def changed(self, **arrays: Any) -> NetworkState:
        """A state with some arrays replaced: openings, targets, holes, inflows, boundary pressures.

        Raises
        ------
        ModelInputError
            An opening outside 0 to 1, a negative area, or an array of the wrong length.
        """
        for name, array in arrays.items():
            if name in STATE_ARRAYS and np.shape(array) != np.shape(getattr(self, name)):
                raise ModelInputError(name, f"needs {len(getattr(self, name))} values")
        made = replace(self, **arrays)
        for name in ("link_opening", "link_target"):
            if np.any((getattr(made, name) < 0.0) | (getattr(made, name) > 1.0)):
                raise ModelInputError(name, "must lie between 0 and 1")
        if np.any(made.hole_area < 0.0):
            raise ModelInputError("hole_area", "must not be negative")
        return made

    def writable(self) -> StateArrays:
        """Copies of the arrays as kernels write them."""
        return StateArrays(
            vessel=block(self, STATE_VESSEL),
            node=block(self, STATE_NODE),
            link=block(self, STATE_LINK),
            hole_area=self.hole_area.copy(),
        )


def _first_enthalpy(network: Network, temperature: Array, pressure: Array, liquid: Array) -> float:
    """Enthalpy a junction starts with: that of the first vessel's liquid or gas, or of the first boundary."""
    if network.vessels == 0:
        return float(network.boundary_enthalpy[0])
    t = float(temperature[0])
    if liquid[0] > 0.0:
        return liquid_enthalpy(network.substance, temperature=t)
    return vapour_enthalpy(network.substance, temperature=t, pressure=float(pressure[0]))


def state_from(time: float, arrays: StateArrays) -> NetworkState:
    """The state that kernels left in their arrays."""
    found: dict[str, Any] = {
        **columns(arrays.vessel, STATE_VESSEL),
        **columns(arrays.node, STATE_NODE),
        **columns(arrays.link, STATE_LINK),
    }
    return NetworkState(time=time, hole_area=arrays.hole_area, **found)


def liquid_enthalpy(substance: Substance, *, temperature: float) -> float:
    """Enthalpy of saturated liquid, J/kg, for a boundary or an inflow at a temperature in K."""
    return float(substance.saturation.liquid_enthalpy(temperature))


def vapour_enthalpy(substance: Substance, *, temperature: float, pressure: float) -> float:
    """Enthalpy of gas, J/kg, for a boundary at a temperature in K and pressure in Pa."""
    return float(substance.gas.enthalpy(temperature, pressure=pressure))


def initial_state(
    network: Network,
    *,
    vessel_mass: ArrayLike,
    vessel_temperature: ArrayLike,
    pad_pressure: ArrayLike = 0.0,
    link_opening: ArrayLike = 1.0,
    hole_area: ArrayLike = 0.0,
    inflow: ArrayLike = 0.0,
) -> NetworkState:
    """State at time 0 from masses (kg), temperatures (K) and partial pressures of pad gas (Pa).

    Arrays have one entry per vessel, link, hole or node, or are one number for all.

    Raises
    ------
    ModelInputError
        A vessel would be full of liquid, or a number is not finite.
    """
    vessels = network.vessels
    mass = _floats("vessel_mass", np.broadcast_to(vessel_mass, vessels))
    temperature = _floats("vessel_temperature", np.broadcast_to(vessel_temperature, vessels))
    pad_p = _floats("pad_pressure", np.broadcast_to(pad_pressure, vessels))
    if np.any(mass <= 0.0):
        raise ModelInputError("vessel_mass", "must be positive; a vessel without anything in it is not a vessel here")
    table, gas = network.substance.saturation.table, network.substance.gas.table
    molar = network.substance.molar_mass
    energy, pad, pressure, liquid = np.zeros(vessels), np.zeros(vessels), np.zeros(vessels), np.zeros(vessels)
    for i in range(vessels):
        volume, t = network.vessel_volume[i], temperature[i]
        space = volume
        if t <= network.substance.saturation.temperature_high:
            split, gas_volume, _ = two_phase_split(table, volume, mass[i], t)
            if split > 0.0:
                space = gas_volume
        if space <= 0.0:
            raise ModelInputError("vessel_mass", f"vessel {i} is full of liquid: {mass[i]:.4g} kg in {volume:.4g} m³")
        pad[i] = pad_p[i] * space / (GAS_CONSTANT * t)
        energy[i] = vessel_energy(table, gas, molar, volume, mass[i], pad[i], t)
        _, pressure[i], liquid[i], kind = vessel_state(table, gas, molar, volume, mass[i], energy[i], pad[i], t)
        if kind == LIQUID_FULL:
            raise ModelInputError("vessel_mass", f"vessel {i} is full of liquid")
    middle = float(np.exp(np.mean(np.log(np.concatenate((pressure, network.boundary_pressure))))))
    start = _first_enthalpy(network, temperature, pressure, liquid)
    opening = _floats("link_opening", np.broadcast_to(link_opening, len(network.link_area)))
    state = NetworkState(
        time=0.0,
        vessel_mass=mass,
        vessel_energy=energy,
        vessel_pad=pad,
        vessel_temperature=temperature,
        vessel_liquid=liquid,
        node_pressure=np.concatenate((pressure, np.full(network.junctions, middle), network.boundary_pressure)),
        node_enthalpy=np.concatenate((np.zeros(vessels), np.full(network.junctions, start), network.boundary_enthalpy)),
        link_opening=opening,
        link_target=opening,
        link_tripped=np.zeros(len(opening), np.int64),
        hole_area=_floats("hole_area", np.broadcast_to(hole_area, len(network.hole_node))),
        inflow=_floats("inflow", np.broadcast_to(inflow, network.nodes)),
    )
    return state.changed()
