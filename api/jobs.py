"""Jobs: long calculations asked for over HTTP, run on the one bounded thread pool of this process.

Kernels release the GIL, so threads are enough; the event loop only ever looks at a job's record. States are those of
OGC API - Processes: accepted, running, successful, failed, dismissed.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from api.problems import FieldError, Problem
from api.store import INTERRUPTED, UNFINISHED, JobRow, Store, now, request_digest

LOG = logging.getLogger("leakcast.jobs")
T = TypeVar("T")
POLL_SECONDS = 1.0
"""s. What a client is told to wait before it asks again."""
QUIET_SECONDS = 1.0
"""s. How long a finished field waits before it is looked whether a job runs."""
LONGEST_QUEUE_FOR_QUIET = 10
"""How often it waits; then it is written all the same."""
KEPT_RECORDS = 1000
"""Finished jobs whose record stays in memory; older ones are read from the store."""

Progress = Callable[[float, str], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a job gives.

    Attributes
    ----------
    summary : dict
        JSON-ready; kept in the store.
    datasets : Mapping
        Fields by name; ``main`` is the one a plain result link shows.
    snapshot : object
        Snapshot the job ran from, so that a comparison can start from the same one.
    """

    summary: dict[str, Any]
    datasets: Mapping[str, Any] = field(default_factory=dict)
    snapshot: Any = None


Work = Callable[[Progress, Cancelled], Outcome]


@dataclass(slots=True, eq=False)
class Job:
    """One job of this process."""

    row: JobRow
    work: Work | None = None
    progress: float = 0.0
    phase: str = "accepted"
    started: float = 0.0
    cancel: threading.Event = field(default_factory=threading.Event)
    finished: Future[None] = field(default_factory=Future)
    outcome: Outcome | None = None
    moving: threading.Lock = field(default_factory=threading.Lock)

    def as_dict(self) -> dict[str, Any]:
        """Status document, after OGC API - Processes."""
        row = self.row
        found: dict[str, Any] = {
            "id": row.id,
            "kind": row.kind,
            "plant": row.plant,
            "state": row.state,
            "progress": round(self.progress, 3),
            "phase": self.phase,
            "created_at": row.created_at,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
            "remaining_s": self._remaining(),
            "request": row.request,
            "links": links(row),
        }
        if row.problem:
            found["problem"] = row.problem
        return found

    def _remaining(self) -> float | None:
        if self.row.state != "running" or self.progress <= 0.0:
            return None
        spent = time.monotonic() - self.started
        return round(spent * (1.0 - self.progress) / self.progress, 1)


def burns(result: dict[str, Any] | None) -> bool:
    """Whether a result, or the changed side of a comparison, says what the release does if it is lit."""
    told = result or {}
    return bool(told.get("ignition") or (told.get("changed") or {}).get("ignition"))


def links(row: JobRow) -> dict[str, str]:
    """Addresses of a job and, once it is successful, of its results."""
    here = f"/v1/jobs/{row.id}"
    found = {"self": here}
    if row.state in {"accepted", "running"}:
        found["cancel"] = here
    if row.state == "successful":
        found["result"] = f"{here}/result"
        found["contours"] = f"{here}/contours"
        found["field"] = f"{here}/field.nc"
        found["picture"] = f"{here}/picture.png"
        if burns(row.result):
            found["ignition"] = f"{here}/ignition"
            found["ignition_picture"] = f"{here}/ignition.png"
    return found


