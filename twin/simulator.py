"""Serves a simulated plant over OPC UA on this machine, in this process or in one of its own.

Faults come by schedule or by hand through Python or the handle's pipe. There is no way to make one through OPC UA.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.server.server import Server

from twin.load import load_plant
from twin.plant import Plant
from twin.simulated_plant import Fault, SimulatedPlant
from twin.tags import shown
from twin.tasks import end

_log = logging.getLogger("leakcast.simulator")
TICK = 0.1
"""Time between two steps of the simulated plant, s."""
LONGEST_CATCH_UP = 1.0
"""Simulated time that is made up for in one step after a pause, s; what lies beyond is dropped."""
_START_TIME = 90.0
_STOP_TIME = 10.0
_ANSWER_TIME = 10.0


class SimulatorFailed(RuntimeError):
    """The simulated plant did not start, ended, or refused a command; the sentence says why."""


class Simulator:
    """A simulated plant behind an OPC UA server on 127.0.0.1.

    Parameters
    ----------
    plant : Plant
    speed : float
        Simulated seconds per second.
    **options
        As `SimulatedPlant` takes them.
    """

    def __init__(self, plant: Plant, *, speed: float = 1.0, **options: Any) -> None:
        self.plant = plant
        self.speed = speed
        self.world = SimulatedPlant(plant, **options)
        self.url = ""
        self._turn = threading.Lock()
        self._server: Server | None = None
        self._nodes: dict[str, ua.NodeId] = {}
        self._written: dict[str, tuple[float, int]] = {}
        self._task: asyncio.Task[None] | None = None

    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Start the server and the plant behind it; gives the address.

        Parameters
        ----------
        host : str
        port : int
            0: any free one.
        """
        server = Server()
        await server.init()
        server.set_server_name(f"Leakcast simulated plant {self.plant.id}")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        port = port or _free_port(host)
        self.url = f"opc.tcp://{host}:{port}/"
        server.set_endpoint(self.url)
        folders = await self._folders(server)
        for name, tag in self.world.tags.items():
            index = await server.register_namespace(tag.namespace)
            number = shown(tag, self.world.shown[name][0])
            node = await folders[name].add_variable(
                ua.NodeId.from_string(f"ns={index};{tag.identifier}"),
                f"{index}:{name}",
                *_variant(tag.quantity, number),
            )
            self._nodes[name] = node.nodeid
        await server.start()
        self._server = server
        await self._publish()
        self._task = asyncio.create_task(self._run(), name="simulated plant")
        return self.url

    async def _folders(self, server: Server) -> Mapping[str, Any]:
        """A folder for the instruments and one for the detectors."""
        uri = f"urn:leakcast:plant:{self.plant.id}"
        index = await server.register_namespace(uri)
        instruments = await server.nodes.objects.add_folder(index, "Instruments")
        detectors = await server.nodes.objects.add_folder(index, "Detectors")
        return {name: detectors if name in self.plant.detectors else instruments for name in self.world.tags}

    async def stop(self) -> None:
        """Stop the plant and the server."""
        if self._task is not None:
            await end(self._task)
            self._task = None
        if self._server is not None:
            await self._server.stop()
            self._server = None

    async def _run(self) -> None:
        before = time.monotonic()
        while True:
            await asyncio.sleep(max(before + TICK - time.monotonic(), 0.0))
            now = time.monotonic()
            elapsed, before = min(now - before, LONGEST_CATCH_UP), now
            await asyncio.to_thread(self._advance, elapsed * self.speed)
            await self._publish()

    def _advance(self, duration: float) -> None:
        """Carry the plant on in steps no longer than a tick; one fault that cannot be made does not end it."""
        steps = max(round(duration / TICK), 1)
        for _ in range(steps):
            try:
                with self._turn:
                    self.world.advance(duration / steps)
            except (ValueError, LookupError) as error:
                _log.warning("%s", error)

    async def _publish(self) -> None:
        """Show what changed: value, quality and time."""
        if self._server is None:
            return
        now: Any = datetime.now(UTC)
        for name, (value, status) in self.world.shown.items():
            if self._written.get(name) == (value, status):
                continue
            self._written[name] = (value, status)
            tag = self.world.tags[name]
            number, kind = _variant(tag.quantity, shown(tag, value))
            data = ua.DataValue(
                ua.Variant(number, kind), ua.StatusCode(ua.UInt32(status)), SourceTimestamp=now, ServerTimestamp=now
            )
            await self._server.write_attribute_value(self._nodes[name], data)

    def command(self, verb: str, *arguments: Any) -> None:
        """Make a fault now: ``command("open_hole", "H-301A")``; verbs are those of `SimulatedPlant`.

        Raises
        ------
        FaultRefused, LookupError
            It cannot be made.
        """
        with self._turn:
            self.world.apply(Fault(at=0.0, do=verb, with_=_named(verb, arguments)))


_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "open_hole": ("part", "diameter"),
    "close_hole": ("part",),
    "stick": ("valve",),
    "free": ("valve",),
    "open": ("valve",),
    "close": ("valve",),
    "trip": ("shutdown",),
    "reset": ("shutdown",),
    "freeze": ("tag",),
    "bias": ("tag", "offset"),
    "bad": ("tag",),
    "restore": ("tag",),
    "wind": ("speed", "direction"),
}


