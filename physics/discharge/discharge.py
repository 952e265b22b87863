"""What flows out of an opening now: the regime chosen, the other regime's value, and the state at the opening."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from physics.cards import Caveat, Grade, unvalidated
from physics.discharge.flashing_models import (
    EQUILIBRIUM_LENGTH,
    STEEL_ROUGHNESS,
    velocity_heads,
)
from physics.discharge.fluid import checked_gas, checked_number, liquid_temperature, nothing_flows
from physics.discharge.line import flashing_line_to_hole, gas_line_flux
from physics.discharge.orifice import SHARP_EDGE_GAS, SHARP_EDGE_LIQUID, liquid_flux
from physics.discharge.two_phase import mixture
from physics.quantities import GAS_CONSTANT, GRAVITY, STANDARD_PRESSURE
from physics.substances import Substance

FULL_BORE_RATIO = 0.99
"""Hole over path diameter from which a break counts as full bore and has no discharge coefficient of its own."""
_LARGEST = 100.0  # m, longest diameter that is no slip of the pen


_PAD_THAT_MATTERS = 0.02
"""Share of padding gas in the pressure from which it is spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPath:
    """The hole and the way the fluid takes to it.

    Attributes
    ----------
    hole_diameter : float
        Diameter of a round hole of the same area, m. At the path's diameter or above it the path is broken
        off.
    discharge_coefficient : float or None
        Of the hole; ``None`` is 0.62 for liquid, 0.85 for gas, and 1 for a full-bore break of a path.
    path_length : float
        From the vessel to the hole, m; 0 for a hole in the vessel's wall.
    path_diameter : float or None
        Internal diameter that friction and losses are counted on, m; ``None`` is the hole's.
    loss_coefficient : float
        Sum of K of entrance, valves and fittings on the path's own velocity (a part of diameter d and loss k
        counts k (D/d)⁴).
    roughness : float
        Of the wall, m.
    elevation_change : float
        Height of the hole above the liquid's entry into the path, m.
    excess_flow_rate : float or None
        Flow at which an excess-flow valve in the path is set to close, kg/s. Whether it closes is never
        assumed here.
    """

    hole_diameter: float
    discharge_coefficient: float | None = None
    path_length: float = 0.0
    path_diameter: float | None = None
    loss_coefficient: float = 0.0
    roughness: float = STEEL_ROUGHNESS
    elevation_change: float = 0.0
    excess_flow_rate: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no path can be; raises `ModelInputError` naming the field."""
        checked_number("hole_diameter", self.hole_diameter, low=0.0, high=_LARGEST)
        if self.discharge_coefficient is not None:
            checked_number("discharge_coefficient", self.discharge_coefficient, low=0.0, high=1.0)
        checked_number("path_length", self.path_length, low=0.0)
        if self.path_diameter is not None:
            checked_number("path_diameter", self.path_diameter, low=1e-6, high=_LARGEST)
        checked_number("loss_coefficient", self.loss_coefficient, low=0.0)
        checked_number("roughness", self.roughness, low=0.0, high=_LARGEST)
        checked_number("elevation_change", self.elevation_change)
        if self.excess_flow_rate is not None:
            checked_number("excess_flow_rate", self.excess_flow_rate, low=0.0)

    @property
    def diameter(self) -> float:
        """Diameter friction is counted on, m."""
        return self.hole_diameter if self.path_diameter is None else self.path_diameter

    @property
    def full_bore(self) -> bool:
        """Whether a path longer than a nozzle is broken off."""
        return self.path_length >= EQUILIBRIUM_LENGTH and self.hole_diameter >= FULL_BORE_RATIO * self.diameter

    @property
    def heads(self) -> float:
        """Velocity heads lost on the path."""
        if self.diameter <= 0.0:
            return 0.0
        return velocity_heads(
            length=self.path_length,
            diameter=self.diameter,
            roughness=self.roughness,
            loss_coefficient=self.loss_coefficient,
        )

    def area_ratio(self, coefficient: float) -> float:
        """Effective area of the hole over the path's; 1 for a full-bore break."""
        if self.full_bore:
            return 1.0 if self.discharge_coefficient is None else self.discharge_coefficient
        given = coefficient if self.discharge_coefficient is None else self.discharge_coefficient
        return min(given * (self.hole_diameter / self.diameter) ** 2, 1.0) if self.diameter > 0.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """Flow out of an opening and the state in it.

    Attributes
    ----------
    mass_flow_rate : float
        By the regime chosen, kg/s. No valve is assumed to have closed.
    other_mass_flow_rate : float or None
        By the regime not chosen, kg/s; ``None`` for gas.
    low, high : float
        Smallest and greatest of the two, kg/s.
    choice : str
        Name of the model chosen: ``liquid-orifice``, ``flashing-line``, ``gas-orifice`` or ``gas-line``.
    says : tuple of str
        The choice and the other value, what an excess-flow valve would do, in words.
    exit_pressure, exit_temperature, exit_vapour_fraction, exit_density, exit_velocity : float
        In the opening's narrowest stream: Pa, K, 1, kg/m³, m/s.
    stagnation_enthalpy : float
        Of the fluid upstream, on the datum of its tables, J/kg.
    choked : bool
    excess_flow_demanded : bool or None
        Whether the flow exceeds the excess-flow valve's setting; ``None`` without such a valve.
    caveats : tuple of Caveat
    """

    mass_flow_rate: float
    other_mass_flow_rate: float | None
    low: float
    high: float
    choice: str
    says: tuple[str, ...]
    exit_pressure: float
    exit_temperature: float
    exit_vapour_fraction: float
    exit_density: float
    exit_velocity: float
    stagnation_enthalpy: float
    choked: bool
    excess_flow_demanded: bool | None = None
    caveats: tuple[Caveat, ...] = field(default=())


