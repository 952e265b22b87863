"""The weather that the plant's own mast reads, and what stands in for it where it is missing."""

from __future__ import annotations

from dataclasses import dataclass

from physics.cards import Caveat, Grade
from physics.quantities import STANDARD_PRESSURE
from physics.weather import Weather, solar_elevation, srdt_class, turner_class
from twin.plant import Plant
from twin.state import Quality, Snapshot, worst

CALM = 0.5
"""Wind below which no direction can be given, m/s (usual starting speed of cup anemometers and vanes)."""
CIRCLE_WIND = 1.0
"""Wind that a circle is computed with where it is calm or unknown, m/s; assumed."""
_TEMPERATURE = 293.15
_HUMIDITY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherReading:
    """Weather now.

    Attributes
    ----------
    weather : Weather or None
        ``None`` where speed or direction is missing or it is calm: then only circles may be drawn.
    circle_weather : Weather
        What circles are computed with; its direction means nothing.
    quality : Quality
        Worst of the wind's tags.
    caveats : tuple of Caveat
    """

    weather: Weather | None
    circle_weather: Weather
    quality: Quality
    caveats: tuple[Caveat, ...]


def weather_from(plant: Plant, snapshot: Snapshot, *, stability_class: str | None = None) -> WeatherReading:
    """Weather from the plant's mast.

    Stability follows from measured sunshine by day and temperature gradient by night (SRDT) where the mast reads them,
    else by Turner's scheme from wind, the sun's elevation and cloud; where nobody measures cloud, overcast by day and
    clear by night are taken, which are the more stable.

    Parameters
    ----------
    plant : Plant
    snapshot : Snapshot
    stability_class : str or None
        Given by somebody who looks at the sky; ``None``: computed.
    """
    speed, about_speed, speed_quality = _read(plant, snapshot, "wind_speed")
    direction, about_direction, direction_quality = _read(plant, snapshot, "wind_from_direction")
    temperature, about_temperature, _ = _read(plant, snapshot, "ambient_temperature")
    pressure, about_pressure, _ = _read(plant, snapshot, "ambient_pressure")
    humidity, about_humidity, _ = _read(plant, snapshot, "relative_humidity")
    caveats = [*about_speed, *about_direction, *about_temperature, *about_pressure, *about_humidity]
    station = plant.weather_station
    wind = CIRCLE_WIND if speed is None or speed < CALM else speed
    stability, reason = _stability(plant, snapshot, wind) if stability_class is None else (stability_class, None)
    if reason is not None:
        caveats.append(Caveat(Grade.NOTE, station.tag if station else "weather", reason))
    circle = Weather(
        wind_speed=wind,
        wind_from_direction=(direction or 0.0) % 360.0,
        stability_class=stability,
        ambient_temperature=temperature or _TEMPERATURE,
        ambient_pressure=pressure or STANDARD_PRESSURE,
        relative_humidity=_HUMIDITY if humidity is None else min(max(humidity, 0.0), 1.0),
        roughness_length=station.roughness_from(direction or 0.0) if station else 0.1,
        reference_height=station.height if station else 10.0,
    )
    known = speed is not None and direction is not None
    if known and speed is not None and speed < CALM:
        says = f"It is calm ({speed:.1f} m/s): no direction can be given, so circles are drawn."
        caveats.append(Caveat(Grade.DEGRADED, "wind_speed", says))
    elif not known:
        missing = " and ".join(
            name for name, value in (("wind speed", speed), ("wind direction", direction)) if value is None
        )
        caveats.append(Caveat(Grade.DEGRADED, "weather", f"The {missing} is missing, so circles are drawn."))
    blowing = known and speed is not None and speed >= CALM
    return WeatherReading(
        weather=circle if blowing else None,
        circle_weather=circle,
        quality=worst((speed_quality, direction_quality)),
        caveats=tuple(dict.fromkeys(caveats)),
    )


def _stability(plant: Plant, snapshot: Snapshot, wind: float) -> tuple[str, str]:
    """Class, and what it follows from: sunshine and gradient where the mast reads them well, else the sun and cloud."""
    elevation = solar_elevation(snapshot.at, longitude=plant.origin[0], latitude=plant.origin[1])
    sunshine, gradient = _good(plant, snapshot, "solar_flux"), _good(plant, snapshot, "temperature_gradient")
    if elevation > 0.0 and sunshine is not None:
        stability = srdt_class(wind_speed=wind, solar_flux=max(sunshine, 1.0), temperature_gradient=0.0)
        return stability, f"Stability class {stability} follows from wind and measured sunshine."
    if elevation <= 0.0 and gradient is not None:
        stability = srdt_class(wind_speed=wind, solar_flux=0.0, temperature_gradient=gradient)
        return stability, f"Stability class {stability} follows from wind and the measured temperature gradient."
    cover = _good(plant, snapshot, "cloud_cover")
    cloud = (1.0 if elevation > 0.0 else 0.0) if cover is None else min(max(cover, 0.0), 1.0)
    stability = turner_class(wind_speed=wind, solar_elevation=elevation, cloud_cover=cloud, ceiling_height=0.0)
    if cover is not None:
        return stability, f"Stability class {stability} follows from wind, the sun's elevation and measured cloud."
    return stability, (
        f"Stability class {stability} follows from wind and the sun's elevation; cloud is not measured: the more "
        "stable case is taken."
    )


def _good(plant: Plant, snapshot: Snapshot, quantity: str) -> float | None:
    """Reading of the mast that is good; ``None`` where there is none: an optional reading is no more than a help."""
    station = plant.weather_station
    instruments = plant.instruments_on(station.tag, quantity) if station else ()
    tags = [item.tag for item in instruments if snapshot.quality(item.tag) is Quality.GOOD]
    return snapshot.value(tags[0]) if tags else None


def _read(plant: Plant, snapshot: Snapshot, quantity: str) -> tuple[float | None, tuple[Caveat, ...], Quality]:
    station = plant.weather_station
    instruments = plant.instruments_on(station.tag, quantity) if station else ()
    if not instruments:
        says = f"The plant has no instrument for {quantity}; a usual value stands in for it."
        return None, (Caveat(Grade.NOTE, quantity, says),), Quality.NO_DATA
    tag = instruments[0].tag
    value, quality = snapshot.value(tag), snapshot.quality(tag)
    if value is None:
        return None, (Caveat(Grade.DEGRADED, tag, f"{tag} ({quantity}) is {quality} and is not used."),), quality
    if quality is not Quality.GOOD:
        return value, (Caveat(Grade.DEGRADED, tag, f"{tag} ({quantity}) is {quality}."),), quality
    return value, (), quality
