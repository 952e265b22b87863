"""A risk study run to its end: events, their outcomes, what they set off, and the sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade
from physics.risk.clouds import Igniters
from scenarios.risk.escalation import Target
from scenarios.risk.events import RiskEvent
from scenarios.risk.ground import Area, Ground, ground
from scenarios.risk.outcomes import run_event
from scenarios.risk.study import RiskStudy

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All of a study that a worker needs besides the event: plain values, sent with each piece.

    Attributes
    ----------
    study : RiskStudy
    areas : tuple of Area
    targets : tuple of Target
        Equipment accidents may go on to; empty where none is followed.
    """

    study: RiskStudy
    areas: tuple[Area, ...]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRisk:
    """What one event adds.

    Attributes
    ----------
    index : int
        Of the event.
    top, left : int
        First row and column of the window of the map it reaches.
    window : ndarray, shape (rows, columns)
        Individual risk, 1/year.
    frequency, deaths : ndarray, shape (n,)
        Of the runs that kill anybody.
    runs : int
        All runs, those too that kill nobody.
    escalation : ndarray, shape (targets, causes, 2)
        How often each target is made to fail, and as the largest, 1/year.
    caveats : tuple of Caveat
    """

    index: int
    top: int
    left: int
    window: Array
    frequency: Array
    deaths: Array
    runs: int
    escalation: Array
    caveats: tuple[Caveat, ...]


@dataclass(slots=True)
class RiskState:
    """Sums over events so far; see `scenarios.chunks.State`."""

    grid: Array
    escalation: list[Array] = field(default_factory=list)
    """By event, shape (targets, causes, 2), 1/year."""
    frequency: list[Array] = field(default_factory=list)
    deaths: list[Array] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    """Potential loss of life by event, 1/year."""
    runs: int = 0
    caveats: dict[Caveat, None] = field(default_factory=dict)

    def arrays(self) -> Mapping[str, Any]:
        """See `scenarios.chunks.State`."""
        empty = np.empty(0)
        return {
            "grid": self.grid,
            "frequency": np.concatenate([empty, *self.frequency]),
            "deaths": np.concatenate([empty, *self.deaths]),
            "loss": np.array(self.loss, dtype=np.float64),
            "escalation": np.array(self.escalation, dtype=np.float64),
        }

    def facts(self) -> dict[str, Any]:
        """See `scenarios.chunks.State`."""
        return {"runs": self.runs, "caveats": [caveat.as_dict() for caveat in self.caveats]}

    @classmethod
    def restored(cls, arrays: Mapping[str, Any], facts: dict[str, Any]) -> RiskState:
        """State as it was written."""
        caveats = {Caveat(Grade(item["grade"]), item["about"], item["says"]): None for item in facts["caveats"]}
        return cls(
            grid=arrays["grid"],
            frequency=[arrays["frequency"]],
            deaths=[arrays["deaths"]],
            loss=[float(value) for value in arrays["loss"]],
            escalation=list(arrays["escalation"]),
            runs=int(facts["runs"]),
            caveats=caveats,
        )


@lru_cache(maxsize=4)
def _ground(study: RiskStudy, areas: tuple[Area, ...]) -> tuple[Ground, Igniters]:
    igniters = Igniters(
        np.array([item.east for item in study.igniters]),
        np.array([item.north for item in study.igniters]),
        np.array([item.rate for item in study.igniters]),
    )
    return ground(study, areas), igniters


def event_risk(piece: tuple[Work, int, RiskEvent]) -> EventRisk:
    """Run one event: the piece of work that threads and clusters are given."""
    work, index, event = piece
    where, igniters = _ground(work.study, work.areas)
    tally = run_event(event, work.study, where, igniters, work.targets)
    rows, columns = np.flatnonzero(tally.grid.any(axis=1)), np.flatnonzero(tally.grid.any(axis=0))
    top, left, window = 0, 0, np.zeros((0, 0))
    if rows.size:
        top, left = int(rows[0]), int(columns[0])
        window = tally.grid[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1].copy()
    frequency = np.concatenate([np.empty(0), *tally.frequency])
    deaths = np.concatenate([np.empty(0), *tally.deaths])
    kills = (deaths > 0.0) & (frequency > 0.0)
    return EventRisk(
        index=index, top=top, left=left, window=window, frequency=frequency[kills], deaths=deaths[kills],
        runs=tally.runs, escalation=tally.escalation, caveats=tuple(tally.caveats),
    )  # fmt: skip


def fold(state: RiskState, value: EventRisk) -> RiskState:
    """Add one event's risk to the sums."""
    rows, columns = value.window.shape
    state.grid[value.top : value.top + rows, value.left : value.left + columns] += value.window
    state.frequency.append(value.frequency)
    state.deaths.append(value.deaths)
    state.loss.append(float(np.sum(value.frequency * value.deaths)))
    state.escalation.append(value.escalation)
    state.runs += value.runs
    state.caveats |= dict.fromkeys(value.caveats)
    return state
