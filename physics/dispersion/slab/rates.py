"""Right-hand sides of SLAB's plume and puff: what a state means and how it changes.

A plume is the half section of a steady cloud and goes along x; a puff is a quarter of a cloud and goes in time.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air, mean_and_edge
from physics.dispersion.slab.entrainment import along_wind, drag, entrainment
from physics.dispersion.slab.thermodynamics import Gas, mix, mole_fraction

Array = NDArray[np.float64]

_WIND_TURNS, _WIND_TOLERANCE = 10, 1e-8
_ROOT_TURNS = 60
_LEAST_SPEED = 0.01
"""Least speed of a cloud over the wind's."""
_SPEED_PART = 0.70
"""Part of a change of speed that widens a plume as a change of density does.

The published formula names the density alone. SLAB's output widens with the speed as well, by its iteration within a
step; the part is that with which the flat width of its second example comes out (2026-11-22). No trial was used.
"""
_NUDGE = 1e-3
"""Relative step by which a density's change along the way is found."""


class Release(NamedTuple):
    """What feeds a cloud; SI units.

    ``rate`` is kg/s of the whole source, ``mass`` kg of a puff; a pool lies within ``reach`` upwind and downwind of
    0, all other sources have ``reach`` 0 and are complete where they start. ``lift`` is a pool's vapour velocity.
    """

    rate: float
    mass: float
    reach: float
    lift: float


@kernel
def _fed(x: float, release: Release) -> float:
    """Part of a pool that lies upwind of a place."""
    if release.reach <= 0.0:
        return 1.0
    return min(max(0.5 * (x + release.reach) / release.reach, 0.0), 1.0)


@kernel
def speed_of(
    momentum: float, unpressed: float, mass: float, fraction: float, wind: float, density: float, half_width: float,
    lag: float, memory: Array,
) -> float:  # fmt: skip
    """Speed of a half section from its momentum, m/s.

    On the ground the weight of a dense cloud presses along the wind. Its momentum equation is a cubic in the speed; the
    upper root is taken: the flow runs faster than its waves. Where there is none, it runs at the speed of the waves,
    or at that of its momentum without the pressure if that is higher.
    """
    free = momentum / mass + (1.0 - fraction) * wind
    least = _LEAST_SPEED * wind
    memory[c.CHOKED] = 0.0
    if lag <= 0.0 or memory[c.PHASE] > 0.0:
        return max(free, least)
    pressure = 0.5 * c.MOMENTUM_SPREAD * c.GRAVITY * lag * mass / (density * density * half_width)
    if free <= 0.0 or free * free * free <= 6.75 * pressure:
        memory[c.CHOKED] = c.CRITICAL
        return max(float((2.0 * pressure) ** (1.0 / 3.0)), unpressed / mass + (1.0 - fraction) * wind, least)
    speed = free
    for _ in range(_ROOT_TURNS):
        slope = speed * (3.0 * speed - 2.0 * free)
        if slope <= 0.0:
            break
        moved = (speed * speed * (speed - free) + pressure) / slope
        speed -= moved
        if moved <= 1e-12 * speed:
            break
    return max(speed, least)


@kernel
def pressed(density: float, half_width: float, height: float, air: Air) -> float:
    """Momentum flux that the weight of a dense cloud on the ground stands for, N."""
    excess = max(density - air.density, 0.0)
    return 0.5 * c.MOMENTUM_SPREAD * c.GRAVITY * excess * half_width * height * height


@kernel
def _section(
    wind: float, fraction: float, density: float, half: float, long: float, centre: float, lag: float, y: Array,
    memory: Array, air: Air, out: Array,
) -> float:  # fmt: skip
    """Speed, width and height of a cloud in a wind, into ``out``; gives the wind those would have."""
    puff = memory[c.PHASE] > 0.0
    mass = y[c.MASS]
    speed = speed_of(y[c.MOMENTUM], y[c.FREE], mass, fraction, wind, density, half, lag, memory)
    if lag != 0.0 and centre > 0.0 and not puff:
        bound = 0.5 * mass / (density * half * centre)
        if bound < speed:
            speed, memory[c.CHOKED] = bound, c.BOUND
    section = mass / (density * (long if puff else speed))
    if memory[c.MODE] == c.LOFTED and not puff:
        half = max(half, math.sqrt(0.5 * section))
    height = section / half
    top = centre + 0.5 * height if centre > 0.5 * height else height
    out[c.SPEED], out[c.HALF], out[c.TALL], out[c.TOP] = speed, half, height, top
    mean, most = mean_and_edge(top, memory[c.WIND_OFFSET], air)
    return max(min(mean, most), 1e-3 * air.top_wind)


