"""What a jet fire starts from: a jet of a fuel once it has expanded to the pressure around it.

Gas expands isentropically from rest, as Chamberlain has it: T_j = T₀ (p_a/p₀)^((γ−1)/γ), u_j = M_j √(γ R T_j/M), also
where the opening chokes it. What a discharge has expanded itself is taken as it comes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.fire.fuels import Fuel
from physics.fire.pool_shape import GRAVITY
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT
from physics.weather import Weather

Array = NDArray[np.float64]


_SLOWEST = 0.1  # m/s


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JetSource:
    """A jet after expansion, and the wind it meets.

    Attributes
    ----------
    fuel : Fuel
    mass_flow_rate : float
        kg/s.
    velocity, density : float
        Expanded, m/s, kg/m³.
    vapour_fraction : float
        Mass fraction of vapour.
    height : float
        Of the opening above ground, m.
    angle : float
        Of the jet above the horizontal, radians.
    wind_angle : float
        From the jet's horizontal part to where the wind blows, counter-clockwise from above, radians.
    wind : float
        At the flame, m/s.
    air_density : float
        kg/m³.
    """

    fuel: Fuel
    mass_flow_rate: float
    velocity: float
    density: float
    air_density: float
    wind: float
    vapour_fraction: float = 1.0
    height: float = 1.0
    angle: float = 0.0
    wind_angle: float = 0.0

    @property
    def effective_diameter(self) -> float:
        """Of a jet of air's density with the same mass flow and speed, D_s, m."""
        return math.sqrt(4.0 * self.mass_flow_rate / (math.pi * self.air_density * self.velocity))

    @property
    def momentum(self) -> float:
        """Momentum flux of the expanded jet, N."""
        return self.mass_flow_rate * self.velocity

    @property
    def axis(self) -> Array:
        """Unit vector the jet points along."""
        return np.array([math.cos(self.angle), 0.0, math.sin(self.angle)])

    @property
    def wind_way(self) -> Array:
        """Unit vector the wind blows along."""
        return np.array([math.cos(self.wind_angle), math.sin(self.wind_angle), 0.0])

    @property
    def heat(self) -> float:
        """Heat of combustion released, W."""
        of = self.fuel
        per_mass = of.heat_of_combustion - (1.0 - self.vapour_fraction) * of.heat_of_vaporisation
        return self.mass_flow_rate * per_mass

    @property
    def buoyant_scale(self) -> float:
        """(g/(D_s² u_j²))^⅓, 1/m: a length times it is Becker and Liang's Richardson number."""
        return float((GRAVITY / (self.effective_diameter * self.velocity) ** 2) ** (1.0 / 3.0))


def heat_capacity_ratio(fuel: Fuel, temperature: float) -> float:
    """Ratio of heat capacities of the fuel's gas, at the nearest temperature it is tabulated for."""
    gas = fuel.substance.gas
    return float(gas.heat_capacity_ratio(float(min(max(temperature, gas.temperature_low), gas.temperature_high))))


def expanded(
    *, pressure: float, temperature: float, gamma: float, molar_mass: float, ambient: float
) -> tuple[float, float]:
    """Velocity, m/s, and temperature, K, of gas expanded isentropically from rest.

    Parameters
    ----------
    pressure, ambient : float
        Absolute, Pa.
    temperature : float
        K.
    gamma, molar_mass : float
        1, kg/mol.
    """
    fall = (ambient / pressure) ** ((gamma - 1.0) / gamma)
    heat = gamma / (gamma - 1.0) * GAS_CONSTANT * temperature / molar_mass
    return math.sqrt(max(2.0 * heat * (1.0 - fall), 0.0)), temperature * fall


def choked_pressure(
    *, mass_flow_rate: float, diameter: float, temperature: float, gamma: float, molar_mass: float
) -> float:
    """Pressure, Pa, at which a choked ideal orifice of a diameter, m, passes a mass flow, kg/s."""
    flux = 4.0 * mass_flow_rate / (math.pi * diameter**2)
    choked = math.sqrt(gamma * molar_mass / (GAS_CONSTANT * temperature)) * (2.0 / (gamma + 1.0)) ** (
        (gamma + 1.0) / (2.0 * (gamma - 1.0))
    )
    return float(flux / choked)


