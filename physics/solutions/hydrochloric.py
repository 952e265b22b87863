"""Hydrogen chloride in water: Pitzer's equations with the parameters of Ruaya and Seward (1987).

    p(HCl) = K(T) m² γ±²,     ln γ± = f + m B + …,     p(H₂O) = p_sat exp(−2 m M φ)

with m in mol/kg, K the reciprocal of the equilibrium HCl(g) = H⁺ + Cl⁻ (NBS tables, Wagman et al. 1982). The slope of
Debye and Hückel follows from water's density and dielectric constant (Malmberg and Maryott 1956).

Ruaya and Seward measured to 3 mol/kg; the parameters were read in one secondary transcription (unverified). Held here
against the total pressures of the International Critical Tables at 20 °C: within 5 % up to 30 % of acid, 13 % high at
32 %, 40 % high at 34 % and nearly twice at 36 %, which is why it ends at 32 %.
"""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.quantities import GAS_CONSTANT, ZERO_CELSIUS
from physics.solutions.solution import WATER_MOLAR_MASS, Solution, interpolated, water_pressure
from physics.substances import substance

MODEL = "hydrochloric-acid-pitzer"
MOLAR_MASS = 0.036461
"""Of hydrogen chloride, kg/mol."""
REFERENCE = 298.15
"""Temperature the parameters count from, K."""
BETA_0 = (0.17416, -773.62, -4.5174, 8.1556e-3, -2.8525e-6)
BETA_1 = (0.28799, -374.50, -4.1319, 1.0855e-2, -9.2990e-7)
"""q1 to q5 of Ruaya and Seward (1987), table 2."""
REACTION_ENERGY, REACTION_ENTHALPY, REACTION_HEAT_CAPACITY = -35_929.0, -74_852.0, -165.52
"""Of HCl(g) = H⁺(aq) + Cl⁻(aq) at 298.15 K and 1 bar: J/mol, J/mol, J/(mol K) (Wagman et al. 1982)."""
STANDARD_STATE = 1e5
"""Pa."""
WELL_KNOWN, MOST_MOLALITY = 6.0, 12.95
"""mol/kg: where measurements behind it end, and where it does."""
DENSITIES = ((0.0, 998.2), (0.10, 1048.0), (0.20, 1098.0), (0.30, 1149.0), (0.32, 1159.0))
HEAT_CAPACITIES = ((0.0, 4180.0), (0.10, 3470.0), (0.20, 2990.0), (0.30, 2600.0), (0.32, 2550.0))
"""kg/m³ and J/(kg K) at 20 °C by mass fraction (a public table after the International Critical Tables)."""
_PITZER_B, _PITZER_ALPHA = 1.2, 2.0  # kg^½/mol^½, the same for every 1-1 electrolyte
_DILUTE = 1e-14
"""Molality below which the activity coefficient is 1 to seven figures, mol/kg."""
_AVOGADRO, _CHARGE, _BOLTZMANN, _VACUUM = 6.02214076e23, 1.602176634e-19, 1.380649e-23, 8.8541878128e-12


def dielectric_constant(temperature: float) -> float:
    """Of water, relative (Malmberg and Maryott 1956), 0 to 100 °C.

    Parameters
    ----------
    temperature : float
        K.
    """
    t = temperature - ZERO_CELSIUS
    return 87.740 - 0.40008 * t + 9.398e-4 * t * t - 1.410e-6 * t**3


def debye_hueckel_slope(temperature: float) -> float:
    """A_φ of water, kg^½/mol^½: 0.3915 at 25 °C.

    Parameters
    ----------
    temperature : float
        K.
    """
    water = substance("water").saturation
    density = float(water.liquid_density(max(temperature, water.temperature_low)))
    length = _CHARGE**2 / (4.0 * math.pi * _VACUUM * dielectric_constant(temperature) * _BOLTZMANN * temperature)
    return math.sqrt(2.0 * math.pi * _AVOGADRO * density) * length * math.sqrt(length) / 3.0


def _at(q: tuple[float, float, float, float, float], t: float) -> float:
    return (
        q[0]
        + q[1] * (1.0 / t - 1.0 / REFERENCE)
        + q[2] * math.log(t / REFERENCE)
        + q[3] * (t - REFERENCE)
        + q[4] * (t * t - REFERENCE**2)
    )


def activity_coefficient(temperature: float, molality: float) -> float:
    """Mean ionic activity coefficient on the molal scale.

    Parameters
    ----------
    temperature : float
        K.
    molality : float
        mol/kg.
    """
    if molality <= _DILUTE:
        return 1.0
    root, a = math.sqrt(molality), _PITZER_ALPHA
    debye = root / (1.0 + _PITZER_B * root) + 2.0 / _PITZER_B * math.log1p(_PITZER_B * root)
    near = 1.0 - (1.0 + a * root - 0.5 * a * a * molality) * math.exp(-a * root)
    virial = 2.0 * _at(BETA_0, temperature) + 2.0 * _at(BETA_1, temperature) / (a * a * molality) * near
    return math.exp(-debye_hueckel_slope(temperature) * debye + molality * virial)


