"""``leakcast validate``: scores the models on measured trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.say import WrongRequest, document, error

FAMILIES: tuple[str, ...] = ()
"""Families of trials there is a scoreboard for. None yet: said so rather than scored badly."""


def validate(
    data: Annotated[Path, typer.Option(help="folder of trial tables")],
    family: Annotated[str | None, typer.Option(help="one family of trials")] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Score the models on the trial tables of a folder. No family has a scoreboard in this version."""
    if not data.is_dir():
        raise WrongRequest(f"{data}: there is no such folder")
    there_are = ", ".join(FAMILIES) or "none"
    if family is not None and family not in FAMILIES:
        raise WrongRequest(f"family {family} has no scoreboard in this version; there are: {there_are}")
    says = (
        f"families with a scoreboard in this version: {there_are}; every model's own card says what it was held against"
    )
    if json:
        document({"families": {}, "says": says})
    else:
        error(says)
