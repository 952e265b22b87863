"""Dose of people who move, against closed forms."""

import math

import numpy as np
import pytest
from scipy.special import erf

from physics.cards import MODELS
from physics.harm.exposure import (
    Path,
    Shelter,
    airing_time,
    dose,
    evacuated,
    indoors,
    killed,
    shelter_pays,
    sheltered,
    walked,
)
from physics.harm.probit import probability, toxic_probit
from physics.harm.toxic_load import levels_of, toxic_load
from physics.substances import substance

CHLORINE = substance("chlorine")
LEVELS = levels_of(CHLORINE)
PER_HOUR = 1.0 / 3600.0


def middles(duration, count):
    return (np.arange(count) + 0.5) * duration / count


@pytest.mark.parametrize("exponent", [1.0, 2.0])
def test_shelter_load_has_a_closed_form(exponent):
    """C_i = C (1 - e^-at); its load over T, n = 1: C (T - (1 - e^-aT)/a), n = 2 by expanding the square."""
    c, lasts, a = 1e-4, 3600.0, 1.0 * PER_HOUR
    one = -math.expm1(-a * lasts) / a
    exact = c * (lasts - one) if exponent == 1.0 else c**2 * (lasts - 2 * one - math.expm1(-2 * a * lasts) / (2 * a))
    found = MODELS["shelter-and-airing"].run(
        {"mole_fraction": c, "exposure_duration": lasts, "air_exchange_rate": a, "toxic_load_exponent": exponent}
    )
    assert found["toxic_load"] == pytest.approx(exact, rel=1e-5)
    assert found["toxic_load_factor"] == pytest.approx(exact / (c**exponent * lasts), rel=1e-5)
    assert found["indoor_mole_fraction"] == pytest.approx(c * -math.expm1(-1.0))


def test_ventilation_left_on_lets_more_in():
    """4 per h for 30 min, then 0.5 per h for 30: the inside follows both exponentials."""
    outside = np.ones((360, 1))
    shelter = Shelter(air_exchange_rate=0.5 * PER_HOUR, closed_at=1800.0, ventilated_rate=4.0 * PER_HOUR)
    inside = indoors(outside, step=10.0, shelter=shelter)
    half = -math.expm1(-2.0)
    assert inside[179, 0] == pytest.approx(half, abs=2e-3)
    assert inside[-1, 0] == pytest.approx(1.0 - (1.0 - half) * math.exp(-0.25), abs=1e-3)


def test_a_change_within_a_step_counts_by_its_share():
    """Closed at 45 s of a step of 60: what came in is that of 45 s of ventilation and 15 s of a closed house."""
    shelter = Shelter(air_exchange_rate=0.0, closed_at=45.0, ventilated_rate=4.0 * PER_HOUR)
    rates = shelter.rates(steps=3, step=60.0)
    assert rates == pytest.approx([0.75 * 4.0 * PER_HOUR, 0.0, 0.0])
    breathed = sheltered(
        np.ones((3, 1)), step=60.0, shelter=Shelter(air_exchange_rate=0.0, entered_at=90.0, ventilated_rate=0.0)
    )
    assert breathed[:, 0] == pytest.approx([1.0, 0.5, 0.0])


def plume(u=2.0, source=1.0, sigma=40.0):
    """A steady Gaussian plume towards north whose width does not change, at the walker's height."""

    def concentration(places, times):
        value = source * np.exp(-0.5 * (places[:, 0] / sigma) ** 2)
        return np.broadcast_to(value, (len(times), len(places)))

    return concentration


@pytest.mark.parametrize(("exponent", "leaves"), [(1.0, 0.0), (2.0, 0.0), (2.75, 300.0)])
def test_walker_across_a_gaussian_plume(exponent, leaves):
    """At constant speed v, the load is the integral across: C^n sigma sqrt(2 pi / n) / v (erf over the way)."""
    sigma, speed, half = 40.0, 1.2, 400.0
    path = Path(((-half, 500.0), (half, 500.0)), speed)
    times = middles(leaves + 2 * half / speed, 120)
    breathed = evacuated(plume(sigma=sigma), path, times, leaves=leaves)
    fine = evacuated(plume(sigma=sigma), path, middles(leaves + 2 * half / speed, 2000), leaves=leaves)
    exact = sigma * math.sqrt(2 * math.pi / exponent) / speed * erf(half * math.sqrt(exponent / 2) / sigma)
    step = float(times[1] - times[0])
    assert toxic_load(fine, step=step * 120 / 2000, exponent=exponent) == pytest.approx(exact, rel=2e-3)
    assert toxic_load(breathed, step=step, exponent=exponent) == pytest.approx(exact, rel=0.02)
    assert toxic_load(breathed, step=step, exponent=1.0) == pytest.approx(
        sigma * math.sqrt(2 * math.pi) / speed, rel=2e-3
    )


