"""Families of trials by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scenarios.scoreboard import tank_fire, vessel
from scenarios.scoreboard.dispersion import families, score_families

Scores = dict[str, Any]

FAMILIES: Mapping[str, Callable[[Path], Scores | None]] = {"vessel": vessel.score, "tank-fire": tank_fire.score}
"""What scores a family on a folder: ``cases`` and ``not_scored``, or ``None`` where its tables are not there."""
DISPERSION = "dispersion"
"""Name of the families that a folder's own table of trials names."""
GROUPS = (DISPERSION, *FAMILIES)
"""Names a family or several are asked for by, beside those of a folder's table."""


def known_families(folder: Path) -> tuple[str, ...]:
    """Every name that may be asked for on a folder."""
    return (*GROUPS, *families(folder))


def scores(folder: Path, *, family: str | None = None) -> dict[str, Scores]:
    """Score every family asked for on the tables of a folder.

    Parameters
    ----------
    folder : Path
    family : str or None
        One of `known_families`; ``None``: all.

    Raises
    ------
    LookupError
        No family has that name here.
    """
    if family is not None and family not in known_families(folder):
        raise LookupError(f"there is no family {family}; there are: {', '.join(known_families(folder))}")
    found: dict[str, Scores] = {}
    for name, score in FAMILIES.items():
        result = score(folder) if family in (None, name) else None
        if result is not None:
            found[name] = result
    if family not in FAMILIES:
        found |= score_families(folder, family=None if family in (None, DISPERSION) else family)
    return found
