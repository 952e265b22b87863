"""Liquid and gas through an orifice: the two closed forms every discharge calculation starts from."""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.discharge.fluid import nothing_flows
from physics.quantities import GAS_CONSTANT, GRAVITY, STANDARD_PRESSURE

SHARP_EDGE_LIQUID = 0.62
"""Discharge coefficient of a sharp-edged hole for liquid; 0.61 to 0.63 (CCPS 1999, section 2.1)."""
SHARP_EDGE_GAS = 0.85
"""Discharge coefficient of a hole for gas (CCPS 1999, worked example on page 47)."""


@kernel
def liquid_flux(density: float, pressure: float, back_pressure: float, head: float) -> float:
    """Ideal mass flux of a liquid that does not flash in the hole, kg/(m² s); 0 when nothing drives it out."""
    drive = pressure - back_pressure + density * GRAVITY * head
    return math.sqrt(2.0 * density * drive) if drive > 0.0 else 0.0


@kernel
def critical_ratio(gamma: float) -> float:
    """Throat over stagnation pressure of a perfect gas at which flow chokes."""
    ratio: float = (2.0 / (gamma + 1.0)) ** (gamma / (gamma - 1.0))
    return ratio


@kernel
def gas_flux(pressure: float, back_pressure: float, specific_rt: float, gamma: float) -> float:
    """Ideal mass flux of a perfect gas, kg/(m² s); ``specific_rt`` is Z R T / M, J/kg."""
    if back_pressure >= pressure:
        return 0.0
    ratio = max(back_pressure / pressure, critical_ratio(gamma))
    shape = ratio ** (2.0 / gamma) - ratio ** ((gamma + 1.0) / gamma)
    return pressure * math.sqrt(2.0 * gamma / ((gamma - 1.0) * specific_rt) * shape)


def _area(diameter: float) -> float:
    return math.pi * diameter * diameter / 4.0


_LIQUID = Card(
    name="liquid-orifice",
    says="Bernoulli's equation for liquid that does not flash in the hole, with a discharge coefficient; "
    "no flow where the surroundings hold the liquid back.",
    takes=bounded(
        Takes("pressure", hard_low=0.0),
        Takes("liquid_density", hard_low=1e-3),
        Takes("hole_diameter", low=5e-4, hard_low=0.0),
        Takes("discharge_coefficient", low=0.5, high=1.0, hard_low=0.0, hard_high=1.0, default=SHARP_EDGE_LIQUID),
        Takes("liquid_head", low=0.0, default=0.0),
        Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    ),
    gives=("mass_flow_rate", "mass_flux", "exit_velocity"),
    cites=("ccps1999",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "n-butane, 250 psig, 298.15 K, 2 in hole, 50 ft head: 56.311 kg/s; and CCPS 1999 p. 40: 0.2169 kg/s",
            "tests/verification/test_discharge_orifice.py::test_liquid_orifice_published_examples",
        ),
    ),
)


@register(_LIQUID)
def _liquid_orifice(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    flux = values["discharge_coefficient"] * liquid_flux(
        values["liquid_density"], values["pressure"], values["ambient_pressure"], values["liquid_head"]
    )
    return {
        "mass_flow_rate": flux * _area(values["hole_diameter"]),
        "mass_flux": flux,
        "exit_velocity": flux / values["liquid_density"],
    }, nothing_flows("liquid-orifice", flux)


_GAS = Card(
    name="gas-orifice",
    says="Isentropic flow of a perfect gas with constant heat capacities through an orifice, choked or not, "
    "with a compressibility factor put into the density upstream.",
    takes=bounded(
        Takes("pressure", hard_low=0.0),
        Takes("temperature", low=50.0, high=2000.0, hard_low=1.0),
        Takes("molar_mass", hard_low=1e-4),
        Takes("heat_capacity_ratio", low=1.05, high=1.67, hard_low=1.001, hard_high=10.0),
        Takes("compressibility_factor", low=0.7, high=1.2, hard_low=0.01, default=1.0),
        Takes("hole_diameter", low=5e-4, hard_low=0.0),
        Takes("discharge_coefficient", low=0.5, high=1.0, hard_low=0.0, hard_high=1.0, default=SHARP_EDGE_GAS),
        Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    ),
    gives=("mass_flow_rate", "mass_flux", "critical_pressure_ratio", "exit_pressure", "exit_temperature", "choked"),
    cites=("ccps1999", "aqt3046"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "AQ/T 3046-2013 E.13 to E.17: 50 bar, 20 mm: 2.298351 kg/s; HydDown nitrogen, 10 bar, 10 mm: "
            "9.2 kg/min; CCPS 1999 p. 47: 0.09003 kg/s",
            "tests/verification/test_discharge_orifice.py::test_gas_orifice_published_examples",
        ),
    ),
)


@register(_GAS)
def _gas_orifice(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    pressure, gamma = values["pressure"], values["heat_capacity_ratio"]
    ideal = GAS_CONSTANT * values["temperature"] / values["molar_mass"]
    specific_rt = values["compressibility_factor"] * ideal
    flux = values["discharge_coefficient"] * gas_flux(pressure, values["ambient_pressure"], specific_rt, gamma)
    critical = critical_ratio(gamma)
    throat = max(values["ambient_pressure"], critical * pressure)
    flowing = pressure > values["ambient_pressure"]
    caveats = []
    if not flowing:
        says = "The surroundings are at the vessel's pressure or above it: nothing flows out, air may flow in."
        caveats.append(Caveat(Grade.NOTE, "gas-orifice", says))
    return {
        "mass_flow_rate": flux * _area(values["hole_diameter"]),
        "mass_flux": flux,
        "critical_pressure_ratio": critical,
        "exit_pressure": throat if flowing else values["ambient_pressure"],
        "exit_temperature": values["temperature"] * (throat / pressure) ** ((gamma - 1.0) / gamma)
        if flowing
        else values["temperature"],
        "choked": 1.0 if flowing and values["ambient_pressure"] <= critical * pressure else 0.0,
    }, caveats
