"""Britter and McQuaid's correlations against published examples; they end where the nomogram ends."""

import numpy as np
import pytest

from physics.cards import MODELS
from physics.dispersion.britter_mcquaid import PLUME_END, BritterMcQuaidPlume, puff_mole_fraction

# GasDispersion.jl's LNG example; the ambient density is the one that gives its alpha of -0.4171.
LNG = BritterMcQuaidPlume(
    volume_flow_rate=55.618,
    source_density=1.76,
    ambient_density=1.18434,
    wind_speed=10.9,
    source_temperature=111.15,
    ambient_temperature=298.0,
)


def test_lng_plume():
    assert LNG.alpha == pytest.approx(-0.4171, abs=2e-5)
    assert LNG.length_scale == pytest.approx(2.2589, abs=5e-5)
    found = LNG.mole_fraction(np.array([45.2, 367.0]))
    assert found[0] == pytest.approx(0.672023, rel=1e-5)
    assert found[1] == pytest.approx(0.0507177, rel=2e-4)


def test_never_extrapolated():
    """The example's 0.00492 at 1200 m lies beyond C/C0 = 0.002: another code extrapolates there, this one does not."""
    assert LNG.last_distance < 1200.0
    assert np.isnan(LNG.mole_fraction(np.array([1200.0]))[0])
    run = MODELS["britter-mcquaid-plume"].run(
        {
            "volume_flow_rate": 55.618,
            "source_density": 1.76,
            "source_temperature": 111.15,
            "wind_speed": 10.9,
            "ambient_temperature": 298.0,
            "density": 1.18434,
            "downwind_distance": 1200.0,
        }
    )
    assert run["mole_fraction"] is None
    assert run["caveats"][-1]["grade"] == "not valid here"
    at_end = LNG.mole_fraction(np.array([LNG.last_distance]))[0]
    cold = 111.15 / 298.0
    assert at_end == pytest.approx(PLUME_END / (PLUME_END + (1 - PLUME_END) * cold), rel=1e-6)


def test_potchefstroom_puff():
    """GasDispersion.jl: 0.1 of the source's 1/16.4 at 333 m; the excess density, not printed, is the one it implies."""
    found = puff_mole_fraction(
        released_volume=7.25e4,
        source_density=1.0502 * 1.2,
        ambient_density=1.2,
        wind_speed=2.0,
        downwind_distance=333.0,
        source_mole_fraction=1.0 / 16.4,
    )
    assert found == pytest.approx(0.00609756, rel=2e-2)


def test_concentration_falls_with_distance():
    x = np.geomspace(1.0, LNG.last_distance, 400)
    assert np.all(np.diff(LNG.mole_fraction(x)) <= 1e-15)


def test_passive_release_is_refused():
    values = {
        "volume_flow_rate": 1.0,
        "source_density": 1.21,
        "source_temperature": 293.15,
        "wind_speed": 5.0,
        "downwind_distance": 50.0,
    }
    run = MODELS["britter-mcquaid-plume"].run(values)
    assert run["mole_fraction"] is None
    assert "not dense" in run["caveats"][-1]["says"]
