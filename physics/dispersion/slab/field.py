"""SLAB's field: shapes of a cloud across, along and up, widened by meander over the averaging time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air

Array = NDArray[np.float64]

_NARROW = 1e-9
_QUIET = 0.1
"""Ratio below which a jet does not meander with the wind."""


def _reference(averaging_time: float | Array) -> Array:
    """Crosswind spread over distance of an averaging time, over the instantaneous one."""
    time = np.asarray(averaging_time, dtype=np.float64)
    least = c.LEAST_AVERAGING
    longer: Array = ((time + least * np.exp(-np.minimum(time / least, 700.0))) / least) ** c.AVERAGING_POWER
    return longer


def _jet_share(rows: Array, source_flux: float, air: Air) -> Array:
    """Part of the meander a horizontal jet follows, by the air it has taken in (Ermak 1990)."""
    fraction = rows[:, c.MASS_FRACTION]
    carried = air.density * rows[:, c.WIND] * (1.0 - fraction) / np.maximum(source_flux * fraction, 1e-30)
    n = np.cbrt(np.maximum(carried, 1e-30))
    inner = 0.5 * np.log((1.0 - n + n * n) / (1.0 + n) ** 2)
    inner += c.ROOT3 * (np.arctan((2.0 * n - 1.0) / c.ROOT3) + math.atan(1.0 / c.ROOT3))
    share = 1.0 - 2.0 / (3.0 * np.maximum(n, _QUIET) ** 3) * inner
    found: Array = np.where(n < _QUIET, 0.0, np.clip(share, 0.0, 1.0))
    return found


def meander(rows: Array, *, averaging_time: float, duration: float, source_flux: float | None, air: Air) -> Array:
    """Variance that meander adds to the crosswind spread, m²; ``source_flux`` of a horizontal jet, kg/(m² s)."""
    passing = 2.0 * rows[:, c.HALF_LONG] / np.maximum(rows[:, c.SPEED], 1e-6)
    time = np.minimum(np.maximum(duration, passing), averaging_time)
    away = np.maximum(rows[:, c.AT], 0.0)
    instant = 2.0 * air.side_spread / c.SIGMA_B * (np.sqrt(1.0 + c.SIGMA_B * away) - 1.0)
    share = 1.0 if source_flux is None else _jet_share(rows, source_flux, air)
    widened: Array = (_reference(time) ** 2 - 1.0) * (instant * share) ** 2
    return np.maximum(widened, 0.0)


def _across(flat: Array, sigma: Array) -> Array:
    """Integral from the axis outwards of a profile that is 1 on it, m."""
    ratio = np.maximum(flat, _NARROW * sigma) / (math.sqrt(2.0) * sigma)
    gathered: Array = np.maximum(flat, _NARROW * sigma) / erf(ratio)
    return gathered


def shapes(rows: Array, spread: Array) -> dict[str, Any]:
    """Amplitude and widths of a plume's table, as `physics.dispersion.track` reads them."""
    half, flat = rows[:, c.HALF], rows[:, c.EVEN]
    sigma_y = np.sqrt(np.maximum((half**2 - flat**2) / 3.0, 0.0) + spread)
    sigma_z = (rows[:, c.TOP] - rows[:, c.CENTRE]) / c.ROOT3
    gathered = _across(flat, sigma_y) * math.sqrt(2.0 * math.pi) * sigma_z
    return {
        "mole_fraction": rows[:, c.MOLE_FRACTION] * half * rows[:, c.TALL] / gathered,
        "flat_half_width": flat,
        "sigma_y": sigma_y,
        "centre_height": rows[:, c.CENTRE],
        "sigma_z": sigma_z,
        "vertical_power": np.full(half.size, 2.0),
    }


def puff_shapes(rows: Array, spread: Array) -> dict[str, Any]:
    """The same of a puff's table, with its length."""
    found = shapes(rows, spread)
    long, flat = rows[:, c.HALF_LONG], rows[:, c.EVEN_LONG]
    sigma_x = np.sqrt(np.maximum((long**2 - flat**2) / 3.0, (1e-3 * long) ** 2))
    found["mole_fraction"] = found["mole_fraction"] * long / _across(flat, sigma_x)
    return {**found, "flat_half_length": flat, "sigma_x": sigma_x}


_SHARP = 0.9999
"""Flat part over half-length of a plume while its source runs."""


def lengths(rows: Array, *, start: float, puff: bool) -> Array:
    """Time, s, middle, flat half-length and sigma of a cloud's extent along the wind, m; one row each.

    A plume whose source still runs reaches from where it starts to twice as far as its middle.
    """
    if puff:
        long, flat, times = rows[:, c.HALF_LONG], rows[:, c.EVEN_LONG], rows[:, c.TIME]
    else:
        long = np.maximum(rows[:, c.AT] - start, 1e-6)
        flat, times = _SHARP * long, 2.0 * rows[:, c.TIME]
    sigma = np.sqrt(np.maximum((long**2 - flat**2) / 3.0, (1e-3 * long) ** 2))
    return np.stack([times, rows[:, c.AT], flat, sigma])


def filled(extent: Array) -> Array:
    """Concentration in the middle of a cloud's length over its mean, for its ends' shape; 1 where they are sharp."""
    flat, sigma = extent[2], extent[3]
    long = np.sqrt(flat**2 + 3.0 * sigma**2)
    ratio: Array = long / _across(flat, sigma)
    return ratio


def along(x: Array, extent: Array, times: Array) -> Array:
    """Shape along the wind at places and times, 1 in the middle; shape (time, place)."""
    middle, flat, sigma = (np.interp(times, extent[0], row)[:, None] for row in extent[1:])
    root = math.sqrt(2.0) * np.maximum(sigma, 1e-9)
    flat = np.maximum(flat, _NARROW * sigma)
    shape = erf((x - middle + flat) / root) - erf((x - middle - flat) / root)
    found: Array = np.maximum(shape / (2.0 * erf(flat / root)), 0.0) * (times[:, None] >= 0.0)
    return found


def front(rows: Array) -> Array:
    """Spread along the wind of a plume's front and tail, m: what a puff's ends would have grown by then."""
    speeds = rows[:, c.ENTRAIN_LONG]
    grown: Array = np.zeros(speeds.size)
    np.cumsum(0.5 * (speeds[1:] + speeds[:-1]) * np.diff(rows[:, c.TIME]), out=grown[1:])
    return grown
