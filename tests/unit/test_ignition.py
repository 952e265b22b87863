"""What a release does if it is lit."""

import dataclasses
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

import scenarios.forecast as forecasts
from api.sentences import in_chinese, with_chinese
from physics.cards import Caveat, Grade
from physics.fire.fireball import fireball
from physics.fire.fuels import fuel_of
from physics.fire.jet_fire import JetModel, applicable_jets
from physics.fire.pool_fire import pool_fire
from physics.harm.escalation import UNVERIFIED
from physics.substances import substance
from physics.weather import Weather
from scenarios import ignition
from scenarios.ignition import ALL_ROUND, KINDS, OVERPRESSURES, if_lit, pressure_name
from scenarios.ignition_reached import BEST, FLUXES, HEIGHT, OUTER, Struck, flame_reach, flux_name, receptors, struck_by
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant

WIND = Wind(speed=3.0, from_direction=200.0, stability="D")
AIR = Weather(wind_speed=3.0, wind_from_direction=200.0, stability_class="D", ambient_temperature=293.15)


def run(plant, **change):
    """A forecast's summary, and what its ignition was asked with."""
    asked = {}

    def listening(*values, **named):
        asked.update(values=values, named=named)
        return if_lit(*values, **named)

    patch = pytest.MonkeyPatch()
    patch.setattr(forecasts, "if_lit", listening)
    try:
        given = {"part": "H-301A", "wind": WIND, "duration": 600.0} | change
        found = forecasts.forecast(plant, None, Scenario(plant=plant.id, **given))
    finally:
        patch.undo()
    return SimpleNamespace(summary=summary(found), dataset=found, found=summary(found)["ignition"], **asked)


@pytest.fixture(scope="module", params=[{}, {"part": "TC-3", "hole_diameter": 0.05}], ids=["hose", "tank"])
def told(request, propane_plant):
    return run(propane_plant, **request.param)


def by_edge(found, edge):
    return {item["kind"]: item for item in found["lit"] if item["edge"] == edge}


def test_everything_that_can_burn_is_looked_at(told):
    assert {item["kind"] for item in told.found["lit"]} <= set(KINDS)
    assert {"jet-fire", "flash-fire", "explosion"} <= {item["kind"] for item in told.found["lit"]}
    json.dumps(told.found, allow_nan=False)


def test_the_outer_edge_is_never_inside_the_best_estimate(told):
    best, outer = by_edge(told.found, BEST), by_edge(told.found, OUTER)
    assert set(best) <= set(outer)
    for kind, item in best.items():
        for level, far in item["reach_m"].items():
            assert outer[kind]["reach_m"][level] >= far, (kind, level)
    rows = {(row["id"], row["edge"]): row for row in told.found["receptors"]}
    for (key, edge), row in rows.items():
        if edge == BEST:
            beyond = rows[key, OUTER]
            assert beyond["heat_flux_W_m2"] >= 0.98 * row["heat_flux_W_m2"], "looked at in 13 directions"
            assert beyond["overpressure_Pa"] >= row["overpressure_Pa"]
            assert beyond["in_flash_fire"] or not row["in_flash_fire"]


def test_the_outer_edge_follows_whichever_release_reaches_farther(propane_plant, told):
    """A best release that reaches farther than the high one, as a slow high one may."""
    values = list(told.values)
    low, best, high = values[4]
    longer = dataclasses.replace(best, distance=2.0 * high.distance, half_distance=2.0 * high.half_distance)
    values[4] = (low, longer, high)
    outer = by_edge(if_lit(*values, **told.named), OUTER)["flash-fire"]
    assert outer["reach_m"]["LFL"] == longer.distance
    assert outer["reach_m"]["LFL/2"] == longer.half_distance


def test_without_a_wind_there_are_circles_and_no_best_estimate(propane_plant):
    found = run(propane_plant, wind=Wind(speed=0.2, from_direction=0.0))
    assert not found.summary["weather"]["wind_known"]
    assert {item["edge"] for item in found.found["lit"]} == {OUTER}
    assert {row["edge"] for row in found.found["receptors"]} == {OUTER}
    assert {row["edge"] for row in found.found["escalation"]} <= {OUTER}
    place = found.named["place"]
    for kind, item in by_edge(found.found, OUTER).items():
        if kind == "explosion":
            continue
        for level, polygons in item["shapes"].items():
            for x, y in (point for polygon in polygons for point in polygon[0]):
                assert math.dist((x, y), place[:2]) == pytest.approx(item["reach_m"][level], abs=0.2)


def test_a_shape_reaches_as_far_as_it_says(told):
    place = told.named["place"]
    for item in told.found["lit"]:
        for level, polygons in item["shapes"].items():
            far = max((math.dist(point, place[:2]) for polygon in polygons for point in polygon[0]), default=0.0)
            if item["edge"] == BEST and item["kind"] == "flash-fire":
                assert far <= item["reach_m"][level] + 0.2, "height 1 m, where its reach is of any height"
            else:
                assert far == pytest.approx(item["reach_m"][level], rel=0.03, abs=0.5), (item["kind"], level)


