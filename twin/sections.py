"""What is connected to what right now, and how much each part of it holds.

A valve separates two sections only when its own position feedback proves it closed and the flow agrees: a
command or a shutdown signal is a hope.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import networkx as nx

from physics.cards import Caveat, Grade
from physics.substances import substance
from twin.parts import ISOLATING, ValveRole
from twin.plant import Plant
from twin.state import Quality, Snapshot

NO_FLOW = 0.02
"""Mass flow rate below which a flow meter says that nothing flows, on top of three of its sigmas, kg/s; assumed."""
AUTOMATIC = frozenset({ValveRole.ESDV, ValveRole.ROV})
"""Roles of valves that close without somebody walking up to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Parts of the plant with no proved barrier between them.

    Attributes
    ----------
    id : str
        Of the largest vessel in it, else of its first part.
    parts : frozenset of str
        Tags of vessels and lines, wholly or partly inside.
    valves : tuple of str
        Valves at its edge.
    mass : mapping
        Fluid id to kg held now.
    caveats : tuple of Caveat
    """

    id: str
    parts: frozenset[str]
    valves: tuple[str, ...]
    mass: Mapping[str, float] = field(default_factory=dict)
    caveats: tuple[Caveat, ...] = ()

    def mass_of(self, fluid: str) -> float:
        """Of one fluid, kg."""
        return self.mass.get(fluid, 0.0)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a valve is proved closed, and why or why not."""

    closed: bool
    says: str


def proved_closed(plant: Plant, snapshot: Snapshot | None, valve: str) -> Proof:
    """Whether a valve counts as closed: its own feedback is Good and says so, and the flow agrees."""
    if snapshot is None:
        return Proof(False, f"{valve}: no readings")
    closed = plant.instruments_on(valve, "closed")
    if not closed:
        return Proof(False, f"{valve} has no position feedback")
    for instrument in closed:
        if snapshot.quality(instrument.tag) is not Quality.GOOD:
            return Proof(False, f"{instrument.tag} of {valve} is {snapshot.quality(instrument.tag)}")
        if (snapshot.value(instrument.tag) or 0.0) < 0.5:
            return Proof(False, f"{instrument.tag} does not show {valve} closed")
    for instrument in plant.instruments_on(valve, "open"):
        if (snapshot.value(instrument.tag) or 0.0) >= 0.5:
            return Proof(False, f"{instrument.tag} shows {valve} open while it is also shown closed")
    meters = _meters_in_series(plant, valve)
    usable = [meter for meter in meters if snapshot.quality(meter) is Quality.GOOD]
    if not usable:
        why = "no flow meter is in series with it" if not meters else f"{', '.join(meters)} cannot be relied on"
        return Proof(False, f"{valve} shows closed, but {why}")
    for meter in usable:
        flow, accuracy = snapshot.value(meter) or 0.0, plant.instruments[meter].accuracy
        if abs(flow) > NO_FLOW + 3.0 * accuracy:
            return Proof(False, f"{valve} shows closed, but {meter} still reads {flow:.2f} kg/s")
    return Proof(True, f"{valve} is closed: its feedback is good and {', '.join(usable)} read no flow")


def _meters_in_series(plant: Plant, valve: str) -> tuple[str, ...]:
    """Flow meters on the valve's line and on lines joined to it end to end."""
    lines, waiting = {plant.valves[valve].line}, [plant.valves[valve].line]
    while waiting:
        line = plant.lines[waiting.pop()]
        for end in (line.start, line.end):
            joined = [item.tag for item in plant.lines.values() if end in {item.start, item.end}]
            if end in plant.joints and len(joined) == 2:
                waiting += [tag for tag in joined if tag not in lines]
                lines |= set(joined)
    return tuple(
        item.tag for item in plant.instruments.values() if item.quantity == "mass_flow_rate" and item.target in lines
    )


def sections(plant: Plant, snapshot: Snapshot | None = None) -> tuple[Section, ...]:
    """Sections as they are now: only valves proved closed part them.

    Parameters
    ----------
    plant : Plant
    snapshot : Snapshot or None
        ``None``: nothing is proved, and masses are the plant file's.
    """
    proofs = {tag: proved_closed(plant, snapshot, tag) for tag in plant.valves}
    return _sections(plant, snapshot, {tag for tag, proof in proofs.items() if proof.closed})


def isolatable_sections(
    plant: Plant, snapshot: Snapshot | None = None, *, roles: Collection[ValveRole] = ISOLATING
) -> tuple[Section, ...]:
    """Sections there would be if every valve of these roles closed: what could be isolated, not what is."""
    closed = {tag for tag, valve in plant.valves.items() if valve.role in roles}
    return _sections(plant, snapshot, closed)


def section_of(found: tuple[Section, ...], tag: str, plant: Plant) -> Section:
    """The section a part is in; of a line that a valve parts, the one with the longer piece, else the first.

    Raises
    ------
    LookupError
        No section holds it.
    """
    holding = [section for section in found if tag in section.parts]
    if not holding:
        raise LookupError(f"{tag} is in no section of {plant.id}")
    return holding[0]


def isolation_time(plant: Plant, section: Section | str) -> float | None:
    """Time from the start of a leak until its section is isolated, if everything works, s.

    Detection, decision and the longest stroke of the valves that shut the section off by themselves; ``None`` where
    there are none.

    Parameters
    ----------
    section : Section or str
        A section, or the tag of a part.
    """
    if isinstance(section, str):
        plant.part(section)
        found = isolatable_sections(plant, roles=AUTOMATIC)
        section = section_of(found, section, plant)
    times = []
    for shutdown in plant.emergency_shutdowns.values():
        strokes = [plant.valves[tag].stroke_time or 0.0 for tag in shutdown.closes if tag in section.valves]
        if strokes:
            times.append(shutdown.detect_time + shutdown.decide_time + max(strokes))
    return max(times) if times else None


