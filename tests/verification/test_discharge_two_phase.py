"""Homogeneous equilibrium and ω against check numbers 5 and 6 and against CoolProp's own isentropes."""

import numpy as np
import pytest

from physics.cards import MODELS
from physics.discharge.omega import omega_critical_ratio, omega_flux
from physics.discharge.two_phase import equilibrium_flux
from physics.substances import substance

CoolProp = pytest.importorskip("CoolProp.CoolProp")


@pytest.mark.parametrize(
    ("omega", "eta", "flux"),
    [
        (0.5, 0.51522, 0.72863),
        (1, 0.60653, 0.60653),
        (2, 0.69250, 0.48967),
        (5, 0.79006, 0.35333),
        (10, 0.84857, 0.26834),
        (20, 0.89377, 0.19985),
        (50, 0.93580, 0.13234),
    ],
)
def test_omega_root_is_the_maximum(omega, eta, flux):
    """Check 5: root and flux to five digits, and no other throat gives more."""
    assert omega_critical_ratio(float(omega)) == pytest.approx(eta, abs=1e-5)
    choked = omega_flux(1.0, 1.0, float(omega), 0.0)
    assert choked == pytest.approx(flux, abs=1e-5)
    ratios = np.linspace(0.05, 0.999, 4000)
    work = -2 * (omega * np.log(ratios) + (omega - 1) * (1 - ratios))
    assert np.max(np.sqrt(work) / (omega * (1 / ratios - 1) + 1)) == pytest.approx(choked, rel=1e-6)


@pytest.mark.parametrize(
    ("fluid", "temperature", "omega", "omega_mass_flux", "equilibrium"),
    [
        ("propane", 300.15, 7.076, 6832, 6869),
        ("ammonia", 293.15, 11.26, 5843, 5798),
        ("water", 453.0, 16.29, 6504, 6438),
    ],
)
def test_omega_and_equilibrium_published_fluxes(fluid, temperature, omega, omega_mass_flux, equilibrium):
    """Check 6: kg/m2s of saturated liquid; ω against equilibrium within 2 %."""
    by_omega = MODELS["omega"].run({"fluid": fluid, "temperature": temperature})
    nozzle = MODELS["homogeneous-equilibrium"].run({"fluid": fluid, "temperature": temperature})
    assert nozzle["mass_flux"] == pytest.approx(equilibrium, rel=2e-4)
    assert by_omega["omega"] == pytest.approx(omega, rel=1e-3)
    assert by_omega["mass_flux"] == pytest.approx(omega_mass_flux, rel=5e-4)
    assert by_omega["mass_flux"] == pytest.approx(nozzle["mass_flux"], rel=0.02)


@pytest.mark.parametrize(
    ("fluid", "temperature", "excess", "quality"),
    [
        ("chlorine", 300.0, 0.0, 0.0),
        ("chlorine", 300.0, 2e5, 0.0),
        ("ammonia", 293.15, 0.0, 0.1),
        ("propane", 300.15, 5e5, 0.0),
        ("propane", 250.0, 20e5, 0.0),
        ("vinyl chloride", 310.0, 0.0, 0.3),
    ],
)
def test_equilibrium_against_coolprop(fluid, temperature, excess, quality):
    """Maximum of ρ sqrt(2 (h0 - h)) along CoolProp's isentrope, compressible liquid included."""
    item = substance(fluid)
    state = CoolProp.AbstractState("HEOS", item.coolprop)
    pressure = float(item.saturation.pressure(temperature)) + excess
    if excess > 0.0:
        state.update(CoolProp.PT_INPUTS, pressure, temperature)
    else:
        state.update(CoolProp.QT_INPUTS, quality, temperature)
    h0, s0 = state.hmass(), state.smass()
    best = 0.0
    for p in np.geomspace(101325.0, pressure * 0.9999, 3000):
        state.update(CoolProp.PSmass_INPUTS, p, s0)
        best = max(best, state.rhomass() * np.sqrt(2 * max(h0 - state.hmass(), 0.0)))
    flux, *_ = equilibrium_flux(item.saturation.table, pressure, temperature, quality, 101325.0)
    assert flux == pytest.approx(best, rel=1.2e-2)  # liquid cools a little on its way to boiling: 1 % at 5 bar above


def test_limits():
    table = substance("chlorine").saturation.table
    p = float(substance("chlorine").saturation.pressure(300.0))
    assert equilibrium_flux(table, p, 300.0, 0.0, p)[0] == 0.0
    fluxes = [equilibrium_flux(table, p + extra, 300.0, 0.0, 101325.0)[0] for extra in np.linspace(0, 3e6, 40)]
    assert np.all(np.diff(fluxes) > 0.0)
    deep = equilibrium_flux(table, p + 3e6, 300.0, 0.0, 101325.0)
    density = substance("chlorine").saturation.liquid_density(300.0)
    assert deep[0] == pytest.approx(np.sqrt(2 * density * 3e6), rel=0.02)
