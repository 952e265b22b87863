"""Where a cloud explodes and how hard, by hand."""

import math

import pytest

from physics.cards import MODELS
from physics.explosion.multi_energy import ENERGY_DENSITY
from physics.explosion.obstacles import Box, Region, both, gap, obstructed_regions
from physics.explosion.strength import KINSELLA, congestion_of, game_overpressure, kinsella_strength, strength_of
from physics.explosion.vapour_cloud import explosion_sources, stoichiometric_fraction, stoichiometric_volume
from physics.substances import substance


def block(x, y, side, *, name="", solid=0.1, height=None):
    return Box(low=(x, y, 0.0), high=(x + side, y + side, height or side), name=name, solid=solid)


def region(x=0.0, side=20.0, *, blockage=0.1, confinement="3d", name="unit"):
    volume = side**3
    return Region(
        name=name,
        low=(x, 0.0, 0.0),
        high=(x + side, side, side),
        volume=volume,
        blocked=blockage * volume,
        obstacle_diameter=0.3,
        confinement=confinement,
    )


def test_game():
    """By hand: blockage 0.1, 10 m, 0.3 m, propane: 84 (3.333)^2.75 0.464^2.7 0.3^0.7 kPa, class 8."""
    found = game_overpressure(blockage=0.1, flame_path=10.0, obstacle_diameter=0.3, burning_velocity=0.464)
    assert found == pytest.approx(84e3 * (10.0 / 3.0) ** 2.75 * 0.464**2.7 * 0.3**0.7)
    assert found == pytest.approx(124.7e3, rel=5e-3)
    assert strength_of(found) == 8
    planes = game_overpressure(
        blockage=0.1, flame_path=10.0, obstacle_diameter=0.3, burning_velocity=0.464, planes=True
    )
    assert planes / found == pytest.approx(338.0 / 84.0 / (10.0 / 3.0) ** 0.5)
    run = MODELS["vapour-cloud-strength"].run(
        {"blockage": 0.1, "flame_path_length": 10.0, "obstacle_diameter": 0.3, "burning_velocity": 0.464}
    )
    assert run["game_overpressure"] == pytest.approx(found)
    assert (run["strength_class"], run["game_strength_class"]) == (3.0, 8.0)
    assert any("stronger" in caveat["says"] for caveat in run["caveats"])


@pytest.mark.parametrize(("kilopascal", "strength"), [(0.5, 1), (1.0, 1), (1.01, 2), (20.0, 5), (21.0, 6), (5e3, 10)])
def test_classes_by_overpressure(kilopascal, strength):
    assert strength_of(1e3 * kilopascal) == strength


def test_kinsella():
    assert len(KINSELLA) == 12
    assert kinsella_strength(blockage=0.3) == 5
    assert kinsella_strength(blockage=0.29) == 3
    assert kinsella_strength(blockage=0.0) == 1
    assert kinsella_strength(blockage=0.3, confined=True) == 7
    assert kinsella_strength(blockage=0.1, strong_ignition=True) == 6
    for (strong, obstruction, confined), (low, high) in KINSELLA.items():
        assert low <= high
        assert high <= KINSELLA[True, obstruction, confined][1]
        assert high <= KINSELLA[strong, "high", confined][1]
        assert high <= KINSELLA[strong, obstruction, True][1]


def test_congestion_of_pierorazio():
    assert [congestion_of(share) for share in (0.015, 0.043, 0.057)] == ["low", "medium", "high"]


@pytest.mark.parametrize(
    ("name", "fraction"), [("hydrogen", 0.295), ("methane", 0.0948), ("propane", 0.0402), ("ammonia", 0.218)]
)
def test_stoichiometric_mixtures(name, fraction):
    assert stoichiometric_fraction(substance(name).formula) == pytest.approx(fraction, rel=4e-3)


def test_stoichiometric_volume():
    volume = stoichiometric_volume(mass=1.0, molar_mass=0.0441, fraction=0.0402)
    assert volume == pytest.approx(1.0 / 0.0441 * 0.023645 / 0.0402, rel=1e-3)
    heat = 46.35e6 / volume
    assert heat == pytest.approx(ENERGY_DENSITY, rel=0.06)
    with pytest.raises(ValueError, match="does not burn"):
        stoichiometric_fraction("N2")


def test_boxes_near_one_another_are_one_region():
    boxes = [block(0.0, 0.0, 2.0, name="a"), block(6.0, 0.0, 2.0, name="b"), block(80.0, 0.0, 2.0, name="c")]
    near, far = obstructed_regions(boxes)
    assert {near.name, far.name} == {"a + b", "c"}
    assert near.volume == pytest.approx(8.0 * 2.0 * 2.0)
    assert near.blockage == pytest.approx(0.1 * 16.0 / 32.0)
    assert near.centre == (4.0, 1.0)
    assert near.flame_path == pytest.approx((3.0 * 32.0 / (2.0 * math.pi)) ** (1.0 / 3.0))
    assert gap(near, far) == pytest.approx(72.0)
    assert gap(boxes[0], boxes[0]) == 0.0


def test_no_region_reaches_farther_than_25_m():
    assert len(obstructed_regions([block(0.0, 0.0, 20.0), block(44.0, 0.0, 20.0)])) == 1
    assert len(obstructed_regions([block(0.0, 0.0, 20.0), block(46.0, 0.0, 20.0)])) == 2
    small = [block(0.0, 0.0, 0.1), block(1.05, 0.0, 0.1), block(2.3, 0.0, 0.1)]
    assert len(obstructed_regions(small)) == 2


def test_a_cloud_larger_than_its_region_burns_in_the_open_too():
    inside, rest = explosion_sources(volume=10_000.0, regions=[region()])
    assert inside.volume == pytest.approx(0.9 * 8000.0)
    assert inside.energy == pytest.approx(3.5e6 * 7200.0)
    assert (inside.strength, inside.flame_mach, inside.centre) == (3, 0.50, (10.0, 10.0))
    assert (rest.strength, rest.flame_mach, rest.name) == (1, None, "open")
    assert rest.volume == pytest.approx(2800.0)


def test_a_cloud_smaller_than_its_regions_may_be_in_any_of_them():
    found = explosion_sources(volume=1000.0, regions=[region(0.0), region(100.0, name="other")])
    assert [source.volume for source in found] == [1000.0, 1000.0]


def test_no_obstacles_no_explosion():
    (only,) = explosion_sources(volume=1000.0, regions=[])
    assert (only.strength, only.name) == (1, "open")
    assert explosion_sources(volume=0.0, regions=[region()]) == ()


def test_regions_near_one_another_explode_as_one():
    """20 m long and weaker than 10 kPa: as one below a quarter of that, 5 m."""
    joined, _ = explosion_sources(volume=1e6, regions=[region(0.0), region(24.9, name="other")])
    assert joined.volume == pytest.approx(2.0 * 7200.0)
    assert joined.name == "unit + other"
    assert len(explosion_sources(volume=1e6, regions=[region(0.0), region(25.1)])) == 3
    strong = {"blockage": 0.4, "confinement": "2d"}
    assert len(explosion_sources(volume=1e6, regions=[region(0.0, **strong), region(29.9, **strong)])) == 2
    assert both(region(), region(30.0, blockage=0.3)).blockage == pytest.approx(0.2)


def test_a_reactive_gas_among_dense_obstacles_detonates():
    (source, _) = explosion_sources(volume=1e5, regions=[region()], reactivity="high")
    assert source.flame_mach == 5.2
