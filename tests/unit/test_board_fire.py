"""The board of what burns: who leaves, which way, by when, zones and deaths, and that fire overrides poison."""

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from api.sentences import in_chinese, with_chinese
from physics.dispersion.flammable import HALF
from physics.harm.vulnerability import thermal_dose, thermal_probability
from physics.substances import substance
from scenarios.board.burning import OUTER, Burning, Fireball, burning, looked_at
from scenarios.board.doses import WARNING
from scenarios.board.fire import advise_fire, approach_from, asked, fire_zones, merged_zones
from scenarios.board.fire_casualties import REACTION, RUNNING, escape_time, fire_casualties, fireball_flux
from scenarios.board.records import AreaAdvice, Hazard, Option, Protect
from scenarios.board.records import Judged as Dose
from scenarios.board.ways import MARGIN, Zone, approach, straight_away, ways_out
from scenarios.drill.measure import Order, Verdict, judged
from scenarios.forecast import forecast
from scenarios.outer_edge import RADII
from scenarios.result import board, summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant
from twin.parts import PopulationArea

FESTUS = find_plant("festus-chlorine")
WALK = 1.2


def area(x, y, *, id="a", half=5.0, kind="residential"):
    corners = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
    return PopulationArea(
        id=id, kind=kind, polygon=corners, centre=(x, y), people_day=100.0, people_night=200.0, name="The houses",
        name_zh="房屋", indoors_day=0.5, indoors_night=1.0,
    )  # fmt: skip


def wedge(reach, half=20.0, around=30.0):
    """Towards the north."""
    return Zone(
        half_angle=np.where(reach >= RADII, math.radians(half), np.nan), spread=math.radians(10.0), distance=reach,
        around=around, source=(0.0, 0.0), bearing=0.0,
    )  # fmt: skip


def burns(**change):
    """A fire of 100 m at 4 kW/m2 and blasts of 60 m and 220 m, about a cloud of 200 m and 300 m to the north."""
    levels = {"37.5 kW/m2": 60.0, "12.5 kW/m2": 80.0, "4 kW/m2": 100.0}
    blast = {"20.7 kPa": 40.0, "13.8 kPa": 60.0, "2.07 kPa": 220.0}
    found = Burning(
        lit=({"edge": OUTER, "reach_m": levels}, {"edge": OUTER, "reach_m": blast}),
        seen={},
        fireballs=(),
        clouds=(),
        burns=wedge(200.0),
        may_burn=wedge(300.0),
        lower=0.02,
        winds=SimpleNamespace(central=object()),
        reasons=(),
    )
    return replace(found, **change)


def ball(reach=500.0, at=1200.0, place=(0.0, 0.0), edge=OUTER, probability=0.5):
    levels = {"37.5 kW/m2": reach / 3.0, "12.5 kW/m2": reach / 1.7, "4 kW/m2": reach}
    return Fireball(vessel="TK-1", edge=edge, place=place, probability=probability, at=at, duration=11.0, reach=levels)


def seen(heat=0.0, pressure=0.0, *, flash=False, edge=OUTER):
    row = {"heat_flux_W_m2": heat, "overpressure_Pa": pressure, "in_flash_fire": flash}
    return {("a", edge): row}


def told(where, what, *, now=0.0, speed=WALK, toxic=None):
    fire = asked(where, what, until=1800.0)
    return advise_fire(where, fire, what, what.zone(), now=now, speed=speed, toxic=toxic)


@pytest.mark.parametrize(
    ("heat", "pressure", "action"),
    [
        (4.1e3, 0.0, "evacuate"),
        (3.9e3, 0.0, "shelter"),
        (1.5e3, 0.0, "stay"),
        (0.0, 14e3, "evacuate"),
        (0.0, 13e3, "shelter"),
        (0.0, 2.0e3, "stay"),
    ],
)
def test_heat_and_blast_decide_by_their_thresholds(heat, pressure, action):
    found = told(area(400.0, -400.0), burns(seen=seen(heat, pressure)))
    assert str(found.action) == action
    assert found.latest is None
    assert (found.hazard is None) is (action == "stay")
    if action == "shelter":
        assert "away from windows" in found.says
    assert (found.way is not None) is (action == "evacuate")
    assert in_chinese(found.says)
    assert all(in_chinese(why) for why in found.reasons)


