"""Steady pipes of liquid and gas, and Bell and Wilson's formula: published numbers, limits, independent integration."""

import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from physics.cards import MODELS
from physics.discharge.orifice import gas_flux
from physics.discharge.pipe_bell_wilson import bell_wilson
from physics.discharge.pipe_gas import fanno_pipe, isothermal_pipe
from physics.discharge.pipe_liquid import friction_factor
from physics.models import MODELS as LOADED
from physics.quantities import GRAVITY

fluids = pytest.importorskip("fluids")
AMBIENT = 101325.0
PIPELINE = {
    "pressure": 81.01325e5,
    "temperature": 288.15,
    "molar_mass": 0.018,
    "path_diameter": 0.981,
    "roughness": 4.6e-5,
}
WATER = {"liquid_density": 998.0, "liquid_viscosity": 1.0e-3, "path_length": 400.0, "path_diameter": 0.1}


def test_models_are_registered():
    assert {"liquid-pipe", "fanno-pipe", "isothermal-pipe", "bell-wilson"} <= set(LOADED)


@pytest.mark.parametrize("reynolds", [4001.0, 1e5, 3e7])
@pytest.mark.parametrize("relative", [1e-6, 1e-4, 0.03])
def test_colebrook_against_fluids(reynolds, relative):
    exact = fluids.friction.Colebrook(reynolds, relative)
    assert friction_factor(reynolds, relative) == pytest.approx(exact, rel=1e-9)


def test_liquid_pipe_limits():
    """fluids' printed value of Colebrook's law; Poiseuille when thick; Bernoulli when there is no pipe."""
    assert friction_factor(1e5, 1e-4) == pytest.approx(0.018513866077471648, rel=1e-10)
    model = MODELS["liquid-pipe"]
    thick = {"pressure": AMBIENT + 2e4, **WATER, "liquid_viscosity": 0.5, "path_diameter": 0.05, "path_length": 2000.0}
    out = model.run(thick)
    assert out["reynolds_number"] < 1.0
    poiseuille = math.pi * 998.0 * 2e4 * 0.05**4 / (128.0 * 0.5 * 2000.0)
    assert out["mass_flow_rate"] == pytest.approx(poiseuille, rel=1e-4)
    none = model.run({"pressure": 5e5, **WATER, "path_length": 0.0})
    assert none["exit_velocity"] == pytest.approx(math.sqrt(2.0 * (5e5 - AMBIENT) / 998.0), rel=1e-9)
    hole = model.run({"pressure": 5e5, **WATER, "hole_diameter": 1e-3, "discharge_coefficient": 0.62})
    assert hole["mass_flow_rate"] == pytest.approx(
        0.62 * math.pi * 1e-6 / 4 * math.sqrt(2 * 998.0 * (5e5 - AMBIENT)), rel=1e-5
    )
    held = model.run({"pressure": 5e5, **WATER, "elevation_change": 50.0})
    assert held["mass_flow_rate"] == 0.0
    assert any("Nothing flows out" in item["says"] for item in held["caveats"])


def test_liquid_pipe_against_fluids():
    """Losses worked out by fluids from the velocity found, with the height, give back the pressure upstream."""
    given = {"pressure": 9e5, **WATER, "loss_coefficient": 7.5, "elevation_change": 12.0, "roughness": 2e-4}
    out = MODELS["liquid-pipe"].run({**given, "hole_diameter": 0.06, "discharge_coefficient": 0.62})
    u = out["mass_flux"] / 998.0
    reynolds = fluids.core.Reynolds(D=0.1, rho=998.0, mu=1e-3, V=u)
    factor = fluids.friction.friction_factor(Re=reynolds, eD=2e-3, Method="Colebrook")
    lost = fluids.core.dP_from_K(factor * 4000.0 + 7.5, rho=998.0, V=u)
    jet = 0.5 * 998.0 * out["exit_velocity"] ** 2
    assert AMBIENT + lost + jet + 998.0 * GRAVITY * 12.0 == pytest.approx(9e5, rel=1e-9)
    assert out["exit_velocity"] * 0.62 * 0.36 == pytest.approx(u, rel=1e-12)


@pytest.mark.parametrize(
    ("length", "mach", "flux"), [(100.0, 0.51294, 12987.0), (1e3, 0.23579, 5969.9), (1e4, 0.083130, 2104.7)]
)
def test_fanno_pipe_published(length, mach, flux):
    out = MODELS["fanno-pipe"].run({**PIPELINE, "heat_capacity_ratio": 1.3, "path_length": length})
    assert out["inlet_mach_number"] == pytest.approx(mach, rel=1e-4)
    assert out["mass_flux"] == pytest.approx(flux, rel=1e-4)
    assert out["choked"] == 1.0
    assert out["exit_mach_number"] == 1.0


