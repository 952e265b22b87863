"""A plant followed live: readings become events, a leak becomes a forecast, a change becomes a new one.

The service and drills both run this; it knows no HTTP.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import xarray as xr

from physics.release import ReleaseBand
from physics.weather import Weather
from scenarios.forecast import Since, follow
from scenarios.outlook import Felt
from scenarios.result import summary
from scenarios.scenario import Scenario
from twin.opcua import PlantClient
from twin.parts import Line
from twin.plant import Plant
from twin.source import release_band, weather_from
from twin.state import Quality, Snapshot
from twin.tasks import end
from twin.watch.detect import LeakWatch, WatchEvent
from twin.watch.look_ahead import look_ahead

_log = logging.getLogger("leakcast.live")

SNAPSHOT_PERIOD = 0.2
"""Least time between snapshot events, s."""
FELT_STEP = 30.0
"""Least time between winds that are kept of a leak that goes on, s."""
LOOK_AHEAD_PERIOD = 30.0
"""Time between looks ahead, s."""
LOOK_AHEAD = 1800.0
"""How far is looked ahead, s."""
REFRESH = 20.0
"""A running forecast is made anew at least this often, s."""
REMEMBERED_STEPS = 60
"""Steps in which a leak's release is remembered from one forecast to the next."""
_QUEUE = 256
_RESTART_DELAY = 1.0

