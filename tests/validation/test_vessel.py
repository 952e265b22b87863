"""Measured blowdowns, fillings and tanks in fire. The tables are HydDown's digitised trials, their sources by row."""

import math
from pathlib import Path

import numpy as np
import pytest

from scenarios.scoreboard import scores
from scenarios.scoreboard.tables import rows
from scenarios.scoreboard.tank_fire import relief_area
from scenarios.scoreboard.vessel import run_case

DATA = Path(__file__).parents[1] / "data" / "vessel"

PRESSURE_LIMIT = 0.05
"""Mean error over the highest measured pressure: the bar this project set itself."""
TEMPERATURE_LIMIT = 10.0
"""K, likewise."""
KNOWN_WORSE = {"Byrnes_run9": 0.052}
"""Cases beyond that bar as measured here 2026-11-22; the first point of this one lies above the vessel's own start."""


def test_measured_blowdowns_and_fillings():
    found = scores(DATA, family="vessel")["vessel"]
    assert len(found["cases"]) == 10
    for name, case in found["cases"].items():
        if case["pressure_error_fraction"] is not None:
            assert case["pressure_error_fraction"] <= KNOWN_WORSE.get(name, PRESSURE_LIMIT), name
            assert case["n_pressure"] >= 10
        if case["extreme_gas_temperature_error_K"] is not None:
            assert abs(case["extreme_gas_temperature_error_K"]) <= TEMPERATURE_LIMIT, name
            assert case["n_temperature"] >= 10
    assert set(found["not_scored"]) == {"dickens_typeIII", "fillingH2_woodfield"}
    assert all("mdot" in reason for reason in found["not_scored"].values())


def test_tanks_in_fire():
    """As measured here 2026-11-22: relief within 105 s, the first tank's burst within 110 s and 2 % of its pressure."""
    found = scores(DATA, family="tank-fire")["tank-fire"]
    assert set(found["cases"]) == {"Droste1", "Droste3"}
    for case in found["cases"].values():
        assert abs(case["relief_time_error_s"]) < 110.0
        assert abs(case["relief_pressure_error_fraction"]) < 0.05
    first = found["cases"]["Droste1"]
    assert abs(first["rupture_time_error_s"]) < 120.0
    assert abs(first["rupture_pressure_error_fraction"]) < 0.05


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"valve": "psv"}, "psv"),
        ({"valve": ""}, "nothing named"),
        ({"fluid": "unobtainium"}, "unobtainium"),
        ({"T0_K": ""}, "T0_K is missing"),
        ({"p0_Pa": "many"}, "p0_Pa is no number"),
        ({"orifice_m": "nan"}, "orifice_m is not finite"),
        ({"orientation": "askew"}, "orientation"),
        ({"flow": "sideways"}, "sideways"),
        ({"fluid": "Methane[0.9]&Phlogiston[0.1]"}, "Phlogiston"),
        ({"case": "unmeasured"}, "measured"),
    ],
)
def test_a_bad_row_is_left_out_with_its_reason(tmp_path, change, reason):
    inputs = rows(DATA / "vessel_inputs.csv")
    good = next(row for row in inputs if row["case"] == "Air_790kPa_21mm")
    bad = {**good, "case": "bad", **change}
    lines = [",".join(good), *(",".join(f'"{row[key]}"' for key in good) for row in (bad, good))]
    (tmp_path / "vessel_inputs.csv").write_text("\n".join(lines), encoding="utf-8")
    series = (DATA / "vessel_timeseries.csv").read_text(encoding="utf-8")
    extra = "\n".join(
        line.replace("Air_790kPa_21mm", "bad", 1) for line in series.splitlines() if line.startswith("Air_790")
    )
    (tmp_path / "vessel_timeseries.csv").write_text(
        series.rstrip("\n") + "\n" + extra + "\nbad,,pressure,bar,x,1,\n", encoding="utf-8"
    )
    found = scores(tmp_path)
    assert set(found) == {"vessel"}
    assert set(found["vessel"]["cases"]) == {"Air_790kPa_21mm"}
    assert reason in found["vessel"]["not_scored"][bad["case"]]


def test_a_folder_without_tables_has_no_families(tmp_path):
    assert scores(tmp_path) == {}


