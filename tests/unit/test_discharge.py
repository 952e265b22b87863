"""The choice of regime, what is said of it, and refusals."""

import math

import pytest

from physics.cards import MODELS, ModelInputError
from physics.discharge import FlowPath, Vessel, blowdown, discharge
from physics.substances import substance

CHLORINE = substance("chlorine")


def flow(path, **changes):
    given = {"pressure": 7.9e5, "temperature": 298.15, "liquid": True, "path": path}
    return discharge(CHLORINE, **{**given, **changes})


def test_short_path_is_unflashed_and_says_the_other():
    got = flow(FlowPath(hole_diameter=0.0254, path_length=0.09))
    assert got.choice == "liquid-orifice"
    assert got.mass_flow_rate == got.high > got.other_mass_flow_rate == got.low
    assert "unflashed" in got.says[0]
    assert f"{got.other_mass_flow_rate:.3g}" in got.says[0]


def test_long_path_is_in_equilibrium():
    got = flow(FlowPath(hole_diameter=0.0254, path_length=0.1, path_diameter=0.0254))
    assert got.choice == "flashing-line"
    assert got.mass_flow_rate == got.low < got.other_mass_flow_rate == got.high
    assert any("unvalidated" in caveat.says for caveat in got.caveats)


def test_one_inch_orifice_sanity():
    """Process reference: 5.3 kg/s in equilibrium, 13.4 unflashed."""
    got = flow(FlowPath(hole_diameter=0.0254, discharge_coefficient=0.62), pressure=8.1e5, temperature=299.8)
    assert got.mass_flow_rate == pytest.approx(13.4, rel=0.06)
    whole = flow(FlowPath(hole_diameter=0.0254, discharge_coefficient=1.0), pressure=8.1e5, temperature=299.8)
    assert whole.other_mass_flow_rate == pytest.approx(5.3, rel=0.06)


def test_excess_flow_valve_is_said_not_assumed():
    path = FlowPath(hole_diameter=0.0254, path_length=5.0, excess_flow_rate=0.88)
    got = flow(path)
    assert got.excess_flow_demanded is True
    assert got.mass_flow_rate > 0.88
    assert any("not assumed" in words for words in got.says)
    small = flow(FlowPath(hole_diameter=0.003, path_length=5.0, path_diameter=0.0254, excess_flow_rate=0.88))
    assert small.excess_flow_demanded is False


def test_disagreeing_instruments_are_said():
    got = flow(FlowPath(hole_diameter=0.01), pressure=6.5e5)
    assert any(caveat.grade == "degraded" and "boils" in caveat.says for caveat in got.caveats)
    assert got.exit_temperature < 298.15


def test_no_driving_force_gives_zero_and_says_so():
    got = flow(FlowPath(hole_diameter=0.01), ambient_pressure=9e5)
    assert got.mass_flow_rate == 0.0
    assert any("Nothing flows" in caveat.says for caveat in got.caveats)
    assert flow(FlowPath(hole_diameter=0.0, path_length=2.0, path_diameter=0.02)).mass_flow_rate == 0.0


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("pressure", {"pressure": math.nan}),
        ("pressure", {"pressure": -1.0}),
        ("temperature", {"temperature": math.inf}),
        ("temperature", {"temperature": 500.0}),
        ("ambient_pressure", {"ambient_pressure": 0.0}),
        ("liquid_head", {"liquid_head": math.nan}),
    ],
)
def test_bad_input_names_the_field(field, change):
    with pytest.raises(ModelInputError) as caught:
        flow(FlowPath(hole_diameter=0.01), **change)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hole_diameter", -0.01),
        ("hole_diameter", math.nan),
        ("discharge_coefficient", 1.5),
        ("path_length", -1.0),
        ("loss_coefficient", math.inf),
        ("roughness", -1e-3),
    ],
)
def test_bad_path_names_the_field(field, value):
    with pytest.raises(ModelInputError) as caught:
        FlowPath(**{"hole_diameter": 0.01, field: value})
    assert caught.value.field == field


def test_overfull_vessel_is_refused():
    with pytest.raises(ModelInputError, match="fill the vessel"):
        blowdown(
            CHLORINE,
            vessel=Vessel(volume=1.0, mass=1500.0, temperature=300.0),
            path=FlowPath(hole_diameter=0.01),
            duration=10.0,
        )


def test_models_refuse_by_name_and_answer_to_cas():
    with pytest.raises(ModelInputError, match="did you mean") as caught:
        MODELS["homogeneous-equilibrium"].run({"fluid": "clorine", "temperature": 300.0})
    assert caught.value.field == "fluid"
    by_cas = MODELS["homogeneous-equilibrium"].run({"fluid": "7782-50-5", "temperature": 300.0})
    by_name = MODELS["homogeneous-equilibrium"].run({"fluid": "Chlorine", "temperature": 300.0})
    assert by_cas == by_name
    assert any("unvalidated" in caveat["says"] for caveat in by_cas["caveats"])
    with pytest.raises(ModelInputError, match="no liquid"):
        MODELS["homogeneous-equilibrium"].run({"fluid": "nitrogen", "temperature": 300.0})


def test_excess_of_friction_stays_finite():
    got = flow(FlowPath(hole_diameter=0.01, path_length=1e5, path_diameter=0.01, roughness=0.01))
    assert 0.0 < got.mass_flow_rate < 0.1
