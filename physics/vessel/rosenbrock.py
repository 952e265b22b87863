"""Integration of a vessel's balances: Shampine and Reichelt's modified Rosenbrock pair (ode23s), with events.

SIAM J. Sci. Comput. 18, 1 (1997): linearly implicit, L-stable, order 2 with an error of order 3. A step ends at every
time at which something is switched; the opening and closing of the relief valve is found on the cubic between the
ends of a step, and integration starts afresh there.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.substances.kernels import GAS_HEAT_CAPACITY, interpolate
from physics.vessel.balance import ENERGY, MASS, WALL, rates
from physics.vessel.case import Case
from physics.vessel.content import FULL, OUTSIDE, Content, content

Array = NDArray[np.float64]

DONE, LIQUID_FULL, BEYOND_TABLE, TOO_MANY_STEPS, STUCK = 0, 1, 2, 3, 4
"""How an integration ended."""
_D = 1.0 / (2.0 + math.sqrt(2.0))
_E32 = 6.0 + math.sqrt(2.0)
_SAFETY, _MOST_GROWTH, _MOST_CUT = 0.8, 5.0, 0.2
_PERTURBATION = 1e-7
_KEPT = 2  # steps a Jacobian serves: the pair keeps its order with any
_EVENT_STEPS = 40
_SHORTEST = 1e-12  # of the time: a shorter step is no step
_LEAST_MASS = 1e-6  # of the first mass: below it an absolute error counts


@kernel
def _factor(a: Array, order: NDArray[np.int64]) -> None:
    """LU factors in place, with partial pivoting."""
    n = a.shape[0]
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[best, k]):
                best = i
        order[k] = best
        if best != k:
            for j in range(n):
                a[k, j], a[best, j] = a[best, j], a[k, j]
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]


@kernel
def _solve(a: Array, order: NDArray[np.int64], b: Array) -> None:
    """Solve in place with factors from `_factor`."""
    n = a.shape[0]
    for k in range(n):
        if order[k] != k:
            b[k], b[order[k]] = b[order[k]], b[k]
    for i in range(1, n):
        for j in range(i):
            b[i] -= a[i, j] * b[j]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            b[i] -= a[i, j] * b[j]
        b[i] /= a[i, i]


@kernel
def _next_switch(case: Case, t: float, end: float) -> float:
    """Time after ``t`` at which something is switched, or the end."""
    found = end
    hole, inflow, wall = case.hole, case.inflow, case.wall
    for at in (
        hole.closes_at,
        hole.closes_at + hole.stroke,
        inflow.stops_at,
        inflow.stops_at + inflow.stroke,
        wall.fire_starts,
        wall.fire_stops,
    ):
        if t * (1.0 + 1e-12) + 1e-9 < at < found:
            found = at
    return found


@kernel
def _moving(case: Case, t: float) -> bool:
    """Whether a valve is on its way shut, so that rates change with time itself."""
    hole, inflow = case.hole, case.inflow
    return (
        hole.closes_at <= t <= hole.closes_at + hole.stroke or inflow.stops_at <= t <= inflow.stops_at + inflow.stroke
    )


@kernel
def _just_after(t: float) -> float:
    """Time at which a valve that is switched at ``t`` has been: rates and slopes after a switch are taken there."""
    return t + 1e-9 * max(t, 1.0)


@kernel
def between(share: float, h: float, y0: Array, f0: Array, y1: Array, f1: Array, out: Array) -> None:
    """Hermite's cubic between two states with their rates, at a share of the step."""
    s = share
    for i in range(y0.size):
        jump = y1[i] - y0[i]
        out[i] = (
            (1.0 - s) * y0[i]
            + s * y1[i]
            + s * (s - 1.0) * ((1.0 - 2.0 * s) * jump + (s - 1.0) * h * f0[i] + s * h * f1[i])
        )


@kernel
def _relief_moves(case: Case, pressure: float, open_relief: bool) -> bool:
    if case.relief.area <= 0.0:
        return False
    return pressure <= case.relief.closes if open_relief else pressure >= case.relief.opens


