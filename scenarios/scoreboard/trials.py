"""Trials of dispersion as a table has them, as a source and a weather that every model takes.

What the tables do not give is assumed for every trial alike, and each trial lists what was: air of 20 °C at one
atmosphere and 50 % humidity, class D's neutral profile only where the class says so, roughness 0.03 m (grass). A pool
boils at its boiling point; a liquefied gas was stored saturated at the air's temperature, left its opening as liquid
and expanded by momentum; other gas has the air's temperature.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from physics.cards import ModelInputError
from physics.discharge.expansion import state_at
from physics.dispersion.track import Aim, Source
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE, ZERO_CELSIUS
from physics.substances import Substance, UnknownSubstance, substance
from physics.weather import CLASSES, Weather, class_from_obukhov
from scenarios.scoreboard.tables import NotScored, Row, number

AIR_TEMPERATURE = 293.15
HUMIDITY = 0.5
GRASS = 0.03
"""K, 1 and m: assumed where a table is silent."""
LEAST_WIND = 0.1
"""m/s."""
_LIQUEFIED = ("two-phase", "two phase", "liquid", "flashing", "dense-phase", "aerosol")
_NAMES = {"lng": "methane", "lpg": "propane"}
_CONDITIONS = {"A": "unstable", "B": "unstable", "C": "unstable", "D": "neutral", "E": "stable", "F": "stable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial.

    Attributes
    ----------
    name, family, grade : str
        As the table has them.
    source : Source
    weather : Weather
    condition : str
        ``stable``, ``neutral`` or ``unstable``.
    obstacle : str
        What stood in the cloud's way; empty for flat, open ground.
    assumed : tuple of str
        Columns the table left empty.
    """

    name: str
    family: str
    grade: str
    source: Source
    weather: Weather
    condition: str
    obstacle: str = ""
    assumed: tuple[str, ...] = field(default=())


def trial_of(row: Row) -> Trial:
    """Read one row of ``dispersion_trials.csv``.

    Raises
    ------
    NotScored
        What no assumption stands for is missing: weather, substance, or how much came out.
    """
    assumed: list[str] = []
    of = _substance(row)
    weather = _weather(row, assumed)
    obstacle = row.get("obstacle", "").strip()
    return Trial(
        name=row.get("trial", "").strip(),
        family=row.get("family", "").strip() or "unnamed",
        grade=row.get("grade", "").strip(),
        source=_source(row, of, weather, assumed),
        weather=weather,
        condition=_CONDITIONS[weather.stability_class],
        obstacle="" if obstacle.lower() in ("", "none", "no") else obstacle,
        assumed=tuple(assumed),
    )


def _or(row: Row, column: str, default: float, assumed: list[str]) -> float:
    if not row.get(column, "").strip():
        assumed.append(column)
    return number(row, column, default)


def _substance(row: Row) -> Substance:
    text = row.get("substance", "").strip()
    if not text:
        raise NotScored("substance is missing")
    behaves_as = re.search(r"\bas ([\w-]+)", text)
    name = behaves_as.group(1) if behaves_as else text.split("(")[0].strip()
    try:
        return substance(_NAMES.get(name.lower(), name))
    except UnknownSubstance as error:
        raise NotScored(f"substance: {error}") from error


def _weather(row: Row, assumed: list[str]) -> Weather:
    length, text = row.get("L_m", "").strip(), row.get("stability", "").strip().upper()
    if not length and not text:
        raise NotScored("neither L_m nor stability is given")
    roughness = _or(row, "z0_m", GRASS, assumed)
    if roughness <= 0.0:
        raise NotScored(f"z0_m must be above 0, got {roughness:g}")
    inverse: float | None = None
    if length:
        given = number(row, "L_m")
        if given == 0.0:
            raise NotScored("L_m may not be 0")
        inverse = 1.0 / given
        stability = class_from_obukhov(inverse, roughness_length=roughness)
    else:
        stability = "F" if text[0] == "G" else text[0]
        if stability not in tuple(CLASSES):
            raise NotScored(f"stability is {text!r}, not one of A to F")
    wind, height = number(row, "u_m_s"), _or(row, "u_z_m", 10.0, assumed)
    if wind < LEAST_WIND or height <= roughness:
        raise NotScored(f"a wind of {wind:g} m/s at {height:g} m is none that a profile can be drawn through")
    return Weather(
        wind_speed=wind,
        wind_from_direction=270.0,
        stability_class=stability,
        obukhov_length_inverse=inverse,
        ambient_temperature=_or(row, "T_C", AIR_TEMPERATURE - ZERO_CELSIUS, assumed) + ZERO_CELSIUS,
        ambient_pressure=_or(row, "p_hPa", STANDARD_PRESSURE / 100.0, assumed) * 100.0,
        relative_humidity=min(max(_or(row, "RH_pct", 100.0 * HUMIDITY, assumed) / 100.0, 0.0), 1.0),
        roughness_length=roughness,
        reference_height=height,
    )


