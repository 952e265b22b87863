"""The registered models of a vessel in time: blowdown through a hole, and a vessel in a fire."""

from __future__ import annotations

from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.relief import ReliefValve
from physics.quantities import STANDARD_PRESSURE
from physics.vessel.fire import FIRES, FireKind, burst, fire_kind
from physics.vessel.fluid import named_fluid
from physics.vessel.geometry import Shape
from physics.vessel.run import VesselRun, vessel_run
from physics.vessel.setting import (
    OUTSIDE_COEFFICIENT,
    STEEL_CONDUCTIVITY,
    STEEL_DENSITY,
    STEEL_HEAT_CAPACITY,
    Feed,
    Opening,
    ReliefNozzle,
    Shell,
    Start,
    Surroundings,
)
from physics.vessel.valve import Curve

NEVER = -1.0
"""Time by which a model's input says that a valve never closes, s."""
STRUCTURAL_STEEL = 355e6
"""Yield strength of S355 steel, Pa (EN 10025-2)."""

_VESSEL = (
    Takes("fluid"),
    Takes("temperature", hard_low=1.0),
    Takes("pressure", hard_low=0.0, default=0.0),
    Takes("level", hard_low=0.0, hard_high=1.0, default=0.0),
    Takes("vessel_shape", default=Shape.UPRIGHT.value),
    Takes("vessel_diameter", hard_low=1e-3, hard_high=200.0),
    Takes("vessel_length", hard_low=0.0, hard_high=1e3, default=0.0),
    Takes("wall_thickness", hard_low=0.0, default=0.0),
    Takes("wall_density", hard_low=10.0, default=STEEL_DENSITY),
    Takes("wall_heat_capacity", hard_low=10.0, default=STEEL_HEAT_CAPACITY),
    Takes("wall_conductivity", hard_low=1e-3, default=STEEL_CONDUCTIVITY),
    Takes("ambient_temperature", hard_low=1.0, default=293.15),
    Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
    Takes("duration", hard_low=1e-3, hard_high=1e6, default=3600.0),
)
_SERIES = (
    "time",
    "mass",
    "pressure",
    "temperature",
    "level",
    "mass_flow_rate",
    "vapour_fraction",
    "relief_rate",
    "dry_wall_temperature",
    "wetted_wall_temperature",
    "top_wall_temperature",
)
_TOTALS = ("released_mass", "relieved_mass", "mass_error")

_BLOWDOWN = Card(
    name="vessel-blowdown",
    says="A vessel that empties through a hole: mass and energy of liquid and vapour in equilibrium, or of gas by its "
    "equation of state; the phase at the hole by its height, with swell; heat from the wall; a valve that closes, and "
    "liquid that is pumped in until it is stopped. Beside liquid a pressure is one kept up by padding. A discharge "
    "coefficient of 0 is 0.62 for liquid and Jobson's for gas; a time of -1 is never. A mixture is a gas here, written "
    "Methane[0.9]&Ethane[0.1]. Inflow comes in as liquid where "
    "the vessel can hold it.",
    takes=bounded(
        *_VESSEL,
        Takes("hole_diameter", low=5e-4, hard_low=0.0, hard_high=100.0),
        Takes("hole_height", hard_low=0.0, default=0.0),
        Takes("discharge_coefficient", hard_low=0.0, hard_high=1.0, default=0.0),
        Takes("path_length", hard_low=0.0, default=0.0),
        Takes("isolated_after", hard_low=NEVER, default=NEVER),
        Takes("valve_stroke", hard_low=0.0, default=0.0),
        Takes("valve_curve", default=Curve.LINEAR.value),
        Takes("inflow_rate", hard_low=0.0, default=0.0),
        Takes("inflow_temperature", hard_low=0.0, default=0.0),
        Takes("inflow_stops_after", hard_low=NEVER, default=NEVER),
        Takes("outside_heat_transfer", hard_low=0.0, default=OUTSIDE_COEFFICIENT),
    ),
    gives=(*_SERIES, *_TOTALS),
    cites=(
        "hyddown2021",
        "jobson1955",
        "daney1976",
        "woodfield2007",
        "cooper1984",
        "chung1988",
        "fisher1992",
        "shampine1997",
    ),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "nitrogen of constant heat capacity from 100 bar: 34.704 bar after 60 s (the perfect gas in closed form)",
            "tests/verification/test_vessel.py::test_adiabatic_perfect_gas",
        ),
        Evidence(
            Kind.VERIFICATION,
            "HydDown's nitrogen vessel: 0.14 kg left, wall 284.9 K, gas 193.7 K at 37 s, 0.88 kg/s, 1 to 2 %",
            "tests/verification/test_vessel.py::test_hyddown_nitrogen_vessel",
        ),
        Evidence(
            Kind.VERIFICATION,
            "propane, 50 m³, 50 mm: last mass within 1e-3 of an implicit Runge-Kutta reference at 1e-10",
            "tests/verification/test_vessel.py::test_propane_against_an_implicit_reference",
        ),
        Evidence(
            Kind.VALIDATION,
            "blowdown and filling of vessels of gas, pressure and temperature (leakcast validate --family vessel)",
            "tests/validation/test_vessel.py::test_measured_blowdowns_and_fillings",
        ),
    ),
)


