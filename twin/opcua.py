"""Follows a plant over OPC UA. Reads only: this module has no way to change anything on a server.

asyncua's own reconnection can end connected and silent, or connected with no monitored items; so every connection
here is a new one, watched by the age of the last publish, with node ids resolved again from namespace URIs and the
number of accepted items held against the number wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.client.client import Client
from asyncua.client.ua_client import UaClientState
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.uaerrors import UaError

from twin.decode import decode
from twin.plant import Plant
from twin.state import Snapshot, Store
from twin.tags import Tag, tag_map
from twin.tasks import end

_log = logging.getLogger("leakcast.opcua")
_ITEMS_PER_CALL = 500
_LIMIT_NODE = ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall
_RETRY_ITEMS = 60.0
_CHECK_PERIOD = 0.1
_CLOSE_TIME = 2.0
_STEADY = 10.0
"""A connection that lasted this long resets the back-off, s."""


class ConnectionLost(ConnectionError):
    """The link to the server is gone or silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings:
    """Times of the connection, s."""

    publishing_interval: float = 0.1
    keep_alive: float = 2.0
    request_timeout: float = 6.0
    session_timeout: float = 60.0
    first_delay: float = 0.25
    longest_delay: float = 5.0


@dataclass(slots=True)
class LinkState:
    """How the connection is doing; counts run from the client's start.

    ``refused`` holds the reason for every tag that is wanted and not delivered.
    """

    wanted: int = 0
    accepted: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    last_error: str = ""
    notifications: int = 0
    coalesced: int = 0
    overflowed: int = 0
    publish_age: float | None = None


