"""Winds that change in time: what they are between times, what is drawn around them, what a seed fixes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from physics.cards import ModelInputError
from physics.weather import LEAST_SIGMA_V, Weather
from physics.wind import WindSeries, mean_wind, stability_from, steady_wind
from physics.wind_spread import (
    Turbulence,
    correlated_noise,
    direction_error,
    speed_error,
    turbulence,
    turbulent_wind,
    wind_ensemble,
)

WEATHER = Weather(wind_speed=4.0, wind_from_direction=250.0, stability_class="D")


def test_velocity_between_times_is_straight_and_holds_outside():
    wind = WindSeries(time=[0.0, 100.0], speed=[2.0, 4.0], from_direction=[270.0, 180.0], stability=("D", "F"))
    east, north = wind.at([-50.0, 0.0, 50.0, 100.0, 900.0])
    np.testing.assert_allclose(east, [2.0, 2.0, 1.0, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(north, [0.0, 0.0, 2.0, 4.0, 4.0], atol=1e-12)
    assert wind.classes([-1.0, 99.9, 100.0]).tolist() == [3, 3, 5]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("time", {"time": [0.0, 0.0]}),
        ("time", {"time": [0.0, math.nan]}),
        ("speed", {"speed": [1.0]}),
        ("speed", {"speed": [1.0, -1.0]}),
        ("stability", {"stability": ("D", "G")}),
        ("averaging_interval", {"averaging_interval": 0.0}),
    ],
)
def test_a_wind_that_is_none_is_refused_by_name(field, change):
    given = {"time": [0.0, 60.0], "speed": [1.0, 1.0], "from_direction": [0.0, 0.0], "stability": ("D", "D")} | change
    with pytest.raises(ModelInputError) as refused:
        WindSeries(**given)
    assert refused.value.field == field


def test_classes_from_obukhov_lengths():
    assert stability_from([-0.2, 0.0, 1.0 / 15.0], roughness_length=0.1) == ("A", "D", "F")


def test_mean_wind_keeps_the_vector_mean():
    wind = turbulent_wind(WEATHER, duration=1800.0, seed=3)
    slow = mean_wind(wind, interval=600.0, until=1800.0)
    assert slow.time.tolist() == [300.0, 900.0, 1500.0]
    east, north = wind.at(np.arange(600.0) + 0.5)
    assert slow.east[0] == pytest.approx(east.mean(), abs=1e-3)
    assert slow.north[0] == pytest.approx(north.mean(), abs=1e-3)
    with pytest.raises(ModelInputError, match="interval"):
        mean_wind(steady_wind(WEATHER), interval=60.0, until=600.0)


def test_noise_has_the_variance_and_memory_it_is_given():
    """Ornstein-Uhlenbeck: unit variance, correlation e^(-lag / time); 100,000 steps of 1 s with 10 s memory."""
    noise = correlated_noise(1, 0, count=100_000, step=1.0, correlation_time=10.0)
    assert noise.var() == pytest.approx(1.0, abs=0.06)
    assert np.corrcoef(noise[:-10], noise[10:])[0, 1] == pytest.approx(math.exp(-1.0), abs=0.03)


def test_turbulence_by_the_formulas():
    """Hanna: neutral sigma u 2 u*, sigma v 1.3 u* near the ground; stable falls to 0 at the lid; Panofsky by day."""
    calm = turbulence(WEATHER, height=1e-3)
    assert calm.along == pytest.approx(2.0 * WEATHER.friction_velocity, rel=1e-4)
    assert calm.across == pytest.approx(1.3 * WEATHER.friction_velocity, rel=1e-4)
    night = Weather(wind_speed=2.0, wind_from_direction=0.0, stability_class="F")
    assert turbulence(night, height=0.5 * night.lid).across == pytest.approx(0.65 * night.friction_velocity)
    day = Weather(wind_speed=2.0, wind_from_direction=0.0, stability_class="A", mixing_height=1000.0)
    expected = day.friction_velocity * (12.0 - 500.0 * day.inverse_obukhov) ** (1.0 / 3.0)
    assert turbulence(day, height=10.0).across == pytest.approx(expected)


def test_turbulent_wind_has_its_mean_and_its_turbulence():
    given = Turbulence(along=0.6, across=0.4, along_time=10.0, across_time=8.0)
    wind = turbulent_wind(WEATHER, duration=20_000.0, seed=0, turbulent=given)
    towards = math.radians(WEATHER.downwind_bearing)
    along = wind.east * math.sin(towards) + wind.north * math.cos(towards)
    across = wind.east * math.cos(towards) - wind.north * math.sin(towards)
    assert along.mean() == pytest.approx(4.0, abs=1e-9)
    assert across.mean() == pytest.approx(0.0, abs=1e-9)
    assert along.std() == pytest.approx(0.6, rel=0.05)
    assert across.std() == pytest.approx(0.4, rel=0.05)
    assert wind.averaging_interval == 1.0


def test_ensemble_is_as_wide_as_turbulence_at_least_and_widens():
    """Directions at the start and at the end over 2000 members; lognormal speeds about the forecast."""
    winds = wind_ensemble(WEATHER, members=2000, duration=3600.0, seed=5)
    turns = np.array([(wind.from_direction - 250.0 + 180.0) % 360.0 - 180.0 for wind in winds])
    least = math.degrees(math.atan2(LEAST_SIGMA_V, 4.0))
    assert turns[:, 0].std() == pytest.approx(least, rel=0.06)
    assert turns[:, -1].std() == pytest.approx(direction_error(WEATHER, 3600.0), rel=0.06)
    assert turns[:, -1].std() > 1.3 * turns[:, 0].std()
    logs = np.log([wind.speed / 4.0 for wind in winds])
    assert logs[:, 0].mean() == pytest.approx(0.0, abs=0.02)
    assert logs[:, 0].std() == pytest.approx(speed_error(0.0), rel=0.06)
    steps = np.corrcoef(turns[:, 0], turns[:, 6])[0, 1]
    assert steps == pytest.approx(math.exp(-1.0), abs=0.07)


@given(speed=st.floats(0.2, 20.0), lead=st.floats(0.0, 86400.0))
def test_direction_error_is_never_below_least_turbulence(speed, lead):
    weather = Weather(wind_speed=speed, wind_from_direction=0.0, stability_class="F")
    found = direction_error(weather, lead)
    assert found >= math.degrees(math.atan(LEAST_SIGMA_V / speed)) - 1e-9
    assert direction_error(weather, lead + 600.0) > found


def test_the_same_seed_gives_the_same_bytes_and_members_do_not_depend_on_their_number():
    few = wind_ensemble(WEATHER, members=3, duration=1800.0, seed=7)
    many = wind_ensemble(WEATHER, members=5, duration=1800.0, seed=7)
    other = wind_ensemble(WEATHER, members=3, duration=1800.0, seed=8)
    for a, b, c in zip(few, many, other, strict=False):
        assert a.speed.tobytes() == b.speed.tobytes()
        assert a.from_direction.tobytes() == b.from_direction.tobytes()
        assert a.speed.tobytes() != c.speed.tobytes()
    with pytest.raises(ModelInputError, match="members"):
        wind_ensemble(WEATHER, members=0, duration=1800.0, seed=7)


def test_an_ensemble_about_a_wind_that_turns_follows_it():
    turning = WindSeries(
        time=[0.0, 3600.0], speed=[4.0, 4.0], from_direction=[240.0, 300.0], stability=("D", "E"), roughness_length=0.3
    )
    winds = wind_ensemble(WEATHER, members=500, duration=3600.0, seed=1, around=turning)
    ends = np.array([wind.from_direction[-1] for wind in winds])
    assert np.mean(ends) == pytest.approx(300.0, abs=2.0)
    assert winds[0].stability[0] == "D"
    assert winds[0].stability[-1] == "E"
    assert winds[0].roughness_length == 0.3
