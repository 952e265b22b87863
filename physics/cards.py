"""Model cards and the registry ``MODELS``: what a model takes and gives, where it holds, and why to believe it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from physics.quantities import QUANTITIES, Quantity


class Grade(StrEnum):
    """How much a caveat weighs: a remark, a widened and hatched picture, or no number at all."""

    NOTE = "note"
    DEGRADED = "degraded"
    NOT_VALID = "not valid here"


_ORDER = {Grade.NOTE: 0, Grade.DEGRADED: 1, Grade.NOT_VALID: 2}


@dataclass(frozen=True, slots=True)
class Caveat:
    """A sentence that travels with a result and acts on how it is shown.

    Attributes
    ----------
    grade : Grade
        What the sentence does to the result.
    about : str
        Model, tag or field it speaks of.
    says : str
        The sentence, complete in itself.
    """

    grade: Grade
    about: str
    says: str

    def as_dict(self) -> dict[str, str]:
        """Plain mapping for JSON."""
        return {"grade": str(self.grade), "about": self.about, "says": self.says}


def worst(caveats: tuple[Caveat, ...] | list[Caveat]) -> Grade | None:
    """Heaviest grade among caveats, ``None`` when there are none."""
    return max((caveat.grade for caveat in caveats), key=_ORDER.__getitem__, default=None)


class Kind(StrEnum):
    """What a piece of evidence shows."""

    VERIFICATION = "verification"
    VALIDATION = "validation"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One test that speaks for a model.

    Attributes
    ----------
    kind : Kind
        Equations solved right, or right equations.
    against : str
        What the model is held against, with its source.
    test : str
        ``tests/folder/file.py::test_name``.
    """

    kind: Kind
    against: str
    test: str


@dataclass(frozen=True, slots=True)
class Takes:
    """One input of a model: a vocabulary word with the range the model holds in.

    ``low`` and ``high`` are the range of validity: outside it the model still answers, with a caveat. ``hard_low`` and
    ``hard_high`` are what the equations need: outside them (inclusive bounds) it refuses. ``default`` of ``None``
    means the input must be given; for text words the ranges are not used.
    """

    name: str
    low: float = -math.inf
    high: float = math.inf
    hard_low: float = -math.inf
    hard_high: float = math.inf
    default: float | str | None = None

    @property
    def quantity(self) -> Quantity:
        """The vocabulary word."""
        return QUANTITIES[self.name]


class ModelInputError(ValueError):
    """An input a model cannot be run with; ``field`` names it."""

    def __init__(self, name: str, says: str) -> None:
        super().__init__(f"{name}: {says}")
        self.field = name
        self.says = says


