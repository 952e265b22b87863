"""A grid of what-ifs: every scenario forecast, and of each a row of how far and whom it reaches."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.chunks import Kept, Progress, Workers, folded
from scenarios.forecast import ForecastError, forecast
from scenarios.result import summary
from scenarios.scenario import Scenario
from scenarios.study import WhatIf
from twin.library import find_plant
from twin.load import load_plant


@dataclass(slots=True)
class Rows:
    """Rows of scenarios done; see `scenarios.chunks.State`."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def arrays(self) -> Mapping[str, Any]:
        """See `scenarios.chunks.State`."""
        return {"count": np.array([len(self.rows)])}

    def facts(self) -> dict[str, Any]:
        """See `scenarios.chunks.State`."""
        return {"rows": self.rows}

    @classmethod
    def restored(cls, arrays: Mapping[str, Any], facts: dict[str, Any]) -> Rows:  # noqa: ARG003
        """Rows as they were written."""
        return cls(list(facts["rows"]))


def row_of(piece: tuple[str, Scenario]) -> dict[str, Any]:
    """One scenario's row: what leaks, zones by branch, and who is reached; or why it could not be forecast."""
    folder, scenario = piece
    asked = {key: value for key, value in scenario.as_dict().items() if key not in ("actions", "name", "name_zh")}
    try:
        found = summary(forecast(load_plant(Path(folder)), None, scenario))
    except ForecastError as error:
        return {"scenario": asked, "error": str(error)}
    leak = {key: found["leak"][key] for key in ("rate_kg_s", "low_rate_kg_s", "high_rate_kg_s")}
    reached = [
        {key: item[key] for key in ("id", "branch", "arrival_s", "peak_ppm", "zone")} for item in found["receptors"]
    ]
    return {"scenario": asked, "leak": leak, "zones": found["zones"], "receptors": reached}


def _add(rows: Rows, row: dict[str, Any]) -> Rows:
    rows.rows.append(json.loads(json.dumps(_plain(row), allow_nan=False)))
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def run_grid(
    study: WhatIf,
    *,
    workers: Workers,
    keep: Path | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Forecast every scenario of a grid.

    Raises
    ------
    twin.library.UnknownPlant
        The plant does not exist.
    scenarios.chunks.StudyCancelled
        ``cancelled`` said so.
    """
    plants = {item.plant: str(find_plant(item.plant)) for item in study.scenarios}
    content = json.dumps([item.as_dict() for item in study.scenarios], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    kept: Kept[Rows] = Kept(keep, digest, Rows.restored)
    rows = folded(
        [(plants[item.plant], item) for item in study.scenarios],
        row_of,
        _add,
        Rows(),
        workers=workers,
        kept=kept,
        progress=tell,
        cancelled=cancelled,
    )
    kept.remove()
    return {"study": study.id, "name": study.name, "digest": digest, "runs": len(rows.rows), "scenarios": rows.rows}
