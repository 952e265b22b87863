"""Finite volumes of homogeneous-equilibrium flow in a pipe, marched in time.

    ∂/∂t (ρ, ρu, ρE) + ∂/∂s (ρu, ρu² + p, (ρE + p) u) = (0, −f ρ u|u|/(2 D) + ρ a, ρ u a + 4 h (T_w − T)/D)

with s towards the break, E = e + u²/2 and a the pull of gravity along s. Second order in space (linear in each cell,
van Leer's limiter on density, velocity, pressure and energy) and in time (Heun), friction linearly implicit in each
stage, so that a steady flow does not depend on the step. Friction turns motion into heat and leaves ρE alone.

Cells are finest at the break. What happens there spreads, at first in proportion to time: once the fluid has gone
past enough of the finest cells they are joined in pairs, mass, momentum and energy kept, down to a coarsest width.

Legend: row 0, 1, 2 of ``u`` mass, momentum and energy per volume; ``w`` cell widths from the far end to the break;
``gate`` 1 where a valve stands at a cell's left face.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.discharge.pipe_flux import Feed, exit_state, feed_flux, hllc, wall_flux
from physics.discharge.pipe_state import PipeFluid, state

Array = NDArray[np.float64]

COURANT = 0.7
"""Courant number of the time step."""
CELLS_PAST = 48.0
"""Number of finest cells the fluid has gone past when they are joined in pairs."""
OUT_MASS, OUT_ENERGY, IN_MASS, IN_ENERGY, HEAT, LIFTED, CUT_MASS, CUT_ENERGY, REACH = 0, 1, 2, 3, 4, 5, 6, 7, 8
TOTALS = 9
"""Running totals: per area, but for the reach, which is how far the slowest wave has come, m."""
FLOWS = 6
"""Number of the first totals, which are flows added up."""
HELD_BACK = 8
"""Among a stage's flows: 1 where a check valve was shut."""
EXIT_DENSITY, EXIT_VELOCITY, EXIT_PRESSURE, EXIT_ENERGY, EXIT_TEMPERATURE, EXIT_VAPOUR = 0, 1, 2, 3, 4, 5
EXITS = 6
"""State in the plane of the break."""


class Wall(NamedTuple):
    """The pipe itself.

    Attributes
    ----------
    diameter, friction : float
        m; Darcy factor.
    pull : float
        Gravity along the pipe, towards the break, m/s².
    heat_transfer : float
        From wall to fluid, W/(m² K).
    temperature : float
        Of the wall, K.
    ambient : float
        Pressure outside the break, Pa.
    open_share : float
        Of the bore at the break; the rest of it is a wall.
    """

    diameter: float
    friction: float
    pull: float
    heat_transfer: float
    temperature: float
    ambient: float
    open_share: float


class Gate(NamedTuple):
    """A valve in the pipe.

    Attributes
    ----------
    closes_at, stroke : float
        Begin and length of the closing, s; the open area falls straight.
    checks : bool
        Whether it lets nothing pass towards the break from the start.
    """

    closes_at: float
    stroke: float
    checks: bool


@kernel
def opening(gate: Gate, time: float) -> float:
    """Open share of the bore."""
    if time <= gate.closes_at:
        return 1.0
    if time >= gate.closes_at + gate.stroke:
        return 0.0
    return 1.0 - (time - gate.closes_at) / gate.stroke


@kernel
def _limited(a: float, b: float) -> float:
    return 2.0 * a * b / (a + b) if a * b > 0.0 else 0.0


@kernel
def refresh(fluid: PipeFluid, n: int, u: Array, q: Array) -> None:
    """Velocity, pressure, energy per volume, speed of sound, temperature, vapour fraction (rows of ``q``)."""
    for i in range(n):
        r = u[0, i]
        v = u[1, i] / r
        inner = u[2, i] - 0.5 * r * v * v
        q[0, i] = v
        q[2, i] = inner
        q[1, i], q[3, i], q[4, i], q[5, i] = state(fluid, r, inner / r, q[4, i], q[5, i])


@kernel
def _slopes(n: int, u: Array, q: Array, w: Array, s: Array) -> None:
    """Limited slopes times half the width of density, velocity, pressure and energy; none next to another phase."""
    for k in range(4):
        s[k, 0] = 0.0
        s[k, n - 1] = 0.0
    for i in range(1, n - 1):
        left, right = 0.5 * (w[i] + w[i - 1]), 0.5 * (w[i + 1] + w[i])
        liquid = q[5, i] <= 0.0
        if (q[5, i - 1] <= 0.0) != liquid or (q[5, i + 1] <= 0.0) != liquid:
            for k in range(4):
                s[k, i] = 0.0
            continue
        half = 0.5 * w[i]
        s[0, i] = half * _limited((u[0, i] - u[0, i - 1]) / left, (u[0, i + 1] - u[0, i]) / right)
        for k in range(3):
            s[k + 1, i] = half * _limited((q[k, i] - q[k, i - 1]) / left, (q[k, i + 1] - q[k, i]) / right)
    _last_slope(n, u, q, w, s)


