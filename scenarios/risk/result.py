"""What a risk study gives: individual risk on the map, societal risk, potential loss of life, and who contributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat
from scenarios.risk.criteria import CRITERIA, Criteria
from scenarios.risk.events import RiskEvent
from scenarios.risk.ground import Area
from scenarios.risk.run import RiskState
from scenarios.risk.study import RiskStudy

Array = NDArray[np.float64]

CONTOURS = (1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 1e-8)
"""Individual risk contours are drawn at, 1/year."""
_WORST = 12
"""Events that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Equipment that accidents go on to: what they come from, to what, by what, and how often, 1/year."""

    origin: str
    target: str
    cause: str
    frequency: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskResult:
    """Risk of a study.

    Attributes
    ----------
    study : RiskStudy
    grid : ndarray, shape (y, x)
        Individual risk of somebody unprotected who is always there, 1/year.
    deaths, frequency : ndarray, shape (n,)
        Of every run that kills anybody, deaths rising.
    runs : int
        All of them.
    events : tuple of RiskEvent
    loss : ndarray, shape (events,)
        Potential loss of life by event, 1/year.
    areas : tuple of Area
    escalation : tuple of Escalation
    caveats : tuple of Caveat
    """

    study: RiskStudy
    grid: Array
    deaths: Array
    frequency: Array
    runs: int
    events: tuple[RiskEvent, ...]
    loss: Array
    areas: tuple[Area, ...]
    escalation: tuple[Escalation, ...]
    caveats: tuple[Caveat, ...]

    @property
    def potential_loss_of_life(self) -> float:
        """Expected deaths a year: the sum of frequency times deaths, and the integral of F over N."""
        return float(np.sum(self.frequency * self.deaths))

    def exceedance(self, deaths: Array | float) -> Array:
        """Frequency of accidents with at least so many deaths, 1/year."""
        tail = np.concatenate([np.cumsum(self.frequency[::-1])[::-1], [0.0]])
        found: Array = tail[np.searchsorted(self.deaths, np.asarray(deaths, dtype=np.float64), side="left")]
        return found

    def curve(self) -> tuple[Array, Array]:
        """Steps of the F-N curve: numbers of deaths, rising, and the frequency of at least so many, 1/year."""
        numbers = np.unique(self.deaths)
        return numbers, self.exceedance(numbers)

    def individual_risk(self, east: float, north: float) -> float | None:
        """Individual risk at a place, m from the study's origin, 1/year; ``None`` off the map."""
        i, j = (round((value - self.study.first) / self.study.cell) for value in (east, north))
        if not (0 <= i < self.grid.shape[1] and 0 <= j < self.grid.shape[0]):
            return None
        return float(self.grid[j, i])

    def by_part(self) -> Mapping[str, float]:
        """Potential loss of life by plant and part, the greatest first, 1/year."""
        found: dict[str, float] = {}
        for event, loss in zip(self.events, self.loss, strict=True):
            name = f"{event.plant}/{event.part}"
            found[name] = found.get(name, 0.0) + float(loss)
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def verdict(self, criteria: Criteria) -> dict[str, Any]:
        """How the curve and the areas stand against criteria."""
        numbers, _ = self.curve()

        def worst(line: Any) -> float | None:
            if line is None or not numbers.size:
                return None
            held = np.append(numbers, line.least)
            limits = line.at(held)
            known = np.isfinite(limits)
            return float(np.max(self.exceedance(held[known]) / limits[known]))

        return {
            "name": criteria.name,
            "source": criteria.source,
            "verified": criteria.verified,
            "societal_over_intolerable": worst(criteria.intolerable),
            "societal_over_negligible": worst(criteria.negligible),
            "individual": [
                {
                    "place": item.place,
                    "limit_per_year": item.limit,
                    "area_m2": float(np.sum(self.grid >= item.limit) * self.study.cell**2),
                    "farthest_m": self._farthest(item.limit),
                }
                for item in criteria.individual
            ],
        }

    def _farthest(self, level: float) -> float:
        j, i = np.nonzero(self.grid >= level)
        if not j.size:
            return 0.0
        x, y = self.study.first + i * self.study.cell, self.study.first + j * self.study.cell
        return float(np.max(np.hypot(x, y)))

    def cut_off(self, level: float) -> bool:
        """Whether a contour runs off the map."""
        edge = np.concatenate([self.grid[0], self.grid[-1], self.grid[:, 0], self.grid[:, -1]])
        return bool(np.any(edge >= level))

    def summary(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        numbers, _ = self.curve()
        order = np.argsort(-self.loss, kind="stable")[:_WORST]
        return {
            "study": self.study.id,
            "name": self.study.name,
            "digest": self.study.digest,
            "plants": list(self.study.plants),
            "rules": {
                "name": self.study.rules,
                "source": self.study.rule_set.source,
                "verified": self.study.rule_set.verified,
            },
            "runs": self.runs,
            "events": len(self.events),
            "frequency_per_year": float(sum(event.frequency for event in self.events)),
            "potential_loss_of_life_per_year": self.potential_loss_of_life,
            "greatest_individual_risk_per_year": float(self.grid.max(initial=0.0)),
            "most_deaths": float(numbers[-1]) if numbers.size else 0.0,
            "fn": {
                "deaths": _thinned(numbers).tolist(),
                "frequency_per_year": self.exceedance(_thinned(numbers)).tolist() if numbers.size else [],
            },
            "contours": [
                {"level_per_year": level, "farthest_m": self._farthest(level), "beyond_map": self.cut_off(level)}
                for level in CONTOURS
            ],
            "areas": [
                {"id": area.id, "individual_risk_per_year": self.individual_risk(*area.centre)} for area in self.areas
            ],
            "contribution": {
                name: value / max(self.potential_loss_of_life, 1e-300) for name, value in self.by_part().items()
            },
            "worst_events": [
                {
                    "event": self.events[k].id,
                    "frequency_per_year": self.events[k].frequency,
                    "source": self.events[k].source_set,
                    "potential_loss_of_life_per_year": float(self.loss[k]),
                }
                for k in order
            ],
            "escalation": [
                {"from": item.origin, "to": item.target, "by": item.cause, "frequency_per_year": item.frequency}
                for item in self.escalation
            ],
            "criteria": [self.verdict(item) for item in CRITERIA.values()],
            "caveats": [caveat.as_dict() for caveat in self.caveats],
        }


def _thinned(numbers: Array, *, most: int = 200) -> Array:
    """At most so many of rising numbers, the first and the last among them."""
    if numbers.size <= most:
        return numbers
    return np.unique(numbers[np.linspace(0, numbers.size - 1, most).round().astype(int)])


def result_of(
    study: RiskStudy,
    state: RiskState,
    *,
    events: tuple[RiskEvent, ...],
    areas: tuple[Area, ...],
    escalation: tuple[Escalation, ...],
    caveats: tuple[Caveat, ...],
) -> RiskResult:
    """Result of the sums over every event."""
    deaths = np.concatenate([np.empty(0), *state.deaths])
    frequency = np.concatenate([np.empty(0), *state.frequency])
    order = np.argsort(deaths, kind="stable")
    return RiskResult(
        study=study, grid=state.grid, deaths=deaths[order], frequency=frequency[order], runs=state.runs,
        events=events, loss=np.array(state.loss), areas=areas, escalation=escalation,
        caveats=tuple(dict.fromkeys((*caveats, *state.caveats))),
    )  # fmt: skip
