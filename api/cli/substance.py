"""``leakcast substance``: everything on file of one substance, each number with its source and mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.say import WrongRequest, document, line, table

if TYPE_CHECKING:
    from physics.substances import Substance
    from physics.substances.numbers import Number

_DIGITS = 6


def substance(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="name, Chinese name, CAS number or formula")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="print every substance")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Print a substance's card: properties, limits, flags, and where each number comes from."""
    from physics.substances import UnknownSubstance
    from physics.substances import substance as find

    if list_:
        _tell_list(json=json)
        return
    if name is None:
        raise WrongRequest("give NAME, or --list")
    try:
        found = find(name)
    except UnknownSubstance as unknown:
        raise WrongRequest(str(unknown)) from None
    if json:
        document(_card(found))
    else:
        _tell(_card(found))


def _card(of: Substance) -> dict[str, Any]:
    from physics.substances.flags import ANSWERED_BY_MODELS, FLAGS
    from physics.substances.numbers import numbers

    saturation = of.saturation
    return {
        "name": of.name,
        "names": dict(of.names),
        "cas": of.cas,
        "formula": of.formula,
        "flags": [
            {"flag": flag, "says": FLAGS[flag], "needs_its_own_model": flag in ANSWERED_BY_MODELS} for flag in of.flags
        ],
        "tables": {
            "source": saturation.source,
            "methods": dict(saturation.methods),
            "temperature_low_K": saturation.temperature_low,
            "temperature_high_K": saturation.temperature_high,
            "gas_temperature_high_K": of.gas.temperature_high,
        },
        "numbers": [_row(number) for number in numbers(of)],
    }


def _row(number: Number) -> dict[str, Any]:
    return {
        "quantity": number.quantity,
        "value": number.value,
        "unit": number.unit,
        "source": number.source,
        "mark": number.mark.value,
    }


def _tell(card: dict[str, Any]) -> None:
    tables = card["tables"]
    line(f"{card['name']}  {card['names']['zh']}  CAS {card['cas']}  {card['formula']}")
    for item in card["flags"]:
        weight = "NOT VALID without a model of its own: " if item["needs_its_own_model"] else ""
        line(f"{item['flag']}: {weight}{item['says']}")
    span = f"{tables['temperature_low_K']:.2f} to {tables['temperature_high_K']:.2f} K"
    line(f"saturation table {span}, {tables['source']}")
    for prop, method in tables["methods"].items():
        if prop != "everything":
            line(f"  {prop.replace('_', ' ')}: {method}")
    table(("number", "value", "unit", "mark", "source"), map(_columns, card["numbers"]))
    line("what is not listed is not on file; combustion products are not covered")


def _columns(row: dict[str, Any]) -> tuple[str, ...]:
    return row["quantity"], f"{row['value']:.{_DIGITS}g}", row["unit"], row["mark"], row["source"]


def _tell_list(*, json: bool) -> None:
    from physics.substances import substance as find
    from physics.substances import substances

    found = [find(name) for name in substances()]
    if json:
        document(
            {
                "substances": [
                    {"name": of.name, "name_zh": of.names["zh"], "cas": of.cas, "formula": of.formula} for of in found
                ]
            }
        )
    else:
        table(("name", "中文", "CAS", "formula"), ((of.name, of.names["zh"], of.cas, of.formula) for of in found))
