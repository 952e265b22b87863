"""Flow of mixtures: isentropes of reference equations, one substance against its tables, closed balances."""

import math
from dataclasses import replace

import numpy as np
import pytest

from physics.cards import MODELS, ModelInputError
from physics.mixtures import parse_mixture, state_at_entropy, state_at_pressure
from physics.mixtures.flashing_orifice import expand_mixture, liquid_at_rest, mixture_band
from physics.mixtures.isentrope import isentropic_throat
from physics.mixtures.mixture import cubic
from physics.models import MODELS as LOADED
from physics.quantities import STANDARD_PRESSURE

HAQUE = "Methane[0.855]&Ethane[0.045]&Propane[0.10]"
LPG = "Propane[0.5]&n-Butane[0.5]"


def run(name, **inputs):
    assert LOADED is MODELS
    return MODELS[name].run(inputs)


@pytest.mark.parametrize(
    ("text", "pressure", "temperature"),
    [
        (HAQUE, 3e6, 320.0),
        (HAQUE, 12e6, 360.0),
        ("natural gas gulf coast", 8e6, 300.0),
        ("natural gas ekofisk", 5e6, 310.0),
    ],
)
def test_gas_orifice_against_reference_equations(text, pressure, temperature):
    """Greatest flux along the isentrope of CoolProp's mixture equations (GERG-2008 form): within 1.5 %."""
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    mixture = parse_mixture(text)
    state = coolprop.AbstractState("HEOS", "&".join(item.coolprop for item in mixture.substances))
    state.set_mole_fractions(list(mixture.fractions))
    state.specify_phase(coolprop.iphase_gas)
    state.update(coolprop.PT_INPUTS, pressure, temperature)
    h0, s0, z0 = state.hmass(), state.smass(), state.compressibility_factor()

    def flux(p, t_high):
        low, high = 120.0, t_high
        for _ in range(60):
            middle = 0.5 * (low + high)
            state.update(coolprop.PT_INPUTS, p, middle)
            low, high = (low, middle) if state.smass() > s0 else (middle, high)
        return state.rhomass() * math.sqrt(2 * max(h0 - state.hmass(), 0.0))

    best = max(flux(p, temperature) for p in np.linspace(0.45 * pressure, 0.65 * pressure, 41))
    found = run(
        "mixture-gas-orifice",
        fluid=text,
        pressure=pressure,
        temperature=temperature,
        hole_diameter=0.01,
        discharge_coefficient=1.0,
    )
    assert found["mass_flux"] == pytest.approx(best, rel=0.015)
    assert found["choked"] == 1.0
    assert found["compressibility_factor"] == pytest.approx(z0, rel=0.022)


def test_gas_of_one_substance_is_that_of_the_real_gas_orifice():
    """Methane through both: Lee and Kesler's corresponding states and Peng and Robinson within 1.5 %."""
    for pressure in (1e5 * 5, 80e5):
        inputs = {"pressure": pressure, "temperature": 300.0, "hole_diameter": 0.01}
        mine = run("mixture-gas-orifice", fluid="methane", **inputs)
        other = run("real-gas-orifice", fluid="methane", **inputs)
        assert mine["mass_flow_rate"] == pytest.approx(other["mass_flow_rate"], rel=0.015)
        assert mine["exit_temperature"] == pytest.approx(other["exit_temperature"], abs=2.0)


def test_unchoked_gas_ends_at_ambient_pressure():
    found = run("mixture-gas-orifice", fluid=HAQUE, pressure=1.2e5, temperature=300.0, hole_diameter=0.01)
    assert found["choked"] == 0.0
    assert found["exit_pressure"] == pytest.approx(STANDARD_PRESSURE)
    none = run(
        "mixture-gas-orifice", fluid=HAQUE, pressure=1e5, temperature=300.0, hole_diameter=0.01, ambient_pressure=2e5
    )
    assert none["mass_flow_rate"] == 0.0


def test_condensing_throat_is_said():
    found = run("mixture-gas-orifice", fluid=HAQUE, pressure=8e6, temperature=285.0, hole_diameter=0.01)
    assert any("would condense" in item["says"] for item in found["caveats"])
    with pytest.raises(ModelInputError, match="liquid"):
        run("mixture-gas-orifice", fluid=LPG, pressure=1e6, temperature=300.0, hole_diameter=0.01)


@pytest.mark.parametrize("name", ["propane", "n-butane", "propylene"])
def test_band_of_one_substance_is_that_of_the_tables(name):
    """Propane at 20 °C, 25 mm, C_d 0.62: 1.85 kg/s in equilibrium, 8.3 unflashed; all within 1 % of the tables."""
    inputs = {"fluid": name, "temperature": 293.15}
    mine = run("mixture-flashing-band", hole_diameter=0.025, discharge_coefficient=0.62, **inputs)
    area = 0.62 * math.pi * 0.025**2 / 4.0
    table = run("homogeneous-equilibrium", **inputs)
    assert mine["low_mass_flow_rate"] == pytest.approx(table["mass_flux"] * area, rel=0.01)
    assert mine["exit_pressure"] == pytest.approx(table["exit_pressure"], rel=0.02)
    assert mine["vapour_fraction"] == pytest.approx(table["vapour_fraction"], abs=0.003)
    if name == "propane":
        assert mine["low_mass_flow_rate"] == pytest.approx(1.85, rel=0.01)
        assert mine["high_mass_flow_rate"] == pytest.approx(8.3, rel=0.01)


