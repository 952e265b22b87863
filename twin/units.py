"""Numbers a person may write: plain SI, text with a unit, or either with its source."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from physics.quantities import STANDARD_PRESSURE

_NUMBER = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")
_GAUGE = re.compile(r"^(bar|mbar|psi|kPa|MPa|Pa)\s*\(?\s*(g|a)\s*\)?$")
_SPELLINGS: Mapping[str, str] = {
    "%": "percent",
    "°C": "degC",
    "℃": "degC",
    "°F": "degF",
    "m³": "m^3",
    "kg/m³": "kg/m^3",
    "m²": "m^2",
    "deg": "degree",
    "°": "degree",
    "": "dimensionless",
}
_KINDS: Mapping[str, str] = {
    "Pa": "pressure",
    "K": "temperature",
    "m": "length",
    "m2": "area",
    "m3": "volume",
    "kg": "mass",
    "kg s-1": "mass flow rate",
    "s": "time",
    "1": "plain number",
    "m s-1": "speed",
    "degree": "angle",
    "J kg-1 K-1": "specific heat capacity",
}


class UnitError(ValueError):
    """A number that cannot be read, or whose unit is of another dimension."""


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)


@lru_cache(maxsize=512)
def _factor(unit: str, target: str) -> tuple[float, float]:
    """``(slope, offset)`` that takes a number in ``unit`` to the SI unit ``target``."""
    import pint

    registry = _registry()
    spelled = re.sub(r"\b([A-Za-z]+)(-?\d)\b", r"\1**\2", _SPELLINGS.get(unit, unit))
    try:
        zero = registry.Quantity(0.0, spelled).to(_pint_name(target)).magnitude
        one = registry.Quantity(1.0, spelled).to(_pint_name(target)).magnitude
    except pint.DimensionalityError:
        raise UnitError(f"'{unit or 'no unit'}' is not a unit of {_KINDS.get(target, target)} ({target})") from None
    except Exception:  # pint raises a dozen kinds of error on text that is no unit
        raise UnitError(f"'{unit}' is not a unit that can be read") from None
    return float(one - zero), float(zero)


def _pint_name(unit: str) -> str:
    """``kg m-2 s-1`` as pint reads it."""
    if unit == "1":
        return "dimensionless"
    return " * ".join(re.sub(r"^([A-Za-z]+)(-?\d+)$", r"\1**\2", word) for word in unit.split())


def to_si(value: float, unit: str, target: str) -> float:
    """A number in ``unit`` as SI ``target``; ``bar(g)``, ``psig`` and the like add one standard atmosphere.

    Raises
    ------
    UnitError
        The unit is unknown or of another dimension.

    Examples
    --------
    >>> to_si(8.4, "bar", "Pa")
    840000.0
    """
    gauge = _GAUGE.match(unit)
    if gauge and target == "Pa":
        slope, _ = _factor(gauge.group(1), target)
        return round(value * slope, 6) + (STANDARD_PRESSURE if gauge.group(2) == "g" else 0.0)
    slope, offset = _factor(unit, target)
    return float(f"{value * slope + offset:.12g}")


def from_si(value: float, unit: str, target: str) -> float:
    """An SI number of unit ``target`` as the number an instrument of ``unit`` shows."""
    gauge = _GAUGE.match(unit)
    if gauge and target == "Pa":
        slope, _ = _factor(gauge.group(1), target)
        return (value - (STANDARD_PRESSURE if gauge.group(2) == "g" else 0.0)) / slope
    slope, offset = _factor(unit, target)
    return (value - offset) / slope


def number(raw: Any, unit: str) -> float:
    """Read what a person wrote as an SI number of ``unit``.

    Parameters
    ----------
    raw : float, str or mapping
        ``840000``, ``"8.4 bar"`` (absolute), ``"7.4 bar(g)"``, or ``{value: "8.4 bar", source: "..."}``.
    unit : str
        SI unit of the field, as in the vocabulary.

    Raises
    ------
    UnitError
        It is no finite number of that dimension.
    """
    if isinstance(raw, Mapping):
        extra = set(raw) - {"value", "source"}
        if "value" not in raw or extra:
            raise UnitError("as a mapping it takes 'value' and 'source'")
        raw = raw["value"]
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise UnitError(f"must be a number in {_said(unit)} or text with a unit, got {raw!r}")
    if isinstance(raw, str):
        match = _NUMBER.match(raw)
        if not match:
            raise UnitError(f"'{raw}' is not a number with a unit")
        written = match.group(2)
        value = float(match.group(1)) if not written else to_si(float(match.group(1)), written, unit)
    else:
        value = float(raw)
    if not math.isfinite(value):
        raise UnitError(f"must be a finite number in {_said(unit)}, got {raw!r}")
    return value


def _said(unit: str) -> str:
    return f"{_KINDS.get(unit, unit)} ({unit})" if unit != "1" else "plain numbers"
