"""The plant as arrays for `physics.process`: vessels, junctions, half-lines as links, and a place for every hole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from physics.discharge.flashing_models import velocity_heads
from physics.process import Network, NetworkState, initial_state
from physics.substances import Substance, substance
from twin.parts import Equipment, Line, Valve, ValveRole
from twin.plant import Plant
from twin.sections import reading, vessel_mass
from twin.state import Snapshot
from twin.supply import full_bore_diameter

Array = NDArray[np.float64]
EXIT_LOSS = 1.0
"""Velocity head lost where a line ends in a vessel."""
LEAST_LOSS = 0.05
"""Velocity heads given to a half-line so short that it would lose nothing."""
_FULLEST = 0.98
_LEAST_MASS = 1.0
HOLE_COEFFICIENT = 0.62
"""Discharge coefficient of a sharp-edged hole in a wall (Crane TP-410); a torn line has none."""


class NoProcess(ValueError):
    """The plant has nothing that `physics.process` can compute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessModel:
    """A network and where each tag of the plant is in it.

    Attributes
    ----------
    vessels : mapping
        Vessel tag to vessel number.
    nodes : mapping
        Joint, manifold, nozzle, vessel or line (its middle) to node number.
    links : mapping
        Line tag to the numbers of its links from start to end.
    valves : mapping
        Valve tag to the number of its link.
    holes : mapping
        Part to hole number.
    """

    plant: Plant
    network: Network
    vessels: Mapping[str, int]
    nodes: Mapping[str, int]
    links: Mapping[str, tuple[int, ...]]
    valves: Mapping[str, int]
    holes: Mapping[str, int]

    @property
    def substance(self) -> Substance:
        """The one fluid in it."""
        return self.network.substance

    def openings(self, positions: Mapping[str, float]) -> Array:
        """Opening of every link: the product of its valves', 0 to 1; one not named stands as the plant has it."""
        found = np.ones(len(self.network.link_area))
        for tag, link in self.valves.items():
            valve = self.plant.valves[tag]
            found[link] *= positions.get(tag, 1.0 if valve.normally_open else 0.0)
        return found

    def hole_areas(self, holes: Mapping[str, float | None]) -> Array:
        """Effective area of every hole, m², from part to diameter in m; ``None`` or the bore is torn through.

        A line torn through has two ends: twice its area, and no discharge coefficient.
        """
        areas = np.zeros(len(self.network.hole_node))
        for part, diameter in holes.items():
            bore = full_bore_diameter(self.plant, part)
            torn = isinstance(self.plant.part(part), Line | Valve) and (diameter is None or diameter >= 0.95 * bore)
            wide = bore if diameter is None else min(diameter, bore) if torn else diameter
            area = math.pi * wide**2 / 4.0
            areas[self.holes[self.hole_part(part)]] += 2.0 * area if torn else HOLE_COEFFICIENT * area
        return areas

    def hole_part(self, part: str) -> str:
        """The line or vessel a part's hole is computed in: a valve's line for a valve.

        Raises
        ------
        UnknownPart
            No such part.
        NoProcess
            The part is not in the process model.
        """
        found = self.plant.part(part)
        tag = found.line if isinstance(found, Valve) else part
        if tag not in self.holes:
            raise NoProcess(f"{part} is not in the process model, so no hole can be opened in it")
        return tag

    def state(self, snapshot: Snapshot | None = None, *, positions: Mapping[str, float] | None = None) -> NetworkState:
        """State now: vessels from the readings, or the plant file where there are none; no holes."""
        count = len(self.vessels)
        mass, temperature, pad = np.zeros(count), np.zeros(count), np.zeros(count)
        table = self.substance.saturation
        for tag, index in self.vessels.items():
            item = self.plant.equipment[tag]
            held = item.inventory
            if held is None:
                continue
            warm = reading(self.plant, snapshot, tag, "temperature")[0] or held.temperature
            warm = min(max(warm, table.temperature_low), table.temperature_high)
            pressure = reading(self.plant, snapshot, tag, "pressure")[0] or held.pressure
            most = _FULLEST * item.volume * table.liquid_density(warm)
            mass[index] = min(max(vessel_mass(self.plant, snapshot, tag)[0], _LEAST_MASS), most)
            temperature[index] = warm
            pad[index] = max(pressure - table.pressure(warm), 0.0)
        return initial_state(
            self.network,
            vessel_mass=mass,
            vessel_temperature=temperature,
            pad_pressure=pad,
            link_opening=self.openings(positions or {}),
        )

    def fill(self, tag: str, state: NetworkState) -> float:
        """Liquid-filled fraction of a vessel."""
        index, table = self.vessels[tag], self.substance.saturation
        warm = min(max(float(state.vessel_temperature[index]), table.temperature_low), table.temperature_high)
        volume = self.plant.equipment[tag].volume
        liquid, vapour = table.liquid_density(warm), table.vapour_density(warm)
        return float(np.clip((state.vessel_mass[index] / volume - vapour) / (liquid - vapour), 0.0, 1.0))


