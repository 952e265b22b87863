"""Blast curves against printed tables, published examples and each other."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from physics.cards import MODELS
from physics.explosion.baker_strehlow_tang import (
    baker_strehlow_tang,
    flame_mach,
    reactivity_of,
    scaled_impulse,
    scaled_overpressure,
)
from physics.explosion.blast import reflected_overpressure, shock_speed
from physics.explosion.multi_energy import ALONSO, multi_energy, set_of
from physics.explosion.tnt import equivalent_mass, kingery_bulmash, tnt, tnt_free_air
from physics.quantities import STANDARD_PRESSURE

DATA = Path(__file__).parents[1] / "data" / "explosion"


@pytest.mark.parametrize(("strength", "kilopascal"), [(1, 0.5036), (4, 5.041), (5, 9.158), (6, 22.84)])
def test_multi_energy_one_tonne_of_propane(strength, kilopascal):
    """1 t of 46.35 MJ/kg at 100 m, scaled distance 1.29784."""
    blast = multi_energy(energy=1000.0 * 46.35e6, strength=strength)
    assert 100.0 / (blast.energy / STANDARD_PRESSURE) ** (1 / 3) == pytest.approx(1.29784, rel=1e-5)
    assert blast.overpressure(100.0) == pytest.approx(1e3 * kilopascal, rel=3e-4)
    found = MODELS["multi-energy"].run({"explosion_energy": 46.35e9, "strength_class": strength, "distance": 100.0})
    assert found["overpressure"] == pytest.approx(1e3 * kilopascal, rel=3e-4)


def test_two_sets_of_fits_agree():
    """Fits by two authors: within 27 % of each other from 0.7 on; classes 6 to 10 meet far away."""
    energy, r = 1e9, np.geomspace(0.7, 50.0, 40)
    for strength in ALONSO:
        one = multi_energy(energy=energy, strength=strength, fit="alonso-2006")
        other = multi_energy(energy=energy, strength=strength, fit="johansson-2017")
        length = (energy / STANDARD_PRESSURE) ** (1 / 3)
        assert one.overpressure(r * length) == pytest.approx(other.overpressure(r * length), rel=0.27)
    far = [multi_energy(energy=energy, strength=k).overpressure(500.0) for k in range(6, 11)]
    assert max(far) / min(far) < 1.10
    six = multi_energy(energy=energy, strength=6).overpressure(np.array([1.0, 3.0]) * length) / STANDARD_PRESSURE
    assert six == pytest.approx([0.301, 0.0889], rel=1e-3)
    assert scaled_overpressure(0.7, np.array([1.0, 3.0])) == pytest.approx(six, rel=0.03)


def test_classes_that_a_set_lacks():
    assert set_of(3) == set_of(10) == "johansson-2017"
    assert set_of(7) == "alonso-2006"
    with pytest.raises(LookupError, match="has no class 3"):
        set_of(3, "alonso-2006")
    with pytest.raises(LookupError, match="no set nonsense"):
        set_of(3, "nonsense")


@pytest.mark.parametrize("strength", range(1, 11))
def test_multi_energy_rises_with_class_and_falls_with_distance(strength):
    blast = multi_energy(energy=1e9, strength=strength)
    assert np.all(np.diff(blast.overpressures) <= 0.0)
    assert np.all(np.diff(blast.arrivals) > 0.0)
    assert blast.impulse(50.0) == pytest.approx(0.5 * blast.overpressure(50.0) * blast.duration(50.0), rel=1e-3)
    if strength > 1:
        weaker = multi_energy(energy=1e9, strength=strength - 1)
        near = np.geomspace(5.0, 10.0, 9)
        assert np.all(blast.overpressure(near) >= weaker.overpressure(near) * 0.999)


def test_baker_strehlow_tang_of_hyram():
    """HyRAM+'s own curves, digitised after CCPS 2010: 1 kg of hydrogen of 120 MJ/kg on the ground."""
    blast = baker_strehlow_tang(energy=1.2e8, flame_mach=5.2)
    length = (2.0 * 1.2e8 / STANDARD_PRESSURE) ** (1 / 3)
    assert blast.overpressure(length) == pytest.approx(0.39494 * STANDARD_PRESSURE, rel=1e-3)
    assert blast.impulse(length) == pytest.approx(
        0.03335 * (2.0 * 1.2e8) ** (1 / 3) * STANDARD_PRESSURE ** (2 / 3) / 340.0, rel=2e-3
    )
    assert blast.overpressure(5.0) == pytest.approx(202650.0, rel=0.5)  # its tests' reading by eye
    assert blast.impulse(5.0) == pytest.approx(283.0, rel=0.15)
    assert blast.distance_to(202650.0) == pytest.approx(5.0, abs=0.6)
    table = {5.2: (20.204, 8.491, 0.0340), 1.0: (1.294, 1.292, 0.03093), 0.35: (0.218, 0.224, 0.01169)}
    for mach, expected in table.items():
        assert scaled_overpressure(mach, np.array([0.12, 0.2, 8.0])) == pytest.approx(expected, rel=4e-3)
    assert scaled_impulse(1.4, np.array([0.1, 1.0, 5.0])) == pytest.approx([0.28604, 0.02981, 0.00591], rel=3e-3)


