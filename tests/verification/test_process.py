"""The dynamic plant: conservation, limits with exact answers, and agreement with the discharge models."""

import math

import numpy as np
import pytest

from physics.discharge import FlowPath, Shape, Vessel, blowdown
from physics.discharge.line import flashing_line_flux
from physics.discharge.orifice import gas_flux
from physics.process import Network, initial_state, liquid_enthalpy, outputs, simulate, vapour_enthalpy
from physics.process.streams import SOFT_PRESSURE as SOFT
from physics.process.streams import describe, through
from physics.substances import substance

CHLORINE = substance("chlorine")
NITROGEN = substance("nitrogen")
BORE = math.pi * 0.0254**2 / 4


def plant(**changes):
    """Rail car, eduction pipe, hose in two halves, ESD valve, line kept as a small vessel, manifold."""
    given = {
        "substance": CHLORINE,
        "vessel_volume": [62.0, 2.0],
        "vessel_height": [2.6, 1.0],
        "vessel_lying": [1, 0],
        "junctions": 3,
        "boundary_pressure": [3e5],
        "boundary_enthalpy": [liquid_enthalpy(CHLORINE, temperature=270.0)],
        "link_from": [0, 2, 3, 4, 1],
        "link_to": [2, 3, 4, 1, 5],
        "link_area": [BORE] * 5,
        "link_loss": [6.0, 1.5, 1.5, 4.0, 400.0],
        "link_check": [0, 0, 0, 0, 1],
        "link_excess_flow": [1.89, np.inf, np.inf, np.inf, np.inf],
        "link_stroke": [0.0, 0.0, 10.0, 0.0, 0.0],
        "hole_node": [3, 0],
    }
    return Network(**{**given, **changes})


def start(network, **changes):
    return initial_state(network, **{"vessel_mass": [82e3, 1500.0], "vessel_temperature": [300.0, 295.0], **changes})


@pytest.mark.parametrize("hole", [[0.0, 0.0], [2 * BORE, 0.0], [BORE, 1e-4]])
@pytest.mark.parametrize("pad", [0.0, 2e5])
def test_mass_and_energy_are_conserved(hole, pad):
    network = plant()
    state = start(network, hole_area=hole, pad_pressure=[pad, 0.0])
    run = simulate(network, state, duration=1200.0, sample=20.0)
    lost = run.vessel_mass[0].sum() - run.vessel_mass[-1].sum()
    gone = run.hole_mass[-1].sum() + run.link_mass[-1, 4]
    assert lost == pytest.approx(gone, rel=1e-6)
    energy = state.vessel_energy.sum() - run.state.vessel_energy.sum()
    carried = run.hole_energy[-1].sum() + run.link_energy[-1, 4]
    assert energy == pytest.approx(carried, rel=1e-6)


def test_a_hole_is_fed_from_both_sides():
    network = plant()
    torn = outputs(network, start(network, hole_area=[2 * BORE, 0.0]))
    assert torn.link_flow[1] > 1.0
    assert torn.link_flow[2] < -1.0
    assert torn.hole_flow[0] == pytest.approx(torn.link_flow[1] - torn.link_flow[2], rel=1e-6)
    checked = plant(link_check=[0, 0, 1, 0, 1])
    guarded = outputs(checked, start(checked, hole_area=[2 * BORE, 0.0]))
    assert guarded.link_flow[2] == 0.0
    assert guarded.hole_flow[0] < torn.hole_flow[0]


@pytest.mark.parametrize("fluid", ["chlorine", "propane", "ammonia"])
@pytest.mark.parametrize("heads", [1.0, 7.5, 40.0])
def test_full_bore_hole_behind_a_link_is_the_flashing_line(fluid, heads):
    item = substance(fluid)
    network = Network(
        substance=item, vessel_volume=[50.0], junctions=1, link_from=[0], link_to=[1], link_area=[BORE],
        link_loss=[heads], hole_node=[1],
    )  # fmt: skip
    mass = 0.8 * 50.0 * float(item.saturation.liquid_density(295.0))
    state = initial_state(network, vessel_mass=[mass], vessel_temperature=[295.0], hole_area=[BORE])
    p = float(item.saturation.pressure(295.0))
    line = BORE * flashing_line_flux(item.saturation.table, p, 295.0, 0.0, 101325.0, heads)[0]
    assert outputs(network, state).hole_flow[0] == pytest.approx(line, rel=0.015)


