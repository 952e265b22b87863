"""Contours as GeoJSON (RFC 7946): longitude and latitude on WGS 84."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


def rings(polygon: Any, to_lonlat: Point) -> list[list[list[float]]]:
    """Coordinates of a polygon, its outline first."""
    return [_ring(ring, to_lonlat) for ring in (polygon.exterior, *polygon.interiors)]


def _ring(ring: Any, to_lonlat: Point) -> list[list[float]]:
    degrees = (to_lonlat(x, y) for x, y in ring.coords)
    return [[round(longitude, DECIMALS), round(latitude, DECIMALS)] for longitude, latitude in degrees]
