"""Cards of the flashing flows: the equilibrium nozzle, and the line with friction before it."""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.discharge.fluid import find_fluid, liquid_temperature, nothing_flows, unused_pressure
from physics.discharge.line import flashing_line_to_hole, gas_line_flux
from physics.discharge.orifice import liquid_flux
from physics.discharge.two_phase import equilibrium_flux, mixture
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE

STEEL_ROUGHNESS = 4.6e-5
"""Absolute roughness of commercial steel pipe, m (Moody 1944)."""
FULL_BORE = 10.0
"""Default hole diameter, m: wider than any line here, so the line ends at its own bore."""
SMALLEST_ROUGHNESS = 1e-7
"""Floor under a roughness, m: a rough-pipe law has no value for a perfectly smooth wall."""
_ROUGHEST = 0.2  # roughness over diameter beyond which the rough-pipe law loses its meaning
EQUILIBRIUM_LENGTH = 0.1
"""Length of path from which flashing flow counts as in equilibrium, m (CCPS 1996)."""


def rough_friction_factor(diameter: float, *, roughness: float) -> float:
    """Darcy friction factor of fully rough turbulent flow (Nikuradse 1933): no viscosity is needed.

    Parameters
    ----------
    diameter, roughness : float
        m.
    """
    relative = min(max(roughness, SMALLEST_ROUGHNESS) / diameter, _ROUGHEST)
    return float((2.0 * math.log10(3.7 / relative)) ** -2)


def velocity_heads(*, length: float, diameter: float, roughness: float, loss_coefficient: float) -> float:
    """Velocity heads f L/D + ΣK that a path costs, on its own velocity.

    Parameters
    ----------
    length, diameter, roughness : float
        m.
    loss_coefficient : float
        ΣK of entrance, fittings and valves.
    """
    return rough_friction_factor(diameter, roughness=roughness) * length / diameter + loss_coefficient


_NOZZLE = Card(
    name="homogeneous-equilibrium",
    says="Greatest mass flux of a saturated or pressed liquid, or a saturated mixture, along its isentrope through an "
    "ideal nozzle, the phases in equilibrium and at one velocity. Pressure 0 or left out means saturated.",
    takes=bounded(
        Takes("fluid"),
        Takes("temperature", hard_low=1.0),
        Takes("pressure", hard_low=0.0, default=0.0),
        Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=0.0),
        Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    ),
    gives=("mass_flux", "exit_pressure", "exit_temperature", "vapour_fraction", "choked"),
    cites=("leung1986", "bell2014"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "saturated propane 300.15 K, ammonia 293.15 K, water 453 K: 6869, 5798, 6438 kg/(m² s)",
            "tests/verification/test_discharge_two_phase.py::test_omega_and_equilibrium_published_fluxes",
        ),
        Evidence(
            Kind.VERIFICATION,
            "maximisation along the isentrope with CoolProp itself, several fluids, subcooled and two-phase inlets",
            "tests/verification/test_discharge_two_phase.py::test_equilibrium_against_coolprop",
        ),
    ),
)


@register(_NOZZLE)
def _homogeneous_equilibrium(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid = find_fluid(values["fluid"])
    back, x0 = values["ambient_pressure"], values["vapour_fraction"]
    pressure, temperature, caveats = _upstream(fluid, values)
    if x0 > 0.0 and pressure > fluid.saturation.pressure(temperature):
        pressure = float(fluid.saturation.pressure(temperature))
        caveats += unused_pressure(fluid, given=values["pressure"], saturated=pressure, temperature=temperature)
    flux, p, t, x = equilibrium_flux(fluid.saturation.table, pressure, temperature, x0, _reachable(fluid, back))
    return {
        "mass_flux": flux,
        "exit_pressure": p,
        "exit_temperature": t,
        "vapour_fraction": x,
        "choked": 1.0 if p > back * (1.0 + 1e-9) else 0.0,
    }, [*caveats, *nothing_flows("homogeneous-equilibrium", flux)]


def _reachable(fluid: Any, pressure: float) -> float:
    """Back pressure, no lower than the table goes."""
    return max(pressure, float(fluid.saturation.pressure(fluid.saturation.temperature_low)))


_CLOSED = 1e-20
"""Share of a line's area below which a hole counts as closed."""


def _opening(values: dict[str, Any]) -> float:
    """Effective area of a line's hole over that of the line: 1 for its full bore, 0 where it is closed."""
    share = values["discharge_coefficient"] * (values["hole_diameter"] / values["path_diameter"]) ** 2
    return min(share, 1.0) if share > _CLOSED else 0.0


def _upstream(fluid: Any, values: dict[str, Any]) -> tuple[float, float, list[Caveat]]:
    """Pressure and temperature upstream; pressure 0 (left out) means saturated at the temperature."""
    pressure = values["pressure"]
    temperature, caveats = liquid_temperature(
        fluid, pressure=pressure if pressure > 0.0 else math.inf, temperature=values["temperature"]
    )
    saturated = float(fluid.saturation.pressure(temperature))
    return max(pressure, saturated), temperature, caveats


_LINE = Card(
    name="flashing-line",
    says="Flow of a saturated or pressed liquid through a line with wall friction and fittings, flashing in "
    "homogeneous equilibrium, ending at ambient pressure, choked, or in a hole smaller than the line; fully rough "
    "friction. Pressure 0 or left out means saturated; a hole wider than the line, its full bore. "
    "Entrance and fitting losses are the loss coefficient.",
    takes=bounded(
        Takes("fluid"),
        Takes("temperature", hard_low=1.0),
        Takes("pressure", hard_low=0.0, default=0.0),
        Takes("path_length", low=EQUILIBRIUM_LENGTH, hard_low=0.0),
        Takes("path_diameter", low=2e-3, hard_low=1e-6),
        Takes("loss_coefficient", hard_low=0.0, default=0.0),
        Takes("roughness", hard_low=0.0, default=STEEL_ROUGHNESS),
        Takes("hole_diameter", hard_low=0.0, default=FULL_BORE),
        Takes("discharge_coefficient", low=0.5, hard_low=0.0, hard_high=1.0, default=1.0),
        Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    ),
    gives=(
        "mass_flow_rate",
        "mass_flux",
        "liquid_mass_flow_rate",
        "exit_pressure",
        "exit_temperature",
        "vapour_fraction",
        "exit_velocity",
        "choked",
    ),
    cites=("leunggrolmes1987", "nikuradse1933"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "limits: no line gives the equilibrium nozzle, no flashing gives Darcy's liquid",
            "tests/verification/test_discharge_line.py::test_line_limits",
        ),
        Evidence(
            Kind.VERIFICATION,
            "momentum and energy integrated by scipy with CoolProp properties",
            "tests/verification/test_discharge_line.py::test_line_against_independent_integration",
        ),
    ),
)