class PlantClient:
    """Keeps a store of a plant's readings current, reconnecting for as long as it runs.

    Parameters
    ----------
    plant : Plant
    url : str
        ``opc.tcp://host:port/...``.
    settings : LinkSettings

    Examples
    --------
    >>> async def follow(plant, url):
    ...     async with PlantClient(plant, url) as client:
    ...         async for tags in client.changes():
    ...             print(client.store.snapshot().at, sorted(tags))
    """

    def __init__(self, plant: Plant, url: str, *, settings: LinkSettings | None = None) -> None:
        self.plant = plant
        self.url = url
        self.settings = settings or LinkSettings()
        self.tags: Mapping[str, Tag] = tag_map(plant)
        self.store = Store(plant.id, self.tags)
        self.link = LinkState(wanted=len(self.tags))
        self.transitions: deque[tuple[datetime, str, str, str]] = deque(maxlen=2000)
        """Changes of status, never coalesced: time, tag, quality before, quality after."""
        self._slots: list[Tag] = list(self.tags.values())
        self._inbox: dict[int, tuple[ua.DataValue, datetime]] = {}
        self._arrived = asyncio.Event()
        self._followers: set[_Follower] = set()
        self._published_at: float | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether a session is up, its items are accepted and it is not silent."""
        return self.store.connected

    async def __aenter__(self) -> PlantClient:
        """Start following."""
        self._task = asyncio.create_task(self.run(), name=f"opcua {self.plant.id}")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop following and close the connection."""
        await self.stop()

    async def stop(self) -> None:
        """Stop following and close the connection."""
        if self._task is not None:
            await end(self._task)
            self._task = None

    async def wait_connected(self, timeout: float) -> bool:
        """Wait until connected and every tag has had its first value or a reason why not; ``False`` on time-out."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.connected and not self._waiting():
                return True
            await asyncio.sleep(0.02)
        return False

    def _waiting(self) -> bool:
        readings = self.store.snapshot().readings
        return any(readings[tag].received_time is None for tag in self.tags if tag not in self.link.refused)

    async def changes(self) -> AsyncIterator[frozenset[str]]:
        """Tags changed since the last time round, as soon as there are any; an empty set when the link changes."""
        follower = _Follower()
        self._followers.add(follower)
        try:
            while True:
                yield await follower.next()
        finally:
            self._followers.discard(follower)

    def snapshot(self) -> Snapshot:
        """Readings now."""
        return self.store.snapshot()

    async def run(self) -> None:
        """Connect, follow, reconnect; until cancelled."""
        consumer = asyncio.create_task(self._consume(), name="opcua consumer")
        delay = self.settings.first_delay
        try:
            while True:
                began = time.monotonic()
                try:
                    await self._one_connection()
                except (OSError, TimeoutError, UaError, ConnectionError, AssertionError) as error:
                    self.link.last_error = _explain(error, self.url)
                    _log.info("%s", self.link.last_error)
                if time.monotonic() - began > _STEADY:
                    delay = self.settings.first_delay
                await asyncio.sleep(delay * random.uniform(0.7, 1.3))
                delay = min(2.0 * delay, self.settings.longest_delay)
        finally:
            consumer.cancel()
            self._set_connected(False)

    async def _one_connection(self) -> None:
        client = Client(
            self.url,
            timeout=self.settings.request_timeout,
            watchdog_intervall=self.settings.request_timeout,
            auto_reconnect=False,
        )
        client.session_timeout = int(self.settings.session_timeout * 1000)
        client.name = "leakcast (reads only)"
        try:
            await asyncio.wait_for(client.connect(), 2.0 * self.settings.request_timeout)
            self.link.connections += 1
            await self._follow(client)
        finally:
            self._set_connected(False)
            with contextlib.suppress(Exception):
                await asyncio.wait_for(client.disconnect(), _CLOSE_TIME)

    async def _follow(self, client: Client) -> None:
        """Subscribe and watch until the link fails."""
        self._published_at = time.monotonic()
        subscription = await client.uaclient.session.create_subscription(self._parameters(), self._published)
        limit = await _items_per_call(client)
        missing = await self._subscribe(client, subscription.SubscriptionId, list(range(len(self._slots))), limit)
        if len(missing) == len(self._slots) and self._slots:
            raise ConnectionLost(f"the server has none of the {len(self._slots)} tags: {self._first_reason()}")
        self._set_connected(True)
        retry_at = time.monotonic() + _RETRY_ITEMS
        silence = 2.0 * max(
            self.settings.keep_alive,
            subscription.RevisedPublishingInterval * subscription.RevisedMaxKeepAliveCount / 1000.0,
        )
        while True:
            await asyncio.sleep(_CHECK_PERIOD)
            self.link.publish_age = time.monotonic() - self._published_at
            if client.uaclient.state is not UaClientState.CONNECTED:
                raise ConnectionLost("the server closed the connection")
            if self.link.publish_age > silence:
                raise ConnectionLost(f"the server has been silent for {self.link.publish_age:.1f} s")
            if missing and time.monotonic() > retry_at:
                missing = await self._subscribe(client, subscription.SubscriptionId, missing, limit)
                retry_at = time.monotonic() + _RETRY_ITEMS

    def _parameters(self) -> ua.CreateSubscriptionParameters:
        keep_alives = max(round(self.settings.keep_alive / self.settings.publishing_interval), 1)
        return ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=self.settings.publishing_interval * 1000.0,
            RequestedLifetimeCount=60 * keep_alives,
            RequestedMaxKeepAliveCount=keep_alives,
            MaxNotificationsPerPublish=10_000,
            PublishingEnabled=True,
            Priority=0,
        )

    async def _subscribe(self, client: Client, subscription: int, slots: list[int], limit: int) -> list[int]:
        """Ask for items in chunks; gives the slots that were refused, with reasons in ``link.refused``."""
        namespaces = {uri: index for index, uri in enumerate(await client.get_namespace_array())}
        requests: list[ua.MonitoredItemCreateRequest] = []
        missing: list[int] = []
        for slot in slots:
            tag = self._slots[slot]
            if tag.namespace in namespaces:
                requests.append(self._request(slot, namespaces[tag.namespace]))
            else:
                self.link.refused[tag.tag] = f"the server has no namespace {tag.namespace}"
                missing.append(slot)
        for start in range(0, len(requests), limit):
            chunk = requests[start : start + limit]
            results = await client.uaclient.session.create_monitored_items(
                ua.CreateMonitoredItemsParameters(
                    SubscriptionId=subscription, TimestampsToReturn=ua.TimestampsToReturn.Both, ItemsToCreate=chunk
                )
            )
            for request, result in zip(chunk, results, strict=True):
                slot = request.RequestedParameters.ClientHandle
                if result.StatusCode.is_good():
                    self.link.refused.pop(self._slots[slot].tag, None)
                else:
                    self.link.refused[self._slots[slot].tag] = f"refused by the server: {result.StatusCode.name}"
                    missing.append(slot)
        self.link.accepted = len(self._slots) - len(missing)
        return missing

    def _request(self, slot: int, namespace: int) -> ua.MonitoredItemCreateRequest:
        node = ua.NodeId.from_string(f"ns={namespace};{self._slots[slot].identifier}")
        interval = self.settings.publishing_interval * 1000.0
        return ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=node, AttributeId=AttributeIds.Value),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(
                ClientHandle=slot, SamplingInterval=interval, QueueSize=10, DiscardOldest=True
            ),
        )

    def _first_reason(self) -> str:
        return next(iter(self.link.refused.values()), "no reason given")

    async def _published(self, result: ua.PublishResult) -> None:
        """Take a publish in: last value of each tag, bounded by their number."""
        self._published_at = time.monotonic()
        received = datetime.now(UTC)
        for block in result.NotificationMessage.NotificationData or ():
            if not isinstance(block, ua.DataChangeNotification):
                continue
            for item in block.MonitoredItems:
                self.link.notifications += 1
                if item.ClientHandle in self._inbox:
                    self.link.coalesced += 1
                    self._keep_transition(item, received)
                self._inbox[item.ClientHandle] = (item.Value, received)
        if self._inbox:
            self._arrived.set()

    def _keep_transition(self, item: Any, received: datetime) -> None:
        """Note a status that would be coalesced away."""
        before = self._inbox[item.ClientHandle][0]
        if _status(before) != _status(item.Value):
            tag = self._slots[item.ClientHandle].tag
            self.transitions.append((received, tag, f"{_status(before):#010x}", f"{_status(item.Value):#010x}"))

    async def _consume(self) -> None:
        """The one place where readings enter the store."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._inbox = self._inbox, {}
            before = self.store.snapshot().readings
            readings = []
            for slot, (value, received) in batch.items():
                reading = decode(
                    self._slots[slot],
                    value=value.Value.Value if value.Value is not None else None,
                    status=_status(value),
                    source_time=value.SourceTimestamp,
                    server_time=value.ServerTimestamp,
                    received=received,
                )
                self.link.overflowed += "overflow" in reading.flags
                if before[reading.tag].quality is not reading.quality:
                    entry = (received, reading.tag, str(before[reading.tag].quality), str(reading.quality))
                    self.transitions.append(entry)
                readings.append(reading)
            changed = self.store.apply(readings)
            if changed:
                self._tell(changed)

    def _set_connected(self, connected: bool) -> None:
        if self.store.connected != connected:
            self.store.connected = connected
            self.store.touch()
            self._tell(frozenset())

    def _tell(self, changed: frozenset[str]) -> None:
        for follower in self._followers:
            follower.add(changed)


