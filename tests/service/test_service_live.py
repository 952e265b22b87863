"""The whole line with real servers: a simulated plant in a process, its twin, the service, and who listens."""

import json
import os
import subprocess
import sys
import time

import httpx2 as httpx
import pytest

from api.app import create_app
from api.bench.live import Listener
from api.server import in_thread
from api.settings import Settings
from twin.library import find_plant
from twin.simulator import start_simulator

PLANT = "festus-chlorine"
PART = "H-301A"


@pytest.fixture(scope="module")
def simulator():
    with start_simulator(find_plant(PLANT), wind=(3.0, 110.0)) as found:
        yield found


@pytest.fixture(scope="module")
def address(simulator, tmp_path_factory):
    settings = Settings(data_folder=tmp_path_factory.mktemp("data"), plants=(PLANT,), opcua_url=simulator.url)
    with in_thread(create_app(settings)) as found:
        until(lambda: httpx.get(f"{found}/readyz").status_code == 200, 90.0)
        until(lambda: connected(found), 30.0)
        yield found


def until(true, seconds):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def connected(address):
    answer = httpx.get(f"{address}/v1/plants/{PLANT}/state")
    return answer.status_code == 200 and all(item["value"] is not None for item in answer.json()["readings"])


def reading(address, tag):
    readings = httpx.get(f"{address}/v1/plants/{PLANT}/state").json()["readings"]
    return next(item for item in readings if item["tag"] == tag)


@pytest.fixture(scope="module")
def leaking(simulator, address):
    """The service with a leak seen and forecast; gives the listener and the first two events."""
    listener = Listener(f"{address}/v1/plants/{PLANT}/events")
    listener.until("snapshot")
    time.sleep(2.0)
    for valve in ("XV-301A", "XV-302A", "XV-301B", "XV-302B"):
        simulator.command("stick", valve)
    simulator.command("open_hole", PART)
    _, leak = listener.until("leak")
    _, forecast = listener.until("forecast")
    return listener, leak, forecast


def test_a_leak_reaches_the_event_stream_with_its_forecast(address, leaking):
    _, leak, forecast = leaking
    assert leak["part"] == PART
    assert leak["evidence"]
    assert forecast["summary"]["leak"]["part"] == PART
    assert forecast["summary"]["snapshot"]["quality"] == "good"
    assert forecast["summary"]["leak"]["substance_zh"] == "氯"
    assert all(item["says_zh"] != item["says"] for item in forecast["summary"]["caveats"])
    assert httpx.get(address + forecast["links"]["result"]).json()["leak"]["part"] == PART
    assert httpx.get(address + forecast["links"]["contours"], timeout=30.0).json()["features"]


def test_the_live_forecast_is_asked_again_with_something_changed(address, leaking):
    _, _, forecast = leaking
    asked = {"job": forecast["job"], "change": {"hole_diameter_m": 0.005}}
    job = httpx.post(f"{address}/v1/comparisons", json=asked, params={"wait": 30}, timeout=60.0).json()
    assert job["state"] == "successful", job
    found = httpx.get(address + job["links"]["result"]).json()
    assert found["changed"]["leak"]["rate_kg_s"] < found["base"]["leak"]["rate_kg_s"]
    assert found["base"]["snapshot"]["id"] == found["changed"]["snapshot"]["id"], "both from one snapshot"
    assert found["difference"]["leak"]["rate_kg_s"]["difference"] < 0.0


def test_a_wind_shift_makes_a_new_forecast_and_a_bad_tag_shows(simulator, address, leaking):
    listener, _, _ = leaking
    listener.drain()
    simulator.command("bad", "WD-301")
    try:
        until(lambda: reading(address, "WD-301")["quality"] == "bad", 10.0)
        end = time.monotonic() + 20.0
        while time.monotonic() < end:
            _, forecast = listener.until("forecast")
            if forecast["summary"]["snapshot"]["quality"] == "bad":
                break
        assert forecast["summary"]["snapshot"]["quality"] == "bad"
        heavy = [item for item in forecast["summary"]["caveats"] if item["grade"] == "degraded"]
        assert any("WD-301" in item["says"] or "WD-301" in item["about"] for item in heavy), heavy
        assert forecast["summary"]["weather"]["wind_known"] is False
    finally:
        simulator.command("restore", "WD-301")


