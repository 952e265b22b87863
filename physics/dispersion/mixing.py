"""From a flashed jet to the cloud the dense-gas models start from: air is drawn in until the last droplet is gone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scipy.optimize import brentq

from physics.cards import ModelInputError
from physics.quantities import AIR_HEAT_CAPACITY, AIR_MOLAR_MASS, GAS_CONSTANT
from physics.substances import Substance
from physics.weather import Weather

_LEAST_LIQUID = 1e-6
"""Liquid fraction below which a release counts as all vapour."""
_BELOW_BOILING = 1e-3
"""K below the boiling point from which mixtures are searched, where the vapour's share is just under 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCloud:
    """Vapour and entrained air where dispersion starts.

    Attributes
    ----------
    mole_fraction : float
        Of the substance.
    temperature : float
        K.
    density : float
        kg/m³.
    air_per_kg : float
        Air entrained per kg released, kg/kg.
    """

    mole_fraction: float
    temperature: float
    density: float
    air_per_kg: float

    def volume_flow_rate(self, mass_flow_rate: float) -> float:
        """Volume flow of the cloud for a mass flow of the substance, m³/s."""
        return mass_flow_rate * (1.0 + self.air_per_kg) / self.density


def air_density(weather: Weather) -> float:
    """Density of dry air in this weather, kg/m³."""
    return weather.ambient_pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * weather.ambient_temperature)


def _mixture(substance: Substance, weather: Weather, temperature: float, air_per_kg: float) -> SourceCloud:
    moles = 1.0 / substance.molar_mass
    air_moles = air_per_kg / AIR_MOLAR_MASS
    molar_mass = (1.0 + air_per_kg) / (moles + air_moles)
    return SourceCloud(
        mole_fraction=moles / (moles + air_moles),
        temperature=temperature,
        density=weather.ambient_pressure * molar_mass / (GAS_CONSTANT * temperature),
        air_per_kg=air_per_kg,
    )


@lru_cache(maxsize=4096)
def _evaporated(
    substance: Substance, vapour_fraction: float, temperature: float, ambient_temperature: float, pressure: float
) -> tuple[float, float]:
    """Temperature, K, and air per kg, kg/kg, of the mixture in which the last droplet is just gone.

    Where that would be colder than the substance's table goes, the mixture at the table's end with all the air whose
    heat it takes: everything is vapour there too, a little farther on.
    """
    table = substance.saturation
    supplied = vapour_fraction * float(table.vapour_enthalpy(temperature)) + (1.0 - vapour_fraction) * float(
        table.liquid_enthalpy(temperature)
    )

    def air(at: float) -> float:
        fraction = float(table.pressure(at)) / pressure
        return (1.0 / fraction - 1.0) * AIR_MOLAR_MASS / substance.molar_mass

    def surplus(at: float) -> float:
        given = air(at) * AIR_HEAT_CAPACITY * (ambient_temperature - at)
        return given + supplied - float(table.vapour_enthalpy(at))

    boiling = float(table.temperature(pressure))
    lowest = table.temperature_low
    if surplus(lowest) < 0.0:
        needed = float(table.vapour_enthalpy(lowest)) - supplied
        if ambient_temperature <= lowest + _BELOW_BOILING:
            says = f"{substance.name} freezes in air at {ambient_temperature:.0f} K: no mixture with it is all vapour"
            raise ModelInputError("ambient_temperature", says)
        return lowest, needed / (AIR_HEAT_CAPACITY * (ambient_temperature - lowest))
    if surplus(boiling - _BELOW_BOILING) >= 0.0:
        return boiling - _BELOW_BOILING, air(boiling - _BELOW_BOILING)
    found = float(brentq(surplus, lowest, boiling - _BELOW_BOILING, xtol=1e-6))
    return found, air(found)


def evaporated_cloud(
    substance: Substance, *, vapour_fraction: float, temperature: float, weather: Weather
) -> SourceCloud:
    """Mix a flashed release with just the dry air that evaporates all its droplets.

    Homogeneous equilibrium: the vapour is saturated at the mixture's temperature and enthalpy is conserved; the jet's
    kinetic energy and the air's moisture (whose condensation would warm the cloud) are left out.

    Parameters
    ----------
    vapour_fraction : float
        Mass fraction of vapour after expansion to ambient pressure; the rest is airborne droplets.
    temperature : float
        After expansion, K.

    Returns
    -------
    SourceCloud
        Pure vapour at ``temperature`` when there is no liquid.
    """
    if 1.0 - vapour_fraction < _LEAST_LIQUID:
        return _mixture(substance, weather, temperature, 0.0)
    found, air = _evaporated(
        substance, vapour_fraction, temperature, weather.ambient_temperature, weather.ambient_pressure
    )
    return _mixture(substance, weather, found, air)
