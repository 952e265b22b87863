"""Stability from a station's readings against published tables and against profiles of a known Obukhov length."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.cards import MODELS, ModelInputError
from physics.weather import (
    RoughnessSectors,
    Weather,
    class_from_obukhov,
    class_mixing_height,
    coriolis,
    srdt_class,
    surface_layer,
)
from physics.weather.profile_method import ADIABATIC_LAPSE, STEEPEST


@pytest.mark.parametrize(
    ("wind", "row"), [(1.9, "AABD"), (2.0, "ABCD"), (3.0, "BBCD"), (5.0, "CCDD"), (6.0, "CDDD"), (20.0, "CDDD")]
)
def test_srdt(wind, row):
    """EPA 2000, table 6-7, by day at 1000, 800, 400 and 100 W/m², and on its edges; by night below it."""
    for sun, expected in zip((1000.0, 800.0, 400.0, 100.0), row, strict=True):
        assert srdt_class(wind_speed=wind, solar_flux=sun, temperature_gradient=0.0) == expected
    for edge, column in ((925.0, 0), (924.9, 1), (675.0, 1), (674.9, 2), (175.0, 2), (174.9, 3)):
        assert srdt_class(wind_speed=wind, solar_flux=edge, temperature_gradient=0.0) == row[column]


@pytest.mark.parametrize(("wind", "row"), [(1.9, "EF"), (2.0, "DE"), (2.4, "DE"), (2.5, "DD"), (9.0, "DD")])
def test_srdt_by_night(wind, row):
    for gradient, expected in ((-0.01, row[0]), (0.0, row[1]), (0.1, row[1])):
        assert srdt_class(wind_speed=wind, solar_flux=0.0, temperature_gradient=gradient) == expected
    run = MODELS["srdt-stability"].run({"wind_speed": 1.0, "solar_flux": 0.0, "temperature_gradient": 0.05})
    assert run["stability_class"] == "F"


@settings(deadline=None)
@given(inverse=st.floats(-0.4, 0.08), wind=st.floats(1.0, 15.0), roughness=st.floats(1e-3, 0.4))
def test_profile_method_finds_what_made_the_profile(inverse, wind, roughness):
    """Wind and temperature of a known Obukhov length, read at 2 and 10 m."""
    weather = Weather(
        wind_speed=wind,
        wind_from_direction=0.0,
        stability_class="D",
        obukhov_length_inverse=inverse,
        roughness_length=roughness,
    )
    found = surface_layer(
        wind_speed=wind,
        reference_height=10.0,
        roughness_length=roughness,
        temperature_difference=weather.temperature(10.0) - weather.temperature(2.0),
        lower_height=2.0,
        upper_height=10.0,
    )
    assert found.inverse == pytest.approx(inverse, rel=1e-3, abs=1e-6)
    assert found.friction_velocity == pytest.approx(weather.friction_velocity, rel=1e-3)


def test_profile_method_at_its_ends():
    """Air without exchange of heat is neutral; a difference no wind like this can have gives the end of the range."""
    common = {
        "wind_speed": 3.0,
        "reference_height": 10.0,
        "roughness_length": 0.1,
        "lower_height": 2.0,
        "upper_height": 10.0,
    }
    assert surface_layer(temperature_difference=-8.0 * ADIABATIC_LAPSE, **common).inverse == pytest.approx(
        0.0, abs=1e-9
    )
    assert surface_layer(temperature_difference=-50.0, **common).inverse == pytest.approx(-STEEPEST)
    assert 0.0 < surface_layer(temperature_difference=50.0, **common).inverse <= STEEPEST
    run = MODELS["profile-method"].run(
        {"wind_speed": 3.0, "temperature_difference": 0.8, "lower_height": 2.0, "upper_height": 10.0}
    )
    assert run["stability_class"] == class_from_obukhov(run["obukhov_length_inverse"], roughness_length=0.1)
    assert run["stability_class"] in "EF"
    with pytest.raises(ModelInputError, match="upper_height"):
        MODELS["profile-method"].run({"wind_speed": 3.0, "temperature_difference": 0.8, "lower_height": 20.0})


def test_temperature_profile():
    """Neutral: it falls by 9.8 K in a kilometre; a stable night is warmer above."""
    neutral = Weather(wind_speed=5.0, wind_from_direction=0.0, stability_class="D", ambient_temperature=290.0)
    assert neutral.temperature(10.0) == 290.0
    assert neutral.temperature(110.0) == pytest.approx(290.0 - 0.98)
    night = Weather(wind_speed=2.0, wind_from_direction=0.0, stability_class="F", ambient_temperature=290.0)
    assert night.temperature(20.0) > 290.0 > night.temperature(2.0)
    sunny = Weather(wind_speed=2.0, wind_from_direction=0.0, stability_class="A", ambient_temperature=290.0)
    assert sunny.temperature(1.0) > 290.1


def test_mechanical_mixing_height():
    """0.3 u*/f; 0.4 sqrt(u* L / f), which meets it at L = 0.5625 u*/f; at 43 degrees f is 1e-4 1/s."""
    run = MODELS["mechanical-mixing-height"].run
    assert coriolis(43.0) == pytest.approx(1e-4, rel=0.01)
    assert coriolis(-43.0) == coriolis(43.0)
    assert coriolis(0.0) > 0.0
    f = coriolis(43.0)
    neutral = run({"friction_velocity": 0.4, "obukhov_length_inverse": 0.0})["mixing_height"]
    assert neutral == pytest.approx(0.3 * 0.4 / f)
    stable = run({"friction_velocity": 0.1, "obukhov_length_inverse": 1.0 / 20.0})["mixing_height"]
    assert stable == pytest.approx(0.4 * math.sqrt(0.1 * 20.0 / f))
    lengths = np.geomspace(1.0, 1e6, 50)
    depths = [
        run({"friction_velocity": 0.3, "obukhov_length_inverse": float(1.0 / length)})["mixing_height"]
        for length in lengths
    ]
    assert np.all(np.diff(depths) >= 0.0)
    assert depths[-1] == pytest.approx(0.3 * 0.3 / f)


def test_mixing_height_of_a_class():
    """SLAB's: 1040 m in class D, halved with each class towards F, doubled towards A."""
    assert [class_mixing_height(name) for name in "ADF"] == [8320.0, 1040.0, 260.0]


