"""Rainout, pool and cloud as one release: mass and energy closed at every join, limits, what a chlorine jet does."""

import math
from dataclasses import replace

import numpy as np
import pytest

from physics.discharge import FlowPath, Shape, Vessel, blowdown
from physics.discharge.droplets import Spray, air_viscosity, surface_tension
from physics.discharge.expansion import state_at
from physics.discharge.stations import enthalpy_of, stations
from physics.dispersion.cloud import Cloud
from physics.dispersion.mixing import evaporated_cloud
from physics.models import MODELS
from physics.pools import GROUNDS
from physics.quantities import AIR_HEAT_CAPACITY
from physics.rainout import Site, Standing, fall_out, standing_at
from physics.release import ReleaseBand, ReleaseTerm, joined, merged
from physics.substances import substance
from physics.weather import Weather

AIR = Weather(wind_speed=3.0, wind_from_direction=0.0, stability_class="D", ambient_temperature=293.15)
CHLORINE, PROPANE, BENZENE, BUTANE = (substance(name) for name in ("chlorine", "propane", "benzene", "n-butane"))


def jet(of, *, velocity, warm, rate=10.0, lasts=60.0, steps=6):
    """A steady jet of saturated or cooler liquid at ``warm`` K, flashed isenthalpically."""
    enthalpy = float(of.saturation.liquid_enthalpy(warm)) - 0.5 * velocity**2
    t, x, density = state_at(of, enthalpy=enthalpy, pressure=101325.0)
    one = np.ones(steps)
    return ReleaseTerm(
        substance=of.name,
        time=np.linspace(0.0, lasts, steps + 1),
        mass_flow_rate=rate * one,
        vapour_fraction=x * one,
        temperature=t * one,
        density=density * one,
        velocity=velocity * one,
        source_height=2.0,
    )


def landed(release, *, spray=None, site=None, duration=1200.0):
    return fall_out(release, weather=AIR, site=site or Site(), spray=spray or Spray(), duration=duration)


def test_surface_tension_and_viscosity():
    """Handbook values at the boiling point, mN/m; ammonia is known to come out high."""
    for name, printed in (
        ("propane", 15.67),
        ("n-butane", 14.87),
        ("benzene", 21.09),
        ("methane", 12.92),
        ("ethylene", 16.33),
    ):
        of = substance(name)
        boiling = float(of.saturation.temperature(101325.0))
        assert 1e3 * surface_tension(of, temperature=boiling) == pytest.approx(printed, rel=0.06), name
    ammonia = substance("ammonia")
    assert 1.0 < 1e3 * surface_tension(ammonia, temperature=239.8) / 34.12 < 1.15
    assert surface_tension(BENZENE, temperature=562.0) == pytest.approx(0.0, abs=1e-5)
    assert air_viscosity(293.15) == pytest.approx(1.813e-5, rel=5e-3)


def test_slow_cold_liquid_falls_and_a_fast_flashing_jet_does_not():
    cold = landed(jet(BENZENE, velocity=9.0, warm=288.0))
    assert cold.rained_out_mass / cold.discharged_mass > 0.99
    fast = landed(jet(CHLORINE, velocity=89.0, warm=298.15))
    assert fast.rained_out_mass == 0.0
    assert fast.total_mass == pytest.approx(fast.discharged_mass)
    assert float(np.max(fast.liquid.droplet_diameter)) < 100e-6
    slower = landed(jet(CHLORINE, velocity=34.0, warm=298.15))
    assert 0.0 < slower.rained_out_mass < slower.discharged_mass
    outer = landed(jet(CHLORINE, velocity=34.0, warm=298.15), spray=Spray(flashing_rainout=0.0))
    assert outer.rained_out_mass == 0.0
    coarse = landed(jet(CHLORINE, velocity=15.0, warm=245.0), spray=Spray(weber=22.0))
    fine = landed(jet(CHLORINE, velocity=15.0, warm=245.0))
    assert coarse.rained_out_mass >= fine.rained_out_mass


