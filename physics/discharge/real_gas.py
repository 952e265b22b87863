"""Gas through an orifice with a real gas's density and energy: the greatest flux along the isentrope.

    G(p) = ρ(p, s₀) √(2 (h₀ − h(p, s₀))),    p between ambient and stagnation pressure

Density and the departures of enthalpy and entropy come from the equation of state of Peng and Robinson
(1976); the ideal gas's heat capacity, critical point and acentric factor from the substance's tables. The
gas table's own departures are linear in pressure, which near the critical point is far from enough.

Legend: t temperature, p pressure, z compressibility factor, m the attraction's slope, h J/mol, s J/(mol K).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from physics._jit import kernel
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import SATURATION_SLACK, find_fluid
from physics.discharge.orifice import SHARP_EDGE_GAS
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Substance
from physics.substances.kernels import GAS_ENTHALPY, GAS_HEAT_CAPACITY, Table, interpolate

_ATTRACTION, _COVOLUME = 0.45724, 0.07780  # Peng and Robinson 1976
_SLOPE = (0.37464, 1.54226, -0.26992)  # of the attraction against the acentric factor, the same
_ROOT8, _PLUS, _MINUS = 2.8284271247461903, 2.414213562373095, 0.41421356237309515
_ACENTRIC_AT = 0.7  # reduced temperature that defines the acentric factor (Pitzer 1955)
_PANELS = 16  # of Simpson's rule for the ideal gas's entropy
_BISECTIONS = 60
_GOLDEN = 0.6180339887498949
_SEARCH_STEPS = 40  # golden section in ln p
_NEAR_CRITICAL = (0.9, 1.1, 0.7)
"""Reduced temperatures and least reduced pressure of the region where the equation of state is poor."""


class CubicGas(NamedTuple):
    """What the kernels need to know of a real gas.

    Attributes
    ----------
    table : Table
        Gas table: ideal enthalpy and heat capacity by mass.
    molar_mass, critical_temperature, critical_pressure : float
        kg/mol, K, Pa.
    slope : float
        m in the attraction's dependence on temperature.
    """

    table: Table
    molar_mass: float
    critical_temperature: float
    critical_pressure: float
    slope: float


@kernel
def cubic_state(gas: CubicGas, t: float, p: float) -> tuple[float, float, float]:
    """Compressibility factor of the gas root, and departures of enthalpy (J/mol) and entropy (J/(mol K))."""
    rtc = GAS_CONSTANT * gas.critical_temperature
    b = _COVOLUME * rtc / gas.critical_pressure
    a_c = _ATTRACTION * rtc * rtc / gas.critical_pressure
    root = 1.0 + gas.slope * (1.0 - math.sqrt(t / gas.critical_temperature))
    a = a_c * root * root
    da = -a_c * gas.slope * root / math.sqrt(t * gas.critical_temperature)
    rt = GAS_CONSTANT * t
    ca, cb = a * p / (rt * rt), b * p / rt
    z = _gas_root(cb - 1.0, ca - 2.0 * cb - 3.0 * cb * cb, cb * cb * cb + cb * cb - ca * cb)
    log = math.log((z + _PLUS * cb) / (z - _MINUS * cb))
    h = rt * (z - 1.0) + (t * da - a) / (_ROOT8 * b) * log
    s = GAS_CONSTANT * math.log(z - cb) + da / (_ROOT8 * b) * log
    return z, h, s


@kernel
def _gas_root(c2: float, c1: float, c0: float) -> float:
    """Greatest real root of z³ + c2 z² + c1 z + c0."""
    q = (3.0 * c1 - c2 * c2) / 9.0
    r = (9.0 * c2 * c1 - 27.0 * c0 - 2.0 * c2 * c2 * c2) / 54.0
    d = q * q * q + r * r
    if d < 0.0:
        angle = math.acos(max(-1.0, min(1.0, r / math.sqrt(-q * q * q))))
        return 2.0 * math.sqrt(-q) * math.cos(angle / 3.0) - c2 / 3.0
    u = r + math.sqrt(d)
    v = r - math.sqrt(d)
    return math.copysign(abs(u) ** (1.0 / 3.0), u) + math.copysign(abs(v) ** (1.0 / 3.0), v) - c2 / 3.0


@kernel
def _ideal_entropy(gas: CubicGas, t0: float, t: float) -> float:
    """Entropy of the ideal gas at ``t`` less that at ``t0`` by Simpson's rule in ln t, J/(mol K)."""
    step = math.log(t / t0) / _PANELS
    total = interpolate(gas.table, GAS_HEAT_CAPACITY, t0) + interpolate(gas.table, GAS_HEAT_CAPACITY, t)
    for i in range(1, _PANELS):
        weight = 4.0 if i % 2 == 1 else 2.0
        total += weight * interpolate(gas.table, GAS_HEAT_CAPACITY, t0 * math.exp(step * i))
    return total * step / 3.0 * gas.molar_mass


