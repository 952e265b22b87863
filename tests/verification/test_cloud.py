"""The composed cloud: each model's plume per step, front and tail where the wind carries them."""

import re

import numpy as np
import pytest

from physics.dispersion.cloud import Cloud, source_of
from physics.dispersion.ensemble import PLUMES
from physics.dispersion.mixing import air_density, evaporated_cloud
from physics.dispersion.similarity_plume import similarity_plume
from physics.quantities import AIR_HEAT_CAPACITY
from physics.release import ReleaseTerm, joined, merged
from physics.substances import substance
from physics.weather import Weather

WEATHER = Weather(wind_speed=3.0, wind_from_direction=270.0, stability_class="D")


def release(rates, edges, *, vapour=0.18, temperature=239.0, height=1.0, of="chlorine"):
    count = len(rates)
    return ReleaseTerm(
        substance=of,
        time=np.array(edges, dtype=float),
        mass_flow_rate=np.array(rates, dtype=float),
        vapour_fraction=np.full(count, vapour),
        temperature=np.full(count, temperature),
        density=np.full(count, 15.0),
        velocity=np.full(count, 30.0),
        source_height=height,
    )


def test_handover_is_continuous():
    """Concentration and width do not jump where the correlation hands over to the passive model."""
    cloud = Cloud(release([2.0], [0.0, 3600.0]), WEATHER, model="britter-mcquaid-plume")
    end = float(re.search(r"dense to (\d+) m", " ".join(cloud.says)).group(1))
    x = end * np.array([0.995, 1.005])
    peak = cloud.mole_fraction(x, 0.0, 0.0, 3000.0)[0]
    # the passive plume falls steeply just beyond: 1 % of distance may cost 15 %, a mismatched source a factor
    assert peak[0] / peak[1] == pytest.approx(1.0, abs=0.15)
    off = cloud.mole_fraction(x, 30.0, 0.0, 3000.0)[0] / peak
    assert off[0] == pytest.approx(off[1], rel=0.05)


@pytest.mark.parametrize("x", [1000.0, 2000.0, 4000.0])
def test_mass_flux_is_the_release_rate(x):
    """Through any cross-section beyond the handover passes what was released."""
    cloud = Cloud(release([2.0], [0.0, 7200.0]), WEATHER, model="britter-mcquaid-plume")
    y = np.linspace(-3000.0, 3000.0, 6001)[:, None]
    z = np.concatenate([[0.0], np.geomspace(0.005, 1500.0, 600)])[None, :]
    field = cloud.concentration(x, y, z, 7000.0)[0]
    flux = 3.0 * np.trapezoid(np.trapezoid(field, y[:, 0], axis=0), z[0])
    assert flux == pytest.approx(2.0, rel=0.02)


@pytest.mark.parametrize("model", ["degadis", "britter-mcquaid-plume"])
def test_nothing_is_stronger_or_earlier_than_the_axis(model):
    """Beside and behind the source, wherever a dense cloud spreads, the axis at the same distance has more, sooner."""
    air = Weather(wind_speed=1.5, wind_from_direction=0.0, stability_class="D")
    cloud = Cloud(release([7.0], [0.0, 3600.0]), air, model=model)
    times = [20.0, 60.0, 300.0, 3000.0]
    for distance in (10.0, 40.0, 150.0, 600.0, 2500.0):
        angle = np.radians(np.arange(0.0, 181.0, 15.0))
        around = cloud.mole_fraction(distance * np.cos(angle), distance * np.sin(angle), 0.0, times)
        assert np.all(around <= around[:, :1] * (1.0 + 1e-12))


def test_light_gas_is_the_plain_plume():
    """A release that is not dense is the passive model's own plume, times its presence."""
    light = release([0.5], [0.0, 7200.0], vapour=1.0, temperature=293.15, of="ammonia", height=0.0)
    cloud = Cloud(light, WEATHER)
    assert cloud.models == ("similarity-plume",)
    plain = similarity_plume(source_of(light, 0, substance("ammonia")), WEATHER).at(3000.0)
    assert cloud.mole_fraction(3000.0, 0.0, 0.0, 6000.0)[0] == pytest.approx(float(plain), rel=1e-6)
    by_class = Cloud(light, WEATHER, model="gaussian-plume-briggs-rural")
    assert by_class.models == ("gaussian-plume-briggs-rural",)


