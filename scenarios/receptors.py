"""Who is reached: concentration in time where people are, best estimate and outer credible edge."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.carried import CarriedCloud, Mapper
from physics.dispersion.cloud import Cloud
from physics.harm.shelter import TYPICAL_AIR_EXCHANGE, indoor
from physics.harm.toxic_load import Level, level_ratios, toxic_load
from physics.weather import Weather
from scenarios.outlook import Outlook
from scenarios.scenario import Scenario, Verb
from twin.parts import PopulationArea

Array = NDArray[np.float64]

STEP = 15.0
"""Step of receptors' time series, s."""
_DAY = (7, 19)
"""Hours of local solar time between which people counts are the day's."""
MOST_POINTS = 40
"""Points of one area's outline that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What one area gets in one branch.

    Attributes
    ----------
    best, outer : ndarray, shape (time,)
        Mole fraction breathed at the area's worst point; ``best`` is NaN when the wind's direction is unknown.
    arrival, outer_arrival : float or None
        s until the mildest level's concentration is reached; ``None`` when it is not.
    departure, outer_departure : float or None
        s until it is last reached.
    load : float or None
        Toxic load of the best estimate, s.
    zone, outer_zone : str or None
        Gravest level reached.
    """

    best: Array
    outer: Array
    arrival: float | None
    outer_arrival: float | None
    departure: float | None
    outer_departure: float | None
    load: float | None
    zone: str | None
    outer_zone: str | None


def people_in(area: PopulationArea, at: datetime, longitude: float) -> float:
    """People in an area at that time of day, by local solar time."""
    hour = (at + timedelta(hours=longitude / 15.0)).hour
    return area.people_day if _DAY[0] <= hour < _DAY[1] else area.people_night


def outline(area: PopulationArea) -> Array:
    """Points of an area that are looked at, (n, 2) m: its corners, the middles of its sides and its centre."""
    corners = np.array(area.polygon, dtype=np.float64).reshape(-1, 2)
    middles = 0.5 * (corners + np.roll(corners, -1, axis=0))
    points = np.vstack([np.array(area.centre)[None], corners, middles])
    stride = max(1, math.ceil(len(points) / MOST_POINTS))
    return points[::stride]


def along_and_across(points: Array, source: tuple[float, float], weather: Weather) -> tuple[Array, Array]:
    """Distances of points (n, 2) from the source along and across the wind, m; positive across is to the left."""
    bearing = math.radians(weather.downwind_bearing)
    east, north = points[:, 0] - source[0], points[:, 1] - source[1]
    along = east * math.sin(bearing) + north * math.cos(bearing)
    across = -east * math.cos(bearing) + north * math.sin(bearing)
    return along, across


def turned_towards(points: Array, source: tuple[float, float], winds: Outlook, weather: Weather) -> tuple[Array, Array]:
    """Distances along and across after the wind has turned towards each point as far as its spread allows."""
    along, across = along_and_across(points, source, weather)
    distance = np.hypot(along, across)
    angle = np.maximum(np.abs(np.arctan2(across, along)) - winds.spread, 0.0)
    return distance * np.cos(angle), distance * np.sin(angle)


def shelter_times(scenario: Scenario) -> Mapping[str, float]:
    """When each area is told to shelter, s."""
    orders = [action for action in scenario.actions if action.verb is Verb.SHELTER]
    return {action.target: action.at for action in sorted(orders, key=lambda action: -action.at)}


def exposures(
    areas: Sequence[PopulationArea],
    *,
    source: tuple[float, float],
    best: CarriedCloud | None,
    outer: tuple[Cloud, ...],
    winds: Outlook,
    levels: tuple[Level, ...],
    exponent: float | None,
    times: Array,
    sheltered: Mapping[str, float],
    map: Mapper = map,
) -> tuple[Exposure, ...]:
    """Exposure of the worst point of each area to a release, people going indoors when ``sheltered`` says, s.

    Parameters
    ----------
    times : ndarray, shape (t,)
        Middles of even steps, s.
    map : callable
        Runs one task for each time.
    """
    if not areas:
        return ()
    step = float(times[1] - times[0])
    outlines = [outline(area) for area in areas]
    points = np.vstack(outlines)
    starts = np.cumsum([0, *(len(item) for item in outlines)])[:-1]
    shelter = [sheltered.get(area.id, math.inf) for area in areas]

    def breathed(fractions: Array) -> Array:
        """From (time, point) outdoors to (time, area) breathed at each area's worst point."""
        worst = np.maximum.reduceat(fractions, starts, axis=1)
        columns = [
            indoor(worst[:, [i]], step=step, air_exchange_rate=TYPICAL_AIR_EXCHANGE, sheltered_from=at)
            if math.isfinite(at)
            else worst[:, [i]]
            for i, at in enumerate(shelter)
        ]
        return np.hstack(columns)

    envelope = np.zeros((times.size, len(areas)))
    for cloud in outer:
        x, y = turned_towards(points, source, winds, cloud.weather)
        envelope = np.maximum(envelope, breathed(cloud.mole_fraction(x, y, 0.0, times)))
    middle = np.full((times.size, len(areas)), np.nan)
    if best is not None:
        middle = breathed(best.at(np.column_stack([points, np.zeros(len(points))]), times, map=map))
    return tuple(
        _exposure(middle[:, i], envelope[:, i], levels, exponent, times, known=best is not None)
        for i in range(len(areas))
    )


def _exposure(
    best: Array, outer: Array, levels: tuple[Level, ...], exponent: float | None, times: Array, *, known: bool
) -> Exposure:
    step = float(times[1] - times[0])
    return Exposure(
        best=best,
        outer=outer,
        arrival=_arrival(best, levels, times) if known else None,
        outer_arrival=_arrival(outer, levels, times),
        departure=_departure(best, levels, times) if known else None,
        outer_departure=_departure(outer, levels, times),
        load=float(toxic_load(best, step=step, exponent=exponent)) if known and exponent is not None else None,
        zone=_zone(best, levels, step, exponent) if known else None,
        outer_zone=_zone(outer, levels, step, exponent),
    )


def _arrival(series: Array, levels: tuple[Level, ...], times: Array) -> float | None:
    reached = np.flatnonzero(series >= min(level.concentration for level in levels))
    half = 0.5 * float(times[1] - times[0])
    return max(float(times[reached[0]]) - half, 0.0) if reached.size else None


def _departure(series: Array, levels: tuple[Level, ...], times: Array) -> float | None:
    reached = np.flatnonzero(series >= min(level.concentration for level in levels))
    half = 0.5 * float(times[1] - times[0])
    return float(times[reached[-1]]) + half if reached.size else None


def _zone(series: Array, levels: tuple[Level, ...], step: float, exponent: float | None) -> str | None:
    for level in levels:
        if float(level_ratios(level, series[:, None], step=step, exponent=exponent)[0]) >= 1.0:
            return level.name
    return None
