"""A hole that nothing feeds any more: what is locked in with it runs out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.process import Outputs
from physics.quantities import STANDARD_PRESSURE
from twin.process_model import ProcessModel

CLOSED_ENOUGH = 0.05
"""Opening of a line below which it counts as shut in the simulated plant: its pressures can no longer be solved."""


def reach(model: ProcessModel, part: str, opening: NDArray[np.float64]) -> set[int]:
    """Nodes that are joined to a part's hole by links that are open."""
    network = model.network
    return joined({int(network.hole_node[model.holes[part]])}, network.link_from, network.link_to, opening)


def joined(
    nodes: set[int], starts: NDArray[np.int64], ends: NDArray[np.int64], opening: NDArray[np.float64]
) -> set[int]:
    """Nodes that open links join to some nodes, these included."""
    found, grows = set(nodes), True
    pairs = [(int(a), int(b)) for a, b, wide in zip(starts, ends, opening, strict=True) if wide > 0.0]
    while grows:
        more = {node for pair in pairs if found & set(pair) for node in pair}
        grows = not more <= found
        found |= more
    return found


def settled(model: ProcessModel, opening: NDArray[np.float64], pressure: NDArray[np.float64]) -> NDArray[np.float64]:
    """Node pressures with those of every dead end evened out: what no vessel feeds stands still."""
    network = model.network
    junctions = set(range(network.vessels, network.vessels + network.junctions))
    found, left = pressure.copy(), set(junctions)
    while left:
        group = joined({left.pop()}, network.link_from, network.link_to, opening)
        left -= group
        if group <= junctions:
            inside = sorted(group)
            found[inside] = float(np.mean(pressure[inside]))
    return found


def fed(model: ProcessModel, part: str, opening: NDArray[np.float64]) -> bool:
    """Whether a vessel or boundary still feeds the hole."""
    network = model.network
    junctions = range(network.vessels, network.vessels + network.junctions)
    return any(node not in junctions for node in reach(model, part, opening))


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated:
    """Mass locked in with a hole, running out at a rate that falls exponentially from the last one.

    Attributes
    ----------
    since : float
        s.
    mass : float
        kg.
    first_rate : float
        kg/s.
    pressures : mapping
        Pressure of each part there at the moment of closure, Pa.
    """

    since: float
    mass: float
    first_rate: float
    pressures: Mapping[str, float]

    @classmethod
    def begin(
        cls,
        model: ProcessModel,
        part: str,
        opening: NDArray[np.float64],
        rate: float,
        time: float,
        out: Outputs,
    ) -> Isolated:
        """Lock in what stands between the shut valves."""
        inside = reach(model, part, opening)
        held = next(item.inventory for item in model.plant.equipment.values() if item.inventory is not None)
        density = float(model.substance.saturation.liquid_density(held.temperature))
        volume = 0.0
        for tag, links in model.links.items():
            ends = [{int(model.network.link_from[i]), int(model.network.link_to[i])} <= inside for i in links]
            volume += model.plant.lines[tag].volume * sum(ends) / len(ends)
        names = [name for name, node in model.nodes.items() if node in inside]
        return cls(
            since=time,
            mass=density * volume,
            first_rate=rate,
            pressures={name: float(out.node_pressure[model.nodes[name]]) for name in names},
        )

    def _left(self, time: float) -> float:
        if self.mass <= 0.0 or self.first_rate <= 0.0:
            return 0.0
        return math.exp(-(time - self.since) * self.first_rate / self.mass)

    def rate(self, time: float) -> float:
        """What still comes out, kg/s."""
        return self.first_rate * self._left(time)

    def pressure(self, name: str, time: float) -> float:
        """Pressure of a part there, Pa."""
        return STANDARD_PRESSURE + (self.pressures[name] - STANDARD_PRESSURE) * self._left(time)
