"""Source of a dispersion trial, from its row of the table.

What the table does not give is assumed for every trial alike, and listed. A pool boils at its boiling point; a
liquefied gas was stored saturated at the air's temperature, left its opening as liquid and expanded by momentum; other
gas has the air's temperature. A jet that points down loses its momentum on the ground, where its cloud then moves with
the wind; so does a dense cloud whose opening is not given.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from physics.cards import ModelInputError
from physics.discharge.expansion import state_at
from physics.dispersion.ensemble import density_of
from physics.dispersion.track import Aim, Source
from physics.quantities import GAS_CONSTANT
from physics.substances import Substance, UnknownSubstance, substance
from physics.weather import Weather
from scenarios.scoreboard.tables import NotScored, Row, within
from scenarios.scoreboard.trial_weather import assumed_or

_LIMITS = {
    "mass_kg": (0.0, 1e9),
    "rate_kg_s": (0.0, 1e6),
    "duration_s": (0.0, 1e7),
    "source_diam_m": (0.0, 1000.0),
    "source_height_m": (0.0, 500.0),
}
"""What a trial's release can be (chosen wide: beyond them a number is a mistake or a code for missing)."""
_LIQUEFIED = ("two-phase", "two phase", "2-phase", "2phase", "liquid", "liquef", "flash", "dense-phase", "aerosol")
_AT_ONCE = ("instantaneous", "puff", "catastrophic", "burst")
_JET = ("jet", "nozzle", "orifice", "horizontal", "vertical")
_DOWN = re.compile(r"\bdown(?:ward|wards)?\b|\bimping")
_UP = re.compile(r"\bup(?:ward|wards)?\b|\bvertical")
_NAMES = {"lng": "methane", "lpg": "propane"}
_STATES = (
    "anhydrous",
    "liquefied",
    "liquid",
    "pressurised",
    "pressurized",
    "gas",
    "gaseous",
    "vapour",
    "vapor",
    "tracer",
)
"""Words beside a substance's name that say how it came."""
_GAMMA = 1.3
"""Ratio of heat capacities of a gas whose storage is not known [assumed]: it moves the speed by a few per cent."""


def substance_of(row: Row) -> Substance:
    """Substance of a trial: its name up to a bracket, or what it is said to behave as.

    Raises
    ------
    NotScored
        It is missing, or not known here.
    """
    text = row.get("substance", "").strip()
    if not text:
        raise NotScored("substance is missing")
    behaves_as = re.search(r"\bas ([\w-]+)", text)
    name = behaves_as.group(1) if behaves_as else text.split("(")[0].strip()
    try:
        return substance(_NAMES.get(name.lower(), name))
    except UnknownSubstance as error:
        plain = " ".join(word for word in name.split() if word.lower() not in _STATES)
        if plain and plain != name:
            return substance_of({"substance": plain})
        raise NotScored(f"substance: {str(error)[:200]}") from error


def source_of(row: Row, of: Substance, weather: Weather, assumed: list[str]) -> Source:
    """Give the source of a trial; columns that were empty are added to ``assumed``.

    Raises
    ------
    NotScored
        What came out is not given, or cannot be.
    """
    text = row.get("release", "").strip().lower()
    height = assumed_or(row, "source_height_m", 0.0, assumed, _LIMITS["source_height_m"])
    area = 0.25 * math.pi * within(row, "source_diam_m", _LIMITS["source_diam_m"], 0.0) ** 2
    boiling = "pool" in text or "spill" in text
    liquefied = not boiling and any(word in text for word in _LIQUEFIED)
    if any(word in text for word in _AT_ONCE):
        warm, dense, vapour = _at_rest(of, weather, boiling=False, liquefied=liquefied)
        return Source(
            substance=of,
            aim=Aim.INSTANTANEOUS,
            mass=_mass(row),
            temperature=warm,
            density=dense,
            vapour_fraction=vapour,
            area=area,
            height=height,
        )
    rate, duration = _rate_and_duration(row)
    is_jet = any(word in text for word in _JET)
    if is_jet and area > 0.0 and not _DOWN.search(text):
        aim = Aim.VERTICAL if _UP.search(text) else Aim.HORIZONTAL
        return _jet(of, aim, rate, duration, area, height, weather, liquefied=liquefied)
    warm, dense, vapour = _at_rest(of, weather, boiling=boiling, liquefied=liquefied)
    spread = not is_jet and not _DOWN.search(text) and area > 0.0
    found = Source(
        substance=of,
        aim=Aim.POOL if boiling or spread else Aim.HORIZONTAL,
        mass_flow_rate=rate,
        duration=duration,
        temperature=warm,
        density=dense,
        vapour_fraction=vapour,
        area=area if boiling or spread else 0.0,
        height=height,
    )
    if found.aim is Aim.HORIZONTAL and density_of(found, weather).dense:
        assumed.append("source_diam_m")
        speed = weather.wind_speed
        found = replace(found, velocity=speed, area=rate / (dense * speed))
    return found


