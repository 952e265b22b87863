"""A vessel's balances in single states: energy of content and wall together, padding, fires around a part of it."""

import numpy as np
import pytest

from physics.cards import ModelInputError
from physics.substances import substance
from physics.vessel.balance import ENERGY, MASS, WALL, rates
from physics.vessel.content import FULL, content
from physics.vessel.fire import FIRES, FireKind
from physics.vessel.flows import flows
from physics.vessel.fluid import vessel_fluid
from physics.vessel.geometry import Shape, wall_area, wetted_area
from physics.vessel.heat import fire_flux
from physics.vessel.run import vessel_case, vessel_run
from physics.vessel.setting import Feed, Opening, Shell, Start, Surroundings

PROPANE = vessel_fluid(substance("propane"))
FLAMES = FIRES[FireKind.API_POOL]


def shell(shape, **more):
    return Shell(shape=shape, diameter=2.0, length=5.0, **{"thickness": 0.02, "conductivity": 5.0, **more})


def at_once(case, y, warm, kind, t=0.0):
    dy = np.empty(y.size)
    state = rates(case, t, y, warm, kind, False, dy)
    return dy, state, flows(case, t, state, False)


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("layers", [1, 4])
@pytest.mark.parametrize("feed", [None, Feed(rate=60.0, temperature=280.0)])
@pytest.mark.parametrize("around", ["insulated", "air", "fire"])
def test_energy_of_content_and_wall_closes(shape, layers, feed, around):
    """What both gain is what crosses the boundary and what the air and the fire give, also as the level moves."""
    vessel = shell(shape, layers=layers)
    case, y, warm, kind = vessel_case(
        PROPANE,
        shell=vessel,
        start=Start(temperature=290.0, level=0.4),
        opening=Opening(diameter=0.04, height=0.1),
        feed=feed,
        around=Surroundings(
            temperature=300.0,
            coefficient=0.0 if around == "insulated" else 30.0,
            flames=FLAMES if around == "fire" else None,
            engulfed=0.3,
        ),
    )
    n, sides = layers, case.wall.sides
    y[WALL : WALL + n] = np.linspace(310.0, 330.0, n)
    y[WALL + n : WALL + 2 * n] = np.linspace(295.0, 292.0, n)
    dy, _, out = at_once(case, y, warm, kind)
    d, dx = vessel.diameter, vessel.thickness / n
    number, total = shape.number, wall_area(shape.number, d, vessel.length)
    power = 2 if shape is Shape.SPHERE else 1
    middle = np.array([(1.0 + 2.0 * (i + 0.5) * dx / d) ** power for i in range(n)])
    heat = vessel.density * vessel.heat_capacity * dx * middle

    def wet(t):
        now = content(case.plane, case.volume, y[MASS] + dy[MASS] * t, y[ENERGY] + dy[ENERGY] * t, warm, kind)
        return wetted_area(number, d, vessel.length, now.liquid / now.liquid_density / case.volume)

    spread = (wet(1e-2) - wet(-1e-2)) / 2e-2
    assert (spread > 0.0) == (feed is not None)
    dry_t, wet_t = y[WALL : WALL + n], y[WALL + n : WALL + 2 * n]
    gained = (total - wet(0.0)) * heat @ dy[WALL : WALL + n] + wet(0.0) * heat @ dy[WALL + n : WALL + 2 * n]
    gained += spread * heat @ (wet_t - dry_t)
    outer = (1.0 + 2.0 * vessel.thickness / d) ** power

    def taken(wall):
        half = 0.5 * dx / vessel.conductivity if n > 1 else 0.0
        air = 0.0 if around == "insulated" else (300.0 - wall) / (1.0 / 30.0 + half)
        return air if around != "fire" else 0.3 * fire_flux(FLAMES.kernel, wall) + 0.7 * air

    given = outer * ((total - wet(0.0)) * taken(dry_t[-1]) + wet(0.0) * taken(wet_t[-1]))
    assert sides == (3 if around == "fire" else 2)
    size = abs(out.energy) + abs(given) + abs(total * heat.sum())
    assert dy[ENERGY] + gained == pytest.approx(out.energy + given, abs=1e-5 * size)
    assert dy[MASS] == pytest.approx(out.inflow - out.hole)
    assert out.energy == pytest.approx(out.inflow * case.inflow.enthalpy - out.hole * out.enthalpy)


