"""The way out of a vessel, place by place: upstream, throat, exit and ambient, for every step of a blowdown."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.discharge.discharge import Discharge, FlowPath, discharge
from physics.discharge.expansion import Expanded, expand
from physics.discharge.vessel import Vessel, level_height
from physics.release import Station, Stations
from physics.substances import Substance

Array = NDArray[np.float64]

_LEAST = 1e-12
_UPSTREAM, _THROAT, _EXIT, _AMBIENT = 0, 1, 2, 3
_NAMES = ("pressure", "temperature", "vapour_fraction", "velocity", "density", "area")


def drawn_from(of: Substance, vessel: Vessel, *, temperature: float, mass: float) -> tuple[bool, float]:
    """Whether a vessel's path draws liquid, and the head of liquid above its entry, m.

    Parameters
    ----------
    temperature, mass : float
        In the vessel: K, kg.
    """
    table = of.saturation
    if not table.temperature_low <= temperature <= table.temperature_high:
        return False, 0.0
    liquid, vapour = float(table.liquid_density(temperature)), float(table.vapour_density(temperature))
    fill = min(max((mass / vessel.volume - vapour) / (liquid - vapour), 0.0), 1.0)
    if fill <= vessel.opening_fill:
        return False, 0.0
    height = level_height(fill, height=vessel.height, shape=vessel.shape)
    return True, max(height - level_height(vessel.opening_fill, height=vessel.height, shape=vessel.shape), 0.0)


def stations(
    of: Substance,
    *,
    vessel: Vessel,
    path: FlowPath,
    pressure: Array,
    temperature: Array,
    mass: Array,
    ambient_pressure: float,
) -> tuple[Stations, float]:
    """Every place on the way out for states of a vessel, and how well energy closes between first and last.

    Parameters
    ----------
    pressure, temperature, mass : ndarray, shape (n,)
        In the vessel: Pa, K, kg.
    ambient_pressure : float
        Pa.

    Returns
    -------
    Stations
    float
        Greatest of stagnation enthalpy less enthalpy and kinetic energy after expansion, over the heat of vaporisation.
    """
    rows = np.zeros((4, len(_NAMES), pressure.size))
    worst, scale = 0.0, float(of.saturation.heat_of_vaporisation(of.saturation.temperature(ambient_pressure)))
    for i in range(pressure.size):
        state = float(pressure[i]), float(temperature[i]), float(mass[i])
        liquid, head = drawn_from(of, vessel, temperature=state[1], mass=state[2])
        saturated = float(of.saturation.pressure(state[1])) if liquid else state[0]
        flow = discharge(
            of,
            pressure=state[0],
            temperature=state[1],
            liquid=liquid,
            liquid_head=head,
            pad_pressure=max(state[0] - saturated, 0.0),
            ambient_pressure=ambient_pressure,
            path=path,
        )
        out = expand(of, flow, ambient_pressure=ambient_pressure)
        worst = max(worst, abs(energy_gap(of, flow, out, ambient_pressure)) / scale)
        _fill(rows[:, :, i], of, state, flow, out, path, ambient_pressure, liquid=liquid)
    places = [Station(**dict(zip(_NAMES, row, strict=True))) for row in rows]
    return Stations(upstream=places[0], throat=places[1], exit=places[2], ambient=places[3]), worst


def energy_gap(of: Substance, flow: Discharge, out: Expanded, ambient_pressure: float) -> float:
    """Stagnation enthalpy upstream less enthalpy and kinetic energy after expansion, J/kg.

    Parameters
    ----------
    ambient_pressure : float
        Pa.
    """
    return (
        flow.stagnation_enthalpy
        - enthalpy_of(of, vapour_fraction=out.vapour_fraction, temperature=out.temperature, pressure=ambient_pressure)
        - 0.5 * out.velocity**2
    )


def enthalpy_of(of: Substance, *, vapour_fraction: float, temperature: float, pressure: float) -> float:
    """Specific enthalpy of an expanded state on the tables' datum, J/kg.

    Parameters
    ----------
    vapour_fraction : float
    temperature : float
        K.
    pressure : float
        Pa.
    """
    table = of.saturation
    if vapour_fraction >= 1.0 and temperature > table.temperature(pressure):
        return float(of.gas.enthalpy(temperature, pressure=pressure))
    vapour, liquid = table.vapour_enthalpy(temperature), table.liquid_enthalpy(temperature)
    return float(vapour_fraction * vapour + (1.0 - vapour_fraction) * liquid)


def _fill(
    rows: Array,
    of: Substance,
    state: tuple[float, float, float],
    flow: Discharge,
    out: Expanded,
    path: FlowPath,
    ambient_pressure: float,
    *,
    liquid: bool,
) -> None:
    """Rows of one step: place by quantity."""
    rate = flow.mass_flow_rate
    way, hole = math.pi * path.diameter**2 / 4.0, math.pi * path.hole_diameter**2 / 4.0
    density = (
        float(of.saturation.liquid_density(state[1])) if liquid else float(of.gas.density(state[1], pressure=state[0]))
    )
    rows[_UPSTREAM] = state[0], state[1], 0.0 if liquid else 1.0, 0.0, density, way
    place = flow.exit_pressure, flow.exit_temperature, flow.exit_vapour_fraction
    narrow = rate / max(flow.exit_density * flow.exit_velocity, _LEAST)
    rows[_THROAT] = *place, flow.exit_velocity, flow.exit_density, narrow
    rows[_EXIT] = *place, rate / max(flow.exit_density * hole, _LEAST), flow.exit_density, hole
    wide = rate / max(out.density * out.velocity, _LEAST)
    rows[_AMBIENT] = ambient_pressure, out.temperature, out.vapour_fraction, out.velocity, out.density, wide
