"""Lines with friction: limits, convergence, and an independent integration with CoolProp and scipy."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from physics.cards import MODELS
from physics.discharge import line
from physics.discharge.line import fanno_heads, flashing_line_flux, flashing_line_to_hole, gas_line_flux
from physics.discharge.orifice import gas_flux
from physics.discharge.two_phase import equilibrium_flux
from physics.substances import substance

CoolProp = pytest.importorskip("CoolProp.CoolProp")
AMBIENT = 101325.0


def upstream(fluid, temperature, excess=0.0):
    item = substance(fluid)
    return item.saturation.table, float(item.saturation.pressure(temperature)) + excess


@pytest.mark.parametrize("fluid", ["chlorine", "ammonia", "propane"])
def test_line_limits(fluid):
    table, p = upstream(fluid, 295.0)
    nozzle = equilibrium_flux(table, p, 295.0, 0.0, AMBIENT)[0]
    assert flashing_line_flux(table, p, 295.0, 0.0, AMBIENT, 0.0)[0] == pytest.approx(nozzle, rel=1e-12)
    assert flashing_line_flux(table, p, 295.0, 0.0, AMBIENT, 1e-3)[0] == pytest.approx(nozzle, rel=5e-3)
    heads = np.geomspace(1e-2, 1e4, 30)
    fluxes = [flashing_line_flux(table, p, 295.0, 0.0, AMBIENT, n)[0] for n in heads]
    assert np.all(np.diff(fluxes) < 0.0)
    density = substance(fluid).saturation.liquid_density(295.0)
    back = p + 1e5  # far above the vapour pressure: nothing flashes
    got = flashing_line_flux(table, p + 5e5, 295.0, 0.0, back, 9.0)[0]
    assert got == pytest.approx(math.sqrt(2 * density * 4e5 / 10.0), rel=1e-6)


def _heads_by_coolprop(item, g, temperature, pressure):
    """Velocity heads to choking at flux g: dN/dp = -2 ρ/G² - 2 d ln v/dp on CoolProp's adiabatic line."""
    state = CoolProp.AbstractState("HEOS", item.coolprop)
    state.update(CoolProp.QT_INPUTS, 0.0, temperature)
    h0, v_l = state.hmass(), 1.0 / state.rhomass()
    h0 += (pressure - state.p()) * v_l
    spent = 2.0 * (pressure - 0.5 * g * g * v_l - state.p()) / (v_l * g * g)
    assert spent >= 0.0, "the check is made for liquid at the line's entrance"

    def volume(p):
        v = v_l
        for _ in range(60):
            state.update(CoolProp.HmassP_INPUTS, h0 - 0.5 * g * g * v * v, p)
            if abs(1.0 / state.rhomass() - v) < 1e-12 * v:
                break
            v = 1.0 / state.rhomass()
        return v

    def slope(p, _):
        dp = 1e-5 * p
        dv = (volume(p + dp) - volume(p - dp)) / (2 * dp)
        v = volume(p)
        return [-2.0 / (v * g * g) - 2.0 * dv / v]

    def choked(p, n):
        return slope(p, n)[0]

    choked.terminal = True
    state.update(CoolProp.QT_INPUTS, 0.0, temperature)
    run = solve_ivp(slope, (state.p() * 0.99999, AMBIENT), [spent], events=choked, rtol=1e-7, atol=1e-9)
    return run.y[0, -1]


@pytest.mark.parametrize(
    ("fluid", "temperature", "excess", "heads"), [("chlorine", 300.0, 2e5, 8.0), ("propane", 300.15, 3e5, 25.0)]
)
def test_line_against_independent_integration(fluid, temperature, excess, heads):
    table, p = upstream(fluid, temperature, excess)
    g = flashing_line_flux(table, p, temperature, 0.0, AMBIENT, heads)[0]
    assert _heads_by_coolprop(substance(fluid), g, temperature, p) == pytest.approx(heads, rel=1e-2)


