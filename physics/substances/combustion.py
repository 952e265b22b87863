"""How much air a substance burns with, from its formula."""

from __future__ import annotations

import re
from collections.abc import Mapping

OXYGEN_IN_AIR = 0.2095
"""Mole fraction of oxygen in dry air."""
_ATOM = re.compile(r"([A-Z][a-z]?)(\d*)")
_HALOGENS = ("F", "Cl", "Br", "I")


def atoms(formula: str) -> Mapping[str, int]:
    """Number of atoms by element of a formula without brackets, as ``C3H8``."""
    found: dict[str, int] = {}
    for element, count in _ATOM.findall(formula):
        found[element] = found.get(element, 0) + int(count or 1)
    return found


def oxygen_demand(formula: str) -> float:
    """Moles of oxygen that burn one mole to carbon dioxide, water, sulphur dioxide, hydrogen halides and nitrogen.

    Raises
    ------
    ValueError
        What it is made of does not burn that way.
    """
    of = atoms(formula)
    halogens = sum(of.get(element, 0) for element in _HALOGENS)
    hydrogen = max(of.get("H", 0) - halogens, 0)
    needed = of.get("C", 0) + 0.25 * hydrogen + of.get("S", 0) - 0.5 * of.get("O", 0)
    if needed <= 0.0:
        raise ValueError(f"{formula} takes up no oxygen to carbon dioxide and water")
    return needed


def stoichiometric_fraction(formula: str) -> float:
    """Mole fraction of a substance in air that it burns with completely; errors as `oxygen_demand`."""
    return 1.0 / (1.0 + oxygen_demand(formula) / OXYGEN_IN_AIR)
