"""``leakcast study`` as a person runs it: results, pictures, errors, Ctrl-C and going on."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from twin.library import find_plant

RISK = """schema: 1
study: small
kind: risk
plants: [festus-chlorine]
directions: 8
escalation: 0
map: {half_side: 1 km, cell: 50 m}
weathers:
  - {stability: D, speed: 5 m/s, time: day, share: 0.6}
  - {stability: F, speed: 1.5 m/s, time: night, share: 0.4}
"""
GRID = """schema: 1
study: grid
kind: what-if
scenario: {plant: festus-chlorine, part: H-301A, duration: 5 min, wind: {speed: 3 m/s, from_direction: 200}}
vary: {hole_diameter: [2 mm, 4 mm, 6 mm, 8 mm, 10 mm, 12 mm, 14 mm, 16 mm]}
"""


def start(*arguments, folder):
    path = os.pathsep.join(part for part in sys.path if part)
    return subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "study", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
    )


def study(*arguments, folder, timeout=150):
    process = start(*arguments, folder=folder)
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "study.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_risk_of_a_plant(written, tmp_path):
    code, out, err = study(written(RISK), "--out", tmp_path / "out", "--json", folder=tmp_path)
    assert code == 0, err
    found = json.loads(out)
    assert found["runs"] > 1000
    assert found["potential_loss_of_life_per_year"] > 0.0
    assert [item["name"] for item in found["criteria"]] == ["gb-36894-2018", "bevi", "hse-r2p2"]
    assert not any(item["verified"] for item in found["criteria"])
    assert found["major_hazards"][0]["level"] == "I"
    assert "left" in err
    assert {"result.json", "contours.geojson", "risk.png", "fn.png"} <= {
        item.name for item in (tmp_path / "out").iterdir()
    }
    assert (tmp_path / "out" / "risk.png").read_bytes().startswith(b"\x89PNG")
    shapes = json.loads((tmp_path / "out" / "contours.geojson").read_text())
    assert all(-91.0 < x < -90.0 for x, _ in shapes["features"][0]["geometry"]["coordinates"][0][0])
    assert json.loads((tmp_path / "out" / "result.json").read_text())["digest"] == found["digest"]


def test_what_is_wrong_with_a_study_is_said(written, tmp_path):
    code, _, err = study(written(RISK.replace("kind: risk", "kind: riks")), folder=tmp_path)
    assert code == 2
    assert "study.yaml:3: kind: must be risk or what-if" in err
    code, _, err = study(written(RISK.replace("festus-chlorine", "nowhere")), folder=tmp_path)
    assert code == 2
    assert "there is no plant 'nowhere'" in err
    code, _, err = study(written(GRID), "--scheduler", "tcp://127.0.0.1:9", folder=tmp_path)
    assert code == 2
    assert "nobody answers" in err


def test_a_stopped_grid_goes_on(written, tmp_path):
    file, out = written(GRID), tmp_path / "out"
    process = start(file, "--out", out, "--workers", 1, folder=tmp_path)
    for line in process.stderr:
        if line.startswith("scenarios: 2"):
            process.send_signal(signal.SIGINT)
            break
    process.stdout.read()
    assert process.wait(timeout=60) == 130
    assert (out / "study-state.npz").exists()
    began = time.monotonic()
    code, told, err = study(file, "--out", out, "--json", folder=tmp_path)
    assert code == 0, err
    assert time.monotonic() - began < 60.0
    rows = json.loads(told)["scenarios"]
    assert [row["scenario"]["hole_diameter"] for row in rows] == pytest.approx([0.002 * k for k in range(1, 9)])
    rates = [row["leak"]["rate_kg_s"] for row in rows]
    assert rates == sorted(rates)
    assert "scenarios: 1 of 8" not in err
    assert not (out / "study-state.npz").exists()
    assert find_plant("festus-chlorine")
