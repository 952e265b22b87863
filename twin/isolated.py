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
    found, waiting = {int(network.hole_node[model.holes[part]])}, [int(network.hole_node[model.holes[part]])]
    while waiting:
        here = waiting.pop()
        for start, end, wide in zip(network.link_from, network.link_to, opening, strict=True):
            if wide > 0.0 and here in (start, end):
                other = int(end if here == start else start)
                if other not in found:
                    found.add(other)
                    waiting.append(other)
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