def _above_zero(row: Row, column: str) -> float:
    value = within(row, column, _LIMITS[column])
    if value == 0.0:
        raise NotScored(f"{column} must be above 0")
    return value


def _mass(row: Row) -> float:
    if row.get("mass_kg", "").strip():
        return _above_zero(row, "mass_kg")
    if row.get("rate_kg_s", "").strip() and row.get("duration_s", "").strip():
        return _above_zero(row, "rate_kg_s") * _above_zero(row, "duration_s")
    raise NotScored("mass_kg is missing, and rate_kg_s with duration_s too")


def _rate_and_duration(row: Row) -> tuple[float, float]:
    duration = _above_zero(row, "duration_s") if row.get("duration_s", "").strip() else math.inf
    if row.get("rate_kg_s", "").strip():
        return _above_zero(row, "rate_kg_s"), duration
    if math.isfinite(duration) and row.get("mass_kg", "").strip():
        return _above_zero(row, "mass_kg") / duration, duration
    raise NotScored("rate_kg_s is missing, and mass_kg with duration_s too")


def _gas_density(of: Substance, weather: Weather, temperature: float) -> float:
    return weather.ambient_pressure * of.molar_mass / (GAS_CONSTANT * temperature)


def _at_rest(of: Substance, weather: Weather, *, boiling: bool, liquefied: bool) -> tuple[float, float, float]:
    """Temperature, K, density, kg/m³, and vapour fraction of what has no speed of its own.

    Vapour off a pool boils; a liquefied gas has flashed; other gas is as warm as the air.
    """
    warm = weather.ambient_temperature
    if liquefied:
        cold, vapour, density = _expanded(of, _stored(of, weather)[1], weather)
        return cold, density, vapour
    if boiling:
        warm = min(float(of.saturation.temperature(weather.ambient_pressure)), warm)
    return warm, _gas_density(of, weather, warm), 1.0


def _stored(of: Substance, weather: Weather) -> tuple[float, float, float]:
    """Pressure, Pa, enthalpy, J/kg, and density, kg/m³, of saturated liquid as warm as the air."""
    table, warm = of.saturation, weather.ambient_temperature
    if not table.temperature_low < warm < table.temperature_high:
        raise NotScored(f"{of.name} is no liquid at the air's {warm:.0f} K, and its storage is not in the table")
    return float(table.pressure(warm)), float(table.liquid_enthalpy(warm)), float(table.liquid_density(warm))


def _expanded(of: Substance, enthalpy: float, weather: Weather) -> tuple[float, float, float]:
    """Temperature, K, vapour fraction and density, kg/m³, at the air's pressure."""
    try:
        return state_at(of, enthalpy=enthalpy, pressure=weather.ambient_pressure)
    except ModelInputError as error:
        raise NotScored(f"its expansion has no state here: {error}") from error


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
    if liquefied:
        inside, enthalpy, dense = _stored(of, weather)
        speed = rate / (dense * opening)
        speed += max(inside - weather.ambient_pressure, 0.0) / (dense * speed)
        cold, vapour, density = _expanded(of, enthalpy - 0.5 * speed**2, weather)
    else:
        cold, vapour = weather.ambient_temperature, 1.0
        speed, density = _gas_speed(of, rate / opening, weather), _gas_density(of, weather, cold)
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


def _gas_speed(of: Substance, flux: float, weather: Weather) -> float:
    """Speed after expansion of gas that leaves as fast as sound or slower, m/s, from its flux, kg/(m² s)."""
    outside, warm = weather.ambient_pressure, weather.ambient_temperature
    slow = flux / _gas_density(of, weather, warm)
    sound = math.sqrt(_GAMMA * GAS_CONSTANT * warm / of.molar_mass)
    if slow < sound:
        return slow
    throat = flux * GAS_CONSTANT * warm / (of.molar_mass * sound)  # pressure at which that flux moves at sound's speed
    return sound + max(throat - outside, 0.0) / flux
