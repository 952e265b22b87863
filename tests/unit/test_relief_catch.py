"""A relief valve of a plant that ends in a flare or scrubber: no release while that works, one where it may not."""

import numpy as np
import pytest

from scenarios.forecast import forecast
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin.load import check_plant, load_plant
from twin.source import release_band

PLANT = """\
schema: 1
plant: {id: relief, name: Relief, crs: EPSG:4326, origin: {lon: 116.4, lat: 39.9}}
fluids:
  chlorine: {components: {chlorine: 1.0}, state: gas}
catches:
  - {id: SC-1, kind: scrubber, rate: "RATE kg/s", efficiency: 1.0, outlet_height: "25 m", availability: AVAILABLE}
equipment:
  - tag: V-1
    class: Vessel
    volume: "20 m3"
    xyz: [0, 0, 1]
    geometry: {shape: cylinder, D: 2, L: 6.4, orient: horizontal}
    inventory: {fluid: chlorine, T: 300, P: "8.2 bar", level: 0.5}
nozzles:
  - {id: N-1, equipment: V-1, z: 2.0}
joints:
  - {id: J-1, xyz: [1, 0, 4]}
lines:
  - {tag: L-1, from: N-1, to: J-1, fluid: chlorine, dn: 25, length: 3}
valves:
  - {tag: PSV-1, line: L-1, role: prv, setting: "9 bar", catch: SC-1}
"""


@pytest.fixture
def plant(tmp_path):
    def made(rate=20.0, available="1.0", text=PLANT):
        written = text.replace("RATE", str(rate)).replace("AVAILABLE", available)
        (tmp_path / "plant.yaml").write_text(written, encoding="utf-8")
        return load_plant(tmp_path)

    return made


def test_a_scrubber_that_works_leaves_no_release(plant):
    band = release_band(plant(), None, part="PSV-1", duration=600.0)
    for run in (band.low, band.best, band.high):
        assert run.total_mass == 0.0
        assert run.discharged_mass > 100.0
        assert run.conservation.caught == pytest.approx(run.discharged_mass, rel=1e-6)
        assert abs(run.conservation.mass_error) < 1e-9
    assert band.best.source_height == 25.0
    assert any(says.startswith("It relieves into SC-1, which holds or burns") for says in band.best.says)


def test_overload_and_doubt_make_it_one(plant):
    """Half of the flow is too much for a small scrubber; one not known to be there is not counted in the high run."""
    small = release_band(plant(rate=0.5), None, part="PSV-1", duration=600.0).best
    flow = float(small.discharged[0])
    assert flow > 0.5
    assert float(small.mass_flow_rate[0]) == pytest.approx(flow - 0.5, rel=1e-9)
    assert any("More gets past it from 0 s on" in says for says in small.says)
    doubtful = release_band(plant(available="0.98"), None, part="PSV-1", duration=600.0)
    assert doubtful.best.total_mass == 0.0
    assert doubtful.high.total_mass == pytest.approx(doubtful.high.discharged_mass, rel=1e-6)


def test_a_hole_in_the_valve_itself_leaks_into_the_open(plant):
    run = release_band(plant(), None, part="PSV-1", hole_diameter=0.005, duration=600.0).best
    assert run.total_mass == pytest.approx(run.discharged_mass, rel=1e-6)
    assert run.total_mass > 1.0


def test_a_forecast_of_a_relief_that_is_caught_reaches_nobody(plant):
    asked = Scenario(
        plant="relief", part="PSV-1", wind=Wind(speed=3.0, from_direction=0.0, stability="D"), duration=600.0
    )
    found = summary(forecast(plant(), None, asked))
    assert found["leak"]["rate_kg_s"] > 0.0
    assert found["leak"]["airborne_rate_kg_s"] == 0.0
    assert found["branches"][0]["conservation"]["caught_kg"] > 100.0
    assert all(zone["max_distance_m"] == 0.0 for zone in found["zones"])
    doubtful = summary(forecast(plant(available="0.98"), None, asked))
    assert max(zone["max_distance_m"] for zone in doubtful["zones"]) > 100.0
    assert all(zone["best_distance_m"] == 0.0 for zone in doubtful["zones"])


def test_a_catch_that_is_not_there_is_named(tmp_path):
    text = PLANT.replace("RATE", "1").replace("AVAILABLE", "1.0").replace("catch: SC-1", "catch: SC-9")
    (tmp_path / "plant.yaml").write_text(text, encoding="utf-8")
    found = [item for item in check_plant(tmp_path) if item.severity == "error"]
    assert [(item.id, "no catch; did you mean SC-1" in item.says) for item in found] == [("PSV-1", True)]


def test_units_of_a_catch_are_read(plant):
    catch = plant(rate=36.0, text=PLANT.replace("kg/s", "t/h")).catches["SC-1"]
    assert catch.rate == pytest.approx(10.0)
    assert np.isinf(catch.charge)
