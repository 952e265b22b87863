"""A risk study from its file's words to its result: plants, events, outcomes, and what they set off."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from physics.cards import Caveat, Grade
from scenarios.chunks import Kept, Progress, StudyCancelled, Threads, Workers, folded
from scenarios.risk.criteria import EXTERNAL_DISTANCE
from scenarios.risk.escalation import ANY, CAUSES, LARGEST, Target, set_off, targets_of
from scenarios.risk.events import EventMap, Events, RiskEvent, events_of
from scenarios.risk.ground import Area, areas_of
from scenarios.risk.result import Escalation, RiskResult, result_of
from scenarios.risk.run import RiskState, Work, event_risk, fold
from scenarios.risk.study import IGNITIONS, MOST_RUNS, RiskStudy
from twin.catalogue import LossEvent
from twin.library import UnknownPlant, find_plant
from twin.load import load_plant
from twin.plant import Plant

LONGEST_STUDY = 24.0 * 3600.0
"""s a study may be expected to take; one that would take longer is refused before it starts."""
_MEMORY_SHARE = 0.5
"""Of the memory that is free, that a study may be expected to need."""
_RUN_BYTES = 2 * 8
"""Of each run's frequency and deaths."""
_WINDOWS = 6
"""Maps that are held at once for each worker, at most: its own and those that wait to be added."""
_LEAST_EDGE = 1e-10
"""Frequency below which a link of the chain is not named, 1/year."""

Told = Callable[[str, Progress], None]


class StudyRefused(ValueError):
    """A study that cannot be run: it names what does not exist, or would not fit."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a study runs.

    Attributes
    ----------
    work : Work
    events : tuple of RiskEvent
    caveats : tuple of Caveat
        Of what could not be counted.
    """

    work: Work
    events: tuple[RiskEvent, ...]
    caveats: tuple[Caveat, ...]


def _unheard(_phase: str, _progress: Progress) -> None:
    return


def load_plants(study: RiskStudy, folder: Path) -> tuple[Plant, ...]:
    """Plants of a study by name, or by folder beside the study's file.

    Raises
    ------
    StudyRefused
        One does not exist, or is named twice.
    """
    found = []
    for name in study.plants:
        try:
            found.append(load_plant(find_plant(folder / name if (folder / name).exists() else name)))
        except UnknownPlant as error:
            raise StudyRefused(f"plants: {error}") from error
    if len({plant.id for plant in found}) < len(found):
        raise StudyRefused("plants: one is named twice")
    return tuple(found)


def _told(workers: Threads, tell: Told, cancelled: Callable[[], bool]) -> EventMap:
    """A map over threads that tells how far it is and can be stopped."""

    def run(work: Callable[[LossEvent], Events], items: Iterable[LossEvent]) -> Iterator[Events]:
        todo, began = list(items), time.monotonic()
        for done, value in enumerate(workers.pool.map(work, todo), 1):
            spent = time.monotonic() - began
            tell("releases", Progress(done, len(todo), spent, spent / done * (len(todo) - done)))
            if cancelled():
                raise StudyCancelled
            yield value

    return run


