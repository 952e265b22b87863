"""The flashing band: the propane hole, and the best estimate by length of path."""

import math

import numpy as np
import pytest

from physics.cards import MODELS, ModelInputError
from physics.discharge import FlowPath, discharge
from physics.substances import substance

PROPANE = {"fluid": "propane", "temperature": 293.15, "hole_diameter": 0.025}


def run(**inputs):
    return MODELS["flashing-band"].run(inputs)


def test_propane_hole():
    """25 mm, saturated at 20 degC, C_d 0.62: 1.85 kg/s in equilibrium; thin wall near 8.3 kg/s."""
    found = run(**PROPANE)
    assert found["low_mass_flow_rate"] == pytest.approx(1.85, abs=0.01)
    assert found["high_mass_flow_rate"] == pytest.approx(8.3, abs=0.1)
    assert found["mass_flow_rate"] == found["high_mass_flow_rate"]
    assert found["mass_flux"] == pytest.approx(found["mass_flow_rate"] / (math.pi * 0.025**2 / 4))


@pytest.mark.parametrize("fluid", ["propane", "ammonia", "chlorine"])
@pytest.mark.parametrize("excess", [0.0, 5e5])
def test_best_estimate_by_length(fluid, excess):
    pressure = substance(fluid).saturation.pressure(293.15) + excess
    inputs = {"fluid": fluid, "temperature": 293.15, "pressure": pressure, "hole_diameter": 0.025}
    rows = [run(path_length=length, **inputs) for length in (0.0, 0.01, 0.03, 0.06, 0.0999999, 0.1, 0.3, 3.0)]
    for row in rows:
        assert row["low_mass_flow_rate"] <= row["mass_flow_rate"] <= row["high_mass_flow_rate"]
    best = [row["mass_flow_rate"] for row in rows]
    if excess == 0.0:
        assert np.all(np.diff(best) < 0.0)
    assert best[4] == pytest.approx(best[5], rel=1e-4)
    nozzle = MODELS["homogeneous-equilibrium"].run({k: v for k, v in inputs.items() if k != "hole_diameter"})
    area = math.pi * 0.025**2 / 4
    assert 0.9 * nozzle["mass_flux"] * area < best[5] < nozzle["mass_flux"] * area
    share = 0.3
    middle = ((1 - share) / best[0] ** 2 + share / best[5] ** 2) ** -0.5
    assert best[2] == pytest.approx(middle, rel=1e-3)


def test_long_path_is_the_flashing_line():
    """What the release model takes for a line is the band's best estimate."""
    path = FlowPath(hole_diameter=0.025, path_length=5.0, path_diameter=0.05)
    flow = discharge(
        substance("chlorine"),
        pressure=float(substance("chlorine").saturation.pressure(293.15)),
        temperature=293.15,
        liquid=True,
        path=path,
    )
    found = run(fluid="chlorine", temperature=293.15, hole_diameter=0.025, path_length=5.0, path_diameter=0.05)
    assert found["mass_flow_rate"] == pytest.approx(flow.mass_flow_rate, rel=1e-12)
    assert found["high_mass_flow_rate"] == pytest.approx(flow.other_mass_flow_rate, rel=1e-12)


def test_refusals():
    with pytest.raises(ModelInputError, match="hole_diameter"):
        run(fluid="propane", temperature=293.15, hole_diameter=-0.1)
    with pytest.raises(ModelInputError, match="temperature"):
        run(fluid="propane", temperature=390.0, hole_diameter=0.01)
    with pytest.raises(ModelInputError, match="ambient_pressure"):
        run(ambient_pressure=0.0, **PROPANE)
    assert run(ambient_pressure=3e6, **PROPANE)["mass_flow_rate"] == 0.0
    assert run(ambient_pressure=3e6, path_length=0.05, **PROPANE)["mass_flow_rate"] == 0.0


def test_phast_propane_hole():
    """Check 12: Phast 6.54, propane 21 bar gauge, 27 degC, 5 mm, C_d 0.60: 0.5588 kg/s, 6 %."""
    found = run(
        fluid="propane",
        temperature=300.15,
        pressure=21e5 + 101325.0,
        hole_diameter=0.005,
        discharge_coefficient=0.60,
    )
    assert found["mass_flow_rate"] == pytest.approx(0.5588, rel=0.06)
    assert found["low_mass_flow_rate"] < found["mass_flow_rate"]
