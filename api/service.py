"""What the routes share: settings, store, jobs, results, plants and how warm the kernels are."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request

from api.jobs import Job, Jobs
from api.plants import Desk
from api.problems import Problem, in_field
from api.results import Results
from api.settings import Settings
from api.store import Store

LOG = logging.getLogger("leakcast.service")
WARM_UP_RETRY = 2.0
"""s. When to ask again while kernels are being compiled."""


@dataclass(slots=True)
class Warmth:
    """How far the kernels are compiled: what the default forecast needs, and all others."""

    forecast: bool = False
    others: bool = False
    problem: str = ""


@dataclass(slots=True)
class Service:
    """Everything a route needs."""

    settings: Settings
    store: Store
    jobs: Jobs
    results: Results
    desks: dict[str, Desk]
    warmth: Warmth = field(default_factory=Warmth)
    folders: dict[str, Path] = field(default_factory=dict)
    approvals: dict[str, dict[str, Any]] = field(default_factory=dict)

    def desk(self, plant: str) -> Desk:
        """Give the desk of a plant named in an address."""
        if plant not in self.desks:
            raise Problem("not-found", f"there is no plant {plant}; there are: {', '.join(self.desks)}")
        return self.desks[plant]

    def desk_in_body(self, plant: str, field_name: str = "plant") -> Desk:
        """Give the desk of a plant named in a body."""
        if plant not in self.desks:
            raise in_field(field_name, f"there is no plant {plant}; there are: {', '.join(self.desks)}")
        return self.desks[plant]

    def snapshot(self, desk: Desk) -> Any:
        """Give what a plant's instruments say now.

        Raises
        ------
        Problem
            ``no-live-data``: no server is given or none has answered yet.
        """
        if desk.twin is None:
            says = f"no OPC UA server is given for {desk.plant.id}; set LEAKCAST_OPCUA_URL"
            raise Problem("no-live-data", says, retry_after=30.0)
        snapshot = desk.twin.snapshot()
        if all(reading.received_time is None for reading in snapshot.readings.values()):
            says = f"no reading of {desk.plant.id} has arrived yet"
            raise Problem("no-live-data", says, retry_after=WARM_UP_RETRY)
        return snapshot

    def snapshot_or_none(self, desk: Desk) -> Any:
        """Give what a plant's instruments say now, or none: a forecast then says that it comes from the plant file."""
        try:
            return self.snapshot(desk)
        except Problem:
            return None

    def must_be_warm(self, *, others: bool = False) -> None:
        """Refuse while the kernels a request needs are being compiled.

        Raises
        ------
        Problem
            ``not-ready``.
        """
        if not (self.warmth.others if others else self.warmth.forecast):
            says = self.warmth.problem or "kernels are being compiled"
            raise Problem("not-ready", says, retry_after=WARM_UP_RETRY)

    async def job(self, job_id: str) -> Job:
        """Give a job by id."""
        found = await self.jobs.quick(self.jobs.find, job_id)
        if found is None:
            raise Problem("not-found", f"there is no job {job_id}")
        return found

    def dataset(self, job: Job, name: str = "main") -> Any:
        """Give a Dataset of a finished job; blocks on the disk.

        Raises
        ------
        Problem
            The job is not finished, failed, has no such Dataset, or its field is not kept any more.
        """
        must_be_successful(job)
        if job.outcome is not None and name in job.outcome.datasets:
            return job.outcome.datasets[name]
        found = None if job.outcome is not None else self.results.load(job.row.id, name)
        if found is None:
            raise Problem("gone", f"the field of job {job.row.id} is not kept any more; ask again")
        return found


def must_be_successful(job: Job) -> None:
    """Refuse the result of a job that has none.

    Raises
    ------
    Problem
        ``not-finished`` or ``failed-job``.
    """
    state = job.row.state
    if state == "failed":
        raise Problem("failed-job", str((job.row.problem or {}).get("detail", "the job failed")))
    if state != "successful":
        raise Problem("not-finished", f"job {job.row.id} is {state}", retry_after=1.0)


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


ServiceDep = Annotated[Service, Depends(_service)]
"""The running service, for routes."""
