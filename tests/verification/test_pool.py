"""Pools against check numbers, closed forms and conservation."""

import math

import numpy as np
import pytest

from physics.cards import MODELS
from physics.pools import GROUNDS, Ground, spill
from physics.pools.spreading import conduction, evaporation_flux, mass_transfer
from physics.substances import substance
from physics.weather import Weather

AIR = Weather(wind_speed=5.0, wind_from_direction=0.0, stability_class="D", ambient_temperature=293.15)
AMMONIA, METHANE = substance("ammonia"), substance("methane")


def test_check_numbers():
    """Mackay-Matsugu U 5, D 10, Sc 0.8: 0.01514 m/s; LNG at 111.7 K on concrete at 288 K after 60 s: 20.23 kW/m²."""
    assert mass_transfer(5.0, 10.0, 0.8) == pytest.approx(0.01514, abs=1e-5)
    concrete = GROUNDS["concrete"]
    per_kelvin = conduction(np.zeros(1), np.ones(1), 1, 60.0, concrete.conductivity, concrete.diffusivity)
    heat = per_kelvin * (288.0 - 111.7)
    assert heat == pytest.approx(20.23e3, rel=1e-3)
    boiling = float(METHANE.saturation.heat_of_vaporisation(111.7))
    assert heat / boiling == pytest.approx(0.03968, rel=5e-3)


def test_a_continuous_spill_spreads_by_the_closed_form():
    """A = (4/3) sqrt(2 pi g V t³) with no least depth: 0.1 m³/s for 60 s is 1538.5 m²."""
    free = Ground("free", 1e-9, 1e-7, 0.0)
    liquid = substance("water")
    cold = float(liquid.saturation.temperature_low) + 1.0
    rate = 0.1 * float(liquid.saturation.liquid_density(cold))
    still = Weather(wind_speed=0.1, wind_from_direction=0.0, stability_class="D", ambient_temperature=cold)
    pool = spill(liquid, rate=rate, spill_time=60.0, temperature=cold, weather=still, ground=free, duration=60.0)
    assert pool.area[-1] == pytest.approx(1538.5, rel=0.02)


@pytest.mark.parametrize("of", [AMMONIA, METHANE, substance("chlorine"), substance("n-butane")])
def test_mass_is_kept_and_boiling_needs_no_switch(of):
    boiling = float(of.saturation.temperature(AIR.ambient_pressure))
    pool = spill(
        of, rate=10.0, spill_time=120.0, temperature=boiling, weather=AIR, ground=GROUNDS["concrete"], duration=1800.0
    )
    assert pool.evaporated + pool.mass[-1] == pytest.approx(pool.spilled, rel=1e-9)
    assert np.all(pool.vapour_rate >= 0.0)
    assert np.all(pool.temperature <= boiling)
    assert np.all(np.isfinite(pool.vapour_rate))
    release = pool.release()
    assert release.total_mass == pytest.approx(pool.evaporated)


def test_while_it_boils_the_ground_decides():
    """Liquid methane at once in a bund: the vapour takes the heat of conduction, falling as 1/sqrt(t)."""
    pool = spill(
        METHANE,
        rate=1e5,
        spill_time=0.2,
        temperature=111.0,
        weather=Weather(wind_speed=0.1, wind_from_direction=0.0, stability_class="D", ambient_temperature=288.0),
        ground=GROUNDS["concrete"],
        duration=120.0,
        bund_area=50.0,
    )
    middle = 0.5 * (pool.time[:-1] + pool.time[1:])
    rate = np.interp([25.0, 100.0], middle, pool.vapour_rate)
    film = mass_transfer(0.1, 2.0 * math.sqrt(50.0 / math.pi), 0.8)
    assert film < 0.01
    assert rate[0] / rate[1] == pytest.approx(2.0, rel=0.15)


def test_a_cold_pool_evaporates_by_its_vapour_pressure():
    """Water far below boiling, much of it: the rate is the mass transfer's at its own temperature."""
    water = substance("water")
    pool = spill(
        water,
        rate=1000.0,
        spill_time=10.0,
        temperature=293.0,
        weather=AIR,
        ground=Ground("still", 1e-9, 1e-7, 0.005),
        duration=60.0,
        bund_area=20.0,
    )
    transfer = mass_transfer(5.0, 2.0 * math.sqrt(20.0 / math.pi), 0.8)
    flux = evaporation_flux(water.saturation.table, water.molar_mass, float(pool.temperature[-1]), 101_325.0, transfer)
    assert pool.vapour_rate[-1] == pytest.approx(20.0 * flux, rel=1e-3)


def test_wind_sun_and_bund_act_the_right_way():
    """Twice the wind gives more vapour; a bund gives less; more sun gives more."""
    common = {"fluid": "ammonia", "mass_flow_rate": 5.0, "duration": 60.0, "temperature": 239.0, "time": 600.0}
    found = {
        name: MODELS["pool-evaporation"].run({**common, "wind_speed": 3.0, **change})["evaporated_mass"]
        for name, change in (
            ("plain", {}),
            ("windy", {"wind_speed": 6.0}),
            ("bunded", {"bund_area": 10.0}),
            ("sunny", {"solar_flux": 800.0}),
        )
    }
    assert found["bunded"] < found["plain"] < found["sunny"]
    assert found["plain"] <= found["windy"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"temperature": 400.0}, "temperature"),
        ({"ground": "lava"}, "ground"),
        ({"mass_flow_rate": -1.0}, "mass_flow_rate"),
    ],
)
def test_bad_input_names_its_field(change, field):
    inputs = {"fluid": "ammonia", "mass_flow_rate": 5.0, "duration": 60.0, "temperature": 239.0, "wind_speed": 3.0}
    with pytest.raises(ValueError, match=field):
        MODELS["pool-evaporation"].run({**inputs, **change})
