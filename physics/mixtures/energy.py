"""Kernels of a flashed mixture's energies, and flashes at enthalpy, entropy or internal energy.

Legend: as in `physics.mixtures.flash`; h s u per mole, v the fluid's volume (translated) per mole.
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
    at_temperature,
    attraction,
    phase_energy,
    phase_root,
    weighted,
)
from physics.mixtures.flash import STABLE, UNSTABLE, flash
from physics.mixtures.volume import LEVER, volume_flash
from physics.quantities import GAS_CONSTANT

PRESSURE, VOLUME, ENTHALPY, ENTROPY, ENERGY = 0, 1, 2, 3, 4
"""Places in a row of properties, Pa, m³/mol, J/mol, J/(mol K), J/mol."""
ROW = 5
_STEPS = 120
_FIRST_STEP = 10.0  # K
_CLOSE = 1e-11  # of temperature


@kernel
def at_pressure(eos: Cubic, m: Array, d: Array, t: float, p: float, x: Array, which: int, row: Array) -> None:
    """Properties of one phase at a pressure into ``row``."""
    z = phase_root(attraction(m, x), weighted(eos.b, x), t, p, which)
    v = z * GAS_CONSTANT * t / p
    _, u, s = phase_energy(eos, m, d, x, t, v)
    row[PRESSURE] = p
    row[VOLUME] = v - weighted(eos.c, x)
    row[ENTROPY] = s
    row[ENERGY] = u
    row[ENTHALPY] = u + p * row[VOLUME]


@kernel
def combined(
    eos: Cubic, m: Array, d: Array, t: float, p: float, kind: int, beta: float, x: Array, y: Array, row: Array
) -> None:
    """Properties of a flashed state into ``row``."""
    at_pressure(eos, m, d, t, p, x, DENSEST if kind == LEVER else LEAST_ENERGY, row)
    if kind == STABLE:
        return
    other = np.empty(ROW)
    at_pressure(eos, m, d, t, p, y, THINNEST if kind == LEVER else LEAST_ENERGY, other)
    for i in range(1, ROW):
        row[i] += beta * (other[i] - row[i])


@kernel
def pressure_state(
    eos: Cubic, t: float, p: float, z: Array, warm: bool, lnk: Array, x: Array, y: Array, row: Array
) -> tuple[int, float]:
    """Equilibrium at temperature and pressure: kind, beta; properties into ``row``, compositions into ``x``, ``y``."""
    n = z.size
    m, d = np.empty((n, n)), np.empty((n, n))
    at_temperature(eos, t, m, d)
    kind, beta, _ = flash(eos, m, t, p, z, warm, lnk, x, y)
    combined(eos, m, d, t, p, kind, beta, x, y, row)
    return kind, beta


@kernel
def single_state(eos: Cubic, t: float, p: float, z: Array, which: int, row: Array) -> None:
    """Properties of one phase of the whole mixture at temperature and pressure, stable or not."""
    n = z.size
    m, d = np.empty((n, n)), np.empty((n, n))
    at_temperature(eos, t, m, d)
    at_pressure(eos, m, d, t, p, z, which, row)


@kernel
def volume_state(
    eos: Cubic, t: float, v: float, z: Array, lnk: Array, x: Array, y: Array, row: Array
) -> tuple[int, float, bool]:
    """Equilibrium at temperature and volume: kind, beta, and whether it is equilibrium; properties into ``row``."""
    n = z.size
    m, d = np.empty((n, n)), np.empty((n, n))
    at_temperature(eos, t, m, d)
    inner = v + weighted(eos.c, z)
    kind, p, beta, ok = volume_flash(eos, m, t, inner, z, lnk, x, y)
    if kind == STABLE:
        p, u, s = phase_energy(eos, m, d, z, t, inner)
        row[PRESSURE], row[VOLUME], row[ENTROPY], row[ENERGY] = p, v, s, u
        row[ENTHALPY] = u + p * v
    else:
        combined(eos, m, d, t, p, kind, beta, x, y, row)
    return kind, beta, ok


@kernel
def homogeneous_state(eos: Cubic, t: float, v: float, z: Array, row: Array) -> None:
    """Properties of one phase of the whole mixture at temperature and volume, stable or not, into ``row``."""
    n = z.size
    m, d = np.empty((n, n)), np.empty((n, n))
    at_temperature(eos, t, m, d)
    p, u, s = phase_energy(eos, m, d, z, t, v + weighted(eos.c, z))
    row[PRESSURE], row[VOLUME], row[ENTROPY], row[ENERGY] = p, v, s, u
    row[ENTHALPY] = u + p * v


@kernel
def mass_fraction(eos: Cubic, beta: float, x: Array, y: Array) -> float:
    """Vapour's share by mass."""
    light = beta * weighted(eos.molar_mass, y)
    return light / (light + (1.0 - beta) * weighted(eos.molar_mass, x))


