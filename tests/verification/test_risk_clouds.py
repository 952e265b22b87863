"""Clouds as ribbons and zones against closed forms: a passing puff's dose, a short release, burning gas, ignition."""

import math

import numpy as np
import pytest

from api.bench.risk import study as bench_study
from physics.dispersion.track import PlumeTrack, PuffTrack
from physics.risk.clouds import (
    HEAD_HEIGHT,
    Igniters,
    axis_reach,
    burning_zone,
    ignition_shares,
    ignition_times,
    passing,
    standing,
    toxic_ribbon,
)
from physics.risk.puffs import puff_gas, puff_toxic_ribbon, puff_zone
from physics.risk.singly import solved
from scenarios.risk.outcomes import best_track, march_start

SPEED, SIGMA_X, SIGMA_Y, SIGMA_Z, PEAK = 4.0, 20.0, 15.0, 200.0, 2e-4


def _puff() -> PuffTrack:
    time = np.linspace(0.0, 400.0, 201)
    flat = np.zeros(time.size)
    return PuffTrack(
        model="test", time=time, centre=SPEED * time, mole_fraction=flat + 0.5 * PEAK, sigma_x=flat + SIGMA_X,
        sigma_y=flat + SIGMA_Y, sigma_z=flat + SIGMA_Z, flat_half_length=flat, flat_half_width=flat,
        centre_height=flat, vertical_power=flat + 2.0,
    )  # fmt: skip


@pytest.mark.parametrize("n", [1.0, 2.0, 2.75])
def test_dose_of_a_passing_puff(n: float) -> None:
    dose = PEAK**n * math.sqrt(2.0 * math.pi / n) * SIGMA_X / SPEED
    b = 0.5
    constant = 5.0 - b * math.log(dose)
    ribbon = puff_toxic_ribbon(
        _puff(), constant=constant, slope=b * n, exponent=n, cut_dose=dose * 1e-2, indoors=0.1
    )  # fmt: skip
    middle = int(np.argmin(np.abs(ribbon.first + ribbon.step * np.arange(ribbon.half_width.size) - 800.0)))
    assert ribbon.death[0, middle, 0] == pytest.approx(0.5, abs=0.01)
    assert ribbon.death[2, middle, 0] == pytest.approx(0.05, abs=0.001)


def test_where_and_when_a_puff_burns() -> None:
    lower = 0.5 * PEAK
    beyond = math.sqrt(2.0 * math.log(2.0))
    zone = puff_zone(_puff(), lower)
    at = 800.0
    k = round((at - zone.first) / zone.step)
    x = zone.first + k * zone.step
    assert zone.half_width[k] == pytest.approx(beyond * SIGMA_Y, rel=0.06)
    assert zone.arrival[k] == pytest.approx((x - beyond * SIGMA_X) / SPEED, rel=0.05)
    assert zone.departure[k] == pytest.approx((x + beyond * SIGMA_X) / SPEED, rel=0.05)
    gas, middle = puff_gas(_puff(), lower, 1.0, np.array([100.0]))
    # a Gaussian of three widths above half its middle, on the ground: erf(a / sqrt 2) - sqrt(2 / pi) a exp(-a² / 2)
    share = math.erf(beyond / math.sqrt(2.0)) - math.sqrt(2.0 / math.pi) * beyond * math.exp(-0.5 * beyond**2)
    whole = PEAK * (2.0 * math.pi) ** 1.5 * SIGMA_X * SIGMA_Y * SIGMA_Z / 2.0
    assert gas[0] == pytest.approx(share * whole, rel=0.1)
    assert middle[0] == pytest.approx(400.0)


def _plume(*, sigma_x: float = 0.0, peak: float = 0.05) -> PlumeTrack:
    x = np.linspace(1.0, 1000.0, 400)
    flat = np.zeros(x.size)
    return PlumeTrack(
        model="test", distance=x, mole_fraction=0.5 * peak * np.exp(-x / 200.0), sigma_y=flat + 10.0,
        sigma_z=flat + 100.0, travel_time=x / SPEED, sigma_x=flat + sigma_x, flat_half_width=flat, centre_height=flat,
        vertical_power=flat + 2.0,
    )  # fmt: skip


