import asyncio
import hashlib
import io
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx2 as httpx
import numpy as np
import pytest
import xarray

from api import work
from api.app import create_app
from api.bench.service import Probe
from api.jobs import Outcome
from api.server import in_thread
from api.settings import Settings
from physics.dispersion.plume import gaussian_plume
from physics.dispersion.sigma import BRIGGS_RURAL


@dataclass
class FakePart:
    tag: str
    name: str = "hose"
    name_zh: str = "软管"
    diameter: float = 0.025
    hose: bool = True


@dataclass
class FakePlant:
    id: str = "fake"
    name: str = "A fake plant"
    crs: str = "EPSG:4326"
    origin: tuple = (-90.0, 38.0)
    site: dict = field(default_factory=lambda: {"type": "FeatureCollection", "features": []})
    valves: tuple = ()
    detectors: tuple = ()
    instruments: tuple = ()
    population_areas: tuple = ()
    weather_station: object = None

    def part(self, tag):
        if tag != "H-1":
            raise LookupError(f"there is no part {tag}; near names: H-1")
        return FakePart(tag)

    def leak_candidates(self):
        return (FakePart("H-1"),)

    def location(self, tag):
        return (0.0, 0.0, 1.0)

    def to_lonlat(self, x, y):
        return self.origin


class FakeSnapshot(SimpleNamespace):
    def age(self, tag):
        return 0.5


def snapshot(version=1):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    reading = SimpleNamespace(
        value=float("nan"), quality="bad", status=0x808C0000, source_time=at, received_time=at, flags=()
    )
    return FakeSnapshot(connected=True, id=f"s{version}", version=version, at=at, readings={"PI-1": reading})


class FakeTwin:
    def __init__(self):
        self.events = None
        self.loop = None
        self.ready = threading.Event()
        self.now = snapshot()

    async def start(self):
        self.loop = asyncio.get_running_loop()
        self.ready.set()

    async def stop(self):
        pass

    def snapshot(self):
        return self.now

    def latest_forecast(self):
        return None

    async def subscribe(self):
        self.events = asyncio.Queue()
        while True:
            yield await self.events.get()

    def say(self, kind, **data):
        """Let an event happen, from any thread."""
        event = SimpleNamespace(id=0, kind=kind, at=datetime(2026, 1, 1, tzinfo=UTC), data=data)
        self.loop.call_soon_threadsafe(lambda: self.events.put_nowait(event))


def outcome(**summary):
    return Outcome(summary=summary or {"zones": []}, datasets={"main": xarray.Dataset({"c": ("x", [1.0])})})


ASK = {"plant": "fake", "part": "H-1"}


def settings(folder, **more):
    return Settings(data_folder=folder, plants=(), warm_up=False, **{"job_threads": 2, **more})


@pytest.fixture
def twin():
    return FakeTwin()


@pytest.fixture
def client(tmp_path, twin):
    app = create_app(settings(tmp_path, queue_length=2), plants_given={"fake": FakePlant()}, twin=twin)
    with in_thread(app) as address, httpx.Client(base_url=address, timeout=30.0) as found:
        found.app = app
        yield found


@pytest.fixture
def gate(monkeypatch):
    """A forecast that runs until it is let go or cancelled."""
    opened = threading.Event()
    opened.stopped = threading.Event()

    def forecast(plant, snapshot, request):
        def run(progress, cancelled):
            progress(0.25, "source")
            while not opened.is_set():
                if cancelled():
                    opened.stopped.set()
                    raise RuntimeError("cancelled")
                opened.wait(0.01)
            return outcome(part=request.part)

        return run

    monkeypatch.setattr(work, "forecast", forecast)
    yield opened
    opened.set()


def is_problem(answer, status, slug):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"urn:leakcast:problem:{slug}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert "NaN" not in answer.text
    return body


def test_every_error_is_a_problem_document(client):
    is_problem(client.get("/v1/nothing"), 404, "not-found")
    is_problem(client.put("/v1/plants"), 405, "method-not-allowed")
    is_problem(client.get("/v1/plants/other"), 404, "not-found")
    is_problem(client.get("/v1/jobs/none"), 404, "not-found")
    is_problem(
        client.post("/v1/forecasts", content=b"x", headers={"content-type": "text/plain"}),
        415,
        "unsupported-media-type",
    )


