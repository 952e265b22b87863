"""What a drill came to: a chained log, a score from the physics, and a report to read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, ClassVar

from physics.cards import Caveat
from scenarios.drill.measure import Measured
from scenarios.drill.plan import Drill


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One thing that happened; ``hash`` covers it and the entry before, so that nothing can be changed unseen.

    ``at`` is simulated time, s since the release began.
    """

    number: int
    at: float
    kind: str
    who: str
    says: str
    hash: str

    @classmethod
    def chained(cls, before: str, *, number: int, at: float, kind: str, who: str, says: str) -> LogEntry:
        """Entry that follows the one with hash ``before``."""
        content = json.dumps([before, number, round(at, 6), kind, who, says], ensure_ascii=False)
        digest = hashlib.sha256(content.encode()).hexdigest()
        return cls(number=number, at=at, kind=kind, who=who, says=says, hash=digest)


def verify(log: tuple[LogEntry, ...]) -> bool:
    """Whether a log is whole: every entry follows from the one before."""
    before = ""
    for number, entry in enumerate(log, start=1):
        again = LogEntry.chained(before, number=number, at=entry.at, kind=entry.kind, who=entry.who, says=entry.says)
        if again != entry:
            return False
        before = entry.hash
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaScore:
    """What an area got, and what it would have got had nobody done anything.

    Attributes
    ----------
    arrival : float or None
        When gas arrives if nobody acts, s.
    measured : Measured
        What was done, set against the protective-action board.
    """

    id: str
    name: str
    name_zh: str
    people: float
    arrival: float | None
    measured: Measured

    @property
    def told_at(self) -> float | None:
        """When it was told to shelter or to leave, s."""
        return self.measured.done.at if self.measured.done else None

    @property
    def load(self) -> float | None:
        """Toxic load breathed, s."""
        return self.measured.acted.load

    @property
    def idle_load(self) -> float | None:
        """Toxic load breathed had nobody done anything, s."""
        return self.measured.idle.load

    @property
    def says(self) -> str:
        """Explain the score in one sentence."""
        return self.measured.says(self.name)

    @property
    def margin(self) -> float | None:
        """Time between the order and the gas, s; negative when it came too late."""
        if self.arrival is None or self.told_at is None:
            return None
        return self.arrival - self.told_at

    @property
    def avoided(self) -> float | None:
        """Share of the toxic load avoided, 0 to 1; ``None`` where there was none."""
        if not self.idle_load or self.load is None:
            return None
        return 1.0 - self.load / self.idle_load


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillReport:
    """Log, score and caveats of one exercise. Never an alert: there is no way from here to one."""

    EXERCISE: ClassVar[bool] = True
    drill: Drill
    plant: str
    log: tuple[LogEntry, ...]
    closed: dict[str, float]
    released: float
    idle_released: float
    areas: tuple[AreaScore, ...]
    caveats: tuple[Caveat, ...]

    @property
    def final_hash(self) -> str:
        """Hash of the last log entry: it stands for the whole log."""
        return self.log[-1].hash

    @property
    def load_avoided(self) -> float | None:
        """Share of toxic load times people that was avoided, over all areas; ``None`` where nobody was reached."""
        before = sum(area.people * (area.idle_load or 0.0) for area in self.areas)
        after = sum(area.people * (area.load or 0.0) for area in self.areas)
        return 1.0 - after / before if before > 0.0 else None

    @property
    def board_avoided(self) -> float | None:
        """The same share had every area done at once what the board proposed, the valves as the team left them."""
        before = sum(area.people * (area.idle_load or 0.0) for area in self.areas)
        after = sum(area.people * (area.measured.board.load or 0.0) for area in self.areas)
        return 1.0 - after / before if before > 0.0 else None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "exercise": self.EXERCISE,
            "clock": "simulated",
            "drill": self.drill.id,
            "plant": self.plant,
            "scenario": self.drill.scenario.as_dict(),
            "final_hash": self.final_hash,
            "log_whole": verify(self.log),
            "score": {
                "released_kg": self.released,
                "released_if_nobody_acts_kg": self.idle_released,
                "kept_in_kg": self.idle_released - self.released,
                "toxic_load_avoided": self.load_avoided,
                "toxic_load_avoided_by_board": self.board_avoided,
                "closed_after_s": self.closed,
                "areas": [_area(area) for area in self.areas],
            },
            "log": [
                {"number": e.number, "at_s": e.at, "kind": e.kind, "who": e.who, "says": e.says, "hash": e.hash}
                for e in self.log
            ],
            "caveats": [caveat.as_dict() for caveat in self.caveats],
        }

    def markdown(self) -> str:
        """The report as a text to read, marked as an exercise on its first line."""
        avoided = "nobody was reached" if self.load_avoided is None else f"{self.load_avoided:.0%}"
        lines = [
            "# EXERCISE 演练 - not a real event",
            "",
            f"{self.drill.name or self.drill.id} {self.drill.name_zh}".strip(),
            "",
            f"- released: {self.released:.0f} kg; if nobody had acted: {self.idle_released:.0f} kg",
            f"- toxic load (people x load) avoided: {avoided}; by the protective-action board: "
            f"{'-' if self.board_avoided is None else f'{self.board_avoided:.0%}'}",
            "",
            "| area | people | gas arrives | told | at | margin | load avoided | zone | zone, nobody acts |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for area in self.areas:
            share = "-" if area.avoided is None else f"{area.avoided:.0%}"
            lines.append(
                f"| {area.name} | {area.people:.0f} | {_clock(area.arrival)} | {_told(area)} | "
                f"{_clock(area.told_at)} | {_clock(area.margin)} | {share} | {area.measured.acted.level or '-'} | "
                f"{area.measured.idle.level or '-'} |"
            )
        lines += ["", "Against the protective-action board:", "", *(f"- {area.says}" for area in self.areas)]
        lines += ["", "| time | who | what |", "|---|---|---|"]
        lines += [f"| {_clock(entry.at)} | {entry.who} | {entry.kind}: {entry.says} |" for entry in self.log]
        lines += ["", *(f"- {caveat.grade}: {caveat.says}" for caveat in self.caveats)]
        lines += ["", f"Log hash: {self.final_hash}", ""]
        return "\n".join(lines)


def _area(area: AreaScore) -> dict[str, Any]:
    return {
        "id": area.id,
        "name": area.name,
        "name_zh": area.name_zh,
        "people": area.people,
        "arrival_s": area.arrival,
        "told": _told(area),
        "told_at_s": area.told_at,
        "margin_s": area.margin,
        "toxic_load_s": area.load,
        "toxic_load_if_nobody_acts_s": area.idle_load,
        "toxic_load_avoided": area.avoided,
        "zone": area.measured.acted.level,
        "zone_if_nobody_acts": area.measured.idle.level,
        "board": {
            "proposed": str(area.measured.proposed),
            "proposed_at_s": area.measured.proposed_at,
            "latest_decision_s": area.measured.latest,
            "verdict": str(area.measured.verdict),
            "toxic_load_s": area.measured.board.load,
            "toxic_load_above_board_s": area.measured.above_board,
            "zone": area.measured.board.level,
        },
        "says": area.says,
    }


def _told(area: AreaScore) -> str:
    return str(area.measured.done.action) if area.measured.done else "-"


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    sign = "-" if seconds < 0 else ""
    return f"{sign}{int(abs(seconds)) // 60}:{int(abs(seconds)) % 60:02d}"
