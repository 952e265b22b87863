"""How many people are expected to be hurt if nobody acts, by area, time of day and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from physics.harm.exposure import VENTILATED, Shelter, indoors, killed
from physics.substances import Probit, Substance
from scenarios.board.doses import Judge
from scenarios.board.records import rounded
from twin.parts import PopulationArea

Array = NDArray[np.float64]

TIMES = ("day", "night")
INDOORS: Mapping[str, float] = {"day": 0.93, "night": 0.99}
"""Fraction of people indoors where the plant file gives none (assumed: Purple Book's, from memory, unverified)."""
ON_THE_ROAD = 0.0
"""The same on a road: a vehicle is no house here (assumed)."""
SPREAD_OVER = 5
"""Rows and columns of places an area's people are spread over."""


@dataclass(frozen=True, slots=True)
class Indoors:
    """Fraction of an area's people indoors, and whether it was assumed."""

    fraction: float
    assumed: bool


def indoor_fraction(area: PopulationArea, when: str) -> Indoors:
    """Fraction indoors by day or by night: the plant file's, else a usual one."""
    given = area.indoors_day if when == "day" else area.indoors_night
    if given is not None:
        return Indoors(given, area.indoors_assumed)
    return Indoors(ON_THE_ROAD if area.kind == "road" else INDOORS[when], True)


def spread_over(area: PopulationArea) -> Array:
    """Places an area's people are spread over evenly, (n, 2) m; its centre where it is too narrow for a grid."""
    shape = shapely.Polygon(area.polygon)
    west, south, east, north = shape.bounds
    share = (np.arange(SPREAD_OVER) + 0.5) / SPREAD_OVER
    x, y = (grid.ravel() for grid in np.meshgrid(west + share * (east - west), south + share * (north - south)))
    inside = shapely.contains_xy(shape, x, y)
    return np.column_stack([x[inside], y[inside]]) if inside.any() else np.array([area.centre], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What part of an area's people is hurt, by place: share by gravest level reached, and share killed."""

    levels: Mapping[str, float]
    killed: float | None


def harm(outdoors: Array, *, step: float, judge: Judge, of: Substance, given: Probit | None) -> Mapping[str, Harm]:
    """Harm outdoors and indoors of people spread over places, from (time, place) outdoors.

    Indoors nobody has been told: the house is ventilated throughout.
    """
    shelter = Shelter(air_exchange_rate=VENTILATED)
    return {
        "outdoors": _harm(outdoors, step, judge, of, given),
        "indoors": _harm(indoors(outdoors, step=step, shelter=shelter), step, judge, of, given),
    }


def _harm(breathed: Array, step: float, judge: Judge, of: Substance, given: Probit | None) -> Harm:
    left = np.ones(breathed.shape[1], dtype=bool)
    shares = {}
    for level in judge.levels:
        reached = left & (judge.ratio(level, breathed, step) >= 1.0)
        shares[level.name] = float(np.mean(reached))
        left &= ~reached
    share = None if given is None else float(np.mean(killed(of, given, breathed, step=step)))
    return Harm(levels=shares, killed=share)


def casualties(
    areas: tuple[PopulationArea, ...], best: Mapping[str, Mapping[str, Harm]], outer: Mapping[str, Mapping[str, Harm]]
) -> list[dict[str, Any]]:
    """Expected numbers by area and time of day; ``outer`` puts everybody at the worst place of the outer edge."""
    return [
        {"id": area.id, **{when: _numbers(area, when, best.get(area.id), outer[area.id]) for when in TIMES}}
        for area in areas
    ]


def _numbers(
    area: PopulationArea, when: str, best: Mapping[str, Harm] | None, outer: Mapping[str, Harm]
) -> dict[str, Any]:
    people = area.people_day if when == "day" else area.people_night
    inside = indoor_fraction(area, when)
    where = {"outdoors": people * (1.0 - inside.fraction), "indoors": people * inside.fraction}

    def by_level(found: Mapping[str, Harm]) -> dict[str, float]:
        return {
            name: rounded(sum(count * found[place].levels[name] for place, count in where.items()))
            for name in found["outdoors"].levels
        }

    def dead(found: Mapping[str, Harm]) -> float | None:
        shares = {place: found[place].killed for place in where}
        if any(share is None for share in shares.values()):
            return None
        return rounded(sum(count * (shares[place] or 0.0) for place, count in where.items()))

    return {
        "people": people,
        "indoors_fraction": inside.fraction,
        "indoors_assumed": inside.assumed,
        "by_level": by_level(best) if best is not None else None,
        "killed": dead(best) if best is not None else None,
        "outer_by_level": by_level(outer),
        "outer_killed": dead(outer),
    }


def total(rows: list[dict[str, Any]], when: str, name: str) -> float | None:
    """Sum of a number over the areas; ``None`` where one is not known."""
    values = [row[when][name] for row in rows]
    return None if any(value is None for value in values) else rounded(sum(values))
