"""Fireballs: published sizes and times, conservation of heat, dose."""

import math

import numpy as np
import pytest

from physics.cards import ModelInputError
from physics.fire.fireball import (
    FireballModel,
    ccps_diameter,
    ccps_duration,
    fireball,
    growing_diameter,
    radiated_fraction,
    tno_diameter,
    tno_duration,
)
from physics.fire.fuels import fuel_of
from physics.fire.transmissivity import Absorption
from physics.weather import Weather

WEATHER = Weather(wind_speed=5.0, wind_from_direction=270.0, stability_class="D")


@pytest.mark.parametrize(
    ("mass", "ccps", "tno"), [(1e3, (58.0, 4.5), (61.18, 5.134)), (2e4, (157.4, 12.21), (162.0, 11.19))]
)
def test_check_32(mass, ccps, tno):
    assert (ccps_diameter(mass), ccps_duration(mass)) == pytest.approx(ccps, rel=1e-3)
    assert (tno_diameter(mass), tno_duration(mass)) == pytest.approx(tno, rel=1e-3)


def test_large_fireballs_burn_by_buoyancy():
    """0.45 M^⅓ for every mass is a slip in circulation."""
    assert ccps_duration(1e5) == pytest.approx(2.6 * 1e5 ** (1 / 6))
    assert ccps_duration(1e5) < 0.45 * 1e5 ** (1 / 3)


def test_growth_is_the_cube_root_of_time():
    assert growing_diameter(16.0, 8.0) == pytest.approx(8.664 * 2.0 * 2.0)


def test_heat_is_conserved_in_time():
    flame = fireball("propane", mass=2e4, burst_pressure=4e5, weather=WEATHER)
    ball = flame.ball
    heat = np.sum(math.pi * (2.0 * ball.radius) ** 2 * ball.power * np.diff(ball.time))
    fuel = fuel_of("propane")
    share = radiated_fraction(4e5)
    assert share == pytest.approx(0.00325 * 4e5**0.32)
    assert heat == pytest.approx(share * fuel.liquid_heat_of_combustion * 2e4, rel=1e-9)
    assert np.all(np.diff(ball.height) >= -1e-9)
    assert np.all(ball.height >= ball.radius - 1e-9)


def test_steady_power_and_view():
    flame = fireball(
        "propane", mass=1e3, burst_pressure=1e6, weather=WEATHER, model=FireballModel.CCPS, absorption=Absorption.NONE
    )
    fuel = fuel_of("propane")
    power = radiated_fraction(1e6) * fuel.liquid_heat_of_combustion * 1e3 / (math.pi * 58.0**2 * 4.5)
    assert flame.surface_emissive_power == pytest.approx(min(power, 400e3))
    away = math.hypot(200.0, 0.75 * 58.0)
    assert float(flame.heat_flux(200.0, 0.0, 0.0)) == pytest.approx(flame.surface_emissive_power * (29.0 / away) ** 2)
    facing_up = float(flame.heat_flux(200.0, 0.0, 0.0, facing=(0.0, 0.0, 1.0)))
    assert facing_up == pytest.approx(flame.surface_emissive_power * (29.0 / away) ** 2 * 43.5 / away)


def test_dose():
    steady = fireball("propane", mass=1e3, burst_pressure=1e6, weather=WEATHER, model=FireballModel.TNO)
    flux = float(steady.heat_flux(150.0, 0.0, 0.0))
    whole = float(steady.dose(150.0, 0.0, 0.0, duration=600.0))
    assert whole == pytest.approx(flux ** (4 / 3) * steady.duration)
    moving = fireball("propane", mass=1e3, burst_pressure=1e6, weather=WEATHER)
    times, course = moving.heat_flux_in_time(150.0, 0.0, 0.0)
    assert float(moving.dose(150.0, 0.0, 0.0, duration=600.0)) == pytest.approx(
        float(np.sum(course ** (4 / 3) * np.diff(times)))
    )
    assert float(moving.dose(150.0, 0.0, 0.0, duration=1.0)) < float(moving.dose(150.0, 0.0, 0.0, duration=600.0))
    grid = moving.dose(np.array([[50.0, 100.0], [200.0, 400.0]]), 0.0, 0.0, duration=60.0)
    assert grid.shape == (2, 2)
    assert grid[0, 0] > grid[0, 1] > grid[1, 0] > grid[1, 1] > 0.0


def test_a_cap_is_said_and_nonsense_refused():
    hot = fireball("LNG", mass=10.0, burst_pressure=5e6, weather=WEATHER, model=FireballModel.CCPS)
    assert any("capped" in item.says for item in hot.caveats) == (hot.surface_emissive_power >= 400e3)
    for wrong in ({"mass": 0.0, "burst_pressure": 1e6}, {"mass": 10.0, "burst_pressure": math.nan}):
        with pytest.raises(ModelInputError):
            fireball("LNG", weather=WEATHER, **wrong)
