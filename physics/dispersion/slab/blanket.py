"""How a pool's cloud starts, and how wide a blanket of vapour lies over a pool the wind cannot clear."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air, wind_at
from physics.dispersion.slab.march import march
from physics.dispersion.slab.rates import Release
from physics.dispersion.slab.thermodynamics import Gas, mix

Array = NDArray[np.float64]

FIRST = 0.03
"""Part of a pool's half-length at which its cloud starts."""
_TOLERANCE, _LARGEST = 1e-2, 0.4
_WIDER, _HALVINGS, _WIDEST = 2.0, 6, 20
_ROWS = 400


@kernel
def pool_start(half: float, release: Release, gas: Gas, air: Air, state: Array, memory: Array) -> float:
    """Fill a plume's state and memory just inside a pool's upwind edge; gives the place, m."""
    first = FIRST * half
    fed = 0.25 * release.rate / half * first
    wind = wind_at(0.1 * half, air)
    taken = c.ENTRAINMENT * c.VON_KARMAN * math.sqrt(air.friction**2 + c.SOURCE_SHEAR * release.lift * wind)
    mass = fed + c.ROOT3 * air.density * taken * half * first
    warm, dense, _ = mix(fed / mass, 0.0, gas.boiling_point, gas, air)
    state[:], memory[:] = 0.0, 0.0
    state[c.MASS], state[c.WIDTH], state[c.FLAT] = mass, half, c.FLAT_PART * half
    memory[c.MODE] = c.SLUMPING if dense > air.density else c.RESTING
    memory[c.LAST_TEMPERATURE] = warm
    return first - half


@kernel
def _carried(
    half: float, rate: float, lift: float, gas: Gas, air: Air, state: Array, memory: Array, rows: Array
) -> bool:  # fmt: skip
    """Whether the wind carries a pool's cloud off without its waves running ahead."""
    release = Release(rate, 0.0, half, lift)
    at = pool_start(half, release, gas, air, state, memory)
    memory[c.STOP] = 1.0
    march(at, half, 0.25 * half, state, memory, gas, air, release, _TOLERANCE, _LARGEST, rows)
    return bool(memory[c.EVER_CHOKED] == 0.0)


@kernel
def blanket(half: float, rate: float, lift: float, gas: Gas, air: Air) -> float:
    """Half-width of the square over which the wind carries off what a pool of a half-width gives off, m."""
    state, memory, rows = np.zeros(c.PARTS), np.zeros(c.SLOTS), np.empty((_ROWS, c.WIDE))
    if _carried(half, rate, lift, gas, air, state, memory, rows):
        return half
    low = high = half
    for _ in range(_WIDEST):
        low, high = high, high * _WIDER
        if _carried(high, rate, lift, gas, air, state, memory, rows):
            break
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        if _carried(middle, rate, lift, gas, air, state, memory, rows):
            high = middle
        else:
            low = middle
    return high
