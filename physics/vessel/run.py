"""One vessel in time: what comes out, what is left, how cold or hot it and its wall become."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.cards import Caveat, Grade, ModelInputError
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    interpolate,
    saturation_pressure,
    saturation_temperature,
    vapour_density,
)
from physics.substances.plane import gas_density, gas_state
from physics.vessel.balance import ENERGY, MASS, WALL
from physics.vessel.case import Case, Hole, Inflow, Relief, Wall
from physics.vessel.content import BOTH, GAS, content, first_energy
from physics.vessel.flows import flows
from physics.vessel.fluid import VesselFluid, condensation
from physics.vessel.heat import Fire
from physics.vessel.rosenbrock import BEYOND_TABLE, DONE, LIQUID_FULL, TOO_MANY_STEPS, between, integrate
from physics.vessel.setting import Feed, Opening, ReliefValve, Reservoir, Shell, Start, Surroundings, check_height

Array = NDArray[np.float64]

TOLERANCE = 1e-4
"""Relative error allowed in a step; a propane vessel's last mass is within 3e-4 of that at 1e-8."""
MOST_ROWS = 20000
OUTPUTS = 241
"""Times a run is given at."""
_COLUMNS = 13
(
    _MASS,
    _TEMPERATURE,
    _PRESSURE,
    _LEVEL,
    _HOLE,
    _VAPOUR,
    _RELIEF,
    _INFLOW,
    _ENTHALPY,
    _ENERGY,
    _DRY,
    _WET,
    _TOP,
) = range(_COLUMNS)
_NEVER = math.inf
_NO_FLAMES = Fire(0.0, 0.0, 0.0, 300.0, 300.0)


@kernel
def _look(case: Case, t: float, y: Array, warm: float, kind: int, open_relief: bool, out: Array) -> None:
    """Everything worth telling of one state, into ``out``."""
    state = content(case.plane, case.volume, max(y[MASS], 1e-9), y[ENERGY], warm, kind)
    now = flows(case, t, state, open_relief)
    out[_MASS], out[_TEMPERATURE] = y[MASS], state.temperature
    out[_PRESSURE] = max(state.pressure, case.held)
    out[_LEVEL], out[_HOLE], out[_VAPOUR] = now.fill, now.hole, now.vapour
    out[_RELIEF], out[_INFLOW], out[_ENTHALPY], out[_ENERGY] = now.relief, now.inflow, now.enthalpy, now.energy
    if case.wall.layers > 0:
        out[_DRY] = y[WALL + case.wall.layers - 1]
        out[_WET] = y[WALL + case.wall.layers * min(case.wall.sides, 2) - 1]
        out[_TOP] = y[WALL + case.wall.layers * case.wall.sides - 1]


@kernel
def sample(
    case: Case, times: Array, states: Array, slopes: Array, marks: Array, at: Array, out: Array
) -> tuple[float, float, float, float]:
    """Tell of the run at ``at`` into ``out`` (times, 13); gives what left by hole, relief, and came in, and ∫energy.

    The integrals are Simpson's over every step, on Hermite's cubic.
    """
    rows, y = times.size, np.empty(states.shape[1])
    a, b, c = np.empty(out.shape[1]), np.empty(out.shape[1]), np.empty(out.shape[1])
    hole = relief = inflow = energy = 0.0
    k = 0
    for i in range(rows - 1):
        h = times[i + 1] - times[i]
        warm, kind, opened = marks[i, 0], int(marks[i, 1]), marks[i, 2] > 0.5
        last = i == rows - 2
        while k < at.size and (at[k] < times[i + 1] or last):
            share = (at[k] - times[i]) / h if h > 0.0 else 1.0
            between(min(max(share, 0.0), 1.0), h, states[i], slopes[i], states[i + 1], slopes[i + 1], y)
            _look(case, at[k], y, warm, kind, opened, out[k])
            k += 1
        if h > 0.0:
            tiny = 1e-9 * h
            _look(case, times[i] + tiny, states[i], warm, kind, opened, a)
            between(0.5, h, states[i], slopes[i], states[i + 1], slopes[i + 1], y)
            _look(case, times[i] + 0.5 * h, y, warm, kind, opened, b)
            _look(case, times[i + 1] - tiny, states[i + 1], marks[i + 1, 0], int(marks[i + 1, 1]), opened, c)
            hole += h / 6.0 * (a[_HOLE] + 4.0 * b[_HOLE] + c[_HOLE])
            relief += h / 6.0 * (a[_RELIEF] + 4.0 * b[_RELIEF] + c[_RELIEF])
            inflow += h / 6.0 * (a[_INFLOW] + 4.0 * b[_INFLOW] + c[_INFLOW])
            energy += h / 6.0 * (a[_ENERGY] + 4.0 * b[_ENERGY] + c[_ENERGY])
    return hole, relief, inflow, energy


