"""A study on a Dask cluster on this machine: the same numbers, a worker killed in the middle of it."""

import os
import signal

import numpy as np
from distributed import LocalCluster

from api.bench import risk
from api.bench.risk import study as bench_study
from scenarios.chunks import Cluster, Threads
from scenarios.risk.assess import Prepared, assess


def test_a_worker_killed_in_the_middle_changes_nothing() -> None:
    whole = bench_study()
    prepared = Prepared(whole.work, whole.events[:40], ())
    threads = Threads(2)
    known = assess(prepared, workers=threads)
    threads.close()
    killed: list[int] = []
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        workers = Cluster(cluster.scheduler_address)

        def kill_one(_phase: str, progress: object) -> None:
            if not killed and progress.done >= 5:  # type: ignore[attr-defined]
                pids = workers.client.run(os.getpid)
                killed.append(next(iter(pids.values())))
                os.kill(killed[0], signal.SIGKILL)

        found = assess(prepared, workers=workers, tell=kill_one)
        workers.close()
    assert killed
    assert np.array_equal(found.grid, known.grid)
    assert np.array_equal(found.frequency, known.frequency)
    assert found.potential_loss_of_life == known.potential_loss_of_life


def test_bench_of_risk_has_its_keys_and_their_accuracy(monkeypatch):
    monkeypatch.setattr(risk, "RATES", (5.0, 20.0))
    monkeypatch.setattr(risk, "RUNS", 8 * 12 * 6 * 10)
    monkeypatch.setattr(risk, "LONG_STUDY", 1.0)
    found = risk.run()
    assert set(found) == {"qra_72k_s", "qra_72k_reuse_s", "qra_overhead_fraction"}
    assert all(isinstance(value, float) for value in found.values())
    monkeypatch.setattr(risk, "LARGEST_DIFFERENCE", -1.0)
    assert risk.run() == dict.fromkeys(found)
