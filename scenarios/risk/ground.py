"""The map of a risk study: its cells, and who is in them by day and by night."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from physics.risk.ribbon import Map
from scenarios.risk.study import RiskStudy
from twin.parts import PopulationArea
from twin.plant import Plant

Array = NDArray[np.float64]

_FINE = 4
"""Points to a side of a cell that say how much of it an area covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """People of one area: outline, m from the study's origin, and how many by day and night."""

    id: str
    polygon: tuple[tuple[float, float], ...]
    centre: tuple[float, float]
    day: float
    night: float


@dataclass(frozen=True, slots=True)
class Ground:
    """Map by day and by night, and the equipment an accident may go on to."""

    day: Map
    night: Map

    def at(self, *, day: bool) -> Map:
        """The map at a time of day."""
        return self.day if day else self.night


def areas_of(plant: Plant, offset: tuple[float, float]) -> tuple[Area, ...]:
    """People about a plant, moved by the offset of its origin from the study's, m."""
    return tuple(_area(item, offset) for item in plant.population_areas.values())


def _area(item: PopulationArea, offset: tuple[float, float]) -> Area:
    east, north = offset
    return Area(
        id=item.id,
        polygon=tuple((x + east, y + north) for x, y in item.polygon),
        centre=(item.centre[0] + east, item.centre[1] + north),
        day=item.people_day,
        night=item.people_night,
    )


def ground(study: RiskStudy, areas: Iterable[Area]) -> Ground:
    """Spread people evenly over the cells of their area; an area off the map is partly or wholly not counted."""
    count, cell, first = study.cells, study.cell, study.first
    day, night = np.zeros((count, count)), np.zeros((count, count))
    for area in {item.id: item for item in areas}.values():
        share = _cover(area, count, cell, first)
        day += area.day * share
        night += area.night * share
    rules = study.rule_set
    found = []
    for people, by_day in ((day, True), (night, False)):
        inside = rules.indoors(day=by_day)
        found.append(Map(first, first, cell, people * (1.0 - inside), people * inside))
    return Ground(*found)


def _cover(area: Area, count: int, cell: float, first: float) -> Array:
    """Share of an area's people in each cell."""
    shape = shapely.Polygon(area.polygon) if len(area.polygon) >= 3 else None
    share = np.zeros((count, count))
    if shape is None or shape.area <= 0.0:
        _add_point(share, area.centre, cell, first)
        return share
    west, south, east, north = shape.bounds
    low_i, high_i = int(np.floor((west - first) / cell)) - 1, int(np.ceil((east - first) / cell)) + 2
    low_j, high_j = int(np.floor((south - first) / cell)) - 1, int(np.ceil((north - first) / cell)) + 2
    steps = (np.arange(_FINE) + 0.5) / _FINE - 0.5
    x = (first + cell * (np.arange(low_i, high_i)[:, None] + steps)).ravel()
    y = (first + cell * (np.arange(low_j, high_j)[:, None] + steps)).ravel()
    inside = shapely.contains_xy(shape, x[None, :], y[:, None])
    counted = inside.reshape(high_j - low_j, _FINE, high_i - low_i, _FINE).sum(axis=(1, 3)).astype(np.float64)
    if counted.sum() <= 0.0:
        _add_point(share, area.centre, cell, first)
        return share
    counted /= counted.sum()
    rows, columns = np.arange(low_j, high_j), np.arange(low_i, high_i)
    on_rows, on_columns = (rows >= 0) & (rows < count), (columns >= 0) & (columns < count)
    share[np.ix_(rows[on_rows], columns[on_columns])] += counted[np.ix_(on_rows, on_columns)]
    return share


def _add_point(share: Array, at: tuple[float, float], cell: float, first: float) -> None:
    i, j = round((at[0] - first) / cell), round((at[1] - first) / cell)
    if 0 <= i < share.shape[1] and 0 <= j < share.shape[0]:
        share[j, i] += 1.0
