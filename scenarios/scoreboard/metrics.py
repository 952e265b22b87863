"""Statistics of predicted over observed concentrations (Chang and Hanna 2004), with intervals that keep trials whole.

``MG = exp(mean ln(Co/Cp))`` and ``VG = exp(mean (ln Co/Cp)²)``; MG above 1 and FB above 0 are under-prediction.
Points of one trial are correlated: intervals come from drawing whole trials.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DRAWS = 1000
"""Bootstrap samples."""
INTERVAL = (2.5, 97.5)
"""Percentiles given as an interval."""
FLOOR_SHARE = 0.01
"""Share of the least observation above 0 that observed and predicted values are raised to."""
LEANS_LOW, LEANS_HIGH = 1.25, 0.8
"""MG above which a model is said to lean low, and below which high: a quarter more or less as a geometric mean."""
_ALLOWANCE = 1e-9
"""Rounding allowed where a ratio stands at a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One observation and what a model says of it.

    Attributes
    ----------
    trial : str
    observed, predicted : float
        In the observation's own unit.
    distance : float or None
        m.
    stability : str
        ``stable``, ``neutral`` or ``unstable``.
    grade : str
        ``A`` curated, ``B`` one transcription, ``C`` doubtful; the worse of trial and observation.
    """

    trial: str
    observed: float
    predicted: float
    distance: float | None = None
    stability: str = "neutral"
    grade: str = ""


def floor_of(observed: Iterable[float]) -> float:
    """Value that observed and predicted are raised to, so that a zero has a logarithm."""
    return FLOOR_SHARE * min((value for value in observed if value > 0.0), default=1.0)


def statistics(observed: Array, predicted: Array) -> dict[str, float | None]:
    """Give FAC2, FB, NMSE, MG and VG, and the shares that are low and high by more than two.

    Parameters
    ----------
    observed, predicted : ndarray, shape (n,)
        Above 0.
    """
    if observed.size == 0:
        return dict.fromkeys(("fac2", "fb", "nmse", "mg", "vg", "low_by_two", "high_by_two"))
    ratio = predicted / observed
    log = np.log(ratio)
    mean_observed, mean_predicted = float(np.mean(observed)), float(np.mean(predicted))
    low, high = ratio < 0.5 * (1.0 - _ALLOWANCE), ratio > 2.0 * (1.0 + _ALLOWANCE)
    return {
        "fac2": float(np.mean(~(low | high))),
        "fb": 2.0 * (mean_observed - mean_predicted) / (mean_observed + mean_predicted),
        "nmse": float(np.mean((observed - predicted) ** 2)) / (mean_observed * mean_predicted),
        "mg": _exp(-float(np.mean(log))),
        "vg": _exp(float(np.mean(log * log))),
        "low_by_two": float(np.mean(low)),
        "high_by_two": float(np.mean(high)),
    }


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))


def leans(mean_ratio: float | None) -> str | None:
    """Which way a model is wrong by its MG: ``low``, ``high`` or ``neither``; ``None`` where nothing was scored.

    Low is the dangerous side: less was predicted than was measured.
    """
    if mean_ratio is None:
        return None
    return "low" if mean_ratio > LEANS_LOW else "high" if mean_ratio < LEANS_HIGH else "neither"


def _arrays(pairs: list[Pair], floor: float) -> tuple[Array, Array]:
    observed = np.maximum(np.array([pair.observed for pair in pairs], dtype=np.float64), floor)
    return observed, np.maximum(np.array([pair.predicted for pair in pairs], dtype=np.float64), floor)


def intervals(pairs: list[Pair], *, floor: float, seed: int = 0) -> dict[str, list[float] | None]:
    """Give the 95 % interval of each statistic over drawn trials; ``None`` with fewer than two trials."""
    by_trial = _grouped(pairs, lambda pair: pair.trial)
    arrays = [_arrays(group, floor) for group in by_trial.values()]
    names = ("fac2", "fb", "nmse", "mg", "vg")
    if len(arrays) < 2:
        return dict.fromkeys(names)
    random = np.random.default_rng(seed)
    drawn: list[dict[str, float | None]] = []
    for _ in range(DRAWS):
        chosen = [arrays[i] for i in random.integers(0, len(arrays), len(arrays))]
        drawn.append(statistics(*(np.concatenate([pair[k] for pair in chosen]) for k in (0, 1))))
    found = {name: np.percentile([one[name] for one in drawn], INTERVAL) for name in names}
    return {name: [float(value) for value in ends] for name, ends in found.items()}


def _grouped(pairs: Iterable[Pair], key: Callable[[Pair], str]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(key(pair), []).append(pair)
    return found


def score(pairs: list[Pair], *, seed: int = 0) -> dict[str, Any]:
    """Give the statistics of pairs: pooled with intervals, by trial, distance, stability and grade.

    Stable, neutral and unstable air stand apart at every distance too, because pooled they cancel.

    Parameters
    ----------
    pairs : list of Pair
    seed : int
        Of the bootstrap.
    """
    floor = floor_of(pair.observed for pair in pairs)

    def told(group: list[Pair]) -> dict[str, Any]:
        found = statistics(*_arrays(group, floor))
        return {**found, "leans": leans(found["mg"])}

    def each(groups: Mapping[str, list[Pair]]) -> dict[str, Any]:
        return {name: {"n": len(group), **told(group)} for name, group in groups.items()}

    def by_distance(group: list[Pair]) -> dict[str, list[Pair]]:
        near = sorted((pair for pair in group if pair.distance is not None), key=lambda pair: pair.distance or 0.0)
        return _grouped(near, lambda pair: f"{pair.distance:g}")

    stability = _grouped(pairs, lambda pair: pair.stability)
    return {
        "n": len(pairs),
        "trials": len({pair.trial for pair in pairs}),
        **told(pairs),
        "intervals": intervals(pairs, floor=floor, seed=seed),
        "floor": floor if pairs else None,
        "floored": sum(min(pair.observed, pair.predicted) < floor for pair in pairs),
        "by_trial": each(_grouped(pairs, lambda pair: pair.trial)),
        "by_distance": each(by_distance(pairs)),
        "by_stability": {
            name: {**found, "by_distance": each(by_distance(stability[name]))}
            for name, found in each(stability).items()
        },
        "by_grade": each(_grouped(pairs, lambda pair: pair.grade or "not stated")),
    }
