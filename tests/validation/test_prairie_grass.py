"""Prairie Grass: the plume by similarity theory, and the plumes by class, against measured maxima, widths and profiles.

Limits are those the project set for itself; nothing in the models was fitted to the runs. Sulphur dioxide is taken up
by grass: scores stand with and without, and without is what the model says of a gas nobody knows the uptake of.
"""

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from physics.dispersion.gaussian_track import NIGHT_SHORTFALL, gaussian_track
from physics.dispersion.plume import gaussian_plume
from physics.dispersion.sigma import BRIGGS_RURAL, ISC3_RURAL, SPICER_HAVENS, TNO
from physics.dispersion.similarity_plume import similarity_plume
from physics.dispersion.track import Aim, Source
from physics.quantities import GAS_CONSTANT
from physics.substances import substance
from physics.weather import CLASSES, Weather, class_from_obukhov
from scenarios.scoreboard.metrics import Pair, score

DATA = Path(__file__).parents[1] / "data" / "dispersion"
GRASS = 0.008
"""Surface uptake of sulphur dioxide by grass, m/s (of the order of Garland 1977; from memory, unverified)."""
MILLIGRAM = 1e-6
ARCS = ("50", "100", "200", "400", "800")

# Golder's lines as Seinfeld and Pandis print them, 1/L = a + b log10 z0: only to check how scores are counted
LINES = {
    "A": (-0.096, 0.029),
    "B": (-0.037, 0.029),
    "C": (-0.002, 0.018),
    "D": (0.0, 0.0),
    "E": (0.004, -0.018),
    "F": (0.035, -0.036),
}


def rows(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


TRIALS = {row["trial"]: row for row in rows("prairie_grass_trials.csv")}
OBSERVED = rows("prairie_grass_observations.csv")
TOWERS = rows("prairie_grass_towers_100m.csv")


def weather(row):
    inverse, roughness = 1.0 / float(row["L_m"]), float(row["z0_m"])
    return Weather(
        wind_speed=float(row["u_m_s"]),
        reference_height=float(row["u_z_m"]),
        wind_from_direction=180.0,
        stability_class=class_from_obukhov(inverse, roughness_length=roughness),
        obukhov_length_inverse=inverse,
        roughness_length=roughness,
    )


@cache
def plume(trial, uptake=0.0):
    """Track of a run, and kg/m³ per mole fraction."""
    row, gas = TRIALS[trial], substance("sulfur dioxide")
    air = weather(row)
    source = Source(
        substance=gas,
        aim=Aim.HORIZONTAL,
        temperature=air.ambient_temperature,
        density=2.7,
        mass_flow_rate=float(row["rate_kg_s"]),
        height=float(row["source_height_m"]),
    )
    dense = gas.molar_mass * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature)
    return similarity_plume(source, air, averaging_time=600.0, deposition_velocity=uptake), dense


def predicted(row, uptake=0.0):
    track, dense = plume(row["trial"], uptake)
    x, z = float(row["x_m"]), float(row["z_m"])
    sigma_y = float(np.exp(np.interp(math.log(x), np.log(track.distance), np.log(track.sigma_y))))
    if row["quantity"] == "sigma_y":
        return sigma_y
    peak = float(track.at(x, 0.0, z)) * dense / MILLIGRAM
    return peak if row["quantity"] == "arc_max" else peak * math.sqrt(2.0 * math.pi) * sigma_y


def pairs(quantity, of=predicted, **options):
    found = []
    for row in OBSERVED:
        if row["quantity"] == quantity:
            stable = float(TRIALS[row["trial"]]["L_m"]) > 0.0
            found.append(
                Pair(
                    trial=row["trial"],
                    observed=float(row["value"]),
                    predicted=of(row, **options),
                    distance=float(row["x_m"]),
                    stability="stable" if stable else "unstable",
                )
            )
    return found


