"""Fields of finished jobs on disk, so that a result outlives the memory and the process."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.exports.netcdf import read_netcdf, write_netcdf

if TYPE_CHECKING:
    from api.jobs import Outcome

LOG = logging.getLogger("leakcast.results")


class Results:
    """A folder of NetCDF files, one per Dataset of a job; the oldest go first."""

    def __init__(self, folder: Path, *, kept: int) -> None:
        self._folder = folder
        self._kept = kept

    def save(self, job_id: str, outcome: Outcome) -> None:
        """Write every Dataset of an outcome; a disk that is full costs the file, not the job."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name in sorted(set(outcome.datasets) - {"changed"}):
                part = self._folder / f"{job_id}.{name}.part"
                write_netcdf(outcome.datasets[name], part)
                part.rename(self._path(job_id, name))
            self._sweep()
        except Exception:
            LOG.exception("the field of job %s was not kept on disk", job_id)

    def load(self, job_id: str, name: str = "main") -> Any:
        """Read one Dataset; ``None`` when it is not kept any more."""
        path = self._path(job_id, "main" if name == "changed" else name)
        return read_netcdf(path) if path.is_file() else None

    def _path(self, job_id: str, name: str) -> Path:
        return self._folder / f"{job_id}.{name}.nc"

    def _sweep(self) -> None:
        files = sorted(self._folder.glob("*.nc"), key=lambda path: path.stat().st_mtime)
        for path in files[: max(0, len(files) - self._kept)]:
            with contextlib.suppress(OSError):
                path.unlink()
