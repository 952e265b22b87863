import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from twin.library import find_plant

PLANT = "festus-chlorine"


def leakcast(*arguments, folder, timeout=120, **environment):
    """Run the command in a process of its own, as a person does."""
    code = "from api.cli import main; main()"
    path = os.pathsep.join(part for part in sys.path if part)
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "LEAKCAST_DATA_FOLDER": str(folder / "data"), **environment},
    )


@pytest.fixture
def broken(tmp_path):
    """A copy of the plant with mistakes in it."""
    folder = tmp_path / "broken"
    shutil.copytree(find_plant(PLANT), folder)
    file = folder / "plant.yaml"
    text = file.read_text()
    for good, bad in (("to: J-302A", "to: J-999"), ('"11 ft"', '"11 bar"'), ("gas: chlorine", "gas: chlorin")):
        assert good in text
        text = text.replace(good, bad, 1)
    file.write_text(text)
    return folder


def test_plant_check_of_a_good_plant(tmp_path):
    done = leakcast("plant", "check", PLANT, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(re.match(r"[\w.]+:\d+: \S+: finding: .+", line) for line in done.stdout.splitlines())


def test_plant_check_says_everything_at_once_one_line_each(tmp_path, broken):
    done = leakcast("plant", "check", broken, folder=tmp_path)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert len(lines) >= 3
    assert all(re.match(r"[\w.]+:\d+: [^:]+: .+", line) for line in lines)
    assert any("J-999" in line for line in lines)
    found = json.loads(leakcast("plant", "check", broken, "--json", folder=tmp_path).stdout)
    assert found["errors"] == len(lines)


@pytest.mark.parametrize(
    "arguments",
    [
        ["frob"],
        ["plant", "check", "nowhere"],
        ["forecast", "nowhere.yaml"],
        ["forecast"],
        ["model", "no-such-model", "--input", "x.json"],
        ["model"],
        ["bench", "--suite", "nothing"],
        ["serve", "--host", "0.0.0.0"],
        ["validate", "--data", "nowhere"],
        ["drill", "run", "nowhere.yaml"],
    ],
)
def test_a_wrong_request_is_said_in_plain_lines_with_code_2(tmp_path, arguments):
    done = leakcast(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert "\u2502" not in done.stderr, "no boxes"


def test_a_scenario_with_mistakes_names_file_and_line(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(f"plant: {PLANT}\npart: H-301A\nhole_diameter: -3 mm\nwind: {{speed: .nan, from_direction: 3}}\n")
    done = leakcast("forecast", file, folder=tmp_path)
    assert done.returncode == 2
    assert "wrong.yaml:3: hole_diameter" in done.stderr
    assert "wrong.yaml:4: wind.speed" in done.stderr


def test_an_unknown_part_is_wrong(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(f"plant: {PLANT}\npart: H-999\n")
    done = leakcast("forecast", file, folder=tmp_path)
    assert done.returncode == 2
    assert "H-999" in done.stderr


def test_model_runs_by_its_card(tmp_path):
    (tmp_path / "in.yaml").write_text(
        "mass_flow_rate: 1e0\nwind_speed: 3\nstability_class: D\ndownwind_distance: 500\n"
    )
    done = leakcast("model", "gaussian-plume-briggs-rural", "--input", "in.yaml", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["concentration"] > 0.0
    assert found["caveats"] == []
    (tmp_path / "far.yaml").write_text(
        "mass_flow_rate: 1e0\nwind_speed: 0.5\nstability_class: D\ndownwind_distance: 500\n"
    )
    done = leakcast("model", "gaussian-plume-briggs-rural", "--input", "far.yaml", "--json", folder=tmp_path)
    assert [item["grade"] for item in json.loads(done.stdout)["caveats"]] == ["degraded"]
    (tmp_path / "in.json").write_text('{"mass_flow_rate": 1, "wind_speed": NaN}')
    done = leakcast("model", "gaussian-plume-briggs-rural", "--input", "in.json", "--json", folder=tmp_path)
    assert done.returncode == 2
    assert "wind_speed" in done.stderr


def test_model_list_gives_every_card(tmp_path):
    found = json.loads(leakcast("model", "--list", "--json", folder=tmp_path).stdout)
    assert {"name", "takes", "gives", "cites", "validated"} <= set(found["models"][0])


def test_forecast_writes_every_format(tmp_path):
    scenario = find_plant(PLANT) / "scenarios" / "hose-failure.yaml"
    done = leakcast("forecast", scenario, "--out", "out", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["leak"]["rate_kg_s"] > 0.0
    names = {file.name for file in Path(tmp_path / "out").iterdir()}
    assert names == {"result.json", "contours.geojson", "field.nc", "picture.png"}
    shapes = json.loads((tmp_path / "out" / "contours.geojson").read_text())
    longitude, latitude = shapes["features"][0]["geometry"]["coordinates"][0][0][0]
    assert longitude == pytest.approx(-90.39, abs=0.3)
    assert latitude == pytest.approx(38.18, abs=0.3)


def test_forecast_of_what_burns_says_what_it_does_if_lit(tmp_path, propane_plant):
    scenario = propane_plant.folder / "burns.yaml"
    scenario.write_text(
        f"schema: 1\nscenario: burns\nplant: {propane_plant.id}\npart: H-301A\nduration: 10 min\n"
        "wind: {speed: 3 m/s, from_direction: 200, stability: D}\n"
    )
    done = leakcast("forecast", scenario, "--out", "out", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "If it is lit" in done.stdout
    assert "Next: TN-1" in done.stdout
    assert (tmp_path / "out" / "ignition.png").read_bytes()[:4] == b"\x89PNG"
    shapes = json.loads((tmp_path / "out" / "ignition.geojson").read_text())
    assert {"best", "outer"} <= {item["properties"]["edge"] for item in shapes["features"]}


def test_doctor_finds_nothing_wrong_here(tmp_path):
    done = leakcast("doctor", "--json", folder=tmp_path, LEAKCAST_PORT="0")
    assert json.loads(done.stdout)["ok"], done.stdout


def test_bench_gives_one_flat_object(tmp_path):
    done = leakcast("bench", "--suite", "plume", "--seed", "3", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"seed", "plume_grid_ms", "plume_grid_http_ms", "plume_grid_vs_numpy"} <= set(found)
    assert found["seed"] == 3
    assert all(not isinstance(value, dict | list) for value in found.values())
    assert found["plume_grid_ms"] is not None, "a speed whose accuracy is off is null"


def test_bench_of_blowdowns_has_its_keys_and_their_accuracy(tmp_path):
    done = leakcast("bench", "--suite", "blowdown", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"blowdown_ms", "blowdown_1000_s", "property_ns", "blowdown_vs_lsoda"} <= set(found)
    assert found["blowdown_error"] <= 1e-3
    assert found["blowdown_ms"] is not None


def test_validate_prints_the_scores_of_a_family(tmp_path):
    data = Path(__file__).parents[1] / "data" / "vessel"
    done = leakcast("validate", "--data", str(data), "--family", "vessel", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    cases = json.loads(done.stdout)["families"]["vessel"]["cases"]
    assert {"pressure_error_fraction", "extreme_gas_temperature_error_K", "n_pressure", "n_temperature"} <= set(
        cases["N2_Exp_I1"]
    )
    assert leakcast("validate", "--data", str(data), "--family", "astrology", folder=tmp_path).returncode == 2
    assert leakcast("validate", "--data", str(tmp_path / "nowhere"), folder=tmp_path).returncode == 2


def test_a_drill_runs_and_is_marked_as_one(tmp_path):
    drill = find_plant(PLANT) / "drills" / "hose-failure.yaml"
    done = leakcast("drill", "run", drill, "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["exercise"] is True
    assert found["log"]


def test_validate_is_honest(tmp_path):
    done = leakcast("validate", "--data", tmp_path, "--json", folder=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["families"] == {}
