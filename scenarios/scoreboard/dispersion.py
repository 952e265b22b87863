"""Scores of dispersion models on ``dispersion_trials.csv`` and ``dispersion_observations.csv``.

Every model that applies to a trial's source and weather is scored on it, and so is the selector's choice. Only maxima
of concentration are pooled; widths, integrals, distances and times stand under ``quantities``. Behind an obstacle, or
for what associates or reacts in air, no model here is valid: such trials are left out, and scored beside as a
diagnostic. Whatever a row holds, it is scored or skipped with its reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from physics.dispersion.ensemble import Answer, answer, applicable
from scenarios.scoreboard.metrics import Pair, score
from scenarios.scoreboard.readings import NotComparable, averaging_time, observed, predicted
from scenarios.scoreboard.tables import NotScored, Row, number, rows
from scenarios.scoreboard.trials import Trial, family_of, trial_of

TRIALS, OBSERVATIONS = "dispersion_trials.csv", "dispersion_observations.csv"
POOLED = ("arc_max", "centreline")
"""Quantities of the figures at the top."""
LOWER_BOUND = "_lower_bound"
NO_FAMILY = "without a trial row"
"""Family of observations where the table of trials has no family at all."""
_ORPHAN = f"its observations have no row in {TRIALS}, so that it may be of any family"


@dataclass(slots=True)
class Compared:
    """What one model said of a family.

    Attributes
    ----------
    pairs : dict of str to list of Pair
        By quantity.
    bounds : list of tuple of float
        Lower bounds observed, and what was predicted.
    skipped : dict of str to str
        Reason by trial.
    tried : set of str
        Trials the model was run on.
    """

    pairs: dict[str, list[Pair]] = field(default_factory=dict)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)

    @property
    def pooled(self) -> list[Pair]:
        """Maxima of concentration."""
        return [pair for name in POOLED for pair in self.pairs.get(name, [])]

    def score(self) -> dict[str, Any]:
        """Statistics, pooled and by quantity, and what was skipped."""
        others = {name: _slim(score(pairs)) for name, pairs in self.pairs.items() if name not in POOLED}
        if self.bounds:
            above = [said >= least for least, said in self.bounds]
            others[f"arc_max{LOWER_BOUND}"] = {"n": len(above), "at_or_above": float(np.mean(above))}
        return {**score(self.pooled), "quantities": others, "skipped": dict(sorted(self.skipped.items()))}


@dataclass(slots=True)
class Family:
    """What every model, and the selector's choice, said of a family.

    Attributes
    ----------
    models, diagnostic : dict of str to Compared
        By model; the second on trials for which none is valid.
    selected : Compared
    """

    models: dict[str, Compared] = field(default_factory=dict)
    selected: Compared = field(default_factory=Compared)
    diagnostic: dict[str, Compared] = field(default_factory=dict)

    def score(self) -> dict[str, Any]:
        """Statistics of each."""
        found: dict[str, Any] = {
            "models": {name: self.models[name].score() for name in sorted(self.models)},
            "selected": self.selected.score(),
        }
        if self.diagnostic:
            found["diagnostic"] = {name: self.diagnostic[name].score() for name in sorted(self.diagnostic)}
        return found


def _slim(found: dict[str, Any]) -> dict[str, Any]:
    """Statistics without the tables by trial, which only the pooled figures carry."""
    return {key: value for key, value in found.items() if key not in ("by_trial", "intervals")}


def families(folder: Path) -> tuple[str, ...]:
    """Names of the families a folder holds, in the order of its table."""
    return tuple(dict.fromkeys(family_of(row) for row in rows(folder / TRIALS) or []))


def score_families(folder: Path, *, family: str | None = None) -> dict[str, dict[str, Any]]:
    """Scores of every family, or of one; empty where the folder has no such tables.

    Parameters
    ----------
    folder : Path
    family : str or None
        A name in the ``family`` column.
    """
    return {name: found.score() for name, found in compare(folder, family=family).items()}


def compare(folder: Path, *, family: str | None = None) -> dict[str, Family]:
    """Hold every applicable model against every trial of a folder.

    Parameters
    ----------
    folder : Path
    family : str or None
        A name in the ``family`` column; ``None``: all.
    """
    table, observations = rows(folder / TRIALS), rows(folder / OBSERVATIONS)
    if table is None or observations is None:
        return {}
    by_trial = _by_trial(observations)
    orphans = dict.fromkeys(by_trial.keys() - {row.get("trial", "").strip() for row in table}, _ORPHAN)
    found: dict[str, Family] = {}
    first: dict[str, int] = {}
    with np.errstate(all="ignore"):
        for place, row in enumerate(table, start=1):
            name = row.get("trial", "").strip()
            again = first.setdefault(name, place) != place and bool(name)
            if family not in (None, family_of(row)):
                continue
            of = found.setdefault(family_of(row), Family(selected=Compared(skipped=dict(orphans))))
            if again:
                of.selected.skipped[f"{name} (row {place})"] = (
                    f"{name} has a row already, row {first[name]}: it is taken"
                )
            else:
                _trial(row, name or f"row {place}", by_trial.get(name, []), of)
    for one in found.values():
        _account(one)
    if orphans and not table and family is None:
        found[NO_FAMILY] = Family(selected=Compared(skipped=orphans))
    return found


def _by_trial(observations: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for place, row in enumerate(observations, start=1):
        name = row.get("trial", "").strip() or f"observation in row {place}, which names no trial"
        found.setdefault(name, []).append(row)
    return found


def _account(family: Family) -> None:
    """Say for every model why it was not scored on a trial that others were."""
    for model in family.models.values():
        for trial in family.selected.tried - model.tried:
            model.skipped[trial] = "the model does not apply to its source and weather"
        for trial, why in family.selected.skipped.items():
            if trial not in family.selected.tried:
                model.skipped[trial] = why


def _trial(row: Row, name: str, readings: list[Row], into: Family) -> None:
    """Hold every model that applies to a trial, and the selector's choice, against its readings."""
    try:
        trial = trial_of(row)
        if not readings:
            raise NotScored(f"no observation in {OBSERVATIONS}")
        models = [choice.model for choice in applicable(trial.source, trial.weather)]
    except NotScored as reason:
        into.selected.skipped[name] = str(reason)
        return
    except Exception as failure:  # whatever a row holds, it stops no other
        into.selected.skipped[name] = _failed(failure)
        return
    if trial.outside:
        into.selected.skipped[name] = f"{trial.outside}; see diagnostic"
    where = into.diagnostic if trial.outside else into.models
    for model in models:
        one = _compare(trial, readings, model)
        _add(one, where.setdefault(model, Compared()))
        if model == models[0] and not trial.outside:
            _add(one, into.selected)


