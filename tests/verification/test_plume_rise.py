"""Briggs' plume rise against its check number and its own limits."""

import pytest

from physics.cards import MODELS, ModelInputError
from physics.dispersion.plume_rise import plume_rise, rise_at

STACK = {
    "exit_velocity": 15.0,
    "stack_diameter": 2.0,
    "stack_temperature": 400.0,
    "ambient_temperature": 288.0,
    "wind_speed": 5.0,
    "stability_class": "D",
}


def test_check_number():
    found = plume_rise(**STACK)
    assert found.buoyancy_flux == pytest.approx(41.20, rel=1e-3)
    assert found.rise == pytest.approx(69.69, rel=1e-3)
    assert found.distance == pytest.approx(500.6, rel=1e-3)


@pytest.mark.parametrize("velocity", [3.0, 60.0])
def test_buoyancy_and_momentum_meet_at_the_cross_over(velocity):
    """There both rises are equal: weak plumes and strong ones, which the two pairs of equations part at 55 m⁴/s³."""
    given = STACK | {"exit_velocity": velocity, "stack_diameter": 1.0 if velocity < 10.0 else 8.0}
    low, high = 288.0 + 1e-6, 900.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if plume_rise(**given | {"stack_temperature": middle}).by_momentum else (low, middle)
    above = plume_rise(**given | {"stack_temperature": high})
    jet = 3.0 * given["stack_diameter"] * velocity / 5.0
    assert not above.by_momentum
    assert above.rise == pytest.approx(jet, rel=5e-3)


def test_both_pairs_meet_at_their_border():
    """At F = 55 the two rises and the two distances differ by less than 1.5 %."""
    weak = (21.425 * 55.0**0.75, 49.0 * 55.0**0.625)
    strong = (38.71 * 55.0**0.6, 119.0 * 55.0**0.4)
    assert weak == pytest.approx(strong, rel=0.015)
    hot = plume_rise(**STACK | {"exit_velocity": 30.0})
    assert hot.buoyancy_flux > 55.0
    assert hot.rise == pytest.approx(38.71 * hot.buoyancy_flux**0.6 / 5.0)


def test_stable_air_holds_a_plume_down():
    heights = [plume_rise(**STACK | {"stability_class": c}).rise for c in "DEF"]
    assert heights == sorted(heights, reverse=True)
    s = 9.80665 / 288.0 * 0.035
    flux = plume_rise(**STACK).buoyancy_flux
    assert heights[2] == pytest.approx(2.6 * (flux / (5.0 * s)) ** (1.0 / 3.0))
    calm = plume_rise(**STACK | {"stability_class": "F", "wind_speed": 0.1})
    assert calm.rise <= 4.0 * flux**0.25 * s**-0.375 * (1.0 + 1e-12)
    cold = plume_rise(**STACK | {"stability_class": "F", "stack_temperature": 288.0})
    momentum = 15.0**2 * 2.0**2 / 4.0
    assert cold.by_momentum
    assert cold.rise == pytest.approx(1.5 * (momentum / (5.0 * s**0.5)) ** (1.0 / 3.0))


def test_rise_on_the_way():
    final = plume_rise(**STACK)
    heights = [rise_at(final, distance=x, wind_speed=5.0) for x in (10.0, 100.0, 400.0, 600.0, 5000.0)]
    assert heights == sorted(heights)
    assert heights[0] == pytest.approx(1.6 * (final.buoyancy_flux * 100.0) ** (1 / 3) / 5.0)
    assert heights[-1] == heights[-2] == final.rise


def test_a_cold_stack_rises_by_its_jet_alone():
    cold = plume_rise(**STACK | {"stack_temperature": 250.0})
    assert cold.by_momentum
    assert cold.rise == pytest.approx(18.0)


def test_model_and_its_refusals():
    import physics.models  # noqa: F401

    given = {"exit_velocity": 15.0, "stack_diameter": 2.0, "source_temperature": 400.0, "ambient_temperature": 288.0}
    found = MODELS["briggs-plume-rise"].run({**given, "wind_speed": 5.0, "stability_class": "D"})
    assert found["plume_rise"] == pytest.approx(69.69, rel=1e-3)
    near = MODELS["briggs-plume-rise"].run(
        {**given, "wind_speed": 5.0, "stability_class": "D", "downwind_distance": 50.0}
    )
    assert near["plume_rise"] < found["plume_rise"]
    with pytest.raises(ModelInputError) as caught:
        MODELS["briggs-plume-rise"].run({**given, "wind_speed": 5.0, "stability_class": "G"})
    assert caught.value.field == "stability_class"
