"""Study files and their errors, the in-order fold, resuming, cancelling, refusing what would not fit."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.bench.risk import study as bench_study
from scenarios.chunks import Kept, StudyCancelled, Threads, folded
from scenarios.risk.assess import Prepared, StudyRefused, assess, check_size, load_plants, prepare
from scenarios.risk.run import RiskState
from scenarios.risk.study import RiskStudy
from scenarios.scenario import ScenarioError
from scenarios.study import WhatIf, load_study
from scenarios.what_if import run_grid
from twin.library import find_plant

RISK = """schema: 1
study: s
kind: risk
plants: [festus-chlorine]
weathers:
  - {stability: D, speed: 5 m/s, time: day, share: 0.6, rose: uniform}
  - {stability: F, speed: 1.5 m/s, time: night, share: 0.4, rose: [1, 2, 3, 4, 5, 6, 7, 8]}
igniters: [{id: road, at: [10 m, 20 m], probability: 0.4, in: 1 min}]
map: {half_side: 1 km, cell: 50 m}
"""


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_risk_study_is_read(tmp_path: Path) -> None:
    found = load_study(_written(tmp_path, RISK))
    assert isinstance(found, RiskStudy)
    assert found.weathers[1].share == pytest.approx(0.4)
    assert found.weathers[1].rose[7] / found.weathers[1].rose[0] == pytest.approx(8.0)
    assert found.igniters[0].rate == pytest.approx(0.5108 / 60.0, rel=1e-3)
    assert found.shares(found.weathers[1]).sum() == pytest.approx(0.4)
    assert found.cells == 41


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("kind: risk", "kind: danger", 3, "must be risk or what-if"),
        ("share: 0.6", "share: 0.9", 5, "more than all of the time"),
        ("stability: D", "stability: G", 6, "must be one of A to F"),
        ("rose: uniform", "rose: [1, 2]", 6, "8, 12, 16 or 36"),
        ("cell: 50 m", "cell: 50 kg", 9, "is not a unit of length"),
        ("cell: 50 m}", "cell: 50 m}\nplnats: [x]", 10, "is not a key here"),
        ("at: [10 m, 20 m]", "at: 3", 8, "metres east and north"),
        ("half_side: 1 km, cell: 50 m", "half_side: 10 km, cell: 1 m", 9, "widen the cell"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, word: str) -> None:
    with pytest.raises(ScenarioError) as wrong:
        load_study(_written(tmp_path, RISK.replace(old, new, 1)))
    assert any(item.line == line and word in item.says for item in wrong.value.findings), str(wrong.value)


def test_only_the_parts_asked_for_count(tmp_path: Path) -> None:
    found = load_study(_written(tmp_path, RISK + "parts: [H-*, TC-3]\n"))
    assert [found.counts(part) for part in ("H-301A", "TC-3", "TC-31", "L-304")] == [True, True, False, False]
    prepared = prepare(found, load_plants(found, tmp_path))
    assert {event.part for event in prepared.events} == {"H-301A", "H-301B", "TC-3"}


def _prepared(events: int = 9) -> Prepared:
    whole = bench_study()
    asked = replace(whole.work.study, half_side=500.0, cell=25.0, weathers=whole.work.study.weathers[:2])
    return Prepared(replace(whole.work, study=asked), whole.events[::11][:events], ())


def _run(prepared: Prepared, threads: int, **more: object):
    workers = Threads(threads)
    try:
        return assess(prepared, workers=workers, **more)
    finally:
        workers.close()


def test_the_same_numbers_whatever_the_number_of_workers() -> None:
    one, three = (_run(_prepared(), threads) for threads in (1, 3))
    assert np.array_equal(one.grid, three.grid)
    assert np.array_equal(one.deaths, three.deaths)
    assert np.array_equal(one.frequency, three.frequency)
    assert json.dumps(one.summary()) == json.dumps(three.summary())


def test_a_stopped_study_goes_on_with_the_same_numbers(tmp_path: Path) -> None:
    whole, stop, told = _run(_prepared(), 2), threading.Event(), []

    def tell(_phase: str, progress: object) -> None:
        told.append(progress)
        if len(told) == 2:
            stop.set()

    with pytest.raises(StudyCancelled):
        _run(_prepared(), 1, keep=tmp_path / "state.npz", tell=tell, cancelled=stop.is_set)
    kept = list(tmp_path.glob("state*.npz"))
    assert kept
    again: list[object] = []
    found = _run(_prepared(), 2, keep=tmp_path / "state.npz", tell=lambda _phase, progress: again.append(progress))
    assert np.array_equal(found.grid, whole.grid)
    assert json.dumps(found.summary()) == json.dumps(whole.summary())
    assert min(progress.done for progress in again) > 2  # type: ignore[attr-defined]
    assert not list(tmp_path.glob("state*.npz"))


def test_a_state_of_another_study_is_not_gone_on_with(tmp_path: Path) -> None:
    state = RiskState(np.ones((3, 3)))
    Kept(tmp_path / "s.npz", "mine", RiskState.restored).write(4, state)
    assert Kept(tmp_path / "s.npz", "other", RiskState.restored).read() is None
    done, same = Kept(tmp_path / "s.npz", "mine", RiskState.restored).read()
    assert (done, same.grid.sum()) == (4, 9.0)
    (tmp_path / "s.npz").write_bytes(b"torn")
    assert Kept(tmp_path / "s.npz", "mine", RiskState.restored).read() is None


def test_folding_keeps_the_order_of_the_pieces() -> None:
    order: list[int] = []

    class Seen:
        def arrays(self) -> dict[str, object]:
            return {}

        def facts(self) -> dict[str, object]:
            return {}

    def fold(state: Seen, value: int) -> Seen:
        order.append(value)
        return state

    workers = Threads(4)
    kept = Kept(None, "", lambda _arrays, _facts: Seen())
    folded(list(range(50)), lambda piece: piece, fold, Seen(), workers=workers, kept=kept)
    workers.close()
    assert order == list(range(50))


def test_what_would_not_fit_is_refused_before_it_starts() -> None:
    with pytest.raises(StudyRefused, match="would take about"):
        check_size(_prepared(), workers=1, longest=1e-6)
    huge = _prepared()
    with pytest.raises(StudyRefused, match="GB"):
        check_size(Prepared(replace(huge.work, study=replace(huge.work.study, cell=0.01)), huge.events, ()), workers=1)


def test_a_grid_of_what_ifs(tmp_path: Path) -> None:
    text = """schema: 1
study: g
kind: what-if
scenario: {plant: festus-chlorine, part: H-301A, duration: 5 min, wind: {speed: 3 m/s, from_direction: 200}}
vary:
  hole_diameter: [2 mm, full-bore]
  isolation_time: [60 s]
"""
    asked = load_study(_written(tmp_path, text))
    assert isinstance(asked, WhatIf)
    assert [item.hole_diameter for item in asked.scenarios] == [0.002, None]
    assert find_plant(asked.scenarios[0].plant)
    workers = Threads(2)
    found = run_grid(asked, workers=workers)
    workers.close()
    small, large = (row["leak"]["rate_kg_s"] for row in found["scenarios"])
    assert large > 10.0 * small > 0.0
    with pytest.raises(ScenarioError, match="is not a key here"):
        load_study(_written(tmp_path, text.replace("isolation_time", "valve")))
