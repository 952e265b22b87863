"""Fire around a vessel: published heat fluxes, strength of steel, heat and pressure of a closed vessel, bursting."""

import math

import numpy as np
import pytest

from physics.cards import MODELS, ModelInputError
from physics.substances import substance
from physics.vessel.fire import FIRES, FireKind, burst, hoop_stress, steel_strength
from physics.vessel.fluid import vessel_fluid
from physics.vessel.geometry import Shape, wall_area
from physics.vessel.heat import fire_flux
from physics.vessel.run import vessel_run
from physics.vessel.setting import Shell, Start, Surroundings

PROPANE = vessel_fluid(substance("propane"))
TANK = Shell(shape=Shape.HORIZONTAL, diameter=1.25, length=4.0, thickness=0.006)


@pytest.mark.parametrize(
    ("kind", "wall", "expected"),
    [
        (FireKind.API_POOL, 323.0, 45.5e3),
        (FireKind.API_JET, 323.0, 83.5e3),
        (FireKind.SCANDPOWER_POOL, 293.0, 88.5e3),
        (FireKind.SCANDPOWER_JET, 293.0, 94.5e3),
    ],
)
def test_published_fluxes(kind, wall, expected):
    assert fire_flux(FIRES[kind].kernel, wall) == pytest.approx(expected, rel=0.01)


def test_a_wall_is_as_hot_as_its_fire_makes_it():
    """Heat taken up falls as the wall warms and is nothing at one temperature between gas and flames."""
    flames = FIRES[FireKind.API_POOL].kernel
    fluxes = [fire_flux(flames, t) for t in (300.0, 600.0, 800.0, 1000.0)]
    assert fluxes == sorted(fluxes, reverse=True)
    assert fluxes[-1] < 0.0 < fluxes[-2]


def test_steel_and_hoop_stress():
    at = np.array([20.0, 300.0, 350.0, 400.0, 500.0, 550.0, 600.0]) + 273.15
    expected = np.array([1.25, 1.25, 1.125, 1.0, 0.78, 0.625, 0.47]) * 360e6
    assert steel_strength(at, yield_strength=360e6) == pytest.approx(expected)
    cylinder = hoop_stress(np.array([21e5]), shell=TANK, ambient_pressure=1e5)
    assert cylinder == pytest.approx([20e5 * 1.25 / 0.012])
    ball = Shell(shape=Shape.SPHERE, diameter=1.25, thickness=0.006)
    assert hoop_stress(np.array([21e5]), shell=ball, ambient_pressure=1e5) == pytest.approx(0.5 * cylinder)


def in_fire(**changes):
    return vessel_run(
        PROPANE,
        shell=TANK,
        start=Start(temperature=283.15, level=0.5),
        around=Surroundings(temperature=283.15, flames=FIRES[FireKind.API_POOL], **changes),
        duration=400.0,
        outputs=401,
    )


def test_heat_of_a_closed_vessel():
    """What wall and content gain is what the fire gave; the pressure is the liquid's."""
    run = in_fire()
    area = wall_area(Shape.HORIZONTAL.number, TANK.diameter, TANK.length)
    table = substance("propane").saturation
    assert run.pressure == pytest.approx([table.pressure(float(t)) for t in run.temperature], rel=1e-6)
    liquid = run.level * TANK.volume * np.array([table.liquid_density(float(t)) for t in run.temperature])
    vapour = run.mass - liquid
    heat = liquid * table.liquid_enthalpy(run.temperature) + vapour * table.vapour_enthalpy(run.temperature)
    inner = heat - run.pressure * TANK.volume
    flames = FIRES[FireKind.API_POOL].kernel
    angle = 2.0 * math.acos(1.0 - 2.0 * 0.5)
    assert angle == pytest.approx(math.pi)
    wet = 0.5  # share of the wall under liquid at half full, within a tenth while it swells
    given = np.zeros(run.time.size)
    flux = np.array(
        [
            wet * fire_flux(flames, w) + (1 - wet) * fire_flux(flames, d)
            for w, d in zip(run.wetted_wall, run.dry_wall, strict=True)
        ]
    )
    given[1:] = np.cumsum(0.5 * (flux[1:] + flux[:-1]) * np.diff(run.time)) * area
    wall = TANK.thickness * TANK.density * TANK.heat_capacity * area * (1.0 + TANK.thickness / TANK.diameter)
    stored = wall * (wet * (run.wetted_wall - 283.15) + (1 - wet) * (run.dry_wall - 283.15))
    assert inner[-1] - inner[0] + stored[-1] == pytest.approx(
        given[-1] * (1 + 2 * TANK.thickness / TANK.diameter), rel=0.05
    )


def test_only_the_engulfed_share_and_time_heat():
    whole, half = in_fire(), in_fire(engulfed=0.5)
    late = in_fire(fire_starts=200.0)
    assert half.temperature[-1] < whole.temperature[-1]
    assert np.ptp(late.temperature[late.time < 199.0]) < 0.05
    assert late.temperature[-1] > late.temperature[0] + 5.0
    over = in_fire(fire_stops=50.0)
    assert over.top_wall.argmax() == pytest.approx(50, abs=1)


def test_burst_is_where_stress_meets_strength():
    run = in_fire()
    end = burst(run, shell=TANK, yield_strength=200e6, ambient_pressure=101325.0)
    assert end is not None
    stress = hoop_stress(np.array([end.pressure]), shell=TANK, ambient_pressure=101325.0)[0]
    assert stress == pytest.approx(float(steel_strength(np.array([end.wall]), yield_strength=200e6)[0]), rel=2e-3)
    assert burst(run, shell=TANK, yield_strength=2e9, ambient_pressure=101325.0) is None
    bare = Shell(shape=Shape.HORIZONTAL, diameter=1.25, length=4.0)
    with pytest.raises(ModelInputError, match="wall_thickness"):
        burst(run, shell=bare, yield_strength=2e8, ambient_pressure=101325.0)


def test_the_top_is_hotter_than_the_mean_of_the_dry_wall():
    run = in_fire()
    assert run.top_wall[-1] > run.dry_wall[-1] > run.wetted_wall[-1] > run.temperature[-1]


def test_model_in_fire():
    import physics.models  # noqa: F401

    given = {
        "fluid": "propane",
        "temperature": 283.15,
        "level": 0.5,
        "vessel_shape": "horizontal",
        "vessel_diameter": 1.25,
        "vessel_length": 4.0,
        "wall_thickness": 0.006,
        "relief_area": 3.3e-4,
        "set_pressure": 15.6e5,
        "yield_strength": 360e6,
        "duration": 1000.0,
    }
    found = MODELS["vessel-in-fire"].run(given)
    assert 100.0 < found["relief_opens_after"] < found["bursts_after"] < 1000.0
    assert found["burst_mass"] > 0.0
    with pytest.raises(ModelInputError) as caught:
        MODELS["vessel-in-fire"].run({**given, "fire": "bonfire"})
    assert caught.value.field == "fire"
    with pytest.raises(ModelInputError) as caught:
        MODELS["vessel-in-fire"].run({**given, "wall_thickness": 0.0})
    assert caught.value.field == "wall_thickness"
