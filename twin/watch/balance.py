"""Where mass can be balanced in a plant: parts between flow meters and scales."""

from __future__ import annotations

import math
from dataclasses import dataclass

import networkx as nx

from physics.substances import substance
from twin.plant import Plant
from twin.state import Quality, Snapshot

COMPRESSIBILITY = 2e-9
"""Compressibility of a liquid near its bubble point, 1/Pa; assumed (chlorine at 25 degC is of this order)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Parts whose inflow and outflow are all measured.

    Attributes
    ----------
    id : str
    parts : frozenset of str
        Lines and vessels inside; a line with a meter is in the zones of both its ends.
    meters : tuple
        Flow meter tag and +1 where it measures into the zone, -1 out of it.
    scales : tuple of str
        Tags that weigh vessels inside.
    pressures : tuple of str
        Pressure tags inside.
    line_pack : float
        Mass taken up per pressure, kg/Pa.
    """

    id: str
    parts: frozenset[str]
    meters: tuple[tuple[str, int], ...]
    scales: tuple[str, ...]
    pressures: tuple[str, ...]
    line_pack: float

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag its balance needs."""
        return (*(tag for tag, _ in self.meters), *self.scales)


def zones(plant: Plant) -> tuple[Zone, ...]:
    """Zones of a plant that have at least one meter and whose vessels are all weighed."""
    lines = [line for line in plant.lines.values() if not plant.fluids[line.fluid].inert]
    metered = {
        item.target: item.tag
        for item in plant.instruments.values()
        if item.quantity == "mass_flow_rate" and item.target in plant.lines
    }
    graph: nx.Graph[str] = nx.Graph()
    for line in lines:
        start, end = _owner(plant, line.start), _owner(plant, line.end)
        if line.tag in metered:
            graph.add_node(start)
            graph.add_node(end)
        else:
            graph.add_edge(start, end)
    found = []
    for nodes in nx.connected_components(graph):
        zone = _zone(plant, set(nodes), metered)
        if zone is not None:
            found.append(zone)
    return tuple(found)


def _owner(plant: Plant, end: str) -> str:
    return plant.nozzles[end].equipment if end in plant.nozzles else end


def _zone(plant: Plant, nodes: set[str], metered: dict[str, str]) -> Zone | None:
    meters: list[tuple[str, int]] = []
    parts: set[str] = set()
    volume = 0.0
    fluid = ""
    for line in plant.lines.values():
        inside = [_owner(plant, end) in nodes for end in (line.start, line.end)]
        if plant.fluids[line.fluid].inert or not any(inside):
            continue
        parts.add(line.tag)
        fluid = line.fluid
        if line.tag in metered:
            meters += [(metered[line.tag], -1)] if inside[0] else []
            meters += [(metered[line.tag], 1)] if inside[1] else []
        else:
            volume += line.volume
    vessels = [tag for tag in nodes if tag in plant.equipment and plant.equipment[tag].inventory]
    scales = [item.tag for tag in vessels for item in plant.instruments_on(tag, "mass")]
    if not meters or len(scales) < len(vessels) or not fluid:
        return None
    held = next((item.inventory for item in plant.equipment.values() if item.inventory), None)
    density = substance(plant.fluids[fluid].substance).saturation.liquid_density(held.temperature if held else 293.15)
    pressures = [
        item.tag for item in plant.instruments.values() if item.quantity == "pressure" and item.target in nodes | parts
    ]
    return Zone(
        id=min(parts),
        parts=frozenset(parts | set(vessels)),
        meters=tuple(meters),
        scales=tuple(scales),
        pressures=tuple(pressures),
        line_pack=float(volume * density * COMPRESSIBILITY),
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """One reading of a zone's balance: what goes missing, kg/s, with its standard deviation; or why there is none."""

    missing: float
    sigma: float
    says: str = ""


def flow_balance(plant: Plant, zone: Zone, snapshot: Snapshot) -> Balance | None:
    """Flow in less flow out by the meters alone; ``None`` when a meter cannot be used."""
    total, variance = 0.0, 0.0
    for tag, sign in zone.meters:
        value = snapshot.value(tag)
        if value is None or snapshot.quality(tag) is not Quality.GOOD:
            return None
        total += sign * value
        variance += plant.instruments[tag].accuracy ** 2
    return Balance(total, math.sqrt(variance))
