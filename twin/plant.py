"""One plant as it exists: parts and the graph that joins them, frozen."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import networkx as nx

from twin.coordinates import LocalFrame
from twin.parts import (
    Bund,
    Catch,
    Detector,
    EmergencyShutdown,
    Equipment,
    Fluid,
    Instrument,
    Joint,
    Line,
    Nozzle,
    Obstacle,
    Part,
    PopulationArea,
    Position,
    Source,
    Valve,
    WeatherStation,
)


class UnknownPart(LookupError):
    """A tag the plant does not have; ``near`` holds tags that look like it."""

    def __init__(self, tag: str, near: tuple[str, ...]) -> None:
        self.tag = tag
        self.near = near
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"the plant has no part '{tag}'{hint}")

    def __str__(self) -> str:
        """The sentence without LookupError's quotes."""
        return str(self.args[0])


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A plant that was read without errors.

    ``graph`` is a frozen MultiDiGraph. Its nodes are nozzles, joints, vessels and the two sides of every valve
    (``TAG:in``, ``TAG:out``); its edges carry ``kind`` (``line``, ``valve``, ``nozzle``) and ``tag``, line edges also
    ``start`` and ``end``, the fractions of the line that they cover.
    """

    id: str
    name: str
    name_zh: str
    crs: str
    origin: tuple[float, float]
    timezone: str
    fluids: Mapping[str, Fluid]
    equipment: Mapping[str, Equipment]
    nozzles: Mapping[str, Nozzle]
    joints: Mapping[str, Joint]
    lines: Mapping[str, Line]
    valves: Mapping[str, Valve]
    instruments: Mapping[str, Instrument]
    detectors: Mapping[str, Detector]
    weather_station: WeatherStation | None
    emergency_shutdowns: Mapping[str, EmergencyShutdown]
    bunds: Mapping[str, Bund]
    catches: Mapping[str, Catch]
    obstacles: Mapping[str, Obstacle]
    population_areas: Mapping[str, PopulationArea]
    site: Mapping[str, Any]
    sources: tuple[Source, ...]
    facts: Mapping[str, str]
    """Source of every number written as ``{value, source}``, by its path in the file."""
    folder: Path
    graph: nx.MultiDiGraph[str] = field(repr=False)

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """Every part by its tag or id."""
        found: dict[str, Part] = {}
        for group in (
            self.equipment, self.nozzles, self.joints, self.lines, self.valves, self.instruments, self.detectors,
            self.emergency_shutdowns, self.bunds, self.catches, self.obstacles, self.population_areas,
        ):  # fmt: skip
            found.update(group)
        if self.weather_station:
            found[self.weather_station.tag] = self.weather_station
        return MappingProxyType(found)

    def part(self, tag: str) -> Part:
        """The part of a tag.

        Raises
        ------
        UnknownPart
            There is none; the error names tags that look like it.
        """
        if tag in self.parts:
            return self.parts[tag]
        lower = {name.lower(): name for name in self.parts}
        close = difflib.get_close_matches(str(tag).lower()[:80], list(lower), n=3, cutoff=0.5)
        raise UnknownPart(tag, tuple(lower[name] for name in close))

    def leak_candidates(self) -> tuple[Equipment | Line, ...]:
        """Parts that can let something harmful out: hoses first, then pipes, then vessels."""
        lines = [line for line in self.lines.values() if line.leaks_outside and not self.fluids[line.fluid].inert]
        vessels = [
            item
            for item in self.equipment.values()
            if item.inventory and not item.boundary and not self.fluids[item.inventory.fluid].inert
        ]
        return (*sorted(lines, key=lambda line: not line.hose), *vessels)

    def fluid_of(self, tag: str) -> Fluid:
        """Fluid in a line, vessel, or the line of a valve.

        Raises
        ------
        UnknownPart
            No such part.
        ValueError
            The part holds no fluid.
        """
        part = self.part(tag)
        if isinstance(part, Valve):
            return self.fluids[self.lines[part.line].fluid]
        if isinstance(part, Line):
            return self.fluids[part.fluid]
        if isinstance(part, Equipment) and part.inventory:
            return self.fluids[part.inventory.fluid]
        raise ValueError(f"{tag} holds no fluid")

    def location(self, tag: str) -> Position:
        """Metres east, north and up of the origin: of a line its middle, of a valve its place on the line.

        Raises
        ------
        UnknownPart
            No such part.
        ValueError
            The part stands nowhere (a shutdown logic).
        """
        part = self.part(tag)
        if isinstance(part, Line):
            return _between(self.location(part.start), self.location(part.end), 0.5)
        if isinstance(part, Valve):
            line = self.lines[part.line]
            return _between(self.location(line.start), self.location(line.end), part.position)
        if isinstance(part, Equipment):
            east, north, up = part.xyz
            return east, north, max(up, part.elevation)
        if isinstance(part, Nozzle):
            vessel = self.equipment[part.equipment]
            return vessel.xyz[0], vessel.xyz[1], vessel.elevation + part.height
        if isinstance(part, Instrument):
            return self.location(part.target)
        if isinstance(part, Joint | Detector | WeatherStation):
            return part.xyz
        if isinstance(part, PopulationArea):
            return (*part.centre, 0.0)
        if isinstance(part, Obstacle):
            return (*_centre(part.polygon), 0.0)
        raise ValueError(f"{tag} stands nowhere in particular")

    @cached_property
    def _frame(self) -> LocalFrame:
        return LocalFrame(longitude=self.origin[0], latitude=self.origin[1])

    def to_local(self, lon: float, lat: float) -> tuple[float, float]:
        """Degrees on WGS 84 to metres east and north of the origin."""
        return self._frame.to_local(lon, lat)

    def to_lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Metres east and north of the origin to degrees on WGS 84."""
        return self._frame.to_lonlat(x, y)

    @cached_property
    def tags(self) -> Mapping[str, Instrument | Detector]:
        """Everything that reads a value, by tag."""
        return MappingProxyType({**self.instruments, **self.detectors})

    def instruments_on(self, target: str, quantity: str | None = None) -> tuple[Instrument, ...]:
        """Instruments that look at a part, of one quantity or all."""
        return tuple(
            item for item in self.instruments.values() if item.target == target and quantity in {None, item.quantity}
        )

    def valves_on(self, line: str) -> tuple[Valve, ...]:
        """Valves of a line from its start to its end."""
        return tuple(
            sorted((valve for valve in self.valves.values() if valve.line == line), key=lambda valve: valve.position)
        )


