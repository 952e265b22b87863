"""Fluxes of mass, momentum and energy through the faces of a pipe's cells and through its two ends.

Between cells: HLLC with Davis' wave speeds (Toro, Spruce and Speares 1994; Toro 2009, chapter 10). At the broken
end the last cell's fluid expands along its isentrope, du = −dp/(ρ c), until it moves at the speed of sound or has
come down to ambient pressure: the rarefaction of the Riemann problem. At the other end the wave running there,
dp = ρ c du, meets a wall, a reservoir at rest behind an isentropic entry, or a pump that gives a fixed flow.

Legend: r density, u velocity towards the break, p pressure, e specific internal energy, c speed of sound, t
temperature, x vapour fraction; fluxes are per area.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.discharge.pipe_state import PipeFluid, state

Array = NDArray[np.float64]

CLOSED, RESERVOIR, PUMP = 0, 1, 2
"""What stands at the end of a pipe that is not broken."""
LEAST_SPEED = 0.5
"""Least speed a wave between cells counts with, m/s: cold liquid torn apart by its own vapour has next to none."""
_MOST_STEPS = 400
_STEP = 0.08  # of ln density along the isentrope to the exit; half of it moves the flux by less than 1e-4
_SHORTEST = 4e-3  # of those steps close to the speed of sound, where the flux hardly changes
_AT_BACK = 1e-6  # relative pressure above the surroundings' that counts as theirs
_NUDGE = 1e-7  # relative density by which liquid at its vapour pressure is stretched so that it counts as boiling
_BISECTIONS = 60


class Feed(NamedTuple):
    """The end of a pipe away from the break, as kernels take it.

    Attributes
    ----------
    kind : int
        `CLOSED`, `RESERVOIR` or `PUMP`.
    until : float
        Time at which a reservoir or pump is cut off, s.
    checks : bool
        Whether a check valve keeps the flow from leaving the pipe by this end.
    mass_flux, density, enthalpy : float
        Of a pump.
    pressure, densities, enthalpies : ndarray, shape (k,)
        Isentrope of a reservoir from rest down, pressure falling.
    """

    kind: int
    until: float
    checks: bool
    mass_flux: float
    density: float
    enthalpy: float
    pressure: Array
    densities: Array
    enthalpies: Array


@kernel
def hllc(
    r_l: float,
    u_l: float,
    p_l: float,
    e_l: float,
    c_l: float,
    r_r: float,
    u_r: float,
    p_r: float,
    e_r: float,
    c_r: float,
) -> tuple[float, float, float]:
    """Flux between two states; ``e`` is internal energy per volume."""
    s_l = min(u_l - max(c_l, LEAST_SPEED), u_r - max(c_r, LEAST_SPEED))
    s_r = max(u_l + max(c_l, LEAST_SPEED), u_r + max(c_r, LEAST_SPEED))
    total_l = e_l + 0.5 * r_l * u_l * u_l
    total_r = e_r + 0.5 * r_r * u_r * u_r
    if s_l >= 0.0:
        return r_l * u_l, r_l * u_l * u_l + p_l, (total_l + p_l) * u_l
    if s_r <= 0.0:
        return r_r * u_r, r_r * u_r * u_r + p_r, (total_r + p_r) * u_r
    a_l, a_r = r_l * (s_l - u_l), r_r * (s_r - u_r)
    middle = (p_r - p_l + a_l * u_l - a_r * u_r) / (a_l - a_r)
    if middle >= 0.0:
        r, u, p, total, s, a = r_l, u_l, p_l, total_l, s_l, a_l
    else:
        r, u, p, total, s, a = r_r, u_r, p_r, total_r, s_r, a_r
    r_star = a / (s - middle)
    total_star = r_star * (total / r + (middle - u) * (middle + p / a))
    return (
        r * u + s * (r_star - r),
        r * u * u + p + s * (r_star * middle - r * u),
        (total + p) * u + s * (total_star - total),
    )


@kernel
def exit_state(
    fluid: PipeFluid, r: float, u: float, p: float, e: float, c: float, t: float, x: float, p_back: float
) -> tuple[float, float, float, float, float, float]:
    """Density, velocity, pressure, energy, temperature, vapour fraction in the plane of the break."""
    if p <= p_back:
        out = u + (p - p_back) / (r * c)
        if out <= 0.0:  # it would suck air in, which is not followed: the break counts as shut
            return r, 0.0, max(p + r * c * u, 0.0), e, t, x
        return r, out, p_back, e, t, x
    for _ in range(_MOST_STEPS):
        if p - p_back < _AT_BACK * p_back:
            if u <= 0.0:
                return r, 0.0, p, e, t, x
            return r, u, p_back, e, t, x
        if u >= c:
            break
        step = min(_STEP, 0.5 * (1.0 - u / c) + _SHORTEST)
        if fluid.kind != 0 and x <= 0.0:
            # down to the vapour pressure in one step: liquid gives way by less than any step in ln density
            boiling = _boiling_step(fluid, r, t, p, c)
            step = min(step, boiling + _NUDGE)
        step = min(step, (p - p_back) / (r * c * c) + 0.1 * _AT_BACK)
        middle = r * math.exp(-0.5 * step)
        e_m = e - 0.5 * step * p / r
        p_m, c_m, t_m, x_m = state(fluid, middle, e_m, t, x)
        r_n = r * math.exp(-step)
        e_n = e - step * p_m / middle
        p_n, c_n, t_n, x_n = state(fluid, r_n, e_n, t_m, x_m)
        u_n = u + step * c_m if x > 0.0 or fluid.kind == 0 else u + (p - p_n) / (r * c)
        if u_n >= c_n and c_n > 0.25 * c:
            part = (c - u) / (c - u + u_n - c_n)
            return (
                r + part * (r_n - r),
                u + part * (u_n - u),
                p + part * (p_n - p),
                e + part * (e_n - e),
                t + part * (t_n - t),
                x + part * (x_n - x),
            )
        r, u, p, e, c, t, x = r_n, u_n, p_n, e_n, c_n, t_n, x_n
    return r, u, p, e, t, x


@kernel
def _boiling_step(fluid: PipeFluid, r: float, t: float, p: float, c: float) -> float:
    """Step in ln density that brings liquid down to its vapour pressure along the isentrope, c² dln ρ = dp/ρ."""
    at = (t - fluid.saturation.low) / fluid.saturation.step
    node = min(max(math.floor(at), 0), fluid.saturation.values.shape[0] - 2)
    part = at - node
    ln_p = (1.0 - part) * fluid.saturation.values[node, 0] + part * fluid.saturation.values[node + 1, 0]
    return max(p - math.exp(ln_p), 0.0) / (r * c * c)


@kernel
def _along(feed: Feed, p: float) -> tuple[float, float]:
    """Density and enthalpy on the reservoir's isentrope at a pressure."""
    low, high = 0, feed.pressure.size - 1
    if p >= feed.pressure[0]:
        return feed.densities[0], feed.enthalpies[0]
    while high - low > 1:
        middle = (low + high) // 2
        if feed.pressure[middle] >= p:
            low = middle
        else:
            high = middle
    part = (feed.pressure[low] - p) / (feed.pressure[low] - feed.pressure[high])
    part = min(part, 1.0)
    density = feed.densities[low] + part * (feed.densities[high] - feed.densities[low])
    return density, feed.enthalpies[low] + part * (feed.enthalpies[high] - feed.enthalpies[low])


