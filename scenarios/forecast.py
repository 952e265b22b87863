"""The forecast: a pure function from plant, snapshot and scenario to one Dataset. See `scenarios.result` to read it."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from physics.cards import ModelInputError
from physics.discharge.pipe_rupture import RuptureCancelled
from physics.harm.toxic_load import Level, levels_of
from physics.rainout import standing_at
from physics.release import ReleaseBand
from physics.substances import NoSaturationState, Substance, substance
from scenarios.best_estimate import best_estimate, flammable_of
from scenarios.board import Given, propose
from scenarios.board.burning import burning
from scenarios.board.doses import Judge
from scenarios.caveats import NOT_VALID_FLAGS, order_caveats, standing_caveats
from scenarios.dataset import BRANCHES, Branch, Content, assemble
from scenarios.ignition import if_lit
from scenarios.outer_edge import outer_clouds, outer_edge, with_calm_puff
from scenarios.outlook import Felt, Outlook, outlook
from scenarios.receptors import STEP, exposures, people_in, shelter_times
from scenarios.scenario import Scenario, Verb
from twin.parts import Line, Valve
from twin.plant import Plant
from twin.sections import Section, isolation_time, proved_closed, section_of, sections
from twin.source import release_band
from twin.state import Quality, Snapshot
from twin.supply import CannotLeak

Array = NDArray[np.float64]

FRAME = 60.0
"""Least length of a map frame, s."""
_FRAMES = 60
_STEPS = 240
"""Most map frames and receptor steps of a forecast."""
UNUSABLE = (Quality.BAD, Quality.STALE, Quality.NO_DATA)
"""Qualities of a reading of what leaks with which nobody is told what to do."""
FIRE_BRIGADE_TIME = 1800.0
"""From the call until people in protective suits have closed a valve by hand, s (judgement)."""

Progress = Callable[[float, str], None]


def _unheard(_fraction: float, _phase: str) -> None:
    """Progress nobody listens to."""


class ForecastCancelled(Exception):
    """The forecast was told to stop."""


class ForecastError(ModelInputError):
    """A scenario the plant cannot answer; ``field`` names what is wrong."""


@lru_cache(maxsize=1)
def pool() -> ThreadPoolExecutor:
    """The one bounded pool kernels run on; they release the GIL."""
    return ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2), thread_name_prefix="kernels")


@dataclass(frozen=True, slots=True)
class _Case:
    """What both branches share."""

    plant: Plant
    snapshot: Snapshot | None
    scenario: Scenario
    winds: Outlook
    of: Substance
    levels: tuple[Level, ...]
    frames: Array
    steps: Array
    source: tuple[float, float, float]
    since: Since

    @property
    def exponent(self) -> float | None:
        return self.of.toxicity.toxic_load_exponent if self.of.toxicity else None

    @property
    def home(self) -> str:
        """The line or vessel that leaks; of a valve, its line."""
        part = self.plant.part(self.scenario.part)
        return part.line if isinstance(part, Valve) else self.scenario.part


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A release that is already going on: what it has let out is in the air and stays in the forecast.

    Attributes
    ----------
    elapsed : float
        s since it began.
    release : ReleaseBand or None
        As known until now, on its own time; ``None`` where nothing was known.
    felt : tuple of Felt
        Winds since it began.
    """

    elapsed: float = 0.0
    release: ReleaseBand | None = None
    felt: tuple[Felt, ...] = ()


