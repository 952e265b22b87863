"""Plants and snapshots as JSON. Values are SI; a number that is not known is null, never NaN."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from physics.quantities import QUANTITIES

if TYPE_CHECKING:
    from twin.plant import Plant
    from twin.state import Snapshot


def plant(plant: Plant) -> dict[str, Any]:
    """What a plant is made of, with longitude and latitude."""
    here = f"/v1/plants/{plant.id}"
    return {
        "id": plant.id,
        "name": plant.name,
        "name_zh": getattr(plant, "name_zh", ""),
        "crs": plant.crs,
        "origin": {"longitude_deg": plant.origin[0], "latitude_deg": plant.origin[1]},
        "leak_candidates": _leak_candidates(plant),
        "valves": [
            {
                "tag": valve.tag,
                "line": valve.line,
                "role": str(valve.role),
                "stroke_time_s": valve.stroke_time,
                "name": valve.name,
                "name_zh": valve.name_zh,
                **_place(plant, plant.location(valve.tag)),
            }
            for valve in _all(plant.valves)
        ],
        "detectors": [
            {
                "tag": detector.tag,
                "gas": detector.gas,
                "setpoints": dict(detector.setpoints),
                "name": detector.name,
                "name_zh": detector.name_zh,
                **_place(plant, detector.xyz),
            }
            for detector in _all(plant.detectors)
        ],
        "weather_station": _station(plant),
        "population_areas": [
            {
                "id": area.id,
                "kind": area.kind,
                "name": area.name,
                "name_zh": area.name_zh,
                "people_day": area.people_day,
                "people_night": area.people_night,
                **_place(plant, (*area.centre, 0.0)),
            }
            for area in _all(plant.population_areas)
        ],
        "links": {
            "self": here,
            "site": f"{here}/site",
            "state": f"{here}/state",
            "events": f"{here}/events",
            "forecast": f"{here}/forecast",
            "look_ahead": f"{here}/look-ahead",
        },
    }


def _leak_candidates(plant: Plant) -> list[dict[str, Any]]:
    return [
        {
            "tag": part.tag,
            "kind": type(part).__name__.lower(),
            "name": part.name,
            "name_zh": part.name_zh,
            "diameter_m": getattr(part, "diameter", None),
            "hose": getattr(part, "hose", False),
            **_place(plant, plant.location(part.tag)),
        }
        for part in plant.leak_candidates()
    ]


def site(plant: Plant) -> dict[str, Any]:
    """Site map as GeoJSON, out of its read-only wrapping."""
    return {str(key): _thawed(value) for key, value in plant.site.items()}


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _thawed(item) for key, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, list | tuple) else value


def _all(parts: Any) -> list[Any]:
    return list(parts.values()) if hasattr(parts, "values") else list(parts)


def _station(plant: Plant) -> dict[str, Any] | None:
    station = plant.weather_station
    return None if station is None else {"tag": station.tag, **_place(plant, station.xyz)}


def _place(plant: Plant, xyz: tuple[float, float, float]) -> dict[str, Any]:
    longitude, latitude = plant.to_lonlat(xyz[0], xyz[1])
    return {
        "x_m": round(xyz[0], 3),
        "y_m": round(xyz[1], 3),
        "z_m": round(xyz[2], 3),
        "longitude_deg": round(float(longitude), 7),
        "latitude_deg": round(float(latitude), 7),
    }


def snapshot(plant: Plant, snapshot: Snapshot) -> dict[str, Any]:
    """Every tag with value, quality and age."""
    sources = {item.tag: item for item in (*_all(plant.instruments), *_all(plant.detectors))}
    return {
        "plant": plant.id,
        "id": snapshot.id,
        "version": snapshot.version,
        "at": time(snapshot.at),
        "clock": "wall",
        "connected": snapshot.connected,
        "readings": [_reading(snapshot, tag, sources.get(tag)) for tag in sorted(snapshot.readings)],
    }


def _reading(snapshot: Snapshot, tag: str, source: Any) -> dict[str, Any]:
    reading = snapshot.readings[tag]
    quantity = getattr(source, "quantity", "mole_fraction" if source is not None else "")
    word = QUANTITIES.get(quantity)
    return {
        "tag": tag,
        "value": number(reading.value),
        "unit": word.unit if word else str(getattr(source, "unit", "")),
        "quantity": quantity,
        "target": getattr(source, "target", ""),
        "name": getattr(source, "name", ""),
        "name_zh": getattr(source, "name_zh", ""),
        "quality": str(reading.quality),
        "status": f"0x{reading.status:08X}",
        "age_s": number(snapshot.age(tag)),
        "source_time": time(reading.source_time),
        "received_time": time(reading.received_time),
        "flags": sorted(str(flag) for flag in reading.flags or ()),
    }


def number(value: Any) -> float | None:
    """Finite number or null; a span of time in seconds."""
    if hasattr(value, "total_seconds"):
        value = value.total_seconds()
    if value is None or isinstance(value, str):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def time(at: datetime | None) -> str | None:
    """RFC 3339 UTC."""
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