def _written(folder, case, points, **change):
    """Tables of one case with measured points made up: (quantity, unit, time, value)."""
    good = {**next(row for row in rows(DATA / "vessel_inputs.csv") if row["case"] == case), **change}
    lines = [",".join(good), ",".join(f'"{value}"' for value in good.values())]
    (folder / "vessel_inputs.csv").write_text("\n".join(lines), encoding="utf-8")
    lines = ["case,split,quantity,unit,t_s,value,source"]
    lines += [f"{case},,{name},{unit},{at!r},{value!r}," for name, unit, at, value in points]
    (folder / "vessel_timeseries.csv").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("case", ["Air_790kPa_21mm", "Air_3-7kPa_271mm"])
def test_errors_are_what_their_names_say(tmp_path, case):
    """Points 0.1 bar and 3 K beside the model's own: lowest temperature in discharge, highest in filling."""
    times = np.array([0.0, 5.0, 10.0, 20.0, 40.0])
    run = run_case(next(row for row in rows(DATA / "vessel_inputs.csv") if row["case"] == case), times=times)
    points = [
        ("pressure", "bar", float(t), float(p) / 1e5 + d)
        for t, p, d in zip(times, run.pressure, (0.1, -0.1, 0.1, 0.1, -0.1), strict=True)
    ]
    for t, warm in zip(times, run.temperature, strict=True):
        points += [("T_gas_low", "K", float(t), float(warm) - 8.0), ("T_gas_high", "K", float(t), float(warm) + 2.0)]
    _written(tmp_path, case, points)
    found = scores(tmp_path)["vessel"]["cases"][case]
    highest = max(value for name, _, _, value in points if name == "pressure")
    assert found["pressure_error_fraction"] == pytest.approx(0.1 / highest, rel=1e-4)
    assert found["extreme_gas_temperature_error_K"] == pytest.approx(3.0, abs=1e-3)
    assert (found["n_pressure"], found["n_temperature"]) == (5, 5)
    # where the extreme lies tells which one is meant: one wrong point at the other end must not matter
    filling = case.startswith("Air_3")
    other = int(np.argmin(run.temperature) if filling else np.argmax(run.temperature))
    mean = [("T_gas_mean", "K", float(t), float(warm) - 1.0) for t, warm in zip(times, run.temperature, strict=True)]
    name, unit, at, value = mean[other]
    mean[other] = (name, unit, at, value - 20.0 if filling else value + 20.0)
    _written(tmp_path, case, points + mean)
    found = scores(tmp_path)["vessel"]["cases"][case]
    assert found["extreme_gas_temperature_error_K"] == pytest.approx(1.0, abs=1e-3)


def test_a_case_of_temperatures_alone_has_no_pressure_error(tmp_path):
    _written(tmp_path, "Air_790kPa_21mm", [("T_gas_mean", "K", 5.0, 270.0)])
    found = scores(tmp_path)["vessel"]["cases"]["Air_790kPa_21mm"]
    assert found["pressure_error_fraction"] is None
    assert (found["n_pressure"], found["n_temperature"]) == (0, 1)


def test_relief_area_passes_the_air_it_is_said_to():
    """64 m³/min at 0 °C and 1 atm is 1.379 kg/s, choked at 1.1 of the set pressure, by hand."""
    specific_rt = 8.314462618 / 0.0289647 * 273.15
    choked = math.sqrt(1.4 / specific_rt) * (2.0 / 2.4) ** 3.0 * 1.1 * 15.6e5
    assert relief_area(15.6e5) == pytest.approx(64.0 / 60.0 * 101325.0 / specific_rt / choked, rel=1e-3)


def test_errors_of_a_tank_in_fire_are_model_less_measured():
    found = scores(DATA, family="tank-fire")["tank-fire"]["cases"]["Droste1"]
    assert found["relief_time_error_s"] == pytest.approx(found["relief_opens_s"] - 340.0)
    assert found["rupture_time_error_s"] == pytest.approx(found["ruptures_s"] - 720.0)
    assert found["rupture_pressure_error_fraction"] == pytest.approx(found["rupture_pressure_bar"] / 24.5 - 1.0)
    assert found["relief_pressure_error_fraction"] == pytest.approx(15.6 / 16.4 - 1.0)
    assert found["in_scandpower_pool"]["ruptures_s"] < found["ruptures_s"]
