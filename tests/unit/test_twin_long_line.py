"""A long line of a plant that breaks off: both ends run out, feeds and valves act, books close, forecasts show it."""

import json
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from api.sentences import in_chinese
from physics.cards import Grade, ModelInputError
from physics.discharge.pipe_line import End, PipeSide
from physics.discharge.pipe_rupture import RuptureCancelled, pipe_rupture
from physics.substances import substance
from scenarios.forecast import ForecastCancelled, forecast
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin import line_run, long_line
from twin.library import find_plant
from twin.load import load_plant
from twin.source import release_band
from twin.supply import leak

FESTUS = load_plant(find_plant("festus-chlorine"))
RUNS = ("low", "best", "high")
PIPELINE = """\
schema: 1
plant: {id: pipeline, name: Pipeline, crs: EPSG:4326, origin: {lon: 116.4, lat: 39.9}}
fluids:
  stuff: {components: {propane: 1.0}, state: liquid}
equipment:
  - tag: V-1
    class: Vessel
    volume: "VOLUME m3"
    xyz: [0, 0, 1]
    elevation: 1
    geometry: {shape: cylinder, D: 2.5, L: 6, orient: horizontal}
    relief: true
    inventory: {fluid: stuff, T: 290, P: 8.0e5, level: 0.8}
  - tag: V-2
    class: Vessel
    volume: "30 m3"
    xyz: [160, 0, 1]
    elevation: 1
    geometry: {shape: cylinder, D: 2.5, L: 6, orient: horizontal}
    relief: true
    inventory: {fluid: stuff, T: 290, P: 7.8e5, level: 0.3}
nozzles:
  - {id: N-1, equipment: V-1, z: 0.0}
  - {id: N-2, equipment: V-2, z: 0.0}
lines:
  - {tag: L-1, from: N-1, to: N-2, fluid: stuff, dn: 50, length: 160, items: [XV-1, XV-2, CK-1]}
valves:
  - {tag: XV-1, line: L-1, role: esdv, at: 0.1, t_stroke: "5 s"}
  - {tag: XV-2, line: L-1, role: esdv, at: 0.9, t_stroke: "5 s"}
  - {tag: CK-1, line: L-1, role: CHECK, at: 0.95}
emergency_shutdown:
  - {tag: ESD-1, closes: [XV-1, XV-2], detect_time: "15 s", decide_time: "2 s"}
"""


def long_festus(length=150.0):
    """Festus with a longer line to the building."""
    line = replace(FESTUS.lines["L-304"], length=length)
    return replace(FESTUS, lines=MappingProxyType({**FESTUS.lines, "L-304": line}))


@pytest.fixture
def pipeline(tmp_path):
    def made(volume=30.0, role="manual"):
        text = PIPELINE.replace("VOLUME", str(volume)).replace("CHECK", role)
        (tmp_path / "plant.yaml").write_text(text, encoding="utf-8")
        return load_plant(tmp_path)

    return made


def broken(plant, part="L-1", **asked):
    return release_band(plant, None, part=part, duration=120.0, **asked)


@pytest.mark.parametrize("isolated", [None, 10.0])
def test_books_close_and_the_runs_are_in_order(pipeline, isolated):
    """Held = airborne + evaporated + left, for each run of both branches; more comes out the higher the run."""
    for plant, part in ((pipeline(), "L-1"), (long_festus(), "L-304")):
        band = broken(plant, part, isolated_after=isolated)
        for name in RUNS:
            run = getattr(band, name)
            assert abs(run.conservation.mass_error) < 1e-9
            assert run.conservation.left_in_vessel > 0.0
            assert run.conservation.expansion_energy_error < 1e-6
        assert band.low.discharged_mass < band.best.discharged_mass < band.high.discharged_mass


def test_it_starts_as_the_line_and_ends_as_its_feed(pipeline):
    """The first rate is that of two open ends of the bore; it falls to what the vessels give through the line."""
    run = broken(pipeline()).best
    area = np.pi * 0.05**2 / 4.0
    places = run.stations
    assert run.discharged[0] == pytest.approx(
        2.0 * float(places.exit.density[0] * places.exit.velocity[0]) * area, rel=0.1
    )
    assert run.discharged[0] > 2.0 * run.discharged[-1] > 0.0
    assert np.all(np.diff(run.discharged)[:-1] < 2e-2 * run.discharged[0])
    flow = places.exit.density * places.exit.velocity * places.exit.area
    assert flow == pytest.approx(places.ambient.density * places.ambient.velocity * places.ambient.area)
    assert np.all(places.upstream.vapour_fraction == 0.0)


def test_valves_that_close_hold_back_what_stands_behind_them(pipeline):
    """Isolated at once, only the 128 m between the valves run out; later more; not at all most."""
    plant = pipeline()
    never, late, early = (broken(plant, isolated_after=at).best for at in (None, 30.0, 10.0))
    assert early.discharged_mass < late.discharged_mass < never.discharged_mass
    stands = 128.0 * np.pi * 0.05**2 / 4.0 * float(substance("propane").saturation.liquid_density(290.0))
    assert stands < early.discharged_mass < 1.8 * stands
    shut = broken(plant, closed_valves={"XV-1": 0.0, "XV-2": 0.0}).best
    assert shut.discharged_mass == pytest.approx(stands, rel=0.05)
    assert shut.conservation.held == pytest.approx(stands, rel=0.02), "what stands behind a shut valve is not in it"
    by_hand = broken(plant, closed_valves={"XV-1": 10.0, "XV-2": 10.0}).best
    assert by_hand.discharged_mass == early.discharged_mass