def test_look_ahead_says_which_limit_comes_when(address):
    answer = httpx.get(f"{address}/v1/plants/{PLANT}/look-ahead", timeout=60.0)
    assert answer.status_code == 200
    found = answer.json()
    assert found["duration_s"] == 1800.0
    assert all(len(series) == len(found["times_s"]) for series in found["series"].values())
    assert all(0.0 <= item["after_s"] <= 1800.0 for item in found["limits"])


def test_major_hazards_by_design_and_by_what_is_held_now(address):
    found = httpx.get(f"{address}/v1/plants/{PLANT}/major-hazards", timeout=30.0).json()
    car = next(unit for unit in found["units"] if unit["unit"] == "TC-3")
    assert car["level"] == "I"
    assert 0.0 < car["S_now"] < car["S"]
    assert car["R_now"] / car["S_now"] == pytest.approx(car["R"] / car["S"])


def test_after_ready_no_forecast_compiles(address):
    from physics._jit import compilations

    before = compilations()
    asked = {"plant": PLANT, "part": PART, "hole_diameter_m": 0.008, "isolation_time_s": 120.0}
    job = httpx.post(f"{address}/v1/forecasts", json=asked, params={"wait": 30}, timeout=60.0).json()
    assert job["state"] == "successful", job
    assert compilations() == before


def test_a_plant_that_goes_away_leaves_nothing_that_looks_good(simulator, address, leaking):
    listener, _, _ = leaking
    listener.drain()
    simulator.stop()
    end = time.monotonic() + 30.0
    while time.monotonic() < end:
        _, event = listener.until("connection")
        if not event["connected"]:
            break
    assert event["connected"] is False
    until(lambda: {reading(address, tag)["quality"] for tag in ("PT-301", "ZC-301A", "AT-301")} == {"stale"}, 15.0)
    assert httpx.get(f"{address}/readyz").json()["plants"] == {PLANT: "not connected"}
    assert httpx.get(f"{address}/livez").status_code == 200


def test_a_plant_that_is_not_there_is_said_and_nothing_falls(tmp_path):
    settings = Settings(data_folder=tmp_path, plants=(PLANT,), opcua_url="opc.tcp://127.0.0.1:9/", warm_up=False)
    with in_thread(create_app(settings)) as address:
        answer = httpx.get(f"{address}/v1/plants/{PLANT}/state")
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:leakcast:problem:no-live-data"
        assert answer.headers["retry-after"]
        assert httpx.get(f"{address}/livez").status_code == 200


def test_demo_once_prints_one_object_with_the_keys_outsiders_rely_on(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "demo", "--once", "--json"],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"leak", "forecast", "timing_ms", "snapshot_quality", "caveats"}
    assert set(found["leak"]) == {"part", "rate_kg_s", "detected_after_s"}
    assert found["leak"]["part"] == PART
    assert set(found["forecast"]) == {"zones", "receptors"}
    keys = {"level", "max_distance_m", "best_distance_m", "averaging_s", "exposure_s"}
    assert all(set(zone) == keys for zone in found["forecast"]["zones"])
    assert all(zone["max_distance_m"] >= zone["best_distance_m"] for zone in found["forecast"]["zones"])
    assert {"tag_to_snapshot", "snapshot_to_forecast", "total"} <= set(found["timing_ms"])
    assert found["timing_ms"]["hole_to_first_correct_forecast"] >= found["timing_ms"]["total"]
    assert found["snapshot_quality"] == "good"
