"""Kernels of a phase split: Rachford and Rice's equation, and Newton's method where substitution crawls.

Newton's unknowns are the logarithms of the equilibrium ratios and, where a volume is given, of the pressure; its
residuals the equality of fugacities and the volume balance; the Jacobian is taken by differences.

Legend: as in `physics.mixtures.flash`; w unknowns, f residuals.
"""

from __future__ import annotations

import math

import numpy as np

from physics._jit import kernel
from physics.mixtures.cubic import DENSEST, THINNEST, Array, Cubic, fugacity
from physics.quantities import GAS_CONSTANT

_RACHFORD_STEPS = 60
_STEPS = 40
_CLOSE = 1e-10
_DIFFERENCE = 1e-6
_LONGEST = 0.5  # change of an unknown in one step
_HALVINGS = 8
_TRIVIAL = 1e-4
_WIDEST = 100.0  # of ln p


@kernel
def rachford_rice(z: Array, lnk: Array) -> float:
    """Mole fraction of vapour at given equilibrium ratios; outside 0 to 1 in a negative flash.

    All ratios above 1 give +inf, all below 1 −inf.
    """
    least, most = math.exp(lnk[0]), math.exp(lnk[0])
    for i in range(1, z.size):
        least = min(least, math.exp(lnk[i]))
        most = max(most, math.exp(lnk[i]))
    if least >= 1.0:
        return math.inf
    if most <= 1.0:
        return -math.inf
    low, high = 1.0 / (1.0 - most), 1.0 / (1.0 - least)
    at_zero, at_one = 0.0, 0.0
    for i in range(z.size):
        at_zero += z[i] * (math.exp(lnk[i]) - 1.0)
        at_one += z[i] * (1.0 - math.exp(-lnk[i]))
    if at_zero >= 0.0 and at_one <= 0.0:
        low, high = max(low, 0.0), min(high, 1.0)
    beta = 0.5 * (low + high)
    if at_zero - at_one > 0.0:
        line = at_zero / (at_zero - at_one)
        if low < line < high:
            beta = line
    for _ in range(_RACHFORD_STEPS):
        f, slope = 0.0, 0.0
        for i in range(z.size):
            excess = math.exp(lnk[i]) - 1.0
            below = 1.0 + beta * excess
            f += z[i] * excess / below
            slope -= z[i] * excess * excess / (below * below)
        if f > 0.0:
            low = beta
        else:
            high = beta
        new = beta - f / slope
        if not low < new < high:
            new = 0.5 * (low + high)
        if abs(new - beta) < 1e-15 * max(abs(new), 1e-30) or high - low < 1e-300:
            return new
        beta = new
    return beta


@kernel
def split(z: Array, lnk: Array, beta: float, x: Array, y: Array) -> None:
    """Compositions of both phases, normalised."""
    sum_x, sum_y = 0.0, 0.0
    for i in range(z.size):
        k = math.exp(lnk[i])
        x[i] = z[i] / (1.0 + beta * (k - 1.0))
        y[i] = k * x[i]
        sum_x += x[i]
        sum_y += y[i]
    for i in range(z.size):
        x[i] /= sum_x
        y[i] /= sum_y


@kernel
def solve_linear(a: Array, f: Array) -> bool:
    """Solve ``a`` times the answer equals ``f`` by elimination with pivots; the answer replaces ``f``."""
    n = f.size
    for i in range(n):
        pivot = i
        for j in range(i + 1, n):
            if abs(a[j, i]) > abs(a[pivot, i]):
                pivot = j
        if a[pivot, i] == 0.0 or not math.isfinite(a[pivot, i]):
            return False
        for k in range(n):
            a[i, k], a[pivot, k] = a[pivot, k], a[i, k]
        f[i], f[pivot] = f[pivot], f[i]
        for j in range(i + 1, n):
            share = a[j, i] / a[i, i]
            for k in range(i, n):
                a[j, k] -= share * a[i, k]
            f[j] -= share * f[i]
    for back in range(n):
        i = n - 1 - back
        for k in range(i + 1, n):
            f[i] -= a[i, k] * f[k]
        f[i] /= a[i, i]
    return True


@kernel
def _residual(
    eos: Cubic,
    m: Array,
    t: float,
    v: float,
    z: Array,
    w: Array,
    x: Array,
    y: Array,
    liquid: Array,
    vapour: Array,
    f: Array,
) -> float:
    """Residuals into ``f``, compositions into ``x`` and ``y``; gives beta, nan where there is none."""
    n = z.size
    beta = rachford_rice(z, w[:n])
    if not math.isfinite(beta) or abs(w[n]) > _WIDEST:
        return math.nan
    p, rt = math.exp(w[n]), GAS_CONSTANT * t
    split(z, w[:n], beta, x, y)
    v_l = fugacity(eos, m, x, t, p, DENSEST, liquid) * rt / p
    v_v = fugacity(eos, m, y, t, p, THINNEST, vapour) * rt / p
    for i in range(n):
        f[i] = w[i] - liquid[i] + vapour[i]
    f[n] = (beta * v_v + (1.0 - beta) * v_l) / v - 1.0 if not math.isnan(v) else 0.0
    return beta


@kernel
def _size(f: Array) -> float:
    total = 0.0
    for i in range(f.size):
        total += f[i] * f[i]
    return math.sqrt(total)


@kernel
def newton_split(
    eos: Cubic, m: Array, t: float, v: float, z: Array, start: float, lnk: Array, x: Array, y: Array
) -> tuple[bool, float, float]:
    """Equilibrium from an estimate nearby, at temperature and volume: whether found, pressure, beta.

    A volume of nan leaves the pressure where it starts.
    """
    n = z.size
    count = n if math.isnan(v) else n + 1
    w, other, f, g = np.empty(n + 1), np.empty(n + 1), np.empty(n + 1), np.empty(n + 1)
    liquid, vapour, jacobian = np.empty(n), np.empty(n), np.empty((n + 1, n + 1))
    w[:n] = lnk
    w[n] = math.log(start)
    beta = _residual(eos, m, t, v, z, w, x, y, liquid, vapour, f)
    if math.isnan(beta):
        return False, start, 0.0
    size = _size(f)
    for _ in range(_STEPS):
        if size < _CLOSE:
            break
        for j in range(count):
            other[:] = w
            other[j] += _DIFFERENCE
            if math.isnan(_residual(eos, m, t, v, z, other, x, y, liquid, vapour, g)):
                return False, start, 0.0
            jacobian[:, j] = (g - f) / _DIFFERENCE
        if not solve_linear(jacobian[:count, :count], f[:count]):
            return False, start, 0.0
        longest = np.max(np.abs(f))
        share = min(1.0, _LONGEST / longest) if longest > 0.0 else 1.0
        better = False
        for _ in range(_HALVINGS):
            other[:] = w - share * f
            beta = _residual(eos, m, t, v, z, other, x, y, liquid, vapour, g)
            if not math.isnan(beta) and _size(g) < size:
                better = True
                break
            share *= 0.5
        if not better:
            break
        w[:] = other
        f[:] = g
        size = _size(f)
    beta = _residual(eos, m, t, v, z, w, x, y, liquid, vapour, g)
    lnk[:] = w[:n]
    found = _size(g) < 1e3 * _CLOSE and 0.0 < beta < 1.0 and np.max(np.abs(lnk)) > _TRIVIAL
    return found, math.exp(w[n]), beta
