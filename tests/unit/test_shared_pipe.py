"""Vessels that press through one pipe get through it together what it lets through."""

from __future__ import annotations

import math

import pytest

from twin.library import find_plant
from twin.load import load_plant
from twin.plant import Plant
from twin.shared_pipe import share_of_flow
from twin.source import release_band
from twin.supply import Way, leak


@pytest.fixture(scope="module")
def farm() -> Plant:
    return load_plant(find_plant("san-juanico-lpg"))


def _side(plant: Plant, side: str) -> list[Way]:
    return [way for way in leak(plant, part="L-101", hole_diameter=None).ways if way.side == side]


def test_one_way_keeps_its_flow(farm: Plant) -> None:
    assert share_of_flow(farm, _side(farm, "start")[:1]) == 1.0
    assert share_of_flow(farm, []) == 1.0


def test_many_ways_come_near_what_the_shared_pipe_lets_through(farm: Plant) -> None:
    ways = _side(farm, "end")
    assert len(ways) == 48
    share = share_of_flow(farm, ways)
    alone = sum(1.0 / math.sqrt((0.2027 / way.diameter) ** 4 * (1.0 + way.heads)) for way in ways)
    assert 0.0 < share * alone < 1.0, "no more than the pipe with nothing in the way"
    assert share == pytest.approx(share_of_flow(farm, list(reversed(ways))))


def test_twice_the_vessels_never_give_less(farm: Plant) -> None:
    ways = _side(farm, "end")
    few, many = ways[:6], ways[:12]
    ease = [sum(way.ease for way in some) * share_of_flow(farm, some) for some in (few, many)]
    assert ease[0] < ease[1] < 2.0 * ease[0]


def test_a_broken_header_does_not_add_up_every_vessel_by_itself(farm: Plant) -> None:
    best = release_band(farm, None, part="L-101", duration=60.0).best
    one = release_band(farm, None, part="L-S5", duration=60.0).best
    assert max(best.discharged) < 600.0, "two ends of 203 mm"
    assert max(best.discharged) > max(one.discharged) * 0.5
    assert any("share lines" in line for line in best.says)


def test_a_hole_is_fed_by_the_easiest_vessel_that_is_under_pressure() -> None:
    plant = load_plant(find_plant("theodore-ammonia"))
    best = release_band(plant, None, part="LF-1", hole_diameter=0.01, duration=60.0).best
    feeding = [line for line in best.says if " feeds it by " in line]
    assert max(best.discharged) > 0.0
    assert len(feeding) == 1
    assert not feeding[0].startswith("LPR-1"), "its way is the easiest, but it stands below the air's pressure"
