"""Aqueous solutions: partial pressures against tables and limits, and a pool that grows weaker."""

import math

import numpy as np
import pytest

from physics.models import MODELS
from physics.pools import GROUNDS, spill
from physics.pools.spreading import SCHMIDT, mass_transfer
from physics.quantities import GAS_CONSTANT
from physics.solutions import SOLUTIONS, spill_solution
from physics.solutions.ammonia import bubble_pressure, bubble_temperature, vapour_composition
from physics.solutions.hydrochloric import activity_coefficient, debye_hueckel_slope, dielectric_constant, solubility
from physics.substances import substance
from physics.weather import Weather

AMMONIA, ACID = SOLUTIONS["aqueous ammonia"], SOLUTIONS["hydrochloric acid"]
AIR = Weather(
    wind_speed=3.0, wind_from_direction=0.0, stability_class="D", ambient_temperature=293.15, relative_humidity=0.5
)
SPILL = {"mass": 1000.0, "temperature": 293.15, "weather": AIR, "ground": GROUNDS["concrete"], "duration": 3600.0}


def fahrenheit(value):
    return (value - 32.0) / 1.8 + 273.15


def test_aqueous_ammonia():
    """Ends are pure water and pure ammonia; between them a producer's printed boiling points (% NH3, degF)."""
    assert bubble_temperature(101_325.0, 0.0) == pytest.approx(373.12, abs=0.5)
    assert bubble_temperature(2339.0, 0.0) == pytest.approx(293.15, abs=0.7)
    assert bubble_temperature(101_325.0, 1.0) == pytest.approx(239.82, abs=0.3)
    assert vapour_composition(1e5, 0.0) == 0.0
    for percent, printed in (
        (5.02, 186),
        (10.28, 156),
        (15.84, 134),
        (19.68, 120),
        (25.48, 95),
        (29.40, 81),
        (35.28, 59),
    ):
        x = AMMONIA.mole_fraction(percent / 100.0)
        assert bubble_temperature(101_325.0, x) == pytest.approx(fahrenheit(printed), abs=4.0)
        assert bubble_pressure(bubble_temperature(5e4, x), x) == pytest.approx(5e4, rel=1e-9)
    found = MODELS["ammonia-water-patek-klomfar"].run({"temperature": 293.15, "solute_mass_fraction": 0.25})
    assert found["solute_partial_pressure"] == pytest.approx(47_233.0, rel=1e-4), "as three transcriptions give it"
    assert found["water_partial_pressure"] < 0.75 * 2339.0


def test_hydrochloric_acid():
    """A_phi and gamma at 25 °C; total pressure at 20 °C of the International Critical Tables, kPa."""
    assert dielectric_constant(298.15) == pytest.approx(78.30, abs=0.02)
    assert debye_hueckel_slope(298.15) == pytest.approx(0.3915, rel=2e-3)
    assert activity_coefficient(298.15, 1.0) == pytest.approx(0.809, rel=0.01)
    assert solubility(298.15) == pytest.approx(0.0508, rel=1e-3)
    for percent, printed, within in ((10, 1.95, 0.05), (20, 1.40, 0.05), (30, 2.13, 0.05), (32, 3.73, 0.15)):
        total = sum(ACID.partial_pressures(293.15, percent / 100.0))
        assert total == pytest.approx(1e3 * printed, rel=within), percent
    run = MODELS["hydrochloric-acid-pitzer"].run
    strong = run({"temperature": 293.15, "solute_mass_fraction": 0.36})
    assert strong["solute_partial_pressure"] is None, "twice too high there"
    grades = [item["grade"] for item in run({"temperature": 293.15, "solute_mass_fraction": 0.30})["caveats"]]
    assert "degraded" in grades


def test_heat_that_leaves_is_the_heat_of_solution():
    """NBS tables at infinite dilution: ammonia 34.2 kJ/mol (met within 10 %), hydrogen chloride 74.85 (within 3 %)."""
    ammonia, water = AMMONIA.heats_of_vaporisation(298.15, 0.05)
    assert 0.017030 * ammonia == pytest.approx(34.2e3, rel=0.10)
    assert water == pytest.approx(2.44e6, rel=0.15), "the vapour's composition is a simple function: 14 % low here"
    acid, _ = ACID.heats_of_vaporisation(298.15, 1e-4)
    assert 0.036461 * acid == pytest.approx(74.85e3, rel=0.03)


