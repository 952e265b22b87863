"""Is it alive, and is it ready."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.service import ServiceDep

router = APIRouter(tags=["health"])


@router.get("/livez", operation_id="live")
async def live() -> dict[str, str]:
    """Say that the event loop runs."""
    return {"status": "alive"}


@router.get("/readyz", operation_id="ready")
async def ready(service: ServiceDep) -> dict[str, Any]:
    """Say that every kernel of a forecast is compiled, or answer 503 until it is."""
    service.must_be_warm()
    return {
        "status": "ready",
        "other_models": "ready" if service.warmth.others else "warming",
        "plants": {name: _connection(desk) for name, desk in service.desks.items()},
    }


def _connection(desk: Any) -> str:
    if desk.twin is None:
        return "no server given"
    return "connected" if desk.twin.snapshot().connected else "not connected"