def _source(row: Row, of: Substance, weather: Weather, assumed: list[str]) -> Source:
    text = row.get("release", "").strip().lower()
    height = max(_or(row, "source_height_m", 0.0, assumed), 0.0)
    if "instantaneous" in text or "puff" in text:
        mass = number(row, "mass_kg")
        if mass <= 0.0:
            raise NotScored("mass_kg must be above 0")
        warm, dense = _at_rest(of, weather, boiling=False)
        return Source(substance=of, aim=Aim.INSTANTANEOUS, mass=mass, temperature=warm, density=dense, height=height)
    rate, duration = _rate_and_duration(row)
    diameter = number(row, "source_diam_m", 0.0)
    area = 0.25 * math.pi * diameter**2
    if "jet" in text and area > 0.0:
        aim = Aim.VERTICAL if "vertical" in text or "up" in text.split() else Aim.HORIZONTAL
        return _jet(of, aim, rate, duration, area, height, weather, liquefied=any(word in text for word in _LIQUEFIED))
    boiling = "pool" in text or "spill" in text
    warm, dense = _at_rest(of, weather, boiling=boiling)
    return Source(
        substance=of,
        aim=Aim.POOL if boiling else Aim.HORIZONTAL,
        mass_flow_rate=rate,
        duration=duration,
        temperature=warm,
        density=dense,
        area=area,
        height=height,
    )


def _rate_and_duration(row: Row) -> tuple[float, float]:
    duration = number(row, "duration_s", math.inf)
    if row.get("rate_kg_s", "").strip():
        rate = number(row, "rate_kg_s")
    elif math.isfinite(duration) and duration > 0.0:
        rate = number(row, "mass_kg") / duration
    else:
        raise NotScored("rate_kg_s is missing, and mass_kg with duration_s too")
    if rate <= 0.0 or duration <= 0.0:
        raise NotScored(f"nothing comes out: {rate:g} kg/s for {duration:g} s")
    return rate, duration


def _gas_density(of: Substance, weather: Weather, temperature: float) -> float:
    return weather.ambient_pressure * of.molar_mass / (GAS_CONSTANT * temperature)


def _at_rest(of: Substance, weather: Weather, *, boiling: bool) -> tuple[float, float]:
    """Temperature, K, and density, kg/m³, of vapour off a pool, or of gas as warm as the air."""
    warm = weather.ambient_temperature
    if boiling:
        warm = min(float(of.saturation.temperature(weather.ambient_pressure)), warm)
    return warm, _gas_density(of, weather, warm)


def _jet(
    of: Substance,
    aim: Aim,
    rate: float,
    duration: float,
    opening: float,
    height: float,
    weather: Weather,
    *,
    liquefied: bool,
) -> Source:
    """Expand a stream to the air's pressure: momentum gives its speed, energy its state."""
    outside, warm = weather.ambient_pressure, weather.ambient_temperature
    if liquefied:
        table = of.saturation
        if not table.temperature_low < warm < table.temperature_high:
            raise NotScored(f"{of.name} is no liquid at the air's {warm:.0f} K, and its storage is not in the table")
        inside = float(table.pressure(warm))
        dense = float(table.liquid_density(warm))
        speed = rate / (dense * opening)
        speed += max(inside - outside, 0.0) / (dense * speed)
        enthalpy = float(table.liquid_enthalpy(warm)) - 0.5 * speed**2
        try:
            cold, vapour, density = state_at(of, enthalpy=enthalpy, pressure=outside)
        except ModelInputError as error:
            raise NotScored(f"its expansion has no state here: {error}") from error
    else:
        speed, cold, vapour = _gas_speed(of, rate / opening, weather), warm, 1.0
        density = _gas_density(of, weather, warm)
    return Source(
        substance=of,
        aim=aim,
        mass_flow_rate=rate,
        duration=duration,
        temperature=cold,
        density=density,
        vapour_fraction=vapour,
        velocity=speed,
        area=rate / (density * speed),
        height=height,
    )


_GAMMA = 1.3
"""Ratio of heat capacities of a gas whose storage is not known [assumed]: it moves the speed by a few per cent."""


def _gas_speed(of: Substance, flux: float, weather: Weather) -> float:
    """Speed after expansion of gas that leaves as fast as sound or slower, m/s, from its flux, kg/(m² s)."""
    outside, warm = weather.ambient_pressure, weather.ambient_temperature
    slow = flux / _gas_density(of, weather, warm)
    sound = math.sqrt(_GAMMA * GAS_CONSTANT * warm / of.molar_mass)
    if slow < sound:
        return slow
    throat = flux * GAS_CONSTANT * warm / (of.molar_mass * sound)  # pressure at which that flux moves at sound's speed
    return sound + max(throat - outside, 0.0) / flux
