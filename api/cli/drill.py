"""``leakcast drill``: a drill without people, for rehearsal and tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.say import WrongRequest, document, line, must_be_file, plant_of

app = typer.Typer(help="Drills: people act on a release, and what they do changes it.", no_args_is_help=True)


@app.callback()
def _root() -> None:
    """Keep ``run`` a subcommand."""


@app.command("run")
def run(
    drill: Annotated[Path, typer.Argument(help="a drill file (YAML)")],
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Run a drill and report on it."""
    must_be_file(drill)
    from scenarios.drill import load_drill, run_drill
    from scenarios.forecast import ForecastError
    from scenarios.scenario import ScenarioError

    try:
        plan = load_drill(drill)
        report = run_drill(plan, plant_of(plan.scenario, drill))
    except ScenarioError as wrong:
        raise WrongRequest(*map(str, wrong.findings)) from None
    except ForecastError as wrong:
        raise WrongRequest(f"{drill.name}: {wrong}") from None
    if json:
        from api.sentences import drill_with_chinese

        document(drill_with_chinese(report.as_dict()))
    else:
        line(report.markdown())
