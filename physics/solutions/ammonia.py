"""Ammonia in water by Pátek and Klomfar (1995): bubble temperature and vapour composition in closed form.

    T(p, x) = 100 K Σ a (1 − x)^m ln(p₀/p)^n,     y(p, x) = 1 − exp(ln(1 − x) Σ a (p/p₀)^m x^(n/3)),    p₀ = 2 MPa

for 2 kPa to 2 MPa and every composition x (moles of ammonia per mole). Partial pressures are y p and (1 − y) p. The
liquid's enthalpy is theirs too: 100 kJ/kg Σ a (T/273.16 K − 1)^m x^n. The coefficients agree in three independent
transcriptions.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from scipy.optimize import brentq

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.solutions.solution import Solution, interpolated

MODEL = "ammonia-water-patek-klomfar"
MOLAR_MASS = 0.01703026
"""Of ammonia, kg/mol (Tillner-Roth and Friend 1998)."""
REFERENCE_PRESSURE = 2e6
"""p₀, Pa."""
LEAST_PRESSURE, MOST_PRESSURE = 2e3, 2e6
"""Total pressures the correlation was made for, Pa."""
_SEARCHED = (20.0, 2e7)
BUBBLE = (
    (3.22302, 0, 0), (-0.384206, 0, 1), (4.60965e-2, 0, 2), (-3.78945e-3, 0, 3), (1.35610e-4, 0, 4), (0.487755, 1, 0),
    (-0.120108, 1, 1), (1.06154e-2, 1, 2), (-5.33589e-4, 2, 3), (7.85041, 4, 0), (-11.5941, 5, 0), (-5.23150e-2, 5, 1),
    (4.89596, 6, 0), (4.21059e-2, 13, 1),
)  # fmt: skip
"""a, m, n of the bubble temperature (their table 1)."""
VAPOUR = (
    (1.98022017e1, 0, 0), (-1.18092669e1, 0, 1), (2.77479980e1, 0, 6), (-2.88634277e1, 0, 7), (-5.91616608e1, 1, 0),
    (5.78091305e2, 2, 1), (-6.21736743, 2, 2), (-3.42198402e3, 3, 2), (1.19403127e4, 4, 3), (-2.45413777e4, 5, 4),
    (2.91591865e4, 6, 5), (-1.84782290e4, 7, 6), (2.34819434e1, 7, 7), (4.80310617e3, 8, 7),
)  # fmt: skip
"""a, m, n of the vapour's composition (their table 3)."""
LIQUID = (
    (-7.61080, 0, 1), (25.6905, 0, 4), (-247.092, 0, 8), (325.952, 0, 9), (-158.854, 0, 12), (61.9084, 0, 14),
    (11.4314, 1, 0), (1.18157, 1, 1), (2.84179, 2, 1), (7.41609, 3, 3), (891.844, 5, 3), (-1613.09, 5, 4),
    (622.106, 5, 5), (-207.588, 6, 2), (-6.87393, 6, 4), (3.50716, 8, 0),
)  # fmt: skip
"""a, m, n of the liquid's enthalpy (their table 4)."""
DENSITIES = ((0.0, 998.2), (0.08, 965.1), (0.16, 936.2), (0.24, 910.1), (0.28, 898.0), (0.40, 860.0))
"""kg/m³ at 20 °C by mass fraction: handbook values from memory, unverified; only a pool's depth rests on them."""
_TEMPERATURE_SCALE, _ENTHALPY_SCALE, _ZERO = 100.0, 1e5, 273.16
_APART = 0.05


def bubble_temperature(pressure: float, mole_fraction: float) -> float:
    """Temperature at which a solution begins to boil, K.

    Parameters
    ----------
    pressure : float
        Pa.
    mole_fraction : float
        Of ammonia in the liquid.
    """
    away = math.log(REFERENCE_PRESSURE / pressure)
    return _TEMPERATURE_SCALE * sum(a * (1.0 - mole_fraction) ** m * away**n for a, m, n in BUBBLE)


