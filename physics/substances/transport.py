"""Viscosity and thermal conductivity of gases, and surface tension: corresponding states, for any substance.

Gas: Chung, Ajlan, Lee and Starling (1988), Ind. Eng. Chem. Res. 27, 671, as Poling, Prausnitz and O'Connell (2001)
print it in sections 9-6 and 10-5, for molecules without dipole or association. The critical volume is that of the
critical compressibility factor 0.291 − 0.080 ω (Poling, section 2-3). Hydrogen and helium take the classical critical
constants of Gunn, Chueh and Prausnitz (1966), AIChE J. 12, 937, without which they are off by a factor of three at
700 bar. Surface tension: Brock and Bird (1955). Against CoolProp's reference equations (our own comparison): viscosity
within 7 %, ammonia 11 %; conductivity within 11 %, helium at 700 bar 14 %.

Legend: t K, rho kg/m³, c_v ideal gas J/(kg K), m molar mass kg/mol, w acentric factor.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from physics._jit import kernel
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances.substance import Substance

_A1, _A2 = (
    (6.324, 1.210e-3, 5.283, 6.623, 19.745, -1.900, 24.275, 0.7972, -0.2382, 0.06863),
    (
        50.412,
        -1.154e-3,
        254.209,
        38.096,
        7.630,
        -12.537,
        3.450,
        1.117,
        0.06770,
        0.3479,
    ),
)
_B1, _B2 = (
    (2.4166, -0.50924, 6.6107, 14.543, 0.79274, -5.8634, 91.089),
    (
        0.74824,
        -1.5094,
        5.6207,
        -8.9139,
        0.82019,
        12.801,
        128.11,
    ),
)
_VISCOSITY_UNIT = 4.0785e-6  # Pa s, of equation 9-4.10 with M in g/mol and V in cm³/mol
_DENSE_UNIT = 3.6344e-6  # Pa s, of equation 9-6.17


class Molecule(NamedTuple):
    """Constants of corresponding states.

    Attributes
    ----------
    molar_mass : float
        kg/mol.
    critical_temperature, critical_pressure : float
        K, Pa.
    acentric_factor : float
    boiling : float
        Boiling temperature at one atmosphere over the critical temperature.
    """

    molar_mass: float
    critical_temperature: float
    critical_pressure: float
    acentric_factor: float
    boiling: float


QUANTUM_GASES = {"hydrogen": (43.6, 20.47e5), "helium": (10.47, 6.76e5)}
"""Classical critical temperature (K) and pressure (Pa) of gases too light to obey corresponding states."""
_BOILS_AT = 0.63  # boiling over critical temperature where no table reaches one atmosphere (Guldberg's rule)


def molecule(substance: Substance) -> Molecule:
    """Constants of corresponding states of a substance.

    Parameters
    ----------
    substance : Substance
    """
    table = substance.saturation
    critical, pressure = QUANTUM_GASES.get(substance.name, (table.critical_temperature, table.critical_pressure))
    low, high = table.pressure(table.temperature_low), table.pressure(table.temperature_high)
    boils = low <= STANDARD_PRESSURE <= high
    return Molecule(
        molar_mass=substance.molar_mass,
        critical_temperature=critical,
        critical_pressure=pressure,
        acentric_factor=0.0 if substance.name in QUANTUM_GASES else table.acentric_factor,
        boiling=table.temperature(STANDARD_PRESSURE) / table.critical_temperature if boils else _BOILS_AT,
    )


@kernel
def _critical_volume(molecule: Molecule) -> float:
    """Critical volume, cm³/mol."""
    z = 0.291 - 0.080 * molecule.acentric_factor
    volume: float = z * GAS_CONSTANT * molecule.critical_temperature / molecule.critical_pressure * 1e6
    return volume


@kernel
def _dilute_viscosity(molecule: Molecule, t: float) -> float:
    """Viscosity of the thin gas, Pa s."""
    tr = 1.2593 * t / molecule.critical_temperature
    omega = 1.16145 * tr**-0.14874 + 0.52487 * math.exp(-0.77320 * tr) + 2.16178 * math.exp(-2.43787 * tr)
    shape = 1.0 - 0.2756 * molecule.acentric_factor
    v = _critical_volume(molecule)
    mu: float = _VISCOSITY_UNIT * shape * math.sqrt(1e3 * molecule.molar_mass * t) / (v ** (2.0 / 3.0) * omega)
    return mu


@kernel
def gas_viscosity(molecule: Molecule, rho: float, t: float) -> float:
    """Viscosity, Pa s."""
    w = molecule.acentric_factor
    v = _critical_volume(molecule)
    y = rho / molecule.molar_mass * v * 1e-6 / 6.0
    tr = 1.2593 * t / molecule.critical_temperature
    omega = 1.16145 * tr**-0.14874 + 0.52487 * math.exp(-0.77320 * tr) + 2.16178 * math.exp(-2.43787 * tr)
    e1, e2, e3 = _A1[0] + _A2[0] * w, _A1[1] + _A2[1] * w, _A1[2] + _A2[2] * w
    e4, e5, e6 = _A1[3] + _A2[3] * w, _A1[4] + _A2[4] * w, _A1[5] + _A2[5] * w
    e7, e8, e9, e10 = _A1[6] + _A2[6] * w, _A1[7] + _A2[7] * w, _A1[8] + _A2[8] * w, _A1[9] + _A2[9] * w
    g1 = (1.0 - 0.5 * y) / (1.0 - y) ** 3
    if y < 1e-8:
        return _dilute_viscosity(molecule, t)
    g2 = (e1 * (1.0 - math.exp(-e4 * y)) / y + e2 * g1 * math.exp(e5 * y) + e3 * g1) / (e1 * e4 + e2 + e3)
    thick = e7 * y * y * g2 * math.exp(e8 + e9 / tr + e10 / (tr * tr))
    shape = 1.0 - 0.2756 * w
    eta = math.sqrt(tr) / omega * shape * (1.0 / g2 + e6 * y) + thick
    scale = _DENSE_UNIT * math.sqrt(1e3 * molecule.molar_mass * molecule.critical_temperature) / v ** (2.0 / 3.0)
    viscosity: float = eta * scale
    return viscosity


@kernel
def gas_conductivity(molecule: Molecule, rho: float, t: float, c_v: float) -> float:
    """Thermal conductivity, W/(m K); ``c_v`` is that of the ideal gas."""
    w, m = molecule.acentric_factor, molecule.molar_mass
    v = _critical_volume(molecule)
    y = rho / m * v * 1e-6 / 6.0
    tr = t / molecule.critical_temperature
    alpha = c_v * m / GAS_CONSTANT - 1.5
    beta = 0.7862 - 0.7109 * w + 1.3168 * w * w
    big_z = 2.0 + 10.5 * tr * tr
    psi = 1.0 + alpha * (
        (0.215 + 0.28288 * alpha - 1.061 * beta + 0.26665 * big_z) / (0.6366 + beta * big_z + 1.061 * alpha * beta)
    )
    b1, b2, b3, b4 = _B1[0] + _B2[0] * w, _B1[1] + _B2[1] * w, _B1[2] + _B2[2] * w, _B1[3] + _B2[3] * w
    b5, b6, b7 = _B1[4] + _B2[4] * w, _B1[5] + _B2[5] * w, _B1[6] + _B2[6] * w
    g1 = (1.0 - 0.5 * y) / (1.0 - y) ** 3
    g2 = 1.0
    if y > 1e-8:
        g2 = (b1 * (1.0 - math.exp(-b4 * y)) / y + b2 * g1 * math.exp(b5 * y) + b3 * g1) / (b1 * b4 + b2 + b3)
    q = 3.586e-3 * math.sqrt(molecule.critical_temperature / m) / v ** (2.0 / 3.0)
    thin = 31.2 * _dilute_viscosity(molecule, t) * psi / m
    conductivity: float = thin * (1.0 / g2 + b6 * y) + q * b7 * y * y * math.sqrt(tr) * g2
    return conductivity


@kernel
def surface_tension(molecule: Molecule, t: float) -> float:
    """Surface tension of the liquid against its vapour, N/m; 0 at the critical point."""
    bar = molecule.critical_pressure * 1e-5
    tb = molecule.boiling
    q = 0.1196 * (1.0 + tb * math.log(bar / 1.01325) / (1.0 - tb)) - 0.279
    apart = max(1.0 - t / molecule.critical_temperature, 0.0)
    sigma: float = 1e-3 * bar ** (2.0 / 3.0) * molecule.critical_temperature ** (1.0 / 3.0) * q * apart ** (11.0 / 9.0)
    return sigma