class _Builder:
    """Collects nodes and links while walking over the plant."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.lines = [line for line in plant.lines.values() if not plant.fluids[line.fluid].inert]
        ends = {end for line in self.lines for end in (line.start, line.end)}
        owners = {plant.nozzles[end].equipment if end in plant.nozzles else end for end in ends}
        self.vessels = {
            tag: index
            for index, tag in enumerate(
                tag
                for tag, item in plant.equipment.items()
                if item.inventory and not item.boundary and not plant.fluids[item.inventory.fluid].inert
            )
        }
        joints = sorted(end for end in owners if end not in self.vessels and not self._held(end))
        middles = [line.tag for line in self.lines if line.leaks_outside]
        self.nodes = dict(self.vessels)
        for tag in (*joints, *middles):
            self.nodes[tag] = len(self.nodes)
        self.junctions = len(self.nodes) - len(self.vessels)
        self.boundaries = sorted(end for end in owners if self._held(end))
        for tag in self.boundaries:
            self.nodes[tag] = len(self.nodes)
        self.columns: dict[str, list[float]] = {
            name: [] for name in ("from", "to", "area", "loss", "rise", "check", "excess", "from_height", "to_height")
        }
        self.links: dict[str, tuple[int, ...]] = {}
        self.valve_links: dict[str, int] = {}

    def _held(self, tag: str) -> bool:
        return tag in self.plant.equipment and self.plant.equipment[tag].boundary

    def node(self, end: str) -> tuple[int, float, bool]:
        """Node number of a line's end, height in its vessel, and whether it is a vessel."""
        nozzle = self.plant.nozzles.get(end)
        owner = nozzle.equipment if nozzle else end
        return self.nodes[owner], nozzle.height if nozzle else 0.0, owner in self.vessels

    def line(self, line: Line) -> None:
        """Links of one line: two halves about its middle where a hole may open, else one."""
        halves = ((0.0, 0.5), (0.5, 1.0)) if line.leaks_outside else ((0.0, 1.0),)
        numbers = []
        for low, high in halves:
            start = self.node(line.start) if low == 0.0 else (self.nodes[line.tag], 0.0, False)
            end = self.node(line.end) if high == 1.0 else (self.nodes[line.tag], 0.0, False)
            numbers.append(self._link(line, low, high, start, end))
        self.links[line.tag] = tuple(numbers)

    def _link(
        self, line: Line, low: float, high: float, start: tuple[int, float, bool], end: tuple[int, float, bool]
    ) -> int:
        number, share = len(self.columns["from"]), high - low
        valves = [
            valve
            for valve in self.plant.valves_on(line.tag)
            if low <= valve.position < high or (high == 1.0 and valve.position == 1.0)
        ]
        loss = velocity_heads(
            length=line.length * share,
            diameter=line.diameter,
            roughness=line.roughness,
            loss_coefficient=line.loss_coefficient * share + sum(valve.loss_coefficient for valve in valves),
        )
        settings = [valve.setting for valve in valves if valve.role is ValveRole.EXCESS_FLOW and valve.setting]
        row = {
            "from": start[0],
            "to": end[0],
            "area": line.area,
            "loss": max(loss, LEAST_LOSS) + (EXIT_LOSS if end[2] else 0.0),
            "rise": line.rise * share,
            "check": float(any(valve.role is ValveRole.CHECK for valve in valves)),
            "excess": min(settings, default=math.inf),
            "from_height": start[1],
            "to_height": end[1],
        }
        for name, value in row.items():
            self.columns[name].append(value)
        self.valve_links |= {valve.tag: number for valve in valves}
        return number


