"""What `leakcast demo` does: everything in its own place, the plant in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import work
from api.cli.say import WrongRequest, document, error, line, opened_plant, tell_forecast

if TYPE_CHECKING:
    from scenarios.live import LiveTwin
    from twin.plant import Plant
    from twin.simulator import SimulatorHandle

QUIET_SECONDS = 2.0
"""s. How long the plant runs undisturbed before the hose fails."""
CONNECT_SECONDS = 60.0
FORECAST_SECONDS = 60.0
"""s. How long the demo waits for the plant, and for the leak to be seen and forecast."""
REPORT_KG = 21_800.0
REPORT_HOURS = 3.0
"""What the accident's report says was released, and in what time (CSB 2002-04-I-MO)."""


@dataclass(slots=True)
class Seen:
    """What happened, as far as it has: times are wall clock."""

    hole_at: datetime
    leak: dict[str, Any] | None = None
    forecast: dict[str, Any] | None = None
    forecast_at: datetime | None = None


def run_once(plant_name: str, part: str, *, json: bool) -> None:
    """Let a part fail, wait for the first correct forecast, print it and end."""
    plant = _plant(plant_name, part)
    seen = asyncio.run(_once(plant, part))
    found = result(seen)
    if json:
        document(found)
        return
    assert seen.forecast is not None, "the demo waits for it"
    tell_forecast(seen.forecast["summary"])
    tell_times(found)
    tell_report(plant, part)


def run_on(plant_name: str, part: str, *, port: int) -> None:
    """Let a part fail and go on until stopped, with the page."""
    plant = _plant(plant_name, part)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_on(plant, part, port))


def _plant(name: str, part: str) -> Plant:
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)  # its tracebacks; the link says its own losses
    plant = opened_plant(name)
    tags = [item.tag for item in plant.leak_candidates()]
    if part not in tags:
        raise WrongRequest(f"{plant.id} has no part {part} that can leak; there are: {', '.join(tags)}")
    return plant


@contextlib.asynccontextmanager
async def _simulated(plant: Plant) -> AsyncIterator[SimulatorHandle]:
    from twin.simulator import start_simulator

    simulator = await asyncio.to_thread(start_simulator, plant.folder)
    try:
        yield simulator
    finally:
        await asyncio.to_thread(simulator.stop)


async def _once(plant: Plant, part: str) -> Seen:
    from twin.simulator import start_simulator

    starting = asyncio.create_task(asyncio.to_thread(start_simulator, plant.folder))
    from scenarios.live import LiveTwin

    await asyncio.to_thread(work.warm_up_forecast, plant, part)
    simulator = await starting
    twin = LiveTwin(plant, simulator.url)
    await twin.start()
    try:
        await _connected(twin)
        return await _fail(plant, part, simulator, twin, quiet=QUIET_SECONDS)
    finally:
        await twin.stop()
        await asyncio.to_thread(simulator.stop)


async def _on(plant: Plant, part: str, port: int) -> None:
    from api.app import create_app
    from api.server import Server, listen
    from api.settings import Settings
    from scenarios.live import LiveTwin

    try:
        listener = listen("127.0.0.1", port)
    except OSError:
        listener = listen("127.0.0.1", 0)
    with tempfile.TemporaryDirectory(prefix="leakcast-demo-") as folder:
        async with _simulated(plant) as simulator:
            twin = LiveTwin(plant, simulator.url)
            settings = Settings(data_folder=Path(folder), plants=(plant.id,), opcua_url=simulator.url)
            server = Server(create_app(settings, plants_given={plant.id: plant}, twin=twin), listener)
            line(f"Simulated plant: {simulator.url}")
            line(f"Page: {server.address}")
            serving = asyncio.create_task(server.run_here())
            story = asyncio.create_task(_story(plant, part, simulator, twin, server))
            await serving
            story.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await story


async def _story(plant: Plant, part: str, simulator: SimulatorHandle, twin: LiveTwin, server: Any) -> None:
    while not server.started or not server.app.state.service.warmth.forecast:
        await asyncio.sleep(0.05)
    await _connected(twin)
    line("Connected; every reading is in. The plant runs undisturbed.")
    seen = await _fail(plant, part, simulator, twin, quiet=QUIET_SECONDS)
    assert seen.forecast is not None, "the demo waits for it"
    tell_forecast(seen.forecast["summary"])
    tell_times(result(seen))
    await asyncio.to_thread(tell_report, plant, part)
    line(f"Page: {server.address}   Ctrl+C ends the demo.")
    async for event in twin.subscribe():
        told = _told(event.kind, event.data)
        if told:
            line(f"{event.at:%H:%M:%S} {told}")


async def _connected(twin: LiveTwin) -> None:
    end = time.monotonic() + CONNECT_SECONDS
    while time.monotonic() < end:
        snapshot = twin.snapshot()
        if snapshot.connected and all(item.value is not None for item in snapshot.readings.values()):
            return
        await asyncio.sleep(0.05)
    raise RuntimeError(f"the simulated plant gave no readings within {CONNECT_SECONDS:g} s")


