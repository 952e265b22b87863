"""Spicer and Havens' dense-gas model: another implementation's numbers, mass, entrainment and limits."""

import math

import numpy as np
import pytest

from physics.cards import ModelInputError
from physics.dispersion.degadis import plume as room
from physics.dispersion.degadis.entrainment import suppression, take_up
from physics.dispersion.degadis.mixing import mixing_line_of, share_of, state, water_pressure
from physics.dispersion.degadis.plume import degadis, degadis_plume, wind_exponent
from physics.dispersion.mixing import air_density, evaporated_cloud
from physics.dispersion.track import Aim, Source
from physics.models import MODELS
from physics.quantities import GAS_CONSTANT
from physics.substances import substance
from physics.weather import Weather

CHLORINE = substance("chlorine")


def weather(speed, stability, **more):
    return Weather(wind_speed=speed, wind_from_direction=270.0, stability_class=stability, **more)


def source(rate, *, of=CHLORINE, temperature=239.1, area=10.0, aim=Aim.POOL, vapour=1.0):
    return Source(
        substance=of,
        aim=aim,
        mass_flow_rate=rate,
        temperature=temperature,
        density=101325.0 * of.molar_mass / (GAS_CONSTANT * temperature),
        area=area,
        vapour_fraction=vapour,
    )


@pytest.mark.parametrize(("x", "ppm"), [(100.0, 776.7), (200.0, 258.9), (500.0, 40.3), (1000.0, 10.5), (2000.0, 2.8)])
def test_other_implementation(x, ppm):
    """degadisx 0.1.4's output for 1 kg/s of chlorine, D, 5 m/s, z0 0.1 m, 600 s: a code's figure, not the guide's."""
    track = degadis_plume(source(1.0), weather(5.0, "D"))
    assert float(track.at(x)) * 1e6 == pytest.approx(ppm, rel=0.04)


@pytest.mark.parametrize(("rate", "level", "distance"), [(1.0, 20.0, 1271.0), (1.0, 2.0, 6785.0), (10.0, 20.0, 4109.0)])
def test_other_implementation_at_night(rate, level, distance):
    """The same code's distances in F, 1.5 m/s."""
    track = degadis_plume(source(rate), weather(1.5, "F"))
    x = np.geomspace(50.0, 20_000.0, 4000)
    reached = x[track.at(x) * 1e6 >= level][-1]
    assert reached == pytest.approx(distance, rel=0.05)


@pytest.mark.parametrize(("speed", "stability"), [(1.5, "F"), (5.0, "D"), (3.0, "B")])
def test_mass_through_any_station(speed, stability):
    """Axis concentration times effective width times what flows over it is half the rate, at every station."""
    air, release = weather(speed, stability), source(2.0)
    solved = degadis(release, air)
    cloud = evaporated_cloud(CHLORINE, vapour_fraction=1.0, temperature=239.1, weather=air)
    held = _concentrations(solved, mixing_line_of(CHLORINE, cloud, air))
    width = solved.stations[:, 2] + 0.5 * math.sqrt(math.pi) * solved.stations[:, 3]
    above = 1.0 + solved.power
    flow = speed * air.reference_height / above * (solved.stations[:, 4] / air.reference_height) ** above
    assert 2.0 * held * width * flow == pytest.approx(np.full(len(held), 2.0), rel=2e-3)


@pytest.mark.parametrize(("speed", "stability"), [(1.5, "F"), (5.0, "D"), (3.0, "B")])
def test_mass_through_a_section_of_the_track(speed, stability):
    """Read as a track, where the cloud is thin enough for volume and mass to go together."""
    air, release = weather(speed, stability), source(2.0)
    track, power, x = degadis_plume(release, air), wind_exponent(air), 3000.0
    reach = float(np.interp(x, track.distance, track.flat_half_width + 6.0 * track.sigma_y))
    high = 12.0 * float(np.interp(x, track.distance, track.sigma_z))
    y = np.linspace(-reach, reach, 801)
    z = np.concatenate([[0.0], np.geomspace(1e-4 * high, high, 800)])
    field = track.at(x, y[:, None], z[None, :])
    dense = CHLORINE.molar_mass * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature)
    wind = speed * (z / air.reference_height) ** power
    assert dense * np.trapezoid(np.trapezoid(field, y, axis=0) * wind, z) == pytest.approx(2.0, rel=0.01)


def _concentrations(solved, line):
    """kg/m³ of substance on the axis."""
    moles = solved.stations[:, 6] / solved.stations[:, 7]
    return solved.stations[:, 1] * CHLORINE.molar_mass * line.pressure / GAS_CONSTANT * moles / solved.stations[:, 6]


