"""Parts of a vessel's streams and heat, each against the equation it is named after, written out again."""

import math

import numpy as np
import pytest

from physics.substances import substance
from physics.substances.plane import gas_state
from physics.substances.transport import molecule, surface_tension
from physics.vessel.content import content
from physics.vessel.flows import flows
from physics.vessel.fluid import vessel_fluid
from physics.vessel.gas_nozzle import gas_nozzle
from physics.vessel.geometry import HORIZONTAL, Shape, fill_at_level, surface_area
from physics.vessel.heat import DANEY, DOWNWARD, MCADAMS, boiling_coefficient, free_nusselt
from physics.vessel.run import vessel_case, vessel_run
from physics.vessel.setting import Opening, Reservoir, Shell, Start, Surroundings
from physics.vessel.two_phase_nozzle import critical_ratio, equilibrium_flux, path_flux

PROPANE = vessel_fluid(substance("propane"))
TANK = Shell(shape=Shape.HORIZONTAL, diameter=3.0, length=7.07)


def now(opening, level=0.75, **more):
    case, first, warm, kind = vessel_case(
        PROPANE, shell=TANK, start=Start(temperature=293.15, level=level), opening=opening, **more
    )
    state = content(case.plane, case.volume, first[0], first[1], warm, kind)
    return case, state, flows(case, 0.0, state, False)


def test_vapour_that_a_swollen_surface_lets_through():
    """DIERS, churn-turbulent: j = U 2a/(1 - 1.5 a) at the mean void a that lifts the surface to the hole."""
    case, state, out = now(Opening(diameter=0.3, height=2.5))
    assert 0.0 < out.vapour < 1.0
    void = 1.0 - 0.75 / fill_at_level(HORIZONTAL, 2.5 / 3.0)
    sigma, rho_l, rho_v = surface_tension(case.molecule, 293.15), state.liquid_density, state.vapour_density
    rise = 1.53 * (9.80665 * sigma * (rho_l - rho_v) / rho_l**2) ** 0.25
    area = surface_area(HORIZONTAL, 3.0, 7.07, 0.75)
    assert out.vapour * out.hole == pytest.approx(rho_v * area * rise * 2.0 * void / (1.0 - 1.5 * void), rel=1e-6)


@pytest.mark.parametrize(
    ("name", "t", "rel"),
    [("propane", 293.15, 0.03), ("n-butane", 300.0, 0.03), ("benzene", 320.0, 0.04), ("ammonia", 260.0, 0.12)],
)
def test_surface_tension_against_reference_equations(name, t, rel):
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    found = substance(name)
    expected = coolprop.PropsSI("I", "T", t, "Q", 0, found.coolprop)
    assert surface_tension(molecule(found), t) == pytest.approx(expected, rel=rel)
    assert surface_tension(molecule(found), 1.1 * found.saturation.critical_temperature) == 0.0


def test_liquid_subcooled_against_its_back_pressure():
    """Where nothing can flash the flux is Bernoulli's, whatever the length of the path."""
    table = substance("propane").saturation
    t, over, back = 293.15, 6e5, 10e5
    rho, saturated = table.liquid_density(t), table.pressure(t)
    expected = math.sqrt(2.0 * rho * (saturated + over - back))
    t_back = table.temperature(back)
    assert equilibrium_flux(table.table, t, 0.0, over, t_back, back) == pytest.approx(expected, rel=1e-4)
    for length, c in ((0.0, 0.62), (0.2, 1.0)):
        found = path_flux(table.table, t, 0.0, over, t_back, back, length, 0.62, 1.1)
        assert found == pytest.approx(c * expected, rel=1e-4)
    between = path_flux(table.table, t, 0.0, over, t_back, back, 0.05, 0.62, 1.1)
    assert between == pytest.approx(expected / math.sqrt(0.5 / 0.62**2 + 0.5), rel=1e-4)


@pytest.mark.parametrize("omega", [1.0, 5.0, 20.0])
def test_explicit_critical_ratio_solves_leungs_equation(omega):
    n = critical_ratio(omega)
    left = n * n + (omega**2 - 2.0 * omega) * (1.0 - n) ** 2 + 2.0 * omega**2 * math.log(n) + 2.0 * omega**2 * (1.0 - n)
    slope = 2.0 * n - 2.0 * (omega**2 - 2.0 * omega) * (1.0 - n) + 2.0 * omega**2 / n - 2.0 * omega**2
    assert abs(left / slope) < 0.005  # a Newton step to the root


def test_free_convection_numbers():
    assert free_nusselt(1e10, DANEY) == pytest.approx(0.104 * 1e10**0.352)
    assert free_nusselt(1e3, DANEY) == pytest.approx(0.59 * 1e3**0.25)
    assert free_nusselt(1e10, MCADAMS) == pytest.approx(0.13 * 1e10 ** (1.0 / 3.0))
    assert free_nusselt(1e6, MCADAMS) == pytest.approx(0.59 * 1e6**0.25)
    assert free_nusselt(1e3, MCADAMS) == pytest.approx(1.36 * 1e3**0.2)
    assert free_nusselt(1e8, DOWNWARD) == pytest.approx(27.0)


