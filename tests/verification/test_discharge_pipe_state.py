"""The fluid in a pipe by density and energy: CoolProp's reference equations, and the edges between phases."""

import math

import numpy as np
import pytest

from physics.discharge.pipe_state import liquid_at, perfect_gas, pipe_fluid, saturated, state
from physics.substances import substance

CoolProp = pytest.importorskip("CoolProp.CoolProp")


def at(item, *pair):
    """Density, energy on our datum, pressure, temperature, speed of sound of CoolProp in a state."""
    real = CoolProp.AbstractState("HEOS", item.coolprop)
    real.update(CoolProp.QT_INPUTS, 0.0, item.saturation.temperature_low)
    datum = real.hmass()
    real.update(*pair)
    speed = real.speed_sound() if real.phase() != CoolProp.iphase_twophase else math.nan
    return real.rhomass(), real.umass() - datum, real.p(), real.T(), speed


@pytest.mark.parametrize("name", ["propane", "chlorine", "ammonia", "n-butane", "carbon dioxide"])
def test_mixture_and_gas_against_coolprop(name):
    item = substance(name)
    fluid = pipe_fluid(item)
    for share in (0.75, 0.85, 0.95):
        temperature = share * item.saturation.critical_temperature
        for quality in (1e-3, 0.1, 0.6, 0.99):
            rho, e, p, _, _ = at(item, CoolProp.QT_INPUTS, quality, temperature)
            for hint in (0.0, 0.5, 1.0):
                got = state(fluid, rho, e, temperature + 7.0, hint)
                assert got[0] == pytest.approx(p, rel=1e-6)
                assert got[2] == pytest.approx(temperature, abs=1e-4)
                assert got[3] == pytest.approx(quality, abs=1e-6)
        saturation = float(item.saturation.pressure(temperature))
        rho, e, p, t, speed = at(item, CoolProp.PT_INPUTS, 0.7 * saturation, temperature + 5.0)
        got = state(fluid, rho, e, temperature, 0.5)
        assert got[3] == 1.0
        assert (got[0], got[2]) == pytest.approx((p, t), rel=1e-4)
        assert got[1] == pytest.approx(speed, rel=3e-3)


@pytest.mark.parametrize("name", ["propane", "chlorine", "ammonia", "n-butane"])
def test_liquid_is_as_stiff_as_coolprop_says(name):
    """From 0.6 to 0.85 of the critical temperature: speed of sound within 1 %, pressure of 5 bar above within 0.3 %."""
    item = substance(name)
    fluid = pipe_fluid(item)
    for share in (0.60, 0.70, 0.80, 0.85):
        temperature = share * item.saturation.critical_temperature
        saturation = float(item.saturation.pressure(temperature))
        rho, e, p, t, speed = at(item, CoolProp.PT_INPUTS, saturation + 5e5, temperature)
        got = state(fluid, rho, e, temperature - 3.0, 0.0)
        assert got[3] == 0.0
        assert got[1] == pytest.approx(speed, rel=1e-2)
        # pressed out of a density that itself is off by 1e-5, 5 bar can only be met as far as the liquid is stiff
        assert got[0] == pytest.approx(p, abs=1e-2 * 5e5 + 2e-5 * rho * speed**2)
        assert got[2] == pytest.approx(t, abs=0.1)
        density, energy = liquid_at(fluid, saturation + 5e5, temperature)
        assert density == pytest.approx(rho, rel=1e-4)
        assert energy == pytest.approx(e, abs=50.0)


@pytest.mark.parametrize("name", ["propane", "chlorine", "ammonia"])
def test_no_jump_between_phases(name):
    item = substance(name)
    fluid = pipe_fluid(item)
    temperature = 0.75 * item.saturation.critical_temperature
    p, _, v_l, _, v_v, _, u_l, _, u_v, _ = saturated(fluid.saturation, temperature)
    for v, u in ((v_l, u_l), (v_v, u_v)):
        inside, outside = (1.0, -1.0) if v == v_l else (-1.0, 1.0)
        pressures = [
            state(fluid, 1.0 / (v * (1.0 + way * 1e-7)), u, temperature, hint)[0]
            for way in (inside, outside)
            for hint in (0.0, 0.5, 1.0)
        ]
        assert np.ptp(pressures) < 2e-4 * p
    # the speed of sound of the mixture is the slope of its own isentrope
    rho, e = 1.0 / (v_l + 0.2 * (v_v - v_l)), u_l + 0.2 * (u_v - u_l)
    step = 1e-4
    p0, c, t, x = state(fluid, rho, e, temperature, 0.2)
    p1 = state(fluid, rho * (1 + step), e + p0 / rho * step, t, x)[0]
    p2 = state(fluid, rho * (1 - step), e - p0 / rho * step, t, x)[0]
    assert math.sqrt((p1 - p2) / (2 * step * rho)) == pytest.approx(c, rel=1e-3)


def test_perfect_gas():
    fluid = perfect_gas(heat_capacity_ratio=1.4, gas_constant=287.0)
    p, c, t, x = state(fluid, 1.2, 287.0 / 0.4 * 300.0, 0.0, 0.5)
    assert (p, c, t, x) == pytest.approx((1.2 * 287 * 300, math.sqrt(1.4 * 287 * 300), 300.0, 1.0))