def test_a_short_release_is_drawn_out_and_keeps_its_mass() -> None:
    for duration in (5.0, 60.0, 1800.0):
        plume = passing(_plume(sigma_x=80.0), duration)
        whole = _plume().mole_fraction * duration
        assert plume.table[0] * plume.stay == pytest.approx(whole, rel=1e-12)
    point = passing(_plume(sigma_x=80.0), 1e-3)
    assert point.stay == pytest.approx(np.full(400, math.sqrt(2.0 * math.pi) * 80.0 / SPEED), rel=1e-3)


def test_burning_zone_of_an_exponential_plume() -> None:
    lower, upper = 0.01, 0.03
    ground = math.exp(-0.5 * (HEAD_HEIGHT / 100.0) ** 2)
    zone, burning = burning_zone(passing(_plume(), 300.0), lower, upper)
    end = zone.first + zone.step * (zone.half_width.size - 1)
    assert end == pytest.approx(200.0 * math.log(5.0 * ground), rel=2e-3)
    k = zone.half_width.size // 2
    x = zone.first + k * zone.step
    top = 0.05 * math.exp(-x / 200.0) * ground
    assert zone.half_width[k] == pytest.approx(10.0 * math.sqrt(2.0 * math.log(top / lower)), rel=2e-3)
    assert zone.arrival[k] == pytest.approx(x / SPEED, rel=1e-3)
    # pi s_y s_z (min(top, upper) - lower) along the axis
    fine = np.linspace(1.0, end, 4000)
    tops = 0.05 * np.exp(-fine / 200.0) * ground
    expected = np.trapezoid(math.pi * 10.0 * 100.0 * (np.minimum(tops, upper) - lower), fine)
    assert burning[-1] == pytest.approx(expected, rel=0.01)


def test_ignition_by_what_the_cloud_comes_over() -> None:
    zone, burning = burning_zone(passing(_plume(), 300.0), 0.01, 0.03)
    times, edges = np.zeros(8), np.zeros(9)
    ignition_times(zone, edges, times)
    assert np.all(np.diff(edges) > 0.0)
    rate, bearings = 0.01, np.array([0.0, math.pi])
    ahead = Igniters(np.array([0.0]), np.array([100.0]), np.array([rate]))
    shares = np.zeros((2, 8))
    ignition_shares(zone, 0.0, 0.0, bearings, ahead, edges, shares)
    assert shares[0].sum() == pytest.approx(1.0 - math.exp(-rate * 300.0), rel=1e-3)
    assert shares[0][edges[1:] < 100.0 / SPEED].sum() == 0.0
    assert shares[1].sum() == 0.0
    nobody = Igniters(np.empty(0), np.empty(0), np.empty(0))
    ignition_shares(zone, 0.0, 0.0, bearings, nobody, edges, shares)
    assert shares[:, :-1].sum() == 0.0
    assert shares[:, -1] == pytest.approx([1.0, 1.0])
    gas, middle = np.zeros(8), np.zeros(8)
    standing(zone, burning, times, gas, middle)
    assert np.all(np.diff(gas) >= 0.0)
    assert gas[-1] == pytest.approx(burning[-1])
    assert 0.0 < middle[0] < middle[-1]


def test_nobody_is_counted_where_nothing_is_reached() -> None:
    plume = passing(_plume(peak=1e-12), 600.0)
    ribbon = toxic_ribbon(plume, 0.0, 1.0, 1.0, 1800.0, 2.67, 0.1)
    assert not ribbon.death.any()
    zone, burning = burning_zone(plume, 0.01, 0.03)
    assert not zone.half_width.any()
    assert not burning.any()


def test_a_run_on_its_own_reaches_as_far_as_the_full_solution() -> None:
    prepared = bench_study()
    study = prepared.work.study
    for event in prepared.events[::20]:
        for weather in study.weathers:
            air = study.air(weather)
            full = passing(best_track(event.source(), air, averaging_time=18.75, model="slab"), event.duration)
            start = march_start(event, air, "slab")
            alone = solved(start, 0.02, 18.75, event.duration)
            assert axis_reach(alone, 0.02, HEAD_HEIGHT) == pytest.approx(axis_reach(full, 0.02, HEAD_HEIGHT), rel=0.01)
