"""Weather of a dispersion trial, from its row of the table.

What the table does not give is assumed for every trial alike, and listed: air of 20 °C at one atmosphere and 50 %
humidity, roughness 0.03 m (grass), wind measured at 10 m. A number no weather has is a reason not to score the trial.
"""

from __future__ import annotations

import math
import re

from physics.quantities import STANDARD_PRESSURE, ZERO_CELSIUS
from physics.weather import Weather, class_from_obukhov, obukhov_length_inverse
from scenarios.scoreboard.tables import NotScored, Row, number, within

AIR_TEMPERATURE = 293.15
HUMIDITY = 0.5
GRASS = 0.03
WIND_HEIGHT = 10.0
"""K, 1, m and m: assumed where a table is silent."""

_LIMITS = {
    "u_m_s": (0.1, 60.0),
    "u_z_m": (0.1, 500.0),
    "z0_m": (1e-6, 5.0),
    "T_C": (-60.0, 60.0),
    "p_hPa": (500.0, 1100.0),
    "RH_pct": (0.0, 105.0),
}
"""What outdoor weather can be (chosen wide: beyond them a number is a mistake or a code for missing)."""
_SHORTEST_LENGTH = 0.5
"""Least magnitude of an Obukhov length, m: below it the layer of constant flux is thinner than what grows in it."""
_PREFIX = re.compile(r"^(?:(?:PASQUILL|GIFFORD|TURNER|P-?G|STABILITY|CLASS)[\s:/-]*)+")
_LETTER = re.compile(r"^([A-G])(?:\s*(?:[-/–]|TO)\s*([A-G]))?(?![A-Z0-9])")
_WORDS = (
    ("EXTREMELY UNSTABLE", "A"),
    ("VERY UNSTABLE", "A"),
    ("SLIGHTLY UNSTABLE", "C"),
    ("UNSTABLE", "B"),
    ("SLIGHTLY STABLE", "E"),
    ("NEUTRAL", "D"),
    ("STABLE", "F"),
)
"""Pasquill's (1961) names of his classes, the longer first."""


def assumed_or(row: Row, column: str, default: float, assumed: list[str], limits: tuple[float, float]) -> float:
    """Number of a column within limits, or a default that is then listed as assumed."""
    if not row.get(column, "").strip():
        assumed.append(column)
    return within(row, column, limits, default)


def classes(text: str) -> tuple[str, ...]:
    """Stability classes that a text names: one, or the two it lies between; empty where it names none.

    Parameters
    ----------
    text : str
        ``F``, ``D-E``, ``F (est)``, ``class D``, ``slightly stable``; G counts as F.
    """
    said = _PREFIX.sub("", text.strip().upper())
    letters = _LETTER.match(said)
    if letters:
        return tuple("F" if name == "G" else name for name in letters.groups() if name)
    return next(((name,) for words, name in _WORDS if words in said), ())


def _inverse_length(row: Row, roughness: float, assumed: list[str]) -> tuple[float | None, str]:
    """Reciprocal of the Obukhov length, 1/m, where the table gives one, and the stability class."""
    length, named = row.get("L_m", "").strip(), row.get("stability", "").strip()
    if not length and not named:
        raise NotScored("neither L_m nor stability is given")
    between = classes(named)
    if length:
        try:
            inverse = 0.0 if math.isinf(_loose(length)) else 1.0 / _length(row)
            return inverse, class_from_obukhov(inverse, roughness_length=roughness)
        except NotScored:
            if not between:
                raise
            assumed.append("L_m")
    if not between:
        raise NotScored(f"stability is {named[:40]!r}, not one of A to F")
    if len(set(between)) == 1:
        return None, between[0]
    inverse = sum(obukhov_length_inverse(name, roughness_length=roughness) for name in between) / len(between)
    return inverse, class_from_obukhov(inverse, roughness_length=roughness)


def _loose(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _length(row: Row) -> float:
    given = number(row, "L_m")
    if abs(given) < _SHORTEST_LENGTH:
        raise NotScored(f"L_m is {given:g}, nearer to 0 than {_SHORTEST_LENGTH:g}")
    return given


def weather_of(row: Row, assumed: list[str]) -> Weather:
    """Weather of a trial; columns that were empty are added to ``assumed``.

    Raises
    ------
    NotScored
        Neither Obukhov length nor class is given, the wind is missing, or a number is none that weather has.
    """
    roughness = assumed_or(row, "z0_m", GRASS, assumed, _LIMITS["z0_m"])
    inverse, stability = _inverse_length(row, roughness, assumed)
    wind = within(row, "u_m_s", _LIMITS["u_m_s"])
    height = assumed_or(row, "u_z_m", WIND_HEIGHT, assumed, _LIMITS["u_z_m"])
    if height <= roughness:
        raise NotScored(f"u_z_m is {height:g}, not above the roughness length of {roughness:g} m")
    celsius, hecto = AIR_TEMPERATURE - ZERO_CELSIUS, STANDARD_PRESSURE / 100.0
    return Weather(
        wind_speed=wind,
        wind_from_direction=270.0,
        stability_class=stability,
        obukhov_length_inverse=inverse,
        ambient_temperature=assumed_or(row, "T_C", celsius, assumed, _LIMITS["T_C"]) + ZERO_CELSIUS,
        ambient_pressure=assumed_or(row, "p_hPa", hecto, assumed, _LIMITS["p_hPa"]) * 100.0,
        relative_humidity=min(assumed_or(row, "RH_pct", 100.0 * HUMIDITY, assumed, _LIMITS["RH_pct"]) / 100.0, 1.0),
        roughness_length=roughness,
        reference_height=height,
    )
