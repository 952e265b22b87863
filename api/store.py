"""The store of jobs and audit: SQLAlchemy on SQLite by default, its schema kept by Alembic.

Every call blocks on the database; the event loop calls them in a thread.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

MIGRATIONS = Path(__file__).parent / "migrations"
METADATA = sa.MetaData()
JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("plant", sa.String(120), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("request", sa.JSON, nullable=False),
    sa.Column("request_digest", sa.String(64), nullable=False),
    sa.Column("idempotency_key", sa.String(255), unique=True),
    sa.Column("created_at", sa.String(40), nullable=False, index=True),
    sa.Column("started_at", sa.String(40)),
    sa.Column("finished_at", sa.String(40)),
    sa.Column("problem", sa.JSON),
    sa.Column("result", sa.JSON),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("what", sa.String(60), nullable=False),
    sa.Column("subject", sa.String(255), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
APPROVED, LAPSED, LIVE = "board-approved", "board-lapsed", "live-forecast"
"""Audit entries of a board, and the kind of job that live boards are kept as."""
UNFINISHED = ("accepted", "running")
INTERRUPTED = {
    "slug": "failed-job",
    "detail": "the service stopped while this job was waiting or running; ask again",
}
"""What a job says that its service did not live to finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """One job as it is kept; times are RFC 3339 UTC, on the wall clock."""

    id: str
    kind: str
    plant: str
    state: str
    request: dict[str, Any]
    request_digest: str
    created_at: str
    idempotency_key: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    problem: dict[str, Any] | None = None
    result: dict[str, Any] | None = field(default=None, repr=False)


def now() -> str:
    """Wall-clock time, RFC 3339 UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Store:
    """Jobs and audit in one database.

    Parameters
    ----------
    url : str
        SQLAlchemy URL.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._audit_lock = threading.Lock()
        _migrate(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def interrupted(self) -> int:
        """Mark jobs that an earlier process left unfinished as failed; gives how many."""
        statement = (
            sa.update(JOBS)
            .where(JOBS.c.state.in_(UNFINISHED))
            .values(state="failed", finished_at=now(), problem=INTERRUPTED)
        )
        with self._engine.begin() as connection:
            return int(connection.execute(statement).rowcount)

    def add(self, row: JobRow) -> JobRow:
        """Keep a new job; where its idempotency key is already known, gives the job that has it instead."""
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(JOBS).values(_columns(row)))
        except sa.exc.IntegrityError:
            known = self.with_key(row.idempotency_key)
            if known is None:
                raise
            return known
        return row

    def change(self, row: JobRow, **values: Any) -> JobRow:
        """Change fields of a job; gives the new row."""
        statement = sa.update(JOBS).where(JOBS.c.id == row.id).values(**values)
        with self._engine.begin() as connection:
            connection.execute(statement)
        return replace(row, **values)

    def job(self, job_id: str) -> JobRow | None:
        """Give one job, ``None`` when there is none of that id."""
        return self._one(sa.select(JOBS).where(JOBS.c.id == job_id))

    def with_key(self, key: str | None) -> JobRow | None:
        """Give the job asked for under an idempotency key."""
        return None if key is None else self._one(sa.select(JOBS).where(JOBS.c.idempotency_key == key))

    def jobs(self, *, limit: int, before: str | None = None) -> list[JobRow]:
        """Newest jobs first, without results; ``before`` is the id of the last one already seen."""
        wanted = [column for column in JOBS.c if column.name != "result"]
        statement = sa.select(*wanted).order_by(JOBS.c.created_at.desc(), JOBS.c.id.desc()).limit(limit)
        last = None if before is None else self.job(before)
        if last is not None:
            here = sa.tuple_(JOBS.c.created_at, JOBS.c.id)
            statement = statement.where(here < sa.tuple_(sa.literal(last.created_at), sa.literal(last.id)))
        with self._engine.connect() as connection:
            return [JobRow(**row) for row in connection.execute(statement).mappings()]

    def record(self, what: str, subject: str, **detail: Any) -> None:
        """Append one entry to the audit; each carries the hash of the one before."""
        with self._audit_lock, self._engine.begin() as connection:
            last = connection.execute(
                sa.select(AUDIT.c.digest).order_by(AUDIT.c.number.desc()).limit(1)
            ).scalar_one_or_none()
            entry = {
                "at": now(),
                "what": what,
                "subject": subject,
                "detail": detail,
                "previous": last or "",
            }
            connection.execute(sa.insert(AUDIT).values(**entry, digest=_digest(entry)))

    def live_approvals(self, since: str) -> dict[str, dict[str, Any]]:
        """Last approval of a live board of each plant, by plant: given since a time, and not lapsed."""
        statement = (
            sa.select(JOBS.c.plant, AUDIT.c.what, AUDIT.c.subject, AUDIT.c.detail)
            .join(JOBS, JOBS.c.id == AUDIT.c.subject)
            .where(JOBS.c.kind == LIVE, AUDIT.c.what.in_((APPROVED, LAPSED)), AUDIT.c.at >= since)
            .order_by(AUDIT.c.number)
        )
        found: dict[str, dict[str, Any]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement).mappings():
                if row["what"] == APPROVED:
                    found[row["plant"]] = {**row["detail"], "job": row["subject"]}
                else:
                    found.pop(row["plant"], None)
        return found

    def audit_broken_at(self) -> int | None:
        """Give the number of the first audit entry that was changed, removed or moved; ``None`` when all stand."""
        previous = ""
        with self._engine.connect() as connection:
            for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.number)).mappings():
                entry = {name: row[name] for name in ("at", "what", "subject", "detail", "previous")}
                if row["previous"] != previous or row["digest"] != _digest(entry):
                    return int(row["number"])
                previous = row["digest"]
        return None

    def _one(self, statement: sa.Select[Any]) -> JobRow | None:
        with self._engine.connect() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else JobRow(**row)


def request_digest(kind: str, request: dict[str, Any]) -> str:
    """Hash by which the same request is known again."""
    return hashlib.sha256(json.dumps([kind, request], sort_keys=True).encode()).hexdigest()


def _columns(row: JobRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in JOBS.c}


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _engine(url: str) -> sa.Engine:
    parts = make_url(url)
    sqlite = parts.get_backend_name() == "sqlite"
    if sqlite and parts.database and parts.database != ":memory:":
        Path(parts.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, json_serializer=_strict_json)
    if sqlite:
        sa.event.listen(engine, "connect", _tune_sqlite)
    return engine


def _strict_json(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
