"""What risk is held against: individual and societal criteria, each with the mark of how its text was obtained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Individual:
    """A limit of individual risk for a kind of place, 1/year."""

    place: str
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Societal:
    """A line of F = frequency N^slope between two numbers of deaths, F in 1/year."""

    says: str
    frequency: float
    slope: float
    least: float = 1.0
    most: float = 1e4

    def at(self, deaths: Array) -> Array:
        """Frequency of the line, 1/year; NaN where it is not drawn."""
        inside = (deaths >= self.least) & (deaths <= self.most)
        return np.where(inside, self.frequency * np.maximum(deaths, 1e-9) ** self.slope, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Criteria of one document.

    Attributes
    ----------
    name : str
    source : str
        How its text was obtained.
    verified : bool
        Whether it was held against the document.
    individual : tuple of Individual
        Strictest first.
    intolerable, negligible : Societal or None
        Above the one not tolerable, below the other of no concern; between them as low as reasonably practicable.
    """

    name: str
    source: str
    verified: bool
    individual: tuple[Individual, ...]
    intolerable: Societal | None = None
    negligible: Societal | None = None


GB_36894 = Criteria(
    name="gb-36894-2018",
    source="GB 36894-2018; societal lines from a paper that quotes them, individual values from the table of 2014 that "
    "they carry on, places from memory",
    verified=False,
    individual=(
        Individual(place="highly sensitive, important, or class 1 protected, plant new or rebuilt", limit=3e-7),
        Individual(place="class 2 protected, plant new; highly sensitive or class 1, plant in service", limit=3e-6),
        Individual(place="class 3 protected, plant new; class 2, plant in service", limit=1e-5),
        Individual(place="class 3 protected, plant in service", limit=3e-5),
    ),
    intolerable=Societal(says="not acceptable above", frequency=1e-3, slope=-1.0, most=1e3),
    negligible=Societal(says="acceptable below", frequency=1e-5, slope=-1.0, most=1e3),
)
BEVI = Criteria(
    name="bevi",
    source="Besluit externe veiligheid inrichtingen, article 13 (repealed 1 January 2024), as public code has it",
    verified=False,
    individual=(Individual(place="vulnerable objects", limit=1e-6),),
    intolerable=Societal(says="orientation value", frequency=1e-3, slope=-2.0, least=10.0),
)
HSE = Criteria(
    name="hse-r2p2",
    source="Reducing Risks, Protecting People (HSE 2001), paragraphs 130 to 136, as public code has it",
    verified=False,
    individual=(
        Individual(place="broadly acceptable below", limit=1e-6),
        Individual(place="public, not tolerable above", limit=1e-4),
        Individual(place="workers, not tolerable above", limit=1e-3),
    ),
    # one point: fifty deaths or more not oftener than once in five thousand years
    intolerable=Societal(
        says="50 or more deaths, not tolerable above", frequency=2e-4, slope=0.0, least=50.0, most=51.0
    ),
)
CRITERIA: Mapping[str, Criteria] = MappingProxyType({item.name: item for item in (GB_36894, BEVI, HSE)})
"""Criteria by name."""
EXCLUSIVE = frozenset({"explosives"})
"""Kinds of plant to which GB/T 37243-2019 gives the consequence of the largest accident instead of a risk."""
EXTERNAL_DISTANCE = (
    "GB/T 37243-2019 (from memory, unverified): units with explosives by the consequence of their largest accident; "
    "units with toxic or flammable gas that reach a major hazard (S of at least 1) by individual risk against "
    "GB 36894-2018; all others by the distances of the design code that applies."
)