def _between(start: Position, end: Position, fraction: float) -> Position:
    a, b, c = (first + fraction * (last - first) for first, last in zip(start, end, strict=True))
    return a, b, c


def _centre(polygon: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


def plant_graph(
    *,
    equipment: Iterable[Equipment],
    nozzles: Iterable[Nozzle],
    joints: Iterable[Joint],
    lines: Iterable[Line],
    valves: Iterable[Valve],
) -> nx.MultiDiGraph[str]:
    """Graph of what is joined to what; see `Plant` for its nodes and edges. Frozen."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for vessel in equipment:
        graph.add_node(vessel.tag, kind="equipment")
    for nozzle in nozzles:
        graph.add_node(nozzle.id, kind="nozzle")
        graph.add_edge(nozzle.equipment, nozzle.id, key=nozzle.id, kind="nozzle", tag=nozzle.id)
    for joint in joints:
        graph.add_node(joint.id, kind="joint")
    on_line: dict[str, list[Valve]] = {}
    for valve in valves:
        on_line.setdefault(valve.line, []).append(valve)
    for line in lines:
        here, covered = line.start, 0.0
        for valve in sorted(on_line.get(line.tag, []), key=lambda item: item.position):
            before, after = f"{valve.tag}:in", f"{valve.tag}:out"
            graph.add_node(before, kind="valve-side")
            graph.add_node(after, kind="valve-side")
            graph.add_edge(
                here, before, key=f"{line.tag}@{covered:g}", kind="line", tag=line.tag, start=covered,
                end=valve.position,
            )  # fmt: skip
            graph.add_edge(before, after, key=valve.tag, kind="valve", tag=valve.tag)
            here, covered = after, valve.position
        graph.add_edge(here, line.end, key=f"{line.tag}@{covered:g}", kind="line", tag=line.tag, start=covered, end=1.0)
    nx.freeze(graph)
    return graph
