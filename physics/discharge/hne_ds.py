"""HNE-DS: Leung's ω with boiling delayed, for nozzles, orifices and valves too short for equilibrium.

The flashing term of ω is multiplied by N (Diener and Schmidt 2004),

    N = (x₀ + c_p T₀ p₀ (v_fg/h_fg²) ln(1/η_c))^a

N = 1 is equilibrium (Leung's ω), N → 0 is frozen. η_c depends on ω and so on N: it is solved for. For pressed
liquid p₀ is the bubble pressure, and η_c is counted from it (Schmidt 2007).
"""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.discharge.fluid import nothing_flows
from physics.discharge.inlet import NOZZLE_TAKES, Inlet, inlet
from physics.discharge.omega import omega_critical_ratio, omega_flux, omega_saturated, pressed_omega_flux

ORIFICE_EXPONENT = 0.6
"""Exponent a of orifices and short nozzles; 0.4 for safety and control valves, 0 for long nozzles and pipes
(Diener and Schmidt 2004)."""
_BISECTIONS = 60
_LEAST_RATIO = 1e-9  # of throat to bubble pressure, so that its logarithm is finite


def _expansion(state: Inlet) -> float:
    """ω of the vapour there is at the inlet, without flashing."""
    return state.vapour_fraction * state.volume_change * state.density


def delayed_flux(state: Inlet, *, boiling: float, back_pressure: float) -> tuple[float, float, float]:
    """Mass flux, ω and throat pressure with the flashing term of ω multiplied by N.

    Parameters
    ----------
    state : Inlet
    boiling : float
        N: 1 boils in equilibrium, 0 not at all.
    back_pressure : float
        Pa.
    """
    frozen = _expansion(state)
    equilibrium = omega_saturated(state.fluid.saturation.table, state.temperature, state.vapour_fraction)
    omega = frozen + boiling * (equilibrium - frozen)
    if state.pressure > state.saturation_pressure:
        flux, throat = pressed_omega_flux(
            state.pressure, state.saturation_pressure, state.density, omega, back_pressure
        )
        return flux, omega, throat
    throat = max(omega_critical_ratio(omega) * state.pressure, back_pressure)
    return omega_flux(state.pressure, state.density, omega, back_pressure), omega, throat


def boiling_delay(state: Inlet, *, exponent: float) -> float:
    """Non-equilibrium parameter N, between 0 and 1, with the critical ratio that follows from it.

    Parameters
    ----------
    state : Inlet
    exponent : float
        a in N; 0 gives equilibrium.
    """
    ratio_square = state.volume_change / state.heat_of_vaporisation**2
    flashing = state.liquid_heat_capacity * state.temperature * state.saturation_pressure * ratio_square
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):  # N falls where η_c rises, and η_c rises with N: one root
        middle = 0.5 * (low + high)
        throat = delayed_flux(state, boiling=middle, back_pressure=0.0)[2] / state.saturation_pressure
        share = state.vapour_fraction + flashing * math.log(1.0 / min(max(throat, _LEAST_RATIO), 1.0))
        if share**exponent > middle:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


_CARD = Card(
    name="hne-ds",
    says="Choked or unchoked flow of a saturated or pressed liquid, or a saturated mixture, through an ideal nozzle, "
    "by Leung's ω with the flashing delayed (Diener and Schmidt). The exponent is 0.6 for orifices, 0.4 for safety "
    "and control valves, 0 for long nozzles. Pressure 0 or left out means saturated.",
    takes=bounded(
        *NOZZLE_TAKES,
        Takes("non_equilibrium_exponent", low=0.0, high=1.0, hard_low=0.0, hard_high=10.0, default=ORIFICE_EXPONENT),
    ),
    gives=("mass_flux", "omega", "non_equilibrium_parameter", "exit_pressure", "choked"),
    cites=("dienerschmidt2004", "schmidt2007"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "limits: N = 1 is Leung's ω, N → 0 Bernoulli's liquid and the isothermal frozen mixture; between them else",
            "tests/verification/test_discharge_flashing.py::test_hne_ds_limits",
        ),
        Evidence(
            Kind.VERIFICATION,
            "N put back into its own equation",
            "tests/verification/test_discharge_flashing.py::test_hne_ds_parameter_solves_its_equation",
        ),
    ),
)


@register(_CARD)
def _hne_ds(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    state, back = inlet(values), values["ambient_pressure"]
    boiling = boiling_delay(state, exponent=values["non_equilibrium_exponent"])
    flux, omega, throat = delayed_flux(state, boiling=boiling, back_pressure=back)
    return {
        "mass_flux": flux,
        "omega": omega,
        "non_equilibrium_parameter": boiling,
        "exit_pressure": throat,
        "choked": 1.0 if throat > back * (1.0 + 1e-9) else 0.0,
    }, [*state.caveats, *nothing_flows("hne-ds", flux)]
