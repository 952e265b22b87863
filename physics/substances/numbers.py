"""Every number of a substance as one list, each with where it comes from and its mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from physics.substances.saturation import NoSaturationState, SaturationTable
from physics.substances.substance import Substance
from physics.substances.toxicity import PARTS_PER_MILLION, Toxicity

AMBIENT_TEMPERATURE = 298.15
"""Temperature of the table values shown, K."""
ATMOSPHERE = 101325.0
"""Pressure at which the boiling temperature is shown, Pa."""


class Mark(StrEnum):
    """How far a number can be trusted to be the one its source prints."""

    COMPUTED = "computed"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a substance.

    Attributes
    ----------
    quantity : str
        What it is, in words.
    value : float
    unit : str
        Empty for a bare number.
    source : str
        Where it was read, or the method that gives it.
    mark : Mark
        ``computed`` from a property table; else whether it was held against the primary document.
    """

    quantity: str
    value: float
    unit: str
    source: str
    mark: Mark


class _Marked(Protocol):
    @property
    def source(self) -> str: ...

    @property
    def verified(self) -> bool: ...


def numbers(of: Substance) -> tuple[Number, ...]:
    """Every number on file of a substance; what is not on file is absent.

    Examples
    --------
    >>> from physics.substances import substance
    >>> [n.value for n in numbers(substance("chlorine")) if n.quantity == "AEGL-3, 60 min"]
    [20.0]
    """
    return (*_properties(of), *_hazards(of))


def _properties(of: Substance) -> Iterator[Number]:
    table = of.saturation
    everything = table.methods.get("everything")

    def computed(quantity: str, value: float, unit: str, *properties: str) -> Number:
        named = (f"{key.replace('_', ' ')}: {table.methods[key]}" for key in properties if key in table.methods)
        method = everything or f"{table.source}; {'; '.join(named)}".removesuffix("; ")
        return Number(quantity, value, unit, method, Mark.COMPUTED)

    yield computed("molar mass", of.molar_mass * 1000.0, "g/mol")
    yield computed("critical temperature", table.critical_temperature, "K")
    yield computed("critical pressure", table.critical_pressure / 1e5, "bar")
    boiling = _boiling(table)
    if boiling is not None:
        yield computed("boiling temperature at 1 atm", boiling, "K", "vapour_pressure")
    if table.temperature_low <= AMBIENT_TEMPERATURE <= table.temperature_high:
        at = AMBIENT_TEMPERATURE
        yield computed("vapour pressure, 25 °C", table.pressure(at) / 1e5, "bar", "vapour_pressure")
        yield computed("liquid density, 25 °C", table.liquid_density(at), "kg/m³", "liquid_density")
        yield computed("saturated vapour density, 25 °C", table.vapour_density(at), "kg/m³", "vapour_density")
        heat = table.heat_of_vaporisation(at) / 1e3
        yield computed("heat of vaporisation, 25 °C", heat, "kJ/kg", "heat_of_vaporisation")
        capacity = table.liquid_heat_capacity(at) / 1e3
        yield computed("liquid heat capacity, 25 °C", capacity, "kJ/(kg K)", "liquid_heat_capacity")
    if of.gas.temperature_low <= AMBIENT_TEMPERATURE <= of.gas.temperature_high:
        ratio = of.gas.heat_capacity_ratio(AMBIENT_TEMPERATURE)
        yield computed("ideal-gas heat capacity ratio, 25 °C", ratio, "", "ideal_gas_heat_capacity")


def _boiling(table: SaturationTable) -> float | None:
    try:
        return float(table.temperature(ATMOSPHERE))
    except NoSaturationState:
        return None


def _hazards(of: Substance) -> Iterator[Number]:
    if of.flammability is not None:
        limits = of.flammability
        yield _read("lower flammable limit", limits.lower_limit * 100.0, "vol %", limits)
        yield _read("upper flammable limit", limits.upper_limit * 100.0, "vol %", limits)
    if of.toxicity is not None:
        yield from _toxic(of.toxicity)
    if of.major_hazard is not None:
        threshold = of.major_hazard
        yield _read("GB 18218 threshold quantity", threshold.threshold_tonnes, "t", threshold)


def _toxic(data: Toxicity) -> Iterator[Number]:
    for level, values in data.aegl.items():
        for minutes, fraction in sorted(values.items()):
            yield _read(f"AEGL-{level}, {minutes} min", _ppm(fraction), "ppm", data.stated["aegl"])
    for level, fraction in data.erpg.items():
        yield _read(f"ERPG-{level}, 60 min", _ppm(fraction), "ppm", data.stated["erpg"])
    if data.idlh is not None:
        yield _read("IDLH", _ppm(data.idlh), "ppm", data.stated["idlh"])
    if data.toxic_load_exponent is not None:
        stated = data.stated["toxic_load_exponent"]
        yield _read("toxic load exponent n", data.toxic_load_exponent, "", stated)
    for name, probit in data.probits.items():
        unit = probit.concentration_unit.replace("m3", "m³")
        for letter, value in (("a", probit.a), ("b", probit.b), ("n", probit.n)):
            yield _read(f"probit {name} ({unit}, min): {letter}", value, "", probit)


def _ppm(fraction: float) -> float:
    return round(fraction / PARTS_PER_MILLION, 9)


def _read(quantity: str, value: float, unit: str, stated: _Marked) -> Number:
    return Number(quantity, value, unit, stated.source, Mark.VERIFIED if stated.verified else Mark.UNVERIFIED)
