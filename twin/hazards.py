"""What a plant's own graph says about it: sections nothing can isolate, liquid that can be locked in."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from twin.entries import Entries
from twin.parts import ISOLATING, ValveRole
from twin.plant import Plant
from twin.yaml_lines import Path_

Sentence = tuple[Path_, str, str]


def hazards(plant: Plant, entries: Entries) -> Iterator[Sentence]:
    """Sentences about the plant, each with the path of the entry it speaks of and its id."""
    lines = {located.item.tag: located.path for located in entries.of("lines")}
    vessels = {located.item.tag: located.path for located in entries.of("equipment")}
    graph = _cut(plant)
    for nodes in sorted(nx.connected_components(graph), key=min):
        pieces = [data for *_, data in graph.edges(nodes, data=True) if data["kind"] == "line"]
        inside = {str(data["tag"]) for data in pieces if data["end"] > data["start"]}
        held = [tag for tag in sorted(nodes) if tag in plant.equipment and plant.equipment[tag].inventory]
        yield from _not_isolated(plant, sorted(inside), held, vessels)
        yield from _blocked_in(plant, set(nodes), sorted(inside), held, lines)


def _cut(plant: Plant) -> nx.MultiGraph[str]:
    """The plant with every valve that somebody can close taken out."""
    graph: nx.MultiGraph[str] = nx.MultiGraph(plant.graph)
    for valve in plant.valves.values():
        if valve.role in ISOLATING:
            graph.remove_edge(f"{valve.tag}:in", f"{valve.tag}:out", key=valve.tag)
    return graph


def _not_isolated(plant: Plant, inside: list[str], held: list[str], paths: dict[str, Path_]) -> Iterator[Sentence]:
    """Vessels with lines that nothing stands between."""
    outside = [tag for tag in inside if plant.lines[tag].leaks_outside]
    for tag in held:
        vessel = plant.equipment[tag]
        if vessel.inventory is None or vessel.boundary or plant.fluids[vessel.inventory.fluid].inert:
            continue
        if outside:
            says = f"section that no valve can isolate: a leak in {', '.join(outside)} empties {tag}"
            yield paths[tag], tag, says


def _blocked_in(
    plant: Plant, nodes: set[str], inside: list[str], held: list[str], paths: dict[str, Path_]
) -> Iterator[Sentence]:
    """Liquid-full lines between valves that can all be closed, with nothing to relieve them."""
    liquid = [tag for tag in inside if plant.fluids[plant.lines[tag].fluid].state == "liquid"]
    liquid = [tag for tag in liquid if plant.lines[tag].leaks_outside]
    if not liquid or held or any(plant.lines[tag].relief for tag in inside):
        return
    if any(tag in plant.equipment and plant.equipment[tag].relief for tag in nodes):
        return
    sides = {node.rsplit(":", 1)[0] for node in nodes if node.rsplit(":", 1)[0] in plant.valves}
    if any(plant.valves[tag].role is ValveRole.PRV for tag in sides):
        return
    closing = sorted(tag for tag in sides if plant.valves[tag].role in ISOLATING)
    if len(closing) >= 2:
        says = f"blocked-in liquid without relief: closing {', '.join(closing)} locks liquid in {', '.join(liquid)}"
        yield paths[liquid[0]], liquid[0], says