@pytest.mark.parametrize(("solution", "fraction"), [(AMMONIA, 0.25), (AMMONIA, 0.05), (ACID, 0.30), (ACID, 0.10)])
def test_a_pool_of_solution_closes(solution, fraction):
    """Heat taken less heat carried off is what the pool cooled by; the vapour is what the pool lost."""
    pool = spill_solution(solution, mass_fraction=fraction, **SPILL)
    steps = np.diff(pool.time)
    assert float(np.sum(pool.solute_rate * steps)) == pytest.approx(pool.solute[0] - pool.solute[-1], rel=1e-9)
    total = pool.solute + pool.water
    capacity = [solution.heat_capacity(t, w) for t, w in zip(pool.temperature, pool.mass_fraction, strict=True)]
    stored = total * np.array(capacity)
    middle = 0.5 * (stored[1:] + stored[:-1])
    assert float(np.sum(middle * np.diff(pool.temperature))) == pytest.approx(
        pool.heat - pool.carried, abs=2e-3 * abs(pool.carried)
    )
    assert np.all(np.isfinite(pool.temperature))
    assert np.all(np.diff(pool.solute) <= 0.0)
    release = pool.release()
    assert release.total_mass == pytest.approx(pool.solute[0] - pool.solute[-1], rel=1e-6)


def test_almost_no_solute_is_a_pool_of_water():
    """Water with a trace of acid evaporates, and cools, as the pool of pure water does, dry air over both."""
    dry = Weather(
        wind_speed=3.0, wind_from_direction=0.0, stability_class="D", ambient_temperature=303.15, relative_humidity=0.0
    )
    common = {"weather": dry, "ground": GROUNDS["insulated"], "duration": 1800.0, "bund_area": 20.0}
    pure = spill(substance("water"), rate=1000.0, spill_time=1.0, temperature=300.0, **common)
    traced = spill_solution(ACID, mass=1000.0, mass_fraction=1e-6, temperature=300.0, **common)
    assert traced.water[0] - traced.water[-1] == pytest.approx(pure.evaporated, rel=0.02)
    assert traced.temperature[-1] == pytest.approx(float(pure.temperature[-1]), abs=0.3)


def test_solute_leaves_by_its_partial_pressure_at_first():
    pool = spill_solution(AMMONIA, mass_fraction=0.10, **SPILL, bund_area=50.0)
    transfer = mass_transfer(3.0, 2.0 * math.sqrt(50.0 / math.pi), SCHMIDT)
    p = AMMONIA.partial_pressures(293.15, 0.10)[0]
    flux = transfer * 0.017030 * p / (GAS_CONSTANT * 293.15)
    assert pool.solute_rate[0] == pytest.approx(50.0 * flux, rel=0.08), "Stefan's correction apart"
    assert pool.solute_rate[0] > 50.0 * flux
    assert pool.mass_fraction[-1] < 0.6 * 0.10
    assert pool.temperature[-1] < 293.15


@pytest.mark.parametrize("name", ["hydrofluoric acid", "oleum"])
def test_what_has_no_model_is_not_valid_here(name):
    found = MODELS["solution-pool"].run({"solution": name, "mass": 100.0, "solute_mass_fraction": 0.4})
    assert found["evaporated_mass"] is None
    assert found["caveats"][-1]["grade"] == "not valid here"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"solution": "brine"}, "solution"),
        ({"ground": "lava"}, "ground"),
        ({"ground": "water"}, "ground"),
        ({"temperature": 395.0}, "temperature"),
        ({"solute_mass_fraction": 2.0}, "solute_mass_fraction"),
    ],
)
def test_bad_input_names_its_field(change, field):
    inputs = {"solution": "hydrochloric acid", "mass": 100.0, "solute_mass_fraction": 0.3}
    with pytest.raises(ValueError, match=field):
        MODELS["solution-pool"].run({**inputs, **change})
