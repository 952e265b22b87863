"""How a cloud starts: pool, horizontal and vertical jet, everything at once.

Horizontal jets start as Ermak (1990) has them. What stands here for the top of a vertical jet, a pool too strong for
the wind and a cloud released at once was written from publications and held against another program's output; see each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air, way_to, wind_at
from physics.dispersion.slab.blanket import blanket, pool_start
from physics.dispersion.slab.rates import Release, pressed
from physics.dispersion.slab.thermodynamics import Gas, mix, mole_fraction

Array = NDArray[np.float64]

_SIMPSON = 10
"""Intervals of Simpson's rule that gives a jet the mean wind over its height (as SLAB's own output shows)."""
RISE, RISE_DILUTION, RISE_POWER = 1.32, 1.69, 1.85
"""Rise and dilution of a dense vertical jet (Hoot, Meroney and Peterka 1973)."""
JET_RISE, JET_ENTRAINMENT, JET_CROSS = 0.9, 0.4, 1.2
"""Rise of a jet in a neutral wind (Briggs 1975; from memory, unverified)."""
_LEAST_DILUTION = 0.999


@dataclass(frozen=True, slots=True)
class Start:
    """A cloud at its start.

    Attributes
    ----------
    at : float
        m from the source of a plume, s of a puff.
    reach : float
        Length, m, or time, s, the first steps are small against.
    state, memory : ndarray
    release : Release
    says : tuple of str
        What was changed to make it start.
    """

    at: float
    reach: float
    state: Array
    memory: Array
    release: Release
    says: tuple[str, ...] = ()


def mean_wind(height: float, air: Air) -> float:
    """Mean wind from the ground to a height, by Simpson's rule with ten intervals as SLAB starts a jet with, m/s."""
    weights = np.ones(_SIMPSON + 1)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    winds = [wind_at(height * k / _SIMPSON, air) for k in range(_SIMPSON + 1)]
    return float(np.dot(weights, winds) / (3.0 * _SIMPSON))


def _memory(puff: bool, mode: float, offset: float, temperature: float) -> Array:
    memory = np.zeros(c.SLOTS)
    memory[c.PHASE], memory[c.MODE] = (1.0 if puff else 0.0), mode
    memory[c.WIND_OFFSET], memory[c.LAST_TEMPERATURE] = offset, temperature
    return memory


def _state(mass: float, width: float, momentum: float, height: float) -> Array:
    state = np.zeros(c.PARTS)
    state[c.MASS], state[c.WIDTH], state[c.FLAT] = mass, width, c.FLAT_PART * width
    state[c.MOMENTUM], state[c.HEIGHT] = momentum, height
    return state


def horizontal_jet(*, rate: float, area: float, density: float, temperature: float, height: float, air: Air) -> Start:
    """Jet along the wind: a square section, undiluted, at its own speed."""
    side = math.sqrt(area)
    mass, speed = 0.5 * rate, rate / (density * area)
    lofted = height > 0.5 * side
    top = height + 0.5 * side if lofted else side
    state = _state(mass, 0.5 * side, mass * speed, height)
    mode = c.LOFTED if lofted else (c.SLUMPING if density > air.density else c.RESTING)
    if mode == c.SLUMPING:
        state[c.MOMENTUM] += pressed(density, 0.5 * side, side, air)
    offset = mean_wind(top, air) * top - way_to(top, air)
    return Start(0.0, side, state, _memory(False, mode, offset, temperature), Release(rate, 0.0, 0.0, 0.0))


def jet_rise(*, diameter: float, speed: float, density: float, wind: float, air: Air) -> tuple[float, float]:
    """Rise of a vertical jet, m, and the part a dense jet's weight alone would allow, over it.

    Inverse squares of the rise of a dense jet (Hoot, Meroney and Peterka 1973) and of a jet in a wind (Briggs 1975)
    add up; the sum agrees with another program's output within 1 %.
    """
    ratio = wind / speed
    momentum = JET_RISE * 0.5 * diameter * speed * math.sqrt(wind / air.friction)
    momentum /= (JET_ENTRAINMENT + JET_CROSS * ratio) * wind
    if density <= air.density * (1.0 + 1e-6):
        return momentum, 1.0
    froude = density * speed**3 / (c.GRAVITY * diameter * (density - air.density) * wind)
    dense = RISE * diameter * froude ** (1.0 / 3.0)
    risen = 1.0 / math.sqrt(momentum**-2 + dense**-2)
    return risen, risen / dense


