"""Where puffs begin and how long they are: handed over by another model, longer or shorter than wide, late."""

import math

import numpy as np
import pytest

from physics._jit import compilations
from physics.dispersion.puffs import PuffRun, Start
from physics.dispersion.puffs.pieces import CROSS, EAST, NORTH, X, Y
from physics.dispersion.puffs.warm import warm_up
from physics.dispersion.sigma import BRIGGS_RURAL, TNO_PUFF, virtual_distance
from physics.release import ReleaseTerm
from physics.wind import WindSeries


def release(rates=(1.0,), edges=None, height=0.0):
    rates = np.array(rates, dtype=float)
    edges = 3600.0 * np.arange(rates.size + 1) if edges is None else np.array(edges, dtype=float)
    ones = np.ones(rates.size)
    return ReleaseTerm(
        substance="chlorine",
        time=edges,
        mass_flow_rate=rates,
        vapour_fraction=ones,
        temperature=290.0 * ones,
        density=3.0 * ones,
        velocity=ones,
        source_height=height,
    )


def wind(speed=5.0, direction=270.0, stability="D"):
    return WindSeries(time=[0.0], speed=[speed], from_direction=[direction], stability=(stability,))


def test_a_start_handed_over_goes_on_as_the_plume_behind_a_virtual_source():
    start = Start(distance=200.0, delay=50.0, sigma_x=5.0, sigma_y=40.0, sigma_z=6.0)
    run = PuffRun(release((1.0,), (0.0, 36_000.0)), wind(), start=start)
    x = np.array([500.0, 1500.0, 5000.0])
    found = run.at([(a, 0.0, 0.0) for a in x], [30_000.0])[0]
    sigma_y = BRIGGS_RURAL.sigma_y(x - 200.0 + virtual_distance(40.0, BRIGGS_RURAL.crosswind[3]), "D")
    sigma_z = BRIGGS_RURAL.sigma_z(x - 200.0 + virtual_distance(6.0, BRIGGS_RURAL.vertical[3]), "D")
    np.testing.assert_allclose(found, 1.0 / (math.pi * 5.0 * sigma_y * sigma_z), rtol=0.02)
    puffs = run.puffs(50.0 + 1e-6, share=0.5, finest=1e-9)
    assert puffs[X, 0] == pytest.approx(200.0, abs=1e-3)
    assert puffs[EAST, 0] == pytest.approx(25.0, rel=1e-3)
    assert puffs[NORTH, 0] == pytest.approx(1600.0, rel=1e-3)
    assert run.puffs(49.0).shape[1] == 0


def test_a_long_puff_stands_along_the_way_it_came():
    """TNO's puffs: sigma x 0.13 x along the way, sigma y half a plume's across it; on a slanted grid too."""
    run = PuffRun(release((100.0,), (0.0, 1.0)), wind(5.0, 225.0), TNO_PUFF, averaging_time=TNO_PUFF.averaging_time)
    (puff,) = run.puffs(200.0, share=1e9).T
    along, across = 0.13 * 5.0 * 199.5, float(TNO_PUFF.sigma_y(5.0 * 199.5, "D"))
    assert puff[EAST] == pytest.approx(0.5 * (along**2 + across**2), rel=1e-6)
    assert puff[CROSS] == pytest.approx(0.5 * (along**2 - across**2), rel=1e-6)
    x = np.arange(300.0, 1200.0, 10.0)
    frame = run.grid(x, x, 0.0, [200.0])[0]
    truth = run.at([(a, b, 0.0) for b in x for a in x], [200.0]).reshape(frame.shape)
    assert np.max(np.abs(frame - truth)) < 1e-3 * truth.max()


def test_puffs_longer_across_than_along_make_an_even_plume():
    """A start 5 m long and 60 m wide: no beads along the axis right behind it, on the grid or at receptors.

    Up to 4 % below the plume there: spread along the wind, which the plume leaves out, sends gas ahead.
    """
    start = Start(distance=100.0, delay=20.0, sigma_x=5.0, sigma_y=60.0, sigma_z=4.0)
    run = PuffRun(release(), wind(), start=start)
    x = np.arange(150.0, 500.0, 4.0)
    sigma_y = BRIGGS_RURAL.sigma_y(x - 100.0 + virtual_distance(60.0, BRIGGS_RURAL.crosswind[3]), "D")
    sigma_z = BRIGGS_RURAL.sigma_z(x - 100.0 + virtual_distance(4.0, BRIGGS_RURAL.vertical[3]), "D")
    plume = 1.0 / (math.pi * 5.0 * sigma_y * sigma_z)
    at = run.at([(a, 0.0, 0.0) for a in x], [3000.0])[0]
    frame = run.grid(x, [-4.0, 0.0, 4.0], 0.0, [3000.0])[0, 1]
    for found in (at, frame):
        ratio = found / plume
        np.testing.assert_allclose(ratio, 1.0, atol=0.05)
        assert np.all(np.abs(ratio[2:] - 2.0 * ratio[1:-1] + ratio[:-2]) < 2e-3)


def test_a_release_that_begins_late_is_one_that_begins_now():
    """Nothing for an hour, then a release: the same puffs as without the hour, and no more of them."""
    late = PuffRun(release((0.0, 2.0), (0.0, 3600.0, 4200.0)), wind())
    now = PuffRun(release((2.0,), (0.0, 600.0)), wind())
    there, here = late.puffs(5400.0), now.puffs(1800.0)
    assert there.shape == here.shape
    np.testing.assert_allclose(there, here, rtol=1e-6, atol=1e-6)


def test_a_start_lies_with_the_wind_of_its_own_time():
    """Handed over 200 m along the wind in which it came there, to the north-east here, and long that way."""
    start = Start(distance=200.0, delay=50.0, sigma_x=5.0, sigma_y=40.0, sigma_z=6.0)
    run = PuffRun(release(), wind(direction=225.0), start=start, place=(1000.0, 2000.0))
    puff = run.puffs(50.0 + 1e-6, share=0.5, finest=1e-9)[:, 0]
    assert puff[X] - 1000.0 == pytest.approx(200.0 / math.sqrt(2.0), abs=1e-3)
    assert puff[Y] - 2000.0 == pytest.approx(200.0 / math.sqrt(2.0), abs=1e-3)
    assert puff[CROSS] == pytest.approx(0.5 * (25.0 - 1600.0), rel=1e-3)


def test_nothing_compiles_after_warming_up():
    warm_up()
    before = compilations()
    turning = WindSeries(
        time=[0.0, 600.0, 1200.0],
        speed=[3.0, 2.0, 4.0],
        from_direction=[200.0, 240.0, 300.0],
        stability=("D", "F", "A"),
    )
    for spread in (BRIGGS_RURAL, TNO_PUFF):
        run = PuffRun(release(), turning, spread, start=Start(distance=10.0, delay=5.0, sigma_y=3.0, sigma_z=1.0))
        run.grid(np.arange(0.0, 500.0, 5.0), np.arange(0.0, 600.0, 5.0), 1.0, [300.0, 1500.0])
        run.at([(100.0, 0.0, float(z)) for z in range(7)], [300.0, 1500.0], window=60.0)
        run.at([(100.0, 0.0, 0.0)], [300.0])
    assert compilations() == before