@pytest.mark.parametrize(("y", "leaves"), [(250.0, True), (330.0, False), (-150.0, False)])
def test_where_the_cloud_may_burn_people_leave_on_foot(y, leaves):
    """250 m downwind lies between the lower limit and half of it; 330 m beyond; 150 m upwind is outside the wedge."""
    found = told(area(0.0, y), burns(), speed=8.0)
    assert (found.action is Protect.EVACUATE) is leaves
    if leaves:
        assert found.way.speed == WALK
        assert "no engines and no switching" in found.says
        assert found.fire.as_dict()["in_flash_fire"] == {OUTER: False}
        assert told(area(0.0, 150.0), burns()).fire.as_dict()["in_flash_fire"] == {OUTER: True}


def test_a_small_fire_inside_a_large_area_is_not_missed():
    """No corner, side or centre of the site lies near the fire; people of the site do."""
    where = area(900.0, 0.0, half=1000.0)
    assert np.hypot(*looked_at(where, ()).T).min() > 90.0
    found = told(where, burns())
    assert found.action is Protect.EVACUATE
    assert len(found.reasons) == 3


def test_ways_lead_across_the_cloud_and_away_from_vessels():
    """The vessel lies upwind: straight from it is down the cloud, and 300 m; the way goes out of the cloud first."""
    what = burns(fireballs=(ball(reach=500.0, place=(40.0, -50.0)),))
    found = told(area(40.0, 150.0), what)
    assert 45.0 <= found.way.off_wind <= 120.0
    start, end = (np.array(corner) for corner in (found.way.corners[0], found.way.corners[-1]))
    walk = start + np.linspace(0.0, 1.0, 80)[:, None] * (end - start)
    away = np.hypot(walk[:, 0] - 40.0, walk[:, 1] + 50.0)
    assert away.min() >= 0.8 * away[0]
    assert away[-1] >= 500.0
    assert not what.zone().holds(walk[-1])


def test_no_way_leads_through_what_burns_or_past_a_vessel(monkeypatch):
    """Of north, east, south and west: north enters the lower limit, south passes the vessel, west crosses the cloud."""
    monkeypatch.setattr("scenarios.board.ways.BEARINGS", 4)
    vessel = ball(reach=350.0, place=(200.0, 0.0))
    zone = burns(burns=wedge(450.0), may_burn=wedge(460.0), fireballs=(vessel,)).zone()
    assert [way.bearing for way in ways_out(np.array((200.0, 200.0)), zone, speed=WALK)] == [90.0]
    out, into, past = (np.array([(200.0, 200.0), (200.0 + x, 200.0 + y)]) for x, y in ((100, 0), (0, 190), (0, -60)))
    assert zone.bars(np.array([out, into, past])).tolist() == [False, True, True]


def test_without_a_wind_the_way_is_straight_from_the_source():
    circle = replace(wedge(300.0, half=180.0, around=300.0), spread=math.pi)
    what = burns(
        winds=SimpleNamespace(central=None), burns=replace(circle, around=200.0, distance=200.0), may_burn=circle
    )
    for x, y in ((150.0, 150.0), (-200.0, 0.0), (0.0, -250.0)):
        found = told(area(x, y, half=1.0), what)
        assert found.action is Protect.EVACUATE
        assert found.way.off_wind is None
        home = found.way.corners[0]
        assert found.way.bearing == pytest.approx(math.degrees(math.atan2(home[0], home[1])) % 360.0)
        assert np.hypot(*found.way.corners[-1]) == pytest.approx(300.0 + MARGIN, abs=30.0)
    assert told(area(0.0, 320.0, half=1.0), what).action is Protect.STAY
    assert approach(approach_from(what.zone(), what)) is None
    assert straight_away(np.array((0.0, 0.0)), circle, speed=WALK).distance >= 300.0


def test_a_vessel_that_may_fail_sets_the_latest_moment():
    """1200 s until it fails, less the warning and the walk out of its circle; nobody has so long at 400 s."""
    found = told(area(450.0, 0.0), burns(fireballs=(ball(at=1200.0),)))
    assert found.action is Protect.EVACUATE
    assert found.latest == pytest.approx(1200.0 - WARNING - found.way.distance / WALK)
    assert found.latest > 700.0
    assert found.keeps_under == "4 kW/m2"
    assert found.keeps_edge == "outer"
    assert "TK-1 may fail 1200 s" in found.says
    late = told(area(450.0, 0.0), burns(fireballs=(ball(at=1200.0),)), now=found.latest + 1.0)
    assert late.latest is None
    assert late.keeps_under is None
    # where it would be hot the moment it is lit nobody waits for the vessel
    near = told(area(450.0, 0.0), burns(fireballs=(ball(at=1200.0),), seen=seen(5e3)))
    assert near.latest is None
    assert told(area(600.0, 0.0), burns(fireballs=(ball(at=1200.0),))).action is Protect.STAY
    # what people leave for is said first
    windows = told(area(450.0, 0.0), burns(fireballs=(ball(at=1200.0),), seen=seen(2e3)))
    assert "TK-1" in windows.says
    assert "heat there reaches 2 kW/m2" in windows.reasons[1]


