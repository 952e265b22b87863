"""Studies: many scenarios from one file, as a risk assessment or as a grid of what-ifs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from physics.dispersion.ensemble import PLUMES
from scenarios.risk.rules import PURPLE_BOOK, RULES
from scenarios.risk.study import MOST_CELLS, Igniter, RiskStudy, RiskWeather
from scenarios.scenario import GREATEST_WIND, HOUR, LONGEST, Scenario, ScenarioError, ScenarioReader
from twin.yaml_lines import Document, Path_, read

MOST_SCENARIOS = 100_000
"""Scenarios a grid may have."""
MOST_ENTRIES = 1000
"""Weathers, igniters or values of one list."""
UNIFORM = "uniform"
_RISK_KEYS = (
    "schema", "study", "kind", "name", "plants", "parts", "rules", "map", "directions", "weathers", "igniters",
    "escalation", "dispersion", "method", "roughness_length", "duration", "notes", "sources",
)  # fmt: skip
_GRID_KEYS = ("schema", "study", "kind", "name", "scenario", "vary", "notes", "sources")
_VARIED = ("part", "hole_diameter", "isolation_time", "wind", "duration", "seed")
_ALMOST_ALL = 1.001
METHODS = {"shared": False, "one-by-one": True}
"""How runs are solved, by the word in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A grid of scenarios of one plant: every combination of what is varied.

    Attributes
    ----------
    id, name : str
    scenarios : tuple of Scenario
    """

    id: str
    name: str
    scenarios: tuple[Scenario, ...]


Study = RiskStudy | WhatIf


class _Reader(ScenarioReader):
    def study(self) -> Study | None:
        data = self.document.data
        if not isinstance(data, Mapping):
            if not self.findings:
                self.note((), "must be a mapping with the keys study and kind")
            return None
        kind = self.text(data, "kind", needed=True)
        if kind == "risk":
            return self._risk(data)
        if kind == "what-if":
            return self._grid(data)
        if kind:
            self.note(("kind",), f"must be risk or what-if, got '{kind}'")
        return None

    def _risk(self, data: Mapping[str, Any]) -> RiskStudy:
        self.unknown(data, _RISK_KEYS)
        rules = self.text(data, "rules") or PURPLE_BOOK.name
        if rules not in RULES:
            self.note(("rules",), f"must be one of {', '.join(RULES)}, got '{rules}'")
            rules = PURPLE_BOOK.name
        method = self.text(data, "method") or "shared"
        if method not in METHODS:
            self.note(("method",), f"must be one of {', '.join(METHODS)}, got '{method}'")
        dispersion = self.text(data, "dispersion") or None
        if dispersion is not None and dispersion not in PLUMES:
            self.note(("dispersion",), f"must be one of {', '.join(PLUMES)}, got '{dispersion}'")
        half, cell = self._map(data.get("map", {}))
        duration = data.get("duration")
        found = RiskStudy(
            id=self.text(data, "study", needed=True),
            name=self.text(data, "name"),
            plants=self._names(data, "plants", "names or folders of plants"),
            parts=self._names(data, "parts", "patterns of parts, as S-*") if "parts" in data else (),
            rules=rules,
            weathers=self._weathers(data.get("weathers")),
            directions=self._whole(data, "directions", 72, 4, 360),
            half_side=half,
            cell=cell,
            igniters=self._igniters(data.get("igniters")),
            escalation=self._whole(data, "escalation", 1, 0, 5),
            dispersion=dispersion,
            one_by_one=METHODS.get(method, False),
            roughness_length=self.number(data.get("roughness_length", 0.1), ("roughness_length",), "m", 1e-5, 5.0, 0.1),
            duration=None if duration is None else self.number(duration, ("duration",), "s", 60.0, LONGEST, HOUR),
        )
        if found.cells**2 > MOST_CELLS:
            self.note(("map",), f"has {found.cells**2} cells; at most {MOST_CELLS} are taken: widen the cell")
        return found

    def _whole(self, data: Mapping[str, Any], key: str, usual: int, low: int, high: int) -> int:
        value = data.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.note((key,), f"must be a whole number from {low} to {high}, got {value!r}")
            return usual
        return value

    def _map(self, raw: Any) -> tuple[float, float]:
        if not isinstance(raw, Mapping):
            self.note(("map",), "must be a mapping with half_side and cell")
            return 2000.0, 20.0
        self.unknown(raw, ("half_side", "cell"), ("map",))
        half = self.number(raw.get("half_side", 2000.0), ("map", "half_side"), "m", 50.0, 10_000.0, 2000.0)
        cell = self.number(raw.get("cell", 20.0), ("map", "cell"), "m", 1.0, 500.0, 20.0)
        return half, cell

    def _list(self, raw: Any, path: Path_, what: str) -> list[Any]:
        if raw is None:
            return []
        if not isinstance(raw, list) or len(raw) > MOST_ENTRIES:
            self.note(path, f"must be a list of at most {MOST_ENTRIES} {what}")
            return []
        return raw

    def _names(self, data: Mapping[str, Any], key: str, what: str) -> tuple[str, ...]:
        found = self._list(data.get(key), (key,), key)
        if not found or not all(isinstance(item, str) and item for item in found):
            self.note((key,), f"must be a list of {what}")
            return ()
        return tuple(found)

    def _weathers(self, raw: Any) -> tuple[RiskWeather, ...]:
        found: list[RiskWeather] = []
        for index, item in enumerate(self._list(raw, ("weathers",), "weathers")):
            here: Path_ = ("weathers", index)
            if not isinstance(item, Mapping):
                self.note(here, "must be a mapping with stability, speed, time, share and rose")
                continue
            self.unknown(item, ("stability", "speed", "time", "share", "rose", "temperature", "source"), here)
            stability = self.text(item, "stability", here, needed=True).upper()
            if stability not in tuple("ABCDEF"):
                self.note((*here, "stability"), f"must be one of A to F, got '{stability}'")
                continue
            time = self.text(item, "time", here, needed=True)
            if time not in ("day", "night"):
                self.note((*here, "time"), f"must be day or night, got '{time}'")
            share = self.number(item.get("share", "missing"), (*here, "share"), "1", 0.0, 1.0, 0.0)
            found.append(
                RiskWeather(
                    stability=stability,
                    speed=self.number(item.get("speed", "missing"), (*here, "speed"), "m s-1", 0.3, GREATEST_WIND, 1.0),
                    day=time == "day",
                    rose=tuple(share * part for part in self._rose(item.get("rose", UNIFORM), (*here, "rose"))),
                    temperature=self.number(
                        item.get("temperature", 293.15), (*here, "temperature"), "K", 200.0, 340.0, 293.15
                    ),
                )
            )
        total = sum(weather.share for weather in found)
        if not found:
            self.note(("weathers",), "is missing or empty: a risk needs to know how often which weather comes")
        elif total > _ALMOST_ALL:
            self.note(("weathers",), f"have shares that add up to {total:.3f}, more than all of the time")
        return tuple(found)

    def _rose(self, raw: Any, path: Path_) -> list[float]:
        """Parts of a weather by sector, adding up to 1."""
        if raw == UNIFORM:
            return [1.0 / 12.0] * 12
        numbers = [item for item in raw if isinstance(item, int | float)] if isinstance(raw, list) else []
        if len(numbers) not in (8, 12, 16, 36) or len(numbers) != len(raw) or min(numbers) < 0.0 or sum(numbers) <= 0:
            self.note(path, f"must be {UNIFORM} or a list of 8, 12, 16 or 36 parts, from north clockwise")
            return [1.0]
        return [float(item) / sum(numbers) for item in numbers]

    def _igniters(self, raw: Any) -> tuple[Igniter, ...]:
        found = []
        for index, item in enumerate(self._list(raw, ("igniters",), "igniters")):
            here: Path_ = ("igniters", index)
            if not isinstance(item, Mapping):
                self.note(here, "must be a mapping with id, at, probability and in")
                continue
            self.unknown(item, ("id", "at", "probability", "in", "source"), here)
            at = item.get("at")
            if not isinstance(at, list) or len(at) != 2:
                self.note((*here, "at"), "must be metres east and north of the first plant's origin")
                continue
            east, north = (self.number(value, (*here, "at"), "m", -1e5, 1e5, 0.0) for value in at)
            found.append(
                Igniter(
                    id=self.text(item, "id", here, needed=True),
                    east=east,
                    north=north,
                    probability=self.number(
                        item.get("probability", "missing"), (*here, "probability"), "1", 0.0, 1.0, 0.0
                    ),
                    time=self.number(item.get("in", 60.0), (*here, "in"), "s", 1e-3, 1e6, 60.0),
                )
            )
        return tuple(found)

    def _grid(self, data: Mapping[str, Any]) -> WhatIf:
        self.unknown(data, _GRID_KEYS)
        base = self.scenario(data.get("scenario"), ("scenario",))
        varied = data.get("vary")
        if not isinstance(varied, Mapping) or not varied:
            self.note(("vary",), f"must be a mapping of lists; what can be varied is {', '.join(_VARIED)}")
            varied = {}
        self.unknown(varied, _VARIED, ("vary",))
        lists = {key: self._values(key, varied[key]) for key in varied if key in _VARIED}
        count = 1
        for values in lists.values():
            count *= len(values)
        if count > MOST_SCENARIOS:
            self.note(("vary",), f"gives {count} scenarios; at most {MOST_SCENARIOS} are run")
            lists = {}
        name = self.text(data, "study", needed=True)
        if base is None:
            return WhatIf(id=name, name="", scenarios=())
        found = [
            replace(base, **dict(zip(lists, values, strict=True)), id=f"{name}-{index}")
            for index, values in enumerate(itertools.product(*lists.values()))
        ]
        return WhatIf(id=name, name=self.text(data, "name"), scenarios=tuple(found))

    def _values(self, key: str, raw: Any) -> list[Any]:
        found: list[Any] = []
        for index, item in enumerate(self._list(raw, ("vary", key), "values")):
            here: Path_ = ("vary", key, index)
            if key == "part":
                if not isinstance(item, str):
                    self.note(here, f"must be a part's tag, got {item!r}")
                found.append(str(item))
            elif key == "hole_diameter":
                found.append(self._hole(item, here))
            elif key == "isolation_time":
                found.append(self._isolation(item, here))
            elif key == "wind":
                found.append(self.wind(item, here))
            elif key == "duration":
                found.append(self.number(item, here, "s", 60.0, LONGEST, HOUR))
            else:
                if isinstance(item, bool) or not isinstance(item, int) or item < 0:
                    self.note(here, f"must be a whole number of 0 or more, got {item!r}")
                found.append(item)
        if not found:
            self.note(("vary", key), "must be a list with at least one value")
        return found


def load_study(file: Path) -> Study:
    """Read a study from a YAML file.

    Raises
    ------
    ScenarioError
        With every error as ``FILE:LINE: KEY: what is wrong``.
    """
    return _read(read(file), file.name)


def _read(document: Document, file: str) -> Study:
    reader = _Reader(document, file)
    found = reader.study()
    if reader.findings or found is None:
        raise ScenarioError(sorted(reader.findings))
    return found