Inputs = Mapping[str, Any]
Run = Callable[[dict[str, Any]], tuple[dict[str, Any], list[Caveat]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a reader must know of a model before using its number.

    Attributes
    ----------
    name : str
        Registry name, lower case with hyphens, as the field names the model.
    says : str
        One or two sentences on what it computes and assumes.
    takes, gives : tuple
        Inputs with their ranges, and names of the outputs, all words of the vocabulary.
    cites : tuple of str
        Keys of ``physics/references.bib``.
    evidence : tuple of Evidence
        Tests that verify and validate it.
    answers : tuple of str
        Flags of substances whose chemistry it has (`physics.substances.flags`).
    """

    name: str
    says: str
    takes: tuple[Takes, ...]
    gives: tuple[str, ...]
    cites: tuple[str, ...]
    evidence: tuple[Evidence, ...] = field(default=())
    answers: tuple[str, ...] = ()

    @property
    def validated(self) -> bool:
        """Whether any measurement speaks for the model."""
        return any(item.kind is Kind.VALIDATION for item in self.evidence)

    def check(self, inputs: Inputs) -> tuple[dict[str, Any], list[Caveat]]:
        """Complete and check inputs.

        Returns
        -------
        values : dict
            Every input, defaults filled in.
        caveats : list of Caveat
            ``unvalidated`` where that is so, and one per input outside the range of validity.

        Raises
        ------
        ModelInputError
            An input is missing, unknown, not finite, of the wrong kind, or outside what the equations need.
        """
        unknown = sorted(set(inputs) - {item.name for item in self.takes})
        if unknown:
            known = ", ".join(item.name for item in self.takes)
            raise ModelInputError(unknown[0], f"is not an input of {self.name}; it takes {known}")
        values: dict[str, Any] = {}
        caveats = [] if self.validated else [unvalidated(self.name)]
        for item in self.takes:
            values[item.name] = _checked(item, inputs)
            caveats += _outside(self.name, item, values[item.name])
        return values, caveats

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "name": self.name,
            "says": self.says,
            "takes": [
                {
                    "name": item.name,
                    "unit": item.quantity.unit,
                    "says": item.quantity.says,
                    "low": _finite(item.low),
                    "high": _finite(item.high),
                    "default": item.default,
                }
                for item in self.takes
            ],
            "gives": [{"name": name, "unit": QUANTITIES[name].unit} for name in self.gives],
            "cites": list(self.cites),
            "validated": self.validated,
            "evidence": [
                {"kind": str(item.kind), "against": item.against, "test": item.test} for item in self.evidence
            ],
        }


def unvalidated(name: str) -> Caveat:
    """Note that no measurement has been held against a model."""
    return Caveat(Grade.NOTE, name, f"{name} is unvalidated: no measurement has been held against it.")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _checked(item: Takes, inputs: Inputs) -> float | str:
    value = inputs.get(item.name, item.default)
    if value is None:
        unit = item.quantity.unit
        raise ModelInputError(item.name, f"is missing ({item.quantity.says}{', ' + unit if unit else ''})")
    if not item.quantity.unit:
        if not isinstance(value, str):
            raise ModelInputError(item.name, f"must be text, got {value!r}")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ModelInputError(item.name, f"must be a finite number in {item.quantity.unit}, got {value!r}")
    if not item.hard_low <= value <= item.hard_high:
        raise ModelInputError(
            item.name,
            f"must lie between {item.hard_low:g} and {item.hard_high:g}{_unit(item)}, got {value:g}",
        )
    return float(value)


def _unit(item: Takes) -> str:
    """Unit to write behind a number; nothing behind one without."""
    return "" if item.quantity.unit == "1" else f" {item.quantity.unit}"


def _outside(model: str, item: Takes, value: float | str) -> list[Caveat]:
    if isinstance(value, str) or item.low <= value <= item.high:
        return []
    says = f"{model} holds for {item.name} between {item.low:g} and {item.high:g}{_unit(item)}; here it is {value:g}."
    return [Caveat(Grade.DEGRADED, model, says)]


Rule = Callable[[Card, dict[str, Any]], list[Caveat]]
RULES: list[Rule] = []
"""What is asked of every model's inputs beside its own card; gives caveats."""


def rule(function: Rule) -> Rule:
    """Ask ``function`` of every run of every model."""
    RULES.append(function)
    return function


@dataclass(frozen=True, slots=True)
class Model:
    """A card and the function behind it."""

    card: Card
    function: Run

    def run(self, inputs: Inputs) -> dict[str, Any]:
        """Run on vocabulary names in SI; gives the outputs by name and ``caveats``, a list of mappings.

        Raises
        ------
        ModelInputError
            See `Card.check`.
        """
        values, caveats = self.card.check(inputs)
        outputs, more = self.function(values)
        more = list(dict.fromkeys([*more, *(caveat for check in RULES for caveat in check(self.card, values))]))
        if worst(more) is Grade.NOT_VALID:
            outputs = dict.fromkeys(self.card.gives)
        return {**outputs, "caveats": [caveat.as_dict() for caveat in (*caveats, *more)]}


MODELS: dict[str, Model] = {}
"""Every registered model by name. Filled when `physics.models` is imported."""


def register(card: Card) -> Callable[[Run], Run]:
    """Put a function into the registry under its card: it takes checked inputs, gives outputs and caveats.

    Raises
    ------
    ValueError
        Another model has that name.
    """

    def keep(function: Run) -> Run:
        if card.name in MODELS:
            raise ValueError(f"two models are called {card.name}")
        MODELS[card.name] = Model(card, function)
        return function

    return keep
