"""Vessels on their way to a leak: several ways as one, vessels that are alike as one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from physics.cards import Caveat
from physics.discharge import Discharge, FlowPath, Vessel


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A vessel and its way to the leak; ``flow`` at the start, kg/s."""

    vessel: Vessel
    path: FlowPath
    flow: float
    shut: float | None


def alike(feeds: list[Feed]) -> list[Feed]:
    """Vessels of one design behind the same kind of way taken as one, the strongest first: they empty together."""
    gathered: dict[tuple[object, ...], list[Feed]] = {}
    for feed in feeds:
        key = (feed.vessel.volume, feed.vessel.height, feed.vessel.opening_fill, feed.path.diameter, feed.shut)
        gathered.setdefault(key, []).append(feed)
    found = [_merged(group) for group in gathered.values()]
    return sorted(found, key=lambda feed: -feed.flow)


def _merged(group: list[Feed]) -> Feed:
    main = max(group, key=lambda feed: feed.flow)
    if len(group) == 1:
        return main
    flow, mass = sum(feed.flow for feed in group), sum(feed.vessel.mass for feed in group)
    wider = (flow / main.flow) ** 0.5
    vessel = replace(
        main.vessel,
        volume=sum(feed.vessel.volume for feed in group),
        mass=mass,
        temperature=sum(feed.vessel.mass * feed.vessel.temperature for feed in group) / mass,
        pad_pressure=sum(feed.vessel.mass * feed.vessel.pad_pressure for feed in group) / mass,
    )
    return Feed(vessel=vessel, path=widened(main.path, wider), flow=flow, shut=main.shut)


def widened(path: FlowPath, factor: float) -> FlowPath:
    """The same way with its diameters times a factor."""
    return replace(
        path, hole_diameter=path.hole_diameter * factor, path_diameter=path.diameter * factor, excess_flow_rate=None
    )


def once(caveats: list[Caveat]) -> tuple[Caveat, ...]:
    """Caveats that differ in their numbers only, once each."""
    found: dict[tuple[str, str, str], Caveat] = {}
    for caveat in caveats:
        found.setdefault((caveat.grade, caveat.about, re.sub(r"[-+]?\d[\d.e+-]*", "#", caveat.says)), caveat)
    return tuple(found.values())


def joined(paths: list[FlowPath], flows: list[Discharge]) -> FlowPath:
    """Ways out of one vessel as one: the strongest, its area raised to the flow of all at the start."""
    strongest = max(range(len(paths)), key=lambda index: flows[index].mass_flow_rate)
    total = sum(item.mass_flow_rate for item in flows)
    if flows[strongest].mass_flow_rate <= 0.0:
        return paths[strongest]
    return widened(paths[strongest], (total / flows[strongest].mass_flow_rate) ** 0.5)


def fill_at(level: float, height: float, lying: bool) -> float:
    """Liquid-filled fraction at a height in a vessel (circular segment for one that lies)."""
    share = min(max(level / height, 0.0), 1.0) if height > 0.0 else 0.0
    if not lying:
        return share
    depth = 1.0 - 2.0 * share
    return float((np.arccos(depth) - depth * np.sqrt(max(1.0 - depth * depth, 0.0))) / np.pi)
