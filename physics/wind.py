"""A wind that changes in time over flat ground, the same at every place: what carries puffs.

A wind is given at times, each value a mean over the wind's own averaging interval: 600 s of a forecast or of a
station's report, 1 s of an anemometer. Between times the velocity is a straight line; stability holds until the next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import ModelInputError
from physics.weather import CLASSES, Weather, class_from_obukhov

Array = NDArray[np.float64]

REPORT_INTERVAL = 600.0
"""Averaging interval of winds in reports and forecasts, s (WMO-No. 8)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WindSeries:
    """Wind at one height over time.

    Attributes
    ----------
    time : ndarray, shape (n,)
        s, rising; the first value also holds before its time, the last one after it.
    speed : ndarray, shape (n,)
        m/s.
    from_direction : ndarray, shape (n,)
        Degrees clockwise from north.
    stability : tuple of str, length n
        Pasquill class from each time to the next.
    averaging_interval : float
        Time each value is a mean over, s.
    reference_height, roughness_length : float
        m.

    Raises
    ------
    ModelInputError
        Naming the field that does not fit.
    """

    time: Array
    speed: Array
    from_direction: Array
    stability: tuple[str, ...]
    averaging_interval: float = REPORT_INTERVAL
    reference_height: float = 10.0
    roughness_length: float = 0.1

    def __post_init__(self) -> None:
        """Refuse a wind nothing can be carried by."""
        for name in ("time", "speed", "from_direction"):
            values = np.array(getattr(self, name), dtype=np.float64, ndmin=1)
            if values.ndim != 1 or values.size == 0 or not np.all(np.isfinite(values)):
                raise ModelInputError(name, "must be one row of finite numbers")
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        object.__setattr__(self, "stability", tuple(self.stability))
        count = self.time.size
        for name in ("speed", "from_direction", "stability"):
            if len(getattr(self, name)) != count:
                raise ModelInputError(name, f"needs one value for each of the {count} times")
        if np.any(np.diff(self.time) <= 0.0):
            raise ModelInputError("time", "must rise from each wind to the next")
        if np.any(self.speed < 0.0):
            raise ModelInputError("speed", "may not be below 0 m/s")
        if not set(self.stability) <= set(CLASSES):
            raise ModelInputError("stability", "must be one of A to F at each time")
        for name in ("averaging_interval", "reference_height", "roughness_length"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0.0):
                raise ModelInputError(name, f"must be a finite number above 0, got {getattr(self, name):g}")

    @property
    def east(self) -> Array:
        """Velocity towards the east at each time, m/s."""
        return -self.speed * np.sin(np.radians(self.from_direction))

    @property
    def north(self) -> Array:
        """Velocity towards the north at each time, m/s."""
        return -self.speed * np.cos(np.radians(self.from_direction))

    def at(self, time: ArrayLike) -> tuple[Array, Array]:
        """Velocity to the east and to the north, m/s, at times in s; each of the times' shape."""
        times = np.asarray(time, dtype=np.float64)
        return np.interp(times, self.time, self.east), np.interp(times, self.time, self.north)

    def classes(self, time: ArrayLike) -> NDArray[np.int64]:
        """Stability class at times in s, 0 for A to 5 for F; same shape."""
        index = np.searchsorted(self.time, np.asarray(time, dtype=np.float64), side="right") - 1
        codes = np.array([CLASSES.index(letter) for letter in self.stability], dtype=np.int64)
        return codes[np.clip(index, 0, codes.size - 1)]


def steady_wind(weather: Weather, *, averaging_interval: float = REPORT_INTERVAL) -> WindSeries:
    """Wind that stays as it is.

    Parameters
    ----------
    weather : Weather
    averaging_interval : float
        s.
    """
    return WindSeries(
        time=np.zeros(1),
        speed=np.array([weather.wind_speed]),
        from_direction=np.array([weather.wind_from_direction]),
        stability=(weather.stability_class,),
        averaging_interval=averaging_interval,
        reference_height=weather.reference_height,
        roughness_length=weather.roughness_length,
    )


def wind_of_components(
    weather: Weather, time: Array, east: Array, north: Array, *, averaging_interval: float
) -> WindSeries:
    """Wind from velocities in weather of one stability.

    Parameters
    ----------
    weather : Weather
        Its stability, height and roughness.
    time, east, north : ndarray, shape (n,)
        s and m/s.
    averaging_interval : float
        s.
    """
    return WindSeries(
        time=time,
        speed=np.hypot(east, north),
        from_direction=np.degrees(np.arctan2(-east, -north)) % 360.0,
        stability=(weather.stability_class,) * len(time),
        averaging_interval=averaging_interval,
        reference_height=weather.reference_height,
        roughness_length=weather.roughness_length,
    )


def stability_from(obukhov_length_inverse: ArrayLike, *, roughness_length: float) -> tuple[str, ...]:
    """Stability classes of reciprocal Obukhov lengths, by Golder's (1972) figure.

    Parameters
    ----------
    obukhov_length_inverse : array_like, shape (n,)
        1/m.
    roughness_length : float
        m.
    """
    given = np.atleast_1d(np.asarray(obukhov_length_inverse, dtype=np.float64))
    return tuple(class_from_obukhov(float(value), roughness_length=roughness_length) for value in given)


def mean_wind(wind: WindSeries, *, interval: float, until: float) -> WindSeries:
    """The same wind as vector means over longer intervals, each at the middle of its interval.

    Parameters
    ----------
    wind : WindSeries
    interval : float
        s, not below the wind's own.
    until : float
        s; means are taken from 0 to here, the last one over what is left.

    Raises
    ------
    ModelInputError
        The interval is shorter than the wind's own.
    """
    if interval < wind.averaging_interval:
        raise ModelInputError("interval", f"must be at least the wind's own, {wind.averaging_interval:g} s")
    edges = np.append(np.arange(0.0, until, interval), until)
    middles = 0.5 * (edges[:-1] + edges[1:])
    samples = np.linspace(0.0, 1.0, 2 * max(int(interval), 1) + 1)[1::2]
    places = edges[:-1, None] + samples * np.diff(edges)[:, None]
    east, north = (component.mean(axis=1) for component in wind.at(places))
    return WindSeries(
        time=middles,
        speed=np.hypot(east, north),
        from_direction=np.degrees(np.arctan2(-east, -north)) % 360.0,
        stability=tuple(CLASSES[code] for code in wind.classes(middles)),
        averaging_interval=interval,
        reference_height=wind.reference_height,
        roughness_length=wind.roughness_length,
    )
