"""The whole line of data, live: a hose parts in a simulated plant, and a forecast comes out of the twin."""

import asyncio
import time

import pytest

from scenarios.live import LiveTwin
from scenarios.result import summary
from twin.library import find_plant
from twin.load import load_plant
from twin.simulator import start_simulator

FOLDER = find_plant("festus-chlorine")
PLANT = load_plant(FOLDER)
WAIT = 60.0


@pytest.fixture
def simulator():
    running = start_simulator(FOLDER)
    yield running
    running.stop()


async def until(events, kind, check=lambda data: True):
    async with asyncio.timeout(WAIT):
        async for event in events:
            if event.kind == kind and check(event.data):
                return event
    raise AssertionError("the stream of events ended")


async def test_a_hose_failure_is_seen_and_forecast(simulator):
    live = LiveTwin(PLANT, simulator.url)
    events = live.subscribe()
    first = asyncio.create_task(until(events, "connection", lambda data: data["connected"]))
    await asyncio.sleep(0)
    await live.start()
    try:
        connection = await first
        assert connection.data["wanted"] == connection.data["accepted"]
        assert live.latest_forecast() is None
        await asyncio.sleep(1.5)  # some quiet readings to hold the fall of pressure against
        opened = time.monotonic()
        await asyncio.to_thread(simulator.command, "open_hole", "H-301A")
        leak = await until(events, "leak")
        assert leak.data["part"] == "H-301A"
        assert leak.data["evidence"]
        made = await until(events, "forecast")
        assert time.monotonic() - opened < 30.0
        found = made.data["summary"]
        assert found["leak"]["rate_kg_s"] > 1.0
        assert made.data["timing_ms"]["total"] >= made.data["timing_ms"]["snapshot_to_forecast"] > 0.0
        assert found["snapshot"]["quality"] == "good"
        # the wind turns: a new forecast follows it
        await asyncio.to_thread(simulator.command, "wind", 4.0, 200.0)
        turned = await until(
            events,
            "forecast",
            lambda data: abs(data["summary"]["weather"]["central"]["wind_from_direction"] - 200.0) < 20.0,
        )
        assert turned.data["trigger"]["tag"]
        # the mast fails: no direction is trusted any more
        await asyncio.to_thread(simulator.command, "bad", "WD-301")
        blind = await until(events, "forecast", lambda data: not data["summary"]["weather"]["wind_known"])
        assert any("WD-301" in caveat["says"] for caveat in blind.data["summary"]["caveats"])
        assert all(zone["best_distance_m"] is None for zone in blind.data["summary"]["zones"])
        assert summary(live.latest_forecast())["snapshot"]["quality"] == "bad"
    finally:
        await live.stop()


async def test_a_server_that_is_not_there_harms_nobody():
    live = LiveTwin(PLANT, "opc.tcp://127.0.0.1:9/none")
    await live.start()
    try:
        await asyncio.sleep(1.0)
        assert not live.snapshot().connected
        assert live.latest_forecast() is None
        assert live.client.link.last_error
    finally:
        await asyncio.wait_for(live.stop(), 10.0)


async def test_proved_closure_ends_the_release_but_not_what_is_in_the_air(simulator):
    """The shutdown works: the rate falls once closure is proved, and the gas already out stays in the forecast."""
    live = LiveTwin(PLANT, simulator.url)
    events = live.subscribe()
    first = asyncio.create_task(until(events, "connection", lambda data: data["connected"]))
    await asyncio.sleep(0)
    await live.start()
    try:
        await first
        await asyncio.sleep(1.0)
        await asyncio.to_thread(simulator.command, "open_hole", "H-301A")
        open_ = await until(events, "forecast", lambda data: data["part"] == "H-301A")
        shut = await until(events, "forecast", lambda data: data["summary"]["leak"]["rate_kg_s"] < 0.5)
        before, after = (event.data["summary"]["branches"][0]["mass_kg"] for event in (open_, shut))
        assert after < 0.05 * before
        assert after > 10.0, "what came out before the valves closed is still blowing"
        assert shut.data["summary"]["now_s"] > 3.0
    finally:
        await live.stop()
