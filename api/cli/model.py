"""``leakcast model``: any single model of the registry, by its card."""

from __future__ import annotations

import json as text_json
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.say import WrongRequest, document, line, must_be_file, table
from physics.quantities import QUANTITIES


def model(
    name: Annotated[str | None, typer.Argument(metavar="MODEL", help="its name, see --list")] = None,
    input_file: Annotated[Path | None, typer.Option("--input", help="JSON or YAML of vocabulary names in SI")] = None,
    list_: Annotated[bool, typer.Option("--list", help="print every card")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Run one model, or list them all."""
    from api import work

    if list_:
        cards = work.model_cards()
        if json:
            document({"models": cards})
        else:
            table(("model", "evidence", "says"), ((c["name"], _evidence(c), c["says"]) for c in cards))
        return
    if name is None or input_file is None:
        raise WrongRequest("give MODEL and --input FILE, or --list")
    inputs = _inputs(input_file)
    found = _run(name, inputs)
    if json:
        document(found)
    else:
        for key, value in found.items():
            if key != "caveats":
                line(f"{key} = {value}")
        for item in found["caveats"]:
            line(f"{item['grade']}: {item['says']}")


def _evidence(card: dict[str, Any]) -> str:
    return "validated" if card["validated"] else "unvalidated"


def _run(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    import physics.models  # noqa: F401 - fills the registry
    from api.work import plain_value
    from physics.cards import MODELS, ModelInputError

    if name not in MODELS:
        raise WrongRequest(f"there is no model {name}; there are: {', '.join(sorted(MODELS))}")
    try:
        found = MODELS[name].run(inputs)
    except ModelInputError as wrong:
        raise WrongRequest(f"{name}: {wrong}") from None
    return {key: plain_value(value) for key, value in found.items()}


def _inputs(file: Path) -> dict[str, Any]:
    import yaml

    must_be_file(file)
    text = file.read_text(encoding="utf-8")
    try:
        found = text_json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as wrong:
        raise WrongRequest(f"{file}: cannot be read: {' '.join(str(wrong).split())}") from None
    if not isinstance(found, dict):
        raise WrongRequest(f"{file}: must hold names and values")
    return {str(key): _number(str(key), value) for key, value in found.items()}


def _number(name: str, value: Any) -> Any:
    """Read ``1e5``, which YAML 1.1 takes for text, where the word has a unit."""
    word = QUANTITIES.get(name)
    if isinstance(value, str) and word is not None and word.unit:
        try:
            return float(value)
        except ValueError:
            return value
    return value
