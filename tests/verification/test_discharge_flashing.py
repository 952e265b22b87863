"""Nozzle models of flashing flow: published fluxes, limits, and the equations they solve put back."""

import math

import numpy as np
import pytest

from physics.cards import MODELS
from physics.discharge.frozen import frozen_flux
from physics.discharge.hne_ds import boiling_delay, delayed_flux
from physics.discharge.inlet import inlet
from physics.discharge.omega import omega_critical_ratio, omega_flux, pressed_omega_flux
from physics.discharge.orifice import gas_flux
from physics.substances import substance

FAMILY = ("homogeneous-equilibrium", "omega", "hne-ds", "frozen", "fauske")


def run(name, **inputs):
    return MODELS[name].run(inputs)


def state(fluid="propane", temperature=300.15, pressure=0.0, vapour_fraction=0.0):
    return inlet({"fluid": fluid, "temperature": temperature, "pressure": pressure, "vapour_fraction": vapour_fraction})


@pytest.mark.parametrize(
    ("fluid", "temperature", "flux"), [("propane", 300.15, 8321), ("ammonia", 293.15, 6816), ("water", 453.0, 7377)]
)
def test_fauske_published_rates(fluid, temperature, flux):
    """Equilibrium rate of saturated liquid through 0.1 m, computed once with CoolProp."""
    assert run("fauske", fluid=fluid, temperature=temperature)["mass_flux"] == pytest.approx(flux, rel=2e-4)


@pytest.mark.parametrize("fluid", ["propane", "ammonia", "chlorine"])
def test_fauske_limits(fluid):
    table = substance(fluid).saturation
    t, pa = 293.15, 101325.0
    density, ps = table.liquid_density(t), table.pressure(t)
    orifice = 0.62 * math.sqrt(2 * density * (ps - pa))
    assert run("fauske", fluid=fluid, temperature=t, path_length=0.0)["mass_flux"] == pytest.approx(orifice, rel=1e-9)
    pressed = 0.62 * math.sqrt(2 * density * (ps + 5e5 - pa))
    short = run("fauske", fluid=fluid, temperature=t, pressure=ps + 5e5, path_length=0.0)["mass_flux"]
    assert short == pytest.approx(pressed, rel=1e-9)
    saturated = run("fauske", fluid=fluid, temperature=t)["mass_flux"]
    long = run("fauske", fluid=fluid, temperature=t, pressure=ps + 5e5)["mass_flux"]
    assert long == pytest.approx(math.hypot(saturated, math.sqrt(2 * density * 5e5)), rel=1e-9)
    lengths = np.linspace(0.0, 0.2, 41)
    fluxes = [run("fauske", fluid=fluid, temperature=t, path_length=length)["mass_flux"] for length in lengths]
    assert np.all(np.diff(fluxes) <= 1e-9)
    assert fluxes[-1] == saturated
    near = run("fauske", fluid=fluid, temperature=t, ambient_pressure=0.99 * ps)
    assert near["choked"] == 0.0
    assert near["mass_flux"] == pytest.approx(math.sqrt(2 * density * 0.01 * ps), rel=1e-9)


def test_pressed_omega():
    """Meets the saturated form, is Bernoulli's without boiling, agrees with equilibrium, chokes at a maximum."""
    for omega in (0.3, 2.0, 10.0):
        flux, throat = pressed_omega_flux(1e6, 1e6, 500.0, omega, 0.0)
        assert flux == pytest.approx(omega_flux(1e6, 500.0, omega, 0.0), rel=1e-9)
        assert throat == pytest.approx(1e6 * omega_critical_ratio(omega), rel=1e-5)
    assert pressed_omega_flux(2e6, 1e6, 500.0, 10.0, 1.5e6)[0] == pytest.approx(math.sqrt(2 * 500 * 5e5))
    high = pressed_omega_flux(9e6, 1e6, 500.0, 10.0, 1e5)
    assert high[0] == pytest.approx(math.sqrt(2 * 500 * 8e6), rel=1e-6)
    assert high[1] == pytest.approx(1e6, rel=1e-6)
    table = substance("propane").saturation
    for excess in (1e5, 5e5, 2e6):
        inputs = {"fluid": "propane", "temperature": 293.15, "pressure": table.pressure(293.15) + excess}
        assert run("omega", **inputs)["mass_flux"] == pytest.approx(
            run("homogeneous-equilibrium", **inputs)["mass_flux"], rel=0.02
        )


