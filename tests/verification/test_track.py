"""A cloud's table is read as its shapes say, between its nodes too, and loses no mass."""

import math

import numpy as np
import pytest

from physics.dispersion.track import PlumeTrack, PuffTrack, column, upright

X = np.geomspace(10.0, 5000.0, 60)


def _plume(*, flat=0.0, power=2.0, lid=math.inf, centre=0.0):
    ones = np.ones_like(X)
    return PlumeTrack(
        model="made-up",
        distance=X,
        mole_fraction=50.0 * X**-1.7,
        sigma_y=0.1 * X**0.9,
        sigma_z=0.05 * X**0.8,
        travel_time=X / 3.0,
        sigma_x=0.1 * X,
        flat_half_width=flat * ones,
        centre_height=centre * ones,
        vertical_power=power * ones,
        lid=lid,
    )


def test_between_its_nodes_a_power_law_is_read_as_one():
    x = 123.4
    expected = 50.0 * x**-1.7 * math.exp(-0.5 * (7.0 / (0.1 * x**0.9)) ** 2)
    below = (2.0 - 1.0) / (0.05 * x**0.8), (2.0 + 1.0) / (0.05 * x**0.8)
    expected *= sum(math.exp(-0.5 * value**2) for value in below)
    assert float(_plume(centre=1.0).at(x, 7.0, 2.0)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("flat", [0.0, 15.0, 200.0])
@pytest.mark.parametrize(("power", "lid"), [(2.0, math.inf), (1.5, math.inf), (2.0, 20.0), (2.0, 400.0), (1.5, 20.0)])
def test_a_cross_section_holds_what_its_table_says(flat, power, lid):
    x = X[40]
    sigma_y, sigma_z = 0.1 * x**0.9, 0.05 * x**0.8
    track = _plume(flat=flat, power=power, lid=lid)
    y = np.linspace(-flat - 8 * sigma_y, flat + 8 * sigma_y, 2001)
    z = np.linspace(0.0, lid if lid < math.inf else 60 * sigma_z, 4001)
    across = np.trapezoid(track.at(x, y), y) / float(track.at(x))
    above = np.trapezoid(track.at(x, 0.0, z), z) / (50.0 * x**-1.7)
    flat_width = 2.0 * flat / math.erf(flat / (math.sqrt(2.0) * sigma_y)) if flat else math.sqrt(2 * math.pi) * sigma_y
    assert across == pytest.approx(flat_width, rel=1e-6)
    assert above == pytest.approx(column(sigma_z, power), rel=2e-3)


def test_above_the_lid_nothing_comes_down_and_below_it_nothing_goes_up():
    assert upright(5.0, 60.0, 10.0, 2.0, 50.0) == 0.0
    assert upright(60.0, 20.0, 10.0, 2.0, 50.0) == 0.0
    assert upright(60.0, 60.0, 10.0, 2.0, 50.0) == 1.0


def test_a_plume_comes_and_goes_with_its_travel_time():
    track = _plume()
    steady = float(track.at(300.0))
    early, during, edge, late = track.at_time(300.0, time=[50.0, 200.0, 100.0, 500.0], duration=200.0)
    assert early < 0.01 * steady
    assert during == pytest.approx(steady, rel=1e-3)
    assert edge == pytest.approx(0.5 * steady, rel=0.04)  # drawn straight between nodes
    assert late < 1e-6 * steady
    assert float(track.at(-1.0)) == 0.0
    assert float(track.at(6000.0)) == 0.0


def test_a_puff_is_where_its_middle_is():
    t = np.linspace(1.0, 100.0, 40)
    ones = np.ones_like(t)
    puff = PuffTrack(
        model="made-up", time=t, centre=3.0 * t, mole_fraction=0.2 / t, sigma_x=0.3 * t, sigma_y=0.3 * t,
        sigma_z=0.1 * t, flat_half_length=2.0 * ones, flat_half_width=2.0 * ones, centre_height=0.0 * ones,
        vertical_power=2.0 * ones,
    )  # fmt: skip
    middle = puff.at(150.0, time=50.0)[0]
    assert float(middle) == pytest.approx(2.0 * 0.2 / 50.0, rel=1e-6)
    assert float(puff.at(150.0, time=-1.0)[0]) == 0.0
    assert np.allclose(
        puff.at(150.0, [-5.0, 5.0], time=50.0)[0], puff.at([155.0], 0.0, time=50.0)[0], rtol=0.0, atol=1e-15
    )
    assert float(puff.greatest(150.0)) == pytest.approx(float(middle), rel=0.02)


def test_a_table_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="must rise"):
        PlumeTrack(
            model="x", distance=X[::-1].copy(), mole_fraction=X, sigma_y=X, sigma_z=X, travel_time=X, sigma_x=X,
            flat_half_width=X, centre_height=X, vertical_power=X,
        )  # fmt: skip
