"""Whatever a table of dispersion trials holds, each row is scored or skipped with its reason."""

import csv
import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.scoreboard import scores
from scenarios.scoreboard.dispersion import NO_FAMILY, score_families
from scenarios.scoreboard.metrics import leans
from scenarios.scoreboard.readings import averaging_time, observed
from scenarios.scoreboard.tables import rows
from scenarios.scoreboard.trial_weather import classes
from scenarios.scoreboard.trials import trial_of

TRIAL = {
    "trial": "T1",
    "family": "some/Family, as it is",
    "grade": "A",
    "substance": "SO2",
    "release": "continuous point",
    "rate_kg_s": "0.1",
    "duration_s": "600",
    "source_height_m": "0.5",
    "u_m_s": "4",
    "u_z_m": "2",
    "stability": "D",
    "z0_m": "0.01",
}
READING = {
    "trial": "T1",
    "grade": "A",
    "quantity": "arc_max",
    "x_m": "100",
    "z_m": "1.5",
    "value": "50",
    "unit": "mg_m3_SO2",
    "averaging": "10 min",
}
FAMILY = TRIAL["family"]
STATED = {"n", "trials", "fac2", "fb", "nmse", "mg", "vg", "by_trial", "by_distance", "by_stability", "quantities"}
STATED |= {"skipped", "low_by_two", "leans"}


def write(folder, trials, readings):
    for name, table, least in (
        ("dispersion_trials.csv", trials, TRIAL),
        ("dispersion_observations.csv", readings, READING),
    ):
        columns = list(dict.fromkeys(key for row in [*table, *([] if table else [least])] for key in row))
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(table)
    return folder


def scored(folder, trials, readings):
    """What is printed, through JSON, which has no NaN."""
    return json.loads(json.dumps(score_families(write(folder, trials, readings)), allow_nan=False))


def one(folder, trial=None, reading=None):
    return scored(folder, [TRIAL | (trial or {})], [READING | (reading or {})])[FAMILY]["selected"]


def test_a_family_is_scored_under_its_own_name(tmp_path):
    found = scored(tmp_path, [TRIAL], [READING])
    assert set(found) == {FAMILY}
    assert set(found[FAMILY]) == {"models", "selected"}
    for score in (found[FAMILY]["selected"], *found[FAMILY]["models"].values()):
        assert set(score) >= STATED
        assert (score["n"], score["trials"]) == (1, 1)
        assert set(score["by_distance"]) == {"100"}
        assert set(score["by_stability"]) == {"neutral"}
        assert score["skipped"] == {}


