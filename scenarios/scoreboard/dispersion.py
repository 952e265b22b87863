"""Scores of dispersion models on ``dispersion_trials.csv`` and ``dispersion_observations.csv``.

Every model that applies to a trial's source and weather is scored on it, and so is the selector's choice. Only maxima
of concentration are pooled; widths, integrals, distances and times stand under ``quantities``. Behind an obstacle no
model of open ground is valid: such trials are left out, and scored beside as a diagnostic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from physics.cards import ModelInputError
from physics.dispersion.ensemble import Answer, answer, applicable
from scenarios.scoreboard.metrics import Pair, score
from scenarios.scoreboard.readings import NotComparable, averaging_time, predicted
from scenarios.scoreboard.tables import NotScored, Row, number, rows
from scenarios.scoreboard.trials import Trial, trial_of

TRIALS, OBSERVATIONS = "dispersion_trials.csv", "dispersion_observations.csv"
POOLED = ("arc_max", "centreline")
"""Quantities of the figures at the top."""
LOWER_BOUND = "_lower_bound"
NO_FAMILY = "without a trial row"
"""Family of observations whose trial the table does not have."""


@dataclass(slots=True)
class _Model:
    """What one model said of a family."""

    pairs: dict[str, list[Pair]] = field(default_factory=dict)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def score(self) -> dict[str, Any]:
        pooled = [pair for name in POOLED for pair in self.pairs.get(name, [])]
        others = {name: _slim(score(pairs)) for name, pairs in self.pairs.items() if name not in POOLED}
        if self.bounds:
            above = [predicted >= observed for observed, predicted in self.bounds]
            others[f"arc_max{LOWER_BOUND}"] = {"n": len(above), "at_or_above": float(np.mean(above))}
        return {**score(pooled), "quantities": others, "skipped": dict(sorted(self.skipped.items()))}


def _slim(found: dict[str, Any]) -> dict[str, Any]:
    """Statistics without the tables by trial, which only the pooled figures carry."""
    return {key: value for key, value in found.items() if key not in ("by_trial", "intervals")}


def families(folder: Path) -> tuple[str, ...]:
    """Names of the families a folder holds, in the order of its table."""
    table = rows(folder / TRIALS) or []
    return tuple(dict.fromkeys(row.get("family", "").strip() or "unnamed" for row in table))


def score_families(folder: Path, *, family: str | None = None) -> dict[str, dict[str, Any]]:
    """Scores of every family, or of one; empty where the folder has no such tables.

    Parameters
    ----------
    folder : Path
    family : str or None
        A name in the ``family`` column.
    """
    table, observations = rows(folder / TRIALS), rows(folder / OBSERVATIONS)
    if table is None or observations is None:
        return {}
    by_trial: dict[str, list[Row]] = {}
    for row in observations:
        by_trial.setdefault(row.get("trial", "").strip(), []).append(row)
    found: dict[str, dict[str, Any]] = {}
    for name in families(folder):
        if family is None or family == name:
            mine = [row for row in table if (row.get("family", "").strip() or "unnamed") == name]
            found[name] = _family(mine, by_trial)
    known = {row.get("trial", "").strip() for row in table}
    orphans = {trial: f"no row in {TRIALS}" for trial in by_trial if trial not in known}
    if orphans and family is None:
        found[NO_FAMILY] = {"models": {}, "selected": _Model(skipped=orphans).score()}
    return found


def _family(table: list[Row], observations: Mapping[str, list[Row]]) -> dict[str, Any]:
    models: dict[str, _Model] = {}
    best, diagnostic = _Model(), dict[str, _Model]()
    for row in table:
        name = row.get("trial", "").strip()
        try:
            trial = trial_of(row)
        except NotScored as reason:
            best.skipped[name] = str(reason)
            continue
        readings = observations.get(name, [])
        if not readings:
            best.skipped[name] = f"no observation in {OBSERVATIONS}"
            continue
        if trial.obstacle:
            best.skipped[name] = f"{trial.obstacle}: no model of open ground is valid behind it; see diagnostic"
            _apply(trial, readings, diagnostic, None)
            continue
        _apply(trial, readings, models, best)
    for model in models.values():
        model.skipped |= {trial: why for trial, why in best.skipped.items() if trial not in model.skipped}
    found: dict[str, Any] = {
        "models": {name: models[name].score() for name in sorted(models)},
        "selected": best.score(),
    }
    if diagnostic:
        found["diagnostic"] = {name: diagnostic[name].score() for name in sorted(diagnostic)}
    return found


def _apply(trial: Trial, readings: list[Row], models: dict[str, _Model], best: _Model | None) -> None:
    """Hold every model that applies to a trial, and the selector's choice, against its readings."""
    models_here = [choice.model for choice in applicable(trial.source, trial.weather)]
    for name in models_here:
        _compare(trial, readings, name, models.setdefault(name, _Model()))
    if best is not None:
        _compare(trial, readings, models_here[0], best)


def _compare(trial: Trial, readings: list[Row], model: str, into: _Model) -> None:
    answers: dict[float, Answer] = {}

    def run(average: float) -> Answer:
        if average not in answers:
            answers[average] = answer(model, trial.source, trial.weather, averaging_time=average)
        return answers[average]

    reasons: list[str] = []
    for row in readings:
        try:
            _reading(trial, row, run, into)
        except (NotScored, NotComparable) as reason:
            reasons.append(f"{row.get('quantity', '').strip() or 'unnamed'}: {reason}")
        except (ModelInputError, ValueError, ArithmeticError, LookupError) as failure:
            reasons.append(f"{type(failure).__name__}: {failure}")
    if reasons:
        into.skipped[trial.name] = "; ".join(dict.fromkeys(reasons))


def _reading(trial: Trial, row: Row, run: Callable[[float], Answer], into: _Model) -> None:
    quantity = row.get("quantity", "").strip()
    observed = number(row, "value")
    said = predicted(trial, row, run(averaging_time(row, trial)))
    if quantity.endswith(LOWER_BOUND):
        into.bounds.append((observed, said))
        return
    pair = Pair(
        trial=trial.name,
        observed=observed,
        predicted=said,
        distance=number(row, "x_m") if row.get("x_m", "").strip() else None,
        stability=trial.condition,
    )
    into.pairs.setdefault(re.sub(r"\s+", "_", quantity), []).append(pair)
