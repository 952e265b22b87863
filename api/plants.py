"""The plants the service speaks for: each with its live twin and the hub that hands its events to clients."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from twin.tasks import end

if TYPE_CHECKING:
    from scenarios.live import LiveEvent
    from twin.plant import Plant
    from twin.state import Snapshot

LOG = logging.getLogger("leakcast.plants")
View = Callable[["Desk", str, dict[str, Any]], dict[str, Any]]


class Twin(Protocol):
    """What the service needs of `scenarios.live.LiveTwin`."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Let go."""

    def snapshot(self) -> Snapshot:
        """Give what the instruments say now."""

    def subscribe(self) -> AsyncIterator[LiveEvent]:
        """Give events as they happen."""

    def latest_forecast(self) -> Any:
        """Give the Dataset of the running forecast, ``None`` while nothing leaks."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it goes out: its text is made once for all clients."""

    number: int
    id: str
    kind: str
    text: str


@dataclass(eq=False, slots=True)
class Client:
    """One listener; ``lost`` is set when it was too slow."""

    queue: asyncio.Queue[Event | None]
    lost: bool = False


class Hub:
    """Hands events to any number of clients through bounded queues, and keeps the last ones for those who resume."""

    def __init__(self, *, history: int, queue: int) -> None:
        self.epoch = uuid.uuid4().hex[:8]
        self.latest: dict[str, Event] = {}
        self._history: deque[Event] = deque(maxlen=history)
        self._queue = queue
        self._number = 0
        self._clients: set[Client] = set()
        self._closed = False

    @property
    def clients(self) -> int:
        """How many listen."""
        return len(self._clients)

    def publish(self, kind: str, data: dict[str, Any]) -> Event:
        """Send an event to everybody; a client whose queue is full is dropped and may resume by id."""
        self._number += 1
        text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        event = Event(self._number, f"{self.epoch}-{self._number}", kind, text)
        self._history.append(event)
        self.latest[kind] = event
        for client in tuple(self._clients):
            if client.queue.full():
                client.lost = True
                self._clients.discard(client)
            else:
                client.queue.put_nowait(event)
        return event

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        for client in self._clients:
            client.lost = True
            with contextlib.suppress(asyncio.QueueFull):
                client.queue.put_nowait(None)

    async def listen(self, last_id: str | None = None) -> AsyncIterator[Event]:
        """Events from now on; first those missed since ``last_id``, or the latest of each kind."""
        client = Client(asyncio.Queue(self._queue))
        missed = self._missed(last_id)
        self._clients.add(client)
        try:
            for event in missed:
                yield event
            while not self._closed and not (client.lost and client.queue.empty()):
                next_event = await client.queue.get()
                if next_event is None:
                    return
                yield next_event
        finally:
            self._clients.discard(client)

    def _missed(self, last_id: str | None) -> list[Event]:
        epoch, _, number = (last_id or "").partition("-")
        oldest = self._history[0].number if self._history else 0
        if epoch == self.epoch and number.isdigit() and int(number[:18]) >= oldest - 1:
            return [event for event in self._history if event.number > int(number[:18])]
        return sorted(self.latest.values(), key=lambda event: event.number)


@dataclass(eq=False, slots=True)
class Desk:
    """One plant of the service.

    Attributes
    ----------
    plant : Plant
    twin : Twin or None
        ``None`` where no OPC UA server is given.
    hub : Hub
    view : callable
        Gives what an event's data look like on the stream, from the desk, the event's kind and its data.
    """

    plant: Plant
    twin: Twin | None
    hub: Hub
    view: View = field(default=lambda _desk, _kind, data: data, repr=False)
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the twin and pass its events on."""
        if self.twin is None:
            return
        self._task = asyncio.create_task(self._pass_on(self.twin))
        await self.twin.start()

    async def stop(self) -> None:
        """Stop passing on, then the twin."""
        self.hub.close()
        if self._task is not None:
            await end(self._task)
        if self.twin is not None:
            await self.twin.stop()

    async def _pass_on(self, twin: Twin) -> None:
        async for event in twin.subscribe():
            try:
                data = {"at": event.at.isoformat(), **event.data}
                self.hub.publish(event.kind, self.view(self, event.kind, data))
            except Exception:
                LOG.exception("event %s of %s was not passed on", event.kind, self.plant.id)
