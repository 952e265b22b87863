"""Identities of risk, the Purple Book's printed grid-point example, and the two ways of solving against each other."""

import math
from dataclasses import replace

import numpy as np
import pytest

from api.bench.risk import study as bench_study
from physics.risk.clouds import ACROSS, Plume, Zone, toxic_ribbon
from physics.risk.ribbon import Map, Ribbon, lay
from physics.risk.sweep import lay_flash
from scenarios.chunks import Threads
from scenarios.risk.assess import Prepared, assess
from scenarios.risk.events import events_of
from scenarios.risk.ground import Area, ground
from scenarios.risk.study import RiskStudy, RiskWeather
from twin.catalogue import catalogue
from twin.library import find_plant
from twin.load import load_plant


def _one_colour(length: float, half_width: float) -> Ribbon:
    return Ribbon(0.0, length / 10.0, np.full(11, half_width), np.ones((3, 11, 3)))


def _map(cells: int, cell: float) -> Map:
    empty = np.zeros((cells, cells))
    first = -(cells // 2) * cell
    return Map(first, first, cell, empty + 1.0, empty)


@pytest.mark.parametrize("bearing", [0.0, 0.3, math.pi / 4, 2.0, math.pi, 5.0])
@pytest.mark.parametrize("half_width", [1.0, 4.0, 50.0])
def test_a_ribbon_keeps_its_area_in_every_direction(bearing: float, half_width: float) -> None:
    ground = _map(101, 10.0)
    grid = np.zeros((101, 101))
    killed = lay(_one_colour(300.0, half_width), ground, 0.0, 0.0, bearing, 1.0, grid)
    area = 300.0 * 2.0 * half_width
    assert grid.sum() * 100.0 == pytest.approx(area, rel=0.03)
    assert killed == pytest.approx(grid.sum(), rel=1e-9)  # one person outdoors in every cell


def _event(**changes: object):
    return replace(bench_study().events[24], **({"place": (0.0, 0.0)} | changes))


def _study(**changes: object) -> RiskStudy:
    rose = (1.0 / 24.0,) * 12
    weathers = (
        RiskWeather(stability="D", speed=5.0, day=True, rose=rose),
        RiskWeather(stability="F", speed=1.5, day=False, rose=rose),
    )
    asked = RiskStudy(id="t", weathers=weathers, directions=12, half_side=600.0, cell=20.0, escalation=0)
    return replace(asked, **changes)


_TOWN = Area(
    id="town", polygon=((-50.0, 20.0), (300.0, 20.0), (300.0, 400.0), (-50.0, 400.0)), centre=(125.0, 210.0),
    day=900.0, night=2000.0,
)  # fmt: skip


def _risk(events, **changes: object):
    from scenarios.risk.run import Work

    workers = Threads(2)
    try:
        return assess(Prepared(Work(study=_study(**changes), areas=(_TOWN,)), tuple(events), ()), workers=workers)
    finally:
        workers.close()


def test_potential_loss_of_life_is_the_sum_and_the_integral() -> None:
    found = _risk([_event(), _event(part="other", rate=20.0, mass=12_000.0)])
    numbers, frequencies = found.curve()
    integral = np.sum(frequencies * np.diff(numbers, prepend=0.0))
    assert found.potential_loss_of_life > 0.0
    assert integral == pytest.approx(found.potential_loss_of_life, rel=1e-12)
    assert found.loss.sum() == pytest.approx(found.potential_loss_of_life, rel=1e-12)
    assert sum(found.summary()["contribution"].values()) == pytest.approx(1.0, rel=1e-12)


def test_doubling_every_frequency_doubles_every_risk() -> None:
    once, twice = _risk([_event()]), _risk([_event(frequency=2.0 * _event().frequency)])
    assert np.array_equal(twice.grid, 2.0 * once.grid)
    assert twice.potential_loss_of_life == pytest.approx(2.0 * once.potential_loss_of_life, rel=1e-14)
    assert twice.exceedance(1.0) == pytest.approx(2.0 * once.exceedance(1.0), rel=1e-14)


def test_a_park_is_the_sum_of_its_plants() -> None:
    one, other = _event(plant="a"), _event(plant="b", place=(160.0, 80.0), fluid="n-butane")
    apart, park = (_risk([one]), _risk([other])), _risk([one, other])
    assert np.allclose(park.grid, apart[0].grid + apart[1].grid, rtol=1e-13, atol=0.0)
    assert park.potential_loss_of_life == pytest.approx(sum(item.potential_loss_of_life for item in apart), rel=1e-13)
    steps = np.array([0.5, 1.0, 5.0, 20.0])
    assert np.allclose(park.exceedance(steps), apart[0].exceedance(steps) + apart[1].exceedance(steps), rtol=1e-12)


def test_individual_risk_of_a_symmetric_rose_is_symmetric() -> None:
    grid = _risk([_event()]).grid
    assert grid.max() > 0.0
    assert np.allclose(grid, np.rot90(grid), rtol=1e-9, atol=1e-15)
    assert np.allclose(grid, grid[:, ::-1], rtol=1e-9, atol=1e-15)


def test_a_rose_from_one_side_puts_the_risk_on_the_other() -> None:
    north = (0.5, *(0.0,) * 11)
    weathers = tuple(replace(item, rose=north) for item in _study().weathers)
    grid = _risk([_event()], weathers=weathers).grid
    middle = grid.shape[0] // 2
    south, north_side = grid[:middle].sum(), grid[middle + 1 :].sum()
    assert south > 3.0 * north_side
    assert grid[middle:, :].nonzero()[0].max() < np.flatnonzero(grid[:middle][::-1].any(axis=1)).max()


def test_shared_solution_against_runs_one_by_one() -> None:
    asked = bench_study()
    few = asked.events[::16]
    igniters = asked.work.study.igniters
    shared = _risk(few, igniters=igniters, half_side=1500.0)
    singly = _risk(few, igniters=igniters, half_side=1500.0, one_by_one=True)
    assert singly.runs == shared.runs
    assert singly.potential_loss_of_life == pytest.approx(shared.potential_loss_of_life, rel=0.01)
    assert singly.grid.sum() == pytest.approx(shared.grid.sum(), rel=0.01)


def _printed_plume() -> Plume:
    """CPR 18E, appendix 6.B: carbon monoxide, 100 kg/s, 5 m/s; at 361 m sigma_y 28.8 m and 21.3 g/m³ at 1 m."""
    x = np.linspace(300.0, 420.0, 25)
    sigma_y, sigma_z = np.full(25, 28.8), np.full(25, 10.3)
    # 21,300 mg/m³ as a fraction of 1e6; the amplitude is doubled again by the image in the ground
    amplitude = np.full(25, 0.5 * 21_300e-6)
    table = np.array([amplitude, np.zeros(25), sigma_y, np.zeros(25), sigma_z * 1e6, np.full(25, 2.0)])
    return Plume(x, table, x / 5.0, np.full(25, 1800.0), math.inf, 0.0)


def test_purple_book_grid_point() -> None:
    """Probability integral 72 m, effective width 86.2 m, Pci 0.456, Pd 0.381 and 7e-9 a year."""
    constant = -7.4 + math.log(1e6) - math.log(60.0)
    least = 5.0 - 2.3263  # 1 % cut-off
    ribbon = toxic_ribbon(_printed_plume(), constant, 1.0, 1.0, 1800.0, least, 0.1)
    section = int(np.argmin(np.abs(ribbon.first + ribbon.step * np.arange(ribbon.half_width.size) - 361.0)))
    across = np.linspace(0.0, ribbon.half_width[section], ACROSS)
    fine = np.linspace(0.0, across[-1], 400)
    integral = 2.0 * np.trapezoid(np.interp(fine, across, ribbon.death[0, section]), fine)
    assert ribbon.death[0, section, 0] == pytest.approx(0.835, abs=0.002)
    assert integral == pytest.approx(72.0, rel=0.007)
    width = integral / ribbon.death[0, section, 0]
    assert width == pytest.approx(86.2, rel=0.005)
    struck = width * 12.0 / (2.0 * math.pi * 361.0)
    dies = struck * ribbon.death[0, section, 0]
    assert (struck, dies) == (pytest.approx(0.456, rel=0.005), pytest.approx(0.381, rel=0.005))
    assert 5e-7 * 0.0368 * dies == pytest.approx(7e-9, rel=0.005)


def test_people_indoors_and_outdoors_are_counted_apart() -> None:
    empty = np.zeros((101, 101))
    ground = Map(-500.0, -500.0, 10.0, empty + 2.0, empty + 5.0)
    ribbon = Ribbon(0.0, 10.0, np.full(31, 40.0), np.stack([np.full((31, 3), share) for share in (1.0, 0.5, 0.1)]))
    grid = empty.copy()
    killed = lay(ribbon, ground, 0.0, 0.0, 0.7, 1.0, grid)
    assert killed == pytest.approx(grid.sum() * (2.0 * 0.5 + 5.0 * 0.1), rel=1e-9)


def test_a_flash_fire_burns_only_where_the_cloud_is_then() -> None:
    length = 300.0
    x = np.linspace(0.0, length, 31)
    zone = Zone(0.0, 10.0, np.full(31, 20.0), x / 3.0, x / 3.0 + 40.0)
    times, weights = np.array([10.0, 60.0, 200.0]), np.ones(3)
    grid, killed = np.zeros((101, 101)), np.zeros(3)
    lay_flash(zone, _map(101, 10.0), 0.0, 0.0, 0.0, times, weights, (1.0, 1.0, 1.0), grid, killed)
    # the cloud reaches from 3 (t - 40) to 3 t, no farther than the zone
    expected = [40.0 * max(min(3.0 * t, length) - min(max(3.0 * (t - 40.0), 0.0), length), 0.0) for t in times]
    assert killed * 100.0 == pytest.approx(expected, rel=0.2, abs=0.0)
    assert killed[2] == 0.0


def test_everybody_is_somewhere_on_the_map() -> None:
    found = ground(_study(), (_TOWN,))
    assert (found.day.outdoors + found.day.indoors).sum() == pytest.approx(900.0)
    assert (found.night.outdoors + found.night.indoors).sum() == pytest.approx(2000.0)
    assert found.day.indoors.sum() == pytest.approx(0.93 * 900.0)
    assert found.day.outdoors[: 101 // 4].sum() == 0.0
    off = replace(_TOWN, polygon=tuple((x + 5000.0, y) for x, y in _TOWN.polygon))
    assert ground(_study(), (off,)).day.outdoors.sum() == 0.0


def test_isolation_shares_an_events_frequency_out() -> None:
    plant = load_plant(find_plant("festus-chlorine"))
    wanted = [event for event in catalogue(plant).events if event.part == "H-301A"]

    def few(run, events):
        return [run(event) for event in events if event.part == "H-301A"]

    study = _study()
    found = events_of(plant, duration=1800.0, isolation_fails=0.01, weather=study.air(study.weathers[0]), map=few)
    assert not found.left_out
    for event in wanted:
        mine = [item for item in found.events if item.release == event.release]
        assert sum(item.frequency for item in mine) == pytest.approx(event.frequency, rel=1e-12)
        fails, works = sorted(mine, key=lambda item: item.isolated)
        assert works.mass < 0.2 * fails.mass
        assert fails.frequency < 0.05 * works.frequency
