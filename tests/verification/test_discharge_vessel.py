"""A vessel's state and its emptying: conservation, limits, and the reference blowdown of the process page."""

import numpy as np
import pytest

from physics.discharge import FlowPath, Shape, Vessel, blowdown
from physics.discharge.vessel_state import GAS, LIQUID_AND_VAPOUR, vessel_energy, vessel_state
from physics.substances import substance


def tables(item):
    return item.saturation.table, item.gas.table, item.molar_mass


@pytest.mark.parametrize(
    ("fluid", "volume", "mass", "temperature", "pad", "kind"),
    [
        ("chlorine", 62.0, 82000.0, 300.0, 0.0, LIQUID_AND_VAPOUR),
        ("chlorine", 62.0, 82000.0, 285.0, 300.0, LIQUID_AND_VAPOUR),
        ("chlorine", 62.0, 60.0, 300.0, 500.0, GAS),
        ("propane", 50.0, 21000.0, 293.15, 0.0, LIQUID_AND_VAPOUR),
        ("nitrogen", 1.0, 50.0, 298.15, 0.0, GAS),
        ("methane", 10.0, 30.0, 250.0, 10.0, GAS),
    ],
)
def test_state_inverts_energy(fluid, volume, mass, temperature, pad, kind):
    item = substance(fluid)
    energy = vessel_energy(*tables(item), volume, mass, pad, temperature)
    t, p, liquid, found = vessel_state(*tables(item), volume, mass, energy, pad, 250.0)
    assert found == kind
    assert t == pytest.approx(temperature, rel=1e-9)
    assert p > 0.0
    assert (liquid > 0.0) == (kind == LIQUID_AND_VAPOUR)


CASES = (("chlorine", 900.0, 300.0), ("ammonia", 60.0, 290.0), ("nitrogen", 11.0, 290.0))


def test_state_against_coolprop():
    CoolProp = pytest.importorskip("CoolProp.CoolProp")
    for fluid, density, temperature in (
        ("chlorine", 900.0, 300.0),
        ("ammonia", 60.0, 290.0),
        ("nitrogen", 11.0, 290.0),
    ):
        item = substance(fluid)
        state = CoolProp.AbstractState("HEOS", item.coolprop)
        state.update(CoolProp.DmassT_INPUTS, density, temperature)
        energy = vessel_energy(*tables(item), 1.0, density, 0.0, temperature)
        _, p, liquid, _ = vessel_state(*tables(item), 1.0, density, energy, 0.0, 300.0)
        assert p == pytest.approx(state.p(), rel=2e-3)
        if liquid > 0.0:
            assert liquid / density == pytest.approx(1.0 - state.Q(), rel=1e-4)
        colder = vessel_energy(*tables(item), 1.0, density, 0.0, temperature - 10.0)
        first = state.umass()
        state.update(CoolProp.DmassT_INPUTS, density, temperature - 10.0)
        assert (energy - colder) / density == pytest.approx(first - state.umass(), rel=5e-3)


def _rail_car(**changes):
    given = {"volume": 62.0, "mass": 82000.0, "temperature": 300.0, "height": 2.6, "shape": Shape.HORIZONTAL}
    return Vessel(**{**given, **changes})


HOSE = FlowPath(hole_diameter=0.0254, path_length=6.35, path_diameter=0.0254, loss_coefficient=4.5)


def test_mass_is_conserved_and_the_vessel_cools():
    chlorine = substance("chlorine")
    run = blowdown(chlorine, vessel=_rail_car(), path=HOSE, duration=3 * 3600.0)
    released = np.sum(run.mass_flow_rate * np.diff(run.time))
    assert released == pytest.approx(run.vessel_mass[0] - run.vessel_mass[-1], rel=1e-12)
    assert np.all(np.diff(run.vessel_temperature) < 0.0)
    assert np.all(np.diff(run.mass_flow_rate) <= 0.0)
    assert 15e3 < released < 40e3  # the accident: 21.8 t; a sanity figure, not a fit
    assert run.first.excess_flow_demanded is None


def test_energy_is_conserved():
    """What left carried the enthalpy of the vessel's liquid: integrate it and compare with the energy lost."""
    chlorine = substance("chlorine")
    run = blowdown(chlorine, vessel=_rail_car(height=0.0), path=HOSE, duration=3600.0)
    energy = [
        vessel_energy(*tables(chlorine), 62.0, m, 0.0, t)
        for m, t in zip(run.vessel_mass, run.vessel_temperature, strict=True)
    ]
    enthalpy = chlorine.saturation.liquid_enthalpy(run.vessel_temperature)
    carried = np.sum(-np.diff(run.vessel_mass) * 0.5 * (enthalpy[1:] + enthalpy[:-1]))
    assert energy[0] - energy[-1] == pytest.approx(carried, rel=5e-5)  # first order in time


def test_isolation_stops_it_and_the_trapped_mass_runs_out():
    chlorine = substance("chlorine")
    run = blowdown(chlorine, vessel=_rail_car(), path=HOSE, duration=1800.0, isolated_after=601.0, trapped_mass=5.0)
    after = run.time[:-1] >= 601.0
    released = np.sum((run.mass_flow_rate * np.diff(run.time))[after])
    assert released == pytest.approx(5.0, rel=1e-6)
    assert run.vessel_mass[-1] == pytest.approx(82000.0 - np.sum((run.mass_flow_rate * np.diff(run.time))[~after]))
    assert 601.0 in run.time
    assert run.release(source_height=1.0).total_mass == pytest.approx(run.vessel_mass[0] - run.vessel_mass[-1] + 5.0)


def test_pad_gas_drives_more_and_fades():
    chlorine = substance("chlorine")
    bare = blowdown(chlorine, vessel=_rail_car(), path=HOSE, duration=600.0)
    padded = blowdown(chlorine, vessel=_rail_car(pad_pressure=5e5), path=HOSE, duration=600.0)
    assert padded.vessel_pressure[0] == pytest.approx(bare.vessel_pressure[0] + 5e5, rel=1e-9)
    assert padded.mass_flow_rate[0] > 1.3 * bare.mass_flow_rate[0]
    assert padded.vessel_pressure[-1] < padded.vessel_pressure[0]


def test_gas_vessel_follows_the_ideal_law_at_low_pressure():
    """Adiabatic emptying (check 8's formula) for nitrogen at 8 bar, where it is nearly ideal."""
    nitrogen = substance("nitrogen")
    mass = 1.0 * nitrogen.gas.density(298.15, pressure=8e5)
    run = blowdown(
        nitrogen,
        vessel=Vessel(volume=1.0, mass=mass, temperature=298.15),
        path=FlowPath(hole_diameter=0.01),
        duration=30.0,
    )
    tau = mass / run.first.mass_flow_rate
    ideal = 8e5 * (1 + 0.4 * 30.0 / (2 * tau)) ** (2 * 1.4 / (1 - 1.4))
    assert run.vessel_pressure[-1] == pytest.approx(ideal, rel=0.01)


def test_it_empties_and_ends():
    chlorine = substance("chlorine")
    run = blowdown(
        chlorine,
        vessel=Vessel(volume=1.0, mass=300.0, temperature=295.0),
        path=FlowPath(hole_diameter=0.02),
        duration=900.0,
    )
    assert run.mass_flow_rate[-1] == 0.0
    assert run.vessel_mass[-1] < 5.0
    assert run.release(source_height=0.0).duration < 900.0
