"""Turns what an OPC UA server sent for a tag into a reading: quality first, the number second."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from twin.state import Quality, Reading
from twin.tags import Tag

_SEVERITY = 0xC0000000
_UNCERTAIN = 0x40000000
_OVERFLOW = 0x480
"""Info bits DataValue + Overflow (OPC UA Part 4, 7.39.1): the server dropped samples of this tag."""
_CLOCK_SLACK = 5.0
"""Difference of the device's clock from ours above which its times are not used for ordering, s."""
_FIRST_YEAR = 2000
NO_NUMBER = 0x80740000
"""BadTypeMismatch: what a value that is no number is recorded as."""


def decode(
    tag: Tag,
    *,
    value: object,
    status: int,
    source_time: datetime | None,
    server_time: datetime | None,
    received: datetime,
) -> Reading:
    """One sample as a reading.

    Parameters
    ----------
    tag : Tag
    value : object
        What the server sent, number or not. A Bad sample often still carries a number; it is not used.
    status : int
        OPC UA status code.
    source_time, server_time : datetime or None
        As sent; a naive time is UTC.
    received : datetime
        Aware, this machine's clock.
    """
    flags: set[str] = set()
    if status & _OVERFLOW == _OVERFLOW:
        flags.add("overflow")
    severity = status & _SEVERITY
    quality = Quality.GOOD if severity == 0 else Quality.UNCERTAIN if severity == _UNCERTAIN else Quality.BAD
    number: float | None = None
    if isinstance(value, bool | int | float):
        number = tag.to_si(float(value))
        if not math.isfinite(number):
            flags.add("not-a-number")
        elif not tag.plausible(number):
            flags.add("out-of-range")
    elif quality is not Quality.BAD:
        flags.add("wrong-type")
        status = NO_NUMBER
    if flags & {"not-a-number", "out-of-range", "wrong-type"}:
        quality = Quality.BAD
    return Reading(
        tag=tag.tag,
        value=number if quality is not Quality.BAD else None,
        quality=quality,
        status=status,
        source_time=_clock(source_time, received, flags),
        server_time=_clock(server_time, received, set()),
        received_time=received,
        flags=frozenset(flags),
    )


def _clock(time: datetime | None, received: datetime, flags: set[str]) -> datetime | None:
    if time is None:
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    if aware.year < _FIRST_YEAR or aware > received + timedelta(days=1):
        flags.add("clock-bad")
        return None
    if abs((received - aware).total_seconds()) > _CLOCK_SLACK:
        flags.add("clock-off")
    return aware
