"""The HTTP service: FastAPI under ``/v1``, the page at ``/``."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import metadata
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from api import errors, views, work
from api.approval import carried_over, restored
from api.guard import Guard
from api.jobs import Jobs, Outcome
from api.plants import Desk, Hub, Twin
from api.results import Results
from api.routes import health, jobs, models, page, plants
from api.sentences import in_chinese, with_chinese
from api.service import Service
from api.settings import Settings
from api.store import Store
from api.wire import plain
from twin.tasks import end

if TYPE_CHECKING:
    from twin.plant import Plant

LOG = logging.getLogger("leakcast.service")
STATEMENT = (
    "Leakcast gives consequence forecasts with their uncertainty and caveats. It never writes to a plant, and it is "
    "not a substitute for the plant's own safety system."
)

MakeTwin = Callable[["Plant", str], Twin]


def create_app(
    settings: Settings | None = None, *, plants_given: Mapping[str, Plant] | None = None, twin: Twin | None = None
) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment when not given.
    plants_given : mapping, optional
        Plants by id already loaded; else those of the settings are.
    twin : Twin, optional
        Live twin of the first plant, made by the caller; else one is made for ``opcua_url``.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service = await asyncio.to_thread(_open, settings, plants_given, twin)
        app.state.service = service
        warming = asyncio.create_task(_warm_up(service))
        for desk in service.desks.values():
            await desk.start()
        try:
            yield
        finally:
            await end(warming)
            for desk in service.desks.values():
                await desk.stop()
            await asyncio.to_thread(_close, service)

    app = FastAPI(
        title="Leakcast",
        version=_version(),
        description=STATEMENT,
        lifespan=lifespan,
        docs_url=None,  # Swagger's page asks another host for its scripts
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    errors.install(app)
    for routes in (health, plants, jobs, models, page):
        app.include_router(routes.router)
    app.add_middleware(Guard, max_body_bytes=settings.max_body_bytes)
    return app


def close_streams(app: FastAPI) -> None:
    """End every event stream, so that a server can stop without waiting for its listeners."""
    service: Service | None = getattr(app.state, "service", None)
    for desk in service.desks.values() if service else ():
        desk.hub.close()


def _version() -> str:
    try:
        return metadata.version("leakcast")
    except metadata.PackageNotFoundError:
        return "0"


def _open(settings: Settings, given: Mapping[str, Plant] | None, twin: Twin | None) -> Service:
    if settings.warm_up:
        work.prepare()
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    store = Store(settings.store_url)
    interrupted = store.interrupted()
    if interrupted:
        LOG.warning("%d jobs of an earlier run were interrupted and are marked as failed", interrupted)
    found = Results(settings.results_folder, kept=settings.kept_files)
    pool = Jobs(
        store,
        threads=settings.job_threads,
        quick_threads=settings.quick_threads,
        queue_length=settings.queue_length,
        kept_results=settings.kept_results,
        keep=found.save,
    )
    service = Service(settings=settings, store=store, jobs=pool, results=found, desks={}, approvals=restored(store))
    for number, plant in enumerate(_plants(settings, given)):
        hub = Hub(history=settings.event_history, queue=settings.event_queue)
        own = (twin or _twin(plant, settings.opcua_url)) if number == 0 else None
        service.desks[plant.id] = Desk(plant=plant, twin=own, hub=hub, view=_event_view(service))
    return service


def _plants(settings: Settings, given: Mapping[str, Plant] | None) -> list[Plant]:
    if given is not None:
        return list(given.values())
    from twin.library import find_plant
    from twin.load import load_plant

    return [load_plant(find_plant(name)) for name in settings.plants]


def _twin(plant: Plant, url: str) -> Twin | None:
    if not url:
        return None
    from scenarios.live import LiveTwin

    return LiveTwin(plant, url)


def _close(service: Service) -> None:
    service.jobs.close()
    service.store.close()


def _event_view(service: Service) -> Callable[[Desk, str, dict[str, Any]], dict[str, Any]]:
    """Give what an event of the twin looks like on the stream."""

    def view(desk: Desk, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        assert desk.twin is not None, "events come from a twin"
        if kind == "snapshot":
            return {**data, **views.snapshot(desk.plant, desk.twin.snapshot())}
        if kind == "forecast":
            return _adopted(service, desk, desk.twin, data)
        if kind == "leak":
            return {**data, "evidence_zh": [in_chinese(words) or words for words in data.get("evidence", ())]}
        return data

    return view


def _adopted(service: Service, desk: Desk, twin: Twin, data: dict[str, Any]) -> dict[str, Any]:
    dataset = twin.latest_forecast()
    if dataset is None or "summary" not in data:
        return data
    told = carried_over(service, desk.plant.id, with_chinese(data.pop("summary")))
    outcome = Outcome(summary=told, datasets={"main": dataset}, snapshot=twin.snapshot())
    request = plain(work.request_of(outcome.summary["scenario"]))
    job = service.jobs.adopt("live-forecast", plant=desk.plant.id, request=request, outcome=outcome)
    status = job.as_dict()
    return {**data, "job": job.row.id, "links": status["links"], "summary": outcome.summary}


async def _warm_up(service: Service) -> None:
    """Compile what a default forecast needs in a thread, then the other models' kernels in a process of their own."""
    warmth = service.warmth
    if not service.settings.warm_up:
        warmth.forecast = warmth.others = True
        return
    for desk in service.desks.values():
        try:
            await service.jobs.quick(work.warm_up, desk.plant)
        except Exception as error:
            LOG.exception("warm-up failed")
            warmth.problem = f"the default forecast of {desk.plant.id} failed at start: {type(error).__name__}"
            return
    warmth.forecast = True
    await _warm_others()
    warmth.others = True


async def _warm_others() -> None:
    """Fill the cache of compiled kernels from a process of its own: compiling here would hold the interpreter."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import os; os.nice(10); from api.work import warm_models; warm_models()",
        stdin=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        if await process.wait() != 0:
            LOG.warning("not every model could be warmed up; the first request for one may compile")
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
