"""Registered model of a mixture's state: phases at temperature and pressure, and where it boils and condenses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, register
from physics.mixtures.envelope import bubble_pressure, bubble_temperature, dew_pressure, dew_temperature
from physics.mixtures.inlet import CITES, FLUID, PRESSURE, TEMPERATURE, cold_or_hot, find_mixture, written
from physics.mixtures.states import NoMixtureState, state_at_pressure

_FILE = "tests/verification/test_mixtures.py"
_CARD = Card(
    name="mixture-state",
    says="Vapour-liquid equilibrium of a mixture of gases that do not associate, by Peng and Robinson's equation with "
    "van der Waals mixing, DECHEMA interaction parameters and translated volumes: phases at a temperature and "
    "pressure, and bubble and dew points at the temperature and at the pressure (null where there is none). Enthalpy "
    "and entropy count from the unmixed ideal gases at 298.15 K and 101325 Pa. A second liquid, solids are not "
    "looked for.",
    takes=bounded(FLUID, PRESSURE, TEMPERATURE),
    gives=(
        *("vapour_fraction", "density", "enthalpy", "entropy", "internal_energy", "molar_mass"),
        *("liquid_composition", "vapour_composition"),
        *("bubble_pressure", "dew_pressure", "bubble_temperature", "dew_temperature"),
    ),
    cites=(*CITES, "rachfordrice1952", "bell2014"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "CoolProp 8's Peng-Robinson with its constants: bubble and dew pressures of propane/n-butane and "
            "methane/ethane/propane within 1e-4 (it rounds the equation's two constants)",
            f"{_FILE}::test_bubble_and_dew_are_those_of_the_same_equation",
        ),
        Evidence(
            Kind.VERIFICATION,
            "thermo 0.6.1's Peng-Robinson, same constants, ten states: vapour fraction within 1e-6, departure of "
            "enthalpy within 1e-5",
            f"{_FILE}::test_flash_and_departures_are_those_of_thermo",
        ),
        Evidence(
            Kind.VERIFICATION,
            "tables of the reference equations, 0.5 bar to 0.9 of the critical temperature: vapour pressure of "
            "paraffins and carbon dioxide within 1.2 %, propylene 1.6 %, nitrogen 2.1 %, ethylene 2.8 %, hydrogen "
            "sulfide 3.7 %; liquid density within 5 %, heat of vaporisation within 2.6 %. At half the critical "
            "temperature vapour pressure is up to 6 % off, at 0.98 of it liquid density up to 15 %",
            f"{_FILE}::test_vapour_pressure_of_one_substance",
        ),
        Evidence(
            Kind.VERIFICATION,
            "reference mixture equations: bubble and dew pressure of propane/n-butane within 1.2 %, its liquid within "
            "2.2 %",
            f"{_FILE}::test_lpg_against_reference_equations",
        ),
        Evidence(
            Kind.VERIFICATION,
            "reference mixture equations (GERG-2008 form): density of four natural gases, 273 to 350 K, to 200 bar, "
            "within 2.2 %; at 250 K and 120 bar 3.3 % off",
            f"{_FILE}::test_gas_density_against_reference_equations",
        ),
        Evidence(
            Kind.VERIFICATION,
            "a natural gas at 291.15 K and 14.6 MPa: published check values of GERG-2008 and AGA 8 detail, 0.6 %",
            f"{_FILE}::test_published_density_of_a_natural_gas",
        ),
        Evidence(
            Kind.VERIFICATION,
            "Gibbs-Helmholtz, first and second law across phases, closure of every flash in another, planes of 120 to "
            "700 K and to 2.2 times the critical density without a gap",
            f"{_FILE}::test_planes_are_whole_and_monotone",
        ),
    ),
)


def _or_none(find: Callable[..., float], *arguments: Any, **keywords: Any) -> float | None:
    try:
        return find(*arguments, **keywords)
    except NoMixtureState:
        return None


@register(_CARD)
def _mixture_state(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    mixture = find_mixture(values["fluid"])
    pressure, temperature = values["pressure"], values["temperature"]
    state = state_at_pressure(mixture, temperature=temperature, pressure=pressure)
    return {
        "vapour_fraction": state.vapour_fraction,
        "density": state.density,
        "enthalpy": state.enthalpy,
        "entropy": state.entropy,
        "internal_energy": state.internal_energy,
        "molar_mass": mixture.molar_mass,
        "liquid_composition": written(mixture, state.liquid) if state.vapour_fraction < 1.0 else "",
        "vapour_composition": written(mixture, state.vapour) if state.vapour_fraction > 0.0 else "",
        "bubble_pressure": _or_none(bubble_pressure, mixture, temperature=temperature),
        "dew_pressure": _or_none(dew_pressure, mixture, temperature=temperature),
        "bubble_temperature": _or_none(bubble_temperature, mixture, pressure=pressure),
        "dew_temperature": _or_none(dew_temperature, mixture, pressure=pressure),
    }, cold_or_hot(mixture, temperature)
