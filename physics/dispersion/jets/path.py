"""The way of a jet: what it takes in, what turns it, and the march along its axis.

The state is what goes through a section: mass, kg/s, and momentum along the wind and up, N; the substance is
constant. The section itself follows from them (`physics.dispersion.jets.section`), so that they are conserved to
rounding whatever the steps.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.jets.mixtures import density_at
from physics.dispersion.jets.section import EDGE, profile
from physics.quantities import GRAVITY
from physics.weather.surface_layer import UNSTABLE_SLOPE, VON_KARMAN, wind_shape

Array = NDArray[np.float64]

MASS, ALONG, UP, X, Z, CLOCK = range(6)
"""State: kg/s, N, N, m, m, s."""
PARTS = 6
COLUMNS = ("x", "z", "s", "t", "angle", "excess", "width", "concentration", "wind", "mass", "along", "up", "weight")
AT, HEIGHT, WAY, TIME, ANGLE, EXCESS, WIDTH, CONCENTRATION, WIND, FLOW, THRUST, LIFT, WEIGHT = range(13)
"""The last is the mass of a metre of jet over that of the air in its place, kg/m."""

ON_ITS_WAY, SLOW, TOUCHED, GROUNDED, FAR, STOPPED, LOST = range(7)
"""Why a march ended: it did not; carried by the air; heavy and its edge met the ground; its axis did; the end of its
reach; no steps left; no momentum left, or no section has these fluxes."""
DENSE_RICHARDSON = 10.0
"""Richardson number g'h/u*² from which a cloud at the ground spreads as a heavy one, as the ensemble has it."""
SLOW_PART = 0.1
"""Speed over the wind's, as part of the wind's, at which the air carries a jet (B5 of the reference; unverified)."""
SPENT_PART = 0.01
"""Part of its first momentum below which a jet has none left: a heavy one straight up falls back on itself (chosen)."""
_STEPS_TRIED = 4000
_FINE = 2e-3
"""Part of the way so far within which the end of a march is found."""
_LARGEST = 0.25
"""Largest step over the way so far."""
_LOWEST = 0.5
"""Least height whose wind meets a jet, m."""
_SAFETY, _SLOWEST, _FASTEST = 0.9, 0.2, 4.0


class Closure(NamedTuple):
    """How a jet takes in air, and what the wind does to it.

    ``jet``, ``thermal`` and ``turbulence`` are Ooms' alphas and ``drag`` his coefficient; ``stirred`` is the volume a
    jet takes in by its momentum, m²/s, ``buoyant`` the factor of what buoyancy adds and ``cap`` the most of both over
    2 pi b times the excess speed (Houf and Schefer). Those a model lacks are 0.
    """

    jet: float
    thermal: float
    turbulence: float
    drag: float
    stirred: float
    buoyant: float
    cap: float
    spread: float


class Surroundings(NamedTuple):
    """Air a jet goes into; SI units: u*, roughness, 1/L, density; ``ground`` 1 where there is one."""

    friction: float
    roughness: float
    inverse: float
    density: float
    ground: float


@kernel
def wind_of(height: float, around: Surroundings) -> float:
    """Wind at a height, m/s, not lower than that at half a metre or three roughness lengths."""
    at = max(height, _LOWEST, 3.0 * around.roughness)
    speed: float = around.friction / VON_KARMAN * wind_shape(at, around.roughness, around.inverse)
    return max(speed, 0.0)


@kernel
def dissipation(height: float, around: Surroundings) -> float:
    """Rate at which turbulence decays, m²/s³: u*³ / (kappa z) (phi_m - z/L) (Dyer 1974, unverified at height)."""
    ratio = height * around.inverse
    phi = 1.0 + 4.0 * min(ratio, 1.0) if ratio >= 0.0 else (1.0 - UNSTABLE_SLOPE * ratio) ** -0.25 - ratio
    rate: float = around.friction**3 / (VON_KARMAN * height) * phi
    return rate


@kernel
def taken_in(v: float, b: float, lighter: float, sine: float, cosine: float, z: float, wind: float,
             closure: Closure, around: Surroundings) -> float:  # fmt: skip
    """Air taken in per length, m²/s; ``lighter`` is air's density less the axis's over the axis's."""
    girth = 2.0 * math.pi * b
    speed = closure.jet * abs(v) + closure.thermal * wind * abs(sine) * max(cosine, 0.0)
    if closure.turbulence > 0.0:
        deep = max(z, math.sqrt(EDGE) * b, _LOWEST)
        speed += closure.turbulence * (dissipation(deep, around) * b) ** (1.0 / 3.0)
    volume = girth * speed
    if closure.stirred > 0.0:
        inverse_froude = GRAVITY * b * abs(lighter) / max(v * v, 1e-12)
        own = closure.stirred + closure.buoyant * inverse_froude * girth * abs(v) * sine
        volume += min(max(own, 0.0), closure.cap * girth * abs(v))
    return volume


@kernel
def _rates(y: Array, species: float, guess: Array, closure: Closure, around: Surroundings, table: Array, last: float,
           found: Array, out: Array) -> bool:  # fmt: skip
    thrust = math.hypot(y[ALONG], y[UP])
    if not thrust > 0.0:
        return False
    cosine, sine = y[ALONG] / thrust, y[UP] / thrust
    wind = wind_of(y[Z], around)
    w = wind * cosine
    if not profile(y[MASS], thrust, species, w, closure.spread, table, last, around.density, guess, found):
        return False
    area = species / found[2]  # pi b²
    b = math.sqrt(area / math.pi)
    axis = density_at(guess[1], table, last, around.density)[0]
    volume = taken_in(guess[0], b, (around.density - axis) / axis, sine, cosine, y[Z], wind, closure, around)
    pressed = closure.drag * math.pi * b * around.density * wind * wind * sine * sine
    out[MASS] = around.density * volume
    out[ALONG] = around.density * volume * wind + pressed * abs(sine)
    out[UP] = -GRAVITY * area * found[3] - pressed * math.copysign(cosine, sine)
    out[X], out[Z] = cosine, sine
    out[CLOCK] = y[MASS] / thrust
    return True


