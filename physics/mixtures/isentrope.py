"""Kernels of a mixture's flow through an opening: the greatest flux along the isentrope.

    G(p) = ρ(p, s₀) √(2 (h₀ − h(p, s₀))),    p between ambient and stagnation pressure

either in equilibrium at every pressure (homogeneous equilibrium) or as gas that keeps its composition.

Legend: as in `physics.mixtures.energy`; p0 t0 stagnation, h0 s0 its enthalpy and entropy per mole.
"""

from __future__ import annotations

import math

import numpy as np

from physics._jit import kernel
from physics.mixtures.cubic import THINNEST, Array, Cubic, weighted
from physics.mixtures.energy import (
    ENTHALPY,
    ENTROPY,
    ROW,
    VOLUME,
    mass_fraction,
    single_state,
    temperature_at,
)
from physics.mixtures.flash import STABLE

_SCAN = 24
_GOLDEN = 0.6180339887498949
_GOLDEN_STEPS = 36
_HALVINGS = 60
_LOWEST, _HIGHEST = 60.0, 1000.0  # K
THROAT_PRESSURE, THROAT_TEMPERATURE, THROAT_VOLUME, THROAT_FRACTION, THROAT_FLUX = 0, 1, 2, 3, 4
"""Places in a throat: Pa, K, m³/mol, mass fraction of vapour, kg/(m² s)."""
THROAT = 5


@kernel
def _gas_temperature(eos: Cubic, z: Array, p: float, s0: float, t0: float, row: Array) -> float:
    """Temperature at which the gas root has the entropy at a pressure, by halving."""
    low, high = _LOWEST, t0
    for _ in range(_HALVINGS):
        t = 0.5 * (low + high)
        single_state(eos, t, p, z, THINNEST, row)
        if row[ENTROPY] > s0:
            high = t
        else:
            low = t
    return 0.5 * (low + high)


@kernel
def along(
    eos: Cubic, z: Array, p: float, s0: float, h0: float, guess: float, equilibrium: bool, throat: Array
) -> float:
    """Fill the state an isentrope has at a pressure into ``throat``; gives its flux."""
    n = z.size
    lnk, x, y, row = np.empty(n), np.empty(n), np.empty(n), np.empty(ROW)
    fraction = 1.0
    if equilibrium:
        t, kind, beta, _ = temperature_at(eos, z, p, ENTROPY, s0, False, guess, _LOWEST, _HIGHEST, lnk, x, y, row)
        fraction = beta if kind == STABLE else mass_fraction(eos, beta, x, y)
    else:
        t = _gas_temperature(eos, z, p, s0, guess, row)
        single_state(eos, t, p, z, THINNEST, row)
    mass = weighted(eos.molar_mass, z)
    speed = math.sqrt(2.0 * max(h0 - row[ENTHALPY], 0.0) / mass)
    throat[THROAT_PRESSURE], throat[THROAT_TEMPERATURE] = p, t
    throat[THROAT_VOLUME], throat[THROAT_FRACTION] = row[VOLUME], fraction
    throat[THROAT_FLUX] = speed * mass / row[VOLUME]
    value: float = throat[THROAT_FLUX]
    return value


@kernel
def greatest_flux(
    eos: Cubic, z: Array, p0: float, t0: float, s0: float, h0: float, back: float, equilibrium: bool, throat: Array
) -> None:
    """Greatest flux between back and stagnation pressure, and the state there, into ``throat``."""
    best, at = -1.0, 0
    low, high = math.log(back), math.log(p0)
    for i in range(_SCAN + 1):
        p = math.exp(low + (high - low) * i / _SCAN)
        g = along(eos, z, p, s0, h0, t0, equilibrium, throat)
        if g > best:
            best, at = g, i
    a = low + (high - low) * max(at - 1, 0) / _SCAN
    b = low + (high - low) * min(at + 1, _SCAN) / _SCAN
    for _ in range(_GOLDEN_STEPS):
        c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
        above = along(eos, z, math.exp(c), s0, h0, t0, equilibrium, throat)
        if above > along(eos, z, math.exp(d), s0, h0, t0, equilibrium, throat):
            b = d
        else:
            a = c
    g = along(eos, z, math.exp(0.5 * (a + b)), s0, h0, t0, equilibrium, throat)
    if at == 0 and along(eos, z, back, s0, h0, t0, equilibrium, throat) < g * (1.0 - 1e-9):
        along(eos, z, math.exp(0.5 * (a + b)), s0, h0, t0, equilibrium, throat)
