"""``leakcast study``: many scenarios from one file, here or on a cluster."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.say import WrongRequest, document, error, line, table

if TYPE_CHECKING:
    from scenarios.chunks import Progress, Workers
    from scenarios.risk.result import RiskResult
    from scenarios.risk.study import RiskStudy

KEPT = "study-state.npz"
"""File in the folder of results that an unfinished study goes on from."""
_TELL_EVERY = 1.0
"""s between two lines of progress."""
_SHOWN = 8


def study(
    file: Annotated[Path, typer.Argument(help="a study file (YAML)")],
    scheduler: Annotated[str | None, typer.Option(help="address of a Dask scheduler, tcp://HOST:PORT")] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder for results and pictures; a stopped study goes on from it")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="threads, where there is no scheduler")] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Run a study: risk of a plant or park, or a grid of what-ifs."""
    from scenarios.risk.study import RiskStudy
    from scenarios.scenario import ScenarioError
    from scenarios.study import load_study

    try:
        asked = load_study(file)
    except ScenarioError as wrong:
        raise WrongRequest(*(str(item) for item in wrong.findings)) from None
    with _working(scheduler, workers) as pool, _stoppable() as cancelled:
        if isinstance(asked, RiskStudy):
            _risk(asked, file, out, pool, cancelled, as_json=json)
        else:
            _grid(asked, out, pool, cancelled, as_json=json)


@contextmanager
def _working(scheduler: str | None, count: int | None) -> Iterator[Workers]:
    from scenarios.chunks import Cluster, Threads

    pool: Workers
    if scheduler is None:
        pool = Threads() if count is None else Threads(max(count, 1))
    else:
        try:
            pool = Cluster(scheduler)
        except (OSError, ValueError) as wrong:
            raise WrongRequest(f"--scheduler: nobody answers at {scheduler} ({wrong})") from None
    try:
        yield pool
    finally:
        pool.close()


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks once to stop, so that what is done is kept; a second time it ends at once."""
    asked = threading.Event()

    def stop(_number: int, _frame: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        error("stopping; what is done is kept")
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Teller:
    """Lines of progress with the time left, at most one a second."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    def __call__(self, phase: str, progress: Progress) -> None:
        if progress.elapsed < self._next.get(phase, 0.0) and progress.done < progress.of:
            return
        self._next[phase] = progress.elapsed + _TELL_EVERY
        error(f"{phase}: {progress.done} of {progress.of}, {progress.left:.0f} s left")


def _risk(
    asked: RiskStudy, file: Path, out: Path | None, pool: Workers, cancelled: Callable[[], bool], *, as_json: bool
) -> None:
    from scenarios.chunks import StudyCancelled
    from scenarios.risk.assess import StudyRefused, assess, check_size, load_plants, prepare
    from twin.findings import PlantError

    tell = _Teller()
    try:
        plants = load_plants(asked, file.parent)
        prepared = prepare(asked, plants, tell=tell, cancelled=cancelled)
        seconds, memory = check_size(prepared, workers=pool.count)
        error(f"{len(prepared.events)} events, about {seconds:.0f} s and {memory / 1e6:.0f} MB")
        keep = None if out is None else out / KEPT
        found = assess(prepared, workers=pool, keep=keep, tell=tell, cancelled=cancelled)
    except StudyRefused as wrong:
        raise WrongRequest(f"{file.name}: {wrong}") from None
    except PlantError as wrong:
        raise WrongRequest(*(str(item) for item in wrong.findings)) from None
    except StudyCancelled:
        raise typer.Abort from None
    grading = [item for plant in plants for item in graded(plant)]
    result = found.summary() | {"major_hazards": grading}
    if out is not None:
        write(out, plants, found, result)
    if as_json:
        document(result)
    else:
        _tell_risk(result)
        if out is not None:
            line(f"Files: {out}")


