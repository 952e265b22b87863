"""The plants of San Juanico and Theodore: they load, their scenarios run, the README's tables are what comes out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from physics.fire.fireball import fireball
from physics.weather import Weather
from scenarios.forecast import forecast
from scenarios.result import summary
from scenarios.scenario import load_scenario
from scenarios.study import load_study
from twin.catalogue import catalogue
from twin.library import find_plant
from twin.load import check_plant, load_plant
from twin.plant import Plant
from twin.source import release_band

PLANTS = ("san-juanico-lpg", "theodore-ammonia")
SCENARIOS = [(name, file.stem) for name in PLANTS for file in sorted((find_plant(name) / "scenarios").glob("*.yaml"))]
POUND = 0.45359237
"""kg (exact)."""


@pytest.fixture(scope="module")
def farm() -> Plant:
    return load_plant(find_plant("san-juanico-lpg"))


@pytest.fixture(scope="module")
def freezer() -> Plant:
    return load_plant(find_plant("theodore-ammonia"))


@pytest.mark.parametrize("name", PLANTS)
def test_it_checks_without_errors_and_has_events(name: str) -> None:
    folder = find_plant(name)
    assert [item for item in check_plant(folder) if item.severity == "error"] == []
    plant = load_plant(folder)
    assert len(catalogue(plant).events) > 50
    assert set(plant.population_areas)
    assert load_study(folder / "studies" / "risk.yaml").plants == (name,)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", PLANTS)
def test_the_readme_says_what_it_is_and_names_no_number_without_a_mark(name: str) -> None:
    text = (find_plant(name) / "README.md").read_text(encoding="utf-8")
    for word in ("assumed", "isputed", "Held against the record"):
        assert word in text
    assert ("reconstruction" in text) == (name == "san-juanico-lpg")
    assert ("imposed, not predicted" in text) == (name == "theodore-ammonia")


def test_the_farm_holds_what_was_stored_not_its_capacity(farm: Plant) -> None:
    vessels = [item for item in farm.equipment.values() if item.kind in ("Sphere", "Bullet")]
    assert len(vessels) == 54
    assert sum(item.volume for item in vessels) == pytest.approx(16_000.0, rel=0.01), "CETESB"
    stored = sum(item.volume * item.inventory.level for item in vessels if item.inventory)
    assert 11_000.0 <= stored <= 12_000.0, "disputed: 11,000 m3, and the HSE's levels"


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS)
def test_every_scenario_forecasts(name: str, scenario: str) -> None:
    folder = find_plant(name)
    asked = load_scenario(folder / "scenarios" / f"{scenario}.yaml")
    found = summary(forecast(load_plant(folder), None, asked))
    leak = found["leak"]
    assert 0.0 < leak["low_rate_kg_s"] <= leak["rate_kg_s"] <= leak["high_rate_kg_s"]
    assert found["zones"]


def test_the_broken_pipe_of_the_farm(farm: Plant) -> None:
    best = release_band(farm, None, part="L-101", duration=600.0).best
    assert max(best.discharged) == pytest.approx(404.0, rel=0.05), "as the README has it"


def test_fireballs_lie_about_what_was_seen() -> None:
    air = Weather(wind_speed=1.0, wind_from_direction=45.0, stability_class="F", ambient_temperature=283.15)
    sizes = [fireball("n-butane", mass=mass, burst_pressure=1.2e6, weather=air).length for mass in (142e3, 468e3)]
    assert sizes[0] == pytest.approx(310.0, rel=0.05), "a large bullet: about 300 m were seen"
    assert 1.2 < sizes[1] / 300.0 < 1.7, "a sphere as stored: over by half"


def test_the_freezer_gives_less_than_was_reported(freezer: Plant) -> None:
    shut = {"LV-1": 2700.0, "SV-6": 2700.0}
    band = release_band(freezer, None, part="S-12", duration=3600.0, closed_valves=shut)
    out = [float(np.sum(run.discharged * np.diff(run.time))) for run in (band.low, band.best, band.high)]
    assert out == pytest.approx([5.2e3, 6.4e3, 7.7e3], rel=0.05), "as the README has it"
    assert 0.3 < out[1] / (32_100.0 * POUND) < 1.0


def test_what_boils_below_the_air_s_pressure_lets_nothing_out(freezer: Plant) -> None:
    best = release_band(freezer, None, part="S-12", duration=600.0).best
    assert not any(line.startswith("LPR-1 feeds") for line in best.says)


def test_inputs_of_single_models_are_there() -> None:
    names = {file.name for file in Path(find_plant("san-juanico-lpg") / "models").glob("*.yaml")}
    assert {"fireball-small-sphere.yaml", "blast-large-bullet.yaml", "fragments-large-bullet.yaml"} <= names
