"""A drill's actions set against the protective-action board: what was proposed, what was done, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.carried import CarriedCloud
from scenarios.board.doses import EXCHANGE, WARNING, Air, Judge, airs_of, carried_fractions, places
from scenarios.board.records import Judged, Protect, WayOut
from scenarios.receptors import outline
from twin.parts import PopulationArea

Array = NDArray[np.float64]

PROMPTLY = 300.0
"""From the board until an order that was to be given at once counts as late, s (judgement)."""


class Verdict(StrEnum):
    """How what was done compares with what was proposed."""

    AS_PROPOSED = "as proposed"
    LATE = "late"
    NEVER = "never"
    WRONG = "wrong action"
    NOT_NEEDED = "not needed"
    NO_PROPOSAL = "no proposal"


@dataclass(frozen=True, slots=True)
class Order:
    """What an area was told to do: shelter or evacuate, s after the release began."""

    action: Protect
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One area: what the board proposed and when, what the team did, and the dose of both and of nothing.

    Attributes
    ----------
    proposed : Protect
    proposed_at : float
        When the board was first there, s.
    latest : float or None
        Until when the decision kept people under a level at the outer edge, s; ``None``: at once.
    done : Order or None
    idle, acted, board : Judged
        Nobody acts; what the team did; what the board proposed, done at once. Valves as the team left them but in idle.
    """

    proposed: Protect
    proposed_at: float
    latest: float | None
    done: Order | None
    verdict: Verdict
    idle: Judged
    acted: Judged
    board: Judged

    @property
    def above_board(self) -> float | None:
        """Toxic load over that of the board's proposal, s; negative where the team did better."""
        if self.acted.load is None or self.board.load is None:
            return None
        return self.acted.load - self.board.load

    def says(self, name: str) -> str:
        """Explain in one sentence."""
        done = f"it was told to {self.done.action} at {self.done.at:.0f} s" if self.done else "it was told nothing"
        by = "at once" if self.latest is None else f"by {self.latest:.0f} s"
        when = f" {by}" if self.proposed in (Protect.SHELTER, Protect.EVACUATE) else ""
        cost = "" if self.idle.level else "; no level is reached there even if nobody acts"
        if self.idle.level and self.acted.load is not None and self.board.load is not None and self.idle.load:
            cost = (
                f"; it took {self.acted.load / self.idle.load:.0%} of the dose of doing nothing, "
                f"the proposal {self.board.load / self.idle.load:.0%}"
            )
        return f"{name}: {self.verdict}. The board proposed {self.proposed}{when}; {done}{cost}."


def judged(advice: Mapping[str, Any], done: Order | None, *, shown_at: float) -> tuple[Verdict, float | None]:
    """Compare an order with the board's advice on an area; gives the verdict and the latest moment, s."""
    proposed = Protect(advice["action"])
    latest = advice["latest_decision_s"] if advice["keeps_edge"] == "outer" else None
    if proposed is Protect.UNKNOWN:
        return Verdict.NO_PROPOSAL, None
    if proposed is Protect.STAY:
        return (Verdict.AS_PROPOSED if done is None else Verdict.NOT_NEEDED), None
    if done is None:
        return Verdict.NEVER, latest
    if done.action is not proposed:
        return Verdict.WRONG, latest
    # nobody can be later than the board was there to be read
    due = max(latest, shown_at) if latest is not None else shown_at + PROMPTLY
    return (Verdict.LATE if done.at > due else Verdict.AS_PROPOSED), latest


def measure(
    area: PopulationArea,
    advice: Mapping[str, Any],
    done: Order | None,
    *,
    idle: CarriedCloud,
    acted: CarriedCloud,
    judge: Judge,
    times: Array,
    shown_at: float,
) -> Measured:
    """Set one area's orders against the board's advice on it, by the doses in the drill's own clouds.

    Parameters
    ----------
    idle, acted : CarriedCloud
        If nobody acts, and with what the team closed.
    times : ndarray, shape (n,)
        Middles of even steps, s.
    shown_at : float
        When the board was first there, s.
    """
    way = _way(advice["way_out"])
    points = outline(area)
    step = float(times[1] - times[0])
    standing = carried_fractions(points, clouds=(idle,), times=times)[0]
    home = np.array(way.corners[0]) if way else points[int(np.argmax(standing.sum(axis=0)))]
    ways = (way,) if way else ()

    def air(cloud: CarriedCloud) -> Air:
        return airs_of(carried_fractions(places(home, ways), clouds=(cloud,), times=times), ways, step)[0]

    taken = air(acted)

    def dose(order: Order | None) -> Judged:
        return judge.worst(breathed(taken, order), step)

    proposed = Protect(advice["action"])
    verdict, latest = judged(advice, done, shown_at=shown_at)
    wanted = Order(proposed, shown_at) if proposed in (Protect.SHELTER, Protect.EVACUATE) else None
    return Measured(
        proposed=proposed,
        proposed_at=shown_at,
        latest=latest,
        done=done,
        verdict=verdict,
        idle=judge.worst(breathed(air(idle), None), step),
        acted=dose(done),
        board=dose(wanted),
    )


def breathed(air: Air, order: Order | None) -> Array:
    """What is breathed after an order: people get in, or set out, `WARNING` s after it; without one they stay outdoors.

    Who is told to leave where the board knows no way out has left by then.
    """
    if order is None:
        return air.home
    if order.action is Protect.SHELTER:
        return air.indoors(order.at, EXCHANGE["best"])
    if air.way is not None:
        return air.leaving(order.at, 0.0, EXCHANGE["best"])
    gone = np.arange(len(air.home)) * air.step >= order.at + WARNING
    return np.where(gone[:, None], 0.0, air.home)


def _way(found: Mapping[str, Any] | None) -> WayOut | None:
    if found is None:
        return None
    return WayOut(
        bearing=found["bearing_deg"],
        distance=found["distance_m"],
        off_wind=found["off_wind_deg"],
        corners=tuple((float(x), float(y)) for x, y in found["corners_m"]),
        speed=found["speed_m_s"],
    )
