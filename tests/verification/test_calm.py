"""A dense cloud in still air."""

import math

import numpy as np
import pytest

from physics.dispersion.calm import STANDING, calm_radius, reach_of, slumped_radius
from physics.models import MODELS
from physics.release import ReleaseTerm
from physics.weather import Weather

AIR = Weather(wind_speed=0.5, wind_from_direction=0.0, stability_class="F")


def release(rate, *, of="chlorine", temperature=239.0):
    return ReleaseTerm(
        substance=of,
        time=np.array([0.0, 600.0]),
        mass_flow_rate=np.array([rate]),
        vapour_fraction=np.ones(1),
        temperature=np.array([temperature]),
        density=np.array([3.6]),
        velocity=np.zeros(1),
        source_height=0.0,
    )


@pytest.mark.parametrize("time", [10.0, 300.0])
def test_front_runs_at_its_own_weights_speed(time):
    """DR/dt is 1.15 sqrt(g' h), with the volume kept."""
    case = {"volume": 500.0, "excess": 14.0}
    radius = slumped_radius(**case, time=time)
    speed = (slumped_radius(**case, time=time + 1e-3) - slumped_radius(**case, time=time - 1e-3)) / 2e-3
    depth = 500.0 / (math.pi * radius**2)
    assert speed == pytest.approx(1.15 * math.sqrt(14.0 * depth), rel=1e-6)


def test_a_light_cloud_stays_where_it_is():
    assert slumped_radius(volume=500.0, excess=-3.0, time=1e4) == slumped_radius(volume=500.0, excess=0.0, time=0.0)


def test_within_the_radius_the_cloud_holds_the_level():
    radius = reach_of(volume=300.0, mole_fraction=0.5, level=1e-4)
    assert 300.0 * 0.5 / (math.pi * radius**2 * STANDING) == pytest.approx(1e-4)


def test_more_reaches_farther_and_nothing_nowhere():
    near, far = (calm_radius(release(rate), AIR, level=5e-5) for rate in (0.1, 10.0))
    assert 0.0 < near < far
    assert calm_radius(release(1.0), AIR, level=0.1) < calm_radius(release(1.0), AIR, level=1e-6)
    assert calm_radius(release(0.0), AIR, level=5e-5) == 0.0


def test_the_card_gives_the_smaller_of_both():
    inputs = {"released_volume": 500.0, "source_density": 3.6, "mole_fraction": 1e-5, "time": 60.0}
    spread = MODELS["calm-dense-puff"].run(inputs)["cloud_radius"]
    assert spread == pytest.approx(slumped_radius(volume=500.0, excess=9.80665 * (3.6 / 1.205 - 1.0), time=60.0))
    assert MODELS["calm-dense-puff"].run(inputs | {"mole_fraction": 0.5})["cloud_radius"] < spread
