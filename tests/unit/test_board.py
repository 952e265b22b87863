"""The protective-action board: what it proposes, when it will not, and that its numbers are what it says."""

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from api.sentences import drill_with_chinese, in_chinese, with_chinese
from physics.harm.exposure import Shelter, aired_indoors, airing_time, indoors
from physics.harm.toxic_load import levels_of
from physics.substances import substance
from scenarios.board import Given, propose
from scenarios.board.advice import Airs, advise, compass
from scenarios.board.casualties import casualties, harm, indoor_fraction, spread_over
from scenarios.board.doses import STATIONS, WARNING, Air, Judge
from scenarios.board.proposal import _digest
from scenarios.board.records import Judged, Protect, WayOut
from scenarios.board.ways import MARGIN, Zone, approach, ways_out
from scenarios.drill import load_drill, run_drill
from scenarios.drill.measure import Measured, Order, Verdict, judged
from scenarios.forecast import forecast
from scenarios.outer_edge import RADII
from scenarios.result import board, summary
from scenarios.scenario import Action, Scenario, Verb, Wind
from twin.library import find_plant
from twin.load import load_plant
from twin.opcua import PlantClient
from twin.parts import PopulationArea

PLANT = load_plant(find_plant("festus-chlorine"))
SCENARIO = Scenario(
    plant=PLANT.id, part="H-301A", wind=Wind(speed=2.0, from_direction=7.0, stability="D"), duration=1800.0
)
CHLORINE = substance("chlorine")
JUDGE = Judge(levels=levels_of(CHLORINE), exponent=2.0)
PPM = 1e-6
STEP = 60.0
AREA = PopulationArea(
    id="a", kind="residential", polygon=((0.0, 0.0), (90.0, 0.0), (90.0, 90.0), (0.0, 90.0)), centre=(45.0, 45.0),
    people_day=100.0, people_night=200.0, name="The houses", name_zh="房屋", indoors_day=0.5, indoors_night=1.0,
)  # fmt: skip
WAY = WayOut(bearing=90.0, distance=600.0, off_wind=90.0, corners=((0.0, 0.0), (600.0, 0.0)), speed=1.2)


@pytest.fixture(scope="module")
def data():
    return forecast(PLANT, None, SCENARIO)


def areas(found, branch="isolation-fails"):
    return {item["id"]: item for item in found["branches"][branch]["areas"]}


def test_every_area_has_a_proposal_in_both_branches(data):
    found = board(data)
    json.dumps(found, allow_nan=False)
    assert found["proposal"] is True
    assert found["approval"] == {
        "required_role": "incident-commander", "role": None, "approved_by": None, "approved_at": None
    }  # fmt: skip
    for branch in ("isolation-fails", "isolates"):
        told = areas(found, branch)
        assert set(told) == set(PLANT.population_areas)
        assert {item["action"] for item in told.values()} <= {str(item) for item in Protect}
        assert all(item["says"].endswith(".") for item in told.values())
    assert summary(data)["board"] == found


def test_doses_of_a_board_are_in_order(data):
    """Going in never costs more than standing outdoors all along; nor is a leaky house better than a tight one."""
    seen = 0
    for item in areas(board(data)).values():
        doses = item["doses"]
        if doses["stay"] is None:
            continue
        seen += 1
        assert doses["stay"]["outer"]["ratios"]["AEGL-2"] >= 1.0
        assert doses["stay"]["best"]["toxic_load_s"] <= doses["stay"]["outer"]["toxic_load_s"]
        assert doses["shelter"]["outer"]["toxic_load_s"] <= doses["stay"]["outer"]["toxic_load_s"] * 1.1
        houses = [item["sheltering"]["by_air_exchange"][name]["toxic_load_s"] for name in ("low", "best", "high")]
        assert houses == sorted(houses)
        assert [leave["after_s"] for leave in doses["leave"]] == [0.0, 600.0, 1200.0, 1800.0]
    assert seen >= 4


def test_what_the_outer_edge_does_not_reach_stays(data):
    for item in areas(board(data)).values():
        if item["action"] == "stay":
            assert item["doses"]["stay"] is None
    zone = next(z for z in summary(data)["zones"] if z["level"] == "AEGL-2" and z["branch"] == "isolation-fails")
    warm = next(z for z in board(data)["branches"]["isolation-fails"]["zones"] if z["zone"] == "warm")
    assert warm["distance_m"] == pytest.approx(zone["max_distance_m"])


