"""Releases of a plant as they are in the air: what falls out, pools in bunds, books, and how forecasts show them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
import pytest

from physics.cards import ModelInputError
from physics.dispersion.cloud import Cloud
from physics.substances import substance, substances
from physics.weather import Weather, clear_sky_flux, highest_sun
from scenarios.dataset import BRANCHES
from scenarios.forecast import Since, follow, forecast
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import check_plant, load_plant
from twin.outflow import FINE
from twin.source import release_band
from twin.state import Snapshot

TANK = """\
schema: 1
plant: {id: tank, name: Tank, crs: EPSG:4326, origin: {lon: 116.4, lat: 39.9}}
fluids:
  stuff: {components: {SUBSTANCE: 1.0}, state: liquid}
bunds:
  - {id: B-1, area: "40 m2", ground: soil}
equipment:
  - tag: V-1
    class: Vessel
    volume: "30 m3"
    xyz: [0, 0, 1]
    elevation: 1
    geometry: {shape: cylinder, D: 2.5, L: 6, orient: horizontal}
    relief: true
    bund: B-1
    inventory: {fluid: stuff, T: TEMPERATURE, P: PRESSURE, level: 0.6}
nozzles:
  - {id: N-1, equipment: V-1, z: 0.0}
joints:
  - {id: J-1, xyz: [8, 0, 1]}
lines:
  - {tag: L-1, from: N-1, to: J-1, fluid: stuff, dn: 50, length: 8, bund: B-1}
