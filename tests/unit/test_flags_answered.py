"""Every model that makes a source of a substance answers to the substance's flags; no hole in the registry."""

from types import MappingProxyType

import numpy as np
import pytest

from api.work import EXAMPLE
from physics.cards import Card, Caveat, Grade, ModelInputError, worst
from physics.chemistry import SOURCE_WORDS, answers
from physics.discharge.droplets import Spray
from physics.models import MODELS
from physics.rainout import Site, fall_out
from physics.release import ReleaseTerm
from physics.substances import substance, substances
from physics.substances.flags import ANSWERED_BY_MODELS, FLAGS
from physics.weather import Weather

OF_HARM = frozenset({"aegl", "toxic-probit"})
"""Models that take a fluid and make no source of it: what a concentration does to people."""
WITH_FLUID = sorted(name for name, model in MODELS.items() if any(item.name == "fluid" for item in model.card.takes))
SOURCES = [name for name in WITH_FLUID if name not in OF_HARM]
SHAPE = {"vessel_length": 6.0, "vessel_diameter": 2.0, "wall_thickness": 0.012, "level": 0.5, "duration": 30.0}
SAID_OTHERWISE = frozenset({"toxic", "corrosive", "asphyxiant", "absorbs-water"})
"""Flags that toxicity data, or a model of pools on water, speak for."""


def ran(name, fluid):
    """A model's caveats for a fluid, at the first state it takes."""
    model = MODELS[name]
    refused = None
    for temperature in (270.0, 300.0, 310.0, 330.0, 240.0, 380.0, 200.0, 450.0):
        for pressure in (3e5, 2e6, 9e4):
            inputs = {item.name: EXAMPLE[item.name] for item in model.card.takes if item.name in EXAMPLE}
            inputs |= {item.name: _middle(item) for item in model.card.takes if item.name not in EXAMPLE}
            given = {"fluid": fluid, "temperature": temperature, "pressure": pressure}
            inputs |= {key: value for key, value in (given | SHAPE).items() if key in inputs}
            try:
                return model.run(inputs)
            except ModelInputError as error:
                if error.field == "fluid":  # refused by name: an answer too
                    return {"caveats": [{"grade": "not valid here", "says": error.says}]}
                refused = error
            except (ValueError, ArithmeticError) as error:
                refused = error
    pytest.fail(f"{name} takes no state of {fluid}: {refused}")


def _middle(item):
    from api.work import _middle as middle

    return middle(item)


def test_what_takes_a_fluid_makes_a_source_or_is_of_harm():
    assert set(WITH_FLUID) >= OF_HARM
    for name in WITH_FLUID:
        assert bool(SOURCE_WORDS & set(MODELS[name].card.gives)) == (name in SOURCES), name


def test_every_flag_is_answered_somewhere():
    spoken = {flag for name in substances() for flag in substance(name).flags if answers_to(name, flag)}
    assert spoken == set(FLAGS) - SAID_OTHERWISE


def answers_to(name, flag):
    with_it = len(answers(substance(name)))
    return len(answers(substance(name), counted=(flag,))) < with_it


@pytest.mark.parametrize("fluid", ["hydrogen fluoride", "sulfur trioxide"])
@pytest.mark.parametrize("name", SOURCES)
def test_chemistry_no_model_has_leaves_no_number(name, fluid):
    found = ran(name, fluid)
    assert any(item["grade"] == "not valid here" for item in found["caveats"]), found["caveats"]
    assert all(value is None for key, value in found.items() if key != "caveats")


@pytest.mark.parametrize(
    ("fluid", "says"),
    [
        ("phosgene", "reacts with water"),
        ("chlorine", "makes other things burn"),
        ("1,3-butadiene", "react with itself"),
        ("ethylene oxide", "fall apart"),
        ("propane", "combustion"),
    ],
)
@pytest.mark.parametrize("name", SOURCES)
def test_other_flags_are_notes_on_a_number(name, fluid, says):
    found = ran(name, fluid)
    noted = [item for item in found["caveats"] if says in item["says"]]
    assert [item["grade"] for item in noted] == ["note"]


def test_a_model_with_the_chemistry_may_answer():
    of = substance("hydrogen fluoride")
    assert worst(answers(of)) is Grade.NOT_VALID
    assert worst(answers(of, counted=tuple(ANSWERED_BY_MODELS))) in {None, Grade.NOTE}


def test_a_mixture_answers_for_each_component():
    from physics.chemistry import of_the_fluid

    card = MappingProxyType({name: model.card for name, model in MODELS.items()})["mixture-gas-orifice"]
    assert isinstance(card, Card)
    found = of_the_fluid(card, {"fluid": "Chlorine[0.5]&Propane[0.5]"})
    assert {item.about for item in found} == {"chlorine", "propane"}
    assert all(isinstance(item, Caveat) for item in found)


def test_a_release_in_the_air_answers_too():
    one = np.ones(1)
    release = ReleaseTerm(
        substance="sulfur trioxide", time=np.array([0.0, 10.0]), mass_flow_rate=one, vapour_fraction=one,
        temperature=330.0 * one, density=3.0 * one, velocity=one, source_height=1.0,
    )  # fmt: skip
    air = Weather(wind_speed=3.0, wind_from_direction=0.0, stability_class="D")
    found = fall_out(release, weather=air, site=Site(), spray=Spray(), duration=10.0)
    assert worst(found.caveats) is Grade.NOT_VALID