@pytest.mark.parametrize("wind", [None, Wind(speed=0.4, from_direction=0.0)])
def test_no_wind_is_not_enough_information(wind):
    found = board(forecast(PLANT, None, replace(SCENARIO, wind=wind)))
    for branch in found["branches"].values():
        assert {item["action"] for item in branch["areas"]} == {"not-enough-information"}
        assert all("wind" in item["reasons"][0] and "wind" in item["says"] for item in branch["areas"])
        assert branch["approach"] is None


def test_bad_readings_are_not_enough_information():
    """A plant whose tags have given nothing: the wind is given, what leaks is not known."""
    snapshot = PlantClient(PLANT, "opc.tcp://127.0.0.1:9").snapshot()
    told = areas(board(forecast(PLANT, snapshot, SCENARIO)))
    assert {item["action"] for item in told.values()} == {"not-enough-information"}
    assert all("readings the release rests on" in item["reasons"][0] for item in told.values())
    assert any(item["doses"]["stay"] for item in told.values())


def test_no_level_or_no_model_is_not_enough_information(data):
    """A substance no model holds for: the same forecast, of something that associates."""
    from scenarios.dataset import Branch, Content
    from scenarios.outlook import outlook
    from twin.source import release_band

    band = release_band(PLANT, None, part="H-301A", duration=600.0)
    given = Given(
        areas=(AREA,), source=(0.0, 0.0), of=CHLORINE, judge=JUDGE, winds=outlook(PLANT, None, SCENARIO.wind),
        now=0.0, until=600.0, bad_tags=(), to_lonlat=PLANT.to_lonlat,
    )  # fmt: skip
    found = propose(given, {Branch.FAILS: Content(band=band, isolated_after=None)}, map=map)
    told = found["branches"]["isolation-fails"]["areas"][0]
    assert told["action"] == "not-enough-information"
    assert told["reasons"] == ["no model here is valid for this release"]


def test_what_burns_and_was_not_lit_is_not_enough_information():
    """Shelter keeps gas out, not fire: without what fire does nothing is said; the plainest plant has no area."""
    plant = replace(PLANT, population_areas={})
    assert board(forecast(plant, None, SCENARIO))["branches"]["isolation-fails"]["areas"] == []
    told = "what it does if it is lit could not be computed"
    base = Given(
        areas=(), source=(0.0, 0.0), of=CHLORINE, judge=JUDGE, winds=SimpleNamespace(central=1), now=0.0, until=600.0,
        bad_tags=(), to_lonlat=PLANT.to_lonlat,
    )  # fmt: skip
    for name, burns, poisons in (
        ("propane", True, False), ("methane", True, False), ("ammonia", True, True), ("chlorine", False, True)
    ):  # fmt: skip
        of = substance(name)
        given = replace(base, of=of, judge=Judge(levels=levels_of(of), exponent=None))
        assert (told in given.reasons(())) is burns, name
        assert given.poisons is poisons, name
    assert in_chinese(told)


def air(home, along=0.0, winds=1, way=WAY, steps=60):
    """Air at home (time,) and along the way out, the same in each wind."""
    series = np.broadcast_to(np.asarray(home, dtype=float), (steps,))
    there = np.broadcast_to(np.asarray(along, dtype=float), (steps,))
    field = np.repeat(there[:, None], STATIONS, axis=1)
    field[:, 0] = series
    return Air(
        home=np.repeat(series[:, None], winds, axis=1), along=np.repeat(field[None], winds, axis=0), way=way, step=STEP
    )


def cloud(begin, end, ppm, steps=60):
    at = (np.arange(steps) + 0.5) * STEP
    return np.where((at >= begin) & (at < end), ppm * PPM, 0.0)


def test_leave_before_the_cloud_comes_and_not_later():
    """The cloud comes after half an hour and stays: leaving in time is clean, a house is not; later it is too late."""
    gas = cloud(1800.0, 3600.0, 200.0)
    airs = Airs(outer=air(gas), best=air(gas), members=air(gas, winds=5))
    told = advise(AREA, airs, JUDGE, now=0.0, reasons=())
    assert told.action is Protect.EVACUATE
    assert told.keeps_under == "AEGL-2"
    assert told.keeps_edge == "outer"
    assert not told.latest_open
    # walking 600 m takes 500 s but the first station past home is clean: only the warning counts, within a moment
    assert 1800.0 - WARNING - 200.0 <= told.latest <= 1800.0 - WARNING + 120.0
    assert JUDGE.worst(air(gas).leaving(told.latest, 0.0, 1.0), STEP).ratios["AEGL-2"] < 1.0
    assert JUDGE.worst(air(gas).leaving(told.latest + 240.0, 0.0, 1.0), STEP).ratios["AEGL-2"] >= 1.0
    assert "towards the east for 600 m" in told.says


