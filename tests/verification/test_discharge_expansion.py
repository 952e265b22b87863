"""Flash fractions and the expansion to ambient: checks 11, 12 and A8."""

import math

import pytest

from physics.cards import MODELS
from physics.discharge import FlowPath, discharge, expand, isentropic_flash_fraction
from physics.substances import substance

AMBIENT = 101325.0


def test_flash_fractions():
    """A8: isenthalpic and isentropic to 1 atm; check 11 (butane) is the screening form of the same."""
    for fluid, temperature, isenthalpic, isentropic in (
        ("propane", 300.15, 0.3999, 0.3450),
        ("ammonia", 293.15, 0.1788, 0.1605),
        ("water", 453.0, 0.1522, 0.1374),
    ):
        got = MODELS["flash-fraction"].run({"fluid": fluid, "temperature": temperature})["flash_fraction"]
        assert got == pytest.approx(isenthalpic, abs=6e-5)
        assert isentropic_flash_fraction(substance(fluid), temperature=temperature) == pytest.approx(
            isentropic, abs=6e-5
        )


def test_butane_screening_form():
    """Check 11: c_p (T - T_b)/h_fg at 298.15 K, 0.171283; the table's isenthalpic value is lower, 0.157."""
    table = substance("n-butane").saturation
    boiling = table.temperature(AMBIENT)
    heat = table.heat_of_vaporisation(298.15)
    screening = table.liquid_heat_capacity(298.15) * (298.15 - boiling) / heat
    assert screening == pytest.approx(0.171283, rel=0.01)
    exact = MODELS["flash-fraction"].run({"fluid": "n-butane", "temperature": 298.15})["flash_fraction"]
    assert exact == pytest.approx(0.1571, abs=1e-4)


def test_expansion_conserves_and_boils():
    """Check 12, Phast 6.54: 0.5588 kg/s within 6 %, final temperature -42.07 degC; momentum and energy conserved."""
    propane = substance("propane")
    flow = discharge(
        propane,
        pressure=21e5 + AMBIENT,
        temperature=300.15,
        liquid=True,
        path=FlowPath(hole_diameter=0.005, discharge_coefficient=0.60),
    )
    assert flow.mass_flow_rate == pytest.approx(0.5588, rel=0.06)
    assert flow.mass_flow_rate == pytest.approx(0.5361, rel=5e-3)  # theirs: density at 21 bar
    assert flow.exit_velocity == pytest.approx(92.3, rel=5e-3)
    out = expand(propane, flow)
    assert out.temperature - 273.15 == pytest.approx(-42.07, abs=0.1)
    assert 1.0 - out.vapour_fraction == pytest.approx(0.66, abs=0.08)  # theirs is isentropic
    table = propane.saturation
    enthalpy = (
        (1 - out.vapour_fraction) * table.liquid_enthalpy(out.temperature)
        + out.vapour_fraction * table.vapour_enthalpy(out.temperature)
        + 0.5 * out.velocity**2
    )
    assert enthalpy == pytest.approx(flow.stagnation_enthalpy, rel=1e-9)


def test_momentum_of_a_choked_line():
    chlorine = substance("chlorine")
    path = FlowPath(hole_diameter=0.0254, path_length=5.0, path_diameter=0.0254, loss_coefficient=4.0)
    flow = discharge(
        chlorine, pressure=float(chlorine.saturation.pressure(300.0)), temperature=300.0, liquid=True, path=path
    )
    area = math.pi * 0.0254**2 / 4
    assert flow.choked
    assert flow.mass_flow_rate == pytest.approx(flow.exit_density * flow.exit_velocity * area, rel=1e-6)
    out = expand(chlorine, flow)
    thrust = flow.mass_flow_rate * flow.exit_velocity + (flow.exit_pressure - AMBIENT) * area
    assert flow.mass_flow_rate * out.velocity == pytest.approx(thrust, rel=1e-6)
    assert out.temperature == pytest.approx(239.2, abs=0.2)