def _along(mach, heads, gamma):
    """Ma² and ln p along a Fanno pipe integrated over velocity heads (Shapiro 1953, table 6.1)."""

    def slope(_, y):
        m2 = y[0]
        z = 1.0 + 0.5 * (gamma - 1.0) * m2
        return [gamma * m2 * m2 * z / (1.0 - m2), -0.5 * gamma * m2 * (1.0 + (gamma - 1.0) * m2) / (1.0 - m2)]

    run = solve_ivp(slope, (0.0, heads), [mach * mach, 0.0], rtol=1e-10, atol=1e-14, method="DOP853")
    return math.sqrt(run.y[0, -1]), math.exp(run.y[1, -1])


@pytest.mark.parametrize(("heads", "back"), [(3.0, 0.9), (30.0, 0.5), (300.0, 0.2)])
def test_fanno_pipe_against_integration(heads, back):
    mach, out, ratio = fanno_pipe(1e6, back * 1e6, 1.3, heads)
    assert out < 1.0
    assert _along(mach, heads, 1.3) == pytest.approx((out, back), rel=1e-7)
    choked, one, ratio = fanno_pipe(1e6, 1.0, 1.3, heads)
    assert one == 1.0
    near, p = _along(choked, heads - 1e-4, 1.3)
    assert near == pytest.approx(1.0, abs=2e-2)
    assert p == pytest.approx(ratio, rel=2e-2)
    assert fanno_pipe(1e6, ratio * 1e6 * 0.999, 1.3, heads)[0] == choked
    assert fanno_pipe(1e6, ratio * 1e6 * 1.001, 1.3, heads)[0] == pytest.approx(choked, rel=1e-4)


def test_isothermal_pipe():
    """fluids, compressible.isothermal_gas: 11.3 kg/m³, f 0.00185, 10 to 9 bar, 1 km, 0.5 m: 145.48475726 kg/s."""
    flux, out = isothermal_pipe(1e6, 9e5, 1e6 / 11.3, 0.00185 * 1000.0 / 0.5)
    assert out == 9e5
    assert flux * math.pi * 0.25 / 4.0 == pytest.approx(145.48475726, rel=1e-8)
    flux, out = isothermal_pipe(1e6, 1e3, 1e5, 50.0)
    outlets = np.linspace(0.02, 0.99, 4000) * 1e6
    fluxes = np.sqrt((1e12 - outlets**2) / (1e5 * (50.0 + 2.0 * np.log(1e6 / outlets))))
    assert flux == pytest.approx(fluxes.max(), rel=1e-6)
    assert flux * 1e5 / out == pytest.approx(math.sqrt(1e5), rel=1e-9)  # Mach 1/√γ where it chokes
    long = {**PIPELINE, "path_length": 1e4}
    warm = MODELS["isothermal-pipe"].run(long)["mass_flux"]
    cool = MODELS["fanno-pipe"].run({**long, "heat_capacity_ratio": 1.3})["mass_flux"]
    assert warm == pytest.approx(cool, rel=0.01)  # a long pipe loses hardly any heat before its end


def test_bell_wilson_invariants():
    initial, mass, constant = 3000.0, 2.0e5, 180.0
    assert bell_wilson(0.0, initial_rate=initial, mass=mass, time_constant=constant)[0] == pytest.approx(initial)

    def rate(t):
        return bell_wilson(t, initial_rate=initial, mass=mass, time_constant=constant)[0]

    total = quad(rate, 0.0, 100.0, limit=200, epsrel=1e-10)[0] + quad(rate, 100.0, 2e4, limit=200, epsrel=1e-10)[0]
    assert total == pytest.approx(mass, rel=1e-8)
    at = bell_wilson(250.0, initial_rate=initial, mass=mass, time_constant=constant)[1]
    assert quad(rate, 0.0, 250.0, epsrel=1e-10)[0] == pytest.approx(at, rel=1e-8)
    given = {**PIPELINE, "heat_capacity_ratio": 1.3, "path_length": 1e4, "time": 10.0}
    out = MODELS["bell-wilson"].run(given)
    area = math.pi * 0.981**2 / 4.0
    rt = 8.31446261815324 * 288.15 / 0.018
    assert out["initial_mass_flow_rate"] == pytest.approx(area * gas_flux(81.01325e5, AMBIENT, rt, 1.3), rel=1e-9)
    assert out["mass"] == pytest.approx(area * 1e4 * 81.01325e5 / rt, rel=1e-9)
    friction = 4.0 * 0.0026062 * 1e4 / 0.981
    assert out["time_constant"] == pytest.approx(
        2 / 3 * math.sqrt(1.3 * friction) * 1e4 / math.sqrt(1.3 * rt), rel=1e-4
    )
