"""Jet fires: a flame from a discharge, by named models.

    chamberlain-jet-fire    frustum for gas that leaves upwards or aslant in wind: the default of such jets
    johnson-jet-fire        frustum for gas that leaves horizontally: the default of such jets
    cook-jet-fire           Chamberlain's frustum for heavier gas and for liquid that flashes: the default of those
    hydrogen-jet-flame      weighted sources along a straight flame: the default of hydrogen
    api-521-jet-fire        one source in the middle of a flame of API 521's length
    aq-t-3046-jet-fire      the same with the guideline's transmissivity 1 − 0.0565 ln x

The frame: x along the jet's horizontal part, downwind of a vertical jet; the origin on the ground below the opening.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.dispersion.track import Aim
from physics.fire.chamberlain import calm_length, cook_fraction, flame_axis, frustum, radiated_fraction
from physics.fire.flame import FireKind, Flame, Rays, absorption_of
from physics.fire.fuels import Fuel, fuel_of
from physics.fire.hydrogen_flame import SOURCES, hydrogen_flame, notional_velocity, weights
from physics.fire.jet_source import JetSource, heat_capacity_ratio, jet_source
from physics.fire.johnson import STRONGEST, emissive_powers, horizontal_flame, wind_number
from physics.fire.solid import Solid, ring, solid
from physics.fire.transmissivity import LONGEST, NODES, SHORTEST, Absorption
from physics.substances import Substance
from physics.weather import Weather

Array = NDArray[np.float64]

LEVEL = math.radians(30.0)
"""Above the horizontal, below which a jet counts as horizontal [assumed: Chamberlain's flares lean up to 45° aside]."""
POINT_FRACTION = 0.2
"""Radiated share of the heat that API 521 and AQ/T 3046 take where nothing better is known."""
_SLABS = 8
"""Parts of a frustum that the ground cuts into."""


class JetModel(StrEnum):
    """Jet fires by name."""

    CHAMBERLAIN = "chamberlain-jet-fire"
    JOHNSON = "johnson-jet-fire"
    COOK = "cook-jet-fire"
    HYDROGEN = "hydrogen-jet-flame"
    API = "api-521-jet-fire"
    AQ = "aq-t-3046-jet-fire"


def api_length(heat: float) -> float:
    """Length of a flame by its heat in W, m (API 521 as AQ/T 3046 writes it, eq. E.57)."""
    return float(heat**0.444) / 161.66


def aq_transmissivity(path: float) -> float:
    """Transmissivity of AQ/T 3046, eq. E.59, 1 − 0.0565 ln x, between 0 and 1."""
    return min(max(1.0 - 0.0565 * math.log(max(path, SHORTEST)), 0.0), 1.0)


def frustum_solid(
    foot: Array, axis: Array, *, side: float, base: float, tip: float, powers: tuple[float, float]
) -> Solid:
    """Surface of a frustum; what would lie below the ground is laid flat on it.

    Parameters
    ----------
    foot, axis : ndarray, shape (3,)
        Middle of the base, m, and unit vector to the tip.
    side, base, tip : float
        Length and the widths at the ends, m.
    powers : tuple of float
        Emissive power of side and ends, W/m².
    """
    aside = np.cross([0.0, 0.0, 1.0], axis)
    size = float(np.linalg.norm(aside))
    u = aside / size if size > 1e-9 else np.array([1.0, 0.0, 0.0])
    v = np.cross(axis, u)
    clear = min(foot[2] - 0.5 * base, foot[2] + side * axis[2] - 0.5 * tip) >= 0.0
    slabs = 1 if clear else _SLABS
    shares = np.linspace(0.0, 1.0, slabs + 1)
    rings = []
    for share in shares:
        radius = 0.5 * (base + share * (tip - base))
        rings.append(ring(foot + share * side * axis, radius * u, radius * v))
    stacked = np.stack(rings)
    stacked[..., 2] = np.maximum(stacked[..., 2], 0.0)
    ends = np.array([[*foot, 0.5 * base], [*(foot + side * axis), 0.5 * tip]])
    return solid(stacked, power=np.full(slabs, powers[0]), caps=(powers[1], powers[1]), axis=ends)


def _chamberlain(jet: JetSource, fraction: float, model: JetModel, weather: Weather, air: Absorption) -> Flame:
    shape = frustum(jet)
    axis = flame_axis(jet, shape.angle)
    foot = np.array([0.0, 0.0, jet.height]) + shape.lift_off * jet.axis
    power = fraction * jet.heat / shape.area
    surface = frustum_solid(foot, axis, side=shape.side, base=shape.base, tip=shape.tip, powers=(power, power))
    return Flame(
        kind=FireKind.JET,
        model=model,
        surface_emissive_power=power,
        absorption=absorption_of(weather, air),
        length=shape.length,
        width=shape.tip,
        tilt=math.acos(min(max(float(axis[2]), -1.0), 1.0)),
        height=float(max(foot[2] + 0.5 * shape.side * axis[2], 0.0)),
        radiative_fraction=fraction,
        solid=surface,
    )


def _johnson(jet: JetSource, fraction: float, model: JetModel, weather: Weather, air: Absorption) -> Flame:
    shape = horizontal_flame(jet)
    foot = np.array([shape.lift_off, 0.0, jet.height])
    axis = np.array([shape.along - shape.lift_off, shape.across, shape.up]) / shape.side
    powers = emissive_powers(fraction * jet.heat, flame=shape)
    surface = frustum_solid(foot, axis, side=shape.side, base=shape.base, tip=shape.tip, powers=powers)
    return Flame(
        kind=FireKind.JET,
        model=model,
        surface_emissive_power=max(powers),
        absorption=absorption_of(weather, air),
        length=shape.length,
        width=shape.tip,
        tilt=math.acos(min(max(float(axis[2]), -1.0), 1.0)),
        height=float(max(foot[2] + 0.5 * shape.side * axis[2], 0.0)),
        radiative_fraction=fraction,
        solid=surface,
    )


def _by_chamberlain(jet: JetSource, model: JetModel, weather: Weather, air: Absorption) -> Flame:
    return _chamberlain(jet, radiated_fraction(jet.velocity), model, weather, air)


def _by_johnson(jet: JetSource, model: JetModel, weather: Weather, air: Absorption) -> Flame:
    return _johnson(jet, radiated_fraction(jet.velocity), model, weather, air)


def _by_cook(jet: JetSource, model: JetModel, weather: Weather, air: Absorption) -> Flame:
    return _chamberlain(jet, cook_fraction(jet), model, weather, air)


def _rays(
    jet: JetSource, *, model: JetModel, length: float, width: float, fraction: float, shares: Array, air: Array
) -> Flame:
    """Sources along a straight flame, at the middles of even parts of it; one stands in its middle."""
    along = (np.arange(shares.size) + 0.5) / shares.size * length
    places = np.array([0.0, 0.0, jet.height]) + along[:, None] * jet.axis
    places[:, 2] = np.maximum(places[:, 2], 0.0)
    most = fraction * jet.heat / (math.pi * width * length)
    return Flame(
        kind=FireKind.JET,
        model=model,
        surface_emissive_power=most,
        absorption=air,
        length=length,
        width=width,
        tilt=0.5 * math.pi - jet.angle,
        height=float(jet.height + 0.5 * length * math.sin(jet.angle)),
        radiative_fraction=fraction,
        rays=Rays(places=np.ascontiguousarray(places), power=fraction * jet.heat * shares, most=most),
    )


def _by_hydrogen(jet: JetSource, model: JetModel, weather: Weather, air: Absorption) -> Flame:
    found = hydrogen_flame(
        jet, ambient_temperature=weather.ambient_temperature, ambient_pressure=weather.ambient_pressure
    )
    return _rays(
        jet,
        model=model,
        length=found.length,
        width=found.width,
        fraction=found.radiative_fraction,
        shares=weights(sources=SOURCES),
        air=absorption_of(weather, air),
    )


def _one_source(jet: JetSource, model: JetModel, air: Array) -> Flame:
    length = api_length(jet.heat)
    width = 0.17 * length
    return _rays(jet, model=model, length=length, width=width, fraction=POINT_FRACTION, shares=np.ones(1), air=air)


def _by_api(jet: JetSource, model: JetModel, weather: Weather, air: Absorption) -> Flame:
    return _one_source(jet, model, absorption_of(weather, air))


def _by_aq(jet: JetSource, model: JetModel, weather: Weather, air: Absorption) -> Flame:  # noqa: ARG001
    paths = np.geomspace(SHORTEST, LONGEST, NODES)
    return _one_source(jet, model, np.array([aq_transmissivity(float(path)) for path in paths]))


Burn = Callable[[JetSource, JetModel, Weather, Absorption], Flame]
_BURN: Mapping[JetModel, Burn] = MappingProxyType(
    {
        JetModel.CHAMBERLAIN: _by_chamberlain,
        JetModel.JOHNSON: _by_johnson,
        JetModel.COOK: _by_cook,
        JetModel.HYDROGEN: _by_hydrogen,
        JetModel.API: _by_api,
        JetModel.AQ: _by_aq,
    }
)


def default_model(fuel: Fuel, *, angle: float, vapour_fraction: float) -> JetModel:
    """What is taken for a jet where nothing is asked for."""
    if fuel.substance.name == "hydrogen":
        return JetModel.HYDROGEN
    if vapour_fraction < 1.0 or fuel.substance.molar_mass > 0.021:
        return JetModel.COOK
    return JetModel.JOHNSON if abs(angle) < LEVEL else JetModel.CHAMBERLAIN


def applicable_jets(fuel: Fuel, *, angle: float = 0.0, vapour_fraction: float = 1.0) -> tuple[JetModel, ...]:
    """Every model that is made for a jet, the default first.

    Parameters
    ----------
    angle : float
        Above the horizontal, radians.
    vapour_fraction : float
        Mass fraction of vapour after expansion.
    """
    first = default_model(fuel, angle=angle, vapour_fraction=vapour_fraction)
    gas = (JetModel.CHAMBERLAIN,) if first is JetModel.JOHNSON else ()
    return (first, *gas, JetModel.API)


def jet_fire(
    fuel: str | Substance | Fuel,
    *,
    mass_flow_rate: float,
    weather: Weather,
    aim: Aim | None = None,
    angle: float | None = None,
    wind_angle: float = 0.0,
    height: float = 1.0,
    pressure: float | None = None,
    temperature: float | None = None,
    hole_diameter: float | None = None,
    velocity: float | None = None,
    density: float | None = None,
    vapour_fraction: float = 1.0,
    model: JetModel | None = None,
    absorption: Absorption = Absorption.WAYNE,
) -> Flame:
    """Fire of a jet.

    Parameters
    ----------
    fuel : str, Substance or Fuel
    mass_flow_rate : float
        kg/s.
    weather : Weather
    aim : Aim or None
        Horizontal or vertical; horizontal where neither it nor ``angle`` is given.
    angle : float or None
        Above the horizontal, radians; goes before ``aim``.
    wind_angle : float
        From the jet's horizontal part to where the wind blows, radians, counter-clockwise from above.
    height : float
        Of the opening, m.
    pressure, temperature : float or None
        Of gas at rest before the opening, Pa, K.
    hole_diameter : float or None
        m: where the pressure is not known.
    velocity, density : float or None
        After expansion, m/s, kg/m³: what `physics.discharge.expansion` gives.
    vapour_fraction : float
        Mass fraction of vapour after expansion.
    model : JetModel or None
        None: the published default.
    absorption : Absorption
        Of the air.

    Raises
    ------
    ModelInputError
        The fuel is not known to burn, or what makes the jet is missing or cannot be.
    """
    of = fuel_of(fuel)
    upwards = 0.5 * math.pi if aim is Aim.VERTICAL else 0.0
    chosen_angle = upwards if angle is None else angle
    chosen = model or default_model(of, angle=chosen_angle, vapour_fraction=vapour_fraction)
    if chosen is JetModel.HYDROGEN and of.substance.name != "hydrogen":
        raise ModelInputError("fuel", f"{JetModel.HYDROGEN} is for hydrogen, not for {of.name}")
    jet, caveats = jet_source(
        of,
        mass_flow_rate=mass_flow_rate,
        weather=weather,
        pressure=pressure,
        temperature=temperature,
        hole_diameter=hole_diameter,
        velocity=velocity,
        density=density,
        vapour_fraction=vapour_fraction,
        height=height,
        angle=chosen_angle,
        wind_angle=wind_angle,
    )
    if chosen is JetModel.HYDROGEN and velocity is None and pressure is not None:
        jet = _notional(jet, weather, pressure=pressure, temperature=temperature)
    flame = _BURN[chosen](jet, chosen, weather, absorption)
    says = (
        f"{of.name} burns in a jet of {mass_flow_rate:.3g} kg/s at {jet.velocity:.0f} m/s by {chosen}: "
        f"{flame.length:.1f} m long, {flame.surface_emissive_power / 1e3:.0f} kW/m².",
    )
    return replace(flame, says=says, caveats=(*caveats, *_caveats(jet, chosen)))


def _notional(jet: JetSource, weather: Weather, *, pressure: float, temperature: float | None) -> JetSource:
    at_rest = weather.ambient_temperature if temperature is None else temperature
    mass = jet.fuel.substance.molar_mass
    speed = notional_velocity(
        pressure=pressure,
        temperature=at_rest,
        gamma=heat_capacity_ratio(jet.fuel, at_rest),
        molar_mass=mass,
        ambient=weather.ambient_pressure,
    )
    return replace(jet, velocity=speed)


def _caveats(jet: JetSource, model: JetModel) -> tuple[Caveat, ...]:
    found = []
    if model is JetModel.JOHNSON:
        says = f"Numbers of {model} are from memory and were not held against its paper."
        found.append(Caveat(Grade.NOTE, model, says))
    if model is JetModel.JOHNSON and jet.fuel.substance.name != "methane":
        says = f"The model was fitted to natural gas; here {jet.fuel.name} burns."
        found.append(Caveat(Grade.DEGRADED, model, says))
    if model is JetModel.JOHNSON and wind_number(jet, calm_length(jet)) > STRONGEST:
        says = "The wind is stronger against the jet than in the trials: it draws the flame out no farther."
        found.append(Caveat(Grade.DEGRADED, model, says))
    if model is JetModel.COOK and jet.vapour_fraction < 1.0:
        says = "How much more a flame of liquid radiates than one of gas is from memory, unverified."
        found.append(Caveat(Grade.DEGRADED, model, says))
    if model is JetModel.HYDROGEN and abs(jet.angle) < LEVEL:
        says = "Buoyancy does not bend the flame here."
        found.append(Caveat(Grade.NOTE, model, says))
    return tuple(found)