def test_front_and_tail_travel_with_the_cloud():
    """A ten-minute release stands at a place for ten minutes, from when the model's own cloud gets there."""
    short = release([2.0], [0.0, 600.0])
    cloud = Cloud(short, WEATHER)
    track = PLUMES[cloud.models[0]](source_of(short, 0, substance("chlorine")), WEATHER, averaging_time=600.0)
    arrives = float(np.interp(1800.0, track.distance, track.travel_time))
    assert arrives > 1800.0 / WEATHER.wind(30.0)
    before, edge, during, after = cloud.mole_fraction(
        1800.0, 0.0, 0.0, [0.3 * arrives, arrives, arrives + 300.0, arrives + 1800.0]
    )
    assert before < 1e-3 * during
    assert after < 1e-3 * during
    assert edge == pytest.approx(0.5 * during, rel=0.05)


def test_steps_add_up():
    """Splitting a steady release into steps changes nothing."""
    whole = Cloud(release([2.0], [0.0, 1800.0]), WEATHER)
    parts = Cloud(release([2.0, 2.0, 2.0], [0.0, 100.0, 700.0, 1800.0]), WEATHER)
    times = np.arange(30.0, 3600.0, 300.0)
    np.testing.assert_allclose(
        whole.mole_fraction(900.0, 20.0, 0.0, times), parts.mole_fraction(900.0, 20.0, 0.0, times), rtol=1e-9
    )


def test_merging_keeps_mass_and_peaks_first():
    rates = np.concatenate([[5.0], np.linspace(2.0, 1.0, 50), [0.0, 0.0]])
    edges = np.concatenate([[0.0, 5.0], 5.0 + np.arange(1, 51) * 60.0, [3200.0, 3600.0]])
    found = merged(release(rates, edges), most=6)
    assert len(found.mass_flow_rate) <= 6
    assert found.total_mass == pytest.approx(np.sum(rates * np.diff(edges)), rel=1e-12)
    assert found.mass_flow_rate[-1] == 0.0


def test_a_release_going_on_keeps_what_is_already_out():
    """What came out before now stays; what was foreseen beyond now gives way to what is known now."""
    foreseen = release([7.0, 6.0], [0.0, 100.0, 3600.0])
    closed = release([0.1, 0.0], [0.0, 60.0, 3600.0])
    now = joined(foreseen, closed, elapsed=250.0)
    assert now.total_mass == pytest.approx(700.0 + 150.0 * 6.0 + 6.0)
    assert now.duration == 3850.0
    unknown = joined(None, closed, elapsed=10.0)
    assert unknown.total_mass == pytest.approx(10.0 * 0.1 + 6.0)
    assert joined(foreseen, closed, elapsed=0.0) is closed


def test_last_droplet_balances_enthalpy():
    """The cloud at the source is saturated, and the air gives just the heat the droplets take."""
    chlorine = substance("chlorine")
    boiling = float(chlorine.saturation.temperature(WEATHER.ambient_pressure))
    cloud = evaporated_cloud(chlorine, vapour_fraction=0.18, temperature=boiling, weather=WEATHER)
    assert cloud.mole_fraction * WEATHER.ambient_pressure == pytest.approx(
        float(chlorine.saturation.pressure(cloud.temperature)), rel=1e-4
    )
    given = cloud.air_per_kg * AIR_HEAT_CAPACITY * (WEATHER.ambient_temperature - cloud.temperature)
    table = chlorine.saturation
    released = 0.18 * float(table.vapour_enthalpy(boiling)) + 0.82 * float(table.liquid_enthalpy(boiling))
    assert given == pytest.approx(float(table.vapour_enthalpy(cloud.temperature)) - released, rel=1e-4)
    assert cloud.density > air_density(WEATHER)
