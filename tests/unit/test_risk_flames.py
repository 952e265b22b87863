"""A fire's ribbon of deaths against the flame itself."""

import math

import numpy as np
import pytest
from scipy.special import erf

from physics.fire.fireball import fireball
from physics.fire.flame import DOSE_EXPONENT
from physics.fire.jet_fire import jet_fire
from physics.fire.pool_fire import pool_fire
from physics.risk.ribbon import INDOORS, OUTDOORS, PERSON
from physics.substances import substance
from physics.weather import Weather
from scenarios.risk.flames import HEIGHT, fire_ribbon
from scenarios.risk.rules import AQ_T_3046, PURPLE_BOOK

PROPANE = substance("propane")
AIR = Weather(wind_speed=5.0, wind_from_direction=0.0, stability_class="D", ambient_temperature=288.15)
FLAMES = {
    "pool": pool_fire(PROPANE, diameter=15.0, weather=AIR),
    "jet": jet_fire(
        PROPANE, mass_flow_rate=10.0, weather=AIR, height=1.5, velocity=150.0, density=4.0, vapour_fraction=0.5
    ),
    "ball": fireball(PROPANE, mass=20e3, burst_pressure=1.5e6, weather=AIR),
}


def probability(flame, x, y, rules):
    """Death of somebody unprotected by the rule set's own words."""
    lasts = min(rules.fire_exposure, flame.duration)
    dose = flame.dose(x, y, HEIGHT, duration=rules.fire_exposure)
    if flame.ball is None:
        assert dose == pytest.approx(flame.heat_flux(x, y, HEIGHT) ** DOSE_EXPONENT * lasts)
    a, b = rules.thermal_probit
    share = 0.5 * (1.0 + erf((a + b * np.log(np.maximum(dose, 1e-300)) - 5.0) / math.sqrt(2.0)))
    return np.where(flame.heat_flux(x, y, HEIGHT) >= rules.certain_flux, 1.0, np.where(share < rules.cut, 0.0, share))


def laid(ribbon):
    """Places of a ribbon's table: along and across, (n, m)."""
    _, sections, across = ribbon.death.shape
    x = ribbon.first + ribbon.step * np.arange(sections)
    return np.broadcast_arrays(x[:, None], ribbon.half_width[:, None] * np.linspace(0.0, 1.0, across))


@pytest.mark.parametrize("rules", [PURPLE_BOOK, AQ_T_3046], ids=lambda rules: rules.name)
@pytest.mark.parametrize("name", FLAMES)
def test_a_ribbon_kills_where_its_flame_does(name, rules):
    flame = FLAMES[name]
    ribbon = fire_ribbon(flame, rules)
    x, y = laid(ribbon)
    exact = probability(flame, x, y, rules)
    drawn = ribbon.death[PERSON]
    off = np.abs(drawn - exact)
    assert np.mean(off) < 0.02
    assert np.mean(off > 0.1) < 0.05, "only beside the flame's own edge, where the flux jumps"
    weight = np.abs(np.gradient(ribbon.half_width)) + 1.0
    assert np.sum(drawn * weight[:, None]) == pytest.approx(np.sum(exact * weight[:, None]), rel=0.03)


@pytest.mark.parametrize("name", FLAMES)
def test_next_to_nobody_dies_outside_a_ribbon(name):
    """Behind a jet its ribbon is cut off on the axis; beside the axis the flame still kills a little there."""
    flame = FLAMES[name]
    ribbon = fire_ribbon(flame, PURPLE_BOOK)
    last, side = ribbon.first + ribbon.step * (ribbon.half_width.size - 1), float(np.max(ribbon.half_width))
    reach = 0.5 * (last - ribbon.first)
    x = np.linspace(ribbon.first - reach, last + reach, 200)[:, None]
    y = np.linspace(0.0, 2.0 * side, 100)
    killed = probability(flame, x, y, PURPLE_BOOK)
    inside = (x >= ribbon.first) & (x <= last) & (y <= side)
    assert np.sum(killed[~inside]) < 0.01 * np.sum(killed)
    assert np.max(killed[~inside]) < 0.1


@pytest.mark.parametrize("name", FLAMES)
def test_clothes_and_walls_protect_below_the_certain_flux(name):
    rules = PURPLE_BOOK
    death = fire_ribbon(FLAMES[name], rules).death
    certain = death[INDOORS] == 1.0
    assert set(np.unique(death[INDOORS])) <= {0.0, 1.0}
    np.testing.assert_array_equal(death[:, certain], 1.0)
    np.testing.assert_allclose(death[OUTDOORS][~certain], rules.fire_outdoors * death[PERSON][~certain])
