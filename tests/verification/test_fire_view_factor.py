"""View factors: closed forms, printed tables, and facets and the numerical oracle for any target."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from physics.cards import ModelInputError
from physics.fire.flame import FireKind, Flame, globe
from physics.fire.jet_fire import frustum_solid
from physics.fire.oracle import heat, view_factor
from physics.fire.solid import facing
from physics.fire.transmissivity import Absorption, table
from physics.fire.view_factor import cylinder, sphere, tilted_cylinder

TABLE = Path(__file__).parents[1] / "data" / "fire" / "view_factor_vertical_cylinder_YB_6A1.csv"
CLEAR = table(Absorption.NONE, temperature=293.15, relative_humidity=0.5)


def flame(solid):
    return Flame(kind=FireKind.POOL, model="x", surface_emissive_power=1.0, absorption=CLEAR, solid=solid)


CHECK_28 = [
    (2.0, 2.0, 0.0, 0.23612, 0.12615),
    (2.0, 5.0, 0.0, 0.05324, 0.01197),
    (4.0, 5.0, 0.0, 0.08040, 0.03066),
    (2.0, 5.0, 30.0, 0.06669, 0.01759),
    (4.0, 5.0, 30.0, 0.11813, 0.06602),
    (2.0, 5.0, -30.0, 0.03610, 0.00566),
]


@pytest.mark.parametrize(("a", "b", "tilt", "vertical", "horizontal"), CHECK_28)
def test_check_28(a, b, tilt, vertical, horizontal):
    found = tilted_cylinder(length_over_radius=a, distance_over_radius=b, tilt=math.radians(tilt))
    assert found.vertical == pytest.approx(vertical, abs=6e-6)
    assert found.horizontal == pytest.approx(horizontal, abs=6e-6)
    assert found.greatest == pytest.approx(math.hypot(vertical, horizontal), abs=1e-5)


@pytest.mark.parametrize(
    ("a", "b", "tilt", "vertical", "horizontal", "slack"),
    [
        (2.20396, 4.712, 50.8286, 0.091915, 0.029146, 2e-6),  # Yellow Book, example 6.6.3, step 12
        (11.18, 14.43166, 2.00843, 0.02665, 0.00934, 5e-6),  # example 6.6.2, step 29
    ],
)
def test_printed_examples(a, b, tilt, vertical, horizontal, slack):
    found = tilted_cylinder(length_over_radius=a, distance_over_radius=b, tilt=math.radians(tilt))
    assert found.vertical == pytest.approx(vertical, abs=slack)
    assert found.horizontal == pytest.approx(horizontal, abs=slack)


def test_printed_table():
    """Yellow Book, table 6.A.1: upright cylinder; printed to one in a thousand, recomputed within one unit."""
    rows = list(csv.DictReader(TABLE.read_text().splitlines()))
    assert len(rows) == 110
    for row in rows:
        found = tilted_cylinder(length_over_radius=float(row["L_over_R"]), distance_over_radius=float(row["x_over_R"]))
        for column, value in (("Fv_1e3", found.vertical), ("Fh_1e3", found.horizontal)):
            assert 1e3 * value == pytest.approx(float(row[column] or 0.0), abs=1.0)


@pytest.mark.parametrize(("a", "b", "tilt", "vertical", "horizontal"), CHECK_28)
def test_facets_and_oracle_agree_with_the_closed_form(a, b, tilt, vertical, horizontal):
    of = cylinder(radius=1.0, length=a, tilt=math.radians(tilt))
    here = (b, 0.0, 0.0)
    for normal, known in (((-1.0, 0.0, 0.0), vertical), ((0.0, 0.0, 1.0), horizontal)):
        facets = facing(*here, *normal, of.vertices, of.facets, of.planes, of.power)
        assert facets == pytest.approx(known, rel=1.5e-3)
        assert view_factor(of.triangles, target=here, facing=normal) == pytest.approx(known, rel=2e-3)


def test_facets_agree_with_the_oracle_for_any_target():
    """A dragged, tilted cylinder, seen from the side, from above and with part of it behind the target."""
    of = cylinder(radius=10.0, length=30.0, tilt=0.7, drag=1.3, power=2.0)
    seen = flame(of)
    random = np.random.default_rng(3)
    for _ in range(40):
        place = random.uniform((-60.0, -60.0, 0.0), (90.0, 60.0, 40.0))
        normal = random.normal(size=3)
        outside = np.any(of.planes[:, :3] @ place - of.planes[:, 3] > 0.5)
        if not outside:
            continue
        exact = heat(of.triangles, power=of.triangle_power, target=place, facing=normal, splits=40)
        assert float(seen.heat_flux(*place, facing=normal)) == pytest.approx(exact, rel=0.01, abs=2e-4)


def test_greatest_over_orientation_is_the_greatest():
    of = cylinder(radius=10.0, length=25.0, tilt=0.4)
    seen = flame(of)
    random = np.random.default_rng(5)
    for place in ((25.0, 5.0, 1.0), (-30.0, 10.0, 0.0), (0.0, 40.0, 20.0)):
        greatest = float(seen.heat_flux(*place))
        normals = random.normal(size=(2000, 3))
        all_of_them = seen.heat_flux(*(np.full(2000, value) for value in place), facing=normals)
        assert np.max(all_of_them) <= greatest * (1.0 + 1e-6)
        assert np.max(all_of_them) >= 0.99 * greatest


def test_frustum_agrees_with_the_oracle():
    axis = np.array([0.9, 0.1, 0.3]) / np.linalg.norm([0.9, 0.1, 0.3])
    of = frustum_solid(np.array([5.0, 0.0, 8.0]), axis, side=30.0, base=1.0, tip=8.0, powers=(3.0, 5.0))
    seen = flame(of)
    for place, normal in (((20.0, 20.0, 1.0), (0.0, -1.0, 0.2)), ((60.0, 0.0, 2.0), (-1.0, 0.0, 0.3))):
        exact = heat(of.triangles, power=of.triangle_power, target=place, facing=normal, splits=40)
        assert float(seen.heat_flux(*place, facing=normal)) == pytest.approx(exact, rel=0.01)


def test_flame_overhead_is_summed_instead():
    """b < aS: the closed form breaks down; the facets do not."""
    a, b, tilt = 6.0, 3.0, math.radians(50.0)
    assert b < a * math.sin(tilt)
    found = tilted_cylinder(length_over_radius=a, distance_over_radius=b, tilt=tilt)
    of = cylinder(radius=1.0, length=a, tilt=tilt)
    up = view_factor(of.triangles, target=(b, 0.0, 0.0), facing=(0.0, 0.0, 1.0), splits=60)
    assert found.horizontal == pytest.approx(up, rel=5e-3)
    just = tilted_cylinder(length_over_radius=a, distance_over_radius=a * math.sin(tilt) * 1.001, tilt=tilt)
    past = tilted_cylinder(length_over_radius=a, distance_over_radius=a * math.sin(tilt) * 0.999, tilt=tilt)
    assert just.horizontal == pytest.approx(past.horizontal, rel=5e-3)


def test_sphere():
    assert sphere(radius=5.0, distance=20.0) == pytest.approx(1.0 / 16.0)
    ball = globe(5.0, 20.0, rows=40)
    assert view_factor(ball, target=(0.0, 0.0, 0.0), facing=(0.0, 0.0, 1.0), splits=4) == pytest.approx(
        1 / 16, rel=5e-3
    )


def test_a_target_in_the_fire_is_refused_or_gets_its_power():
    with pytest.raises(ModelInputError):
        tilted_cylinder(length_over_radius=2.0, distance_over_radius=0.9)
    of = cylinder(radius=10.0, length=25.0, tilt=0.4, power=7.0)
    seen = Flame(kind=FireKind.POOL, model="x", surface_emissive_power=7.0, absorption=CLEAR, solid=of)
    assert float(seen.heat_flux(3.0, 2.0, 5.0)) == 7.0
    assert np.max(seen.heat_flux(np.linspace(-40, 60, 301), 0.0, 0.5)) <= 7.0