@dataclass(frozen=True, slots=True, kw_only=True)
class VesselRun:
    """A vessel in time.

    Attributes
    ----------
    fluid : str
    time : ndarray, shape (n,)
        s.
    mass, temperature, pressure, level : ndarray, shape (n,)
        Of the content: kg, K, Pa, liquid-filled fraction.
    rate, vapour_fraction, enthalpy : ndarray, shape (n,)
        Of what leaves by the opening, before it flashes: kg/s, mass fraction, J/kg at rest.
    relief_rate, inflow_rate : ndarray, shape (n,)
        kg/s.
    dry_wall, wetted_wall, top_wall : ndarray, shape (n,)
        Outer temperature of the wall above and below the liquid on the mean, and at the top, which no liquid ever
        cooled, K; the content's where no wall is counted.
    released, relieved, fed : float
        kg in all.
    mass_error, energy_error : float
        What the balances fail to close by, over the mass, and over the energy, that was there or passed.
    relief_opens : float or None
        When the relief valve first opens, s.
    ends : str
        Why the run ended before its time; empty where it did not.
    caveats : tuple of Caveat
    """

    fluid: str
    time: Array
    mass: Array
    temperature: Array
    pressure: Array
    level: Array
    rate: Array
    vapour_fraction: Array
    enthalpy: Array
    relief_rate: Array
    inflow_rate: Array
    dry_wall: Array
    wetted_wall: Array
    top_wall: Array
    released: float
    relieved: float
    fed: float
    mass_error: float
    energy_error: float
    relief_opens: float | None
    ends: str
    caveats: tuple[Caveat, ...]


def _inflow(fluid: VesselFluid, feed: Feed | Reservoir | None) -> Inflow:
    if feed is None:
        return Inflow(0.0, 0.0, 1.0, 300.0, 0.0, 0.0, _NEVER, 0.0, 0)
    plane = fluid.plane
    if isinstance(feed, Reservoir):
        rho = gas_density(plane, float(feed.pressure), float(feed.temperature))
        p, u = gas_state(plane, rho, feed.temperature)
        area = 0.25 * math.pi * feed.diameter**2
        return Inflow(p, u + p / rho, rho, float(feed.temperature), area, float(feed.coefficient), _NEVER, 0.0, 0)
    liquid = fluid.boils and feed.temperature <= plane.switch
    if liquid:
        enthalpy = interpolate(plane.saturation, LIQUID_ENTHALPY, feed.temperature)
    else:
        rho = 1e-3
        p, u = gas_state(plane, rho, feed.temperature)
        enthalpy = u + p / rho
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
    relief: ReliefValve | None = None,
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
        valve = Relief(float(relief.area), float(relief.set_pressure), relief.set_pressure * (1.0 - relief.blowdown))
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
        _inflow(fluid, feed),
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


_SATURATED = 1e-3
"""Relative difference of pressures that counts as none."""


