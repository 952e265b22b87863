"""Kernels of equilibrium between a liquid and a vapour: stability, flash at temperature and pressure, and at volume.

Stability is Michelsen's (1982): a phase that lowers the Gibbs energy is looked for from a vapour-like and a
liquid-like start (Wilson 1968) and from nearly pure lightest and heaviest component. Phase split is successive
substitution on the equilibrium ratios with the dominant eigenvalue's extrapolation (Orbach and Crowe 1971) and Rachford
and Rice's (1952) equation, negative flash included (Whitson and Michelsen 1989), and Newton's method where that
crawls. More than one liquid, and solids, are not looked for: below some 185 K mixtures of nitrogen, carbon monoxide,
carbon dioxide or hydrogen sulfide with heavier ones may form them.

Legend: as in `physics.mixtures.cubic`; z overall mole fractions, x of the liquid, y of the vapour, w of a trial
phase, lnk logarithms of the equilibrium ratios y/x, beta mole fraction of vapour.
"""

from __future__ import annotations

import math

import numpy as np

from physics._jit import kernel
from physics.mixtures.cubic import (
    LEAST_ENERGY,
    Array,
    Cubic,
    attraction,
    fugacity,
    weighted,
)
from physics.mixtures.split import newton_split, rachford_rice, split
from physics.quantities import GAS_CONSTANT

STABLE, UNSTABLE = 0, 1
CRITICAL_VOLUME = 3.9513730355914394
"""Volume over covolume at the equation's critical point."""
_CRITICAL_STRENGTH = 5.877359948604485  # a/(b R T) there
LIQUID_LIKE, VAPOUR_LIKE, NO_SIDE = 0, 1, 2
"""What a stable phase is, by the trial phase that comes nearest to it; none far from both."""
_STEPS = 150
_STABILITY_STEPS = 60
_TOLERANCE = 1e-11  # change of ln K
_TRIVIAL = 1e-5  # distance of ln K or ln W/z from nought that means the same phase
_NEGATIVE = -1e-9  # tangent plane distance over R T below which a phase is unstable
_STARTS, _PURE_STARTS = 4, 2
_TRACE = 0.1  # share of the feed in a trial phase that is mostly one component
_EXTRAPOLATE_EVERY = 5
_LARGEST_EIGENVALUE = 0.995
_LARGEST_JUMP = 6.0
_LARGEST_LOG_RATIO = 300.0


@kernel
def wilson(eos: Cubic, t: float, p: float, lnk: Array) -> None:
    """Wilson's (1968) estimate of the equilibrium ratios, as logarithms."""
    for i in range(lnk.size):
        value = math.log(eos.critical_pressure[i] / p) + 5.373 * (1.0 + eos.acentric_factor[i]) * (
            1.0 - eos.critical_temperature[i] / t
        )
        lnk[i] = min(max(value, -_LARGEST_LOG_RATIO), _LARGEST_LOG_RATIO)


@kernel
def extrapolated(step: Array, before: Array, count: int, values: Array) -> bool:
    """Carry a linearly converging iteration on to its limit by its dominant eigenvalue; whether it was done."""
    if count % _EXTRAPOLATE_EVERY != 0 or count == 0:
        return False
    across, along = 0.0, 0.0
    for i in range(step.size):
        across += step[i] * before[i]
        along += before[i] * before[i]
    if along <= 0.0:
        return False
    eigenvalue = across / along
    if not 0.0 < eigenvalue < _LARGEST_EIGENVALUE:
        return False
    factor = eigenvalue / (1.0 - eigenvalue)
    size = 0.0
    for i in range(step.size):
        size = max(size, abs(factor * step[i]))
    if size > _LARGEST_JUMP:
        return False
    for i in range(step.size):
        values[i] += factor * step[i]
    return True


@kernel
def _distance(lnw: Array, lnphi: Array, d: Array) -> tuple[float, float]:
    """Tangent plane distance over R T of a trial phase, normalised, and the sum of its amounts."""
    total, value = 0.0, 0.0
    for i in range(lnw.size):
        total += math.exp(lnw[i])
    for i in range(lnw.size):
        share = math.exp(lnw[i]) / total
        value += share * (lnw[i] - math.log(total) + lnphi[i] - d[i])
    return value, total


@kernel
def trial(eos: Cubic, m: Array, t: float, p: float, d: Array, lnz: Array, lnw: Array) -> tuple[int, float]:
    """Follow one trial phase to where its tangent plane distance stands still.

    Returns whether it proves instability, and its difference of mean covolume-free volume ratio from the feed: nought
    where it fell back onto the feed, else the compressibility factor of the trial phase.
    """
    n = lnw.size
    w, lnphi = np.empty(n), np.empty(n)
    step, before = np.zeros(n), np.zeros(n)
    value, zf = 0.0, 0.0
    for count in range(_STABILITY_STEPS):
        total, off = 0.0, 0.0
        for i in range(n):
            total += math.exp(lnw[i])
            off = max(off, abs(lnw[i] - lnz[i]))
        for i in range(n):
            w[i] = math.exp(lnw[i]) / total
        zf = fugacity(eos, m, w, t, p, LEAST_ENERGY, lnphi)
        value, _ = _distance(lnw, lnphi, d)
        if off < _TRIVIAL:
            return STABLE, 0.0
        size = 0.0
        for i in range(n):
            before[i] = step[i]
            new = d[i] - lnphi[i]
            step[i] = new - lnw[i]
            lnw[i] = new
            size = max(size, abs(step[i]))
        if size < 1e-9:
            break
        extrapolated(step, before, count, lnw)
    return (UNSTABLE if value < _NEGATIVE else STABLE), zf


