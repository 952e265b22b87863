"""Guideline levels, the worst window, and air exchange."""

import numpy as np
import pytest

from physics.cards import MODELS
from physics.harm.probit import probability, toxic_probit
from physics.harm.shelter import indoor
from physics.harm.toxic_load import aegl, level_ratios, levels_of, toxic_load
from physics.substances import substance

CHLORINE = substance("chlorine")
STEP = 60.0


def level(name):
    return next(item for item in levels_of(CHLORINE) if item.name == name)


def ratio(name, fractions):
    exponent = CHLORINE.toxicity.toxic_load_exponent
    return float(level_ratios(level(name), np.asarray(fractions)[:, None], step=STEP, exponent=exponent)[0])


def test_aegl_between_tabulated_durations():
    """EPA table for chlorine: AEGL-3 50, 28, 20, 10, 7.1 ppm; log-log between, flat below 10 min, none beyond 8 h."""
    guide = CHLORINE.toxicity.aegl[3]
    assert [aegl(guide, 60.0 * minutes) for minutes in (10, 30, 60, 240, 480)] == pytest.approx(
        [50e-6, 28e-6, 20e-6, 10e-6, 7.1e-6]
    )
    assert aegl(guide, 1.0) == pytest.approx(50e-6)
    middle = aegl(guide, np.sqrt(10.0 * 30.0) * 60.0)
    assert middle == pytest.approx(np.sqrt(50.0 * 28.0) * 1e-6)
    with pytest.raises(ValueError, match="8 h"):
        aegl(guide, 28_801.0)


@pytest.mark.parametrize(("minutes", "ppm"), [(10, 50.0), (30, 28.0), (60, 20.0)])
def test_steady_exposure_reaches_its_own_level(minutes, ppm):
    """A steady exposure for a tabulated time at the tabulated value is in the zone."""
    fractions = np.zeros(120)
    fractions[30 : 30 + minutes] = ppm * 1e-6
    assert ratio("AEGL-3", fractions) >= 1.0 - 1e-12
    assert ratio("AEGL-3", 0.7 * fractions) < 1.0
    exponent = CHLORINE.toxicity.toxic_load_exponent
    load = float(toxic_load(fractions, step=STEP, exponent=exponent))
    assert load == pytest.approx((ppm * 1e-6) ** exponent * minutes * 60.0)


def test_worst_window_decides():
    """A 10-minute peak inside a long mild exposure counts by its own window, wherever it lies."""
    mild = np.full(60, 1e-6)
    peak = mild.copy()
    peak[20:30] = 60e-6
    assert ratio("AEGL-3", mild) < 0.2
    assert ratio("AEGL-3", peak) >= 60.0 / 50.0
    assert ratio("AEGL-3", peak) == pytest.approx(ratio("AEGL-3", np.roll(peak, 15)), rel=1e-9)


def test_level_one_is_a_concentration():
    """Discomfort does not add up: doubling the time changes nothing."""
    short, long = np.zeros(60), np.full(60, 0.4e-6)
    short[:5] = 0.4e-6
    assert ratio("AEGL-1", short) == ratio("AEGL-1", long) == pytest.approx(0.8)


def test_indoor_air_exchange():
    """Closed form, 1 per h for 30 min: 0.39347; and 0.25 per h for 15 h: 0.97648, 5 h of clean air later 0.27977."""
    run = MODELS["indoor-air-exchange"].run(
        {"mole_fraction": 1.0, "air_exchange_rate": 1.0 / 3600.0, "exposure_duration": 1800.0}
    )
    assert run["indoor_mole_fraction"] == pytest.approx(0.39347, abs=1e-5)
    steps = np.ones(15 * 60)
    inside = indoor(steps, step=60.0, air_exchange_rate=0.25 / 3600.0)
    assert inside[-1] == pytest.approx(0.97648, abs=2e-4)
    flushed = indoor(np.concatenate([steps, np.zeros(5 * 60)]), step=60.0, air_exchange_rate=0.25 / 3600.0)
    assert flushed[-1] == pytest.approx(0.27977, rel=3e-3)


def test_shelter_conserves_exposure():
    """Air exchange delays exposure but does not remove it: once flushed, the integral indoors equals that outdoors."""
    outdoor = np.zeros(40 * 60)
    outdoor[:60] = 1e-4
    inside = indoor(outdoor, step=60.0, air_exchange_rate=1.0 / 3600.0)
    assert inside.sum() == pytest.approx(outdoor.sum(), rel=1e-6)
    late = indoor(outdoor, step=60.0, air_exchange_rate=1.0 / 3600.0, sheltered_from=1800.0)
    assert np.array_equal(late[:30], outdoor[:30])
    assert late[30:60].max() < 1e-4


def test_toxic_probit():
    """Purple Book set, 300 ppm for 30 min: Y 4.681, 37.5 %; OSD/30's Lees set gives its printed LC50 back."""
    run = MODELS["toxic-probit"].run({"fluid": "chlorine", "mole_fraction": 300e-6, "exposure_duration": 1800.0})
    assert run["probit"] == pytest.approx(4.681, abs=2e-3)
    assert run["probability"] == pytest.approx(0.375, abs=1e-3)
    lees = CHLORINE.toxicity.probits["lees-2005-osd30"]
    for minutes, ppm in ((10.0, 433.3), (30.0, 250.2)):
        found = toxic_probit(CHLORINE, lees, mole_fraction=ppm * 1e-6, exposure_duration=60.0 * minutes)
        assert probability(found) == pytest.approx(0.5, abs=2e-3)
    assert (
        MODELS["toxic-probit"].run({"fluid": "Cl2", "mole_fraction": 0.0, "exposure_duration": 60.0})["probit"] is None
    )


def test_a_window_slides_and_does_not_gather_what_is_far_apart():
    """Two exposures nine hours apart are no worse than one: no window holds both."""
    one, two = np.zeros(700), np.zeros(700)
    one[20:30] = two[20:30] = two[600:610] = 30e-6
    assert ratio("AEGL-3", two) == pytest.approx(ratio("AEGL-3", one), rel=1e-12)
    near = np.zeros(700)
    near[20:30] = near[40:50] = 30e-6
    assert ratio("AEGL-3", near) > 1.2 * ratio("AEGL-3", one)
