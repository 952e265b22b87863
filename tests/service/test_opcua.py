"""The OPC UA client against a real server: reconnection, quality, and that it never writes."""

import ast
import asyncio
import inspect
import logging
import math
import socket
import time
from datetime import UTC, datetime

import pytest
from asyncua import Server, ua
from asyncua.server.uaprocessor import UaProcessor

import twin.opcua
from twin.load import load_plant
from twin.opcua import LinkSettings, PlantClient
from twin.state import Quality

NAMESPACE = "urn:tiny"
PLANT = """\
schema: 1
plant: {id: tiny, name: Tiny, crs: EPSG:4326, origin: {lon: 0.0, lat: 50.0}}
fluids: {chlorine: {components: {chlorine: 1.0}, state: liquid}}
equipment:
  - {tag: V-1, class: Vessel, volume: 1.0, xyz: [0, 0, 0], inventory: {fluid: chlorine, T: 293, P: 8.4e5, level: 0.5}}
instruments:
  - tag: PT-1
    measures: {target: V-1, quantity: pressure}
    unit: bar
    range: [0, 20]
    opcua: {node: "nsu=urn:tiny;s=PT-1"}
  - tag: TT-1
    measures: {target: V-1, quantity: temperature}
    unit: degC
    range: [-50, 100]
    opcua: {node: "nsu=urn:tiny;s=TT-1", expected_period: 0.2, stale_after: 0.6}
  - tag: LT-1
    measures: {target: V-1, quantity: level}
    unit: "%"
    range: [0, 100]
    opcua: {node: "nsu=urn:tiny;s=LT-1", on_bad: hold}
  - tag: XT-1
    measures: {target: V-1, quantity: mass}
    unit: kg
    range: [0, 2000]
    opcua: {node: "nsu=urn:tiny;s=absent"}
"""
FAST = LinkSettings(publishing_interval=0.05, keep_alive=0.5, first_delay=0.1, longest_delay=0.4, request_timeout=2.0)
logging.getLogger("asyncua").setLevel(logging.CRITICAL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TinyServer:
    def __init__(self, port, spare_namespaces=0):
        self.port, self.spare, self.nodes = port, spare_namespaces, {}

    async def __aenter__(self):
        self.server = Server()
        await self.server.init()
        self.server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}/")
        self.server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        for index in range(self.spare):
            await self.server.register_namespace(f"urn:spare:{index}")
        namespace = await self.server.register_namespace(NAMESPACE)
        for name, value in (("PT-1", 8.4), ("TT-1", 20.0), ("LT-1", 50.0)):
            self.nodes[name] = await self.server.nodes.objects.add_variable(
                ua.NodeId(name, namespace), name, value, ua.VariantType.Double
            )
        await self.server.start()
        return self

    async def __aexit__(self, *_):
        await self.server.stop()

    async def set(self, name, value, status=0):
        data = ua.DataValue(
            ua.Variant(value),
            ua.StatusCode(status),
            SourceTimestamp=datetime.now(UTC),
            ServerTimestamp=datetime.now(UTC),
        )
        await self.server.write_attribute_value(self.nodes[name].nodeid, data)


@pytest.fixture
def plant(tmp_path):
    (tmp_path / "plant.yaml").write_text(PLANT)
    return load_plant(tmp_path)


async def until(condition, timeout=5.0):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if condition():
            return True
        await asyncio.sleep(0.02)
    return False


async def test_values_quality_and_missing_tags(plant):
    async with (
        TinyServer(free_port()) as server,
        PlantClient(plant, f"opc.tcp://127.0.0.1:{server.port}/", settings=FAST) as client,
    ):
        assert await client.wait_connected(5.0)
        snapshot = client.snapshot()
        assert snapshot.value("PT-1") == pytest.approx(8.4e5)
        assert snapshot.value("TT-1") == pytest.approx(293.15)
        assert (client.link.wanted, client.link.accepted) == (4, 3)
        assert "BadNodeIdUnknown" in client.link.refused["XT-1"]
        assert snapshot.quality("XT-1") is Quality.NO_DATA

        await server.set("PT-1", 3.3, ua.StatusCodes.BadSensorFailure)
        assert await until(lambda: client.snapshot().quality("PT-1") is Quality.BAD)
        assert client.snapshot().value("PT-1") is None, "a Bad sample's number must not be used"
        await server.set("PT-1", 8.2, ua.StatusCodes.UncertainLastUsableValue)
        assert await until(lambda: client.snapshot().quality("PT-1") is Quality.UNCERTAIN)
        assert client.snapshot().value("PT-1") == pytest.approx(8.2e5)
        await server.set("PT-1", math.nan)
        assert await until(lambda: "not-a-number" in client.snapshot().readings["PT-1"].flags)
        assert client.snapshot().quality("PT-1") is Quality.BAD
        await server.set("PT-1", 500.0)
        assert await until(lambda: "out-of-range" in client.snapshot().readings["PT-1"].flags)

        await server.set("LT-1", 0.0, ua.StatusCodes.BadNotConnected)
        assert await until(lambda: client.snapshot().quality("LT-1") is Quality.SUBSTITUTED)
        assert client.snapshot().value("LT-1") == pytest.approx(0.5)

        assert await until(lambda: client.snapshot().quality("TT-1") is Quality.STALE), (
            "silent for longer than its period"
        )
        assert client.snapshot().quality("PT-1") is Quality.BAD
        assert snapshot.value("PT-1") == pytest.approx(8.4e5), "an old snapshot never changes"