"""
INERT = frozenset({"nitrogen", "air", "argon", "helium"})
REFUSED = frozenset({"carbon dioxide", "acetylene", "phenol"})
"""What has no boiling point in the open, or freezes in its air."""
FESTUS = load_plant(find_plant("festus-chlorine"))
TANKS = {
    "benzene": (293.15, 1.2e5),
    "acrylonitrile": (293.15, 1.1e5),
    "ammonia": (240.5, 1.3e5),
    "propane": (290.0, 8.0e5),
    "hydrogen fluoride": (285.0, 1.5e5),
    "sulfur trioxide": (305.0, 1.2e5),
}


@pytest.fixture
def tank(tmp_path):
    def made(substance="benzene", text=TANK):
        temperature, pressure = TANKS[substance]
        text = text.replace("SUBSTANCE", f'"{substance}"').replace("TEMPERATURE", str(temperature))
        (tmp_path / "plant.yaml").write_text(text.replace("PRESSURE", str(pressure)), encoding="utf-8")
        return load_plant(tmp_path)

    return made


def test_a_chlorine_hose_stays_airborne_in_best_and_outer_run():
    """Festus, hose torn: 85 m/s and 19 % flash make droplets under 40 µm, which no model lets fall."""
    band = release_band(FESTUS, None, part="H-301A", duration=3600.0)
    for run in (band.best, band.high):
        assert run.rained_out_mass == 0.0
        assert run.total_mass == pytest.approx(run.discharged_mass)
    assert float(np.max(band.best.liquid.droplet_diameter)) < 40e-6
    assert float(np.min(band.best.velocity)) > 60.0


def test_a_hole_in_the_chlorine_car_lets_some_fall():
    """Unflashed through the wall it leaves at 34 m/s: some of the liquid falls in the best run, none in the outer."""
    band = release_band(FESTUS, None, part="TC-3", hole_diameter=0.02, duration=3600.0)
    share = band.best.rained_out_mass / band.best.discharged_mass
    assert 0.02 < share < 0.15
    assert band.high.rained_out_mass == 0.0
    assert FINE.flashing_rainout == 0.0
    assert band.low.total_mass <= band.best.total_mass <= band.high.total_mass


@pytest.mark.parametrize("name", ["benzene", "acrylonitrile", "ammonia", "propane"])
@pytest.mark.parametrize("part", ["L-1", "V-1"])
def test_books_close_for_every_run(tank, name, part):
    """Held = airborne + evaporated + left in pool + left in vessel, to rounding, with energy along the way out."""
    plant = tank(name)
    for isolated in (None, 60.0):
        band = release_band(plant, None, part=part, hole_diameter=0.03, duration=1800.0, isolated_after=isolated)
        for run in (band.low, band.best, band.high):
            books = run.conservation
            assert abs(books.mass_error) < 1e-9, (name, part)
            assert abs(books.pool_energy_error) < 1e-9
            assert books.expansion_energy_error < 1e-6
            assert books.airborne + books.pool_evaporated == pytest.approx(run.total_mass, rel=1e-9)


def test_books_close_at_festus():
    for part, hole in (("H-301A", None), ("TC-3", 0.02), ("L-401", None)):
        for isolated in (None, 20.0):
            band = release_band(FESTUS, None, part=part, hole_diameter=hole, isolated_after=isolated, duration=1800.0)
            for run in (band.low, band.best, band.high):
                assert abs(run.conservation.mass_error) < 1e-9


def test_a_cold_tank_leaks_into_its_bund(tank):
    plant = tank("acrylonitrile")
    inside = release_band(plant, None, part="V-1", hole_diameter=0.05, duration=3600.0)
    run = inside.best
    assert run.rained_out_mass > 0.9 * run.discharged_mass
    assert float(np.max(run.liquid.pool_area)) == pytest.approx(40.0, rel=1e-6)
    assert any("fall out and make a pool of up to 40 m²" in says for says in run.says)
    open_ = tank("acrylonitrile", text=TANK.replace("    bund: B-1\n", ""))
    outside = release_band(open_, None, part="V-1", hole_diameter=0.05, duration=3600.0).best
    assert float(np.max(outside.liquid.pool_area)) > 400.0
    assert outside.total_mass > 3.0 * run.total_mass
    on_line = release_band(plant, None, part="L-1", hole_diameter=0.05, duration=3600.0).best
    assert float(np.max(on_line.liquid.pool_area)) == pytest.approx(40.0, rel=1e-6)


def test_a_bund_that_is_not_there_is_named(tmp_path):
    text = TANK.replace("SUBSTANCE", "benzene").replace("TEMPERATURE", "293").replace("PRESSURE", "1.2e5")
    (tmp_path / "plant.yaml").write_text(text.replace("    bund: B-1\n", "    bund: B-9\n"), encoding="utf-8")
    found = [item for item in check_plant(tmp_path) if item.severity == "error"]
    assert [(item.id, "no bund; did you mean B-1" in item.says) for item in found] == [("V-1", True)]


def test_wind_over_the_pool_counts(tank):
    plant = tank("acrylonitrile")
    still = Weather(wind_speed=1.0, wind_from_direction=0.0, stability_class="D")
    calm, windy = (
        release_band(plant, None, part="V-1", hole_diameter=0.05, weather=weather).best.total_mass
        for weather in (still, replace(still, wind_speed=8.0))
    )
    assert windy > 2.0 * calm


def test_the_outer_run_counts_on_a_clear_sky(tank):
    """Kasten and Czeplak (1980): 910 sin - 30; by night none; where nobody says when, the highest sun of the year."""
    assert clear_sky_flux(30.0) == pytest.approx(425.0)
    assert clear_sky_flux(-10.0) == 0.0
    assert highest_sun(39.9) == pytest.approx(73.54)
    assert highest_sun(-10.0) == 90.0
    plant = tank("acrylonitrile")
    common = {"part": "V-1", "hole_diameter": 0.05, "duration": 3600.0}
    noon, night = (
        release_band(plant, Snapshot(id="s", version=1, at=at, readings=MappingProxyType({})), **common).high.total_mass
        for at in (datetime(2026, 6, 21, 4, 0, tzinfo=UTC), datetime(2026, 6, 21, 16, 0, tzinfo=UTC))
    )
    assert release_band(plant, None, **common).high.total_mass == pytest.approx(noon, rel=0.02)
    assert noon > 1.02 * night


def test_a_forecast_shows_rain_pool_and_books(tank):
    plant = tank("acrylonitrile")
    asked = Scenario(
        plant="tank", part="V-1", hole_diameter=0.05, wind=Wind(speed=4.0, from_direction=0.0, stability="D")
    )
    data = forecast(plant, None, asked)
    found = summary(data)
    json.dumps(found, allow_nan=False)
    branch = found["branches"][0]
    assert branch["rained_out_fraction"] > 0.9
    assert branch["airborne_mass_kg"] < 0.2 * branch["mass_kg"]
    assert found["leak"]["rate_kg_s"] > 5.0 * found["leak"]["airborne_rate_kg_s"]
    pool = branch["pool"]
    assert pool["peak_area_m2"] == pytest.approx(40.0, rel=1e-6)
    assert len(pool["time_s"]) == len(pool["mass_kg"]) == len(pool["area_m2"])
    assert max(pool["mass_kg"]) <= pool["peak_mass_kg"] + 1e-9
    books = branch["conservation"]
    assert abs(books["mass_error"]) < 1e-9
    assert books["left_in_pool_kg"] > 0.0
    windier = summary(forecast(plant, None, replace(asked, wind=Wind(speed=8.0, from_direction=0.0, stability="D"))))
    evaporated = windier["branches"][0]["conservation"]["pool_evaporated_kg"]
    assert evaporated > 1.4 * books["pool_evaporated_kg"], "the wind asked for blows over the pool"
    one = data.sel(branch=str(BRANCHES[0]), band="best")
    step = float(np.diff(data.exposure_time.values[:2])[0])
    for rate, mass in (("mass_flow_rate", one.mass), ("discharge_rate", one.discharged_mass)):
        assert float(one[rate].sum()) * step == pytest.approx(float(mass), rel=1e-6)
    assert float(one.rainout_rate.sum()) * step == pytest.approx(
        float(one.rainout_fraction * one.discharged_mass), rel=1e-6
    )
    places = data.sel(branch=str(BRANCHES[0])).isel(exposure_time=0)
    flow = places.station_density * places.station_velocity * places.station_area
    through = [float(flow.sel(station=name)) for name in ("throat", "exit", "ambient")]
    assert through == pytest.approx([through[0]] * 3, rel=1e-6)
    assert float(places.station_pressure.sel(station="upstream")) > float(
        places.station_pressure.sel(station="ambient")
    )
    assert data.station_area.attrs["units"] == "m2"


@pytest.mark.parametrize("name", ["hydrogen fluoride", "sulfur trioxide"])
def test_what_no_model_holds_for_has_no_number(tank, name):
    """Association and fast hydrolysis have no model here: every rate and mass is null, and the reason is said."""
    asked = Scenario(
        plant="tank", part="V-1", hole_diameter=0.03, wind=Wind(speed=4.0, from_direction=0.0), duration=600.0
    )
    data = forecast(tank(name), None, asked)
    found = summary(data)
    json.dumps(found, allow_nan=False)
    rates = ("rate_kg_s", "low_rate_kg_s", "high_rate_kg_s", "airborne_rate_kg_s")
    assert [found["leak"][key] for key in rates] == [None] * 4
    for branch in found["branches"]:
        keys = (
            "mass_kg",
            "low_mass_kg",
            "high_mass_kg",
            "airborne_mass_kg",
            "rained_out_fraction",
            "pool",
            "conservation",
        )
        assert [branch[key] for key in keys] == [None] * 7
    assert found["zones"] == [] or all(zone["max_distance_m"] is None for zone in found["zones"])
    assert any(item["grade"] == "not valid here" and item["about"] == name for item in found["caveats"])
    assert np.all(np.isnan(data.station_pressure))


def test_a_release_followed_later_keeps_its_pool(tank):
    """Ten minutes on, what lay in the pool then is still there and still evaporates."""
    plant = tank("acrylonitrile")
    asked = Scenario(
        plant="tank", part="V-1", hole_diameter=0.05, wind=Wind(speed=4.0, from_direction=0.0, stability="D"),
        duration=1200.0,
    )  # fmt: skip
    _, first = follow(plant, None, asked, since=Since())
    _, later = follow(plant, None, asked, since=Since(elapsed=600.0, release=first))
    lay = float(np.interp(600.0, first.best.time[1:], first.best.liquid.pool_mass))
    assert float(np.interp(610.0, later.best.time[1:], later.best.liquid.pool_mass)) > 0.95 * lay
    assert later.best.conservation.held > lay
    assert abs(later.best.conservation.mass_error) < 1e-9


@pytest.mark.parametrize("name", [name for name in substances() if name not in INERT])
def test_every_substance_leaks_into_the_air_or_is_refused_by_name(tmp_path, name):
    """A hole in a tank of it: books close, and dispersion takes jet and pool; what cannot be computed says why."""
    table = substance(name).saturation
    warm = min(max(293.15, table.temperature_low + 1.0), table.temperature_high - 5.0)
    pressure = max(1.05 * float(table.pressure(warm)), 1.2e5)
    text = TANK.replace("SUBSTANCE", f'"{name}"').replace("TEMPERATURE", str(warm))
    (tmp_path / "plant.yaml").write_text(text.replace("PRESSURE", str(pressure)), encoding="utf-8")
    plant = load_plant(tmp_path)
    air = Weather(wind_speed=3.0, wind_from_direction=0.0, stability_class="D")
    if name in REFUSED:
        with pytest.raises(ModelInputError, match=name):
            Cloud(release_band(plant, None, part="V-1", hole_diameter=0.03, duration=900.0).best, air)
        return
    best = release_band(plant, None, part="V-1", hole_diameter=0.03, duration=900.0).best
    cloud = Cloud(best, air)
    assert abs(best.conservation.mass_error) < 1e-9
    frozen = any("may freeze" in item.says for item in best.caveats)
    assert frozen or abs(best.conservation.pool_energy_error) < 1e-9
    assert np.all(np.isfinite(cloud.concentration(200.0, 0.0, 0.0, np.linspace(30.0, 900.0, 10))))