class Late:
    """A cloud that is everywhere from a time on."""

    weather = None

    def __init__(self, at):
        self.at = at

    def mole_fraction(self, x, y, z, times):
        return np.where(times[:, None] >= self.at, 0.011, 0.009) * np.ones(np.shape(x))


def test_the_cloud_sets_the_latest_moment(monkeypatch):
    """Half the lower limit of 2 % comes at 900 s; the nearer of cloud and vessel counts."""
    monkeypatch.setattr("scenarios.board.burning.turned_towards", lambda points, *_: (points[:, 0], points[:, 1]))
    what = burns(clouds=(Late(900.0),))
    found = told(area(0.0, 250.0), what)
    assert found.fire.arrival == pytest.approx(900.0, abs=80.0)
    assert found.keeps_under == "LFL/2"
    walked = found.fire.arrival - WARNING - found.latest
    assert 0.0 < walked <= found.way.distance / WALK
    both = told(area(0.0, 250.0), replace(what, fireballs=(ball(at=800.0),)))
    assert both.latest == pytest.approx(800.0 - WARNING - both.way.distance / WALK)
    assert both.keeps_under == "4 kW/m2"
    assert HALF * what.lower == pytest.approx(0.01)


def test_what_cannot_be_computed_is_not_enough_information_unless_people_must_leave():
    what = burns(reasons=("what it does if it is lit could not be computed",))
    assert told(area(400.0, -400.0), what).action is Protect.UNKNOWN
    assert told(area(0.0, 250.0), what).action is Protect.EVACUATE
    assert in_chinese(told(area(400.0, -400.0), what).says)


def poison(action, *, reached=True, latest=None, latest_open=False):
    dose = Option(outer=Dose(level="AEGL-2", ratios={"AEGL-2": 2.0}, load=None))
    return AreaAdvice(
        id="a", action=action, says="Poison.", stay=dose if reached else None, latest=latest, latest_open=latest_open
    )  # fmt: skip


def test_fire_overrides_poison_and_both_are_said():
    """Shelter keeps gas out: where it may burn people leave all the same; elsewhere the toxic proposal stands."""
    found = told(area(0.0, 250.0), burns(), toxic=poison(Protect.SHELTER))
    assert found.action is Protect.EVACUATE
    assert found.hazard is Hazard.BOTH
    assert found.reasons == (
        "the cloud may burn there, it may hold half its lower limit",
        "for its poison alone the proposal is: shelter",
    )
    assert all(in_chinese(why) for why in found.reasons)
    assert "就地避险" in in_chinese(found.reasons[1])
    far = area(400.0, -400.0)
    stands = told(far, burns(), toxic=poison(Protect.SHELTER))
    assert (stands.action, stands.says, stands.hazard) == (Protect.SHELTER, "Poison.", Hazard.TOXIC)
    left = told(far, burns(seen=seen(2e3)), toxic=poison(Protect.EVACUATE))
    assert (left.action, left.hazard, len(left.reasons)) == (Protect.EVACUATE, Hazard.BOTH, 1)
    windows = told(far, burns(seen=seen(2e3)), toxic=poison(Protect.STAY, reached=False))
    assert (windows.action, windows.hazard) == (Protect.SHELTER, Hazard.FIRE)
    assert told(far, burns(), toxic=poison(Protect.STAY, reached=False)).hazard is None
    # without a wind poison says nothing, and fire still moves people out of its circle
    assert told(area(0.0, 250.0), burns(), toxic=poison(Protect.UNKNOWN)).action is Protect.EVACUATE
    assert told(far, burns(), toxic=poison(Protect.UNKNOWN)).action is Protect.UNKNOWN


