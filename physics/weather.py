"""Weather as dispersion needs it: stability from a station's readings, and the wind's profile above the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.quantities import STANDARD_PRESSURE

CLASSES = "ABCDEF"
VON_KARMAN = 0.4
"""von Karman's constant (Hogstrom 1988)."""
KNOT = 1852.0 / 3600.0
"""One knot, m/s (exact)."""
FOOT = 0.3048
"""One international foot, m (exact)."""

LOW_CEILING = 7000.0 * FOOT
MIDDLE_CEILING = 16000.0 * FOOT
"""Ceilings below which cloud weakens sunshine by two classes, and by one, m (Turner 1964)."""

_SUN_ABOVE, _SUN_LOST = 910.0, 30.0  # W/m² (Kasten and Czeplak 1980)
_OBLIQUITY = 23.44  # degrees between the equator and the ecliptic
_SUN_CLASS_EDGES = (60.0, 35.0, 15.0)
"""Solar elevations above which insolation is class 4, 3, 2, degrees (Turner 1964)."""
_STRONG_CLOUD = 0.5
_CLEAR_NIGHT = 0.4

# Turner 1964 as restated by Lavdas 1986: rows are wind in whole knots from each lower edge on, columns the net
# radiation index 4, 3, 2, 1, 0, -1, -2; entries 1 (A) to 7 (G, taken as F).
_TURNER_ROWS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (0, (1, 1, 2, 3, 4, 6, 7)),
    (2, (1, 2, 2, 3, 4, 6, 7)),
    (4, (1, 2, 3, 4, 4, 5, 6)),
    (6, (2, 2, 3, 4, 4, 5, 6)),
    (7, (2, 2, 3, 4, 4, 4, 5)),
    (8, (2, 3, 3, 4, 4, 4, 5)),
    (10, (3, 3, 4, 4, 4, 4, 5)),
    (11, (3, 3, 4, 4, 4, 4, 4)),
    (12, (3, 4, 4, 4, 4, 4, 4)),
)

# Pasquill's lines in Golder's 1972 diagram: L = sign * a * z0**b; D is neutral.
_OBUKHOV = {
    "A": (-11.4, 0.10),
    "B": (-26.0, 0.17),
    "C": (-123.0, 0.30),
    "E": (123.0, 0.30),
    "F": (26.0, 0.17),
}

STABLE_SLOPE = 5.0
UNSTABLE_SLOPE = 16.0
"""Dyer's (1974) constants of the flux-profile relations."""
LEAST_SIGMA_V = 0.5
"""Least crosswind velocity fluctuation, m/s (Hanna 1990: meander keeps it there in light wind)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Steady weather over flat ground.

    Attributes
    ----------
    wind_speed : float
        At ``reference_height``, m/s, above 0.
    wind_from_direction : float
        Degrees clockwise from north.
    stability_class : str
        Pasquill class, ``"A"`` to ``"F"``.
    ambient_temperature : float
        K.
    ambient_pressure : float
        Pa.
    relative_humidity : float
        0 to 1.
    roughness_length, reference_height : float
        m.
    """

    wind_speed: float
    wind_from_direction: float
    stability_class: str
    ambient_temperature: float = 293.15
    ambient_pressure: float = STANDARD_PRESSURE
    relative_humidity: float = 0.5
    roughness_length: float = 0.1
    reference_height: float = 10.0

    def __post_init__(self) -> None:
        """Refuse weather no model could use."""
        numbers = (
            self.wind_speed,
            self.wind_from_direction,
            self.ambient_temperature,
            self.ambient_pressure,
            self.relative_humidity,
            self.roughness_length,
            self.reference_height,
        )
        if not all(math.isfinite(value) for value in numbers):
            raise ValueError("weather may not hold NaN or infinity")
        if self.wind_speed <= 0.0:
            raise ValueError(f"wind_speed must be above 0 m/s, got {self.wind_speed:g}")
        if self.stability_class not in tuple(CLASSES):
            raise ValueError(f"stability_class must be one of A to F, got {self.stability_class!r}")

    @property
    def direction_spread(self) -> float:
        """Standard deviation of wind direction from least turbulence, degrees: atan(sigma_v / u)."""
        return math.degrees(math.atan2(LEAST_SIGMA_V, self.wind_speed))

    @property
    def downwind_bearing(self) -> float:
        """Direction the wind blows to, degrees clockwise from north."""
        return (self.wind_from_direction + 180.0) % 360.0


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


def net_radiation_index(*, solar_elevation: float, cloud_cover: float, ceiling_height: float) -> int:
    """Turner's net radiation index, 4 (strong sun) to -2 (clear night).

    Parameters
    ----------
    solar_elevation : float
        Degrees; 0 or less is night.
    cloud_cover : float
        Fraction 0 to 1.
    ceiling_height : float
        m.
    """
    overcast = cloud_cover >= 1.0
    if overcast and ceiling_height < LOW_CEILING:
        return 0
    if solar_elevation <= 0.0:
        return -2 if cloud_cover <= _CLEAR_NIGHT else -1
    index = 4 - sum(solar_elevation <= edge for edge in _SUN_CLASS_EDGES)
    if cloud_cover > _STRONG_CLOUD:
        if ceiling_height < LOW_CEILING:
            index -= 2
        elif ceiling_height < MIDDLE_CEILING or overcast:
            index -= 1
    return max(index, 1)


