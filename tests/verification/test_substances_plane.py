"""The gas plane against the equations of state it was made of, and against itself."""

import numpy as np
import pytest

from physics.substances import NoGasPlane, substance
from physics.substances.kernels import vapour_density
from physics.substances.plane import departures, gas_density, gas_slopes, gas_state, gas_temperature

SUBSTANCES = ("nitrogen", "hydrogen", "helium", "methane", "propane", "ammonia", "chlorine", "carbon dioxide", "water")


@pytest.mark.parametrize("name", SUBSTANCES)
def test_against_the_equation_of_state(name):
    """Pressure within 1e-5 and energy within 1e-5 RT but near the critical point, where they are 5e-3 and 2e-2."""
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    found = substance(name)
    plane, critical = found.plane, found.saturation.critical_temperature
    state = coolprop.AbstractState("HEOS", found.coolprop)
    rng = np.random.default_rng(1)
    for low, high, limit_z, limit_e in (
        (plane.low, 0.93 * critical, 1e-5, 1e-5),
        (critical * 1.0001, min(1.1 * critical, plane.high), 5e-3, 2e-2),
        (1.1 * critical, plane.high, 1e-5, 1e-5),
    ):
        for temperature in rng.uniform(low, high, 60) if high > low else ():
            below = temperature < plane.switch
            densest = vapour_density(plane.saturation, temperature) if below else plane.dense
            density = rng.uniform(0.001, 0.999) * densest
            state.specify_phase(coolprop.iphase_gas if below else coolprop.iphase_supercritical)
            state.update(coolprop.DmassT_INPUTS, density, temperature)
            z, _, _, e, _, _ = departures(plane, density, temperature)
            assert (1.0 + z) == pytest.approx(1.0 + state.delta() * state.dalphar_dDelta(), rel=limit_z)
            assert e == pytest.approx(state.tau() * state.dalphar_dTau(), abs=limit_e)


@pytest.mark.parametrize("name", SUBSTANCES)
def test_meets_the_saturated_vapour(name):
    found = substance(name)
    plane, table = found.plane, found.saturation
    for share in (0.1, 0.5, 0.9):
        t = plane.low + share * (plane.switch - plane.low)
        rho = table.vapour_density(t)
        p, u = gas_state(plane, rho, t)
        assert p == pytest.approx(table.pressure(t), rel=2e-5)
        assert u == pytest.approx(table.vapour_enthalpy(t) - p / rho, rel=2e-5)


@pytest.mark.parametrize(
    ("name", "t", "p"), [("nitrogen", 288.0, 150e5), ("propane", 290.0, 3e5), ("helium", 250.0, 7e7)]
)
def test_slopes_and_inversions(name, t, p):
    plane = substance(name).plane
    rho = gas_density(plane, p, t)
    at, u, p_t, p_rho, c_v = gas_slopes(plane, rho, t)
    assert at == pytest.approx(p, rel=1e-9)
    up, down = gas_state(plane, rho, t + 0.01), gas_state(plane, rho, t - 0.01)
    assert p_t == pytest.approx((up[0] - down[0]) / 0.02, rel=1e-5)
    assert c_v == pytest.approx((up[1] - down[1]) / 0.02, rel=1e-4)
    more, less = gas_state(plane, rho * 1.0001, t), gas_state(plane, rho * 0.9999, t)
    assert p_rho == pytest.approx((more[0] - less[0]) / (2e-4 * rho), rel=1e-5)
    # the first and second law together: rho² du/drho = p - T dp/dT; nothing ties the two splines, so 1e-3
    assert rho**2 * (more[1] - less[1]) / (2e-4 * rho) == pytest.approx(p - t * p_t, rel=1e-3, abs=1e-4 * p)
    assert gas_temperature(plane, rho, u, t + 40.0) == pytest.approx(t, rel=1e-9)


def test_an_associating_vapour_has_none():
    with pytest.raises(NoGasPlane, match="associate"):
        _ = substance("hydrogen fluoride").plane
