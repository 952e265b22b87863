"""Kernels of equilibrium at given temperature and volume: what a vessel asks for.

The homogeneous state is kept where it is stable. Where it is not, pressure and equilibrium ratios are found together
by successive substitution, the pressure from the volume balance with an ideal response of the vapour; where that does
not settle, flashes at temperature and pressure are nested in a search for the pressure.

Legend: as in `physics.mixtures.cubic` and `physics.mixtures.flash`; v_l, v_v volumes of liquid and vapour by the
equation, s the factor by which pressure falls in a step.
"""

from __future__ import annotations

import math

import numpy as np

from physics._jit import kernel
from physics.mixtures.cubic import (
    DENSEST,
    LEAST_ENERGY,
    THINNEST,
    Array,
    Cubic,
    attraction,
    fugacity,
    phase_root,
    pressure_at,
    pressure_slope,
    roots,
    weighted,
)
from physics.mixtures.flash import (
    CRITICAL_VOLUME,
    LIQUID_LIKE,
    NO_SIDE,
    STABLE,
    UNSTABLE,
    VAPOUR_LIKE,
    extrapolated,
    flash,
    side_by_volume,
    stability,
    wilson,
)
from physics.mixtures.split import newton_split, split
from physics.quantities import GAS_CONSTANT

LEVER = 2
"""Two phases of one composition (one substance, or an azeotrope): liquid and vapour root of the same cubic."""
BY_TRIAL = 3
"""Instability shown by a trial phase, whose equilibrium ratios are known."""
_STEPS = 200
_TOLERANCE = 1e-10
_TRIVIAL = 1e-4
_SCALE_STEPS = 60
_SEARCH_STEPS = 120
_BRACKET_STEPS = 80
_FIRST_STEP = 0.3  # in ln p
_WIDEST, _WIDE, _NARROW = 200.0, 1.0, 0.3  # of ln s: on the first guess, in the first steps, later
_SETTLING = 5  # steps that may change the pressure much
_CLOSE = 1e-9  # relative, on volume
_CLOSE_ENOUGH = 1e-4  # the same, where substitution near the critical point leaves the volume ragged
_START_PRESSURE = 1e3  # Pa, where the homogeneous state has none
_START_LIQUID = 1.2  # volume over covolume of a liquid far from critical
_PRESSURE_FLOOR = 1e-30  # Pa


@kernel
def pure_pressure(eos: Cubic, m: Array, t: float, z: Array) -> tuple[float, bool]:
    """Vapour pressure of one composition held in both phases, and whether there is one."""
    a, b = attraction(m, z), weighted(eos.b, z)
    n = z.size
    liquid, vapour, lnk = np.empty(n), np.empty(n), np.empty(n)
    wilson(eos, t, 1.0, lnk)
    ln_p = weighted(lnk, z)
    low, high = -math.inf, math.inf
    for _ in range(_SEARCH_STEPS):
        p = math.exp(ln_p)
        rt = GAS_CONSTANT * t
        least, greatest = roots(a * p / (rt * rt), b * p / rt)
        if least == greatest:
            if least * rt / p < CRITICAL_VOLUME * b:
                high = min(high, ln_p)
            else:
                low = max(low, ln_p)
            if math.isinf(low):
                ln_p = high - _FIRST_STEP
            elif math.isinf(high):
                ln_p = low + _FIRST_STEP
            else:
                ln_p = 0.5 * (low + high)
                if high - low < 1e-13:
                    return math.exp(ln_p), False
            continue
        fugacity(eos, m, z, t, p, DENSEST, liquid)
        fugacity(eos, m, z, t, p, THINNEST, vapour)
        gap = weighted(liquid, z) - weighted(vapour, z)
        if gap > 0.0:
            low = max(low, ln_p)
        else:
            high = min(high, ln_p)
        change = gap / (greatest - least)
        if abs(change) < 1e-14:
            return p, True
        ln_p += change
        if not low < ln_p < high:
            ln_p = 0.5 * (low + high)
    return math.exp(ln_p), True


@kernel
def saturated_volume(eos: Cubic, m: Array, t: float, p: float, z: Array) -> float:
    """Volume of the densest root at a pressure, by the equation."""
    return phase_root(attraction(m, z), weighted(eos.b, z), t, p, DENSEST) * GAS_CONSTANT * t / p


