"""Sections by proof, inventories, sources of leaks and weather from the mast."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
import pytest

from physics.cards import Grade
from physics.weather import RoughnessSectors
from twin.library import find_plant
from twin.load import load_plant
from twin.plant import UnknownPart
from twin.sections import AUTOMATIC, isolatable_sections, isolation_time, proved_closed, section_of, sections
from twin.source import CannotLeak, release_band, weather_from
from twin.state import Quality, Reading, Snapshot
from twin.supply import leak

AT = datetime(2002, 8, 14, 14, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def plant():
    return load_plant(find_plant("festus-chlorine"))


def snapshot(quality=None, **values):
    base = {
        "PT-301": 9.5e5, "TT-301": 298.15, "LT-301": 0.4, "FT-301A": 0.5, "FT-301B": 0.5, "FT-304": 1.0,
        "ZC-301A": 0.0, "ZO-301A": 1.0, "WS-301": 2.0, "WD-301": 110.0, "TA-301": 297.0, "PA-301": 1.0e5, "HA-301": 0.9,
    }  # fmt: skip
    base |= {name.replace("_", "-"): value for name, value in values.items()}
    qualities = {name.replace("_", "-"): item for name, item in (quality or {}).items()}
    readings = {
        tag: Reading(
            tag=tag,
            value=None if qualities.get(tag) in {Quality.BAD, Quality.NO_DATA} else value,
            quality=qualities.get(tag, Quality.GOOD),
            received_time=AT,
        )
        for tag, value in base.items()
    }
    return Snapshot(id="s", version=1, at=AT, readings=MappingProxyType(readings))


CLOSED = {"ZC_301A": 1.0, "ZO_301A": 0.0, "FT_301A": 0.0}


def test_a_valve_is_closed_only_when_proved(plant):
    assert not proved_closed(plant, None, "XV-301A").closed
    assert not proved_closed(plant, snapshot(), "XV-301A").closed
    assert proved_closed(plant, snapshot(**CLOSED), "XV-301A").closed
    flowing = proved_closed(plant, snapshot(**{**CLOSED, "FT_301A": 3.0}), "XV-301A")
    assert not flowing.closed
    assert "still reads 3.00 kg/s" in flowing.says
    assert not proved_closed(plant, snapshot(**{**CLOSED, "ZO_301A": 1.0}), "XV-301A").closed
    for tag in ("ZC_301A", "FT_301A"):
        for quality in (Quality.BAD, Quality.UNCERTAIN, Quality.STALE):
            assert not proved_closed(plant, snapshot({tag: quality}, **CLOSED), "XV-301A").closed, (tag, quality)
    assert not proved_closed(plant, snapshot(**CLOSED), "AV-301A").closed, "a hand valve has no feedback"


def test_sections_part_only_at_proved_valves(plant):
    assert len([item for item in sections(plant) if "H-301A" in item.parts]) == 1
    whole = section_of(sections(plant), "H-301A", plant)
    assert "TC-3" in whole.parts
    assert {"TC-3", "TN-1"} <= whole.parts
    found = sections(plant, snapshot(**CLOSED))
    assert all("XV-301A" not in item.valves for item in found), "side B still joins both sides of it"


def test_what_could_be_isolated(plant):
    hose = section_of(isolatable_sections(plant), "H-301A", plant)
    assert set(hose.valves) == {"XV-301A", "XV-302A"}
    assert hose.mass_of("chlorine") == pytest.approx(np.pi * 0.0254**2 / 4 * 3.3528 * 1392.8, rel=1e-3)
    car = section_of(isolatable_sections(plant, roles=AUTOMATIC), "TC-3", plant)
    assert car.mass_of("chlorine") == pytest.approx(65.3 * (0.4 * 1392.8 + 0.6 * 24.7), rel=0.01)
    assert isolation_time(plant, "H-301A") == pytest.approx(15.0 + 2.0 + 3.0)
    with pytest.raises(UnknownPart):
        isolation_time(plant, "nothing")


def test_mass_follows_the_level_and_says_when_it_cannot(plant):
    half = section_of(sections(plant, snapshot(LT_301=0.2)), "TC-3", plant)
    full = section_of(sections(plant, snapshot(LT_301=0.4)), "TC-3", plant)
    assert 0.5 < half.mass_of("chlorine") / full.mass_of("chlorine") < 0.56
    blind = section_of(sections(plant, snapshot({"LT_301": Quality.BAD})), "TC-3", plant)
    assert any(item.grade is Grade.DEGRADED and item.about == "LT-301" for item in blind.caveats)


def test_ways_to_a_torn_hose(plant):
    hole = leak(plant, part="H-301A", hole_diameter=None)
    assert hole.full_bore
    assert {way.vessel for way in hole.ways} == {"TC-3", "TN-1", "TN-2", "TN-3"}
    assert {way.side for way in hole.ways if way.vessel == "TC-3"} == {"start", "end"}
    direct = min((way for way in hole.ways if way.vessel == "TC-3"), key=lambda way: way.length)
    assert direct.lines == ("L-301A", "L-302A", "H-301A")
    assert direct.valves == ("EFV-301A", "AV-301A", "XV-301A")


def test_band_is_whole_runs_in_order(plant):
    band = release_band(plant, snapshot(), part="H-301A", duration=1800.0)
    masses = [run.total_mass for run in (band.low, band.best, band.high)]
    assert masses == sorted(masses), masses
    assert masses[0] < 0.98 * masses[1] < 0.9 * masses[2]
    assert 3.0 < band.best.peak_rate < 12.0
    assert band.best.source_height == pytest.approx(3.55)
    assert any("EFV-301A" in item.about for item in band.best.caveats)
    assert all(0.0 <= x <= 1.0 for x in band.best.vapour_fraction)


def test_isolation_ends_it_and_what_is_locked_in_runs_out(plant):
    band = release_band(plant, snapshot(), part="H-301A", isolated_after=20.0, duration=1800.0)
    open_ = release_band(plant, snapshot(), part="H-301A", duration=1800.0)
    assert band.best.total_mass < 0.03 * open_.best.total_mass
    before = 20.0 * band.best.mass_flow_rate[0]
    assert band.best.total_mass == pytest.approx(before + 2.4, rel=0.05)
    assert band.best.duration > 20.0


def test_closing_one_hand_valve_leaves_the_other_way(plant):
    one = release_band(plant, snapshot(), part="H-301A", closed_valves={"AV-301A": 60.0}, duration=1800.0)
    both = release_band(
        plant, snapshot(), part="H-301A", closed_valves={"AV-301A": 60.0, "XV-302A": 60.0}, duration=1800.0
    )
    none = release_band(plant, snapshot(), part="H-301A", duration=1800.0)
    assert both.best.total_mass < one.best.total_mass < none.best.total_mass


def test_a_leak_that_no_shutdown_valve_stops_says_so(plant):
    band = release_band(plant, snapshot(), part="TC-3", hole_diameter=0.01, isolated_after=20.0, duration=600.0)
    assert any("does not stop this leak" in item.says for item in band.best.caveats)
    assert band.best.duration == pytest.approx(600.0)


def test_bad_pressure_widens_the_band(plant):
    good = release_band(plant, snapshot(), part="H-301A", duration=600.0)
    blind = release_band(plant, snapshot({"PT_301": Quality.BAD}), part="H-301A", duration=600.0)
    width = [(band.high.total_mass - band.low.total_mass) / band.best.total_mass for band in (good, blind)]
    assert width[1] > width[0]
    assert any(item.about == "PT-301" and item.grade is Grade.DEGRADED for item in blind.best.caveats)


@pytest.mark.parametrize(
    ("part", "hole", "error"),
    [
        ("L-310", None, CannotLeak),
        ("AT-301", None, CannotLeak),
        ("H-301A", -1.0, CannotLeak),
        ("H-301A", float("nan"), CannotLeak),
        ("nope", None, UnknownPart),
        ("L-301A", None, CannotLeak),
    ],
)
def test_what_cannot_leak(plant, part, hole, error):
    with pytest.raises(error):
        release_band(plant, snapshot(), part=part, hole_diameter=hole)


def test_weather_from_the_mast(plant):
    reading = weather_from(plant, snapshot())
    assert reading.weather is not None
    assert (reading.weather.wind_speed, reading.weather.wind_from_direction) == (2.0, 110.0)
    assert reading.weather.stability_class == "D", "by day overcast is taken"
    assert reading.quality is Quality.GOOD


@pytest.mark.parametrize("tag", ["WS_301", "WD_301"])
def test_missing_wind_gives_circles(plant, tag):
    reading = weather_from(plant, snapshot({tag: Quality.BAD}))
    assert reading.weather is None
    assert reading.circle_weather.wind_speed > 0.0
    assert reading.quality is Quality.BAD
    assert any("circles" in item.says for item in reading.caveats)


def test_calm_gives_circles(plant):
    reading = weather_from(plant, snapshot(WS_301=0.2))
    assert reading.weather is None
    assert any("calm" in item.says for item in reading.caveats)


@pytest.mark.parametrize(
    ("quantity", "value", "night", "stability", "says"),
    [
        ("solar_flux", 800.0, False, "B", "measured sunshine"),
        ("temperature_gradient", 0.05, True, "E", "measured temperature gradient"),
        ("cloud_cover", 0.0, False, None, "measured cloud"),
    ],
)
def test_a_mast_that_reads_more_says_more_of_stability(plant, quantity, value, night, stability, says):
    mast = replace(plant.instruments["WS-301"], tag="MX-301", quantity=quantity)
    richer = replace(plant, instruments=MappingProxyType({**plant.instruments, "MX-301": mast}))
    at = AT.replace(hour=6) if night else AT.replace(hour=18)  # at 90 degrees west: midnight and noon
    good = replace(snapshot(MX_301=value), at=at)
    reading = weather_from(richer, good)
    assert any(says in item.says for item in reading.caveats)
    if stability is not None:
        assert reading.weather.stability_class == stability
    bad = replace(snapshot({"MX_301": Quality.BAD}, MX_301=value), at=at)
    assert not any(says in item.says for item in weather_from(richer, bad).caveats)


def test_roughness_is_that_of_the_ground_the_wind_comes_over(plant):
    sectors = RoughnessSectors(begins=(0.0, 90.0, 180.0), roughness_length=(0.1, 0.7, 0.02))
    varied = replace(plant, weather_station=replace(plant.weather_station, roughness_sectors=sectors))
    assert weather_from(varied, snapshot()).weather.roughness_length == 0.7
    assert weather_from(varied, snapshot(WD_301=200.0)).weather.roughness_length == 0.02
    assert weather_from(plant, snapshot()).weather.roughness_length == plant.weather_station.roughness_length