def osmotic_coefficient(temperature: float, molality: float) -> float:
    """Osmotic coefficient; the activity of water is exp(−2 m M φ).

    Parameters
    ----------
    temperature : float
        K.
    molality : float
        mol/kg.
    """
    root = math.sqrt(molality)
    debye = debye_hueckel_slope(temperature) * root / (1.0 + _PITZER_B * root)
    virial = _at(BETA_0, temperature) + _at(BETA_1, temperature) * math.exp(-_PITZER_ALPHA * root)
    return 1.0 - debye + molality * virial


def solubility(temperature: float) -> float:
    """K = p(HCl)/(m² γ±²), Pa kg²/mol²: 0.0508 at 25 °C.

    Parameters
    ----------
    temperature : float
        K.
    """
    heat_capacity = math.log(temperature / REFERENCE) + REFERENCE / temperature - 1.0
    exponent = (
        REACTION_ENERGY / (GAS_CONSTANT * REFERENCE)
        + REACTION_ENTHALPY / GAS_CONSTANT * (1.0 / temperature - 1.0 / REFERENCE)
        - REACTION_HEAT_CAPACITY / GAS_CONSTANT * heat_capacity
    )
    return STANDARD_STATE * math.exp(exponent)


def molality(mass_fraction: float) -> float:
    """Moles of hydrogen chloride per kg of water.

    Parameters
    ----------
    mass_fraction : float
        Below 1.
    """
    return mass_fraction / (1.0 - mass_fraction) / MOLAR_MASS


def partial_pressures(temperature: float, mass_fraction: float) -> tuple[float, float]:
    """Of hydrogen chloride and of water over hydrochloric acid, Pa.

    Parameters
    ----------
    temperature : float
        K.
    mass_fraction : float
        Of hydrogen chloride in the liquid.
    """
    m = molality(mass_fraction)
    acid = solubility(temperature) * (m * activity_coefficient(temperature, m)) ** 2
    saturated = water_pressure(temperature)
    water = saturated * math.exp(-2.0 * m * WATER_MOLAR_MASS * osmotic_coefficient(temperature, m))
    return acid, water


def _caveats(_: float, mass_fraction: float) -> list[Caveat]:
    m = molality(mass_fraction)
    if m > MOST_MOLALITY:
        says = f"{MODEL} ends at {MOST_MOLALITY:g} mol/kg (32 %), beyond which it is too high; here are {m:.1f} mol/kg."
        return [Caveat(Grade.NOT_VALID, MODEL, says)]
    if m > WELL_KNOWN:
        says = f"{MODEL} rests on measurements to {WELL_KNOWN:g} mol/kg; at {m:.1f} mol/kg it is good to about 15 %."
        return [Caveat(Grade.DEGRADED, MODEL, says)]
    return []


HYDROCHLORIC_ACID = Solution(
    name="hydrochloric acid",
    model=MODEL,
    solute="hydrogen chloride",
    molar_mass=MOLAR_MASS,
    partial_pressures=partial_pressures,
    density=lambda _, mass_fraction: interpolated(DENSITIES, mass_fraction),
    heat_capacity=lambda _, mass_fraction: interpolated(HEAT_CAPACITIES, mass_fraction),
    most=0.32,
    lowest=ZERO_CELSIUS + 0.5,
    highest=ZERO_CELSIUS + 100.0,
    caveats=_caveats,
)

_CARD = Card(
    name=MODEL,
    says="Partial pressures of hydrogen chloride and water over hydrochloric acid up to 32 % by Pitzer's equations "
    "with Ruaya and Seward's parameters and the NBS equilibrium of solution.",
    takes=bounded(
        Takes("temperature", low=273.65, high=323.15, hard_low=273.65, hard_high=373.15),
        Takes("solute_mass_fraction", low=0.0, high=0.32, hard_low=0.0, hard_high=0.5),
    ),
    gives=("solute_partial_pressure", "water_partial_pressure"),
    cites=("ruayaseward1987", "wagman1982", "malmbergmaryott1956"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "slope 0.3915 and activity coefficient 0.809 at 1 mol/kg, 25 °C; total pressures of the International "
            "Critical Tables at 20 °C, 10 to 32 %",
            "tests/verification/test_solutions.py::test_hydrochloric_acid",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    at = values["temperature"], values["solute_mass_fraction"]
    solute, water = partial_pressures(*at)
    return {"solute_partial_pressure": solute, "water_partial_pressure": water}, _caveats(*at)
