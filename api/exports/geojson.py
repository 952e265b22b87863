"""Contours as GeoJSON (RFC 7946): longitude and latitude on WGS 84."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.contours import Contour

DECIMALS = 6
"""Decimal places of a coordinate; 0.1 m."""

Point = Callable[[float, float], tuple[float, float]]


def contour_collection(contours: Iterable[Contour], to_lonlat: Point) -> dict[str, Any]:
    """FeatureCollection of contours.

    Parameters
    ----------
    contours : iterable of Contour
        Polygons in plant-local metres.
    to_lonlat : callable
        Plant-local metres to longitude and latitude.
    """
    return {
        "type": "FeatureCollection",
        "features": [_feature(contour, to_lonlat) for contour in contours if not contour.polygons.is_empty],
    }


def _feature(contour: Contour, to_lonlat: Point) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "level": contour.level,
            "branch": contour.branch,
            "edge": contour.edge,
            "time_s": contour.time,
            "hatched": contour.hatched,
            "probability": contour.probability,
        },
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [rings(polygon, to_lonlat) for polygon in contour.polygons.geoms],
        },
    }


def ignition_collection(found: Mapping[str, Any], to_lonlat: Point) -> dict[str, Any]:
    """FeatureCollection of what a release does if it is lit.

    Polygons are where a fire's heat flux, a flash fire's limits or an explosion's overpressure is reached; points are
    vessels that may fail next, with the fireball of each.

    Parameters
    ----------
    found : mapping
        ``ignition`` of a forecast's summary.
    to_lonlat : callable
        Plant-local metres to longitude and latitude.
    """
    burning = [_burning(item, level, to_lonlat) for item in found["lit"] for level in item["shapes"]]
    vessels = [_vessel(row, to_lonlat) for row in found["escalation"]]
    features = [feature for feature in burning if feature["geometry"]["coordinates"]]
    return {"type": "FeatureCollection", "features": [*features, *vessels]}


def _burning(item: Mapping[str, Any], level: str, to_lonlat: Point) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "kind": item["kind"],
            "edge": item["edge"],
            "level": level,
            "reach_m": item["reach_m"][level],
            "model": item["model"],
            "hatched": any(caveat["grade"] != "note" for caveat in item["caveats"]),
        },
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [
                [[_degrees(to_lonlat(x, y)) for x, y in ring] for ring in polygon] for polygon in item["shapes"][level]
            ],
        },
    }


def _vessel(row: Mapping[str, Any], to_lonlat: Point) -> dict[str, Any]:
    told = ("target", "edge", "by", "heat_flux_W_m2", "overpressure_Pa", "probability", "time_to_failure_s", "then")
    return {
        "type": "Feature",
        "properties": {"kind": "next-vessel", **{name: row[name] for name in told}},
        "geometry": {"type": "Point", "coordinates": _degrees(to_lonlat(row["x_m"], row["y_m"]))},
    }


def _degrees(place: tuple[float, float]) -> list[float]:
    return [round(place[0], DECIMALS), round(place[1], DECIMALS)]


def rings(polygon: Any, to_lonlat: Point) -> list[list[list[float]]]:
    """Coordinates of a polygon, its outline first."""
    return [_ring(ring, to_lonlat) for ring in (polygon.exterior, *polygon.interiors)]


def _ring(ring: Any, to_lonlat: Point) -> list[list[float]]:
    return [_degrees(to_lonlat(x, y)) for x, y in ring.coords]
