"""Kernels of one phase by Peng and Robinson's equation of state with van der Waals mixing and a translated volume.

    p = R T/(v − b) − a/(v² + 2 b v − b²),      a = Σᵢ Σⱼ xᵢ xⱼ √(aᵢ aⱼ) (1 − kᵢⱼ),      b = Σᵢ xᵢ bᵢ

(Peng and Robinson 1976; the slope of α in temperature by Robinson and Peng 1978 for acentric factors above 0.491.)
The volume of the equation, v, is the fluid's plus c = Σᵢ xᵢ cᵢ (Peneloux, Rauzy and Freze 1982): equilibrium between
phases, entropy and internal energy at given temperature and pressure are those without translation, enthalpy is lower
by p c. Everything here is per mole; v is the equation's own volume.

Legend: t temperature, p pressure, x mole fractions, a b of the equation, da the derivative of a in temperature, m and d
the matrices √(aᵢ aⱼ) (1 − kᵢⱼ) and their derivative, z compressibility factor, v volume of the equation.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE

Array = NDArray[np.float64]

OMEGA_B = 0.07779607390388846
"""b p_c/(R T_c): the root the critical point of the equation asks for (printed 0.07780)."""
OMEGA_A = 0.45723552892138218
"""a p_c/(R T_c)², the same (printed 0.45724)."""
ROOT_TWO = 1.4142135623730951
_UP = 1.0 + ROOT_TWO
_DOWN = 1.0 - ROOT_TWO

LEAST_ENERGY, DENSEST, THINNEST = 0, 1, 2
"""Which root of the cubic: of least Gibbs energy, of least volume, of greatest volume."""
IDEAL_ENTHALPY, IDEAL_ENTROPY = 0, 1
_POLISH = 4


class Cubic(NamedTuple):
    """What the kernels need to know of a mixture's components, arrays in the order of the components.

    Attributes
    ----------
    critical_temperature, critical_pressure, acentric_factor : ndarray
        K, Pa, 1.
    root_a : ndarray
        Square root of a at the critical temperature, √Pa m³/mol.
    kappa : ndarray
        Slope of √α in √T_r.
    b, c : ndarray
        Covolume and volume translation, m³/mol.
    k : ndarray, shape (n, n)
        Binary interaction parameters.
    molar_mass : ndarray
        kg/mol.
    low, step : float
        First temperature and spacing of the ideal-gas table, K.
    ideal : ndarray, shape (nodes, n, 4)
        Enthalpy (J/mol), its slope times step, entropy at standard pressure (J/(mol K)), its slope times step.
    """

    critical_temperature: Array
    critical_pressure: Array
    acentric_factor: Array
    root_a: Array
    kappa: Array
    b: Array
    c: Array
    k: Array
    molar_mass: Array
    low: float
    step: float
    ideal: Array


@kernel
def at_temperature(eos: Cubic, t: float, m: Array, d: Array) -> None:
    """Fill the matrices √(aᵢ aⱼ) (1 − kᵢⱼ) and their derivative in temperature."""
    n = eos.b.size
    for i in range(n):
        root_i = eos.root_a[i] * (1.0 + eos.kappa[i] * (1.0 - math.sqrt(t / eos.critical_temperature[i])))
        slope_i = -0.5 * eos.root_a[i] * eos.kappa[i] / math.sqrt(t * eos.critical_temperature[i])
        for j in range(i + 1):
            root_j = eos.root_a[j] * (1.0 + eos.kappa[j] * (1.0 - math.sqrt(t / eos.critical_temperature[j])))
            slope_j = -0.5 * eos.root_a[j] * eos.kappa[j] / math.sqrt(t * eos.critical_temperature[j])
            share = 1.0 - eos.k[i, j]
            m[i, j] = share * root_i * root_j
            m[j, i] = m[i, j]
            d[i, j] = share * (root_i * slope_j + slope_i * root_j)
            d[j, i] = d[i, j]


@kernel
def attraction(m: Array, x: Array) -> float:
    """The attraction a of a composition (or its derivative, from the derivative's matrix), Pa m⁶/mol²."""
    total = 0.0
    for i in range(x.size):
        for j in range(x.size):
            total += x[i] * x[j] * m[i, j]
    return total


@kernel
def weighted(values: Array, x: Array) -> float:
    """Mole-fraction average."""
    total = 0.0
    for i in range(x.size):
        total += x[i] * values[i]
    return total


@kernel
def _polished(z: float, aa: float, bb: float) -> float:
    c2 = bb - 1.0
    c1 = aa - 3.0 * bb * bb - 2.0 * bb
    c0 = bb * bb + bb * bb * bb - aa * bb
    for _ in range(_POLISH):
        slope = (3.0 * z + 2.0 * c2) * z + c1
        if slope == 0.0:
            break
        change = (((z + c2) * z + c1) * z + c0) / slope
        if abs(change) > 0.1 * abs(z):
            break
        z -= change
        if abs(change) < 1e-15 * abs(z):
            break
    return z


@kernel
def roots(aa: float, bb: float) -> tuple[float, float]:
    """Least and greatest compressibility factor above ``bb``; equal where there is one root only.

    The cubic is z³ − (1 − B) z² + (A − 3 B² − 2 B) z − (A B − B² − B³) = 0.
    """
    c2 = bb - 1.0
    c1 = aa - 3.0 * bb * bb - 2.0 * bb
    c0 = bb * bb + bb * bb * bb - aa * bb
    q = (c2 * c2 - 3.0 * c1) / 9.0
    r = (c2 * (2.0 * c2 * c2 - 9.0 * c1) + 27.0 * c0) / 54.0
    if r * r < q * q * q:
        angle = math.acos(min(max(r / math.sqrt(q * q * q), -1.0), 1.0))
        top = -2.0 * math.sqrt(q) * math.cos((angle + 2.0 * math.pi) / 3.0) - c2 / 3.0
    else:
        s = (abs(r) + math.sqrt(r * r - q * q * q)) ** (1.0 / 3.0)
        if r > 0.0:
            s = -s
        top = s - c2 / 3.0 + (q / s if s != 0.0 else 0.0)
    top = _polished(top, aa, bb)
    if top <= -c2 / 3.0:
        return top, top
    # The two others by Vieta: dividing the cubic out, or its discriminant, would cancel at low pressure
    product = -c0 / top
    half = -0.5 * (c1 - product) / top
    inside = half * half - product
    if inside > 0.0:
        outer = -half + math.sqrt(inside) if half < 0.0 else -half - math.sqrt(inside)
        least = min(outer, product / outer) if outer != 0.0 else 0.0
        least = _polished(least, aa, bb)
        if least > bb:
            return least, top
    return top, top


@kernel
def _log_ratio(z: float, bb: float) -> float:
    return math.log((z + _UP * bb) / (z + _DOWN * bb))


@kernel
def _gibbs_residual(z: float, aa: float, bb: float) -> float:
    return z - 1.0 - math.log(z - bb) - aa / (2.0 * ROOT_TWO * bb) * _log_ratio(z, bb)


@kernel
def phase_root(a: float, b: float, t: float, p: float, which: int) -> float:
    """Compressibility factor of the root asked for."""
    rt = GAS_CONSTANT * t
    aa, bb = a * p / (rt * rt), b * p / rt
    least, greatest = roots(aa, bb)
    if which == DENSEST or least == greatest:
        return least
    if which == THINNEST:
        return greatest
    return least if _gibbs_residual(least, aa, bb) < _gibbs_residual(greatest, aa, bb) else greatest


@kernel
def fugacity(eos: Cubic, m: Array, x: Array, t: float, p: float, which: int, out: Array) -> float:
    """Logarithms of the fugacity coefficients into ``out``; gives the compressibility factor of the root taken."""
    n = x.size
    rt = GAS_CONSTANT * t
    b = weighted(eos.b, x)
    a = 0.0
    for i in range(n):
        row = 0.0
        for j in range(n):
            row += x[j] * m[i, j]
        out[i] = row
        a += x[i] * row
    z = phase_root(a, b, t, p, which)
    bb = b * p / rt
    lead = math.log(z - bb)
    pull = a / (2.0 * ROOT_TWO * b * rt) * _log_ratio(z, bb)
    for i in range(n):
        share = eos.b[i] / b
        out[i] = share * (z - 1.0) - lead - pull * (2.0 * out[i] / a - share)
    return z


@kernel
def pressure_at(a: float, b: float, t: float, v: float) -> float:
    """Pressure at a volume of the equation."""
    return GAS_CONSTANT * t / (v - b) - a / (v * (v + 2.0 * b) - b * b)


@kernel
def pressure_slope(a: float, b: float, t: float, v: float) -> float:
    """Derivative of pressure in volume at constant temperature."""
    below = v * (v + 2.0 * b) - b * b
    return -GAS_CONSTANT * t / ((v - b) * (v - b)) + 2.0 * a * (v + b) / (below * below)


@kernel
def ideal_part(eos: Cubic, x: Array, t: float, which: int) -> float:
    """Enthalpy (J/mol) or entropy at standard pressure (J/(mol K), without that of mixing) of the ideal gas.

    Both count from the ideal gas at 298.15 K.
    """
    last = eos.ideal.shape[0] - 2
    i = min(max(int((t - eos.low) / eos.step), 0), last)
    u = (t - eos.low) / eos.step - i
    total = 0.0
    for j in range(x.size):
        f0, d0 = eos.ideal[i, j, 2 * which], eos.ideal[i, j, 2 * which + 1]
        f1, d1 = eos.ideal[i + 1, j, 2 * which], eos.ideal[i + 1, j, 2 * which + 1]
        c = 3.0 * (f1 - f0) - 2.0 * d0 - d1
        total += x[j] * (f0 + u * (d0 + u * (c + u * (2.0 * (f0 - f1) + d0 + d1))))
    return total


@kernel
def phase_energy(eos: Cubic, m: Array, d: Array, x: Array, t: float, v: float) -> tuple[float, float, float]:
    """Pressure, internal energy (J/mol) and entropy (J/(mol K)) of one phase at a volume of the equation."""
    a, da, b = attraction(m, x), attraction(d, x), weighted(eos.b, x)
    ratio = math.log((v + _UP * b) / (v + _DOWN * b)) / (2.0 * ROOT_TWO * b)
    u = ideal_part(eos, x, t, IDEAL_ENTHALPY) - GAS_CONSTANT * t + (t * da - a) * ratio
    mixing = 0.0
    for i in range(x.size):
        if x[i] > 0.0:
            mixing -= x[i] * math.log(x[i])
    s = ideal_part(eos, x, t, IDEAL_ENTROPY) + GAS_CONSTANT * (
        mixing + math.log((v - b) * STANDARD_PRESSURE / (GAS_CONSTANT * t))
    )
    return pressure_at(a, b, t, v), u, s + da * ratio
