"""Finding substances, their data, and clear refusals."""

import subprocess
import sys

import numpy as np
import pytest

from physics.substances import NoSaturationState, UnknownSubstance, substance, substances


@pytest.mark.parametrize("name", ["chlorine", "Chlorine", "CHLORINE", "7782-50-5", "Cl2", "氯", "液氯", " chlorine "])
def test_any_name_finds_it(name):
    assert substance(name).name == "chlorine"


def test_every_substance_answers_to_all_its_names():
    for name in substances():
        item = substance(name)
        assert item is substance(item.cas) is substance(item.names["zh"])
        assert not item.coolprop or item is substance(item.coolprop)


def test_unknown_substance_suggests_near_names():
    with pytest.raises(UnknownSubstance, match="did you mean chlorine") as caught:
        substance("clorine")
    assert caught.value.near[0] == "chlorine"
    assert isinstance(caught.value, LookupError)
    with pytest.raises(UnknownSubstance, match="known are"):
        substance("zzzzqq")


def test_no_saturation_state_above_critical():
    with pytest.raises(NoSaturationState, match="above the critical point"):
        substance("nitrogen").saturation.pressure(300.0)
    with pytest.raises(NoSaturationState, match="above the critical pressure"):
        substance("methane").saturation.temperature(60e5)
    with pytest.raises(NoSaturationState):
        substance("chlorine").saturation.liquid_density(np.array([300.0, np.nan]))


def test_shapes_are_kept():
    table = substance("chlorine").saturation
    assert isinstance(table.liquid_density(300.0), float)
    assert table.liquid_density(np.full((2, 3), 300.0)).shape == (2, 3)


def test_chlorine_guideline_levels():
    data = substance("chlorine").toxicity
    assert data.aegl[3][240] == pytest.approx(10e-6)
    assert data.aegl[3][10] == pytest.approx(50e-6)
    assert data.aegl[2][60] == pytest.approx(2e-6)
    assert data.aegl[1][30] == pytest.approx(0.5e-6)
    assert data.toxic_load_exponent == 2.0
    assert data.verified is False
    assert any("US EPA AEGL program, secondary transcription" in source for source in data.sources)
    assert any("unverified" in source for source in data.sources)


def test_what_is_not_recommended_is_absent():
    assert 1 not in substance("ethylene oxide").toxicity.aegl
    assert substance("nitrogen").toxicity is None


def test_levels_fall_with_time_and_rise_with_level():
    for name in substances():
        data = substance(name).toxicity
        if data is None:
            continue
        for values in data.aegl.values():
            rising = [values[minutes] for minutes in sorted(values)]
            assert rising == sorted(rising, reverse=True), name
        for minutes in data.aegl.get(3, {}):
            assert data.aegl[2][minutes] < data.aegl[3][minutes], name


def test_probit_sets_are_kept_whole():
    sets = substance("chlorine").toxicity.probits
    assert (sets["purple-book-1999"].a, sets["purple-book-1999"].n) == (-6.35, 2.75)
    assert sets["lees-2005-osd30"].concentration_unit == "ppm"


def test_coolprop_is_not_imported_at_run_time():
    code = "import sys, physics.substances as s; s.substance('chlorine'); assert 'CoolProp' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
