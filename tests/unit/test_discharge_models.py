"""Registered discharge models never give a number that is none, and answer to a fluid that associates."""

import math

import pytest

from physics.cards import ModelInputError
from physics.models import MODELS
from physics.substances import substance, substances

NOZZLES = ("homogeneous-equilibrium", "omega", "hne-ds", "frozen", "fauske")
EXTRA = {"flashing-band": {"hole_diameter": 0.01}, "catastrophic-rupture": {"mass": 100.0}}
LIQUIDS = (*NOZZLES, *EXTRA)


def finite(outputs):
    numbers = [value for key, value in outputs.items() if key != "caveats" and value is not None]
    return all(math.isfinite(value) for value in numbers)


@pytest.mark.parametrize("fluid", substances()[:16])
@pytest.mark.parametrize("name", LIQUIDS)
def test_every_answer_is_a_number_or_a_refusal(name, fluid):
    table = substance(fluid).saturation
    refused = set()
    takes = {item.name for item in MODELS[name].card.takes}
    for share in (0.0, 0.01, 0.5, 0.9, 0.999, 1.0):
        temperature = table.temperature_low + share * (table.temperature_high - table.temperature_low)
        for pressure in (0.0, 50.0, 5e5, 5e7):
            for quality in (0.0, 1e-6, 0.5, 1.0):
                for ambient in (0.0, 1.0, 101325.0, 1e8):
                    given = {
                        "temperature": temperature,
                        "pressure": pressure,
                        "vapour_fraction": quality,
                        "ambient_pressure": ambient,
                    }
                    inputs = {key: value for key, value in given.items() if key in takes}
                    try:
                        outputs = MODELS[name].run({"fluid": fluid, **inputs, **EXTRA.get(name, {})})
                    except ModelInputError as error:
                        refused.add(error.field)
                        continue
                    assert finite(outputs), (inputs, outputs)
    assert refused <= takes


@pytest.mark.parametrize("fluid", ["methane", "nitrogen", "chlorine", "water", "ammonia"])
def test_real_gas_gives_a_number_or_a_refusal(fluid):
    item, refused = substance(fluid), set()
    for temperature in (100.0, 200.0, 300.0, 420.0, 600.0, 900.0):
        for pressure in (10.0, 1e5, 5e6, 5e7):
            for ambient in (1.0, 101325.0, 4e6):
                inputs = {"temperature": temperature, "pressure": pressure, "ambient_pressure": ambient}
                try:
                    outputs = MODELS["real-gas-orifice"].run({"fluid": item.name, "hole_diameter": 0.01, **inputs})
                except ModelInputError as error:
                    refused.add(error.field)
                    continue
                assert finite(outputs), (inputs, outputs)
    assert refused <= {"temperature", "pressure", "ambient_pressure"}


@pytest.mark.parametrize("name", LIQUIDS)
def test_what_associates_is_not_valid_here(name):
    outputs = MODELS[name].run({"fluid": "hydrogen fluoride", "temperature": 310.0, **EXTRA.get(name, {})})
    assert any(caveat["grade"] == "not valid here" for caveat in outputs["caveats"])
    assert all(value is None for key, value in outputs.items() if key != "caveats")
