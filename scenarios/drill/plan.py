"""A drill as it is written down: the release, what is really broken, what is told to whom, and what each role does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.scenario import Scenario, ScenarioError, ScenarioReader, Verb
from twin.findings import Finding
from twin.yaml_lines import Path_, read

MOST_ENTRIES = 500
_KEYS = ("schema", "drill", "name", "name_zh", "scenario", "stuck_valves", "injects", "roles", "notes", "sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject:
    """Something a role is told at a time, s after the release began."""

    at: float
    to: str
    says: str
    says_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a role does ``after`` s once its inject has come; ``on`` is the inject's place in the list, from 0."""

    role: str
    on: int
    after: float
    verb: Verb
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A drill without people: every role's moves are written down beforehand.

    Attributes
    ----------
    scenario : Scenario
        The release; its isolation time is not used, isolation comes from what people do.
    stuck_valves : tuple of str
        Valves that do not move when told to; no role knows.
    injects : tuple of Inject
    moves : tuple of Move
    """

    id: str
    name: str
    name_zh: str
    scenario: Scenario
    stuck_valves: tuple[str, ...]
    injects: tuple[Inject, ...]
    moves: tuple[Move, ...]


class _DrillReader(ScenarioReader):
    def items(self, data: Mapping[str, Any], key: str, path: Path_ = ()) -> list[Mapping[str, Any]]:
        raw = data.get(key) or []
        if not isinstance(raw, list) or len(raw) > MOST_ENTRIES:
            self.note((*path, key), f"must be a list of at most {MOST_ENTRIES}")
            return []
        good = []
        for index, item in enumerate(raw):
            if isinstance(item, Mapping):
                good.append(item)
            else:
                self.note((*path, key, index), "must be a mapping")
        return good

    def injects(self, data: Mapping[str, Any], duration: float) -> tuple[Inject, ...]:
        found = []
        for index, item in enumerate(self.items(data, "injects")):
            path: Path_ = ("injects", index)
            self.unknown(item, ("at", "to", "says", "says_zh"), path)
            found.append(
                Inject(
                    at=self.number(item.get("at", "missing"), (*path, "at"), "s", 0.0, duration, 0.0),
                    to=self.text(item, "to", path, needed=True),
                    says=self.text(item, "says", path, needed=True),
                    says_zh=self.text(item, "says_zh", path),
                )
            )
        return tuple(found)

    def moves(self, data: Mapping[str, Any], duration: float, injects: int) -> tuple[Move, ...]:
        found = []
        for index, role in enumerate(self.items(data, "roles")):
            path: Path_ = ("roles", index)
            self.unknown(role, ("role", "moves"), path)
            name = self.text(role, "role", path, needed=True)
            for step, item in enumerate(self.items(role, "moves", path)):
                here: Path_ = (*path, "moves", step)
                self.unknown(item, ("on", "after", "verb", "target"), here)
                verb = self.text(item, "verb", here, needed=True)
                if verb not in tuple(Verb):
                    self.note((*here, "verb"), f"must be one of {', '.join(Verb)}, got '{verb}'")
                    continue
                on = item.get("on")
                if isinstance(on, bool) or not isinstance(on, int) or not 0 <= on < injects:
                    self.note((*here, "on"), f"must be the place of an inject, 0 to {injects - 1}, got {on!r}")
                    continue
                found.append(
                    Move(
                        role=name,
                        on=on,
                        after=self.number(item.get("after", 0.0), (*here, "after"), "s", 0.0, duration, 0.0),
                        verb=Verb(verb),
                        target=self.text(item, "target", here, needed=True),
                    )
                )
        return tuple(found)


def load_drill(file: Path) -> Drill:
    """Read a drill from a YAML file.

    Raises
    ------
    ScenarioError
        With every error as ``FILE:LINE: KEY: what is wrong``.
    """
    reader = _DrillReader(read(file), file.name)
    data = reader.document.data
    if not isinstance(data, Mapping):
        says = "must be a mapping with the keys drill, scenario, injects and roles"
        raise ScenarioError(reader.findings or [Finding(file.name, 1, "drill", says)])
    reader.unknown(data, _KEYS)
    scenario = reader.scenario(data.get("scenario"), ("scenario",))
    duration = scenario.duration if scenario is not None else 0.0
    injects = reader.injects(data, duration)
    moves = reader.moves(data, duration, len(injects))
    stuck = data.get("stuck_valves") or []
    if not isinstance(stuck, list) or not all(isinstance(tag, str) for tag in stuck):
        reader.note(("stuck_valves",), "must be a list of valve tags")
        stuck = []
    if reader.findings or scenario is None:
        raise ScenarioError(sorted(reader.findings))
    return Drill(
        id=reader.text(data, "drill") or file.stem,
        name=reader.text(data, "name"),
        name_zh=reader.text(data, "name_zh"),
        scenario=scenario,
        stuck_valves=tuple(stuck),
        injects=injects,
        moves=moves,
    )
