"""March of a cloud along its way, its mode changed in between, by a pair of order 5, or 3 where that is enough.

Dormand and Prince (1980); Bogacki and Shampine (1989).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air, way_to, wind_at
from physics.dispersion.slab.entrainment import along_wind
from physics.dispersion.slab.rates import Release, look, pressed, rates
from physics.dispersion.slab.thermodynamics import Gas

Array = NDArray[np.float64]

_STAGES = np.array(
    [
        [0.2, 0.0, 0.0, 0.0, 0.0, 0.0],
        [3 / 40, 9 / 40, 0.0, 0.0, 0.0, 0.0],
        [44 / 45, -56 / 15, 32 / 9, 0.0, 0.0, 0.0],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0.0, 0.0],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0.0],
        [35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    ]
)
_NODES = np.array([0.2, 0.3, 0.8, 8 / 9, 1.0, 1.0])
_ERRORS = np.array([71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
_ROUGH_STAGES = np.array([[0.5, 0.0, 0.0], [0.0, 0.75, 0.0], [2 / 9, 1 / 3, 4 / 9]])
_ROUGH_NODES = np.array([0.5, 0.75, 1.0])
_ROUGH_ERRORS = np.array([-5 / 72, 1 / 12, 1 / 9, -1 / 8])
_ORDER, _ROUGH_ORDER = -0.2, -1.0 / 3.0
_TRIES = 20000
_GROWTH, _SHRINK, _SAFE = 4.0, 0.2, 0.9
_SMALLEST = 1e-9
"""Smallest step over the largest."""
_THIN_PART = 0.5
"""Part of a pool's half-length from its middle upwind; beyond, the cloud is a film among the roughness."""
DONE, OUT_OF_ROWS, OUT_OF_TRIES = 0, 1, 2


@kernel
def _floor(part: int, y: Array) -> float:
    """Size of a part of the state below which its error does not matter."""
    mass = abs(float(y[c.MASS]))
    if part in (c.SIDE, c.MOMENTUM, c.FALL, c.ALONG, c.FREE):
        return 0.1 * mass
    if part == c.HEAT:
        return 1e4 * mass
    if part == c.HEIGHT:
        return 0.1 * abs(float(y[c.WIDTH]))
    return 1.0 if part == c.CLOCK else 1e-9


@kernel
def _step(
    s: float, step: float, y: Array, memory: Array, gas: Gas, air: Air, release: Release, out: Array, slopes: Array,
    trial: Array, after: Array, tolerance: float,
) -> float:  # fmt: skip
    """Try a step whose first slope stands in ``slopes``; fills ``after``, gives the error over the tolerance."""
    rough = memory[c.ROUGH] > 0.0
    stages = 3 if rough else 6
    for stage in range(stages):
        for k in range(c.PARTS):
            moved = 0.0
            for j in range(stage + 1):
                moved += (_ROUGH_STAGES[stage, j] if rough else _STAGES[stage, j]) * slopes[j, k]
            trial[k] = y[k] + step * moved
        if not trial[c.MASS] > 0.0 or not trial[c.WIDTH] > 0.0:
            return 1e9
        if stage == stages - 1:
            after[:] = trial
        node = _ROUGH_NODES[stage] if rough else _NODES[stage]
        rates(s + node * step, trial, memory, gas, air, release, out, slopes[stage + 1])
    worst = 0.0
    for k in range(c.PARTS):
        off = 0.0
        for j in range(stages + 1):
            off += (_ROUGH_ERRORS[j] if rough else _ERRORS[j]) * slopes[j, k]
        size = max(abs(y[k]), abs(after[k])) + _floor(k, after)
        worst = max(worst, abs(step * off) / (tolerance * size))
    return worst if worst == worst else 1e9


@kernel
def _land(y: Array, memory: Array, air: Air, out: Array) -> None:
    """Change a cloud's mode where its state asks for it."""
    centre, height, half, long = out[c.CENTRE], out[c.TALL], out[c.HALF], out[c.HALF_LONG]
    mass, density = out[c.FLUX], out[c.DENSITY]
    puff = memory[c.PHASE] > 0.0
    dense = density > air.density
    if memory[c.MODE] == c.SLUMPING:
        if not dense:
            memory[c.MODE] = c.RESTING
            y[c.SIDE] = y[c.ALONG] = y[c.FALL] = 0.0
            y[c.MOMENTUM] = mass * (out[c.SPEED] - (1.0 - out[c.MASS_FRACTION]) * out[c.WIND])
        elif centre > 0.5 * height:
            y[c.HEIGHT] = 0.5 * height
        return
    if centre > 0.5 * height:
        memory[c.MODE] = c.LOFTED
        return
    if not dense:
        memory[c.MODE] = c.RESTING
        return
    memory[c.MODE] = c.SLUMPING
    sinking = max(-out[c.FALL_SPEED], 0.0)
    outward = 0.0
    if centre > 0.0:
        outward = sinking / (centre * (1.0 / half + (1.0 / long if puff else 0.0)))
    y[c.SIDE], y[c.FALL] = mass * outward, 0.0
    if puff:
        y[c.ALONG] = mass * outward
    else:
        y[c.MOMENTUM] += pressed(density, half, height, air)


