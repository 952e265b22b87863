"""Pasquill's class from sunshine by day and the temperature's gradient by night: EPA's SRDT method."""

from __future__ import annotations

from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register

_SUN_EDGES = (925.0, 675.0, 175.0)
"""Sunshine from which the columns of the table by day begin, W/m²."""
# wind speed from which a row holds, m/s; classes by falling sunshine
_DAY = ((6.0, "CDDD"), (5.0, "CCDD"), (3.0, "BBCD"), (2.0, "ABCD"), (0.0, "AABD"))
# classes where it is colder above, and where it is not
_NIGHT = ((2.5, "DD"), (2.0, "DE"), (0.0, "EF"))


def srdt_class(*, wind_speed: float, solar_flux: float, temperature_gradient: float) -> str:
    """Pasquill class by sunshine and wind, by night by the temperature's gradient and wind.

    Parameters
    ----------
    wind_speed : float
        Near 10 m, m/s.
    solar_flux : float
        Sunshine on level ground, W/m²; 0 is night.
    temperature_gradient : float
        Of the lowest metres, K/m, above 0 where it is warmer above; looked at by night only.

    Notes
    -----
    Meteorological monitoring guidance for regulatory modeling applications, EPA-454/R-99-005 (2000), table 6-7.
    """
    if solar_flux > 0.0:
        column = sum(solar_flux < edge for edge in _SUN_EDGES)
        return next(row for edge, row in _DAY if wind_speed >= edge)[column]
    return next(row for edge, row in _NIGHT if wind_speed >= edge)[0 if temperature_gradient < 0.0 else 1]


_CARD = Card(
    name="srdt-stability",
    says="Pasquill stability class from wind speed and sunshine by day, temperature gradient by night.",
    takes=bounded(
        Takes("wind_speed", low=0.0, high=50.0, hard_low=0.0),
        Takes("solar_flux", low=0.0, high=1400.0, hard_low=0.0),
        Takes("temperature_gradient", low=-0.2, high=2.0, hard_low=-10.0, hard_high=10.0, default=0.0),
    ),
    gives=("stability_class",),
    cites=("epa2000",),
    evidence=(Evidence(Kind.VERIFICATION, "EPA's table 6-7", "tests/verification/test_stability.py::test_srdt"),),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    return {"stability_class": srdt_class(**values)}, []
