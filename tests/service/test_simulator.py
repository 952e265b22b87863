"""The simulated plant in its own process, followed by the real client: a leak from hole to event."""

import asyncio
import logging
import time

import pytest

from twin.library import find_plant
from twin.load import load_plant
from twin.opcua import PlantClient
from twin.simulated_plant import Fault
from twin.simulator import Simulator, SimulatorFailed, start_simulator
from twin.state import Quality
from twin.watch.detect import LeakWatch

logging.getLogger("asyncua").setLevel(logging.CRITICAL)
FOLDER = find_plant("festus-chlorine")


@pytest.fixture(scope="module")
def plant():
    return load_plant(FOLDER)


async def until(condition, timeout=5.0):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if condition():
            return True
        await asyncio.sleep(0.02)
    return False


async def test_from_hole_to_event_in_seconds(plant):
    handle = await asyncio.to_thread(start_simulator, FOLDER, seed=4)
    try:
        async with PlantClient(plant, handle.url) as client:
            began = time.monotonic()
            assert await client.wait_connected(5.0)
            assert time.monotonic() - began < 2.0
            assert client.snapshot().worst() is Quality.GOOD
            assert client.link.accepted == client.link.wanted == len(client.tags)
            watch, events = LeakWatch(plant), []

            async def follow():
                async for _ in client.changes():
                    events.extend(watch.update(client.snapshot()))

            following = asyncio.create_task(follow())
            await asyncio.sleep(1.5)
            assert not events
            handle.command("open_hole", "H-301A")
            began = time.monotonic()
            assert await until(lambda: bool(events), 8.0)
            assert time.monotonic() - began < 6.0
            assert events[0].part == "H-301A"
            truth = handle.command("truth")
            assert events[0].rate_kg_s == pytest.approx(truth["leak_rate"], rel=0.2)

            handle.command("bad", "PT-301")
            assert await until(lambda: client.snapshot().quality("PT-301") is Quality.BAD)
            handle.command("wind", 3.0, 7.0)
            assert await until(lambda: abs((client.snapshot().value("WS-301") or 0.0) - 3.0) < 0.6)
            with pytest.raises(SimulatorFailed, match="did you mean"):
                handle.command("open_hole", "H-301")
            with pytest.raises(SimulatorFailed, match="no hole"):
                handle.command("open_hole", "H-301A", -1.0)
            following.cancel()
    finally:
        await asyncio.to_thread(handle.stop)
    assert not handle.alive


async def test_scheduled_faults_and_shutdown_in_this_process(plant):
    simulator = Simulator(plant, speed=10.0, seed=1, faults=(Fault(at=5.0, do="open_hole", with_={"part": "H-301A"}),))
    url = await simulator.serve()
    try:
        async with PlantClient(plant, url) as client:
            assert await client.wait_connected(5.0)
            assert await until(lambda: client.snapshot().value("ZC-301A") == 1.0, 8.0)
            assert client.snapshot().value("XS-300") == 1.0
            assert await until(lambda: simulator.world.leak_rate < 0.05, 6.0)
    finally:
        await simulator.stop()


def test_a_plant_that_cannot_be_served_is_one_clear_error(tmp_path):
    with pytest.raises(SimulatorFailed, match="no plant"):
        start_simulator(tmp_path)