def prepare(
    study: RiskStudy,
    plants: Sequence[Plant],
    *,
    tell: Told = _unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> Prepared:
    """Find every event of the plants and what it lets out; the first plant's origin is the study's."""
    events: list[RiskEvent] = []
    areas: list[Area] = []
    targets: list[Target] = []
    caveats: list[Caveat] = []
    air = study.air(study.weathers[0])
    workers = Threads()
    try:
        for plant in plants:
            offset = plants[0].to_local(*plant.to_lonlat(0.0, 0.0)) if plant is not plants[0] else (0.0, 0.0)
            found = events_of(
                plant, duration=study.longest, isolation_fails=study.rule_set.isolation_fails, weather=air,
                offset=offset, counts=study.counts, map=_told(workers, tell, cancelled),
            )  # fmt: skip
            events += found.events
            caveats += found.left_out
            areas += areas_of(plant, offset)
            targets += targets_of(plant, offset)
    finally:
        workers.close()
    follow = tuple(targets) if study.escalation else ()
    work = Work(study=study, areas=tuple(areas), targets=follow)
    return Prepared(work, tuple(events), tuple(caveats))


def runs_of(prepared: Prepared) -> int:
    """Runs of a study at most, without what accidents set off."""
    study = prepared.work.study
    return len(prepared.events) * len(study.weathers) * study.directions * IGNITIONS


def memory_needed(prepared: Prepared, *, workers: int) -> float:
    """Memory a study needs at most, bytes."""
    return _WINDOWS * workers * 8.0 * prepared.work.study.cells**2 + _RUN_BYTES * runs_of(prepared)


def time_needed(prepared: Prepared, *, workers: int) -> float:
    """Time a study is expected to take, s, from a trial of one of its events."""
    if not prepared.events:
        return 0.0
    middle = prepared.events[len(prepared.events) // 2]
    event_risk((prepared.work, 0, middle))  # compiled, or loaded, before it is timed
    began = time.perf_counter()
    event_risk((prepared.work, 0, middle))
    each = time.perf_counter() - began
    return each * len(prepared.events) * (1 + prepared.work.study.escalation) / max(workers, 1)


def free_memory() -> float:
    """Memory of this machine that is free, bytes; infinite where it does not say."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError, AttributeError):
        return float("inf")


def check_size(prepared: Prepared, *, workers: int, longest: float = LONGEST_STUDY) -> tuple[float, float]:
    """Time, s, and memory, bytes, a study will take.

    Raises
    ------
    StudyRefused
        It would not fit; the message says by how much.
    """
    if runs_of(prepared) > MOST_RUNS:
        raise StudyRefused(f"the study has {runs_of(prepared):,} runs; at most {MOST_RUNS:,} are taken")
    memory = memory_needed(prepared, workers=workers)
    if memory > _MEMORY_SHARE * free_memory():
        raise StudyRefused(
            f"the study would need {memory / 1e9:.1f} GB, more than half of the {free_memory() / 1e9:.1f} GB that are "
            "free: take wider cells or fewer weathers"
        )
    seconds = time_needed(prepared, workers=workers)
    if seconds > longest:
        raise StudyRefused(
            f"the study would take about {seconds / 3600.0:.1f} h, more than {longest / 3600.0:g} h: take fewer "
            "directions or weathers, or a cluster with more workers"
        )
    return seconds, memory


def assess(
    prepared: Prepared,
    *,
    workers: Workers,
    keep: Path | None = None,
    tell: Told = _unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> RiskResult:
    """Run every event, then what the accidents set off, as often as the study follows it.

    Parameters
    ----------
    keep : Path or None
        File the sums are kept in while the study runs; a study that was stopped goes on from there.

    Raises
    ------
    StudyCancelled
        ``cancelled`` said so.
    """
    study, work = prepared.work.study, prepared.work
    state = RiskState(np.zeros((study.cells, study.cells)))
    caveats, links = list(prepared.caveats), []
    everything: list[RiskEvent] = []
    pieces: tuple[RiskEvent, ...] = prepared.events
    files = []
    for level in range(study.escalation + 1):
        first = len(everything)
        file = None if keep is None else keep.with_name(f"{keep.stem}.{level}.npz")
        kept = Kept(file, f"{study.digest}/{level}/{len(pieces)}", RiskState.restored)
        phase = "outcomes" if level == 0 else f"what they set off, {level}"
        state = folded(
            [(work, first + index, event) for index, event in enumerate(pieces)],
            event_risk,
            fold,
            state,
            workers=workers,
            kept=kept,
            progress=lambda progress, phase=phase: tell(phase, progress),  # type: ignore[misc]
            cancelled=cancelled,
        )
        kept.write(len(pieces), state)
        files.append(kept)
        everything += pieces
        if level == study.escalation or not work.targets:
            break
        fails = np.array(state.escalation[first:]).reshape(-1, len(work.targets), len(CAUSES), 2)
        links += _links(pieces, work.targets, fails[..., ANY])
        pieces, without = set_off(prepared.events, work.targets, fails[..., LARGEST].sum(axis=(0, 2)))
        caveats += [_not_followed(target) for target in without]
        if not pieces:
            break
    for kept in files:
        kept.remove()
    return result_of(
        study, state, events=tuple(everything), areas=work.areas, escalation=tuple(links),
        caveats=(*standing_caveats(study), *dict.fromkeys(caveats)),
    )  # fmt: skip


def _links(events: Sequence[RiskEvent], targets: Sequence[Target], fails: np.ndarray) -> list[Escalation]:
    """Links of the chain by part, the most frequent first."""
    sums: dict[tuple[str, str, str], float] = {}
    for event, by_target in zip(events, fails, strict=True):
        for target, by_cause in zip(targets, by_target, strict=True):
            for cause, value in zip(CAUSES, by_cause, strict=True):
                key = (f"{event.plant}/{event.part}", target.id, cause)
                sums[key] = sums.get(key, 0.0) + float(value)
    return [
        Escalation(origin=origin, target=target, cause=cause, frequency=value)
        for (origin, target, cause), value in sorted(sums.items(), key=lambda item: -item[1])
        if value > _LEAST_EDGE
    ]


def _not_followed(target: Target) -> Caveat:
    says = f"Accidents make {target.id} fail, but the catalogue has no event that lets all of it go: not followed."
    return Caveat(Grade.DEGRADED, target.part, says)


def standing_caveats(study: RiskStudy) -> tuple[Caveat, ...]:
    """What holds for every result of a study."""
    rules = study.rule_set
    found = [
        Caveat(
            Grade.NOTE,
            "risk",
            f"Fixed factors for people indoors and caps on exposure are those of {rules.name}, not held against the "
            "document.",
        ),
        Caveat(
            Grade.NOTE,
            "risk",
            "Each release is taken as steady: its mass at its mass-weighted mean rate, in the state of its strongest "
            "moment.",
        ),
        Caveat(Grade.NOTE, "gb-t-37243-2019", EXTERNAL_DISTANCE),
    ]
    share = sum(weather.share for weather in study.weathers)
    if share < 1.0 - 1e-3:
        says = f"The weathers make up {share:.1%} of the time; the rest is not counted."
        found.append(Caveat(Grade.DEGRADED, "weathers", says))
    if not study.igniters:
        says = "No igniters are given: every burning cloud that is not lit at once is lit at its full extent."
        found.append(Caveat(Grade.NOTE, "igniters", says))
    if study.parts:
        says = f"Only the events of {', '.join(study.parts)} are counted."
        found.append(Caveat(Grade.DEGRADED, "parts", says))
    if study.escalation:
        says = (
            "How often accidents set off others rests on thresholds and probits from memory, unverified; nothing is "
            "cooled or insulated. Of the vessels that one accident makes fail the largest counts."
        )
        found.append(Caveat(Grade.DEGRADED, "escalation", says))
    return tuple(found)
