"""The Chinese page says everything in Chinese that a forecast says."""

from dataclasses import replace

import pytest

from api.sentences import _patterns, in_chinese, with_chinese
from scenarios.forecast import forecast
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant
from twin.opcua import PlantClient
from twin.source import release_band

PLANT = load_plant(find_plant("festus-chlorine"))
SCENARIO = Scenario(plant=PLANT.id, part="H-301A", wind=Wind(speed=2.0, from_direction=7.0, stability="D"))


def sentences(found):
    return [*found["says"], *(item["says"] for item in found["caveats"])]


@pytest.mark.parametrize(
    ("snapshot", "change"),
    [
        (False, {}),
        (False, {"wind": None}),
        (False, {"wind": Wind(speed=0.3, from_direction=0.0)}),
        (False, {"wind": Wind(speed=12.0, from_direction=0.0)}),
        (False, {"hole_diameter": 0.002}),
        (False, {"part": "L-401"}),
        (False, {"part": "TC-3", "hole_diameter": 0.01}),
        (True, {"wind": None}),
    ],
)
def test_every_sentence_of_a_forecast_has_a_chinese_one(snapshot, change):
    """With the plant file's state, and with a plant whose tags have given nothing yet."""
    taken = PlantClient(PLANT, "opc.tcp://127.0.0.1:9").snapshot() if snapshot else None
    found = summary(forecast(PLANT, taken, replace(SCENARIO, duration=600.0, **change)))
    assert sentences(found)
    for says in sentences(found):
        chinese = in_chinese(says)
        assert chinese, f"no Chinese for: {says}"
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    told = with_chinese(found)
    assert all(item["says_zh"] != item["says"] for item in told["caveats"])


def test_what_varies_stands_in_the_chinese_too():
    chinese = in_chinese("The flow of 3.45 kg/s stays under the setting of EFV-301A, 4.03 kg/s: it will not close.")
    assert all(part in chinese for part in ("3.45", "EFV-301A", "4.03"))
    assert in_chinese("WD-301 (wind_from_direction) is bad and is not used.") == "WD-301（风向）状态为 坏值，不予采用。"
    assert in_chinese("FT-301A + FT-301B exceeds FT-304 by 6.07 kg/s") == "FT-301A + FT-301B 比 FT-304 多 6.07 kg/s"


def test_a_sentence_nobody_translated_stays_as_it_is():
    assert in_chinese("Something quite new happened.") is None


def test_every_entry_keeps_its_names():
    """No Chinese sentence drops a number its English one has."""
    for pattern, chinese in _patterns():
        for name in pattern.groupindex:
            assert f"{{{name}}}" in chinese, chinese


def test_says_of_a_release_are_covered():
    band = release_band(PLANT, None, part="H-301A", duration=600.0)
    assert all(in_chinese(says) for run in (band.low, band.best, band.high) for says in run.says)
