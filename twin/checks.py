"""Errors that only show when entries are held against each other: references, units, node ids, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from twin.coordinates import shifted_name
from twin.entries import PLANT_FILE, SITE_FILE, Entries, Located, near
from twin.units import UnitError, number, to_si

INERT = frozenset({"air", "nitrogen", "7727-37-9", "132259-10-0"})
"""Component names of fluids that harm nobody and need no property table."""
QUANTITIES: Mapping[str, str] = {
    "pressure": "Pa",
    "temperature": "K",
    "level": "1",
    "mass": "kg",
    "mass_flow_rate": "kg s-1",
    "opening": "1",
    "open": "1",
    "closed": "1",
    "tripped": "1",
    "wind_speed": "m s-1",
    "wind_from_direction": "degree",
    "ambient_temperature": "K",
    "ambient_pressure": "Pa",
    "relative_humidity": "1",
    "solar_flux": "W m-2",
    "temperature_gradient": "K m-1",
    "cloud_cover": "1",
}
"""What an instrument may measure, and the SI unit it is kept in."""
_OF_VALVES = frozenset({"opening", "open", "closed"})
_OF_WEATHER = frozenset(
    {
        "wind_speed",
        "wind_from_direction",
        "ambient_temperature",
        "ambient_pressure",
        "relative_humidity",
        "solar_flux",
        "temperature_gradient",
        "cloud_cover",
    }
)
_NODE = re.compile(r"^nsu=([A-Za-z][A-Za-z0-9+.-]*:[^;\s]+);(s=.+|i=\d+|g=[0-9A-Fa-f-]{36}|b=[A-Za-z0-9+/=]+)$")
_TAGGED = ("equipment", "lines", "valves", "instruments", "detectors", "emergency_shutdown", "nozzles", "joints")
_IDED = ("obstacles", "population", "bunds", "catches")


def in_unit(raw: Any, unit: str, si: str) -> float:
    """A number of an instrument: plain numbers are in its own ``unit``; gives SI.

    Raises
    ------
    UnitError
        It is no finite number of that dimension.
    """
    value = raw["value"] if isinstance(raw, dict) and "value" in raw else raw
    if isinstance(value, int | float) and not isinstance(value, bool):
        return to_si(number(value, "1"), unit, si)
    return number(raw, si)


def span_in_unit(raw: Any, unit: str, si: str) -> float:
    """A difference, such as an accuracy: like `in_unit` without any offset of the scale."""
    value = raw["value"] if isinstance(raw, dict) and "value" in raw else raw
    if isinstance(value, int | float) and not isinstance(value, bool):
        return to_si(number(value, "1"), unit, si) - to_si(0.0, unit, si)
    return number(raw, si)


def identity(located: Located[Any]) -> str:
    """Tag or id of an entry."""
    return str(getattr(located.item, "tag", None) or getattr(located.item, "id", ""))


def check_entries(entries: Entries) -> None:
    """Add every error of reference, unit, binding and coordinates to ``entries.findings``."""
    _duplicates(entries)
    _coordinates(entries)
    _fluids(entries)
    _connections(entries)
    _valves(entries)
    _instruments(entries)
    _detectors(entries)
    _shutdown(entries)
    _bindings(entries)
    _areas(entries)


def _duplicates(entries: Entries) -> None:
    for group in (_TAGGED, _IDED):
        seen: dict[str, int] = {}
        for kind in group:
            raw = (entries.documents[PLANT_FILE].data or {}).get(kind) if entries.documents else None
            for index, value in enumerate(raw if isinstance(raw, list) else []):
                if not isinstance(value, dict):
                    continue
                key = "tag" if "tag" in value else "id"
                if key not in value:
                    continue
                line, name = entries.line(PLANT_FILE, (kind, index, key)), str(value[key])
                if name in seen:
                    says = f"is used twice; the other is on line {seen[name]}"
                    entries.note(PLANT_FILE, (kind, index, key), name, says)
                else:
                    seen[name] = line
    if entries.station and any(identity(entries.station) in entries.declared[kind] for kind in _TAGGED):
        entries.add(entries.station, identity(entries.station), "is used twice", at=("tag",))


def _coordinates(entries: Entries) -> None:
    if not entries.plant:
        return
    plant = entries.plant.item
    shifted = shifted_name(plant.crs)
    if shifted and plant.source_crs is not None and shifted_name(plant.source_crs) == shifted:
        if plant.origin.lon is None or plant.origin.lat is None:
            entries.add(entries.plant, plant.id, f"origin needs lon and lat in {plant.crs}", at=("origin",))
    elif shifted:
        says = (
            f"crs '{plant.crs}' is a shifted system: give coordinates on WGS 84 (crs: EPSG:4326), or keep them and "
            f"declare source_crs: {shifted} so that they are converted"
        )
        entries.add(entries.plant, plant.id, says, at=("crs",))
    elif (problem := _crs_problem(plant)) is not None:
        entries.add(entries.plant, plant.id, problem[1], at=(problem[0],))
    if plant.source_crs is not None and shifted_name(plant.source_crs) is None:
        says = f"source_crs '{plant.source_crs}' is neither GCJ-02 nor BD-09"
        entries.add(entries.plant, plant.id, says, at=("source_crs",))
    declared = entries.site.get("crs") if entries.site else None
    name = str(declared.get("properties", {}).get("name", "")) if isinstance(declared, dict) else str(declared or "")
    mapped = shifted_name(name.split(":")[-1]) or shifted_name(name)
    if mapped and (plant.source_crs is None or shifted_name(plant.source_crs) != mapped):
        says = f"the site map is in {mapped}; declare source_crs: {mapped} in plant.yaml so that it is converted"
        entries.note(SITE_FILE, ("crs",), "crs", says)


def _crs_problem(plant: Any) -> tuple[str, str] | None:
    import pyproj

    try:
        crs = pyproj.CRS.from_user_input(plant.crs)
    except pyproj.exceptions.CRSError:
        return "crs", f"crs '{plant.crs}' is not a coordinate system that can be read (write EPSG:4326 for WGS 84)"
    wanted = ("lon", "lat") if crs.is_geographic else ("easting", "northing")
    if any(getattr(plant.origin, key) is None for key in wanted):
        return "origin", f"origin needs {wanted[0]} and {wanted[1]} in {plant.crs}"
    return None


def _fluids(entries: Entries) -> None:
    for id_, located in entries.fluids.items():
        components = located.item.components
        if len(components) > 1:
            says = "has several components; mixtures cannot be computed yet, give the one that matters"
            entries.add(located, id_, says, at=("components",))
        for name in components:
            if name.lower() in INERT:
                continue
            problem = _substance_problem(name)
            if problem:
                entries.add(located, id_, problem, at=("components", name))


def _substance_problem(name: str) -> str | None:
    from physics.substances import substance

    try:
        substance(name)
    except LookupError as error:
        return f"is made of an unknown substance: {str(error).strip(chr(34) + chr(39))}"
    return None


def _fluid_reference(entries: Entries, located: Located[Any], name: str, at: tuple[str, ...]) -> None:
    known = entries.declared["fluids"]
    if name not in known:
        entries.add(located, identity(located), f"unknown fluid '{name}'{near(name, known)}", at=at)


def _ports(entries: Entries) -> set[str]:
    return entries.declared["nozzles"] | entries.declared["joints"] | entries.declared["equipment"]


def _connections(entries: Entries) -> None:
    ports, used = _ports(entries), set[str]()
    for located in entries.of("nozzles"):
        if located.item.equipment not in entries.declared["equipment"]:
            close = near(located.item.equipment, entries.declared["equipment"])
            says = f"dangling port: sits on '{located.item.equipment}', which is no equipment{close}"
            entries.add(located, located.item.id, says, at=("equipment",))
    for located in entries.of("lines"):
        line = located.item
        for key, port in (("from", line.start), ("to", line.end)):
            used.add(port)
            if port not in ports:
                says = f"dangling port: '{key}' is '{port}', which is no nozzle, joint or equipment{near(port, ports)}"
                entries.add(located, line.tag, says, at=(key,))
        if line.dn is None and line.id_mm is None:
            entries.add(located, line.tag, "needs dn or id_mm, its diameter in millimetres")
        if line.start == line.end:
            entries.add(located, line.tag, f"begins and ends at '{line.start}'", at=("to",))
        _fluid_reference(entries, located, line.fluid, ("fluid",))
    for located in (*entries.of("equipment"), *entries.of("lines")):
        bund, bunds = located.item.bund, entries.declared["bunds"]
        if bund is not None and bund not in bunds:
            entries.add(
                located, located.item.tag, f"stands in '{bund}', which is no bund{near(bund, bunds)}", at=("bund",)
            )
    for located in entries.of("equipment"):
        if located.item.inventory:
            _fluid_reference(entries, located, located.item.inventory.fluid, ("inventory", "fluid"))
    for located in entries.of("nozzles"):
        if located.item.id not in used and not located.item.closed:
            says = "no line is connected to this nozzle; write 'closed: true' if it is blinded"
            entries.add(located, located.item.id, says, severity="finding")


def _valves(entries: Entries) -> None:
    lines = entries.declared["lines"]
    for located in entries.of("valves"):
        valve = located.item
        if valve.line not in lines:
            says = f"sits on line '{valve.line}', which does not exist{near(valve.line, lines)}"
            entries.add(located, valve.tag, says, at=("line",))
        if valve.catch is not None and valve.catch not in entries.declared["catches"]:
            close = near(valve.catch, entries.declared["catches"])
            entries.add(located, valve.tag, f"relieves into '{valve.catch}', which is no catch{close}", at=("catch",))
        if valve.role in {"excess_flow", "prv"}:
            unit = "kg s-1" if valve.role == "excess_flow" else "Pa"
            if valve.setting is None:
                entries.add(located, valve.tag, f"needs a 'setting': it is a {valve.role} valve")
                continue
            try:
                number(valve.setting, unit)
            except UnitError as error:
                entries.add(located, valve.tag, f"setting: {error}", at=("setting",))
        if valve.role in {"esdv", "rov"} and valve.t_stroke is None:
            entries.add(located, valve.tag, f"needs t_stroke, the time it takes to close: it is a {valve.role}")
    valves = entries.declared["valves"]
    for located in entries.of("lines"):
        for index, item in enumerate(located.item.items):
            if item not in valves:
                says = f"item '{item}' is no valve{near(item, valves)}"
                entries.add(located, located.item.tag, says, at=("items", index))


def _targets(entries: Entries) -> set[str]:
    kinds = ("equipment", "nozzles", "joints", "lines", "valves", "emergency_shutdown")
    found = set[str]().union(*(entries.declared[kind] for kind in kinds))
    raw = (entries.documents[PLANT_FILE].data or {}).get("weather_station")
    return found | ({str(raw["tag"])} if isinstance(raw, dict) and "tag" in raw else set())


def _instruments(entries: Entries) -> None:
    targets, valves = _targets(entries), entries.declared["valves"]
    for located in entries.of("instruments"):
        item, measures = located.item, located.item.measures
        at = ("measures", "target")
        if measures.target not in targets:
            says = f"instrument on nothing: there is no '{measures.target}'{near(measures.target, targets)}"
            entries.add(located, item.tag, says, at=at)
        if measures.quantity not in QUANTITIES:
            says = f"cannot measure '{measures.quantity}'{near(measures.quantity, set(QUANTITIES))}"
            entries.add(located, item.tag, says, at=("measures", "quantity"))
            continue
        if measures.quantity in _OF_VALVES and measures.target in targets - valves:
            entries.add(located, item.tag, f"'{measures.quantity}' is measured on valves only", at=at)
        station = identity(entries.station) if entries.station else ""
        if measures.quantity in _OF_WEATHER and measures.target in targets and measures.target != station:
            entries.add(located, item.tag, f"'{measures.quantity}' is measured on the weather station only", at=at)
        _numbers(entries, located, QUANTITIES[measures.quantity], "alarms")


def _numbers(entries: Entries, located: Located[Any], si: str, extra: str) -> None:
    """Unit, range, accuracy and limits of an instrument or detector."""
    item = located.item
    try:
        to_si(1.0, item.unit, si)
    except UnitError as error:
        entries.add(located, item.tag, f"unit of the wrong dimension: {error}", at=("unit",))
        return
    values: dict[tuple[str | int, ...], Any] = {("range", 0): item.range[0], ("range", 1): item.range[1]}
    values |= {(extra, key): value for key, value in getattr(item, extra).items()}
    read: dict[tuple[str | int, ...], float] = {}
    for at, raw in values.items():
        try:
            read[at] = in_unit(raw, item.unit, si)
        except UnitError as error:
            entries.add(located, item.tag, f"{'.'.join(map(str, at))}: {error}", at=at)
    try:
        span_in_unit(item.accuracy, item.unit, si)
    except UnitError as error:
        entries.add(located, item.tag, f"accuracy: {error}", at=("accuracy",))
    low, high = read.get(("range", 0)), read.get(("range", 1))
    if low is not None and high is not None and low >= high:
        entries.add(located, item.tag, "range must rise", at=("range",))


def _detectors(entries: Entries) -> None:
    for located in entries.of("detectors"):
        if located.item.gas is None:
            entries.add(located, located.item.tag, "detector without gas: say which fluid it answers to")
        else:
            _fluid_reference(entries, located, located.item.gas, ("gas",))
        _numbers(entries, located, "1", "setpoints")


def _shutdown(entries: Entries) -> None:
    for located in entries.of("emergency_shutdown"):
        for index, tag in enumerate(located.item.closes):
            if tag not in entries.declared["valves"]:
                close = near(tag, entries.declared["valves"])
                entries.add(
                    located, located.item.tag, f"closes '{tag}', which is no valve{close}", at=("closes", index)
                )
        for tag in located.item.pressure_below:
            if tag not in entries.declared["instruments"]:
                entries.add(located, located.item.tag, f"'{tag}' is no instrument", at=("pressure_below", tag))


def _all_bindings(entries: Entries) -> Iterator[tuple[Located[Any], str, str, tuple[str, ...]]]:
    for kind in ("instruments", "detectors"):
        for located in entries.of(kind):
            if located.item.opcua:
                yield located, located.item.tag, located.item.opcua.node, ("opcua", "node")
    for row in entries.tags:
        yield row, row.item.tag, row.item.node, ("node",)


def _bindings(entries: Entries) -> None:
    known = entries.declared["instruments"] | entries.declared["detectors"]
    nodes: dict[str, str] = {}
    bound: set[str] = set()
    for located, tag, node, at in _all_bindings(entries):
        if tag in bound:
            entries.add(located, tag, "is bound to an OPC UA node twice", at=at)
        bound.add(tag)
        if tag not in known:
            entries.add(located, tag, f"is no instrument or detector of the plant{near(tag, known)}", at=("tag",))
        problem = node_problem(node)
        if problem:
            entries.add(located, tag, problem, at=at)
        elif nodes.setdefault(node, tag) != tag:
            entries.add(located, tag, f"is bound to the same node as {nodes[node]}", at=at)
    for kind in ("instruments", "detectors"):
        for located in entries.of(kind):
            if located.item.tag not in bound:
                says = "is bound to no OPC UA node, so it will never have a value"
                entries.add(located, located.item.tag, says, severity="finding")


def node_problem(node: str) -> str | None:
    """Why a node id cannot be used; ``None`` when it can."""
    if _NODE.match(node):
        return None
    if node.startswith("ns="):
        return (
            f"bad node id '{node}': a namespace index moves when a server restarts; "
            "write nsu=<namespace URI>;s=<identifier>"
        )
    return f"bad node id '{node}': write nsu=<namespace URI>;s=<identifier>"


def _areas(entries: Entries) -> None:
    features = {
        str((feature.get("properties") or {}).get("id"))
        for feature in entries.site.get("features", [])
        if isinstance(feature, dict) and isinstance(feature.get("properties"), dict)
    }
    for kind in ("population", "obstacles"):
        for located in entries.of(kind):
            item = located.item
            if (item.feature is None) == (item.polygon is None):
                entries.add(located, item.id, "needs either 'feature', an id in site.geojson, or 'polygon'")
            elif item.feature is not None and item.feature not in features:
                close = near(item.feature, features)
                says = f"feature '{item.feature}' is not in site.geojson{close}"
                entries.add(located, item.id, says, at=("feature",))
            elif item.polygon is not None and len(item.polygon) < 3:
                entries.add(located, item.id, "polygon needs at least three points", at=("polygon",))
