"""A vessel's case, as kernels take it, from the records that describe it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.cards import ModelInputError
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    interpolate,
    saturation_pressure,
    saturation_temperature,
    vapour_density,
)
from physics.substances.plane import gas_density, gas_state
from physics.vessel.case import Case, Hole, Inflow, Relief, Wall
from physics.vessel.content import BOTH, GAS, first_energy
from physics.vessel.fluid import VesselFluid
from physics.vessel.heat import Fire
from physics.vessel.setting import Feed, Opening, ReliefNozzle, Reservoir, Shell, Start, Surroundings, check_height

Array = NDArray[np.float64]

_NEVER = math.inf
_NO_FLAMES = Fire(0.0, 0.0, 0.0, 300.0, 300.0)
_SATURATED = 1e-3
"""Relative difference of pressures that counts as none."""
_THIN = 1e-3  # kg/m³, of gas that is pumped in: its enthalpy is that of the ideal gas


def _inflow(fluid: VesselFluid, feed: Feed | Reservoir | None, *, holds_liquid: bool) -> Inflow:
    if feed is None:
        return Inflow(0.0, 0.0, 1.0, 300.0, 0.0, 0.0, _NEVER, 0.0, 0)
    plane = fluid.plane
    if isinstance(feed, Reservoir):
        rho = gas_density(plane, float(feed.pressure), float(feed.temperature))
        p, u = gas_state(plane, rho, feed.temperature)
        area = 0.25 * math.pi * feed.diameter**2
        return Inflow(p, u + p / rho, rho, float(feed.temperature), area, float(feed.coefficient), _NEVER, 0.0, 0)
    if holds_liquid and feed.temperature <= plane.switch:
        enthalpy = interpolate(plane.saturation, LIQUID_ENTHALPY, feed.temperature)
    else:
        p, u = gas_state(plane, _THIN, feed.temperature)
        enthalpy = u + p / _THIN
    stops = _NEVER if feed.stops_at is None else feed.stops_at
    return Inflow(float(feed.rate), float(enthalpy), 1.0, 300.0, 0.0, 0.0, float(stops), float(feed.stroke), 0)


def _wall(shell: Shell, around: Surroundings, *, gas_only: bool) -> Wall:
    flames = around.flames
    fire = _NO_FLAMES if flames is None else flames.kernel
    return Wall(
        shell.layers if shell.thickness > 0.0 else 0,
        1 if gas_only else 2 if flames is None else 3,
        float(shell.thickness),
        float(shell.density),
        float(shell.heat_capacity),
        float(shell.conductivity),
        float(around.coefficient),
        float(around.convection.number if around.inside_coefficient is None else around.inside_coefficient),
        float(around.temperature),
        fire,
        float(around.engulfed) if flames is not None else 0.0,
        float(around.fire_starts),
        float(around.fire_stops) if around.fire_stops > 0.0 else _NEVER,
    )


def vessel_case(
    fluid: VesselFluid,
    *,
    shell: Shell,
    start: Start,
    opening: Opening | None = None,
    relief: ReliefNozzle | None = None,
    feed: Feed | Reservoir | None = None,
    around: Surroundings | None = None,
) -> tuple[Case, Array, float, int]:
    """What `physics.vessel.rosenbrock.integrate` takes: the case, its first state, temperature and kind of content.

    Raises
    ------
    ModelInputError
        A value cannot be, or the state is outside the tables; the field is named.
    """
    around = Surroundings() if around is None else around
    if opening is not None:
        check_height(shell, opening)
    plane = fluid.plane
    back = float(around.pressure)
    lowest = saturation_pressure(plane.saturation, plane.low) if fluid.boils else 0.0
    highest = saturation_pressure(plane.saturation, plane.switch) if fluid.boils else math.inf
    warm = saturation_temperature(plane.saturation, min(max(back, lowest), highest)) if fluid.boils else plane.low
    hole = Hole(0.0, 0.0, 0.0, 0.0, _NEVER, 0.0, 0)
    if opening is not None:
        hole = Hole(
            0.25 * math.pi * opening.diameter**2,
            float(opening.coefficient),
            float(opening.height),
            float(opening.path_length),
            _NEVER if opening.closes_at is None else float(opening.closes_at),
            float(opening.stroke),
            opening.curve.number,
        )
    valve = Relief(0.0, _NEVER, 0.0)
    if relief is not None:
        valve = Relief(float(relief.area), float(relief.opens(back_pressure=back)), float(relief.closes))
    mass, kind, held = _content(fluid, shell, start)
    case = Case(
        plane,
        fluid.vapour,
        fluid.molecule,
        shell.shape.number,
        float(shell.diameter),
        float(shell.length),
        shell.volume,
        back,
        float(warm),
        float(held),
        hole,
        valve,
        _inflow(fluid, feed, holds_liquid=kind == BOTH),
        _wall(shell, around, gas_only=kind == GAS),
    )
    layers = case.wall.layers * case.wall.sides
    energy = first_energy(plane, shell.volume, mass, start.temperature)
    first = np.concatenate([[mass, energy], np.full(layers, start.temperature)])
    return case, first, float(start.temperature), kind


def _content(fluid: VesselFluid, shell: Shell, start: Start) -> tuple[float, int, float]:
    """Mass, kind of content and pressure kept up, of a start."""
    plane, t = fluid.plane, start.temperature
    if not plane.low <= t <= plane.high:
        raise ModelInputError(
            "temperature", f"{fluid.name} is tabulated from {plane.low:.1f} to {plane.high:.1f} K, got {t:g}"
        )
    if start.level > 0.0:
        if not fluid.boils or t > plane.switch:
            raise ModelInputError("temperature", f"{fluid.name} has no liquid at {t:g} K that the tables know of")
        rho_l = interpolate(plane.saturation, LIQUID_DENSITY, t)
        rho_v = vapour_density(plane.saturation, t)
        saturated = saturation_pressure(plane.saturation, t)
        held = start.pressure if start.pressure > saturated * (1.0 + _SATURATED) else 0.0
        return shell.volume * (start.level * rho_l + (1.0 - start.level) * rho_v), BOTH, held
    if start.pressure <= 0.0:
        raise ModelInputError("pressure", "must be given for a vessel of gas")
    if fluid.boils and t < plane.switch:
        saturated = saturation_pressure(plane.saturation, t)
        if start.pressure > saturated * (1.0 + _SATURATED):
            raise ModelInputError(
                "pressure", f"{fluid.name} condenses at {saturated:.0f} Pa and {t:g} K: give the level of its liquid"
            )
    rho = gas_density(plane, start.pressure, t)
    p, _ = gas_state(plane, rho, t)
    if abs(p / start.pressure - 1.0) > _SATURATED:
        raise ModelInputError("pressure", f"{fluid.name} at {t:g} K and {start.pressure:g} Pa is denser than its table")
    return float(rho * shell.volume), GAS, 0.0