def discharge(
    substance: Substance,
    *,
    pressure: float,
    temperature: float,
    liquid: bool,
    path: FlowPath,
    liquid_head: float = 0.0,
    pad_pressure: float = 0.0,
    ambient_pressure: float = STANDARD_PRESSURE,
) -> Discharge:
    """Flow of a vessel's liquid or vapour through a path and a hole into the open, steady.

    Liquid on a path shorter than 0.1 m flows through the hole unflashed; on a longer one it flashes in
    equilibrium, with the line's friction (CCPS 1996). Both are computed; the choice is named.

    Parameters
    ----------
    substance : Substance
    pressure : float
        In the vessel above the liquid, absolute, Pa. May exceed the vapour pressure (pad gas, pump).
    temperature : float
        K.
    liquid : bool
        Whether the path draws liquid; else vapour.
    path : FlowPath
    liquid_head : float
        Height of liquid above the path's entry, m.
    pad_pressure : float
        Part of the pressure that padding gas makes, Pa; drawn as gas it counts as the substance.
    ambient_pressure : float
        Pa.

    Raises
    ------
    ModelInputError
        An input is not finite or outside what the tables know; the field is named.
    """
    checked_number("pressure", pressure, low=1.0)
    checked_number("temperature", temperature, low=1.0)
    checked_number("liquid_head", liquid_head)
    checked_number("ambient_pressure", ambient_pressure, low=1.0)
    if liquid:
        return _of_liquid(substance, pressure, temperature, liquid_head, ambient_pressure, path)
    return _of_gas(substance, pressure, pad_pressure, temperature, ambient_pressure, path)


