"""Pool fires against printed examples, published equations and limits."""

import math

import numpy as np
import pytest

from physics.cards import Grade, ModelInputError
from physics.fire import pool_power, pool_shape
from physics.fire.burning_rate import babrauskas, burgess
from physics.fire.fuels import fuel_of, fuels
from physics.fire.pool_fire import PoolModel, applicable_models, carbon_over_hydrogen, default_model, pool_fire
from physics.fire.pool_shape import PoolWind
from physics.fire.view_factor import tilted_cylinder
from physics.weather import Weather

WEATHER = Weather(wind_speed=5.0, wind_from_direction=270.0, stability_class="D")
BENZENE = PoolWind(
    burning_rate=0.085, diameter=42.445, wind=5.0, air_density=1.2243, kinematic_viscosity=7.5133e-6, gravity=9.80665
)
"""Yellow Book (2005), example 6.6.3, with its printed viscosity."""


def test_yellow_book_example():
    assert pool_shape.equivalent_diameter(28.3 / 0.02) == pytest.approx(42.445, abs=1e-3)
    assert BENZENE.characteristic_wind == pytest.approx(3.06866, rel=1e-4)
    assert BENZENE.dimensionless_wind == pytest.approx(1.62937, rel=1e-4)
    ratio = pool_shape.thomas_wind_length(BENZENE)
    assert ratio == pytest.approx(1.101938, rel=1e-4)
    assert ratio * 42.445 == pytest.approx(46.7725, rel=1e-4)
    assert BENZENE.reynolds == pytest.approx(2.824e7, rel=1e-3)
    assert pool_shape.tilt_ratio(BENZENE) == pytest.approx(1.94315, rel=3e-4)
    assert math.degrees(pool_shape.yellow_book_tilt(BENZENE)) == pytest.approx(50.8286, rel=1e-4)
    assert pool_power.mudan_power(diameter=42.445) == pytest.approx(21e3, rel=0.02)
    most = pool_power.radiated_power(
        burning_rate=0.085, heat_of_combustion=4.015e7, radiative_fraction=0.4, length_over_diameter=ratio
    )
    assert most == pytest.approx(252.4e3, rel=1e-3)
    actual = pool_power.among_smoke(most, soot_share=0.8)
    assert actual == pytest.approx(66e3, rel=0.01)
    seen = tilted_cylinder(
        length_over_radius=2.0 * ratio,
        distance_over_radius=100.0 / 21.2225,
        tilt=pool_shape.yellow_book_tilt(BENZENE),
    )
    assert seen.vertical == pytest.approx(0.091915, rel=2e-4)
    assert seen.horizontal == pytest.approx(0.029146, rel=3e-4)
    assert seen.greatest == pytest.approx(0.0964, rel=1e-3)
    assert 66.48e3 * seen.greatest * 0.71474 == pytest.approx(4581.0, rel=1e-3)


def test_whole_fire_is_near_the_printed_one():
    """The chain on our own air, wind profile and heat of combustion, without the printed rounding."""
    flame = pool_fire("benzene", diameter=42.445, weather=WEATHER)
    assert flame.model == PoolModel.YELLOW_BOOK
    assert flame.length == pytest.approx(46.77, rel=0.02)
    assert math.degrees(flame.tilt) == pytest.approx(50.8, abs=2.5)  # its viscosity is half that of air
    assert flame.surface_emissive_power == pytest.approx(66e3, rel=0.02)
    assert flame.heat_flux(100.0, 0.0, 0.0) == pytest.approx(4581.0, rel=0.45)  # no drag in the example's view factor


def test_check_27():
    pool = PoolWind(burning_rate=0.055, diameter=10.0, wind=0.0, air_density=1.2)
    assert pool_shape.thomas_length(pool) == pytest.approx(1.58165, rel=1e-4)


def test_named_shapes():
    pool = PoolWind(burning_rate=0.11, diameter=20.0, wind=6.0, air_density=1.2, vapour_density=1.8)
    rate, wind = pool.dimensionless_rate, pool.dimensionless_wind
    assert rate == pytest.approx(0.11 / (1.2 * math.sqrt(9.81 * 20.0)))
    assert wind == pytest.approx(6.0 / (9.81 * 0.11 * 20.0 / 1.2) ** (1 / 3))
    assert pool_shape.moorhouse_length(pool) == pytest.approx(6.2 * rate**0.254 * wind**-0.044)
    assert pool_shape.pritchard_binding_length(pool) == pytest.approx(10.615 * rate**0.305 * wind**-0.03)
    assert math.cos(pool_shape.aga_tilt(pool)) == pytest.approx(wind**-0.5)
    assert math.cos(pool_shape.moorhouse_tilt(pool)) == pytest.approx(0.86 * wind**-0.25)
    tilt = pool_shape.welker_sliepcevich_tilt(pool)
    right = 3.3 * pool.reynolds**0.07 * pool.froude**0.8 * 1.5**-0.6
    assert math.tan(tilt) / math.cos(tilt) == pytest.approx(right)
    assert pool_shape.moorhouse_drag(pool) == pytest.approx(1.5 * pool.froude**0.069)
    assert pool_shape.moorhouse_cylinder_drag(pool) == pytest.approx(1.6 * pool.froude**0.061)


