"""What a model says where an instrument stood: one observation's quantity, in the observation's own unit."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from physics.dispersion.ensemble import Answer
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT
from scenarios.scoreboard.tables import Row, number
from scenarios.scoreboard.trials import Trial

Array = NDArray[np.float64]

PEAK_AVERAGING = 10.0
"""Averaging time, s, of readings said to be peaks, or of which nothing is said: the shortest of the models here."""
FARTHEST = 20_000.0
"""Distance within which a level is looked for, m."""
_NEAREST = 1.0
_ACROSS = np.linspace(-1.0, 1.0, 401)
_SIDE = 6.0
"""Crosswind integrals reach that many half-widths to either side."""
_MASS = {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "ug": 1e-9}
_SHARE = {"mol_pct": 0.01, "vol_pct": 0.01, "mol_frac": 1.0, "mole_fraction": 1.0, "ppm": 1e-6, "ppmv": 1e-6}


class NotComparable(Exception):
    """A reading that no model here gives; its text says why."""


def averaging_time(row: Row, trial: Trial) -> float:
    """Averaging time of a reading, s: a number, the middle of a range, the release's own where it is long, or a peak's.

    Parameters
    ----------
    row : mapping
        Of ``dispersion_observations.csv``.
    """
    text = row.get("averaging", "").strip().lower()
    span = re.match(r"([\d.]+)\s*-\s*([\d.]+)\s*s\b", text)
    if span:
        return math.sqrt(float(span.group(1)) * float(span.group(2)))
    one = re.match(r"([\d.]+)\s*(s|min)\b", text)
    if one:
        return max(float(one.group(1)) * (60.0 if one.group(2) == "min" else 1.0), 1.0)
    if "long" in text and math.isfinite(trial.source.duration):
        return trial.source.duration
    return PEAK_AVERAGING


def predicted(trial: Trial, row: Row, answer: Answer) -> float:
    """What a model says of a reading.

    Raises
    ------
    NotComparable
        The quantity or unit is none that is known here, or the model does not give it.
    NotScored
        The row lacks a number.
    """
    quantity = row.get("quantity", "").strip()
    unit = row.get("unit", "").strip()
    height = max(number(row, "z_m", 0.0), 0.0)
    if quantity.startswith("distance_to"):
        return _distance(trial, quantity, answer, height)
    x = number(row, "x_m")
    if x <= 0.0:
        raise NotComparable(f"x_m is {x:g}, not downwind of the source")
    if quantity in ("arc_max", "centreline", "arc_max_lower_bound"):
        return _in_unit(float(answer.greatest(x, 0.0, height)), unit, trial)
    if quantity == "crosswind_integrated_conc":
        y, profile = _profile(answer, x, height)
        return _in_unit(float(np.trapezoid(profile, y)), unit.replace("_m2", "_m3"), trial)
    if quantity == "sigma_y":
        y, profile = _profile(answer, x, height)
        return math.sqrt(float(np.trapezoid(profile * y * y, y) / np.trapezoid(profile, y)))
    if quantity == "half_width_to_1_over_e":
        return _half_width(answer, x, height, math.exp(-1.0))
    if quantity == "time_of_peak":
        return answer.time_of_greatest(x)
    raise NotComparable("is not a quantity that is scored here")


def _in_unit(fraction: float, unit: str, trial: Trial) -> float:
    """Express a mole fraction in a reading's unit; what is per volume is at the air's temperature and pressure."""
    molar = trial.source.substance.molar_mass
    for name, factor in _SHARE.items():
        if unit == name or unit.startswith(f"{name}_"):
            return fraction / factor
    if unit.startswith("mass_fraction"):
        return fraction * molar / (fraction * molar + (1.0 - fraction) * AIR_MOLAR_MASS)
    mass = re.match(r"(kg|g|mg|ug)[_/]m3", unit)
    if mass:
        air = trial.weather
        return fraction * molar * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature) / _MASS[mass.group(1)]
    raise NotComparable(f"unit {unit!r} is not known here")


def _profile(answer: Answer, x: float, height: float) -> tuple[Array, Array]:
    half = _half_width(answer, x, height, math.exp(-0.5))
    y = _SIDE * half * _ACROSS
    return y, answer.greatest(x, y, height)


def _half_width(answer: Answer, x: float, height: float, share: float) -> float:
    middle = float(answer.greatest(x, 0.0, height))
    if middle <= 0.0:
        raise NotComparable(f"nothing arrives at {x:g} m")

    def above(y: float) -> float:
        return float(answer.greatest(x, y, height)) - share * middle

    far = max(x, 1.0)
    while above(far) > 0.0 and far < FARTHEST:
        far *= 2.0
    return float(brentq(above, 0.0, far, xtol=1e-3))


def _distance(trial: Trial, quantity: str, answer: Answer, height: float) -> float:
    """Farthest distance at which a level is reached on the axis, m."""
    stated = re.search(r"_([\d.]+)pct", quantity)
    flammable = trial.source.substance.flammability
    if stated:
        level = float(stated.group(1)) / 100.0
    elif "LFL" in quantity and flammable is not None:
        level = flammable.lower_limit * (0.5 if "half" in quantity.lower() else 1.0)
    else:
        raise NotComparable("names no level")
    x = np.geomspace(_NEAREST, FARTHEST, 2000)
    values = answer.greatest(x, 0.0, height)
    above = np.flatnonzero(values >= level)
    if above.size == 0:
        return 0.0
    i = int(above[-1])
    if i + 1 >= x.size or values[i + 1] <= 0.0:
        return float(x[i])
    share = math.log(values[i] / level) / math.log(values[i] / values[i + 1])
    return float(x[i] * (x[i + 1] / x[i]) ** share)
