"""Relief into a drum, a flare or a scrubber: nothing goes out until it is overloaded, spent, full or has failed."""

import math

import numpy as np
import pytest

from physics.catch import FLARE_EFFICIENCY, Treatment, TreatmentKind, caught
from physics.models import MODELS
from physics.release import ReleaseTerm

FLARE, SCRUBBER = TreatmentKind.FLARE, TreatmentKind.SCRUBBER


def relief(rates=(2.0, 6.0, 1.0), vapour=1.0):
    count = len(rates)
    one = np.ones(count)
    return ReleaseTerm(
        substance="chlorine",
        time=np.linspace(0.0, 300.0, count + 1),
        mass_flow_rate=np.array(rates),
        vapour_fraction=vapour * one,
        temperature=260.0 * one,
        density=3.3 * one,
        velocity=50.0 * one,
        source_height=5.0,
    )


SYSTEMS = {
    "enough": Treatment(kind=SCRUBBER, rate=10.0, outlet_height=20.0),
    "overloaded": Treatment(kind=SCRUBBER, rate=4.0),
    "spent": Treatment(kind=SCRUBBER, rate=10.0, charge=350.0),
    "failing": Treatment(kind=FLARE, rate=10.0, efficiency=FLARE_EFFICIENCY, fails_at=150.0),
    "none": Treatment(kind=TreatmentKind.NONE, rate=0.0),
}


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("vapour", [1.0, 0.7])
def test_mass_is_kept(name, vapour):
    """What passed, what lies in the drum and what was removed is what came."""
    found = caught(relief(vapour=vapour), drum_capacity=120.0, treatment=SYSTEMS[name])
    assert found.passed.total_mass + found.in_drum + found.removed == pytest.approx(900.0, rel=1e-12)
    assert found.in_drum <= 120.0 + 1e-9
    assert np.all(found.passed.mass_flow_rate >= 0.0)


def test_it_is_no_release_while_it_works():
    found = caught(relief(), treatment=SYSTEMS["enough"])
    assert found.passed.total_mass == 0.0
    assert found.overloaded_after is None
    assert found.passed.source_height == 20.0


def test_overload_charge_and_failure_come_when_arithmetic_says():
    """Past 4 kg/s from 100 s: 2 kg/s for 100 s; a charge of 350 kg lasts to 125 s; failure at 150 s."""
    over = caught(relief(), treatment=SYSTEMS["overloaded"])
    assert over.overloaded_after == pytest.approx(100.0)
    assert over.passed.total_mass == pytest.approx(200.0, rel=1e-9)
    spent = caught(relief(), treatment=SYSTEMS["spent"])
    assert spent.overloaded_after == pytest.approx(125.0, abs=1.3)
    assert spent.passed.total_mass == pytest.approx(550.0, rel=1e-9)
    failing = caught(relief(), treatment=SYSTEMS["failing"])
    assert failing.overloaded_after == pytest.approx(150.0)
    assert failing.passed.total_mass == pytest.approx(300.0 + 100.0 + (1.0 - FLARE_EFFICIENCY) * 500.0, rel=1e-9)
    assert any("combustion products" in item.says for item in failing.passed.caveats)


def test_liquid_goes_past_a_full_drum_and_no_flare_takes_it():
    """2.7 kg/s of liquid for 300 s in all; the drum takes 120 kg of it, the rest is carried over as liquid."""
    found = caught(relief(vapour=0.7), drum_capacity=120.0, treatment=SYSTEMS["enough"])
    assert found.in_drum == pytest.approx(120.0)
    assert found.passed.total_mass == pytest.approx(0.3 * 900.0 - 120.0, rel=1e-9)
    wet = found.passed.mass_flow_rate > 0.0
    assert np.all(found.passed.vapour_fraction[wet] == 0.0)
    assert found.overloaded_after == pytest.approx(133.0, abs=1.5)


def test_the_registered_model():
    """A flare that lets 2 % through; one overloaded; one that may not work at all."""
    run = MODELS["relief-catch"].run
    inputs = {"fluid": "propane", "mass_flow_rate": 10.0, "duration": 100.0, "treatment": "flare"}
    good = run({**inputs, "treatment_capacity": 20.0, "treatment_availability": 0.99})
    assert good["vented_mass"] == pytest.approx(20.0)
    assert good["overload_time"] is None
    assert good["unprotected_mass"] == pytest.approx(1000.0)
    assert good["probability"] == pytest.approx(0.01)
    assert any("then all 1e+03 kg go out" in item["says"] for item in good["caveats"])
    small = run({**inputs, "treatment_capacity": 4.0})
    assert small["vented_mass"] == pytest.approx(600.0 + 0.02 * 400.0)
    assert small["overload_time"] == 0.0
    nothing = run({"fluid": "propane", "mass_flow_rate": 10.0, "duration": 100.0})
    assert nothing["vented_mass"] == pytest.approx(1000.0)
    assert math.isclose(nothing["removed_mass"], 0.0)
    with pytest.raises(ValueError, match="treatment"):
        run({**inputs, "treatment": "hope"})