@kernel
def isentrope(gas: CubicGas, p0: float, t0: float, p: float) -> tuple[float, float, float]:
    """Mass flux, temperature and compressibility factor where gas from rest has come down to ``p``."""
    _, h_dep0, s_dep0 = cubic_state(gas, t0, p0)
    low: float = gas.table.low
    high: float = t0
    for _ in range(_BISECTIONS):
        t = 0.5 * (low + high)
        s = _ideal_entropy(gas, t0, t) - GAS_CONSTANT * math.log(p / p0) + cubic_state(gas, t, p)[2] - s_dep0
        if s > 0.0:
            high = t
        else:
            low = t
    t = 0.5 * (low + high)
    z, h_dep, _ = cubic_state(gas, t, p)
    ideal = interpolate(gas.table, GAS_ENTHALPY, t0) - interpolate(gas.table, GAS_ENTHALPY, t)
    work = ideal + (h_dep0 - h_dep) / gas.molar_mass
    density = p * gas.molar_mass / (z * GAS_CONSTANT * t)
    return density * math.sqrt(2.0 * max(work, 0.0)), t, z


@kernel
def real_gas_flux(gas: CubicGas, p0: float, t0: float, p_back: float) -> tuple[float, float, float]:
    """Ideal mass flux through an orifice, and pressure and temperature in its throat."""
    if p_back >= p0:
        return 0.0, p_back, t0
    a, b = math.log(p_back), math.log(p0)
    for _ in range(_SEARCH_STEPS):
        c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
        if isentrope(gas, p0, t0, math.exp(c))[0] > isentrope(gas, p0, t0, math.exp(d))[0]:
            b = d
        else:
            a = c
    p = math.exp(0.5 * (a + b))
    g, t, _ = isentrope(gas, p0, t0, p)
    g_back, t_back, _ = isentrope(gas, p0, t0, p_back)
    if g_back >= g * (1.0 - 1e-9):
        return g_back, p_back, t_back
    return g, p, t


def acentric_factor(substance: Substance) -> float:
    """Acentric factor from the saturation table; ln p against 1/T is carried on where the table starts above 0.7.

    Parameters
    ----------
    substance : Substance
    """
    table = substance.saturation
    at = max(_ACENTRIC_AT * table.critical_temperature, table.temperature_low)
    slope = math.log10(table.pressure(float(at)) / table.critical_pressure) / (1.0 - table.critical_temperature / at)
    return float(-slope * (1.0 - 1.0 / _ACENTRIC_AT) - 1.0)


def cubic_gas(substance: Substance) -> CubicGas:
    """Peng and Robinson's gas of a substance.

    Parameters
    ----------
    substance : Substance
    """
    w = acentric_factor(substance)
    table = substance.saturation
    return CubicGas(
        substance.gas.table,
        substance.molar_mass,
        table.critical_temperature,
        table.critical_pressure,
        _SLOPE[0] + _SLOPE[1] * w + _SLOPE[2] * w * w,
    )