@pytest.mark.parametrize(
    ("of", "velocity", "warm"),
    [(CHLORINE, 25.0, 298.15), (PROPANE, 20.0, 250.0), (BENZENE, 9.0, 288.0), (BUTANE, 12.0, 290.0)],
)
@pytest.mark.parametrize("bund", [None, 40.0])
def test_mass_and_energy_close_from_the_opening_to_the_cloud(of, velocity, warm, bund):
    """Held = airborne + evaporated + left in pool + left in vessel; enthalpy into the air is that of jet and pool."""
    release = jet(of, velocity=velocity, warm=warm)
    found = landed(release, site=Site(bund_area=bund))
    books = found.conservation
    assert abs(books.mass_error) < 1e-9
    assert abs(books.pool_energy_error) < 1e-9
    assert books.airborne + found.rained_out_mass == pytest.approx(release.total_mass, rel=1e-12)
    assert books.airborne + books.pool_evaporated == pytest.approx(found.total_mass, rel=1e-9)
    assert bund is None or float(np.max(found.liquid.pool_area)) <= bund * (1.0 + 1e-9)
    steps = np.diff(found.time)
    table = of.saturation
    rain = found.liquid.rainout_rate
    brought = 0.0
    for i in range(release.mass_flow_rate.size):
        both = enthalpy_of(
            of,
            vapour_fraction=float(release.vapour_fraction[i]),
            temperature=float(release.temperature[i]),
            pressure=101325.0,
        )
        fell = rain[i] * float(table.liquid_enthalpy(float(release.temperature[i])))
        brought += steps[i] * (release.mass_flow_rate[i] * both - fell)
    brought += float(
        np.sum(found.liquid.pool_vapour_rate * steps * table.vapour_enthalpy(found.liquid.pool_temperature))
    )
    went = sum(
        step * rate * enthalpy_of(of, vapour_fraction=float(x), temperature=float(t), pressure=101325.0)
        for step, rate, x, t in zip(steps, found.mass_flow_rate, found.vapour_fraction, found.temperature, strict=True)
    )
    scale = found.total_mass * float(table.heat_of_vaporisation(table.temperature(101325.0)))
    assert abs(went - brought) / scale < 1e-4


def test_momentum_of_the_jet_is_shared_with_the_pools_vapour():
    release = jet(PROPANE, velocity=20.0, warm=250.0)
    found = landed(release)
    airborne = release.mass_flow_rate - found.liquid.rainout_rate[: release.mass_flow_rate.size]
    jets = slice(0, release.mass_flow_rate.size)
    assert found.velocity[jets] * found.mass_flow_rate[jets] == pytest.approx(airborne * 20.0)
    assert np.all(found.velocity[release.mass_flow_rate.size :] == 0.0)
    assert found.duration == pytest.approx(1200.0)


def test_a_jet_without_liquid_is_left_as_it_is():
    gas = replace(jet(PROPANE, velocity=200.0, warm=300.0), vapour_fraction=np.ones(6))
    found = landed(gas)
    for name in ("time", "mass_flow_rate", "temperature", "density", "velocity"):
        assert np.array_equal(getattr(found, name), getattr(gas, name))
    assert found.conservation.mass_error == 0.0


def test_the_way_out_holds_mass_and_energy_at_every_place():
    """Density times velocity times area is the same in throat, opening and after expansion; energy closes."""
    vessel = Vessel(volume=10.0, mass=3000.0, temperature=295.0, height=2.0, shape=Shape.UPRIGHT)
    for path in (FlowPath(hole_diameter=0.02), FlowPath(hole_diameter=0.02, path_length=2.0, path_diameter=0.05)):
        flow = blowdown(PROPANE, vessel=vessel, path=path, duration=300.0, steps=20)
        found, gap = stations(
            PROPANE,
            vessel=vessel,
            path=path,
            pressure=flow.vessel_pressure[:-1],
            temperature=flow.vessel_temperature[:-1],
            mass=flow.vessel_mass[:-1],
            ambient_pressure=101325.0,
        )
        rates = [place.density * place.velocity * place.area for place in (found.throat, found.exit, found.ambient)]
        assert rates[0] == pytest.approx(rates[1], rel=1e-9)
        assert rates[0] == pytest.approx(rates[2], rel=1e-9)
        assert gap < 1e-6
        assert np.all(found.upstream.pressure >= found.throat.pressure)
        assert np.all(found.ambient.pressure == 101325.0)
        assert found.exit.area[0] == pytest.approx(math.pi * 0.02**2 / 4.0)
        assert np.all(found.throat.area <= found.exit.area * (1.0 + 1e-9))
        assert rates[0][0] == pytest.approx(flow.first.mass_flow_rate, rel=1e-6)


def test_merging_and_joining_keep_mass_rain_and_pool():
    found = landed(jet(CHLORINE, velocity=25.0, warm=298.15))
    few = merged(found, most=5)
    assert few.total_mass == pytest.approx(found.total_mass)
    assert few.discharged_mass == pytest.approx(found.discharged_mass)
    assert few.rained_out_mass == pytest.approx(found.rained_out_mass)
    ends = np.searchsorted(found.time, few.time[1:]) - 1
    assert np.array_equal(few.liquid.pool_mass, found.liquid.pool_mass[ends]), "the pool as it is at the step's end"
    both = joined(found, found, elapsed=30.0)
    assert both.discharged_mass == pytest.approx(1.5 * found.discharged_mass)
    assert both.liquid.pool_mass.size == both.mass_flow_rate.size