def vertical_jet(
    *, rate: float, area: float, density: float, temperature: float, height: float, gas: Gas, air: Air
) -> Start:
    """Jet upwards: starts at the top of its rise, diluted as measured there.

    The peak dilution of Hoot, Meroney and Peterka becomes the mean over the section by `constants.PEAK_TO_MEAN`, fully
    where thin, not at all where undiluted. All air in the cloud moves with the wind of its middle. The mean and
    its use agree with another program's output to five digits; its speed at the top, a tenth higher, was not found.
    """
    diameter, speed = math.sqrt(4.0 * area / math.pi), rate / (density * area)
    wind = max(wind_at(max(height, 0.5 * diameter), air), 1e-3)
    rise, part = jet_rise(diameter=diameter, speed=speed, density=density, wind=wind, air=air)
    peak = min(RISE_DILUTION * speed / wind * (rise / diameter) ** -RISE_POWER, _LEAST_DILUTION)
    moles = peak * (c.PEAK_TO_MEAN + (1.0 - c.PEAK_TO_MEAN) * peak)
    fraction = moles * gas.molar_mass / (moles * gas.molar_mass + (1.0 - moles) * air.molar_mass)
    warm, dense, _ = mix(fraction, 0.0, temperature, gas, air)
    middle = height + rise
    ambient = wind_at(middle, air)
    mass, moves = 0.5 * rate / fraction, max((1.0 - fraction) * ambient, 0.05 * ambient)
    half = math.sqrt(0.5 * mass / (dense * moves))
    top = middle + half if middle > half else 2.0 * half
    state = _state(mass, half, mass * (moves - (1.0 - fraction) * ambient), middle)
    state[c.FLAT] = min(c.FLAT_PART, math.sqrt(peak)) * half
    offset = ambient * top - way_to(top, air)
    away = 0.0
    if density > air.density * (1.0 + 1e-6):
        away = speed * wind * air.density / (c.GRAVITY * (density - air.density)) * part**3
    mode = c.LOFTED if middle > half else (c.SLUMPING if dense > air.density else c.RESTING)
    release = Release(rate, 0.0, 0.0, 0.0)
    return Start(min(away, 100.0 * diameter), half, state, _memory(False, mode, offset, warm), release)


def at_once(*, mass: float, area: float, density: float, temperature: float, height: float, air: Air) -> Start:
    """All at once: a square block at rest; where no area is given, half as high as wide (unverified)."""
    volume = mass / density
    half = 0.5 * math.sqrt(area) if area > 0.0 else (0.25 * volume) ** (1.0 / 3.0)
    tall = volume / (4.0 * half * half)
    state = _state(0.25 * mass, half, 0.0, height if height > 0.5 * tall else 0.0)
    state[c.LENGTH], state[c.FLAT_LENGTH] = half, c.FLAT_PART * half
    lofted = height > 0.5 * tall
    mode = c.LOFTED if lofted else (c.SLUMPING if density > air.density else c.RESTING)
    sinks = math.sqrt(c.GRAVITY * max(abs(density / air.density - 1.0), 1e-3) * tall)
    reach = min(half / max(wind_at(tall, air), 0.1), half / sinks)
    top = height + 0.5 * tall if lofted else tall
    offset = mean_wind(top, air) * top - way_to(top, air)
    return Start(0.0, reach, state, _memory(True, mode, offset, temperature), Release(0.0, mass, 0.0, 0.0))


def pool(*, rate: float, area: float, density: float, gas: Gas, air: Air) -> Start:
    """Evaporating pool: a square that gives off vapour evenly.

    A pool whose vapour the wind cannot carry off faster than it slumps lies under a blanket wider than itself: the
    square is taken as large as it must be for the flow over it to outrun its own waves. (SLAB widens its source too;
    the criterion here is this project's, from the momentum equation, and agrees with another program's
    widths within 5 %.)
    """
    half, lift = 0.5 * math.sqrt(area), rate / (density * area)
    wide = blanket(half, rate, lift, gas, air)
    release = Release(rate, 0.0, wide, lift)
    state, memory = np.zeros(c.PARTS), np.zeros(c.SLOTS)
    at = pool_start(wide, release, gas, air, state, memory)
    if wide == half:
        return Start(at, half, state, memory, release)
    says = (
        f"The wind cannot carry off the pool's vapour as fast as it slumps: it lies under a blanket {2.0 * wide:.0f} m "
        f"wide, {wide / half:.1f} times as wide as the pool."
    )
    return Start(at, wide, state, memory, release, (says,))


__all__ = ["Start", "at_once", "horizontal_jet", "jet_rise", "mean_wind", "mole_fraction", "pool", "vertical_jet"]