@kernel
def _scale(z: Array, lnk: Array, v: float, v_l: float, v_v: float, widest: float) -> tuple[float, float]:
    """Find ln s that meets both the volume and Rachford and Rice's equation, and beta there."""
    low, high = -widest, widest
    if v_v * math.exp(low) <= v_l:
        low = math.log(v_l / v_v) + 1e-9
    u, beta = 0.0, 0.0
    if not low < u < high:
        u = 0.5 * (low + high)
    f_low, f_high = math.nan, math.nan
    for _ in range(_SCALE_STEPS):
        beta = min(max((v - v_l) / (v_v * math.exp(u) - v_l), 0.0), 1.0)
        f = 0.0
        for i in range(z.size):
            excess = math.exp(lnk[i] + u) - 1.0
            f += z[i] * excess / (1.0 + beta * excess)
        if f > 0.0:
            high, f_high = u, f
        else:
            low, f_low = u, f
        if math.isnan(f_low) or math.isnan(f_high) or f == 0.0:
            new = 0.5 * (low + high) if math.isnan(f_low) == math.isnan(f_high) else _outwards(u, low, high, f)
        else:
            new = low - f_low * (high - low) / (f_high - f_low)
            width = high - low
            if not low + 0.01 * width < new < high - 0.01 * width:
                new = 0.5 * (low + high)
        if abs(new - u) < 1e-13 or high - low < 1e-13:
            return new, beta
        u = new
    return u, beta


@kernel
def _outwards(u: float, low: float, high: float, f: float) -> float:
    """Next trial while one side of the root only is known: by the size of the residual, then half way out."""
    if f > 0.0:
        return max(u - max(2.0 * f, 1e-6), 0.5 * (u + low))
    return min(u + max(-2.0 * f, 1e-6), 0.5 * (u + high))


