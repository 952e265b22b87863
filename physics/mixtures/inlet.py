"""Inputs of the models of mixtures: finding the mixture, and what must be said of the state it is in."""

from __future__ import annotations

from physics.cards import Caveat, Grade, ModelInputError, Takes
from physics.mixtures.cubic import Array
from physics.mixtures.mixture import ABOUT, Mixture, MixtureError, parse_mixture

FLUID = Takes("fluid")
PRESSURE = Takes("pressure", high=5e7, hard_low=1.0, hard_high=1e9)
TEMPERATURE = Takes("temperature", low=120.0, high=700.0, hard_low=60.0, hard_high=1000.0)
CITES = ("pengrobinson1976", "robinsonpeng1978", "knapp1982", "leguennec2016", "michelsen1982")
"""What every model of mixtures rests on."""


def find_mixture(text: str) -> Mixture:
    """Mixture of a model's ``fluid`` input.

    Raises
    ------
    ModelInputError
        It cannot be understood; the message names the component.
    """
    try:
        return parse_mixture(text)
    except MixtureError as error:
        raise ModelInputError("fluid", str(error)) from error


def cold_or_hot(mixture: Mixture, *temperatures: float) -> list[Caveat]:
    """Caveats of a mixture, and one where a temperature is beyond a component's table.

    Parameters
    ----------
    mixture : Mixture
    *temperatures : float
        K.
    """
    found = list(mixture.caveats)
    low, high = mixture.gas_range
    worst = min(temperatures), max(temperatures)
    if worst[0] < low:
        item = max(mixture.substances, key=lambda one: one.gas.temperature_low)
        says = (
            f"At {worst[0]:.1f} K {item.name} is colder than its table ({item.gas.temperature_low:.1f} K): its heat "
            "capacity was held constant, and no solid is looked for."
        )
        found.append(Caveat(Grade.DEGRADED, ABOUT, says))
    if worst[1] > high:
        says = f"At {worst[1]:.1f} K heat capacities were held at their value at {high:.1f} K."
        found.append(Caveat(Grade.DEGRADED, ABOUT, says))
    return found


def written(mixture: Mixture, fractions: Array) -> str:
    """Composition as text, mole fractions by component.

    Parameters
    ----------
    mixture : Mixture
    fractions : ndarray
    """
    parts = zip(mixture.names, fractions, strict=True)
    return ", ".join(f"{name} {value:.5g}" for name, value in parts)
