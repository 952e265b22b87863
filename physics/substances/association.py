"""Vapour of hydrogen fluoride, whose molecules stick together in chains and rings of six (Franck and Meyer 1959).

    (HF)n + HF = (HF)n+1      K  = exp(−(ΔH − T ΔS)/(R T))/p₀        every step alike
    chain of six = ring       Kr = exp(−(ΔHr − T ΔSr)/(R T))

    p = p₁/(1 − q) + pr,      q = K p₁,      pr = Kr p₁ q⁵            pressures of all kinds
    m = p₁/(1 − q)² + 6 pr    single molecules in all, as a pressure; the apparent molar mass is M m/p

The four constants are those of the paper's abstract (read there, secondary; rounded as printed). It does not print the
standard state of ΔS: 1 mm Hg is inferred from the pressures it gives. Taken so, ΔS is −25.8 cal/(mol K) at 1 atm, where
the same laboratory's fit to dense vapour has −25.0 ± 1.0 (Spalthoff and Franck 1957), and the heat capacities that the
abstract reports come out; at 1 atm or 1 bar there would be no association at all.

No water, no air's moisture: what a cloud of hydrogen fluoride does in air is not here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances.substance import substance

CALORIE = 4.184
"""J (thermochemical)."""
MILLIMETRE_OF_MERCURY = STANDARD_PRESSURE / 760.0
"""Pa."""
BOND_ENTHALPY, BOND_ENTROPY = -6700.0 * CALORIE, -39.0 * CALORIE
"""Of each step of a chain, J/mol and J/(mol K) at 1 mm Hg."""
RING_ENTHALPY, RING_ENTROPY = -6700.0 * CALORIE, -4.0 * CALORIE
"""Of closing a chain of six, J/mol and J/(mol K)."""
RING = 6
COLDEST, HOTTEST = 253.15, 373.15
LEAST, MOST = 100.0 * MILLIMETRE_OF_MERCURY, 700.0 * MILLIMETRE_OF_MERCURY
"""What was measured: −20 to 100 °C, 100 to 700 mm Hg."""
REFERENCE = 298.15
"""Temperature at which single molecules have no enthalpy here, K."""
_MONOMER_HEAT = 3.5 * GAS_CONSTANT  # a stiff molecule of two atoms; NIST's is 29.14 J/(mol K) at 298 K
_HALVINGS = 200
_APART = 0.01
_MODEL = "hydrogen-fluoride-vapour"
_FLUID = "hydrogen fluoride"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatedVapour:
    """State of hydrogen fluoride vapour.

    Attributes
    ----------
    molar_mass : float
        Apparent, kg/mol.
    density : float
        kg/m³.
    enthalpy : float
        J/kg, from single molecules at 298.15 K.
    single, chains, rings : float
        Shares of all HF that are single molecules, in chains and in rings.
    """

    molar_mass: float
    density: float
    enthalpy: float
    single: float
    chains: float
    rings: float


def associated_vapour(temperature: float, *, pressure: float) -> AssociatedVapour:
    """State of the vapour, all kinds of it ideal gases in equilibrium.

    Parameters
    ----------
    temperature : float
        K.
    pressure : float
        Pa, above 0.
    """
    rt = GAS_CONSTANT * temperature
    step = math.exp(-(BOND_ENTHALPY - temperature * BOND_ENTROPY) / rt) / MILLIMETRE_OF_MERCURY
    closing = math.exp(-(RING_ENTHALPY - temperature * RING_ENTROPY) / rt)
    low, high = 0.0, min(pressure, 1.0 / step)
    for _ in range(_HALVINGS):
        single = 0.5 * (low + high)
        q = step * single
        if q < 1.0 and single / (1.0 - q) + closing * single * q ** (RING - 1) < pressure:
            low = single
        else:
            high = single
    single = low
    q = step * single
    ring = closing * single * q ** (RING - 1)
    chain = single / (1.0 - q) ** 2
    of_all = chain + RING * ring
    bonds = chain * q + RING * ring
    mass = substance(_FLUID).molar_mass
    heat = _MONOMER_HEAT * (temperature - REFERENCE) + BOND_ENTHALPY * bonds / of_all
    return AssociatedVapour(
        molar_mass=mass * of_all / pressure,
        density=mass * of_all / rt,
        enthalpy=heat / mass,
        single=single / of_all,
        chains=(chain - single) / of_all,
        rings=RING * ring / of_all,
    )


def heat_capacity(temperature: float, *, pressure: float) -> float:
    """Specific heat capacity at constant pressure, J/(kg K): most of it breaks bonds.

    Parameters
    ----------
    temperature : float
        K.
    pressure : float
        Pa.
    """
    warm = associated_vapour(temperature + _APART, pressure=pressure).enthalpy
    return (warm - associated_vapour(temperature - _APART, pressure=pressure).enthalpy) / (2.0 * _APART)


_CARD = Card(
    name=_MODEL,
    says="Apparent molar mass, density, enthalpy and heat capacity of hydrogen fluoride vapour, its molecules in "
    "equilibrium with chains of any length and rings of six. Enthalpy counts from single molecules at 298.15 K. "
    "Without air and water: not a source and not a cloud. Heat capacity maxima within 20 % of those reported; the "
    "apparent molar mass at the boiling point, 55 g/mol, is 17 to 19 % under that of Clapeyron's equation.",
    takes=(
        Takes("temperature", low=COLDEST, high=HOTTEST, hard_low=200.0, hard_high=600.0),
        Takes("pressure", low=LEAST, high=MOST, hard_low=1.0, hard_high=1e6, default=STANDARD_PRESSURE),
    ),
    gives=("molar_mass", "density", "enthalpy", "heat_capacity"),
    cites=("franckmeyer1959", "spalthofffranck1957"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "equilibrium constants put back into their definition; no association where it is hot and thin",
            "tests/verification/test_association.py::test_kinds_are_in_equilibrium",
        ),
        Evidence(
            Kind.VERIFICATION,
            "reported heat capacities (fitted to by the authors): maxima near 240 cal/(K 20 g) that move to the cold "
            "as pressure falls; enthalpy to 100 °C three to six times that of vaporisation",
            "tests/verification/test_association.py::test_reported_heat_capacities",
        ),
        Evidence(
            Kind.VERIFICATION,
            "Clapeyron's equation with measured heat of vaporisation, 89.5 cal/g at 19.4 °C: apparent molar mass",
            "tests/verification/test_association.py::test_molar_mass_against_clapeyron",
        ),
    ),
    answers=("associates",),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    temperature, pressure = values["temperature"], values["pressure"]
    found = associated_vapour(temperature, pressure=pressure)
    table, caveats = substance(_FLUID).saturation, []
    says = "Near saturation its apparent molar mass and density are up to a fifth under what heats of vaporisation say."
    caveats.append(Caveat(Grade.DEGRADED, _MODEL, says))
    if table.temperature_low <= temperature <= table.temperature_high and pressure > table.pressure(temperature):
        says = f"At {temperature:.1f} K and {pressure:.0f} Pa {_FLUID} is liquid; it was taken as vapour."
        caveats.append(Caveat(Grade.DEGRADED, _FLUID, says))
    return {
        "molar_mass": found.molar_mass,
        "density": found.density,
        "enthalpy": found.enthalpy,
        "heat_capacity": heat_capacity(temperature, pressure=pressure),
    }, caveats
