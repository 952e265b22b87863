"""Winds around a forecast, and a wind with its turbulence: what a seed turns one steady wind into.

A member of an ensemble is a run of 600 s means that the forecast may turn out to be; a turbulent wind is one that an
anemometer would have read, second by second, about a mean that is right. The two are never mixed: meander belongs to
turbulence, being wrong belongs to the ensemble.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.cards import ModelInputError
from physics.weather import LEAST_SIGMA_V, Weather
from physics.wind import REPORT_INTERVAL, WindSeries, steady_wind, wind_of_components

Array = NDArray[np.float64]

DIRECTION_ERROR_OF_A_DAY = 50.0
"""Standard deviation of a day-ahead forecast of wind direction, degrees.

Of 9 years of forecasts for Macon, Georgia, 38 % fell within 22.5 and 79 % within 67.5 degrees (Lavdas, read in its
abstract): 45 and 54 degrees for a normal error.
"""
DAY = 86400.0
SPEED_ERROR_NOW, SPEED_ERROR_OF_A_DAY = 0.2, 0.5
"""Standard deviation of the logarithm of wind speed, of a measurement taken to hold on, and a day ahead (judgement)."""
CORRELATION_TIME = 1800.0
"""Time over which an error of the forecast forgets itself, s (judgement)."""
_LEAST_LONG = 60.0  # s between the winds of an ensemble


def _noise(seed: int, stream: int, count: int) -> Array:
    """Standard normal numbers of one stream; a stream does not depend on how many others are drawn."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, stream)))).standard_normal(count)


def correlated_noise(seed: int, stream: int, *, count: int, step: float, correlation_time: float) -> Array:
    """Stationary Ornstein-Uhlenbeck process of unit variance, exact at its steps, shape (count,).

    Parameters
    ----------
    seed, stream : int
        Name the numbers: the same give the same bytes.
    count : int
    step, correlation_time : float
        s.
    """
    numbers = _noise(seed, stream, count)
    keeps = math.exp(-step / correlation_time)
    fresh = math.sqrt(1.0 - keeps * keeps)
    found = np.empty(count)
    held = numbers[0]
    found[0] = held
    for i in range(1, count):
        held = keeps * held + fresh * numbers[i]
        found[i] = held
    return found


def direction_error(weather: Weather, lead_time: float) -> float:
    """Standard deviation of the direction of a forecast wind, degrees.

    Never below what turbulence alone gives, atan(sigma_v / u) with sigma_v of 0.5 m/s; its square grows with time as
    that of a random walk, to the error of a day-ahead forecast.

    Parameters
    ----------
    weather : Weather
    lead_time : float
        s ahead of the last measurement.
    """
    least = math.degrees(math.atan2(LEAST_SIGMA_V, weather.wind_speed))
    return math.hypot(least, DIRECTION_ERROR_OF_A_DAY * math.sqrt(lead_time / DAY))


def speed_error(lead_time: float) -> float:
    """Standard deviation of the logarithm of forecast wind speed ``lead_time`` s ahead."""
    growth = SPEED_ERROR_OF_A_DAY**2 - SPEED_ERROR_NOW**2
    return math.sqrt(SPEED_ERROR_NOW**2 + growth * lead_time / DAY)


