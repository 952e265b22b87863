"""From a start to a table: the steady plume, and the puff a plume becomes when its source has run dry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air
from physics.dispersion.slab.march import march
from physics.dispersion.slab.rates import Release
from physics.dispersion.slab.start import Start
from physics.dispersion.slab.thermodynamics import Gas

Array = NDArray[np.float64]

TOLERANCE = 1e-4
"""Relative error of a step."""
LARGEST = 0.2
"""Largest step over the way since the start."""
_ROWS = 4000
_ALMOST = 0.9999
"""Flat part over half-length of a plume that has become a puff."""


def plume_rows(start: Start, *, gas: Gas, air: Air, end: float, tolerance: float = TOLERANCE) -> Array:
    """Table of a steady plume from its start to a distance, one row a step, columns as `constants.COLUMNS`."""
    rows = np.empty((_ROWS, len(c.COLUMNS)))
    state, memory = start.state.copy(), start.memory.copy()
    count, _ = march(start.at, end, start.reach, state, memory, gas, air, start.release, tolerance, LARGEST, rows)
    return rows[:count]


def transition_distance(rows: Array, duration: float) -> float | None:
    """Where a plume becomes a puff: half of all that is released lies upwind; None where that is beyond the table."""
    half = 0.5 * duration
    if half <= rows[0, c.TIME]:
        return float(rows[0, c.AT])
    if half >= rows[-1, c.TIME]:
        return None
    return float(np.interp(half, rows[:, c.TIME], rows[:, c.AT]))


def become_puff(start: Start, *, at: float, duration: float, gas: Gas, air: Air) -> Start:
    """Cloud of a plume at a distance when its source has run for a duration: as long as the wind has carried it."""
    rows = np.empty((_ROWS, len(c.COLUMNS)))
    y, memory = start.state.copy(), start.memory.copy()
    count, _ = march(start.at, at, start.reach, y, memory, gas, air, start.release, TOLERANCE, LARGEST, rows)
    last = rows[count - 1]
    long = 0.5 * last[c.SPEED] * duration
    mass = last[c.FLUX] * long / last[c.SPEED]
    state = np.zeros(c.PARTS)
    state[c.MASS], state[c.WIDTH], state[c.FLAT] = mass, last[c.HALF], last[c.EVEN]
    state[c.LENGTH], state[c.FLAT_LENGTH] = long, _ALMOST * long
    state[c.SIDE] = mass * last[c.SIDE_SPEED]
    state[c.ALONG] = state[c.SIDE] * last[c.HALF] / long
    state[c.MOMENTUM] = mass * (last[c.SPEED] - (1.0 - last[c.MASS_FRACTION]) * last[c.WIND])
    state[c.HEAT] = mass * y[c.HEAT] / y[c.MASS]
    state[c.FALL], state[c.HEIGHT], state[c.CLOCK] = mass * last[c.FALL_SPEED], last[c.CENTRE], at
    memory[c.PHASE] = 1.0
    total = 4.0 * mass * last[c.MASS_FRACTION]
    return Start(duration, 0.5 * duration, state, memory, Release(0.0, total, 0.0, 0.0))


def puff_rows(start: Start, *, gas: Gas, air: Air, end: float, tolerance: float = TOLERANCE) -> Array:
    """Table of a puff from its start to a time, s."""
    rows = np.empty((_ROWS, len(c.COLUMNS)))
    state, memory = start.state.copy(), start.memory.copy()
    count, _ = march(start.at, end, start.reach, state, memory, gas, air, start.release, tolerance, LARGEST, rows)
    return rows[:count]
