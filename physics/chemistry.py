"""What a substance's flags mean to the models that make a source of it.

A flag that changes the source or the cloud by a chemistry that a model does not have leaves its number not valid here;
the other flags are notes, and so are combustion products, which no model here covers.
"""

from __future__ import annotations

import re
from typing import Any

from physics.cards import Card, Caveat, Grade, rule
from physics.substances import Substance, substance
from physics.substances.flags import ANSWERED_BY_MODELS

SOURCE_WORDS = frozenset(
    {
        "mass_flow_rate",
        "mass_flux",
        "vapour_fraction",
        "flash_fraction",
        "evaporated_mass",
        "vented_mass",
        "released_mass",
        "cloud_mass",
        "mole_fraction",
    }
)
"""Outputs by which a model that takes a fluid is known to make a source or a cloud of it."""
_NO_NUMBER = {
    "associates": "The molecules of {name} stick together in its vapour, which no model here counts.",
    "hydrolyses-fast": "{name} reacts with moist air at once, which no model here counts.",
}
_NOTES = {
    "water-reactive": "{name} reacts with water: what wet ground, rain or a water curtain makes of it is not computed.",
    "oxidiser": "{name} makes other things burn, which is not computed.",
    "polymerises": "{name} can react with itself and give off heat, which is not computed.",
    "decomposes": "{name} can fall apart explosively without air, which is not computed.",
    "forms-peroxides": "{name} forms explosive peroxides when kept in air, which is not computed.",
    "flammable": "Should {name} burn, what its combustion makes is not covered.",
}
_COMPONENT = re.compile(r"([^&\[\]]+)\[")


def answers(of: Substance, *, counted: tuple[str, ...] = ()) -> list[Caveat]:
    """Caveats that a substance's flags put on a source of it.

    Parameters
    ----------
    of : Substance
    counted : tuple of str
        Flags whose chemistry the model has.
    """
    found = []
    for flag in of.flags:
        if flag in counted:
            continue
        if flag in ANSWERED_BY_MODELS:
            found.append(Caveat(Grade.NOT_VALID, of.name, _NO_NUMBER[flag].format(name=of.name)))
        elif flag in _NOTES:
            found.append(Caveat(Grade.NOTE, of.name, _NOTES[flag].format(name=of.name)))
    return found


@rule
def of_the_fluid(card: Card, values: dict[str, Any]) -> list[Caveat]:
    """Caveats of every component of a model's ``fluid``, where the model makes a source."""
    fluid = values.get("fluid")
    if not isinstance(fluid, str) or not SOURCE_WORDS & set(card.gives):
        return []
    found: list[Caveat] = []
    for name in _COMPONENT.findall(fluid) or [fluid]:
        try:
            found += answers(substance(name.strip()), counted=card.answers)
        except LookupError:  # a mixture that goes by a name of its own: its model knows its components
            continue
    return list(dict.fromkeys(found))