def vessel_run(
    fluid: VesselFluid,
    *,
    shell: Shell,
    start: Start,
    duration: float,
    opening: Opening | None = None,
    relief: ReliefValve | None = None,
    feed: Feed | Reservoir | None = None,
    around: Surroundings | None = None,
    outputs: Array | int = OUTPUTS,
    tolerance: float = TOLERANCE,
) -> VesselRun:
    """Carry a vessel through time.

    Parameters
    ----------
    fluid : VesselFluid
    shell : Shell
    start : Start
    duration : float
        s.
    opening : Opening or None
    relief : ReliefValve or None
    feed : Feed, Reservoir or None
    around : Surroundings or None
        ``None``: still air at 20 °C.
    outputs : ndarray or int
        Times to give, s, or how many, evenly spread.
    tolerance : float
        Relative error allowed in a step.

    Raises
    ------
    ModelInputError
        A value cannot be, or the state is outside the tables; the field is named.
    """
    if not (math.isfinite(duration) and duration > 0.0):
        raise ModelInputError("duration", f"must be a positive number of seconds, got {duration!r}")
    case, first, warm, kind = vessel_case(
        fluid, shell=shell, start=start, opening=opening, relief=relief, feed=feed, around=around
    )
    n = first.size
    times, marks = np.empty(MOST_ROWS), np.empty((MOST_ROWS, 3))
    states, slopes = np.empty((MOST_ROWS, n)), np.empty((MOST_ROWS, n))
    rows, ended = integrate(case, first, warm, kind, duration, tolerance, times, states, slopes, marks)
    times, states, slopes, marks = times[:rows], states[:rows], slopes[:rows], marks[:rows]
    at = np.linspace(0.0, duration, outputs) if isinstance(outputs, int) else np.asarray(outputs, dtype=np.float64)
    at = np.minimum(at, times[-1]) if ended == DONE else at[at <= times[-1]]
    if at.size == 0:
        at = times[-1:]
    seen = np.zeros((at.size, _COLUMNS))
    if rows > 1:
        hole, relieved, fed, energy = sample(case, times, states, slopes, marks, at, seen)
    else:
        raise ModelInputError("level", _ENDS.get(ended, "the run cannot start"))
    if case.wall.layers == 0:
        seen[:, _DRY] = seen[:, _WET] = seen[:, _TOP] = seen[:, _TEMPERATURE]
    elif case.wall.sides == 2:
        seen[:, _TOP] = seen[:, _DRY]
    gained = states[-1, MASS] - states[0, MASS]
    passed = abs(states[0, MASS]) + fed
    opened = np.nonzero(marks[:, 2] > 0.5)[0]
    wall_heat = case.wall.layers > 0
    energy_error = math.nan if wall_heat else (states[-1, ENERGY] - states[0, ENERGY] - energy) / max(abs(energy), 1e-9)
    return VesselRun(
        fluid=fluid.name,
        time=at,
        mass=seen[:, _MASS],
        temperature=seen[:, _TEMPERATURE],
        pressure=seen[:, _PRESSURE],
        level=seen[:, _LEVEL],
        rate=seen[:, _HOLE],
        vapour_fraction=seen[:, _VAPOUR],
        enthalpy=seen[:, _ENTHALPY],
        relief_rate=seen[:, _RELIEF],
        inflow_rate=seen[:, _INFLOW],
        dry_wall=seen[:, _DRY],
        wetted_wall=seen[:, _WET],
        top_wall=seen[:, _TOP],
        released=hole,
        relieved=relieved,
        fed=fed,
        mass_error=float(gained - fed + hole + relieved) / passed,
        energy_error=energy_error,
        relief_opens=float(times[opened[0]]) if opened.size else None,
        ends=_ENDS.get(ended, ""),
        caveats=_caveats(fluid, case, seen, states, marks, ended),
    )


_ENDS = {
    LIQUID_FULL: "the vessel is full of liquid, whose pressure then rises without limit until something gives",
    BEYOND_TABLE: "the content is denser than the table of its gas goes",
    TOO_MANY_STEPS: "the run needs more steps than are allowed",
    4: "the step became too short",
}
_FULL_CAVEAT = "After that nothing was computed."


def _caveats(
    fluid: VesselFluid, case: Case, seen: Array, states: Array, marks: Array, ended: int
) -> tuple[Caveat, ...]:
    found = list(fluid.caveats)
    plane = case.plane
    t = marks[:, 0]
    if ended != DONE:
        found.append(Caveat(Grade.NOT_VALID, "vessel-blowdown", f"The run ended early: {_ENDS[ended]}."))
    if bool(np.any(t <= plane.low * (1.0 + 1e-6))) or bool(np.any(t >= plane.high * (1.0 - 1e-6))):
        says = f"The content left the temperatures tabulated ({plane.low:.1f} to {plane.high:.1f} K)."
        found.append(Caveat(Grade.NOT_VALID, "vessel-blowdown", says))
    gas = marks[:, 1] == GAS
    near = (t > plane.switch) & (t < 1.03 * plane.switch / _SWITCH_OVER_CRITICAL)
    dense = states[:, MASS] / case.volume > 0.25 * plane.dense
    if fluid.boils and bool(np.any(gas & near & dense)):
        says = "The content passed close to its critical point, where the tables are good to a few parts in a thousand."
        found.append(Caveat(Grade.DEGRADED, "vessel-blowdown", says))
    some = seen[:: max(len(seen) // _DEW_POINTS, 1)]
    found += condensation(fluid, some[:, _TEMPERATURE], some[:, _MASS] / case.volume)
    if bool(np.any(seen[:, _PRESSURE] < 0.98 * case.back_pressure)) and case.hole.area > 0.0:
        says = "The vessel's pressure falls below that outside: air would be drawn in, which was not computed."
        found.append(Caveat(Grade.DEGRADED, "vessel-blowdown", says))
    return tuple(found)


_SWITCH_OVER_CRITICAL = 0.985
_DEW_POINTS = 40
"""States in which a mixture is asked whether it would condense."""
