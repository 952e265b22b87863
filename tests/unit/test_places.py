"""Where things are: people by the wind's compass, and how far the wind's spread widens what is drawn for them."""

import math

import numpy as np
import pytest
import shapely

from physics.weather import LEAST_SIGMA_V, Weather
from scenarios.contours import contours
from scenarios.forecast import forecast
from scenarios.outlook import CALM, NORMAL_95, outlook
from scenarios.receptors import along_and_across, turned_towards
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant

PLANT = load_plant(find_plant("festus-chlorine"))


@pytest.mark.parametrize(
    ("wind_from", "point", "along", "across"),
    [
        (270.0, (100.0, 0.0), 100.0, 0.0),  # a west wind blows to the east
        (270.0, (0.0, 50.0), 0.0, 50.0),  # north lies to its left
        (0.0, (0.0, -80.0), 80.0, 0.0),  # a north wind blows to the south
        (0.0, (30.0, 0.0), 0.0, 30.0),  # east lies to its left
        (225.0, (70.0, 70.0), 70.0 * math.sqrt(2.0), 0.0),
        (90.0, (40.0, 0.0), -40.0, 0.0),  # upwind
    ],
)
def test_along_and_across_follow_the_compass(wind_from, point, along, across):
    weather = Weather(wind_speed=3.0, wind_from_direction=wind_from, stability_class="D")
    found = along_and_across(np.array([[1000.0 + point[0], point[1]]]), (1000.0, 0.0), weather)
    assert [float(item[0]) for item in found] == pytest.approx([along, across], abs=1e-9)


def test_who_is_reached_depends_on_where_they_live():
    """Wind from 7 degrees reaches Blue Fountain in the south; turned about, Goodwin Brothers in the north-east."""

    def reached(wind_from):
        asked = Scenario(
            plant=PLANT.id,
            part="H-301A",
            wind=Wind(speed=5.0, from_direction=wind_from, stability="D"),
            duration=1800.0,
        )
        rows = summary(forecast(PLANT, None, asked))["receptors"]
        return {row["id"]: row["best_peak_ppm"] for row in rows if row["branch"] == "isolation-fails"}

    south, north_east = reached(7.0), reached(227.0)
    assert south["blue-fountain"] > 100.0 > south["goodwin-brothers"]
    assert north_east["goodwin-brothers"] > 100.0 > north_east["blue-fountain"]


def test_spread_and_speeds_of_the_outlook():
    """Direction: 1.645 atan(sigma_v / u) to each side; speed: the tenth and ninetieth percentile, never calm."""
    found = outlook(PLANT, None, Wind(speed=2.0, from_direction=90.0, stability="D"))
    assert found.spread == pytest.approx(NORMAL_95 * math.atan2(LEAST_SIGMA_V, 2.0))
    slow, middle, fast = sorted(member.wind_speed for member in found.members)
    assert slow < middle == 2.0 < fast
    light = outlook(PLANT, None, Wind(speed=1.05, from_direction=90.0, stability="D"))
    assert min(member.wind_speed for member in light.members) == CALM


def test_what_is_drawn_covers_the_spread_of_directions():
    """Beside the plume of one wind, the outer edge reaches as far as the directions spread, and no farther."""
    asked = Scenario(
        plant=PLANT.id,
        part="H-301A",
        hole_diameter=0.003,
        wind=Wind(speed=8.0, from_direction=180.0, stability="D"),
        duration=1800.0,
    )
    found = forecast(PLANT, None, asked)
    winds = outlook(PLANT, None, asked.wind)
    outer = next(
        item
        for item in contours(found, frames=False)
        if (item.edge, item.level, item.branch) == ("outer", "AEGL-2", "isolation-fails")
    )
    one = found.sel(branch="isolation-fails", level="AEGL-2")
    source = np.array(found.attrs["source_east_north_up_m"][:2])
    middle = int(np.flatnonzero(~np.isnan(one.outer_zone.values))[-1] // 2)
    half, own = float(one.radius[middle]), float(one.outer_zone[middle])

    def off_axis(angle):
        return shapely.Point(source + half * np.array([math.sin(angle), math.cos(angle)]))

    assert all(outer.polygons.covers(off_axis(sign * (own + 0.7 * winds.spread))) for sign in (-1, 1))
    assert not any(outer.polygons.covers(off_axis(sign * (own + 1.3 * winds.spread))) for sign in (-1, 1))
    turned, aside = turned_towards(
        source + half * np.array([[math.sin(winds.spread), math.cos(winds.spread)]]),
        (float(source[0]), float(source[1])),
        winds,
        winds.members[0],
    )
    assert float(aside[0]) == pytest.approx(0.0, abs=1e-6 * half)
    assert float(turned[0]) == pytest.approx(half)
