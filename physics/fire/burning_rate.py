"""How fast pools burn.

Babrauskas (1983): ṁ″ = ṁ″∞ (1 − e^(−kβD)).
Burgess, Strasburger and Grumer (1961), Hottel: ṁ″ = 0.001 ΔH_c/(Δh_v + c_p (T_b − T_a)), the last 0 where it boils.
"""

from __future__ import annotations

import math
from typing import Any

from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.fire.fuels import Fuel, fuel_of

BURGESS_RATE = 1e-3
"""kg/(m² s): of Burgess' line."""
LNG_ON_LAND = 0.11
"""kg/(m² s): what LNGFIRE3 takes (from memory, unverified); Babrauskas' 0.078 is of smaller pools."""


def babrauskas(fuel: Fuel, *, diameter: float) -> float | None:
    """Burning rate of a pool, kg/(m² s); None where no rate of the fuel was measured.

    Parameters
    ----------
    fuel : Fuel
    diameter : float
        m.
    """
    if fuel.burning_rate_limit is None:
        return None
    if fuel.extinction is None:
        return fuel.burning_rate_limit
    return fuel.burning_rate_limit * -math.expm1(-fuel.extinction * diameter)


def burgess(fuel: Fuel, *, ambient_temperature: float) -> float:
    """Burning rate of a large pool from heats of combustion and vaporisation, kg/(m² s).

    Parameters
    ----------
    fuel : Fuel
    ambient_temperature : float
        K.
    """
    table, boiling = fuel.substance.saturation, fuel.boiling_temperature
    warming = 0.0
    if boiling > ambient_temperature:
        middle = max(0.5 * (boiling + ambient_temperature), table.temperature_low)
        warming = float(table.liquid_heat_capacity(middle)) * (boiling - ambient_temperature)
    return BURGESS_RATE * fuel.heat_of_combustion / (fuel.heat_of_vaporisation + warming)


def burning_rate(fuel: Fuel, *, diameter: float, ambient_temperature: float) -> tuple[float, str, tuple[Caveat, ...]]:
    """Burning rate by what is published of a fuel, kg/(m² s), the name of the model, and what weighs on it.

    Parameters
    ----------
    fuel : Fuel
    diameter : float
        m.
    ambient_temperature : float
        K.
    """
    if fuel.name == "LNG" or fuel.substance.name == "methane":
        return LNG_ON_LAND, "lngfire3", ()
    measured = babrauskas(fuel, diameter=diameter)
    if measured is not None:
        return measured, _BABRAUSKAS.name, () if fuel.verified else (_from_memory(fuel),)
    rate = burgess(fuel, ambient_temperature=ambient_temperature)
    says = f"No burning rate of {fuel.name} is on file: {rate:.3g} kg/(m² s) follows from its heats (Burgess)."
    return rate, "burgess-burning-rate", (Caveat(Grade.DEGRADED, "burgess-burning-rate", says),)


_BABRAUSKAS = Card(
    name="babrauskas-burning-rate",
    says="Burning rate of a pool by its size and fuel, after Babrauskas (1983).",
    takes=(
        Takes("fuel"),
        Takes("pool_diameter", low=0.2, high=50.0, hard_low=1e-3, hard_high=1e4),
    ),
    gives=("burning_rate",),
    cites=("babrauskas1983", "yellowbook2005"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "benzene, 42.4 m: 0.085 kg/(m² s) as in the Yellow Book's example 6.6.3",
            "tests/verification/test_fire_pool.py::test_burning_rates",
        ),
    ),
)
_BURGESS = Card(
    name="burgess-burning-rate",
    says="Burning rate of a large pool of any fuel from its heats of combustion and vaporisation.",
    takes=(Takes("fuel"), Takes("ambient_temperature", hard_low=150.0, hard_high=400.0, default=293.15)),
    gives=("burning_rate",),
    cites=("burgess1961", "yellowbook2005"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "within a factor of 1.6 of the rates of Babrauskas for alkanes and benzene",
            "tests/verification/test_fire_pool.py::test_burgess_is_near_measured_rates",
        ),
    ),
)


def _from_memory(fuel: Fuel) -> Caveat:
    says = f"The burning rate of {fuel.name} is from memory and was not held against Babrauskas' paper."
    return Caveat(Grade.NOTE, _BABRAUSKAS.name, says)


@register(_BABRAUSKAS)
def _babrauskas(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fuel = fuel_of(values["fuel"])
    rate = babrauskas(fuel, diameter=values["pool_diameter"])
    if rate is None:
        says = f"No burning rate of {fuel.name} is on file."
        return {"burning_rate": None}, [Caveat(Grade.NOT_VALID, _BABRAUSKAS.name, says)]
    if fuel.verified:
        return {"burning_rate": rate}, []
    return {"burning_rate": rate}, [_from_memory(fuel)]


@register(_BURGESS)
def _burgess(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    rate = burgess(fuel_of(values["fuel"]), ambient_temperature=values["ambient_temperature"])
    return {"burning_rate": rate}, []