def test_a_cloud_wider_than_long_is_inside_its_outer_edge(told, monkeypatch):
    """A dense cloud in a light wind reaches farther beside its axis than along it."""
    place = told.named["place"]
    wide = shapely.MultiPolygon([shapely.box(place[0] - 900.0, place[1], place[0] + 900.0, place[1] + 5.0)])
    monkeypatch.setattr(ignition, "_flash_shapes", lambda *_values: {"LFL": wide, "LFL/2": wide})
    found = if_lit(*told.values, **told.named)
    for edge in (BEST, OUTER):
        reach = by_edge(found, edge)["flash-fire"]["reach_m"]
        assert list(reach.values()) == pytest.approx(2 * [math.hypot(900.0, 5.0)])


def test_the_best_estimate_lies_downwind(told):
    bearing = math.radians(WIND.from_direction + 180.0)
    for item in by_edge(told.found, BEST).values():
        for level, polygons in item["shapes"].items():
            if not polygons or item["kind"] == "explosion":
                continue
            middle = shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in polygons]).centroid
            east, north = middle.x - told.named["place"][0], middle.y - told.named["place"][1]
            assert east * math.sin(bearing) + north * math.cos(bearing) > 0.0, level
            assert abs(east * math.cos(bearing) - north * math.sin(bearing)) < 1.0, level


def test_a_flame_reaches_as_far_as_its_flux_says():
    flame = pool_fire(substance("propane"), diameter=10.0, weather=AIR)
    for flux in FLUXES:
        far = flame_reach(flame, flux)
        angles = np.linspace(0.0, np.pi, 181)
        at = flame.heat_flux(far * np.cos(angles), far * np.sin(angles), HEIGHT)
        assert np.max(at) == pytest.approx(flux, rel=0.05)
    assert flame_reach(flame, 1e9) == 0.0


def test_the_next_fireball_is_the_models_own(propane_plant, told):
    rows = [row for row in told.found["escalation"] if row["then"]]
    assert rows
    wind = told.named["wind"]
    for row in rows:
        item = propane_plant.equipment[row["target"]]
        then = row["then"]
        ball = fireball(
            substance("propane"), mass=then["mass_kg"], burst_pressure=item.inventory.pressure, weather=wind
        )
        assert then["diameter_m"] == ball.width
        assert then["duration_s"] == ball.duration
        far = then["reach_m"]["12.5 kW/m2"]
        assert float(ball.heat_flux(far, 0.0, HEIGHT)) == pytest.approx(12.5e3, rel=0.05)


def test_vessels_fail_likeliest_first_and_each_says_why(told):
    rows = told.found["escalation"]
    shares = [round(row["probability"], 2) for row in rows]
    assert shares == sorted(shares, reverse=True)
    assert all(row["says"] and row["by"] in {"fire", "blast"} for row in rows)


def test_chlorine_does_not_burn():
    found = run_chlorine()
    assert found["ignition"] is None


def run_chlorine():
    plant = load_plant(find_plant("festus-chlorine"))
    return summary(forecasts.forecast(plant, None, Scenario(plant=plant.id, part="H-301A", wind=WIND, duration=600.0)))


def test_doubts_travel(told):
    says = {(item["grade"], item["says"]) for item in told.found["caveats"]}
    assert any(grade == Grade.DEGRADED and "liquid radiates" in text for grade, text in says), "of the flame's model"
    assert ("degraded", UNVERIFIED) in says
    for item in told.found["lit"]:
        assert {(caveat["grade"], caveat["says"]) for caveat in item["caveats"]} <= says


def test_what_cannot_be_computed_is_said(told, monkeypatch):
    def refuse(*_values, **_named):
        raise ValueError("no such flame")

    monkeypatch.setattr(ignition, "jet_fire", refuse)
    found = if_lit(*told.values, **told.named)
    assert (
        Caveat(
            Grade.DEGRADED, "ignition", "What propane does if it is lit could not be computed: no such flame."
        ).as_dict()
        in found["caveats"]
    )
    assert "jet-fire" not in {item["kind"] for item in found["lit"]}


def places(*distances):
    """Areas of people in a row to the north, each 10 m wide."""
    areas = {}
    for far in distances:
        corners = ((-5.0, far), (5.0, far), (5.0, far + 10.0), (-5.0, far + 10.0))
        areas[f"{far:g}"] = SimpleNamespace(id=f"{far:g}", polygon=corners, centre=(0.0, far + 5.0))
    return SimpleNamespace(population_areas=areas)


