"""The protective-action board: what each population area is to do, proposed from a forecast for a person to approve."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade
from physics.dispersion.carried import CarriedCloud
from physics.dispersion.flammable import HALF
from physics.harm.exposure import WALKING_SPEED
from physics.harm.toxic_load import level_ratios
from physics.harm.vulnerability import thermal_set
from physics.substances import Probit, Substance
from scenarios.board.advice import Airs, advise, best_way, no_action, unknown
from scenarios.board.assumes import ASSUMES, FIRE_ASSUMES
from scenarios.board.burning import LEAVE_FLUX, NOT_COMPUTED, Burning
from scenarios.board.casualties import TIMES, Harm, casualties, harm, spread_over, total
from scenarios.board.doses import (
    MOST_STEPS,
    STEP,
    Air,
    Judge,
    Mapper,
    airs_of,
    carried_fractions,
    coarse,
    outer_fractions,
    places,
    telling,
)
from scenarios.board.fire import advise_fire, approach_from, asked, merged_zones
from scenarios.board.fire_casualties import fire_casualties
from scenarios.board.records import REQUIRED_ROLE, AreaAdvice, Hazard, Protect, WayOut
from scenarios.board.ways import FireZone, Zone, approach, ways_out
from scenarios.dataset import Branch, Content
from scenarios.outlook import Outlook
from scenarios.receptors import outline, turned_towards
from twin.parts import PopulationArea

Array = NDArray[np.float64]

DRIVING_SPEED = 8.0
"""m/s, of people who are in vehicles already (judgement)."""
NO_WIND = "the wind is missing, stale or calm, so nobody can say which way the gas goes"
NOT_VALID = "no model here is valid for this release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a board rests on, beside each branch's content.

    Attributes
    ----------
    areas : tuple of PopulationArea
    source : tuple of float
        m east and north.
    now, until : float
        s since the release began: now, and the end of the forecast.
    bad_tags : tuple of str
        Readings of what leaks that are bad, stale or absent.
    to_lonlat : callable
        Longitude and latitude of metres east and north.
    burning : Burning or None
        What it does if it is lit; ``None`` for what does not burn.
    """

    areas: tuple[PopulationArea, ...]
    source: tuple[float, float]
    of: Substance
    judge: Judge | None
    winds: Outlook
    now: float
    until: float
    bad_tags: tuple[str, ...]
    to_lonlat: Callable[[float, float], tuple[float, float]]
    burning: Burning | None = None

    @property
    def probit(self) -> Probit | None:
        """First toxic probit set on file."""
        found = self.of.toxicity.probits if self.of.toxicity is not None else {}
        return next(iter(found.values()), None)

    @property
    def poisons(self) -> bool:
        """Whether it poisons before it burns; what does not is judged by fire alone."""
        limits = self.of.flammability
        if self.judge is None:
            return False
        return limits is None or self.judge.protects.concentration < HALF * limits.lower_limit

    @property
    def hazard(self) -> Hazard:
        """What people are protected from."""
        if self.burning is None:
            return Hazard.TOXIC
        return Hazard.BOTH if self.poisons else Hazard.FIRE

    def reasons(self, caveats: Sequence[Caveat]) -> tuple[str, ...]:
        """Why there is not enough information, whatever the wind; empty where there is."""
        found = []
        if self.judge is None or any(caveat.grade is Grade.NOT_VALID for caveat in caveats):
            found.append(NOT_VALID)
        elif self.of.flammability is not None and self.burning is None:
            found.append(NOT_COMPUTED)
        if self.bad_tags:
            found.append(f"readings the release rests on are bad or stale ({', '.join(self.bad_tags)})")
        return tuple(found)


def propose(given: Given, branches: Mapping[Branch, Content], *, map: Mapper) -> dict[str, Any]:
    """Make the board, plain and ready for JSON. The same forecast gives the same board, and the same digest.

    Parameters
    ----------
    map : callable
        Runs tasks side by side.
    """
    told = dict(zip(branches, map(lambda branch: _branch(given, branches[branch]), branches), strict=True))
    found = {
        "proposal": True,
        "approval": {"required_role": REQUIRED_ROLE, "role": None, "approved_by": None, "approved_at": None},
        "hazard": str(given.hazard),
        "protects": LEAVE_FLUX if not given.poisons else given.judge.protects.name if given.judge else None,
        "assumes": [*ASSUMES, *(FIRE_ASSUMES if given.burning is not None else ())],
        "branches": {str(branch): told[branch] for branch in branches},
    }
    return {"digest": _digest(found), **found}


