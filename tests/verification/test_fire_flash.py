"""Flash fires from any field of concentration."""

import math

import numpy as np
import pytest

from physics.cards import MODELS, ModelInputError
from physics.dispersion.flammable import HALF
from physics.dispersion.track import PlumeTrack
from physics.fire.flash_fire import flammable_mass, flash_fire, flash_fire_of, limits
from physics.models import MODELS as LOADED
from physics.substances import substance


def plume(top=0.2, sigma=5.0, n=200):
    distance = np.geomspace(1.0, 500.0, n)
    ones = np.ones(n)
    return PlumeTrack(
        model="test",
        distance=distance,
        mole_fraction=top / distance,
        sigma_y=sigma * ones,
        sigma_z=1e6 * ones,
        travel_time=distance,
        sigma_x=ones,
        flat_half_width=0.0 * ones,
        centre_height=0.0 * ones,
        vertical_power=2.0 * ones,
    )


@pytest.mark.parametrize("share", [1.0, HALF])
def test_footprint_of_a_plume(share):
    """A/x exp(-y²/2s²) doubled at the ground: it ends at 2A/level and its edge is s √(2 ln (2A/(level x)))."""
    lower, top, sigma = 0.002, 0.1, 5.0
    x, y = np.linspace(0.5, 250.0, 500), np.linspace(-30.0, 30.0, 241)
    found = flash_fire_of(plume(top, sigma), x=x, y=y, lower=lower, share=share)
    level = share * lower
    assert found.level == level
    assert found.distance == pytest.approx(2.0 * top / level, rel=0.02)
    edge = [2.0 * sigma * math.sqrt(2.0 * math.log(max(2.0 * top / (level * max(d, 1.0)), 1.0))) for d in x]
    assert found.area == pytest.approx(np.trapezoid(edge, x), rel=0.03)


def test_greatest_over_time_counts():
    field = np.zeros((3, 2, 4))
    field[0, 0, 1] = field[2, 1, 3] = 0.05
    found = flash_fire(field, x=[0.0, 10.0, 20.0, 30.0], y=[0.0, 10.0], lower=0.04)
    assert found.inside.tolist() == [[False, True, False, False], [False, False, False, True]]
    assert found.distance == pytest.approx(math.hypot(30.0, 10.0))
    assert flash_fire(field, x=[0.0, 10.0, 20.0, 30.0], y=[0.0, 10.0], lower=0.2).distance == 0.0


def test_flammable_mass():
    values = np.array([[0.01, 0.05, 0.2], [0.0, 0.02, 0.02]])
    mass = flammable_mass(
        values, volume=[1.0, 2.0, 4.0], lower=0.017, upper=0.109, molar_mass=0.0441, temperature=293.15
    )
    per_mole_fraction = 0.0441 * 101325.0 / (8.31446 * 293.15)
    assert mass == pytest.approx([0.05 * 2.0 * per_mole_fraction, (0.04 + 0.08) * per_mole_fraction], rel=1e-4)


def test_card():
    assert LOADED is MODELS
    lower, upper = limits(substance("propane"))
    assert (lower, upper) == (0.017, 0.109)
    at = MODELS["flash-fire"].run({"fuel": "propane", "mole_fraction": lower})
    half = MODELS["flash-fire"].run({"fuel": "propane", "mole_fraction": 0.6 * lower, "limit_share": HALF})
    assert at["probability"] == half["probability"] == 1.0
    assert MODELS["flash-fire"].run({"fuel": "propane", "mole_fraction": 0.6 * lower})["probability"] == 0.0
    with pytest.raises(ModelInputError, match="chlorine"):
        limits(substance("chlorine"))
