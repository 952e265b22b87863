"""What one area is to do in one branch: the doses of every option, the choice, and how long it stays open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.harm.exposure import Shelter, airing_time, indoors, shelter_pays
from scenarios.board.doses import EXCHANGE, PERCENTILE, WARNING, Air, Judge
from scenarios.board.records import AreaAdvice, Option, Protect, Sheltering, WayOut
from twin.parts import PopulationArea

Array = NDArray[np.float64]

LEAVING = (0.0, 600.0, 1200.0, 1800.0)
"""Times from now at which leaving is judged, s."""
DISAGREE = 0.4
"""Share of the winds in which another action must be better before there is no recommendation (judgement)."""
CLEARLY = 1.1
"""Leaving must be better than shelter by this factor to be chosen on the dose alone: it is harder to do (judgement)."""
MUCH = 2.0
"""Dose over dose from which one of two actions of the same grade is far better (judgement)."""
DECISIONS = 31
"""Moments between now and the end at which a decision is tried."""
TRIED = 4
"""Winds a later decision is tried in, of those worst now and worst outdoors each."""
NEGLIGIBLE = 0.01
"""Exposure outdoors over the level that protects below which it makes no difference when to air."""
_POINTS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Airs:
    """Air of an area in the outer edge, the best estimate and the winds around it; the last two only with a wind."""

    outer: Air
    best: Air | None
    members: Air | None

    @property
    def way(self) -> WayOut | None:
        """Way out it is taken along."""
        return self.outer.way


Breathed = Callable[[Air, float], Array]


def best_way(candidates: Sequence[Airs], judge: Judge, *, now: float) -> int:
    """Place of the way out with the least harm to those who leave now."""
    if len(candidates) == 1:
        return 0
    keys = [_key(_option(airs, judge, _leaving(now, 0.0)), judge) for airs in candidates]
    return min(range(len(keys)), key=keys.__getitem__)


def advise(area: PopulationArea, airs: Airs, judge: Judge, *, now: float, reasons: Sequence[str]) -> AreaAdvice:
    """Advise an area that the outer edge reaches.

    Parameters
    ----------
    now : float
        s since the release began; before it people were outdoors.
    reasons : sequence of str
        Why there is not enough information, whatever the doses; empty where there is.
    """
    stay = _option(airs, judge, lambda air, _: air.home)
    shelter = _option(airs, judge, lambda air, rate: air.indoors(now, rate))
    leave = tuple((after, _option(airs, judge, _leaving(now, after))) for after in LEAVING) if airs.way else ()
    left = leave[0][1] if leave else None
    action = _choice(shelter, left, judge)
    better = _other_better(airs.members, judge, now, action)
    told = list(reasons)
    if not told and better > DISAGREE:
        other = Protect.SHELTER if action is Protect.EVACUATE else Protect.EVACUATE
        told.append(f"in {better:.0%} of the winds around the forecast it is better to {_VERBS[other]}")
    found = AreaAdvice(
        id=area.id,
        action=action,
        says=_says(area, action, stay, shelter, left, airs.way),
        stay=stay,
        shelter=shelter,
        leave=leave,
        way=airs.way,
        sheltering=_sheltering(airs.best, judge, now) if airs.best is not None else None,
        shares=_shares(airs.members, judge, better),
    )
    if told:
        return replace(found, action=Protect.UNKNOWN, says=_unsaid(area, told), reasons=tuple(told))
    return _with_latest(found, airs, judge, now)


_VERBS = {Protect.SHELTER: "shelter", Protect.EVACUATE: "leave"}


def _leaving(now: float, after: float) -> Breathed:
    return lambda air, rate: air.leaving(now, after, rate)


def _option(airs: Airs, judge: Judge, breathed: Breathed) -> Option:
    """Judge one thing people can do; a leaky house at the outer edge, an ordinary one in the best estimate."""
    outer, best, members = airs.outer, airs.best, airs.members
    rate = EXCHANGE["best"]
    return Option(
        outer=judge.worst(breathed(outer, EXCHANGE["high"]), outer.step),
        best=judge.worst(breathed(best, rate), best.step) if best is not None else None,
        p90=judge.worst(breathed(members, rate), members.step, PERCENTILE) if members is not None else None,
    )


def _shares(members: Air | None, judge: Judge, better: float) -> dict[str, float]:
    if members is None:
        return {}
    reached = judge.ratio(judge.protects, members.home, members.step) >= 1.0
    return {"reached": float(np.mean(reached)), "other_better": better}


def _amount(option: Option, judge: Judge) -> float:
    """Dose at the outer edge: the toxic load, or exposure over the level that protects where there is none."""
    return option.outer.ratios[judge.protects.name] if option.outer.load is None else option.outer.load


def _key(option: Option, judge: Judge) -> tuple[float, ...]:
    """Order of options, the least harm first: grades at the outer edge, in most winds, in the best estimate; dose."""
    grades = [judge.grade(dose) for dose in (option.outer, option.p90, option.best) if dose is not None]
    return (*grades, _amount(option, judge))


def _choice(shelter: Option, left: Option | None, judge: Judge) -> Protect:
    if left is None:
        return Protect.SHELTER
    inside, gone = _key(shelter, judge), _key(left, judge)
    if inside[:-1] != gone[:-1]:
        return Protect.SHELTER if inside[:-1] < gone[:-1] else Protect.EVACUATE
    likely = left.p90 or left.outer
    if inside[0] == 0 or judge.grade(likely) > 0:
        return Protect.SHELTER  # it is the easier of two that are safe; and from AEGL-2 people may not get out
    return Protect.EVACUATE if gone[-1] * CLEARLY < inside[-1] else Protect.SHELTER


def _other_better(members: Air | None, judge: Judge, now: float, action: Protect) -> float:
    """Share of the winds in which the other action is better: a lower grade, or the same with a far smaller dose."""
    if members is None or members.way is None:
        return 0.0

    def graded(breathed: Array) -> tuple[NDArray[np.int_], Array]:
        protects, gravest = (judge.ratio(level, breathed, members.step) for level in (judge.protects, judge.levels[0]))
        doses = protects if judge.exponent is None else np.sum(breathed**judge.exponent, axis=0)
        return np.where(gravest >= 1.0, 2, (protects >= 1.0).astype(int)), doses

    rate = EXCHANGE["best"]
    taken, other = graded(members.indoors(now, rate)), graded(members.leaving(now, 0.0, rate))
    if action is Protect.EVACUATE:
        taken, other = other, taken
    # of two ways of the same grade, going out into the gas is not the better one, however much smaller its dose
    less = (other[0] == taken[0]) & (taken[0] > 0) & (other[1] * MUCH < taken[1]) & (action is Protect.EVACUATE)
    return float(np.mean((other[0] < taken[0]) | less))


def _with_latest(found: AreaAdvice, airs: Airs, judge: Judge, now: float) -> AreaAdvice:
    """Add the last moment at which the action keeps people under a level: at the outer edge, else in the best."""
    levels = (judge.protects,) if judge.protects is judge.levels[0] else (judge.protects, judge.levels[0])
    for edge, air, rate in (("outer", airs.outer, EXCHANGE["high"]), ("best", airs.best, EXCHANGE["best"])):
        if air is None:
            continue
        end = air.home.shape[0] * air.step
        air = air.only(_worst_winds(found.action, air, judge, now, rate))
        moments = np.linspace(now, max(end, now), DECISIONS)
        columns = np.hstack([_breathed(found.action, air, float(at), rate) for at in moments])
        for level in levels:
            worst = judge.ratio(level, columns, air.step).reshape(len(moments), -1).max(axis=1)
            if worst[0] < 1.0:
                over = np.flatnonzero(worst >= 1.0)
                last = float(moments[over[0] - 1 if over.size else -1])
                return replace(found, latest=last, latest_open=over.size == 0, keeps_under=level.name, keeps_edge=edge)
    return found


def _worst_winds(action: Protect, air: Air, judge: Judge, now: float, rate: float) -> NDArray[np.intp]:
    """Winds in which the action, taken now, leaves the greatest exposure, and those worst outdoors."""
    chosen = (_breathed(action, air, now, rate), air.home)
    order = [np.argsort(-judge.ratio(judge.protects, series, air.step), kind="stable") for series in chosen]
    return np.unique(np.concatenate([item[:TRIED] for item in order]))


def _breathed(action: Protect, air: Air, at: float, rate: float) -> Array:
    return air.leaving(at, 0.0, rate) if action is Protect.EVACUATE else air.indoors(at, rate)


def _sheltering(best: Air, judge: Judge, now: float) -> Sheltering:
    at = now + WARNING
    home, step, rate = best.home[:, 0], best.step, EXCHANGE["best"]
    closed = Shelter(air_exchange_rate=rate, closed_at=at, entered_at=at)
    inside = indoors(home, step=step, shelter=closed)
    # who leaves walks; without a way out the comparison is with clean air from the moment of leaving
    if best.way is not None:
        left = best.leaving(now, 0.0, rate)[:, 0]
    else:
        left = np.where(np.arange(home.size) * step < at, home, 0.0)
    counts = float(judge.ratio(judge.protects, best.home, step)[0]) > NEGLIGIBLE
    pays = shelter_pays(home, best.indoors(now, rate)[:, 0], left, step=step, exponent=judge.exponent)
    worse = np.flatnonzero((inside > home) & (np.arange(home.size) * step >= at))
    return Sheltering(
        shut_by=at,
        air_at=airing_time(home, step=step, shelter=closed, exponent=judge.exponent) if counts else None,
        indoor_exceeds=float(worse[0] * step) if counts and worse.size else None,
        load_exceeds=pays.load_exceeds if counts else None,
        by_air_exchange={name: judge.worst(best.indoors(now, value), step) for name, value in EXCHANGE.items()},
    )


def compass(bearing: float) -> str:
    """Name of the nearest of eight points."""
    return _POINTS[round(bearing / 45.0) % len(_POINTS)]


def _says(
    area: PopulationArea, action: Protect, stay: Option, shelter: Option, left: Option | None, way: WayOut | None
) -> str:
    """Explain a recommendation in one sentence: dose at the outer edge, set against that of staying outdoors."""
    name = area.name or area.id
    inside = _share(shelter, stay)
    if left is None or way is None:
        return (
            f"Shelter at {name}: no straight way leads out of the zone; at the outer edge indoors is {inside} of the "
            f"dose outdoors ({_reached(shelter)})."
        )
    gone = _share(left, stay)
    if action is Protect.EVACUATE:
        return (
            f"Leave {name} towards the {compass(way.bearing)} for {way.distance:.0f} m: at the outer edge that is "
            f"{gone} of the dose of staying outdoors ({_reached(left)}), sheltering {inside} ({_reached(shelter)})."
        )
    return (
        f"Shelter at {name}: at the outer edge that is {inside} of the dose of staying outdoors "
        f"({_reached(shelter)}), leaving now {gone} ({_reached(left)})."
    )


def _share(option: Option, stay: Option) -> str:
    def amount(one: Option) -> float:
        return max(one.outer.ratios.values()) if one.outer.load is None else one.outer.load

    whole = amount(stay)
    return f"{amount(option) / whole:.0%}" if whole > 0.0 else "0%"


def _reached(option: Option) -> str:
    return option.outer.level or "no level"


def _unsaid(area: PopulationArea, reasons: Sequence[str]) -> str:
    return f"Not enough information for {area.name or area.id}: {reasons[0]}."


def no_action(area: PopulationArea, judge: Judge, ratio: float) -> AreaAdvice:
    """Advice for an area that the outer edge does not reach."""
    name = area.name or area.id
    says = f"No action at {name}: even the outer edge stays at {ratio:.2g} times {judge.protects.name} outdoors."
    return AreaAdvice(id=area.id, action=Protect.STAY, says=says)


def unknown(area: PopulationArea, reasons: Sequence[str]) -> AreaAdvice:
    """Advice where nothing can be said."""
    return AreaAdvice(id=area.id, action=Protect.UNKNOWN, says=_unsaid(area, reasons), reasons=tuple(reasons))
