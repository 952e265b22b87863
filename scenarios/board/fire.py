"""What an area is to do because of fire and explosion, how long that stays open, and zones of heat and blast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.harm.exposure import WALKING_SPEED
from scenarios.board.burning import (
    BEST,
    INSIDE_BLAST,
    INSIDE_HEAT,
    LEAVE_BLAST,
    LEAVE_FLUX,
    LEAVE_HEAT,
    LEAVE_PRESSURE,
    OUTER,
    Burning,
    Fireball,
    looked_at,
)
from scenarios.board.doses import WARNING
from scenarios.board.records import AreaAdvice, FireSeen, Hazard, Protect, WayOut
from scenarios.board.ways import FireZone, Zone, straight_away, ways_out
from twin.parts import PopulationArea

Array = NDArray[np.float64]

_POINTS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip
HOT_LEVELS = ("LFL/2", "12.5 kW/m2", "20.7 kPa")
WARM_LEVELS = (LEAVE_FLUX, "2.07 kPa")
_KILO, _TEN_KILO = 1e3, 1e4
_LOOKS = 60
MAY_BURN = "the cloud may burn there, it may hold half its lower limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class FireAdvice:
    """What fire alone asks of an area.

    Attributes
    ----------
    action : Protect
    reasons : tuple of str
        The gravest first.
    seen : FireSeen
    home : ndarray, shape (2,)
        Where people are nearest to the danger, m.
    flash : bool
        Whether the cloud may burn there, so that nobody starts an engine.
    at_any_moment : bool
        Whether what asks for it may come the moment the release is lit.
    """

    action: Protect
    reasons: tuple[str, ...]
    seen: FireSeen
    home: Array
    flash: bool
    at_any_moment: bool


def asked(area: PopulationArea, burning: Burning, *, until: float) -> FireAdvice:
    """Judge what fire and blast ask of an area, at the outer edge."""
    balls = [ball for ball in burning.fireballs if ball.edge == OUTER]
    points = looked_at(area, [burning.source, *(ball.place for ball in balls)])
    away = np.hypot(points[:, 0] - burning.source[0], points[:, 1] - burning.source[1])
    near = float(away.min())
    flash = bool(burning.may_burn.holds(points).any())
    reached = [ball for ball in balls if _reached(ball, points)]
    seen = _seen(area, burning, points, flash=flash, reached=reached, until=until)
    heat, blast = seen.heat_flux[OUTER], seen.overpressure[OUTER]
    hot = heat >= LEAVE_HEAT or near <= burning.reach(LEAVE_FLUX)
    struck = blast >= LEAVE_BLAST or near <= burning.reach(LEAVE_PRESSURE)
    leaving = [MAY_BURN] if flash else []
    inside: list[str] = []
    if hot or heat >= INSIDE_HEAT:
        (leaving if hot else inside).append(_heat(max(heat, LEAVE_HEAT) if hot else heat))
    if struck or blast >= INSIDE_BLAST:
        (leaving if struck else inside).append(_blast(max(blast, LEAVE_BLAST) if struck else blast))
    if reached:
        leaving.append(
            f"{reached[0].vessel} may fail {reached[0].at:.0f} s after the fire begins, "
            f"and its fireball gives {LEAVE_FLUX} there"
        )
    told = (*leaving, *inside)
    from_where = burning.source if flash or hot or struck or not reached else reached[0].place
    return FireAdvice(
        action=Protect.EVACUATE if leaving else Protect.SHELTER if told else Protect.STAY,
        reasons=told,
        seen=seen,
        home=points[int(np.argmin(np.hypot(points[:, 0] - from_where[0], points[:, 1] - from_where[1])))],
        flash=flash,
        at_any_moment=hot or struck,
    )


def _heat(flux: float) -> str:
    return f"if it is lit, heat there reaches {_kilo(flux)} kW/m2 at the outer edge"


def _kilo(value: float) -> str:
    """Thousands, two digits that count."""
    return f"{value / _KILO:.0f}" if value >= _TEN_KILO else f"{value / _KILO:.2g}"


def _blast(pressure: float) -> str:
    return f"if it is lit, a blast there reaches {_kilo(pressure)} kPa at the outer edge"


def _reached(ball: Fireball, points: Array) -> bool:
    away = np.hypot(points[:, 0] - ball.place[0], points[:, 1] - ball.place[1])
    return float(away.min()) <= ball.reach.get(LEAVE_FLUX, 0.0)


def _seen(
    area: PopulationArea, burning: Burning, points: Array, *, flash: bool, reached: Sequence[Fireball], until: float
) -> FireSeen:
    rows = {edge: burning.seen[area.id, edge] for edge in (BEST, OUTER) if (area.id, edge) in burning.seen}
    return FireSeen(
        heat_flux={OUTER: 0.0, **{edge: row["heat_flux_W_m2"] for edge, row in rows.items()}},
        overpressure={OUTER: 0.0, **{edge: row["overpressure_Pa"] for edge, row in rows.items()}},
        flash={
            **{edge: bool(row["in_flash_fire"]) for edge, row in rows.items()},
            OUTER: bool(burning.burns.holds(points).any()),
        },
        arrival=burning.arrival(points, until) if flash else None,
        fireballs=tuple((ball.vessel, ball.at) for ball in reached),
    )


def advise_fire(
    area: PopulationArea,
    fire: FireAdvice,
    burning: Burning,
    zone: FireZone,
    *,
    now: float,
    speed: float,
    toxic: AreaAdvice | None,
) -> AreaAdvice:
    """Advise an area of a release that burns; where it poisons too, fire overrides what it may not be left at.

    Parameters
    ----------
    zone : FireZone
        That a way has to lead out of.
    speed : float
        m/s, of people who leave where the cloud cannot burn.
    toxic : AreaAdvice or None
        What poison alone asks for.
    """
    hazard = _hazard(fire, toxic)
    # a vessel that may fail later alone sends nobody out of a house into poison
    stays = toxic is not None and toxic.action is Protect.SHELTER and not (fire.flash or fire.at_any_moment)
    if fire.action is Protect.EVACUATE and not stays:
        return replace(_leave(area, fire, burning, zone, now=now, speed=speed, toxic=toxic), hazard=hazard)
    reasons = burning.reasons
    if toxic is not None and toxic.action is not Protect.STAY:
        # what poison asks for is more, or the same: a house keeps both out
        return replace(toxic, hazard=hazard, fire=fire.seen, reasons=(*toxic.reasons, *fire.reasons, *reasons))
    if reasons:
        says = f"Not enough information for {area.name or area.id}: {reasons[0]}."
        return AreaAdvice(id=area.id, action=Protect.UNKNOWN, says=says, reasons=reasons, hazard=hazard, fire=fire.seen)
    if fire.action is Protect.SHELTER:
        says = f"Shelter at {area.name or area.id}, away from windows: {fire.reasons[0]}."
    elif toxic is None:
        heat, blast = _kilo(fire.seen.heat_flux[OUTER]), _kilo(fire.seen.overpressure[OUTER])
        says = (
            f"No action at {area.name or area.id}: if it is lit, heat stays at {heat} kW/m2 and blast at "
            f"{blast} kPa at the outer edge."
        )
    else:
        return replace(toxic, hazard=hazard, fire=fire.seen)
    return AreaAdvice(id=area.id, action=fire.action, says=says, reasons=fire.reasons, hazard=hazard, fire=fire.seen)


def _hazard(fire: FireAdvice, toxic: AreaAdvice | None) -> Hazard | None:
    poisons, burns = toxic is not None and toxic.stay is not None, fire.action is not Protect.STAY
    if poisons and burns:
        return Hazard.BOTH
    return Hazard.TOXIC if poisons else Hazard.FIRE if burns else None


def _leave(
    area: PopulationArea,
    fire: FireAdvice,
    burning: Burning,
    zone: FireZone,
    *,
    now: float,
    speed: float,
    toxic: AreaAdvice | None,
) -> AreaAdvice:
    pace = WALKING_SPEED if fire.flash else speed
    way = toxic.way if toxic is not None else None
    kept = way is not None and way.speed == pace
    if way is None or not kept:
        found = ways_out(fire.home, zone, speed=pace) if burning.known else ()
        way = found[0] if found else straight_away(fire.home, zone, speed=pace)
    latest, under = _latest(fire, burning.may_burn, way, now)
    base = toxic or AreaAdvice(id=area.id, action=Protect.EVACUATE, says="")
    reasons = fire.reasons
    if toxic is not None and toxic.stay is not None:
        reasons = (*reasons, f"for its poison alone the proposal is: {toxic.action}")
        if toxic.action is Protect.EVACUATE and not toxic.latest_open:
            latest = None if toxic.latest is None or latest is None else min(latest, toxic.latest)
    towards, name = _POINTS[round(way.bearing / 45.0) % len(_POINTS)], area.name or area.id
    how = " on foot" if fire.flash else ""
    sparks = ", no engines and no switching" if fire.flash else ""
    return replace(
        base,
        action=Protect.EVACUATE,
        says=f"Leave {name}{how} towards the {towards} for {way.distance:.0f} m{sparks}: {fire.reasons[0]}.",
        reasons=reasons,
        way=way,
        leave=base.leave if kept else (),
        fire=fire.seen,
        latest=latest,
        latest_open=False,
        keeps_under=under if latest is not None else None,
        keeps_edge=OUTER if latest is not None else None,
    )


def _latest(fire: FireAdvice, may_burn: Zone, way: WayOut, now: float) -> tuple[float | None, str]:
    """Last moment of a decision, s, that gets people out in time, and under what; ``None`` where it is past.

    Heat and blast come the moment it is lit, which may be any. A vessel counts from the beginning of the release.
    """
    if fire.at_any_moment:
        return None, LEAVE_FLUX
    start, end = np.array(way.corners[0]), np.array(way.corners[-1])
    inside = np.flatnonzero(may_burn.holds(start + np.linspace(0.0, 1.0, _LOOKS)[:, None] * (end - start)))
    across = way.distance * (float(inside[-1]) + 1.0) / (_LOOKS - 1) if inside.size else 0.0
    ends = []
    if fire.flash:
        # a jet may point here without the clouds: then nobody knows when it comes
        ends.append(((fire.seen.arrival or 0.0) - WARNING - across / way.speed, "LFL/2"))
    ends += [(at - WARNING - way.distance / way.speed, LEAVE_FLUX) for _, at in fire.seen.fireballs]
    last, under = min(ends)
    return (last, under) if last >= now else (None, under)


def fire_zones(burning: Burning) -> dict[str, tuple[str | None, float]]:
    """Level that reaches farthest, and how far from the source, m, of the hot and the warm zone."""
    hot = {level: burning.reach(level) for level in HOT_LEVELS}
    hot["LFL/2"] = max(hot["LFL/2"], burning.may_burn.distance)
    warm = {level: burning.reach(level) for level in WARM_LEVELS}
    warm[LEAVE_FLUX] = max(warm[LEAVE_FLUX], burning.fireball_reach())
    found: dict[str, tuple[str | None, float]] = {}
    for name, reach in (("hot", hot), ("warm", {**warm, **hot})):
        level = max(reach, key=reach.__getitem__)
        found[name] = (level if reach[level] > 0.0 else None, reach[level])
    return found


def merged_zones(toxic: Sequence[dict[str, Any]], burning: Burning) -> list[dict[str, Any]]:
    """Hot, warm and cold of poison and fire, each the larger; without poison all beyond the warm zone is cold."""
    found = [dict(row) for row in toxic] or [
        {"zone": name, "level": None, "distance_m": None} for name in ("hot", "warm", "cold")
    ]
    reach = fire_zones(burning)
    for row in found:
        level, far = reach.get(row["zone"], (None, 0.0))
        if level is not None and far > (row["distance_m"] or 0.0):
            row["level"], row["distance_m"] = level, far
    found[0]["flammable_m"] = max(burning.burns.distance, found[0].get("flammable_m") or 0.0) or None
    cold, warm = found[2], found[1]
    if cold["distance_m"] is not None and warm["distance_m"] is not None:
        cold["distance_m"] = max(cold["distance_m"], warm["distance_m"])
    return found


def approach_from(zone: Zone, burning: Burning) -> Zone:
    """Zone that one approaches from outside of: warm, all round."""
    far = fire_zones(burning)["warm"][1]
    return replace(zone, around=max(zone.around, far), distance=max(zone.distance, far))


__all__ = ["FireAdvice", "advise_fire", "approach_from", "asked", "fire_zones", "merged_zones"]
