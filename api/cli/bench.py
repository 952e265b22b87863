"""``leakcast bench``: how fast it is on this machine."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer

from api.cli.say import WrongRequest, document, error, line

SUITES = ("plume", "blowdown", "puff", "dense", "ensemble", "risk", "service", "live")


def bench(
    suite: Annotated[str | None, typer.Option(help=f"one of {', '.join(SUITES)}; all without it")] = None,
    seed: Annotated[int, typer.Option(min=0, help="for whatever is sampled")] = 0,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Measure; a figure that cannot be measured is null and the reason is on standard error."""
    if suite is not None and suite not in SUITES:
        raise WrongRequest(f"there is no suite {suite}; there are: {', '.join(SUITES)}")
    found: dict[str, Any] = {
        "seed": seed,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_1_min": os.getloadavg()[0],
    }
    for name in SUITES if suite is None else (suite,):
        began = time.monotonic()
        try:
            found |= _run(name)()
        except Exception as failure:
            error(f"{name}: {type(failure).__name__}: {failure}")
        error(f"{name}: {time.monotonic() - began:.1f} s")
    if json:
        document(found)
    else:
        for key, value in found.items():
            line(f"{key} = {value}")


def _run(name: str) -> Callable[[], dict[str, Any]]:
    found: Callable[[], dict[str, Any]] = import_module(f"api.bench.{name}").run
    return found