def process_model(plant: Plant, *, excess_flow_works: bool = False) -> ProcessModel:
    """Network of a plant's one hazardous fluid.

    Padding gas is not in the network: it stays in its vessel and expands.

    Parameters
    ----------
    plant : Plant
    excess_flow_works : bool
        Whether excess-flow valves close at their setting; it is not relied on unless said so.

    Raises
    ------
    NoProcess
        The plant holds no hazardous fluid in a vessel, or more than one.
    """
    build = _Builder(plant)
    fluids = {plant.fluids[line.fluid].substance for line in build.lines}
    if not build.vessels or len(fluids) != 1:
        raise NoProcess(f"{plant.id} has {len(fluids)} hazardous fluids in its lines; the process model takes one")
    for line in build.lines:
        build.line(line)
    holes = {tag: index for index, tag in enumerate([line.tag for line in build.lines if line.leaks_outside])}
    for tag in build.vessels:
        holes[tag] = len(holes)
    column = {name: np.array(values) for name, values in build.columns.items()}
    closing = np.isfinite(column["excess"]) & excess_flow_works
    network = Network(
        substance=substance(fluids.pop()),
        vessel_volume=np.array([plant.equipment[tag].volume for tag in build.vessels]),
        vessel_height=np.array([_height(plant.equipment[tag]) for tag in build.vessels]),
        vessel_lying=np.array([int(_lying(plant.equipment[tag])) for tag in build.vessels]),
        junctions=build.junctions,
        boundary_pressure=np.array([_boundary(plant, tag)[0] for tag in build.boundaries]),
        boundary_enthalpy=np.array([_boundary(plant, tag)[1] for tag in build.boundaries]),
        link_from=column["from"].astype(np.int64),
        link_to=column["to"].astype(np.int64),
        link_area=column["area"],
        link_loss=column["loss"],
        link_elevation_change=column["rise"],
        link_check=column["check"].astype(np.int64),
        link_excess_flow=column["excess"],
        link_excess_closes=closing.astype(np.int64),
        link_from_height=column["from_height"],
        link_to_height=column["to_height"],
        hole_node=np.array([build.nodes[tag] for tag in holes]),
    )
    return ProcessModel(
        plant=plant,
        network=network,
        vessels=MappingProxyType(build.vessels),
        nodes=MappingProxyType(build.nodes),
        links=MappingProxyType(build.links),
        valves=MappingProxyType(build.valve_links),
        holes=MappingProxyType(holes),
    )


def _height(item: Equipment) -> float:
    if item.geometry is None:
        return 0.0
    upright = item.geometry.orientation == "vertical" and item.geometry.shape == "cylinder"
    return item.geometry.length if upright else item.geometry.diameter


def _lying(item: Equipment) -> bool:
    return item.geometry is not None and item.geometry.orientation == "horizontal"


def _boundary(plant: Plant, tag: str) -> tuple[float, float]:
    held = plant.equipment[tag].inventory
    if held is None:
        raise NoProcess(f"{tag} is a boundary without an inventory: its pressure is not known")
    table = substance(plant.fluids[held.fluid].substance).saturation
    return held.pressure, float(table.liquid_enthalpy(held.temperature))