def _of_liquid(
    fluid: Substance, pressure: float, temperature: float, head: float, ambient: float, path: FlowPath
) -> Discharge:
    temperature, caveats = liquid_temperature(fluid, pressure=pressure, temperature=temperature)
    table = fluid.saturation
    density = table.liquid_density(temperature)
    saturated = table.pressure(temperature)
    drive = max(pressure, saturated) + density * GRAVITY * (head - path.elevation_change)
    enthalpy = table.liquid_enthalpy(temperature) + (max(pressure, saturated) - saturated) / density
    area = math.pi * path.diameter**2 / 4.0
    ratio, heads = path.area_ratio(SHARP_EDGE_LIQUID), path.heads
    back = max(ambient, table.pressure(table.temperature_low))
    start = temperature if drive >= saturated else table.temperature(min(max(drive, back), saturated))
    flux, p, t, x = flashing_line_to_hole(table.table, max(drive, back), start, 0.0, back, heads, ratio)
    unflashed = liquid_flux(density, drive, ambient, 0.0) / math.sqrt(heads + ratio**-2) if ratio > 0.0 else 0.0
    equilibrium_rate, liquid_rate = flux * area, unflashed * area
    long_path = path.path_length >= EQUILIBRIUM_LENGTH
    rate, other = (equilibrium_rate, liquid_rate) if long_path else (liquid_rate, equilibrium_rate)
    demanded, said = _excess_flow(path, rate)
    if long_path:
        volume = mixture(table.table, t, x)[0]
        state = (p, t, x, 1.0 / volume, flux / max(ratio, 1e-12) * volume)
        choice = "flashing-line"
        words = (
            f"On a path of 0.1 m or more it flashes in equilibrium with line friction: {rate:.3g} kg/s; "
            f"unflashed it would be {other:.3g} kg/s."
        )
    else:
        state = (ambient, temperature, 0.0, density, unflashed / max(ratio, 1e-12) / density)
        choice = "liquid-orifice"
        words = (
            f"On a path under 0.1 m liquid flows unflashed through the hole: {rate:.3g} kg/s; "
            f"in equilibrium it would be {other:.3g} kg/s."
        )
    return Discharge(
        mass_flow_rate=rate,
        other_mass_flow_rate=other,
        low=min(rate, other),
        high=max(rate, other),
        choice=choice,
        says=(words, *said),
        exit_pressure=state[0],
        exit_temperature=state[1],
        exit_vapour_fraction=state[2],
        exit_density=state[3],
        exit_velocity=state[4],
        stagnation_enthalpy=enthalpy,
        choked=long_path and state[0] > ambient * (1.0 + 1e-6),
        excess_flow_demanded=demanded,
        caveats=(unvalidated(choice), *caveats, *nothing_flows("discharge", rate)),
    )


def _of_gas(
    fluid: Substance, pressure: float, pad: float, temperature: float, ambient: float, path: FlowPath
) -> Discharge:
    caveats = checked_gas(fluid, pressure=max(pressure - pad, 1.0), temperature=temperature)
    if pad > _PAD_THAT_MATTERS * pressure:
        says = "Gas from above the liquid holds padding gas, which was counted as the substance."
        caveats = [*caveats, Caveat(Grade.NOTE, fluid.name, says)]
    gamma = fluid.gas.heat_capacity_ratio(temperature)
    z = fluid.gas.compressibility(temperature, pressure=pressure)
    specific_rt = z * GAS_CONSTANT * temperature / fluid.molar_mass
    ratio = path.area_ratio(SHARP_EDGE_GAS)
    flux, throat = gas_line_flux(pressure, ambient, specific_rt, gamma, path.heads, ratio)
    rate = flux * math.pi * path.diameter**2 / 4.0
    through = flux / max(ratio, 1e-12)
    # the throat's temperature from continuity and energy: ρ u = G and c_p T + u²/2 = c_p T₀, ρ = p T₀ / (T
    # ZRT₀)
    a = through * specific_rt / throat / temperature
    cp = gamma / (gamma - 1.0) * specific_rt / temperature
    t = 2.0 * temperature / (1.0 + math.sqrt(1.0 + 2.0 * a * a * temperature / cp))
    density = throat * temperature / (t * specific_rt)
    choice = "gas-line" if path.path_length >= EQUILIBRIUM_LENGTH else "gas-orifice"
    demanded, said = _excess_flow(path, rate)
    return Discharge(
        mass_flow_rate=rate,
        other_mass_flow_rate=None,
        low=rate,
        high=rate,
        choice=choice,
        says=(f"Gas flows out at {rate:.3g} kg/s by {choice}.", *said),
        exit_pressure=throat,
        exit_temperature=t,
        exit_vapour_fraction=1.0,
        exit_density=density,
        exit_velocity=through / density,
        stagnation_enthalpy=fluid.gas.enthalpy(temperature, pressure=pressure),
        choked=throat > ambient * (1.0 + 1e-9),
        excess_flow_demanded=demanded,
        caveats=(unvalidated(choice), *caveats, *nothing_flows("discharge", rate)),
    )


def _excess_flow(path: FlowPath, rate: float) -> tuple[bool | None, tuple[str, ...]]:
    if path.excess_flow_rate is None:
        return None, ()
    demanded = rate > path.excess_flow_rate
    if demanded:
        says = (
            f"The flow exceeds the excess-flow valve's setting of {path.excess_flow_rate:.3g} kg/s: it should close, "
            "which is not assumed."
        )
    else:
        says = (
            f"The flow stays under the excess-flow valve's setting of {path.excess_flow_rate:.3g} kg/s: "
            "it will not close."
        )
    return demanded, (says,)
