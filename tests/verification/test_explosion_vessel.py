"""Bursting vessels: energies, shocks, blasts and fragments against closed forms and reference equations."""

import math

import numpy as np
import pytest
from CoolProp.CoolProp import PropsSI
from scipy.integrate import solve_ivp

from physics.cards import MODELS
from physics.explosion.baker_strehlow_tang import baker_strehlow_tang
from physics.explosion.fragments import baumgartner_velocity, flight, fragments, moore_velocity
from physics.explosion.vessel_burst import (
    AVAILABILITY,
    BAKER,
    BRODE,
    bleve_blast,
    flash_energy,
    gas_burst_energy,
    vessel_burst,
    wall_shock,
)
from physics.quantities import GRAVITY, STANDARD_PRESSURE
from physics.substances import substance


def test_energies_of_gas():
    state = {"pressure": 20e5, "volume": 10.0, "heat_capacity_ratio": 1.4}
    assert gas_burst_energy(**state, by=BRODE) == pytest.approx(47.467e6, rel=1e-5)
    assert gas_burst_energy(**state, by=BAKER) == pytest.approx(28.675e6, rel=2e-5)
    ratio = 20e5 / STANDARD_PRESSURE
    assert gas_burst_energy(**state, by=AVAILABILITY) == pytest.approx(20e6 * (math.log(ratio) - 1.0 + 1.0 / ratio))
    for name in (BRODE, BAKER, AVAILABILITY):
        assert gas_burst_energy(pressure=9e4, volume=1.0, heat_capacity_ratio=1.4, by=name) == 0.0
    with pytest.raises(LookupError, match="no energy mine"):
        gas_burst_energy(**state, by="mine")
    run = MODELS["vessel-burst"].run({**state, "distance": 50.0})
    assert run["burst_energy"] == pytest.approx(47.467e6, rel=1e-5)


@pytest.mark.parametrize(("name", "temperature"), [("propane", 320.0), ("propane", 350.0), ("water", 450.0)])
def test_flash_energy_against_reference_equations(name, temperature):
    """u1 - u2 at constant entropy by CoolProp, liquid and vapour each alone, 0.1 %."""
    for quality in (0.0, 1.0):
        s = PropsSI("S", "T", temperature, "Q", quality, name)
        expected = PropsSI("U", "T", temperature, "Q", quality, name) - PropsSI("U", "P", 101325.0, "S", s, name)
        found = flash_energy(
            substance(name), temperature=temperature, liquid_mass=2.0 * (1.0 - quality), vapour_mass=2.0 * quality
        )
        assert found.energy == pytest.approx(2.0 * expected, rel=1e-3)
    liquid = flash_energy(substance(name), temperature=temperature, liquid_mass=1.0)
    s = PropsSI("S", "T", temperature, "Q", 0, name)
    assert liquid.flashed_fraction == pytest.approx(PropsSI("Q", "P", 101325.0, "S", s, name), abs=2e-4)


def test_cold_liquid_sets_nothing_free():
    assert flash_energy(substance("propane"), temperature=220.0, liquid_mass=1.0).energy == 0.0


def test_shock_at_the_wall():
    """The shock tube's equation holds: burst pressure back from the shock; weak bursts give half the pressure."""
    p = 20e5
    shock = wall_shock(pressure=p, temperature=288.15, molar_mass=0.02896, heat_capacity_ratio=1.4)
    ratio = 1.0 + shock / STANDARD_PRESSURE
    left = 1.0 - 0.4 * (ratio - 1.0) / math.sqrt(2.8 * (2.8 + 2.4 * (ratio - 1.0)))
    assert ratio * left**-7.0 * STANDARD_PRESSURE == pytest.approx(p, rel=1e-9)
    weak = wall_shock(pressure=101.0e3 + 1325.0, temperature=288.15, molar_mass=0.02896, heat_capacity_ratio=1.4)
    assert weak == pytest.approx(500.0, rel=0.01)
    light = wall_shock(pressure=p, temperature=288.15, molar_mass=0.002016, heat_capacity_ratio=1.4)
    assert light > shock


def test_a_burst_is_a_detonation_far_away_and_its_own_shock_near():
    blast = vessel_burst(energy=1e8, shock=3e5, share=0.5)
    far = baker_strehlow_tang(energy=0.5e8, flame_mach=5.2)
    assert blast.overpressure(50.0) == far.overpressure(50.0)
    assert blast.overpressure(0.1) == pytest.approx(3e5)
    assert blast.impulse(20.0) == far.impulse(20.0)
    assert np.all(np.diff(blast.overpressures) <= 0.0)
    assert np.all(np.diff(blast.arrivals) > 0.0)