def test_the_earlier_of_two_dangers_sets_the_latest_moment():
    what, where = burns(fireballs=(ball(at=1200.0),)), area(450.0, 0.0)
    alone = told(where, what).latest
    assert told(where, what, toxic=poison(Protect.EVACUATE, latest=60.0)).latest == 60.0
    assert told(where, what, toxic=poison(Protect.EVACUATE)).latest is None
    assert told(where, what, toxic=poison(Protect.EVACUATE, latest=1800.0, latest_open=True)).latest == alone


def test_zones_and_where_to_stage():
    """Hot to half the lower limit, warm as far as windows break or a fireball reaches; one stages outside of it."""
    assert fire_zones(burns()) == {"hot": ("LFL/2", 300.0), "warm": ("LFL/2", 300.0)}
    lone = burns(may_burn=wedge(20.0))
    assert fire_zones(lone) == {"hot": ("12.5 kW/m2", 80.0), "warm": ("2.07 kPa", 220.0)}
    what = burns(fireballs=(ball(place=(0.0, 100.0)),))
    assert fire_zones(what)["warm"] == ("4 kW/m2", 600.0)
    found = merged_zones([], what)
    assert [(row["zone"], row["distance_m"]) for row in found] == [("hot", 300.0), ("warm", 600.0), ("cold", None)]
    poisoned = (("hot", "AEGL-3", 900.0), ("warm", "AEGL-2", 10.0), ("cold", "AEGL-1", 50.0))
    rows = [{"zone": name, "level": level, "distance_m": away} for name, level, away in poisoned]
    assert [row["distance_m"] for row in merged_zones(rows, what)] == [900.0, 600.0, 600.0]
    staged = approach(approach_from(what.zone(), what))
    for item in (staged["approach"], *staged["staging"]):
        assert math.hypot(item["x_m"], item["y_m"]) >= 700.0
        assert item["bearing_deg"] == pytest.approx(180.0, abs=46.0)


def test_deaths_of_a_flash_are_all_those_outdoors_inside_the_lower_limit():
    """By day half are outdoors, by night nobody; between the lower limit and half of it nobody dies of the flash."""
    found = fire_casualties((area(0.0, 150.0), area(0.0, 250.0, id="b")), burns(winds=SimpleNamespace(central=None)))
    inside, beyond = found["areas"]
    assert inside["day"]["outer_killed"] == pytest.approx(50.0)
    assert inside["night"]["outer_killed"] == 0.0
    assert beyond["day"]["outer_killed"] == 0.0
    assert inside["day"]["killed"] is None
    assert found["total"]["day"]["outer_killed"] == pytest.approx(50.0)
    assert found["probit_set"] == "tsao-perry-1979"


def test_deaths_of_heat_blast_and_fireballs():
    far, calm = area(400.0, -400.0), SimpleNamespace(central=None)

    def dead(**change):
        return fire_casualties((far,), burns(winds=calm, **change))["areas"][0]["day"]["outer_killed"]

    assert escape_time(60.0, 100.0) == pytest.approx(REACTION + 40.0 / RUNNING)
    share = thermal_probability(thermal_dose(20e3, REACTION))
    assert dead(seen=seen(20e3)) == pytest.approx(50.0 * share, rel=1e-3)
    assert dead(seen=seen(40e3)) > 50.0  # from 35 kW/m2 those indoors die too
    assert dead(seen=seen(0.0, 31e3)) == pytest.approx(100.0)
    assert dead(seen=seen(0.0, 11e3)) == pytest.approx(50.0 * 0.025)
    one = ball(reach=900.0)
    near = looked_at(far, [(0.0, 0.0)])
    flux = fireball_flux(one, near).max()
    assert dead(fireballs=(one,)) == pytest.approx(50.0 * thermal_probability(thermal_dose(flux, 11.0)), rel=1e-3)
    at = np.array([[900.0, 0.0], [900.0 / 1.7, 0.0], [1800.0, 0.0], [1.0, 0.0]])
    assert fireball_flux(one, at) == pytest.approx([4e3, 12.5e3, 1e3, 400e3])


@pytest.fixture(scope="module")
def propane(tmp_path_factory):
    """The Festus plant with propane in place of chlorine."""
    folder = tmp_path_factory.mktemp("plants") / "lpg"
    folder.mkdir()
    for name in ("plant.yaml", "tags.yaml", "site.geojson"):
        text = (FESTUS / name).read_text(encoding="utf-8")
        text = text.replace("id: festus-chlorine", "id: lpg").replace("7782-50-5", "74-98-6")
        text = text.replace('"9.5 bar"', '"11 bar"').replace('"7.9 bar"', '"10 bar"')
        (folder / name).write_text(text, encoding="utf-8")
    return load_plant(folder)


