"""Flags of substances: behaviour that the property tables alone do not show, and what models make of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "associates": "its vapour is of molecules that stick together, which changes the source and the cloud",
        "hydrolyses-fast": "it reacts with moist air at once, which changes the cloud",
        "water-reactive": "it reacts with water; what a water curtain or wet ground makes of it is not computed",
        "absorbs-water": "it takes up water from moist air",
        "oxidiser": "it makes other things burn",
        "polymerises": "it can react with itself and give off heat",
        "decomposes": "it can fall apart explosively without air",
        "forms-peroxides": "it forms explosive peroxides when kept in air",
        "corrosive": "it destroys skin and metal",
        "toxic": "it poisons",
        "flammable": "it burns in air",
        "asphyxiant": "it displaces air",
    }
)
"""What each flag means."""
ANSWERED_BY_MODELS = frozenset({"associates", "hydrolyses-fast"})
"""Flags that need a model of their own: without one a result is not valid; the others are notes."""
