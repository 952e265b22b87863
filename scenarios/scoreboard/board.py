"""Families of trials by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scenarios.scoreboard import hydrogen_flame, hydrogen_overpressure, jet_fire, pool_fire, tank_fire, vessel
from scenarios.scoreboard.dispersion import families, score_families

Scores = dict[str, Any]

FAMILIES: Mapping[str, Callable[[Path], Scores | None]] = {
    "vessel": vessel.score,
    "tank-fire": tank_fire.score,
    "pool-fire": pool_fire.score,
    "jet-fire": jet_fire.score,
    "hydrogen-flame": hydrogen_flame.score,
    "hydrogen-overpressure": hydrogen_overpressure.score,
}
"""What scores a family on a folder: ``cases`` and ``not_scored``, or ``models`` and ``selected``; ``None`` where its
tables are not there."""
GROUPED: Mapping[str, tuple[str, ...]] = {
    "fire": ("pool-fire", "jet-fire", "hydrogen-flame"),
    "explosion": ("hydrogen-overpressure",),
}
"""Names of groups of those families."""
DISPERSION = "dispersion"
"""Name of the families that a folder's own table of trials names."""
GROUPS = (DISPERSION, *FAMILIES, *GROUPED)
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
        result = score(folder) if family in (None, name) or name in GROUPED.get(family or "", ()) else None
        if result is not None:
            found[name] = result
    if family not in FAMILIES and family not in GROUPED:
        found |= score_families(folder, family=None if family in (None, DISPERSION) else family)
    return found
