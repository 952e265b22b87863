"""Gaussian plume and puff against printed examples, a direct sum, and conservation of mass."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from physics.cards import MODELS
from physics.dispersion.plume import gaussian_plume, gaussian_plume_grid
from physics.dispersion.puff import gaussian_puff
from physics.dispersion.sigma import BRIGGS_RURAL, BRIGGS_URBAN, CCPS_PUFF, SIGMA_SETS, SPICER_HAVENS, virtual_distance
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE


def test_spicer_havens_plume():
    """GasDispersion.jl documentation: 0.1 kg/s, 2 m/s, F, 500 m."""
    assert SPICER_HAVENS.sigma_y(500.0, "F") == pytest.approx(18.102, abs=5e-4)
    assert SPICER_HAVENS.sigma_z(500.0, "F") == pytest.approx(8.497, abs=5e-4)
    found = gaussian_plume(
        SPICER_HAVENS, mass_flow_rate=0.1, wind_speed=2.0, stability_class="F", downwind_distance=500.0
    )
    assert found == pytest.approx(1.034673e-4, rel=1e-6)


def test_briggs_rural_plume():
    """Closed form: class D, 1 kg/s, 5 m/s, 1 km."""
    found = MODELS["gaussian-plume-briggs-rural"].run(
        {"mass_flow_rate": 1.0, "wind_speed": 5.0, "stability_class": "D", "downwind_distance": 1000.0}
    )
    assert found["sigma_y"] == pytest.approx(76.277, abs=5e-4)
    assert found["sigma_z"] == pytest.approx(37.947, abs=5e-4)
    assert found["concentration"] == pytest.approx(2.1994e-5, rel=2e-5)


def test_ccps_puff():
    """GasDispersion.jl: 10 s of a propane leak as one puff, 100 m, 86 s, 0.00339401 by volume."""
    found = gaussian_puff(
        CCPS_PUFF,
        puff_mass=0.899180,
        wind_speed=1.15011,
        stability_class="F",
        time=86.0,
        downwind_distance=100.0,
        height=2.0,
        source_height=3.5,
    )
    vapour = STANDARD_PRESSURE * 0.0440956 / (GAS_CONSTANT * 298.15)
    assert found / vapour == pytest.approx(0.00339401, rel=3e-4)


def test_urban_set_is_the_published_one():
    """Briggs urban A/B grows as (1 + 1e-3 x)^(1/2); one public guideline misprints 1e-4."""
    assert BRIGGS_URBAN.sigma_z(1000.0, "A") == pytest.approx(240.0 * np.sqrt(2.0))


@pytest.mark.parametrize("stability", "ADF")
def test_grid_equals_points(stability):
    """The grid's recurrence gives what the closed form gives, to 1e-10 of the peak, from any first row."""
    x, y = np.linspace(-50.0, 5000.0, 101), np.linspace(-730.0, 410.0, 301)
    common = {"mass_flow_rate": 2.0, "wind_speed": 3.0, "stability_class": stability, "height": 1.5}
    grid = gaussian_plume_grid(BRIGGS_RURAL, downwind=x, crosswind=y, source_height=4.0, **common)
    points = [
        [
            gaussian_plume(BRIGGS_RURAL, downwind_distance=a, crosswind_distance=b, source_height=4.0, **common)
            for a in x[::10]
        ]
        for b in y[::10]
    ]
    np.testing.assert_allclose(grid[::10, ::10], points, rtol=1e-9, atol=grid.max() * 1e-12)


@given(
    x=st.floats(20.0, 9000.0),
    u=st.floats(1.0, 15.0),
    h=st.floats(0.0, 40.0),
    stability=st.sampled_from("ABCDEF"),
)
def test_mass_through_any_cross_section(x, u, h, stability):
    """Integral of u C over the half plane above ground is the release rate."""
    sigma_y, sigma_z = (float(f(x, stability)) for f in (BRIGGS_RURAL.sigma_y, BRIGGS_RURAL.sigma_z))
    y = np.linspace(-8.0, 8.0, 401) * sigma_y
    z = np.linspace(0.0, h + 8.0 * sigma_z, 801)
    across = np.array(
        [
            gaussian_plume(
                BRIGGS_RURAL,
                mass_flow_rate=1.0,
                wind_speed=u,
                stability_class=stability,
                downwind_distance=x,
                crosswind_distance=v,
                height=h,
                source_height=h,
            )
            for v in y
        ]
    )
    at_axis = np.array(
        [
            gaussian_plume(
                BRIGGS_RURAL,
                mass_flow_rate=1.0,
                wind_speed=u,
                stability_class=stability,
                downwind_distance=x,
                height=v,
                source_height=h,
            )
            for v in z
        ]
    )
    crosswind = np.trapezoid(across, y) / across[200]
    assert u * crosswind * np.trapezoid(at_axis, z) == pytest.approx(1.0, rel=2e-3)


@given(sigma=st.floats(0.1, 500.0), stability=st.sampled_from("ABCDEF"), name=st.sampled_from(["briggs-rural"]))
def test_virtual_distance_inverts_the_spread(sigma, stability, name):
    row, _ = SIGMA_SETS[name].rows(stability)
    assert SIGMA_SETS[name].sigma_y(virtual_distance(sigma, row), stability) == pytest.approx(sigma, rel=1e-6)
