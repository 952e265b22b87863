"""Fires against measured heat flux, through the scores that ``leakcast validate`` prints.

Limits are the criteria of the project's issue on fire where they are named so; the others were measured here on
2026-11-23 and only keep the scores from sliding.
"""

import csv
from pathlib import Path

import pytest

from scenarios.scoreboard import scores
from scenarios.scoreboard.hydrogen_flame import score as hydrogen_score
from scenarios.scoreboard.jet_fire import score as jet_score
from scenarios.scoreboard.pool_fire import PREDICTED
from scenarios.scoreboard.pool_fire import score as pool_score

DATA = Path(__file__).parents[1] / "data" / "fire"


@pytest.fixture(scope="module")
def pools():
    return pool_score(DATA)


def test_montoir(pools):
    """Criteria of the issue: FAC2 at least 0.9, 70 % within 40 %, MG between 0.8 and 1.25."""
    found = pools["selected"]
    assert found["n"] == 209
    assert not found["skipped"]
    assert found["fac2"] >= 0.9
    assert found["within_40_percent"] >= 0.7
    assert 0.8 < found["mg"] < 1.25
    assert {"upwind", "downwind"} == set(found["by_side"])
    assert found["by_side"]["downwind"]["fac2"] >= 0.88  # measured here: 0.908
    assert found["by_side"]["upwind"]["fac2"] >= 0.95  # measured here: 0.979
    assert len(found["by_trial"]) == 5
    assert all(period["fac2"] > 0.85 for period in found["by_trial"].values())


def test_montoir_with_the_published_burning_rate(pools):
    found = pools["models"][PREDICTED]
    assert found["fac2"] >= 0.9  # measured here: 0.967
    assert 0.8 < found["mg"] < 1.25  # measured here: 1.10


def test_montoir_leans_are_told(pools):
    """Measured here: lengths are a quarter too short and the emissive power, 190 against 165 kW/m², makes up for it."""
    quantities = pools["selected"]["quantities"]
    assert 1.1 < quantities["flame_length"]["mg"] < 1.5
    assert 0.85 < quantities["flame_tilt"]["mg"] < 1.15
    assert quantities["surface_emissive_power"]["n"] == 4


def test_johnson():
    """Criterion of the issue: FAC2 at least 0.8."""
    found = jet_score(DATA)
    assert found["selected"]["fac2"] >= 0.8
    assert found["selected"]["n"] == 15
    assert found["selected"]["leans"] == "low"  # measured here: MG 1.42
    assert found["models"]["chamberlain-jet-fire"]["fac2"] >= 0.8
    assert found["selected"]["quantities"]["flame_length"]["fac2"] == 1.0
    assert found["models"]["api-521-jet-fire"]["fac2"] >= 0.8
    assert found["models"]["aq-t-3046-jet-fire"]["fac2"] >= 0.8


def test_hydrogen():
    """Measured here: lengths MG 0.72 (too long), fluxes MG 0.79, FAC2 0.976 and 1."""
    found = hydrogen_score(DATA)["selected"]
    assert found["quantity"] == "flame_length"
    assert found["n"] == 41
    assert found["fac2"] >= 0.9
    assert found["quantities"]["heat_flux"]["fac2"] >= 0.9
    assert "Ekoto2014 Flame1" in found["skipped"]


def test_the_group_is_the_three_families():
    assert set(scores(DATA, family="fire")) == {"pool-fire", "jet-fire", "hydrogen-flame"}
    assert set(scores(DATA, family="jet-fire")) == {"jet-fire"}
    with pytest.raises(LookupError):
        scores(DATA, family="campfire")


def test_absent_tables_are_absent(tmp_path):
    assert scores(tmp_path, family="fire") == {}


def table(folder, name, rows):
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)


def test_no_row_stops_the_others(tmp_path):
    """Other fuels, missing cells and nonsense: scored, or skipped with a reason."""
    good = {"test": "A", "period": "1", "fuel": "gasoline", "pool_diam_m": "10", "u_m_s": "3", "wind_from_deg": "0"}
    table(
        tmp_path,
        "poolfire_elsewhere_conditions.csv",
        [
            good,
            {**good, "test": "B", "fuel": "kryptonite"},
            {**good, "test": "C", "pool_diam_m": ""},
            {**good, "test": "D", "u_m_s": "soft"},
            {**good, "test": "E"},
            good,
        ],
    )
    flux = {"test": "A", "period": "1", "bearing_deg": "180", "r_from_centre_m": "20", "flux_kW_m2": "9"}
    table(
        tmp_path,
        "poolfire_elsewhere_flux.csv",
        [flux, {**flux, "flux_kW_m2": ""}, {**flux, "r_from_centre_m": "nan"}, {**flux, "test": "Z"}]
        + [{**flux, "test": name} for name in "BCD"],
    )
    found = pool_score(tmp_path)["selected"]
    assert found["n"] == 1
    assert found["by_side"]["downwind"]["n"] == 1
    assert {"A period 1", "B period 1", "C period 1", "D period 1", "E period 1", "Z period 1"} <= set(found["skipped"])
    assert found["assumed"]["A period 1"]
    jets = [
        {"test": "J", "mdot_kg_s": "3", "orifice_mm": "20", "fuel": "propane", "u_m_s": "2"},
        {"test": "K", "mdot_kg_s": ""},
        {"test": "L", "mdot_kg_s": "1"},
    ]
    table(tmp_path, "jetfire_tests.csv", jets)
    reading = {"test": "J", "x_along_m": "10", "y_cross_m": "10", "z_up_rel_release_m": "0", "flux_kW_m2": "10"}
    table(tmp_path, "jetfire_radiometers.csv", [reading, {**reading, "test": "M"}, {**reading, "test": "L"}])
    jet = jet_score(tmp_path)["selected"]
    assert jet["n"] == 1
    assert {"K", "L", "M"} <= set(jet["skipped"])
    table(
        tmp_path,
        "hydrogen_flames_cryo.csv",
        [{"test": "1", "mdot_g_s": "1", "P_barg": "5", "flame_len_m": "0.5"}, {"test": "2"}],
    )
    hydrogen = hydrogen_score(tmp_path)["selected"]
    assert hydrogen["n"] == 1
    assert "2" in hydrogen["skipped"]
