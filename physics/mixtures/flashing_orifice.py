"""Registered models of a flashing mixture: the band of its flow through a hole, and its expansion to ambient.

The flow lies between homogeneous equilibrium, the greatest flux along the isentrope with both phases in equilibrium
and at one velocity, and that of a liquid which does not flash on the way. The best estimate by the length of the path
is that of `physics.discharge.band`, without line friction:

    1/G² = (1 − L/0.1)/G_unflashed² + (L/0.1)/G_equilibrium²
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.expansion import HIGHEST_VELOCITY
from physics.discharge.flashing_models import EQUILIBRIUM_LENGTH
from physics.discharge.fluid import SATURATION_SLACK, nothing_flows
from physics.discharge.orifice import SHARP_EDGE_LIQUID, liquid_flux
from physics.mixtures.envelope import bubble_pressure
from physics.mixtures.inlet import CITES, FLUID, PRESSURE, TEMPERATURE, cold_or_hot, find_mixture, written
from physics.mixtures.isentrope import Throat, isentropic_throat
from physics.mixtures.mixture import Mixture
from physics.mixtures.states import MixtureState, NoMixtureState, state_at_enthalpy, state_at_pressure
from physics.quantities import STANDARD_PRESSURE

_BAND_NAME, _EXPANSION_NAME = "mixture-flashing-band", "mixture-expansion"
_FILE = "tests/verification/test_mixtures_discharge.py"
_AT_REST = 1e-6  # m/s: slower counts as throttling
_SATURATED = 1.0 + 1e-6  # of the bubble pressure, so that the flash upstream finds liquid


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureBand:
    """Mass flux of a flashing liquid mixture, bounded, without a discharge coefficient.

    Attributes
    ----------
    low, best, high : float
        kg/(m² s): in equilibrium, by path length, unflashed.
    start : MixtureState
        The liquid at rest.
    throat : Throat
        Of the flow in equilibrium.
    """

    low: float
    best: float
    high: float
    start: MixtureState
    throat: Throat


def liquid_at_rest(mixture: Mixture, *, temperature: float, pressure: float) -> MixtureState:
    """Liquid of a mixture in a vessel; a pressure of 0 means at its bubble point.

    Parameters
    ----------
    mixture : Mixture
    temperature, pressure : float
        K, Pa.

    Raises
    ------
    ModelInputError
        There is no liquid at the temperature, or not at the pressure.
    """
    try:
        bubble = bubble_pressure(mixture, temperature=temperature)
    except NoMixtureState as error:
        raise ModelInputError("temperature", str(error)) from error
    if pressure == 0.0 or bubble * (1.0 - SATURATION_SLACK) <= pressure <= bubble * _SATURATED:
        pressure = bubble * _SATURATED
    if pressure < bubble:
        raise ModelInputError(
            "pressure",
            f"{mixture.name} boils at {bubble:.0f} Pa at {temperature:g} K, above the {pressure:.0f} Pa given",
        )
    return state_at_pressure(mixture, temperature=temperature, pressure=pressure)


def mixture_band(
    mixture: Mixture,
    *,
    temperature: float,
    pressure: float = 0.0,
    ambient_pressure: float = STANDARD_PRESSURE,
    path_length: float = 0.0,
    liquid_head: float = 0.0,
) -> MixtureBand:
    """Band and best estimate of the flux of a liquid mixture through an opening.

    Parameters
    ----------
    mixture : Mixture
    temperature, pressure : float
        In the vessel, K and Pa; pressure 0 means saturated.
    ambient_pressure : float
        Pa.
    path_length, liquid_head : float
        m.

    Raises
    ------
    ModelInputError
        There is no liquid in that state.
    """
    start = liquid_at_rest(mixture, temperature=temperature, pressure=pressure)
    throat = isentropic_throat(mixture, start, back_pressure=ambient_pressure, equilibrium=True)
    high = liquid_flux(start.density, start.pressure, ambient_pressure, liquid_head)
    low = min(throat.mass_flux, high)
    share = min(path_length / EQUILIBRIUM_LENGTH, 1.0)
    best = 1.0 / math.sqrt((1.0 - share) / high**2 + share / low**2) if low > 0.0 else high * (1.0 - share)
    return MixtureBand(low=low, best=best, high=high, start=start, throat=throat)


_BAND = Card(
    name=_BAND_NAME,
    says="Flow of a flashing liquid mixture through a hole: low is homogeneous equilibrium (isentropic flash by Peng "
    "and Robinson's equation), high is unflashed, the mass flow rate between them the best estimate by the length of "
    "the path (Fauske's 0.1 m). Line friction is not counted. Pressure 0 or left out means at the bubble point.",
    takes=bounded(
        FLUID,
        TEMPERATURE,
        Takes("pressure", hard_low=0.0, hard_high=1e9, default=0.0),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
        Takes("hole_diameter", low=5e-4, hard_low=1e-6, hard_high=100.0),
        Takes("discharge_coefficient", low=0.5, hard_low=1e-3, hard_high=1.0, default=SHARP_EDGE_LIQUID),
        Takes("path_length", hard_low=0.0, default=0.0),
        Takes("liquid_head", hard_low=0.0, default=0.0),
    ),
    gives=(
        *("mass_flow_rate", "low_mass_flow_rate", "high_mass_flow_rate", "mass_flux"),
        *("bubble_pressure", "liquid_density", "exit_pressure", "exit_temperature", "vapour_fraction"),
    ),
    cites=(*CITES, "fauske1985", "ccps1996"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "propane, n-butane and propylene alone against the homogeneous-equilibrium model on tables of the "
            "reference equations, 1 %; propane at 20 °C, 25 mm, C_d 0.62: 1.85 kg/s in equilibrium, 8.3 kg/s unflashed",
            f"{_FILE}::test_band_of_one_substance_is_that_of_the_tables",
        ),
        Evidence(
            Kind.VERIFICATION,
            "propane/n-butane: greatest flux along CoolProp's isentrope of the same equation within 1e-4, of its "
            "reference equations within 1 %",
            f"{_FILE}::test_equilibrium_flux_of_lpg",
        ),
    ),
)


@register(_BAND)
def _mixture_flashing_band(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    mixture = find_mixture(values["fluid"])
    try:
        band = mixture_band(
            mixture,
            temperature=values["temperature"],
            pressure=values["pressure"],
            ambient_pressure=values["ambient_pressure"],
            path_length=values["path_length"],
            liquid_head=values["liquid_head"],
        )
    except NoMixtureState as error:
        raise ModelInputError("ambient_pressure", str(error)) from error
    caveats = cold_or_hot(mixture, band.start.temperature, band.throat.temperature)
    if values["path_length"] > EQUILIBRIUM_LENGTH:
        says = "Friction of a path longer than 0.1 m was not counted: the flow is less than this."
        caveats.append(Caveat(Grade.DEGRADED, _BAND_NAME, says))
    area = values["discharge_coefficient"] * math.pi * values["hole_diameter"] ** 2 / 4.0
    return {
        "mass_flow_rate": band.best * area,
        "low_mass_flow_rate": band.low * area,
        "high_mass_flow_rate": band.high * area,
        "mass_flux": band.best * values["discharge_coefficient"],
        "bubble_pressure": bubble_pressure(mixture, temperature=values["temperature"]),
        "liquid_density": band.start.density,
        "exit_pressure": band.throat.pressure,
        "exit_temperature": band.throat.temperature,
        "vapour_fraction": band.throat.vapour_fraction,
    }, [*caveats, *nothing_flows(_BAND_NAME, band.best)]


def expand_mixture(
    mixture: Mixture,
    *,
    enthalpy: float,
    ambient_pressure: float = STANDARD_PRESSURE,
    exit_velocity: float = 0.0,
    exit_pressure: float = 0.0,
    exit_density: float = 1.0,
    guess: float | None = None,
) -> tuple[MixtureState, float, tuple[Caveat, ...]]:
    """State and velocity at ambient pressure of a stream that left an opening, no air entrained, in equilibrium.

    Mass, momentum and energy are conserved (Birch, Hughes and Swaffield 1987) as in `physics.discharge.expansion`.

    Parameters
    ----------
    mixture : Mixture
    enthalpy : float
        At rest, J/kg.
    ambient_pressure : float
        Pa.
    exit_velocity, exit_pressure, exit_density : float
        At the opening, m/s, Pa, kg/m³; a velocity of 0 means throttling.
    guess : float, optional
        Temperature to start from, K.

    Returns
    -------
    tuple of MixtureState, float, tuple of Caveat
        The state, the velocity in m/s, and what must be said.

    Raises
    ------
    NoMixtureState
        No state at ambient pressure has the energy.
    """
    caveats = []
    velocity = exit_velocity
    if exit_velocity > _AT_REST:
        velocity += max(exit_pressure - ambient_pressure, 0.0) / (exit_density * exit_velocity)
    if velocity > HIGHEST_VELOCITY:
        says = f"The velocity after expansion, {velocity:.0f} m/s, was capped at {HIGHEST_VELOCITY:.0f} m/s."
        caveats.append(Caveat(Grade.NOTE, _EXPANSION_NAME, says))
        velocity = HIGHEST_VELOCITY
    state = state_at_enthalpy(
        mixture, pressure=ambient_pressure, enthalpy=enthalpy - 0.5 * velocity * velocity, guess=guess
    )
    return state, velocity, tuple(caveats)


_EXPANSION = Card(
    name=_EXPANSION_NAME,
    says="State of a released mixture at ambient pressure before any air is mixed in: temperature, flash fraction, "
    "density and the composition of vapour and droplets, in equilibrium at the energy it had at rest, less that of its "
    "motion. An exit velocity of 0 or left out means throttling.",
    takes=bounded(
        FLUID,
        PRESSURE,
        TEMPERATURE,
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
        Takes("exit_velocity", hard_low=0.0, default=0.0),
        Takes("exit_pressure", hard_low=0.0, default=0.0),
        Takes("density", hard_low=1e-6, default=1.0),
    ),
    gives=(
        *("expanded_temperature", "flash_fraction", "expanded_density", "expanded_velocity"),
        *("liquid_composition", "vapour_composition"),
    ),
    cites=(*CITES, "birch1987"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "propane alone: flash fraction at 300.15 K to 1 atm within 0.001 of the reference equation's 0.3999; LPG: "
            "mass of each component and energy closed",
            f"{_FILE}::test_expansion_closes_mass_and_energy",
        ),
    ),
)


@register(_EXPANSION)
def _mixture_expansion(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    mixture = find_mixture(values["fluid"])
    start = state_at_pressure(mixture, temperature=values["temperature"], pressure=values["pressure"])
    try:
        state, velocity, caveats = expand_mixture(
            mixture,
            enthalpy=start.enthalpy,
            ambient_pressure=values["ambient_pressure"],
            exit_velocity=values["exit_velocity"],
            exit_pressure=values["exit_pressure"],
            exit_density=values["density"],
            guess=values["temperature"],
        )
    except NoMixtureState as error:
        raise ModelInputError("ambient_pressure", str(error)) from error
    return {
        "expanded_temperature": state.temperature,
        "flash_fraction": state.vapour_fraction,
        "expanded_density": state.density,
        "expanded_velocity": velocity,
        "liquid_composition": written(mixture, state.liquid) if state.vapour_fraction < 1.0 else "",
        "vapour_composition": written(mixture, state.vapour) if state.vapour_fraction > 0.0 else "",
    }, [*cold_or_hot(mixture, start.temperature, state.temperature), *caveats]
