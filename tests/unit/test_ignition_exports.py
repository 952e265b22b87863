"""Pictures and files of what a release does if it is lit."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from api.cli.say import tell_forecast
from api.exports.geojson import ignition_collection
from api.exports.ignition_picture import COLOURS, ignition_picture
from api.exports.ignition_words import WORDS
from api.jobs import links
from api.store import JobRow
from scenarios.forecast import forecast
from scenarios.result import ignition, summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant


@pytest.fixture(scope="module")
def dataset(propane_plant):
    wind = Wind(speed=3.0, from_direction=200.0, stability="D")
    return forecast(propane_plant, None, Scenario(plant=propane_plant.id, part="H-301A", wind=wind, duration=600.0))


@pytest.fixture(scope="module")
def chlorine():
    plant = load_plant(find_plant("festus-chlorine"))
    wind = Wind(speed=3.0, from_direction=200.0, stability="D")
    return plant, forecast(plant, None, Scenario(plant=plant.id, part="H-301A", wind=wind, duration=600.0))


def test_geojson_lies_where_its_metres_say(propane_plant, dataset):
    found = ignition(dataset)
    shapes = ignition_collection(found, propane_plant.to_lonlat)
    json.dumps(shapes, allow_nan=False)
    burning = [item for item in shapes["features"] if item["geometry"]["type"] == "MultiPolygon"]
    assert {item["properties"]["kind"] for item in burning} == {"jet-fire", "flash-fire", "explosion"}
    assert {item["properties"]["edge"] for item in burning} == {"best", "outer"}
    for feature in burning:
        told = feature["properties"]
        item = next(one for one in found["lit"] if (one["kind"], one["edge"]) == (told["kind"], told["edge"]))
        assert told["reach_m"] == item["reach_m"][told["level"]]
        for polygon, metres in zip(feature["geometry"]["coordinates"], item["shapes"][told["level"]], strict=True):
            assert polygon[0][0] == polygon[0][-1], "a ring is closed"
            np.testing.assert_allclose([propane_plant.to_local(*at) for at in polygon[0]], metres[0], atol=0.2)
    vessels = [item for item in shapes["features"] if item["properties"]["kind"] == "next-vessel"]
    assert vessels
    for vessel in vessels:
        place = propane_plant.location(vessel["properties"]["target"])[:2]
        np.testing.assert_allclose(propane_plant.to_local(*vessel["geometry"]["coordinates"]), place, atol=0.2)


def test_doubtful_fires_are_hatched_and_sure_ones_are_not(propane_plant, dataset):
    shapes = ignition_collection(ignition(dataset), propane_plant.to_lonlat)["features"]
    hatched = {item["properties"]["kind"]: item["properties"].get("hatched") for item in shapes}
    assert hatched["jet-fire"] is True
    assert hatched["flash-fire"] is False


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_shows_every_level_reached(propane_plant, dataset, language):
    seen = pixels(ignition_picture(propane_plant, dataset, language=language))
    reached = {
        level for item in ignition(dataset)["lit"] if item["edge"] == "outer"
        for level, far in item["reach_m"].items() if far > 0.0
    }  # fmt: skip
    assert {"37.5 kW/m2", "4 kW/m2", "LFL", "2.07 kPa"} <= reached
    for level in reached:
        colour = [int(COLOURS[level][k : k + 2], 16) for k in (1, 3, 5)]
        assert (np.abs(seen - colour).sum(axis=-1) < 40).sum() > 150, level


def test_a_degraded_fire_is_drawn_hatched(propane_plant, dataset):
    sure = dataset.copy()
    found = ignition(dataset)
    for item in found["lit"]:
        item["caveats"] = []
    sure["ignition"] = sure["ignition"].copy(data=np.array(json.dumps(found), dtype=object))
    plain, hatched = (pixels(ignition_picture(propane_plant, one)) for one in (sure, dataset))
    height, width = plain.shape[:2]
    panel = (slice(round(0.1 * height), round(0.57 * height)), slice(round(0.05 * width), round(0.35 * width)))
    # hatching leaves the ground between its lines; a fill tints all of it
    assert len(np.unique(hatched[panel].reshape(-1, 3), axis=0)) != len(np.unique(plain[panel].reshape(-1, 3), axis=0))
    assert np.any(plain[panel] != hatched[panel])


def test_the_picture_says_the_same_things_in_both_languages():
    assert set(WORDS["en"]) == set(WORDS["zh"])


def test_what_does_not_burn_has_no_picture_and_no_links(chlorine):
    plant, found = chlorine
    with pytest.raises(LookupError, match="chlorine does not burn"):
        ignition_picture(plant, found)
    assert "ignition" not in links(row(summary(found)))


def row(result):
    return JobRow(
        id="a", kind="forecast", plant="p", state="successful", request={}, request_digest="", created_at="",
        result=result,
    )  # fmt: skip


def test_what_burns_has_links(dataset):
    told = summary(dataset)
    assert links(row(told))["ignition"] == "/v1/jobs/a/ignition"
    assert links(row(told))["ignition_picture"] == "/v1/jobs/a/ignition.png"
    assert "ignition" in links(row({"base": {}, "changed": told}))


def test_the_command_line_tells_it(dataset, chlorine, capsys):
    tell_forecast(summary(dataset))
    said = capsys.readouterr().out
    found = ignition(dataset)
    outer = next(item for item in found["lit"] if (item["kind"], item["edge"]) == ("jet-fire", "outer"))
    assert "If it is lit" in said
    assert f"{outer['reach_m']['12.5 kW/m2']:.3g} m" in said
    worst = next(item for item in found["escalation"] if item["edge"] == "outer")
    assert any(worst["target"] in row and f"by {worst['by']}" in row for row in said.splitlines() if "Next:" in row)
    assert "DEGRADED: Thresholds" in said
    tell_forecast(summary(chlorine[1]))
    assert "If it is lit" not in capsys.readouterr().out