@pytest.mark.parametrize("shape", list(Shape))
def test_energy_closes_over_a_blowdown(shape):
    """An insulated vessel of propane, from half full to a tenth: content and wall give what the liquid takes along."""
    vessel = shell(shape)
    run = vessel_run(
        PROPANE,
        shell=vessel,
        start=Start(temperature=293.15, level=0.5),
        opening=Opening(diameter=0.03),
        around=Surroundings(coefficient=0.0),
        duration=16.0 * vessel.volume,
        outputs=2401,
        tolerance=1e-6,
    )
    assert 0.02 < run.level[-1] < 0.45
    assert run.dry_wall[-1] > run.wetted_wall[-1] + 0.5
    total = wall_area(shape.number, vessel.diameter, vessel.length)
    grown = (1.0 + vessel.thickness / vessel.diameter) ** (2 if shape is Shape.SPHERE else 1)
    heat = vessel.thickness * vessel.density * vessel.heat_capacity * grown

    def energy(i):
        found = substance("propane").saturation
        t, fill = float(run.temperature[i]), float(run.level[i])
        liquid = fill * vessel.volume * found.liquid_density(t)
        inner = liquid * found.liquid_enthalpy(t) + (run.mass[i] - liquid) * found.vapour_enthalpy(t)
        wet = wetted_area(shape.number, vessel.diameter, vessel.length, fill)
        return inner - run.pressure[i] * vessel.volume, heat * (
            wet * run.wetted_wall[i] + (total - wet) * run.dry_wall[i]
        )

    taken = float(np.trapezoid(run.rate * run.enthalpy, run.time))
    (first, wall_first), (last, wall_last) = energy(0), energy(-1)
    assert first - last + wall_first - wall_last == pytest.approx(taken, rel=2e-4)
    assert wall_first - wall_last > 1e-3 * taken  # the wall does give heat, so that the books would show it missing


def test_padding_pushes_at_its_own_cost():
    """Water held at 50 bar: what leaves carries the push with it, what stays does not become colder for it."""
    run = vessel_run(
        vessel_fluid(substance("water")),
        shell=shell(Shape.UPRIGHT, thickness=0.0),
        start=Start(temperature=300.0, level=0.9, pressure=50e5),
        opening=Opening(diameter=0.05),
        duration=60.0,
    )
    assert run.level[-1] < 0.6
    assert run.temperature[-1] == pytest.approx(300.0, abs=0.05)
    table = substance("water").saturation
    push = (50e5 - table.pressure(300.0)) / table.liquid_density(300.0)
    assert run.enthalpy[0] == pytest.approx(table.liquid_enthalpy(300.0) + push, rel=1e-6)


def test_the_last_row_of_a_full_vessel_is_of_liquid():
    run = vessel_run(
        PROPANE,
        shell=Shell(shape=Shape.HORIZONTAL, diameter=1.25, length=4.0),
        start=Start(temperature=280.0, level=0.9),
        opening=Opening(diameter=0.02),
        feed=Feed(rate=5.0, temperature=280.0),
        duration=900.0,
        outputs=2001,
    )
    assert "full of liquid" in run.ends
    assert run.level[-1] == pytest.approx(1.0)
    assert run.rate[-1] == pytest.approx(run.rate[-2], rel=1e-3)
    assert abs(run.mass_error) < 1e-4


def test_a_switch_without_a_stroke_is_as_exact_as_one_with():
    """Feed shut off at once: the slopes after it are those with the valve shut, or the error test is deceived."""

    def last(tolerance):
        return vessel_run(
            PROPANE,
            shell=Shell(shape=Shape.HORIZONTAL, diameter=3.0, length=7.07, thickness=0.016),
            start=Start(temperature=293.15, level=0.5),
            opening=Opening(diameter=0.05, path_length=0.1, height=1.2),
            feed=Feed(rate=20.0, temperature=290.0, stops_at=60.0),
            duration=600.0,
            tolerance=tolerance,
        ).mass[-1]

    assert last(1e-4) == pytest.approx(last(1e-7), rel=5e-4)