def _digest(board: Mapping[str, Any]) -> str:
    """Hash of what is proposed, whatever the doses: an approval stands while this stays the same."""
    proposed = {
        branch: {item["id"]: (item["action"], (item["way_out"] or {}).get("bearing_deg")) for item in found["areas"]}
        for branch, found in board["branches"].items()
    }
    return hashlib.sha256(json.dumps(proposed, sort_keys=True).encode()).hexdigest()


def _branch(given: Given, content: Content) -> dict[str, Any]:
    reasons = given.reasons([*content.band.best.caveats, *(c for cloud in content.outer for c in cloud.caveats)])
    known = given.winds.central is not None
    if given.judge is None or content.edge is None or not content.outer or not (known or given.burning):
        told = (*reasons, *(() if known else (NO_WIND,))) or (NOT_VALID,)
        return _told(given, content, [unknown(area, told) for area in given.areas], None, None)
    zone = _zone(given, content)
    if not given.areas:
        return _told(given, content, [], zone, {})
    times = _times(given.until)
    toxic: Sequence[AreaAdvice | None] = [None] * len(given.areas)
    hurt: dict[str, Any] = {}
    if given.poisons and known:
        toxic, hurt["toxic"] = _poison(given, content, zone, times, reasons)
    elif given.poisons:
        toxic = [unknown(area, (*reasons, NO_WIND)) for area in given.areas]
    if given.burning is not None:
        hurt["if_lit"] = fire_casualties(given.areas, given.burning)
    return _told(given, content, _fire(given, toxic, zone, reasons), zone, hurt)


def _poison(
    given: Given, content: Content, zone: Zone, times: Array, reasons: tuple[str, ...]
) -> tuple[list[AreaAdvice], list[dict[str, Any]]]:
    """Advice on every area by what its people breathe, and what that does to them if nobody acts."""
    points = [outline(area) for area in given.areas]
    ratio, series = _outer_ratios(given, content, points, times)
    homes = {
        index: points[index][int(np.argmax(found))] for index, found in enumerate(ratio) if float(found.max()) >= 1.0
    }
    airs = _airs(given, content, homes, zone, times)
    judge = given.judge
    assert judge is not None

    def one(index: int) -> AreaAdvice:
        area = given.areas[index]
        if index in airs:
            return advise(area, airs[index], judge, now=given.now, reasons=reasons)
        return unknown(area, reasons) if reasons else no_action(area, judge, float(ratio[index].max()))

    return list(map(one, range(len(given.areas)))), _casualties(given, content, series, times)


def _fire(given: Given, toxic: Sequence[AreaAdvice | None], zone: Zone, reasons: tuple[str, ...]) -> list[AreaAdvice]:
    """Advice on every area with what fire asks for; where nothing can be said, none."""
    burning = given.burning
    found = []
    for area, poison in zip(given.areas, toxic, strict=True):
        if burning is None or reasons:
            found.append(_alone(area, poison, reasons))
            continue
        assert isinstance(zone, FireZone)
        fire = asked(area, burning, until=given.until)
        found.append(advise_fire(area, fire, burning, zone, now=given.now, speed=_speed(area), toxic=poison))
    return found


def _alone(area: PopulationArea, poison: AreaAdvice | None, reasons: tuple[str, ...]) -> AreaAdvice:
    if poison is None:
        return unknown(area, reasons)
    return poison if poison.stay is None else replace(poison, hazard=Hazard.TOXIC)


