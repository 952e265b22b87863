"""Eddy diffusion against its exact solution; mass, monotony and bounds of the plume by similarity theory."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.cards import MODELS
from physics.dispersion.profile_fit import bluntness, fitted, power_of, ratio_of
from physics.dispersion.similarity import column_solution, diffusivity, layer_speeds, layers, sigma_v
from physics.dispersion.similarity_plume import HIGHEST_SOURCE, LAYERS, STATIONS, similarity_plume, solve
from physics.dispersion.track import Aim, Source, upright
from physics.quantities import GAS_CONSTANT
from physics.substances import substance
from physics.weather import CLASSES, Weather


def air(stability="D", wind=4.0, roughness=0.05, **more):
    return Weather(
        wind_speed=wind, wind_from_direction=0.0, stability_class=stability, roughness_length=roughness, **more
    )


def source(rate=1.0, height=0.5, **more):
    gas = substance("chlorine")
    return Source(
        substance=gas,
        aim=Aim.HORIZONTAL,
        temperature=293.15,
        density=1.2,
        mass_flow_rate=rate,
        height=height,
        **more,
    )


def powers(m, n, layers_number, stations):
    """Numerical solution with u = 3 z^m and K = 0.2 z^n at eight heights, over the exact one."""
    faces = np.empty(layers_number + 1)
    layers(1e-4, 400.0, faces)
    middle = 0.5 * (faces[1:] + faces[:-1])
    x = np.geomspace(0.05, 100.0, stations)
    out = np.empty((stations, layers_number))
    column_solution(1e-4, 0.0, faces, 3.0 * middle**m, 0.2 * faces**n, x, out)
    r = 2.0 + m - n
    s = (m + 1.0) / r
    scale = 3.0 / (r**2 * 0.2 * x[-1])
    exact = r * scale**s / (3.0 * math.gamma(s)) * np.exp(-scale * middle**r)
    heights = np.array([0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 8.0])
    return np.interp(heights, middle, out[-1] / exact)


@pytest.mark.parametrize(("m", "n"), [(0.15, 1.0), (0.3, 0.8), (0.05, 1.4)])
def test_exact_solution_for_powers_of_the_height(m, n):
    """Roberts: within 2.5 % on the grid in use, 0.3 % on one four times as fine, and closing as steps do."""
    coarse, fine, finest = (powers(m, n, k * LAYERS, k * 160) for k in (1, 2, 4))
    assert coarse == pytest.approx(np.ones(7), abs=0.025)
    assert finest == pytest.approx(np.ones(7), abs=0.003)
    assert 1.6 < np.linalg.norm(coarse - fine) / np.linalg.norm(fine - finest) < 4.5


def test_diffusivity_is_that_of_the_surface_layer_near_the_ground():
    """kappa u* z / phi_h with Dyer's phi_h, and none at the lid."""
    assert diffusivity(1.0, 0.3, 0.0, 1e9) == pytest.approx(0.4 * 0.3)
    assert diffusivity(2.0, 0.3, 0.05, 1e9) == pytest.approx(0.4 * 0.3 * 2.0 / 1.5)
    assert diffusivity(100.0, 0.3, 0.05, 1e9) == pytest.approx(0.4 * 0.3 * 100.0 / 6.0)
    assert diffusivity(2.0, 0.3, -0.1, 1e9) == pytest.approx(0.4 * 0.3 * 2.0 * math.sqrt(1.0 + 3.2))
    assert diffusivity(50.0, 0.3, 0.0, 100.0) == pytest.approx(0.4 * 0.3 * 50.0 * 0.25)
    assert diffusivity(100.0, 0.3, 0.0, 100.0) == 0.0


def test_crosswind_fluctuation():
    """1.414 u* when neutral or stable; with w* = 1.5 m/s at u* = 0.3 m/s, 0.984 m/s."""
    assert sigma_v(0.3, 0.0, 1000.0) == pytest.approx(0.3 * math.sqrt(2.0))
    assert sigma_v(0.3, 0.05, 50.0) == pytest.approx(0.3 * math.sqrt(2.0))
    inverse = -((1.5 / 0.3) ** 3) * 0.4 / 1000.0
    assert sigma_v(0.3, inverse, 1000.0) == pytest.approx(math.sqrt(2.0 * 0.09 + 0.35 * 2.25))


