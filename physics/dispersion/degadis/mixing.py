"""A cold vapour mixed with moist air: temperature and density along the mixing line, and off it once it is warmed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.mixing import SourceCloud
from physics.quantities import AIR_HEAT_CAPACITY, AIR_MOLAR_MASS, GAS_CONSTANT
from physics.solutions.solution import WATER_MOLAR_MASS
from physics.substances import Substance
from physics.weather import Weather

Array = NDArray[np.float64]

WATER_HEAT = 2.501e6
"""Heat of vaporisation of water at 0 °C, J/kg (Bolton 1980)."""
_STEPS = 51
"""Nodes of the mixing line, even in mass fraction."""
_BISECTIONS = 20
_ITERATIONS, _CLOSE = 60, 1e-5
_COLDEST = 60.0
"""K below which no mixture is looked for."""


@kernel
def water_pressure(temperature: float) -> float:
    """Saturation pressure of water, Pa (Bolton 1980, equation 10); K."""
    celsius = max(temperature - 273.15, -80.0)
    return 611.2 * math.exp(17.67 * celsius / (celsius + 243.5))


@kernel
def _condensed(moles: float, water: float, temperature: float, pressure: float) -> float:
    """Water that condenses, mol, of ``water`` in ``moles`` of other gas."""
    saturated = min(water_pressure(temperature) / pressure, 0.99)
    return max(water - saturated / (1.0 - saturated) * moles, 0.0)


@kernel
def mixing_line(
    share: Array, molar: float, heat: float, start: float, moist: float, ambient: float, pressure: float, out: Array
) -> None:
    """Fill ``out`` (node, 2) with temperature, K, and kmol of gas per kg of mixtures.

    ``share`` is the mass fraction of substance, ``heat`` its heat capacity, ``start`` the enthalpy per kg of substance
    against air's temperature, ``moist`` the mass fraction of water in the air.
    """
    for i in range(share.size):
        air = 1.0 - share[i]
        dry, water = air * (1.0 - moist) / AIR_MOLAR_MASS, air * moist / WATER_MOLAR_MASS
        gas = dry + share[i] / molar
        capacity = share[i] * heat + air * AIR_HEAT_CAPACITY
        low, high = _COLDEST, max(ambient, start / max(heat, 1.0) + ambient) + 1.0
        # the air's own water may be saturated to begin with: what is liquid there was liquid before
        before = _condensed(dry, water, ambient, pressure)
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            liquid = _condensed(gas, water, middle, pressure) - before
            balance = capacity * (middle - ambient) - liquid * WATER_MOLAR_MASS * WATER_HEAT - share[i] * start
            if balance < 0.0:
                low = middle
            else:
                high = middle
        out[i, 0] = 0.5 * (low + high)
        out[i, 1] = gas + water - _condensed(gas, water, out[i, 0], pressure)


@dataclass(frozen=True, slots=True, eq=False)
class MixingLine:
    """Mixtures of one source cloud with the air of one weather.

    Attributes
    ----------
    source_share : float
        Mass fraction of the substance where dispersion begins.
    table : ndarray, shape (n, 2)
        Temperature, K, and mol of gas per kg, even in mass fraction from 0 to ``source_share``.
    molar_mass, heat_capacity : float
        Of the substance, kg/mol and J/(kg K).
    pressure : float
        Pa.
    """

    source_share: float
    table: Array
    molar_mass: float
    heat_capacity: float
    pressure: float

    @property
    def settings(self) -> Array:
        """What kernels read beside the table."""
        return np.array([self.source_share, self.molar_mass, self.heat_capacity, self.pressure / GAS_CONSTANT])


def mixing_line_of(substance: Substance, cloud: SourceCloud, weather: Weather) -> MixingLine:
    """Tabulate mixtures of a release, its droplets gone, with the air.

    Parameters
    ----------
    cloud : SourceCloud
        Where dispersion begins; see `physics.dispersion.mixing`.
    """
    ambient, pressure = weather.ambient_temperature, weather.ambient_pressure
    source_share = 1.0 / (1.0 + cloud.air_per_kg)
    gas = substance.gas
    middle = 0.5 * (cloud.temperature + ambient)
    heat = float(gas.heat_capacity(min(max(middle, gas.temperature_low), gas.temperature_high)))
    vapour = weather.relative_humidity * water_pressure(ambient) / pressure
    moist = vapour * WATER_MOLAR_MASS / (vapour * WATER_MOLAR_MASS + (1.0 - vapour) * AIR_MOLAR_MASS)
    start = (heat + cloud.air_per_kg * AIR_HEAT_CAPACITY) * (cloud.temperature - ambient)
    table = np.empty((_STEPS, 2))
    share = np.linspace(0.0, source_share, _STEPS)
    mixing_line(share, substance.molar_mass, heat, float(start), float(moist), ambient, pressure, table)
    return MixingLine(
        source_share=source_share,
        table=table,
        molar_mass=substance.molar_mass,
        heat_capacity=heat,
        pressure=pressure,
    )


@kernel
def state(share: float, heat: float, table: Array, settings: Array) -> tuple[float, float, float, float]:
    """Temperature, K, density, kg/m³, mole fraction and heat capacity of a mixture that took ``heat`` J/kg."""
    last = table.shape[0] - 1
    place = min(max(share / settings[0], 0.0), 1.0) * last
    low = min(int(place), last - 1)
    on = place - low
    temperature = (1.0 - on) * table[low, 0] + on * table[low + 1, 0]
    moles = (1.0 - on) * table[low, 1] + on * table[low + 1, 1]
    capacity = share * settings[2] + (1.0 - share) * AIR_HEAT_CAPACITY
    temperature += heat / capacity
    fraction = share / settings[1] / moles
    return temperature, settings[3] / (temperature * moles), fraction, capacity


@kernel
def share_of(concentration: float, heat: float, near: float, table: Array, settings: Array) -> float:
    """Mass fraction at which a mixture holds ``concentration`` kg/m³, not above the source's, above ``near``.

    ``near`` is a fraction below the one sought, or 0.
    """
    low, high = near, float(settings[0])
    above = high * state(high, heat, table, settings)[1] - concentration
    if above <= 0.0:
        return high
    below = low * state(low, heat, table, settings)[1] - concentration if low > 0.0 else -concentration
    if below > 0.0:
        low, below = 0.0, -concentration
    # between them density hardly changes: concentration goes nearly as the fraction, which gives the first place
    share = min(max(concentration / state(low, heat, table, settings)[1], low), high)
    for i in range(_ITERATIONS):
        excess = share * state(share, heat, table, settings)[1] - concentration
        if abs(excess) < _CLOSE * concentration:
            return share
        if excess > 0.0:
            high, above = share, excess
        else:
            low, below = share, excess
        # the secant's place, and every third time the middle, so that one end cannot stand still
        share = 0.5 * (low + high) if i % 3 == 2 else low - below * (high - low) / (above - below)
    return 0.5 * (low + high)
