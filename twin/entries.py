"""Reads a plant's files entry by entry, so that one bad entry hides nothing about the others."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from twin.findings import Finding
from twin.plant_file import LISTS, FluidEntry, PlantEntry, PlantFile, TagEntry, WeatherStationEntry
from twin.site_map import feature_problem
from twin.yaml_lines import Document, Path_, read

PLANT_FILE = "plant.yaml"
TAGS_FILE = "tags.yaml"
SITE_FILE = "site.geojson"
Item = TypeVar("Item")
Record = TypeVar("Record", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Located(Generic[Item]):
    """An entry with where it stands."""

    item: Item
    path: Path_
    file: str = PLANT_FILE


@dataclass(slots=True)
class Entries:
    """Everything that could be read, and what could not.

    ``declared`` holds every id the files mention, read or not, so that a reference to a broken entry is not called
    a reference to nothing.
    """

    folder: Path
    documents: dict[str, Document] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    plant: Located[PlantEntry] | None = None
    fluids: dict[str, Located[FluidEntry]] = field(default_factory=dict)
    station: Located[WeatherStationEntry] | None = None
    lists: dict[str, list[Located[Any]]] = field(default_factory=dict)
    tags: list[Located[TagEntry]] = field(default_factory=list)
    site: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, set[str]] = field(default_factory=dict)

    def line(self, file: str, path: Path_) -> int:
        """Line of a path in a file."""
        document = self.documents.get(file)
        return document.line(path) if document else 1

    def add(self, where: Located[Any], id_: str, says: str, *, at: Path_ = (), severity: str = "error") -> None:
        """Note something about an entry, or about the key ``at`` within it."""
        self.note(where.file, (*where.path, *at), id_, says, severity)

    def note(self, file: str, path: Path_, id_: str, says: str, severity: str = "error") -> None:
        """Note something about a path of a file."""
        self.findings.append(Finding(file, self.line(file, path), id_, says, severity))

    def of(self, kind: str) -> list[Located[Any]]:
        """Readable entries of one top-level list."""
        return self.lists.get(kind, [])


def near(name: str, known: set[str] | list[str]) -> str:
    """``; did you mean X?`` where something close is known, else nothing."""
    close = difflib.get_close_matches(name, sorted(known), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def read_entries(folder: Path) -> Entries:
    """Read ``plant.yaml``, ``tags.yaml`` and ``site.geojson`` of a folder."""
    entries = Entries(folder)
    if not (folder / PLANT_FILE).is_file():
        says = f"there is no {PLANT_FILE} in {folder}" if folder.is_dir() else f"{folder} is not a folder"
        entries.findings.append(Finding(PLANT_FILE, 1, folder.name or str(folder), says))
        return entries
    for name in (PLANT_FILE, TAGS_FILE, SITE_FILE):
        if (folder / name).is_file():
            document = read(folder / name)
            entries.documents[name] = document
            for trouble in document.troubles:
                entries.findings.append(Finding(name, trouble.line, trouble.key or name, trouble.says))
    data = entries.documents[PLANT_FILE].data
    if isinstance(data, dict):
        _read_plant(entries, data)
    elif data is not None:
        entries.note(PLANT_FILE, (), PLANT_FILE, "must be a mapping with the keys schema, plant, fluids, ...")
    _read_tags(entries)
    _read_site(entries)
    return entries


def _read_plant(entries: Entries, data: dict[str, Any]) -> None:
    known = {info.alias or name: info for name, info in PlantFile.model_fields.items()}
    for key in data:
        if key not in known:
            entries.note(PLANT_FILE, (key,), key, f"is not a key of a plant file{near(key, set(known))}")
    for key, info in known.items():
        if info.is_required() and key not in data:
            entries.note(PLANT_FILE, (), key, "is missing from the plant file")
    if "schema" in data and data["schema"] != 1:
        entries.note(PLANT_FILE, ("schema",), "schema", f"must be 1, got {data['schema']!r}")
    if "plant" in data:
        entries.plant = _one(entries, PlantEntry, data["plant"], ("plant",), "plant")
    _read_fluids(entries, data.get("fluids"))
    if data.get("weather_station") is not None:
        raw = data["weather_station"]
        entries.station = _one(entries, WeatherStationEntry, raw, ("weather_station",), "weather_station")
    for kind, record in LISTS.items():
        _read_list(entries, kind, record, data.get(kind))


def _read_fluids(entries: Entries, raw: Any) -> None:
    entries.declared["fluids"] = set()
    if raw is None:
        return
    if not isinstance(raw, dict):
        entries.note(PLANT_FILE, ("fluids",), "fluids", "must be a mapping from a fluid's id to what it is")
        return
    entries.declared["fluids"] = set(raw)
    for name, value in raw.items():
        found = _one(entries, FluidEntry, value, ("fluids", name), name)
        if found:
            entries.fluids[name] = found


def _read_list(entries: Entries, kind: str, record: type[BaseModel], raw: Any) -> None:
    entries.declared[kind], entries.lists[kind] = set(), []
    if raw is None:
        return
    if not isinstance(raw, list):
        entries.note(PLANT_FILE, (kind,), kind, "must be a list")
        return
    for index, value in enumerate(raw):
        id_ = _id(value) or f"{kind}[{index}]"
        entries.declared[kind].add(id_)
        found = _one(entries, record, value, (kind, index), id_)
        if found:
            entries.lists[kind].append(found)


def _read_tags(entries: Entries) -> None:
    document = entries.documents.get(TAGS_FILE)
    if document is None or document.data is None:
        return
    rows = document.data.get("tags") if isinstance(document.data, dict) else None
    if not isinstance(rows, list):
        entries.note(TAGS_FILE, (), TAGS_FILE, "must be a mapping with a list 'tags'")
        return
    for index, value in enumerate(rows):
        id_ = _id(value) or f"tags[{index}]"
        found = _one(entries, TagEntry, value, ("tags", index), id_, TAGS_FILE)
        if found:
            entries.tags.append(found)


def _read_site(entries: Entries) -> None:
    document = entries.documents.get(SITE_FILE)
    if document is None or document.data is None:
        return
    data = document.data
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection":
        entries.note(SITE_FILE, (), SITE_FILE, "must be a GeoJSON FeatureCollection")
        return
    entries.site = data
    for index, feature in enumerate(features):
        problem = feature_problem(feature)
        if problem:
            name = (feature.get("properties") or {}) if isinstance(feature, dict) else {}
            id_ = str(name.get("id", "")) if isinstance(name, dict) else ""
            entries.note(SITE_FILE, ("features", index), id_ or f"features[{index}]", problem)


def _id(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    found = value.get("tag", value.get("id"))
    return str(found) if found is not None else ""


def _one(
    entries: Entries, record: type[Record], value: Any, path: Path_, id_: str, file: str = PLANT_FILE
) -> Located[Record] | None:
    if not isinstance(value, dict):
        entries.note(file, path, id_, "must be a mapping of keys to values")
        return None
    try:
        return Located(record.model_validate(value), path, file)
    except ValidationError as error:
        _note_errors(entries, error, record, path, id_, file)
        return None


def _note_errors(
    entries: Entries, error: ValidationError, record: type[BaseModel], path: Path_, id_: str, file: str
) -> None:
    said: set[tuple[int, str]] = set()
    for problem in error.errors(include_url=False):
        at = tuple(problem["loc"])
        name = ".".join(str(step) for step in at) or id_
        if problem["type"] == "missing":
            says = f"'{name}' is missing"
        elif problem["type"] == "extra_forbidden":
            known = {info.alias or key for key, info in record.model_fields.items()}
            says = f"'{name}' is not a key here{near(str(at[-1]), known) if len(at) == 1 else ''}"
        else:
            text = str(problem["msg"]).removeprefix("Value error, ")
            text = text[:1].lower() + text[1:]
            shown = "" if "got " in text or "'" in text else f", got {problem['input']!r}"[:80]
            says = f"{name}: {text}{shown}"
        line = entries.line(file, (*path, *at))
        if (line, says) not in said:
            said.add((line, says))
            entries.findings.append(Finding(file, line, id_, says))
