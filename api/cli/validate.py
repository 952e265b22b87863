"""``leakcast validate``: scores the models on measured trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.say import WrongRequest, document, line


def validate(
    data: Annotated[Path, typer.Option(help="folder of trial tables")],
    family: Annotated[str | None, typer.Option(help="one family of trials, or a group; all without it")] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Score the models on the trial tables of a folder; what cannot be scored is listed with the reason."""
    from scenarios.scoreboard import GROUPS, scores

    if not data.is_dir():
        raise WrongRequest(f"{data}: there is no such folder")
    if family is not None and family not in GROUPS:
        raise WrongRequest(f"there is no family {family}; there are: {', '.join(GROUPS)}")
    found = scores(data, family=family)
    if json:
        document({"families": found})
        return
    if not found:
        line(f"{data} holds no table of {family or 'any family'}")
    for name, result in found.items():
        _tell(name, result)


def _tell(name: str, result: dict[str, Any]) -> None:
    line(f"{name}: {len(result['cases'])} scored, {len(result['not_scored'])} not")
    for case, figures in result["cases"].items():
        said = ", ".join(f"{key} {value:.4g}" for key, value in figures.items() if isinstance(value, int | float))
        line(f"  {case}: {said}")
    for case, reason in result["not_scored"].items():
        line(f"  {case}: not scored, {reason}")
