"""Writing a mixture, and what is said of it."""

import numpy as np
import pytest

from api.sentences import in_chinese
from physics.cards import MODELS, Grade, ModelInputError
from physics.mixtures import (
    NAMED,
    MixtureError,
    NoMixtureState,
    mixture_single_phase,
    mixture_states,
    parse_mixture,
    state_at_density,
    state_at_enthalpy,
)
from physics.mixtures.interaction import INTERACTION, interaction
from physics.mixtures.mixture import _kappa
from physics.models import MODELS as LOADED
from physics.substances import substance, substances

HAQUE = "Methane[0.855]&Ethane[0.045]&Propane[0.10]"


def test_a_composition_is_read():
    mixture = parse_mixture(HAQUE)
    assert mixture.names == ("methane", "ethane", "propane")
    assert mixture.fractions == pytest.approx([0.855, 0.045, 0.1])
    assert mixture.molar_mass == pytest.approx(0.855 * 16.0428e-3 + 0.045 * 30.069e-3 + 0.1 * 44.0956e-3, rel=1e-5)
    assert parse_mixture(" CH4 [ 0.505 ] & 74-98-6[0.5] ").fractions == pytest.approx([0.505 / 1.005, 0.5 / 1.005])
    assert parse_mixture("Propane").fractions == pytest.approx([1.0])
    assert not parse_mixture(HAQUE).caveats


@pytest.mark.parametrize(
    ("text", "component", "says"),
    [
        ("Methane[0.5]&Unobtainium[0.5]", "Unobtainium", "no substance"),
        ("Methane[0.5]&Ethane[0.4]", "", "sum to 1"),
        ("Methane[0.5]&Ethane", "Ethane", "no mole fraction"),
        ("Methane[0.5]&Ethane[half]", "Ethane", "not a number"),
        ("Methane[0.5]&Ethane[-0.5]", "Ethane", "above 0"),
        ("Methane[1.0]&Ethane[0]", "Ethane", "above 0"),
        ("Methane[nan]&Ethane[0.5]", "Methane", "above 0"),
        ("Methane[0.5]&CH4[0.5]", "CH4", "twice"),
        ("Methane[0.5]&[0.5]", "[0.5]", "must be written"),
        ("", "", "must be written"),
    ],
)
def test_errors_name_the_component(text, component, says):
    with pytest.raises(MixtureError, match=says) as caught:
        parse_mixture(text)
    assert caught.value.component == component
    with pytest.raises(ModelInputError, match="fluid"):
        LOADED["mixture-state"].run({"fluid": text, "pressure": 1e6, "temperature": 300.0})


def test_named_compositions_sum_to_one_and_say_their_source():
    for name in NAMED:
        mixture = parse_mixture(name.title())
        assert mixture.source
        assert sum(share for _, share in NAMED[name].parts) == pytest.approx(1.0, abs=2e-3)


def test_interaction_parameters_are_symmetric_and_of_known_substances():
    known = set(substances())
    assert all(pair <= known for pair in INTERACTION)
    assert interaction("methane", "carbon dioxide") == interaction("carbon dioxide", "methane") == 0.0978
    assert interaction("methane", "methane") == 0.0
    assert interaction("isopentane", "ethane") is None
    assert max(abs(value) for value in INTERACTION.values()) <= 0.3