def test_shelter_from_a_short_cloud_everywhere():
    """Ten minutes of gas all along the way: a house keeps it out, the way does not."""
    gas = cloud(600.0, 1200.0, 8.0)
    airs = Airs(outer=air(gas, gas), best=air(gas, gas), members=air(gas, gas, winds=5))
    told = advise(AREA, airs, JUDGE, now=0.0, reasons=())
    assert told.action is Protect.SHELTER
    assert told.shelter.outer.level in (None, "AEGL-1")
    assert told.sheltering.air_at == pytest.approx(1200.0, abs=STEP)
    assert told.sheltering.load_exceeds is None or told.sheltering.load_exceeds > 600.0


def test_from_aegl_2_on_the_way_shelter_is_proposed():
    """Both reach the same level and leaving has the smaller dose: but people may not get out of it."""
    home, way = cloud(0.0, 3600.0, 500.0), cloud(0.0, 3600.0, 100.0)
    airs = Airs(outer=air(home, way), best=air(home, way), members=air(home, way, winds=5))
    assert JUDGE.worst(airs.outer.leaving(0.0, 0.0, 1.0), STEP).load < JUDGE.worst(airs.outer.home, STEP).load
    assert advise(AREA, airs, JUDGE, now=0.0, reasons=()).action is Protect.SHELTER


def test_winds_that_disagree_are_not_enough_information():
    """The outer edge says leave; in two winds of three the gas lies on the way and not at home for long."""
    late, brief = cloud(1800.0, 3600.0, 200.0), cloud(400.0, 700.0, 4.0)
    dirty = cloud(0.0, 3600.0, 60.0)
    members = Air(
        home=np.column_stack([late, brief, brief]),
        along=np.concatenate([air(late).along, air(brief, dirty).along, air(brief, dirty).along]),
        way=WAY,
        step=STEP,
    )
    airs = Airs(outer=air(late), best=air(late), members=members)
    told = advise(AREA, airs, JUDGE, now=0.0, reasons=())
    assert told.shares["other_better"] == pytest.approx(2 / 3)
    assert told.action is Protect.UNKNOWN
    assert told.latest is None
    assert "67% of the winds" in told.reasons[0]
    assert told.stay is not None
    assert in_chinese(told.says)


def zone(half=20.0, reach=2000.0, spread=10.0, around=50.0):
    angles = np.where(reach >= RADII, math.radians(half), np.nan)
    return Zone(
        half_angle=angles, spread=math.radians(spread), distance=reach, around=around, source=(0.0, 0.0), bearing=180.0
    )


@pytest.mark.parametrize("home", [(0.0, -500.0), (120.0, -500.0), (-120.0, -900.0)])
def test_ways_lead_out_and_not_through_the_axis(home):
    """Wind to the south: from beside the axis the way out is on that side, across the wind, and its end is clear."""
    found = ways_out(np.array(home), zone(), speed=1.2)
    assert found
    best = found[0]
    end = np.array(best.corners[-1])
    assert not zone().holds(end)
    assert 60.0 <= best.off_wind <= 135.0
    walk = np.array(home) + np.linspace(0, 1, 50)[:, None] * (end - np.array(home))
    assert zone().holds(walk[0])
    assert math.degrees(math.atan2(abs(end[0]), -end[1])) >= 30.0  # the zone's half-angle and the wind's spread
    if home[0]:
        assert all(np.sign(way.corners[-1][0]) == np.sign(home[0]) for way in found)
    # a straight line across needs no more than this
    wide = abs(home[1]) * math.tan(math.radians(30.0))
    assert best.distance <= wide - abs(home[0]) + MARGIN + 80.0


def test_no_way_leads_through_the_axis_or_to_the_source(monkeypatch):
    """Of north, east, south and west from east of the axis east is best, then the far end downwind."""
    monkeypatch.setattr("scenarios.board.ways.BEARINGS", 4)
    found = ways_out(np.array((120.0, -500.0)), zone(), speed=1.2)
    assert [way.bearing for way in found] == [90.0, 180.0]


def test_approach_is_upwind_and_clear_of_the_warm_zone():
    found = approach(zone(half=80.0))
    assert found["approach"]["bearing_deg"] == pytest.approx(0.0)
    for item in (found["approach"], *found["staging"]):
        assert not zone(half=80.0).holds(np.array([item["x_m"], item["y_m"]]))
    assert found["staging"][0]["distance_m"] > found["approach"]["distance_m"]
    assert approach(zone(spread=120.0)) is None


