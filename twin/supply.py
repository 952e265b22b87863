"""Which vessels feed a leak, by which way, and what stands in the way: the plant's side of a source term."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import networkx as nx

from physics.discharge.flashing_models import EQUILIBRIUM_LENGTH, velocity_heads
from twin.parts import Equipment, Line, Valve, ValveRole
from twin.plant import Plant, UnknownPart

FULL_BORE = 0.95
"""Hole over line diameter from which a line counts as broken through."""
_MOST_WAYS = 8
"""Ways from one vessel to the leak that are looked at: the shortest ones."""
_LONGEST_WAY = 60


class CannotLeak(ValueError):
    """A part that nothing can come out of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way from a vessel to the leak.

    Attributes
    ----------
    vessel : str
    nozzle : str or None
        Where it leaves the vessel; ``None``: at the leak itself or anywhere low.
    lines, valves : tuple of str
        In the order of the flow.
    length, diameter : float
        Length in all and narrowest diameter, m.
    heads : float
        Velocity heads lost on the way, friction included, on the narrowest diameter's velocity.
    rise : float
        Height of the leak above the nozzle, m.
    side : str
        ``start`` or ``end`` of the broken line that it comes out of; ``hole`` for a hole.
    pieces : tuple of (str, float)
        Lines in the order of the flow, each with the share of its length that the way takes.
    reaches : tuple of float
        Length of line between each of ``valves`` and the leak, m.
    """

    vessel: str
    nozzle: str | None
    lines: tuple[str, ...]
    valves: tuple[str, ...]
    length: float
    diameter: float
    heads: float
    rise: float
    side: str
    pieces: tuple[tuple[str, float], ...] = ()
    reaches: tuple[float, ...] = ()

    @property
    def ease(self) -> float:
        """What flow through it is proportional to, m²."""
        return self.diameter**2 / math.sqrt(1.0 + max(self.heads, 0.0))

    def excess_flow(self, plant: Plant) -> float | None:
        """Smallest setting of the excess-flow valves on the way, kg/s."""
        settings = [plant.valves[tag].setting for tag in self.valves if plant.valves[tag].role is ValveRole.EXCESS_FLOW]
        return min((value for value in settings if value is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A hole in a part: where it is, how large, and the ways that feed it."""

    part: str
    diameter: float
    full_bore: bool
    height: float
    fluid: str
    ways: tuple[Way, ...]


def full_bore_diameter(plant: Plant, part: str) -> float:
    """Largest hole that means anything for a part: a line's diameter, a vessel's largest connection, m.

    Raises
    ------
    UnknownPart
        No such part.
    CannotLeak
        Nothing can come out of it.
    """
    found = plant.part(part)
    if isinstance(found, Valve):
        return full_bore_diameter(plant, found.line)
    if isinstance(found, Line):
        return found.diameter
    if isinstance(found, Equipment):
        ports = {part, *(nozzle.id for nozzle in plant.nozzles.values() if nozzle.equipment == part)}
        widths = [line.diameter for line in plant.lines.values() if ports & {line.start, line.end}]
        if widths:
            return max(widths)
    raise CannotLeak(f"{part} cannot leak: it is no line, hose, valve or vessel with connections")


def leak(plant: Plant, *, part: str, hole_diameter: float | None) -> Leak:
    """A hole in a part and every way that can feed it with all valves open.

    Parameters
    ----------
    part : str
        Line, hose, valve (leaks at its place on the line) or vessel.
    hole_diameter : float or None
        m; ``None``: full bore. Larger than the line is taken as full bore.

    Raises
    ------
    UnknownPart
        No such part.
    CannotLeak
        Nothing harmful can come out of it, or the hole is not a positive number.
    """
    bore = full_bore_diameter(plant, part)
    diameter = bore if hole_diameter is None else hole_diameter
    if not (math.isfinite(diameter) and diameter > 0.0):
        raise CannotLeak(f"a hole of {hole_diameter} m in {part} is no hole")
    fluid = plant.fluid_of(part)
    if fluid.inert:
        raise CannotLeak(f"{part} holds {fluid.name}, which harms nobody")
    found = plant.part(part)
    if isinstance(found, Equipment):
        height = found.elevation
        way = Way(
            vessel=part, nozzle=None, lines=(), valves=(), length=0.0, diameter=diameter, heads=0.0, rise=0.0,
            side="hole",
        )  # fmt: skip
        return Leak(part=part, diameter=diameter, full_bore=False, height=height, fluid=fluid.id, ways=(way,))
    line = plant.lines[found.line] if isinstance(found, Valve) else plant.lines[part]
    if not line.leaks_outside:
        raise CannotLeak(f"{line.tag} runs inside a vessel: a hole in it lets nothing out")
    position = found.position if isinstance(found, Valve) else 0.5
    broken = diameter >= FULL_BORE * line.diameter
    ways = tuple(_ways(plant, line, position, broken))
    return Leak(
        part=part,
        diameter=min(diameter, line.diameter),
        full_bore=broken,
        height=max(plant.location(part)[2], 0.0),
        fluid=fluid.id,
        ways=ways,
    )


