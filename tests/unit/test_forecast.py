"""The forecast as a pure function: same bytes, honest bounds, branches, wind that is not known."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scenarios.compare import compare
from scenarios.contours import contours
from scenarios.dataset import Branch
from scenarios.drill import load_drill, run_drill
from scenarios.drill.report import verify
from scenarios.forecast import ForecastCancelled, ForecastError, forecast
from scenarios.result import summary
from scenarios.scenario import Action, Scenario, Verb, Wind, WindChange
from twin.library import find_plant
from twin.load import load_plant

FOLDER = find_plant("festus-chlorine")
PLANT = load_plant(FOLDER)
SCENARIO = Scenario(
    plant="festus-chlorine", part="H-301A", wind=Wind(speed=2.0, from_direction=7.0, stability="D"), duration=3600.0
)


@pytest.fixture(scope="module")
def dataset():
    return forecast(PLANT, None, SCENARIO)


def zone(found, level, branch=Branch.FAILS):
    return next(item for item in summary(found)["zones"] if item["level"] == level and item["branch"] == branch)


def test_same_question_same_bytes(dataset):
    again = forecast(PLANT, None, SCENARIO)
    assert again.identical(dataset)
    assert again.to_netcdf(engine="h5netcdf") is not None


def test_summary_is_plain_json(dataset):
    text = json.dumps(summary(dataset), allow_nan=False)
    assert "H-301A" in text
    assert summary(dataset)["leak"]["low_rate_kg_s"] <= summary(dataset)["leak"]["rate_kg_s"]
    assert summary(dataset)["leak"]["rate_kg_s"] <= summary(dataset)["leak"]["high_rate_kg_s"]


def test_the_outer_edge_is_outside_the_best_estimate(dataset):
    for item in summary(dataset)["zones"]:
        assert item["max_distance_m"] >= item["best_distance_m"] > 0.0
    for outer in contours(dataset, frames=False):
        if outer.edge != "outer":
            continue
        best = next(
            item
            for item in contours(dataset, frames=False)
            if (item.edge, item.level, item.branch) == ("best", outer.level, outer.branch)
        )
        inside = best.polygons.intersection(outer.polygons.buffer(20.0)).area
        assert inside >= 0.97 * best.polygons.area


def test_graver_levels_lie_inside_milder_ones(dataset):
    reach = [zone(dataset, level)["max_distance_m"] for level in ("AEGL-3", "AEGL-2", "AEGL-1")]
    assert reach == sorted(reach)
    assert all(item["max_distance_m"] <= 10_000.0 for item in summary(dataset)["zones"])


def test_isolation_is_a_branch_and_never_the_first(dataset):
    found = summary(dataset)
    assert [item["branch"] for item in found["branches"]] == ["isolation-fails", "isolates"]
    fails, isolates = (item["mass_kg"] for item in found["branches"])
    assert isolates < 0.2 * fails
    assert zone(dataset, "AEGL-3", Branch.ISOLATES)["max_distance_m"] < zone(dataset, "AEGL-3")["max_distance_m"]


def test_smaller_hole_reaches_less_far():
    small = forecast(PLANT, None, replace(SCENARIO, hole_diameter=0.005))
    full = forecast(PLANT, None, SCENARIO)
    difference = compare(full, small)
    assert {item["field"] for item in difference["changed"]} == {"hole_diameter"}
    row = next(r for r in difference["zones"] if r["level"] == "AEGL-3" and r["branch"] == "isolation-fails")
    assert row["max_distance_m"]["difference"] < 0.0
    assert difference["leak"]["rate_kg_s"]["difference"] < 0.0


def test_shelter_lowers_the_dose_only_where_it_is_ordered(dataset):
    order = Action(at=60.0, role="commander", verb=Verb.SHELTER, target="blue-fountain")
    sheltered = forecast(PLANT, None, replace(SCENARIO, actions=(order,)))

    def load(found, area):
        rows = summary(found)["receptors"]
        return next(r["toxic_load_s"] for r in rows if r["id"] == area and r["branch"] == "isolation-fails")

    assert load(sheltered, "blue-fountain") < 0.5 * load(dataset, "blue-fountain")
    assert load(sheltered, "second-park") == load(dataset, "second-park")


@pytest.mark.parametrize("wind", [Wind(speed=0.3, from_direction=90.0, stability="F"), None])
def test_wind_without_a_direction_gives_circles(wind):
    found = forecast(PLANT, None, replace(SCENARIO, wind=wind))
    item = zone(found, "AEGL-3")
    assert item["best_distance_m"] is None
    assert item["max_distance_m"] > 0.0
    circle = next(
        c for c in contours(found, frames=False) if (c.level, c.branch, c.edge) == ("AEGL-3", Branch.FAILS, "outer")
    )
    west, south, east, north = circle.polygons.bounds
    assert east - west == pytest.approx(2.0 * item["max_distance_m"], rel=0.01)
    assert north - south == pytest.approx(east - west, rel=0.01)
    assert circle.hatched
    assert all(r["arrival_s"] is not None for r in summary(found)["receptors"] if r["id"] == "blue-fountain")


def test_the_plume_lies_downwind(dataset):
    """Wind from 7 degrees carries the gas to the south, a little west."""
    best = next(c for c in contours(dataset, frames=False) if (c.level, c.edge) == ("AEGL-3", "best"))
    assert best.polygons.centroid.y < -100.0
    assert abs(best.polygons.centroid.x) < 0.3 * abs(best.polygons.centroid.y)
    assert best.polygons.centroid.x < 0.0


@pytest.mark.parametrize("part", ["XV-301A", "AV-301B", "L-304", "TC-3", "TN-2", "L-401"])
def test_every_kind_of_part_can_leak(part):
    found = summary(forecast(PLANT, None, replace(SCENARIO, part=part, hole_diameter=0.004, duration=600.0)))
    assert found["leak"]["rate_kg_s"] > 0.0
    assert found["leak"]["part"] == part


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"part": "XV-301A", "hole_diameter": 0.5}, "hole_diameter"),
        ({"part": "L-301A"}, "part"),  # an eduction pipe: it runs inside the car
        ({"plant": "another"}, "plant"),
        ({"part": "NO-SUCH"}, "part"),
        ({"part": "H-301V"}, "part"),
        ({"hole_diameter": 0.5}, "hole_diameter"),
        (
            {"actions": (Action(at=1.0, role="", verb=Verb.CLOSE_VALVE, target="X"),)},
            "actions.0.target",
        ),
    ],
)
def test_what_the_plant_cannot_answer_is_refused_by_field(change, field):
    with pytest.raises(ForecastError) as caught:
        forecast(PLANT, None, replace(SCENARIO, **change))
    assert caught.value.field == field


def test_a_valve_people_close_counts_in_the_hopeful_branch_only():
    """Also where nothing isolates by itself; and never in the branch that maps show."""
    closing = tuple(
        Action(at=60.0, role="operator", verb=Verb.CLOSE_VALVE, target=tag) for tag in ("AV-301A", "AV-301B", "HV-304")
    )
    never = replace(SCENARIO, isolation_time=float("inf"))
    acted = summary(forecast(PLANT, None, replace(never, actions=closing)))["branches"]
    idle = summary(forecast(PLANT, None, never))["branches"]
    assert acted[0]["mass_kg"] == idle[0]["mass_kg"]
    assert acted[1]["mass_kg"] < 0.1 * idle[1]["mass_kg"]


def test_a_forecast_can_be_cancelled():
    with pytest.raises(ForecastCancelled):
        forecast(PLANT, None, SCENARIO, cancelled=lambda: True)


def test_progress_rises_to_one():
    heard = []
    forecast(PLANT, None, SCENARIO, progress=lambda fraction, phase: heard.append((fraction, phase)))
    fractions = [fraction for fraction, _ in heard]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_mass_over_three_hours_is_what_was_released():
    """Rates on the receptor steps integrate to the released mass."""
    found = forecast(PLANT, None, replace(SCENARIO, duration=10_800.0))
    one = found.sel(branch="isolation-fails", band="best")
    step = float(np.diff(found.exposure_time.values[:2])[0])
    assert float(one.mass_flow_rate.sum()) * step == pytest.approx(float(one.mass), rel=1e-6)


def test_drill_is_repeatable_and_its_actions_change_the_physics():
    drill = load_drill(FOLDER / "drills" / "hose-failure.yaml")
    report = run_drill(drill, PLANT)
    assert run_drill(drill, PLANT).as_dict() == report.as_dict()
    assert report.as_dict()["exercise"] is True
    assert report.released < report.idle_released
    assert 0.0 < report.load_avoided < 1.0
    assert verify(report.log)
    forged = (*report.log[:3], replace(report.log[3], says="nothing"), *report.log[4:])
    assert not verify(forged)
    said = [entry.says for entry in report.log if entry.kind == "refused"]
    assert any("AV-301A" in text for text in said), "nobody closes a valve by hand inside the cloud"
    working = replace(drill, stuck_valves=())
    assert run_drill(working, PLANT).released < 0.2 * report.released
    assert "EXERCISE" in report.markdown().splitlines()[0]


def test_drill_needs_a_direction():
    drill = load_drill(FOLDER / "drills" / "hose-failure.yaml")
    with pytest.raises(ForecastError, match="wind"):
        run_drill(replace(drill, scenario=replace(drill.scenario, wind=None)), PLANT)
    with pytest.raises(ForecastError, match="stuck_valves"):
        run_drill(replace(drill, stuck_valves=("XV-9",)), PLANT)


def test_a_turning_wind_widens_the_edge_and_turns_the_cloud():
    turned = replace(
        SCENARIO,
        wind=Wind(
            speed=2.0,
            from_direction=7.0,
            stability="D",
            changes=(
                WindChange(at=1140.0, speed=2.0, from_direction=7.0),
                WindChange(at=1200.0, speed=2.0, from_direction=67.0),
            ),
        ),
    )
    found, plain = forecast(PLANT, None, turned), forecast(PLANT, None, SCENARIO)
    assert found.attrs["outer_spread_radian"] == pytest.approx(plain.attrs["outer_spread_radian"] + np.radians(60.0))

    def bearing(data, index):
        one = data.isel(branch=0)
        weights = one.mole_fraction.values[index]
        source = data.attrs["source_east_north_up_m"]
        east = (weights * (one.east.values[None, :] - source[0])).sum()
        north = (weights * (one.north.values[:, None] - source[1])).sum()
        return np.degrees(np.arctan2(east, north)) % 360.0

    assert bearing(found, 12) == pytest.approx(187.0, abs=20.0)
    assert bearing(found, -1) > bearing(plain, -1) + 20.0


def test_a_leak_that_goes_on_keeps_the_wind_its_gas_left_in():
    from physics.weather import Weather
    from scenarios.outlook import Felt, outlook

    before = Weather(wind_speed=3.0, wind_from_direction=10.0, stability_class="D")
    wind = Wind(speed=2.0, from_direction=80.0, stability="E")
    found = outlook(PLANT, None, wind, felt=(Felt(0.0, before),), elapsed=600.0)
    # a wind that stands in for the station's is the whole course
    assert found.course.time.tolist() == [0.0]


def test_everything_beside_the_best_estimate_is_told(dataset):
    first = dataset.isel(branch=0)
    assert {"slab", "degadis"} <= set(dataset.model.values)
    best = first.best_distance.values
    assert first.model_distance.values[0] == pytest.approx(best)
    assert first.band_distance.sel(band="best").values == pytest.approx(best)
    assert np.all(first.band_distance.sel(band="low") <= first.band_distance.sel(band="high") + 1e-9)
    probability = first.probability.values
    assert 0.0 <= probability.min() < 0.2 < 0.8 < probability.max() <= 1.0
    assert np.all(probability[0] <= probability[-1] + 1e-12)  # the gravest level first
    there = np.isfinite(first.cloud_arrival.values)
    assert np.all(first.cloud_departure.values[there] > first.cloud_arrival.values[there])
    zones = summary(dataset)["zones"]
    assert zones[0]["by_model_m"]["slab"] == pytest.approx(best[0])
    assert set(zones[0]["by_band_m"]) == {"low", "best", "high"}


def test_models_that_disagree_are_told():
    calm = replace(SCENARIO, wind=Wind(speed=1.2, from_direction=7.0, stability="F"), hole_diameter=0.01)
    found = summary(forecast(PLANT, None, calm))
    distances = found["zones"][0]["by_model_m"].values()
    factor = max(distances) / min(distances)
    said = [item for item in found["caveats"] if item["says"].startswith("Models differ")]
    assert bool(said) == (factor > 2.0)
    assert factor > 1.5


def test_outlines_of_probability_lie_inside_each_other(dataset):
    found = {
        item.probability: item.polygons
        for item in contours(dataset, branch=Branch.FAILS, frames=False)
        if item.edge == "probability" and item.level == "AEGL-3"
    }
    assert sorted(found) == [0.1, 0.5, 0.9]
    assert found[0.1].area > found[0.5].area > found[0.9].area > 0.0
    assert found[0.1].buffer(5.0).contains(found[0.5])


def test_still_air_holds_a_puff_all_round():
    calm = replace(SCENARIO, wind=Wind(speed=0.3, from_direction=7.0, stability="F"), hole_diameter=0.005)
    found = forecast(PLANT, None, calm)
    assert found.attrs["wind_known"] == 0
    edge = next(
        item
        for item in contours(found, branch=Branch.FAILS, frames=False)
        if (item.edge, item.level) == ("outer", "AEGL-3")
    )
    distance = zone(found, "AEGL-3")["max_distance_m"]
    assert distance > 50.0
    assert edge.polygons.area == pytest.approx(np.pi * distance**2, rel=0.02)


def test_uptake_by_the_ground_is_in_the_best_estimate_and_never_in_the_outer_edge(dataset, monkeypatch):
    monkeypatch.setattr("physics.dispersion.deposition.REACTIVE", frozenset())
    without = forecast(PLANT, None, SCENARIO)
    for level in ("AEGL-3", "AEGL-2"):
        mine, theirs = zone(dataset, level), zone(without, level)
        assert mine["max_distance_m"] == theirs["max_distance_m"]
        for kind in ("by_model_m", "by_band_m"):
            assert all(mine[kind][key] <= theirs[kind][key] for key in mine[kind])
    assert zone(dataset, "AEGL-3")["best_distance_m"] < 0.95 * zone(without, "AEGL-3")["best_distance_m"]
    far = [
        found.breathed_best.sel(branch=Branch.FAILS).max("exposure_time").min().item() for found in (dataset, without)
    ]
    assert 0.0 < far[0] < 0.95 * far[1]
