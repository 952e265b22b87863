"""Kernels of a pool: it spreads, takes heat and evaporates, step by step, from one energy balance.

Legend: t temperature K, rates kg/s, h J/kg. Spreading is that of Shaw and Briscoe (1978), dr/dt = sqrt(2 g' (depth -
least depth)) with g' = g on land and g (1 - rho/rho_w) on water.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.quantities import AIR_HEAT_CAPACITY, AIR_MOLAR_MASS, GAS_CONSTANT, GRAVITY
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    VAPOUR_ENTHALPY,
    Table,
    interpolate,
    saturation_pressure,
)

Array = NDArray[np.float64]

STEFAN_BOLTZMANN = 5.670374419e-8
"""W/(m² K⁴) (CODATA 2018)."""
EMISSIVITY = 0.95
"""Of a liquid's surface and of the sky above it (Woodward 1998)."""
ALBEDO = 0.14
"""Share of sunshine a pool sends back (Woodward 1998)."""
SCHMIDT = 0.8
"""Schmidt number of vapour in air where no better is known."""
PRANDTL = 0.71
"""Prandtl number of air."""
LEAST_WIND = 0.1
"""Wind below which the mass transfer's correlation is not followed, m/s."""
RATE, MASS, AREA, TEMPERATURE, HEAT = 0, 1, 2, 3, 4
ROWS = 5
"""Rows `spread_pool` fills."""
_SUBSTEPS = 20
"""Steps of the spreading within one of the energy balance."""
_BISECTIONS = 60
_FIRST_SQUARE = 1e-4
"""Square of the radius a pool starts with, m²: it is forgotten within the first second."""


class Surroundings(NamedTuple):
    """What a pool lies on and under, as kernels take it.

    Attributes
    ----------
    ambient, ground_temperature : float
        Of the air and of what it lies on, K.
    pressure, wind, sun : float
        Pa, m/s at 10 m, W/m².
    conductivity, diffusivity, heat_transfer : float
        W/(m K), m²/s; W/(m² K) where above 0.
    least_depth, most_area, ground_density : float
        m, m², kg/m³ (infinity: it bears the pool).
    """

    ambient: float
    ground_temperature: float
    pressure: float
    wind: float
    sun: float
    conductivity: float
    diffusivity: float
    heat_transfer: float
    least_depth: float
    most_area: float
    ground_density: float


@kernel
def mass_transfer(wind: float, diameter: float, schmidt: float) -> float:
    """Coefficient of Mackay and Matsugu, m/s; wind at 10 m in m/s, diameter in m."""
    value: float = 0.004786 * wind**0.78 * diameter**-0.11 * schmidt**-0.67
    return value


@kernel
def evaporation_flux(table: Table, molar_mass: float, temperature: float, pressure: float, transfer: float) -> float:
    """Vapour leaving a surface, kg/(m² s), with Stefan's correction; no bound at the boiling point."""
    share = min(saturation_pressure(table, temperature) / pressure, 1.0 - 1e-12)
    return -transfer * molar_mass * pressure / (GAS_CONSTANT * temperature) * math.log1p(-share)


@kernel
def conduction(wetted: Array, areas: Array, count: int, time: float, ground: float, diffusivity: float) -> float:
    """Sum over rings of area over the square root of the time since each was wetted, times k/sqrt(pi a); W/K."""
    total = 0.0
    for i in range(count):
        total += areas[i] / math.sqrt(math.pi * diffusivity * max(time - wetted[i], 1e-3))
    return ground * total


@kernel
def mean_conduction(
    wetted: Array, areas: Array, count: int, start: float, end: float, ground: float, diffusivity: float
) -> float:
    """`conduction` over a step: the mean of 1/sqrt(age) is 2 (sqrt(age at end) - sqrt(age at start))/step, W/K."""
    total = 0.0
    for i in range(count):
        total += areas[i] * (math.sqrt(end - wetted[i]) - math.sqrt(max(start - wetted[i], 0.0)))
    return 2.0 * ground * total / ((end - start) * math.sqrt(math.pi * diffusivity))


