"""Stability, sun and wind profile against published tables and limits."""

from datetime import UTC, datetime

import pytest

from physics.cards import MODELS
from physics.weather import (
    KNOT,
    Weather,
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