def test_gas_on_the_way_in_stirs_gas_and_liquid_does_not():
    case, y, warm, kind = vessel_case(
        PROPANE, shell=shell(Shape.UPRIGHT), start=Start(temperature=290.0, level=0.4), around=Surroundings()
    )
    y[WALL:] = 320.0
    still = at_once(case, y, warm, kind)[0]
    fed = case._replace(inflow=case.inflow._replace(rate=60.0, enthalpy=0.0))
    assert at_once(fed, y, warm, kind)[0][WALL] == pytest.approx(still[WALL], rel=1e-12)
    case, y, warm, kind = vessel_case(
        PROPANE, shell=shell(Shape.UPRIGHT), start=Start(temperature=290.0, pressure=2e5), around=Surroundings()
    )
    y[WALL:] = 320.0
    still = at_once(case, y, warm, kind)[0]
    fed = case._replace(inflow=case.inflow._replace(rate=1.0, enthalpy=0.0))
    assert at_once(fed, y, warm, kind)[0][WALL] < 1.2 * still[WALL] < 0.0


def test_the_top_is_all_in_the_fire_however_little_of_the_vessel_is():
    """Where a vessel bursts is where the flames are, not the mean of the wall in them and that beside."""

    def first(engulfed):
        case, y, warm, kind = vessel_case(
            PROPANE,
            shell=shell(Shape.HORIZONTAL),
            start=Start(temperature=290.0, level=0.4),
            around=Surroundings(flames=FLAMES, engulfed=engulfed),
        )
        return at_once(case, y, warm, kind)[0][WALL:]

    whole, part, none = first(1.0), first(0.25), first(0.0)
    assert part[2] == pytest.approx(whole[2])
    assert part[0] < 0.3 * whole[0]
    assert none[2] == pytest.approx(none[0], abs=1e-3)


@pytest.mark.parametrize("shape", list(Shape))
def test_full_content_leaves_as_liquid(shape):
    """Denser than the liquid can be: it flows as that liquid does, at any height."""
    case, y, warm, kind = vessel_case(
        PROPANE,
        shell=shell(shape),
        start=Start(temperature=290.0, level=0.99),
        opening=Opening(diameter=0.05, height=0.0),
    )
    brim = at_once(case, y, warm, kind)[2].hole
    y[MASS] *= 1.02
    y[ENERGY] *= 1.02
    _, state, out = at_once(case, y, warm, kind)
    assert state.kind == FULL
    assert out.fill == 1.0
    assert out.vapour == 0.0
    assert out.hole == pytest.approx(brim, rel=0.05)
    high = case._replace(hole=case.hole._replace(height=1.99))
    assert flows(high, 0.0, state, False).vapour == 0.0


def test_vapour_leaves_beside_padding():
    """From above the liquid the vapour leaves as it would alone: of the order of its share in what leaves."""

    def seen(pressure, level):
        case, y, warm, kind = vessel_case(
            PROPANE,
            shell=shell(Shape.HORIZONTAL),
            start=Start(temperature=293.15, level=level, pressure=pressure),
            opening=Opening(diameter=0.02, height=1.9),
        )
        return at_once(case, y, warm, kind)[2]

    padded, alone = seen(12e5, 0.3), seen(0.0, 0.3)
    assert padded.hole == pytest.approx(alone.hole)
    assert padded.vapour == 1.0
    assert padded.enthalpy == pytest.approx(alone.enthalpy)


def test_a_padded_vessel_runs_dry():
    run = vessel_run(
        PROPANE,
        shell=Shell(shape=Shape.HORIZONTAL, diameter=1.25, length=4.07),
        start=Start(temperature=293.15, level=0.5, pressure=12e5),
        opening=Opening(diameter=0.05),
        duration=600.0,
    )
    assert not run.ends
    assert run.mass[-1] < 0.05 * run.mass[0]
    assert abs(run.mass_error) < 1e-2


def test_a_hole_taller_than_a_flat_vessel_is_refused():
    with pytest.raises(ModelInputError) as caught:
        vessel_case(
            PROPANE,
            shell=Shell(shape=Shape.UPRIGHT, diameter=2.0, length=0.2),
            start=Start(temperature=293.15, level=0.5),
            opening=Opening(diameter=1.0),
        )
    assert caught.value.field == "hole_diameter"