def test_between_the_curves_of_baker_strehlow_tang():
    r = np.geomspace(0.12, 8.0, 30)
    low, middle, high = (scaled_overpressure(mach, r) for mach in (0.35, 0.5, 0.7))
    assert np.all((low < middle) & (middle < high))
    slow = baker_strehlow_tang(energy=1e9, flame_mach=0.1)
    assert [caveat.grade for caveat in slow.caveats] == ["degraded"]
    with pytest.raises(ValueError, match="Mach"):
        baker_strehlow_tang(energy=1e9, flame_mach=6.0)


def test_flame_mach_of_pierorazio():
    assert flame_mach(reactivity="medium", congestion="low") == 0.11
    assert flame_mach(reactivity="low", congestion="high", confinement="2d") == 0.66
    assert flame_mach(reactivity=reactivity_of("hydrogen"), congestion="medium", confinement="3d") == 5.2
    assert [reactivity_of(name) for name in ("methane", "propane", "acetylene")] == ["low", "medium", "high"]
    with pytest.raises(LookupError, match="congestion"):
        flame_mach(reactivity="low", congestion="some")


PRINTED = (
    ("overpressure", "incident_overpressure_kPa", 1e3),
    ("impulse", "incident_impulse_kPa_ms_kg13", 1.0),
    ("arrival", "arrival_ms_kg13", 1e-3),
    ("duration", "positive_duration_ms_kg13", 1e-3),
    ("reflected_overpressure", "reflected_overpressure_kPa", 1e3),
    ("reflected_impulse", "reflected_impulse_kPa_ms_kg13", 1.0),
    ("shock_speed", "shock_speed_km_s", 1e3),
)


