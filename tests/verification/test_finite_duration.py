"""A plume that begins and ends: arrival, passing, and the dose it leaves."""

import numpy as np
import pytest

from physics.cards import MODELS
from physics.dispersion.finite_duration import share_present

PLUME = {"mass_flow_rate": 1.0, "wind_speed": 4.0, "stability_class": "D", "downwind_distance": 800.0}


def test_dose_is_that_of_the_steady_plume():
    """The integral over time is the duration, whatever the spread; half is there when the front arrives."""
    times = np.linspace(0.0, 2000.0, 40_001)
    found = [share_present(800.0, wind_speed=4.0, time=t, duration=300.0, sigma_x=25.0) for t in times]
    assert np.trapezoid(found, times) == pytest.approx(300.0, rel=1e-4)
    assert share_present(800.0, wind_speed=4.0, time=200.0, duration=300.0, sigma_x=25.0) == pytest.approx(0.5)
    assert share_present(800.0, wind_speed=4.0, time=500.0, duration=300.0, sigma_x=25.0) == pytest.approx(0.5)
    assert share_present(800.0, wind_speed=4.0, time=350.0, duration=300.0, sigma_x=25.0) == pytest.approx(1.0)


def test_a_long_release_is_the_steady_plume():
    run = MODELS["finite-duration-plume"].run(PLUME | {"duration": 1e5, "time": 5e4})
    steady = MODELS["gaussian-plume-briggs-rural"].run(PLUME)
    assert run["concentration"] == pytest.approx(steady["concentration"])


def test_before_after_and_never():
    run = MODELS["finite-duration-plume"].run
    for change in ({"time": 0.0}, {"time": 10.0}, {"time": 1e5}, {"duration": 0.0, "time": 200.0}):
        found = run(PLUME | {"duration": 300.0} | {"time": 0.0} | change)
        assert found["concentration"] == pytest.approx(0.0, abs=1e-30)
    at_source = run(PLUME | {"duration": 300.0, "time": 100.0, "downwind_distance": 0.0})
    assert at_source["concentration"] == 0.0
