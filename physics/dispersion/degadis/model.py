"""The card of Spicer and Havens' dense-gas model."""

from __future__ import annotations

from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import find_fluid
from physics.dispersion.degadis.plume import NAME, degadis_plume
from physics.dispersion.plume import checked_class
from physics.dispersion.track import Aim, Source
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.weather import Weather

_CARD = Card(
    name=NAME,
    says="Steady dense plume of a release at the ground after Spicer and Havens (1989): a cloud that lies over its "
    "source until the wind carries it off, a slab with Gaussian edges that spreads under its own weight, and the plume "
    "it becomes. Vapour at its boiling point unless a temperature is given; a jet's momentum is left out.",
    takes=bounded(
        Takes("fluid"),
        Takes("mass_flow_rate", hard_low=1e-6, hard_high=1e5),
        Takes("source_temperature", hard_low=0.0, hard_high=1000.0, default=0.0),
        Takes("pool_area", hard_low=0.0, hard_high=1e6, default=0.0),
        Takes("wind_speed", low=1.0, high=20.0, hard_low=0.1, hard_high=60.0),
        Takes("reference_height", low=2.0, high=20.0, hard_low=0.5, hard_high=200.0, default=10.0),
        Takes("stability_class"),
        Takes("roughness_length", low=1e-4, high=0.3, hard_low=1e-5, hard_high=2.0, default=0.1),
        Takes("ambient_temperature", low=220.0, high=330.0, hard_low=200.0, hard_high=350.0, default=293.15),
        Takes("relative_humidity", hard_low=0.0, hard_high=1.0, default=0.5),
        Takes("averaging_time", low=10.0, high=3600.0, hard_low=1.0, hard_high=1e5, default=600.0),
        Takes("downwind_distance", low=10.0, high=10_000.0, hard_low=0.0, hard_high=2e4),
        Takes("crosswind_distance", default=0.0),
        Takes("height", hard_low=0.0, default=0.0),
    ),
    gives=("mole_fraction", "cloud_half_width", "travel_time"),
    cites=("spicerhavens1989", "havensspicer1985"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "degadisx 0.1.4 on chlorine: 40.3 ppm at 500 m (class D), 20 ppm at 1271 m (class F)",
            "tests/verification/test_degadis.py::test_other_implementation",
        ),
        Evidence(
            Kind.VERIFICATION,
            "mass through any cross-section",
            "tests/verification/test_degadis.py::test_mass_through_any_station",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    of, stability = find_fluid(values["fluid"]), checked_class(values)
    if values["reference_height"] <= values["roughness_length"]:
        raise ModelInputError("reference_height", "must lie above the roughness length")
    boiling = float(of.saturation.temperature(STANDARD_PRESSURE))
    ambient = values["ambient_temperature"]
    temperature = values["source_temperature"] or min(boiling, ambient)
    source = Source(
        substance=of,
        aim=Aim.POOL,
        mass_flow_rate=values["mass_flow_rate"],
        temperature=temperature,
        density=STANDARD_PRESSURE * of.molar_mass / (GAS_CONSTANT * temperature),
        area=values["pool_area"],
    )
    weather = Weather(
        wind_speed=values["wind_speed"],
        wind_from_direction=0.0,
        stability_class=stability,
        ambient_temperature=ambient,
        relative_humidity=values["relative_humidity"],
        roughness_length=values["roughness_length"],
        reference_height=values["reference_height"],
    )
    track = degadis_plume(source, weather, averaging_time=values["averaging_time"])
    x = values["downwind_distance"]
    found = track.at(x, values["crosswind_distance"], values["height"])
    caveats = []
    if temperature < boiling - 1e-6:
        says = f"{of.name} at {temperature:.1f} K would be liquid; it was taken as vapour."
        caveats.append(Caveat(Grade.DEGRADED, NAME, says))
    return {
        "mole_fraction": float(found),
        "cloud_half_width": float(np.interp(x, track.distance, track.flat_half_width + track.sigma_y)),
        "travel_time": float(np.interp(x, track.distance, track.travel_time)),
    }, caveats