def _check(name: str, value: float | None, limits: tuple[float, float], unit: str) -> None:
    if value is not None and not limits[0] <= value <= limits[1]:
        raise ModelInputError(name, f"must lie between {limits[0]:g} and {limits[1]:g} {unit}, got {value:g}")


def jet_source(
    fuel: Fuel,
    *,
    mass_flow_rate: float,
    weather: Weather,
    pressure: float | None = None,
    temperature: float | None = None,
    hole_diameter: float | None = None,
    velocity: float | None = None,
    density: float | None = None,
    vapour_fraction: float = 1.0,
    height: float = 1.0,
    angle: float = 0.0,
    wind_angle: float = 0.0,
) -> tuple[JetSource, tuple[Caveat, ...]]:
    """Jet of a discharge: expanded already, or from the state at rest, or from hole and flow alone.

    Parameters
    ----------
    fuel : Fuel
    mass_flow_rate : float
        kg/s.
    weather : Weather
    pressure, temperature : float or None
        At rest, Pa, K; the temperature is that of the air where it is not given.
    hole_diameter : float or None
        m.
    velocity, density : float or None
        After expansion, m/s, kg/m³.
    vapour_fraction, height, angle, wind_angle : float
        See `JetSource`.

    Raises
    ------
    ModelInputError
        Nothing burns, or neither velocity nor pressure nor hole is given.
    """
    if not (math.isfinite(mass_flow_rate) and mass_flow_rate > 0.0):
        raise ModelInputError("mass_flow_rate", f"must be above 0 kg/s, got {mass_flow_rate:g}")
    _check("temperature", temperature, (5.0, 5000.0), "K")
    _check("hole_diameter", hole_diameter, (1e-5, 100.0), "m")
    _check("expanded_velocity", velocity, (0.1, 1e4), "m/s")
    _check("expanded_density", density, (1e-3, 5000.0), "kg/m³")
    air = weather.ambient_pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * weather.ambient_temperature)
    at_rest = weather.ambient_temperature if temperature is None else temperature
    caveats: tuple[Caveat, ...] = ()
    molar_mass = fuel.substance.molar_mass
    if velocity is None:
        gamma = heat_capacity_ratio(fuel, at_rest)
        gas = {"temperature": at_rest, "gamma": gamma, "molar_mass": molar_mass}
        if pressure is None:
            if hole_diameter is None:
                raise ModelInputError("pressure", "is missing, and neither the expanded velocity nor the hole is given")
            pressure = choked_pressure(mass_flow_rate=mass_flow_rate, diameter=hole_diameter, **gas)
            says = f"The pressure behind the jet is not given: {pressure:.3g} Pa passes its flow through the hole."
            caveats = (Caveat(Grade.NOTE, "jet-fire", says),)
        if pressure <= weather.ambient_pressure:
            raise ModelInputError("pressure", f"must be above that of the air, got {pressure:g} Pa")
        velocity, cold = expanded(pressure=pressure, ambient=weather.ambient_pressure, **gas)
        density = weather.ambient_pressure * molar_mass / (GAS_CONSTANT * cold) if density is None else density
    if density is None:
        density = weather.ambient_pressure * molar_mass / (GAS_CONSTANT * at_rest)
    if not velocity >= _SLOWEST:
        raise ModelInputError("pressure", f"drives a jet of {velocity:.3g} m/s: none that burns as a jet")
    source = JetSource(
        fuel=fuel,
        mass_flow_rate=mass_flow_rate,
        velocity=velocity,
        density=density,
        air_density=air,
        wind=weather.wind(10.0),
        vapour_fraction=vapour_fraction,
        height=height,
        angle=angle,
        wind_angle=wind_angle,
    )
    return source, caveats