def forecast(
    plant: Plant,
    snapshot: Snapshot | None,
    scenario: Scenario,
    *,
    progress: Progress = _unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> xr.Dataset:
    """Forecast what a release that begins now does; see `follow` for one that is going on.

    Parameters
    ----------
    snapshot : Snapshot or None
        Live state; ``None`` takes the plant file's own, and says so.
    progress : callable
        Told the fraction done and the phase.
    cancelled : callable
        Asked between phases.

    Returns
    -------
    xarray.Dataset
        See `scenarios.dataset`. The same inputs give the same bytes.

    Raises
    ------
    ForecastError
        The scenario names something the plant does not have, or a part that holds nothing harmful.
    ForecastCancelled
        ``cancelled`` said so.
    """
    return follow(plant, snapshot, scenario, since=Since(), progress=progress, cancelled=cancelled)[0]


def follow(
    plant: Plant,
    snapshot: Snapshot | None,
    scenario: Scenario,
    *,
    since: Since,
    progress: Progress = _unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[xr.Dataset, ReleaseBand]:
    """Forecast of a release that is going on, and the release itself for the next time; see `forecast`.

    Times count from the beginning of the release; the Dataset's ``now_s`` says where now lies. The release returned is
    that of the branch in which isolation fails.
    """

    def check() -> None:
        if cancelled():
            raise ForecastCancelled

    progress(0.0, "release")
    case = _case(plant, snapshot, scenario, since)
    section = section_of(sections(plant, snapshot), case.home, plant)
    times = _branch_times(case)
    try:
        bands = {branch: _release(case, branch, time, cancelled) for branch, time in times.items()}
    except RuptureCancelled as error:
        raise ForecastCancelled from error
    except (CannotLeak, NoSaturationState, ModelInputError) as error:
        raise ForecastError("part", f"no release of {scenario.part} can be computed: {error}") from error
    check()
    branches: dict[Branch, Content] = {}
    valid = not NOT_VALID_FLAGS & set(case.of.flags) and bool(case.levels)
    for index, branch in enumerate(BRANCHES):
        progress(0.1 + 0.45 * index, f"dispersion, {branch}")
        try:
            branches[branch] = _content(case, bands[branch], times[branch], check, valid=valid)
        except ModelInputError as error:
            raise ForecastError("part", f"no cloud from {scenario.part} can be computed: {error}") from error
    progress(1.0, "done")
    quality, age = _readings(case, section)
    dataset = assemble(
        plant=plant,
        snapshot=snapshot,
        scenario=scenario,
        section=section,
        winds=case.winds,
        of=case.of,
        levels=case.levels,
        frames=case.frames,
        steps=case.steps,
        source=case.source,
        people=_people(case),
        branches=branches,
        caveats=[
            *case.winds.caveats,
            *section.caveats,
            *standing_caveats(case.of, case.winds, known=snapshot is not None, valid=valid),
            *order_caveats(scenario),
        ],
    )
    lit = _if_lit(case, branches[Branch.FAILS])
    dataset["board"] = _board(case, section, branches, lit)
    if lit is not None:
        dataset["ignition"] = _text(lit, "what it does if it is lit, JSON")
    dataset.attrs |= {"snapshot_quality": str(quality), "oldest_reading_s": age, "now_s": since.elapsed}
    return dataset, bands[Branch.FAILS]


def _case(plant: Plant, snapshot: Snapshot | None, scenario: Scenario, since: Since) -> _Case:
    if scenario.plant != plant.id:
        raise ForecastError("plant", f"the scenario is for {scenario.plant}, not for {plant.id}")
    try:
        part = plant.part(scenario.part)
    except LookupError as error:
        raise ForecastError("part", str(error)) from error
    try:
        fluid = plant.fluid_of(scenario.part)
    except ValueError as error:
        raise ForecastError("part", str(error)) from error
    if fluid.inert:
        raise ForecastError("part", f"{scenario.part} holds {fluid.id}, which harms nobody")
    hole, line = scenario.hole_diameter, plant.lines[part.line] if isinstance(part, Valve) else part
    if isinstance(line, Line) and hole is not None and hole > line.diameter * (1 + 1e-9):
        bore = f"{line.tag}'s bore of {line.diameter * 1e3:.0f} mm"
        raise ForecastError("hole_diameter", f"a hole of {hole * 1e3:.0f} mm is wider than {bore}")
    check_actions(plant, scenario)
    of = substance(fluid.substance)
    return _Case(
        plant=plant,
        snapshot=snapshot,
        scenario=scenario,
        winds=outlook(plant, snapshot, scenario.wind, felt=since.felt, elapsed=since.elapsed),
        of=of,
        levels=levels_of(of),
        frames=_middles(since.elapsed + scenario.duration, FRAME, _FRAMES),
        steps=_middles(since.elapsed + scenario.duration, STEP, _STEPS),
        source=plant.location(scenario.part),
        since=since,
    )


def _middles(duration: float, least: float, most: int) -> Array:
    """Middles of at most ``most`` even steps of at least ``least`` s; two steps at the least."""
    count = max(min(int(duration // least), most), 2)
    return np.asarray((np.arange(count) + 0.5) * duration / count)


def check_actions(plant: Plant, scenario: Scenario) -> None:
    """Refuse actions on valves and areas the plant does not have.

    Raises
    ------
    ForecastError
        Naming the action and its target.
    """
    for index, action in enumerate(scenario.actions):
        known = plant.population_areas if action.verb.on_people else plant.valves
        if action.target not in known:
            kind = "population area" if action.verb.on_people else "valve"
            raise ForecastError(f"actions.{index}.target", f"the plant has no {kind} '{action.target}'")


def _branch_times(case: _Case) -> Mapping[Branch, float | None]:
    """When each branch isolates, s; ``None`` for never."""
    given = case.scenario.isolation_time
    works = isolation_time(case.plant, case.home) if given is None else given
    never = works is None or math.isinf(works)
    return {Branch.FAILS: None, Branch.ISOLATES: None if never else works}


def closures(plant: Plant, scenario: Scenario) -> Mapping[str, float]:
    """When valves that people act on would be closed if the action works, s after the start, by tag."""
    found: dict[str, float] = {}
    for action in scenario.actions:
        valve = plant.valves.get(action.target)
        if action.verb.on_people or not isinstance(valve, Valve):
            continue
        delay = FIRE_BRIGADE_TIME if action.verb is Verb.CALL_FIRE_BRIGADE else 0.0
        closed = action.at + delay + (valve.stroke_time or 0.0)
        found[valve.tag] = min(closed, found.get(valve.tag, math.inf))
    return found


def proved_valves(plant: Plant, snapshot: Snapshot | None) -> tuple[str, ...]:
    """Tags of the valves proved closed now: they count in both branches."""
    return tuple(tag for tag in plant.valves if proved_closed(plant, snapshot, tag).closed)


def _release(case: _Case, branch: Branch, isolated_after: float | None, cancelled: Callable[[], bool]) -> ReleaseBand:
    scenario, elapsed = case.scenario, case.since.elapsed
    # an action is a hope until proved: it only counts in the branch in which isolation works
    hoped = closures(case.plant, scenario) if branch is Branch.ISOLATES else {}
    hoped = {tag: max(at - elapsed, 0.0) for tag, at in hoped.items()}
    closed = {**hoped, **dict.fromkeys(proved_valves(case.plant, case.snapshot), 0.0)}
    past = case.since.release
    runs = (past.low, past.best, past.high) if past is not None else (None, None, None)
    from_now = release_band(
        case.plant,
        case.snapshot,
        part=scenario.part,
        hole_diameter=scenario.hole_diameter,
        isolated_after=None if isolated_after is None else max(isolated_after - elapsed, 0.0),
        duration=scenario.duration,
        closed_valves=closed,
        weather=case.winds.reference,
        standing=(standing_at(runs[0], elapsed), standing_at(runs[1], elapsed), standing_at(runs[2], elapsed)),
        cancelled=cancelled,
        spread=pool().map,
    )
    return from_now.after(case.since.release, elapsed=elapsed)


def _content(
    case: _Case, band: ReleaseBand, isolated_after: float | None, check: Callable[[], None], *, valid: bool
) -> Content:
    if not valid:
        return Content(band=band, isolated_after=isolated_after)
    best = best_estimate(
        band,
        case.winds,
        case.levels,
        case.frames,
        case.exponent,
        place=case.source[:2],
        seed=case.scenario.seed,
        duration=case.since.elapsed + case.scenario.duration,
        check=check,
        map=pool().map,
    )
    check()
    clouds = outer_clouds(band, case.winds)
    edge = outer_edge(clouds, levels=case.levels, times=case.frames, exponent=case.exponent, pool=pool(), check=check)
    edge = with_calm_puff(edge, band.high, case.winds, case.levels)
    check()
    return Content(
        band=band,
        isolated_after=isolated_after,
        best=best,
        outer=clouds,
        edge=edge,
        flammable=flammable_of(band, case.of, case.winds),
        exposures=exposures(
            tuple(case.plant.population_areas.values()),
            source=case.source[:2],
            best=best.cloud if best is not None else None,
            outer=clouds,
            winds=case.winds,
            levels=case.levels,
            exponent=case.exponent,
            times=case.steps,
            sheltered=shelter_times(case.scenario),
            map=pool().map,
        ),
    )


def _people(case: _Case) -> Array:
    areas = case.plant.population_areas.values()
    if case.snapshot is None:
        return np.array([max(area.people_day, area.people_night) for area in areas])
    return np.array([people_in(area, case.snapshot.at, case.plant.origin[0]) for area in areas])


def _board(
    case: _Case, section: Section, branches: Mapping[Branch, Content], lit: Mapping[str, Any] | None
) -> xr.DataArray:
    """Protective-action board, as JSON in one scalar."""
    tags = sorted(tag for tag, item in case.plant.instruments.items() if item.target in section.parts)
    bad = [tag for tag in tags if case.snapshot is not None and case.snapshot.quality(tag) in UNUSABLE]
    until = case.since.elapsed + case.scenario.duration
    fails = branches[Branch.FAILS]
    given = Given(
        areas=tuple(case.plant.population_areas.values()),
        source=case.source[:2],
        of=case.of,
        judge=Judge(levels=case.levels, exponent=case.exponent) if case.levels else None,
        winds=case.winds,
        now=case.since.elapsed,
        until=until,
        bad_tags=tuple(bad),
        to_lonlat=case.plant.to_lonlat,
        burning=burning(
            lit,
            case.of,
            fails.outer,
            winds=case.winds,
            source=case.source[:2],
            until=until,
            pool=pool(),
        ),
    )
    return _text(propose(given, branches, map=pool().map), "protective-action board, JSON")


def _text(found: Mapping[str, Any], name: str) -> xr.DataArray:
    """Plain mapping as JSON in one scalar."""
    text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    return xr.DataArray(np.array(text, dtype=object), attrs={"long_name": name})


def _if_lit(case: _Case, content: Content) -> dict[str, Any] | None:
    """What the release does if it is lit and isolation fails; ``None`` for what does not burn."""
    return if_lit(
        case.plant,
        case.snapshot,
        case.of,
        content.band,
        content.flammable,
        wind=case.winds.reference,
        known=case.winds.central is not None,
        place=case.source,
    )


def _readings(case: _Case, section: Section) -> tuple[Quality, float]:
    """Worst quality and greatest age, s, of the readings the forecast rests on: the section's and the weather's."""
    if case.snapshot is None:
        return Quality.NO_DATA, math.nan
    station = case.plant.weather_station
    targets = {*section.parts, *((station.tag,) if station is not None else ())}
    tags = [tag for tag, item in case.plant.instruments.items() if item.target in targets]
    ages = [case.snapshot.age(tag) for tag in tags]
    oldest = max((age for age in ages if age is not None), default=math.nan)
    return (case.snapshot.worst(tags) if tags else Quality.NO_DATA), oldest
