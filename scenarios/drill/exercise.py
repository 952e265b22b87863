"""Runs a drill: SimPy carries the people, the same physics as every forecast carries the gas."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from physics.dispersion.carried import CarriedCloud
from physics.harm.toxic_load import Level, levels_of
from physics.release import ReleaseTerm
from physics.substances import substance
from scenarios import result
from scenarios.board.doses import Judge
from scenarios.board.records import Protect
from scenarios.dataset import Branch
from scenarios.drill.measure import Measured, Order, measure
from scenarios.drill.plan import Drill, Move
from scenarios.drill.report import AreaScore, DrillReport, LogEntry
from scenarios.forecast import FIRE_BRIGADE_TIME, ForecastError, check_actions, forecast
from scenarios.outlook import Outlook, outlook
from scenarios.receptors import STEP, Exposure, exposures, people_in
from scenarios.scenario import Action, Verb
from twin.parts import ISOLATING, PopulationArea, ValveRole
from twin.plant import Plant
from twin.source import release_band
from twin.state import Snapshot

Array = NDArray[np.float64]

_REMOTE = frozenset({ValveRole.ESDV, ValveRole.ROV})


@dataclass(slots=True)
class _World:
    """What is true in the drill, whoever knows it."""

    plant: Plant
    snapshot: Snapshot | None
    drill: Drill
    winds: Outlook
    levels: tuple[Level, ...]
    exponent: float | None
    closed: dict[str, float] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)

    def note(self, at: float, kind: str, who: str, says: str) -> None:
        before = self.log[-1].hash if self.log else ""
        self.log.append(LogEntry.chained(before, number=len(self.log) + 1, at=at, kind=kind, who=who, says=says))

    def release(self, closed: dict[str, float]) -> ReleaseTerm:
        scenario = self.drill.scenario
        return release_band(
            self.plant,
            self.snapshot,
            part=scenario.part,
            hole_diameter=scenario.hole_diameter,
            isolated_after=None,
            duration=scenario.duration,
            closed_valves=closed,
            weather=self.winds.reference,
        ).best

    @property
    def source(self) -> tuple[float, float]:
        """Where the release is, m east and north."""
        return self.plant.location(self.drill.scenario.part)[:2]

    def cloud(self, closed: dict[str, float]) -> CarriedCloud:
        assert self.winds.central is not None
        assert self.winds.course is not None
        return CarriedCloud(
            self.release(closed), self.winds.course, self.winds.central, place=self.source, deposits=True
        )


def run_drill(drill: Drill, plant: Plant, *, snapshot: Snapshot | None = None) -> DrillReport:
    """Run a drill to its end and score it.

    Parameters
    ----------
    snapshot : Snapshot or None
        State the plant starts from; ``None`` takes the plant file's.

    Returns
    -------
    DrillReport
        The same drill gives the same report, to the last hash.

    Raises
    ------
    ForecastError
        The drill names a part, valve or area the plant does not have, or its wind gives no direction.
    """
    world = _world(drill, plant, snapshot)
    environment = simpy.Environment()
    told = [environment.event() for _ in drill.injects]
    world.note(0.0, "release", "plant", f"{drill.scenario.part} lets go")
    for index, inject in enumerate(drill.injects):
        environment.process(_inject(environment, world, index, inject.at, told))
    for move in drill.moves:
        environment.process(_move(environment, world, move, told[move.on]))
    environment.run(until=drill.scenario.duration)
    world.note(drill.scenario.duration, "end", "trainer", "the exercise ends")
    return _report(world)


def _world(drill: Drill, plant: Plant, snapshot: Snapshot | None) -> _World:
    moves = tuple(Action(at=0.0, role=move.role, verb=move.verb, target=move.target) for move in drill.moves)
    check_actions(plant, replace(drill.scenario, actions=moves))
    for tag in drill.stuck_valves:
        if tag not in plant.valves:
            raise ForecastError("stuck_valves", f"the plant has no valve '{tag}'")
    try:
        of = substance(plant.fluid_of(drill.scenario.part).substance)
    except (LookupError, ValueError) as error:
        raise ForecastError("part", str(error)) from error
    winds = outlook(plant, snapshot, drill.scenario.wind)
    if winds.central is None:
        raise ForecastError("wind", "a drill needs a wind with a direction; give one in its scenario")
    exponent = of.toxicity.toxic_load_exponent if of.toxicity is not None else None
    return _World(plant, snapshot, drill, winds, levels_of(of), exponent)


JET_REACH = 10.0
"""Distance within which a stream may go any way, m (judgement: tens of diameters of a plant's lines)."""
Steps = Generator[Any, Any, None]


def _inject(environment: simpy.Environment, world: _World, index: int, at: float, told: list[Any]) -> Steps:
    inject = world.drill.injects[index]
    yield environment.timeout(at)
    world.note(environment.now, "inject", inject.to, inject.says)
    told[index].succeed()


def _move(environment: simpy.Environment, world: _World, move: Move, told: Any) -> Steps:
    yield told
    yield environment.timeout(move.after)
    world.note(environment.now, "move", move.role, f"{move.verb} {move.target}")
    if move.verb.on_people:
        # the first order counts: people who have been told twice believe neither
        world.orders.setdefault(move.target, Order(Protect(str(move.verb)), environment.now))
        return
    if move.verb is Verb.CALL_FIRE_BRIGADE:
        yield environment.timeout(FIRE_BRIGADE_TIME)
        world.note(environment.now, "arrival", "fire brigade", f"at {move.target} in protective suits")
    elif not _can_be_closed_by(environment.now, world, move):
        return
    yield from _stroke(environment, world, move)


def _can_be_closed_by(now: float, world: _World, move: Move) -> bool:
    """Whether a role can work a valve: from a distance, or by hand where the air lets people stand."""
    valve = world.plant.valves[move.target]
    if valve.role not in ISOLATING:
        world.note(now, "refused", move.role, f"{valve.tag} is no valve that can be closed by people")
        return False
    if valve.role in _REMOTE:
        return True
    found = _air_at(now, world, valve.tag)
    limit = max(level.concentration for level in world.levels) if world.levels else math.inf
    if found < limit:
        return True
    says = f"{valve.tag} stands in {found * 1e6:.0f} ppm; nobody gets there without protection"
    world.note(now, "refused", move.role, says)
    return False


def _air_at(now: float, world: _World, tag: str) -> float:
    east, north, _ = world.plant.location(tag)
    cloud = world.cloud(dict(world.closed))
    # at the ground: near the source the cloud's depth is not known well enough to stand above it
    places = [[east, north, 0.0]]
    away = math.hypot(east - world.source[0], north - world.source[1])
    if away < JET_REACH:
        # which way a broken end points is not known either: what stands that near may stand in the stream itself
        bearing = math.radians(cloud.weather.downwind_bearing)
        ahead = [world.source[0] + away * math.sin(bearing), world.source[1] + away * math.cos(bearing)]
        places += [[*ahead, 0.0], [*ahead, cloud.release.source_height]]
    return float(cloud.at(places, [max(now, 1.0)]).max())


def _stroke(environment: simpy.Environment, world: _World, move: Move) -> Steps:
    valve = world.plant.valves[move.target]
    yield environment.timeout(valve.stroke_time or 0.0)
    if valve.tag in world.drill.stuck_valves:
        world.note(environment.now, "valve", valve.tag, "does not move: its position feedback still says open")
    elif valve.tag not in world.closed:
        world.closed[valve.tag] = environment.now
        world.note(environment.now, "valve", valve.tag, "is closed")


def _report(world: _World) -> DrillReport:
    acted, idle = world.cloud(world.closed), world.cloud({})
    steps = np.arange(0.5 * STEP, world.drill.scenario.duration, STEP)
    idling = _exposed(world, idle, steps)
    board = _board(world)
    shown_at = min((inject.at for inject in world.drill.injects), default=0.0)
    advice = {item["id"]: item for item in board["branches"][str(Branch.FAILS)]["areas"]}
    judge = Judge(levels=world.levels, exponent=world.exponent)
    areas = world.plant.population_areas.values()
    measured = [
        measure(
            area,
            advice[area.id],
            world.orders.get(area.id),
            idle=idle,
            acted=acted,
            judge=judge,
            times=steps,
            shown_at=shown_at,
        )
        for area in areas
    ]
    scores = [_score(world, *row) for row in zip(areas, measured, idling, strict=True)]
    return DrillReport(
        drill=world.drill,
        plant=world.plant.id,
        log=tuple(world.log),
        closed=dict(world.closed),
        released=acted.release.total_mass,
        idle_released=idle.release.total_mass,
        areas=tuple(scores),
        caveats=tuple(dict.fromkeys((*world.winds.caveats, *acted.release.caveats, *acted.caveats))),
    )


def _board(world: _World) -> dict[str, Any]:
    """Board of the drill's release as it could be read at its beginning, before anybody has acted."""
    scenario = replace(world.drill.scenario, actions=())
    found = result.board(forecast(world.plant, world.snapshot, scenario))
    assert found is not None, "every forecast has a board"
    return found


def _score(world: _World, area: PopulationArea, measured: Measured, idle: Exposure) -> AreaScore:
    at = world.snapshot.at if world.snapshot is not None else None
    most = max(area.people_day, area.people_night)
    return AreaScore(
        id=area.id,
        name=area.name or area.id,
        name_zh=area.name_zh or area.name or area.id,
        people=most if at is None else people_in(area, at, world.plant.origin[0]),
        arrival=idle.arrival,
        measured=measured,
    )


def _exposed(world: _World, cloud: CarriedCloud, steps: Array) -> tuple[Exposure, ...]:
    return exposures(
        tuple(world.plant.population_areas.values()),
        source=world.source,
        best=cloud,
        outer=(),
        winds=world.winds,
        levels=world.levels,
        exponent=world.exponent,
        times=steps,
        sheltered={},
    )
