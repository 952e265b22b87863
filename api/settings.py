"""Settings of the service, read from ``LEAKCAST_*`` environment variables."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The only names the service binds to and answers for while it has no authentication."""
ROLE_KEY = re.compile(r"[a-z][a-z0-9-]{0,59}:[0-9a-f]{64}")
"""How a role and the hash of its key are written."""
MEGABYTE = 1_000_000
"""Bytes."""


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("leakcast", appauthor=False))


class Settings(BaseSettings):
    """Everything a person may set; each field is an environment variable ``LEAKCAST_`` + its name.

    Attributes
    ----------
    host, port
        Where the service listens. There is no authentication yet, so only this machine is allowed.
    plants
        Plant folders or names of shipped plants, separated by commas.
    opcua_url
        Server the (first) plant's tags come from; empty leaves the plant without live data.
    data_folder
        Holds the database and the results of finished jobs.
    database_url
        SQLAlchemy URL of the store of jobs and audit; SQLite in `data_folder` by default.
    job_threads, quick_threads, queue_length
        Forecasts that run at once, threads for short calculations beside them, and jobs that may wait.
    max_body_bytes
        Longest request body that is read.
    event_history, event_queue
        Events kept for clients that resume, and events that may wait for one slow client.
    kept_results
        Results kept in memory; `kept_files` are kept on disk.
    role_keys
        Who may approve, separated by commas: a role, a colon, and the SHA-256 of its key in hexadecimal.
    warm_up
        Run the default forecast at start, so that no request compiles; ``/readyz`` waits for it.
    """

    model_config = SettingsConfigDict(env_prefix="LEAKCAST_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    plants: Annotated[tuple[str, ...], NoDecode] = ("festus-chlorine",)
    opcua_url: str = ""
    data_folder: Path = Field(default_factory=_data_folder)
    database_url: str = ""
    job_threads: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1, le=256)
    quick_threads: int = Field(default=2, ge=1, le=64)
    queue_length: int = Field(default=32, ge=1, le=10_000)
    max_body_bytes: int = Field(default=MEGABYTE, ge=1024, le=64 * MEGABYTE)
    event_history: int = Field(default=512, ge=1, le=100_000)
    event_queue: int = Field(default=256, ge=1, le=100_000)
    event_clients: int = Field(default=200, ge=1, le=10_000)
    kept_results: int = Field(default=16, ge=1, le=1000)
    kept_files: int = Field(default=60, ge=0, le=1_000_000)
    warm_up: bool = True
    role_keys: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("host")
    @classmethod
    def _only_this_machine(cls, host: str) -> str:
        if host not in LOOPBACK:
            raise ValueError(
                f"without authentication the service listens on this machine only (127.0.0.1), not on {host}"
            )
        return host

    @field_validator("role_keys")
    @classmethod
    def _role_and_digest(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        for item in keys:
            if not ROLE_KEY.fullmatch(item):
                raise ValueError("each must be ROLE:SHA256, the key's hash in 64 hexadecimal digits")
        return keys

    @field_validator("plants", "role_keys", mode="before")
    @classmethod
    def _split(cls, plants: object) -> object:
        if isinstance(plants, str):
            return tuple(name.strip() for name in plants.split(",") if name.strip())
        return plants

    @property
    def roles(self) -> dict[str, str]:
        """SHA-256 of each role's key, by role."""
        return dict(item.rsplit(":", 1) for item in self.role_keys)

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store of jobs and audit."""
        return self.database_url or f"sqlite:///{self.data_folder / 'leakcast.db'}"

    @property
    def results_folder(self) -> Path:
        """Where the fields of finished jobs are kept."""
        return self.data_folder / "results"