def test_a_plume_without_weight_spreads_as_pasquill_says_and_deepens_by_the_neutral_rate():
    air = weather(5.0, "D", relative_humidity=0.0)
    methane = substance("methane")
    solved = degadis(source(1e-4, of=methane, temperature=air.ambient_temperature, area=0.01), air)
    row = solved.stations[np.argmin(np.abs(solved.stations[:, 0] - 1000.0))]
    assert row[3] == pytest.approx(math.sqrt(2.0) * 0.136 * row[0] ** 0.9, rel=0.02)
    friction = air.friction_velocity * 0.35 / 0.4
    flow = 5.0 * 10.0 / (1.0 + solved.power) * (row[4] / 10.0) ** (1.0 + solved.power)
    assert flow == pytest.approx(0.35 * friction * (1.0 + solved.power) / 0.88 * row[0], rel=0.02)


def test_entrainment_falls_with_weight_and_rises_over_warm_ground():
    assert suppression(0.0, 0.0) == pytest.approx(0.88)
    assert suppression(10.0, 0.0) == pytest.approx(0.88 + 0.099 * 10**1.04, rel=1e-9)
    assert suppression(-5.0, 0.0) == pytest.approx(0.88 / (1.0 + 0.65 * 5**0.6), rel=1e-9)
    assert suppression(10.0, 30.0) < suppression(10.0, 0.0)
    light, heavy = (take_up(excess, 20.0, 0.2, 0.3, 2.0, 10.0) for excess in (0.0, 1.5))
    assert heavy < 0.2 * light


def test_mixing_conserves_enthalpy_and_condenses_the_airs_water():
    air = weather(5.0, "D", relative_humidity=0.8)
    methane = substance("methane")
    cloud = evaporated_cloud(methane, vapour_fraction=1.0, temperature=111.7, weather=air)
    line = mixing_line_of(methane, cloud, air)
    dry = mixing_line_of(methane, cloud, weather(5.0, "D", relative_humidity=0.0))
    share = 0.1
    warm, density, fraction, _ = state(share, 0.0, line.table, line.settings)
    expected = air.ambient_temperature - share * line.heat_capacity * (air.ambient_temperature - 111.7) / (
        share * line.heat_capacity + (1 - share) * 1005.0
    )
    assert state(share, 0.0, dry.table, dry.settings)[0] == pytest.approx(expected, abs=0.1)
    assert warm > expected + 3.0
    assert density == pytest.approx(101325.0 * 0.0277 / (GAS_CONSTANT * warm), rel=0.03)
    assert fraction == pytest.approx(share / 0.01604 / (share / 0.01604 + (1 - share) / 0.02896), rel=0.02)
    assert share_of(share * density, 0.0, 0.0, line.table, line.settings) == pytest.approx(share, rel=1e-5)
    assert water_pressure(293.15) == pytest.approx(2339.0, rel=0.003)
    assert state(0.0, 0.0, dry.table, dry.settings)[1] == pytest.approx(air_density(air), rel=1e-3)


def test_twice_the_stations_change_little(monkeypatch):
    coarse = degadis_plume(source(2.0), weather(2.0, "F"))
    monkeypatch.setattr(room, "STATIONS", 560)
    fine = degadis_plume(source(2.0), weather(2.0, "F"))
    x = np.geomspace(50.0, 10_000.0, 50)
    error = np.abs(coarse.at(x) / fine.at(x) - 1.0)
    assert np.median(error) < 0.002
    assert np.max(error) < 0.02  # where the slab becomes a plume its decay has a kink


def test_finer_steps_come_together(monkeypatch):
    """The mixing line is a table, so Runge-Kutta's order is not reached; its error falls all the same."""
    monkeypatch.setattr(room, "STATIONS", 60)
    found = []
    for substeps in (1, 2, 4, 32):
        monkeypatch.setattr(room, "SUBSTEPS", substeps)
        found.append(degadis(source(5.0), weather(1.5, "F")).stations[30, 4])
    errors = np.abs(np.array(found[:-1]) / found[-1] - 1.0)
    assert errors[0] < 5e-3
    assert errors[2] < errors[1] < errors[0]


def test_more_comes_farther_and_a_jet_says_its_momentum_is_left_out():
    air, x = weather(2.0, "E"), np.geomspace(100.0, 5000.0, 20)
    tracks = [degadis_plume(source(rate), air) for rate in (0.5, 1.0, 5.0)]
    values = np.array([track.at(x) for track in tracks])
    assert np.all(np.diff(values, axis=0) > 0.0)
    jet = degadis_plume(source(1.0, aim=Aim.HORIZONTAL, vapour=0.2), air)
    assert any("momentum" in caveat.says for caveat in jet.caveats)


def test_nothing_gives_a_refusal_and_the_card_gives_the_tracks_number():
    with pytest.raises(ModelInputError, match="mass_flow_rate"):
        degadis_plume(source(0.0), weather(2.0, "D"))
    inputs = {"fluid": "chlorine", "mass_flow_rate": 1.0, "source_temperature": 239.1, "pool_area": 10.0}
    inputs |= {"wind_speed": 5.0, "stability_class": "D", "downwind_distance": 500.0}
    found = MODELS["degadis"].run(inputs)
    assert found["mole_fraction"] == pytest.approx(float(degadis_plume(source(1.0), weather(5.0, "D")).at(500.0)))