def test_a_pool_already_there_goes_on():
    """What lies on the ground now is poured at once and its books are kept."""
    release = jet(CHLORINE, velocity=25.0, warm=298.15)
    first = landed(release)
    there = standing_at(first, 60.0)
    assert there.mass == pytest.approx(float(np.interp(60.0, first.time[1:], first.liquid.pool_mass)), rel=1e-9)
    later = landed(release, site=Site(standing=there))
    books = later.conservation
    assert books.held == pytest.approx(release.total_mass + there.mass)
    assert abs(books.mass_error) < 1e-9
    assert later.liquid.pool_mass[0] > 0.9 * there.mass
    assert standing_at(None, 10.0) is None
    assert standing_at(landed(jet(CHLORINE, velocity=89.0, warm=298.15)), 10.0) is None
    alone = landed(
        replace(release, mass_flow_rate=np.zeros(6)), site=Site(standing=Standing(mass=50.0, temperature=230.0))
    )
    assert alone.total_mass > 0.0
    assert abs(alone.conservation.mass_error) < 1e-9


def test_bands_join_run_by_run():
    found = landed(jet(CHLORINE, velocity=25.0, warm=298.15))
    band = ReleaseBand(low=found, best=found, high=found).after(None, elapsed=10.0)
    assert band.high.duration == pytest.approx(found.duration + 10.0)


def test_soil_and_bund_change_what_evaporates():
    release = jet(CHLORINE, velocity=25.0, warm=298.15)
    open_ = landed(release)
    bunded = landed(release, site=Site(bund_area=3.0))
    soil = landed(release, site=Site(ground=GROUNDS["soil"]))
    assert bunded.total_mass < open_.total_mass
    assert soil.total_mass != open_.total_mass


@pytest.mark.parametrize(
    ("name", "velocity", "warm"),
    [("chlorine", 25.0, 298.15), ("benzene", 9.0, 288.0), ("n-butane", 12.0, 290.0), ("acetone", 10.0, 350.0)],
)
def test_dispersion_takes_jet_and_pool(name, velocity, warm):
    """A cloud can be made of every step, and the farther one goes the thinner it is."""
    found = landed(jet(substance(name), velocity=velocity, warm=warm))
    cloud = Cloud(found, AIR)
    along = np.max(
        cloud.concentration(np.array([100.0, 300.0, 1000.0]), 0.0, 0.0, np.linspace(10.0, 1200.0, 60)), axis=0
    )
    assert np.all(np.isfinite(along))
    assert along[0] > along[1] > along[2] > 0.0


def test_the_registered_model_tells_the_whole_story():
    """Chlorine at 25 °C and 30 m/s: 18 % flashes, some of the rest falls out; every kg is accounted for."""
    run = MODELS["rainout-and-pool"].run
    found = run({"fluid": "chlorine", "mass_flow_rate": 5.0, "temperature": 298.15, "expanded_velocity": 30.0})
    assert found["flash_fraction"] == pytest.approx(0.19, abs=0.02)
    assert 0.0 < found["rainout_fraction"] < 1.0 - found["flash_fraction"]
    total = found["airborne_mass"] + found["evaporated_mass"] + found["pool_mass"]
    assert total == pytest.approx(300.0, rel=1e-9)
    assert abs(found["mass_error"]) < 1e-9
    with pytest.raises(ValueError, match="ground"):
        run(
            {
                "fluid": "chlorine",
                "mass_flow_rate": 5.0,
                "temperature": 298.15,
                "expanded_velocity": 30.0,
                "ground": "x",
            }
        )


@pytest.mark.parametrize(
    ("name", "fraction", "warm"),
    [
        ("hydrogen sulfide", 0.2, 212.8),
        ("methyl chloride", 0.2, 248.9),
        ("o-xylene", 0.99, 417.0),
        ("chlorine", 0.2, 239.0),
    ],
)
def test_the_cloud_without_droplets_keeps_the_enthalpy(name, fraction, warm):
    """Heat of the air = heat that evaporates the droplets, also where the last one would go beyond the table's end."""
    of = substance(name)
    cloud = evaporated_cloud(of, vapour_fraction=fraction, temperature=warm, weather=AIR)
    table = of.saturation
    brought = fraction * float(table.vapour_enthalpy(warm)) + (1.0 - fraction) * float(table.liquid_enthalpy(warm))
    taken = float(table.vapour_enthalpy(cloud.temperature)) - brought
    given = cloud.air_per_kg * AIR_HEAT_CAPACITY * (AIR.ambient_temperature - cloud.temperature)
    assert given == pytest.approx(taken, rel=1e-4, abs=1.0)
    assert cloud.mole_fraction <= float(table.pressure(cloud.temperature)) / AIR.ambient_pressure * (1.0 + 1e-6)