def test_casualties_by_place_and_time_of_day():
    """Enough to kill all outdoors: by day the half outdoors die and part of those indoors, by night only of those."""
    given = next(iter(CHLORINE.toxicity.probits.values()))
    lethal = np.full((60, 3), 2e-3)
    found = {"a": harm(lethal, step=STEP, judge=JUDGE, of=CHLORINE, given=given)}
    assert found["a"]["outdoors"].killed == pytest.approx(1.0, abs=1e-2)
    assert found["a"]["indoors"].killed < found["a"]["outdoors"].killed
    row = casualties((AREA,), found, found)[0]
    expected = 100.0 * (0.5 * found["a"]["outdoors"].killed + 0.5 * found["a"]["indoors"].killed)
    assert row["day"]["killed"] == pytest.approx(expected, rel=1e-3)
    assert row["night"]["killed"] == pytest.approx(200.0 * found["a"]["indoors"].killed, rel=1e-3)
    assert row["day"]["by_level"]["AEGL-3"] == pytest.approx(100.0)
    assert not row["day"]["indoors_assumed"]
    assert indoor_fraction(replace(AREA, indoors_day=None), "day").assumed
    assert indoor_fraction(replace(AREA, kind="road", indoors_night=None), "night").fraction == 0.0


def test_people_are_spread_inside_their_area():
    points = spread_over(AREA)
    assert len(points) == 25
    assert points.min() > 0.0
    assert points.max() < 90.0


def test_a_house_is_aired_when_it_is_better_outside():
    """Opened at the end of the cloud: less is breathed than in a house that stays shut; late is between."""
    gas = cloud(0.0, 1200.0, 100.0)[:, None]
    shut = Shelter(air_exchange_rate=1.0 / 3600.0)
    closed = indoors(gas, step=STEP, shelter=shut)
    prompt = aired_indoors(gas, step=STEP, shelter=shut, delay=0.0)
    late = aired_indoors(gas, step=STEP, shelter=shut, delay=600.0)
    assert prompt.sum() < late.sum() < closed.sum()
    assert prompt[:20] == pytest.approx(closed[:20])
    assert late[:30] == pytest.approx(closed[:30])
    told = replace(shut, aired_at=airing_time(gas[:, 0], step=STEP, shelter=shut, exponent=2.0))
    assert indoors(gas, step=STEP, shelter=told) == pytest.approx(prompt, rel=1e-9)


def test_the_digest_is_that_of_what_is_proposed(data):
    """Doses may move and the approval stands; another action and it does not."""
    found = board(data)
    assert _digest(found) == found["digest"]
    same = json.loads(json.dumps(found))
    same["branches"]["isolation-fails"]["areas"][0]["says"] = "other words"
    assert _digest(same) == found["digest"]
    same["branches"]["isolation-fails"]["areas"][0]["action"] = "stay"
    assert _digest(same) != found["digest"]


@pytest.mark.parametrize("change", [{}, {"wind": None}, {"part": "L-401"}])
def test_every_sentence_of_a_board_has_a_chinese_one(data, change):
    whole = summary(forecast(PLANT, None, replace(SCENARIO, **change)) if change else data)
    told = with_chinese(whole)["board"]
    for branch in told["branches"].values():
        for item in branch["areas"]:
            assert in_chinese(item["says"]), item["says"]
            assert item["name_zh"] in item["says_zh"]
            assert all(in_chinese(why) for why in item["reasons"])
    assert all(in_chinese(words) for words in told["assumes"])


def test_an_order_to_leave_says_that_it_is_not_followed():
    order = Action(at=60.0, role="commander", verb=Verb.EVACUATE, target="blue-fountain")
    found = summary(forecast(PLANT, None, replace(SCENARIO, actions=(order,))))
    told = next(item for item in found["caveats"] if "order to leave" in item["says"])
    assert in_chinese(told["says"])


def test_compass():
    assert [compass(b) for b in (0.0, 44.0, 90.0, 200.0, 359.0)] == ["north", "north-east", "east", "south", "north"]


