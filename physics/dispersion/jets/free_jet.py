"""The free turbulent jet of a gas (Long 1963): closed form, with its image in the ground."""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT, STANDARD_PRESSURE

NAME = "free-jet"
DECAY, SPREAD = 6.0, 5.0
"""Constants of the axis's decay and of the spread (Long 1963)."""
NEAREST, FARTHEST = 6.0, 300.0
"""Diameters between which the form holds (chosen: the core before, weight and wind beyond; unverified)."""


AT_SOURCE = 1e-9
"""Distance within which a place counts as on the plane of the source, m."""


@kernel
def _one(x: float, r: float, diameter: float, root: float) -> float:
    if x <= AT_SOURCE:
        return 0.0
    return min(DECAY * diameter / x * root * math.exp(-((SPREAD * r / x) ** 2)), 1e6)


@kernel
def free_jet(x: float, y: float, z: float, height: float, diameter: float, density: float, air: float) -> float:
    """Mass fraction at a point of a horizontal jet with its image in the ground, not above 1.

    ``density`` of the jet at its source, ``air`` of the air, kg/m³; lengths in m. The root of their ratio belongs to
    mass fractions (Ricou and Spalding 1961); read as kg/m³ the form would be wrong by the ratio itself.
    """
    root = math.sqrt(density / air)
    own = _one(x, math.hypot(y, z - height), diameter, root)
    image = _one(x, math.hypot(y, z + height), diameter, root)
    return min(own + image, 1.0)


_CARD = Card(
    name=NAME,
    says="Free turbulent jet of a gas in still air (Long 1963): mass fraction falls as 1/x on the axis, Gaussian "
    "across, with its image in the ground. No weight, no wind, no heat.",
    takes=bounded(
        Takes("jet_area", hard_low=1e-12, hard_high=1e3),
        Takes("source_density", low=0.05, high=20.0, hard_low=1e-3, hard_high=1e3),
        Takes("molar_mass", hard_low=1e-3, hard_high=1.0),
        Takes("source_height", hard_low=0.0, hard_high=1e4, default=0.0),
        Takes("ambient_temperature", low=220.0, high=330.0, hard_low=100.0, hard_high=400.0, default=293.15),
        Takes("ambient_pressure", hard_low=1e3, hard_high=1e6, default=STANDARD_PRESSURE),
        Takes("downwind_distance", hard_low=0.0, hard_high=1e5),
        Takes("crosswind_distance", default=0.0),
        Takes("height", hard_low=0.0, default=0.0),
    ),
    gives=("mole_fraction", "concentration"),
    cites=("long1963", "ricouspalding1961"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "its constants, its image, and the substance that passes a section",
            "tests/verification/test_jets_free.py::test_decay_and_spread",
        ),
        Evidence(
            Kind.VALIDATION,
            "34 concentrations on the axis of hydrogen jets (Molkov 2012, table 5-3)",
            "tests/validation/test_hydrogen_jets.py::test_free_jet",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    per_mole = values["ambient_pressure"] / (GAS_CONSTANT * values["ambient_temperature"])
    diameter = math.sqrt(4.0 * values["jet_area"] / math.pi)
    x, molar = values["downwind_distance"], values["molar_mass"]
    y, z, height = values["crosswind_distance"], values["height"], values["source_height"]
    share = free_jet(x, y, z, height, diameter, values["source_density"], per_mole * AIR_MOLAR_MASS)
    if x <= AT_SOURCE:
        share = 1.0 if math.hypot(y, z - height) <= 0.5 * diameter else 0.0
    moles = share / molar / (share / molar + (1.0 - share) / AIR_MOLAR_MASS)
    caveats = []
    if not NEAREST * diameter <= x <= FARTHEST * diameter:
        says = (
            f"{NAME} holds from {NEAREST:g} to {FARTHEST:g} diameters from the source; this is "
            f"{min(x / diameter, 1e9):.3g} diameters away."
        )
        caveats.append(Caveat(Grade.DEGRADED, NAME, says))
    return {"mole_fraction": moles, "concentration": moles * per_mole * molar}, caveats
