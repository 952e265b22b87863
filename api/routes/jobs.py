"""Forecasts and comparisons as jobs: ask, watch, dismiss, and take the result."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse

from api import approval, work
from api.exports.geojson import contour_collection, ignition_collection
from api.exports.netcdf import netcdf_bytes
from api.jobs import POLL_SECONDS, Job, Work
from api.problems import Problem, in_field
from api.service import Service, ServiceDep, must_be_successful
from api.wire import ApprovalRequest, ComparisonRequest, ForecastRequest, plain

router = APIRouter(prefix="/v1", tags=["forecasts"])
LONGEST_WAIT = 30.0
"""s. How long a request may be held until its job ends."""

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)]
Wait = Annotated[float, Query(ge=0.0, le=LONGEST_WAIT, allow_inf_nan=False, description="s to wait for the end")]
_NOT_BURNING = {"description": "what leaks does not burn", "content": {"application/problem+json": {}}}
_GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"description": "a FeatureCollection", "content": {"application/geo+json": {}}},
    404: _NOT_BURNING,
}
_PNG: dict[int | str, dict[str, Any]] = {
    200: {"description": "a picture", "content": {"image/png": {}}},
    404: _NOT_BURNING,
}
Which = Annotated[Literal["main", "base", "changed"], Query(description="which forecast of a comparison")]


@router.post("/forecasts", status_code=202, operation_id="requestForecast")
async def request_forecast(
    request: ForecastRequest, service: ServiceDep, idempotency_key: Key = None, wait: Wait = 0.0
) -> JSONResponse:
    """Ask for a forecast of a release from the plant's present state."""
    desk = service.desk_in_body(request.plant)
    work.check_request(desk.plant, request)
    service.must_be_warm()
    task = work.forecast(desk.plant, service.snapshot_or_none(desk), request)
    return await _accept(service, "forecast", request.plant, plain(request), task, idempotency_key, wait)


@router.post("/comparisons", status_code=202, operation_id="requestComparison")
async def request_comparison(
    request: ComparisonRequest, service: ServiceDep, idempotency_key: Key = None, wait: Wait = 0.0
) -> JSONResponse:
    """Ask for the same forecast with something changed, and the difference."""
    base, snapshot, known = await _base(service, request)
    where = "forecast/plant" if request.forecast else "job"
    desk = service.desk_in_body(base.plant, where)
    changed = base.with_changes(request.change)
    work.check_request(desk.plant, base)
    work.check_request(desk.plant, changed)
    service.must_be_warm()
    if snapshot is None:
        snapshot, known = service.snapshot_or_none(desk), None
    task = work.comparison(desk.plant, snapshot, base, changed, known)
    return await _accept(service, "comparison", base.plant, plain(request), task, idempotency_key, wait)


async def _base(service: Service, request: ComparisonRequest) -> tuple[ForecastRequest, Any, Any]:
    if request.forecast is not None:
        return request.forecast, None, None
    found = await service.jobs.quick(service.jobs.find, request.job or "")
    if found is None:
        raise in_field("job", f"there is no job {request.job}")
    if found.row.kind == "comparison":
        raise in_field("job", "is a comparison; give the job of a forecast")
    base = ForecastRequest.model_validate(found.row.request)
    outcome = found.outcome
    if outcome is None:
        return base, None, None
    known = outcome.datasets.get("main")
    if known is not None and outcome.snapshot is not None and known.attrs["snapshot"] != outcome.snapshot.id:
        known = None  # both sides of a comparison start from one snapshot
    return base, outcome.snapshot, known


async def _accept(
    service: Service, kind: str, plant: str, request: dict[str, Any], task: Work, key: str | None, wait: float
) -> JSONResponse:
    job = await service.jobs.quick(lambda: service.jobs.submit(kind, plant=plant, request=request, work=task, key=key))
    await _wait(job, wait)
    ended = job.finished.done()
    headers = {"Location": f"/v1/jobs/{job.row.id}"}
    if not ended:
        headers["Retry-After"] = str(round(POLL_SECONDS))
    return JSONResponse(job.as_dict(), status_code=202, headers=headers)


async def _wait(job: Job, seconds: float) -> None:
    if seconds > 0.0:
        await asyncio.wait([asyncio.wrap_future(job.finished)], timeout=seconds)


@router.get("/jobs", operation_id="listJobs")
async def list_jobs(
    service: ServiceDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    before: Annotated[str | None, Query(max_length=40, description="id of the last job already seen")] = None,
) -> dict[str, Any]:
    """List jobs, newest first; what a result says of ignition is linked from the job itself."""
    rows = await service.jobs.quick(lambda: service.store.jobs(limit=limit, before=before))
    found = [Job(row=row, progress=float(row.state == "successful"), phase=row.state) for row in rows]
    more = f"/v1/jobs?limit={limit}&before={rows[-1].id}" if len(rows) == limit else None
    return {"jobs": [job.as_dict() for job in found], "next": more}


@router.get("/jobs/{job_id}", operation_id="getJob")
async def get_job(job_id: str, service: ServiceDep, wait: Wait = 0.0) -> JSONResponse:
    """Give a job's state and progress."""
    job = await service.job(job_id)
    await _wait(job, wait)
    headers = {} if job.finished.done() else {"Retry-After": str(round(POLL_SECONDS))}
    return JSONResponse(job.as_dict(), headers=headers)