def test_verdicts_of_a_drill():
    def told(action, latest=None, edge="outer"):
        return {"action": action, "latest_decision_s": latest, "keeps_edge": edge}

    leave, inside = Order(Protect.EVACUATE, 200.0), Order(Protect.SHELTER, 200.0)
    assert judged(told("evacuate", 600.0), leave, shown_at=15.0) == (Verdict.AS_PROPOSED, 600.0)
    assert judged(told("evacuate", 100.0), leave, shown_at=15.0) == (Verdict.LATE, 100.0)
    assert judged(told("evacuate", 600.0, "best"), leave, shown_at=15.0) == (Verdict.AS_PROPOSED, None)
    assert judged(told("shelter"), Order(Protect.SHELTER, 400.0), shown_at=15.0)[0] is Verdict.LATE
    assert judged(told("shelter"), leave, shown_at=15.0)[0] is Verdict.WRONG
    assert judged(told("shelter"), None, shown_at=15.0)[0] is Verdict.NEVER
    assert judged(told("stay"), None, shown_at=15.0)[0] is Verdict.AS_PROPOSED
    assert judged(told("stay"), inside, shown_at=15.0)[0] is Verdict.NOT_NEEDED
    assert judged(told("not-enough-information"), inside, shown_at=15.0)[0] is Verdict.NO_PROPOSAL


@pytest.mark.parametrize(
    ("acted", "board", "level"), [(2e-9, 1e-9, "AEGL-3"), (None, None, "AEGL-3"), (0.0, 0.0, None)]
)
@pytest.mark.parametrize("done", [None, Order(Protect.SHELTER, 90.0)])
@pytest.mark.parametrize("latest", [None, 120.0])
@pytest.mark.parametrize("proposed", [Protect.EVACUATE, Protect.STAY, Protect.UNKNOWN])
def test_what_a_drill_says_has_chinese(acted, board, level, done, latest, proposed):
    def dose(load):
        return Judged(level=level, ratios={}, load=load)

    found = Measured(
        proposed=proposed, proposed_at=15.0, latest=latest, done=done, verdict=Verdict.LATE,
        idle=dose(1e-8), acted=dose(acted), board=dose(board),
    )  # fmt: skip
    says = in_chinese(found.says("The houses"))
    assert says is not None
    assert "told" not in says
    assert "board" not in says
    assert found.above_board is None or found.above_board >= 0.0


def test_the_festus_drill_is_measured_by_the_board():
    """The team shelters the houses after the gas is there: worse than the board's proposal, better than nothing."""
    folder = find_plant("festus-chlorine")
    report = run_drill(load_drill(folder / "drills" / "hose-failure.yaml"), load_plant(folder))
    found = {area["id"]: area for area in drill_with_chinese(report.as_dict())["score"]["areas"]}
    houses = found["blue-fountain"]
    assert houses["told"] == "shelter"
    assert houses["board"]["toxic_load_s"] < houses["toxic_load_s"] < houses["toxic_load_if_nobody_acts_s"]
    assert houses["board"]["toxic_load_above_board_s"] == pytest.approx(
        houses["toxic_load_s"] - houses["board"]["toxic_load_s"]
    )
    assert found["us-61"]["board"]["verdict"] in ("never", "as proposed")
    assert all(item["says_zh"] != item["says"] for item in found.values())
    assert report.board_avoided > report.load_avoided > 0.0
    assert "Against the protective-action board" in report.markdown()


def test_live_boards_keep_their_approval_while_the_proposal_stands():
    from api.approval import carried_over

    told = []
    service = SimpleNamespace(
        approvals={"p": {"digest": "d", "job": "j", "role": "r", "approved_by": "A"}},
        store=SimpleNamespace(record=lambda what, subject, **_: told.append((what, subject))),
    )
    kept = carried_over(service, "p", {"board": {"digest": "d", "approval": {}}})
    assert kept["board"]["approval"] == {"role": "r", "approved_by": "A", "carried_from_job": "j"}
    changed = carried_over(service, "p", {"board": {"digest": "e", "approval": {"approved_by": None}}})
    assert changed["board"]["approval"]["approved_by"] is None
    assert service.approvals == {}
    assert told == [("board-lapsed", "j")]


def test_live_approvals_survive_a_restart_until_they_lapse(tmp_path):
    from api.approval import restored
    from api.store import JobRow, Store, now

    url = f"sqlite:///{tmp_path}/s.db"
    store = Store(url)
    for job, kind, plant in (("a", "live-forecast", "p"), ("b", "forecast", "q"), ("c", "live-forecast", "r")):
        store.add(
            JobRow(id=job, kind=kind, plant=plant, state="successful", request={}, request_digest="", created_at=now())
        )
        store.record("board-approved", job, digest="d", approved_by="A", role="r")
    store.record("board-lapsed", "c", digest="d")
    store.close()
    again = Store(url)
    assert restored(again) == {"p": {"digest": "d", "approved_by": "A", "role": "r", "job": "a"}}
    assert again.live_approvals("2100-01-01T00:00:00.000Z") == {}
    again.record("board-lapsed", "a", digest="d")
    assert restored(again) == {}
    again.close()