@register(_LINE)
def _flashing_line(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid = find_fluid(values["fluid"])
    back, diameter = values["ambient_pressure"], values["path_diameter"]
    pressure, temperature, caveats = _upstream(fluid, values)
    heads = velocity_heads(
        length=values["path_length"],
        diameter=diameter,
        roughness=values["roughness"],
        loss_coefficient=values["loss_coefficient"],
    )
    ratio = _opening(values)
    table = fluid.saturation.table
    flux, p, t, x = flashing_line_to_hole(table, pressure, temperature, 0.0, _reachable(fluid, back), heads, ratio)
    area = math.pi * diameter**2 / 4.0
    density = fluid.saturation.liquid_density(temperature)
    liquid = liquid_flux(density, pressure, back, 0.0) / math.sqrt(heads + 1.0 / ratio**2) if ratio > 0.0 else 0.0
    if flux <= 0.0:
        says = "Nothing flows out: the pressure upstream does not exceed the surroundings', or the hole is closed."
        caveats.append(Caveat(Grade.NOTE, "flashing-line", says))
    return {
        "mass_flow_rate": flux * area,
        "mass_flux": flux,
        "liquid_mass_flow_rate": liquid * area,
        "exit_pressure": p,
        "exit_temperature": t,
        "vapour_fraction": x,
        "exit_velocity": flux / ratio * mixture(table, t, x)[0] if ratio > 0.0 else 0.0,
        "choked": 1.0 if p > back * (1.0 + 1e-6) else 0.0,
    }, caveats


_GAS_LINE = Card(
    name="gas-line",
    says="Adiabatic flow of a perfect gas from rest through a line with fully rough friction (Fanno flow) to ambient "
    "pressure, to choking, or to a hole smaller than the line. A hole wider than the line is its full bore.",
    takes=bounded(
        Takes("pressure", hard_low=1.0),
        Takes("temperature", low=50.0, high=2000.0, hard_low=1.0),
        Takes("molar_mass", hard_low=1e-4),
        Takes("heat_capacity_ratio", low=1.05, high=1.67, hard_low=1.001, hard_high=10.0),
        Takes("compressibility_factor", low=0.7, high=1.2, hard_low=0.01, default=1.0),
        Takes("path_length", hard_low=0.0),
        Takes("path_diameter", hard_low=1e-6),
        Takes("loss_coefficient", hard_low=0.0, default=0.0),
        Takes("roughness", hard_low=0.0, default=STEEL_ROUGHNESS),
        Takes("hole_diameter", hard_low=0.0, default=FULL_BORE),
        Takes("discharge_coefficient", low=0.5, hard_low=0.0, hard_high=1.0, default=1.0),
        Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    ),
    gives=("mass_flow_rate", "mass_flux", "exit_pressure", "choked"),
    cites=("shapiro1953", "aqt3046", "nikuradse1933"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "Mach number and flux of 100 m, 1 km and 10 km of pipe to choking; no line gives the gas orifice",
            "tests/verification/test_discharge_line.py::test_gas_line_published_and_limit",
        ),
    ),
)


@register(_GAS_LINE)
def _gas_line(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    diameter, back = values["path_diameter"], values["ambient_pressure"]
    heads = velocity_heads(
        length=values["path_length"],
        diameter=diameter,
        roughness=values["roughness"],
        loss_coefficient=values["loss_coefficient"],
    )
    ratio = _opening(values)
    specific_rt = values["compressibility_factor"] * GAS_CONSTANT * values["temperature"] / values["molar_mass"]
    flux, throat = gas_line_flux(values["pressure"], back, specific_rt, values["heat_capacity_ratio"], heads, ratio)
    return {
        "mass_flow_rate": flux * math.pi * diameter**2 / 4.0,
        "mass_flux": flux,
        "exit_pressure": throat,
        "choked": 1.0 if throat > back * (1.0 + 1e-9) else 0.0,
    }, nothing_flows("gas-line", flux)