# What must move before a running forecast is made anew; below it is the instruments' own noise.
WIND_SPEED_STEP = 0.25
"""Relative."""
WIND_DIRECTION_STEP = 15.0
"""Degrees."""
STATE_STEP = 0.05
"""Relative, of pressures and flows."""
_FULL_BORE_FROM = 0.6
"""Rate seen over the full bore's rate from which the leak is taken as the full bore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEvent:
    """Something that happened, for whoever listens.

    Attributes
    ----------
    id : int
        Rising from 1 within a run.
    kind : str
        ``connection``, ``snapshot``, ``leak``, ``forecast``, ``forecast-failed`` or ``look-ahead``.
    at : datetime
        Wall clock, UTC.
    data : dict
        Ready for JSON.
    """

    id: int
    kind: str
    at: datetime
    data: dict[str, Any]


@dataclass(slots=True)
class _Running:
    """The leak being followed and the forecast made of it."""

    event: WatchEvent
    scenario: Scenario | None = None
    made_from: Snapshot | None = None
    made_at: float = -math.inf
    dataset: xr.Dataset | None = None
    release: ReleaseBand | None = None
    trigger: tuple[str, datetime | None] = ("", None)
    felt: list[Felt] = field(default_factory=list)

    def feel(self, at: float, weather: Weather | None) -> None:
        """Keep the wind of ``at`` s since the leak began, for the gas that left in it."""
        if weather is not None and (not self.felt or at >= self.felt[-1].at + FELT_STEP):
            self.felt.append(Felt(at, weather))


class LiveTwin:
    """Follows one plant over OPC UA and forecasts what leaks.

    Parameters
    ----------
    plant : Plant
    url : str
        ``opc.tcp://host:port/...``.
    """

    def __init__(self, plant: Plant, url: str) -> None:
        self.plant = plant
        self.client = PlantClient(plant, url)
        self._watch = LeakWatch(plant)
        self._running: _Running | None = None
        self._wanted = asyncio.Event()
        self._listeners: set[asyncio.Queue[LiveEvent]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._count = 0
        self._executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix=f"live {plant.id}")
        self._last_snapshot = -math.inf
        self._was_connected: bool | None = None

    async def start(self) -> None:
        """Connect and follow until `stop`."""
        jobs: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = (
            self.client.run,
            self._follow,
            self._forecasts,
            self._looks_ahead,
        )
        self._tasks = [asyncio.create_task(self._keep_going(job), name=job.__name__) for job in jobs]

    async def stop(self) -> None:
        """Let go of the plant and end every task."""
        await end(*self._tasks)
        await self.client.stop()
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _keep_going(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a job for ever: one that fails is logged and started again."""
        while True:
            try:
                await job()
            except Exception:
                _log.exception("%s of %s failed and is started again", job.__name__, self.plant.id)
            await asyncio.sleep(_RESTART_DELAY)

    def snapshot(self) -> Snapshot:
        """Readings now."""
        return self.client.snapshot()

    def latest_forecast(self) -> xr.Dataset | None:
        """Dataset of the running forecast; ``None`` while nothing leaks."""
        return self._running.dataset if self._running is not None else None

    async def subscribe(self) -> AsyncIterator[LiveEvent]:
        """Events as they happen; a listener that is too slow loses the oldest ones."""
        queue: asyncio.Queue[LiveEvent] = asyncio.Queue(_QUEUE)
        self._listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)

    def _emit(self, kind: str, data: dict[str, Any]) -> None:
        self._count += 1
        event = LiveEvent(id=self._count, kind=kind, at=datetime.now(UTC), data=data)
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    async def _follow(self) -> None:
        async for tags in self.client.changes():
            snapshot = self.client.snapshot()
            self._tell_connection(snapshot)
            for event in self._watch.update(snapshot):
                self._leak(event, snapshot, tags)
            self._renew(snapshot, tags)
            now = time.monotonic()
            if now - self._last_snapshot >= SNAPSHOT_PERIOD:
                self._last_snapshot = now
                self._emit("snapshot", {"id": snapshot.id, "version": snapshot.version, "changed": sorted(tags)})

    def _tell_connection(self, snapshot: Snapshot) -> None:
        if snapshot.connected == self._was_connected:
            return
        self._was_connected = snapshot.connected
        link = self.client.link
        self._emit(
            "connection",
            {
                "connected": snapshot.connected,
                "wanted": link.wanted,
                "accepted": link.accepted,
                "refused": dict(link.refused),
                "last_error": link.last_error,
            },
        )

    def _leak(self, event: WatchEvent, snapshot: Snapshot, tags: frozenset[str]) -> None:
        if event.kind != "leak":
            return
        self._emit("leak", leak_data(event))
        if self._running is None or self._running.event.part != event.part:
            self._running = _Running(event=event)
        self._want(snapshot, tags)

    def _renew(self, snapshot: Snapshot, tags: frozenset[str]) -> None:
        running = self._running
        if running is None or running.made_from is None or self._wanted.is_set():
            return
        told = moved(self.plant, running.made_from, snapshot, tags)
        if told or time.monotonic() - running.made_at > REFRESH:
            self._want(snapshot, told or tags)

    def _want(self, snapshot: Snapshot, tags: frozenset[str]) -> None:
        """Ask for a forecast, naming the newest of the readings that changed as what set it off."""
        assert self._running is not None
        stamped = [(snapshot.readings[tag].source_time, tag) for tag in tags if tag in snapshot.readings]
        known = [(at, tag) for at, tag in stamped if at is not None]
        at, tag = max(known, default=(None, ""))
        self._running.trigger = (tag, at)
        self._wanted.set()

    async def _forecasts(self) -> None:
        """Make the wanted forecast, one at a time, always from the newest snapshot."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            if self._running is not None:
                await self._forecast(self._running)

    async def _forecast(self, running: _Running) -> None:
        snapshot, (tag, changed_at) = self.client.snapshot(), running.trigger
        began = datetime.now(UTC)
        running.made_from, running.made_at = snapshot, time.monotonic()
        try:
            dataset, found = await asyncio.get_running_loop().run_in_executor(
                self._executor, self._made, running, snapshot
            )
        except Exception as error:  # a leak must never go on in silence, whatever went wrong
            _log.exception("no forecast of %s", running.event.part)
            self._emit("forecast-failed", {"part": running.event.part, "says": f"{type(error).__name__}: {error}"})
            return
        done = datetime.now(UTC)
        if running is not self._running:
            return
        running.dataset = dataset
        first = changed_at or began
        self._emit(
            "forecast",
            {
                "digest": dataset.attrs["scenario_digest"],
                "part": running.event.part,
                "snapshot": {"id": snapshot.id, "at": snapshot.at.isoformat(), "quality": found["snapshot"]["quality"]},
                "trigger": {"tag": tag, "source_time": changed_at.isoformat() if changed_at else None},
                "timing_ms": {
                    "tag_to_snapshot": _milliseconds(began, first),
                    "snapshot_to_forecast": _milliseconds(done, began),
                    "total": _milliseconds(done, first),
                },
                "summary": found,
            },
        )

    def _made(self, running: _Running, snapshot: Snapshot) -> tuple[xr.Dataset, dict[str, Any]]:
        """Forecast and its summary; the hole is sized once, from the state the leak was first seen in."""
        if running.scenario is None:
            running.scenario = leak_scenario(self.plant, snapshot, running.event)
        elapsed = max((snapshot.at - running.event.at).total_seconds(), 0.0)
        since = Since(elapsed=elapsed, release=running.release, felt=tuple(running.felt))
        dataset, release = follow(self.plant, snapshot, running.scenario, since=since)
        running.feel(elapsed, weather_from(self.plant, snapshot).weather)
        running.release = release.merged(most=REMEMBERED_STEPS)
        return dataset, summary(dataset)

    async def _looks_ahead(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            snapshot = self.client.snapshot()
            if snapshot.connected:
                found = await loop.run_in_executor(
                    self._executor, lambda taken: look_ahead(self.plant, taken, duration=LOOK_AHEAD), snapshot
                )
                limits = [
                    {"tag": item.tag, "limit": item.limit, "value": item.value, "after_s": item.after_s}
                    for item in found.limits
                ]
                self._emit("look-ahead", {"duration_s": LOOK_AHEAD, "limits": limits, "snapshot": snapshot.id})
            await asyncio.sleep(LOOK_AHEAD_PERIOD if snapshot.connected else _RESTART_DELAY)


def _milliseconds(later: datetime, earlier: datetime) -> float:
    return round(1000.0 * (later - earlier).total_seconds(), 1)


def leak_data(event: WatchEvent) -> dict[str, Any]:
    """A leak event, ready for JSON."""
    return {
        "section": event.section,
        "part": event.part,
        "rate_kg_s": event.rate_kg_s,
        "probability": event.probability,
        "evidence": list(event.evidence),
        "at": event.at.isoformat(),
        "detected_at": event.detected_at.isoformat(),
    }


def leak_scenario(plant: Plant, snapshot: Snapshot, event: WatchEvent) -> Scenario:
    """Scenario of a leak that was seen: its part, and a hole that lets out the rate that was estimated.

    Without an estimate, or with one near the full bore's rate, the full bore is taken: the outer answer.
    """
    scenario = Scenario(plant=plant.id, part=event.part)
    part = plant.part(event.part)
    if not isinstance(part, Line) or event.rate_kg_s is None or event.rate_kg_s <= 0.0:
        return scenario
    full = release_band(
        plant, snapshot, part=event.part, hole_diameter=None, isolated_after=None, duration=scenario.duration
    ).best.discharged.max()
    share = event.rate_kg_s / full if full > 0.0 else 1.0
    if share >= _FULL_BORE_FROM:
        return scenario
    return replace(scenario, hole_diameter=part.diameter * math.sqrt(share))


def moved(plant: Plant, before: Snapshot, after: Snapshot, tags: frozenset[str]) -> frozenset[str]:
    """Tags the forecast rests on that changed by more than their noise, or changed their quality."""
    return frozenset(tag for tag in tags if tag in plant.instruments and _moved(plant, before, after, tag))


def _moved(plant: Plant, before: Snapshot, after: Snapshot, tag: str) -> bool:
    if (before.quality(tag) is Quality.GOOD) != (after.quality(tag) is Quality.GOOD):
        return True
    old, new = before.value(tag), after.value(tag)
    if old is None or new is None:
        return False
    match plant.instruments[tag].quantity:
        case "wind_from_direction":
            return abs((new - old + 180.0) % 360.0 - 180.0) > WIND_DIRECTION_STEP
        case "wind_speed":
            return abs(new - old) > WIND_SPEED_STEP * max(abs(old), 1.0)
        case "closed" | "open":
            return new != old
        case "pressure":
            return abs(new - old) > STATE_STEP * abs(old)
        case _:
            return False