@kernel
def _scales(case: Case, y: Array, state: Content, first_mass: float, out: Array) -> None:
    """Size of each part of the state that errors are held against."""
    mass = max(abs(y[MASS]), _LEAST_MASS * first_mass)
    out[MASS] = mass
    t = state.temperature
    out[ENERGY] = mass * interpolate(case.plane.gas, GAS_HEAT_CAPACITY, t) * t
    for i in range(WALL, y.size):
        out[i] = y[i]


@kernel
def _write(
    row: int,
    t: float,
    y: Array,
    f: Array,
    state: Content,
    open_relief: bool,
    times: Array,
    states: Array,
    slopes: Array,
    marks: Array,
) -> int:
    """Keep an accepted step; gives the number of rows kept."""
    times[row], states[row], slopes[row] = t, y, f
    marks[row, 0], marks[row, 1], marks[row, 2] = state.temperature, state.kind, 1.0 if open_relief else 0.0
    return row + 1


@kernel
def _differentiate(
    case: Case,
    t: float,
    h: float,
    y: Array,
    f: Array,
    state: Content,
    open_relief: bool,
    scale: Array,
    f1: Array,
    jacobian: Array,
    fresh: Array,
) -> None:
    """Derivatives of the rates, in the state into ``jacobian`` and in time into ``fresh``, by differences."""
    n = y.size
    for j in range(n):
        kept, bump = y[j], _PERTURBATION * scale[j]
        y[j] = kept + bump
        rates(case, t, y, state.temperature, state.kind, open_relief, f1)
        y[j] = kept
        for i in range(n):
            jacobian[i, j] = (f1[i] - f[i]) / bump
    fresh[:] = 0.0
    if _moving(case, t):
        nudge = 1e-6 * max(h, 1e-6)
        rates(case, t + nudge, y, state.temperature, state.kind, open_relief, f1)
        for i in range(n):
            fresh[i] = (f1[i] - f[i]) / nudge


@kernel
def _attempt(
    case: Case,
    t: float,
    h: float,
    reached: float,
    y: Array,
    f: Array,
    state: Content,
    open_relief: bool,
    scale: Array,
    jacobian: Array,
    fresh: Array,
    work: Array,
    order: NDArray[np.int64],
    trial: Array,
    f1: Array,
) -> tuple[float, Content]:
    """One step of the pair: the new state into ``trial``, its rates into ``f1``; gives the error and the content."""
    n = y.size
    w, k1, k2, k3 = work[:n], work[n], work[n + 1], work[n + 2]
    for i in range(n):
        for j in range(n):
            w[i, j] = -h * _D * jacobian[i, j]
        w[i, i] += 1.0
    _factor(w, order)
    for i in range(n):
        k1[i] = f[i] + h * _D * fresh[i]
    _solve(w, order, k1)
    for i in range(n):
        trial[i] = y[i] + 0.5 * h * k1[i]
    rates(case, t + 0.5 * h, trial, state.temperature, state.kind, open_relief, f1)
    for i in range(n):
        k2[i] = f1[i] - k1[i]
    _solve(w, order, k2)
    for i in range(n):
        k2[i] += k1[i]
        trial[i] = y[i] + h * k2[i]
    after = rates(case, reached, trial, state.temperature, state.kind, open_relief, k3)
    for i in range(n):
        f_end = k3[i]
        k3[i] = f_end - _E32 * (k2[i] - f1[i]) - 2.0 * (k1[i] - f[i]) + h * _D * fresh[i]
        f1[i] = f_end
    _solve(w, order, k3)
    error = 0.0
    for i in range(n):
        part = abs(h / 6.0 * (k1[i] - 2.0 * k2[i] + k3[i])) / scale[i]
        error = part if not part <= error else error
    return error, after


@kernel
def _change(tolerance: float, error: float) -> float:
    """By what the step may grow, or must shrink."""
    if error == 0.0:
        return _MOST_GROWTH
    if not error < math.inf:
        return _MOST_CUT
    change: float = min(max(_SAFETY * (tolerance / error) ** (1.0 / 3.0), _MOST_CUT), _MOST_GROWTH)
    return change


@kernel
def _crossing(
    case: Case,
    h: float,
    y: Array,
    f: Array,
    trial: Array,
    f1: Array,
    state: Content,
    open_relief: bool,
    out: Array,
) -> float:
    """Share of a step after which the relief valve moves, the state there into ``out``."""
    low, high = 0.0, 1.0
    for _ in range(_EVENT_STEPS):
        share = 0.5 * (low + high)
        between(share, h, y, f, trial, f1, out)
        at = content(case.plane, case.volume, out[MASS], out[ENERGY], state.temperature, state.kind)
        if _relief_moves(case, at.pressure, open_relief):
            high = share
        else:
            low = share
    between(high, h, y, f, trial, f1, out)
    return high


