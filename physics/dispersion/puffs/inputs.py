"""What puffs are asked with: refused by name where it cannot be, else in the form kernels take."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import ModelInputError
from physics.weather import CLASSES, obukhov_length_inverse, similarity_wind_ratio
from physics.wind import WindSeries

Array = NDArray[np.float64]

_SAMPLE = 5.0  # s between instants a mean over time is taken of


def check_run(height: float, averaging: float, lid: float, greatest: float, place: tuple[float, float]) -> None:
    """Refuse what no run can be made with, naming it."""
    if not (math.isfinite(height) and height >= 0.0):
        raise ModelInputError("source_height", f"must be a finite number, 0 or above, got {height:g}")
    if not (math.isfinite(averaging) and averaging > 0.0):
        raise ModelInputError("averaging_time", f"must be a finite number above 0, got {averaging:g}")
    if math.isnan(lid) or lid <= 0.0:
        raise ModelInputError("mixing_height", f"must be above 0 m, got {lid:g}")
    if height > lid:
        raise ModelInputError("source_height", f"is {height:g} m, above the mixing height of {lid:g} m")
    if math.isnan(greatest) or greatest <= 0.0:
        raise ModelInputError("greatest", f"must be above 0 kg/m³, got {greatest:g}")
    if not all(math.isfinite(value) for value in place):
        raise ModelInputError("place", "must be two finite numbers")


def speed_ratios(wind: WindSeries, height: float) -> Array:
    """Speed at a height over that of the series, by stability class, shape (6,)."""
    if not (math.isfinite(height) and height > wind.roughness_length):
        raise ModelInputError("transport_height", f"must lie above the roughness length, got {height:g}")
    ground = wind.roughness_length
    return np.array(
        [
            similarity_wind_ratio(
                height,
                reference_height=wind.reference_height,
                roughness_length=ground,
                inverse=obukhov_length_inverse(letter, roughness_length=ground),
            )
            for letter in CLASSES
        ]
    )


def checked_times(times: ArrayLike) -> Array:
    """Times as one row of finite numbers."""
    found = np.atleast_1d(np.asarray(times, dtype=np.float64))
    if found.ndim != 1 or found.size == 0 or not np.all(np.isfinite(found)):
        raise ModelInputError("times", "must be one row of finite numbers")
    return found


def samples_of(window: float) -> Array:
    """Instants a mean over a window is taken of, as seconds before its end."""
    if not (math.isfinite(window) and window >= 0.0):
        raise ModelInputError("window", f"must be a finite number, 0 or above, got {window:g}")
    count = max(math.ceil(window / _SAMPLE), 1)
    return window * (np.arange(count) + 0.5) / count if window > 0.0 else np.zeros(1)


def even_steps(name: str, values: ArrayLike) -> tuple[float, float, int]:
    """First value, step and number of evenly spaced ones."""
    found = np.asarray(values, dtype=np.float64)
    steps = np.diff(found) if found.ndim == 1 else np.zeros(0)
    if steps.size == 0 or not np.all(np.isfinite(found)) or steps[0] <= 0.0:
        raise ModelInputError(name, "must be at least two finite numbers that rise")
    if not np.allclose(steps, steps[0], rtol=1e-6, atol=0.0):
        raise ModelInputError(name, "must rise in even steps")
    return float(found[0]), float((found[-1] - found[0]) / steps.size), int(found.size)