def test_only_maxima_are_pooled(tmp_path):
    readings = [
        READING,
        READING | {"quantity": "sigma_y", "value": "8", "unit": "m"},
        READING | {"quantity": "crosswind_integrated_conc", "value": "900", "unit": "mg_m2_SO2"},
        READING | {"quantity": "arc_max_lower_bound", "value": "1"},
        READING | {"quantity": "time_of_peak", "value": "300", "unit": "s"},
        READING | {"quantity": "half_width_to_1_over_e", "value": "0.012", "unit": "km"},
        READING | {"quantity": "distance_to_0.1pct", "value": "20", "unit": "m", "x_m": ""},
    ]
    found = scored(tmp_path, [TRIAL], readings)[FAMILY]["selected"]
    assert found["n"] == 1
    assert set(found["quantities"]) == {row["quantity"] for row in readings} - {"arc_max"}
    assert found["quantities"]["arc_max_lower_bound"] == {"n": 1, "at_or_above": 1.0}
    assert found["quantities"]["half_width_to_1_over_e"]["fac2"] == 1.0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stability": ""}, "neither L_m nor stability"),
        ({"stability": "windy"}, "not one of A to F"),
        ({"stability": "", "L_m": "0"}, "L_m is 0"),
        ({"stability": "", "L_m": "far"}, "L_m is no number"),
        ({"substance": "unobtainium"}, "unobtainium"),
        ({"substance": ""}, "substance is missing"),
        ({"rate_kg_s": "", "mass_kg": ""}, "rate_kg_s is missing"),
        ({"rate_kg_s": "-3"}, "rate_kg_s is -3"),
        ({"rate_kg_s": "0"}, "rate_kg_s must be above 0"),
        ({"rate_kg_s": "nan"}, "rate_kg_s is not finite"),
        ({"rate_kg_s": "1e300"}, "rate_kg_s is 1e+300"),
        ({"duration_s": "0"}, "duration_s must be above 0"),
        ({"u_m_s": ""}, "u_m_s is missing"),
        ({"u_m_s": "0"}, "u_m_s is 0"),
        ({"u_m_s": "brisk"}, "u_m_s is no number"),
        ({"z0_m": "-1"}, "z0_m is -1"),
        ({"z0_m": "3"}, "not above the roughness length"),
        ({"T_C": "-300"}, "T_C is -300"),
        ({"p_hPa": "-999"}, "p_hPa is -999"),
        ({"RH_pct": "400"}, "RH_pct is 400"),
        ({"source_height_m": "-2"}, "source_height_m is -2"),
        ({"source_diam_m": "1e9"}, "source_diam_m is 1e+09"),
        ({"release": "instantaneous", "rate_kg_s": "", "mass_kg": ""}, "mass_kg is missing"),
        ({"release": "instantaneous", "mass_kg": "-5"}, "mass_kg is -5"),
        ({"obstacle": "wall"}, "wall: no model of open ground"),
        ({"substance": "HF"}, "associates"),
        ({"substance": "CO2", "release": "liquid jet", "source_diam_m": "0.01", "T_C": "5"}, "no state"),
    ],
)
def test_a_trial_that_cannot_be_scored_is_skipped_with_its_reason(tmp_path, change, says):
    other = [TRIAL | {"trial": "T2"}, READING | {"trial": "T2"}]
    found = scored(tmp_path, [TRIAL | change, other[0]], [READING, other[1]])[FAMILY]
    assert says in found["selected"]["skipped"]["T1"]
    assert set(found["selected"]["by_trial"]) == {"T2"}
    for model in found["models"].values():
        assert model["skipped"]["T1"] == found["selected"]["skipped"]["T1"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": ""}, "value is missing"),
        ({"value": "-4"}, "value is -4"),
        ({"value": "1e300"}, "value is 1e+300"),
        ({"value": "lots"}, "value is no number"),
        ({"unit": "mol_pct", "value": "140"}, "value is 140"),
        ({"unit": "furlongs"}, "unit 'furlongs' is not known"),
        ({"unit": ""}, "unit '' is not known"),
        ({"quantity": "colour"}, "is not a quantity"),
        ({"quantity": ""}, "unnamed: is not a quantity"),
        ({"x_m": ""}, "x_m is missing"),
        ({"x_m": "-40"}, "x_m is -40"),
        ({"x_m": "1e12"}, "x_m is 1e+12"),
        ({"z_m": "-3"}, "z_m is -3"),
        ({"quantity": "sigma_y", "unit": "mg_m3"}, "unit 'mg_m3' is not known"),
        ({"quantity": "distance_to_somewhere", "unit": "m"}, "names no level"),
    ],
)
def test_a_reading_that_cannot_be_scored_is_skipped_with_its_reason(tmp_path, change, says):
    found = scored(tmp_path, [TRIAL], [READING | change, READING | {"x_m": "200"}])[FAMILY]["selected"]
    assert says in found["skipped"]["T1"]
    assert list(found["by_distance"]) == ["200"]


def test_an_observation_without_a_trial_row_is_skipped_with_its_reason(tmp_path):
    found = scored(tmp_path, [TRIAL], [READING, READING | {"trial": "T9"}, READING | {"trial": " "}])
    assert "no row in dispersion_trials.csv" in found[FAMILY]["selected"]["skipped"]["T9"]
    assert "observation in row 3, which names no trial" in found[FAMILY]["selected"]["skipped"]
    assert "no row" in scored(tmp_path, [], [READING])[NO_FAMILY]["selected"]["skipped"]["T1"]


def test_a_trial_without_name_or_readings_is_skipped(tmp_path):
    found = scored(tmp_path, [TRIAL | {"trial": ""}, TRIAL | {"trial": "T3"}], [READING | {"trial": "T1"}])
    skipped = found[FAMILY]["selected"]["skipped"]
    assert skipped["row 1"] == "trial is missing"
    assert skipped["T3"] == "no observation in dispersion_observations.csv"


def test_a_repeated_trial_is_not_counted_twice(tmp_path):
    found = scored(tmp_path, [TRIAL, TRIAL | {"u_m_s": "9"}], [READING])[FAMILY]["selected"]
    assert found["n"] == 1
    assert found["skipped"] == {"T1 (row 2)": "T1 has a row already, row 1: it is taken"}