@kernel
def fill_states(
    eos: Cubic,
    z: Array,
    t: Array,
    v: Array,
    equilibrium: bool,
    out: Array,
    ok: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:
    """Pressure, energy, entropy (molar) and mass fraction of vapour at every temperature and volume, into ``out``."""
    n = z.size
    lnk, x, y, row = np.empty(n), np.empty(n), np.empty(n), np.empty(ROW)
    for i in range(t.size):
        fraction = 1.0
        ok[i] = True
        if equilibrium:
            kind, beta, ok[i] = volume_state(eos, t[i], v[i], z, lnk, x, y, row)
            fraction = beta if kind == STABLE else mass_fraction(eos, beta, x, y)
        else:
            homogeneous_state(eos, t[i], v[i], z, row)
        out[0, i], out[1, i], out[2, i], out[3, i] = row[PRESSURE], row[ENERGY], row[ENTROPY], fraction


@kernel
def temperature_at(
    eos: Cubic,
    z: Array,
    fixed: float,
    place: int,
    wanted: float,
    by_volume: bool,
    guess: float,
    low: float,
    high: float,
    lnk: Array,
    x: Array,
    y: Array,
    row: Array,
) -> tuple[float, int, float, bool]:
    """Temperature at which one property has a value, pressure (or volume) fixed: temperature, kind, beta, found.

    The property must rise with temperature: enthalpy and entropy at fixed pressure, energy and entropy at fixed volume.
    """
    t, step = min(max(guess, low), high), _FIRST_STEP
    below, above = math.nan, math.nan
    f_below, f_above = math.nan, math.nan
    kind, beta, warm, ok = STABLE, 0.0, False, True
    scale = GAS_CONSTANT * (1.0 if place == ENTROPY else guess)
    for _ in range(_STEPS):
        if by_volume:
            kind, beta, ok = volume_state(eos, t, fixed, z, lnk, x, y, row)
        else:
            kind, beta = pressure_state(eos, t, fixed, z, warm, lnk, x, y, row)
            warm = kind == UNSTABLE
        f = (row[place] - wanted) / scale
        if abs(f) < _CLOSE:
            return t, kind, beta, ok
        if f > 0.0:
            above, f_above = t, f
        else:
            below, f_below = t, f
        if math.isnan(below):
            if t <= low:
                return t, kind, beta, False
            t, step = max(above - step, low), 2.0 * step
        elif math.isnan(above):
            if t >= high:
                return t, kind, beta, False
            t, step = min(below + step, high), 2.0 * step
        else:
            width = above - below
            if width < 1e-13 * t:
                break
            t = below - f_below * width / (f_above - f_below)
            if not below + 0.05 * width < t < above - 0.05 * width:
                t = 0.5 * (below + above)
    if not by_volume and kind == STABLE:
        return _lever(eos, z, fixed, place, wanted, t, x, y, row)
    return t, kind, beta, ok


@kernel
def _lever(
    eos: Cubic, z: Array, p: float, place: int, wanted: float, t: float, x: Array, y: Array, row: Array
) -> tuple[float, int, float, bool]:
    """Split by the lever rule where liquid and vapour of one composition meet at a temperature."""
    other = np.empty(ROW)
    single_state(eos, t, p, z, DENSEST, row)
    single_state(eos, t, p, z, THINNEST, other)
    x[:] = z
    y[:] = z
    if other[place] <= row[place]:
        return t, STABLE, 1.0, True
    beta = min(max((wanted - row[place]) / (other[place] - row[place]), 0.0), 1.0)
    for i in range(1, ROW):
        row[i] += beta * (other[i] - row[i])
    return t, LEVER, beta, True
