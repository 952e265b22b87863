"""Pasquill's stability class from a station's readings."""

from __future__ import annotations

from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register

CLASSES = "ABCDEF"
KNOT = 1852.0 / 3600.0
"""One knot, m/s (exact)."""
FOOT = 0.3048
"""One international foot, m (exact)."""

LOW_CEILING = 7000.0 * FOOT
MIDDLE_CEILING = 16000.0 * FOOT
"""Ceilings below which cloud weakens sunshine by two classes, and by one, m (Turner 1964)."""

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
