"""Leung's ω method: the homogeneous equilibrium nozzle with the expansion of the fluid in one number.

Legend: ω compressibility of the flashing fluid, η throat over stagnation pressure, x vapour mass fraction,
v specific volume. Leung 1986, AIChE J. 32, 1743; equation of state v/v₀ = ω (p₀/p − 1) + 1.
"""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.discharge.fluid import find_fluid, liquid_temperature
from physics.quantities import STANDARD_PRESSURE
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


_CARD = Card(
    name="leung-omega",
    says="Choked or unchoked flow of a saturated liquid or mixture through an ideal nozzle, in homogeneous "
    "equilibrium, by Leung's generalised correlation.",
    takes=(
        Takes("fluid"),
        Takes("temperature", hard_low=1.0),
        Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=0.0),
        Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    ),
    gives=("mass_flux", "omega", "critical_pressure_ratio", "pressure", "choked"),
    cites=("leung1986",),
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
    ),
)


@register(_CARD)
def _leung_omega(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid = find_fluid(values["fluid"])
    t, x, back = values["temperature"], values["vapour_fraction"], values["ambient_pressure"]
    liquid_temperature(fluid, pressure=math.inf, temperature=t)
    table = fluid.saturation.table
    pressure = saturation_pressure(table, t)
    density = 1.0 / ((1.0 - x) / interpolate(table, LIQUID_DENSITY, t) + x / vapour_density(table, t))
    omega = omega_saturated(table, t, x)
    ratio = omega_critical_ratio(omega)
    return {
        "mass_flux": omega_flux(pressure, density, omega, back),
        "omega": omega,
        "critical_pressure_ratio": ratio,
        "pressure": pressure,
        "choked": 1.0 if back <= ratio * pressure else 0.0,
    }, []