def test_missing_columns_empty_tables_and_missing_tables(tmp_path):
    write(tmp_path, [TRIAL], [READING])
    observations = (tmp_path / "dispersion_observations.csv").read_text()
    (tmp_path / "dispersion_trials.csv").write_text("trial,family\nT1,F\n")
    assert "substance is missing" in score_families(tmp_path)["F"]["selected"]["skipped"]["T1"]
    (tmp_path / "dispersion_trials.csv").write_text("family\nF\n")
    assert score_families(tmp_path)["F"]["selected"]["skipped"]["row 1"] == "trial is missing"
    (tmp_path / "dispersion_trials.csv").write_text("")
    assert score_families(tmp_path)[NO_FAMILY]["selected"]["n"] == 0
    (tmp_path / "dispersion_trials.csv").write_text("trial,family\nT1,F\n")
    (tmp_path / "dispersion_observations.csv").write_text(observations.splitlines()[0])
    assert score_families(tmp_path)["F"]["selected"]["skipped"]["T1"] == "substance is missing"
    write(tmp_path, [TRIAL], [])
    assert "no observation" in score_families(tmp_path)[FAMILY]["selected"]["skipped"]["T1"]
    (tmp_path / "dispersion_observations.csv").unlink()
    assert scores(tmp_path) == {}


def test_marks_blank_lines_extra_cells_and_bytes_that_are_no_text(tmp_path):
    write(tmp_path, [TRIAL | {"remark": "x"}], [READING])
    file = tmp_path / "dispersion_trials.csv"
    head, row = file.read_bytes().splitlines()
    file.write_bytes(
        b"\xef\xbb\xbf" + head.replace(b"family", b" family ") + b"\n\n,,,\n\xff\x00" + row + b",more,cells\n"
    )
    assert [found["trial"][-2:] for found in rows(file)] == ["T1"]
    file.write_bytes(b"\xef\xbb\xbf" + head + b"\r\n\r\n" + row + b",more,cells\r\n")
    assert score_families(tmp_path)[FAMILY]["selected"]["n"] == 1


def test_a_quote_left_open_takes_no_other_row_with_it(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text('trial,note\nT1,fine\nT3,"two\nlines"\nT2,"left open\nT4,x\nT5,"' + "x" * 200_000 + "\nT6,fine\n")
    found = {row["trial"]: row["note"] for row in rows(file)}
    assert found["T1"] == found["T6"] == "fine"
    assert (found["T2"], found["T4"]) == ("left open", "x")
    assert found["T3"] == "two\nlines"
    assert "T5" not in found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("F", ("F",)),
        ("F (est)", ("F",)),
        ("D-E", ("D", "E")),
        ("c/d", ("C", "D")),
        ("E (1/L=0.0221)", ("E",)),
        ("G", ("F",)),
        ("class D", ("D",)),
        ("Pasquill-Gifford B", ("B",)),
        ("slightly stable", ("E",)),
        ("neutral", ("D",)),
        ("adiabatic", ()),
        ("dusk", ()),
        ("", ()),
    ],
)
def test_classes_that_a_text_names(text, named):
    assert classes(text) == named


@pytest.mark.parametrize("text", ["anhydrous ammonia", "NH3 (refrigerated)", "liquefied NH3", "NH3 gas tracer"])
def test_a_substance_by_what_is_written_beside_it(text):
    assert trial_of(TRIAL | {"substance": text}).source.substance.name == "ammonia"


def test_between_two_classes_lies_between_them():
    inverse = [trial_of(TRIAL | {"stability": text}).weather.inverse_obukhov for text in ("D", "D-E", "E")]
    assert inverse[0] < inverse[1] < inverse[2]


def test_an_obukhov_length_that_is_none_gives_way_to_the_class():
    trial = trial_of(TRIAL | {"L_m": "n/a", "stability": "F"})
    assert trial.weather.stability_class == "F"
    assert "L_m" in trial.assumed
    assert trial_of(TRIAL | {"L_m": "inf", "stability": ""}).weather.inverse_obukhov == 0.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10 min", 600.0),
        ("10-min mean", 600.0),
        ("1 hour", 3600.0),
        ("11 s", 11.0),
        ("50-140 s", math.sqrt(50.0 * 140.0)),
        ("MVD long average", 600.0),
        ("peak (short averaging, not stated in file)", 10.0),
        ("", 10.0),
    ],
)
def test_averaging_times(text, seconds):
    assert averaging_time({"averaging": text}, trial_of(TRIAL)) == pytest.approx(seconds)


def test_what_was_measured_is_kept_in_its_unit():
    assert observed(trial_of(TRIAL), READING | {"unit": "ppm", "value": "3"}) == 3.0


