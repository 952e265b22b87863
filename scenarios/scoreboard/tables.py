"""Tables of trials: rows of a CSV file, read so that no bad row stops the others."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Row = Mapping[str, str]


class NotScored(Exception):
    """A case that cannot be scored; its text says why."""


def rows(file: Path) -> list[Row] | None:
    """Rows of a table by column; ``None`` where there is no such file."""
    if not file.is_file():
        return None
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(stream)]


def number(row: Row, column: str, default: float | None = None) -> float:
    """Number in a column.

    Raises
    ------
    NotScored
        It is missing or no finite number, and there is no default for a missing one.
    """
    text = row.get(column, "").strip()
    if not text:
        if default is None:
            raise NotScored(f"{column} is missing")
        return default
    try:
        value = float(text)
    except ValueError:
        raise NotScored(f"{column} is no number: {text!r}") from None
    if not math.isfinite(value):
        raise NotScored(f"{column} is not finite")
    return value


def each(table: list[Row], name_column: str, score: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """Score every row by its name; what cannot be scored stands under ``not_scored`` with its reason."""
    cases: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    for place, row in enumerate(table, start=2):
        name = row.get(name_column, "").strip() or f"line {place}"
        try:
            cases[name] = score(row)
        except NotScored as reason:
            left_out[name] = str(reason)
        except (ValueError, ArithmeticError, LookupError) as failure:
            left_out[name] = f"{type(failure).__name__}: {failure}"
    return {"cases": cases, "not_scored": left_out}