@kernel
def _last_slope(n: int, u: Array, q: Array, w: Array, s: Array) -> None:
    """Carry the last two cells' difference on to the break; not across phases, nor where it would halve anything."""
    i = n - 1
    if n < 2 or (q[5, i - 1] <= 0.0) != (q[5, i] <= 0.0):
        return
    share = w[i] / (w[i] + w[i - 1])
    density, pressure = share * (u[0, i] - u[0, i - 1]), share * (q[1, i] - q[1, i - 1])
    if abs(density) > 0.5 * u[0, i] or abs(pressure) > 0.5 * q[1, i]:
        return
    s[0, i], s[2, i] = density, pressure
    s[1, i] = share * (q[0, i] - q[0, i - 1])
    s[3, i] = share * (q[2, i] - q[2, i - 1])


@kernel
def _faces(
    gate: Gate, time: float, n: int, u: Array, q: Array, gates: Array, s: Array, change: Array, ends: Array
) -> None:
    """Add what passes the faces to the rates of change; at a valve the shut part of the bore is a wall."""
    ends[HELD_BACK] = 0.0
    for i in range(1, n):
        k = i - 1
        m, j, g = hllc(
            u[0, k] + s[0, k],
            q[0, k] + s[1, k],
            q[1, k] + s[2, k],
            q[2, k] + s[3, k],
            q[3, k],
            u[0, i] - s[0, i],
            q[0, i] - s[1, i],
            q[1, i] - s[2, i],
            q[2, i] - s[3, i],
            q[3, i],
        )
        j_l = j_r = j
        if gates[i] > 0.0:
            share = opening(gate, time)
            if gate.checks and m > 0.0:
                share = 0.0
                ends[HELD_BACK] = 1.0
            m, g = share * m, share * g
            j_l = share * j + (1.0 - share) * wall_flux(u[0, k], -q[0, k], q[1, k], q[3, k])
            j_r = share * j + (1.0 - share) * wall_flux(u[0, i], q[0, i], q[1, i], q[3, i])
        change[0, k] -= m
        change[1, k] -= j_l
        change[2, k] -= g
        change[0, i], change[1, i], change[2, i] = m, j_r, g


@kernel
def _break(
    fluid: PipeFluid, wall: Wall, n: int, u: Array, q: Array, s: Array, change: Array, ends: Array, out: Array
) -> None:
    """Take what leaves by the break from the last cell, and note the state in its plane."""
    k = n - 1
    density = u[0, k] + s[0, k]
    r, v, p, e, t, x = exit_state(
        fluid,
        density,
        q[0, k] + s[1, k],
        q[1, k] + s[2, k],
        (q[2, k] + s[3, k]) / density,
        q[3, k],
        q[4, k],
        q[5, k],
        wall.ambient,
    )
    m = wall.open_share * r * v
    g = m * (e + p / r + 0.5 * v * v)
    ends[OUT_MASS], ends[OUT_ENERGY] = m, g
    change[0, k] -= m
    held = (1.0 - wall.open_share) * wall_flux(u[0, k], -q[0, k], q[1, k], q[3, k])
    change[1, k] -= m * v + wall.open_share * p + held
    change[2, k] -= g
    out[0], out[1], out[2], out[3], out[4], out[5] = r, v, p, e, t, x


@kernel
def _sources(wall: Wall, n: int, u: Array, q: Array, w: Array, change: Array, ends: Array) -> None:
    """Turn fluxes into rates of change and add gravity and the wall's heat."""
    ends[HEAT], ends[LIFTED] = 0.0, 0.0
    for i in range(n):
        lifting = wall.pull * u[1, i]
        heat = 4.0 * wall.heat_transfer * (wall.temperature - q[4, i]) / wall.diameter
        change[0, i] /= w[i]
        change[1, i] = change[1, i] / w[i] + wall.pull * u[0, i]
        change[2, i] = change[2, i] / w[i] + lifting + heat
        ends[HEAT] += heat * w[i]
        ends[LIFTED] += lifting * w[i]


@kernel
def _step_length(n: int, q: Array, w: Array, remaining: float) -> float:
    """Time step by Courant's number, such that no sliver is left over at the end."""
    fastest = 0.0
    for i in range(n):
        fastest = max(fastest, (abs(q[0, i]) + q[3, i]) / w[i])
    dt = COURANT / fastest
    if dt >= remaining:
        return remaining
    return 0.5 * remaining if 2.0 * dt > remaining else dt


