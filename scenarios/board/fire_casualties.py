"""How many people are expected to die of fire and explosion if the release is lit and nobody acts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from physics.harm.vulnerability import (
    THERMAL_DEFAULT,
    THERMAL_RULES,
    overpressure_probability,
    thermal_dose,
    thermal_probability,
)
from scenarios.board.burning import BEST, LEAVE_FLUX, OUTER, Burning, Fireball, looked_at
from scenarios.board.casualties import TIMES, indoor_fraction, spread_over, total
from scenarios.board.records import rounded
from twin.parts import PopulationArea

Array = NDArray[np.float64]
Shares = Mapping[str, float]

BLAST_SETS = {"outdoors": "purple-book-1999-outdoors", "indoors": "purple-book-1999-indoors"}
FLASH_SET = "all outdoors inside the LFL"
CERTAIN = THERMAL_RULES["purple-book-1999"].certain
"""Heat flux from which those indoors die too, W/m²."""
REACTION, RUNNING = 5.0, 4.0
"""Until people run from heat, s, and how fast, m/s (TNO Green Book, from memory, unverified)."""
_FLUXES = (("37.5 kW/m2", 37.5e3), ("12.5 kW/m2", 12.5e3), (LEAVE_FLUX, 4.0e3))
_PRESSURES = (("20.7 kPa", 20.7e3), ("13.8 kPa", 13.8e3), ("2.07 kPa", 2.07e3))
_CAP = 400e3
"""Greatest heat flux, W/m²."""


def fire_casualties(areas: tuple[PopulationArea, ...], burning: Burning) -> dict[str, Any]:
    """Expected deaths by area and time of day, and in total; ``outer`` puts everybody at the worst place."""
    rows = []
    for area in areas:
        outer = _outer(area, burning)
        best = _best(area, burning) if burning.known else None
        rows.append({"id": area.id, **{when: _numbers(area, when, best, outer) for when in TIMES}})
    return {
        "probit_set": THERMAL_DEFAULT,
        "blast_sets": dict(BLAST_SETS),
        "flash_set": FLASH_SET,
        "areas": rows,
        "total": {
            when: {name: total(rows, when, name) for name in ("people", "killed", "outer_killed")} for when in TIMES
        },
    }


def _numbers(area: PopulationArea, when: str, best: Shares | None, outer: Shares) -> dict[str, Any]:
    people = area.people_day if when == "day" else area.people_night
    inside = indoor_fraction(area, when)

    def dead(shares: Shares | None) -> float | None:
        if shares is None:
            return None
        return rounded(people * ((1.0 - inside.fraction) * shares["outdoors"] + inside.fraction * shares["indoors"]))

    return {
        "people": people,
        "indoors_fraction": inside.fraction,
        "indoors_assumed": inside.assumed,
        "by_level": None if best is None else {},
        "killed": dead(best),
        "outer_by_level": {},
        "outer_killed": dead(outer),
    }


def _outer(area: PopulationArea, burning: Burning) -> Shares:
    """Shares killed at the worst place of the area, every vessel that may credibly fail failing."""
    row = burning.seen.get((area.id, OUTER))
    balls = [ball for ball in burning.fireballs if ball.edge == OUTER]
    points = looked_at(area, [burning.source, *(ball.place for ball in balls)])
    near = float(_away(points, burning.source).min())
    flux = np.array([row["heat_flux_W_m2"] if row else 0.0])
    pressure = np.array([row["overpressure_Pa"] if row else 0.0])
    escape = np.array([escape_time(near, burning.reach(LEAVE_FLUX))])
    flash = np.array([burning.burns.holds(points).any()])
    heat = [(np.array([float(fireball_flux(ball, points).max())]), ball.duration, 1.0) for ball in balls]
    return _shares(flash, flux, escape, pressure, heat)


def _best(area: PopulationArea, burning: Burning) -> Shares:
    """Shares killed of people spread over the area; in a band of heat or blast all get its upper end."""
    row = burning.seen.get((area.id, BEST))
    points = spread_over(area)
    x, y = points[:, 0], points[:, 1]
    flux, pressure = np.zeros(len(points)), np.zeros(len(points))
    worst_flux, worst_pressure = (row["heat_flux_W_m2"], row["overpressure_Pa"]) if row else (0.0, 0.0)
    for into, worst, levels in ((flux, worst_flux, _FLUXES), (pressure, worst_pressure, _PRESSURES)):
        upper = max(worst, levels[0][1])
        outside = np.ones(len(points), dtype=bool)
        for name, value in levels:
            inside = outside & np.asarray(shapely.contains_xy(burning.shapes(name), x, y))
            into[inside] = min(upper, max(worst, value))
            outside &= ~inside
            upper = value
    flash = np.asarray(shapely.contains_xy(burning.shapes("LFL"), x, y))
    reach = max(
        (item["reach_m"].get(LEAVE_FLUX, 0.0) for item in burning.lit if item["edge"] == BEST),
        default=0.0,
    )
    escape = np.array([escape_time(far, reach) for far in _away(points, burning.source)])
    balls = [
        (fireball_flux(ball, points), ball.duration, ball.probability)
        for ball in burning.fireballs
        if ball.edge == BEST
    ]
    return _shares(flash, flux, escape, pressure, balls)


def _away(points: Array, place: tuple[float, float]) -> Array:
    return np.asarray(np.hypot(points[:, 0] - place[0], points[:, 1] - place[1]))


def escape_time(away: float, reach: float) -> float:
    """Time people are in the heat, s: they react, and run to where it is `LEAVE_FLUX`."""
    return REACTION + max(reach - away, 0.0) / RUNNING


def fireball_flux(ball: Fireball, points: Array) -> Array:
    """Heat flux of a fireball at points (n, 2), W/m²: between the distances known on a log-log line."""
    known = sorted((far, flux) for name, flux in _FLUXES if (far := ball.reach.get(name, 0.0)) > 0.0)
    away = np.maximum(_away(points, ball.place), 1.0)
    if not known:
        return np.zeros(len(points))
    distances, fluxes = (np.log([pair[index] for pair in known]) for index in (0, 1))
    found = np.exp(np.interp(np.log(away), distances, fluxes))
    nearer, beyond = away < known[0][0], away > known[-1][0]
    found[nearer] = np.minimum(known[0][1] * (known[0][0] / away[nearer]) ** 2, _CAP)
    found[beyond] = known[-1][1] * (known[-1][0] / away[beyond]) ** 2
    return np.asarray(found)


def _shares(
    flash: NDArray[np.bool_], flux: Array, escape: Array, pressure: Array, balls: list[tuple[Array, float, float]]
) -> Shares:
    """Share of people over places killed by any of flash, heat, blast and fireballs, outdoors and indoors."""
    outside = np.where(flash, 0.0, 1.0)
    inside = np.ones(len(flash))
    heats: list[tuple[Array, Array | float, float]] = [(flux, escape, 1.0), *balls]
    for heat, lasts, chance in heats:
        outside = outside * (1.0 - chance * np.asarray(thermal_probability(thermal_dose(heat, lasts))))
        inside = inside * np.where(heat >= CERTAIN, 1.0 - chance, 1.0)
    outside = outside * (1.0 - np.asarray(overpressure_probability(pressure, by=BLAST_SETS["outdoors"])))
    inside = inside * (1.0 - np.asarray(overpressure_probability(pressure, by=BLAST_SETS["indoors"])))
    found = {"outdoors": float(np.mean(1.0 - outside)), "indoors": float(np.mean(1.0 - inside))}
    assert all(math.isfinite(value) for value in found.values())
    return found