def test_a_check_valve_keeps_the_far_vessel_out(pipeline):
    """Behind a check valve the far end runs out without its vessel, from 0.45 of the line."""
    plant = pipeline(role="check")
    run = broken(plant).best
    assert run.discharged_mass < broken(pipeline()).best.discharged_mass
    assert any("towards N-2" in says and "from 72 m of line" in says for says in run.says)


def test_a_vessel_gives_what_it_holds_and_no_more(pipeline):
    """A small vessel is empty long before the end: held is its mass and the line's, and nothing of it is left."""
    run = broken(pipeline(volume=1.0), closed_valves={"XV-2": 0.0}).best
    assert any("is empty after" in says for says in run.says)
    assert abs(run.conservation.mass_error) < 1e-9
    assert 0.0 <= run.conservation.left_in_vessel < 0.05 * run.conservation.held


def test_where_a_valve_breaks_the_place_is_known(pipeline):
    plant = pipeline()
    run = broken(plant, part="XV-1").best
    assert any("from 16 m of line" in says for says in run.says)
    assert not any("its middle was taken" in item.says for item in run.caveats)
    assert any("its middle was taken" in item.says for item in broken(plant).best.caveats)


def test_liquid_that_gains_speed_is_not_taken_for_steady():
    """Benzene from rest climbs in stairs of one wave each; held on a stair it gave a fifth of what comes."""
    quick, close = (
        pipe_rupture(
            substance("benzene"),
            diameter=0.05,
            pressure=2.7e5,
            temperature=303.15,
            upstream=PipeSide(length=150.0, end=End.RESERVOIR),
            duration=300.0,
            steps=line_run.STEPS,
            refinement=line_run.REFINEMENT,
            settled=settled,
        ).released_mass
        for settled in (line_run.SETTLED, 1e-4)
    )
    assert quick == pytest.approx(close, rel=0.03)


def test_short_lines_and_holes_are_as_they_were(monkeypatch, pipeline):
    """No line of Festus is long, and a hole in a long line is none: the pipe's model is never asked."""
    monkeypatch.setattr(line_run, "pipe_rupture", None)
    for part in FESTUS.lines:
        if FESTUS.lines[part].leaks_outside and not FESTUS.fluids[FESTUS.lines[part].fluid].inert:
            assert not long_line.is_long(FESTUS, leak(FESTUS, part=part, hole_diameter=None))
    run = release_band(FESTUS, None, part="L-304", duration=600.0).best
    assert run.discharged_mass > 0.0
    assert broken(pipeline(), hole_diameter=0.02).best.discharged_mass > 0.0


def test_outside_the_pipe_it_is_a_short_line_and_says_so(monkeypatch, pipeline):
    def refused(*_, **__):
        raise ModelInputError("pressure", "out of the tables")

    plant = pipeline()
    monkeypatch.setattr(line_run, "pipe_rupture", refused)
    monkeypatch.setattr(line_run, "_MARCHED", line_run.OrderedDict())
    band = broken(plant)
    for name in RUNS:
        told = [item for item in getattr(band, name).caveats if "is a long line, but is taken as a short" in item.says]
        assert [(item.grade, item.about, "out of the tables" in item.says) for item in told] == [
            (Grade.DEGRADED, "L-1", True)
        ]
        assert in_chinese(told[0].says)
    monkeypatch.setattr("twin.source.is_long", lambda *_: False)
    assert broken(plant).best.discharged_mass == band.best.discharged_mass


def test_a_pump_goes_on_giving_its_flow(monkeypatch, pipeline):
    """With readings of flow and pressure the end is a pump; without them that is said."""
    plant = pipeline()
    monkeypatch.setattr(long_line, "_pumps", lambda *_: {"P-1"})
    without = broken(plant).best
    assert any("No reading says what P-1 gives" in item.says and in_chinese(item.says) for item in without.caveats)
    given = {"mass_flow_rate": 4.0, "pressure": 15e5}
    monkeypatch.setattr(long_line, "reading", lambda _p, _s, _t, quantity: (given[quantity], ()))
    seen = []
    real = line_run.pipe_rupture
    monkeypatch.setattr(
        line_run, "pipe_rupture", lambda *a, **k: seen.append((k["upstream"].end, k["mass_flow_rate"])) or real(*a, **k)
    )
    run = broken(plant).best
    assert (End.PUMP, 4.0) in seen
    assert abs(run.conservation.mass_error) < 1e-9


def test_it_can_be_stopped(pipeline):
    with pytest.raises(RuptureCancelled):
        release_band(pipeline(volume=31.0), None, part="L-1", duration=121.0, cancelled=lambda: True)
    asked = Scenario(plant="pipeline", part="L-1", wind=Wind(speed=4.0, from_direction=0.0), duration=122.0)
    with pytest.raises(ForecastCancelled):
        forecast(pipeline(), None, asked, cancelled=lambda: True)


def test_a_forecast_of_it_ends_and_speaks_chinese():
    asked = Scenario(
        plant=FESTUS.id, part="L-304", wind=Wind(speed=2.0, from_direction=7.0, stability="D"), duration=600.0
    )
    found = summary(forecast(long_festus(), None, asked))
    json.dumps(found, allow_nan=False)
    masses = [branch["mass_kg"] for branch in found["branches"]]
    assert masses[0] > 1.2 * masses[1] > 0.0
    assert any("L-304 is 150 m long" in item["says"] for item in found["caveats"])
    for says in [*found["says"], *(item["says"] for item in found["caveats"])]:
        assert in_chinese(says), says
