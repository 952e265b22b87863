"""Plants: what they are, what they say now, and what happens in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api import views, work
from api.problems import Problem
from api.service import ServiceDep

router = APIRouter(prefix="/v1/plants", tags=["plants"])
LONGEST_LOOK_AHEAD = 7200.0
"""s."""


@router.get("", operation_id="listPlants")
async def list_plants(service: ServiceDep) -> dict[str, Any]:
    """List the plants."""
    return {
        "plants": [
            {"id": desk.plant.id, "name": desk.plant.name, "links": {"self": f"/v1/plants/{desk.plant.id}"}}
            for desk in service.desks.values()
        ]
    }


@router.get("/{plant}", operation_id="getPlant")
async def get_plant(plant: str, service: ServiceDep) -> dict[str, Any]:
    """Give a plant's parts."""
    return views.plant(service.desk(plant).plant)


@router.get("/{plant}/site", operation_id="getSite")
async def get_site(plant: str, service: ServiceDep) -> JSONResponse:
    """Give the site map as GeoJSON."""
    return JSONResponse(views.site(service.desk(plant).plant), media_type="application/geo+json")


@router.get("/{plant}/state", operation_id="getState")
async def get_state(plant: str, service: ServiceDep) -> dict[str, Any]:
    """Give every tag with value, quality and age."""
    desk = service.desk(plant)
    return views.snapshot(desk.plant, service.snapshot(desk))


@router.get("/{plant}/major-hazards", operation_id="getMajorHazards")
async def get_major_hazards(plant: str, service: ServiceDep) -> dict[str, Any]:
    """Grade every unit by GB 18218-2018: S and R of the most it may hold, and of what it holds now beside them."""
    from twin.major_hazard import major_hazards

    desk = service.desk(plant)
    units = await service.jobs.quick(major_hazards, desk.plant, service.snapshot(desk))
    return {"plant": plant, "units": [unit.as_dict() for unit in units]}


@router.get("/{plant}/forecast", operation_id="getLiveForecast")
async def get_live_forecast(plant: str, service: ServiceDep) -> dict[str, Any]:
    """Give the running forecast of the leak the twin sees, or null."""
    import json

    event = service.desk(plant).hub.latest.get("forecast")
    return {"plant": plant, "forecast": json.loads(event.text) if event else None}


@router.get("/{plant}/look-ahead", operation_id="lookAhead")
async def get_look_ahead(
    plant: str,
    service: ServiceDep,
    duration_s: Annotated[float, Query(ge=60.0, le=LONGEST_LOOK_AHEAD, allow_inf_nan=False)] = 1800.0,
) -> dict[str, Any]:
    """Run the process model ahead from the live snapshot: which limit is reached when."""
    desk = service.desk(plant)
    service.must_be_warm()
    found = await service.jobs.quick(work.look_ahead, desk.plant, service.snapshot(desk), duration_s)
    return {"plant": plant, **found}


@router.get("/{plant}/events", operation_id="streamEvents", response_class=EventSourceResponse)
async def stream_events(
    plant: str,
    service: ServiceDep,
    last_event_id: Annotated[str | None, Header(max_length=80)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Stream what happens: snapshot, connection, leak, forecast, look-ahead; resumes after Last-Event-ID."""
    hub = service.desk(plant).hub
    if hub.clients >= service.settings.event_clients:
        raise Problem("too-many-jobs", "too many clients listen already", retry_after=5.0)
    async for event in hub.listen(last_event_id):
        yield ServerSentEvent(raw_data=event.text, event=event.kind, id=event.id)