@kernel
def trial_start(z: Array, lnz: Array, guess: Array, start: int, lnw: Array) -> None:
    """First amounts of a trial phase: vapour-like, liquid-like, mostly the lightest, mostly the heaviest component."""
    n = z.size
    if start < _PURE_STARTS:
        sign = 1.0 if start == 0 else -1.0
        for i in range(n):
            lnw[i] = lnz[i] + sign * guess[i]
        return
    place = np.argmax(guess) if start == _PURE_STARTS else np.argmin(guess)
    for i in range(n):
        lnw[i] = lnz[i] + math.log(_TRACE)
    lnw[place] = math.log(1.0 - _TRACE * (1.0 - z[place]))


@kernel
def stability(
    eos: Cubic, m: Array, t: float, p: float, z: Array, zf: float, lnphi: Array, lnk: Array
) -> tuple[int, int]:
    """Whether a phase with these fugacity coefficients splits, and which side of the two-phase region it is on.

    Where it splits ``lnk`` becomes a first estimate of the equilibrium ratios.
    """
    n = z.size
    d, lnw, lnz = np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        lnz[i] = math.log(max(z[i], 1e-300))
        d[i] = lnz[i] + lnphi[i]
    guess = np.empty(n)
    side = NO_SIDE
    wilson(eos, t, p, guess)
    for start in range(_STARTS):
        trial_start(z, lnz, guess, start, lnw)
        found, ztrial = trial(eos, m, t, p, d, lnz, lnw)
        if found == UNSTABLE:
            light = ztrial > zf
            for i in range(n):
                lnk[i] = lnw[i] - lnz[i] if light else lnz[i] - lnw[i]
            return UNSTABLE, NO_SIDE
        if ztrial > 0.0 and side == NO_SIDE:
            side = LIQUID_LIKE if ztrial > zf else VAPOUR_LIKE
    return STABLE, side


@kernel
def substitute(eos: Cubic, m: Array, t: float, p: float, z: Array, lnk: Array, x: Array, y: Array) -> tuple[int, float]:
    """Phase split by successive substitution from given equilibrium ratios: whether there is one, and beta.

    The third of the outcomes, −1, is the trivial one: both phases became the same and nothing is known.
    """
    n = z.size
    liquid, vapour = np.empty(n), np.empty(n)
    step, before = np.zeros(n), np.zeros(n)
    beta, change = 0.5, math.inf
    for count in range(_STEPS):
        beta = rachford_rice(z, lnk)
        if math.isinf(beta):
            beta = 1.0 if beta > 0.0 else 0.0
        split(z, lnk, beta, x, y)
        fugacity(eos, m, x, t, p, LEAST_ENERGY, liquid)
        fugacity(eos, m, y, t, p, LEAST_ENERGY, vapour)
        change, size = 0.0, 0.0
        for i in range(n):
            before[i] = step[i]
            new = liquid[i] - vapour[i]
            step[i] = new - lnk[i]
            lnk[i] = new
            change = max(change, abs(step[i]))
            size = max(size, abs(new))
        if size < _TRIVIAL:
            return -1, beta
        if change < _TOLERANCE:
            break
        extrapolated(step, before, count, lnk)
    if change >= _TOLERANCE:
        step[:] = lnk
        settled, _, _ = newton_split(eos, m, t, math.nan, z, p, lnk, x, y)
        if not settled:
            lnk[:] = step
    beta = rachford_rice(z, lnk)
    if math.isinf(beta):
        return STABLE, beta
    split(z, lnk, beta, x, y)
    return (UNSTABLE if 0.0 < beta < 1.0 else STABLE), beta


@kernel
def side_by_volume(a: float, b: float, t: float, v: float) -> int:
    """Liquid-like below the equation's own critical temperature and volume of this composition, else vapour-like."""
    colder = a / (b * GAS_CONSTANT * t) > _CRITICAL_STRENGTH
    return LIQUID_LIKE if colder and v < CRITICAL_VOLUME * b else VAPOUR_LIKE


@kernel
def flash(
    eos: Cubic, m: Array, t: float, p: float, z: Array, warm: bool, lnk: Array, x: Array, y: Array
) -> tuple[int, float, int]:
    """Flash at temperature and pressure: whether there are two phases, beta, and the side a single one is on.

    ``warm`` says that ``lnk`` holds equilibrium ratios of a state nearby. For one phase both compositions are ``z``.
    """
    n = z.size
    if warm and n > 1:
        found, beta = substitute(eos, m, t, p, z, lnk, x, y)
        if found == UNSTABLE:
            return found, beta, NO_SIDE
        if found == STABLE and not math.isinf(beta):
            side = LIQUID_LIKE if beta <= 0.0 else VAPOUR_LIKE
            x[:] = z
            y[:] = z
            return STABLE, (0.0 if side == LIQUID_LIKE else 1.0), side
    lnphi = np.empty(n)
    zf = fugacity(eos, m, z, t, p, LEAST_ENERGY, lnphi)
    found, side = stability(eos, m, t, p, z, zf, lnphi, lnk)
    if found == UNSTABLE:
        found, beta = substitute(eos, m, t, p, z, lnk, x, y)
        if found == UNSTABLE:
            return found, beta, NO_SIDE
        if found == STABLE and not math.isinf(beta):
            side = LIQUID_LIKE if beta <= 0.0 else VAPOUR_LIKE
    x[:] = z
    y[:] = z
    if side == NO_SIDE:
        a, b = attraction(m, z), weighted(eos.b, z)
        side = side_by_volume(a, b, t, zf * GAS_CONSTANT * t / p)
    return STABLE, (0.0 if side == LIQUID_LIKE else 1.0), side