def test_bleve():
    blast = bleve_blast(substance("propane"), temperature=330.0, liquid_mass=1e4, vapour_mass=200.0)
    energy = flash_energy(substance("propane"), temperature=330.0, liquid_mass=1e4, vapour_mass=200.0).energy
    assert blast.energy == energy
    twice = bleve_blast(substance("propane"), temperature=330.0, liquid_mass=8e4, vapour_mass=1600.0)
    assert twice.overpressure(200.0) == pytest.approx(blast.overpressure(100.0))
    run = MODELS["bleve-blast"].run({"fluid": "propane", "temperature": 330.0, "mass": 1e4, "distance": 100.0})
    assert run["burst_energy"] == pytest.approx(5.9e8, rel=0.3)
    assert any("unverified" in caveat["says"] for caveat in run["caveats"])
    with pytest.raises(ValueError, match="temperature"):
        MODELS["bleve-blast"].run({"fluid": "propane", "temperature": 400.0, "mass": 1e4, "distance": 100.0})


@pytest.mark.parametrize("degrees", [10.0, 45.0, 80.0])
def test_flight_without_drag(degrees):
    angle = math.radians(degrees)
    assert flight(100.0, angle, 0.0, 0.0) == pytest.approx(1e4 * math.sin(2.0 * angle) / GRAVITY, rel=1e-6)
    w = 100.0 * math.sin(angle)
    time = (w + math.sqrt(w * w + 2.0 * GRAVITY * 20.0)) / GRAVITY
    assert flight(100.0, angle, 0.0, 20.0) == pytest.approx(100.0 * math.cos(angle) * time, rel=1e-4)


def test_flight_with_drag():
    """Fast and flat: x = ln(1 + k u t) / k over the time it falls, nearly; with drag always shorter than without."""
    k, u, height = 0.001, 300.0, 0.05
    time = math.sqrt(2.0 * height / GRAVITY)
    assert flight(u, 0.0, k, height) == pytest.approx(math.log1p(k * u * time) / k, rel=0.01)
    found = [flight(200.0, 0.6, k, 1.0) for k in (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0)]
    assert np.all(np.diff(found) < 0.0)
    assert found[1] == pytest.approx(found[0], rel=0.05)
    assert flight.py_func(200.0, 0.6, 1e-3, 1.0) == pytest.approx(found[3], rel=1e-12)


@pytest.mark.parametrize("k", [1e-4, 1e-3, 0.02, 0.5])
@pytest.mark.parametrize("degrees", [15.0, 70.0])
def test_flight_against_an_adaptive_integrator(k, degrees):
    def rates(_, y):
        fast = math.hypot(y[2], y[3])
        return [y[2], y[3], -k * fast * y[2], -GRAVITY - k * fast * y[3]]

    def lands(_, y):
        return y[1]

    lands.terminal, lands.direction = True, -1.0
    angle = math.radians(degrees)
    start = [0.0, 2.0, 250.0 * math.cos(angle), 250.0 * math.sin(angle)]
    found = solve_ivp(rates, (0.0, 200.0), start, events=lands, rtol=1e-9, atol=1e-9)
    assert flight(250.0, angle, k, 2.0) == pytest.approx(found.y[0, -1], rel=1e-3)


def test_speeds_of_fragments():
    assert baumgartner_velocity(energy=1e7, mass=1e3, share=0.5) == pytest.approx(100.0)
    assert moore_velocity(energy=1e7, mass=1e3, gas_mass=0.0) == pytest.approx(109.2)
    assert moore_velocity(energy=1e7, mass=1e3, gas_mass=500.0) == pytest.approx(1.092 * math.sqrt(1e4 / 1.25))
    assert moore_velocity(energy=1e7, mass=1e3, gas_mass=500.0, sphere=True) == pytest.approx(
        1.092 * math.sqrt(1e4 / 1.3)
    )


def test_draws_repeat_and_are_ordered():
    state = {"energy": 5e8, "mass": 2e4, "wall_thickness": 0.02}
    one, again, other = fragments(**state), fragments(**state), fragments(**state, seed=1)
    assert np.array_equal(one.ranges, again.ranges)
    assert not np.array_equal(one.ranges, other.ranges)
    assert other.quantile(0.5) == pytest.approx(one.quantile(0.5), rel=0.05)
    assert one.quantile(0.1) < one.quantile(0.5) < one.quantile(0.95)
    assert one.beyond(one.quantile(0.9)) == pytest.approx(0.1, abs=0.003)
    assert np.min(one.velocities) >= math.sqrt(2.0 * 0.2 * 5e8 / 2e4)
    assert np.max(one.velocities) <= math.sqrt(2.0 * 0.5 * 5e8 / 2e4)
    most = 2.0 * 0.5 * 5e8 / 2e4 / GRAVITY
    assert one.ranges[-1] < most + 5.0
    assert np.sum(one.masses) == pytest.approx(1000 * 2e4)
    assert fragments(**{**state, "energy": 1e9}).quantile(0.5) > one.quantile(0.5)
    with pytest.raises(ValueError, match="mass"):
        fragments(energy=1.0, mass=0.0, wall_thickness=0.01)
