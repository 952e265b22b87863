"""Serves a simulated plant from this process until stopped, with the faults asked for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.cli.say import WrongRequest, line

if TYPE_CHECKING:
    from twin.plant import Plant
    from twin.simulated_plant import Fault


def serve_plant(
    plant: Plant,
    *,
    port: int,
    holes: Sequence[str],
    stick: Sequence[str],
    freeze: Sequence[str],
    bad: Sequence[str],
    wind: str | None,
) -> None:
    """Serve until stopped.

    Raises
    ------
    WrongRequest
        A fault names something the plant does not have, or the port is taken.
    """
    faults = [
        *(hole(text) for text in holes),
        *(_fault(0.0, "stick", valve=tag) for tag in stick),
        *(_fault(0.0, "freeze", tag=tag) for tag in freeze),
        *(_fault(0.0, "bad", tag=tag) for tag in bad),
    ]
    if wind is not None:
        speed, direction = _numbers(wind, "SPEED_M_S:FROM_DEG", 2)
        faults.append(_fault(0.0, "wind", speed=speed, direction=direction))
    _try(plant, faults)
    logging.getLogger("asyncua").setLevel(logging.ERROR)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(plant, port, faults))


def hole(text: str) -> Fault:
    """Read ``PART``, ``PART:DIAMETER_M`` or ``PART:DIAMETER_M:AT_S``; an empty diameter is the full bore.

    Raises
    ------
    WrongRequest
        A number is none.
    """
    part, *rest = text.split(":")
    diameter = _number(rest[0], text) if rest and rest[0] else None
    at = _number(rest[1], text) if len(rest) > 1 else 0.0
    return _fault(at, "open_hole", part=part, diameter=diameter)


def _fault(at: float, do: str, **arguments: Any) -> Fault:
    from twin.simulated_plant import Fault

    return Fault(at=at, do=do, with_=arguments)


def _numbers(text: str, form: str, count: int) -> list[float]:
    parts = text.split(":")
    if len(parts) != count:
        raise WrongRequest(f"{text}: give {form}")
    return [_number(part, text) for part in parts]


def _number(text: str, whole: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WrongRequest(f"{whole}: '{text}' is no number")
    return value


def _try(plant: Plant, faults: Sequence[Fault]) -> None:
    """Make every fault once on a plant nobody sees, so that a wrong one is refused before serving starts."""
    from twin.simulated_plant import SimulatedPlant

    world = SimulatedPlant(plant, noise=False)
    for fault in faults:
        try:
            world.apply(fault)
        except (ValueError, LookupError) as wrong:
            raise WrongRequest(f"{fault.do}: {wrong}") from None


async def _serve(plant: Plant, port: int, faults: Sequence[Fault]) -> None:
    from twin.simulator import Simulator

    simulator = Simulator(plant, faults=faults)
    try:
        url = await simulator.serve(port=port)
    except OSError as wrong:
        raise WrongRequest(f"port {port} of 127.0.0.1: {wrong.strerror or wrong}") from None
    line(f"{plant.id} at {url}; Ctrl+C stops it")
    try:
        await asyncio.Event().wait()
    finally:
        await simulator.stop()