def test_equilibrium_flux_of_lpg():
    """CoolProp's isentrope of the same equation with its constants: 1e-4; of its reference equations: 1 %."""
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    temperature, mixture = 300.0, parse_mixture(LPG)
    pure = [coolprop.AbstractState("HEOS", name) for name in ("Propane", "Butane")]
    same = replace(
        mixture,
        eos=cubic(
            critical_temperature=[item.T_critical() for item in pure],
            critical_pressure=[item.p_critical() for item in pure],
            acentric=[item.acentric_factor() for item in pure],
            molar_mass=[item.molar_mass() for item in pure],
            k=mixture.eos.k,
            translation=[0.0, 0.0],
            gases=[item.gas for item in mixture.substances],
        ),
    )

    def greatest(backend):
        state = coolprop.AbstractState(backend, "Propane&Butane")
        state.set_mole_fractions([0.5, 0.5])
        if backend == "PR":
            state.set_binary_interaction_double(0, 1, "kij", float(mixture.eos.k[0, 1]))
        state.update(coolprop.QT_INPUTS, 0.0, temperature)
        h0, s0, p0 = state.hmass(), state.smass(), state.p()
        best = 0.0
        for p in np.linspace(0.7 * p0, 0.95 * p0, 26):
            low, high = 0.0, 0.3
            for _ in range(40):
                quality = 0.5 * (low + high)
                state.update(coolprop.PQ_INPUTS, p, quality)
                low, high = (low, quality) if state.smass() > s0 else (quality, high)
            best = max(best, state.rhomass() * math.sqrt(2 * max(h0 - state.hmass(), 0.0)))
        return best

    assert mixture_band(same, temperature=temperature).low == pytest.approx(greatest("PR"), rel=1e-4)
    assert mixture_band(mixture, temperature=temperature).low == pytest.approx(greatest("HEOS"), rel=0.01)


def test_throat_stays_on_the_isentrope_and_its_flux_is_the_greatest():
    mixture = parse_mixture(LPG)
    start = liquid_at_rest(mixture, temperature=300.0, pressure=0.0)
    throat = isentropic_throat(mixture, start, back_pressure=STANDARD_PRESSURE, equilibrium=True)
    state = state_at_pressure(mixture, temperature=throat.temperature, pressure=throat.pressure)
    assert state.entropy == pytest.approx(start.entropy, abs=1e-3)
    assert state.density == pytest.approx(throat.density, rel=1e-5)
    assert state.density * math.sqrt(2 * (start.enthalpy - state.enthalpy)) == pytest.approx(throat.mass_flux, rel=1e-5)
    assert throat.choked
    for back in (0.97, 1.03):
        near = state_at_entropy(mixture, pressure=back * throat.pressure, entropy=start.entropy, guess=300.0)
        assert near.density * math.sqrt(2 * (start.enthalpy - near.enthalpy)) < throat.mass_flux


def test_best_estimate_by_length():
    ends = [
        run("mixture-flashing-band", fluid=LPG, temperature=300.0, hole_diameter=0.02, path_length=length)
        for length in (0.0, 0.03, 0.1, 0.5)
    ]
    rates = [item["mass_flow_rate"] for item in ends]
    assert rates[0] == pytest.approx(ends[0]["high_mass_flow_rate"])
    assert rates[2] == pytest.approx(ends[2]["low_mass_flow_rate"])
    assert rates[0] > rates[1] > rates[2] == rates[3]
    assert any("Friction" in item["says"] for item in ends[3]["caveats"])


def test_subcooled_liquid_flows_faster_and_boiling_is_refused():
    saturated = run("mixture-flashing-band", fluid=LPG, temperature=300.0, hole_diameter=0.02)
    pressed = run("mixture-flashing-band", fluid=LPG, temperature=300.0, hole_diameter=0.02, pressure=1.5e6)
    assert pressed["low_mass_flow_rate"] > 2.0 * saturated["low_mass_flow_rate"]
    assert pressed["low_mass_flow_rate"] < pressed["high_mass_flow_rate"]
    with pytest.raises(ModelInputError, match="boils at"):
        run("mixture-flashing-band", fluid=LPG, temperature=300.0, hole_diameter=0.02, pressure=3e5)
    with pytest.raises(ModelInputError, match="no bubble point"):
        run("mixture-flashing-band", fluid=LPG, temperature=500.0, hole_diameter=0.02)


def test_expansion_closes_mass_and_energy():
    """Propane's flash fraction at 300.15 K to 1 atm is 0.3999 by the reference equation; LPG closes by component."""
    propane = run("mixture-expansion", fluid="propane", temperature=300.15, pressure=1.1e6)
    assert propane["flash_fraction"] == pytest.approx(0.3999, abs=0.001)
    assert propane["expanded_temperature"] == pytest.approx(231.04, abs=0.2)
    mixture = parse_mixture(LPG)
    start = liquid_at_rest(mixture, temperature=300.0, pressure=0.0)
    state, velocity, _ = expand_mixture(
        mixture, enthalpy=start.enthalpy, exit_velocity=60.0, exit_pressure=5e5, exit_density=400.0
    )
    assert velocity == pytest.approx(60.0 + (5e5 - STANDARD_PRESSURE) / (400.0 * 60.0))
    assert state.enthalpy + 0.5 * velocity**2 == pytest.approx(start.enthalpy, abs=1e-3)
    beta = state.vapour_mole_fraction
    assert beta * state.vapour + (1 - beta) * state.liquid == pytest.approx(mixture.fractions, abs=1e-12)
    assert state.vapour[0] > mixture.fractions[0] > state.liquid[0]
    assert 0.0 < state.vapour_fraction < 1.0


def test_expansion_says_where_velocity_was_capped():
    found = run(
        "mixture-expansion",
        fluid=HAQUE,
        pressure=12e6,
        temperature=303.0,
        exit_velocity=400.0,
        exit_pressure=6e6,
        density=60.0,
    )
    assert found["expanded_velocity"] == 500.0
    assert any("capped" in item["says"] for item in found["caveats"])
