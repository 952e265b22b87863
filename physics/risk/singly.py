"""Runs solved one by one: every direction and every ignition with its own march of SLAB's equations.

For holding the shared solution against: rotation and sampling in time give the same answer a hundred times faster.
Steps are of lower order and longer than in `physics.dispersion.slab` and end where the cloud is diluted; distances to a
flammable limit stay within 1 % of the full solution's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air
from physics.dispersion.slab.march import march
from physics.dispersion.slab.rates import Release
from physics.dispersion.slab.thermodynamics import Gas
from physics.risk.clouds import (
    Igniters,
    Plume,
    burning_zone,
    ignition_shares,
    ignition_times,
    standing,
    toxic_ribbon,
)
from physics.risk.ribbon import Map, Ribbon, lay
from physics.risk.sweep import lay_blasts, lay_flash

Array = NDArray[np.float64]

TOLERANCE, LARGEST = 1e-2, 0.5
"""Relative error of a step, and its length over the way since the start."""
_FARTHEST = 10_000.0
"""m."""
_ROWS = 600
_ON_AXIS = 2.2
"""Greatest mole fraction of a section over its mean, at most: 6 / pi on the ground, rounded up."""
_NARROW = 1e-9
_QUIET = 0.1
"""As `physics.dispersion.slab.field` has them."""


class Start(NamedTuple):
    """What a march begins with; ``flux`` is that of a horizontal jet at its source, kg/(m² s), or 0."""

    at: float
    reach: float
    state: Array
    memory: Array
    gas: Gas
    air: Air
    release: Release
    flux: float


class Toxic(NamedTuple):
    """As `physics.risk.clouds.toxic_ribbon` takes it; ``counts`` is false where nobody is poisoned."""

    counts: bool
    constant: float
    slope: float
    per_time: float
    longest: float
    least: float
    indoors: float


class Fire(NamedTuple):
    """Limits of flammability, the share of flash fires, and (E / p)^(1/3) of 1 m³ of gas that explodes, m."""

    lower: float
    upper: float
    flash_share: float
    size: float


@kernel
def _reference(time: float) -> float:
    least = c.LEAST_AVERAGING
    longer: float = ((time + least * math.exp(-min(time / least, 700.0))) / least) ** c.AVERAGING_POWER
    return longer


@kernel
def _jet_share(row: Array, flux: float, air: Air) -> float:
    fraction = row[c.MASS_FRACTION]
    carried = air.density * row[c.WIND] * (1.0 - fraction) / max(flux * fraction, 1e-30)
    n = max(carried, 1e-30) ** (1.0 / 3.0)
    if n < _QUIET:
        return 0.0
    inner = 0.5 * math.log((1.0 - n + n * n) / (1.0 + n) ** 2)
    inner += c.ROOT3 * (math.atan((2.0 * n - 1.0) / c.ROOT3) + math.atan(1.0 / c.ROOT3))
    share: float = 1.0 - 2.0 / (3.0 * n**3) * inner
    return min(max(share, 0.0), 1.0)


@kernel
def solved(start: Start, least: float, averaging: float, duration: float) -> Plume:
    """Plume of one march down to a mole fraction, as `physics.risk.clouds.passing` gives it of the full solution."""
    rows = np.empty((_ROWS, c.WIDE))
    state, memory = start.state.copy(), start.memory.copy()
    memory[c.LEAST], memory[c.ROUGH] = least / _ON_AXIS, 1.0
    count, _ = march(
        start.at, _FARTHEST, start.reach, state, memory, start.gas, start.air, start.release, TOLERANCE, LARGEST, rows
    )
    first = 0
    while first < count - 2 and rows[first, c.AT] < 0.0:
        first += 1
    size = count - first
    table, distance, travel, stay = np.empty((6, size)), np.empty(size), np.empty(size), np.empty(size)
    drawn, before = 0.0, 0.0
    for n in range(count):
        row = rows[n]
        if n > 0:
            drawn += 0.5 * (row[c.ENTRAIN_LONG] + before) * (row[c.TIME] - rows[n - 1, c.TIME])
        before = row[c.ENTRAIN_LONG]
        if n < first:
            continue
        passing = 2.0 * row[c.HALF_LONG] / max(row[c.SPEED], 1e-6)
        time = min(max(duration, passing), averaging)
        instant = 2.0 * start.air.side_spread / c.SIGMA_B * (math.sqrt(1.0 + c.SIGMA_B * max(row[c.AT], 0.0)) - 1.0)
        if start.flux > 0.0:
            instant *= _jet_share(row, start.flux, start.air)
        spread = max((_reference(time) ** 2 - 1.0) * instant * instant, 0.0)
        half, flat = row[c.HALF], row[c.EVEN]
        sigma_y = math.sqrt(max((half * half - flat * flat) / 3.0, 0.0) + spread)
        sigma_z = (row[c.TOP] - row[c.CENTRE]) / c.ROOT3
        wide = max(flat, _NARROW * sigma_y)
        gathered = wide / math.erf(wide / (math.sqrt(2.0) * sigma_y)) * math.sqrt(2.0 * math.pi) * sigma_z
        k = n - first
        distance[k], travel[k] = row[c.AT], row[c.TIME]
        blurred = drawn / max(row[c.SPEED], 1e-6)
        stay[k] = math.sqrt(duration * duration + 2.0 * math.pi * blurred * blurred)
        table[0, k] = row[c.MOLE_FRACTION] * half * row[c.TALL] / gathered * duration / stay[k]
        table[1, k], table[2, k], table[3, k] = flat, sigma_y, row[c.CENTRE]
        table[4, k], table[5, k] = sigma_z, 2.0
    return Plume(distance, table, travel, stay, math.inf, start.release.reach)


@kernel
def late_runs(
    start: Start, fire: Fire, blast: Ribbon, igniters: Igniters, ground: Map, place: tuple[float, float],
    bearings: Array, often: Array, deaths: tuple[float, float, float], averaging: float, duration: float, grid: Array,
    weights: Array, burnt: Array, blown: Array,
) -> None:  # fmt: skip
    """Lay every flash fire and explosion of a cloud, each from its own march; fills weights and deaths (d, k)."""
    count = weights.shape[1]
    times, edges, gas, middle = np.empty(count), np.empty(count + 1), np.empty(count), np.empty(count)
    share, one, size, centre = np.empty((1, count)), np.empty(1), np.empty(1), np.empty(1)
    weight, killed, way = np.empty((1, 1)), np.empty((1, 1)), np.empty(1)
    for d in range(bearings.size):
        way[0] = bearings[d]
        for k in range(count):
            plume = solved(start, fire.lower, averaging, duration)
            zone, burning = burning_zone(plume, fire.lower, fire.upper)
            ignition_times(zone, edges, times)
            standing(zone, burning, times, gas, middle)
            ignition_shares(zone, place[0], place[1], way, igniters, edges, share)
            weights[d, k] = often[d] * share[0, k]
            if weights[d, k] <= 0.0:
                continue
            one[0], weight[0, 0] = times[k], weights[d, k] * fire.flash_share
            burnt[d, k] = 0.0
            lay_flash(zone, ground, place[0], place[1], way[0], one, weight[0], deaths, grid, burnt[d, k : k + 1])
            size[0], centre[0] = fire.size * gas[k] ** (1.0 / 3.0), middle[k]
            weight[0, 0] = weights[d, k] * (1.0 - fire.flash_share)
            lay_blasts(blast, size, centre, ground, place[0], place[1], way, weight, grid, killed)
            blown[d, k] = killed[0, 0]


@kernel
def toxic_runs(
    start: Start, toxic: Toxic, ground: Map, place: tuple[float, float], bearings: Array, often: Array,
    averaging: float, duration: float, grid: Array, killed: Array,
) -> None:  # fmt: skip
    """Lay the dose of a cloud in every direction, each from its own march."""
    level = math.exp((toxic.least - toxic.constant - toxic.per_time * math.log(toxic.longest)) / toxic.slope)
    for d in range(bearings.size):
        plume = solved(start, level, averaging, duration)
        ribbon = toxic_ribbon(
            plume, toxic.constant, toxic.slope, toxic.per_time, toxic.longest, toxic.least, toxic.indoors
        )
        killed[d] = lay(ribbon, ground, place[0], place[1], bearings[d], often[d], grid)