def test_march_converges():
    """Eight times the steps move the flux by less than the 4e-4 stated in the module."""
    table, p = upstream("chlorine", 300.0)
    coarse = flashing_line_flux(table, p, 300.0, 0.0, AMBIENT, 10.0)[0]
    previous = line._MARCH_STEPS
    walk = line.march.py_func
    spent = {}
    try:
        for steps in (previous, 8 * previous):
            walk.__globals__["_MARCH_STEPS"] = steps
            spent[steps] = walk(table, coarse, p, 300.0, 0.0, AMBIENT, math.inf)[0]
    finally:
        walk.__globals__["_MARCH_STEPS"] = previous
    assert spent[previous] == pytest.approx(10.0, rel=1e-6)
    assert spent[8 * previous] == pytest.approx(10.0, rel=8e-4)  # N goes as the flux to the power -2 and faster


def test_hole_at_the_end_of_a_line():
    table, p = upstream("chlorine", 300.0)
    full = flashing_line_flux(table, p, 300.0, 0.0, AMBIENT, 10.0)[0]
    nozzle = equilibrium_flux(table, p, 300.0, 0.0, AMBIENT)[0]
    ratios = np.array([1e-3, 1e-2, 0.1, 0.3, 0.6, 0.9, 0.999, 1.0])
    fluxes = np.array([flashing_line_to_hole(table, p, 300.0, 0.0, AMBIENT, 10.0, r)[0] for r in ratios])
    assert np.all(np.diff(fluxes) > 0.0)
    assert fluxes[0] == pytest.approx(ratios[0] * nozzle, rel=1e-3)  # a pinhole does not feel the line
    assert fluxes[-2] == pytest.approx(full, rel=5e-3)
    assert flashing_line_to_hole(table, p, 300.0, 0.0, AMBIENT, 10.0, 0.0)[0] == 0.0


def test_gas_line_published_and_limit():
    """Check 7: 81.01325 bar, 288.15 K, M .018, gamma 1.3, D .981 m, Fanning f .0026062; static inlet state."""
    gamma, rt, p = 1.3, 8.31446 * 288.15 / 0.018, 81.01325e5
    for length, mach, flux in ((100.0, 0.51294, 12987.0), (1e3, 0.23579, 5969.9), (1e4, 0.083130, 2104.7)):
        heads = 4 * 0.0026062 * length / 0.981
        assert fanno_heads(mach, gamma) == pytest.approx(heads, rel=2e-4)
        assert line._mach_for_heads(heads, gamma) == pytest.approx(mach, rel=1e-4)
        assert p * line._mach_for_heads(heads, gamma) * math.sqrt(gamma / rt) == pytest.approx(flux, rel=2e-4)
    assert gas_line_flux(p, AMBIENT, rt, gamma, 0.0, 1.0)[0] == pytest.approx(gas_flux(p, AMBIENT, rt, gamma), rel=1e-6)
    assert gas_line_flux(p, AMBIENT, rt, gamma, 5.0, 1e-3)[0] == pytest.approx(
        1e-3 * gas_flux(p, AMBIENT, rt, gamma), rel=1e-3
    )
    subsonic = gas_line_flux(1.2e5, AMBIENT, rt, gamma, 0.0, 1.0)[0]
    assert subsonic == pytest.approx(gas_flux(1.2e5, AMBIENT, rt, gamma), rel=1e-6)


def test_festus_hose_is_a_few_kilograms_per_second():
    """Not tuned to: 1-inch chlorine hose with fittings of about seven velocity heads; accident mean 2.0 kg/s."""
    out = MODELS["flashing-line"].run(
        {
            "fluid": "chlorine",
            "temperature": 300.0,
            "path_length": 6.35,
            "path_diameter": 0.0254,
            "loss_coefficient": 4.5,
        }
    )
    assert 1.5 < out["mass_flow_rate"] < 4.0
    assert out["liquid_mass_flow_rate"] > 2.0 * out["mass_flow_rate"]
    assert out["choked"] == 1.0
