"""Readings, snapshots and how a server's sample becomes one."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from twin.decode import decode
from twin.library import find_plant
from twin.load import load_plant
from twin.state import Quality, Reading, Store, worst
from twin.tags import shown, tag_map

NOW = datetime(2026, 8, 14, 14, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def tags():
    return tag_map(load_plant(find_plant("festus-chlorine")))


def sample(tag, value, status=0, source=NOW):
    return decode(tag, value=value, status=status, source_time=source, server_time=NOW, received=NOW)


def test_units_come_and_go(tags):
    assert tags["PT-301"].to_si(9.5) == pytest.approx(9.5e5)
    assert tags["TT-301"].to_si(25.0) == pytest.approx(298.15)
    assert tags["AT-301"].to_si(3.0) == pytest.approx(3e-6)
    for name, number in (("TT-301", -12.5), ("LT-301", 40.0), ("PA-301", 1001.0)):
        assert shown(tags[name], tags[name].to_si(number)) == pytest.approx(number)


def test_quality_comes_before_the_number(tags):
    good = sample(tags["PT-301"], 9.5)
    assert (good.quality, good.value) == (Quality.GOOD, pytest.approx(9.5e5))
    bad = sample(tags["PT-301"], 9.5, 0x808C0000)
    assert (bad.quality, bad.value) == (Quality.BAD, None)
    uncertain = sample(tags["PT-301"], 9.5, 0x40900000)
    assert (uncertain.quality, uncertain.value) == (Quality.UNCERTAIN, pytest.approx(9.5e5))


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (math.nan, "not-a-number"),
        (math.inf, "not-a-number"),
        (900.0, "out-of-range"),
        ("x", "wrong-type"),
        (None, "wrong-type"),
    ],
)
def test_what_is_no_value_is_bad(tags, value, flag):
    reading = sample(tags["PT-301"], value)
    assert reading.quality is Quality.BAD
    assert reading.value is None
    assert flag in reading.flags


def test_overflow_and_clocks_are_flagged(tags):
    assert "overflow" in sample(tags["PT-301"], 9.5, 0x480).flags
    assert sample(tags["PT-301"], 9.5, 0x480).quality is Quality.GOOD
    assert "clock-off" in sample(tags["PT-301"], 9.5, source=NOW - timedelta(hours=1)).flags
    for wrong in (datetime(9999, 12, 31, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC)):
        reading = sample(tags["PT-301"], 9.5, source=wrong)
        assert "clock-bad" in reading.flags
        assert reading.source_time is None


def test_worst():
    assert worst([]) is Quality.GOOD
    assert worst([Quality.GOOD, Quality.STALE, Quality.UNCERTAIN]) is Quality.STALE
    assert worst([Quality.BAD, Quality.NO_DATA]) is Quality.NO_DATA


def test_snapshots_do_not_change_and_age(tags):
    store = Store("p", tags)
    store.connected = True
    store.apply([sample(tags["PT-301"], 9.5), sample(tags["ZC-301A"], True)])
    first = store.snapshot(NOW + timedelta(seconds=1))
    store.apply([sample(tags["PT-301"], 8.0, source=NOW + timedelta(seconds=1))])
    assert first.value("PT-301") == pytest.approx(9.5e5)
    assert first.age("PT-301") == pytest.approx(1.0)
    assert first.quality("TT-301") is Quality.NO_DATA
    assert first.age("TT-301") is None
    with pytest.raises(TypeError):
        first.readings["PT-301"] = None
    later = store.snapshot(NOW + timedelta(seconds=30))
    assert later.quality("PT-301") is Quality.STALE, "an analogue tag that should have spoken"
    assert later.quality("ZC-301A") is Quality.GOOD, "a switch that reports by exception"
    assert later.version > first.version
    store.connected = False
    assert store.snapshot(NOW).quality("ZC-301A") is Quality.STALE


def test_an_older_sample_does_not_replace_a_newer_one(tags):
    store = Store("p", tags)
    store.connected = True
    store.apply([sample(tags["PT-301"], 9.5)])
    changed = store.apply([sample(tags["PT-301"], 1.0, source=NOW - timedelta(seconds=2))])
    assert not changed
    assert store.out_of_order == 1
    assert store.snapshot(NOW).value("PT-301") == pytest.approx(9.5e5)


def test_unknown_tags_are_left_out(tags):
    store = Store("p", tags)
    assert store.apply([Reading(tag="nobody", value=1.0, quality=Quality.GOOD)]) == frozenset()
