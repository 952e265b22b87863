"""Single models of the registry, and the plume grid."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api import work
from api.problems import Problem
from api.service import ServiceDep
from api.wire import Axis, ModelRequest, PlumeGridRequest

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
    return await service.jobs.quick(_grid_response, request)


def _grid_response(request: PlumeGridRequest) -> Response:
    """Plume grid in the format asked for; nothing of a grid goes through JSON."""
    import numpy as np

    from physics.dispersion.sigma import BRIGGS_RURAL

    field = work.plume_grid(request)
    shape = f"{request.crosswind.count},{request.downwind.count}"
    headers = {
        "X-Leakcast-Shape": shape,
        "X-Leakcast-Unit": "kg m-3",
        "X-Leakcast-Averaging-Time-S": f"{BRIGGS_RURAL.averaging_time:g}",
        "X-Leakcast-Model": f"gaussian-plume-{BRIGGS_RURAL.name}",
    }
    if request.format == "float32":
        body = np.asarray(field, dtype="<f4").tobytes()
        return Response(body, media_type="application/octet-stream", headers=headers)
    if request.format == "netcdf":
        return Response(_grid_netcdf(request, field), media_type="application/x-netcdf", headers=headers)
    peak = np.unravel_index(int(np.argmax(field)), field.shape)
    return JSONResponse(
        {
            "model": headers["X-Leakcast-Model"],
            "averaging_time_s": BRIGGS_RURAL.averaging_time,
            "peak_kg_m3": float(field[peak]),
            "peak_downwind_m": request.downwind.start_m + request.downwind.step_m * int(peak[1]),
            "peak_crosswind_m": request.crosswind.start_m + request.crosswind.step_m * int(peak[0]),
        },
        headers=headers,
    )


def _grid_netcdf(request: PlumeGridRequest, field: Any) -> bytes:
    import numpy as np
    import xarray

    from api.exports.netcdf import netcdf_bytes
    from physics.quantities import attributes

    def axis(name: str, given: Axis) -> Any:
        return (name, work.positions(given), attributes(f"{name}_distance"))

    dataset = xarray.Dataset(
        {
            "concentration": (
                ("crosswind", "downwind"),
                np.asarray(field, dtype=np.float32),
                attributes("concentration"),
            )
        },
        coords={
            "downwind": axis("downwind", request.downwind),
            "crosswind": axis("crosswind", request.crosswind),
        },
        attrs={"title": "steady Gaussian plume", "request": request.model_dump_json()},
    )
    return netcdf_bytes(dataset)