@kernel
def wall_flux(r: float, u: float, p: float, c: float) -> float:
    """Pressure on a wall that a stream moves away from with ``u``: the momentum flux there."""
    return max(p - r * c * u, 0.0)


@kernel
def feed_flux(feed: Feed, time: float, r: float, u: float, p: float, e: float, c: float) -> tuple[float, float, float]:
    """Flux through the end away from the break into a first cell of a state."""
    if feed.kind == CLOSED or time >= feed.until:
        return 0.0, wall_flux(r, u, p, c), 0.0
    impedance = r * c
    if feed.kind == PUMP:
        into = feed.mass_flux / feed.density
        at = max(p + impedance * (into - u), 0.0)
        return feed.mass_flux, feed.mass_flux * into + at, feed.mass_flux * (feed.enthalpy + 0.5 * into * into)
    rest = feed.pressure[0]
    back = u + (rest - p) / impedance
    if back <= 0.0:
        if feed.checks:
            return 0.0, wall_flux(r, u, p, c), 0.0
        return r * back, r * back * back + rest, r * back * (e + rest / r + 0.5 * back * back)
    h0 = feed.enthalpies[0]
    low, high = feed.pressure[feed.pressure.size - 1], rest
    for _ in range(_BISECTIONS):
        at = 0.5 * (low + high)
        _, h = _along(feed, at)
        if u + (at - p) / impedance > math.sqrt(2.0 * max(h0 - h, 0.0)):
            high = at
        else:
            low = at
        if high - low < 1e-10 * rest:
            break
    at = 0.5 * (low + high)
    density, h = _along(feed, at)
    into = math.sqrt(2.0 * max(h0 - h, 0.0))
    return density * into, density * into * into + at, density * into * h0


@kernel
def isentrope(
    fluid: PipeFluid, r: float, e: float, t: float, x: float, pressure: Array, densities: Array, enthalpies: Array
) -> int:
    """Fill the isentrope of a fluid at rest downwards until it chokes; gives the number of points filled."""
    p, c, t, x = state(fluid, r, e, t, x)
    h0 = e + p / r
    pressure[0], densities[0], enthalpies[0] = p, r, h0
    count = 1
    while count < pressure.size:
        step = 0.01
        if fluid.kind != 0 and x <= 0.0:
            boiling = _boiling_step(fluid, r, t, p, c)
            step = min(step, boiling / 8.0 + _NUDGE)
        middle = r * math.exp(-0.5 * step)
        p_m, _, t_m, x_m = state(fluid, middle, e - 0.5 * step * p / r, t, x)
        r *= math.exp(-step)
        e -= step * p_m / middle
        p, c, t, x = state(fluid, r, e, t_m, x_m)
        h = e + p / r
        pressure[count], densities[count], enthalpies[count] = p, r, h
        count += 1
        if 2.0 * (h0 - h) >= c * c:
            break
    return count
