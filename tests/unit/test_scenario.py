"""Scenarios and drills read from YAML: everything wrong is said at once, with its line."""

import math

import pytest

from scenarios.drill import load_drill
from scenarios.scenario import HOUR, Scenario, ScenarioError, Verb, Wind, load_scenario, parse_scenario

GOOD = """
plant: festus-chlorine
part: H-301A
hole_diameter: "20 mm"
isolation_time: "2 min"
wind: {speed: "7.2 km/h", from_direction: 367, stability: d}
actions:
  - {at: "5 min", role: commander, verb: shelter, target: blue-fountain}
"""


def test_units_are_read_once():
    text = GOOD.replace("367", "7")
    scenario = parse_scenario(text)
    assert scenario.hole_diameter == pytest.approx(0.020)
    assert scenario.isolation_time == 120.0
    assert scenario.wind == Wind(speed=pytest.approx(2.0), from_direction=7.0, stability="D")
    assert scenario.actions[0].at == 300.0
    assert scenario.actions[0].verb is Verb.SHELTER
    assert scenario.duration == HOUR


def test_everything_wrong_is_said_with_its_line():
    text = GOOD.replace('"20 mm"', '"-3 bar"').replace("part: H-301A", "prat: H-301A").replace("shelter", "pray")
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, file="s.yaml")
    said = [str(item) for item in caught.value.findings]
    assert any(line.startswith("s.yaml:3: prat: is not a key") for line in said)
    assert any("part: is missing" in line for line in said)
    assert any(line.startswith("s.yaml:4: hole_diameter:") and "not a unit of length" in line for line in said)
    assert any(line.startswith("s.yaml:6: wind.from_direction:") for line in said)
    assert any(line.startswith("s.yaml:8: actions.0.verb:") for line in said)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hole_diameter", "-0.01"),
        ("hole_diameter", ".nan"),
        ("hole_diameter", "[1]"),
        ("duration", "1e9"),
        ("seed", "-1"),
        ("isolation_time", "soon"),
        ("wind", "{speed: .nan, from_direction: 0}"),
        ("wind", "{speed: 3}"),
        ("wind", "westerly"),
        ("actions", "7"),
    ],
)
def test_bad_values_are_refused(key, value):
    with pytest.raises(ScenarioError, match=key):
        parse_scenario(f"plant: p\npart: H\n{key}: {value}\n")


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "plant: p\nplant: q\npart: r\n", "!!python/object:os.system x"])
def test_no_text_crashes_the_reader(text):
    with pytest.raises(ScenarioError):
        parse_scenario(text)


def test_digest_is_the_question_not_its_name():
    one = Scenario(plant="p", part="H", name="a")
    assert one.digest == Scenario(plant="p", part="H", name="b").digest
    assert one.digest != Scenario(plant="p", part="H", seed=1).digest
    never = Scenario(plant="p", part="H", isolation_time=math.inf)
    assert never.as_dict()["isolation_time"] == "never"
    assert never.digest != one.digest


def test_missing_file_is_said(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.yaml")


def test_drill_errors_name_their_line(tmp_path):
    file = tmp_path / "d.yaml"
    file.write_text(
        "drill: d\nscenario: {plant: p, part: H}\ninjects:\n  - {at: 10, to: operator, says: x}\n"
        "roles:\n  - role: operator\n    moves:\n      - {on: 3, verb: close-valve, target: V}\n"
    )
    with pytest.raises(ScenarioError, match=r"d.yaml:8: roles.0.moves.0.on: must be the place of an inject"):
        load_drill(file)


def test_a_wind_that_turns_is_read_in_order():
    found = parse_scenario(
        "plant: p\npart: H-1\nwind:\n  speed: 3\n  from_direction: 270\n  stability: D\n"
        "  changes:\n    - {at: 10 min, speed: 4 m/s, from_direction: 290}\n"
        "    - {at: 20 min, speed: 2, from_direction: 310, stability: E}\n"
    )
    assert [(item.at, item.speed, item.from_direction, item.stability) for item in found.wind.changes] == [
        (600.0, 4.0, 290.0, None),
        (1200.0, 2.0, 310.0, "E"),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ("[{at: 10, speed: 3, from_direction: 0}, {at: 10, speed: 3, from_direction: 0}]", "must lie after"),
        ("[{at: 10, from_direction: 0}]", "speed: is missing"),
        ("[7]", "must be a mapping"),
        ("soon", "must be a list"),
        ("[{at: 10, speed: 3, from_direction: 0, stability: Q}]", "must be one of A to F"),
    ],
)
def test_a_wind_that_cannot_turn_so_says_where(changes, says):
    with pytest.raises(ScenarioError, match=says):
        parse_scenario(f"plant: p\npart: H-1\nwind: {{speed: 3, from_direction: 0, changes: {changes}}}\n")


def test_a_request_with_a_turning_wind_is_the_scenario_it_asks_for():
    from api.wire import ForecastRequest, WindChoice, WindLater
    from api.work import request_of, scenario_of

    later = WindLater(at_s=600.0, wind_speed_m_s=4.0, wind_from_direction_deg=290.0)
    wind = WindChoice(wind_speed_m_s=3.0, wind_from_direction_deg=270.0, changes=(later,))
    request = ForecastRequest(plant="p", part="H-1", wind=wind)
    assert request_of(scenario_of(request).as_dict()).wind == wind
    with pytest.raises(ValueError, match="in order"):
        WindChoice(wind_speed_m_s=3.0, wind_from_direction_deg=270.0, changes=(later, later))
