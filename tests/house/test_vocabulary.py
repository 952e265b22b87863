"""One vocabulary: every word once, every unit readable, every Dataset variable a word of it."""

import numpy as np
import pint
import pytest

from physics.quantities import _WORDS, QUANTITIES, attributes, unknown
from scenarios.forecast import forecast
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant

REGISTRY = pint.UnitRegistry()


def test_every_word_stands_once():
    assert len(_WORDS) == len(QUANTITIES)
    assert unknown(["pressure", "no_such_word"]) == ["no_such_word"]


@pytest.mark.parametrize("word", [word for word in _WORDS if word.unit not in {"", "1"}], ids=lambda word: word.name)
def test_units_are_si_and_readable(word):
    spelled = " * ".join(
        part
        if part.lstrip("-").isalpha()
        else part.replace("-", "**-", 1)
        if "-" in part
        else f"{part[:-1]}**{part[-1]}"
        for part in word.unit.split()
    )
    unit = REGISTRY.Unit(spelled)
    if word.unit not in {"degree", "radian"}:
        assert REGISTRY.Quantity(1.0, unit).to_base_units().magnitude == pytest.approx(1.0)
    assert word.says
    assert word.name == word.name.lower()


def test_forecast_variables_carry_their_units():
    """What a number in a Dataset means never has to be guessed."""
    scenario = Scenario(
        plant="festus-chlorine", part="H-301A", wind=Wind(speed=3.0, from_direction=0.0, stability="D"), duration=300.0
    )
    found = forecast(load_plant(find_plant("festus-chlorine")), None, scenario)
    for name, variable in {**found.data_vars, **found.coords}.items():
        if np.issubdtype(variable.dtype, np.floating):
            assert {"units", "long_name"} <= set(variable.attrs), name
    assert attributes("wind_speed")["standard_name"] == "wind_speed"
    for key in ("scenario_digest", "snapshot_at", "models", "caveats", "seed", "software_version", "weather"):
        assert key in found.attrs
