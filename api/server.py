"""The web server around the application: on this machine only, and it stops without waiting for event streams."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.app import close_streams
from api.settings import LOOPBACK

STOP_SECONDS = 5
"""s. How long open requests may take after a stop was asked for."""
START_SECONDS = 60.0
"""s. How long the start may take."""


class Server(uvicorn.Server):
    """uvicorn that ends the event streams first."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=STOP_SECONDS, lifespan="on"
        )
        super().__init__(config)
        self.app = app
        self.listener = listener

    @property
    def address(self) -> str:
        """Where it listens."""
        host, port = self.listener.getsockname()[:2]
        return f"http://{'[' + host + ']' if ':' in host else host}:{port}"

    async def run_here(self) -> None:
        """Serve until asked to stop, in the running loop."""
        await self.serve(sockets=[self.listener])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, event streams first."""
        close_streams(self.app)
        await asyncio.sleep(0)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket on this machine.

    Raises
    ------
    ValueError
        ``host`` is not this machine.
    OSError
        The port is taken.
    """
    if host not in LOOPBACK:
        raise ValueError(f"without authentication the service listens on 127.0.0.1 only, not on {host}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


@contextmanager
def in_thread(app: FastAPI, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve from a thread while the block runs; gives the address. For tests and `leakcast bench`."""
    server = Server(app, listen(host, port))
    thread = threading.Thread(target=lambda: asyncio.run(server.run_here()), name="leakcast-http")
    thread.start()
    try:
        waited = 0.0
        while not server.started:
            if not thread.is_alive() or waited > START_SECONDS:
                raise RuntimeError("the service did not start")
            threading.Event().wait(0.02)
            waited += 0.02
        yield server.address
    finally:
        server.should_exit = True
        thread.join()
