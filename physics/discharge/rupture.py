"""Catastrophic rupture: the whole inventory expands to ambient pressure at once.

The expansion is isentropic and does the work it can beyond pushing the air away,

    E = u₁ − u₂ − p_a (v₂ − v₁),

of which 0.8 becomes motion, √(2 · 0.8 E) (CCPS 1999). Twice the flash fraction stays airborne, the rest falls
out (Kletz 1977); the cloud mixes with ten times its mass of air while it expands and then stands as a
cylinder as high as its radius. The last three are rules of thumb for screening.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import checked_number, find_fluid, liquid_temperature
from physics.discharge.two_phase import mixture
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT, STANDARD_PRESSURE, ZERO_CELSIUS
from physics.substances import Substance

MOTION_SHARE = 0.8
"""Part of the expansion energy that becomes motion of the cloud (CCPS 1999; from memory, unverified)."""
AIR_RATIO = 10.0
"""Mass of air mixed in while the cloud expands over the mass airborne (from memory, unverified)."""
AIRBORNE_PER_FLASH = 2.0
"""Mass airborne over mass flashed (Kletz 1977)."""
AMBIENT_TEMPERATURE = ZERO_CELSIUS + 20.0
"""Default temperature of the air mixed in, K."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rupture:
    """What an inventory becomes that expands to ambient pressure at once.

    Attributes
    ----------
    temperature : float
        K.
    flash_fraction : float
        Mass fraction of vapour after the expansion.
    density : float
        Of vapour and liquid together, kg/m³.
    expansion_energy : float
        J/kg.
    velocity : float
        Of the expanding cloud, m/s.
    rainout_fraction : float
        Mass fraction that falls to the ground as liquid.
    airborne_volume : float
        Of vapour and airborne droplets, m³ per kg of inventory.
    caveats : tuple of Caveat
    """

    temperature: float
    flash_fraction: float
    density: float
    expansion_energy: float
    velocity: float
    rainout_fraction: float
    airborne_volume: float
    caveats: tuple[Caveat, ...]


def rupture(
    substance: Substance,
    *,
    temperature: float,
    vapour_fraction: float = 0.0,
    ambient_pressure: float = STANDARD_PRESSURE,
) -> Rupture:
    """Isentropic expansion of a saturated inventory to ambient pressure.

    Parameters
    ----------
    substance : Substance
    temperature : float
        K.
    vapour_fraction : float
        Mass fraction of vapour in the vessel.
    ambient_pressure : float
        Pa.

    Raises
    ------
    ModelInputError
        The state is outside the tables, or is not above ambient pressure; the field is named.
    """
    checked_number("vapour_fraction", vapour_fraction, low=0.0, high=1.0)
    table = substance.saturation
    start, caveats = liquid_temperature(substance, pressure=math.inf, temperature=temperature)
    pressure = float(table.pressure(start))
    lowest = float(table.pressure(table.temperature_low))
    if ambient_pressure < lowest:
        raise ModelInputError("ambient_pressure", f"must be at least {lowest:.4g} Pa for {substance.name}")
    if pressure <= ambient_pressure:
        says = f"{substance.name} at {start:.1f} K has {pressure:.0f} Pa, no more than the surroundings: no expansion"
        raise ModelInputError("temperature", says)
    boiling = float(table.temperature(ambient_pressure))
    v1, h1, s1 = mixture(table.table, start, vapour_fraction)
    s_l, s_v = table.liquid_entropy(boiling), table.vapour_entropy(boiling)
    x = float((s1 - s_l) / (s_v - s_l))
    if x > 1.0:
        x = 1.0
        says = "The vapour ends a little warmer than boiling; it was taken as saturated."
        caveats.append(Caveat(Grade.NOTE, "catastrophic-rupture", says))
    v2, h2, _ = mixture(table.table, boiling, x)
    energy = (h1 - pressure * v1) - (h2 - ambient_pressure * v2) - ambient_pressure * (v2 - v1)
    rainout = max(0.0, 1.0 - AIRBORNE_PER_FLASH * x)
    return Rupture(
        temperature=boiling,
        flash_fraction=x,
        density=1.0 / v2,
        expansion_energy=energy,
        velocity=math.sqrt(2.0 * MOTION_SHARE * max(energy, 0.0)),
        rainout_fraction=rainout,
        airborne_volume=v2 - rainout / float(table.liquid_density(boiling)),
        caveats=tuple(caveats),
    )


_CARD = Card(
    name="catastrophic-rupture",
    says="A vessel of saturated liquid and vapour bursts: isentropic expansion of the whole inventory to ambient "
    "pressure, its energy and velocity, rainout by Kletz's rule, and a first cloud with ten times its mass of air, a "
    "cylinder as high as its radius. For screening.",
    takes=bounded(
        Takes("fluid"),
        Takes("mass", hard_low=1e-6),
        Takes("temperature", hard_low=1.0),
        Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=0.0),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
        Takes("ambient_temperature", low=230.0, high=330.0, hard_low=100.0, default=AMBIENT_TEMPERATURE),
    ),
    gives=(
        "flash_fraction",
        "rainout_fraction",
        "expansion_energy",
        "expanded_velocity",
        "expanded_temperature",
        "expanded_density",
        "cloud_mass",
        "cloud_radius",
    ),
    cites=("ccps1999", "kletz1977"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "isentropic vapour of propane 300.15 K, ammonia 293.15 K, water 453 K: 0.3450, 0.1605, 0.1374",
            "tests/verification/test_discharge_rupture.py::test_isentropic_vapour",
        ),
        Evidence(
            Kind.VERIFICATION,
            "energy against the work of pressure over volume integrated along CoolProp's isentrope",
            "tests/verification/test_discharge_rupture.py::test_energy_is_the_work_of_expansion",
        ),
    ),
)


def _first_cloud(found: Rupture, mass: float, pressure: float, air_temperature: float) -> tuple[float, float]:
    """Mass (kg) and radius (m) of the cloud with its air, volumes added and no heat exchanged."""
    airborne = mass * (1.0 - found.rainout_fraction)
    air = AIR_RATIO * airborne
    air_volume = air * GAS_CONSTANT * air_temperature / (pressure * AIR_MOLAR_MASS)
    volume = air_volume + mass * found.airborne_volume
    return airborne + air, (volume / math.pi) ** (1.0 / 3.0)


@register(_CARD)
def _catastrophic_rupture(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid, back = find_fluid(values["fluid"]), values["ambient_pressure"]
    found = rupture(
        fluid,
        temperature=values["temperature"],
        vapour_fraction=values["vapour_fraction"],
        ambient_pressure=back,
    )
    cloud, radius = _first_cloud(found, values["mass"], back, values["ambient_temperature"])
    says = "Rainout, air mixed in and the cloud's shape are rules of thumb for screening, not a calculation."
    return {
        "flash_fraction": found.flash_fraction,
        "rainout_fraction": found.rainout_fraction,
        "expansion_energy": found.expansion_energy,
        "expanded_velocity": found.velocity,
        "expanded_temperature": found.temperature,
        "expanded_density": found.density,
        "cloud_mass": cloud,
        "cloud_radius": radius,
    }, [*found.caveats, Caveat(Grade.NOTE, "catastrophic-rupture", says)]