@kernel
def integrate(
    case: Case,
    start: Array,
    warm: float,
    kind: int,
    end: float,
    tolerance: float,
    times: Array,
    states: Array,
    slopes: Array,
    marks: Array,
) -> tuple[int, int]:
    """Carry a vessel from 0 to ``end``; gives the number of rows written and how it ended.

    ``times`` (rows,), ``states`` and ``slopes`` (rows, parts) take accepted steps; ``marks`` (rows, 3) the
    temperature, the kind of content and whether the relief valve is open from that row on. Two rows of the same time
    stand where something was switched.
    """
    n = start.size
    y, f, f1, fresh = start.copy(), np.empty(n), np.empty(n), np.zeros(n)
    trial, scale, jacobian = np.empty(n), np.empty(n), np.empty((n, n))
    work, order = np.empty((n + 3, n)), np.empty(n, np.int64)
    t, rows = 0.0, 0
    now = _just_after(t)
    open_relief = case.relief.area < 0.0  # shut; written so that no kernel is compiled for the constant alone
    state = rates(case, now, y, warm, kind, open_relief, f)
    open_relief = _relief_moves(case, state.pressure, open_relief)
    if open_relief:
        state = rates(case, now, y, warm, kind, open_relief, f)
    _scales(case, y, state, start[MASS], scale)
    h = min(end, 0.1 * math.sqrt(tolerance) / max(np.max(np.abs(f) / scale), 1e-12))
    stop = _next_switch(case, t, end)
    fresh_slope, age = True, _KEPT
    while True:
        if fresh_slope:
            if rows >= times.size - 1:
                return rows, TOO_MANY_STEPS
            rows = _write(rows, t, y, f, state, open_relief, times, states, slopes, marks)
            if state.kind == FULL:
                return rows, LIQUID_FULL
            if state.kind == OUTSIDE:
                return rows, BEYOND_TABLE
            if t >= end:
                return rows, DONE
            if age >= _KEPT or _moving(case, now):
                _differentiate(case, now, h, y, f, state, open_relief, scale, f1, jacobian, fresh)
                age = 0
            fresh_slope = False
        if not h >= _SHORTEST * max(t, 1e-3):
            return rows, STUCK
        h = min(h, stop - t)
        reached = t + h if stop - (t + h) > 1e-9 * h else stop
        error, after = _attempt(
            case, t, h, reached, y, f, state, open_relief, scale, jacobian, fresh, work, order, trial, f1
        )
        change = _change(tolerance, error)
        if not (error <= tolerance and trial[MASS] > 0.0):
            h *= min(change, 0.5)
            fresh_slope = age > 0
            if age > 0:
                rows -= 1
                age = _KEPT
            continue
        age += 1
        if state.kind != after.kind:
            age = _KEPT
        if _relief_moves(case, after.pressure, open_relief):
            age = _KEPT
            t += h * _crossing(case, h, y, f, trial, f1, state, open_relief, work[0])
            now = t
            y[:] = work[0]
            state = rates(case, t, y, after.temperature, after.kind, open_relief, f)
            rows = _write(rows, t, y, f, state, open_relief, times, states, slopes, marks)
            open_relief = not open_relief
            if stop - t <= 1e-9 * max(t, 1.0):  # no step is left before what is switched now
                t, now = stop, _just_after(stop)
                stop = _next_switch(case, t, end)
            state = rates(case, now, y, after.temperature, after.kind, open_relief, f)
            h *= 0.1
        else:
            t, now, state = reached, reached, after
            y[:], f[:] = trial, f1
            h *= change
            if t >= stop:
                stop = _next_switch(case, t, end)
                age = _KEPT
                if t < end:
                    rows = _write(rows, t, y, f, state, open_relief, times, states, slopes, marks)
                    now = _just_after(t)
                    state = rates(case, now, y, after.temperature, after.kind, open_relief, f)
                    h *= 0.1 / change
        _scales(case, y, state, start[MASS], scale)
        fresh_slope = True
