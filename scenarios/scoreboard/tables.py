"""Tables of trials: rows of a CSV file, read so that no bad row stops the others."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Row = Mapping[str, str]


class NotScored(Exception):
    """A case that cannot be scored; its text says why."""


def rows(file: Path) -> list[Row] | None:
    """Rows of a table by column; ``None`` where there is no such file.

    Empty lines and lines of empty cells are left out, cells beyond the last column and lines that are no CSV too. A
    quote left open ends with its line; bytes that are no UTF-8 are replaced.
    """
    if not file.is_file():
        return None
    text = file.read_bytes().decode("utf-8-sig", errors="replace").replace("\0", "")
    lines = _lines(text)
    head = [name.strip() for name in next(lines, [])]
    found = (dict(zip(reversed(head), reversed(_as_long(cells, head)), strict=True)) for cells in lines)
    return [{key: row[key] for key in head if key} for row in found if any(value.strip() for value in row.values())]


def _lines(text: str) -> Iterator[list[str]]:
    """Cells of every row. A quote that is never closed ends with its line and takes no other row with it."""
    lines, at, width = re.split(r"\r\n|\r|\n", text), 0, 0
    while at < len(lines):
        used = 1 if lines[at].count('"') % 2 == 0 else _used(lines[at : at + _TALLEST], width)
        cells = _cells("\n".join(lines[at : at + used]))
        at += used
        if cells:
            width = width or len(cells)
            yield cells


_TALLEST = 20
"""Lines that one row may take where a cell holds line breaks."""


def _used(lines: list[str], width: int) -> int:
    """How many lines a row takes whose first line leaves a quote open."""
    for count in range(2, len(lines) + 1):
        whole = "\n".join(lines[:count])
        if whole.count('"') % 2 == 0:
            return count if len(_cells(whole)) == width else 1
    return 1


def _cells(row: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(row, newline="")), [])
    except csv.Error:
        return []


def _as_long(cells: list[str], head: list[str]) -> list[str]:
    """Cells for every column, empty where a line ends early."""
    return [*cells, *[""] * (len(head) - len(cells))][: len(head)]


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
        raise NotScored(f"{column} is no number: {_short(text)!r}") from None
    if not math.isfinite(value):
        raise NotScored(f"{column} is not finite")
    return value


_LONGEST = 60
"""Characters of a cell that a reason repeats."""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def within(row: Row, column: str, limits: tuple[float, float], default: float | None = None) -> float:
    """Number in a column that lies within limits, both included.

    Raises
    ------
    NotScored
        As `number`, or it lies outside.
    """
    value = number(row, column, default)
    if not limits[0] <= value <= limits[1]:
        raise NotScored(f"{column} is {value:g}, not between {limits[0]:g} and {limits[1]:g}")
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