async def test_change_arrives_quickly(plant):
    async with (
        TinyServer(free_port()) as server,
        PlantClient(plant, f"opc.tcp://127.0.0.1:{server.port}/", settings=FAST) as client,
    ):
        assert await client.wait_connected(5.0)
        changes = client.changes()
        waiting = asyncio.create_task(anext(changes))
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await server.set("PT-1", 7.0)
        assert "PT-1" in await asyncio.wait_for(waiting, 2.0)
        assert time.monotonic() - began < 0.5
        await changes.aclose()


async def test_reconnects_to_a_restarted_server_with_shifted_namespaces(plant):
    port = free_port()
    async with PlantClient(plant, f"opc.tcp://127.0.0.1:{port}/", settings=FAST) as client:
        await asyncio.sleep(0.3)
        assert not client.connected
        assert client.link.last_error
        async with TinyServer(port) as server:
            assert await client.wait_connected(5.0)
            await server.set("PT-1", 6.0)
            assert await until(lambda: client.snapshot().value("PT-1") == pytest.approx(6.0e5))
        assert await until(lambda: not client.connected, 3.0)
        assert client.snapshot().quality("PT-1") is Quality.STALE
        assert client.snapshot().value("PT-1") is None
        async with TinyServer(port, spare_namespaces=3):
            assert await until(lambda: client.snapshot().value("PT-1") == pytest.approx(8.4e5), 6.0)
        assert client.link.connections == 2


async def test_a_silent_server_is_noticed_and_left(plant):
    """The socket stays up and nothing comes through it: the publish age says so."""
    port, front = free_port(), free_port()
    paused = asyncio.Event()

    async def pump(reader, writer):
        while data := await reader.read(65536):
            while paused.is_set():
                await asyncio.sleep(0.05)
            writer.write(data)
            await writer.drain()
        writer.close()

    pumps = set()

    async def accept(reader, writer):
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        pumps.update({asyncio.create_task(pump(reader, inner_writer)), asyncio.create_task(pump(inner_reader, writer))})

    async with TinyServer(port):
        proxy = await asyncio.start_server(accept, "127.0.0.1", front)
        async with PlantClient(plant, f"opc.tcp://127.0.0.1:{front}/", settings=FAST) as client:
            assert await client.wait_connected(5.0)
            paused.set()
            assert await until(lambda: not client.connected, 3.0)
            assert client.snapshot().quality("PT-1") is Quality.STALE
            paused.clear()
            assert await until(lambda: client.connected and client.snapshot().value("PT-1") is not None, 8.0)
        proxy.close()
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def test_never_writes_or_calls(plant, monkeypatch):
    """Every request the server sees is one that reads."""
    seen = []
    process = UaProcessor._process_message

    async def record(self, typeid, requesthdr, seqhdr, body):
        seen.append(ua.ObjectIdNames.get(typeid.Identifier, str(typeid)))
        return await process(self, typeid, requesthdr, seqhdr, body)

    monkeypatch.setattr(UaProcessor, "_process_message", record)
    async with (
        TinyServer(free_port()) as server,
        PlantClient(plant, f"opc.tcp://127.0.0.1:{server.port}/", settings=FAST) as client,
    ):
        assert await client.wait_connected(5.0)
        await server.set("PT-1", 7.7)
        await asyncio.sleep(0.3)
    kinds = {name.split("Request")[0] for name in seen}
    assert "Publish" in kinds
    assert kinds <= {
        "CreateSession", "ActivateSession", "CloseSession", "Read", "CreateSubscription", "CreateMonitoredItems",
        "Publish", "GetEndpoints", "CloseSecureChannel", "OpenSecureChannel", "DeleteSubscriptions",
    }  # fmt: skip


def test_the_client_has_no_way_to_write():
    names = {
        node.attr for node in ast.walk(ast.parse(inspect.getsource(twin.opcua))) if isinstance(node, ast.Attribute)
    }
    forbidden = {
        "write",
        "write_value",
        "write_attribute",
        "write_attributes",
        "set_value",
        "call",
        "call_method",
        "history_update",
    }
    assert not names & forbidden
    public = [name for name in dir(PlantClient) if not name.startswith("_")]
    assert not [name for name in public if "write" in name or "call" in name or name.startswith("set_")]