@pytest.fixture(scope="module")
def windy(propane):
    scenario = Scenario(
        plant="lpg", part="H-301A", duration=1800.0, wind=Wind(speed=3.0, from_direction=200.0, stability="D")
    )
    return summary(forecast(propane, None, scenario))


def test_a_propane_plant_has_a_board(windy):
    found = windy["board"]
    json.dumps(found, allow_nan=False)
    assert found["hazard"] == "fire"
    branch = found["branches"]["isolation-fails"]
    told_ = {item["id"]: item for item in branch["areas"]}
    assert told_["dpc-staff"]["action"] == "evacuate"
    assert told_["i-55"]["action"] == "stay"
    assert all(item["action"] != "not-enough-information" for item in branch["areas"])
    rows = {row["id"]: row for row in windy["ignition"]["receptors"] if row["edge"] == "outer"}
    for id, item in told_.items():
        seen_ = item["doses"]["fire"]
        assert seen_["heat_flux_W_m2"]["outer"] == pytest.approx(rows[id]["heat_flux_W_m2"], rel=1e-3)
        assert item["action"] == "evacuate" or rows[id]["heat_flux_W_m2"] < 4e3
    reach = {zone["zone"]: zone["distance_m"] for zone in branch["zones"]}
    assert 0.0 < reach["hot"] <= reach["warm"]
    assert branch["approach"]["approach"]["distance_m"] >= reach["warm"]
    hurt = branch["casualties_if_nobody_acts"]
    assert hurt["total"] == hurt["if_lit"]["total"]
    assert hurt["total"]["day"]["outer_killed"] >= hurt["total"]["day"]["killed"] > 0.0


def test_a_propane_board_speaks_chinese(windy):
    whole = with_chinese(windy)["board"]
    for branch in whole["branches"].values():
        for item in branch["areas"]:
            assert in_chinese(item["says"]), item["says"]
            assert item["name_zh"] in item["says_zh"]
            assert all(in_chinese(why) for why in item["reasons"])
    assert all(in_chinese(words) for words in whole["assumes"])


def test_a_drill_is_scored_by_a_board_of_fire(windy):
    staff = next(item for item in windy["board"]["branches"]["isolates"]["areas"] if item["id"] == "dpc-staff")
    assert judged(staff, Order(Protect.EVACUATE, 100.0), shown_at=15.0) == (Verdict.AS_PROPOSED, None)
    assert judged(staff, Order(Protect.SHELTER, 100.0), shown_at=15.0)[0] is Verdict.WRONG
    assert judged(staff, None, shown_at=15.0)[0] is Verdict.NEVER


def test_without_a_wind_propane_moves_people_out_of_its_circle(propane):
    scenario = Scenario(plant="lpg", part="H-301A", duration=900.0)
    found = board(forecast(propane, None, scenario))["branches"]["isolation-fails"]
    reach = next(zone["distance_m"] for zone in found["zones"] if zone["zone"] == "hot")
    x0, y0, _ = propane.location("H-301A")
    for item in found["areas"]:
        where = propane.population_areas[item["id"]]
        near = looked_at(where, [(x0, y0)])
        away = float(np.hypot(near[:, 0] - x0, near[:, 1] - y0).min())
        assert item["action"] == ("evacuate" if away <= reach else "stay") or item["action"] == "shelter"
        if item["action"] == "evacuate":
            (x, y), bearing = item["way_out"]["corners_m"][0], item["way_out"]["bearing_deg"]
            turn = (math.degrees(math.atan2(x - x0, y - y0)) - bearing + 180.0) % 360.0 - 180.0
            assert abs(turn) < 2.0
    assert found["approach"] is None
    assert {item["action"] for item in found["areas"]} >= {"evacuate", "stay"}


def test_what_does_not_burn_has_no_fire():
    assert burning(None, substance("chlorine"), (), winds=None, source=(0.0, 0.0), until=1.0, pool=None) is None


def test_a_vessel_that_may_fail_alone_sends_nobody_out_into_poison():
    what, where = burns(fireballs=(ball(at=1200.0),)), area(450.0, 0.0)
    assert told(where, what).action is Protect.EVACUATE
    kept = told(where, what, toxic=poison(Protect.SHELTER))
    assert kept.action is Protect.SHELTER
    assert any("may fail" in reason for reason in kept.reasons)
