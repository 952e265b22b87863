"""Orifices against published worked examples (physics reference, checks 1 to 3; CCPS 1999)."""

import math

import pytest

from physics.cards import MODELS
from physics.discharge.orifice import critical_ratio, gas_flux, liquid_flux
from physics.substances import substance

PSI, INCH, FOOT = 6894.757293168, 0.0254, 0.3048


def run(name, **inputs):
    return MODELS[name].run(inputs)


def test_liquid_orifice_published_examples():
    """Check 1: n-butane; the example takes g = 9.81 and its own density, 573 kg/m3."""
    butane = run(
        "liquid-orifice",
        pressure=250 * PSI + 101325.0,
        liquid_density=substance("n-butane").saturation.liquid_density(298.15),
        hole_diameter=2 * INCH,
        discharge_coefficient=0.61,
        liquid_head=50 * FOOT,
    )
    assert butane["mass_flow_rate"] == pytest.approx(56.311, rel=2e-3)
    ccps = run(
        "liquid-orifice", pressure=120935.0368, liquid_density=490.0, hole_diameter=0.01, discharge_coefficient=0.63
    )
    assert ccps["mass_flow_rate"] == pytest.approx(0.21691154763598, rel=1e-6)
    yellow = run(
        "liquid-orifice",
        pressure=101325.0,
        liquid_density=812.5,
        hole_diameter=0.1,
        discharge_coefficient=0.62,
        liquid_head=11.12,
    )
    assert yellow["mass_flow_rate"] == pytest.approx(58.44, rel=5e-4)


def test_gas_orifice_published_examples():
    """Checks 2 and 3, CCPS 1999 p. 47, TNO Yellow Book table 2.3 (its gamma is not printed: 1.405 inferred)."""
    aq = run(
        "gas-orifice",
        pressure=50e5,
        temperature=288.15,
        molar_mass=0.018,
        heat_capacity_ratio=1.3,
        hole_diameter=0.02,
        discharge_coefficient=0.8,
    )
    assert aq["critical_pressure_ratio"] == pytest.approx(0.5457277, rel=1e-6)
    assert aq["mass_flow_rate"] == pytest.approx(2.298351, rel=1e-5)
    assert aq["choked"] == 1.0
    nitrogen = run(
        "gas-orifice",
        pressure=10e5,
        temperature=298.15,
        molar_mass=0.02801348,
        heat_capacity_ratio=1.4,
        hole_diameter=0.01,
        discharge_coefficient=0.85,
    )
    assert nitrogen["mass_flow_rate"] == pytest.approx(9.2 / 60.0, rel=3e-3)  # printed to two digits
    hydrogen = run(
        "gas-orifice",
        pressure=50e5,
        temperature=288.15,
        molar_mass=0.002016,
        heat_capacity_ratio=1.405,
        hole_diameter=0.1,
        discharge_coefficient=0.62,
    )
    assert hydrogen["mass_flow_rate"] == pytest.approx(15.312, rel=1e-4)
    specific_rt = 501e3 / 8.90
    flux = 0.85 * gas_flux(501e3, 101325.0, specific_rt, 1.15)
    assert flux * math.pi * 0.01**2 / 4 == pytest.approx(0.09002799947, rel=1e-4)
    assert critical_ratio(1.15) * 501e3 == pytest.approx(287766.013, rel=1e-6)


def test_subsonic_formula_and_continuity_at_choking():
    """The published subsonic factor Y times the choked flow (A2), just below and above the critical ratio."""
    gamma, p0, rt = 1.3, 5e5, 1.2e5
    critical = critical_ratio(gamma)
    choked = gas_flux(p0, 0.0, rt, gamma)
    closed = p0 * math.sqrt(gamma / rt * (2 / (gamma + 1)) ** ((gamma + 1) / (gamma - 1)))
    assert choked == pytest.approx(closed, rel=1e-12)
    for eta in (critical, 0.6, 0.8, 0.99):
        y = eta ** (1 / gamma) * math.sqrt(1 - eta ** ((gamma - 1) / gamma))
        y *= math.sqrt(2 / (gamma - 1) * ((gamma + 1) / 2) ** ((gamma + 1) / (gamma - 1)))
        assert gas_flux(p0, eta * p0, rt, gamma) == pytest.approx(choked * y, rel=1e-9)


def test_ideal_gas_vessel_emptying():
    """Check 8: adiabatic ideal gas, tau 73.52 s, 34.704 bar after 60 s, m0 112.95 kg (M 0.028)."""
    gamma, volume, p0, t0 = 1.4, 1.0, 100e5, 298.15
    area = 0.85 * math.pi * 0.01**2 / 4
    gas_constant = 8.31446 / 0.0280
    mass = first = p0 * volume / (gas_constant * t0)
    assert first == pytest.approx(112.95, rel=1e-4)
    assert first / (area * gas_flux(p0, 101325.0, gas_constant * t0, gamma)) == pytest.approx(73.52, rel=1e-4)
    steps = 6000

    def rate(m):
        p = p0 * (m / first) ** gamma
        t = t0 * (m / first) ** (gamma - 1)
        return area * gas_flux(p, 101325.0, gas_constant * t, gamma)

    dt = 60.0 / steps
    for _ in range(steps):
        mass -= dt * rate(mass - 0.5 * dt * rate(mass))
    assert p0 * (mass / first) ** gamma == pytest.approx(34.704e5, rel=1e-4)


def test_back_pressure_holds_it():
    assert liquid_flux(1000.0, 1e5, 1.2e5, 1.0) == 0.0
    assert gas_flux(1e5, 1e5, 8e4, 1.4) == 0.0