def _add(one: Compared, into: Compared) -> None:
    for quantity, pairs in one.pairs.items():
        into.pairs.setdefault(quantity, []).extend(pairs)
    into.bounds.extend(one.bounds)
    into.skipped |= one.skipped
    into.tried |= one.tried


def _failed(failure: Exception) -> str:
    return f"{type(failure).__name__}: {str(failure)[:200]}"


def _compare(trial: Trial, readings: list[Row], model: str) -> Compared:
    """Hold one model against the readings of one trial."""
    answers: dict[float, Answer | Exception] = {}

    def run(average: float) -> Answer:
        if average not in answers:
            try:
                answers[average] = answer(model, trial.source, trial.weather, averaging_time=average)
            except Exception as failure:  # told of every reading, run once
                answers[average] = failure
        found = answers[average]
        if isinstance(found, Exception):
            raise found
        return found

    into = Compared(tried={trial.name})
    reasons: list[str] = []
    for row in readings:
        quantity = row.get("quantity", "").strip() or "unnamed"
        try:
            _reading(trial, row, quantity, run, into)
        except (NotScored, NotComparable) as reason:
            reasons.append(f"{quantity}: {reason}")
        except Exception as failure:  # whatever a row holds, it stops no other
            reasons.append(_failed(failure))
    if reasons:
        into.skipped[trial.name] = "; ".join(dict.fromkeys(reasons))
    return into


def _reading(trial: Trial, row: Row, quantity: str, run: Callable[[float], Answer], into: Compared) -> None:
    measured = observed(trial, row)
    said = predicted(trial, row, run(averaging_time(row, trial)))
    if not math.isfinite(said) or said < 0.0:
        raise NotComparable("the model gives no number")
    if quantity.endswith(LOWER_BOUND):
        into.bounds.append((measured, said))
        return
    pair = Pair(
        trial=trial.name,
        observed=measured,
        predicted=said,
        distance=number(row, "x_m") if row.get("x_m", "").strip() else None,
        stability=trial.condition,
        grade=max(trial.grade, row.get("grade", "").strip()),
    )
    into.pairs.setdefault(quantity, []).append(pair)
