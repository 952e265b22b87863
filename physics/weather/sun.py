"""Where the sun stands, and how much of it reaches level ground."""

from __future__ import annotations

import math
from datetime import UTC, datetime

_SUN_ABOVE, _SUN_LOST = 910.0, 30.0  # W/m² (Kasten and Czeplak 1980)
_OBLIQUITY = 23.44  # degrees between the equator and the ecliptic


def solar_elevation(at: datetime, *, longitude: float, latitude: float) -> float:
    """Angle of the sun above the horizon, degrees, to about 0.3 degrees.

    Parameters
    ----------
    at : datetime
        Aware.
    longitude, latitude : float
        Degrees east and north.

    Notes
    -----
    Declination and equation of time after Spencer (1971); refraction left out.

    Raises
    ------
    ValueError
        The time names no zone.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a solar elevation must name its zone")
    utc = at.astimezone(UTC)
    hours = utc.hour + utc.minute / 60.0 + utc.second / 3600.0
    day = 2.0 * math.pi * (utc.timetuple().tm_yday - 1 + (hours - 12.0) / 24.0) / 365.0
    declination = (
        0.006918
        - 0.399912 * math.cos(day)
        + 0.070257 * math.sin(day)
        - 0.006758 * math.cos(2 * day)
        + 0.000907 * math.sin(2 * day)
        - 0.002697 * math.cos(3 * day)
        + 0.00148 * math.sin(3 * day)
    )
    minutes = 229.18 * (
        0.000075
        + 0.001868 * math.cos(day)
        - 0.032077 * math.sin(day)
        - 0.014615 * math.cos(2 * day)
        - 0.040849 * math.sin(2 * day)
    )
    hour_angle = math.radians((hours + (longitude * 4.0 + minutes) / 60.0 - 12.0) * 15.0)
    here = math.radians(latitude)
    sine = math.sin(here) * math.sin(declination) + math.cos(here) * math.cos(declination) * math.cos(hour_angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def clear_sky_flux(elevation: float) -> float:
    """Sunshine on level ground under a clear sky, W/m²: 910 sin(elevation) - 30 (Kasten and Czeplak 1980).

    Parameters
    ----------
    elevation : float
        Angle of the sun above the horizon, degrees.
    """
    return max(_SUN_ABOVE * math.sin(math.radians(elevation)) - _SUN_LOST, 0.0)


def highest_sun(latitude: float) -> float:
    """Greatest angle of the sun above the horizon in a year, degrees.

    Parameters
    ----------
    latitude : float
        Degrees north.
    """
    return 90.0 - max(abs(latitude) - _OBLIQUITY, 0.0)
