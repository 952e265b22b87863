"""Checks the geometry of ``site.geojson`` before anything is made of it (RFC 7946)."""

from __future__ import annotations

import math
from typing import Any

_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""Geometry types that are read, with how deep their positions are nested."""
_FEWEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}


def feature_problem(feature: Any) -> str | None:
    """Why a feature cannot be used; ``None`` when it can."""
    if not isinstance(feature, dict):
        return "is no feature"
    if not isinstance(feature.get("properties"), dict | None):
        return "properties must be a mapping"
    shape = feature.get("geometry")
    if not isinstance(shape, dict):
        return "has no geometry"
    kind = shape.get("type")
    if not isinstance(kind, str) or kind not in _DEPTHS:
        return f"geometry type must be one of {', '.join(_DEPTHS)}, got {str(kind)[:40]!r}"
    return _problem(shape.get("coordinates"), _DEPTHS[kind], _FEWEST.get(kind, 1))


def _problem(value: Any, depth: int, fewest: int) -> str | None:
    if not isinstance(value, list):
        return "coordinates must be nested lists of longitude and latitude"
    if depth == 0:
        return None if _position(value) else f"{str(value)[:60]} is not a longitude and latitude in degrees"
    if depth == 1 and len(value) < fewest:
        return f"has {len(value)} positions where at least {fewest} are needed"
    if not value:
        return "has no coordinates"
    return next((found for item in value if (found := _problem(item, depth - 1, fewest))), None)


def _position(value: list[Any]) -> bool:
    numbers = [item for item in value[:2] if isinstance(item, int | float) and not isinstance(item, bool)]
    if len(numbers) < 2 or not all(math.isfinite(item) for item in numbers):
        return False
    return abs(numbers[0]) <= 180.0 and abs(numbers[1]) <= 90.0
