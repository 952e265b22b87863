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
KINDS = ("aegl", "erpg", "idlh", "toxic_load_exponent")
"""Kinds of number that have a source and a mark each."""


@dataclass(frozen=True, slots=True)
class Stated:
    """Where a number was read, and whether it was held against the primary document."""

    source: str
    verified: bool


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
    verified : bool
        Whether the numbers were held against the primary document.
    """

    name: str
    a: float
    b: float
    n: float
    concentration_unit: str
    source: str
    verified: bool = False


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
    erpg : mapping
        Mole fraction by level of the one-hour emergency response planning guidelines; absent levels are absent.
    probits : mapping
        Probit sets by name.
    stated : mapping
        Source and mark by kind of number: ``aegl``, ``erpg``, ``idlh``, ``toxic_load_exponent``.
    sources : tuple of str
        Every source, once.
    verified : bool
        Whether all numbers were held against the primary documents.
    """

    aegl: Mapping[int, Mapping[int, float]]
    toxic_load_exponent: float | None
    idlh: float | None
    erpg: Mapping[int, float]
    probits: Mapping[str, Probit]
    stated: Mapping[str, Stated]
    sources: tuple[str, ...]
    verified: bool


def _aegl(row: Mapping[str, Any]) -> Mapping[int, Mapping[int, float]]:
    levels = {}
    for level in _LEVELS:
        values = row.get(f"level_{level}_ppm", {})
        if values:
            levels[level] = MappingProxyType(
                {int(minutes): float(ppm) * PARTS_PER_MILLION for minutes, ppm in values.items()}
            )
    return MappingProxyType(levels)


def _erpg(row: Mapping[str, Any]) -> Mapping[int, float]:
    named = {level: row.get(f"level_{level}_ppm") for level in _LEVELS}
    return MappingProxyType({level: float(ppm) * PARTS_PER_MILLION for level, ppm in named.items() if ppm is not None})


def toxicity(name: str) -> Toxicity | None:
    """Toxicity of a substance by canonical name, ``None`` where nothing is on file."""
    row = toxicity_rows().get(name)
    if row is None:
        return None
    stated = {kind: Stated(row[kind]["source"], bool(row[kind]["verified"])) for kind in KINDS if kind in row}
    probits = {item["name"]: Probit(**item) for item in row.get("probit", ())}
    marks: tuple[Stated | Probit, ...] = (*stated.values(), *probits.values())
    idlh, exponent = row.get("idlh"), row.get("toxic_load_exponent")
    return Toxicity(
        aegl=_aegl(row.get("aegl", {})),
        toxic_load_exponent=None if exponent is None else float(exponent["value"]),
        idlh=None if idlh is None else float(idlh["ppm"]) * PARTS_PER_MILLION,
        erpg=_erpg(row.get("erpg", {})),
        probits=MappingProxyType(probits),
        stated=MappingProxyType(stated),
        sources=tuple(dict.fromkeys(mark.source for mark in marks)),
        verified=all(mark.verified for mark in marks),
    )