def _shape(name: str) -> Shape:
    try:
        return Shape(name)
    except ValueError as error:
        raise ModelInputError("vessel_shape", f"must be one of {', '.join(Shape)}, got {name!r}") from error


def _curve(name: str) -> Curve:
    try:
        return Curve(name)
    except ValueError as error:
        raise ModelInputError("valve_curve", f"must be one of {', '.join(Curve)}, got {name!r}") from error


def _shell(values: dict[str, Any]) -> Shell:
    return Shell(
        shape=_shape(values["vessel_shape"]),
        diameter=values["vessel_diameter"],
        length=values["vessel_length"],
        thickness=values["wall_thickness"],
        density=values["wall_density"],
        heat_capacity=values["wall_heat_capacity"],
        conductivity=values["wall_conductivity"],
    )


def _start(values: dict[str, Any]) -> Start:
    return Start(temperature=values["temperature"], pressure=values["pressure"], level=values["level"])


def _outputs(run: VesselRun) -> dict[str, Any]:
    return {
        "time": run.time,
        "mass": run.mass,
        "pressure": run.pressure,
        "temperature": run.temperature,
        "level": run.level,
        "mass_flow_rate": run.rate,
        "vapour_fraction": run.vapour_fraction,
        "relief_rate": run.relief_rate,
        "dry_wall_temperature": run.dry_wall,
        "wetted_wall_temperature": run.wetted_wall,
        "top_wall_temperature": run.top_wall,
        "released_mass": run.released,
        "relieved_mass": run.relieved,
        "mass_error": run.mass_error,
    }


