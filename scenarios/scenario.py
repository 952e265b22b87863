"""A scenario: what leaks, how the wind blows, when it is isolated, what people do. Frozen, and read from YAML."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from twin.findings import Finding
from twin.units import UnitError, number
from twin.yaml_lines import Document, Path_, parse, read

HOUR = 3600.0
"""Usual length of a forecast, s."""
LONGEST = 14_400.0
"""Longest forecast, s."""
LEAST_HOLE = 1e-4
GREATEST_HOLE = 2.0
"""Holes that are taken, m."""
GREATEST_WIND = 60.0
"""Strongest wind that is taken, m/s."""
LONGEST_ISOLATION = 86_400.0
"""Latest isolation that is taken, s."""
MOST_ACTIONS = 200
MOST_WIND_CHANGES = 1000
FULL_BORE = "full-bore"
NEVER = "never"


class Verb(StrEnum):
    """What people can do about a release."""

    CLOSE_VALVE = "close-valve"
    SHELTER = "shelter"
    EVACUATE = "evacuate"
    CALL_FIRE_BRIGADE = "call-fire-brigade"

    @property
    def on_people(self) -> bool:
        """Whether its target is a population area, not a valve."""
        return self in (Verb.SHELTER, Verb.EVACUATE)


class ScenarioError(ValueError):
    """A scenario cannot be read; ``findings`` holds every error with its file and line."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(item) for item in findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class WindChange:
    """What the wind becomes ``at`` s after the release began; see `Wind`."""

    at: float
    speed: float
    from_direction: float
    stability: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wind:
    """A wind that stands in for the station's.

    Attributes
    ----------
    speed : float
        At 10 m, m/s.
    from_direction : float
        Degrees clockwise from north.
    stability : str or None
        Pasquill class; ``None`` leaves it to the station.
    changes : tuple of WindChange
        Later winds, in order of time; between two of them the wind turns and freshens evenly.
    """

    speed: float
    from_direction: float
    stability: str | None = None
    changes: tuple[WindChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a role does; ``at`` in s after the release began, ``target`` a valve or population area."""

    at: float
    role: str
    verb: Verb
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One question to the forecast.

    Attributes
    ----------
    plant, part : str
        Plant id and tag of the part that fails.
    hole_diameter : float or None
        m; ``None`` is the part's full bore.
    isolation_time : float or None
        When isolation succeeds in the branch in which it does, s after the start; ``None`` is the plant's own time,
        infinity is never.
    wind : Wind or None
        ``None`` is the station's.
    duration : float
        Seconds forecast.
    actions : tuple of Action
    seed : int
        For whatever is sampled.
    id, name, name_zh : str
    """

    plant: str
    part: str
    hole_diameter: float | None = None
    isolation_time: float | None = None
    wind: Wind | None = None
    duration: float = HOUR
    actions: tuple[Action, ...] = ()
    seed: int = 0
    id: str = ""
    name: str = ""
    name_zh: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON; an isolation that never comes is the text ``never``."""
        found = asdict(self)
        if self.isolation_time is not None and math.isinf(self.isolation_time):
            found["isolation_time"] = NEVER
        found["actions"] = [asdict(action) | {"verb": str(action.verb)} for action in self.actions]
        return found

    @property
    def digest(self) -> str:
        """SHA-256 over everything that changes the answer: the scenario's identity."""
        content = {key: value for key, value in self.as_dict().items() if key not in ("id", "name", "name_zh")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_KEYS = (
    "schema", "scenario", "name", "name_zh", "plant", "part", "hole_diameter", "isolation_time", "wind",
    "duration", "actions", "seed", "notes", "sources",
)  # fmt: skip


class ScenarioReader:
    """Reads one scenario document, noting every error; drills read theirs with it too."""

    def __init__(self, document: Document, file: str) -> None:
        self.document = document
        self.file = file
        self.findings = [Finding(file, item.line, item.key or "scenario", item.says) for item in document.troubles]

    def note(self, path: Path_, says: str) -> None:
        """Note what is wrong at a path."""
        self.findings.append(Finding(self.file, self.document.line(path), ".".join(map(str, path)) or "scenario", says))

    def number(self, raw: Any, path: Path_, unit: str, low: float, high: float, default: float) -> float:
        """A number between bounds; the default, and a note, where it is none."""
        try:
            value = number(raw, unit)
        except UnitError as error:
            self.note(path, str(error))
            return default
        if not low <= value <= high:
            self.note(path, f"must lie between {low:g} and {high:g} {unit}, got {value:g}")
            return default
        return value

    def text(self, data: Mapping[str, Any], key: str, path: Path_ = (), *, needed: bool = False) -> str:
        """Text of a key; empty where it is absent."""
        value = data.get(key)
        if value is None:
            if needed:
                self.note((*path, key), "is missing")
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.note((*path, key), f"must be text, got {value!r}")
            return ""
        return str(value)

    def unknown(self, data: Mapping[str, Any], known: tuple[str, ...], path: Path_ = ()) -> None:
        """Note every key that is not known."""
        for key in data:
            if key not in known:
                self.note((*path, key), f"is not a key here; known are {', '.join(known)}")

    def wind(self, raw: Any, path: Path_ = ("wind",)) -> Wind | None:
        """Wind of a mapping with speed and from_direction."""
        if raw is None:
            return None
        if not isinstance(raw, Mapping):
            self.note(path, "must be a mapping with speed and from_direction")
            return None
        self.unknown(raw, ("speed", "from_direction", "stability", "changes", "source"), path)
        speed, bearing, stability = self._blows(raw, path)
        return Wind(
            speed=speed,
            from_direction=bearing,
            stability=stability,
            changes=self._wind_changes(raw.get("changes"), (*path, "changes")),
        )

    def _blows(self, raw: Mapping[str, Any], path: Path_) -> tuple[float, float, str | None]:
        for key in ("speed", "from_direction"):
            if key not in raw:
                self.note((*path, key), "is missing")
        speed = self.number(raw.get("speed", 1.0), (*path, "speed"), "m s-1", 0.0, GREATEST_WIND, 1.0)
        bearing = self.number(raw.get("from_direction", 0.0), (*path, "from_direction"), "degree", 0.0, 360.0, 0.0)
        stability = self.text(raw, "stability", path).upper() or None
        if stability is not None and stability not in tuple("ABCDEF"):
            self.note((*path, "stability"), f"must be one of A to F, got '{stability}'")
            stability = None
        return speed, bearing % 360.0, stability

    def _wind_changes(self, raw: Any, path: Path_) -> tuple[WindChange, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list) or len(raw) > MOST_WIND_CHANGES:
            self.note(path, f"must be a list of at most {MOST_WIND_CHANGES} winds")
            return ()
        found: list[WindChange] = []
        for index, item in enumerate(raw):
            here: Path_ = (*path, index)
            if not isinstance(item, Mapping):
                self.note(here, "must be a mapping with at, speed and from_direction")
                continue
            self.unknown(item, ("at", "speed", "from_direction", "stability"), here)
            at = self.number(item.get("at", "missing"), (*here, "at"), "s", 0.0, LONGEST, 0.0)
            if at <= (found[-1].at if found else 0.0):
                self.note((*here, "at"), "must lie after the wind before it")
            speed, bearing, stability = self._blows(item, here)
            found.append(WindChange(at=at, speed=speed, from_direction=bearing, stability=stability))
        return tuple(found)

    def actions(self, raw: Any, duration: float, path: Path_ = ("actions",)) -> tuple[Action, ...]:
        """Actions of a list."""
        if raw is None:
            return ()
        if not isinstance(raw, list) or len(raw) > MOST_ACTIONS:
            self.note(path, f"must be a list of at most {MOST_ACTIONS} actions")
            return ()
        found = []
        for index, item in enumerate(raw):
            here: Path_ = (*path, index)
            if not isinstance(item, Mapping):
                self.note(here, "must be a mapping with at, role, verb and target")
                continue
            self.unknown(item, ("at", "role", "verb", "target"), here)
            verb = self.text(item, "verb", here, needed=True)
            if verb not in tuple(Verb):
                self.note((*here, "verb"), f"must be one of {', '.join(Verb)}, got '{verb}'")
                continue
            found.append(
                Action(
                    at=self.number(item.get("at", "missing"), (*here, "at"), "s", 0.0, duration, 0.0),
                    role=self.text(item, "role", here),
                    verb=Verb(verb),
                    target=self.text(item, "target", here, needed=True),
                )
            )
        return tuple(found)

    def scenario(self, data: Any, path: Path_ = ()) -> Scenario | None:
        """The scenario of a mapping; ``None``, and a note, where it is none."""
        if not isinstance(data, Mapping):
            if not self.findings:
                self.note(path, "must be a mapping with the keys plant and part")
            return None
        self.unknown(data, _KEYS, path)
        duration = self.number(data.get("duration", HOUR), (*path, "duration"), "s", 60.0, LONGEST, HOUR)
        seed = data.get("seed", 0)
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            self.note((*path, "seed"), f"must be a whole number of 0 or more, got {seed!r}")
            seed = 0
        return Scenario(
            plant=self.text(data, "plant", path, needed=True),
            part=self.text(data, "part", path, needed=True),
            hole_diameter=self._hole(data.get("hole_diameter"), (*path, "hole_diameter")),
            isolation_time=self._isolation(data.get("isolation_time"), (*path, "isolation_time")),
            wind=self.wind(data.get("wind"), (*path, "wind")),
            duration=duration,
            actions=self.actions(data.get("actions"), duration, (*path, "actions")),
            seed=seed,
            id=self.text(data, "scenario", path),
            name=self.text(data, "name", path),
            name_zh=self.text(data, "name_zh", path),
        )

    def _hole(self, raw: Any, path: Path_) -> float | None:
        if raw in (None, FULL_BORE):
            return None
        return self.number(raw, path, "m", LEAST_HOLE, GREATEST_HOLE, LEAST_HOLE)

    def _isolation(self, raw: Any, path: Path_) -> float | None:
        if raw is None:
            return None
        return math.inf if raw == NEVER else self.number(raw, path, "s", 0.0, LONGEST_ISOLATION, 0.0)


def _read(document: Document, file: str) -> Scenario:
    reader = ScenarioReader(document, file)
    scenario = reader.scenario(document.data)
    if reader.findings or scenario is None:
        raise ScenarioError(sorted(reader.findings))
    return scenario


def load_scenario(file: Path) -> Scenario:
    """Read a scenario from a YAML file.

    Raises
    ------
    ScenarioError
        With every error as ``FILE:LINE: KEY: what is wrong``.
    """
    return _read(read(file), file.name)


def parse_scenario(text: str, *, file: str = "scenario") -> Scenario:
    """Read a scenario from YAML or JSON text; see `load_scenario`."""
    return _read(parse(text), file)