def test_fit_returns_the_shape_it_was_given():
    """Of a Gaussian on the ground, an exponential, and a Gaussian two sigmas up."""
    faces = np.concatenate([[1e-3], np.geomspace(2e-3, 60.0, 400)])
    middle, speed, none = 0.5 * (faces[1:] + faces[:-1]), np.ones(400), np.zeros(400)
    shapes = [(0.0, 3.0, 2.0), (0.0, 2.0, 1.0), (6.0, 3.0, 2.0)]
    for centre, sigma, power in shapes:
        profile = np.array([[upright(z, centre, sigma, power, math.inf) for z in middle]])
        out = np.empty((6, 1))
        fitted(faces, profile, speed, none, 0.0, out)
        assert out[:4, 0] == pytest.approx([centre, sigma, power, 1.0], rel=0.02, abs=0.02)
    assert bluntness(2.0) == pytest.approx(2.0 / math.pi)
    assert power_of(bluntness(1.3)) == pytest.approx(1.3)
    assert ratio_of(2.0 / math.pi - 1e-9) == pytest.approx(0.0, abs=0.05)


WEATHERS = st.builds(
    air,
    stability=st.sampled_from(CLASSES),
    wind=st.floats(1.0, 15.0),
    roughness=st.floats(1e-4, 1.0),
)