async def _fail(plant: Plant, part: str, simulator: SimulatorHandle, twin: LiveTwin, *, quiet: float) -> Seen:
    """Open the hole and follow what is made of it until the first forecast that names the right part."""
    events = twin.subscribe()
    first = asyncio.ensure_future(anext(events))
    await asyncio.sleep(quiet)
    for valve in _shutdown_valves(plant):
        await asyncio.to_thread(simulator.command, "stick", valve)
    await asyncio.to_thread(simulator.command, "open_hole", part)
    seen = Seen(hole_at=datetime.now(UTC))
    stuck = ", ".join(_shutdown_valves(plant))
    error(f"{seen.hole_at:%H:%M:%S} {part} fails, full bore; stuck open, as in the accident: {stuck}")
    async with asyncio.timeout(FORECAST_SECONDS):
        event = await first
        while True:
            told = _told(event.kind, event.data)
            if told and event.at >= seen.hole_at:
                error(f"{event.at:%H:%M:%S} {told}")
            if event.kind == "leak" and (seen.leak is None or seen.leak["part"] != part):
                seen.leak = event.data
            if event.kind == "forecast" and event.data["part"] == part:
                seen.forecast, seen.forecast_at = event.data, event.at
                return seen
            event = await anext(events)


def _shutdown_valves(plant: Plant) -> list[str]:
    return [valve.tag for valve in plant.valves.values() if valve.role == "esdv"]


def _told(kind: str, data: dict[str, Any]) -> str:
    if kind == "leak":
        rate = data.get("rate_kg_s")
        size = "" if rate is None else f", about {rate:.2g} kg/s"
        return f"LEAK seen at {data['part']} (section {data['section']}){size}: {'; '.join(data['evidence'])}"
    if kind == "forecast":
        timing = data["timing_ms"]
        return f"forecast of {data['part']}, {timing['total']:.0f} ms after {data['trigger']['tag'] or 'the change'}"
    if kind == "forecast-failed":
        return f"no forecast of {data['part']}: {data['says']}"
    if kind == "connection":
        return "connected to the plant" if data["connected"] else "CONNECTION TO THE PLANT LOST"
    if kind == "look-ahead":
        return "; ".join(f"{i['tag']} reaches {i['limit']} in {i['after_s'] / 60:.0f} min" for i in data["limits"][:3])
    return ""


def result(seen: Seen) -> dict[str, Any]:
    """Give what the demo found, with the keys that outsiders script against."""
    assert seen.forecast is not None
    assert seen.forecast_at is not None
    assert seen.leak is not None
    summary = seen.forecast["summary"]
    shown = "isolation-fails"
    keys = ("level", "max_distance_m", "best_distance_m", "averaging_s", "exposure_s")
    detected = datetime.fromisoformat(seen.leak["detected_at"])
    return {
        "leak": {
            "part": summary["leak"]["part"],
            "rate_kg_s": summary["leak"]["rate_kg_s"],
            "detected_after_s": round((detected - seen.hole_at).total_seconds(), 3),
        },
        "forecast": {
            "zones": [{key: zone[key] for key in keys} for zone in summary["zones"] if zone["branch"] == shown],
            "receptors": [item for item in summary["receptors"] if item["branch"] == shown],
        },
        "timing_ms": {
            **seen.forecast["timing_ms"],
            "hole_to_first_correct_forecast": round(1000.0 * (seen.forecast_at - seen.hole_at).total_seconds(), 1),
        },
        "snapshot_quality": summary["snapshot"]["quality"],
        "caveats": summary["caveats"],
    }


def tell_times(found: dict[str, Any]) -> None:
    """Write how long it took."""
    timing = found["timing_ms"]
    line(
        f"From the hole to the first correct forecast: {timing['hole_to_first_correct_forecast'] / 1000.0:.1f} s "
        f"(seen after {found['leak']['detected_after_s']:.1f} s, detector lag and confirmation included); "
        f"from tag change to forecast: {timing['total']:.0f} ms"
    )


def tell_report(plant: Plant, part: str) -> None:
    """Write the mass the accident's report gives next to the one predicted for the same time."""
    from twin.source import release_band

    band = release_band(plant, None, part=part, hole_diameter=None, isolated_after=None, duration=REPORT_HOURS * 3600.0)
    masses = [getattr(band, name).discharged_mass / 1000.0 for name in ("best", "low", "high")]
    line(
        f"The accident's report: about {REPORT_KG / 1000.0:.1f} t in about {REPORT_HOURS:g} h. Predicted for the "
        f"same time, not tuned to it: {masses[0]:.1f} t (credible {masses[1]:.1f} to {masses[2]:.1f} t)."
    )
    line("Assumed, as the plant's README lists: the car's level, valve and hose losses, the excess-flow setting.")
