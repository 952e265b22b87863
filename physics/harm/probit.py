"""Fraction of people a toxic exposure kills, by named probit sets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Probit, Substance, substance
from physics.substances.data_files import toxicity_rows

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


def toxic_dose_probability(dose: ArrayLike, given: Probit) -> Any:
    """Share of people that a toxic dose kills, of any course of concentration.

    Parameters
    ----------
    dose : float or ndarray
        ∫ C^n dt with the set's own n, C in its own unit, t in minutes: the mean of C^n, not the power of mean C.
    given : Probit
        A whole set.
    """
    own = np.asarray(dose, dtype=np.float64)
    with np.errstate(divide="ignore"):
        found = ndtr(np.where(own > 0.0, given.a + given.b * np.log(np.maximum(own, 0.0)), -np.inf) - 5.0)
    return float(found) if np.ndim(dose) == 0 else found


def lethal_concentration(share: float, minutes: float, given: Probit) -> float:
    """Steady concentration that kills a share of people, in the set's own unit.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    minutes : float
        Of exposure.
    given : Probit
        A whole set.
    """
    dose = math.exp((float(ndtri(share)) + 5.0 - given.a) / given.b)
    return float((dose / minutes) ** (1.0 / given.n))


@cache
def toxic_sets() -> Mapping[str, Mapping[str, Probit]]:
    """Every probit set on file by substance and name, those of substances without property tables too."""
    found = {
        name: MappingProxyType({item["name"]: Probit(**item) for item in row["probit"]})
        for name, row in toxicity_rows().items()
        if "probit" in row
    }
    return MappingProxyType(found)


def toxic_set(name: str, by: str) -> Probit:
    """A probit set of a substance.

    Parameters
    ----------
    name : str
        Canonical name of the substance.
    by : str
        Name of the set.

    Raises
    ------
    LookupError
        There is none; the message names those there are.
    """
    sets = toxic_sets().get(name, {})
    if by not in sets:
        raise LookupError(f"{name} has no probit set {by}; on file are: {', '.join(sets) or 'none'}")
    return sets[by]


FIRST = "first-on-file"
"""Name that asks for whichever set of a substance stands first."""

_CARD = Card(
    name="toxic-probit",
    says="Fraction of people killed by a steady exposure to a toxic substance, by a named probit set "
    "or the first on file.",
    takes=bounded(
        Takes("fluid"),
        Takes("mole_fraction", hard_low=0.0, hard_high=1.0),
        Takes("exposure_duration", low=60.0, high=3600.0, hard_low=0.0),
        Takes("probit_set", default=FIRST),
    ),
    gives=("probit", "probability"),
    cites=("finney1971", "purplebook1999", "osd30"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "chlorine, 300 ppm for 30 min: 4.681 and 0.375",
            "tests/verification/test_toxic_load.py::test_toxic_probit",
        ),
        Evidence(
            Kind.VERIFICATION,
            "the Purple Book's worked case of carbon monoxide, and 52 lethal concentrations that OSD/30 prints",
            "tests/verification/test_vulnerability.py::test_toxic_sets_printed",
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
    sets, asked = of.toxicity.probits, values["probit_set"]
    if asked not in (FIRST, *sets):
        raise ModelInputError("probit_set", f"{of.name} has no set {asked}; it has {', '.join(sets)}")
    name = next(iter(sets)) if asked == FIRST else asked
    given = sets[name]
    found = toxic_probit(
        of, given, mole_fraction=values["mole_fraction"], exposure_duration=values["exposure_duration"]
    )
    others = [other for other in of.toxicity.probits if other != name]
    says = f"By the set {name} ({given.source}); sets differ by up to seven times. Others on file: {others or 'none'}."
    if not math.isfinite(found):
        return {"probit": None, "probability": 0.0}, [Caveat(Grade.NOTE, _CARD.name, says)]
    return {"probit": found, "probability": probability(found)}, [Caveat(Grade.NOTE, _CARD.name, says)]