@kernel
def _row(s: float, y: Array, species: float, guess: Array, around: Surroundings, found: Array, row: Array) -> None:
    row[AT], row[HEIGHT], row[WAY], row[TIME] = y[X], y[Z], s, y[CLOCK]
    row[ANGLE] = math.atan2(y[UP], y[ALONG])
    row[EXCESS], row[WIDTH], row[CONCENTRATION] = guess[0], math.sqrt(species / found[2] / math.pi), guess[1]
    row[WIND] = wind_of(y[Z], around)
    row[FLOW], row[THRUST], row[LIFT] = y[MASS], y[ALONG], y[UP]
    row[WEIGHT] = species / found[2] * found[3]


@kernel
def richardson(row: Array, around: Surroundings) -> float:
    """g'h/u*² of a section: its weight against air over its width."""
    wide = 2.0 * math.sqrt(EDGE) * row[WIDTH]
    friction = max(around.friction, 1e-3)
    number: float = GRAVITY * row[WEIGHT] / (around.density * wide * friction * friction)
    return number


@kernel
def _ended(row: Array, first: float, end: float, around: Surroundings) -> int:
    if math.hypot(row[THRUST], row[LIFT]) < SPENT_PART * first:
        return LOST
    sine, cosine = math.sin(row[ANGLE]), math.cos(row[ANGLE])
    speed = row[WIND] * cosine + row[EXCESS]
    most = SLOW_PART * row[WIND]
    # a jet no faster than the wind that neither rises nor falls is at the top of its rise, if it is heavy
    if row[WIND] > 0.0 and speed * cosine - row[WIND] < most and abs(speed * sine) < most:
        return SLOW
    if around.ground > 0.0 and row[HEIGHT] < math.sqrt(EDGE) * row[WIDTH] and sine <= SLOW_PART:
        if richardson(row, around) > DENSE_RICHARDSON:
            return TOUCHED
        if row[HEIGHT] <= 0.0 and sine < 0.0:
            return GROUNDED
    return FAR if row[WAY] >= end * (1.0 - 1e-9) else ON_ITS_WAY


@kernel
def march(
    s: float, end: float, y: Array, species: float, guess: Array, closure: Closure, around: Surroundings, table: Array,
    last: float, tolerance: float, rows: Array,
) -> tuple[int, int]:  # fmt: skip
    """Go along a jet from ``s`` m; fills ``rows``, gives how many and why it ended (Bogacki and Shampine's 3(2))."""
    found = np.empty(10)
    k1, k2, k3, k4 = np.empty(PARTS), np.empty(PARTS), np.empty(PARTS), np.empty(PARTS)
    trial, after, near, row = np.empty(PARTS), np.empty(PARTS), guess.copy(), np.empty(len(COLUMNS))
    if not _rates(y, species, guess, closure, around, table, last, found, k1):
        return 0, LOST
    _row(s, y, species, guess, around, found, row)
    rows[0], count, first = row, 1, math.hypot(row[THRUST], row[LIFT])
    why = _ended(row, first, end, around)
    step = 0.1 * row[WIDTH]
    for _ in range(_STEPS_TRIED):
        if why != ON_ITS_WAY or count >= rows.shape[0]:
            break
        step = min(step, end - s, _LARGEST * s + row[WIDTH])
        near[:] = guess
        trial[:] = y + 0.5 * step * k1
        good = _rates(trial, species, near, closure, around, table, last, found, k2)
        trial[:] = y + 0.75 * step * k2
        good = good and _rates(trial, species, near, closure, around, table, last, found, k3)
        after[:] = y + step * (2.0 / 9.0 * k1 + 1.0 / 3.0 * k2 + 4.0 / 9.0 * k3)
        good = good and _rates(after, species, near, closure, around, table, last, found, k4)
        if not good:
            step *= 0.25
            if step < 1e-9 * (s + rows[0, WIDTH]):
                return count, LOST
            continue
        thrust, worst = math.hypot(after[ALONG], after[UP]), 0.0
        for i in range(PARTS):
            error = abs(step * (-5.0 / 72.0 * k1[i] + k2[i] / 12.0 + k3[i] / 9.0 - 0.125 * k4[i]))
            size = after[MASS] if i == MASS else thrust if i <= UP else max(after[CLOCK], k4[CLOCK] * row[WIDTH])
            if i in (X, Z):
                size = s + step
            worst = max(worst, error / (tolerance * size))
        change = min(max(_SAFETY * max(worst, 1e-9) ** (-1.0 / 3.0), _SLOWEST), _FASTEST)
        if worst > 1.0:
            step *= change
            continue
        _row(s + step, after, species, near, around, found, row)
        why = _ended(row, first, end, around)
        if why != ON_ITS_WAY and why != FAR and step > _FINE * (s + step):
            step *= 0.3
            why = ON_ITS_WAY
            continue
        s += step
        y[:], guess[:], k1[:] = after, near, k4
        rows[count] = row
        count += 1
        step *= change
    return count, STOPPED if why == ON_ITS_WAY else why
