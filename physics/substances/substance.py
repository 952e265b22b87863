"""Substances: identity, property tables, toxicity and flammability, found by any name they go by."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.substances import series
from physics.substances.data_files import DATA, Entry, entries
from physics.substances.kernels import Table
from physics.substances.plane import GasPlane, cells
from physics.substances.saturation import GasTable, SaturationTable
from physics.substances.toxicity import Toxicity, toxicity

_SUGGESTIONS = 3

Array = NDArray[np.float64]


class UnknownSubstance(LookupError):
    """No substance goes by that name; ``near`` holds names that look like it."""

    def __init__(self, name: str, near: tuple[str, ...]) -> None:
        hint = (
            f"; did you mean {' or '.join(near)}?"
            if near
            else f"; known are {len(entries())}: leakcast substance --list"
        )
        super().__init__(f"no substance is called {name!r}{hint}")
        self.name = name
        self.near = near

    def __str__(self) -> str:
        return str(self.args[0])


class NoGasPlane(LookupError):
    """A substance's vapour has no table for any density."""


@dataclass(frozen=True, slots=True)
class Flammability:
    """Limits of flammability in air at ambient conditions.

    Attributes
    ----------
    lower_limit, upper_limit : float
        Mole fractions.
    source : str
    verified : bool
        Whether the numbers were held against the primary document.
    """

    lower_limit: float
    upper_limit: float
    source: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class MajorHazard:
    """Threshold quantity of GB 18218-2018 (identification of major hazard installations).

    Attributes
    ----------
    threshold_tonnes : float
        Quantity Q, t.
    source : str
    verified : bool
        Whether the number was held against the standard.
    """

    threshold_tonnes: float
    source: str
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Substance:
    """One substance and everything tabulated of it.

    Attributes
    ----------
    name : str
        Canonical name.
    names : mapping
        Name by language, ``en`` and ``zh``.
    cas, formula : str
    coolprop : str
        Name CoolProp has for it; empty where it has none.
    molar_mass : float
        kg/mol.
    saturation : SaturationTable
    gas : GasTable
    toxicity : Toxicity or None
    flammability : Flammability or None
    major_hazard : MajorHazard or None
        None where the list at hand does not name it; its hazard class may still give it a quantity.
    flags : tuple of str
        Behaviour models must know of.
    """

    name: str
    names: Mapping[str, str]
    cas: str
    formula: str
    coolprop: str
    molar_mass: float
    saturation: SaturationTable
    gas: GasTable
    toxicity: Toxicity | None
    flammability: Flammability | None
    major_hazard: MajorHazard | None
    flags: tuple[str, ...]

    @property
    def plane(self) -> GasPlane:
        """Gas at any density; made from its shipped nodes at first use.

        Raises
        ------
        NoGasPlane
            The molecules associate in the vapour, and no equation of state here counts that.
        """
        return _plane(self.name)


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character not in " -_")


@cache
def _names() -> dict[str, str]:
    """Canonical name by every name; a formula that several share finds none of them."""
    listed = entries().values()
    formulas = Counter(_folded(entry.formula) for entry in listed)
    found: dict[str, str] = {}
    for entry in listed:
        formula = entry.formula if formulas[_folded(entry.formula)] == 1 else ""
        for name in filter(None, (formula, entry.coolprop, *entry.aliases, entry.cas, entry.chinese, entry.name)):
            found[_folded(name)] = entry.name
    return found


def _span(stored: Mapping[str, Any], kind: str) -> tuple[float, float]:
    low, high = (float(value) for value in stored[f"{kind}_range"])
    return low, high


def _table(values: Array, low: float, high: float) -> Table:
    return Table(low, (high - low) / (len(values) - 1), np.ascontiguousarray(values))


def _stored(entry: Entry, start: str, *, keep: bool) -> dict[str, Any]:
    """Arrays of a substance's file whose names begin so, or, with ``keep`` false, all others."""
    with np.load(DATA / entry.table_file, allow_pickle=False) as file:
        return {key: file[key] for key in file.files if key.startswith(start) == keep}


def _tables(entry: Entry) -> tuple[SaturationTable, GasTable]:
    stored = _stored(entry, "plane", keep=False)
    molar_mass, critical_temperature, critical_pressure, _ = (float(value) for value in stored["constants"])
    low, high = _span(stored, "saturation")
    gas_low, gas_high = _span(stored, "gas")
    return (
        SaturationTable(
            name=entry.name,
            table=_table(series.table(stored["saturation"], low=low, high=high), low, high),
            temperature_low=low,
            temperature_high=high,
            critical_temperature=critical_temperature,
            critical_pressure=critical_pressure,
            molar_mass=molar_mass,
            source=str(stored["source"]),
            methods=MappingProxyType(json.loads(str(stored["methods"]))),
        ),
        GasTable(
            name=entry.name,
            table=_table(stored["gas"], gas_low, gas_high),
            temperature_low=gas_low,
            temperature_high=gas_high,
            molar_mass=molar_mass,
        ),
    )


@cache
def _plane(name: str) -> GasPlane:
    stored = _stored(entries()[name], "plane", keep=True)
    if not stored:
        raise NoGasPlane(f"the molecules of {name} associate in its vapour, for which it has no table at any density")
    found = _load(name)
    dense, gas_constant = (float(value) for value in stored["plane"])
    return GasPlane(
        low=found.saturation.temperature_low,
        switch=found.saturation.temperature_high,
        high=found.gas.temperature_high,
        dense=dense,
        gas_constant=gas_constant,
        saturation=found.saturation.table,
        gas=found.gas.table,
        below=cells(stored["plane_below"].astype(np.float64)),
        above=cells(stored["plane_above"].astype(np.float64)),
    )


@cache
def _load(name: str) -> Substance:
    entry = entries()[name]
    saturation, gas = _tables(entry)
    return Substance(
        name=entry.name,
        names=MappingProxyType({"en": entry.name, "zh": entry.chinese}),
        cas=entry.cas,
        formula=entry.formula,
        coolprop=entry.coolprop,
        molar_mass=saturation.molar_mass,
        saturation=saturation,
        gas=gas,
        toxicity=toxicity(name),
        flammability=Flammability(**entry.flammability) if entry.flammability else None,
        major_hazard=MajorHazard(**entry.major_hazard) if entry.major_hazard else None,
        flags=entry.flags,
    )


def substances() -> tuple[str, ...]:
    """Canonical names of every substance with property tables, in the order of the list."""
    return tuple(entries())


def substance(name: str) -> Substance:
    """Substance by common name, CAS number, formula, Chinese name or CoolProp name, in any case.

    Raises
    ------
    UnknownSubstance
        Nothing goes by that name; the message suggests near names.

    Examples
    --------
    >>> substance("7782-50-5").name
    'chlorine'
    >>> round(substance("Chlorine").saturation.pressure(298.15) / 1e5, 3)
    7.758
    """
    known = _names()
    key = _folded(name)
    if key not in known:
        shared = tuple(entry.name for entry in entries().values() if _folded(entry.formula) == key)
        if shared:
            raise UnknownSubstance(name, shared)
        matches = difflib.get_close_matches(key, known, n=_SUGGESTIONS, cutoff=0.6)
        raise UnknownSubstance(name, tuple(dict.fromkeys(known[match] for match in matches)))
    return _load(known[key])