def test_a_title_follows_the_language(client):
    body = client.get("/v1/nothing", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert body.json()["title"] == "未找到"
    assert body.headers["content-language"] == "zh"
    assert client.get("/v1/nothing", headers={"accept-language": "en,zh;q=0.5"}).json()["title"] == "Not found"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"part": "H-9"}, "/part"),
        ({"hole_diameter_m": -0.01}, "/hole_diameter_m"),
        ({"plant": "other"}, "/plant"),
        ({"wind": {"wind_speed_m_s": -1.0, "wind_from_direction_deg": 0.0}}, "/wind/wind_speed_m_s"),
        ({"wind": {"wind_speed_m_s": 3.0}}, "/wind/wind_from_direction_deg"),
        ({"duration_s": 1e9}, "/duration_s"),
        ({"hole": 0.1}, "/hole"),
    ],
)
def test_a_wrong_field_is_named(client, change, pointer):
    body = is_problem(
        client.post("/v1/forecasts", json={**ASK, **change}),
        422,
        "unknown-part" if "part" in change else "invalid-request",
    )
    assert pointer in [error["pointer"] for error in body["errors"]]
    assert body["errors"][0]["field"] == pointer.rpartition("/")[2]


def test_a_wrong_value_is_not_sent_back(client):
    answer = client.post("/v1/forecasts", json={**ASK, "hole_diameter_m": "<script>secret", "seed": -77})
    body = is_problem(answer, 422, "invalid-request")
    assert {error["field"] for error in body["errors"]} == {"hole_diameter_m", "seed"}
    assert "secret" not in answer.text
    assert "-77" not in answer.text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_number_that_is_not_finite_is_refused(client, number):
    content = json.dumps({**ASK, "wind": {"wind_speed_m_s": "here"}}).replace('"here"', number)
    answer = client.post("/v1/forecasts", content=content, headers={"content-type": "application/json"})
    body = is_problem(answer, 422, "not-finite")
    assert body["errors"] == [
        {"pointer": "/wind/wind_speed_m_s", "field": "wind_speed_m_s", "detail": "must be a finite number"}
    ]


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70, b"9" * 6000, b"\xff"])
def test_what_is_not_json_is_refused(client, content):
    answer = client.post("/v1/forecasts", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    is_problem(answer, 422, answer.json()["type"].rpartition(":")[2])


def test_a_long_body_is_refused_with_an_answer(client):
    began = time.monotonic()
    answer = client.post("/v1/forecasts", content=b" " * 50_000_000, headers={"content-type": "application/json"})
    is_problem(answer, 413, "too-large")
    assert time.monotonic() - began < 5.0


def test_a_long_chunked_body_is_refused_before_it_is_read(client):
    def chunks():
        for _ in range(60):
            yield b" " * 50_000

    answer = client.post("/v1/forecasts", content=chunks(), headers={"content-type": "application/json"})
    is_problem(answer, 413, "too-large")


def test_a_long_body_is_answered_while_it_is_still_being_sent(client):
    where = urlsplit(str(client.base_url))
    with socket.create_connection((where.hostname, where.port), timeout=5.0) as line:
        line.sendall(
            f"POST /v1/forecasts HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
            "Content-Length: 50000000\r\n\r\n".encode()
            + b" " * 1000
        )
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


def test_only_this_machine_is_answered(client):
    is_problem(client.get("/livez", headers={"host": "evil.example"}), 421, "wrong-host")
    is_problem(client.post("/v1/forecasts", json=ASK, headers={"origin": "http://evil.example"}), 403, "forbidden")


def test_headers_forbid_inline_code_and_other_hosts(client):
    policy = client.get("/livez").headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy


def test_a_job_goes_through_its_states(client, gate):
    answer = client.post("/v1/forecasts", json=ASK)
    assert answer.status_code == 202
    where = answer.headers["location"]
    assert answer.headers["retry-after"]
    until(lambda: client.get(where).json()["state"] == "running")
    body = client.get(where).json()
    assert body["progress"] == 0.25
    assert body["phase"] == "source"
    is_problem(client.get(f"{where}/result"), 409, "not-finished")
    gate.set()
    body = client.get(where, params={"wait": 5}).json()
    assert body["state"] == "successful"
    assert client.get(body["links"]["result"]).json()["part"] == "H-1"
    assert [job["id"] for job in client.get("/v1/jobs").json()["jobs"]] == [body["id"]]


def test_a_job_is_dismissed(client, gate):
    where = client.post("/v1/forecasts", json=ASK).headers["location"]
    until(lambda: client.get(where).json()["state"] == "running")
    assert client.delete(where).json()["state"] == "dismissed"
    assert gate.stopped.wait(5.0), "the work is told to stop, and its thread is free again"
    assert client.get(where).json()["state"] == "dismissed"
    is_problem(client.get(f"{where}/result"), 409, "not-finished")
    gate.set()
    assert client.post("/v1/forecasts", json=ASK, params={"wait": 5}).json()["state"] == "successful"


def test_a_full_queue_says_when_to_come_back(client, gate):
    answers = [client.post("/v1/forecasts", json=ASK) for _ in range(5)]
    assert [answer.status_code for answer in answers[:4]] == [202] * 4
    is_problem(answers[4], 429, "too-many-jobs")
    assert int(answers[4].headers["retry-after"]) >= 1


def test_an_idempotency_key_gives_the_same_job(client, gate):
    key = {"Idempotency-Key": "one"}
    first = client.post("/v1/forecasts", json=ASK, headers=key).json()["id"]
    assert client.post("/v1/forecasts", json=ASK, headers=key).json()["id"] == first
    other = client.post("/v1/forecasts", json={**ASK, "seed": 2}, headers=key)
    is_problem(other, 422, "idempotency-conflict")


def test_a_failing_forecast_is_a_failed_job_and_the_service_stays_up(client, monkeypatch):
    def forecast(plant, snapshot, request):
        def run(progress, cancelled):
            raise ZeroDivisionError("secret")

        return run

    monkeypatch.setattr(work, "forecast", forecast)
    body = client.post("/v1/forecasts", json=ASK, params={"wait": 5}).json()
    assert body["state"] == "failed"
    assert "secret" not in json.dumps(body)
    is_problem(client.get(f"/v1/jobs/{body['id']}/result"), 500, "failed-job")
    assert client.get("/livez").status_code == 200


def test_an_unforeseen_error_is_a_problem_document_and_found_in_the_log(client, monkeypatch, caplog):
    monkeypatch.setattr(work, "model_cards", lambda: 1 / 0)
    body = is_problem(client.get("/v1/models"), 500, "internal")
    assert any(body["trace_id"] in record.getMessage() for record in caplog.records)
    assert "ZeroDivision" not in json.dumps(body)


def test_livez_answers_while_every_thread_is_busy(client, monkeypatch):
    def forecast(plant, snapshot, request):
        def run(progress, cancelled):
            end = time.monotonic() + 1.0
            block = bytes(1_000_000)
            while time.monotonic() < end and not cancelled():
                hashlib.sha256(block)  # without the interpreter's lock, as kernels run
            return outcome()

        return run

    monkeypatch.setattr(work, "forecast", forecast)
    with Probe(str(client.base_url).rstrip("/")) as probe:
        jobs = [client.post("/v1/forecasts", json=ASK).json() for _ in range(3)]
        for job in jobs:
            client.get(job["links"]["self"], params={"wait": 10})
    assert len(probe.took) > 20
    assert sorted(probe.took)[-3] < 100.0, "two slower answers are this machine's, three are ours"


GRID = {
    "mass_flow_rate_kg_s": 2.0,
    "wind_speed_m_s": 3.0,
    "stability_class": "D",
    "downwind": {"start_m": 100.0, "step_m": 50.0, "count": 40},
    "crosswind": {"start_m": -200.0, "step_m": 10.0, "count": 41},
}


def test_a_plume_grid_comes_as_floats_netcdf_or_summary(client):
    answer = client.post("/v1/plume-grid", json=GRID)
    assert answer.headers["x-leakcast-shape"] == "41,40"
    field = np.frombuffer(answer.content, dtype="<f4").reshape(41, 40)
    here = gaussian_plume(
        BRIGGS_RURAL,
        mass_flow_rate=2.0,
        wind_speed=3.0,
        stability_class="D",
        downwind_distance=100.0 + 50.0 * 7,
        crosswind_distance=-200.0 + 10.0 * 15,
    )
    assert field[15, 7] == pytest.approx(here, rel=1e-5)
    raw = client.post("/v1/plume-grid", json={**GRID, "format": "netcdf"}).content
    with xarray.open_dataset(io.BytesIO(raw), engine="h5netcdf") as found:
        assert float(found.concentration[15, 7]) == pytest.approx(here, rel=1e-5)
        assert found.concentration.attrs["units"] == "kg m-3"
    found = client.post("/v1/plume-grid", json={**GRID, "format": "summary"}).json()
    assert found["peak_kg_m3"] == pytest.approx(float(field.max()), rel=1e-5)
    assert found["peak_crosswind_m"] == 0.0


def test_a_plume_grid_is_bounded(client):
    wide = {**GRID, "downwind": {"start_m": 0.0, "step_m": 1.0, "count": 4_000_000}}
    is_problem(client.post("/v1/plume-grid", json=wide), 422, "invalid-request")


def test_a_model_runs_by_its_card_and_names_a_wrong_input(client):
    name = "gaussian-plume-briggs-rural"
    inputs = {"mass_flow_rate": 1.0, "wind_speed": 3.0, "stability_class": "D", "downwind_distance": 500.0}
    found = client.post(f"/v1/models/{name}/run", json={"inputs": inputs}).json()
    assert found["outputs"]["concentration"] > 0.0
    light = client.post(f"/v1/models/{name}/run", json={"inputs": {**inputs, "wind_speed": 0.5}}).json()
    assert [item["grade"] for item in light["caveats"]] == ["degraded"]
    wrong = client.post(f"/v1/models/{name}/run", json={"inputs": {**inputs, "wind_speed": -1.0}})
    assert is_problem(wrong, 422, "invalid-request")["errors"][0]["pointer"] == "/inputs/wind_speed"
    is_problem(client.post("/v1/models/none/run", json={"inputs": {}}), 404, "not-found")
    assert name in [card["name"] for card in client.get("/v1/models").json()["models"]]


def test_the_api_describes_itself(client):
    found = client.get("/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    names = [operation["operationId"] for path in found["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert "requestForecast" in names


def test_readyz_waits_for_the_warm_up(tmp_path, monkeypatch):
    opened = threading.Event()
    monkeypatch.setattr(work, "warm_up", lambda plant: opened.wait(10))
    app = create_app(Settings(data_folder=tmp_path, plants=()), plants_given={"fake": FakePlant()}, twin=FakeTwin())
    with in_thread(app) as address, httpx.Client(base_url=address) as client:
        answer = client.get("/readyz")
        is_problem(answer, 503, "not-ready")
        assert answer.headers["retry-after"]
        is_problem(client.post("/v1/forecasts", json=ASK), 503, "not-ready")
        assert client.get("/livez").status_code == 200
        opened.set()
        until(lambda: client.get("/readyz").status_code == 200)


def test_a_restart_marks_interrupted_jobs_and_keeps_finished_ones(tmp_path, gate):
    plants = {"fake": FakePlant()}
    with in_thread(create_app(settings(tmp_path), plants_given=plants, twin=FakeTwin())) as address:
        gate.set()
        done = httpx.post(f"{address}/v1/forecasts", json=ASK, params={"wait": 5}).json()["id"]
        gate.clear()
        cut = httpx.post(f"{address}/v1/forecasts", json=ASK).json()["id"]
    with in_thread(create_app(settings(tmp_path), plants_given=plants, twin=FakeTwin())) as address:
        assert httpx.get(f"{address}/v1/jobs/{done}").json()["state"] == "successful"
        assert httpx.get(f"{address}/v1/jobs/{done}/result").json()["part"] == "H-1"
        assert httpx.get(f"{address}/v1/jobs/{done}/field.nc").status_code == 200
        body = httpx.get(f"{address}/v1/jobs/{cut}").json()
        assert body["state"] == "failed"
        assert "stopped" in body["problem"]["detail"]


def events(client, count, **headers):
    found = []
    with client.stream("GET", "/v1/plants/fake/events", headers=headers) as stream:
        event = {}
        for line in stream.iter_lines():
            name, _, value = line.partition(": ")
            if not line:
                found.append(event)
                event = {}
                if len(found) == count:
                    return found
            elif name:
                event[name] = value
    return found


def test_events_stream_and_resume(client, twin):
    assert twin.ready.wait(5)
    for number in range(3):
        twin.say("leak", number=number)
    first = events(client, 1)
    assert json.loads(first[0]["data"])["number"] == 2, "a new client gets the latest of each kind"
    second = events(client, 1, **{"Last-Event-ID": first[0]["id"].rpartition("-")[0] + "-1"})
    assert json.loads(second[0]["data"])["number"] == 1, "one that resumes gets what it missed"


def test_a_snapshot_with_nan_goes_out_as_null(client, twin):
    assert twin.ready.wait(5)
    twin.say("snapshot")
    body = json.loads(events(client, 1)[0]["data"])
    assert body["readings"][0]["value"] is None
    assert body["readings"][0]["quality"] == "bad"
    assert client.get("/v1/plants/fake/state").json()["readings"][0]["value"] is None


def until(true, seconds=5.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