def test_rail_car_empties_as_the_blowdown_does():
    """Same car, same losses: the network and `blowdown` are two ways to one number."""
    network = Network(
        substance=CHLORINE, vessel_volume=[62.0], vessel_height=[2.6], vessel_lying=[1], junctions=1,
        link_from=[0], link_to=[1], link_area=[BORE], link_loss=[7.0], hole_node=[1],
    )  # fmt: skip
    state = initial_state(network, vessel_mass=[82e3], vessel_temperature=[300.0], hole_area=[BORE])
    run = simulate(network, state, duration=3600.0, sample=60.0)
    path = FlowPath(hole_diameter=0.0254, path_length=0.1, path_diameter=0.0254, loss_coefficient=6.909)
    car = Vessel(volume=62.0, mass=82e3, temperature=300.0, height=2.6, shape=Shape.HORIZONTAL)
    other = blowdown(CHLORINE, vessel=car, path=path, duration=3600.0)
    assert run.hole_mass[-1, 0] == pytest.approx(82e3 - other.vessel_mass[-1], rel=0.02)
    assert run.vessel_temperature[-1, 0] == pytest.approx(other.vessel_temperature[-1], abs=0.1)


def test_liquid_link_is_bernoulli():
    ref, rho, omega = describe(
        CHLORINE.saturation.table, CHLORINE.gas.table, CHLORINE.molar_mass, 20e5,
        liquid_enthalpy(CHLORINE, temperature=290.0),
    )  # fmt: skip
    flux, by_up, by_down = through(ref, rho, omega, 20e5, 15e5, 4.0, SOFT)
    assert flux == pytest.approx(math.sqrt(2 * rho * 5e5 / 4.0), rel=1e-6)
    assert by_up == pytest.approx(-by_down, rel=1e-9)
    assert by_up == pytest.approx(0.5 * flux / 5e5, rel=1e-6)


def test_link_flow_never_falls_with_pressure_drop_and_derivatives_hold():
    h = liquid_enthalpy(CHLORINE, temperature=300.0)
    p0 = 8.2e5
    stream = describe(CHLORINE.saturation.table, CHLORINE.gas.table, CHLORINE.molar_mass, p0, h)
    downs = np.linspace(p0 - 10.0, 2e3, 300)
    fluxes = np.array([through(*stream, p0, p, 2.0, SOFT)[0] for p in downs])
    assert np.all(np.diff(fluxes) >= -1e-9 * fluxes[-1])
    for p in (8.1e5, 7e5, 5e5, 1e5):
        _, by_up, by_down = through(*stream, p0, p, 2.0, SOFT)
        up = (through(*stream, p0 + 1.0, p, 2.0, SOFT)[0] - through(*stream, p0 - 1.0, p, 2.0, SOFT)[0]) / 2
        down = (through(*stream, p0, p + 1.0, 2.0, SOFT)[0] - through(*stream, p0, p - 1.0, 2.0, SOFT)[0]) / 2
        assert by_up == pytest.approx(up, rel=1e-3)
        assert by_down == pytest.approx(down, rel=1e-3, abs=1e-9 * fluxes[-1])


