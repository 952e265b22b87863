"""Real gas through an orifice against HydDown's figure and CoolProp's own isentropes."""

import math

import numpy as np
import pytest

from physics.cards import MODELS, ModelInputError
from physics.discharge.orifice import gas_flux
from physics.discharge.real_gas import _SIMPLE, _fluid_state, real_gas, real_state
from physics.substances import substance

CoolProp = pytest.importorskip("CoolProp.CoolProp")


def run(**inputs):
    return MODELS["real-gas-orifice"].run(inputs)


def reference(name, pressure, temperature, back):
    """Greatest flux along the reference equation's isentrope."""
    state = CoolProp.AbstractState("HEOS", name)
    state.update(CoolProp.PT_INPUTS, pressure, temperature)
    h0, s0, best = state.hmass(), state.smass(), 0.0
    for p in np.linspace(back, 0.999 * pressure, 400):
        state.update(CoolProp.PSmass_INPUTS, p, s0)
        best = max(best, state.rhomass() * math.sqrt(2 * max(h0 - state.hmass(), 0.0)))
    return best


def test_ethylene_published():
    """Check 4: 3.452 kg/s within 1 %; a perfect gas with the linear table's Z is 7.5 % low."""
    found = run(
        fluid="ethylene",
        pressure=55e5,
        temperature=300.0,
        ambient_pressure=30e5,
        hole_diameter=0.02,
        discharge_coefficient=0.7,
    )
    assert found["mass_flow_rate"] == pytest.approx(3.452, rel=0.01)
    assert found["choked"] == 1.0
    assert found["compressibility_factor"] == pytest.approx(0.586, rel=0.02)


@pytest.mark.parametrize(
    ("name", "pressure", "temperature", "back"),
    [
        ("methane", 80e5, 288.15, 101325.0),
        ("nitrogen", 200e5, 298.15, 101325.0),
        ("ethylene", 30e5, 320.0, 101325.0),
        ("chlorine", 5e5, 320.0, 101325.0),
        ("ammonia", 5e5, 330.0, 3.5e5),
        ("hydrogen chloride", 30e5, 340.0, 101325.0),
        ("propane", 9e5, 300.0, 101325.0),
        ("propane", 40e5, 380.0, 101325.0),
        ("ammonia", 40e5, 370.0, 101325.0),
    ],
)
def test_against_reference_equations(name, pressure, temperature, back):
    item = substance(name)
    found = run(
        fluid=name,
        pressure=pressure,
        temperature=temperature,
        ambient_pressure=back,
        hole_diameter=0.01,
        discharge_coefficient=1.0,
    )
    assert found["mass_flux"] == pytest.approx(reference(item.coolprop, pressure, temperature, back), rel=0.005)
    state = CoolProp.AbstractState("HEOS", item.coolprop)
    state.update(CoolProp.PT_INPUTS, pressure, temperature)
    assert found["compressibility_factor"] == pytest.approx(state.compressibility_factor(), rel=0.025)
    assert item.saturation.acentric_factor == pytest.approx(state.acentric_factor(), abs=0.01)


def test_thin_gas_is_perfect():
    found = run(fluid="nitrogen", pressure=2000.0, temperature=298.15, ambient_pressure=100.0, hole_diameter=0.01)
    perfect = 0.85 * gas_flux(2000.0, 100.0, 8.314462618 * 298.15 / 0.02801348, 1.4)
    assert found["mass_flux"] == pytest.approx(perfect, rel=2e-3)
    unchoked = run(fluid="nitrogen", pressure=2000.0, temperature=298.15, ambient_pressure=1900.0, hole_diameter=0.01)
    perfect = 0.85 * gas_flux(2000.0, 1900.0, 8.314462618 * 298.15 / 0.02801348, 1.4)
    assert unchoked["mass_flux"] == pytest.approx(perfect, rel=2e-3)
    assert unchoked["choked"] == 0.0


def test_departures_are_consistent():
    """dh = T ds + v dp: along an isotherm and along an isobar."""
    gas, t, p = real_gas(substance("ethylene")), 320.0, 30e5
    z, h, s, _ = real_state(gas, t, p)
    _, h_p, s_p, _ = real_state(gas, t, p * 1.00001)
    v_departure = (z - 1.0) * 8.314462618 * t / p
    assert (h_p - h) / (1e-5 * p) == pytest.approx(t * (s_p - s) / (1e-5 * p) + v_departure, rel=1e-3)
    _, h_t, s_t, _ = real_state(gas, t * 1.00001, p)
    assert h_t - h == pytest.approx(t * (s_t - s), rel=1e-3)


def test_simple_fluid_table():
    """Lee and Kesler 1975, table of the simple fluid's compressibility factor, four digits printed."""
    for tr, pr, z in ((1.2, 1.0, 0.7858), (1.0, 0.8, 0.6353), (1.5, 2.0, 0.8328)):
        assert _fluid_state(_SIMPLE, tr, pr)[0] == pytest.approx(z, abs=6e-5)


def test_refusals():
    with pytest.raises(ModelInputError, match="pressure"):
        run(fluid="propane", pressure=2e6, temperature=293.15, hole_diameter=0.01)
    with pytest.raises(ModelInputError, match="temperature"):
        run(fluid="propane", pressure=2e5, temperature=20.0, hole_diameter=0.01)
    assert run(fluid="nitrogen", pressure=1e5, temperature=300.0, hole_diameter=0.01)["mass_flow_rate"] == 0.0
