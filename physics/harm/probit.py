"""Fraction of people a toxic exposure kills, by named probit sets."""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Probit, Substance, substance

_PPM = 1e-6
_MILLIGRAM = 1e-6
_REFERENCE_TEMPERATURE = 293.15
"""Temperature at which the mg/m³ of probit sets is taken, K."""


def probability(probit: float) -> float:
    """Fraction that a probit stands for: 5 is one half (Finney 1971)."""
    return 0.5 * (1.0 + math.erf((probit - 5.0) / math.sqrt(2.0)))


def toxic_probit(of: Substance, given: Probit, *, mole_fraction: float, exposure_duration: float) -> float:
    """Probit of a steady exposure, Y = a + b ln(C^n t), C in the set's own unit and t in minutes.

    Parameters
    ----------
    given : Probit
        A whole set: its a, b, n and unit belong together.
    mole_fraction : float
        Breathed; 0 gives minus infinity.
    exposure_duration : float
        s.
    """
    if mole_fraction <= 0.0 or exposure_duration <= 0.0:
        return -math.inf
    concentration = mole_fraction / _PPM
    if given.concentration_unit == "mg/m3":
        mass = STANDARD_PRESSURE * of.molar_mass / (GAS_CONSTANT * _REFERENCE_TEMPERATURE)
        concentration = mole_fraction * mass / _MILLIGRAM
    return given.a + given.b * (given.n * math.log(concentration) + math.log(exposure_duration) - math.log(60.0))


_CARD = Card(
    name="toxic-probit",
    says="Fraction of people killed by a steady exposure to a toxic substance, by the first probit set on file.",
    takes=bounded(
        Takes("fluid"),
        Takes("mole_fraction", hard_low=0.0, hard_high=1.0),
        Takes("exposure_duration", low=60.0, high=3600.0, hard_low=0.0),
    ),
    gives=("probit", "probability"),
    cites=("finney1971", "purplebook1999"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "chlorine, 300 ppm for 30 min: 4.681 and 0.375",
            "tests/verification/test_toxic_load.py::test_toxic_probit",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        of = substance(values["fluid"])
    except LookupError as error:
        raise ModelInputError("fluid", str(error)) from error
    if of.toxicity is None or not of.toxicity.probits:
        says = f"{of.name} has no probit set here"
        return dict.fromkeys(_CARD.gives), [Caveat(Grade.NOT_VALID, _CARD.name, says)]
    name, given = next(iter(of.toxicity.probits.items()))
    found = toxic_probit(
        of, given, mole_fraction=values["mole_fraction"], exposure_duration=values["exposure_duration"]
    )
    others = [other for other in of.toxicity.probits if other != name]
    says = f"By the set {name} ({given.source}); sets differ by up to seven times. Others on file: {others or 'none'}."
    if not math.isfinite(found):
        return {"probit": None, "probability": 0.0}, [Caveat(Grade.NOTE, _CARD.name, says)]
    return {"probit": found, "probability": probability(found)}, [Caveat(Grade.NOTE, _CARD.name, says)]
