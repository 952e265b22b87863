"""Temperature and density of a mixture of a released substance and moist air, liquids of both in equilibrium.

Heat is conserved on mixing; each liquid is pure and each vapour at most saturated (Ermak 1990).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from physics._jit import kernel
from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air

_TOLERANCE = 1e-9
_TURNS = 80
_PURE = 1e-6
"""Least mass fraction of air in a mixture."""
_COLDEST, _MARGIN = 1.0, 400.0


class Gas(NamedTuple):
    """A released substance as SLAB takes it; SI units.

    ``saturation_a - saturation_b / (T + saturation_c)`` is ln of vapour over ambient pressure; ``heat`` is the
    heat of vaporisation at the boiling point; ``start`` the enthalpy of a kilogram as released.
    """

    molar_mass: float
    vapour_heat_capacity: float
    liquid_heat_capacity: float
    boiling_point: float
    heat: float
    liquid_density: float
    saturation_a: float
    saturation_b: float
    saturation_c: float
    start: float


@kernel
def released_enthalpy(temperature: float, liquid: float, gas: Gas) -> float:
    """Enthalpy of a kilogram of which ``liquid`` is liquid, over vapour at the boiling point, J/kg."""
    above = temperature - gas.boiling_point
    wet = gas.liquid_heat_capacity * above - gas.heat
    return (1.0 - liquid) * gas.vapour_heat_capacity * above + liquid * wet


@kernel
def mole_fraction(mass_fraction: float, gas: Gas, air: Air) -> float:
    """Mole fraction of the substance, liquid counted in, of its mass fraction."""
    moles = mass_fraction / gas.molar_mass
    return moles / (moles + (1.0 - mass_fraction) / air.molar_mass)


@kernel
def _vapours(
    n_gas: float, n_water: float, n_dry: float, s_gas: float, d_gas: float, s_water: float, d_water: float
) -> tuple[float, float, bool, bool]:  # fmt: skip
    """Moles of vapour and air, their change with temperature, and whether gas and water are saturated.

    ``s`` are vapour over ambient pressures, ``d`` their changes with temperature.
    """
    total, slope = n_gas + n_water + n_dry, 0.0
    full_gas, full_water = False, False
    for _ in range(2):
        if not full_gas and s_gas < 1.0 and n_gas > s_gas * total:
            full_gas = True
        elif not full_water and s_water < 1.0 and n_water > s_water * total:
            full_water = True
        else:
            break
        rest = n_dry + (0.0 if full_gas else n_gas) + (0.0 if full_water else n_water)
        room = max(1.0 - (s_gas if full_gas else 0.0) - (s_water if full_water else 0.0), 1e-12)
        total = rest / room
        slope = total / room * ((d_gas if full_gas else 0.0) + (d_water if full_water else 0.0))
    return total, slope, full_gas, full_water


@kernel
def mix(fraction: float, heat: float, guess: float, gas: Gas, air: Air) -> tuple[float, float, float]:
    """Temperature, K, density, kg/m³, and heat capacity, J/(kg K), of a mixture.

    ``fraction`` is the substance's mass fraction, ``heat`` what the mixture has taken up beyond its parts, J/kg.
    """
    share = min(max(fraction, 0.0), 1.0 - _PURE)
    water = (1.0 - share) * air.water
    dry = 1.0 - share - water
    n_gas, n_water, n_dry = share / gas.molar_mass, water / c.WATER_MOLAR_MASS, dry / c.AIR_MOLAR_MASS
    target = share * gas.start + heat
    drop = c.WATER_HEAT_OF_VAPORISATION + c.WATER_VAPOUR_HEAT_CAPACITY * (air.temperature - c.WATER_REFERENCE)
    low, high = _COLDEST, max(air.temperature, gas.boiling_point) + 10.0 * _MARGIN
    t = min(max(guess, low), high)
    wet_gas, wet_water, capacity = 0.0, 0.0, 1.0
    for _ in range(_TURNS):
        s_gas, d_gas = 0.0, 0.0
        if t + gas.saturation_c > 1.0:
            s_gas = math.exp(min(gas.saturation_a - gas.saturation_b / (t + gas.saturation_c), 50.0))
            d_gas = s_gas * gas.saturation_b / (t + gas.saturation_c) ** 2
        s_water = math.exp(c.WATER_SATURATION_A + air.cap - c.WATER_SATURATION_B / t)
        d_water = s_water * c.WATER_SATURATION_B / (t * t)
        total, slope, full_gas, full_water = _vapours(n_gas, n_water, n_dry, s_gas, d_gas, s_water, d_water)
        v_gas, dv_gas = n_gas, 0.0
        if full_gas:
            v_gas, dv_gas = min(s_gas * total, n_gas), d_gas * total + s_gas * slope
        v_water, dv_water = n_water, 0.0
        if full_water:
            v_water, dv_water = min(s_water * total, n_water), d_water * total + s_water * slope
        wet_gas, wet_water = (n_gas - v_gas) * gas.molar_mass, (n_water - v_water) * c.WATER_MOLAR_MASS
        above, over = t - gas.boiling_point, t - air.temperature
        liquid_gap = gas.heat + (gas.vapour_heat_capacity - gas.liquid_heat_capacity) * above
        water_liquid = c.WATER_HEAT_CAPACITY * (t - c.WATER_REFERENCE) - drop
        water_gap = c.WATER_VAPOUR_HEAT_CAPACITY * over - water_liquid
        held = dry * c.AIR_HEAT_CAPACITY * over + water * c.WATER_VAPOUR_HEAT_CAPACITY * over
        held += share * gas.vapour_heat_capacity * above - wet_gas * liquid_gap - wet_water * water_gap
        capacity = dry * c.AIR_HEAT_CAPACITY + (water - wet_water) * c.WATER_VAPOUR_HEAT_CAPACITY
        capacity += wet_water * c.WATER_HEAT_CAPACITY + wet_gas * gas.liquid_heat_capacity
        capacity += (share - wet_gas) * gas.vapour_heat_capacity
        rise = capacity + dv_gas * gas.molar_mass * liquid_gap + dv_water * c.WATER_MOLAR_MASS * water_gap
        missing = target - held
        if missing > 0.0:
            low = t
        else:
            high = t
        following = t + missing / max(rise, 1.0)
        if not low <= following <= high:
            following = 0.5 * (low + high)
        moved = abs(following - t)
        t = following
        if moved <= _TOLERANCE * t:
            break
    moles = n_dry + (n_gas - wet_gas / gas.molar_mass) + (n_water - wet_water / c.WATER_MOLAR_MASS)
    volume = moles * c.GAS_CONSTANT * t / air.pressure + wet_gas / gas.liquid_density + wet_water / c.WATER_DENSITY
    return t, 1.0 / volume, capacity
