"""The cross-section of a jet: Gaussian excess speed and mass concentration, and the fluxes that go with them.

Legend: ``b`` width, at which the excess speed is 1/e of the axis's; ``v`` excess speed on the axis over the wind's
part along it, ``w``; ``c`` mass concentration on the axis; ``spread`` the square of the concentration's width over
``b``; ``xi`` the square of radius over b.

Species and excess are integrated over the whole profile, so that the field holds the mass that is released; the air
that moves with the wind counts as the jet's out to sqrt(2) b. (Ooms cut all integrals there, where a fifth of the
substance is still outside.)
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.jets.mixtures import density_at

Array = NDArray[np.float64]

EDGE = 2.0
"""xi at a jet's edge: its radius is sqrt(2) b (Ooms 1972)."""
_POINTS = 14
_TURNS, _CLOSE = 40, 1e-10
_LEAST = 1e-12

# Gauss-Legendre points in exp(-xi / spread), in which the profiles are smooth.
_NODES = tuple(float(value) for value in 0.5 * (np.polynomial.legendre.leggauss(_POINTS)[0] + 1.0))
_WEIGHTS = tuple(float(value) for value in 0.5 * np.polynomial.legendre.leggauss(_POINTS)[1])


@kernel
def sums(v: float, c: float, w: float, spread: float, table: Array, last: float, around: float, out: Array) -> None:
    """Fill ``out`` with fluxes over pi b²: mass, momentum, species, weight against air; then d/dv and d/dc of three."""
    out[:] = 0.0
    out[0], out[1] = EDGE * around * w, EDGE * around * w * w
    for k in range(_POINTS):
        g = _NODES[k]
        weight = _WEIGHTS[k] * spread / g
        e = g**spread
        here = c * g
        density, slope = density_at(here, table, last, around)
        u = w + v * e
        out[0] += weight * (density * u - around * w)
        out[1] += weight * (density * u * u - around * w * w)
        out[2] += weight * here * u
        out[3] += weight * (density - around)
        out[4] += weight * density * e
        out[5] += weight * 2.0 * density * u * e
        out[6] += weight * here * e
        out[7] += weight * slope * g * u
        out[8] += weight * slope * g * u * u
        out[9] += weight * g * u


@kernel
def profile(
    mass: float, momentum: float, species: float, w: float, spread: float, table: Array, last: float, around: float,
    guess: Array, found: Array,
) -> bool:  # fmt: skip
    """Excess speed, concentration and width of a section with these fluxes, by Newton's method from ``guess``.

    ``guess`` holds speed and concentration, and is left at the solution; ``found`` as `sums`. False without one.
    """
    v, c = guess[0], guess[1]
    most = around * math.expm1(last)
    want_mass, want_momentum = mass / species, momentum / species
    for _ in range(_TURNS):
        sums(v, c, w, spread, table, last, around, found)
        part = found[2]
        if not part > 0.0:
            return False
        f, g = found[0] / part - want_mass, found[1] / part - want_momentum
        fv = (found[4] - found[0] / part * found[6]) / part
        gv = (found[5] - found[1] / part * found[6]) / part
        fc = (found[7] - found[0] / part * found[9]) / part
        gc = (found[8] - found[1] / part * found[9]) / part
        pit = fv * gc - fc * gv
        if pit == 0.0 or not math.isfinite(pit):
            return False
        dv, dc = (fc * g - gc * f) / pit, (gv * f - fv * g) / pit
        scale = max(abs(v), abs(w), _LEAST)
        shrink = min(1.0, 0.5 * scale / max(abs(dv), _LEAST), 0.5 * c / max(abs(dc), _LEAST * c))
        v += shrink * dv
        c = min(c + shrink * dc, most)
        if abs(dv) <= _CLOSE * scale and abs(dc) <= _CLOSE * c:
            break
        if abs(f) <= _CLOSE * abs(want_mass) and abs(g) <= _CLOSE * max(abs(want_momentum), _LEAST):
            break
    else:
        if abs(f) > 1e-6 * abs(want_mass) or abs(g) > 1e-6 * abs(want_momentum):
            return False
    guess[0], guess[1] = v, c
    sums(v, c, w, spread, table, last, around, found)
    held: bool = found[2] > 0.0 and v + w > 0.0
    return held


@kernel
def established(
    speed: float, momentum: float, species: float, w: float, spread: float, table: Array, last: float, around: float,
    found: Array,
) -> float:  # fmt: skip
    """Concentration on the axis, kg/m³, where the profile has just become Gaussian; ``found`` as `sums`.

    The speed on the axis is still the source's; momentum and species are what came out and was taken in.
    """
    low, high = 0.0, around * math.expm1(last)
    for _ in range(60):
        c = 0.5 * (low + high)
        sums(speed - w, c, w, spread, table, last, around, found)
        if found[1] / found[2] > momentum / species:
            low = c
        else:
            high = c
    sums(speed - w, high, w, spread, table, last, around, found)
    return high
