"""``leakcast demo``: a simulated plant on OPC UA, the twin, the service and the page, and a hose that fails."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.say import WrongRequest

PLANT = "festus-chlorine"
PART = "H-301A"


def demo(
    once: Annotated[bool, typer.Option(help="one detection and one forecast, then end")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object (with --once)")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="of the page; 0: any free port")] = 8000,
    part: Annotated[str, typer.Option(help="what fails")] = PART,
) -> None:
    """Show all of it: a hose of a chlorine plant fails, is seen, and is forecast."""
    if json and not once:
        raise WrongRequest("--json goes with --once")
    from api.cli.run_demo import run_on, run_once

    if once:
        run_once(PLANT, part, json=json)
    else:
        run_on(PLANT, part, port=port)