def naive(row, classes=None):
    """Gaussian plume in the wind at 2 m, by Briggs' rural sigmas."""
    trial = TRIALS[row["trial"]]
    inverse = 1.0 / float(trial["L_m"])
    classes = classes or (lambda value: class_from_obukhov(value, roughness_length=0.008))
    return (
        gaussian_plume(
            BRIGGS_RURAL,
            mass_flow_rate=float(trial["rate_kg_s"]),
            wind_speed=float(trial["u_m_s"]),
            stability_class=classes(inverse),
            downwind_distance=float(row["x_m"]),
            height=float(row["z_m"]),
            source_height=float(trial["source_height_m"]),
        )
        / MILLIGRAM
    )


def test_scores_are_counted_as_others_count_them():
    """The published self-test: nearest of Golder's lines gives FAC2 0.806, MG 1.088, VG 1.444, FB -0.017, NMSE 0.58."""

    def nearest(inverse):
        level = math.log10(0.008)
        return min(CLASSES, key=lambda name: abs(LINES[name][0] + LINES[name][1] * level - inverse))

    found = score(pairs("arc_max", naive, classes=nearest))
    assert found["n"] == 165
    assert found["fac2"] == pytest.approx(0.806, abs=1e-3)
    assert found["mg"] == pytest.approx(1.088, abs=1e-3)
    assert found["vg"] == pytest.approx(1.444, abs=1e-3)
    assert found["fb"] == pytest.approx(-0.017, abs=1e-3)
    assert found["nmse"] == pytest.approx(0.580, abs=1e-3)


def test_arc_maxima():
    """FAC2 >= 0.88, 0.8 < MG < 1.25, VG <= 1.3, |FB| < 0.2; on the arc at 800 m FAC2 >= 0.70."""
    found = score(pairs("arc_max"))
    assert found["n"] == 165
    assert found["trials"] == 33
    assert found["fac2"] >= 0.88
    assert 0.8 < found["mg"] < 1.25
    assert found["vg"] <= 1.3
    assert abs(found["fb"]) < 0.2
    assert found["by_distance"]["800"]["fac2"] >= 0.70


def test_stable_runs():
    """FAC2 >= 0.75 on every arc, 0.8 < MG < 1.2, low by more than two in at most 10 % of points."""
    found = score([pair for pair in pairs("arc_max") if pair.stability == "stable"])
    assert found["trials"] == 14
    assert min(found["by_distance"][arc]["fac2"] for arc in ARCS) >= 0.75
    assert 0.8 < found["mg"] < 1.2
    assert found["low_by_two"] <= 0.10


def test_unstable_runs_err_where_they_are_known_to():
    """Measured here 2026-11: low by half at 50 m, where eddy diffusion mixes too fast; high by a quarter at 800 m."""
    found = score([pair for pair in pairs("arc_max") if pair.stability == "unstable"])
    assert found["fac2"] >= 0.85
    assert 1.3 < found["by_distance"]["50"]["mg"] < 1.7
    assert 0.65 < found["by_distance"]["800"]["mg"] < 0.9


def test_better_than_classes():
    """On the arc at 800 m and in the scatter the plume by class is worse, stable and unstable alike."""
    similar, by_class = score(pairs("arc_max")), score(pairs("arc_max", naive))
    assert similar["vg"] < by_class["vg"]
    assert similar["by_distance"]["800"]["fac2"] > by_class["by_distance"]["800"]["fac2"]


def of_set(sigma_set):
    """What a set of sigmas predicts, by the class that Golder's diagram gives."""
    tracks = {}

    def said(row):
        trial, gas = TRIALS[row["trial"]], substance("sulfur dioxide")
        air = weather(trial)
        if row["trial"] not in tracks:
            source = Source(
                substance=gas,
                aim=Aim.HORIZONTAL,
                temperature=air.ambient_temperature,
                density=2.7,
                mass_flow_rate=float(trial["rate_kg_s"]),
                height=float(trial["source_height_m"]),
            )
            tracks[row["trial"]] = gaussian_track(source, air, sigma_set)
        dense = gas.molar_mass * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature)
        return float(tracks[row["trial"]].at(float(row["x_m"]), 0.0, float(row["z_m"]))) * dense / MILLIGRAM

    return said


