"""Approving a protective-action board: who may, which board it was, and the trace it leaves.

The service has no accounts yet; a role is known by its key, of which the settings hold the SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from api.jobs import Job
from api.problems import Problem, in_field
from api.service import Service, must_be_successful
from api.store import APPROVED, LAPSED, LIVE, Store, now
from api.wire import ApprovalRequest

_SCHEME = "bearer"
KEPT = timedelta(hours=1)
"""Age of an approval up to which it survives a restart (judgement)."""


def role_of(keys: Mapping[str, str], authorization: str | None) -> str:
    """Role whose key an Authorization header carries.

    Raises
    ------
    Problem
        ``forbidden``: no role has that key, or none has any.
    """
    if not keys:
        raise Problem("forbidden", "no role has a key yet: set LEAKCAST_ROLE_KEYS to ROLE:SHA256-OF-ITS-KEY")
    scheme, _, key = (authorization or "").partition(" ")
    digest = hashlib.sha256(key.strip().encode()).hexdigest()
    found = [role for role, known in keys.items() if hmac.compare_digest(known, digest)]
    if scheme.lower() != _SCHEME or not key.strip() or not found:
        raise Problem("forbidden", "give the key of a role as Authorization: Bearer KEY")
    return found[0]


def board_of(job: Job) -> dict[str, Any]:
    """Board of a finished forecast.

    Raises
    ------
    Problem
        ``not-finished``, or ``not-found`` where the job has none.
    """
    must_be_successful(job)
    board = (job.row.result or {}).get("board")
    if not board:
        raise Problem("not-found", f"job {job.row.id} has no protective-action board")
    found: dict[str, Any] = board
    return found


def approve(service: Service, job: Job, request: ApprovalRequest, authorization: str | None) -> dict[str, Any]:
    """Approve a board in the name of a role's holder; blocks on the store.

    Raises
    ------
    Problem
        ``forbidden``: no key, or the wrong role's; ``board-changed``: the digest is that of another board.
    """
    role = role_of(service.settings.roles, authorization)
    board = board_of(job)
    required = board["approval"]["required_role"]
    if role != required:
        service.store.record("approval-refused", job.row.id, role=role, required_role=required)
        raise Problem("forbidden", f"the board is approved by the {required}, not by the {role}")
    if not request.approved_by.strip():
        raise in_field("approved_by", "must be a name")
    if request.digest != board["digest"]:
        raise Problem("board-changed", f"the board of job {job.row.id} is {board['digest']}; read it again")
    approval = {"required_role": required, "role": role, "approved_by": request.approved_by, "approved_at": now()}
    service.store.record(APPROVED, job.row.id, digest=board["digest"], **approval)
    _keep(service, job, {**board, "approval": approval})
    if job.row.kind == LIVE:
        service.approvals[job.row.plant] = {"digest": board["digest"], "job": job.row.id, **approval}
        service.desk(job.row.plant).hub.publish("approval", {"job": job.row.id, "approval": approval})
    return {"job": job.row.id, "digest": board["digest"], "approval": approval}


def _keep(service: Service, job: Job, board: dict[str, Any]) -> None:
    result = {**(job.row.result or {}), "board": board}
    job.row = service.store.change(job.row, result=result)
    if job.outcome is not None:
        job.outcome = replace(job.outcome, summary=result)


def carried_over(service: Service, plant: str, summary: dict[str, Any]) -> dict[str, Any]:
    """Give a live forecast's summary the approval of the one before, as long as what is proposed is the same."""
    known, board = service.approvals.get(plant), summary.get("board")
    if known is None or not board:
        return summary
    if known["digest"] != board["digest"]:
        service.approvals.pop(plant, None)  # what is proposed has changed: it is to be approved again
        service.store.record(LAPSED, known["job"], digest=known["digest"])
        return summary
    approval = {key: value for key, value in known.items() if key not in ("digest", "job")}
    return {**summary, "board": {**board, "approval": {**approval, "carried_from_job": known["job"]}}}


def restored(store: Store) -> dict[str, dict[str, Any]]:
    """Approvals of live boards that an earlier process left, by plant: recent ones that have not lapsed."""
    since = (datetime.now(UTC) - KEPT).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return store.live_approvals(since)