@kernel
def _slowest(n: int, q: Array) -> float:
    """Lowest speed of sound of anything that is not liquid, or that of the last cell."""
    found: float = q[3, n - 1]
    for i in range(n):
        if q[5, i] > 0.0:
            found = min(found, q[3, i])
    return found


@kernel
def join_cells(n: int, u: Array, q: Array, w: Array, gates: Array, widest: float) -> int:
    """Join pairs of cells, from the break on, that together are no wider than ``widest``; gives the new number."""
    at = n - 1
    i = n - 1
    while i >= 0:
        if i > 0 and gates[i] == 0.0 and w[i] + w[i - 1] <= widest:
            total = w[i] + w[i - 1]
            for k in range(3):
                u[k, at] = (u[k, i] * w[i] + u[k, i - 1] * w[i - 1]) / total
            for k in range(6):
                q[k, at] = q[k, i]
            gates[at] = gates[i - 1]
            w[at] = total
            i -= 2
        else:
            for k in range(3):
                u[k, at] = u[k, i]
            for k in range(6):
                q[k, at] = q[k, i]
            gates[at] = gates[i]
            w[at] = w[i]
            i -= 1
        at -= 1
    return _shift(n, at + 1, u, q, w, gates)


@kernel
def _shift(n: int, first: int, u: Array, q: Array, w: Array, gates: Array) -> int:
    """Let the cells from ``first`` on begin at 0; gives their number."""
    for i in range(n - first):
        for k in range(3):
            u[k, i] = u[k, i + first]
        for k in range(6):
            q[k, i] = q[k, i + first]
        w[i] = w[i + first]
        gates[i] = gates[i + first]
    return n - first


@kernel
def cut_off(n: int, u: Array, q: Array, w: Array, gates: Array, totals: Array) -> int:
    """Forget what lies behind a valve that is shut; its mass and energy go to the totals."""
    for i in range(n):
        if gates[i] > 0.0:
            for k in range(i):
                totals[CUT_MASS] += u[0, k] * w[k]
                totals[CUT_ENERGY] += u[2, k] * w[k]
            gates[i] = 0.0
            return _shift(n, i, u, q, w, gates)
    return n


@kernel
def advance(
    fluid: PipeFluid,
    wall: Wall,
    feed: Feed,
    gate: Gate,
    start: float,
    end: float,
    n: int,
    u: Array,
    q: Array,
    w: Array,
    gates: Array,
    work: Array,
    totals: Array,
    out: Array,
    finest: float,
    coarsest: float,
    most: int,
) -> tuple[float, int, float, int]:
    """March from ``start`` towards ``end`` by at most so many steps.

    Gives the time reached, the number of cells, the finest width and the steps made. ``work`` has shape (10, n).
    """
    s, change, before = work[0:4], work[4:7], work[7:10]
    ends = np.zeros(TOTALS)
    time, steps = start, 0
    while time < end and steps < most:
        dt = _step_length(n, q, w, end - time)
        for i in range(n):
            for k in range(3):
                before[k, i] = u[k, i]
        for stage in range(2):
            now = time + stage * dt
            _slopes(n, u, q, w, s)
            m, j, g = feed_flux(feed, now, u[0, 0], q[0, 0], q[1, 0], q[2, 0] / u[0, 0], q[3, 0])
            ends[IN_MASS], ends[IN_ENERGY] = m, g
            change[0, 0], change[1, 0], change[2, 0] = m, j, g
            _faces(gate, now, n, u, q, gates, s, change, ends)
            _break(fluid, wall, n, u, q, s, change, ends, out)
            _sources(wall, n, u, q, w, change, ends)
            for k in range(FLOWS):
                totals[k] += 0.5 * dt * ends[k]
            for i in range(n):
                drag = 0.5 * wall.friction * abs(q[0, i]) / wall.diameter
                u[0, i] += dt * change[0, i]
                u[1, i] = (u[1, i] + dt * change[1, i]) / (1.0 + dt * drag)
                u[2, i] += dt * change[2, i]
            if stage == 0:
                refresh(fluid, n, u, q)
        for i in range(n):
            for k in range(3):
                u[k, i] = 0.5 * (before[k, i] + u[k, i])
        refresh(fluid, n, u, q)
        time += dt
        steps += 1
        totals[REACH] += dt * _slowest(n, q)
        if finest < coarsest and totals[REACH] > CELLS_PAST * finest:
            finest *= 2.0
            n = join_cells(n, u, q, w, gates, finest * 1.001)
            refresh(fluid, n, u, q)
    if remaining_gate(gates, n) and (opening(gate, time) <= 0.0 or ends[HELD_BACK] > 0.0):
        n = cut_off(n, u, q, w, gates, totals)
    return time, n, finest, steps


@kernel
def remaining_gate(gates: Array, n: int) -> bool:
    """Whether a valve still stands within the cells."""
    return bool(gates[:n].sum() > 0.0)
