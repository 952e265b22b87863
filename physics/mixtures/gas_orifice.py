"""Registered model of a gas mixture through an orifice: real, isentropic, choked or not."""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import nothing_flows
from physics.discharge.orifice import SHARP_EDGE_GAS
from physics.mixtures.inlet import CITES, FLUID, PRESSURE, TEMPERATURE, cold_or_hot, find_mixture
from physics.mixtures.isentrope import PastAnyGas, Throat, isentropic_throat
from physics.mixtures.mixture import Mixture
from physics.mixtures.states import MixtureState, NoMixtureState, state_at_pressure
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE

_FILE = "tests/verification/test_mixtures_discharge.py"
_CARD = Card(
    name="mixture-gas-orifice",
    says="Isentropic flow of a real gas mixture through an orifice, choked or not: the greatest flux along the "
    "isentrope by Peng and Robinson's equation. Gas that would condense on the way stays gas of its composition.",
    takes=bounded(
        FLUID,
        PRESSURE,
        TEMPERATURE,
        Takes("hole_diameter", low=5e-4, hard_low=1e-6, hard_high=100.0),
        Takes("discharge_coefficient", low=0.5, high=1.0, hard_low=1e-3, hard_high=1.0, default=SHARP_EDGE_GAS),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
    ),
    gives=(
        *("mass_flow_rate", "mass_flux", "compressibility_factor"),
        *("exit_pressure", "exit_temperature", "choked"),
    ),
    cites=(*CITES, "kunzwagner2012"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "isentropes of CoolProp's reference mixture equations (GERG-2008 form), three natural gases, 30 to "
            "120 bar: flux within 1.5 %",
            f"{_FILE}::test_gas_orifice_against_reference_equations",
        ),
    ),
)


def _throat(mixture: Mixture, start: MixtureState, back: float) -> tuple[Throat, list[Caveat]]:
    """Of gas that stays gas; in equilibrium where a dense fluid leaves what can be gas before its throat."""
    try:
        return isentropic_throat(mixture, start, back_pressure=back, equilibrium=False), []
    except PastAnyGas:
        says = (
            f"{mixture.name} is so dense that it is past the limit of any gas before the throat: it boils or condenses "
            "on the way, and the flow in equilibrium was taken."
        )
        wet = isentropic_throat(mixture, start, back_pressure=back, equilibrium=True)
        return wet, [Caveat(Grade.DEGRADED, "mixture-gas-orifice", says)]


def _condensing(mixture: Mixture, start: MixtureState, throat: Throat, back: float) -> list[Caveat]:
    """Note where part of the gas would condense in its throat, with what equilibrium there would make of the flux."""
    state = state_at_pressure(mixture, temperature=throat.temperature, pressure=throat.pressure)
    if state.vapour_fraction >= 1.0:
        return []
    least = max(back, 0.5 * throat.pressure)  # the flux in equilibrium is greatest near the same pressure
    wet = isentropic_throat(mixture, start, back_pressure=least, equilibrium=True)
    says = (
        f"In the throat ({throat.temperature:.1f} K) part of the gas would condense; that was not counted. "
        f"In equilibrium the flux would be {wet.mass_flux / throat.mass_flux:.3f} of this."
    )
    return [Caveat(Grade.NOTE, "mixture-gas-orifice", says)]


@register(_CARD)
def _mixture_gas_orifice(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    mixture = find_mixture(values["fluid"])
    pressure, temperature, back = values["pressure"], values["temperature"], values["ambient_pressure"]
    start = state_at_pressure(mixture, temperature=temperature, pressure=pressure)
    if start.vapour_fraction < 1.0:
        raise ModelInputError(
            "pressure",
            f"{mixture.name} is not all gas at {temperature:g} K and {pressure:.0f} Pa: "
            f"{1.0 - start.vapour_fraction:.3g} of its mass is liquid",
        )
    try:
        throat, caveats = _throat(mixture, start, back)
        if throat.mass_flux > 0.0 and not caveats:
            caveats = _condensing(mixture, start, throat, back)
    except NoMixtureState as error:
        raise ModelInputError("ambient_pressure", str(error)) from error
    caveats = [*cold_or_hot(mixture, temperature, throat.temperature), *caveats]
    flux = throat.mass_flux * values["discharge_coefficient"]
    return {
        "mass_flow_rate": flux * math.pi * values["hole_diameter"] ** 2 / 4.0,
        "mass_flux": flux,
        "compressibility_factor": pressure * mixture.molar_mass / (start.density * GAS_CONSTANT * temperature),
        "exit_pressure": throat.pressure,
        "exit_temperature": throat.temperature,
        "choked": 1.0 if throat.choked else 0.0,
    }, [*caveats, *nothing_flows("mixture-gas-orifice", flux)]
