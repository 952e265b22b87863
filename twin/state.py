"""What a plant says now: readings with quality and age, and immutable snapshots of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

from twin.tags import Tag


class Quality(StrEnum):
    """How far a reading can be relied on."""

    GOOD = "good"
    SUBSTITUTED = "substituted"
    """A last good value held in place of a bad one, because the tag map says so."""
    UNCERTAIN = "uncertain"
    STALE = "stale"
    BAD = "bad"
    NO_DATA = "no-data"


_ORDER = {
    Quality.GOOD: 0,
    Quality.SUBSTITUTED: 1,
    Quality.UNCERTAIN: 2,
    Quality.STALE: 3,
    Quality.BAD: 4,
    Quality.NO_DATA: 5,
}
USABLE = frozenset({Quality.GOOD, Quality.UNCERTAIN, Quality.SUBSTITUTED})
"""Qualities whose value may be computed with, visibly marked where it is not good."""


def worst(qualities: Iterable[Quality]) -> Quality:
    """Least reliable of some qualities; ``good`` when there are none."""
    return max(qualities, key=_ORDER.__getitem__, default=Quality.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One tag's last word.

    Attributes
    ----------
    value : float or None
        SI. Kept through staleness for display; ``None`` where the server's number is not to be believed.
    status : int
        OPC UA status code as it came, all 32 bits.
    source_time, server_time, received_time : datetime or None
        Aware UTC, on the device's, the server's and this machine's clock.
    flags : frozenset of str
        ``overflow``, ``clock-bad``, ``clock-off``, ``out-of-range``, ``not-a-number``, ``wrong-type``, ``held``.
    """

    tag: str
    value: float | None
    quality: Quality
    status: int = 0
    source_time: datetime | None = None
    server_time: datetime | None = None
    received_time: datetime | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A plant's readings at one moment; never changes.

    ``at`` is on the wall clock of this machine.
    """

    id: str
    version: int
    at: datetime
    readings: Mapping[str, Reading]
    connected: bool = True

    def age(self, tag: str) -> float | None:
        """Seconds since the tag's value was received; ``None`` when it never was."""
        reading = self.readings.get(tag)
        if reading is None or reading.received_time is None:
            return None
        return max((self.at - reading.received_time).total_seconds(), 0.0)

    def quality(self, tag: str) -> Quality:
        """Quality of a tag; ``no-data`` when it is not known."""
        reading = self.readings.get(tag)
        return reading.quality if reading else Quality.NO_DATA

    def value(self, tag: str) -> float | None:
        """SI value of a tag; ``None`` unless it is good, uncertain or substituted."""
        reading = self.readings.get(tag)
        return reading.value if reading and reading.quality in USABLE else None

    def worst(self, tags: Iterable[str] | None = None) -> Quality:
        """Least reliable quality among tags, all of them by default."""
        return worst(self.quality(tag) for tag in (self.readings if tags is None else tags))


class Store:
    """Last reading of every tag, and the snapshots taken of them."""

    def __init__(self, plant_id: str, tags: Mapping[str, Tag]) -> None:
        self._plant_id = plant_id
        self._tags = tags
        self._readings = {tag: Reading(tag=tag, value=None, quality=Quality.NO_DATA) for tag in tags}
        self._last_good: dict[str, float] = {}
        self._version = 0
        self.connected = False
        self.out_of_order = 0

    def apply(self, readings: Iterable[Reading]) -> frozenset[str]:
        """Take a batch in; gives the tags whose reading changed. Older samples than the live one are left out."""
        changed = set()
        for reading in readings:
            before = self._readings.get(reading.tag)
            if before is None:
                continue
            if _older(reading, before):
                self.out_of_order += 1
                continue
            if reading.quality is Quality.GOOD and reading.value is not None:
                self._last_good[reading.tag] = reading.value
            elif reading.quality is Quality.BAD and self._tags[reading.tag].on_bad == "hold":
                held = self._last_good.get(reading.tag)
                if held is not None:
                    flags = reading.flags | {"held"}
                    reading = replace(reading, value=held, quality=Quality.SUBSTITUTED, flags=flags)
            self._readings[reading.tag] = reading
            changed.add(reading.tag)
        if changed:
            self._version += 1
        return frozenset(changed)

    def touch(self) -> None:
        """Count a change that is not in a reading, such as a lost connection."""
        self._version += 1

    def snapshot(self, at: datetime | None = None) -> Snapshot:
        """Readings as they stand at ``at``, staleness of channel and tag applied."""
        now = at or datetime.now(UTC)
        readings = {tag: self._aged(reading, now) for tag, reading in self._readings.items()}
        return Snapshot(
            id=f"{self._plant_id}@{now.isoformat(timespec='milliseconds')}#{self._version}",
            version=self._version,
            at=now,
            readings=MappingProxyType(readings),
            connected=self.connected,
        )

    def _aged(self, reading: Reading, now: datetime) -> Reading:
        if reading.quality not in USABLE or reading.received_time is None:
            return reading
        limit = self._tags[reading.tag].stale_after
        age = (now - reading.received_time).total_seconds()
        if not self.connected or (limit is not None and age > limit):
            return replace(reading, quality=Quality.STALE)
        return reading


def _older(reading: Reading, before: Reading) -> bool:
    """Whether a sample is older by its device's clock, where both clocks can be believed."""
    untrusted = {"clock-bad", "clock-off"}
    if reading.source_time is None or before.source_time is None or (reading.flags | before.flags) & untrusted:
        return False
    return reading.source_time < before.source_time
