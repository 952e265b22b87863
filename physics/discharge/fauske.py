"""Fauske's equilibrium rate model: closed forms for saturated and pressed liquid through short and long paths.

    L ≥ 0.1 m:   G_ERM = (h_fg/v_fg) / √(c_p T)
    L < 0.1 m:   G = (h_fg/v_fg) / √(N c_p T),   N = h_fg² / (2 Δp ρ_l C_d² v_fg² T c_p) + L/0.1
    pressed:     G² + 2 ρ_l (p₀ − p_s)

At L = 0 the short form is the unflashed orifice, with its C_d. Just below 0.1 m it would dip below the
equilibrium rate; it is held at that rate. Where the surroundings' pressure is so near saturation that the
flow cannot choke, the unflashed liquid bounds it.
"""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.discharge.flashing_models import EQUILIBRIUM_LENGTH
from physics.discharge.fluid import nothing_flows
from physics.discharge.inlet import LIQUID_TAKES, Inlet, inlet
from physics.discharge.orifice import SHARP_EDGE_LIQUID


def equilibrium_rate_flux(state: Inlet) -> float:
    """Mass flux of saturated liquid at the inlet's temperature through a path of 0.1 m or more, kg/(m² s).

    Parameters
    ----------
    state : Inlet
    """
    ratio = state.heat_of_vaporisation / state.volume_change
    return ratio / math.sqrt(state.liquid_heat_capacity * state.temperature)


def fauske_flux(state: Inlet, *, path_length: float, discharge_coefficient: float, back_pressure: float) -> float:
    """Mass flux by path length, kg/(m² s).

    Parameters
    ----------
    state : Inlet
    path_length : float
        m.
    discharge_coefficient : float
        Of the hole; counts below 0.1 m.
    back_pressure : float
        Pa.
    """
    if back_pressure >= state.pressure:
        return 0.0
    density = 1.0 / state.liquid_volume
    long_path = path_length >= EQUILIBRIUM_LENGTH
    coefficient = 1.0 if long_path else discharge_coefficient
    subcooled = 2.0 * density * coefficient**2 * max(state.pressure - max(state.saturation_pressure, back_pressure), 0)
    drop = state.saturation_pressure - back_pressure
    if drop <= 0.0:
        return math.sqrt(subcooled)
    rate = equilibrium_rate_flux(state) ** 2
    unflashed = 2.0 * drop * density * coefficient**2
    if not long_path and unflashed > 0.0:
        n = rate / unflashed + path_length / EQUILIBRIUM_LENGTH
        rate = max(rate / n, rate)
    return math.sqrt(subcooled + min(rate, unflashed))


_CARD = Card(
    name="fauske",
    says="Flow of a saturated or pressed liquid by Fauske's equilibrium rate model: unflashed through a hole, falling "
    "to the equilibrium rate over a path of 0.1 m. Pressure 0 or left out means saturated. The discharge coefficient "
    "counts on paths shorter than 0.1 m; no friction is counted.",
    takes=bounded(
        *LIQUID_TAKES,
        Takes("path_length", hard_low=0.0, default=EQUILIBRIUM_LENGTH),
        Takes("discharge_coefficient", low=0.5, hard_low=0.0, hard_high=1.0, default=SHARP_EDGE_LIQUID),
    ),
    gives=("mass_flux", "choked"),
    cites=("fauske1985", "fauskeepstein1988"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "saturated propane 300.15 K, ammonia 293.15 K, water 453 K: 8321, 6816, 7377 kg/(m² s)",
            "tests/verification/test_discharge_flashing.py::test_fauske_published_rates",
        ),
        Evidence(
            Kind.VERIFICATION,
            "limits: no length is the unflashed orifice, pressed liquid adds Bernoulli, none above it",
            "tests/verification/test_discharge_flashing.py::test_fauske_limits",
        ),
    ),
)


@register(_CARD)
def _fauske(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    state, back = inlet(values), values["ambient_pressure"]
    flux = fauske_flux(
        state,
        path_length=values["path_length"],
        discharge_coefficient=values["discharge_coefficient"],
        back_pressure=back,
    )
    caveats = list(state.caveats)
    drop = state.saturation_pressure - back
    chokes = drop > 0.0 and equilibrium_rate_flux(state) ** 2 < 2.0 * drop / state.liquid_volume
    if not chokes:
        says = "The surroundings' pressure is so near saturation that the flow does not choke: it was taken unflashed."
        caveats.append(Caveat(Grade.NOTE, "fauske", says))
    return {"mass_flux": flux, "choked": 1.0 if chokes else 0.0}, [*caveats, *nothing_flows("fauske", flux)]
