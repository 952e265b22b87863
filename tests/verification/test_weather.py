"""Stability, sun and wind profile against published tables and limits."""

from datetime import UTC, datetime

import numpy as np
import pytest

from physics.cards import MODELS
from physics.weather import (
    CLASSES,
    KNOT,
    Weather,
    class_from_obukhov,
    obukhov_length_inverse,
    similarity_wind_ratio,
    solar_elevation,
    turner_class,
)


@pytest.mark.parametrize(
    ("knots", "sun", "cloud", "ceiling", "expected"),
    [
        (1, 70.0, 0.0, 9000.0, "A"),
        (5, 70.0, 0.0, 9000.0, "A"),
        (6, 70.0, 0.0, 9000.0, "B"),
        (12, 70.0, 0.0, 9000.0, "C"),
        (3, 40.0, 0.0, 9000.0, "B"),
        (3, 20.0, 0.0, 9000.0, "B"),
        (3, 10.0, 0.0, 9000.0, "C"),
        (3, 70.0, 0.9, 1000.0, "B"),  # low cloud takes two classes of sunshine
        (3, 70.0, 0.9, 3000.0, "B"),  # middle cloud takes one
        (8, 50.0, 1.0, 500.0, "D"),  # overcast
        (2, -5.0, 1.0, 500.0, "D"),  # overcast by night
        (3, -5.0, 0.0, 9000.0, "F"),
        (7, -5.0, 0.0, 9000.0, "E"),
        (5, -5.0, 0.8, 9000.0, "E"),
        (12, -5.0, 0.0, 9000.0, "D"),
    ],
)
def test_turner(knots, sun, cloud, ceiling, expected):
    """Turner 1964 as restated by Lavdas 1986."""
    found = turner_class(wind_speed=knots * KNOT, solar_elevation=sun, cloud_cover=cloud, ceiling_height=ceiling)
    assert found == expected


def test_obukhov_length_and_profile():
    """Roughness 0.1 m, class F: L 17.578 m, u(2)/u(10) 0.4765."""
    inverse = obukhov_length_inverse("F", roughness_length=0.1)
    assert 1.0 / inverse == pytest.approx(17.578, abs=5e-4)
    ratio = similarity_wind_ratio(2.0, reference_height=10.0, roughness_length=0.1, inverse=inverse)
    assert ratio == pytest.approx(0.4765, abs=1e-4)
    run = MODELS["monin-obukhov-profile"].run(
        {"wind_speed": 4.0, "height": 2.0, "stability_class": "F", "roughness_length": 0.1}
    )
    assert run["wind_speed"] == pytest.approx(4.0 * 0.4765, abs=4e-4)
    assert obukhov_length_inverse("D", roughness_length=0.1) == 0.0
    assert obukhov_length_inverse("A", roughness_length=0.1) < 0.0


def test_sun_stands_where_it_should():
    """Zenith at the equator at an equinox's noon; 23.4 degrees lower over the tropic; down at midnight."""
    noon = datetime(2026, 3, 20, 12, 7, tzinfo=UTC)
    assert solar_elevation(noon, longitude=0.0, latitude=0.0) == pytest.approx(90.0, abs=1.0)
    solstice = datetime(2026, 6, 21, 12, 2, tzinfo=UTC)
    assert solar_elevation(solstice, longitude=0.0, latitude=0.0) == pytest.approx(66.6, abs=0.5)
    assert solar_elevation(datetime(2026, 6, 21, tzinfo=UTC), longitude=0.0, latitude=38.0) < 0.0
    with pytest.raises(ValueError, match="zone"):
        solar_elevation(datetime(2026, 6, 21), longitude=0.0, latitude=0.0)


@pytest.mark.parametrize("field", ["wind_speed", "ambient_temperature", "roughness_length"])
def test_weather_refuses_nan(field):
    values = {"wind_speed": 3.0, "wind_from_direction": 0.0, "stability_class": "D", field: float("nan")}
    with pytest.raises(ValueError, match="NaN"):
        Weather(**values)


@pytest.mark.parametrize("roughness", [0.01, 0.03, 0.1, 0.5])
def test_a_class_comes_back_from_its_own_obukhov_length(roughness):
    """Golder's lines of a class lie within the borders that figure 5 draws for it."""
    for name in CLASSES:
        inverse = obukhov_length_inverse(name, roughness_length=roughness)
        assert class_from_obukhov(inverse, roughness_length=roughness) == name


def test_borders_between_classes():
    """At 0.1 m: A to L = -10.52 m, B to -30.40, C to -104.1, then D; D from 111.6 m, E from 26.95, F below."""
    for length, expected in [(-10.4, "A"), (-10.6, "B"), (-30.3, "B"), (-30.5, "C"), (-104.0, "C"), (-104.3, "D")]:
        assert class_from_obukhov(1.0 / length, roughness_length=0.1) == expected
    for length, expected in [(111.8, "D"), (111.4, "E"), (27.0, "E"), (26.9, "F")]:
        assert class_from_obukhov(1.0 / length, roughness_length=0.1) == expected
    assert class_from_obukhov(0.0, roughness_length=0.1) == "D"
    assert class_from_obukhov(1.0 / 30.0, roughness_length=1e-4) == class_from_obukhov(
        1.0 / 30.0, roughness_length=0.01
    )


def test_measured_obukhov_length_drives_the_profile():
    given = Weather(
        wind_speed=4.0,
        wind_from_direction=0.0,
        stability_class="E",
        obukhov_length_inverse=0.02,
        roughness_length=0.01,
        reference_height=2.0,
        mixing_height=60.0,
    )
    assert given.inverse_obukhov == 0.02
    assert given.wind(2.0) == pytest.approx(4.0)
    log = np.log(200.0) + 5.0 * 0.02 * (2.0 - 0.01)
    assert given.friction_velocity == pytest.approx(0.4 * 4.0 / log)
    assert given.wind(0.01) == 0.0
    assert given.wind(50.0) == pytest.approx(given.friction_velocity / 0.4 * (np.log(5e3) + 5.0 * (1.0 - 2e-4)))
    # beyond one Obukhov length the shear is that of a logarithm six times as steep (Webb 1970)
    beyond = (given.wind(100.0) - given.wind(75.0)) * 0.4 / given.friction_velocity
    assert beyond == pytest.approx(6.0 * np.log(100.0 / 75.0))
    assert given.lid == 60.0


def test_mixing_height_where_none_is_given():
    """Neutral 0.3 u*/f; stable 0.4 sqrt(u* L / f), and never above the neutral."""
    common = {"wind_speed": 5.0, "wind_from_direction": 0.0}
    neutral = Weather(stability_class="D", **common)
    assert neutral.lid == pytest.approx(0.3 * neutral.friction_velocity / 1e-4)
    stable = Weather(stability_class="F", **common)
    expected = 0.4 * np.sqrt(stable.friction_velocity / (stable.inverse_obukhov * 1e-4))
    assert stable.lid == pytest.approx(expected)
    assert expected < neutral.lid
    assert Weather(stability_class="B", **common).lid >= 1000.0


@pytest.mark.parametrize(
    "change", [{"roughness_length": 0.0}, {"roughness_length": 20.0}, {"mixing_height": 0.0}, {"mixing_height": np.nan}]
)
def test_weather_refuses_what_has_no_profile(change):
    with pytest.raises(ValueError, match=r"roughness_length|mixing_height|NaN"):
        Weather(wind_speed=3.0, wind_from_direction=0.0, stability_class="D", **change)