_CARD = Card(
    name="real-gas-orifice",
    says="Isentropic flow of a real gas through an orifice, choked or not: the greatest flux along the isentrope of "
    "Peng and Robinson's equation of state. Vapour that would condense on the way stays vapour.",
    takes=(
        Takes("fluid"),
        Takes("pressure", hard_low=1.0),
        Takes("temperature", hard_low=1.0),
        Takes("hole_diameter", low=5e-4, hard_low=0.0),
        Takes("discharge_coefficient", low=0.5, high=1.0, hard_low=0.0, hard_high=1.0, default=SHARP_EDGE_GAS),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
    ),
    gives=(
        "mass_flow_rate",
        "mass_flux",
        "compressibility_factor",
        "exit_pressure",
        "exit_temperature",
        "choked",
    ),
    cites=("pengrobinson1976", "hyddown2021"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "HydDown: ethylene, 55 bar, 300 K, against 30 bar, 20 mm, C_d 0.7: 3.452 kg/s; 3.4 % high so near the "
            "critical point",
            "tests/verification/test_discharge_real_gas.py::test_ethylene_published",
        ),
        Evidence(
            Kind.VERIFICATION,
            "isentropes of CoolProp's reference equations, several gases; thin gas is the perfect gas's orifice",
            "tests/verification/test_discharge_real_gas.py::test_against_reference_equations",
        ),
    ),
)


def _region_caveats(fluid: Substance, p0: float, t0: float, p: float, t: float) -> list[Caveat]:
    table, caveats = fluid.saturation, []
    low, high, least = _NEAR_CRITICAL
    reduced = ((t0 / table.critical_temperature, p0), (t / table.critical_temperature, p))
    if any(low <= tr <= high and at >= least * table.critical_pressure for tr, at in reduced):
        says = f"{fluid.name} is near its critical point on the way: this equation of state is up to 4 % off there."
        caveats.append(Caveat(Grade.DEGRADED, "real-gas-orifice", says))
    if table.temperature_low <= t <= table.temperature_high and p > table.pressure(t):
        says = f"{fluid.name} is supersaturated in the throat ({t:.1f} K); condensation was not counted."
        caveats.append(Caveat(Grade.NOTE, "real-gas-orifice", says))
    return caveats


@register(_CARD)
def _real_gas_orifice(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid = find_fluid(values["fluid"])
    p0, t0, back = values["pressure"], values["temperature"], values["ambient_pressure"]
    gas_table, saturation = fluid.gas, fluid.saturation
    if not gas_table.temperature_low < t0 <= gas_table.temperature_high:
        known = f"{gas_table.temperature_low:.1f} to {gas_table.temperature_high:.1f} K"
        raise ModelInputError("temperature", f"{fluid.name} gas is tabulated from {known}, got {t0:g}")
    if t0 <= saturation.temperature_high and p0 > saturation.pressure(t0) * (1.0 + SATURATION_SLACK):
        raise ModelInputError("pressure", f"{fluid.name} is liquid at {t0:g} K and {p0:.0f} Pa")
    gas = cubic_gas(fluid)
    flux, p, t = real_gas_flux(gas, p0, t0, back)
    if t <= gas_table.temperature_low + 1e-3:
        raise ModelInputError(
            "ambient_pressure", f"{fluid.name} expands to below {gas_table.temperature_low:.1f} K, where its table ends"
        )
    flux *= values["discharge_coefficient"]
    return {
        "mass_flow_rate": flux * math.pi * values["hole_diameter"] ** 2 / 4.0,
        "mass_flux": flux,
        "compressibility_factor": cubic_state(gas, t0, p0)[0],
        "exit_pressure": p,
        "exit_temperature": t,
        "choked": 1.0 if p > back * (1.0 + 1e-6) else 0.0,
    }, _region_caveats(fluid, p0, t0, p, t)
