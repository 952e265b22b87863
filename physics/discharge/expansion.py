"""Expansion of a discharge to ambient pressure: what dispersion takes as its source.

Between the opening and the plane where the pressure has fallen to ambient no air is entrained; mass,
momentum and energy are conserved (Birch, Hughes and Swaffield 1987), and liquid and vapour are in
equilibrium at the end:

    u_f = u_e + (p_e − p_a)/(ρ_e u_e),      h_f = h₀ − u_f²/2

What of the liquid falls out is for `physics.rainout`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.discharge import Discharge
from physics.discharge.fluid import checked_number, find_fluid, liquid_temperature
from physics.discharge.two_phase import mixture, quality_at_entropy
from physics.quantities import STANDARD_PRESSURE
from physics.substances import Substance
from physics.substances.kernels import LIQUID_ENTHALPY, solve_temperature

HIGHEST_VELOCITY = 500.0
"""Cap on the velocity after expansion, m/s: what commercial models use by default (from memory, unverified)."""
_BISECTIONS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """State of a release at ambient pressure, before any air is mixed in.

    Attributes
    ----------
    temperature : float
        K.
    vapour_fraction : float
        Mass fraction; the rest is droplets.
    density : float
        Of vapour and droplets together, kg/m³.
    velocity : float
        m/s.
    caveats : tuple of Caveat
    """

    temperature: float
    vapour_fraction: float
    density: float
    velocity: float
    caveats: tuple[Caveat, ...] = field(default=())


def state_at(substance: Substance, *, enthalpy: float, pressure: float) -> tuple[float, float, float]:
    """Temperature, vapour fraction and density of a substance at an enthalpy (J/kg) and a low pressure (Pa).

    Raises
    ------
    ModelInputError
        The pressure is outside the tables.
    """
    table = substance.saturation
    if not table.pressure(table.temperature_low) <= pressure <= table.pressure(table.temperature_high):
        raise ModelInputError("ambient_pressure", f"{substance.name} has no boiling point at {pressure:g} Pa")
    boiling = table.temperature(pressure)
    liquid, vapour = table.liquid_enthalpy(boiling), table.vapour_enthalpy(boiling)
    if enthalpy <= liquid:
        cold = solve_temperature(table.table, LIQUID_ENTHALPY, enthalpy)
        return cold, 0.0, table.liquid_density(cold)
    if enthalpy < vapour:
        x = (enthalpy - liquid) / (vapour - liquid)
        return boiling, x, 1.0 / mixture(table.table, boiling, x)[0]
    gas = substance.gas
    low, high = boiling, gas.temperature_high
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if gas.enthalpy(middle, pressure=pressure) < enthalpy:
            low = middle
        else:
            high = middle
    warm = 0.5 * (low + high)
    return warm, 1.0, gas.density(warm, pressure=pressure)


def expand(substance: Substance, discharge: Discharge, *, ambient_pressure: float = STANDARD_PRESSURE) -> Expanded:
    """Expand a discharge to ambient pressure, mass, momentum and energy conserved.

    Parameters
    ----------
    substance : Substance
    discharge : Discharge
    ambient_pressure : float
        Pa.

    Raises
    ------
    ModelInputError
        The pressure is outside the tables.
    """
    checked_number("ambient_pressure", ambient_pressure, low=1.0)
    speed = discharge.exit_velocity
    thrust = max(discharge.exit_pressure - ambient_pressure, 0.0)
    flux = discharge.exit_density * speed
    final = speed + thrust / flux if flux > 0.0 else 0.0
    caveats = []
    if final > HIGHEST_VELOCITY:
        says = f"The velocity after expansion, {final:.0f} m/s, was capped at {HIGHEST_VELOCITY:.0f} m/s."
        caveats.append(Caveat(Grade.NOTE, "expansion-to-ambient", says))
        final = HIGHEST_VELOCITY
    enthalpy = discharge.stagnation_enthalpy - 0.5 * final * final
    temperature, x, density = state_at(substance, enthalpy=enthalpy, pressure=ambient_pressure)
    return Expanded(temperature=temperature, vapour_fraction=x, density=density, velocity=final, caveats=tuple(caveats))


_FLASH = Card(
    name="flash-fraction",
    says="Mass fraction of a saturated or cooler liquid that is vapour once it has come to ambient pressure at "
    "constant enthalpy, from tables; liquid below its boiling point stays liquid.",
    takes=bounded(
        Takes("fluid"),
        Takes("temperature", hard_low=1.0),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
    ),
    gives=("flash_fraction", "expanded_temperature", "expanded_density"),
    cites=("ccps1999", "bell2014"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "propane 300.15 K, ammonia 293.15 K, water 453 K to 1 atm: 0.3999, 0.1788, 0.1522",
            "tests/verification/test_discharge_expansion.py::test_flash_fractions",
        ),
    ),
)


@register(_FLASH)
def _flash_fraction(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid = find_fluid(values["fluid"])
    temperature, caveats = liquid_temperature(fluid, pressure=float("inf"), temperature=values["temperature"])
    enthalpy = fluid.saturation.liquid_enthalpy(temperature)
    t, x, density = state_at(fluid, enthalpy=enthalpy, pressure=values["ambient_pressure"])
    return {"flash_fraction": x, "expanded_temperature": t, "expanded_density": density}, caveats


def isentropic_flash_fraction(
    substance: Substance, *, temperature: float, ambient_pressure: float = STANDARD_PRESSURE
) -> float:
    """Vapour fraction of a saturated liquid brought to ambient pressure at constant entropy.

    Parameters
    ----------
    substance : Substance
    temperature : float
        K.
    ambient_pressure : float
        Pa.
    """
    table = substance.saturation
    boiling = table.temperature(ambient_pressure)
    return quality_at_entropy(table.table, boiling, table.liquid_entropy(temperature))


_EXPANSION = Card(
    name="expansion-to-ambient",
    says="State and velocity at ambient pressure of a stream that left an opening at a higher pressure: mass, momentum "
    "and energy conserved, no air entrained, equilibrium at the end, all liquid airborne.",
    takes=bounded(
        Takes("fluid"),
        Takes("enthalpy"),
        Takes("exit_pressure", hard_low=1.0),
        Takes("exit_velocity", hard_low=0.0),
        Takes("density", hard_low=1e-6),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
    ),
    gives=("expanded_temperature", "flash_fraction", "expanded_density", "expanded_velocity"),
    cites=("birch1987",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "momentum and energy before and after; propane, 21 bar gauge, 5 mm: boiling temperature of Phast 6.54",
            "tests/verification/test_discharge_expansion.py::test_expansion_conserves_and_boils",
        ),
    ),
)


@register(_EXPANSION)
def _expansion(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid = find_fluid(values["fluid"])
    stream = Discharge(
        mass_flow_rate=0.0,
        other_mass_flow_rate=None,
        low=0.0,
        high=0.0,
        choice="expansion-to-ambient",
        says=(),
        exit_pressure=values["exit_pressure"],
        exit_temperature=0.0,
        exit_vapour_fraction=0.0,
        exit_density=values["density"],
        exit_velocity=values["exit_velocity"],
        stagnation_enthalpy=values["enthalpy"],
        choked=False,
    )
    found = expand(fluid, stream, ambient_pressure=values["ambient_pressure"])
    caveats = list(found.caveats)
    if found.vapour_fraction < 1.0:
        says = "All liquid is taken to stay airborne as fine droplets; none rains out into a pool."
        caveats.append(Caveat(Grade.NOTE, "expansion-to-ambient", says))
    return {
        "expanded_temperature": found.temperature,
        "flash_fraction": found.vapour_fraction,
        "expanded_density": found.density,
        "expanded_velocity": found.velocity,
    }, caveats
