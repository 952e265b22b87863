"""Doses of what an area's people can do: in one wind each at the outer edge, in the best estimate, over the winds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.carried import CarriedCloud
from physics.dispersion.cloud import Cloud
from physics.harm.exposure import Shelter, aired_indoors, changing, walked
from physics.harm.shelter import HIGH_AIR_EXCHANGE, LOW_AIR_EXCHANGE, TYPICAL_AIR_EXCHANGE
from physics.harm.toxic_load import Level, level_ratios, toxic_load
from scenarios.board.records import Judged, WayOut
from scenarios.outlook import Outlook
from scenarios.receptors import along_and_across

Array = NDArray[np.float64]
Mapper = Callable[..., Iterable[Any]]

STATIONS = 12
"""Places on a way out at which the cloud is looked at."""
STEP, MOST_STEPS = 30.0, 60
"""Least step, s, and most steps of a dose on the board."""
_EVERY = 3
"""Of those steps, one in so many is looked at in the winds around the forecast."""
DIRECTIONS = 3
"""Directions within the wind's spread that the outer edge is walked through in, beside that towards the area."""
KEPT = 12
"""Winds and models of the outer edge that are worst outdoors, and on the way, and that every dose is taken in."""
WARNING = 300.0
"""From the decision until people are indoors with windows shut and ventilation off, or set out, s (judgement)."""
ALL_CLEAR = 300.0
"""From when the air outside is better for good until people know and open up, s (judgement)."""
EXCHANGE = {"low": LOW_AIR_EXCHANGE, "best": TYPICAL_AIR_EXCHANGE, "high": HIGH_AIR_EXCHANGE}
PERCENTILE = 0.9
"""Share of the winds that the third figure beside best and outer holds for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """Concentration where an area's people are and go, in some number of winds.

    Attributes
    ----------
    home : ndarray, shape (time, wind)
        Mole fraction at the area's worst point.
    along : ndarray, shape (wind, time, station)
        The same along the way out; no station where there is none.
    way : WayOut or None
    step : float
        s.
    """

    home: Array
    along: Array
    way: WayOut | None
    step: float

    def only(self, chosen: NDArray[np.intp]) -> Air:
        """Give some of the winds."""
        return replace(self, home=self.home[:, chosen], along=self.along[chosen])

    def indoors(self, decided: float, rate: float) -> Array:
        """Breathed by people told at a time, s, to go in, (time, wind).

        The house is ventilated until then, and aired when it is better outside for good.
        """
        at = decided + WARNING
        shelter = Shelter(air_exchange_rate=rate, closed_at=at, entered_at=at)
        inside = aired_indoors(self.home, step=self.step, shelter=shelter, delay=ALL_CLEAR)
        return changing(self.home, inside, at=at, step=self.step)

    def leaving(self, decided: float, after: float, rate: float) -> Array:
        """Breathed by people told at a time, s, to leave ``after`` s later, sheltered until then, (time, wind)."""
        assert self.way is not None
        told = decided + WARNING
        walking = walked(
            self.along,
            step=self.step,
            station_length=max(self.way.distance / (STATIONS - 1), 1e-9),
            speed=self.way.speed,
            leaves=told + after,
        )
        if after <= 0.0:
            return walking
        waiting = self.indoors(decided, rate)
        return changing(waiting, walking, at=told + after, step=self.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What doses are judged by: levels, the gravest first, and the toxic load's exponent."""

    levels: tuple[Level, ...]
    exponent: float | None

    @property
    def protects(self) -> Level:
        """Level people are to be kept under: AEGL-2 where there is one."""
        return next((level for level in self.levels if level.name == "AEGL-2"), self.levels[0])

    def ratio(self, level: Level, breathed: Array, step: float) -> Array:
        """Exposure over guideline, (wind,)."""
        return level_ratios(level, breathed, step=step, exponent=self.exponent)

    def worst(self, breathed: Array, step: float, share: float = 1.0) -> Judged:
        """Judge the worst of the winds, or the one that ``share`` of them do not exceed."""
        found = {
            level.name: float(np.quantile(self.ratio(level, breathed, step), share, method="higher"))
            for level in self.levels
        }
        load = None
        if self.exponent is not None:
            loads = toxic_load(breathed, step=step, exponent=self.exponent)
            load = float(np.quantile(loads, share, method="higher"))
        return Judged(level=next((name for name, r in found.items() if r >= 1.0), None), ratios=found, load=load)

    def grade(self, dose: Judged) -> int:
        """How grave: 0 below what protects, 1 from there, 2 from the gravest level."""
        return 2 * (dose.ratios[self.levels[0].name] >= 1.0) or int(dose.ratios[self.protects.name] >= 1.0)


