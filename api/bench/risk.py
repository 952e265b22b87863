"""72,000 scenario runs of a risk study: one by one, with what they share, and on a local Dask cluster."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from api.cli.say import error
from physics.substances import substance
from scenarios.chunks import Cluster, Threads, Workers
from scenarios.risk.assess import Prepared, assess
from scenarios.risk.events import RiskEvent
from scenarios.risk.ground import Area
from scenarios.risk.result import RiskResult
from scenarios.risk.run import Work
from scenarios.risk.study import Igniter, RiskStudy, RiskWeather

FUELS = ("propane", "propylene", "n-butane", "vinyl chloride")
RATES = tuple(float(rate) for rate in np.geomspace(1.0, 30.0, 25))
"""kg/s: 25 sizes of 4 fuels are 100 events."""
SECTORS, RUNS = 12, 72_000
LARGEST_DIFFERENCE = 0.01
"""Relative, of potential loss of life and of the map's sum, between the two ways."""
LONG_STUDY = 30.0
"""s that the study for the overhead takes at least, in this process."""
_WORKERS = 2
_LASTS = 600.0
_FLASHED = 0.3


def _event(index: int, fuel: str, rate: float) -> RiskEvent:
    boils = float(substance(fuel).saturation.temperature(101_325.0))
    return RiskEvent(
        plant="bench", part=f"L-{index}", item="pipe", release="hole", isolated=False, frequency=1e-5,
        source_set="bench", fluid=fuel, place=(10.0 * index - 500.0, 0.0), at_once=False, rate=rate,
        mass=_LASTS * rate, duration=_LASTS, aim="horizontal-jet", vapour_fraction=_FLASHED, temperature=boils,
        density=6.0, velocity=60.0, area=rate / 360.0, height=1.0, discharged=rate, vessel_pressure=8e5,
    )  # fmt: skip


def study() -> Prepared:
    """100 events, 12 sectors, 6 weathers and 10 ignitions."""
    weathers = (("D", 5.0), ("D", 1.5), ("D", 9.0), ("B", 3.0), ("E", 5.0), ("F", 1.5))
    rose = (1.0 / (SECTORS * len(weathers)),) * SECTORS
    asked = RiskStudy(
        id="bench",
        weathers=tuple(RiskWeather(stability=a, speed=u, day=True, rose=rose) for a, u in weathers),
        directions=SECTORS,
        half_side=2500.0,
        cell=20.0,
        escalation=0,
        dispersion="slab",
        igniters=tuple(
            Igniter(id=str(k), east=east, north=north, probability=0.4)
            for k, (east, north) in enumerate(((40.0, 0.0), (-300.0, 30.0), (300.0, -30.0)))
        ),
    )
    side = 1500.0
    outline = ((-side, -side), (side, -side), (side, side), (-side, side))
    people = Area(id="town", polygon=outline, centre=(0.0, 0.0), day=5000.0, night=5000.0)
    events = [_event(k, *both) for k, both in enumerate((fuel, rate) for fuel in FUELS for rate in RATES)]
    return Prepared(Work(study=asked, areas=(people,)), tuple(events), ())


def _one_by_one(prepared: Prepared) -> Prepared:
    work = prepared.work
    return Prepared(replace(work, study=replace(work.study, one_by_one=True)), prepared.events, ())


def _timed(prepared: Prepared, workers: Workers) -> tuple[float, RiskResult]:
    began = time.perf_counter()
    found = assess(prepared, workers=workers)
    return time.perf_counter() - began, found


def run() -> dict[str, float | None]:
    """Seconds of 72,000 runs both ways, where both agree; and what a cluster adds to a study."""
    prepared = study()
    threads = Threads(_WORKERS)
    try:
        _timed(prepared, threads)  # compiled, or loaded, before it is timed
        shared_s, shared = min((_timed(prepared, threads) for _ in range(3)), key=lambda both: both[0])
        singly = _one_by_one(prepared)
        few = Prepared(singly.work, singly.events[:: len(RATES)], ())
        _timed(few, threads)
        singly_s, each = _timed(singly, threads)
        apart = max(
            abs(shared.potential_loss_of_life / each.potential_loss_of_life - 1.0),
            abs(float(shared.grid.sum() / each.grid.sum()) - 1.0),
        )
        found: dict[str, float | None] = {"qra_72k_s": None, "qra_72k_reuse_s": None, "qra_overhead_fraction": None}
        if (shared.runs, each.runs) != (RUNS, RUNS):
            error(f"qra_72k_s: {shared.runs} and {each.runs} runs instead of {RUNS}")
            return found
        if apart > LARGEST_DIFFERENCE:
            error(f"qra_72k_s: the two ways differ by {apart:.2%}")
            return found
        found |= {"qra_72k_s": singly_s, "qra_72k_reuse_s": shared_s}
        return found | {"qra_overhead_fraction": _overhead(singly, singly_s, each)}
    finally:
        threads.close()


def _overhead(singly: Prepared, seconds: float, known: RiskResult) -> float | None:
    """Wall time on a local cluster of two workers less that in this process, over that in this process."""
    from distributed import LocalCluster

    times = max(int(np.ceil(LONG_STUDY / seconds)), 1)
    long = Prepared(singly.work, singly.events * times, ())
    threads = Threads(_WORKERS)
    cluster = LocalCluster(
        n_workers=_WORKERS, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    )  # fmt: skip
    try:
        workers = Cluster(cluster.scheduler_address)
        few = Prepared(singly.work, singly.events[: 4 * _WORKERS], ())
        _timed(few, workers)
        _timed(few, workers)
        there, result = _timed(long, workers)
        workers.close()
        here, same = _timed(long, threads)
    finally:
        cluster.close()
        threads.close()
    if not np.array_equal(result.grid, same.grid) or result.runs != times * known.runs:
        error("qra_overhead_fraction: the cluster's numbers are not this process's")
        return None
    return (there - here) / here