def test_gas_vessel_follows_the_ideal_law():
    """Nitrogen at 8 bar, nearly ideal: adiabatic emptying through a hole in the vessel."""
    network = Network(
        substance=NITROGEN, vessel_volume=[1.0], link_from=[], link_to=[], link_area=[], link_loss=[], hole_node=[0]
    )
    mass = float(NITROGEN.gas.density(298.15, pressure=8e5))
    area = 0.85 * math.pi * 0.01**2 / 4
    state = initial_state(network, vessel_mass=[mass], vessel_temperature=[298.15], hole_area=[area])
    run = simulate(network, state, duration=30.0, sample=1.0, step=0.05)
    first = area * gas_flux(8e5, 101325.0, 8e5 / mass, 1.4)
    assert run.hole_flow[0, 0] == pytest.approx(first, rel=2e-3)
    tau = mass / first
    assert run.node_pressure[-1, 0] == pytest.approx(8e5 * (1 + 0.2 * 30.0 / tau) ** -7.0, rel=0.01)


def test_two_gas_vessels_come_to_one_pressure_without_ringing():
    """Large opening, small vessels, long step: pressures meet, mass and energy stay."""
    network = Network(
        substance=NITROGEN, vessel_volume=[1.0, 0.05], link_from=[0], link_to=[1], link_area=[1e-3], link_loss=[2.0]
    )
    density = NITROGEN.gas.density(300.0, pressure=1.0)
    state = initial_state(network, vessel_mass=[density * 8e5, density * 0.05 * 2e5], vessel_temperature=[300.0, 300.0])
    run = simulate(network, state, duration=60.0, sample=1.0, step=1.0)
    assert run.node_pressure[-1, 0] == pytest.approx(run.node_pressure[-1, 1], rel=1e-3)
    assert run.vessel_mass[-1].sum() == pytest.approx(run.vessel_mass[0].sum(), rel=1e-12)
    assert run.state.vessel_energy.sum() == pytest.approx(state.vessel_energy.sum(), rel=1e-12)
    assert np.all(run.link_flow[5:, 0] > -0.01 * run.link_flow[0, 0])


def test_liquid_stands_still_at_its_own_head():
    """Two vessels joined at the bottom: flow stops when the levels are the same height."""
    network = Network(
        substance=CHLORINE, vessel_volume=[2.0, 2.0], vessel_height=[4.0, 4.0],
        link_from=[0], link_to=[1], link_area=[1e-3], link_loss=[3.0],
    )  # fmt: skip
    state = initial_state(network, vessel_mass=[2000.0, 800.0], vessel_temperature=[290.0, 290.0])
    run = simulate(network, state, duration=3600.0, sample=60.0)
    levels = run.vessel_level[-1] * 4.0
    head = run.node_pressure[-1] + levels * 9.80665 * CHLORINE.saturation.liquid_density(290.0)
    assert abs(run.link_flow[-1, 0]) < 1e-2
    assert head[0] == pytest.approx(head[1], abs=200.0)


def test_time_step_converges():
    network = plant()
    state = start(network, hole_area=[2 * BORE, 0.0])
    masses = [simulate(network, state, duration=240.0, sample=60.0, step=s).hole_mass[-1, 0] for s in (1.0, 0.5, 0.1)]
    assert masses[0] == pytest.approx(masses[2], rel=2e-3)
    assert abs(masses[1] - masses[2]) < abs(masses[0] - masses[2])


def test_boundary_gas_fills_a_vessel():
    network = Network(
        substance=NITROGEN, vessel_volume=[0.5], boundary_pressure=[6e5],
        boundary_enthalpy=[vapour_enthalpy(NITROGEN, temperature=300.0, pressure=6e5)],
        link_from=[1], link_to=[0], link_area=[1e-5], link_loss=[1.5],
    )  # fmt: skip
    mass = 0.5 * float(NITROGEN.gas.density(300.0, pressure=1e5))
    run = simulate(
        network, initial_state(network, vessel_mass=[mass], vessel_temperature=[300.0]), duration=600.0, sample=10.0
    )
    assert run.node_pressure[-1, 0] == pytest.approx(6e5, rel=1e-3)
    assert run.vessel_temperature[:, 0].max() > 330.0  # filling heats: up to gamma times the supply
    assert run.state.vessel_mass[0] - mass == pytest.approx(run.link_mass[-1, 0], rel=1e-9)
