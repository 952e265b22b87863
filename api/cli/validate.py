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
    from scenarios.scoreboard import scores

    if not data.is_dir():
        raise WrongRequest(f"{data}: there is no such folder")
    try:
        found = scores(data, family=family)
    except LookupError as error:
        raise WrongRequest(str(error)) from error
    if json:
        document({"families": found})
        return
    if not found:
        line(f"{data} holds no table of {family or 'any family'}")
    for name, result in found.items():
        _tell(name, result)


def _tell(name: str, result: dict[str, Any]) -> None:
    if "models" in result:
        _tell_models(name, result)
        return
    line(f"{name}: {len(result['cases'])} scored, {len(result['not_scored'])} not")
    for case, figures in result["cases"].items():
        said = ", ".join(f"{key} {value:.4g}" for key, value in figures.items() if isinstance(value, int | float))
        line(f"  {case}: {said}")
    for case, reason in result["not_scored"].items():
        line(f"  {case}: not scored, {reason}")


def _tell_models(name: str, result: dict[str, Any]) -> None:
    what = result["selected"].get("quantity", "concentration maxima").replace("_", " ")
    line(f"{name}: {what}; MG above 1 is under-prediction")
    line(f"  {'':28} {'n':>4} {'FAC2':>6} {'MG':>7} {'VG':>8} {'FB':>7} {'low>2':>6} {'high>2':>6}  leans")
    for model, found in {"selected": result["selected"], **result["models"]}.items():
        figures = [found[key] for key in ("fac2", "mg", "vg", "fb", "low_by_two", "high_by_two")]
        said = " ".join(
            "-".rjust(width) if value is None else f"{value:{width}.3g}"
            for width, value in zip((6, 7, 8, 7, 6, 6), figures, strict=True)
        )
        line(f"  {model:28} {found['n']:4} {said}  {found['leans'] or '-'}")
    by_reason: dict[str, list[str]] = {}
    for trial, reason in result["selected"]["skipped"].items():
        by_reason.setdefault(reason, []).append(trial)
    for reason, trials in by_reason.items():
        line(f"  skipped: {', '.join(trials)}: {reason}")