def wind_ensemble(
    weather: Weather,
    *,
    members: int,
    duration: float,
    seed: int,
    lead_time: float = 0.0,
    around: WindSeries | None = None,
    step: float = REPORT_INTERVAL / 2,
    correlation_time: float = CORRELATION_TIME,
) -> tuple[WindSeries, ...]:
    """Winds a forecast may turn out to be: directions normal, speeds lognormal about it, both correlated in time.

    Parameters
    ----------
    weather : Weather
        The forecast, or the last measurement.
    members, seed : int
        A member depends on the seed and its own number, not on how many there are.
    duration : float
        s from the beginning of the release.
    lead_time : float
        Of that beginning, s ahead of the last measurement.
    around : WindSeries or None
        Forecast that changes in time; ``None`` takes the weather as lasting.
    step, correlation_time : float
        s.

    Returns
    -------
    tuple of WindSeries, length ``members``

    Raises
    ------
    ModelInputError
        Naming what is not above 0.
    """
    for name, value in (("members", members), ("duration", duration), ("step", step), ("lead_time", lead_time)):
        if not (math.isfinite(value) and (value > 0 or (name == "lead_time" and value == 0))):
            raise ModelInputError(name, f"must be a finite number above 0, got {value:g}")
    centre = steady_wind(weather) if around is None else around
    count = max(math.ceil(duration / step), 1) + 1
    time = step * np.arange(count, dtype=np.float64)
    turn = np.array([direction_error(weather, lead_time + float(t)) for t in time])
    stretch = np.array([speed_error(lead_time + float(t)) for t in time])
    east, north = centre.at(time)
    speed, blows_from = np.hypot(east, north), np.degrees(np.arctan2(-east, -north))
    stability = tuple("ABCDEF"[code] for code in centre.classes(time))
    found = []
    for member in range(members):
        wrong = [
            correlated_noise(seed, 2 * member + k, count=count, step=step, correlation_time=correlation_time)
            for k in (0, 1)
        ]
        found.append(
            WindSeries(
                time=time,
                speed=speed * np.exp(stretch * wrong[0]),
                from_direction=(blows_from + turn * wrong[1]) % 360.0,
                stability=stability,
                averaging_interval=centre.averaging_interval,
                reference_height=centre.reference_height,
                roughness_length=centre.roughness_length,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turbulence:
    """Horizontal turbulence at a height: standard deviations, m/s, and Lagrangian time scales, s."""

    along: float
    across: float
    along_time: float
    across_time: float


_ALONG, _ACROSS = 2.0, 1.3
"""Sigma u and sigma v over friction velocity, stable and neutral (Hanna 1982)."""


def turbulence(weather: Weather, *, height: float) -> Turbulence:
    """Turbulence of the boundary layer by Hanna's (1982) formulas, as FLEXPART has them.

    Parameters
    ----------
    weather : Weather
    height : float
        m, below the mixing height.
    """
    friction, inverse, depth = weather.friction_velocity, weather.inverse_obukhov, weather.lid
    share = min(height / depth, 0.9)
    if inverse < 0.0:
        both = friction * (12.0 - 0.5 * depth * inverse) ** (1.0 / 3.0)
        return Turbulence(along=both, across=both, along_time=0.15 * depth / both, across_time=0.15 * depth / both)
    if inverse > 0.0:
        along, across = _ALONG * friction * (1.0 - share), _ACROSS * friction * (1.0 - share)
        slow = 0.15 * depth * math.sqrt(share) / along
        return Turbulence(along=along, across=across, along_time=slow, across_time=0.467 * slow)
    along = _ALONG * friction * math.exp(-3e-4 * height / friction)
    across = _ACROSS * friction * math.exp(-2e-4 * height / friction)
    slow = 0.5 * height / (across * (1.0 + 1.5e-3 * height / friction))
    return Turbulence(along=along, across=across, along_time=slow, across_time=slow)


def turbulent_wind(
    weather: Weather,
    *,
    duration: float,
    seed: int,
    step: float = 1.0,
    turbulent: Turbulence | None = None,
) -> WindSeries:
    """A wind as an anemometer reads it, its mean over the whole run exactly that of the weather.

    Both components are Ornstein-Uhlenbeck processes (Hanna 1982's sigmas and time scales): a synthetic wind to test
    with, not a forecast.

    Parameters
    ----------
    weather : Weather
    duration, step : float
        s.
    seed : int
    turbulent : Turbulence or None
        ``None`` takes that of the weather at its reference height.
    """
    air = turbulence(weather, height=weather.reference_height) if turbulent is None else turbulent
    count = max(math.ceil(duration / step), 1) + 1
    along = air.along * correlated_noise(seed, 0, count=count, step=step, correlation_time=air.along_time)
    across = air.across * correlated_noise(seed, 1, count=count, step=step, correlation_time=air.across_time)
    along += weather.wind_speed - along.mean()
    across -= across.mean()
    time = step * np.arange(count, dtype=np.float64)
    towards = math.radians(weather.downwind_bearing)
    return wind_of_components(
        weather,
        time,
        along * math.sin(towards) + across * math.cos(towards),
        along * math.cos(towards) - across * math.sin(towards),
        averaging_interval=step,
    )