class Jobs:
    """Every job of this process, the pool they run on, and their records in the store."""

    def __init__(
        self,
        store: Store,
        *,
        threads: int,
        quick_threads: int,
        queue_length: int,
        kept_results: int,
        keep: Callable[[str, Outcome], None] = lambda _job_id, _outcome: None,
    ) -> None:
        self._store = store
        self._keep = keep
        self._threads = threads
        self._queue_length = queue_length
        self._kept_results = kept_results
        self._pool = ThreadPoolExecutor(threads + quick_threads, thread_name_prefix="leakcast")
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="leakcast-keeper")
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._results: OrderedDict[str, Job] = OrderedDict()
        self._waiting: deque[Job] = deque()
        self._reserved = 0
        self._running = 0
        self._closed = False
        self._closing = threading.Event()

    async def quick(self, function: Callable[..., T], *values: Any) -> T:
        """Run something short on the pool, beside the jobs."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *values)

    def submit(self, kind: str, *, plant: str, request: dict[str, Any], work: Work, key: str | None = None) -> Job:
        """Accept a job. Blocks on the store: call it through `quick`.

        Raises
        ------
        Problem
            The queue is full, or the idempotency key was used for another request.
        """
        digest = request_digest(kind, request)
        known = self._store.with_key(key)
        if known is not None:
            return self._same(known, digest)
        row = JobRow(
            id=uuid.uuid4().hex,
            kind=kind,
            plant=plant,
            state="accepted",
            request=request,
            request_digest=digest,
            created_at=now(),
            idempotency_key=key,
        )
        job = Job(row=row, work=work)
        with self._lock:
            if len(self._waiting) + self._reserved >= self._queue_length:
                says = f"{self._queue_length} jobs are waiting already; ask again in a moment"
                raise Problem("too-many-jobs", says, retry_after=POLL_SECONDS * 2)
            self._reserved += 1
        try:
            kept = self._store.add(row)
            if kept is not row:
                return self._same(kept, digest)
            self._remember(job)
            with self._lock:
                self._waiting.append(job)
        finally:
            with self._lock:
                self._reserved -= 1
        self._store.record("job accepted", row.id, kind=kind, plant=plant)
        self._start_next()
        return job

    def adopt(
        self, kind: str, *, plant: str, request: dict[str, Any], outcome: Outcome, job_id: str | None = None
    ) -> Job:
        """Take in a result that was made elsewhere (by the live twin) as a finished job.

        Its summary is kept in the store; its field stays in memory only, as the next one is seconds away.
        """
        at = now()
        row = JobRow(
            id=job_id or uuid.uuid4().hex,
            kind=kind,
            plant=plant,
            state="successful",
            request=request,
            request_digest=request_digest(kind, request),
            created_at=at,
            started_at=at,
            finished_at=at,
            result=outcome.summary,
        )
        job = Job(row=row, progress=1.0, phase="done", outcome=outcome)
        job.finished.set_result(None)
        self._remember(job)
        self._keep_result(job)
        self._pool.submit(self._keep_adopted, row)
        return job

    def find(self, job_id: str) -> Job | None:
        """Job by id, from memory or the store; blocks on the store."""
        with self._lock:
            job = self._jobs.get(job_id)
        if job is not None:
            return job
        row = self._store.job(job_id)
        if row is None:
            return None
        old = Job(row=row, progress=float(row.state == "successful"), phase=row.state)
        old.finished.set_result(None)
        return old

    def cancel(self, job: Job) -> Job:
        """Dismiss a job that has not finished: it stops at the next place where it looks."""
        job.cancel.set()
        self._forget_waiting(job)
        if self._finish(job, "dismissed"):
            self._store.record("job dismissed", job.row.id)
        return job

    def close(self) -> None:
        """Ask every job to stop and let the threads go."""
        with self._lock:
            self._closed = True
            jobs = [job for job in self._jobs.values() if not job.finished.done()]
            self._waiting.clear()
        for job in jobs:
            self._finish(job, "failed", problem=INTERRUPTED)
            job.cancel.set()
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._keeper.shutdown(wait=True)

    def _same(self, known: JobRow, digest: str) -> Job:
        if known.request_digest != digest:
            says = "this Idempotency-Key was given with another request before"
            raise Problem("idempotency-conflict", says, (FieldError("/Idempotency-Key", says),))
        found = self.find(known.id)
        assert found is not None, "a job found by its key is in the store"
        return found

    def _remember(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.row.id] = job
            while len(self._jobs) > KEPT_RECORDS and next(iter(self._jobs.values())).finished.done():
                self._jobs.popitem(last=False)

    def _keep_result(self, job: Job) -> None:
        with self._lock:
            self._results[job.row.id] = job
            while len(self._results) > self._kept_results:
                _, oldest = self._results.popitem(last=False)
                oldest.outcome = None

    def _keep_when_quiet(self, job_id: str, outcome: Outcome) -> None:
        """Write a field to disk once no job has run for a moment: it would take the processor from the next one."""
        for _ in range(LONGEST_QUEUE_FOR_QUIET):
            if self._closing.wait(QUIET_SECONDS) or self._running == 0:
                break
        self._keep(job_id, outcome)

    def _keep_adopted(self, row: JobRow) -> None:
        try:
            self._store.add(row)
        except Exception:
            LOG.exception("could not keep job %s", row.id)

    def _forget_waiting(self, job: Job) -> None:
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)

    def _start_next(self) -> None:
        with self._lock:
            if self._closed or self._running >= self._threads or not self._waiting:
                return
            job = self._waiting.popleft()
            self._running += 1
            self._pool.submit(self._run, job)

    def _run(self, job: Job) -> None:
        try:
            if not job.cancel.is_set():
                self._run_work(job)
        except Exception:
            LOG.exception("job %s could not be recorded", job.row.id)
            self._finish(job, "failed", problem={"slug": "internal", "detail": "the store refused the result"})
        finally:
            job.work = None
            with self._lock:
                self._running -= 1
            self._start_next()

    def _run_work(self, job: Job) -> None:
        assert job.work is not None, "a job runs once"
        job.started = time.monotonic()
        job.phase = "running"
        if not self._advance(job, state="running", started_at=now()):
            return

        def progress(fraction: float, phase: str) -> None:
            job.progress, job.phase = min(max(fraction, job.progress), 1.0), phase

        try:
            outcome = job.work(progress, job.cancel.is_set)
        except Problem as problem:
            told = [error.as_dict() for error in problem.errors]
            self._finish(job, "failed", problem={"slug": problem.slug, "detail": problem.detail, "errors": told})
        except Exception:
            if not job.cancel.is_set():
                LOG.exception("job %s failed", job.row.id)
            detail = "something went wrong inside Leakcast; the log has the trace under the job's id"
            self._finish(job, "failed", problem={"slug": "internal", "detail": detail})
        else:
            if not job.finished.done():
                job.outcome = outcome
                self._keep_result(job)
                job.progress = 1.0
                if self._finish(job, "successful", result=outcome.summary):
                    self._keeper.submit(self._keep_when_quiet, job.row.id, outcome)

    def _finish(self, job: Job, state: str, **values: Any) -> bool:
        if not self._advance(job, state=state, finished_at=now(), **values):
            return False
        job.phase = "done" if state == "successful" else state
        job.finished.set_result(None)
        return True

    def _advance(self, job: Job, *, state: str, **values: Any) -> bool:
        """Move a job on, unless it has already ended; the store is written outside the pool's lock."""
        with job.moving:
            if job.row.state not in UNFINISHED:
                return False
            job.row = self._store.change(job.row, state=state, **values)
            return True
