"""Hydrogen jets lit late: overpressures that three series measured, held against the published route.

The table is the family's own, with the pressures and temperatures before the nozzles that HyRAM+'s validation of the
same series states (6 MPa above ambient and 279.95 K, 20.5 MPa, 40 MPa). Limits guard what was found here on 2026-11-23;
no constant was moved. The route is high for all but the largest jet, which its flame speeds were made on.
"""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from physics.cards import MODELS
from physics.dispersion.jets import path as p
from physics.explosion.jet_cloud import LOWER, UPPER, hydrogen_jet, jallais_flame_speed, jet_fuel_between
from scenarios.scoreboard import board
from scenarios.scoreboard.hydrogen_overpressure import TABLE, nozzle_flow, score

DATA = Path(__file__).parents[1] / "data" / "explosion"


@pytest.fixture(scope="module")
def found():
    return score(DATA)


def test_scores(found, record_property):
    for name, scored in found["models"].items():
        record_property(name, {key: scored[key] for key in ("n", "fac2", "mg", "vg", "fb")})
        print(name, {key: scored[key] for key in ("n", "fac2", "mg", "vg", "fb", "leans")})  # noqa: T201
    best = found["selected"]
    assert (best["n"], best["trials"]) == (58, 7)
    assert best["fac2"] >= 0.44  # measured here: 0.448
    assert 0.25 < best["mg"] < 0.40  # measured here: 0.320, high
    assert best["low_by_two"] == 0.0
    large = best["by_trial"]["jallais_2018 52.5mm nozzle 0.0525 6101.325 279.95"]
    assert large["fac2"] == 1.0
    assert 0.60 < large["mg"] < 0.75  # measured here: 0.674
    assert found["models"]["multi-energy-5"]["fac2"] >= 0.38  # measured here: 0.397
    assert found["models"]["tnt-3-percent"]["leans"] == "high"


def written(folder, change):
    with (DATA / TABLE).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (folder / TABLE).open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for place, row in enumerate(rows):
            writer.writerow(row | change(place, row))
    return score(folder)


def test_rows_that_lack_inputs_are_listed(tmp_path, found):
    changed = {
        0: {"P_kPa": ""},
        1: {"T_K": ""},
        2: {"overpressure": "x"},
        3: {"unit_as_assumed": "furlong"},
        4: {"T_K": "60"},
    }
    told = written(tmp_path, lambda place, row: changed.get(place, {}))
    assert told["selected"]["n"] == found["selected"]["n"] - 5
    reasons = list(told["selected"]["skipped"].values())
    for part in ("P_kPa before the nozzle missing", "T_K before", "no number", "furlong", "so cold"):
        assert any(part in reason for reason in reasons), part


def test_names_do_not_matter(tmp_path, found):
    other = written(tmp_path, lambda place, row: {"series": f"s{row['series'][0]}", "split": "x", "source": ""})
    for key in ("n", "fac2", "mg", "vg"):
        assert other["selected"][key] == found["selected"][key]


def test_without_pressures_only_the_decay_is_held(tmp_path):
    """How overpressure falls with distance, the energy taken from the middle point of each nozzle."""
    told = written(tmp_path, lambda place, row: {"P_kPa": "", "T_K": ""})
    assert told["selected"]["n"] == 0
    assert told["selected"]["fac2"] is None
    assert len(told["selected"]["skipped"]) == 58
    decay = told["selected"]["quantities"]["overpressure_decay"]
    print("decay", decay)  # noqa: T201
    assert decay["n"] >= 45
    assert decay["fac2"] >= 0.80


def test_units_are_read(tmp_path, found):
    bars = written(
        tmp_path,
        lambda place, row: {"overpressure": str(float(row["overpressure"]) / 100.0), "unit_as_assumed": "bar"},
    )
    assert bars["selected"]["mg"] == pytest.approx(found["selected"]["mg"], rel=1e-9)


def test_the_board_knows_the_family(tmp_path):
    assert {"hydrogen-overpressure", "explosion"} <= set(board.known_families(tmp_path))
    assert board.scores(tmp_path, family="explosion") == {}
    shutil.copy(DATA / TABLE, tmp_path / TABLE)
    for family in ("hydrogen-overpressure", "explosion"):
        assert board.scores(tmp_path, family=family)["hydrogen-overpressure"]["selected"]["n"] == 58
    assert score(tmp_path / "nothing") is None


def test_flow_through_a_nozzle():
    """Hydrogen of 6.1 MPa through 52.5 mm: 8.4 kg/s, sonic and then faster (CoolProp's isentrope: 3874 kg/(m² s))."""
    rate, speed = nozzle_flow(0.0525, 6.1e6, 279.95)
    assert rate == pytest.approx(3874.3 * np.pi / 4.0 * 0.0525**2, rel=0.01)
    assert 1700.0 < speed < 2200.0


def test_mass_of_a_jet_between_two_fractions():
    jet = hydrogen_jet(mass_flow_rate=1.0, velocity=1900.0, temperature=290.0)
    total = 0.0
    rows = jet.rows
    slices = []
    for row in rows:
        wide = row[p.WIDTH] * np.sqrt(jet.closure.spread)
        r = np.linspace(0.0, 5.0 * wide, 4001)
        concentration = row[p.CONCENTRATION] * np.exp(-((r / wide) ** 2))
        moles = np.array(jet.mixtures.read(concentration, 1))
        burns = np.where((moles >= LOWER) & (moles <= UPPER), concentration, 0.0)
        slices.append(np.trapezoid(burns * 2.0 * np.pi * r, r))
    total = np.trapezoid(slices, rows[:, p.WAY])
    assert jet_fuel_between(jet, LOWER, UPPER) == pytest.approx(total, rel=5e-3)
    assert jet_fuel_between(jet, 0.04, UPPER) > jet_fuel_between(jet, LOWER, UPPER)


def test_flame_speeds():
    assert [jallais_flame_speed(rate) for rate in (0.4, 0.7, 5.0)] == [100.0, 140.0, 240.0]
    with pytest.raises(ValueError, match="published up to 10"):
        jallais_flame_speed(11.0)
    run = MODELS["late-ignited-hydrogen-jet"].run(
        {"mass_flow_rate": 1.5, "expanded_velocity": 1900.0, "distance": 20.0}
    )
    assert run["flame_mach"] == pytest.approx(240.0 / 340.0)
    assert 5e3 < run["overpressure"] < 1e5
