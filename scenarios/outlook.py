"""The winds a forecast is run with: one when it is known, a spread around it, circles when it is not."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from physics.cards import Caveat, Grade
from physics.weather import CLASSES, Weather
from physics.wind import REPORT_INTERVAL, WindSeries, steady_wind
from scenarios.scenario import Wind
from twin.plant import Plant
from twin.source import weather_from
from twin.state import Snapshot

CALM = 1.0
"""Wind speed below which it has no direction worth drawing, m/s (DESIGN law 5; Gaussian models end here)."""
SPEED_SPREAD = 0.25
"""Standard deviation of ln(wind speed) over the hour ahead (judgement, unverified)."""
NORMAL_90 = 1.2816
"""Standard deviations to the 90th percentile of a normal distribution."""
NORMAL_95 = 1.6449
"""Standard deviations to the 95th percentile: 90 % of directions lie within this on either side."""
CIRCLE_WINDS = ((CALM, "F"), (1.5, "F"), (5.0, "D"))
"""Speed, m/s, and class of the circles drawn when wind has no direction: calm, and DESIGN's F/1.5 and D/5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Winds to run a forecast with.

    Attributes
    ----------
    central : Weather or None
        The best estimate; ``None`` when direction is unknown, and then there is no best estimate of a place.
    course : WindSeries or None
        The best estimate as it changes in time, on the release's clock; ``central`` is that of now.
    members : tuple of Weather
        Winds the outer edge is searched over.
    spread : float
        Angle added to each side of the outer edge, radians: uncertainty, and what the wind turns on its course; pi is
        all round.
    caveats : tuple of Caveat
    """

    central: Weather | None
    members: tuple[Weather, ...]
    spread: float
    caveats: tuple[Caveat, ...]
    course: WindSeries | None = None

    @property
    def reference(self) -> Weather:
        """The central wind, or the first member where there is none."""
        return self.central or self.members[0]


@dataclass(frozen=True, slots=True)
class Felt:
    """A wind that was measured while the release went on: s since it began, and the weather then."""

    at: float
    weather: Weather


def outlook(
    plant: Plant,
    snapshot: Snapshot | None,
    wind: Wind | None,
    *,
    felt: tuple[Felt, ...] = (),
    elapsed: float = 0.0,
) -> Outlook:
    """Winds for a forecast from the station's reading, or from a wind that stands in for it.

    Wind that is Bad, stale, absent or calm gives circles; nothing favourable is assumed from a missing value.

    Parameters
    ----------
    felt : tuple of Felt
        Winds since the release began, in order of time.
    elapsed : float
        s since it began.
    """
    if snapshot is None:
        weather, circle, caveats = None, _default(plant), list[Caveat]()
    else:
        reading = weather_from(plant, snapshot)
        weather, circle, caveats = reading.weather, reading.circle_weather, list(reading.caveats)
    if wind is not None:
        caveats = [Caveat(Grade.NOTE, "wind", "The wind was given with the question; it is not the station's.")]
        return _given(weather or circle, wind, caveats, station=weather is not None)
    if weather is None:
        return _circles(circle, caveats)
    past = [(item.at, item.weather) for item in felt if item.at < elapsed]
    return _turning(_around(weather, caveats), [*past, (elapsed, weather)])


def _default(plant: Plant) -> Weather:
    station = plant.weather_station
    roughness = station.roughness_length if station is not None else 0.1
    return Weather(wind_speed=1.0, wind_from_direction=0.0, stability_class="D", roughness_length=roughness)


def _given(base: Weather, wind: Wind, caveats: list[Caveat], *, station: bool) -> Outlook:
    stability = wind.stability or base.stability_class
    if wind.stability is None and not station:
        says = "No stability class was given and the station gives none: class D was taken, and F for the outer edge."
        caveats.append(Caveat(Grade.DEGRADED, "weather", says))
    weather = replace(
        base,
        wind_speed=max(wind.speed, 0.01),
        wind_from_direction=wind.from_direction,
        stability_class=stability,
    )
    found = _turning(_around(weather, caveats), [(0.0, weather), *_changes(weather, wind)])
    if wind.stability is None and not station:
        stable = tuple(replace(member, stability_class=CLASSES[-1]) for member in found.members)
        return replace(found, members=found.members + stable)
    return found


def _changes(weather: Weather, wind: Wind) -> list[tuple[float, Weather]]:
    found = []
    for change in wind.changes:
        weather = replace(
            weather,
            wind_speed=max(change.speed, 0.01),
            wind_from_direction=change.from_direction,
            stability_class=change.stability or weather.stability_class,
        )
        found.append((change.at, weather))
    return found


def _turning(found: Outlook, course: list[tuple[float, Weather]]) -> Outlook:
    """Give an outlook its course: winds by their time, s; the outer edge takes in every direction on it, and each wind.

    Winds that are calm for a while leave no direction: then there is no best estimate of a place either.
    """
    if found.central is None:
        return found
    winds = [weather for _, weather in course]
    if any(weather.wind_speed < CALM for weather in winds):
        says = f"The wind falls below {CALM:g} m/s on its course: it has no direction to trust then."
        return _circles(found.central, [*found.caveats, Caveat(Grade.DEGRADED, "wind", says)])
    central = found.central
    series = WindSeries(
        time=np.array([at for at, _ in course]),
        speed=np.array([weather.wind_speed for weather in winds]),
        from_direction=np.array([weather.wind_from_direction for weather in winds]),
        stability=tuple(weather.stability_class for weather in winds),
        averaging_interval=REPORT_INTERVAL,
        reference_height=central.reference_height,
        roughness_length=central.roughness_length,
    )
    turns = [_turn(weather.wind_from_direction - central.wind_from_direction) for weather in winds]
    extremes = (min(winds, key=lambda weather: weather.wind_speed), max(winds, key=lambda weather: weather.wind_speed))
    return replace(
        found,
        course=series,
        members=tuple(dict.fromkeys((*found.members, *extremes))),
        spread=min(found.spread + math.radians(max(abs(turn) for turn in turns)), math.pi),
    )


def _turn(degrees: float) -> float:
    """The same angle between -180 and 180 degrees."""
    return (degrees + 180.0) % 360.0 - 180.0


def _around(weather: Weather, caveats: list[Caveat]) -> Outlook:
    if weather.wind_speed < CALM:
        says = f"Wind is {weather.wind_speed:.1f} m/s, below {CALM:g} m/s: it has no direction to trust."
        return _circles(weather, [*caveats, Caveat(Grade.DEGRADED, "wind", says)])
    factor = math.exp(NORMAL_90 * SPEED_SPREAD)
    speeds = (weather.wind_speed, max(weather.wind_speed / factor, CALM), weather.wind_speed * factor)
    return Outlook(
        central=weather,
        members=tuple(replace(weather, wind_speed=speed) for speed in speeds),
        spread=math.radians(NORMAL_95 * weather.direction_spread),
        caveats=tuple(caveats),
        course=steady_wind(weather),
    )


def _circles(base: Weather, caveats: list[Caveat]) -> Outlook:
    cases = ", ".join(f"{stability} at {speed:g} m/s" for speed, stability in CIRCLE_WINDS)
    says = (
        f"The wind's direction is not known: the outer edge is the largest circle of {cases}; no place is a best guess."
    )
    return Outlook(
        central=None,
        members=tuple(replace(base, wind_speed=u, stability_class=s) for u, s in CIRCLE_WINDS),
        spread=math.pi,
        caveats=(*caveats, Caveat(Grade.DEGRADED, "wind", says)),
    )