def graded(plant: Any) -> list[dict[str, Any]]:
    """Major hazards of a plant by GB 18218-2018, ready for JSON."""
    from twin.major_hazard import major_hazards

    return [unit.as_dict() | {"plant": plant.id} for unit in major_hazards(plant, None)]


def write(folder: Path, plants: Any, found: RiskResult, result: dict[str, Any]) -> None:
    """Write a risk study in every format there is.

    Raises
    ------
    WrongRequest
        The folder cannot be written to.
    """
    import json

    from api.exports.risk_map import risk_collection, risk_map
    from api.exports.risk_picture import chain_picture, fn_picture

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False))
        shapes = risk_collection(found, plants[0].to_lonlat)
        (folder / "contours.geojson").write_text(json.dumps(shapes, ensure_ascii=False, allow_nan=False))
        (folder / "risk.png").write_bytes(risk_map(found, plants))
        (folder / "fn.png").write_bytes(fn_picture(found))
        if found.escalation:
            (folder / "escalation.png").write_bytes(chain_picture(found))
    except OSError as wrong:
        raise WrongRequest(f"{folder}: {wrong.strerror or wrong}") from None


def _tell_risk(result: dict[str, Any]) -> None:
    line(f"{result['events']} events, {result['runs']:,} runs, rules {result['rules']['name']}")
    line(f"Potential loss of life: {result['potential_loss_of_life_per_year']:.2e} a year")
    line(f"Most deaths of one run: {result['most_deaths']:.0f}")
    line()
    table(
        ("individual risk", "reaches", ""),
        (
            (f"{item['level_per_year']:.0e} /year", f"{item['farthest_m']:.0f} m", "off the map" * item["beyond_map"])
            for item in result["contours"]
        ),
    )
    line()
    table(
        ("part", "share of the loss"),
        ((name, f"{share:.1%}") for name, share in list(result["contribution"].items())[:_SHOWN]),
    )
    line()
    for criteria in result["criteria"]:
        worst = criteria["societal_over_intolerable"]
        told = "no deaths" if worst is None else f"{worst:.2g} times the line that is not tolerable"
        line(f"{criteria['name']} ({'verified' if criteria['verified'] else 'second hand'}): {told}")
    for unit in result["major_hazards"]:
        line(
            f"GB 18218-2018, {unit['unit']}: S {unit['S']:.2f}, R {unit['R']:.1f}, {unit['level'] or 'no major hazard'}"
        )
    for link in result["escalation"][:_SHOWN]:
        line(f"{link['from']} makes {link['to']} fail by {link['by']}: {link['frequency_per_year']:.1e} /year")
    line()
    for caveat in result["caveats"]:
        line(f"{caveat['grade']}: {caveat['says']}")


def _grid(asked: Any, out: Path | None, pool: Workers, cancelled: Callable[[], bool], *, as_json: bool) -> None:
    import json

    from scenarios.chunks import StudyCancelled
    from scenarios.what_if import run_grid
    from twin.findings import PlantError
    from twin.library import UnknownPlant

    tell = _Teller()
    try:
        found = run_grid(
            asked,
            workers=pool,
            keep=None if out is None else out / KEPT,
            tell=lambda progress: tell("scenarios", progress),
            cancelled=cancelled,
        )
    except (UnknownPlant, PlantError) as wrong:
        raise WrongRequest(str(wrong)) from None
    except StudyCancelled:
        raise typer.Abort from None
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "result.json").write_text(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
    if as_json:
        document(found)
        return
    for row in found["scenarios"]:
        if "error" in row:
            line(f"{row['scenario']['id']}: {row['error']}")
            continue
        reached = ", ".join(
            f"{zone['level']} {zone['max_distance_m']:.0f} m" for zone in row["zones"] if zone["max_distance_m"]
        )
        line(f"{row['scenario']['id']}: {row['leak']['rate_kg_s'] or 0.0:.2f} kg/s, {reached or 'no zone'}")
