"""``leakcast serve``: the service, set up by ``LEAKCAST_*``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from api.cli.say import WrongRequest, error, opened_plant


def serve(
    host: Annotated[str | None, typer.Option(help="this machine only: 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535)] = None,
) -> None:
    """Serve the API and the page until stopped."""
    from pydantic import ValidationError

    from api.settings import Settings

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as wrong:
        raise WrongRequest(*(_line(item["loc"], item["msg"]) for item in wrong.errors())) from None
    plants = {plant.id: plant for plant in map(opened_plant, settings.plants)}
    from api.app import create_app
    from api.server import Server, listen

    try:
        listener = listen(settings.host, settings.port)
    except OSError as wrong:
        raise WrongRequest(f"port {settings.port} of {settings.host}: {wrong.strerror}") from None
    server = Server(create_app(settings, plants_given=plants), listener)
    error(f"Leakcast at {server.address} (page) and {server.address}/v1 (API); Ctrl+C stops it")
    if not settings.opcua_url:
        error("no OPC UA server is given (LEAKCAST_OPCUA_URL): no live data, forecasts start from the plant file")
    asyncio.run(server.run_here())


def _line(location: tuple[int | str, ...], says: str) -> str:
    name = "_".join(map(str, location)).upper()
    return f"LEAKCAST_{name}: {says.removeprefix('Value error, ')}"
