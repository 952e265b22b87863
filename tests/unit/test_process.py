"""States are values; valves, checks and excess-flow valves do what they say; bad input is named."""

import math

import numpy as np
import pytest

from physics.cards import ModelInputError
from physics.process import Network, initial_state, liquid_enthalpy, outputs, simulate, step
from physics.process.layout import STATE_LINK, STATE_NODE, STATE_VESSEL
from physics.substances import substance

CHLORINE = substance("chlorine")
BORE = math.pi * 0.0254**2 / 4
NAMES = (*STATE_VESSEL, *STATE_NODE, *STATE_LINK, "hole_area")


def plant(**changes):
    given = {
        "substance": CHLORINE,
        "vessel_volume": [62.0],
        "vessel_height": [2.6],
        "vessel_lying": [1],
        "junctions": 2,
        "boundary_pressure": [4e5],
        "boundary_enthalpy": [liquid_enthalpy(CHLORINE, temperature=280.0)],
        "link_from": [0, 1, 2],
        "link_to": [1, 2, 3],
        "link_area": [BORE] * 3,
        "link_loss": [4.0, 4.0, 50.0],
        "link_stroke": [0.0, 10.0, 0.0],
        "link_excess_flow": [1.89, np.inf, np.inf],
        "hole_node": [1],
    }
    return Network(**{**given, **changes})


def start(network, **changes):
    return initial_state(network, **{"vessel_mass": [82e3], "vessel_temperature": [300.0], **changes})


def same(a, b):
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in NAMES)


def test_a_state_can_be_kept_and_gone_on_from_bit_for_bit():
    network = plant()
    torn = start(network).changed(hole_area=[BORE])
    whole = simulate(network, torn, duration=120.0, sample=1.0)
    half = simulate(network, torn, duration=60.0, sample=1.0)
    again = simulate(network, half.state, duration=60.0, sample=1.0)
    assert same(whole.state, again.state)
    np.testing.assert_array_equal(whole.hole_flow[60:], again.hole_flow)
    assert same(whole.state, simulate(network, torn, duration=120.0, sample=1.0).state)
    assert same(simulate(network, torn, duration=120.0, sample=10.0).state, whole.state)
    assert whole.state.time == again.state.time == 120.0


def test_states_and_networks_are_frozen():
    network = plant()
    state = start(network)
    with pytest.raises(ValueError, match="read-only"):
        state.vessel_mass[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        network.link_area[0] = 1.0
    before = state.vessel_mass.copy()
    step(network, state, duration=10.0)
    assert np.array_equal(before, state.vessel_mass)


def test_outputs_change_nothing():
    network = plant()
    state = start(network).changed(hole_area=[BORE])
    first = outputs(network, state)
    assert np.array_equal(first.link_flow, outputs(network, state).link_flow)


def test_a_valve_strokes():
    network = plant()
    shutting = start(network).changed(link_target=[1.0, 0.0, 1.0])
    run = simulate(network, shutting, duration=12.0, sample=1.0)
    assert run.link_opening[5, 1] == pytest.approx(0.5)
    assert run.link_opening[-1, 1] == 0.0
    assert np.all(np.diff(run.link_flow[:11, 1]) < 0.0)
    assert run.link_flow[-1, 1] == 0.0
    assert run.state.node_pressure[1] == pytest.approx(run.state.node_pressure[0], rel=0.06)


def test_excess_flow_valve_closes_only_where_it_works():
    torn = {"hole_area": [BORE]}
    failing = plant()
    state = start(failing).changed(**torn)
    assert outputs(failing, state).link_excess[0]
    assert simulate(failing, state, duration=5.0).link_flow[-1, 0] > 1.89
    working = plant(link_excess_closes=[1, 0, 0], link_check=[0, 1, 1])
    run = simulate(working, start(working).changed(**torn), duration=5.0)
    assert run.link_flow[0, 0] > 1.89
    assert run.link_flow[-1, 0] == 0.0
    assert run.state.link_tripped[0] == 1
    reset = run.state.changed(link_tripped=[0, 0, 0], hole_area=[0.0])
    assert simulate(working, reset, duration=5.0).link_flow[-1, 0] > 0.0


def test_check_valve_stops_reverse_flow():
    for check, sign in ((0, -1.0), (1, 0.0)):
        network = plant(boundary_pressure=[12e5], link_check=[0, 0, check])
        assert np.sign(outputs(network, start(network)).link_flow[2]) == sign


def test_everything_shut_keeps_everything():
    network = plant()
    state = start(network, link_opening=0.0)
    run = simulate(network, state, duration=60.0)
    assert np.all(run.link_flow == 0.0)
    assert run.state.vessel_mass[0] == state.vessel_mass[0]
    np.testing.assert_allclose(run.node_pressure[-1], run.node_pressure[0], rtol=1e-9)


def test_pump_and_draw():
    network = plant(link_from=[], link_to=[], link_area=[], link_loss=[], link_stroke=None, link_excess_flow=None)
    state = start(network, inflow=[-2.0, 0.0, 0.0, 0.0])
    run = simulate(network, state, duration=100.0)
    assert run.state.vessel_mass[0] == pytest.approx(82e3 - 200.0, rel=1e-12)


def test_eduction_pipe_uncovers():
    network = plant(link_from_height=[2.4, 0.0, 0.0])
    top = start(network, vessel_mass=[40e3])
    run = outputs(network, top)
    full = outputs(plant(), start(plant(), vessel_mass=[40e3]))
    assert 0.0 < run.link_flow[0] < 0.7 * full.link_flow[0]
    assert run.node_enthalpy[1] > full.node_enthalpy[1] + 1e5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("link_from", [0, 1, 9]),
        ("link_area", [0.0, 1e-3, 1e-3]),
        ("link_loss", [np.nan, 1.0, 1.0]),
        ("link_loss", [0.0, 1.0, 1.0]),
        ("vessel_volume", [-1.0]),
        ("hole_node", [3]),
        ("link_check", [0, 0]),
        ("boundary_enthalpy", []),
    ],
)
def test_bad_network_names_the_array(name, value):
    with pytest.raises(ModelInputError) as caught:
        plant(**{name: value})
    assert caught.value.field == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vessel_mass", [90e3]),
        ("vessel_mass", [math.nan]),
        ("vessel_mass", [-1.0]),
        ("link_opening", [2.0, 1.0, 1.0]),
        ("hole_area", [-1.0]),
    ],
)
def test_bad_state_names_the_array(name, value):
    with pytest.raises(ModelInputError) as caught:
        start(plant(), **{name: value})
    assert caught.value.field == name


def test_bad_duration_is_named():
    network = plant()
    with pytest.raises(ModelInputError) as caught:
        simulate(network, start(network), duration=math.nan)
    assert caught.value.field == "duration"