def vapour_composition(pressure: float, mole_fraction: float) -> float:
    """Mole fraction of ammonia in the vapour over a boiling solution.

    Parameters
    ----------
    pressure : float
        Pa.
    mole_fraction : float
        Of ammonia in the liquid, below 1.
    """
    over = pressure / REFERENCE_PRESSURE
    total = sum(a * over**m * mole_fraction ** (n / 3.0) for a, m, n in VAPOUR)
    return 1.0 - math.exp(math.log(1.0 - mole_fraction) * total)


def enthalpy(temperature: float, mole_fraction: float) -> float:
    """Specific enthalpy of the liquid, J/kg."""
    away = temperature / _ZERO - 1.0
    return _ENTHALPY_SCALE * sum(a * away**m * mole_fraction**n for a, m, n in LIQUID)


@lru_cache(maxsize=4096)
def bubble_pressure(temperature: float, mole_fraction: float) -> float:
    """Pressure at which a solution begins to boil, Pa.

    Parameters
    ----------
    temperature : float
        K.
    mole_fraction : float
        Of ammonia in the liquid.
    """
    low, high = (math.log(value) for value in _SEARCHED)
    found = brentq(lambda p: bubble_temperature(math.exp(p), mole_fraction) - temperature, low, high, xtol=1e-13)
    return float(math.exp(found))


def _mole_fraction(mass_fraction: float) -> float:
    return AQUEOUS_AMMONIA.mole_fraction(mass_fraction)


def partial_pressures(temperature: float, mass_fraction: float) -> tuple[float, float]:
    """Of ammonia and of water over a solution, Pa.

    Parameters
    ----------
    temperature : float
        K.
    mass_fraction : float
        Of ammonia in the liquid.
    """
    x = _mole_fraction(mass_fraction)
    total = bubble_pressure(temperature, x)
    share = vapour_composition(total, x)
    return total * share, total * (1.0 - share)


def _heat_capacity(temperature: float, mass_fraction: float) -> float:
    x = _mole_fraction(mass_fraction)
    return (enthalpy(temperature + _APART, x) - enthalpy(temperature - _APART, x)) / (2.0 * _APART)


def _caveats(temperature: float, mass_fraction: float) -> list[Caveat]:
    total = sum(partial_pressures(temperature, mass_fraction))
    if LEAST_PRESSURE <= total <= MOST_PRESSURE:
        return []
    says = f"{MODEL} holds from 2 kPa to 2 MPa; over this solution there are {total:.0f} Pa."
    return [Caveat(Grade.DEGRADED, MODEL, says)]


AQUEOUS_AMMONIA = Solution(
    name="aqueous ammonia",
    model=MODEL,
    solute="ammonia",
    molar_mass=MOLAR_MASS,
    partial_pressures=partial_pressures,
    density=lambda _, mass_fraction: interpolated(DENSITIES, mass_fraction),
    heat_capacity=_heat_capacity,
    most=0.40,
    lowest=240.0,
    highest=350.0,
    caveats=_caveats,
)

_CARD = Card(
    name=MODEL,
    says="Partial pressures of ammonia and water over aqueous ammonia by Pátek and Klomfar's functions of bubble "
    "temperature and vapour composition.",
    takes=bounded(
        Takes("temperature", low=AQUEOUS_AMMONIA.lowest, high=AQUEOUS_AMMONIA.highest, hard_low=230.0, hard_high=400.0),
        Takes("solute_mass_fraction", low=0.0, high=0.9, hard_low=0.0, hard_high=0.999),
    ),
    gives=("solute_partial_pressure", "water_partial_pressure"),
    cites=("patekklomfar1995",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "limits of pure water and pure ammonia; a producer's boiling points of 5 to 35 % within 4 K",
            "tests/verification/test_solutions.py::test_aqueous_ammonia",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    at = values["temperature"], values["solute_mass_fraction"]
    solute, water = partial_pressures(*at)
    return {"solute_partial_pressure": solute, "water_partial_pressure": water}, _caveats(*at)