@kernel
def spread(square: float, before: float, after: float, floating: float, here: Surroundings, step: float) -> float:
    """Square of the radius (m²) a while later, the volume (m³) going from ``before`` to ``after``.

    With s = r² the front's law reads ds/dt = 2 sqrt(2 g' (V/pi - least depth s)), which is solved exactly where the
    volume holds still: from a point source, however late it comes, and down to the least depth, at which it stops.
    """
    pull, most = math.sqrt(2.0 * GRAVITY * floating), here.most_area / math.pi
    for k in range(_SUBSTEPS):
        volume = before + (after - before) * (k + 0.5) / _SUBSTEPS
        driving = math.sqrt(max(volume / math.pi - here.least_depth * square, 0.0))
        moving = step / _SUBSTEPS
        if here.least_depth * pull * moving > driving:
            moving = driving / (here.least_depth * pull)
        square += 2.0 * pull * moving * driving - here.least_depth * pull * pull * moving * moving
        if square >= most:
            return most
    return square


@kernel
def heat_from_above(t: float, area: float, film: float, here: Surroundings) -> float:
    """Heat from air, sun and sky into a pool at ``t``, W."""
    sky = EMISSIVITY * STEFAN_BOLTZMANN * (here.ambient**4 - t**4)
    return area * (film * (here.ambient - t) + here.sun * (1.0 - ALBEDO) + sky)


@kernel
def spread_pool(
    table: Table,
    molar_mass: float,
    boiling: float,
    here: Surroundings,
    edges: Array,
    inflow: Array,
    inflow_temperature: Array,
    rows: Array,
) -> None:
    """Fill ``rows`` (vapour rate kg/s, mass kg, area m², temperature K, heat taken W) per step.

    ``inflow`` is kg per step. Per step the pool spreads explicitly; its temperature follows implicitly from the energy
    balance, which falls in temperature, so that bisection always finds it. Enthalpies are the table's on both sides,
    so that the heat taken is what the vapour and the pool hold, to rounding.
    """
    count = edges.size - 1
    wetted, rings = np.zeros(count), np.zeros(count)
    mass, square, t = 0.0, _FIRST_SQUARE, inflow_temperature[0]
    air = here.pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * here.ambient)
    wet = leaving = 0.0
    for i in range(count):
        start, step, given = edges[i], edges[i + 1] - edges[i], inflow[i]
        if mass <= 0.0:
            t = inflow_temperature[i]
        before = mass
        mass += given
        if mass <= 0.0:
            rows[:, i] = 0.0
            rows[TEMPERATURE, i] = t
            continue
        density = interpolate(table, LIQUID_DENSITY, t)
        floating = max(1.0 - density / here.ground_density, 0.0)
        staying = max(mass - leaving * step, 0.0)
        square = spread(square, before / density, staying / density, floating, here, step)
        area, diameter = math.pi * square, 2.0 * math.sqrt(square)
        wetted[i], rings[i] = start, max(area - wet, 0.0)
        wet = max(wet, area)
        transfer = mass_transfer(max(here.wind, LEAST_WIND), diameter, SCHMIDT)
        film = transfer * air * AIR_HEAT_CAPACITY * (SCHMIDT / PRANDTL) ** 0.67
        if here.heat_transfer > 0.0:
            ground = here.heat_transfer * area
        else:
            ground = mean_conduction(wetted, rings, i + 1, start, edges[i + 1], here.conductivity, here.diffusivity)
        stored = before * interpolate(table, LIQUID_ENTHALPY, t)
        stored += given * interpolate(table, LIQUID_ENTHALPY, inflow_temperature[i])
        low, high = table.low, boiling
        for _ in range(_BISECTIONS):
            guess = 0.5 * (low + high)
            heat = ground * (here.ground_temperature - guess) + heat_from_above(guess, area, film, here)
            liquid = interpolate(table, LIQUID_ENTHALPY, guess)
            taken = interpolate(table, VAPOUR_ENTHALPY, guess) - liquid
            lost = area * evaporation_flux(table, molar_mass, guess, here.pressure, transfer) * taken
            if stored + (heat - lost) * step > mass * liquid:
                low = guess
            else:
                high = guess
        t = 0.5 * (low + high)
        # from the balance itself: next to the boiling point the flux moves too fast with temperature to be read back
        heat = ground * (here.ground_temperature - t) + heat_from_above(t, area, film, here)
        liquid = interpolate(table, LIQUID_ENTHALPY, t)
        taken = interpolate(table, VAPOUR_ENTHALPY, t) - liquid
        gone = min(max((stored - mass * liquid + heat * step) / taken, 0.0), mass)
        # a pool that dries within the step takes no more heat than that
        heat = min(heat, (gone * taken + mass * liquid - stored) / step) if gone >= mass else heat
        mass = 0.0 if gone >= mass else mass - gone
        leaving = gone / step
        rows[RATE, i], rows[MASS, i], rows[AREA, i] = leaving, mass, area
        rows[TEMPERATURE, i], rows[HEAT, i] = t, heat