@kernel
def core(
    s: float, y: Array, memory: Array, gas: Gas, air: Air, release: Release, out: Array
) -> None:  # fmt: skip
    """Fill ``out`` with mixture, speed, section and wind of a state."""
    puff = memory[c.PHASE] > 0.0
    mass = y[c.MASS]
    loaded = 0.25 * release.mass if puff else 0.5 * release.rate * _fed(s, release)
    fraction = min(loaded / mass, 1.0)
    temperature, density, capacity = mix(fraction, y[c.HEAT] / mass, memory[c.LAST_TEMPERATURE], gas, air)
    memory[c.LAST_TEMPERATURE] = temperature
    half = max(y[c.WIDTH], 1e-6)
    long = max(y[c.LENGTH], 1e-6) if puff else 1.0
    centre = max(y[c.HEIGHT], 0.0)
    lag = density - air.density if memory[c.MODE] == c.SLUMPING else 0.0
    wind = max(out[c.WIND], 1e-3)
    before, gap_before = 0.0, 0.0
    for turn in range(_WIND_TURNS):
        found = _section(wind, fraction, density, half, long, centre, lag, y, memory, air, out)
        gap = found - wind
        if abs(gap) <= _WIND_TOLERANCE * wind:
            break
        following = found
        if turn > 0 and gap != gap_before:
            guess = wind - gap * (wind - before) / (gap - gap_before)
            if abs(guess - wind) < 4.0 * abs(gap) and guess > 0.0:
                following = guess
        before, gap_before, wind = wind, gap, following
    out[c.TEMPERATURE], out[c.DENSITY], out[c.INVENTORY], out[c.WIND] = temperature, density, capacity, wind
    out[c.CENTRE], out[c.HALF_LONG], out[c.FLUX] = centre, long, mass
    out[c.MASS_FRACTION], out[c.STATE] = fraction, memory[c.MODE]


@kernel
def look(s: float, y: Array, memory: Array, gas: Gas, air: Air, release: Release, out: Array) -> float:
    """Fill ``out`` with what a state means; gives the velocity that carries heat from the ground, m/s."""
    core(s, y, memory, gas, air, release, out)
    puff, slumping = memory[c.PHASE] > 0.0, memory[c.MODE] == c.SLUMPING
    mass, half, long, centre = out[c.FLUX], out[c.HALF], out[c.HALF_LONG], out[c.CENTRE]
    side = y[c.SIDE] / mass if slumping else 0.0
    along = y[c.ALONG] / mass if slumping and puff else 0.0
    falls = y[c.FALL] / mass
    if slumping:
        falls = -side * centre / half - (along * centre / long if puff else 0.0)
    over = release.lift if not puff and abs(s) < release.reach else 0.0
    w, v, heating = entrainment(
        out[c.SPEED], out[c.WIND], out[c.DENSITY], out[c.TEMPERATURE], side, over, out[c.TALL], centre, half,
        memory[c.MODE] == c.LOFTED, air,
    )  # fmt: skip
    out[c.AT], out[c.TIME] = (y[c.CLOCK], s) if puff else (s, y[c.CLOCK])
    out[c.EVEN] = min(max(y[c.FLAT], 0.0), (1.0 - 1e-9) * half)
    out[c.EVEN_LONG] = min(y[c.FLAT_LENGTH], (1.0 - 1e-9) * long) if puff else 0.0
    out[c.MOLE_FRACTION] = mole_fraction(out[c.MASS_FRACTION], gas, air)
    out[c.SIDE_SPEED], out[c.LONG_SPEED], out[c.FALL_SPEED] = side, along, falls
    out[c.ENTRAIN_TOP], out[c.ENTRAIN_SIDE] = w, v
    out[c.ENTRAIN_LONG] = along_wind(out[c.WIND], long, centre, out[c.TOP], air) if puff else 0.0
    return heating


@kernel
def rates(
    s: float, y: Array, memory: Array, gas: Gas, air: Air, release: Release, out: Array, dy: Array
) -> None:  # fmt: skip
    """Fill ``dy`` with how the state changes, per metre of a plume or second of a puff."""
    heating = look(s, y, memory, gas, air, release, out)
    if memory[c.PHASE] > 0.0:
        _puff_rates(heating, y, memory, gas, air, out, dy)
    else:
        _plume_rates(s, heating, y, memory, gas, air, release, out, dy)


