"""The cards of the Gaussian integral jet and of the jet in a crosswind."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import find_fluid
from physics.dispersion.jets import path as p
from physics.dispersion.jets.mixtures import mixtures_of
from physics.dispersion.jets.plume import NAME, jet_plume
from physics.dispersion.jets.solve import REACH, Jet, Nozzle, houf_schefer_closure, solve, still_air
from physics.dispersion.plume import checked_class
from physics.dispersion.slab.case import slab_case, slab_gas
from physics.dispersion.track import Aim, Source
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.weather import Weather

INTEGRAL = "gaussian-integral-jet"
COLDEST = 15.0
"""K below which no mixture is solved for."""
_WORDS = {"velocity": "expanded_velocity", "height": "source_height", "temperature": "source_temperature"}
_RELEASE = (
    Takes("fluid"),
    Takes("mass_flow_rate", hard_low=1e-6, hard_high=1e5),
    Takes("source_temperature", hard_low=0.0, hard_high=1000.0, default=0.0),
    Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=1.0),
    Takes("expanded_velocity", low=5.0, high=1500.0, hard_low=0.01, hard_high=5000.0),
    Takes("release_angle", hard_low=-90.0, hard_high=90.0, default=0.0),
)
_AIR = (
    Takes("ambient_temperature", low=220.0, high=330.0, hard_low=200.0, hard_high=350.0, default=293.15),
    Takes("relative_humidity", hard_low=0.0, hard_high=1.0, default=0.5),
)

_INTEGRAL_CARD = Card(
    name=INTEGRAL,
    says="Turbulent jet in still air at any angle, away from the ground (Houf and Schefer 2008, as in HyRAM): Gaussian "
    "speed and concentration, air taken in by momentum and buoyancy, density by mixing at constant heat capacities; "
    "droplets evaporate on the way. A jet with the wind is crosswind-jet's.",
    takes=bounded(*_RELEASE, *_AIR, Takes("distance", hard_low=0.0, hard_high=REACH)),
    gives=("mole_fraction", "axis_speed", "jet_radius", "temperature"),
    cites=("houfschefer2008", "hyram2022"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "mass, substance, momentum and heat through any section; decay of speed and concentration",
            "tests/verification/test_jets.py::test_what_passes_a_section",
        ),
        Evidence(
            Kind.VALIDATION,
            "34 concentrations on the axis of hydrogen jets (Molkov 2012, table 5-3)",
            "tests/validation/test_hydrogen_jets.py::test_gaussian_integral_jet",
        ),
    ),
)

_CROSSWIND_CARD = Card(
    name=NAME,
    says="Jet in a wind, horizontal with it, upright or slanting, dense or light, with droplets that evaporate (Ooms "
    "1972): air taken in by the jet's shear, the wind and its turbulence, drag, rise and fall. It is left where the "
    "air carries it, or where it is heavy and its edge meets the ground; then it is a heavy cloud by slab or a passive "
    "plume.",
    takes=bounded(
        *_RELEASE,
        Takes("source_height", low=0.0, high=200.0, hard_low=0.0, hard_high=1e4, default=1.0),
        Takes("wind_speed", low=1.0, high=20.0, hard_low=0.1, hard_high=60.0),
        Takes("reference_height", low=2.0, high=20.0, hard_low=0.5, hard_high=200.0, default=10.0),
        Takes("stability_class"),
        Takes("roughness_length", low=1e-4, high=0.5, hard_low=1e-5, hard_high=2.0, default=0.1),
        *_AIR,
        Takes("averaging_time", low=10.0, high=3600.0, hard_low=1.0, hard_high=1e5, default=600.0),
        Takes("downwind_distance", low=0.0, high=10_000.0, hard_low=0.0, hard_high=2e4),
        Takes("crosswind_distance", default=0.0),
        Takes("height", hard_low=0.0, default=0.0),
    ),
    gives=("mole_fraction", "axis_height", "travel_time"),
    cites=("ooms1972", "fan1967", "ermak1990"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "without wind the free jet's decay; a neutral upright jet's rise against Briggs; mass through sections",
            "tests/verification/test_jets_crosswind.py::test_rise_of_a_neutral_jet",
        ),
        Evidence(
            Kind.VERIFICATION,
            "distances to flammable limits of a propane jet that Phast 6.54 prints",
            "tests/verification/test_jets_crosswind.py::test_propane_jet_of_another_program",
        ),
    ),
)


def _release(values: dict[str, Any], weather: Weather, height: float) -> tuple[Source, list[Caveat]]:
    of = find_fluid(values["fluid"])
    ambient = weather.ambient_temperature
    boiling = float(slab_gas(of, pressure=STANDARD_PRESSURE, ambient_temperature=ambient).boiling_point)
    wet = values["vapour_fraction"] < 1.0
    temperature = values["source_temperature"] or (boiling if wet else max(boiling, ambient))
    if temperature < COLDEST:
        says = f"must be 0, for that of the air or of boiling, or at least {COLDEST:g} K, got {temperature:g}"
        raise ModelInputError("source_temperature", says)
    caveats = []
    if not wet and temperature < boiling - 1e-6:
        says = f"{of.name} at {temperature:.1f} K would be liquid; it was taken as vapour."
        caveats.append(Caveat(Grade.DEGRADED, NAME, says))
    source = Source(
        substance=of,
        aim=Aim.HORIZONTAL,
        mass_flow_rate=values["mass_flow_rate"],
        temperature=temperature,
        density=STANDARD_PRESSURE * of.molar_mass / (GAS_CONSTANT * temperature),
        velocity=values["expanded_velocity"],
        vapour_fraction=values["vapour_fraction"],
        height=height,
    )
    return source, caveats


def integral_jet(source: Source, weather: Weather, *, angle: float = 0.0, reach: float = REACH) -> Jet:
    """Follow a jet in still air, away from the ground.

    Parameters
    ----------
    source : Source
        After expansion to ambient pressure; its mass flow, speed, temperature and vapour fraction count.
    weather : Weather
        Its air counts, its wind does not.
    angle : float
        Above the horizontal, rad.
    reach : float
        Length of the axis it is followed to, m.

    Raises
    ------
    ModelInputError
        No jet comes out; the error names the field.
    """
    case = slab_case(source, weather)
    mixtures = mixtures_of(case.gas, case.air)
    nozzle = Nozzle(rate=source.mass_flow_rate, speed=source.velocity, angle=angle, height=source.height)
    return solve(nozzle, mixtures, houf_schefer_closure(nozzle, mixtures), still_air(mixtures), reach=reach)


@register(_INTEGRAL_CARD)
def _run_integral(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    weather = Weather(
        wind_speed=5.0,
        wind_from_direction=0.0,
        stability_class="D",
        ambient_temperature=values["ambient_temperature"],
        relative_humidity=values["relative_humidity"],
    )
    source, caveats = _release(values, weather, 1.0)
    try:
        jet = integral_jet(source, weather, angle=math.radians(values["release_angle"]))
    except ModelInputError as error:
        raise ModelInputError(_WORDS.get(error.field, error.field), error.says) from error
    s = values["distance"]
    way = jet.rows[:, p.WAY]
    if not way.size or s > way[-1] * (1.0 + 1e-9):
        says = f"{INTEGRAL}: the jet's momentum is spent {way[-1] if way.size else 0.0:.3g} m from its source."
        return dict.fromkeys(_INTEGRAL_CARD.gives), [*caveats, Caveat(Grade.NOT_VALID, INTEGRAL, says)]
    nodes = np.concatenate([[0.0], way])
    ends = {
        "mole_fraction": (jet.mixtures.table[-1, 1], jet.mole_fraction),
        "axis_speed": (jet.nozzle.speed, jet.speed),
        "jet_radius": (0.5 * jet.diameter, jet.radius),
        "temperature": (jet.mixtures.table[-1, 2], jet.temperature),
    }
    if way[0] <= 0.0:
        nodes, ends = way, {name: (None, rows) for name, (_, rows) in ends.items()}
    found = {
        name: float(np.interp(s, nodes, rows if first is None else np.concatenate([[first], rows])))
        for name, (first, rows) in ends.items()
    }
    return found, caveats


@register(_CROSSWIND_CARD)
def _run_crosswind(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    stability = checked_class(values)
    if values["reference_height"] <= values["roughness_length"]:
        raise ModelInputError("reference_height", "must lie above the roughness length")
    weather = Weather(
        wind_speed=values["wind_speed"],
        wind_from_direction=0.0,
        stability_class=stability,
        ambient_temperature=values["ambient_temperature"],
        relative_humidity=values["relative_humidity"],
        roughness_length=values["roughness_length"],
        reference_height=values["reference_height"],
    )
    source, caveats = _release(values, weather, values["source_height"])
    try:
        track = jet_plume(
            source, weather, averaging_time=values["averaging_time"], angle=math.radians(values["release_angle"])
        )
    except ModelInputError as error:
        raise ModelInputError(_WORDS.get(error.field, error.field), error.says) from error
    x = values["downwind_distance"]
    return {
        "mole_fraction": float(track.at(x, values["crosswind_distance"], values["height"])),
        "axis_height": float(np.interp(x, track.distance, track.centre_height)),
        "travel_time": float(np.interp(x, track.distance, track.travel_time)),
    }, caveats
