import asyncio
from typing import get_args

import pytest
from pydantic import ValidationError

from api import wire, work
from api.guard import check_json
from api.plants import Hub
from api.problems import wants_chinese
from api.settings import Settings
from api.store import AUDIT, JobRow, Store, now
from api.wire import Changes, ForecastRequest, PlumeGridRequest
from scenarios import scenario


def row(**more):
    given = {"id": "a", "kind": "forecast", "plant": "p", "state": "running", "request": {}, "request_digest": "d"}
    return JobRow(**{**given, "created_at": now(), **more})


@pytest.fixture
def store(tmp_path):
    found = Store(f"sqlite:///{tmp_path / 'jobs.db'}")
    yield found
    found.close()


def test_the_service_listens_on_this_machine_only():
    with pytest.raises(ValidationError, match="this machine only"):
        Settings(host="0.0.0.0")


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("LEAKCAST_PLANTS", "one, two")
    monkeypatch.setenv("LEAKCAST_PORT", "9000")
    assert Settings().plants == ("one", "two")
    assert Settings().port == 9000


@pytest.mark.parametrize(
    ("header", "chinese"),
    [("", False), ("zh", True), ("en-GB,zh;q=0.9", False), ("zh;q=0.9,en;q=0.8", True), ("zh;q=x", False)],
)
def test_language(header, chinese):
    assert wants_chinese(header) is chinese


def test_finite_json_passes():
    check_json(b'{"a": [1, 2.5, {"b": null}]}')


def test_jobs_survive_and_interrupted_ones_fail(tmp_path, store):
    store.add(row())
    store.add(row(id="b", state="successful", result={"x": 1}))
    again = Store(f"sqlite:///{tmp_path / 'jobs.db'}")
    assert again.interrupted() == 1
    assert again.job("a").state == "failed"
    assert again.job("b").result == {"x": 1}
    again.close()


def test_one_idempotency_key_is_one_job(store):
    first = store.add(row(idempotency_key="k"))
    assert store.add(row(id="b", idempotency_key="k")) == first


def test_jobs_are_paged_newest_first(store):
    for name in "abcde":
        store.add(row(id=name))
    first = [found.id for found in store.jobs(limit=2)]
    rest = [found.id for found in store.jobs(limit=9, before=first[-1])]
    assert first + rest == ["e", "d", "c", "b", "a"]


def test_audit_shows_where_it_was_touched(store):
    for number in range(4):
        store.record("did", "it", number=number)
    assert store.audit_broken_at() is None
    with store._engine.begin() as connection:
        connection.execute(AUDIT.update().where(AUDIT.c.number == 2).values(subject="other"))
    assert store.audit_broken_at() == 2


def test_changes_keep_what_is_not_given():
    base = ForecastRequest(plant="p", part="H", hole_diameter_m=0.01, isolation_time_s=60.0)
    changed = base.with_changes(Changes(hole_diameter_m=None))
    assert changed.hole_diameter_m is None
    assert changed.isolation_time_s == 60.0
    with pytest.raises(ValidationError, match="change at least one"):
        Changes()


def test_the_wire_takes_what_a_scenario_file_takes():
    assert (wire.LEAST_HOLE, wire.GREATEST_HOLE) == (scenario.LEAST_HOLE, scenario.GREATEST_HOLE)
    assert (wire.HOUR, wire.LONGEST_FORECAST) == (scenario.HOUR, scenario.LONGEST)
    field = wire.ActionChoice.model_fields["verb"]
    assert set(get_args(field.annotation)) == {str(verb) for verb in scenario.Verb}


def test_a_request_survives_the_way_through_a_scenario():
    asked = ForecastRequest(
        plant="p",
        part="H",
        isolation_time_s="never",
        wind={"wind_speed_m_s": 2.0, "wind_from_direction_deg": 350.0},
        actions=[{"at_s": 3.0, "role": "operator", "verb": "close-valve", "target": "V"}],
    )
    assert work.request_of(work.scenario_of(asked).as_dict()) == asked


def test_a_grid_is_bounded():
    axis = {"start_m": 0.0, "step_m": 1.0, "count": 3000}
    with pytest.raises(ValidationError, match="at most"):
        PlumeGridRequest(mass_flow_rate_kg_s=1, wind_speed_m_s=2, downwind=axis, crosswind=axis)


async def listened(hub, count, last_id=None):
    found = []
    stream = hub.listen(last_id)
    async for event in stream:
        found.append(event)
        if len(found) == count:
            break
    await stream.aclose()
    return found


async def test_a_slow_client_is_dropped_and_resumes_by_id():
    hub = Hub(history=100, queue=3)
    stream = hub.listen()
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    for number in range(10):
        hub.publish("leak", {"number": number})
    assert hub.clients == 0
    got = [await waiting] + [event async for event in stream]
    assert [event.number for event in got] == [1, 2, 3]
    missed = await listened(hub, 7, got[-1].id)
    assert [event.number for event in missed] == list(range(4, 11))


async def test_a_client_of_an_earlier_process_gets_the_latest():
    hub = Hub(history=100, queue=3)
    for number in range(5):
        hub.publish("leak", {"number": number})
    assert [event.number for event in await listened(hub, 1, "other-3")] == [5]
    assert [event.number for event in await listened(hub, 1, "nonsense")] == [5]


async def test_closing_ends_streams():
    hub = Hub(history=10, queue=3)
    hub.publish("leak", {})
    stream = hub.listen()
    await anext(stream)
    hub.close()
    assert [event async for event in stream] == []