@settings(max_examples=40, deadline=None)
@given(weather=WEATHERS, height=st.floats(0.0, HIGHEST_SOURCE), rate=st.floats(1e-6, 1e3), share=st.floats(0.0, 1.0))
def test_mass_through_any_cross_section(weather, height, rate, share):
    """The integral of u C over a cross-section is the rate, with the profile's own wind."""
    track = similarity_plume(source(rate, height), weather)
    j = int(share * (STATIONS - 1))
    faces, speed = np.empty(LAYERS + 1), np.empty(LAYERS)
    layers(weather.roughness_length, max(weather.lid, 20.0 * weather.roughness_length), faces)
    layer_speeds(weather.friction_velocity, weather.inverse_obukhov, faces, speed)
    z = 0.5 * (faces[1:] + faces[:-1])
    y = np.linspace(-8.0, 8.0, 201) * track.sigma_y[j]
    dense = 0.070906 * weather.ambient_pressure / (GAS_CONSTANT * weather.ambient_temperature)
    shape = np.array([upright(h, *(a[j] for a in (track.centre_height, track.sigma_z, track.vertical_power)), math.inf)
                      for h in z])  # fmt: skip
    across = np.trapezoid(np.exp(-0.5 * (y / track.sigma_y[j]) ** 2), y)
    carried = track.mole_fraction[j] * dense * across * np.sum(shape * speed * np.diff(faces))
    assert carried == pytest.approx(rate, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(weather=WEATHERS, height=st.floats(0.0, HIGHEST_SOURCE), x=st.floats(1.0, 1e4), y=st.floats(0.0, 500.0))
def test_grows_with_the_rate_and_is_the_same_on_both_sides(weather, height, x, y):
    low, high = (similarity_plume(source(rate, height), weather) for rate in (0.5, 1.0))
    points = (np.array([x, x]), np.array([y, -y]), 1.5)
    assert np.all(high.at(*points) >= low.at(*points))
    assert high.at(*points)[0] == high.at(*points)[1]
    assert np.all((high.at(*points) >= 0.0) & (high.at(*points) <= 1.0))


@pytest.mark.parametrize("stability", CLASSES)
def test_axis_falls_with_distance(stability):
    track = similarity_plume(source(0.001, 0.0), air(stability))
    x = np.geomspace(20.0, 19_000.0, 80)
    assert np.all(np.diff(track.at(x, 0.0, 1.0)) < 0.0)
    assert np.all(np.diff(track.sigma_y) > 0.0)
    assert np.all(np.diff(track.travel_time) > 0.0)


def test_twice_as_many_layers_and_stations_move_little():
    """Less than 2 % at breathing height: the grid is fine enough."""
    for stability in "BDF":
        weather = air(stability)
        coarse = solve(weather, source_height=0.5)
        fine = solve(weather, source_height=0.5, stations=np.geomspace(1.0, 20_000.0, 4 * STATIONS))
        at = [np.interp(np.log([50.0, 500.0, 5000.0]), np.log(p.distance), np.log(p.amplitude)) for p in (coarse, fine)]
        assert np.max(np.abs(at[0] - at[1])) < 0.02


def test_uptake_by_the_ground():
    """What is not taken up is still carried; a faster uptake leaves less, and the plume stays above zero."""
    weather = air("E", wind=2.0)
    none, some, much = (
        solve(weather, source_height=0.5, deposition_velocity=v) for v in (0.0, 0.01, 1.0)
    )  # fmt: skip
    assert none.airborne == pytest.approx(np.ones(STATIONS))
    assert np.all(np.diff(some.airborne) < 0.0)
    assert np.all(much.airborne <= some.airborne)
    assert np.all(much.amplitude > 0.0)
    # nothing takes up faster than the air can bring it: an endless uptake is no more than the air's own resistance
    endless = solve(weather, source_height=0.5, deposition_velocity=10.0)
    assert endless.airborne[-1] > 0.5 * much.airborne[-1]


def test_averaging_time_widens_by_its_fifth_root():
    short, long = (solve(air(), source_height=0.5, averaging_time=t) for t in (60.0, 600.0))
    assert long.sigma_y / short.sigma_y == pytest.approx(np.full(STATIONS, 10.0**0.2))


def test_what_has_no_ordinary_answer():
    """No release, a release above the lid, a receptor at the source and upwind: nothing, nothing, a bound, nothing."""
    assert np.all(similarity_plume(source(0.0), air()).at([10.0, 100.0]) == 0.0)
    above = similarity_plume(source(1.0, 80.0), air("F", mixing_height=50.0))
    assert np.all(above.at([10.0, 100.0, 1e4]) == 0.0)
    assert any("above the mixing height" in caveat.says for caveat in above.caveats)
    near = similarity_plume(source(50.0), air())
    assert 0.0 < near.at(0.0, 0.0, 0.5) <= 1.0
    assert near.at(-5.0) == 0.0
    high = similarity_plume(source(1.0, 20.0), air())
    assert any("Made for releases up to" in caveat.says for caveat in high.caveats)


def test_crosswind_spread_is_draxlers():
    """Sigma y of ten minutes: (1/6)^0.2 sigma_v t / (1 + 0.9 (t / 1000 s)^(1/2)) at every travel time."""
    weather = air("B", wind=3.0)
    plume = solve(weather, source_height=0.5)
    t = plume.travel_time
    fluctuation = sigma_v(weather.friction_velocity, weather.inverse_obukhov, weather.lid)
    expected = (1.0 / 6.0) ** 0.2 * fluctuation * t / (1.0 + 0.9 * np.sqrt(t / 1000.0))
    assert plume.sigma_y == pytest.approx(expected)
    assert plume.sigma_x == pytest.approx(2.0 * weather.friction_velocity * t / (1.0 + 0.9 * np.sqrt(t / 1000.0)))


def test_card():
    """The registered model says what the track says."""
    weather = air("D", obukhov_length_inverse=0.0, mixing_height=800.0)
    run = MODELS["similarity-plume"].run(
        {
            "mass_flow_rate": 2.0,
            "wind_speed": 4.0,
            "roughness_length": 0.05,
            "obukhov_length_inverse": 0.0,
            "mixing_height": 800.0,
            "source_height": 0.5,
            "downwind_distance": 300.0,
            "crosswind_distance": 10.0,
            "height": 1.5,
        }
    )
    dense = 0.070906 * weather.ambient_pressure / (GAS_CONSTANT * weather.ambient_temperature)
    track = similarity_plume(source(2.0), weather)
    assert run["concentration"] == pytest.approx(float(track.at(300.0, 10.0, 1.5)) * dense, rel=0.01)
    assert run["deposited_fraction"] == pytest.approx(0.0, abs=1e-9)
    nothing = MODELS["similarity-plume"].run(
        {"mass_flow_rate": 2.0, "wind_speed": 4.0, "obukhov_length_inverse": 0.0, "downwind_distance": 0.0}
    )
    assert nothing["concentration"] == 0.0