def _ways(plant: Plant, line: Line, position: float, broken: bool) -> Iterator[Way]:
    """Ways from every vessel to a point on a line, not through it."""
    graph = _open_graph(plant, line, position)
    for side in ("start", "end"):
        target = f"{line.tag}#{side}"
        for tag, vessel in plant.equipment.items():
            inventory = vessel.inventory
            if inventory is None or plant.fluids[inventory.fluid].inert or tag not in graph:
                continue
            paths = nx.shortest_simple_paths(graph, tag, target) if nx.has_path(graph, tag, target) else iter(())
            for nodes in itertools.islice(paths, _MOST_WAYS):
                if len(nodes) > _LONGEST_WAY:
                    break
                if any(node in plant.equipment and plant.equipment[node].inventory for node in nodes[1:]):
                    continue
                yield _way(plant, graph, nodes, side if broken else "hole", plant.location(line.tag)[2])


def _open_graph(plant: Plant, line: Line, position: float) -> nx.DiGraph[str]:
    """Every direction flow can take, the leaking line cut in two at the leak."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for start, end, data in plant.graph.edges(data=True):
        if data["kind"] == "line" and plant.fluids[plant.lines[data["tag"]].fluid].inert:
            continue
        length = data.get("end", 0.0) - data.get("start", 0.0)
        if data["kind"] == "line" and data["tag"] == line.tag and data["start"] <= position <= data["end"]:
            cut_start, cut_end = f"{line.tag}#start", f"{line.tag}#end"
            _both(graph, start, cut_start, "line", line.tag, position - data["start"])
            _both(graph, cut_end, end, "line", line.tag, data["end"] - position)
            continue
        valve = plant.valves.get(str(data["tag"])) if data["kind"] == "valve" else None
        if valve is not None and valve.role is ValveRole.CHECK:
            graph.add_edge(start, end, kind="valve", tag=valve.tag, length=0.0)
        else:
            _both(graph, start, end, str(data["kind"]), str(data["tag"]), length)
    return graph


def _both(graph: nx.DiGraph[str], start: str, end: str, kind: str, tag: str, length: float) -> None:
    graph.add_edge(start, end, kind=kind, tag=tag, length=length)
    graph.add_edge(end, start, kind=kind, tag=tag, length=length)


def _way(plant: Plant, graph: nx.DiGraph[str], nodes: list[str], side: str, height: float) -> Way:
    pieces: dict[str, float] = {}
    valves, passed, gone = list[str](), list[float](), 0.0
    for start, end in itertools.pairwise(nodes):
        data = graph.edges[start, end]
        if data["kind"] == "line":
            pieces[data["tag"]] = pieces.get(data["tag"], 0.0) + data["length"]
            gone += data["length"] * plant.lines[data["tag"]].length
        elif data["kind"] == "valve":
            valves.append(data["tag"])
            passed.append(gone)
    narrow = min(plant.lines[tag].diameter for tag in pieces)
    heads = sum(line_heads(plant, tag, fraction, narrow) for tag, fraction in pieces.items())
    for tag in valves:
        valve = plant.valves[tag]
        heads += valve.loss_coefficient * (narrow / plant.lines[valve.line].diameter) ** 4
    nozzle = nodes[1] if nodes[1] in plant.nozzles else None
    entry = plant.location(nozzle or nodes[0])[2]
    return Way(
        vessel=nodes[0],
        nozzle=nozzle,
        lines=tuple(pieces),
        valves=tuple(valves),
        length=sum(plant.lines[tag].length * fraction for tag, fraction in pieces.items()),
        diameter=narrow,
        heads=heads,
        rise=height - entry,
        side=side,
        pieces=tuple(pieces.items()),
        reaches=tuple(gone - length for length in passed),
    )


def line_heads(plant: Plant, tag: str, fraction: float, reference: float) -> float:
    """Velocity heads of a share of a line's length, on the velocity in a bore of the ``reference`` diameter, m."""
    line = plant.lines[tag]
    if fraction <= 0.0:
        return 0.0
    own = velocity_heads(
        length=line.length * fraction,
        diameter=line.diameter,
        roughness=line.roughness,
        loss_coefficient=line.loss_coefficient * fraction,
    )
    return float(own * (reference / line.diameter) ** 4)


def residual_heads(way: Way) -> float:
    """Velocity heads to give a `FlowPath` of the least length that counts as a line, so that its sum is the way's."""
    short = velocity_heads(length=EQUILIBRIUM_LENGTH, diameter=way.diameter, roughness=0.0, loss_coefficient=0.0)
    return max(way.heads - short, 0.0)


def closing_times(plant: Plant, way: Way, *, isolated_after: float | None, closed: Mapping[str, float]) -> float | None:
    """When a way is shut, s after the leak begins: by its own valves in ``closed``, or the shutdown's at its time."""
    return min(valve_times(plant, way, isolated_after=isolated_after, closed=closed).values(), default=None)


def valve_times(
    plant: Plant, way: Way, *, isolated_after: float | None, closed: Mapping[str, float]
) -> dict[str, float]:
    """When each valve of a way that shuts is shut, s after the leak begins."""
    times = {tag: closed[tag] for tag in way.valves if tag in closed}
    if isolated_after is not None:
        shutting = {tag for item in plant.emergency_shutdowns.values() for tag in item.closes}
        times |= {tag: min(isolated_after, times.get(tag, isolated_after)) for tag in way.valves if tag in shutting}
    return times


__all__ = [
    "CannotLeak", "Leak", "UnknownPart", "Way", "closing_times", "full_bore_diameter", "leak", "line_heads",
    "residual_heads", "valve_times",
]  # fmt: skip
