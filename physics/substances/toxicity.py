"""What a substance does to people: guideline levels, toxic load and probit sets, with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from physics.substances.data_files import toxicity_rows

PARTS_PER_MILLION = 1e-6
"""Mole fraction of one part per million by volume."""
_LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Probit:
    """One published probit set, Y = a + b ln(∫ Cⁿ dt), t in minutes; a, b and n belong together.

    Attributes
    ----------
    name : str
        Set it belongs to.
    a, b, n : float
    concentration_unit : str
        ``mg/m3`` or ``ppm``: the unit C is put in.
    source : str
    """

    name: str
    a: float
    b: float
    n: float
    concentration_unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxicity:
    """Toxicity data of one substance.

    Attributes
    ----------
    aegl : mapping
        Mole fraction by minutes of exposure by level (1, 2, 3). What the agency does not recommend is absent.
    toxic_load_exponent : float or None
        Ten Berge's n in the toxic load ∫ Cⁿ dt.
    idlh : float or None
        Immediately dangerous to life or health, mole fraction.
    probits : mapping
        Probit sets by name.
    sources : tuple of str
    verified : bool
        Whether the numbers were held against the primary document.
    """

    aegl: Mapping[int, Mapping[int, float]]
    toxic_load_exponent: float | None
    idlh: float | None
    probits: Mapping[str, Probit]
    sources: tuple[str, ...]
    verified: bool


def _aegl(row: Mapping[str, Any]) -> Mapping[int, Mapping[int, float]]:
    levels = {}
    for level in _LEVELS:
        values = row.get(f"aegl_{level}_ppm", {})
        if values:
            levels[level] = MappingProxyType(
                {int(minutes): float(ppm) * PARTS_PER_MILLION for minutes, ppm in values.items()}
            )
    return MappingProxyType(levels)


def toxicity(name: str) -> Toxicity | None:
    """Toxicity of a substance by canonical name, ``None`` where nothing is on file."""
    row = toxicity_rows().get(name)
    if row is None:
        return None
    idlh = row.get("idlh_ppm")
    return Toxicity(
        aegl=_aegl(row),
        toxic_load_exponent=row.get("toxic_load_exponent"),
        idlh=None if idlh is None else float(idlh) * PARTS_PER_MILLION,
        probits=MappingProxyType({item["name"]: Probit(**item) for item in row.get("probit", ())}),
        sources=tuple(row["sources"]),
        verified=bool(row["verified"]),
    )