@router.delete("/jobs/{job_id}", operation_id="dismissJob")
async def dismiss_job(job_id: str, service: ServiceDep) -> JSONResponse:
    """Dismiss a job that has not ended; one that has ended stays as it is."""
    job = await service.job(job_id)
    await service.jobs.quick(service.jobs.cancel, job)
    return JSONResponse(job.as_dict())


@router.get("/jobs/{job_id}/result", operation_id="getResult")
async def get_result(job_id: str, service: ServiceDep) -> JSONResponse:
    """Give the summary: leak, zones, receptors, caveats, or a comparison's difference."""
    job = await service.job(job_id)
    must_be_successful(job)
    if job.row.result is None:
        raise Problem("gone", f"the result of job {job_id} is not kept any more; ask again")
    return JSONResponse({"job": job_id, "kind": job.row.kind, **job.row.result})


@router.get("/jobs/{job_id}/board", operation_id="getBoard")
async def get_board(job_id: str, service: ServiceDep) -> dict[str, Any]:
    """Give the protective-action board of a forecast: a proposal until the role named on it approves."""
    return {"job": job_id, "board": approval.board_of(await service.job(job_id))}


@router.post("/jobs/{job_id}/board/approval", operation_id="approveBoard")
async def approve_board(
    job_id: str,
    request: ApprovalRequest,
    service: ServiceDep,
    authorization: Annotated[str | None, Header(max_length=500, description="Bearer and the role's key")] = None,
) -> dict[str, Any]:
    """Approve the board of a forecast in the name of a role's holder. It is recorded; nothing is sent to a plant."""
    job = await service.job(job_id)
    return await service.jobs.quick(approval.approve, service, job, request, authorization)


@router.get("/jobs/{job_id}/contours", operation_id="getContours")
async def get_contours(
    job_id: str,
    service: ServiceDep,
    of: Which = "main",
    branch: Literal["isolation-fails", "isolates"] | None = None,
    frames: bool = True,
) -> Response:
    """Give contours as GeoJSON in longitude and latitude: whole-run zones and, unless left out, frames in time."""
    job = await service.job(job_id)

    def make() -> bytes:
        import json

        from scenarios.contours import contours
        from scenarios.dataset import Branch

        found = contours(service.dataset(job, of), branch=branch and Branch(branch), frames=frames)
        plant = service.desk(job.row.plant).plant
        return json.dumps(contour_collection(found, plant.to_lonlat), allow_nan=False).encode()

    return Response(await service.jobs.quick(make), media_type="application/geo+json")


@router.get("/jobs/{job_id}/field.nc", operation_id="getField")
async def get_field(job_id: str, service: ServiceDep, of: Which = "main") -> Response:
    """Give the field as CF NetCDF."""
    job = await service.job(job_id)
    body = await service.jobs.quick(lambda: netcdf_bytes(service.dataset(job, of)))
    headers = {"Content-Disposition": f'attachment; filename="leakcast-{job_id}.nc"'}
    return Response(body, media_type="application/x-netcdf", headers=headers)


@router.get("/jobs/{job_id}/picture.png", operation_id="getPicture")
async def get_picture(
    job_id: str, service: ServiceDep, of: Which = "main", language: Literal["en", "zh"] = "en"
) -> Response:
    """Give one picture: zones, receptors, wind, caveats and scale."""
    job = await service.job(job_id)

    def make() -> bytes:
        from api.exports.picture import picture

        plant = service.desk(job.row.plant).plant
        return picture(plant, service.dataset(job, of), language=language)

    return Response(await service.jobs.quick(make), media_type="image/png")


@router.get("/jobs/{job_id}/ignition", operation_id="getIgnition", response_class=Response, responses=_GEOJSON)
async def get_ignition(job_id: str, service: ServiceDep, of: Which = "main") -> Response:
    """Give what the release does if it is lit as GeoJSON in longitude and latitude: 404 for what does not burn.

    Polygons of ``kind`` jet-fire, pool-fire, flash-fire or explosion carry their ``level`` and ``edge``; points of kind
    next-vessel are vessels that may fail, with when, how likely, and the fireball of each.
    """
    job = await service.job(job_id)

    def make() -> bytes:
        import json

        from scenarios.result import ignition

        found = ignition(service.dataset(job, of))
        if found is None:
            raise _does_not_burn(job_id)
        plant = service.desk(job.row.plant).plant
        return json.dumps(ignition_collection(found, plant.to_lonlat), allow_nan=False).encode()

    return Response(await service.jobs.quick(make), media_type="application/geo+json")


@router.get("/jobs/{job_id}/ignition.png", operation_id="getIgnitionPicture", response_class=Response, responses=_PNG)
async def get_ignition_picture(
    job_id: str, service: ServiceDep, of: Which = "main", language: Literal["en", "zh"] = "en"
) -> Response:
    """Give one picture of heat, overpressure and what fails next if it is lit: 404 for what does not burn."""
    job = await service.job(job_id)

    def make() -> bytes:
        from api.exports.ignition_picture import ignition_picture

        dataset = service.dataset(job, of)
        if "ignition" not in dataset:
            raise _does_not_burn(job_id)
        return ignition_picture(service.desk(job.row.plant).plant, dataset, language=language)

    return Response(await service.jobs.quick(make), media_type="image/png")


def _does_not_burn(job_id: str) -> Problem:
    return Problem("not-found", f"what leaks in job {job_id} does not burn: it has no ignition")
