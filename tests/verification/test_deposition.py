"""Source depletion against its closed form, and against eddy diffusion with uptake at the ground."""

import dataclasses

import numpy as np
import pytest

from physics.cards import MODELS
from physics.dispersion.carried import CarriedCloud
from physics.dispersion.cloud import Cloud
from physics.dispersion.deposition import (
    DEPOSITION_VELOCITY,
    MILLIMETRE_PER_HOUR,
    depleted,
    dry_fraction,
    surface_depleted,
    washout_rate,
)
from physics.dispersion.gaussian_track import gaussian_track
from physics.dispersion.similarity_plume import similarity_plume, solve
from physics.dispersion.track import THIN, Aim, Source
from physics.release import ReleaseTerm
from physics.substances import substance
from physics.weather import Weather
from physics.wind import steady_wind

SOURCE = Source(
    substance=substance("sulfur dioxide"),
    aim=Aim.HORIZONTAL,
    temperature=293.15,
    density=2.7,
    mass_flow_rate=0.01,
)


def air(stability="A", wind=4.0):
    return Weather(wind_speed=wind, wind_from_direction=0.0, stability_class=stability, mixing_height=3000.0)


def test_closed_form():
    """Sigma z = 0.2 x (Briggs, A), 4 m/s, 0.02 m/s: (x / x0)^(-v_d sqrt(2/pi) / (0.2 u)) of what there was at x0."""
    run = MODELS["source-depletion"].run
    common = {"wind_speed": 4.0, "stability_class": "A", "deposition_velocity": 0.02}
    left = [1.0 - run(common | {"downwind_distance": x})["deposited_fraction"] for x in (200.0, 2000.0)]
    assert left[1] / left[0] == pytest.approx(10.0 ** (-0.02 * np.sqrt(2.0 / np.pi) / 0.8), rel=1e-4)


def test_nothing_is_lost_where_nothing_is_taken():
    track = gaussian_track(SOURCE, air("D"))
    assert dry_fraction(track, 0.0) == pytest.approx(np.ones(track.distance.size))
    assert depleted(track).at(500.0) == track.at(500.0)
    some, more = (depleted(track, deposition_velocity=v).at([100.0, 1000.0, 1e4]) for v in (0.005, 0.02))
    assert np.all((more < some) & (some < track.at([100.0, 1000.0, 1e4])))


def test_rain():
    """A tenth of a per cent in ten seconds at 1 mm/h; exponential in time of travel."""
    assert washout_rate(MILLIMETRE_PER_HOUR) == pytest.approx(1e-4)
    assert washout_rate(0.0) == 0.0
    track = gaussian_track(SOURCE, air("D"))
    rained = depleted(track, rain=MILLIMETRE_PER_HOUR)
    assert rained.mole_fraction / track.mole_fraction == pytest.approx(np.exp(-1e-4 * track.travel_time))


@pytest.mark.parametrize("stability", ["B", "D", "F"])
def test_source_depletion_is_the_limit_of_a_slow_uptake(stability):
    """Eddy diffusion with a slow uptake loses the same from 50 m on; a fast one meets the air's own resistance."""
    weather = Weather(wind_speed=4.0, wind_from_direction=0.0, stability_class=stability)
    track = similarity_plume(SOURCE, weather)
    far = (track.distance > 50.0) & (track.distance < 5000.0)

    def lost(left):
        return -np.log(left[far][-1] / left[far][0])

    slow, fast = (solve(weather, source_height=0.5, deposition_velocity=v).airborne for v in (1e-5, 0.1))
    assert lost(slow) == pytest.approx(lost(dry_fraction(track, 1e-5)), rel=0.05)
    assert lost(fast) < 0.6 * lost(dry_fraction(track, 0.1))


@pytest.mark.parametrize("stability", ["B", "D", "E", "F"])
def test_surface_uptake_through_the_air_follows_eddy_diffusion(stability):
    """Within 20 % of the numerical solution, which holds the air's resistance at every height; without it 30-160 %."""
    weather = Weather(wind_speed=2.0, wind_from_direction=0.0, stability_class=stability)
    track = similarity_plume(SOURCE, weather)
    far = (track.distance > 50.0) & (track.distance < 5000.0)
    left = surface_depleted(track, SOURCE.substance, weather).mole_fraction / track.mole_fraction
    exact = solve(weather, source_height=0.5, deposition_velocity=DEPOSITION_VELOCITY).airborne
    lost, expected = (-np.log(values[far][-1] / values[far][0]) for values in (left, exact))
    assert lost == pytest.approx(expected, rel=0.2)


def test_an_unreactive_gas_stays_and_a_forecast_of_chlorine_loses_some():
    weather = air("F", 2.0)
    track = gaussian_track(SOURCE, weather)
    assert surface_depleted(track, substance("methane"), weather) is track
    steady = steady_wind(weather)
    given = ReleaseTerm(
        substance="chlorine",
        time=np.array([0.0, 7200.0]),
        mass_flow_rate=np.array([1.0]),
        vapour_fraction=np.array([1.0]),
        temperature=np.array([293.0]),
        density=np.array([3.0]),
        velocity=np.array([20.0]),
        source_height=1.0,
    )
    away = np.array([200.0, 2000.0])
    kept, lost = (Cloud(given, weather, deposits=on).mole_fraction(away, 0.0, 0.0, 5400.0)[0] for on in (False, True))
    assert (lost / kept)[1] < (lost / kept)[0] <= 1.0
    assert (lost / kept)[1] < 0.9
    carried = CarriedCloud(given, steady, weather, deposits=True).at([(0.0, -x, 0.0) for x in away], 5400.0)[0]
    assert carried == pytest.approx(lost, rel=0.1)


def test_thick_and_heavy_gas_is_taken_up_least():
    """Nothing above one per cent; the same plume of a heavier gas meets more resistance."""
    weather = air("F", 2.0)
    track = gaussian_track(dataclasses.replace(SOURCE, mass_flow_rate=1.0), weather)
    thick = track.at(track.distance) > THIN
    light, heavy = (surface_depleted(track, substance(name), weather) for name in ("ammonia", "chlorine"))
    assert thick.any()
    assert heavy.mole_fraction[thick][:-1] == pytest.approx(track.mole_fraction[thick][:-1])
    assert np.all(heavy.at([500.0, 5000.0]) > 1.05 * light.at([500.0, 5000.0]))
