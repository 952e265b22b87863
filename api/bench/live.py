"""From a tag's change on the server to the forecast on the event stream; from the hole to the first forecast."""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from api.bench.service import PART, PLANT, Probe, wait_until_ready

if TYPE_CHECKING:
    from twin.simulator import SimulatorHandle

SHIFTS = 12
"""Wind shifts that are timed."""
SHIFT_DEGREES = 35.0
"""How far the wind shifts each time, well beyond the instrument's noise."""
PAUSE_SECONDS = 1.5
WAIT_SECONDS = 40.0
QUIET_SECONDS = 3.0
WIND = (3.0, 110.0)
"""m/s, and degrees it comes from, before the first shift."""

Event = tuple[datetime, str, dict[str, Any]]


def run() -> dict[str, float | None]:
    """Measure."""
    from twin.library import find_plant
    from twin.simulator import start_simulator

    with start_simulator(find_plant(PLANT), wind=WIND) as simulator, tempfile.TemporaryDirectory() as folder:
        return _run(simulator, Path(folder))


def _run(simulator: SimulatorHandle, folder: Path) -> dict[str, float | None]:
    from api.app import create_app
    from api.server import in_thread
    from api.settings import Settings

    settings = Settings(data_folder=folder, plants=(PLANT,), opcua_url=simulator.url)
    with in_thread(create_app(settings)) as address:
        wait_until_ready(address)
        events = Listener(f"{address}/v1/plants/{PLANT}/events")
        events.until("snapshot")
        time.sleep(QUIET_SECONDS)
        with Probe(address) as probe:
            for valve in ("XV-301A", "XV-302A", "XV-301B", "XV-302B"):
                simulator.command("stick", valve)
            simulator.command("open_hole", PART)
            hole_at = datetime.now(UTC)
            seen_at, leak = events.until("leak")
            first_at = _first_correct(events)
            times = list(_shifts(simulator, events))
        return {
            "hole_to_leak_event_s": (seen_at - hole_at).total_seconds(),
            "hole_to_first_correct_forecast_s": (first_at - hole_at).total_seconds(),
            "first_leak_part_is_right": float(leak["part"] == PART),
            "tag_to_event_median_ms": statistics.median(times) if times else None,
            "tag_to_event_worst_ms": max(times, default=None),
            "tag_to_event_shifts": float(len(times)),
            "livez_worst_live_ms": max(probe.took),
        }


def _first_correct(events: Listener) -> datetime:
    while True:
        at, forecast = events.until("forecast")
        if forecast["part"] == PART:
            return at


def _shifts(simulator: SimulatorHandle, events: Listener) -> Iterator[float]:
    """Shift the wind, and give the time from the wind tag's own time stamp to the event, ms."""
    direction = WIND[1]
    for number in range(SHIFTS):
        time.sleep(PAUSE_SECONDS)
        events.drain()
        direction += SHIFT_DEGREES if number % 2 == 0 else -SHIFT_DEGREES
        asked = datetime.now(UTC)
        simulator.command("wind", WIND[0], direction)
        while True:
            at, forecast = events.until("forecast")
            changed = forecast["trigger"]["source_time"]
            if changed is not None and datetime.fromisoformat(changed) >= asked:
                yield 1000.0 * (at - datetime.fromisoformat(changed)).total_seconds()
                break


class Listener:
    """Reads an event stream in a thread; every event is stamped when its last byte has come."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._events: Queue[Event] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, kind: str) -> tuple[datetime, dict[str, Any]]:
        """Wait for the next event of a kind.

        Raises
        ------
        TimeoutError
            None comes in time.
        """
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            try:
                at, name, data = self._events.get(timeout=max(end - time.monotonic(), 0.01))
            except Empty:
                break
            if name == kind:
                return at, data
        raise TimeoutError(f"no {kind} event within {WAIT_SECONDS:g} s")

    def drain(self) -> None:
        """Forget what has come so far."""
        while not self._events.empty():
            self._events.get_nowait()

    def _read(self) -> None:
        name, text = "", ""
        try:
            with urllib.request.urlopen(self._address, timeout=WAIT_SECONDS) as stream:
                for raw in stream:
                    field, _, value = raw.decode().rstrip("\n").partition(": ")
                    if field == "event":
                        name = value
                    elif field == "data":
                        text = value
                    elif not field and text:
                        self._events.put((datetime.now(UTC), name, json.loads(text)))
                        name, text = "", ""
        except OSError:
            return
