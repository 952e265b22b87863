"""The statistics of a scoreboard are the published ones."""

import math

import numpy as np
import pytest

from scenarios.scoreboard.metrics import Pair, intervals, score, statistics


def test_a_model_that_is_always_half_as_high():
    observed = np.array([1.0, 2.0, 4.0])
    found = statistics(observed, observed / 2.0)
    assert found["fac2"] == 1.0
    assert found["mg"] == pytest.approx(2.0)
    assert found["vg"] == pytest.approx(math.exp(math.log(2.0) ** 2))
    assert found["fb"] == pytest.approx(2.0 * (1.0 - 0.5) / 1.5)
    assert found["nmse"] == pytest.approx(np.mean((observed / 2.0) ** 2) / (np.mean(observed) ** 2 / 2.0))


def test_low_and_high_are_told_apart():
    found = statistics(np.ones(4), np.array([0.4, 1.0, 1.1, 2.5]))
    assert (found["fac2"], found["low_by_two"], found["high_by_two"]) == (0.5, 0.25, 0.25)


def test_vg_is_the_mean_square_and_hides_no_bias():
    assert statistics(np.ones(2), np.full(2, 0.1))["vg"] == pytest.approx(math.exp(math.log(10.0) ** 2))


def test_a_zero_is_raised_to_the_floor_and_counted():
    pairs = [Pair(trial="a", observed=1.0, predicted=0.0), Pair(trial="a", observed=3.0, predicted=3.0)]
    found = score(pairs)
    assert found["floor"] == pytest.approx(0.01)
    assert found["floored"] == 1
    assert found["mg"] == pytest.approx(math.sqrt(100.0))


def test_intervals_draw_whole_trials():
    # within each trial every point agrees, so whatever is drawn the spread comes from trials alone
    pairs = [Pair(trial=str(i), observed=1.0, predicted=value) for i, value in enumerate((1.0, 4.0)) for _ in range(50)]
    low, high = intervals(pairs, floor=1e-3)["fac2"]
    assert (low, high) == (0.0, 1.0)
    assert intervals(pairs[:50], floor=1e-3)["fac2"] is None


def test_scores_stand_by_trial_distance_and_stability():
    pairs = [
        Pair(trial="a", observed=1.0, predicted=1.0, distance=800.0, stability="stable"),
        Pair(trial="b", observed=1.0, predicted=9.0, distance=50.0, stability="unstable"),
    ]
    found = score(pairs)
    assert list(found["by_distance"]) == ["50", "800"]
    assert found["by_distance"]["800"]["fac2"] == 1.0
    assert found["by_stability"]["unstable"]["high_by_two"] == 1.0
    assert found["by_trial"]["b"]["n"] == 1


def test_nothing_to_score_gives_no_number():
    found = score([])
    assert found["n"] == 0
    assert found["fac2"] is None
