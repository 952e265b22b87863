"""Families of trials by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scenarios.scoreboard import tank_fire, vessel

Scores = dict[str, Any]

FAMILIES: Mapping[str, Callable[[Path], Scores | None]] = {"vessel": vessel.score, "tank-fire": tank_fire.score}
"""What scores a family on a folder: ``cases`` and ``not_scored``, or ``None`` where its tables are not there."""
GROUPS: Mapping[str, tuple[str, ...]] = {"vessel": ("vessel",), "tank-fire": ("tank-fire",)}
"""Families by the name they are asked for by."""


def scores(folder: Path, *, family: str | None = None) -> dict[str, Scores]:
    """Score every family asked for on the tables of a folder.

    Parameters
    ----------
    folder : Path
    family : str or None
        A key of `GROUPS`; ``None``: all.
    """
    names = tuple(FAMILIES) if family is None else GROUPS[family]
    found = {name: FAMILIES[name](folder) for name in names}
    return {name: result for name, result in found.items() if result is not None}