def _times(until: float) -> Array:
    count = max(min(int(until // STEP), MOST_STEPS), 2)
    return np.asarray((np.arange(count) + 0.5) * until / count)


def _speed(area: PopulationArea) -> float:
    return DRIVING_SPEED if area.kind == "road" else WALKING_SPEED


def _zone(given: Given, content: Content) -> Zone:
    assert given.judge is not None
    assert content.edge is not None
    if given.burning is not None and not (given.poisons and given.winds.central is not None):
        return given.burning.zone()
    level = given.judge.levels.index(given.judge.protects)
    found = Zone(
        half_angle=content.edge.zone[level],
        spread=given.winds.spread,
        distance=float(content.edge.distance[level]),
        around=content.edge.around,
        source=given.source,
        bearing=given.winds.reference.downwind_bearing,
    )
    return found if given.burning is None else given.burning.zone(found)


def _outer_ratios(
    given: Given, content: Content, points: Sequence[Array], times: Array
) -> tuple[list[Array], list[Array]]:
    """Greatest exposure outdoors over the protecting level at each point of each area, and the worst point's course."""
    assert given.judge is not None
    every = np.vstack(points)
    step = float(times[1] - times[0])
    worst = np.zeros(len(every))
    envelope = np.zeros((times.size, len(every)))
    for cloud in content.outer:
        x, y = turned_towards(every, given.source, given.winds, cloud.weather)
        fractions = cloud.mole_fraction(x, y, 0.0, times)
        ratios = level_ratios(given.judge.protects, fractions, step=step, exponent=given.judge.exponent)
        worst = np.maximum(worst, ratios)
        envelope = np.maximum(envelope, fractions)
    edges = np.cumsum([0, *(len(item) for item in points)])
    spans = [slice(a, b) for a, b in pairwise(edges)]
    courses = [envelope[:, span][:, [int(np.argmax(worst[span]))]] for span in spans]
    return [worst[span] for span in spans], courses


def _airs(given: Given, content: Content, homes: Mapping[int, Array], zone: Zone, times: Array) -> dict[int, Airs]:
    """Air of every area that the outer edge reaches, along its best way out."""
    assert given.judge is not None
    judge, step = given.judge, float(times[1] - times[0])
    ways = {index: ways_out(home, zone, speed=_speed(given.areas[index])) for index, home in homes.items()}
    candidates: dict[int, tuple[Air, ...]] = {}

    def outer(index: int) -> None:
        fractions = outer_fractions(
            places(homes[index], ways[index]),
            clouds=content.outer,
            winds=given.winds,
            source=given.source,
            times=times,
        )
        airs = airs_of(fractions, ways[index], step)
        candidates[index] = tuple(air.only(telling(air, judge, given.now)) for air in airs)

    list(map(outer, homes))
    best = (content.best.cloud,) if content.best is not None else ()
    likely = _carried(homes, ways, best, times)
    chosen = {
        index: best_way(
            [Airs(outer=a, best=b, members=None) for a, b in zip(candidates[index], likely[index], strict=True)],
            judge,
            now=given.now,
        )
        for index in homes
    }
    taken = {index: ways[index][chosen[index] : chosen[index] + 1] for index in homes}
    clouds = content.best.spread.clouds if content.best is not None else ()
    members = _carried(homes, taken, clouds, coarse(times))
    return {
        index: Airs(outer=candidates[index][k], best=likely[index][k], members=members[index][0])
        for index, k in chosen.items()
    }


def _carried(
    homes: Mapping[int, Array],
    ways: Mapping[int, Sequence[WayOut]],
    clouds: Sequence[CarriedCloud],
    times: Array,
) -> dict[int, tuple[Air | None, ...]]:
    """Air of areas by their ways out in clouds carried by changing winds, all areas at once."""
    if not clouds or not homes:
        return {index: (None,) * max(len(ways[index]), 1) for index in homes}
    points = [places(home, ways[index]) for index, home in homes.items()]
    fractions = carried_fractions(np.vstack(points), clouds=clouds, times=times)
    edges = np.cumsum([0, *(len(item) for item in points)])
    step = float(times[1] - times[0])
    return {
        index: airs_of(fractions[:, :, start:end], ways[index], step)
        for index, (start, end) in zip(homes, pairwise(edges), strict=True)
    }


def _casualties(given: Given, content: Content, outer: Sequence[Array], times: Array) -> list[dict[str, Any]]:
    assert given.judge is not None
    step = float(times[1] - times[0])

    judge, looked_at = given.judge, coarse(times)
    wide = float(looked_at[1] - looked_at[0])

    def hurt(series: Array, step: float) -> Mapping[str, Harm]:
        return harm(series, step=step, judge=judge, of=given.of, given=given.probit)

    worst = {area.id: hurt(course, step) for area, course in zip(given.areas, outer, strict=True)}
    best = {}
    if content.best is not None and given.areas:
        spread = [spread_over(area) for area in given.areas]
        clouds = (content.best.cloud,)
        history = carried_fractions(np.vstack(spread), clouds=clouds, times=looked_at)[0]
        edges = np.cumsum([0, *(len(item) for item in spread)])
        for index, area in enumerate(given.areas):
            best[area.id] = hurt(np.ascontiguousarray(history[:, edges[index] : edges[index + 1]]), wide)
    return casualties(given.areas, best, worst)


def _told(
    given: Given, content: Content, advice: Sequence[AreaAdvice], warm: Zone | None, hurt: dict[str, Any] | None
) -> dict[str, Any]:
    zones = _zones(given, content) if given.poisons else []
    if given.burning is not None:
        zones = merged_zones(zones, given.burning)
        warm = warm and approach_from(warm, given.burning)
    return {
        "areas": [_area(given, area, item) for area, item in zip(given.areas, advice, strict=True)],
        "zones": zones,
        "approach": _placed(given, approach(warm)) if warm is not None else None,
        "casualties_if_nobody_acts": None if hurt is None else _hurt(given, hurt),
    }


def _hurt(given: Given, hurt: Mapping[str, Any]) -> dict[str, Any]:
    """What poison does if nobody acts, and beside it what fire does if it is lit; fire alone stands for both."""
    lit, probit = hurt.get("if_lit"), given.probit
    if lit is not None and not given.poisons:
        source = thermal_set(lit["probit_set"]).source
        found = {"probit_set": lit["probit_set"], "probit_source": source, "areas": lit["areas"], "total": lit["total"]}
    else:
        rows = hurt.get("toxic", [])
        found = {
            "probit_set": probit.name if probit is not None else None,
            "probit_source": probit.source if probit is not None else None,
            "areas": rows,
            "total": {
                when: {name: total(rows, when, name) for name in ("people", "killed", "outer_killed")} for when in TIMES
            },
        }
    return {**found, "if_lit": lit}


def _area(given: Given, area: PopulationArea, advice: AreaAdvice) -> dict[str, Any]:
    found = advice.as_dict()
    if advice.way is not None:
        corners = [given.to_lonlat(*corner) for corner in advice.way.corners]
        found["way_out"]["corners_deg"] = [[round(float(lon), 7), round(float(lat), 7)] for lon, lat in corners]
    name = area.name or area.id
    return {"id": area.id, "name": name, "name_zh": area.name_zh or name, **found}


def _placed(given: Given, found: dict[str, Any] | None) -> dict[str, Any] | None:
    """Points with their longitude and latitude."""
    if found is None:
        return None

    def placed(item: dict[str, float]) -> dict[str, float]:
        longitude, latitude = given.to_lonlat(item["x_m"], item["y_m"])
        rest = {key: round(value, 1) for key, value in item.items()}
        return {**rest, "longitude_deg": round(float(longitude), 7), "latitude_deg": round(float(latitude), 7)}

    return {"approach": placed(found["approach"]), "staging": [placed(item) for item in found["staging"]]}


def _zones(given: Given, content: Content) -> list[dict[str, Any]]:
    """Hot, warm and cold, each by its level at the outer edge; a flammable cloud makes the hot zone larger."""
    if given.judge is None or content.edge is None:
        return []
    levels = [level.name for level in given.judge.levels]
    distance = {name: float(d) for name, d in zip(levels, content.edge.distance, strict=True)}
    burns = max((item.distance for item in content.flammable), default=0.0)
    burns = burns if math.isfinite(burns) else 0.0
    found = []
    for name, level in (("hot", "AEGL-3"), ("warm", "AEGL-2"), ("cold", "AEGL-1")):
        reach = distance.get(level)
        if name == "hot":
            reach = max(reach or 0.0, distance.get("LFL", 0.0), burns)
        found.append({"zone": name, "level": level if level in distance else None, "distance_m": reach})
    found[0]["flammable_m"] = max(burns, distance.get("LFL", 0.0)) or None
    return found


__all__ = ["Given", "Protect", "propose"]
