"""Is it leaking now? Mass that goes missing between meters, gas at detectors, and which part is the likeliest."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from twin.parts import ISOLATING, Detector, Line
from twin.plant import Plant
from twin.sections import isolatable_sections, section_of
from twin.state import Quality, Snapshot
from twin.station import WeatherReading, weather_from
from twin.watch.balance import Balance, Zone, flow_balance, zones

THRESHOLD_SIGMAS = 6.0
"""Standard deviations of a zone's meters above which mass goes missing."""
LEAST_LEAK = 0.05
"""Smallest leak that the balance names, kg/s; assumed: meters of a real plant also drift."""
CONFIRM_TIME = 1.0
CONFIRM_COUNT = 4
"""How long, s, and in how many readings mass must go missing before it is called a leak."""
REVISION_FACTOR = 2.0
"""How many times likelier another part must become for a leak to be told again with that part's name; assumed."""
SCALE_WINDOW = 10.0
"""Time over which weights are turned into a rate, and the flows beside them averaged, s."""
SCALE_CONFIRM_TIME = 5.0
"""How long mass must go missing beside a scale, s: a step in flow shows in a weight's slope later than in a meter."""
MISSING_FACTOR, BALANCED_FACTOR = 20.0, 0.1
"""Weight of gas in the air for parts of a zone where mass goes missing now, and of one that balances; assumed."""
UPWIND_ANGLE = 60.0
"""Angle from the wind's axis at which a detector in alarm speaks for a part by 1/e, degrees; assumed."""
UPWIND_DISTANCE = 30.0
"""Distance at which a detector in alarm speaks half as much for a part, m; assumed."""
CLEAR_TIME = 60.0
"""Time without evidence after which the same section may raise an event again, s."""
MEMORY = 40.0
PRESSURE_FALL = 0.05
"""Relative fall of a pressure that counts as evidence."""
HOSE_PRIOR = 5.0
"""How many times likelier a hose is to leak than a pipe of the same section; assumed (BEVI's hoses against its pipes
over a working year differ by far more)."""
ALARMS_TO_CONFIRM = 2
"""Detectors in low alarm that confirm a leak without a balance; one in high alarm does as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEvent:
    """Something the watch saw.

    Attributes
    ----------
    kind : str
        ``leak``.
    section : str
        Id of the isolatable section of the part.
    part : str
        The most credible part.
    probability : float or None
        Of that part among the candidates, by the weights of the evidence.
    rate_kg_s : float or None
        What goes missing, kg/s; ``None`` where no balance says.
    evidence : tuple of str
        In words.
    at : datetime
        When it began, by the readings.
    detected_at : datetime
        When it was confirmed.
    candidates : mapping
        Part to probability.
    """

    kind: str
    section: str
    part: str
    probability: float | None
    rate_kg_s: float | None
    evidence: tuple[str, ...]
    at: datetime
    detected_at: datetime
    candidates: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _ZoneState:
    """What a zone's balance remembers."""

    since: datetime | None = None
    count: int = 0
    rates: deque[float] = field(default_factory=lambda: deque(maxlen=50))
    weights: dict[str, deque[tuple[float, float]]] = field(default_factory=dict)
    verdict: str = ""
    """``missing`` or ``balanced`` by the last reading, empty without one."""