@kernel
def _settle(s: float, y: Array, memory: Array, gas: Gas, air: Air, release: Release, out: Array) -> bool:
    """Bring state and memory into line after a step: a jet's width, bounded momentum, the lagging wind.

    ``out`` is what the state means; gives whether its slope stays what it was.
    """
    before, high = memory[c.MODE], y[c.HEIGHT]
    _land(y, memory, air, out)
    if memory[c.MODE] != before or y[c.HEIGHT] != high:
        look(s, y, memory, gas, air, release, out)
    y[c.WIDTH] = max(y[c.WIDTH], out[c.HALF])
    y[c.HEIGHT] = max(y[c.HEIGHT], 0.0)
    free = out[c.FLUX] * (out[c.SPEED] - (1.0 - out[c.MASS_FRACTION]) * out[c.WIND])
    if memory[c.CHOKED] == c.CRITICAL:
        if s > -_THIN_PART * release.reach:
            memory[c.EVER_CHOKED] = 1.0
    else:
        y[c.FREE] = free
    if memory[c.CHOKED] > 0.0:
        y[c.MOMENTUM] = free + pressed(out[c.DENSITY], out[c.HALF], out[c.TALL], air)
    top = out[c.TOP]
    if memory[c.PHASE] == 0.0:
        out[c.ENTRAIN_LONG] = along_wind(out[c.WIND], 0.0, out[c.CENTRE], top, air)
    over = wind_at(top, air) * top - way_to(top, air)
    same = memory[c.MODE] == before and memory[c.MODE] != c.LOFTED and memory[c.CHOKED] == 0.0
    same = same and y[c.HEIGHT] == high and over >= memory[c.WIND_OFFSET]
    memory[c.WIND_OFFSET] = min(memory[c.WIND_OFFSET], over)
    return bool(same)


@kernel
def _to_ground(gap: float, memory: Array, out: Array) -> float:
    """Part of a step to try again where a lofted cloud sinks into the ground in it; 1 where it does not.

    ``gap`` is the clearance before the step, m; ``out`` the cloud after it.
    """
    past = out[c.CENTRE] - 0.5 * out[c.TALL]
    if memory[c.MODE] != c.LOFTED or past >= -1e-6 * out[c.TALL] or gap <= 1e-6 * out[c.TALL]:
        return 1.0
    return float(min(max(gap / (gap - past), 0.1), 0.95))


@kernel
def march(
    s: float, end: float, reach: float, y: Array, memory: Array, gas: Gas, air: Air, release: Release,
    tolerance: float, largest: float, rows: Array,
) -> tuple[int, int]:  # fmt: skip
    """Go on from ``s`` to ``end``; fills ``rows`` with a cloud's table, gives how many and how it ended.

    Steps are at most ``largest`` times the way since the start plus ``reach``. ``y`` and ``memory`` end as the cloud.
    """
    slopes, out = np.zeros((7, c.PARTS)), np.zeros(len(c.COLUMNS))
    trial, after, kept = np.zeros(c.PARTS), np.zeros(c.PARTS), np.zeros(memory.size)
    start, count = s, 0
    look(s, y, memory, gas, air, release, out)
    _settle(s, y, memory, gas, air, release, out)
    rows[0], count = out, 1
    gap = out[c.CENTRE] - 0.5 * out[c.TALL]
    step = 0.05 * largest * reach
    fresh, rough = True, memory[c.ROUGH] > 0.0
    power, last = (_ROUGH_ORDER, 3) if rough else (_ORDER, 6)
    for _ in range(_TRIES):
        if memory[c.STOP] > 0.0 and memory[c.EVER_CHOKED] > 0.0:
            return count, DONE
        if s > release.reach and out[c.MOLE_FRACTION] < memory[c.LEAST]:
            return count, DONE
        if s >= end * (1.0 - 1e-12) if end > 0.0 else s >= end:
            return count, DONE
        if count >= rows.shape[0]:
            return count, OUT_OF_ROWS
        step = min(step, end - s, largest * (s - start + reach))
        edge = release.reach
        if edge > 0.0 and memory[c.PHASE] == 0.0 and s < edge < s + step:
            step = edge - s
        if fresh:
            rates(s, y, memory, gas, air, release, out, slopes[0])
            fresh = False
        kept[:] = memory
        off = _step(s, step, y, memory, gas, air, release, out, slopes, trial, after, tolerance)
        smallest = _SMALLEST * largest * reach
        if off > 1.0 and step > smallest:
            memory[:] = kept
            step = max(step * max(_SHRINK, _SAFE * off**power), smallest)
            continue
        share = _to_ground(gap, memory, out) if step > 1e-6 * reach else 1.0
        if share < 1.0:
            memory[:] = kept
            step = max(step * share, 1e-6 * reach)
            continue
        s = s + step if s + step < end * (1.0 - 1e-12) or end <= 0.0 else end
        y[:] = after
        before = memory[c.MODE]
        fresh = not _settle(s, y, memory, gas, air, release, out)
        if not fresh:
            slopes[0] = slopes[last]
        rows[count], count = out, count + 1
        gap = out[c.CENTRE] - 0.5 * out[c.TALL]
        grown = _GROWTH if off <= 0.0 else min(_GROWTH, _SAFE * off**power)
        step = step * max(grown, _SHRINK)
        if memory[c.MODE] != before:
            step = min(step, 0.05 * largest * (s - start + reach))
    return count, OUT_OF_TRIES