def test_walker_meets_the_cloud_at_his_own_place_and_time():
    """A front going north at 3 m/s overtakes a walker going north at 1 m/s: after 600 m of lead, at 300 s."""

    def front(places, times):
        return (places[None, :, 1] < 3.0 * times[:, None]).astype(float)

    times = middles(1200.0, 1200)
    breathed = evacuated(front, Path(((0.0, 600.0), (0.0, 1800.0)), 1.0), times, leaves=0.0, stations=1200)
    assert float(np.sum(breathed)) * 1.0 == pytest.approx(1200.0 - 300.0, abs=3.0)
    staying = evacuated(front, Path(((0.0, 600.0), (0.0, 1800.0)), 1.0), times, leaves=np.inf, stations=1200)
    assert float(np.sum(staying)) == pytest.approx(1200.0 - 200.0, abs=3.0)


def test_constant_field_gives_everybody_the_same():
    """Wherever they walk, the dose is that of standing."""
    field = np.full((2, 60, 12), 20e-6)
    breathed = walked(field, step=60.0, station_length=50.0, speed=1.2, leaves=600.0)
    assert breathed == pytest.approx(np.full((60, 2), 20e-6))
    found = dose(breathed[:, 0], step=60.0, levels=LEVELS, exponent=2.0)
    assert found.level == "AEGL-3"
    assert found.ratios["AEGL-3"] == pytest.approx(1.0, rel=0.01)
    assert found.load == pytest.approx((20e-6) ** 2 * 3600.0)


def test_shelter_stops_paying_after_the_cloud():
    """A cloud of 20 min: inside is worse than outside from its end, and airing then is best."""
    outside = np.zeros(120)
    outside[:40] = 1e-4
    closed = Shelter(air_exchange_rate=1.0 * PER_HOUR)
    inside = indoors(outside, step=30.0, shelter=closed)
    pays = shelter_pays(outside, inside, np.where(np.arange(120) < 2, 1e-4, 0.0), step=30.0, exponent=2.0)
    assert pays.indoor_exceeds == pytest.approx(1200.0)
    # load inside after t: C^2 (at)^2 t / 3 about; that of leaving after 1 min in the cloud: C^2 60 s
    stayed = np.cumsum(inside**2) * 30.0
    first = 30.0 * int(np.argmax(stayed > 1e-8 * 60.0))
    assert pays.load_exceeds == pytest.approx(first)
    assert airing_time(outside, step=30.0, shelter=closed, exponent=2.0) == pytest.approx(1200.0)


def test_a_cloud_that_stays_is_no_time_to_air():
    outside = np.full(120, 1e-4)
    assert airing_time(outside, step=30.0, shelter=Shelter(air_exchange_rate=PER_HOUR), exponent=2.0) is None


def test_killed_is_the_probit_of_a_steady_exposure_and_of_its_load():
    """300 ppm for 30 min: the probit set's own figure; the same load in half the time kills as many."""
    name, given = next(iter(CHLORINE.toxicity.probits.items()))
    steady = np.zeros(120)
    steady[:60] = 300e-6
    expected = probability(toxic_probit(CHLORINE, given, mole_fraction=300e-6, exposure_duration=1800.0))
    assert float(killed(CHLORINE, given, steady, step=30.0)) == pytest.approx(expected, rel=1e-9), name
    strong = np.zeros(120)
    strong[:30] = 300e-6 * 2.0 ** (1.0 / given.n)
    assert float(killed(CHLORINE, given, strong, step=30.0)) == pytest.approx(expected, rel=1e-9)
