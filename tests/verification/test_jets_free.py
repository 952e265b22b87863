"""The free jet in closed form: its constants, its image, what passes a section, and its range."""

import math

import numpy as np
import pytest

from physics.dispersion.jets.free_jet import DECAY, SPREAD, free_jet
from physics.models import MODELS

RUN = MODELS["free-jet"].run
GAS = {"jet_area": math.pi / 4.0 * 0.01**2, "source_density": 0.66, "molar_mass": 0.016, "source_height": 50.0}


def test_decay_and_spread():
    """6 diameters over distance times the root of the densities; 1/e at a fifth of the distance."""
    on, off = (free_jet(1.0, y, 50.0, 50.0, 0.01, 0.66, 1.2) for y in (0.0, 0.2))
    assert on == pytest.approx(DECAY * 0.01 * math.sqrt(0.66 / 1.2), rel=1e-12)
    assert off / on == pytest.approx(math.exp(-((SPREAD * 0.2) ** 2)), rel=1e-9)
    assert free_jet(2.0, 0.0, 50.0, 50.0, 0.01, 0.66, 1.2) == pytest.approx(0.5 * on)


def test_substance_through_a_section():
    """With Ricou and Spalding's entrainment, 0.32 x / d of the mass flow, the axis decays as Long's constant says.

    Gaussian speed and mass fraction with widths x/5 for both hold 2 / 0.32 = 6.25 diameters where 6 are given.
    """
    x, d = 1.0, 0.01
    entrained = 0.32 * x / d  # mass flow over that of the source, of a jet as dense as air
    r = np.linspace(0.0, 2.0, 20_001)
    speed = np.exp(-((SPREAD * r / x) ** 2))
    share = np.array([free_jet(x, y, 50.0, 50.0, d, 1.2, 1.2) for y in r])
    mean = np.trapezoid(share * speed * r, r) / np.trapezoid(speed * r, r)
    assert mean * entrained == pytest.approx(1.0, rel=0.05)


def test_the_ground_doubles_it():
    low = free_jet(1.0, 0.0, 0.0, 0.0, 0.01, 0.66, 1.2)
    assert low == pytest.approx(2.0 * free_jet(1.0, 0.0, 50.0, 50.0, 0.01, 0.66, 1.2), rel=1e-12)
    assert free_jet(1.0, 0.1, 0.05, 0.1, 0.01, 0.66, 1.2) == free_jet(1.0, -0.1, 0.05, 0.1, 0.01, 0.66, 1.2)


def test_mole_fraction_is_never_above_one_and_says_where_the_form_holds():
    far = RUN({**GAS, "downwind_distance": 1.0, "height": 50.0})
    assert not [item for item in far["caveats"] if item["grade"] == "degraded"]
    share = DECAY * 0.01 * math.sqrt(0.66 / 1.2043)
    moles = share / 0.016 / (share / 0.016 + (1.0 - share) / 0.0289652)
    assert far["mole_fraction"] == pytest.approx(moles, rel=1e-3)
    near = RUN({**GAS, "downwind_distance": 0.01, "height": 50.0})
    assert near["mole_fraction"] == pytest.approx(1.0)
    assert any("diameters" in item["says"] for item in near["caveats"])
    at = RUN({**GAS, "downwind_distance": 0.0, "height": 50.0})
    assert at["mole_fraction"] == 1.0


def test_a_hair_from_the_source_far_beside_it_there_is_nothing():
    assert free_jet(5e-324, -1e7, 0.0, 0.0, 1.0, 2.0, 1.2) == 0.0