@pytest.mark.parametrize(("quantity", "column", "unit"), PRINTED)
def test_printed_table_of_kingery_and_bulmash(quantity, column, unit):
    """Swisdak's table: within 0.1 % and half of its last digit, at every distance its fits reach."""
    with (DATA / "blast_kingery_bulmash_table.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row[column]]
    z = np.array([float(row["scaled_range_m_kg13"]) for row in rows])
    printed = np.array([float(row[column]) for row in rows])
    digit = np.array([10.0 ** -len(row[column].partition(".")[2]) for row in rows])
    found = kingery_bulmash(quantity, z) / unit
    inside = np.isfinite(found)
    assert np.count_nonzero(inside) >= 20
    wrong = np.abs(found - printed)[inside] > 1e-3 * printed[inside] + 0.51 * digit[inside]
    assert np.count_nonzero(wrong) == 0, (z[inside][wrong], found[inside][wrong], printed[inside][wrong])


@pytest.mark.parametrize(
    ("z", "overpressure", "impulse", "arrival"),
    [
        (1.0, 1354.0, 236.3, 0.467),
        (2.0, 283.7, 134.6, 1.693),
        (5.0, 43.23, 59.31, 8.242),
        (10.0, 14.89, 31.04, 21.66),
        (20.0, 6.102, 15.89, 49.93),
        (50.0, 1.735, 6.221, None),
    ],
)
def test_kingery_and_bulmash_as_a_blast(z, overpressure, impulse, arrival):
    blast = tnt(mass=8.0)
    assert blast.overpressure(2.0 * z) / 1e3 == pytest.approx(overpressure, rel=1e-3)
    assert blast.impulse(2.0 * z) / 2.0 == pytest.approx(impulse, rel=1e-3)
    if arrival is not None:
        assert blast.arrival(2.0 * z) / 2.0 * 1e3 == pytest.approx(arrival, rel=1.5e-3)


def test_ten_tonnes_at_500_m():
    assert tnt(mass=1e4).overpressure(500.0) == pytest.approx(5054.96, rel=1e-4)
    assert tnt(mass=1e3).overpressure(70.0) == pytest.approx(tnt(mass=1.0).overpressure(7.0), rel=1e-9)
    found = MODELS["tnt-surface-burst"].run({"tnt_mass": 1e4, "distance": 500.0})
    assert found["overpressure"] == pytest.approx(5054.96, rel=1e-4)


def test_mass_of_tnt_of_hyram():
    assert equivalent_mass(mass=1.0, heat_of_combustion=1.2e8, share=0.03) == pytest.approx(0.7692307692307693)


@pytest.mark.parametrize(
    ("mass", "distance", "kilopascal"),
    [(1.0, 5.0, 29.24), (0.5, 5.0, 19.63), (0.1, 5.0, 9.066), (0.1, 2.0, 38.71), (0.1, 1.0, 174.87)],
)
def test_printed_column_of_kinney_and_graham(mass, distance, kilopascal):
    assert tnt_free_air(mass=mass).overpressure(distance) == pytest.approx(1e3 * kilopascal, rel=5e-4)


def test_free_air_is_less_than_on_the_ground():
    assert tnt_free_air(mass=1.0).overpressure(10.0) == pytest.approx(9985.0, rel=1e-3)
    assert tnt_free_air(mass=1.0).overpressure(10.0) < tnt(mass=1.0).overpressure(10.0)


def test_off_the_curves_nothing_runs_on_in_silence():
    """Nearer the first value is held; farther it falls as sound does, never faster; both are said by the cards."""
    for blast in (multi_energy(energy=1e9, strength=5), baker_strehlow_tang(energy=1e9, flame_mach=1.0), tnt(mass=1.0)):
        assert blast.overpressure(0.5 * blast.nearest) == pytest.approx(blast.overpressures[0])
        assert blast.overpressure(0.0) == pytest.approx(blast.overpressures[0])
        assert blast.overpressure(3.0 * blast.farthest) == pytest.approx(blast.overpressures[-1] / 3.0)
        assert blast.impulse(2.0 * blast.farthest) == pytest.approx(blast.impulses[-1] / 2.0)
        assert blast.arrival(blast.farthest + 340.0) == pytest.approx(blast.arrivals[-1] + 1.0)
    near = MODELS["tnt-surface-burst"].run({"tnt_mass": 1.0, "distance": 0.1})
    far = MODELS["tnt-surface-burst"].run({"tnt_mass": 1.0, "distance": 300.0})
    for found in (near, far):
        assert any(caveat["grade"] == "degraded" for caveat in found["caveats"])


def test_distance_to_an_overpressure():
    blast = tnt(mass=100.0)
    for level in (1e5, 2e4, 5e3, 100.0):
        assert blast.overpressure(blast.distance_to(level)) == pytest.approx(level, rel=1e-9)
    assert multi_energy(energy=1e9, strength=1).distance_to(2000.0) == 0.0


def test_grids_and_single_places_are_the_same():
    blast = multi_energy(energy=1e10, strength=7)
    grid = np.array([[10.0, 50.0], [200.0, 5000.0]])
    for read in (blast.overpressure, blast.impulse, blast.arrival, blast.duration, blast.reflected):
        found = read(grid)
        assert found.shape == grid.shape
        assert found[1, 0] == read(200.0)
        assert np.all(np.isfinite(found))


def test_shocks_in_air():
    """Weak: the speed of sound and twice the pressure; strong: eight times the pressure (perfect gas, 1.4)."""
    assert shock_speed(0.0) == 340.0
    assert shock_speed(STANDARD_PRESSURE) == pytest.approx(340.0 * math.sqrt(13.0 / 7.0))
    assert reflected_overpressure(1.0) == pytest.approx(2.0, rel=1e-4)
    assert reflected_overpressure(1e12) == pytest.approx(8e12, rel=1e-4)
    assert kingery_bulmash("shock_speed", np.array([5.0]))[0] == pytest.approx(
        float(shock_speed(kingery_bulmash("overpressure", np.array([5.0])))[0]), rel=0.02
    )
