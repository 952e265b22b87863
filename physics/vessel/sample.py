"""What a run looked like between its steps, and what passed in all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.vessel.balance import ENERGY, MASS, WALL
from physics.vessel.case import Case
from physics.vessel.content import content
from physics.vessel.flows import flows
from physics.vessel.rosenbrock import between

Array = NDArray[np.float64]

COLUMNS = 13
"""What is told of a moment; the names below are their places."""
(
    SEEN_MASS,
    SEEN_TEMPERATURE,
    SEEN_PRESSURE,
    SEEN_LEVEL,
    SEEN_HOLE,
    SEEN_VAPOUR,
    SEEN_RELIEF,
    SEEN_INFLOW,
    SEEN_ENTHALPY,
    SEEN_ENERGY,
    SEEN_DRY,
    SEEN_WET,
    SEEN_TOP,
) = range(COLUMNS)


@kernel
def _look(case: Case, t: float, y: Array, warm: float, kind: int, open_relief: bool, out: Array) -> None:
    """Everything worth telling of one state, into ``out``."""
    state = content(case.plane, case.volume, max(y[MASS], 1e-9), y[ENERGY], warm, kind)
    now = flows(case, t, state, open_relief)
    out[SEEN_MASS], out[SEEN_TEMPERATURE] = y[MASS], state.temperature
    out[SEEN_PRESSURE] = max(state.pressure, case.held)
    out[SEEN_LEVEL], out[SEEN_HOLE], out[SEEN_VAPOUR] = now.fill, now.hole, now.vapour
    out[SEEN_RELIEF], out[SEEN_INFLOW], out[SEEN_ENTHALPY], out[SEEN_ENERGY] = (
        now.relief,
        now.inflow,
        now.enthalpy,
        now.energy,
    )
    if case.wall.layers > 0:
        out[SEEN_DRY] = y[WALL + case.wall.layers - 1]
        out[SEEN_WET] = y[WALL + case.wall.layers * min(case.wall.sides, 2) - 1]
        out[SEEN_TOP] = y[WALL + case.wall.layers * case.wall.sides - 1]


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
            hole += h / 6.0 * (a[SEEN_HOLE] + 4.0 * b[SEEN_HOLE] + c[SEEN_HOLE])
            relief += h / 6.0 * (a[SEEN_RELIEF] + 4.0 * b[SEEN_RELIEF] + c[SEEN_RELIEF])
            inflow += h / 6.0 * (a[SEEN_INFLOW] + 4.0 * b[SEEN_INFLOW] + c[SEEN_INFLOW])
            energy += h / 6.0 * (a[SEEN_ENERGY] + 4.0 * b[SEEN_ENERGY] + c[SEEN_ENERGY])
    return hole, relief, inflow, energy
