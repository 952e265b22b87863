"""What burns: heats of combustion and burning rates, from ``fuels.csv``, each row with its source.

A fuel is a substance of `physics.substances` or a mixture that stands for one by name (LNG, gasoline). Heats are net
and of the gas; burning rates those of Babrauskas (1983); the share of a large flame that smoke hides is 0.8 for what
burns with soot and 0 for what does not [the Yellow Book's 0.8; which fuel is which was assumed].
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from physics.cards import ModelInputError
from physics.quantities import STANDARD_PRESSURE
from physics.substances import Substance, UnknownSubstance, substance

AIR_OXYGEN = 0.2095
"""Mole fraction of oxygen in dry air."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fuel:
    """One fuel.

    Attributes
    ----------
    name : str
    substance : Substance
        It, or what stands for a mixture.
    heat_of_combustion : float
        Net, of the gas, J/kg.
    oxygen : float
        Moles that burn a mole of it.
    burning_rate_limit : float or None
        Of a large pool, kg/(m² s); None where none was measured.
    extinction : float or None
        Babrauskas' kβ, 1/m; None where the rate does not depend on size.
    soot_share : float
        Share of a large flame's surface that smoke hides.
    verified : bool
        Whether the burning rate was held against a print.
    source : str
    """

    name: str
    substance: Substance
    heat_of_combustion: float
    oxygen: float
    burning_rate_limit: float | None
    extinction: float | None
    soot_share: float
    verified: bool
    source: str

    @property
    def boiling_temperature(self) -> float:
        """At one atmosphere, K; the end of the table for what is solid there."""
        table = self.substance.saturation
        coldest = table.temperature_low
        return coldest if table.pressure(coldest) >= STANDARD_PRESSURE else float(table.temperature(STANDARD_PRESSURE))

    @property
    def heat_of_vaporisation(self) -> float:
        """At the boiling point, J/kg."""
        return float(self.substance.saturation.heat_of_vaporisation(self.boiling_temperature))

    @property
    def liquid_heat_of_combustion(self) -> float:
        """Net, of the liquid, J/kg."""
        return self.heat_of_combustion - self.heat_of_vaporisation

    @property
    def stoichiometric_mass_fraction(self) -> float:
        """Mass of the fuel over that of its stoichiometric mixture with air."""
        air = self.oxygen / AIR_OXYGEN * 0.0289652
        return self.substance.molar_mass / (self.substance.molar_mass + air)


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character not in " -_")


@cache
def _rows() -> dict[str, dict[str, str]]:
    text = files("physics.fire").joinpath("fuels.csv").read_text(encoding="utf-8")
    return {_folded(row["name"]): row for row in csv.DictReader(text.splitlines())}


def fuels() -> tuple[str, ...]:
    """Names of every fuel, in the order of the table."""
    return tuple(row["name"] for row in _rows().values())


@cache
def _fuel(key: str) -> Fuel:
    row = _rows()[key]
    return Fuel(
        name=row["name"],
        substance=substance(row["substance"]),
        heat_of_combustion=float(row["heat_of_combustion"]),
        oxygen=float(row["oxygen"]),
        burning_rate_limit=float(row["burning_rate_limit"]) if row["burning_rate_limit"] else None,
        extinction=float(row["extinction"]) if row["extinction"] else None,
        soot_share=float(row["soot_share"]),
        verified=row["verified"] == "yes",
        source=row["source"],
    )


def fuel_of(item: str | Substance | Fuel) -> Fuel:
    """Fuel by its name, or that of a substance.

    Raises
    ------
    ModelInputError
        Nothing goes by that name, or it does not burn as far as is known here.
    """
    if isinstance(item, Fuel):
        return item
    name = item if isinstance(item, str) else item.name
    if _folded(name) in _rows():
        return _fuel(_folded(name))
    try:
        known = substance(name).name
    except UnknownSubstance as error:
        raise ModelInputError("fuel", str(error)) from error
    if _folded(known) not in _rows():
        raise ModelInputError("fuel", f"no heat of combustion of {known} is on file: it is not known to burn here")
    return _fuel(_folded(known))
