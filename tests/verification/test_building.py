"""A release indoors: the closed form of a well-mixed room, mass kept, a scrubber that can be overloaded or fail."""

import math

import numpy as np
import pytest

from physics.building import Building, vented
from physics.cards import MODELS
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.release import ReleaseTerm
from physics.weather import Weather

AIR = Weather(wind_speed=3.0, wind_from_direction=0.0, stability_class="D", ambient_temperature=293.15)
ROOM = Building(volume=500.0, ventilation=1.0, vent_height=8.0)


def steady(rate=0.2, duration=1200.0, of="chlorine"):
    one = np.ones(1)
    return ReleaseTerm(
        substance=of,
        time=np.array([0.0, duration]),
        mass_flow_rate=rate * one,
        vapour_fraction=one,
        temperature=293.15 * one,
        density=2.9 * one,
        velocity=0.0 * one,
        source_height=1.0,
    )


def test_closed_form():
    """m = (q V / Q) (1 - exp(-Q t / V)); the vent carries Q m / V."""
    run = MODELS["well-mixed-building"].run(
        {"fluid": "chlorine", "mass_flow_rate": 0.2, "duration": 700.0, "volume": 500.0, "ventilation_rate": 1.0}
    )
    mass = 0.2 * 500.0 * (1.0 - math.exp(-700.0 / 500.0))
    pure = 0.0709 * STANDARD_PRESSURE / (GAS_CONSTANT * 293.15)
    assert run["indoor_mole_fraction"] == pytest.approx(mass / (500.0 * pure), rel=1e-3)
    assert run["mass_flow_rate"] == pytest.approx(mass / 500.0, rel=5e-3)
    assert run["vented_mass"] == pytest.approx(0.2 * 700.0 - mass, rel=1e-9)


@pytest.mark.parametrize(
    "building",
    [
        ROOM,
        Building(volume=500.0, ventilation=1.0, scrubber_capacity=0.05),
        Building(volume=500.0, ventilation=1.0, scrubber_capacity=1.0, scrubber_fails_at=600.0),
        Building(volume=500.0, ventilation=1.0, scrubber_capacity=1.0, scrubber_charge=30.0),
    ],
)
def test_mass_is_kept(building):
    release = steady()
    found = vented(release, building, AIR)
    assert found.vented.total_mass + found.scrubbed + found.inside == pytest.approx(release.total_mass, rel=1e-9)
    assert found.inside < 0.02 * release.total_mass
    assert found.vented.source_height == building.vent_height


def test_a_scrubber_is_no_release_until_it_is_overloaded_or_fails():
    able = vented(steady(), Building(volume=500.0, ventilation=1.0, scrubber_capacity=1.0), AIR)
    assert able.vented.total_mass == 0.0
    small = vented(steady(), Building(volume=500.0, ventilation=1.0, scrubber_capacity=0.05), AIR)
    bare = vented(steady(), ROOM, AIR)
    assert small.vented.peak_rate == pytest.approx(bare.vented.peak_rate - 0.05, rel=1e-9)
    failing = vented(
        steady(), Building(volume=500.0, ventilation=1.0, scrubber_capacity=1.0, scrubber_fails_at=600.0), AIR
    )
    before = failing.vented.mass_flow_rate[failing.vented.time[1:] <= 600.0]
    assert np.all(before == 0.0)
    assert failing.vented.peak_rate > 0.05
    spent = vented(steady(), Building(volume=500.0, ventilation=1.0, scrubber_capacity=1.0, scrubber_charge=30.0), AIR)
    assert spent.scrubbed == pytest.approx(30.0)


def test_a_flammable_room_says_when():
    found = vented(steady(rate=0.5, of="propane"), ROOM, AIR)
    assert found.explosive_after is not None
    at = np.interp(found.explosive_after, found.time, found.mole_fraction)
    assert at == pytest.approx(0.017, rel=1e-6)
    assert vented(steady(), ROOM, AIR).explosive_after is None


def test_a_room_without_air_is_refused():
    with pytest.raises(ValueError, match="ventilation_rate"):
        Building(volume=500.0, ventilation=0.0)
