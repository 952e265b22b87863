"""Trials of dispersion as a table has them, as a source and a weather that every model takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from physics.dispersion.track import Source
from physics.substances.flags import ANSWERED_BY_MODELS
from physics.weather import Weather
from scenarios.scoreboard.tables import NotScored, Row
from scenarios.scoreboard.trial_source import source_of, substance_of
from scenarios.scoreboard.trial_weather import weather_of

_OPEN = re.compile(r"(?:none|no|n/a|flat|open|unobstructed)\b|-$")
"""What the column of obstacles says where nothing stood in the way."""
_CONDITIONS = {"A": "unstable", "B": "unstable", "C": "unstable", "D": "neutral", "E": "stable", "F": "stable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial.

    Attributes
    ----------
    name, family, grade : str
        As the table has them.
    source : Source
    weather : Weather
    condition : str
        ``stable``, ``neutral`` or ``unstable``.
    outside : str
        Why no model here is valid for it; empty for a plain gas over flat, open ground.
    assumed : tuple of str
        Columns the table left empty.
    """

    name: str
    family: str
    grade: str
    source: Source
    weather: Weather
    condition: str
    outside: str = ""
    assumed: tuple[str, ...] = field(default=())


def family_of(row: Row) -> str:
    """Family of a row, as the table has it; ``unnamed`` where it has none."""
    family = row.get("family", "")
    return family if family.strip() else "unnamed"


def trial_of(row: Row) -> Trial:
    """Read one row of ``dispersion_trials.csv``.

    Raises
    ------
    NotScored
        What no assumption stands for is missing: weather, substance, or how much came out; or a number cannot be.
    """
    name = row.get("trial", "").strip()
    if not name:
        raise NotScored("trial is missing")
    assumed: list[str] = []
    of = substance_of(row)
    weather = weather_of(row, assumed)
    obstacle = row.get("obstacle", "").strip()
    reacts = sorted(ANSWERED_BY_MODELS.intersection(of.flags))
    outside = ""
    if obstacle and not _OPEN.match(obstacle.lower()):
        outside = f"{obstacle}: no model of open ground is valid behind it"
    elif reacts:
        outside = f"{of.name} {reacts[0]} in air: no model here counts that"
    return Trial(
        name=name,
        family=family_of(row),
        grade=row.get("grade", "").strip(),
        source=source_of(row, of, weather, assumed),
        weather=weather,
        condition=_CONDITIONS[weather.stability_class],
        outside=outside,
        assumed=tuple(assumed),
    )
