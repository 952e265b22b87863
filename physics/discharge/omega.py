"""Leung's ω method: the homogeneous equilibrium nozzle with the expansion of the fluid in one number.

Legend: ω compressibility of the flashing fluid, η throat over stagnation pressure, x vapour mass fraction,
v specific volume. Leung 1986, AIChE J. 32, 1743; equation of state v/v₀ = ω (p₀/p − 1) + 1.
"""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.cards import Card, Caveat, Evidence, Kind, register
from physics.discharge.fluid import nothing_flows
from physics.discharge.inlet import NOZZLE_TAKES, inlet
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    LIQUID_HEAT_CAPACITY,
    VAPOUR_ENTHALPY,
    Table,
    interpolate,
    saturation_pressure,
    vapour_density,
)

_BISECTIONS = 60
_GOLDEN = 0.6180339887498949
_SEARCH_STEPS = 60  # golden section
_LOWEST_RATIO = 1e-9  # of throat to stagnation pressure


@kernel
def omega_saturated(table: Table, t: float, x: float) -> float:
    """ω of a saturated mixture: its vapour's expansion and the flashing of its liquid."""
    v_l = 1.0 / interpolate(table, LIQUID_DENSITY, t)
    v_fg = 1.0 / vapour_density(table, t) - v_l
    h_fg = interpolate(table, VAPOUR_ENTHALPY, t) - interpolate(table, LIQUID_ENTHALPY, t)
    v = v_l + x * v_fg
    cp = interpolate(table, LIQUID_HEAT_CAPACITY, t)
    ratio = v_fg / h_fg
    return x * v_fg / v + cp * t * saturation_pressure(table, t) / v * ratio * ratio


@kernel
def omega_critical_ratio(omega: float) -> float:
    """Critical pressure ratio: root of η² + (ω² − 2ω)(1 − η)² + 2ω² ln η + 2ω²(1 − η) = 0."""
    low, high = 1e-9, 1.0 - 1e-12
    w2 = omega * omega
    for _ in range(_BISECTIONS):
        eta = 0.5 * (low + high)
        rest = 1.0 - eta
        f = eta * eta + (w2 - 2.0 * omega) * rest * rest + 2.0 * w2 * math.log(eta) + 2.0 * w2 * rest
        if f > 0.0:
            high = eta
        else:
            low = eta
    return 0.5 * (low + high)


@kernel
def omega_flux(pressure: float, density: float, omega: float, back_pressure: float) -> float:
    """Mass flux through an ideal nozzle from saturation pressure ``pressure`` and density there, kg/(m² s)."""
    if back_pressure >= pressure:
        return 0.0
    eta = max(back_pressure / pressure, omega_critical_ratio(omega))
    work = -2.0 * (omega * math.log(eta) + (omega - 1.0) * (1.0 - eta))
    return math.sqrt(pressure * density * max(work, 0.0)) / (omega * (1.0 / eta - 1.0) + 1.0)


@kernel
def pressed_omega_flux(
    pressure: float, bubble_pressure: float, density: float, omega: float, back_pressure: float
) -> tuple[float, float]:
    """Mass flux of liquid pressed above its bubble pressure, and throat pressure, ideal nozzle.

    The liquid does not expand down to the bubble pressure p_s; below it v/v₀ = ω (p_s/p − 1) + 1 (Leung and
    Grolmes 1988). ω is that of the saturated liquid at the inlet temperature.
    """
    if back_pressure >= pressure:
        return 0.0, back_pressure
    low = max(back_pressure / pressure, _LOWEST_RATIO)
    bubble = bubble_pressure / pressure
    if low >= bubble:
        return math.sqrt(2.0 * pressure * density * (1.0 - low)), back_pressure
    a, b = low, bubble
    for _ in range(_SEARCH_STEPS):
        c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
        if _pressed_shape(c, bubble, omega) > _pressed_shape(d, bubble, omega):
            b = d
        else:
            a = c
    eta = 0.5 * (a + b)
    if _pressed_shape(low, bubble, omega) >= _pressed_shape(eta, bubble, omega):
        eta = low
    if _pressed_shape(bubble, bubble, omega) >= _pressed_shape(eta, bubble, omega):
        eta = bubble
    return math.sqrt(pressure * density) * _pressed_shape(eta, bubble, omega), eta * pressure


@kernel
def _pressed_shape(eta: float, bubble: float, omega: float) -> float:
    work = (1.0 - bubble) + omega * bubble * math.log(bubble / eta) - (omega - 1.0) * (bubble - eta)
    return math.sqrt(2.0 * max(work, 0.0)) / (omega * (bubble / eta - 1.0) + 1.0)


_CARD = Card(
    name="omega",
    says="Choked or unchoked flow of a saturated or pressed liquid, or a saturated mixture, through an ideal nozzle, "
    "in homogeneous equilibrium, by Leung's generalised correlation. Pressure 0 or left out means saturated.",
    takes=NOZZLE_TAKES,
    gives=("mass_flux", "omega", "critical_pressure_ratio", "pressure", "choked"),
    cites=("leung1986", "leunggrolmes1988"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "critical ratio and flux against direct maximisation for ω from 0.5 to 50",
            "tests/verification/test_discharge_two_phase.py::test_omega_root_is_the_maximum",
        ),
        Evidence(
            Kind.VERIFICATION,
            "propane, ammonia, water against homogeneous equilibrium, 2 %",
            "tests/verification/test_discharge_two_phase.py::test_omega_and_equilibrium_published_fluxes",
        ),
        Evidence(
            Kind.VERIFICATION,
            "pressed liquid: continuous at saturation, Bernoulli where the throat does not boil",
            "tests/verification/test_discharge_flashing.py::test_pressed_omega",
        ),
    ),
)


@register(_CARD)
def _omega(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    state, back = inlet(values), values["ambient_pressure"]
    omega = omega_saturated(state.fluid.saturation.table, state.temperature, state.vapour_fraction)
    ratio = omega_critical_ratio(omega)
    flux = omega_flux(state.pressure, state.density, omega, back)
    choked = back <= ratio * state.pressure
    if state.pressure > state.saturation_pressure:
        flux, throat = pressed_omega_flux(state.pressure, state.saturation_pressure, state.density, omega, back)
        choked = throat > back * (1.0 + 1e-9)
        ratio = pressed_omega_flux(state.pressure, state.saturation_pressure, state.density, omega, 0.0)[1]
        ratio /= state.pressure
    return {
        "mass_flux": flux,
        "omega": omega,
        "critical_pressure_ratio": ratio,
        "pressure": state.pressure,
        "choked": 1.0 if choked else 0.0,
    }, [*state.caveats, *nothing_flows("omega", flux)]
