"""Flashing flow as a band, from boiling in equilibrium to not at all, with a best estimate by path length.

Through a hole in a thin wall liquid has no time to boil; after 0.1 m of path it flows in equilibrium (Fauske
1985). Between, the best estimate follows Fauske's non-equilibrium parameter, with the homogeneous
equilibrium rate as its long end:

    1/ṁ² = (1 − L/0.1)/ṁ_unflashed² + (L/0.1)/ṁ_equilibrium²

ṁ_unflashed is that of the hole with its discharge coefficient; ṁ_equilibrium that of the path of 0.1 m, with
its friction, for which a full-bore end has no coefficient of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.discharge.discharge import FULL_BORE_RATIO, Discharge, FlowPath, discharge
from physics.discharge.flashing_models import EQUILIBRIUM_LENGTH, STEEL_ROUGHNESS
from physics.discharge.fluid import find_fluid, liquid_temperature
from physics.discharge.inlet import LIQUID_TAKES
from physics.discharge.orifice import SHARP_EDGE_LIQUID
from physics.quantities import STANDARD_PRESSURE
from physics.substances import Substance


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashingBand:
    """Mass flow rate of a flashing liquid, bounded.

    Attributes
    ----------
    low, best, high : float
        kg/s: in equilibrium, by path length, unflashed.
    says : str
        Where the best estimate stands and why.
    caveats : tuple of Caveat
    """

    low: float
    best: float
    high: float
    says: str
    caveats: tuple[Caveat, ...]


def flashing_band(
    substance: Substance,
    *,
    pressure: float,
    temperature: float,
    path: FlowPath,
    liquid_head: float = 0.0,
    ambient_pressure: float = STANDARD_PRESSURE,
) -> FlashingBand:
    """Band and best estimate of the flow of a vessel's liquid through a path and a hole.

    Parameters
    ----------
    substance : Substance
    pressure, temperature : float
        In the vessel, Pa absolute and K.
    path : FlowPath
    liquid_head : float
        Height of liquid above the path's entry, m.
    ambient_pressure : float
        Pa.

    Raises
    ------
    ModelInputError
        An input is not finite or outside what the tables know; the field is named.
    """

    def coefficient(length: float) -> float | None:
        broken_off = path.hole_diameter >= FULL_BORE_RATIO * path.diameter
        return None if length >= EQUILIBRIUM_LENGTH and broken_off else path.discharge_coefficient

    def flow(length: float) -> Discharge:
        return discharge(
            substance,
            pressure=pressure,
            temperature=temperature,
            liquid=True,
            liquid_head=liquid_head,
            ambient_pressure=ambient_pressure,
            path=replace(path, path_length=length, discharge_coefficient=coefficient(length)),
        )

    length = path.path_length
    if length >= EQUILIBRIUM_LENGTH:
        found = flow(length)
        says = f"The path is {length:.3g} m long, 0.1 m or more: equilibrium with line friction is the best estimate."
        return FlashingBand(low=found.low, best=found.mass_flow_rate, high=found.high, says=says, caveats=found.caveats)
    hole = flow(0.0)
    best = hole.mass_flow_rate
    if length > 0.0 and best > 0.0:
        share = length / EQUILIBRIUM_LENGTH
        end = flow(EQUILIBRIUM_LENGTH).mass_flow_rate
        best = 1.0 / math.sqrt((1.0 - share) / best**2 + share / end**2) if end > 0.0 else 0.0
    says = (
        f"The path is {length:.3g} m long, under 0.1 m: the best estimate lies between unflashed flow through the hole "
        "and equilibrium after 0.1 m."
    )
    return FlashingBand(low=min(hole.low, best), best=best, high=max(hole.high, best), says=says, caveats=hole.caveats)


_CARD = Card(
    name="flashing-band",
    says="Flow of a flashing liquid through a hole or a path: low is homogeneous equilibrium, high is unflashed, the "
    "mass flow rate between them the best estimate by the path's length (Fauske's 0.1 m). Pressure 0 or left out "
    "means saturated, a path diameter of 0 the hole's. The discharge coefficient is not used where a path of 0.1 m or "
    "more is broken off.",
    takes=bounded(
        *LIQUID_TAKES,
        Takes("hole_diameter", low=5e-4, hard_low=1e-6, hard_high=100.0),
        Takes("discharge_coefficient", low=0.5, hard_low=1e-3, hard_high=1.0, default=SHARP_EDGE_LIQUID),
        Takes("path_length", hard_low=0.0, default=0.0),
        Takes("path_diameter", hard_low=0.0, hard_high=100.0, default=0.0),
        Takes("loss_coefficient", hard_low=0.0, default=0.0),
        Takes("roughness", hard_low=0.0, default=STEEL_ROUGHNESS),
        Takes("liquid_head", low=0.0, default=0.0),
    ),
    gives=("mass_flow_rate", "low_mass_flow_rate", "high_mass_flow_rate", "mass_flux"),
    cites=("fauske1985", "ccps1996", "leung1986"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "propane at 20 °C, 25 mm hole, C_d 0.62: 1.85 kg/s in equilibrium, 8.3 kg/s unflashed",
            "tests/verification/test_discharge_band.py::test_propane_hole",
        ),
        Evidence(
            Kind.VALIDATION,
            "flashing water, Marviken test 24, nozzle of 0.17 m: best over measured 0.91 in the middle, 0.74 to 1.03",
            "tests/validation/test_flashing_flows.py::test_best_estimate_against_measured_flows",
        ),
        Evidence(
            Kind.VERIFICATION,
            "ends and middle: unflashed at no length, equilibrium from 0.1 m on, falling and inside the band between",
            "tests/verification/test_discharge_band.py::test_best_estimate_by_length",
        ),
    ),
)


@register(_CARD)
def _flashing_band(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid, hole, diameter = find_fluid(values["fluid"]), values["hole_diameter"], values["path_diameter"]
    given = values["pressure"]
    temperature, _ = liquid_temperature(
        fluid, pressure=given if given > 0.0 else math.inf, temperature=values["temperature"]
    )
    long_path = values["path_length"] >= EQUILIBRIUM_LENGTH
    path = FlowPath(
        hole_diameter=hole,
        discharge_coefficient=values["discharge_coefficient"],
        path_length=values["path_length"],
        path_diameter=diameter if diameter > 0.0 else None,
        loss_coefficient=values["loss_coefficient"],
        roughness=values["roughness"],
    )
    band = flashing_band(
        fluid,
        pressure=given if given > 0.0 else float(fluid.saturation.pressure(temperature)),
        temperature=values["temperature"],
        path=path,
        liquid_head=values["liquid_head"],
        ambient_pressure=values["ambient_pressure"],
    )
    opening = min(hole, diameter) if long_path and diameter > 0.0 else hole
    return {
        "mass_flow_rate": band.best,
        "low_mass_flow_rate": band.low,
        "high_mass_flow_rate": band.high,
        "mass_flux": band.best / (math.pi * opening**2 / 4.0),
    }, [*band.caveats, Caveat(Grade.NOTE, "flashing-band", band.says), *_unmeasured(fluid.name, values["path_length"])]


def _unmeasured(name: str, length: float) -> list[Caveat]:
    """Caveat where no measured flow stands behind the best estimate: only water through 0.17 m does."""
    if name == "water" and length >= EQUILIBRIUM_LENGTH:
        return []
    says = (
        "The best estimate was held against water through a nozzle of 0.17 m alone; the band is what to rely on here."
    )
    return [Caveat(Grade.NOTE, "flashing-band", says)]
