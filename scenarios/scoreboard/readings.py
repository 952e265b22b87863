"""What a model says where an instrument stood: one observation's quantity, in the observation's own unit."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from physics.dispersion.ensemble import Answer
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT
from scenarios.scoreboard.tables import Row, within
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
_MASS = {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "ug": 1e-9, "µg": 1e-9}
_SHARE = {
    **dict.fromkeys(("mol_pct", "vol_pct", "mol%", "vol%", "mole_pct", "pct", "%"), 0.01),
    **dict.fromkeys(("mol_frac", "mole_fraction", "mol_fraction", "vol_frac", "volume_fraction"), 1.0),
    **dict.fromkeys(("ppm", "ppmv"), 1e-6),
    **dict.fromkeys(("ppb", "ppbv"), 1e-9),
}
_MASS_SHARE = {"mass_fraction": 1.0, "mass_frac": 1.0, "mass_pct": 0.01, "mass%": 0.01}
_LENGTH = {"m": 1.0, "km": 1000.0}
_TIME = {
    "s": 1.0,
    "sec": 1.0,
    "seconds": 1.0,
    "min": 60.0,
    "minutes": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "hours": 3600.0,
}
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)[\s-]*(seconds|sec|s|minutes|min|hours|hour|h)\b")
_SINGLE = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(seconds|sec|s|minutes|min|hours|hour|h)\b")
_LONGEST_AVERAGE = 86_400.0
HIGHEST = 2000.0
"""Height of a sensor above which none is believed, m."""
_LARGEST = 1e6
"""Width, distance or time of a trial above which none is believed, m or s."""
_DENSEST = 10.0
"""How many times the pure vapour's density a cloud with droplets is believed to weigh."""


CONCENTRATIONS = ("arc_max", "centreline", "arc_max_lower_bound")
_UNKNOWN_QUANTITY = "is not a quantity that is scored here"


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
    span, one = _RANGE.search(text), _SINGLE.search(text)
    if span:
        given = math.sqrt(float(span.group(1)) * float(span.group(2))) * _TIME[span.group(3)]
    elif one:
        given = float(one.group(1)) * _TIME[one.group(2)]
    elif "long" in text and math.isfinite(trial.source.duration):
        given = trial.source.duration
    else:
        given = PEAK_AVERAGING
    return min(max(given, 1.0), _LONGEST_AVERAGE)


def observed(trial: Trial, row: Row) -> float:
    """Give the value of a reading, in its own unit.

    Raises
    ------
    NotScored
        It is missing, below 0, or more than can be.
    NotComparable
        Its unit is none that is known here.
    """
    quantity, unit = row.get("quantity", "").strip(), row.get("unit", "").strip()
    if quantity.startswith("distance_to") or quantity in ("sigma_y", "half_width_to_1_over_e"):
        return within(row, "value", (0.0, _LARGEST / _scale(unit, _LENGTH)))
    if quantity == "time_of_peak":
        return within(row, "value", (0.0, _LARGEST / _scale(unit, _TIME)))
    if quantity == "crosswind_integrated_conc":
        return within(row, "value", (0.0, _LARGEST * _in_unit(1.0, _per_volume(unit), trial)))
    if quantity not in CONCENTRATIONS:
        raise NotComparable(_UNKNOWN_QUANTITY)
    believed = 1.0 if _is_share(unit) else _DENSEST
    return within(row, "value", (0.0, believed * _in_unit(1.0, unit, trial)))


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
    height = within(row, "z_m", (0.0, HIGHEST), 0.0)
    if quantity.startswith("distance_to"):
        return _distance(trial, quantity, answer, height) / _scale(unit, _LENGTH)
    x = within(row, "x_m", (0.0, FARTHEST))
    if x <= 0.0:
        raise NotComparable("x_m is 0, not downwind of the source")
    if quantity in CONCENTRATIONS:
        return _in_unit(float(answer.greatest(x, 0.0, height)), unit, trial)
    if quantity == "crosswind_integrated_conc":
        y, profile = _profile(answer, x, height)
        return _in_unit(float(np.trapezoid(profile, y)), _per_volume(unit), trial)
    if quantity == "sigma_y":
        y, profile = _profile(answer, x, height)
        return math.sqrt(float(np.trapezoid(profile * y * y, y) / np.trapezoid(profile, y))) / _scale(unit, _LENGTH)
    if quantity == "half_width_to_1_over_e":
        return _half_width(answer, x, height, math.exp(-1.0)) / _scale(unit, _LENGTH)
    if quantity == "time_of_peak":
        return answer.time_of_greatest(x) / _scale(unit, _TIME)
    raise NotComparable(_UNKNOWN_QUANTITY)


def _scale(unit: str, known: Mapping[str, float]) -> float:
    if unit.lower() not in known:
        raise NotComparable(f"unit {unit[:40]!r} is not known here")
    return known[unit.lower()]


def _per_volume(unit: str) -> str:
    """Give the unit of what was integrated over a width in m."""
    found = re.sub(r"([_/])m2", r"\1m3", unit)
    return re.sub(r"[_ *.]m$", "", found)


def _share_of(unit: str, known: Mapping[str, float]) -> float | None:
    """Size of a unit that may be followed by a substance's name."""
    said = unit.lower().replace(" ", "_")
    return next((size for name, size in known.items() if said == name or said.startswith(f"{name}_")), None)


def _is_share(unit: str) -> bool:
    return _share_of(unit, _SHARE) is not None or _share_of(unit, _MASS_SHARE) is not None


def _in_unit(fraction: float, unit: str, trial: Trial) -> float:
    """Express a mole fraction in a reading's unit; what is per volume is at the air's temperature and pressure."""
    molar = trial.source.substance.molar_mass
    share, by_mass = _share_of(unit, _SHARE), _share_of(unit, _MASS_SHARE)
    if share is not None:
        return fraction / share
    if by_mass is not None:
        return fraction * molar / (fraction * molar + (1.0 - fraction) * AIR_MOLAR_MASS) / by_mass
    mass = re.match(r"(kg|g|mg|ug|µg)\s?[_/]\s?m\^?3", unit)
    if mass:
        air = trial.weather
        return fraction * molar * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature) / _MASS[mass.group(1)]
    raise NotComparable(f"unit {unit[:40]!r} is not known here")


def _profile(answer: Answer, x: float, height: float) -> tuple[Array, Array]:
    """Profile across the wind, wide enough to hold all of it."""
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
    if not above(0.0) > 0.0 > above(far):
        raise NotComparable(f"the cloud has no edge within {far:.0f} m across the wind")
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
