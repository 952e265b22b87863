"""The Gaussian plume on 120,000 cells: in the kernel, against numpy, and over HTTP."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from api import work
from api.wire import Axis, PlumeGridRequest

CELLS = (300, 400)
"""Crosswind and downwind: 120,000 cells."""
REPEATS = 30
LARGEST_ERROR = 1e-9
"""Relative to the peak, of the kernel against numpy: a speed counts only with its accuracy."""


def request() -> PlumeGridRequest:
    """Give the grid that is timed."""
    return PlumeGridRequest(
        mass_flow_rate_kg_s=2.0,
        wind_speed_m_s=3.0,
        stability_class="D",
        source_height_m=1.0,
        downwind=Axis(start_m=10.0, step_m=10.0, count=CELLS[1]),
        crosswind=Axis(start_m=-747.5, step_m=5.0, count=CELLS[0]),
    )


def run() -> dict[str, float | None]:
    """Measure."""
    asked = request()
    field = work.plume_grid(asked)
    reference = _numpy(asked)
    error = float(np.max(np.abs(field - reference)) / np.max(reference))
    kernel = best(lambda: work.plume_grid(asked))
    plain = best(lambda: _numpy(asked))
    return {
        "plume_grid_ms": kernel if error <= LARGEST_ERROR else None,
        "plume_grid_numpy_ms": plain,
        "plume_grid_vs_numpy": plain / kernel if error <= LARGEST_ERROR else None,
        "plume_grid_error": error,
        "plume_grid_http_ms": _http(asked),
    }


def best(function: Callable[[], Any], *, repeats: int = REPEATS) -> float:
    """Give the least time of several runs, ms."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        times.append(1000.0 * (time.perf_counter() - began))
    return min(times)


def _numpy(asked: PlumeGridRequest) -> Any:
    """Compute the same plume as a numpy programmer would write it."""
    from physics.dispersion.sigma import BRIGGS_RURAL, spread

    y_row, z_row = BRIGGS_RURAL.rows(asked.stability_class)
    x = asked.downwind.start_m + asked.downwind.step_m * np.arange(asked.downwind.count)
    y = asked.crosswind.start_m + asked.crosswind.step_m * np.arange(asked.crosswind.count)
    sigma_y = np.array([spread(place, y_row) for place in x])
    sigma_z = np.array([spread(place, z_row) for place in x])
    height, source = asked.height_m, asked.source_height_m
    vertical = np.exp(-0.5 * ((height - source) / sigma_z) ** 2) + np.exp(-0.5 * ((height + source) / sigma_z) ** 2)
    across = np.exp(-0.5 * (y[:, None] / sigma_y[None, :]) ** 2)
    strength = asked.mass_flow_rate_kg_s / (2.0 * np.pi * asked.wind_speed_m_s * sigma_y * sigma_z)
    return strength * vertical * across


def _http(asked: PlumeGridRequest) -> float:
    from api.app import create_app
    from api.server import in_thread
    from api.settings import Settings

    body = json.dumps(asked.model_dump(mode="json")).encode()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder), plants=(), opcua_url="", warm_up=False)
        with in_thread(create_app(settings, plants_given={})) as address:

            def ask() -> None:
                wanted = urllib.request.Request(
                    f"{address}/v1/plume-grid", data=body, headers={"Content-Type": "application/json"}
                )
                with urllib.request.urlopen(wanted, timeout=30.0) as answer:
                    if len(answer.read()) != 4 * CELLS[0] * CELLS[1]:
                        raise RuntimeError("the service gave another grid than was asked for")

            ask()
            return best(ask)