class _Follower:
    """One consumer of changes: what it has not seen yet, as a set bounded by the number of tags."""

    def __init__(self) -> None:
        self._tags: set[str] = set()
        self._event = asyncio.Event()

    def add(self, tags: frozenset[str]) -> None:
        self._tags |= tags
        self._event.set()

    async def next(self) -> frozenset[str]:
        await self._event.wait()
        self._event.clear()
        tags, self._tags = frozenset(self._tags), set()
        return tags


def _status(value: ua.DataValue) -> int:
    code = value.StatusCode
    return int(code.value) if code is not None else 0


async def _items_per_call(client: Client) -> int:
    """Items one call may hold: the server's limit, and never more than ours."""
    node = client.get_node(ua.NodeId(ua.Int32(_LIMIT_NODE)))
    try:
        value = (await node.read_data_value(raise_on_bad_status=False)).Value
    except UaError:
        return _ITEMS_PER_CALL
    limit = value.Value if value is not None else None
    return min(int(limit), _ITEMS_PER_CALL) if isinstance(limit, int) and limit > 0 else _ITEMS_PER_CALL


def _explain(error: BaseException, url: str) -> str:
    """A person's sentence for what went wrong with a connection."""
    if isinstance(error, ConnectionLost):
        return f"{url}: {error}"
    if isinstance(error, AssertionError):
        return f"{url}: the server refused our certificate, or its URI does not match"
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return f"{url}: no answer in time"
    return f"{url}: {error or type(error).__name__}"