def test_what_the_method_does_not_suit_is_said():
    hydrogen_fluoride = parse_mixture("Propane[0.5]&Hydrogen fluoride[0.5]")
    assert hydrogen_fluoride.caveats[0].grade is Grade.NOT_VALID
    found = MODELS["mixture-state"].run({"fluid": "Propane[0.5]&HF[0.5]", "pressure": 1e6, "temperature": 300.0})
    assert found["density"] is None
    assert parse_mixture("Propane[0.9]&Ammonia[0.1]").caveats[0].grade is Grade.DEGRADED
    assert "ethane/isopentane" in parse_mixture("Ethane[0.5]&Isopentane[0.5]").caveats[0].says
    assert parse_mixture("Water").caveats == ()
    cold = MODELS["mixture-state"].run({"fluid": "Methane[0.5]&CO2[0.5]", "pressure": 1e6, "temperature": 180.0})
    assert any("colder than its table" in item["says"] for item in cold["caveats"])
    hot = MODELS["mixture-state"].run({"fluid": HAQUE, "pressure": 1e6, "temperature": 690.0})
    assert any("heat capacities were held" in item["says"] for item in hot["caveats"])
    for item in (*hydrogen_fluoride.caveats, *parse_mixture("Propane[0.9]&Ammonia[0.1]").caveats):
        assert in_chinese(item.says)
    for item in (*cold["caveats"], *hot["caveats"]):
        assert in_chinese(item["says"])


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("mixture-gas-orifice", {"fluid": HAQUE, "pressure": 8e6, "temperature": 285.0, "hole_diameter": 0.01}),
        (
            "mixture-flashing-band",
            {"fluid": "autogas 60/40", "temperature": 290.0, "hole_diameter": 0.01, "path_length": 1.0},
        ),
        (
            "mixture-expansion",
            {
                **{"fluid": "Ethane[0.5]&Isopentane[0.5]", "pressure": 5e6, "temperature": 400.0},
                **{"exit_velocity": 400.0, "exit_pressure": 3e6, "density": 30.0},
            },
        ),
    ],
)
def test_every_sentence_has_a_chinese_one(name, inputs):
    found = MODELS[name].run(inputs)
    assert len(found["caveats"]) > 1
    for item in found["caveats"]:
        assert in_chinese(item["says"]), item["says"]


def test_planes_take_any_shape_and_refuse_nonsense():
    mixture = parse_mixture(HAQUE)
    assert mixture_states(mixture, np.full((2, 3), 300.0), np.full((2, 3), 10.0)).pressure.shape == (6,)
    with pytest.raises(ValueError, match="equal lengths"):
        mixture_states(mixture, [300.0], [1.0, 2.0])
    for temperature, density in ((300.0, 0.0), (-1.0, 5.0), (float("nan"), 5.0), (300.0, float("inf"))):
        with pytest.raises(ValueError, match="finite and above 0"):
            mixture_states(mixture, [temperature], [density])
    packed = mixture_states(mixture, [300.0], [2.0 * mixture.greatest_density])
    assert packed.fallback.all()
    assert np.isfinite(packed.pressure).all()
    assert (mixture_single_phase(mixture, [150.0, 300.0], [50.0, 50.0]).vapour_fraction == 1.0).all()


def test_states_that_do_not_exist_are_refused():
    mixture = parse_mixture(HAQUE)
    with pytest.raises(NoMixtureState, match="density"):
        state_at_density(mixture, temperature=300.0, density=5000.0)
    with pytest.raises(NoMixtureState, match="between 60 and 1000 K"):
        state_at_enthalpy(mixture, pressure=1e5, enthalpy=1e8)


def test_pseudo_critical_point_is_near_the_real_one():
    """Of one substance it is that substance's own: propane's critical density is 220.5 kg/m³ (Lemmon 2009)."""
    propane = parse_mixture("Propane")
    assert propane.pseudo_critical_temperature == substance("propane").saturation.critical_temperature
    assert propane.pseudo_critical_density == pytest.approx(220.5, rel=0.01)
    assert parse_mixture(HAQUE).pseudo_critical_temperature == pytest.approx(213.66, abs=0.01)


def test_bubble_and_dew_points_that_are_not_there_are_null():
    found = MODELS["mixture-state"].run({"fluid": HAQUE, "pressure": 3e7, "temperature": 400.0})
    assert found["bubble_pressure"] is None
    assert found["dew_temperature"] is None
    assert found["liquid_composition"] == ""
    assert found["density"] > 0.0


@pytest.mark.parametrize("acentric", [0.0, 0.2, 0.49, 0.492, 0.9])
def test_slope_of_alpha_is_that_of_1976_and_1978(acentric):
    """Thermo's PR78 writes the same two polynomials, from the papers."""
    eos = pytest.importorskip("thermo.eos")
    other = eos.PR78(Tc=500.0, Pc=3e6, omega=acentric, T=400.0, P=1e5)
    assert _kappa(acentric) == pytest.approx(other.kappa, rel=1e-12)
