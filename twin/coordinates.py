"""Coordinate systems: local metres about a plant's origin, and the shifted systems of Chinese maps.

GCJ-02 moves WGS 84 by up to some 700 m inside China; BD-09 shifts GCJ-02 again. The forward formulas are the ones
in public use (eviltransform and many others); the inverse is by iteration and good to well under a metre.
"""

from __future__ import annotations

import math
from typing import Any

SHIFTED = frozenset({"GCJ-02", "BD-09"})
"""Systems that must be declared as what they are."""
_KRASSOVSKY_RADIUS = 6378245.0
_KRASSOVSKY_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_ANGLE = math.pi * 3000.0 / 180.0
_INVERSE_STEPS = 20


def shifted_name(crs: str) -> str | None:
    """``GCJ-02`` or ``BD-09`` when ``crs`` names one of them in any usual spelling."""
    plain = crs.upper().replace("-", "").replace("_", "").replace(" ", "")
    if plain in {"GCJ02", "MARS", "AUTONAVI"}:
        return "GCJ-02"
    return "BD-09" if plain in {"BD09", "BD09LL", "BAIDU"} else None


def _shift(lon: float, lat: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    wave = 20.0 * (math.sin(6.0 * x * math.pi) + math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    angle = math.radians(lat)
    magic = 1.0 - _KRASSOVSKY_ECCENTRICITY_SQUARED * math.sin(angle) ** 2
    meridian = _KRASSOVSKY_RADIUS * (1.0 - _KRASSOVSKY_ECCENTRICITY_SQUARED) / magic**1.5
    parallel = _KRASSOVSKY_RADIUS / math.sqrt(magic) * math.cos(angle)
    return math.degrees(east / parallel), math.degrees(north / meridian)


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Longitude and latitude of a WGS 84 point on a GCJ-02 map, degrees."""
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Inverse of `wgs84_to_gcj02`."""
    x, y = lon, lat
    for _ in range(_INVERSE_STEPS):
        east, north = wgs84_to_gcj02(x, y)
        x, y = x - (east - lon), y - (north - lat)
    return x, y


def bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Longitude and latitude of a BD-09 point on a GCJ-02 map, degrees."""
    x, y = lon - 0.0065, lat - 0.006
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BAIDU_ANGLE)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BAIDU_ANGLE)
    return radius * math.cos(angle), radius * math.sin(angle)


def to_wgs84(lon: float, lat: float, shifted: str | None) -> tuple[float, float]:
    """A point of a declared shifted system on WGS 84; as it is when ``shifted`` is ``None``."""
    if shifted == "BD-09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    return gcj02_to_wgs84(lon, lat) if shifted == "GCJ-02" else (lon, lat)


class LocalFrame:
    """Metres true east and north of an origin: azimuthal equidistant on WGS 84."""

    def __init__(self, *, longitude: float, latitude: float) -> None:
        import pyproj

        self._projection: Any = pyproj.Proj(proj="aeqd", lat_0=latitude, lon_0=longitude, datum="WGS84", units="m")

    def to_local(self, lon: float, lat: float) -> tuple[float, float]:
        """Degrees to metres east and north."""
        x, y = self._projection(lon, lat)
        return float(x), float(y)

    def to_lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Metres east and north to degrees."""
        lon, lat = self._projection(x, y, inverse=True)
        return float(lon), float(lat)
