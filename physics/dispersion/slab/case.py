"""A release and the weather in the few constants SLAB takes, and the start they give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from physics.cards import ModelInputError
from physics.dispersion.slab import constants as c
from physics.dispersion.slab import start as starts
from physics.dispersion.slab.air import Air, slab_air
from physics.dispersion.slab.start import Start
from physics.dispersion.slab.thermodynamics import Gas, released_enthalpy
from physics.dispersion.track import Aim, Source
from physics.substances import Substance
from physics.weather import Weather

_BELOW = 25.0
"""Steps below the boiling point at which the vapour pressure is fitted, K."""
_COLDEST = 0.5
"""Least temperature of a release over its boiling point."""
_GENTLEST_WIND = 0.3
"""Wind at the reference height below which SLAB is not run, m/s: it is run with this."""


@dataclass(frozen=True, slots=True)
class SlabCase:
    """What a run of SLAB starts from.

    Attributes
    ----------
    gas, air : Gas, Air
        As kernels take them.
    density : float
        Of the release at its start, kg/m³.
    start : Start
    """

    gas: Gas
    air: Air
    density: float
    start: Start


def antoine(substance: Substance, boiling_point: float) -> tuple[float, float, float]:
    """Constants a, b, c of ln(p / p_b) = a - b / (T + c), through the boiling point and two points below it."""
    table = substance.saturation
    low = max(table.temperature_low, boiling_point - 2.0 * _BELOW)
    middle = 0.5 * (low + boiling_point)
    if low >= boiling_point - 5.0:
        heat = float(table.heat_of_vaporisation(max(boiling_point, table.temperature_low)))
        b = substance.molar_mass * heat / c.GAS_CONSTANT
        return b / boiling_point, b, 0.0
    top, half, foot = (math.log(float(table.pressure(t))) for t in (boiling_point, middle, low))
    ratio = (top - foot) / (top - half)
    one, two = boiling_point - middle, boiling_point - low
    offset = (two * middle - ratio * one * low) / (ratio * one - two)
    b = (top - half) * (middle + offset) * (boiling_point + offset) / one
    return b / (boiling_point + offset), b, offset


def boiling_point(substance: Substance, pressure: float) -> float:
    """Temperature of the saturation curve at a pressure, K; carried on below the table where it ends above."""
    table = substance.saturation
    lowest = float(table.pressure(table.temperature_low))
    if pressure >= lowest:
        return float(table.temperature(min(pressure, 0.999 * table.critical_pressure)))
    heat = float(table.heat_of_vaporisation(table.temperature_low))
    slope = substance.molar_mass * heat / c.GAS_CONSTANT
    return 1.0 / (1.0 / table.temperature_low + math.log(lowest / pressure) / slope)


def slab_gas(substance: Substance, *, pressure: float, ambient_temperature: float) -> Gas:
    """Constants of a substance as SLAB takes them, from its property tables at its boiling point; ``start`` 0.

    The vapour's heat capacity is that of the ideal gas half-way between boiling point and air.
    """
    boils = boiling_point(substance, pressure)
    table = substance.saturation
    at = min(max(boils, table.temperature_low), 0.98 * table.critical_temperature)
    a, b, offset = antoine(substance, boils)
    warm = max(0.5 * (boils + ambient_temperature), substance.gas.temperature_low)
    return Gas(
        molar_mass=substance.molar_mass,
        vapour_heat_capacity=float(substance.gas.heat_capacity(min(warm, substance.gas.temperature_high))),
        liquid_heat_capacity=float(table.liquid_heat_capacity(at)),
        boiling_point=boils,
        heat=float(table.heat_of_vaporisation(at)),
        liquid_density=float(table.liquid_density(at)),
        saturation_a=a,
        saturation_b=b,
        saturation_c=offset,
        start=0.0,
    )


_gas = lru_cache(maxsize=64)(
    lambda pressure, temperature, known: slab_gas(known[0], pressure=pressure, ambient_temperature=temperature)
)


class _Held(tuple[Substance]):
    """A substance that hashes by its name."""

    def __hash__(self) -> int:
        return hash(self[0].name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self[0] is other[0]


@lru_cache(maxsize=256)
def weather_air(weather: Weather) -> Air:
    """Air of SLAB from a weather; winds below 0.3 m/s are taken as that."""
    return slab_air(
        wind_speed=max(weather.wind_speed, _GENTLEST_WIND),
        reference_height=weather.reference_height,
        roughness_length=weather.roughness_length,
        inverse_obukhov=weather.inverse_obukhov,
        temperature=weather.ambient_temperature,
        relative_humidity=weather.relative_humidity,
        pressure=weather.ambient_pressure,
        mixing_height=weather.mixing_height,
    )


def _checked(source: Source, air: Air) -> None:
    """Refuse a source no cloud can start from, naming the field."""
    for name in ("mass_flow_rate", "mass", "vapour_fraction", "temperature", "velocity", "area", "height"):
        if not math.isfinite(getattr(source, name)):
            raise ModelInputError(name, "must be a finite number")
    at_once = source.aim is Aim.INSTANTANEOUS
    if at_once and source.mass <= 0.0:
        raise ModelInputError("mass", f"must be above 0 kg for an instantaneous release, got {source.mass:g}")
    if not at_once and source.mass_flow_rate <= 0.0:
        raise ModelInputError("mass_flow_rate", f"must be above 0 kg/s, got {source.mass_flow_rate:g}")
    if not 0.0 <= source.vapour_fraction <= 1.0:
        raise ModelInputError("vapour_fraction", f"must lie between 0 and 1, got {source.vapour_fraction:g}")
    if not source.duration > 0.0:
        raise ModelInputError("duration", f"must be above 0 s, got {source.duration:g}")
    if source.temperature <= 0.0:
        raise ModelInputError("temperature", f"must be above 0 K, got {source.temperature:g}")
    if not 0.0 <= source.height < air.lid:
        raise ModelInputError(
            "height", f"must lie between the ground and the mixing height of {air.lid:.0f} m, got {source.height:g}"
        )


def slab_case(source: Source, weather: Weather) -> SlabCase:
    """Constants and start of a run.

    Raises
    ------
    ModelInputError
        No cloud can start from the source; the error names the field.
    """
    air = weather_air(weather)
    _checked(source, air)
    gas = _gas(air.pressure, round(air.temperature), _Held((source.substance,)))
    if source.temperature < _COLDEST * gas.boiling_point:
        raise ModelInputError(
            "temperature",
            f"must be at least half the boiling point of {gas.boiling_point:.1f} K, got {source.temperature:g}",
        )
    liquid = 1.0 - source.vapour_fraction
    gas = gas._replace(start=float(released_enthalpy(source.temperature, liquid, gas)))
    volume = source.vapour_fraction * c.GAS_CONSTANT * source.temperature / (air.pressure * gas.molar_mass)
    density = 1.0 / (volume + liquid / gas.liquid_density)
    return SlabCase(gas, air, density, _start(source, gas, air, density))


def _start(source: Source, gas: Gas, air: Air, density: float) -> Start:
    warm = source.temperature
    if source.aim is Aim.INSTANTANEOUS:
        return starts.at_once(
            mass=source.mass, area=source.area, density=density, temperature=warm, height=source.height, air=air
        )
    rate, area = source.mass_flow_rate, source.area
    if source.aim is Aim.POOL:
        if area <= 0.0:
            raise ModelInputError("area", f"of a pool must be above 0 m2, got {area:g}")
        return starts.pool(rate=rate, area=area, density=density, gas=gas, air=air)
    if area <= 0.0 and source.velocity > 0.0:
        area = rate / (density * source.velocity)
    if area <= 0.0:
        raise ModelInputError("area", "of a jet must be above 0 m2, or its velocity above 0 m/s")
    if source.aim is Aim.HORIZONTAL:
        return starts.horizontal_jet(
            rate=rate, area=area, density=density, temperature=warm, height=source.height, air=air
        )
    return starts.vertical_jet(
        rate=rate, area=area, density=density, temperature=warm, height=source.height, gas=gas, air=air
    )


def is_gentle(weather: Weather) -> bool:
    """Whether the wind is below what SLAB is run with."""
    return weather.wind_speed < _GENTLEST_WIND


GENTLEST_WIND = _GENTLEST_WIND
__all__ = ["GENTLEST_WIND", "SlabCase", "antoine", "is_gentle", "slab_case", "slab_gas", "weather_air"]