@pytest.mark.parametrize(
    ("release", "aim", "speed"),
    [
        ("horizontal two-phase jet", "horizontal-jet", 50.0),
        ("vertical two-phase jet", "vertical-jet", 50.0),
        ("upward liquid jet", "vertical-jet", 50.0),
        ("two-phase jet, vertically downward", "horizontal-jet", 0.0),
        ("impinging liquid jet", "horizontal-jet", 0.0),
        ("evaporating pool", "pool", 0.0),
        ("instantaneous", "instantaneous", 0.0),
    ],
)
def test_where_a_release_goes(release, aim, speed):
    """A jet that points down keeps no more speed than the wind's."""
    row = {"substance": "NH3", "release": release, "rate_kg_s": "50", "mass_kg": "100", "source_diam_m": "0.08"}
    source = trial_of(TRIAL | row).source
    assert source.aim == aim
    assert source.velocity >= speed
    assert source.velocity > 0.0 or aim in ("pool", "instantaneous")
    if not speed:
        assert source.velocity <= 4.0


def test_what_is_let_go_at_once_with_its_mass_only(tmp_path):
    trial = {"release": "instantaneous", "mass_kg": "2000", "rate_kg_s": "", "duration_s": "", "substance": "CO2"}
    found = one(tmp_path, trial, {"unit": "mol_pct", "value": "1"})
    assert (found["n"], found["skipped"]) == (1, {})
    passive = one(tmp_path, trial | {"mass_kg": "0.01"}, {"unit": "ppm", "value": "1"})
    assert (passive["n"], passive["skipped"]) == (1, {})


def test_a_dense_cloud_from_an_opening_nobody_gave(tmp_path):
    found = one(tmp_path, {"substance": "chlorine", "rate_kg_s": "5"}, {"unit": "ppm", "value": "5000"})
    assert (found["n"], found["skipped"]) == (1, {})


def test_which_way_a_model_leans():
    assert [leans(value) for value in (1.3, 1.25, 1.0, 0.8, 0.7, None)] == ["low", *["neither"] * 3, "high", None]


def test_grades_stand_apart(tmp_path):
    found = scored(tmp_path, [TRIAL], [READING, READING | {"grade": "C", "x_m": "200"}, READING | {"grade": ""}])
    grades = found[FAMILY]["selected"]["by_grade"]
    assert {name: figures["n"] for name, figures in grades.items()} == {"A": 2, "C": 1}


def test_a_model_that_fails_stops_nothing(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no convergence")

    monkeypatch.setattr("scenarios.scoreboard.dispersion.answer", fail)
    found = scored(tmp_path, [TRIAL], [READING])[FAMILY]["selected"]
    assert (found["n"], found["fac2"]) == (0, None)
    assert found["skipped"]["T1"] == "RuntimeError: no convergence"


def test_a_family_can_be_asked_for_alone(tmp_path):
    write(tmp_path, [TRIAL, TRIAL | {"trial": "T2", "family": "other"}], [READING, READING | {"trial": "T2"}])
    assert set(scores(tmp_path, family="other")) == {"other"}
    assert set(scores(tmp_path, family="dispersion")) == {FAMILY, "other"}
    with pytest.raises(LookupError, match="astrology"):
        scores(tmp_path, family="astrology")


CELLS = st.one_of(
    st.sampled_from(["", "0", "-1", "1e308", "-1e-320", "nan", "inf", "1,5", "D-E", "F (est)", "LNG", "jet", "none"]),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
)
NUMBERS = st.floats(0.01, 1000.0).map("{:g}".format)


def changed(columns):
    return st.dictionaries(st.sampled_from(sorted(columns)), CELLS | NUMBERS, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changed({*TRIAL, "L_m", "T_C", "p_hPa", "RH_pct", "mass_kg", "source_diam_m", "obstacle", "u_z_m"}),
    changed(READING),
    st.sampled_from(["continuous point", "horizontal two-phase jet", "evaporating pool", "instantaneous", "down jet"]),
)
def test_no_cell_stops_the_run(tmp_path, trial, reading, release):
    table = [TRIAL | {"release": release} | trial, TRIAL | {"trial": "T2"}]
    folder = write(tmp_path, table, [READING | reading, READING | {"trial": "T2"}])
    found = json.loads(json.dumps(score_families(folder), allow_nan=False))
    assert "T2" in found[FAMILY]["selected"]["by_trial"]
    places = [family["selected"] for family in found.values()]
    told = {name for place in places for name in (*place["by_trial"], *place["skipped"], *place["quantities"])}
    assert len(told) >= 2, "what is not scored is skipped with its reason"