class LeakWatch:
    """Watches a plant's snapshots; keeps what it needs of the last half minute.

    Parameters
    ----------
    plant : Plant
    """

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.zones = zones(plant)
        self._states = {zone.id: _ZoneState() for zone in self.zones}
        self._sections = isolatable_sections(plant, roles=ISOLATING)
        self._pressures: dict[str, deque[tuple[datetime, float]]] = {}
        self._flows: dict[str, deque[tuple[datetime, float]]] = {}
        self._alarms: dict[str, datetime] = {}
        self._raised: dict[str, datetime] = {}
        self._named: dict[str, str] = {}

    def update(self, snapshot: Snapshot) -> list[WatchEvent]:
        """Take a snapshot in; gives what it confirms: each leak once, again if another part is to blame."""
        self._remember(snapshot)
        high, low = self._gas(snapshot)
        events = []
        for zone in self.zones:
            state = self._states[zone.id]
            if self._missing(zone, state, snapshot):
                event = self._raise(snapshot, zone, state, low)
                events += [event] if event else []
        confirmed = high or len(low) >= ALARMS_TO_CONFIRM
        if confirmed and not events and not self._any_recent(snapshot):
            event = self._raise(snapshot, None, None, low | high)
            events += [event] if event else []
        elif confirmed:
            self._raised = dict.fromkeys(self._raised, snapshot.at)
        return events

    # --- evidence ---

    def _remember(self, snapshot: Snapshot) -> None:
        for tag, item in self.plant.instruments.items():
            if item.quantity not in {"pressure", "mass_flow_rate"}:
                continue
            value = snapshot.value(tag)
            if value is None or snapshot.quality(tag) is not Quality.GOOD:
                continue
            kept = self._pressures if item.quantity == "pressure" else self._flows
            history = kept.setdefault(tag, deque())
            history.append((snapshot.at, value))
            while history and (snapshot.at - history[0][0]).total_seconds() > MEMORY:
                history.popleft()

    def _missing(self, zone: Zone, state: _ZoneState, snapshot: Snapshot) -> bool:
        """Whether mass has gone missing from a zone for long enough."""
        balance = flow_balance(self.plant, zone, snapshot)
        stored = self._stored(zone, state, snapshot)
        state.verdict = ""
        if balance is None or stored is None:
            state.since, state.count = None, 0
            return False
        if zone.scales:
            steady = self._steady_flow(zone, snapshot)
            if steady is None:
                state.since, state.count = None, 0
                return False
            balance = Balance(steady, balance.sigma)
        rate, sigma = balance.missing - stored[0], math.hypot(balance.sigma, stored[1])
        limit = max(THRESHOLD_SIGMAS * sigma, LEAST_LEAK)
        state.verdict = "missing" if rate >= limit else "balanced"
        if rate < limit:
            state.since, state.count = None, 0
            state.rates.clear()
            return False
        state.since = state.since or snapshot.at
        state.count += 1
        state.rates.append(rate)
        needed = SCALE_CONFIRM_TIME if zone.scales else CONFIRM_TIME
        lasting = (snapshot.at - state.since).total_seconds() >= needed
        return lasting and state.count >= CONFIRM_COUNT

    def _steady_flow(self, zone: Zone, snapshot: Snapshot) -> float | None:
        """Mean flow in less flow out over the time that weights are turned into rates; ``None`` while it steps."""
        total = 0.0
        for tag, sign in zone.meters:
            recent = [value for at, value in self._flows[tag] if (snapshot.at - at).total_seconds() <= SCALE_WINDOW]
            if max(recent) - min(recent) > LEAST_LEAK + 2.0 * THRESHOLD_SIGMAS * self.plant.instruments[tag].accuracy:
                return None
            total += sign * sum(recent) / len(recent)
        return total

    def _stored(self, zone: Zone, state: _ZoneState, snapshot: Snapshot) -> tuple[float, float] | None:
        """Rate at which vessels and lines of a zone take mass up, kg/s, and its standard deviation."""
        total, variance = self._line_pack(zone), 0.0
        for tag in zone.scales:
            value = snapshot.value(tag)
            if value is None or snapshot.quality(tag) is not Quality.GOOD:
                return None
            history = state.weights.setdefault(tag, deque())
            now = snapshot.at.timestamp()
            history.append((now, value))
            while now - history[0][0] > SCALE_WINDOW:
                history.popleft()
            if len(history) < CONFIRM_COUNT or now - history[0][0] < 0.8 * SCALE_WINDOW:
                return None
            slope, spread = _slope(history, self.plant.instruments[tag].accuracy)
            total += slope
            variance += spread**2
        return total, math.sqrt(variance)

    def _line_pack(self, zone: Zone) -> float:
        """Mass the lines take up as their pressure rises, kg/s."""
        rates = []
        for tag in zone.pressures:
            history = self._pressures.get(tag)
            if history and len(history) >= 2:
                (t0, p0), (t1, p1) = history[-2], history[-1]
                gap = (t1 - t0).total_seconds()
                rates.append((p1 - p0) / gap if gap > 0.0 else 0.0)
        return zone.line_pack * sum(rates) / len(rates) if rates else 0.0

    def _gas(self, snapshot: Snapshot) -> tuple[set[str], set[str]]:
        """Detectors in high and in low alarm."""
        high, low = set(), set()
        for tag, item in self.plant.detectors.items():
            value = snapshot.value(tag)
            if value is None or snapshot.quality(tag) is not Quality.GOOD:
                self._alarms.pop(tag, None)
                continue
            if value >= item.setpoints.get("high", math.inf):
                high.add(tag)
            if value >= item.setpoints.get("low", math.inf):
                low.add(tag)
                self._alarms.setdefault(tag, snapshot.at)
            else:
                self._alarms.pop(tag, None)
        return high, low

    # --- events ---

    def _any_recent(self, snapshot: Snapshot) -> bool:
        return any((snapshot.at - at).total_seconds() < CLEAR_TIME for at in self._raised.values())

    def _raise(
        self, snapshot: Snapshot, zone: Zone | None, state: _ZoneState | None, alarms: set[str]
    ) -> WatchEvent | None:
        weights, why = self._weigh(snapshot, zone, alarms)
        if not weights:
            return None
        part = max(weights, key=lambda tag: weights[tag])
        section = section_of(self._sections, part, self.plant).id
        key = zone.id if zone else section
        if key in self._raised and (snapshot.at - self._raised[key]).total_seconds() < CLEAR_TIME:
            self._raised[key] = snapshot.at
            if weights[part] < REVISION_FACTOR * weights.get(self._named[key], 0.0) or part == self._named[key]:
                return None
        self._raised[key], self._named[key] = snapshot.at, part
        total = sum(weights.values())
        rates = sorted(state.rates) if state else []
        began = [at for at in (state.since if state else None, *(self._alarms[tag] for tag in alarms)) if at]
        return WatchEvent(
            kind="leak",
            section=section,
            part=part,
            probability=weights[part] / total,
            rate_kg_s=rates[len(rates) // 2] if rates else None,
            evidence=(*self._balance_words(zone, rates), *why.get(part, ()), *self._gas_words(snapshot, alarms)),
            at=min(began, default=snapshot.at),
            detected_at=snapshot.at,
            candidates={tag: weight / total for tag, weight in weights.items()},
        )

    def _weigh(
        self, snapshot: Snapshot, zone: Zone | None, alarms: set[str]
    ) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
        """Weight of every part that could be it, and why."""
        weights: dict[str, float] = {}
        why: dict[str, tuple[str, ...]] = {}
        reading = weather_from(self.plant, snapshot)
        for part in self.plant.leak_candidates():
            if zone is not None and part.tag not in zone.parts:
                continue
            words: list[str] = []
            weight = 1.0
            if isinstance(part, Line):
                if part.hose:
                    weight *= HOSE_PRIOR
                    words.append(f"{part.tag} is a hose, which fails more often than pipe")
                fall, said = self._fall_beside(part)
                weight *= math.exp(8.0 * fall)
                words += said
                if any(item.quantity == "mass_flow_rate" for item in self.plant.instruments_on(part.tag)):
                    weight *= 0.3  # only the half of a metered line beyond its meter is inside
            if zone is None:
                weight *= self._upwind(reading, part.tag, alarms) * self._balanced(part.tag)
            weights[part.tag], why[part.tag] = weight, tuple(words)
        return weights, why

    def _fall_beside(self, line: Line) -> tuple[float, list[str]]:
        """Mean relative fall of the pressures at a line's ends, and the words for the larger."""
        falls: list[tuple[float, str]] = []
        for end in (line.start, line.end):
            for item in self.plant.instruments_on(end, "pressure"):
                history = self._pressures.get(item.tag)
                if not history:
                    continue
                before, now = max(value for _, value in history), history[-1][1]
                fall = (before - now) / before if before > 0.0 else 0.0
                falls.append((fall, f"{item.tag} fell from {before / 1e5:.1f} to {now / 1e5:.1f} bar"))
        if not falls:
            return 0.0, []
        return sum(fall for fall, _ in falls) / len(falls), [said for fall, said in falls if fall > PRESSURE_FALL]

    def _balanced(self, part: str) -> float:
        """What the balances of the zones a part is in say for it."""
        verdicts = {self._states[zone.id].verdict for zone in self.zones if part in zone.parts}
        if "missing" in verdicts:
            return MISSING_FACTOR
        return BALANCED_FACTOR if "balanced" in verdicts else 1.0

    def _upwind(self, reading: WeatherReading, part: str, alarms: set[str]) -> float:
        """How well a part lies upwind of the detectors in alarm; near ones count more."""
        x, y, _ = self.plant.location(part)
        weight = 1.0
        for tag in alarms:
            detector: Detector = self.plant.detectors[tag]
            east, north = detector.xyz[0] - x, detector.xyz[1] - y
            distance = math.hypot(east, north)
            fit = 1.0
            if reading.weather is not None and distance > 0.0:
                off = math.degrees(math.atan2(east, north)) - reading.weather.downwind_bearing
                off = (off + 180.0) % 360.0 - 180.0
                fit = 0.1 + math.exp(-((off / UPWIND_ANGLE) ** 2))
            weight *= fit / (1.0 + distance / UPWIND_DISTANCE)
        return weight

    def _balance_words(self, zone: Zone | None, rates: list[float]) -> tuple[str, ...]:
        if zone is None or not rates:
            return ()
        into = " + ".join(tag for tag, sign in zone.meters if sign > 0) or "nothing"
        out = " + ".join([*(tag for tag, sign in zone.meters if sign < 0), *(f"d({tag})/dt" for tag in zone.scales)])
        return (f"{into} exceeds {out or 'nothing'} by {rates[len(rates) // 2]:.2f} kg/s",)

    def _gas_words(self, snapshot: Snapshot, alarms: set[str]) -> tuple[str, ...]:
        if not alarms:
            return ()
        shown = [
            f"{tag} {1e6 * (snapshot.value(tag) or 0.0):.1f} ppm"
            for tag in sorted(alarms)
            if tag in self.plant.detectors
        ]
        return ("gas: " + ", ".join(shown),)


def _slope(history: deque[tuple[float, float]], accuracy: float) -> tuple[float, float]:
    """Least-squares slope of a weight in time and its standard deviation."""
    count = len(history)
    mean_t = sum(time for time, _ in history) / count
    mean_w = sum(weight for _, weight in history) / count
    spread = sum((time - mean_t) ** 2 for time, _ in history)
    if spread <= 0.0:
        return 0.0, math.inf
    slope = sum((time - mean_t) * (weight - mean_w) for time, weight in history) / spread
    return slope, accuracy / math.sqrt(spread)