@pytest.mark.parametrize("sigma_set", [BRIGGS_RURAL, SPICER_HAVENS, TNO, ISC3_RURAL], ids=lambda item: item.name)
def test_sets_by_class(sigma_set):
    """Measured here 2026-11: within a factor of two in 68 to 78 of a hundred, and low on stable nights far away."""
    found = pairs("arc_max", of_set(sigma_set))
    assert 0.65 < score(found)["fac2"] < 0.80
    assert score([pair for pair in found if pair.stability == "unstable"])["fac2"] > 0.75
    night = score([pair for pair in found if pair.stability == "stable"])["by_distance"]["800"]["mg"]
    assert night == pytest.approx(NIGHT_SHORTFALL[f"gaussian-plume-{sigma_set.name}"], abs=0.06)


def test_widths():
    """Crosswind sigma within a factor of two in nine of ten."""
    found = score(pairs("sigma_y"))
    assert found["fac2"] >= 0.9
    assert 0.9 < found["mg"] < 1.1


def test_crosswind_integrals_with_and_without_uptake_by_grass():
    """What grass takes up explains most of the excess far from the source (measured here 2026-11)."""
    without, taken = score(pairs("crosswind_integrated_conc")), score(pairs("crosswind_integrated_conc", uptake=GRASS))
    assert without["fac2"] >= 0.9
    assert taken["fac2"] >= 0.95
    assert taken["vg"] < without["vg"]
    assert without["by_distance"]["800"]["mg"] < 0.75
    assert 0.8 < taken["by_distance"]["800"]["mg"] < 1.0


def test_uptake_by_grass_is_not_switched_to_fit():
    """With it the maxima are low: FAC2 0.85, MG 1.15. It is off unless asked for."""
    found = score(pairs("arc_max", uptake=GRASS))
    assert 0.82 <= found["fac2"] <= 0.88
    assert 1.1 < found["mg"] < 1.2


def tower_pairs():
    """Profiles over the six towers at 100 m, scaled to the measured column: shape, and mean height below 17.5 m."""
    shapes, means = [], []
    for trial in sorted({row["trial"] for row in TOWERS}):
        mine = [row for row in TOWERS if row["trial"] == trial]
        lost = {row["z_m"] for row in mine if not row["conc_mg_m3"]}
        heights = sorted({float(row["z_m"]) for row in mine if row["z_m"] not in lost})
        measured = np.array([sum(float(r["conc_mg_m3"]) for r in mine if float(r["z_m"]) == z) for z in heights])
        track, dense = plume(trial)
        drawn = track.at(100.0, 0.0, np.array(heights)) * dense
        drawn *= np.trapezoid(measured, heights) / np.trapezoid(drawn, heights)
        common = {"trial": trial, "stability": "stable" if float(TRIALS[trial]["L_m"]) > 0.0 else "unstable"}
        for height, one, other in zip(heights, measured, drawn, strict=True):
            if one >= 0.05 * measured.max():
                shapes.append(Pair(observed=float(one), predicted=float(other), distance=height, **common))
        centre = [float(np.trapezoid(p * heights, heights) / np.trapezoid(p, heights)) for p in (measured, drawn)]
        means.append(Pair(observed=centre[0], predicted=centre[1], **common))
    return shapes, means


def test_towers():
    """Vertical profiles at 100 m, wherever at least 5 % of a profile's greatest value was measured."""
    shapes, means = tower_pairs()
    found = score(shapes)
    assert found["trials"] == 25
    assert found["fac2"] >= 0.9
    assert found["vg"] <= 1.2
    height = score(means)
    assert height["fac2"] == 1.0
    assert 0.8 < height["mg"] < 1.25
