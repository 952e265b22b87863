"""Prairie Grass: puffs of a ten-minute release in the wind of each run, against the measured arc maxima."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from physics.dispersion.puffs import PuffRun
from physics.dispersion.puffs.run import LOW_AT_NIGHT
from physics.release import ReleaseTerm
from physics.weather import class_from_obukhov
from physics.wind import WindSeries
from scenarios.scoreboard.metrics import Pair, score

DATA = Path(__file__).parents[1] / "data" / "dispersion"
MILLIGRAM = 1e-6
RELEASED = 600.0
"""s; samplers ran while the gas was passing them."""


def rows(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


TRIALS = {row["trial"]: row for row in rows("prairie_grass_trials.csv")}
MAXIMA = [row for row in rows("prairie_grass_observations.csv") if row["quantity"] == "arc_max"]


@cache
def run(trial):
    row, one = TRIALS[trial], np.ones(1)
    letter = class_from_obukhov(1.0 / float(row["L_m"]), roughness_length=float(row["z0_m"]))
    release = ReleaseTerm(
        substance="sulfur dioxide",
        time=np.array([0.0, RELEASED]),
        mass_flow_rate=float(row["rate_kg_s"]) * one,
        vapour_fraction=one,
        temperature=293.15 * one,
        density=2.7 * one,
        velocity=one,
        source_height=float(row["source_height_m"]),
    )
    wind = WindSeries(
        time=np.zeros(1),
        speed=np.array([float(row["u_m_s"])]),
        from_direction=np.array([270.0]),
        stability=(letter,),
        reference_height=float(row["u_z_m"]),
        roughness_length=float(row["z0_m"]),
    )
    return PuffRun(release, wind)


def pairs():
    """Dose at each arc over the ten minutes of the release: what a sampler that ran on measured."""
    found = []
    for row in MAXIMA:
        puffs, x = run(row["trial"]), float(row["x_m"])
        passed = RELEASED + 2.0 * x / float(TRIALS[row["trial"]]["u_m_s"]) + 60.0
        mean = puffs.at([(x, 0.0, float(row["z_m"]))], [passed], window=passed)[0, 0] * passed / RELEASED
        stable = float(TRIALS[row["trial"]]["L_m"]) > 0.0
        found.append(
            Pair(
                trial=row["trial"],
                observed=float(row["value"]),
                predicted=mean / MILLIGRAM,
                distance=x,
                stability="stable" if stable else "unstable",
            )
        )
    return found


def test_arc_maxima():
    """Measured here 2026-11, in the wind at 2 m: FAC2 0.85, MG 1.09, VG 1.38; low at 800 m at night, high by day."""
    found = pairs()
    assert score(found)["n"] == len(MAXIMA)
    assert score(found)["fac2"] == pytest.approx(0.848, abs=0.01)
    assert score(found)["mg"] == pytest.approx(1.087, abs=0.02)
    assert score(found)["vg"] == pytest.approx(1.377, abs=0.02)
    night, day = (
        score([pair for pair in found if pair.stability == kind])["by_distance"]["800"]["mg"]
        for kind in ("stable", "unstable")
    )
    assert night == pytest.approx(LOW_AT_NIGHT, abs=0.05)
    assert day == pytest.approx(0.707, abs=0.03)
