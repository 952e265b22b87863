"""Fluctuations of a wandering plume against drawn positions, and toxic loads against drawn concentrations."""

import math

import numpy as np
import pytest

from physics.cards import MODELS
from physics.dispersion.fluctuations import GREATEST_INTENSITY, fluctuation_intensity, load_factor


@pytest.mark.parametrize("y", [0.0, 10.0, 25.0])
def test_intensity_of_a_plume_that_wanders(y):
    """Instantaneous plume of 12 m whose middle is spread by 16 m: its mean is 20 m wide."""
    middle = np.random.default_rng(0).normal(0.0, 16.0, 2_000_000)
    inside = np.exp(-0.5 * ((y - middle) / 12.0) ** 2)
    expected = inside.std() / inside.mean()
    assert fluctuation_intensity(20.0, relative_sigma_y=12.0, crosswind=y, internal=0.0) == pytest.approx(
        expected, rel=5e-3
    )


def test_intensity_at_its_limits():
    """No wandering leaves what is inside; edges swing more than the axis; never above the greatest."""
    assert fluctuation_intensity(20.0, relative_sigma_y=20.0, internal=0.5) == pytest.approx(0.5)
    assert fluctuation_intensity(20.0, relative_sigma_y=30.0, internal=0.0) == 0.0
    beside = fluctuation_intensity(20.0, relative_sigma_y=10.0, crosswind=np.linspace(0.0, 500.0, 60))
    assert np.all(np.diff(beside) >= 0.0)
    assert beside[-1] == GREATEST_INTENSITY


@pytest.mark.parametrize(("intensity", "exponent"), [(0.3, 2.75), (1.0, 2.0), (1.5, 2.75), (0.8, 1.0)])
def test_load_factor_is_that_of_drawn_concentrations(intensity, exponent):
    shape = intensity**-2
    drawn = np.random.default_rng(1).gamma(shape, 1.0 / shape, 4_000_000)
    assert load_factor(intensity, exponent=exponent) == pytest.approx(np.mean(drawn**exponent), rel=0.02)


def test_load_factor_in_closed_form():
    """Intensity 1 is an exponential distribution: n!; with n = 2 it is 1 + i²; with n = 1 nothing is missed."""
    assert load_factor(1.0, exponent=3.0) == pytest.approx(6.0)
    assert load_factor(1.0, exponent=2.75) == pytest.approx(math.gamma(3.75))
    assert load_factor(0.7, exponent=2.0) == pytest.approx(1.49)
    assert load_factor(2.0, exponent=1.0) == pytest.approx(1.0)
    assert load_factor(0.0, exponent=2.75) == 1.0
    assert load_factor(1.01e-3, exponent=2.75) == pytest.approx(load_factor(0.99e-3, exponent=2.75), abs=1e-6)


def test_card():
    """Chlorine (n = 2.75) in class D at 500 m: ten minutes on the axis miss more than half of the load."""
    run = MODELS["concentration-fluctuations"].run
    found = run({"stability_class": "D", "downwind_distance": 500.0, "toxic_load_exponent": 2.75})
    assert 0.5 <= found["fluctuation_intensity"] < 2.0
    assert found["toxic_load_factor"] > 1.5
    edge = run(
        {"stability_class": "D", "downwind_distance": 500.0, "crosswind_distance": 80.0, "toxic_load_exponent": 2.75}
    )
    assert edge["toxic_load_factor"] > found["toxic_load_factor"]