def _sections(plant: Plant, snapshot: Snapshot | None, closed: set[str]) -> tuple[Section, ...]:
    graph: nx.MultiGraph[str] = nx.MultiGraph(plant.graph)
    for tag in closed:
        graph.remove_edge(f"{tag}:in", f"{tag}:out", key=tag)
    held = {tag: vessel_mass(plant, snapshot, tag) for tag, item in plant.equipment.items() if item.inventory}
    found = []
    for nodes in nx.connected_components(graph):
        section = _section(plant, snapshot, graph, set(nodes), held)
        if section is not None:
            found.append(section)
    return tuple(sorted(found, key=lambda item: (-sum(item.mass.values()), item.id)))


def _section(
    plant: Plant,
    snapshot: Snapshot | None,
    graph: nx.MultiGraph[str],
    nodes: set[str],
    held: Mapping[str, tuple[float, tuple[Caveat, ...]]],
) -> Section | None:
    parts, edges, caveats = set(), set(), list[Caveat]()
    mass: dict[str, float] = {}
    longest: dict[str, float] = {}
    for tag in sorted(nodes & set(plant.equipment)):
        parts.add(tag)
        inventory = plant.equipment[tag].inventory
        if inventory and not plant.equipment[tag].boundary:
            mass[inventory.fluid] = mass.get(inventory.fluid, 0.0) + held[tag][0]
            caveats += held[tag][1]
    for *_, data in graph.edges(nodes, data=True):
        length = data.get("end", 0.0) - data.get("start", 0.0)
        if data["kind"] == "line" and length > 0.0:
            tag = str(data["tag"])
            longest[tag] = longest.get(tag, 0.0) + length
            fluid = plant.lines[tag].fluid
            mass[fluid] = mass.get(fluid, 0.0) + length * line_mass(plant, snapshot, tag)
    # a line belongs to every section that has a piece of it, however short
    parts |= set(longest)
    if not parts:
        return None
    for node in nodes:
        valve = node.rpartition(":")[0]
        if valve in plant.valves and not ({f"{valve}:in", f"{valve}:out"} <= nodes):
            edges.add(valve)
    vessels = sorted((tag for tag in parts if tag in held), key=lambda tag: -held[tag][0])
    return Section(
        id=vessels[0] if vessels else min(parts),
        parts=frozenset(parts),
        valves=tuple(sorted(edges)),
        mass=MappingProxyType(mass),
        caveats=tuple(dict.fromkeys(caveats)),
    )


def vessel_mass(plant: Plant, snapshot: Snapshot | None, tag: str) -> tuple[float, tuple[Caveat, ...]]:
    """What a vessel holds now, kg, from its scale, else its level, else the plant file; with what was missing."""
    vessel = plant.equipment[tag]
    inventory = vessel.inventory
    if inventory is None:
        return 0.0, ()
    scale = reading(plant, snapshot, tag, "mass")
    if scale[0] is not None:
        return max(scale[0], 0.0), scale[1]
    if plant.fluids[inventory.fluid].inert:
        return 0.0, ()
    level, about_level = reading(plant, snapshot, tag, "level")
    temperature, about_temperature = reading(plant, snapshot, tag, "temperature")
    table = substance(plant.fluids[inventory.fluid].substance).saturation
    at = min(max(temperature or inventory.temperature, table.temperature_low), table.temperature_high)
    fill = min(max(inventory.level if level is None else level, 0.0), 1.0)
    mass = vessel.volume * (fill * table.liquid_density(at) + (1.0 - fill) * table.vapour_density(at))
    return float(mass), (*about_level, *about_temperature)


def line_mass(plant: Plant, snapshot: Snapshot | None, tag: str) -> float:
    """What a whole line holds, kg: full of liquid where its fluid is liquid, at the temperature of its supply."""
    line = plant.lines[tag]
    fluid = plant.fluids[line.fluid]
    if fluid.inert:
        return 0.0
    temperature = next(
        (
            reading(plant, snapshot, item.tag, "temperature")[0] or item.inventory.temperature
            for item in plant.equipment.values()
            if item.inventory and item.inventory.fluid == line.fluid
        ),
        293.15,
    )
    table = substance(fluid.substance).saturation
    at = min(max(temperature, table.temperature_low), table.temperature_high)
    density = table.liquid_density(at) if fluid.state == "liquid" else table.vapour_density(at)
    return float(density * line.volume)


def reading(
    plant: Plant, snapshot: Snapshot | None, target: str, quantity: str
) -> tuple[float | None, tuple[Caveat, ...]]:
    """Best value of a quantity of a part now, and a caveat where an instrument that should give it does not."""
    instruments = plant.instruments_on(target, quantity)
    if snapshot is None or not instruments:
        return None, ()
    caveats: list[Caveat] = []
    for instrument in instruments:
        quality, value = snapshot.quality(instrument.tag), snapshot.value(instrument.tag)
        if value is not None:
            if quality is not Quality.GOOD:
                says = f"{instrument.tag} ({quantity} of {target}) is {quality}; its value is used with a wider band."
                caveats.append(Caveat(Grade.DEGRADED, instrument.tag, says))
            return value, tuple(caveats)
        says = f"{instrument.tag} ({quantity} of {target}) is {quality}; the plant file's value stands in for it."
        caveats.append(Caveat(Grade.DEGRADED, instrument.tag, says))
    return None, tuple(caveats)