@kernel
def _together(
    eos: Cubic, m: Array, t: float, v: float, z: Array, start: float, lnk: Array, x: Array, y: Array
) -> tuple[bool, float, float]:
    """Successive substitution on equilibrium ratios and pressure: whether it settled, pressure, beta.

    ``start`` is the pressure ``lnk`` was estimated at; a pressure that goes with the volume is found first.
    """
    n = z.size
    liquid, vapour = np.empty(n), np.empty(n)
    values, step, before = np.empty(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    rt = GAS_CONSTANT * t
    u, beta = _scale(z, lnk, v, _START_LIQUID * weighted(eos.b, z), rt / start, _WIDEST)
    for i in range(n):
        values[i] = lnk[i] + u
    values[n] = math.log(start) - u
    for count in range(_STEPS):
        p = math.exp(values[n])
        lnk[:] = values[:n]
        split(z, lnk, beta, x, y)
        v_l = fugacity(eos, m, x, t, p, DENSEST, liquid) * rt / p
        v_v = fugacity(eos, m, y, t, p, THINNEST, vapour) * rt / p
        size = 0.0
        for i in range(n):
            lnk[i] = liquid[i] - vapour[i]
            size = max(size, abs(lnk[i]))
        if size < _TRIVIAL or not v_v > v_l * (1.0 + _TRIVIAL):
            return False, p, beta
        u, beta = _scale(z, lnk, v, v_l, v_v, _WIDE if count < _SETTLING else _NARROW)
        change = abs(u)
        for i in range(n + 1):
            before[i] = step[i]
            new = lnk[i] + u if i < n else values[n] - u
            step[i] = new - values[i]
            values[i] = new
            change = max(change, abs(step[i]))
        if change < _TOLERANCE:
            lnk[:] = values[:n]
            split(z, lnk, beta, x, y)
            return 0.0 < beta < 1.0, math.exp(values[n]), beta
        if extrapolated(step, before, count, values):
            beta = min(max((v - v_l) / (v_v - v_l), 0.0), 1.0)
    return False, math.exp(values[n]), beta


@kernel
def split_volume(eos: Cubic, m: Array, t: float, p: float, kind: int, beta: float, x: Array, y: Array) -> float:
    """Volume by the equation of a flashed state."""
    rt = GAS_CONSTANT * t
    thick = DENSEST if kind == LEVER else LEAST_ENERGY
    thin = THINNEST if kind == LEVER else LEAST_ENERGY
    first = phase_root(attraction(m, x), weighted(eos.b, x), t, p, thick)
    if kind == STABLE:
        return first * rt / p
    second = phase_root(attraction(m, y), weighted(eos.b, y), t, p, thin)
    return (beta * second + (1.0 - beta) * first) * rt / p


@kernel
def _nested(
    eos: Cubic, m: Array, t: float, v: float, z: Array, ln_p: float, lnk: Array, x: Array, y: Array
) -> tuple[int, float, float, bool]:
    """Search for the pressure at which a flash has the volume: kind, pressure, beta, and whether it met it."""
    low, high = math.nan, math.nan
    f_low, f_high = math.nan, math.nan
    kind_low, kind_high = STABLE, STABLE
    kind, beta, step, warm, p = STABLE, 0.0, _FIRST_STEP, False, math.exp(ln_p)
    for _ in range(_SEARCH_STEPS):
        p = math.exp(ln_p)
        kind, beta, _ = flash(eos, m, t, p, z, warm, lnk, x, y)
        warm = kind == UNSTABLE
        f = math.log(split_volume(eos, m, t, p, kind, beta, x, y) / v)
        if abs(f) < _CLOSE:
            return kind, p, beta, True
        if f > 0.0:
            low, f_low, kind_low = ln_p, f, kind
        else:
            high, f_high, kind_high = ln_p, f, kind
        if math.isnan(low):
            ln_p = high - step
            step *= 2.0
            if ln_p < math.log(_PRESSURE_FLOOR):
                return kind, p, beta, False
        elif math.isnan(high):
            ln_p = low + step
            step *= 2.0
        else:
            if high - low < 1e-14 * max(abs(low), 1.0):
                break
            ln_p = low + f_low / (f_low - f_high) * (high - low)
            width = high - low
            if not low + 0.05 * width < ln_p < high - 0.05 * width:
                ln_p = 0.5 * (low + high)
    if kind_low == STABLE and kind_high == STABLE and not math.isnan(low) and not math.isnan(high):
        rt = GAS_CONSTANT * t
        least, greatest = roots(attraction(m, z) * p / (rt * rt), weighted(eos.b, z) * p / rt)
        if greatest > least:
            x[:] = z
            y[:] = z
            beta = min(max((v * p / rt - least) / (greatest - least), 0.0), 1.0)
            return LEVER, p, beta, True
    met = abs(math.log(split_volume(eos, m, t, p, kind, beta, x, y) / v)) < _CLOSE_ENOUGH
    return kind, p, beta, met


@kernel
def _homogeneous(eos: Cubic, m: Array, t: float, v: float, z: Array, p: float, lnk: Array) -> tuple[int, int]:
    """Whether the state of one phase at a volume is stable at the pressure it has, and its side."""
    n = z.size
    a, b = attraction(m, z), weighted(eos.b, z)
    rt = GAS_CONSTANT * t
    least, greatest = roots(a * p / (rt * rt), b * p / rt)
    own = p * v / rt
    which = DENSEST if abs(own - least) <= abs(own - greatest) else THINNEST
    lnphi, other = np.empty(n), np.empty(n)
    zf = fugacity(eos, m, z, t, p, which, lnphi)
    if greatest > least:
        fugacity(eos, m, z, t, p, THINNEST if which == DENSEST else DENSEST, other)
        if weighted(other, z) < weighted(lnphi, z) - 1e-12:
            return UNSTABLE, VAPOUR_LIKE
    if n == 1:
        return STABLE, side_by_volume(a, b, t, v)
    found, side = stability(eos, m, t, p, z, zf, lnphi, lnk)
    if found == UNSTABLE:
        return found, BY_TRIAL
    return found, (side_by_volume(a, b, t, v) if side == NO_SIDE else side)


@kernel
def volume_flash(
    eos: Cubic, m: Array, t: float, v: float, z: Array, lnk: Array, x: Array, y: Array
) -> tuple[int, float, float, bool]:
    """Equilibrium at temperature and volume: kind, pressure, beta, and whether it is equilibrium.

    Where no equilibrium was found the homogeneous state is given back.
    """
    a, b = attraction(m, z), weighted(eos.b, z)
    p = pressure_at(a, b, t, v)
    guessed = False
    if p > 0.0 and pressure_slope(a, b, t, v) < 0.0:
        found, side = _homogeneous(eos, m, t, v, z, p, lnk)
        if found == STABLE:
            x[:] = z
            y[:] = z
            return STABLE, p, (0.0 if side == LIQUID_LIKE else 1.0), True
        guessed = side == BY_TRIAL
    if z.size == 1:
        saturated, ok = pure_pressure(eos, m, t, z)
        rt = GAS_CONSTANT * t
        v_l = phase_root(a, b, t, saturated, DENSEST) * rt / saturated
        v_v = phase_root(a, b, t, saturated, THINNEST) * rt / saturated
        x[:] = z
        y[:] = z
        if ok and v_v > v_l:
            return LEVER, saturated, min(max((v - v_l) / (v_v - v_l), 0.0), 1.0), True
        return STABLE, p, 1.0, False
    first = lnk.copy()
    if guessed:
        ok, p_new, beta = _together(eos, m, t, v, z, p, lnk, x, y)
        if ok:
            return UNSTABLE, p_new, beta, True
    wilson(eos, t, 1.0, lnk)
    ok, p_new, beta = _together(eos, m, t, v, z, 1.0, lnk, x, y)
    if ok:
        return UNSTABLE, p_new, beta, True
    kind, p_new, beta, ok = _nested(eos, m, t, v, z, math.log(max(p, _START_PRESSURE)), lnk, x, y)
    if not ok and kind == UNSTABLE:
        ok, p_new, beta = newton_split(eos, m, t, v, z, p_new, lnk, x, y)
    if not ok and guessed:
        kind, lnk[:] = UNSTABLE, first
        ok, p_new, beta = newton_split(eos, m, t, v, z, p, lnk, x, y)
    if ok:
        return kind, p_new, beta, True
    x[:] = z
    y[:] = z
    return STABLE, p, 1.0, False