@pytest.mark.parametrize("edge", [BEST, OUTER])
def test_who_is_closer_gets_more(told, edge):
    strongest = by_edge(told.found, OUTER)["explosion"]
    assert strongest["reach_m"]["2.07 kPa"] > 0.0
    flame = pool_fire(substance("propane"), diameter=10.0, weather=AIR)
    blast = ignition.multi_energy(energy=1e9, strength=5, ambient_pressure=101325.0)
    burnt = shapely.Point(0.0, 0.0).buffer(40.0)
    what = Struck(edge=edge, flames=(flame,), blasts=(((0.0, 0.0), blast),), burnt=burnt, lasts=600.0)
    rows = receptors(places(20.0, 50.0, 100.0, 200.0), [what], AIR, (0.0, 0.0, 0.0))
    heat, pressure = ([row[name] for row in rows] for name in ("heat_flux_W_m2", "overpressure_Pa"))
    assert heat == sorted(heat, reverse=True)
    assert heat[0] > 10.0 * heat[-1]
    assert pressure == sorted(pressure, reverse=True)
    assert [row["in_flash_fire"] for row in rows] == [True, False, False, False]


def test_people_around_a_fire_stand_in_it():
    flame = pool_fire(substance("propane"), diameter=10.0, weather=AIR)
    around = places(-100.0)
    around.population_areas["-100"].polygon = ((-100.0, -100.0), (100.0, -100.0), (100.0, 100.0), (-100.0, 100.0))
    what = Struck(edge=OUTER, flames=(flame,), blasts=(), burnt=shapely.Polygon(), lasts=600.0)
    (row,) = receptors(around, [what], AIR, (0.0, 0.0, 0.0))
    assert row["heat_flux_W_m2"] == pytest.approx(flame.surface_emissive_power)


def test_a_flame_of_the_outer_edge_may_point_any_way():
    flame = pool_fire(substance("propane"), diameter=10.0, weather=AIR)
    around = 40.0 * np.array([[math.cos(angle), math.sin(angle)] for angle in np.linspace(0.0, 6.0, 9)])
    outer, best = (
        struck_by(Struck(edge=edge, flames=(flame,), blasts=(), burnt=shapely.Polygon(), lasts=1.0), around, AIR,
                  (0.0, 0.0, 0.0), HEIGHT)[0]
        for edge in (OUTER, BEST)
    )  # fmt: skip
    assert np.ptp(outer) < 1e-6 * np.max(outer)
    assert np.ptp(best) > 0.1 * np.max(best)
    assert np.all(outer >= 0.98 * best)


def test_an_explosion_is_strong_only_among_obstacles(told, monkeypatch):
    among = by_edge(told.found, OUTER)["explosion"]
    assert any("among obstacles" in says for says in among["says"])
    assert among["reach_m"][pressure_name(OVERPRESSURES[-1])] > 0.0
    monkeypatch.setattr(ignition, "obstructed_parts", lambda _plant: ())
    bare = by_edge(if_lit(*told.values, **told.named), OUTER)["explosion"]
    assert all(says.endswith("in the open: strength 1") for says in bare["says"])
    assert set(bare["reach_m"].values()) == {0.0}, "1 kPa at most"


def test_it_is_said_in_chinese(told):
    chinese = with_chinese(told.summary)["ignition"]
    for item in (*chinese["lit"], *chinese["escalation"]):
        assert len(item["says_zh"]) == len(item["says"])
        assert all(in_chinese(says) for says in item["says"])
    assert all(in_chinese(item["says"]) for item in chinese["caveats"])
    assert in_chinese(ALL_ROUND)
    assert in_chinese("What propane does if it is lit could not be computed: no such flame.")
    assert flux_name(FLUXES[1]) == "12.5 kW/m2"


def test_the_outer_edge_holds_every_model_that_applies():
    gas = fuel_of("natural gas")
    assert applicable_jets(gas) == (JetModel.JOHNSON, JetModel.CHAMBERLAIN, JetModel.API)
    methane = substance("methane")
    term = SimpleNamespace(
        discharged=np.array([5.0, 1.0]), mass_flow_rate=np.array([5.0, 1.0]), density=np.array([1.8, 1.8]),
        velocity=np.array([400.0, 300.0]), vapour_fraction=np.ones(2), temperature=np.full(2, 200.0),
        time=np.array([0.0, 60.0, 600.0]), area=np.full(2, 0.01), source_height=1.0, liquid=None,
    )  # fmt: skip
    place = (0.0, 0.0, 1.0)
    one = list(ignition._fires(methane, term, AIR, place, directed=False, every=False))
    every = list(ignition._fires(methane, term, AIR, place, directed=False, every=True))
    assert [item.model for item in one] == ["johnson-jet-fire"]
    assert [item.model for item in every] == ["johnson-jet-fire", "chamberlain-jet-fire", "api-521-jet-fire"]
    outer = ignition._farthest("jet-fire", every, place)
    for level, far in outer.reach.items():
        assert far == max(item.reach[level] for item in every)
    assert len(outer.flames) == 3
