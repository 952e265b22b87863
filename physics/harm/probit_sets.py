"""Probit sets of heat and blasts by name, as package data has them: each with its own numbers, unit and source."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent / "data"
"""Folder of the sets, as they lie in the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalSet:
    """Y = a + b ln(share · dose), the dose ∫ q^(4/3) dt in the set's own unit of q.

    Attributes
    ----------
    name, effect : str
        ``effect`` is what happens: death, or a burn of a degree.
    a, b : float
    flux_unit : str
        ``W/m2`` or ``kW/m2``.
    share : float
        Of the dose that counts.
    source : str
    verified : bool
        Whether it was held against the primary document.
    """

    name: str
    effect: str
    a: float
    b: float
    flux_unit: str
    share: float
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverpressureSet:
    """Probit of a blast, or bands of overpressure with a share each.

    Attributes
    ----------
    name, effect, form : str
        ``form`` names the equation: logarithm of Pa, bar or psi, head, collapse, bands.
    a, b : float
        Of the equation; nothing in bands.
    bands : tuple of (float, float)
        From this overpressure, Pa, this share, highest first.
    source : str
    verified : bool
    """

    name: str
    effect: str
    form: str
    a: float
    b: float
    bands: tuple[tuple[float, float], ...]
    source: str
    verified: bool


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def thermal_sets() -> Mapping[str, ThermalSet]:
    """Every thermal set by name, in the file's order."""
    return MappingProxyType(
        {
            row["name"]: ThermalSet(
                name=row["name"],
                effect=row["effect"],
                a=float(row["a"]),
                b=float(row["b"]),
                flux_unit=row["flux_unit"],
                share=float(row["share"]),
                source=row["source"],
                verified=row["verified"] == "true",
            )
            for row in _rows("thermal_probits.csv")
        }
    )


@cache
def overpressure_sets() -> Mapping[str, OverpressureSet]:
    """Every overpressure set by name, in the file's order."""
    return MappingProxyType({row["name"]: _overpressure_set(row) for row in _rows("overpressure_probits.csv")})


def _overpressure_set(row: Mapping[str, str]) -> OverpressureSet:
    banded = row["form"] == "bands"
    parts = [cell.split(":") for cell in (row["a"], row["b"])] if banded else []
    return OverpressureSet(
        name=row["name"],
        effect=row["effect"],
        form=row["form"],
        a=0.0 if banded else float(row["a"]),
        b=0.0 if banded else float(row["b"]),
        bands=tuple((float(part[0]), float(part[1])) for part in parts),
        source=row["source"],
        verified=row["verified"] == "true",
    )


def thermal_set(name: str) -> ThermalSet:
    """A thermal set by name.

    Raises
    ------
    LookupError
        There is none; the message names those there are.
    """
    if name not in thermal_sets():
        raise LookupError(f"there is no thermal set {name}; there are: {', '.join(thermal_sets())}")
    return thermal_sets()[name]


def overpressure_set(name: str) -> OverpressureSet:
    """An overpressure set by name.

    Raises
    ------
    LookupError
        There is none; the message names those there are.
    """
    if name not in overpressure_sets():
        raise LookupError(f"there is no overpressure set {name}; there are: {', '.join(overpressure_sets())}")
    return overpressure_sets()[name]