def test_calm_air_neither_tilts_nor_drags():
    calm = PoolWind(burning_rate=0.05, diameter=10.0, wind=0.0, air_density=1.2)
    for tilt in ("yellow_book_tilt", "aga_tilt", "welker_sliepcevich_tilt", "moorhouse_tilt"):
        assert getattr(pool_shape, tilt)(calm) == 0.0
    assert pool_shape.moorhouse_drag(calm) == pool_shape.moorhouse_cylinder_drag(calm) == 1.0


def test_tilt_and_drag_grow_with_wind():
    winds = [PoolWind(burning_rate=0.05, diameter=10.0, wind=u, air_density=1.2) for u in (1.0, 3.0, 6.0, 12.0, 60.0)]
    for law in (pool_shape.yellow_book_tilt, pool_shape.aga_tilt, pool_shape.moorhouse_drag):
        values = [law(pool) for pool in winds]
        assert values == sorted(values)
    assert max(pool_shape.yellow_book_tilt(pool) for pool in winds) < 0.5 * math.pi


def test_burning_rates():
    benzene = fuel_of("benzene")
    assert babrauskas(benzene, diameter=42.445) == pytest.approx(0.085, rel=1e-6)
    assert babrauskas(benzene, diameter=0.3) == pytest.approx(0.085 * (1.0 - math.exp(-2.7 * 0.3)))
    assert babrauskas(fuel_of("toluene"), diameter=10.0) is None


def test_burgess_is_near_measured_rates():
    for name in ("n-butane", "n-hexane", "n-heptane", "benzene", "propane"):
        fuel = fuel_of(name)
        ratio = burgess(fuel, ambient_temperature=298.15) / fuel.burning_rate_limit
        assert 1.0 / 1.6 < ratio < 1.6, name


def test_unknown_rate_is_said():
    flame = pool_fire("toluene", diameter=10.0, weather=WEATHER)
    assert any(item.grade is Grade.DEGRADED and "Burgess" in item.says for item in flame.caveats)
    assert any("1 to 100 m wide" in item.says for item in pool_fire("LNG", diameter=0.2, weather=WEATHER).caveats)


def test_what_does_not_burn_is_refused():
    for name in ("chlorine", "water", "unobtainium"):
        with pytest.raises(ModelInputError) as refusal:
            pool_fire(name, diameter=10.0, weather=WEATHER)
        assert refusal.value.field == "fuel"
    with pytest.raises(ModelInputError, match="pool_diameter"):
        pool_fire("LNG", diameter=0.0, weather=WEATHER)
    with pytest.raises(ModelInputError, match="burning_rate"):
        pool_fire("LNG", diameter=10.0, weather=WEATHER, burning_rate=0.0)
    with pytest.raises(ModelInputError, match="poolfire6"):
        pool_fire("benzene", diameter=10.0, weather=WEATHER, model=PoolModel.POOLFIRE6)


def test_defaults():
    assert default_model(fuel_of("LNG")) is default_model(fuel_of("methane")) is PoolModel.LNG
    assert default_model(fuel_of("gasoline")) is PoolModel.YELLOW_BOOK
    assert applicable_models(fuel_of("LNG"))[0] is PoolModel.LNG
    assert carbon_over_hydrogen(fuel_of("LNG")) == 0.25
    assert carbon_over_hydrogen(fuel_of("propane")) == pytest.approx(0.375)


@pytest.mark.parametrize("name", fuels())
def test_every_fuel_burns_by_every_model_it_has(name):
    fuel = fuel_of(name)
    assert 0.0 < fuel.stoichiometric_mass_fraction < 0.6
    for model in applicable_models(fuel):
        flame = pool_fire(fuel, diameter=15.0, weather=WEATHER, model=model)
        flux = flame.heat_flux(np.array([12.0, 40.0, 200.0]), 0.0, 1.5)
        assert np.all(np.isfinite(flux))
        assert flux[0] >= flux[1] >= flux[2] > 0.0
        assert flame.surface_emissive_power < 400e3
        assert flame.surface.shape[1:] == (3, 3)


def test_heat_flux_is_even_across_the_wind_and_falls_with_distance():
    flame = pool_fire("LNG", diameter=20.0, weather=WEATHER)
    x, y = np.linspace(-100.0, 150.0, 40), 31.0
    assert flame.heat_flux(x, y, 1.5) == pytest.approx(flame.heat_flux(x, -y, 1.5), rel=1e-9)
    downwind = flame.heat_flux(np.linspace(20.0, 400.0, 60), 0.0, 0.0)
    assert np.all(np.diff(downwind) <= 1e-6)
    assert flame.heat_flux(60.0, 0.0, 0.0) > flame.heat_flux(-60.0, 0.0, 0.0)


def test_dose_of_a_steady_fire():
    flame = pool_fire("LNG", diameter=20.0, weather=WEATHER)
    flux = float(flame.heat_flux(60.0, 0.0, 1.5))
    assert float(flame.dose(60.0, 0.0, 1.5, duration=30.0)) == pytest.approx(flux ** (4 / 3) * 30.0)


def test_two_zones():
    flame = pool_fire("LNG", diameter=35.0, weather=WEATHER, model=PoolModel.POOLFIRE6)
    assert len(set(flame.solid.power.tolist())) == 2
    assert flame.surface_emissive_power == pytest.approx(265e3 * (1.0 - math.exp(-0.149 * 35.0)))
