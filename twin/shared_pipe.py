"""Vessels that feed a leak through the same pipe: together they get through it what it lets through, and no more."""

from __future__ import annotations

import math
from collections.abc import Sequence

from twin.plant import Plant
from twin.supply import Way, line_heads


def share_of_flow(plant: Plant, ways: Sequence[Way]) -> float:
    """What several ways to one side of a break carry together, over the sum of what each would carry alone.

    Ways run as branches up to the lines that all of them take. Heads of the branches add as those of pipes side by
    side, 1/sqrt(h) = sum of 1/sqrt(h_i), and come on top of those of the shared lines (Crane TP-410, chapter 4), all
    on the velocity in the narrowest shared line. Every vessel is taken to push alike.

    Parameters
    ----------
    plant : Plant
    ways : sequence of Way
        To the same side, those that something flows by.

    Returns
    -------
    float
        1 for ways that share nothing, or for one way.
    """
    shared = set.intersection(*(set(way.lines) for way in ways)) if ways else set()
    if len(ways) < 2 or not shared:
        return 1.0
    bore = min(plant.lines[tag].diameter for tag in shared)
    common = _shared_heads(plant, ways, shared, bore)
    alone, beside = 0.0, 0.0
    for way in ways:
        whole = (bore / way.diameter) ** 4 * (1.0 + max(way.heads, 0.0))
        branch = whole - 1.0 - common
        if branch <= 0.0:  # nothing but the shared pipe holds this one back: no other adds to it
            return _ease(common) / sum(_ease(_heads(each, bore)) for each in ways)
        alone += 1.0 / math.sqrt(whole)
        beside += 1.0 / math.sqrt(branch)
    return min(_ease(common + 1.0 / beside**2) / alone, 1.0)


def _ease(heads: float) -> float:
    return 1.0 / math.sqrt(1.0 + heads)


def _heads(way: Way, bore: float) -> float:
    return (bore / way.diameter) ** 4 * (1.0 + max(way.heads, 0.0)) - 1.0


def _shared_heads(plant: Plant, ways: Sequence[Way], shared: set[str], bore: float) -> float:
    """Heads of the pieces of line and the valves that every way takes, on the velocity in ``bore``."""
    pieces = [dict(way.pieces) for way in ways]
    found = sum(line_heads(plant, tag, min(piece.get(tag, 0.0) for piece in pieces), bore) for tag in sorted(shared))
    for tag in sorted(set.intersection(*(set(way.valves) for way in ways))):
        valve = plant.valves[tag]
        found += valve.loss_coefficient * (bore / plant.lines[valve.line].diameter) ** 4
    return found
