"""A volatile solute in water: what every solution gives to a pool of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from physics.cards import Caveat
from physics.quantities import GAS_CONSTANT
from physics.substances import substance

WATER_MOLAR_MASS = 0.01801528
"""kg/mol (Wagner and Pruss 2002)."""
_APART = 0.05
"""Half of the difference of temperature that a derivative is taken over, K."""

Pressures = Callable[[float, float], tuple[float, float]]
Property = Callable[[float, float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A solution and its published correlation; every function takes a temperature, K, and a mass fraction of solute.

    Attributes
    ----------
    name : str
        What the trade calls it.
    model : str
        Registry name of the model of its partial pressures.
    solute : str
        In `physics.substances`.
    molar_mass : float
        Of the solute, kg/mol.
    partial_pressures : callable
        Of solute and of water over the solution, Pa.
    density : callable
        kg/m³.
    heat_capacity : callable
        J/(kg K).
    most : float
        Highest mass fraction the correlation holds to.
    lowest, highest : float
        Temperatures it holds between, K.
    caveats : callable
        What is to be said at a temperature and mass fraction.
    """

    name: str
    model: str
    solute: str
    molar_mass: float
    partial_pressures: Pressures
    density: Property
    heat_capacity: Property
    most: float
    lowest: float
    highest: float
    caveats: Callable[[float, float], list[Caveat]]

    def mole_fraction(self, mass_fraction: float) -> float:
        """Of the solute as if none were dissociated."""
        solute, water = mass_fraction / self.molar_mass, (1.0 - mass_fraction) / WATER_MOLAR_MASS
        return solute / (solute + water)

    def heats_of_vaporisation(self, temperature: float, mass_fraction: float) -> tuple[float, float]:
        """Heat that leaves with a kg of solute, and of water, J/kg: R T² d ln p/dT over the molar mass.

        Clausius and Clapeyron's equation on the correlation's own partial pressures, the vapour as an ideal gas. A part
        that is not there takes none.
        """
        warm = self.partial_pressures(temperature + _APART, mass_fraction)
        cold = self.partial_pressures(temperature - _APART, mass_fraction)
        here = self.partial_pressures(temperature, mass_fraction)
        found = []
        for high, low, p, molar_mass in zip(warm, cold, here, (self.molar_mass, WATER_MOLAR_MASS), strict=True):
            slope = (high - low) / (2.0 * _APART * p) if p > 0.0 else 0.0
            found.append(GAS_CONSTANT * temperature**2 * slope / molar_mass)
        return found[0], found[1]


def water_pressure(temperature: float) -> float:
    """Vapour pressure of liquid water, Pa; below its triple point of supercooled water.

    There by Clausius and Clapeyron's equation with the heat of vaporisation at the triple point, which carries the
    table on through the few kelvin by which a pool may cool below it.

    Parameters
    ----------
    temperature : float
        K.
    """
    water = substance("water").saturation
    if temperature >= water.temperature_low:
        return float(water.pressure(float(temperature)))
    heat = float(water.heat_of_vaporisation(water.temperature_low)) * WATER_MOLAR_MASS / GAS_CONSTANT
    exponent = heat * (1.0 / water.temperature_low - 1.0 / temperature)
    return float(water.pressure(water.temperature_low)) * math.exp(exponent)


def interpolated(table: tuple[tuple[float, float], ...], at: float) -> float:
    """Value between the rows of a short table, its ends beyond it.

    Parameters
    ----------
    table : tuple of (place, value)
        Places rising.
    at : float
    """
    below = table[0]
    for row in table:
        if row[0] >= at:
            return (
                row[1] if row[0] <= below[0] else below[1] + (row[1] - below[1]) * (at - below[0]) / (row[0] - below[0])
            )
        below = row
    return below[1]
