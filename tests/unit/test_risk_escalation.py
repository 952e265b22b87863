"""Accidents that go on to other vessels: near ones oftener, never to what is gone, not at all when switched off."""

from dataclasses import replace

import numpy as np
import pytest

from api.bench.risk import study as bench_study
from physics.explosion.multi_energy import multi_energy
from physics.fire.fireball import fireball
from physics.harm.escalation import fire_probability
from physics.substances import substance
from physics.weather import Weather
from scenarios.chunks import Threads
from scenarios.risk.assess import Prepared, assess
from scenarios.risk.escalation import Target, by_blast, by_fire, set_off
from scenarios.risk.flames import flame_of
from scenarios.risk.run import Work
from scenarios.risk.study import RiskStudy

AIR = Weather(wind_speed=5.0, wind_from_direction=0.0, stability_class="D")
BEARINGS = np.radians(np.arange(12) * 30.0)
OFTEN = np.full(12, 1e-5 / 12.0)


def _target(part: str, east: float, north: float = 0.0) -> Target:
    return Target(plant="p", part=part, east=east, north=north, height=3.0, volume=100.0, equipment="pressurised")


def _jet():
    event = replace(bench_study().events[24], plant="p", part="L-1", place=(0.0, 0.0), duration=1800.0)
    return replace(event, mass=1800.0 * event.rate)


def _burst(part: str, east: float):
    return replace(
        _jet(), part=part, place=(east, 0.0), at_once=True, release="instantaneous", rate=0.0, mass=40_000.0,
        duration=0.0, aim="instantaneous", velocity=0.0, area=0.0, height=0.0, discharged=40_000.0, frequency=5e-7,
    )  # fmt: skip


def test_a_jet_fire_reaches_near_vessels_oftener() -> None:
    event = _jet()
    flame = flame_of(event, substance(event.fluid), AIR)
    found = by_fire(
        flame, event, (_target("A", 30.0), _target("B", 75.0), _target("C", 500.0)), BEARINGS, OFTEN, lasts=1800.0
    )
    assert found[0, 0] >= found[1, 0] > 0.0
    assert not found[2].any()
    # one accident counts once: of vessels alike in size the first by name stands for both
    assert found[0, 1] == found[0, 0]
    assert found[:, 1].sum() <= 1e-5 * (1.0 + 1e-12)
    assert found[1, 1] < found[1, 0]
    downwind = flame.heat_flux(30.0, 0.0, 3.0)
    assert found[0, 0] <= 1e-5
    assert fire_probability(downwind, 1800.0, 100.0, equipment="pressurised") > 0.9


def test_a_short_fireball_makes_no_vessel_fail_by_heat() -> None:
    event = _burst("V-1", 0.0)
    flame = flame_of(event, substance(event.fluid), AIR)
    assert flame.duration == pytest.approx(
        fireball("propane", mass=40_000.0, burst_pressure=event.vessel_pressure, weather=AIR).duration
    )
    assert by_fire(flame, event, (_target("V-2", 40.0),), BEARINGS, OFTEN, lasts=1e9).sum() == 0.0


def test_a_vessel_that_let_everything_go_does_not_fail_again() -> None:
    event = _burst("V-1", 0.0)
    blast = multi_energy(energy=event.ambient_pressure, strength=10)
    sizes, middles, weights = np.array([50.0]), np.array([0.0]), np.full((12, 1), 1e-6)
    own, other = by_blast(
        blast, sizes, middles, event, (_target("V-1", 20.0), _target("V-2", 20.0)), BEARINGS, weights
    )  # fmt: skip
    assert not own.any()
    assert 0.0 < other[0] <= 12e-6


def test_what_is_set_off_is_the_vessel_with_the_frequency_it_fails_with() -> None:
    events = (_jet(), _burst("V-1", 30.0))
    targets = (_target("V-1", 30.0), _target("V-9", 35.0), _target("V-3", 90.0))
    found, without = set_off(events, targets, np.array([2e-6, 3e-6, 0.0]))
    assert [(event.part, event.frequency, event.source_set) for event in found] == [("V-1", 2e-6, "escalation")]
    assert [target.part for target in without] == ["V-9"]


def _run(escalation: int, targets: tuple[Target, ...]):
    rose = (1.0 / 12.0,) * 12
    weather = replace(bench_study().work.study.weathers[0], rose=rose)
    study = RiskStudy(id="t", weathers=(weather,), directions=12, half_side=600.0, cell=25.0, escalation=escalation)
    work = Work(study=study, areas=bench_study().work.areas, targets=targets if escalation else ())
    workers = Threads(2)
    try:
        return assess(Prepared(work, (_jet(), _burst("V-1", 30.0)), ()), workers=workers)
    finally:
        workers.close()


def test_escalation_adds_what_it_sets_off_and_names_the_chain() -> None:
    targets = (_target("V-1", 30.0), _target("V-9", 35.0))
    alone, more = _run(0, targets), _run(1, targets)
    assert not alone.escalation
    assert more.potential_loss_of_life > alone.potential_loss_of_life
    assert np.all(more.grid >= alone.grid * (1.0 - 1e-12))
    link = next(item for item in more.escalation if item.target == "p/V-1" and item.cause == "fire")
    assert link.origin == "p/L-1"
    fails = sum(item.frequency for item in more.escalation if item.target == "p/V-1")
    assert more.events[-1].frequency == pytest.approx(fails)  # the two are alike, and V-1 comes first
    assert any("p/V-9" in caveat.says for caveat in more.caveats)
    assert len(more.loss) == len(more.events)
