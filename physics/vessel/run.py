"""One vessel in time: what comes out, what is left, how cold or hot it and its wall become."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.vessel.assembly import vessel_case
from physics.vessel.balance import ENERGY, MASS
from physics.vessel.case import Case
from physics.vessel.content import GAS
from physics.vessel.fluid import VesselFluid, condensation
from physics.vessel.rosenbrock import BEYOND_TABLE, DONE, LIQUID_FULL, STUCK, TOO_MANY_STEPS, integrate
from physics.vessel.sample import (
    COLUMNS,
    SEEN_DRY,
    SEEN_ENTHALPY,
    SEEN_HOLE,
    SEEN_INFLOW,
    SEEN_LEVEL,
    SEEN_MASS,
    SEEN_PRESSURE,
    SEEN_RELIEF,
    SEEN_TEMPERATURE,
    SEEN_TOP,
    SEEN_VAPOUR,
    SEEN_WET,
    sample,
)
from physics.vessel.setting import Feed, Opening, ReliefNozzle, Reservoir, Shell, Start, Surroundings

Array = NDArray[np.float64]

TOLERANCE = 1e-4
"""Relative error allowed in a step; a propane vessel's last mass is within 3e-4 of that at 1e-8."""
MOST_ROWS = 20000
OUTPUTS = 241
"""Times a run is given at."""


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
        What rates summed between the steps miss of the balances, over the mass, and over the energy, that was there or
        passed; the masses above are the balances' own.
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


def vessel_run(
    fluid: VesselFluid,
    *,
    shell: Shell,
    start: Start,
    duration: float,
    opening: Opening | None = None,
    relief: ReliefNozzle | None = None,
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
    relief : ReliefNozzle or None
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
    seen = np.zeros((at.size, COLUMNS))
    if rows > 1:
        hole, relieved, fed, energy = sample(case, times, states, slopes, marks, at, seen)
    else:
        raise ModelInputError("level", _ENDS.get(ended, "the run cannot start"))
    if case.wall.layers == 0:
        seen[:, SEEN_DRY] = seen[:, SEEN_WET] = seen[:, SEEN_TOP] = seen[:, SEEN_TEMPERATURE]
    elif case.wall.sides == 2:
        seen[:, SEEN_TOP] = seen[:, SEEN_DRY]
    gained = states[-1, MASS] - states[0, MASS]
    passed = abs(states[0, MASS]) + fed
    mass_error = float(gained - fed + hole + relieved) / passed
    share = (fed - gained) / (hole + relieved) if hole + relieved > 0.0 else 1.0  # what left is what is missing
    opened = np.nonzero(marks[:, 2] > 0.5)[0]
    wall_heat = case.wall.layers > 0
    energy_error = math.nan if wall_heat else (states[-1, ENERGY] - states[0, ENERGY] - energy) / max(abs(energy), 1e-9)
    return VesselRun(
        fluid=fluid.name,
        time=at,
        mass=seen[:, SEEN_MASS],
        temperature=seen[:, SEEN_TEMPERATURE],
        pressure=seen[:, SEEN_PRESSURE],
        level=seen[:, SEEN_LEVEL],
        rate=seen[:, SEEN_HOLE],
        vapour_fraction=seen[:, SEEN_VAPOUR],
        enthalpy=seen[:, SEEN_ENTHALPY],
        relief_rate=seen[:, SEEN_RELIEF],
        inflow_rate=seen[:, SEEN_INFLOW],
        dry_wall=seen[:, SEEN_DRY],
        wetted_wall=seen[:, SEEN_WET],
        top_wall=seen[:, SEEN_TOP],
        released=hole * share,
        relieved=relieved * share,
        fed=fed,
        mass_error=mass_error,
        energy_error=energy_error,
        relief_opens=float(times[opened[0]]) if opened.size else None,
        ends=_ENDS.get(ended, ""),
        caveats=(*_caveats(fluid, case, seen, states, marks, ended), *_coarse(mass_error)),
    )


_ENDS = {
    LIQUID_FULL: "the vessel is full of liquid, whose pressure then rises without limit until something gives",
    BEYOND_TABLE: "the content is denser than the table of its gas goes",
    TOO_MANY_STEPS: "the run needs more steps than are allowed",
    STUCK: "the step became too short",
}


def _coarse(mass_error: float) -> list[Caveat]:
    if abs(mass_error) <= _FINE:
        return []
    says = f"Rates between the steps add up to what left within {abs(mass_error):.1%} of what was there only."
    return [Caveat(Grade.DEGRADED, "vessel-blowdown", says)]


_FINE = 0.01
"""Mass error up to which a run's rates are its own masses'."""


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
        says = (
            "The content passed close to its critical point, where rates may be a tenth off, within some kelvins twice."
        )
        found.append(Caveat(Grade.DEGRADED, "vessel-blowdown", says))
    some = seen[:: max(len(seen) // _DEW_POINTS, 1)]
    found += condensation(fluid, some[:, SEEN_TEMPERATURE], some[:, SEEN_MASS] / case.volume)
    below = seen[:, SEEN_PRESSURE] < 0.98 * case.back_pressure
    if case.hole.area > 0.0 and bool(below[0]) and case.inflow.area <= 0.0:
        says = (
            f"The vessel is at {seen[0, SEEN_PRESSURE]:.0f} Pa, below the pressure outside: nothing leaves it but what "
            "its liquid's weight drives. If it is vented or padded, give that pressure."
        )
        found.append(Caveat(Grade.NOT_VALID, "vessel-blowdown", says))
    elif case.hole.area > 0.0 and bool(np.any(below)):
        says = "The vessel's pressure falls below that outside: air would be drawn in, which was not computed."
        found.append(Caveat(Grade.DEGRADED, "vessel-blowdown", says))
    if case.held > 0.0:
        says = f"Padding keeps {case.held:.0f} Pa up for ever; a relief valve answers to the vapour's pressure alone."
        found.append(Caveat(Grade.NOTE, "vessel-blowdown", says))
    return tuple(found)


_SWITCH_OVER_CRITICAL = 0.985
_DEW_POINTS = 40
"""States in which a mixture is asked whether it would condense."""
