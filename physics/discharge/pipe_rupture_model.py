"""Card of the long line broken off, marched in time."""

from __future__ import annotations

from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.discharge.flashing_models import STEEL_ROUGHNESS
from physics.discharge.fluid import find_fluid
from physics.discharge.pipe_line import End, PipeSide, PipeValve
from physics.discharge.pipe_outflow import PipeRupture
from physics.discharge.pipe_rupture import pipe_rupture
from physics.quantities import STANDARD_PRESSURE

DURATION = 600.0
"""Default length of a run, s."""
STROKE = 30.0
"""Default time a valve takes to close, s."""
NO_VALVE = 0.0
"""Distance that says that there is no valve on a side, m."""

_CARD = Card(
    name="pipe-rupture",
    says="A line of gas, liquid or flashing liquid breaks off over its full bore: rate, phase, temperature, pressure "
    "at both ends in time, from finite volumes of one-dimensional homogeneous-equilibrium flow with wall friction, "
    "height and wall heat, while feeds go on and one valve on each side closes. A valve distance of 0 is no valve, a "
    "downstream length of 0 no downstream side. Rates are means over each step, states those at its end.",
    takes=bounded(
        Takes("fluid"),
        Takes("pressure", hard_low=1.0),
        Takes("temperature", hard_low=1.0),
        Takes("path_diameter", low=5e-3, high=3.0, hard_low=1e-3, hard_high=10.0),
        Takes("path_length", low=1.0, hard_low=0.1, hard_high=1e6),
        Takes("downstream_length", hard_low=0.0, hard_high=1e6, default=0.0),
        Takes("mass_flow_rate", hard_low=0.0, default=0.0),
        Takes("upstream_end", default=str(End.CLOSED)),
        Takes("downstream_end", default=str(End.CLOSED)),
        Takes("upstream_valve_distance", hard_low=0.0, default=NO_VALVE),
        Takes("downstream_valve_distance", hard_low=0.0, default=NO_VALVE),
        Takes("valve_closes_at", hard_low=0.0, default=0.0),
        Takes("valve_stroke", hard_low=0.0, default=STROKE),
        Takes("elevation_change", default=0.0),
        Takes("roughness", hard_low=0.0, default=STEEL_ROUGHNESS),
        Takes("heat_transfer_coefficient", hard_low=0.0, default=0.0),
        Takes("duration", low=0.1, high=86400.0, hard_low=1e-3, hard_high=7.0 * 86400.0, default=DURATION),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
    ),
    gives=(
        "time",
        "mass_flow_rate",
        "upstream_mass_flow_rate",
        "downstream_mass_flow_rate",
        "exit_pressure",
        "exit_temperature",
        "vapour_fraction",
        "initial_mass_flow_rate",
        "released_mass",
        "mass",
        "mass_error",
        "energy_error",
    ),
    cites=("toro2009", "toro1994", "thomson1982", "nikuradse1933", "edwardsobrien1970", "tomlinsonaumiller1999"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "Sod's shock tube by its exact solution, order of convergence on smooth waves",
            "tests/verification/test_discharge_pipe_march.py::test_sod",
        ),
        Evidence(
            Kind.VERIFICATION,
            "first rate: the sonic end of the centred expansion, of gas and of flashing liquid, by CoolProp",
            "tests/verification/test_discharge_pipe_rupture.py::test_first_rate_is_the_centred_expansion",
        ),
        Evidence(
            Kind.VERIFICATION,
            "long after the break with a vessel feeding it: the steady lines of gas and of flashing liquid",
            "tests/verification/test_discharge_pipe_rupture.py::test_long_after_it_is_the_steady_line",
        ),
        Evidence(
            Kind.VERIFICATION,
            "mass and energy with feed, valves, height and wall heat; twice and four times the cells",
            "tests/verification/test_discharge_pipe_rupture.py::test_mass_and_energy_close",
        ),
        Evidence(
            Kind.VALIDATION,
            "Edwards and O'Brien's pipe of hot water, 7 MPa: mean pressure error 2.8 % of 7 MPa after 10 ms at "
            "seven gauges (5.8 % with the first wave), void within 0.12",
            "tests/validation/test_discharge_pipe_edwards.py::test_measured_pressures",
        ),
    ),
)


def _end(name: str, value: str) -> End:
    try:
        return End(value)
    except ValueError:
        kinds = ", ".join(End)
        raise ModelInputError(name, f"must be one of {kinds}, got {value!r}") from None


def _side(values: dict[str, Any], name: str, length: float, climbs: float) -> PipeSide:
    distance = values[f"{name}_valve_distance"]
    if distance > length:
        raise ModelInputError(f"{name}_valve_distance", f"must be at most the line's {length:g} m, got {distance:g}")
    valve = None
    if distance > NO_VALVE:
        valve = PipeValve(distance=distance, closes_at=values["valve_closes_at"], stroke=values["valve_stroke"])
    end = _end(f"{name}_end", values[f"{name}_end"])
    return PipeSide(length=length, end=end, valve=valve, elevation_change=climbs)


def _listed(values: np.ndarray) -> list[float]:
    return [float(value) for value in values]


def _outputs(found: PipeRupture) -> dict[str, Any]:
    first, rate = found.ends[0], found.mass_flow_rate
    other = found.ends[1].mass_flow_rate if len(found.ends) > 1 else np.zeros_like(rate)
    return {
        "time": _listed(found.time),
        "mass_flow_rate": _listed(rate),
        "upstream_mass_flow_rate": _listed(first.mass_flow_rate),
        "downstream_mass_flow_rate": _listed(other),
        "exit_pressure": _listed(first.exit_pressure),
        "exit_temperature": _listed(first.exit_temperature),
        "vapour_fraction": _listed(first.exit_vapour_fraction),
        "initial_mass_flow_rate": float(rate[0]),
        "released_mass": found.released_mass,
        "mass": float(sum(end.inventory[0] for end in found.ends)),
        "mass_error": max(end.mass_error for end in found.ends),
        "energy_error": max(end.energy_error for end in found.ends),
    }


@register(_CARD)
def _pipe_rupture(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    length, away = values["path_length"], values["downstream_length"]
    if abs(values["elevation_change"]) > length:
        raise ModelInputError(
            "elevation_change", f"a line of {length:g} m cannot climb {values['elevation_change']:g} m"
        )
    if 0.0 < away < SHORTEST_SIDE:
        raise ModelInputError("downstream_length", f"must be 0 or at least {SHORTEST_SIDE:g} m, got {away:g}")
    found = pipe_rupture(
        find_fluid(values["fluid"]),
        diameter=values["path_diameter"],
        pressure=values["pressure"],
        temperature=values["temperature"],
        upstream=_side(values, "upstream", length, values["elevation_change"]),
        downstream=_side(values, "downstream", away, 0.0) if away > 0.0 else None,
        mass_flow_rate=values["mass_flow_rate"],
        duration=values["duration"],
        roughness=values["roughness"],
        heat_transfer_coefficient=values["heat_transfer_coefficient"],
        ambient_pressure=values["ambient_pressure"],
    )
    return _outputs(found), list(found.caveats)


SHORTEST_SIDE = 0.1
"""Shortest side of a line, m."""