@register(_BLOWDOWN)
def _vessel_blowdown(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    feed = None
    if values["inflow_rate"] > 0.0:
        stops = values["inflow_stops_after"]
        feed = Feed(
            rate=values["inflow_rate"],
            temperature=values["inflow_temperature"] or values["temperature"],
            stops_at=None if stops < 0.0 else stops,
        )
    closes = values["isolated_after"]
    run = vessel_run(
        named_fluid(values["fluid"]),
        shell=_shell(values),
        start=_start(values),
        duration=values["duration"],
        opening=Opening(
            diameter=values["hole_diameter"],
            height=values["hole_height"],
            coefficient=values["discharge_coefficient"],
            path_length=values["path_length"],
            closes_at=None if closes < 0.0 else closes,
            stroke=values["valve_stroke"],
            curve=_curve(values["valve_curve"]),
        ),
        feed=feed,
        around=Surroundings(
            pressure=values["ambient_pressure"],
            temperature=values["ambient_temperature"],
            coefficient=values["outside_heat_transfer"],
        ),
    )
    caveats = list(run.caveats)
    if run.level.max() > 0.0:
        says = "Only blowdowns of gas were held against measurement; with liquid in the vessel this is unvalidated."
        caveats.append(Caveat(Grade.NOTE, "vessel-blowdown", says))
    return _outputs(run), caveats


_IN_FIRE = Card(
    name="vessel-in-fire",
    says="A vessel in a pool or jet fire until it bursts: heat through the wall into liquid and vapour in equilibrium, "
    "a relief valve on the vapour space that opens and reseats, and the hottest wall's strength against the hoop "
    "stress. The vapour is as warm as the liquid here and neither is stratified; the flames are there from the first "
    "moment. A relief area of 0 is no valve.",
    takes=bounded(
        *_VESSEL,
        Takes("fire", default=FireKind.API_POOL.value),
        Takes("engulfed_fraction", hard_low=0.0, hard_high=1.0, default=1.0),
        Takes("relief_area", hard_low=0.0, default=0.0),
        Takes("set_pressure", hard_low=0.0, default=0.0),
        Takes("relief_blowdown", hard_low=0.0, hard_high=0.99, default=0.07),
        Takes("yield_strength", hard_low=1e6, default=STRUCTURAL_STEEL),
    ),
    gives=(
        *_SERIES,
        *_TOTALS,
        "relief_opens_after",
        "bursts_after",
        "burst_pressure",
        "burst_temperature",
        "burst_wall_temperature",
        "burst_mass",
    ),
    cites=("api521", "hyddown2021", "en199312", "cooper1984", "droste1988"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "a vessel without relief: its heat is what the fire gave, and its pressure that of the saturated liquid",
            "tests/verification/test_vessel_fire.py::test_heat_of_a_closed_vessel",
        ),
        Evidence(
            Kind.VALIDATION,
            "propane tanks in fire, Droste and Schoen 1988 (leakcast validate --family tank-fire)",
            "tests/validation/test_vessel.py::test_tanks_in_fire",
        ),
    ),
)


@register(_IN_FIRE)
def _vessel_in_fire(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    relief = None
    if values["relief_area"] > 0.0:
        device = ReliefValve(set_pressure=values["set_pressure"], blowdown=values["relief_blowdown"])
        relief = ReliefNozzle(device=device, area=values["relief_area"])
    shell, outside = _shell(values), values["ambient_pressure"]
    if shell.thickness <= 0.0:
        raise ModelInputError("wall_thickness", "must be given for a vessel that may burst")
    run = vessel_run(
        named_fluid(values["fluid"]),
        shell=shell,
        start=_start(values),
        duration=values["duration"],
        relief=relief,
        around=Surroundings(
            pressure=outside,
            temperature=values["ambient_temperature"],
            flames=FIRES[fire_kind(values["fire"])],
            engulfed=values["engulfed_fraction"],
        ),
    )
    end = burst(run, shell=shell, yield_strength=values["yield_strength"], ambient_pressure=outside)
    says = "Of two measured tank fires it lets the relief valve open 5 and 104 s early, and foretells one burst of two."
    caveats = [*run.caveats, Caveat(Grade.DEGRADED, "vessel-in-fire", says)]
    if end is not None and end.time < run.time[-1]:
        says = f"The vessel bursts after {end.time:.0f} s; what follows in the series is what an unbroken one would do."
        caveats.append(Caveat(Grade.NOTE, "vessel-in-fire", says))
    return {
        **_outputs(run),
        "relief_opens_after": run.relief_opens,
        "bursts_after": None if end is None else end.time,
        "burst_pressure": None if end is None else end.pressure,
        "burst_temperature": None if end is None else end.temperature,
        "burst_wall_temperature": None if end is None else end.wall,
        "burst_mass": None if end is None else end.mass,
    }, caveats
