"""Reads a plant's folder into a `Plant`, or says everything that stands in the way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from twin import assemble
from twin.checks import check_entries
from twin.entries import PLANT_FILE, Entries, read_entries
from twin.findings import Finding, PlantError
from twin.hazards import hazards
from twin.plant import Plant, plant_graph

Kept = TypeVar("Kept")
__all__ = ["Finding", "PlantError", "check_plant", "load_plant"]


def check_plant(folder: str | Path) -> list[Finding]:
    """Everything there is to say about a plant's files, errors first within each line.

    Parameters
    ----------
    folder : path
        Holds ``plant.yaml`` and, as needed, ``tags.yaml`` and ``site.geojson``.

    Returns
    -------
    list of Finding
        Sorted by file and line. No errors: the plant can be loaded.
    """
    entries = _checked(Path(folder))
    found = list(entries.findings)
    if not any(item.severity == "error" for item in found):
        plant = _plant(entries)
        for path, id_, says in hazards(plant, entries):
            found.append(Finding(PLANT_FILE, entries.line(PLANT_FILE, path), id_, says, "finding"))
    return sorted(set(found))


def load_plant(folder: str | Path) -> Plant:
    """Read a plant.

    Raises
    ------
    PlantError
        Its files hold errors; every one of them is in ``findings``.
    """
    entries = _checked(Path(folder))
    errors = sorted({item for item in entries.findings if item.severity == "error"})
    if errors:
        raise PlantError(errors)
    return _plant(entries)


def _checked(folder: Path) -> Entries:
    entries = read_entries(folder)
    if entries.documents and isinstance(entries.documents[PLANT_FILE].data, dict):
        check_entries(entries)
    return entries


def _by(entries: Entries, kind: str, make: Callable[[Any], Kept]) -> Mapping[str, Kept]:
    found = {}
    for located in entries.of(kind):
        item = located.item
        found[getattr(item, "tag", None) or item.id] = make(item)
    return MappingProxyType(found)


def _plant(entries: Entries) -> Plant:
    if entries.plant is None:
        raise PlantError([Finding(PLANT_FILE, 1, "plant", "is missing")])
    about = entries.plant.item
    places = assemble.Places(about, entries.site)
    bindings = assemble.bindings(entries)
    equipment = _by(entries, "equipment", assemble.equipment)
    nozzles = _by(entries, "nozzles", assemble.nozzle)
    joints = _by(entries, "joints", assemble.joint)
    lines = _by(entries, "lines", assemble.line)
    valves = _by(entries, "valves", lambda item: assemble.valve(item, lines[item.line]))
    return Plant(
        id=about.id,
        name=about.name,
        name_zh=about.name_zh,
        crs=about.crs,
        origin=places.origin,
        timezone=about.timezone,
        fluids=MappingProxyType({id_: assemble.fluid(id_, item.item) for id_, item in entries.fluids.items()}),
        equipment=equipment,
        nozzles=nozzles,
        joints=joints,
        lines=lines,
        valves=valves,
        instruments=_by(entries, "instruments", lambda item: assemble.instrument(item, bindings)),
        detectors=_by(entries, "detectors", lambda item: assemble.detector(item, bindings)),
        weather_station=assemble.station(entries.station.item) if entries.station else None,
        emergency_shutdowns=_by(entries, "emergency_shutdown", assemble.shutdown),
        bunds=_by(entries, "bunds", assemble.bund),
        catches=_by(entries, "catches", assemble.catch),
        obstacles=_by(entries, "obstacles", places.obstacle),
        population_areas=_by(entries, "population", places.area),
        site=places.site,
        sources=tuple(assemble.source(item) for item in about.sources),
        facts=MappingProxyType(dict(_facts(entries.documents[PLANT_FILE].data, ""))),
        folder=entries.folder.resolve(),
        graph=plant_graph(
            equipment=equipment.values(),
            nozzles=nozzles.values(),
            joints=joints.values(),
            lines=lines.values(),
            valves=valves.values(),
        ),
    )


def _facts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every ``{value, source}`` and ``sources`` of the file, by readable path."""
    if isinstance(value, dict):
        if "value" in value and "source" in value:
            yield path, str(value["source"])
            return
        name = value.get("tag", value.get("id"))
        here = str(name) if name is not None else path
        if value.get("sources") and not isinstance(value["sources"], dict):
            said = value["sources"]
            yield here, "; ".join(map(str, said)) if isinstance(said, list) else str(said)
        for key, item in value.items():
            if key != "sources":
                yield from _facts(item, f"{here}.{key}" if here else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _facts(item, f"{path}[{index}]")