def _named(verb: str, arguments: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(_ARGUMENTS.get(verb, ()), arguments, strict=False))


def _variant(quantity: str, number: float) -> tuple[Any, ua.VariantType]:
    if quantity in {"open", "closed", "tripped"}:
        return number >= 0.5, ua.VariantType.Boolean
    return float(number), ua.VariantType.Double


def _free_port(host: str) -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class SimulatorHandle:
    """A simulated plant in a process of its own.

    Attributes
    ----------
    url : str
        Where its server listens.
    """

    url: str
    _process: Any = field(repr=False)
    _pipe: Connection = field(repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def command(self, verb: str, *arguments: Any) -> Any:
        """Make a fault now, and wait until it is made: ``handle.command("open_hole", "H-301A")``.

        ``open_hole(part, diameter=None)``, ``close_hole(part)``, ``stick(valve)``, ``free(valve)``, ``close(valve)``,
        ``open(valve)``, ``trip()``, ``reset()``, ``freeze(tag)``, ``bias(tag, offset in SI)``, ``bad(tag)``,
        ``restore(tag)``, ``wind(speed, direction)``; and ``truth()`` gives what is so behind the instruments: time,
        leak rate kg/s, holes, valve positions, shutdowns tripped.

        Raises
        ------
        SimulatorFailed
            The command was refused, or the process is gone.
        """
        with self._lock:
            try:
                self._pipe.send((verb, arguments))
                if not self._pipe.poll(_ANSWER_TIME):
                    raise SimulatorFailed(f"the simulated plant did not answer '{verb}'")
                done, answer = self._pipe.recv()
            except (OSError, EOFError):
                raise SimulatorFailed("the simulated plant has ended") from None
        if not done:
            raise SimulatorFailed(str(answer))
        return answer

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return bool(self._process.is_alive())

    def stop(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError, EOFError), self._lock:
            self._pipe.send(("end", ()))
        self._process.join(_STOP_TIME)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_STOP_TIME)
        self._pipe.close()

    def __enter__(self) -> SimulatorHandle:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.stop()


def start_simulator(
    plant_folder: str | Path, port: int = 0, *, faults: Sequence[Fault] = (), speed: float = 1.0, **options: Any
) -> SimulatorHandle:
    """Serve a plant from a spawned process; returns once its server listens.

    Parameters
    ----------
    plant_folder : path
    port : int
        0: any free one.
    faults : sequence of Fault
        At given simulated times.
    speed : float
        Simulated seconds per second.
    **options
        As `SimulatedPlant` takes them: ``seed``, ``wind=(speed, direction)``, ``stability_class``,
        ``excess_flow_works``, ``noise``.

    Raises
    ------
    SimulatorFailed
        It did not start; the sentence says why.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    arguments = (str(plant_folder), port, theirs, {"faults": tuple(faults), "speed": speed, **options})
    process = context.Process(target=_serve_process, args=arguments, name="leakcast simulated plant", daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_START_TIME):
            raise SimulatorFailed(f"the simulated plant did not start within {_START_TIME:.0f} s")
        done, answer = ours.recv()
    except (OSError, EOFError):
        done, answer = False, "the simulated plant's process ended before it listened"
    except SimulatorFailed as error:
        done, answer = False, str(error)
    if not done:
        process.kill()
        process.join(_STOP_TIME)
        raise SimulatorFailed(str(answer))
    return SimulatorHandle(str(answer), process, ours)


def _serve_process(folder: str, port: int, pipe: Connection, options: dict[str, Any]) -> None:
    """Body of the spawned process."""
    logging.getLogger("asyncua").setLevel(logging.ERROR)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_until_told(folder, port, pipe, options))


async def _serve_until_told(folder: str, port: int, pipe: Connection, options: dict[str, Any]) -> None:
    try:
        simulator = Simulator(load_plant(folder), **options)
        pipe.send((True, await simulator.serve(port=port)))
    except Exception as error:  # whatever went wrong is told to the process that waits
        pipe.send((False, f"{type(error).__name__}: {error}"))
        return
    try:
        while True:
            try:
                verb, arguments = await asyncio.to_thread(pipe.recv)
            except (EOFError, OSError):
                break
            if verb == "end":
                break
            pipe.send(_answer(simulator, verb, arguments))
    finally:
        await simulator.stop()


def _answer(simulator: Simulator, verb: str, arguments: Sequence[Any]) -> tuple[bool, Any]:
    world = simulator.world
    if verb == "truth":
        return True, {
            "time": world.time,
            "leak_rate": world.leak_rate,
            "holes": dict(world.holes),
            "positions": dict(world.positions),
            "tripped": dict(world.tripped_at),
            "unsolved": world.unsolved,
        }
    try:
        simulator.command(verb, *arguments)
    except (ValueError, LookupError) as error:
        return False, str(error)
    return True, None


__all__ = ["Fault", "Simulator", "SimulatorFailed", "SimulatorHandle", "start_simulator"]
