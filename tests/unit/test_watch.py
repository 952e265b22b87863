"""The watch on a simulated plant: quiet stays quiet, leaks are seen, named and placed; and what lies ahead."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from twin.library import find_plant
from twin.load import load_plant
from twin.simulated_plant import Fault, FaultRefused, SimulatedPlant
from twin.state import Quality, Reading, Snapshot
from twin.watch.balance import zones
from twin.watch.detect import LeakWatch
from twin.watch.look_ahead import look_ahead

BEGIN = datetime(2026, 8, 14, 14, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def plant():
    return load_plant(find_plant("festus-chlorine"))


def seen(world):
    at = BEGIN + timedelta(seconds=world.time)
    readings = {
        tag: Reading(tag=tag, value=value, quality=Quality.BAD if status else Quality.GOOD, received_time=at)
        for tag, (value, status) in world.shown.items()
    }
    return Snapshot(id="s", version=1, at=at, readings=MappingProxyType(readings))


def watch_until(world, watch, end, tick=0.1):
    while world.time < end:
        world.advance(tick)
        events = watch.update(seen(world))
        if events:
            return events
    return []


def test_zones(plant):
    found = {zone.id: zone for zone in zones(plant)}
    hoses = next(zone for zone in found.values() if "H-301A" in zone.parts)
    assert dict(hoses.meters) == {"FT-301A": 1, "FT-301B": 1, "FT-304": -1}
    filling = next(zone for zone in found.values() if "L-401" in zone.parts)
    assert set(filling.scales) == {"WT-401", "WT-402", "WT-403"}


def test_ten_quiet_minutes_raise_nothing(plant):
    world, watch = SimulatedPlant(plant, seed=11), LeakWatch(plant)
    assert watch_until(world, watch, 600.0, tick=0.2) == []


def test_a_valve_operated_in_a_sound_plant_raises_nothing(plant):
    world, watch = (
        SimulatedPlant(plant, seed=12, faults=[Fault(at=20.0, do="close", with_={"valve": "FV-401"})]),
        LeakWatch(plant),
    )
    assert watch_until(world, watch, 60.0) == []


@pytest.mark.parametrize("part", ["H-301A", "H-301B"])
def test_a_torn_hose_is_seen_and_named(plant, part):
    world, watch = SimulatedPlant(plant, seed=5), LeakWatch(plant)
    assert watch_until(world, watch, 20.0) == []
    world.open_hole(part)
    (event,) = watch_until(world, watch, 30.0)
    assert (event.kind, event.part, event.section) == ("leak", part, part)
    assert (event.detected_at - BEGIN).total_seconds() < 20.0 + 6.0
    assert abs((event.at - BEGIN).total_seconds() - 20.0) < 1.0
    assert event.rate_kg_s == pytest.approx(world.leak_rate, rel=0.1)
    assert event.probability == max(event.candidates.values())
    assert any("kg/s" in text for text in event.evidence)
    assert watch_until(world, watch, 60.0) == [], "each leak is said once"


def test_gas_alone_confirms_when_meters_are_bad(plant):
    world, watch = SimulatedPlant(plant, seed=6), LeakWatch(plant)
    for tag in ("FT-301A", "FT-304"):
        world.bad(tag)
    watch_until(world, watch, 15.0)
    world.open_hole("H-301A")
    (event,) = watch_until(world, watch, 40.0)
    assert event.rate_kg_s is None
    assert any(text.startswith("gas:") for text in event.evidence)


def test_a_vessel_leak_is_placed_by_what_balances(plant):
    world, watch = SimulatedPlant(plant, seed=7), LeakWatch(plant)
    watch_until(world, watch, 30.0)
    world.open_hole("TC-3", 0.02)
    (event,) = watch_until(world, watch, 90.0)
    assert event.part == "TC-3"


def test_a_small_leak_behind_a_scale(plant):
    world, watch = SimulatedPlant(plant, seed=8), LeakWatch(plant)
    watch_until(world, watch, 30.0)
    world.open_hole("L-401")
    (event,) = watch_until(world, watch, 60.0)
    assert event.part.startswith("L-40")


def test_shutdown_works_and_sticks(plant):
    def mass(stuck):
        world = SimulatedPlant(plant, seed=1)
        for valve in stuck:
            world.stick(valve)
        world.open_hole("H-301A")
        total = 0.0
        for _ in range(600):
            world.advance(0.1)
            total += 0.1 * world.leak_rate
        return world, total

    world, works = mass(())
    assert world.tripped_at
    assert world.leak_rate < 0.05
    assert world.shown["ZC-301A"][0] == 1.0
    stuck_world, fails = mass(("XV-301A", "XV-302A", "XV-301B", "XV-302B", "XV-303"))
    assert stuck_world.tripped_at
    assert stuck_world.leak_rate > 3.0
    assert stuck_world.shown["ZC-301A"][0] == 0.0
    assert fails > 3.0 * works


def test_inventory_moves_and_detectors_saturate(plant):
    world = SimulatedPlant(plant, seed=2, noise=False)
    before = world.shown["WT-401"][0]
    for _ in range(300):
        world.advance(0.1)
    assert world.shown["WT-401"][0] > before + 5.0
    for valve in ("XV-301A", "XV-302A", "XV-301B", "XV-302B"):
        world.stick(valve)
    world.open_hole("H-301A")
    level = world.shown["LT-301"][0]
    for _ in range(600):
        world.advance(0.1)
    assert world.shown["LT-301"][0] < level
    assert world.shown["AT-302"][0] == plant.detectors["AT-302"].high, "down the wind and saturated"
    assert world.shown["AT-308"][0] < 1e-6, "up the wind"
    assert world.gas.clouds_computed < 20, "the cloud is not computed again every tick"


def test_a_detector_lags_by_its_t90(plant):
    world = SimulatedPlant(plant, seed=2, noise=False)
    world.gas.cell[:] = 0.0
    world.gas.history.cloud = None
    world.gas.outside = lambda *_: 2e-6 * (world.gas.cell * 0.0 + 1.0)
    world.gas.advance(time=0.0, duration=30.0, rate=0.0, enthalpy=0.0, place=(0.0, 0.0, 0.0), weather=world.weather)
    assert world.gas.cell[0] == pytest.approx(0.9 * 2e-6, rel=1e-6)


def test_sensor_faults(plant):
    world = SimulatedPlant(plant, seed=3)
    world.freeze("PT-301")
    frozen = world.shown["PT-301"][0]
    world.bias("LT-301", 0.1)
    world.bad("TT-301")
    world.advance(0.1)
    assert world.shown["PT-301"][0] == frozen
    assert world.shown["LT-301"][0] == pytest.approx(0.5, abs=0.01)
    assert world.shown["TT-301"][1] != 0
    assert world.shown["TT-301"][0] == pytest.approx(298.15, abs=1.0), "a failed sensor still shows a number"
    world.restore("TT-301")
    world.advance(0.1)
    assert world.shown["TT-301"][1] == 0
    world.wind(3.0, 370.0)
    assert world.weather.wind_from_direction == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("open_hole", {"part": "H-301A", "diameter": -1.0}),
        ("stick", {"valve": "TC-3"}),
        ("bad", {"tag": "TC-3"}),
        ("explode", {}),
        ("wind", {"speed": float("nan"), "direction": 0.0}),
        ("stick", {}),
    ],
)
def test_faults_that_cannot_be_made(plant, verb, arguments):
    with pytest.raises(FaultRefused):
        SimulatedPlant(plant).apply(Fault(at=0.0, do=verb, with_=arguments))


def test_same_seed_same_plant(plant):
    worlds = [
        SimulatedPlant(plant, seed=9, faults=[Fault(at=1.0, do="open_hole", with_={"part": "H-301A"})])
        for _ in range(2)
    ]
    for world in worlds:
        for _ in range(50):
            world.advance(0.1)
    assert dict(worlds[0].shown) == dict(worlds[1].shown)


def test_look_ahead_says_which_limit_comes_when(plant):
    ahead = look_ahead(plant, None)
    assert ahead.times[-1] == pytest.approx(1800.0)
    assert [(item.tag, item.limit) for item in ahead.limits] == [("WT-403", "high")]
    first = ahead.limits[0]
    rate = (ahead.series["WT-403"][6] - ahead.series["WT-403"][0]) / 60.0
    expected = (907.0 - ahead.series["WT-403"][0]) / rate
    assert first.after_s == pytest.approx(expected, rel=0.25)
    torn = look_ahead(plant, None, holes={"H-301A": None})
    assert torn.series["LT-301"][-1] < ahead.series["LT-301"][-1]
