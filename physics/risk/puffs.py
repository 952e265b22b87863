"""What a cloud let go at once does to people: its dose's ribbon, and where and when it burns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.track import PuffTrack
from physics.risk.clouds import ACROSS, HEAD_HEIGHT, SECTIONS, Zone
from physics.risk.ribbon import Ribbon

Array = NDArray[np.float64]

_UP = 24
_PER_LENGTH, _FEWEST, _MOST = 4.0, 60, 600
"""Times a cloud is looked at for each of its half-lengths it goes, and bounds of how many."""
_WIDE = 4.0
"""Sigmas beyond its flat part at which a cloud is looked at no more."""


def _moments(track: PuffTrack) -> Array:
    """Times at which a cloud is looked at, s: four while it goes its own half-length, and early ones."""
    long = np.maximum(track.flat_half_length + track.sigma_x, 1e-3)
    gone = np.concatenate([[0.0], np.cumsum(np.diff(track.centre) / (0.5 * (long[1:] + long[:-1])))])
    count = int(min(max(_PER_LENGTH * gone[-1], _FEWEST), _MOST))
    even = np.interp(np.linspace(0.0, gone[-1], count), gone, track.time)
    early = np.geomspace(max(float(track.time[-1]) * 1e-5, 0.1), float(track.time[-1]), _FEWEST)
    return np.unique(np.concatenate([even, early]))


def _places(track: PuffTrack, level: float) -> tuple[Array, Array, Array, Array]:
    """Times, places along the wind and their step, and half-widths that hold what a level is reached at."""
    times = _moments(track)
    at = np.interp(times, track.time, track.centre)
    peak = np.diagonal(track.at(at, 0.0, HEAD_HEIGHT, time=times))
    above = np.flatnonzero(peak >= level)
    if above.size == 0:
        return times[:2], np.zeros(SECTIONS), np.array([1.0]), np.zeros(SECTIONS)
    keep = slice(0, int(above[-1]) + 1)
    times, at = times[keep], at[keep]

    def of(values: Array) -> Array:
        return np.asarray(np.interp(times, track.time, values))

    long = of(track.flat_half_length) + _WIDE * of(track.sigma_x)
    wide = of(track.flat_half_width) + _WIDE * of(track.sigma_y)
    x = np.linspace(float(np.min(at - long)), float(np.max(at + long)), SECTIONS)
    over = np.abs(x[:, None] - at) <= long
    half = np.max(np.where(over, wide, 0.0), axis=1)
    return times, x, np.array([x[1] - x[0]]), half


def puff_toxic_ribbon(
    track: PuffTrack, *, constant: float, slope: float, exponent: float, cut_dose: float, indoors: float
) -> Ribbon:
    """Ribbon of the dose of a passing cloud, Y = constant + slope / exponent ln(dose), dose = ∫ X^exponent dt, s.

    Parameters
    ----------
    constant, slope : float
        As in `physics.risk.clouds.toxic_ribbon`, with the time in ``constant`` left at 1 s.
    cut_dose : float
        Dose below which nobody is counted, s.
    indoors : float
        Fraction that dies indoors over that outdoors.
    """
    level = (cut_dose / max(float(track.time[-1]), 1.0)) ** (1.0 / exponent)
    times, x, step, half = _places(track, level)
    y = half[:, None] * np.linspace(0.0, 1.0, ACROSS)
    fraction = track.at(x[:, None], y, HEAD_HEIGHT, time=times)
    dose = np.trapezoid(fraction**exponent, times, axis=0)
    probit = np.where(dose >= cut_dose, constant + slope / exponent * np.log(np.maximum(dose, 1e-300)), -math.inf)
    dies = 0.5 * (1.0 + np.vectorize(math.erf)((probit - 5.0) / math.sqrt(2.0)))
    return Ribbon(float(x[0]), max(float(step[0]), 1e-6), half, np.array([dies, dies, indoors * dies]))


def puff_zone(track: PuffTrack, lower: float) -> Zone:
    """Where a cloud let go at once burns ever, and from when to when."""
    times, x, _, half = _places(track, lower)
    y = half[:, None] * np.linspace(0.0, 1.0, 4 * ACROSS)
    burns: Any = track.at(x[:, None], y, HEAD_HEIGHT, time=times) >= lower
    width = np.max(np.where(burns.any(axis=0), y, 0.0), axis=1)
    ever = burns.any(axis=2)
    there = ever.any(axis=0)
    arrival = np.where(there, times[np.argmax(ever, axis=0)], math.inf)
    departure = np.where(there, times[::-1][np.argmax(ever[::-1], axis=0)], -math.inf)
    known = np.isfinite(arrival)
    if known.any():
        first, last = int(np.argmax(known)), int(len(known) - 1 - np.argmax(known[::-1]))
        inner = slice(first, last + 1)
        grid = np.linspace(x[first], x[last], SECTIONS) if last > first else x[first] + np.linspace(0, 1e-3, SECTIONS)
        width, arrival, departure = (
            np.interp(grid, x[inner][known[inner]], values[inner][known[inner]])
            for values in (width, arrival, departure)
        )
        return Zone(float(grid[0]), float(grid[1] - grid[0]), width, arrival, departure)
    zero = np.zeros(SECTIONS)
    return Zone(0.0, 1e-6, zero, zero, zero)


def puff_gas(track: PuffTrack, lower: float, upper: float, times: Array) -> tuple[Array, Array]:
    """Gas between its limits at times, m³ of pure gas, and the middle of it, m."""
    gas, middle = np.zeros(times.size), np.zeros(times.size)
    for k, time in enumerate(times):
        t = float(np.clip(time, track.time[0], track.time[-1]))
        at, long, wide = (
            float(np.interp(t, track.time, values))
            for values in (track.centre, track.flat_half_length, track.flat_half_width)
        )
        s_x, s_y, s_z, up = (
            float(np.interp(t, track.time, values))
            for values in (track.sigma_x, track.sigma_y, track.sigma_z, track.centre_height)
        )
        x = np.linspace(0.0, long + _WIDE * s_x, _UP)
        y = np.linspace(0.0, wide + _WIDE * s_y, _UP)
        z = np.linspace(0.0, up + _WIDE * s_z, _UP)
        found = track.at(at + x[:, None, None], y[None, :, None], z[None, None, :], time=t)[0]
        burns = np.where((found >= lower) & (found <= upper), found, 0.0)
        gas[k] = 4.0 * np.trapezoid(np.trapezoid(np.trapezoid(burns, z, axis=2), y, axis=1), x)
        middle[k] = at
    return gas, middle