def test_roughness_by_sector():
    """Sectors reach round through north."""
    ground = RoughnessSectors(begins=(20.0, 110.0, 250.0), roughness_length=(0.03, 1.0, 0.3))
    for direction, expected in [(20.0, 0.03), (109.9, 0.03), (110.0, 1.0), (300.0, 0.3), (0.0, 0.3), (379.0, 0.3)]:
        assert ground.at(direction) == expected
    assert ground.at(-250.0) == 1.0
    assert RoughnessSectors(begins=(0.0,), roughness_length=(0.1,)).at(359.9) == 0.1


@pytest.mark.parametrize(
    ("begins", "lengths"),
    [((), ()), ((0.0, 90.0), (0.1,)), ((90.0, 0.0), (0.1, 0.2)), ((0.0, 360.0), (0.1, 0.2)), ((0.0,), (0.0,))],
)
def test_sectors_that_do_not_divide_the_circle_are_refused(begins, lengths):
    with pytest.raises(ValueError, match=r"sector|roughness"):
        RoughnessSectors(begins=begins, roughness_length=lengths)


def test_power_law_wind_profile():
    """ISC3: class F rises with the 0.55 of the height in the country and 0.30 in town."""
    run = MODELS["power-law-wind-profile"].run
    common = {"wind_speed": 2.0, "height": 100.0, "stability_class": "F"}
    assert run(common)["wind_speed"] == pytest.approx(2.0 * 10.0**0.55)
    assert run(common | {"roughness_length": 1.0})["wind_speed"] == pytest.approx(2.0 * 10.0**0.30)
    assert run(common | {"height": 10.0})["wind_speed"] == 2.0
    for name, power in zip("ABCDE", (0.07, 0.07, 0.10, 0.15, 0.35), strict=True):
        assert run(common | {"stability_class": name})["wind_speed"] == pytest.approx(2.0 * 10.0**power)
    with pytest.raises(ModelInputError, match="stability_class"):
        run(common | {"stability_class": "G"})