@kernel
def _thinning(
    fraction: float, heat: float, dilution: float, warming: float, memory: Array, gas: Gas, air: Air, density: float
) -> float:
    """Change of the logarithm of the density along the way."""
    scale = abs(dilution) + 1e-3 * abs(warming) / c.AIR_HEAT_CAPACITY
    if scale <= 0.0:
        return 0.0
    step = _NUDGE * max(fraction, 1e-9) / scale
    _, after, _ = mix(fraction + step * dilution, heat + step * warming, memory[c.LAST_TEMPERATURE], gas, air)
    return (after / density - 1.0) / step


@kernel
def _slowing(y: Array, dy: Array, dilution: float, thinner: float, memory: Array, air: Air, out: Array) -> float:
    """Change of the logarithm of a plume's speed along the way, from what `speed_of` solves."""
    mass, half, height, top = out[c.FLUX], out[c.HALF], out[c.TALL], out[c.TOP]
    speed, wind, density, centre = out[c.SPEED], out[c.WIND], out[c.DENSITY], out[c.CENTRE]
    grows, widens = dy[c.MASS] / mass, dy[c.WIDTH] / half
    if memory[c.CHOKED] == c.BOUND:
        return float(grows - thinner - widens - dy[c.HEIGHT] / max(centre, 1e-9))
    lag = density - air.density if memory[c.MODE] == c.SLUMPING else 0.0
    pressure = 0.0
    if lag > 0.0:
        pressure = 0.5 * c.MOMENTUM_SPREAD * c.GRAVITY * lag * mass / (density * density * half)
    pressing = grows - 2.0 * thinner - widens + (density * thinner / lag if lag > 0.0 else 0.0)
    momentum, pushed = y[c.MOMENTUM], dy[c.MOMENTUM]
    if memory[c.CHOKED] == c.CRITICAL:
        free = y[c.FREE] / mass + (1.0 - out[c.MASS_FRACTION]) * wind
        if speed > free * (1.0 + 1e-9):
            return float(pressing / 3.0)
        momentum, pressure = y[c.FREE], 0.0
    free = momentum / mass + (1.0 - out[c.MASS_FRACTION]) * wind
    mean, edge = mean_and_edge(top, memory[c.WIND_OFFSET], air)
    rising = (1.0 - out[c.MASS_FRACTION]) * max(edge - mean, 0.0) / top
    spread = grows - thinner - widens
    if memory[c.MODE] == c.LOFTED:
        bound = half > y[c.WIDTH] * (1.0 + 1e-9)
        lifted = 0.25 * height if bound else 0.5 * height
        moved = rising * (dy[c.HEIGHT] + lifted * ((grows - thinner) if bound else spread))
    else:
        lifted = height
        moved = rising * height * spread
    change = (pushed - momentum * grows) / mass - dilution * wind + moved
    share = speed * (3.0 * speed * speed - 2.0 * free * speed) + speed * speed * rising * lifted
    if share <= 1e-9 * speed**3:
        return 0.0
    found: float = (speed * speed * change - pressure * pressing) / share
    return found


