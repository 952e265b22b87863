"""Gas through an orifice with a real gas's density and energy: the greatest flux along the isentrope.

    G(p) = ρ(p, s₀) √(2 (h₀ − h(p, s₀))),    p between ambient and stagnation pressure

Density and the departures of enthalpy and entropy come from the corresponding states of Lee and Kesler (1975);
the ideal gas's heat capacity, critical point and acentric factor from the substance's tables. The gas table's
own departures are linear in pressure, which near the critical point is far from enough (ethylene at 55 bar and
300 K: Z 0.70 instead of 0.59, and 7.5 % too little flow).

Legend: t temperature, p pressure, z compressibility factor, r reciprocal of the pseudo-reduced volume.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register, worst
from physics.discharge.fluid import SATURATION_SLACK, association, find_fluid, nothing_flows
from physics.discharge.orifice import SHARP_EDGE_GAS
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Substance
from physics.substances.kernels import GAS_ENTHALPY, GAS_HEAT_CAPACITY, Table, interpolate

# b1 b2 b3 b4, c1 c2 c3 c4, d1 d2, beta gamma of Lee and Kesler 1975, table 3
_SIMPLE = (
    *(0.1181193, 0.265728, 0.154790, 0.030323),
    *(0.0236744, 0.0186984, 0.0, 0.042724),
    *(0.155488e-4, 0.623689e-4, 0.65392, 0.060167),
)
_REFERENCE = (
    *(0.2026579, 0.331511, 0.027655, 0.203488),
    *(0.0313385, 0.0503618, 0.016901, 0.041577),
    *(0.48736e-4, 0.0740336e-4, 1.226, 0.03754),
)
_REFERENCE_ACENTRIC = 0.3978  # of n-octane, the same
_MARCH = 50  # steps to the ideal gas's density in which the gas root is looked for
_LONGEST_MARCH = 2000
_PANELS = 16  # of Simpson's rule for the ideal gas's entropy
_BISECTIONS = 50
_GOLDEN = 0.6180339887498949
_SEARCH_STEPS = 36  # golden section in ln p


class RealGas(NamedTuple):
    """What the kernels need to know of a real gas.

    Attributes
    ----------
    table : Table
        Gas table: ideal enthalpy and heat capacity by mass.
    molar_mass, critical_temperature, critical_pressure : float
        kg/mol, K, Pa.
    acentric_factor : float
    """

    table: Table
    molar_mass: float
    critical_temperature: float
    critical_pressure: float
    acentric_factor: float


@kernel
def _reduced_pressure(c: tuple[float, ...], tr: float, r: float) -> float:
    b = c[0] - c[1] / tr - c[2] / tr**2 - c[3] / tr**3
    cc = c[4] - c[5] / tr + c[6] / tr**3
    d = c[8] + c[9] / tr
    r2 = r * r
    tail = c[7] / tr**3 * r2 * (c[10] + c[11] * r2) * math.exp(-c[11] * r2)
    value: float = tr * r * (1.0 + b * r + cc * r2 + d * r2 * r2 * r + tail)
    return value


@kernel
def _gas_root(c: tuple[float, ...], tr: float, pr: float) -> tuple[float, bool]:
    """Least reciprocal volume with the pressure, and whether there is one before the gas turns unstable."""
    step = pr / tr / _MARCH
    low, high, last = 0.0, 0.0, 0.0
    for i in range(1, _LONGEST_MARCH):
        p = _reduced_pressure(c, tr, i * step)
        if p >= pr:
            high = i * step
            break
        if p < last:
            break
        low, last = i * step, p
    if high <= 0.0:
        return low, False
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if _reduced_pressure(c, tr, middle) < pr:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high), True


@kernel
def _fluid_state(c: tuple[float, ...], tr: float, pr: float) -> tuple[float, float, float, bool]:
    """Of one of the two fluids: z, departures of enthalpy over R T_c and entropy over R, whether it is gas."""
    r, found = _gas_root(c, tr, pr)
    r2 = r * r
    z = pr / (r * tr)
    e = c[7] / (2.0 * tr**3 * c[11]) * (c[10] + 1.0 - (c[10] + 1.0 + c[11] * r2) * math.exp(-c[11] * r2))
    r5 = r2 * r2 * r
    b_h = (c[1] + 2.0 * c[2] / tr + 3.0 * c[3] / tr**2) / tr * r
    c_h = (c[5] - 3.0 * c[6] / tr**2) / (2.0 * tr) * r2
    h = tr * (z - 1.0 - b_h - c_h + c[9] / (5.0 * tr) * r5 + 3.0 * e)
    b_s = (c[0] + c[2] / tr**2 + 2.0 * c[3] / tr**3) * r
    c_s = (c[4] - 2.0 * c[6] / tr**3) / 2.0 * r2
    s = math.log(z) - b_s - c_s - c[8] / 5.0 * r5 + 2.0 * e
    return z, h, s, found


@kernel
def real_state(gas: RealGas, t: float, p: float) -> tuple[float, float, float, bool]:
    """Compressibility factor, departures of enthalpy (J/mol) and entropy (J/(mol K)), and whether it is gas."""
    tr, pr = t / gas.critical_temperature, p / gas.critical_pressure
    z0, h0, s0, found0 = _fluid_state(_SIMPLE, tr, pr)
    z1, h1, s1, found1 = _fluid_state(_REFERENCE, tr, pr)
    share = gas.acentric_factor / _REFERENCE_ACENTRIC
    h = GAS_CONSTANT * gas.critical_temperature * (h0 + share * (h1 - h0))
    return z0 + share * (z1 - z0), h, GAS_CONSTANT * (s0 + share * (s1 - s0)), found0 and found1


@kernel
def _ideal_entropy(gas: RealGas, t0: float, t: float) -> float:
    """Entropy of the ideal gas at ``t`` less that at ``t0`` by Simpson's rule in ln t, J/(mol K)."""
    step = math.log(t / t0) / _PANELS
    total = interpolate(gas.table, GAS_HEAT_CAPACITY, t0) + interpolate(gas.table, GAS_HEAT_CAPACITY, t)
    for i in range(1, _PANELS):
        weight = 4.0 if i % 2 == 1 else 2.0
        total += weight * interpolate(gas.table, GAS_HEAT_CAPACITY, t0 * math.exp(step * i))
    return total * step / 3.0 * gas.molar_mass