@pytest.mark.parametrize("quality", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("excess", [0.0, 5e5])
def test_hne_ds_limits(quality, excess):
    """Equilibrium at a = 0, frozen at N = 0, and monotone between."""
    ps = substance("propane").saturation.pressure(300.15)
    inputs = {"fluid": "propane", "temperature": 300.15, "vapour_fraction": quality}
    if excess and not quality:
        inputs["pressure"] = ps + excess
    equilibrium = run("omega", **inputs)["mass_flux"]
    found = run("hne-ds", non_equilibrium_exponent=0.0, **inputs)
    assert found["non_equilibrium_parameter"] == pytest.approx(1.0)
    assert found["mass_flux"] == pytest.approx(equilibrium, rel=1e-9)
    here = inlet({"pressure": 0.0, **inputs})
    frozen = delayed_flux(here, boiling=0.0, back_pressure=101325.0)[0]
    if quality == 0.0:
        bernoulli = math.sqrt(2 * here.density * (here.pressure - 101325.0))
        assert frozen == pytest.approx(bernoulli, rel=1e-9)
        assert frozen == pytest.approx(run("frozen", **inputs)["mass_flux"], rel=1e-9)
    else:  # isothermal against isentropic vapour
        assert frozen == pytest.approx(run("frozen", **inputs)["mass_flux"], rel=0.1)
    fluxes = [run("hne-ds", non_equilibrium_exponent=a, **inputs)["mass_flux"] for a in (0.0, 0.2, 0.4, 0.6, 1.0)]
    assert np.all(np.diff(fluxes) > 0.0)
    assert equilibrium <= fluxes[3] < frozen * (1.0 + 1e-9)


def test_hne_ds_parameter_solves_its_equation():
    for fluid, temperature, quality, a in (("propane", 300.15, 0.0, 0.6), ("ammonia", 293.15, 0.1, 0.4)):
        here = state(fluid, temperature, vapour_fraction=quality)
        n = boiling_delay(here, exponent=a)
        _, _, throat = delayed_flux(here, boiling=n, back_pressure=0.0)
        flashing = here.liquid_heat_capacity * here.temperature * here.pressure * here.volume_change
        flashing /= here.heat_of_vaporisation**2
        assert n == pytest.approx((quality + flashing * math.log(here.pressure / throat)) ** a, rel=1e-9)


def test_frozen_limits_and_scan():
    """All vapour is the gas orifice, all liquid Bernoulli, between them the maximum of a dense scan."""
    p, v_l, v_g, gamma = 8e5, 0.002, 0.06, 1.13
    assert frozen_flux(p, 1e5, v_l, v_g, 1.0, gamma)[0] == pytest.approx(gas_flux(p, 1e5, p * v_g, gamma), rel=1e-9)
    assert frozen_flux(p, 1e5, v_l, v_g, 0.0, gamma)[0] == pytest.approx(math.sqrt(2 * 7e5 / v_l), rel=1e-12)
    eta = np.linspace(1e5 / p, 1.0, 40001)
    for x in (0.01, 0.2, 0.7):
        work = x * gamma / (gamma - 1) * p * v_g * (1 - eta ** ((gamma - 1) / gamma)) + (1 - x) * v_l * p * (1 - eta)
        best = np.max(np.sqrt(2 * work) / (x * v_g * eta ** (-1 / gamma) + (1 - x) * v_l))
        assert frozen_flux(p, 1e5, v_l, v_g, x, gamma)[0] == pytest.approx(best, rel=1e-7)


@pytest.mark.parametrize("name", FAMILY)
def test_family_shares_names_and_bounds(name):
    """One input set runs every model; equilibrium is the floor and frozen the roof; nothing flows uphill."""
    inputs = {"fluid": "chlorine", "temperature": 293.15}
    low = run("homogeneous-equilibrium", **inputs)["mass_flux"]
    high = run("frozen", **inputs)["mass_flux"]
    assert 0.98 * low <= run(name, **inputs)["mass_flux"] <= high
    assert run(name, ambient_pressure=2e6, **inputs)["mass_flux"] == 0.0
    with pytest.raises(ValueError, match="temperature"):
        run(name, fluid="chlorine", temperature=500.0)
    with pytest.raises(ValueError, match="fluid"):
        run(name, fluid="unobtainium", temperature=300.0)