def test_boiling_is_coopers_between_its_bounds():
    """q = h dT with h = 55 pr^0.12 (-log10 pr)^-0.55 M^-0.5 q^0.67, M in g/mol."""
    constants = molecule(substance("propane"))
    pr = 8.4e5 / constants.critical_pressure
    h = boiling_coefficient(constants, 8.4e5, 293.0, 298.0)
    q = 5.0 * h
    grams = 1e3 * constants.molar_mass
    assert h == pytest.approx(55.0 * pr**0.12 * (-math.log10(pr)) ** -0.55 * grams**-0.5 * q**0.67, rel=1e-9)
    assert boiling_coefficient(constants, 8.4e5, 293.0, 290.0) == 100.0
    assert boiling_coefficient(constants, 8.4e5, 293.0, 393.0) == 2e4


@pytest.mark.parametrize(
    ("name", "t", "rho", "rel"),
    [
        ("ethylene", 293.15, 348.0, 0.1),
        ("ethylene", 287.617, 336.1, 0.1),
        ("ethylene", 285.0, 320.0, 0.2),
        ("carbon dioxide", 310.0, 700.0, 0.1),
        ("propane", 366.0, 250.0, 0.1),
    ],
)
def test_dense_gas_that_splits_on_its_way_is_in_equilibrium(name, t, rho, rel):
    """Against the isentrope of the reference equation; followed as gas it came to a ninth of it, or to nothing."""
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    found = substance(name)
    state = coolprop.AbstractState("HEOS", found.coolprop)
    state.update(coolprop.DmassT_INPUTS, rho, t)
    h0, s0, p0 = state.hmass(), state.smass(), state.p()
    best = 0.0
    for p in np.linspace(0.999 * p0, 0.4 * p0, 100):
        state.update(coolprop.PSmass_INPUTS, p, s0)
        best = max(best, state.rhomass() * math.sqrt(2.0 * max(h0 - state.hmass(), 0.0)))
    g, p, cold, thin = gas_nozzle(found.plane, rho, t, 101325.0)
    assert g == pytest.approx(best, rel=rel)
    assert 101325.0 < p < gas_state(found.plane, rho, t)[0]
    assert cold < t
    assert thin < rho


def test_supercritical_ethylene_empties():
    """From 90 bar and 308 K through the critical region; it once stopped, almost full, without a word.

    Where the flux jumps near the critical point Simpson's rule over a step misses some hundredths of what left.
    """
    run = vessel_run(
        vessel_fluid(substance("ethylene")),
        shell=Shell(shape=Shape.HORIZONTAL, diameter=1.25, length=4.07, thickness=0.01),
        start=Start(temperature=308.0, pressure=90e5),
        opening=Opening(diameter=0.05),
        duration=300.0,
    )
    assert not run.ends
    assert run.mass[-1] < 0.02 * run.mass[0]
    assert abs(run.mass_error) < 0.1
    assert any("critical" in caveat.says for caveat in run.caveats)


def test_gas_from_a_reservoir():
    plane = PROPANE.plane
    case, state, out = now(None, level=0.2, feed=Reservoir(pressure=9e5, temperature=320.0, diameter=0.02))
    source = case.inflow
    g = gas_nozzle(plane, source.density, 320.0, state.pressure)[0]
    fixed = case._replace(inflow=source._replace(coefficient=0.8))
    drive = 9e5 - state.pressure
    expected = 0.8 * math.pi * 0.01**2 * g * math.sqrt(drive / (drive + 20.0))
    assert flows(fixed, 0.0, state, False).inflow == pytest.approx(expected, rel=1e-6)
    p, u = gas_state(plane, source.density, 320.0)
    assert out.energy == pytest.approx(out.inflow * (u + p / source.density))


def test_relief_on_gas_is_the_nozzle_at_its_own_pressure():
    case, first, warm, kind = vessel_case(
        PROPANE, shell=TANK, start=Start(temperature=300.0, pressure=5e5), around=Surroundings(pressure=1e5)
    )
    state = content(case.plane, case.volume, first[0], first[1], warm, kind)
    case = case._replace(relief=case.relief._replace(area=1e-3, opens=4e5, closes=3e5))
    g = gas_nozzle(case.plane, state.vapour_density, 300.0, 1e5)[0]
    out = flows(case, 0.0, state, True)
    assert out.relief == pytest.approx(1e-3 * g, rel=1e-4)
    assert out.energy == pytest.approx(-out.relief * state.vapour_enthalpy)
    assert flows(case, 0.0, state, False).relief == 0.0
