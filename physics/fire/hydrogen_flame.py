"""Hydrogen jet flames as HyRAM has them (public equations; read in version 6.0's source).

    Fr = u f_s^1.5/((ρ/ρ_a)^¼ √((T_ad − T_a)/T_a g d)),  L* = 13.5 Fr^0.4/(1 + 0.07 Fr²)^0.2 below 5, else 23
    L = L* d √(ρ/ρ_a)/f_s,  W = 0.17 L,  τ = (π/12) ρ_f W² L f_s/ṁ                       (Schefer et al. 2006)
    F = 9.45e-9 (τ[ms] a_f T_ad⁴)^0.47                                                  (Panda and Hecht 2017)
    50 sources along the flame, weighed 1 … n to ¾ of its length and falling from there (Hankinson and Lowesmith 2012)

d is that of a notional opening of the same mass and momentum: u = u_e + (p_e − p_a)/(ρ_e u_e). Buoyancy does not bend
the flame here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.fire.jet_source import JetSource
from physics.fire.pool_shape import GRAVITY
from physics.quantities import GAS_CONSTANT

Array = NDArray[np.float64]

FLAME_TEMPERATURE = 2390.0
"""Adiabatic, of hydrogen with air, K."""
PRODUCTS_MOLAR_MASS = 0.02455
"""Of stoichiometric products, kg/mol: H₂O + 1.887 N₂."""
ABSORPTION = 0.23
"""Planck mean of the flame's water, 1/m (Molina et al. 2007, from memory, unverified)."""
SOURCES, WAIST = 50, 0.75
WIDTH_SHARE = 0.17


@dataclass(frozen=True, slots=True, kw_only=True)
class HydrogenFlame:
    """Length and width, m, Froude number and radiated fraction of a flame."""

    length: float
    width: float
    froude: float
    radiative_fraction: float


def notional_velocity(*, pressure: float, temperature: float, gamma: float, molar_mass: float, ambient: float) -> float:
    """Velocity after expansion that keeps mass and momentum, m/s.

    Parameters
    ----------
    pressure, ambient : float
        At rest before the opening, and outside, Pa.
    temperature : float
        At rest, K.
    gamma, molar_mass : float
        1, kg/mol.
    """
    ratio = max((2.0 / (gamma + 1.0)) ** (gamma / (gamma - 1.0)), ambient / pressure)
    throat = temperature * ratio ** ((gamma - 1.0) / gamma)
    heat = 2.0 * gamma / (gamma - 1.0) * GAS_CONSTANT / molar_mass
    speed = math.sqrt(max(heat * (temperature - throat), 0.0))
    density = ratio * pressure * molar_mass / (GAS_CONSTANT * throat)
    return float(speed + (ratio * pressure - ambient) / (density * speed))


def hydrogen_flame(jet: JetSource, *, ambient_temperature: float, ambient_pressure: float) -> HydrogenFlame:
    """Length, width and radiated fraction of a hydrogen flame."""
    share = jet.fuel.stoichiometric_mass_fraction
    diameter = math.sqrt(4.0 * jet.mass_flow_rate / (math.pi * jet.density * jet.velocity))
    light = jet.density / jet.air_density
    warm = (FLAME_TEMPERATURE - ambient_temperature) / ambient_temperature
    froude = jet.velocity * share**1.5 / (light**0.25 * math.sqrt(warm * GRAVITY * diameter))
    scaled = 23.0 if froude >= 5.0 else 13.5 * froude**0.4 / (1.0 + 0.07 * froude**2) ** 0.2
    length = scaled * diameter * math.sqrt(light) / share
    width = WIDTH_SHARE * length
    products = ambient_pressure * PRODUCTS_MOLAR_MASS / (GAS_CONSTANT * FLAME_TEMPERATURE)
    residence = math.pi / 12.0 * products * width**2 * length * share / jet.mass_flow_rate
    fraction = 9.45e-9 * (1e3 * residence * ABSORPTION * FLAME_TEMPERATURE**4) ** 0.47
    return HydrogenFlame(length=length, width=width, froude=float(froude), radiative_fraction=float(min(fraction, 1.0)))


def weights(*, sources: int = SOURCES, waist: float = WAIST) -> Array:
    """Shares of the heat by source along a flame; their sum is 1."""
    peak = int(waist * sources)
    found = np.arange(1.0, sources + 1.0)
    found[peak:] = peak - (peak - 1) / (sources - (peak + 1)) * (found[peak:] - (peak + 1))
    shares: Array = found / np.sum(found)
    return shares