def places(home: Array, ways: Sequence[WayOut]) -> Array:
    """Points that an area's doses need, (1 + ways * stations, 2) m."""
    share = np.linspace(0.0, 1.0, STATIONS)[:, None]
    found = [home[None]]
    for way in ways:
        start, end = np.array(way.corners[0]), np.array(way.corners[-1])
        found.append(start + share * (end - start))
    return np.vstack(found)


def airs_of(fractions: Array, ways: Sequence[WayOut], step: float) -> tuple[Air, ...]:
    """Air of each way out, or the one without any, from mole fractions (wind, time, place) at `places`."""
    home = np.ascontiguousarray(fractions[:, :, 0].T)
    along = fractions[:, :, 1:].reshape(*fractions.shape[:2], len(ways), STATIONS)
    if not ways:
        return (Air(home=home, along=along[:, :, 0:0].reshape(*along.shape[:2], 0), way=None, step=step),)
    return tuple(
        Air(home=home, along=np.ascontiguousarray(along[:, :, index]), way=way, step=step)
        for index, way in enumerate(ways)
    )


def outer_fractions(
    points: Array, *, clouds: tuple[Cloud, ...], winds: Outlook, source: tuple[float, float], times: Array
) -> Array:
    """Mole fractions of the high release, (wind, time, point), the first point being home.

    A wind is a model and a speed of the outer edge, turned as a whole to a direction within the spread.
    """
    turns = [float(x) for x in np.linspace(-winds.spread, winds.spread, DIRECTIONS)]
    along, across = along_and_across(points[:1], source, winds.reference)
    turns.append(float(np.clip(np.arctan2(across[0], along[0]), -winds.spread, winds.spread)))
    found = np.empty((len(clouds), len(turns), times.size, len(points)))
    for index, cloud in enumerate(clouds):
        along, across = along_and_across(points, source, cloud.weather)
        # along_and_across counts to the left, and so does a turn
        x = [along * math.cos(turn) + across * math.sin(turn) for turn in turns]
        y = [across * math.cos(turn) - along * math.sin(turn) for turn in turns]
        found[index] = np.moveaxis(cloud.mole_fraction(np.array(x), np.array(y), 0.0, times), 0, 1)
    return found.reshape(-1, times.size, len(points))


def carried_fractions(points: Array, *, clouds: Sequence[CarriedCloud], times: Array) -> Array:
    """Mole fractions at the ground of clouds in winds that change, (wind, time, point)."""
    found = np.empty((len(clouds), times.size, len(points)))
    where = np.column_stack([points, np.zeros(len(points))])
    for index, cloud in enumerate(clouds):
        found[index] = cloud.at(where, times)
    return found


def coarse(times: Array) -> Array:
    """Middles of steps over the same time, fewer."""
    duration = float(times[-1] + times[0])
    count = max(times.size // _EVERY, 2)
    return (np.arange(count) + 0.5) * duration / count


def telling(air: Air, judge: Judge, now: float) -> NDArray[np.intp]:
    """Winds that any dose is worst in: those worst outdoors, and those worst on the way out."""
    level = judge.protects
    chosen = [np.argsort(-judge.ratio(level, air.home, air.step), kind="stable")[:KEPT]]
    if air.way is not None:
        walking = air.leaving(now, 0.0, HIGH_AIR_EXCHANGE)
        chosen.append(np.argsort(-judge.ratio(level, walking, air.step), kind="stable")[: KEPT // 2])
    return np.unique(np.concatenate(chosen))