@kernel
def _plume_rates(
    s: float, heating: float, y: Array, memory: Array, gas: Gas, air: Air, release: Release, out: Array, dy: Array,
) -> None:  # fmt: skip
    mass, half, height = out[c.FLUX], out[c.HALF], out[c.TALL]
    density, speed, wind, temperature = out[c.DENSITY], out[c.SPEED], out[c.WIND], out[c.TEMPERATURE]
    side, centre = out[c.SIDE_SPEED], out[c.CENTRE]
    w, v = out[c.ENTRAIN_TOP], out[c.ENTRAIN_SIDE]
    lofted, slumping = memory[c.MODE] == c.LOFTED, memory[c.MODE] == c.SLUMPING
    fed = 0.25 * release.rate / release.reach if abs(s) < release.reach else 0.0
    dmass = c.ROOT3 * air.density * (v * height + w * half) + fed
    along, across = drag(speed, wind, density, side, half, height, lofted, air)
    warmed = density * half * heating * out[c.INVENTORY] * (air.temperature - temperature)
    dy[:] = 0.0
    dy[c.MASS], dy[c.HEAT], dy[c.MOMENTUM], dy[c.CLOCK] = dmass, warmed, along, _fed(s, release) / speed
    dy[c.WIDTH] = (c.ROOT3 * air.density / density * v + side) / speed
    dy[c.FLAT], dy[c.FREE] = y[c.FLAT] * side / (half * speed), along
    sunk, falls = c.GRAVITY * (density - air.density), out[c.FALL_SPEED]
    if slumping:
        dy[c.SIDE] = c.SIDE_SPREAD * sunk * height * height + across
        dy[c.HEIGHT] = falls / speed
    else:
        slowed = c.SHEAR * density * height * falls * abs(falls) if lofted else 0.0
        dy[c.FALL] = -sunk * half * height - slowed
        dy[c.HEIGHT] = falls / speed if centre > 0.0 or falls > 0.0 else 0.0
    dilution = (fed - out[c.MASS_FRACTION] * dmass) / mass
    warming = (warmed - y[c.HEAT] / mass * dmass) / mass
    heat = y[c.HEAT] / mass
    thinner = _thinning(out[c.MASS_FRACTION], heat, dilution, warming, memory, gas, air, density)
    slower = _slowing(y, dy, dilution, thinner, memory, air, out)
    thinning = thinner + _SPEED_PART * slower
    part = height / (height + 2.0 * half)
    dy[c.WIDTH] -= half * part * thinning
    dy[c.FLAT] -= y[c.FLAT] * part * thinning


@kernel
def _puff_rates(
    heating: float, y: Array, memory: Array, gas: Gas, air: Air, out: Array, dy: Array
) -> None:  # fmt: skip
    mass, half, height, long = out[c.FLUX], out[c.HALF], out[c.TALL], out[c.HALF_LONG]
    density, speed, wind, temperature = out[c.DENSITY], out[c.SPEED], out[c.WIND], out[c.TEMPERATURE]
    side, centre = out[c.SIDE_SPEED], out[c.CENTRE]
    w, v, u = out[c.ENTRAIN_TOP], out[c.ENTRAIN_SIDE], out[c.ENTRAIN_LONG]
    lofted, slumping = memory[c.MODE] == c.LOFTED, memory[c.MODE] == c.SLUMPING
    dmass = c.ROOT3 * air.density * ((u * half + v * long) * height + w * half * long)
    along, across = drag(speed, wind, density, side, half, height, lofted, air)
    _, lengthwise = drag(speed, wind, density, out[c.LONG_SPEED], half, height, lofted, air)
    warmed = density * half * long * heating * out[c.INVENTORY] * (air.temperature - temperature)
    fraction, heat = out[c.MASS_FRACTION], y[c.HEAT] / mass
    thinning = _thinning(
        fraction, heat, -fraction * dmass / mass, (warmed - heat * dmass) / mass, memory, gas, air, density
    )  # fmt: skip
    open_sides = 1.0 / (2.0 * half) + 1.0 / (2.0 * long) + 1.0 / height
    wide, far = thinning / (2.0 * half * open_sides), thinning / (2.0 * long * open_sides)
    dy[:] = 0.0
    dy[c.MASS], dy[c.HEAT], dy[c.MOMENTUM], dy[c.CLOCK] = dmass, warmed, along * long, speed
    ratio = c.ROOT3 * air.density / density
    dy[c.WIDTH] = ratio * v + side - half * wide
    dy[c.LENGTH] = ratio * u + out[c.LONG_SPEED] - long * far
    dy[c.FLAT] = y[c.FLAT] * (side / half - wide)
    dy[c.FLAT_LENGTH] = y[c.FLAT_LENGTH] * (out[c.LONG_SPEED] / long - far)
    sunk = c.GRAVITY * (density - air.density)
    if slumping:
        dy[c.SIDE] = c.SIDE_SPREAD * sunk * height * height * long + across * long
        dy[c.ALONG] = c.SIDE_SPREAD * sunk * height * height * half + lengthwise * long
        dy[c.HEIGHT] = out[c.FALL_SPEED]
        return
    falls = out[c.FALL_SPEED]
    slowed = c.SHEAR * density * height * long * falls * abs(falls) if lofted else 0.0
    dy[c.FALL] = -sunk * half * long * height - slowed
    dy[c.HEIGHT] = falls if centre > 0.0 or falls > 0.0 else 0.0
