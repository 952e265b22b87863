"""Homogeneous frozen flow: no flashing on the way, the vapour there is expands without heat from the liquid.

Both phases share one velocity, the vapour fraction stays what it was (Henry and Fauske 1971, their frozen
limit), the liquid is incompressible and the vapour a perfect gas on its isentrope:

    G = √(2 (h₀ − h)) / v,    h₀ − h = x γ/(γ−1) p₀ v_g0 (1 − η^((γ−1)/γ)) + (1 − x) v_l p₀ (1 − η)

Without vapour this is Bernoulli's equation. It is the upper bound of what flashing flow can be.
"""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.cards import Card, Caveat, Evidence, Kind, register
from physics.discharge.fluid import nothing_flows
from physics.discharge.inlet import NOZZLE_TAKES, Inlet, inlet

_GOLDEN = 0.6180339887498949
_SEARCH_STEPS = 60  # golden section
_LOWEST_RATIO = 1e-9  # of throat to stagnation pressure


@kernel
def _flux_at(eta: float, pressure: float, v_l: float, v_g: float, x: float, gamma: float) -> float:
    gas = gamma / (gamma - 1.0) * v_g * (1.0 - eta ** ((gamma - 1.0) / gamma))
    work = pressure * (x * gas + (1.0 - x) * v_l * (1.0 - eta))
    v: float = x * v_g * eta ** (-1.0 / gamma) + (1.0 - x) * v_l
    return math.sqrt(2.0 * max(work, 0.0)) / v


@kernel
def frozen_flux(
    pressure: float, back_pressure: float, v_l: float, v_g: float, x: float, gamma: float
) -> tuple[float, float]:
    """Frozen mass flux of liquid and vapour through an ideal nozzle, and the throat's pressure."""
    if back_pressure >= pressure:
        return 0.0, back_pressure
    low = max(back_pressure / pressure, _LOWEST_RATIO)
    if x <= 0.0:
        return math.sqrt(2.0 * (pressure - back_pressure) / v_l), back_pressure
    a, b = low, 1.0
    for _ in range(_SEARCH_STEPS):
        c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
        if _flux_at(c, pressure, v_l, v_g, x, gamma) > _flux_at(d, pressure, v_l, v_g, x, gamma):
            b = d
        else:
            a = c
    eta = 0.5 * (a + b)
    if _flux_at(low, pressure, v_l, v_g, x, gamma) >= _flux_at(eta, pressure, v_l, v_g, x, gamma):
        eta = low
    return _flux_at(eta, pressure, v_l, v_g, x, gamma), eta * pressure


def frozen_nozzle(state: Inlet, *, back_pressure: float) -> tuple[float, float]:
    """Frozen mass flux (kg/(m² s)) from an inlet state, and the throat's pressure (Pa).

    Parameters
    ----------
    state : Inlet
    back_pressure : float
        Pa.
    """
    gas = state.fluid.gas
    gamma = float(gas.heat_capacity_ratio(min(max(state.temperature, gas.temperature_low), gas.temperature_high)))
    return frozen_flux(
        state.pressure, back_pressure, state.liquid_volume, state.vapour_volume, state.vapour_fraction, gamma
    )


_CARD = Card(
    name="frozen",
    says="Flow of a saturated or pressed liquid, or a saturated mixture, through an ideal nozzle without any flashing: "
    "liquid stays liquid (Bernoulli), vapour expands as a perfect gas at one velocity with the liquid. The upper bound "
    "of flashing flow. Pressure 0 or left out means saturated.",
    takes=NOZZLE_TAKES,
    gives=("mass_flux", "exit_pressure", "choked"),
    cites=("henryfauske1971",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "limits: all liquid is Bernoulli, all vapour is the gas orifice; mixtures against a dense scan",
            "tests/verification/test_discharge_flashing.py::test_frozen_limits_and_scan",
        ),
    ),
)


@register(_CARD)
def _frozen(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    state, back = inlet(values), values["ambient_pressure"]
    flux, throat = frozen_nozzle(state, back_pressure=back)
    return {
        "mass_flux": flux,
        "exit_pressure": throat,
        "choked": 1.0 if throat > back * (1.0 + 1e-9) else 0.0,
    }, [*state.caveats, *nothing_flows("frozen", flux)]
