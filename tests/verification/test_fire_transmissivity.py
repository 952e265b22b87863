"""Transmissivity of moist air."""

import numpy as np
import pytest

from physics.cards import MODELS
from physics.fire.solid import transmitted
from physics.fire.transmissivity import Absorption, bagster, table, wayne
from physics.models import MODELS as LOADED

AIR = {"temperature": 293.15, "relative_humidity": 0.5}


def test_check_33():
    assert wayne(100.0, **AIR) == pytest.approx(0.7082, abs=2e-4)
    assert bagster(100.0, **AIR) == pytest.approx(0.7057, abs=2e-4)


def test_more_air_or_moisture_passes_less():
    paths = np.geomspace(0.1, 1e5, 300)
    for law in (wayne, bagster):
        for humidity in (0.0, 0.01, 0.5, 1.0):
            values = [law(float(path), temperature=293.15, relative_humidity=humidity) for path in paths]
            assert np.all(np.diff(values) <= 1e-12)
            assert np.all((np.array(values) >= 0.0) & (np.array(values) <= 1.0))
        assert law(100.0, temperature=293.15, relative_humidity=0.9) < law(100.0, **AIR)


def test_table_reads_back_the_law():
    values = table(Absorption.WAYNE, **AIR)
    for path in (0.5, 3.3, 47.0, 100.0, 812.0):
        assert transmitted(values, path) == pytest.approx(wayne(path, **AIR), abs=5e-4)
    assert np.all(table(Absorption.NONE, **AIR) == 1.0)


def test_out_of_range_is_said():
    assert LOADED is MODELS
    far = MODELS["bagster-transmissivity"].run({"radiation_path": 500.0})
    assert any("Bagster's power law was drawn" in item["says"] for item in far["caveats"])
