"""Single models of the registry, and the plume grid."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api import work
from api.errors import Problem
from api.service import ServiceDep
from api.wire import ModelRequest, PlumeGridRequest

router = APIRouter(prefix="/v1", tags=["models"])


@router.get("/models", operation_id="listModels")
async def list_models(service: ServiceDep) -> JSONResponse:
    """List every model's card: what it takes and gives, where it holds, and why to believe it."""
    return JSONResponse({"models": await service.jobs.quick(work.model_cards)})


@router.get("/models/{name}", operation_id="getModel")
async def get_model(name: str, service: ServiceDep) -> JSONResponse:
    """Give one model's card."""
    cards = {card["name"]: card for card in await service.jobs.quick(work.model_cards)}
    if name not in cards:
        raise Problem("not-found", f"there is no model {name}; GET /v1/models lists them")
    return JSONResponse(cards[name])


@router.post("/models/{name}/run", operation_id="runModel")
async def run_model(name: str, request: ModelRequest, service: ServiceDep) -> JSONResponse:
    """Run one model on vocabulary names in SI."""
    service.must_be_warm(others=True)
    return JSONResponse(await service.jobs.quick(work.run_model, name, dict(request.inputs)))


@router.post("/plume-grid", operation_id="plumeGrid", response_class=Response)
async def plume_grid(request: PlumeGridRequest, service: ServiceDep) -> Response:
    """Compute a Gaussian plume on a grid: raw float32 rows (crosswind, downwind) in kg/m³, NetCDF or a summary."""
    service.must_be_warm()
    return await service.jobs.quick(work.plume_grid_response, request)