def turner_class(
    *, wind_speed: float, solar_elevation: float, cloud_cover: float, ceiling_height: float = LOW_CEILING
) -> str:
    """Pasquill stability class from wind, sun and cloud by Turner's (1964) scheme; G is given as F.

    Parameters
    ----------
    wind_speed : float
        At 10 m, m/s.
    solar_elevation : float
        Degrees.
    cloud_cover : float
        Fraction 0 to 1.
    ceiling_height : float
        m.
    """
    index = net_radiation_index(solar_elevation=solar_elevation, cloud_cover=cloud_cover, ceiling_height=ceiling_height)
    knots = int(wind_speed / KNOT + 0.5)
    row = next(entries for edge, entries in reversed(_TURNER_ROWS) if knots >= edge)
    return CLASSES[min(row[4 - index], len(CLASSES)) - 1]


def obukhov_length_inverse(stability_class: str, *, roughness_length: float) -> float:
    """Reciprocal of the Monin-Obukhov length, 1/m: Golder's (1972) lines as powers of the roughness length."""
    if stability_class == "D":
        return 0.0
    factor, power = _OBUKHOV[stability_class]
    return float(1.0 / (factor * roughness_length**power))


def _stability_correction(ratio: float) -> float:
    if ratio >= 0.0:
        return -STABLE_SLOPE * ratio
    x = (1.0 - UNSTABLE_SLOPE * ratio) ** 0.25
    return 2 * math.log((1 + x) / 2) + math.log((1 + x * x) / 2) - 2 * math.atan(x) + math.pi / 2


def similarity_wind_ratio(height: float, *, reference_height: float, roughness_length: float, inverse: float) -> float:
    """Wind at a height over wind at the reference height by Monin-Obukhov similarity (Dyer 1974)."""

    def shape(z: float) -> float:
        return (
            math.log(z / roughness_length)
            - _stability_correction(z * inverse)
            + _stability_correction(roughness_length * inverse)
        )

    return shape(height) / shape(reference_height)


_CARD = Card(
    name="turner-stability",
    says="Pasquill stability class from wind speed, solar elevation and cloud by Turner's net radiation index.",
    takes=bounded(
        Takes("wind_speed", low=0.0, high=50.0, hard_low=0.0),
        Takes("solar_elevation", hard_low=-90.0, hard_high=90.0),
        Takes("cloud_cover", hard_low=0.0, hard_high=1.0),
        Takes("ceiling_height", hard_low=0.0, default=LOW_CEILING),
    ),
    gives=("stability_class",),
    cites=("turner1964", "lavdas1986"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "Turner's table and its limits",
            "tests/verification/test_weather.py::test_turner",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    return {"stability_class": turner_class(**values)}, []


_PROFILE_CARD = Card(
    name="monin-obukhov-profile",
    says="Wind speed at a height from that at another by Monin-Obukhov similarity, with the Obukhov length of Golder's "
    "lines for a stability class.",
    takes=bounded(
        Takes("wind_speed", low=0.5, high=50.0, hard_low=0.0),
        Takes("reference_height", low=2.0, high=100.0, hard_low=0.1, hard_high=1000.0, default=10.0),
        Takes("height", low=1.0, high=100.0, hard_low=0.1, hard_high=1000.0),
        Takes("roughness_length", low=1e-4, high=0.5, hard_low=1e-6, hard_high=5.0, default=0.1),
        Takes("stability_class"),
    ),
    gives=("wind_speed", "obukhov_length_inverse"),
    cites=("golder1972", "dyer1974"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "roughness 0.1 m, class F: L 17.578 m, u(2)/u(10) 0.4765",
            "tests/verification/test_weather.py::test_obukhov_length_and_profile",
        ),
    ),
)


@register(_PROFILE_CARD)
def _run_profile(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    stability = str(values["stability_class"]).upper()
    if stability not in tuple(CLASSES):
        raise ModelInputError("stability_class", f"must be one of A to F, got {values['stability_class']!r}")
    roughness = values["roughness_length"]
    if min(values["height"], values["reference_height"]) <= roughness:
        raise ModelInputError("height", f"must lie above the roughness length of {roughness:g} m")
    inverse = obukhov_length_inverse(stability, roughness_length=roughness)
    ratio = similarity_wind_ratio(
        values["height"], reference_height=values["reference_height"], roughness_length=roughness, inverse=inverse
    )
    return {"wind_speed": values["wind_speed"] * ratio, "obukhov_length_inverse": inverse}, []
