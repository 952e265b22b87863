"""Any model's plume carried by a wind: in a constant wind it is that plume, in a turning one it turns."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from physics.dispersion.carried import CarriedCloud, handover
from physics.dispersion.cloud import Cloud
from physics.release import ReleaseTerm
from physics.weather import Weather
from physics.wind import WindSeries, steady_wind


def release(*rates, edges=None, of="chlorine", vapour=0.18, temperature=239.0, height=1.0, velocity=30.0):
    count = len(rates)
    return ReleaseTerm(
        substance=of,
        time=np.array([0.0, 3600.0] if edges is None else edges),
        mass_flow_rate=np.array(rates, dtype=float),
        vapour_fraction=np.full(count, vapour),
        temperature=np.full(count, temperature),
        density=np.full(count, 15.0),
        velocity=np.full(count, velocity),
        source_height=height,
    )


def weather(speed, stability):
    return Weather(wind_speed=speed, wind_from_direction=250.0, stability_class=stability)


def places(air, along, across):
    """Points east, north, up of distances along and to the left of the wind."""
    towards = np.radians(air.downwind_bearing)
    east = along * np.sin(towards) - across * np.cos(towards)
    north = along * np.cos(towards) + across * np.sin(towards)
    return np.column_stack([east, north, np.zeros_like(east)])


@pytest.mark.parametrize("across", [0.0, 0.05])
@pytest.mark.parametrize(
    ("given", "air", "model"),
    [
        (release(2.0), weather(3.0, "D"), None),
        (release(2.0), weather(1.5, "F"), None),
        (release(0.3, of="ammonia", vapour=1.0, temperature=293.0), weather(3.0, "D"), None),
        (release(0.05, of="ammonia", vapour=1.0, temperature=293.0), weather(2.0, "F"), None),
        (release(0.05, of="ammonia", vapour=1.0, temperature=293.0), weather(4.0, "B"), "gaussian-plume-isc3-rural"),
    ],
)
def test_in_a_constant_wind_it_is_the_plume(given, air, model, across):
    x = np.geomspace(40.0, 5000.0, 12)
    plume = Cloud(given, air, model=model)
    carried = CarriedCloud(given, steady_wind(air), air, model=model)
    assert carried.models[0] == plume.models[0]
    expected = plume.mole_fraction(x, across * x, 0.0, 3500.0)[0]
    found = carried.at(places(air, x, across * x), [3500.0])[0]
    # a puff's own length smears what bends; the front of a light wind's cloud has not come far
    here = x < 0.4 * 3500.0 * air.wind_speed
    assert found[here] == pytest.approx(expected[here], rel=0.06, abs=1e-9)


def test_steps_of_a_release_follow_each_other():
    air = weather(3.0, "D")
    given = release(2.0, 0.5, 0.0, edges=[0.0, 600.0, 1200.0, 3600.0])
    plume, carried = Cloud(given, air), CarriedCloud(given, steady_wind(air), air)
    times = [300.0, 900.0, 1500.0, 3000.0]
    expected = plume.mole_fraction(300.0, 0.0, 0.0, times)
    found = carried.at(places(air, np.array([300.0]), np.array([0.0])), times)[:, 0]
    assert found[:2] == pytest.approx(expected[:2], rel=0.03)
    assert found[2] < 0.05 * found[1]
    assert found[3] < 1e-12


def test_a_wind_that_turns_turns_the_cloud():
    air = weather(3.0, "D")
    turning = WindSeries(
        time=np.array([0.0, 900.0, 1000.0, 3600.0]),
        speed=np.full(4, 3.0),
        from_direction=np.array([250.0, 250.0, 340.0, 340.0]),
        stability=("D",) * 4,
    )
    carried = CarriedCloud(release(1.0), turning, air)
    old, new = (
        places(air, np.array([800.0]), np.array([0.0])),
        places(
            Weather(wind_speed=3.0, wind_from_direction=340.0, stability_class="D"), np.array([800.0]), np.array([0.0])
        ),
    )
    before, after = carried.at(np.vstack([old, new]), [850.0, 2500.0])
    assert before[0] > 100.0 * before[1]
    assert after[1] > 100.0 * after[0]
    assert after[1] == pytest.approx(before[0], rel=0.05)


def test_a_grid_holds_what_its_points_do_on_any_number_of_threads():
    air = weather(2.0, "E")
    carried = CarriedCloud(release(1.0), steady_wind(air), air)
    x, y = np.linspace(-200.0, 1800.0, 81), np.linspace(-400.0, 900.0, 66)
    times = [300.0, 1500.0]
    grid = carried.grid(x, y, 0.0, times)
    with ThreadPoolExecutor(2) as pool:
        assert np.array_equal(grid, carried.grid(x, y, 0.0, times, map=pool.map))
    east, north = np.meshgrid(x, y)
    points = carried.at(np.column_stack([east.ravel(), north.ravel(), np.zeros(east.size)]), times)
    strong = points > 1e-6
    assert np.max(np.abs(grid.reshape(2, -1)[strong] / points[strong] - 1.0)) < 0.05


def test_handover_waits_until_the_cloud_is_thin_and_falling():
    air = weather(2.0, "F")
    given = release(1.0)
    carried = CarriedCloud(given, steady_wind(air), air)
    part = carried._parts[0]
    reach = handover(part.near)
    assert float(part.near.at(0.5 * reach)) > float(part.near.at(reach))
    assert float(part.near.at(reach)) <= 0.01
    near = places(air, np.array([0.3 * reach]), np.array([0.0]))
    assert carried.at(near, [3000.0])[0, 0] == pytest.approx(float(part.near.at(0.3 * reach)), rel=1e-6)
