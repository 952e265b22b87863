"""Jets held against hydrogen on the axes of 34 measured ones; two flashing jets are reported beside them.

Limits were measured here on 2026-11-22 and guard what was found; no constant was moved. Both models are high: the
flow through the nozzles is taken without losses, and several readings of one group lie far below the rest.
"""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from physics.dispersion.jets import path as p
from physics.dispersion.jets.free_jet import free_jet
from physics.dispersion.jets.model import integral_jet
from physics.dispersion.jets.plume import jet_plume
from physics.dispersion.track import Aim, Source
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import substance
from physics.weather import Weather

DATA = Path(__file__).parents[1] / "data" / "dispersion"
HYDROGEN, GAMMA, AMBIENT = substance("hydrogen"), 1.405, 293.15
SPECIFIC = GAS_CONSTANT / HYDROGEN.molar_mass
STILL = Weather(wind_speed=1.0, wind_from_direction=0.0, stability_class="D", relative_humidity=0.0)
UNCHOKED = 0.3
"""Speed over that of sound where no pressure is given: the decay of momentum jets does not depend on it."""


def expanded(row):
    """Source after expansion: sonic in the nozzle with its density; mass and momentum kept, as warm as the vessel.

    That is Birch's (1987) notional nozzle.
    """
    warm, area = float(row["T_K"]), math.pi / 4.0 * (1e-3 * float(row["D_mm"])) ** 2
    density = STANDARD_PRESSURE / (SPECIFIC * warm)
    if math.isnan(float(row["P_MPa"])):
        speed = UNCHOKED * math.sqrt(GAMMA * SPECIFIC * warm)
        rate = density * speed * area
    else:
        throat, inside = 2.0 * warm / (GAMMA + 1.0), float(row["rho_nozzle_kg_m3"])
        sonic = math.sqrt(GAMMA * SPECIFIC * throat)
        rate = inside * sonic * area
        speed = sonic + (inside * SPECIFIC * throat - STANDARD_PRESSURE) / (inside * sonic)
    return Source(
        substance=HYDROGEN,
        aim=Aim.HORIZONTAL,
        mass_flow_rate=rate,
        temperature=warm,
        density=density,
        velocity=speed,
        height=1.0,
    )


def trials():
    with (DATA / "hydrogen_jet_decay.csv").open(encoding="utf-8") as file:
        return [(row, expanded(row)) for row in csv.DictReader(file)]


def scores(observed, predicted):
    ratio = np.log(np.asarray(observed) / np.asarray(predicted))
    return {
        "n": len(ratio),
        "fac2": float(np.mean(np.abs(ratio) <= math.log(2.0))),
        "mg": float(np.exp(np.mean(ratio))),
        "vg": float(np.exp(np.mean(ratio**2))),
        "low by two": float(np.mean(ratio > math.log(2.0))),
    }


def report(record_property, name, found):
    record_property(name, found)
    print(name, {key: round(value, 3) for key, value in found.items()})  # noqa: T201


def test_gaussian_integral_jet(record_property):
    observed, predicted = [], []
    for row, source in trials():
        jet, x = integral_jet(source, STILL, reach=200.0), float(row["x_m"])
        nodes = jet.rows[:, p.AT]
        value = 1.0 if x <= nodes[0] else np.exp(np.interp(np.log(x), np.log(nodes), np.log(jet.mole_fraction)))
        observed.append(float(row["mole_frac"]))
        predicted.append(float(value))
    found = scores(observed, predicted)
    report(record_property, "gaussian-integral-jet, hydrogen", found)
    assert found["n"] == 34
    assert found["fac2"] >= 0.90  # measured here: 0.912
    assert 0.70 < found["mg"] < 0.80  # measured here: 0.739, high
    assert found["vg"] < 1.20  # measured here: 1.182
    assert found["low by two"] == 0.0


def test_free_jet(record_property):
    observed, predicted = [], []
    air = STANDARD_PRESSURE * AIR_MOLAR_MASS / (GAS_CONSTANT * AMBIENT)
    for row, source in trials():
        diameter = math.sqrt(4.0 * source.mass_flow_rate / (math.pi * source.density * source.velocity))
        share = free_jet(float(row["x_m"]), 0.0, 1e3, 1e3, diameter, source.density, air)
        moles = share / HYDROGEN.molar_mass
        observed.append(float(row["mole_frac"]))
        predicted.append(moles / (moles + (1.0 - share) / AIR_MOLAR_MASS))
    found = scores(observed, predicted)
    report(record_property, "free-jet, hydrogen", found)
    assert found["fac2"] >= 0.88  # measured here: 0.882
    assert 0.70 < found["mg"] < 0.80  # measured here: 0.726, high
    assert found["vg"] < 1.22  # measured here: 1.204


def flashing(trial):
    """Source and weather of a flashing jet; that of CO2 is a rough one (speed and vapour fraction are not given)."""
    if trial == "DT4":  # SLAB's manual, example 2: area and liquid fraction
        source = Source(
            substance=substance("ammonia"),
            aim=Aim.HORIZONTAL,
            mass_flow_rate=107.87,
            temperature=239.8,
            density=4.53,
            area=0.93,
            vapour_fraction=0.19,
            height=1.0,
            duration=381.0,
        )
        weather = Weather(
            wind_speed=4.5,
            reference_height=2.0,
            wind_from_direction=0.0,
            stability_class="E",
            obukhov_length_inverse=0.0221,
            ambient_temperature=306.2,
            relative_humidity=0.213,
            roughness_length=0.003,
        )
        return source, weather
    source = Source(
        substance=substance("carbon dioxide"),
        aim=Aim.HORIZONTAL,
        mass_flow_rate=41.17,
        temperature=194.7,
        density=4.6,
        velocity=170.0,
        vapour_fraction=0.6,
        height=1.8,
        duration=40.0,
    )
    weather = Weather(
        wind_speed=5.13,
        wind_from_direction=0.0,
        stability_class="D",
        ambient_temperature=279.05,
        roughness_length=0.05,
    )
    return source, weather


@pytest.mark.parametrize("trial", ["DT4", "SPADEADAM-DF1-5"])
def test_flashing_jets_are_reported(trial, record_property):
    """Grades B and C: printed, and only held to be numbers that fall with distance."""
    source, weather = flashing(trial)
    track = jet_plume(source, weather, averaging_time=10.0)
    with (DATA / "two_phase_jets.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["trial"] == trial]
    molar = source.substance.molar_mass
    whole = STANDARD_PRESSURE * molar / (GAS_CONSTANT * weather.ambient_temperature)
    found = []
    for row in rows:
        moles = float(track.at(float(row["x_m"]), 0.0, float(row["z_m"])))
        share = moles * molar / (moles * molar + (1.0 - moles) * AIR_MOLAR_MASS)
        found.append(1e6 * moles * whole if row["unit"] == "mg_m3" else share)
        report(record_property, f"{trial} {row['x_m']} m", {"measured": float(row["value"]), "predicted": found[-1]})
    assert np.all(np.diff(found) < 0.0)
