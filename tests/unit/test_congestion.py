"""A plant's vessels and buildings as obstacles."""

import math
from types import SimpleNamespace

import pytest

from physics.explosion.vapour_cloud import explosion_sources
from twin.congestion import equipment_box, obstacle_box, obstructed_parts, reached
from twin.library import find_plant
from twin.load import load_plant
from twin.parts import Equipment, Geometry, Obstacle


def vessel(tag="V-1", x=0.0, **geometry):
    shape = Geometry(**geometry) if geometry else None
    return Equipment(tag=tag, kind="vessel", volume=27.0, xyz=(x, 0.0, 0.0), elevation=1.0, geometry=shape)


def test_boxes_of_vessels():
    lying = equipment_box(vessel(shape="cylinder", diameter=2.0, length=8.0))
    assert lying.low == (-4.0, -1.0, 1.0)
    assert lying.high == (4.0, 1.0, 3.0)
    assert lying.solid * lying.volume == pytest.approx(math.pi / 4.0 * 2.0**2 * 8.0)
    upright = equipment_box(vessel(shape="cylinder", diameter=2.0, length=8.0, orientation="vertical"))
    assert upright.size == (2.0, 2.0, 8.0)
    ball = equipment_box(vessel(shape="sphere", diameter=6.0, length=6.0))
    assert ball.solid * ball.volume == pytest.approx(math.pi / 6.0 * 6.0**3)
    cube = equipment_box(vessel())
    assert cube.size == pytest.approx((3.0, 3.0, 3.0))
    assert cube.solid == 1.0


def test_box_of_a_building():
    found = obstacle_box(Obstacle(id="B", polygon=((0.0, 0.0), (10.0, 0.0), (10.0, 4.0)), height=5.0))
    assert found.high == (10.0, 4.0, 5.0)
    assert found.solid == pytest.approx(0.5)


def test_regions_of_a_plant():
    equipment = {one.tag: one for one in (vessel("V-1"), vessel("V-2", 6.0), vessel("V-3", 200.0))}
    regions = obstructed_parts(SimpleNamespace(equipment=equipment, obstacles={}))
    assert sorted(region.name for region in regions) == ["V-1 + V-2", "V-3"]
    near = reached(regions, lambda x, y: math.hypot(x, y) < 20.0)
    assert [region.name for region in near] == ["V-1 + V-2"]
    inside, rest = explosion_sources(volume=1000.0, regions=near)
    assert inside.volume == pytest.approx(near[0].free_volume)
    assert rest.name == "open"


def test_a_plant_of_the_library_has_regions():
    plant = load_plant(find_plant("festus-chlorine"))
    regions = obstructed_parts(plant)
    assert regions
    assert all(0.0 < region.blockage <= 1.0 for region in regions)
