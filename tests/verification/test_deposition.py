"""Source depletion against its closed form, and against eddy diffusion with uptake at the ground."""

import numpy as np
import pytest

from physics.cards import MODELS
from physics.dispersion.deposition import MILLIMETRE_PER_HOUR, depleted, dry_fraction, washout_rate
from physics.dispersion.gaussian_track import gaussian_track
from physics.dispersion.similarity_plume import similarity_plume, solve
from physics.dispersion.track import Aim, Source
from physics.substances import substance
from physics.weather import Weather

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