@kernel
def isentrope(gas: RealGas, p0: float, t0: float, p: float) -> tuple[float, float, float]:
    """Mass flux, temperature and compressibility factor where gas from rest has come down to ``p``."""
    _, h_dep0, s_dep0, _ = real_state(gas, t0, p0)
    low: float = gas.table.low
    high: float = t0
    for _ in range(_BISECTIONS):
        t = 0.5 * (low + high)
        s = _ideal_entropy(gas, t0, t) - GAS_CONSTANT * math.log(p / p0) + real_state(gas, t, p)[2] - s_dep0
        if s > 0.0:
            high = t
        else:
            low = t
    t = 0.5 * (low + high)
    z, h_dep, _, _ = real_state(gas, t, p)
    ideal = interpolate(gas.table, GAS_ENTHALPY, t0) - interpolate(gas.table, GAS_ENTHALPY, t)
    work = ideal + (h_dep0 - h_dep) / gas.molar_mass
    density = p * gas.molar_mass / (z * GAS_CONSTANT * t)
    return density * math.sqrt(2.0 * max(work, 0.0)), t, z


@kernel
def real_gas_flux(gas: RealGas, p0: float, t0: float, p_back: float) -> tuple[float, float, float]:
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


def real_gas(substance: Substance) -> RealGas:
    """Lee and Kesler's gas of a substance.

    Parameters
    ----------
    substance : Substance
    """
    table = substance.saturation
    return RealGas(
        substance.gas.table,
        substance.molar_mass,
        table.critical_temperature,
        table.critical_pressure,
        table.acentric_factor,
    )


_ON_THE_EDGE = 1e-3
"""K from the gas table's end at which the search for a temperature stopped there."""

_CARD = Card(
    name="real-gas-orifice",
    says="Isentropic flow of a real gas through an orifice, choked or not: the greatest flux along the isentrope by "
    "the corresponding states of Lee and Kesler. Vapour that would condense on the way stays vapour; a fluid so dense "
    "that no vapour can is not valid here.",
    takes=bounded(
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
    cites=("leekesler1975", "hyddown2021"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "HydDown: ethylene, 55 bar, 300 K, against 30 bar, 20 mm, C_d 0.7: 3.452 kg/s, 1 %",
            "tests/verification/test_discharge_real_gas.py::test_ethylene_published",
        ),
        Evidence(
            Kind.VERIFICATION,
            "isentropes of CoolProp's reference equations, several gases; thin gas is the perfect gas's orifice",
            "tests/verification/test_discharge_real_gas.py::test_against_reference_equations",
        ),
    ),
)


def _caveats(fluid: Substance, gas: RealGas, p: float, t: float) -> list[Caveat]:
    table, caveats = fluid.saturation, association(fluid)
    if not real_state(gas, t, p)[3]:
        says = (
            f"{fluid.name} would be past the limit of any gas in the throat: it boils or condenses on the way, and its "
            "flow is that in equilibrium, which mixture-gas-orifice gives."
        )
        caveats.append(Caveat(Grade.NOT_VALID, "real-gas-orifice", says))
    elif table.temperature_low <= t <= table.temperature_high and p > table.pressure(t):
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
    gas = real_gas(fluid)
    z, _, _, is_gas = real_state(gas, t0, p0)
    if not is_gas:
        raise ModelInputError("pressure", f"{fluid.name} at {t0:g} K has no gas state at {p0:.0f} Pa by this method")
    flux, p, t = real_gas_flux(gas, p0, t0, back)
    if not math.isfinite(flux):
        raise ModelInputError("pressure", f"{fluid.name} has no isentrope from {p0:.0f} Pa and {t0:g} K by this method")
    caveats = _caveats(fluid, gas, p, t)
    if t <= gas_table.temperature_low + _ON_THE_EDGE and worst(caveats) is not Grade.NOT_VALID:
        raise ModelInputError(
            "ambient_pressure", f"{fluid.name} expands to below {gas_table.temperature_low:.1f} K, where its table ends"
        )
    flux *= values["discharge_coefficient"]
    return {
        "mass_flow_rate": flux * math.pi * values["hole_diameter"] ** 2 / 4.0,
        "mass_flux": flux,
        "compressibility_factor": z,
        "exit_pressure": p,
        "exit_temperature": t,
        "choked": 1.0 if p > back * (1.0 + 1e-6) else 0.0,
    }, [*caveats, *nothing_flows("real-gas-orifice", flux)]
