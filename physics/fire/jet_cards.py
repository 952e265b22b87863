"""Cards of the jet fires."""

from __future__ import annotations

import math
from typing import Any

from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.fire.jet_fire import JetModel, jet_fire
from physics.fire.pool_cards import weather_of

_TAKES = (
    Takes("fuel"),
    Takes("mass_flow_rate", low=0.01, high=1000.0, hard_low=1e-6, hard_high=1e5),
    Takes("pressure", hard_low=0.0, hard_high=1e9),
    Takes("temperature", hard_low=0.0, hard_high=1000.0, default=0.0),
    Takes("hole_diameter", hard_low=0.0, hard_high=10.0, default=0.0),
    Takes("expanded_velocity", hard_low=0.0, hard_high=5000.0, default=0.0),
    Takes("expanded_density", hard_low=0.0, hard_high=2000.0, default=0.0),
    Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=1.0),
    Takes("source_height", hard_low=0.0, hard_high=1000.0, default=1.0),
    Takes("jet_angle", hard_low=-0.5 * math.pi, hard_high=0.5 * math.pi, default=0.0),
    Takes("wind_angle", hard_low=-math.pi, hard_high=math.pi, default=0.0),
    Takes("wind_speed", low=0.5, high=20.0, hard_low=0.01, hard_high=100.0, default=5.0),
    Takes("ambient_temperature", hard_low=150.0, hard_high=400.0, default=293.15),
    Takes("relative_humidity", hard_low=0.0, hard_high=1.0, default=0.5),
    Takes("downwind_distance", hard_low=-1e5, hard_high=1e5, default=30.0),
    Takes("crosswind_distance", hard_low=-1e5, hard_high=1e5, default=0.0),
    Takes("height", hard_low=0.0, hard_high=1e4, default=1.5),
)
_GIVES = (
    *("flame_length", "flame_width", "flame_tilt", "radiative_fraction", "surface_emissive_power"),
    "incident_heat_flux",
)
_SAYS = (
    " Of the jet it takes the expanded velocity, or pressure and temperature at rest, or the hole alone; 0 means not "
    "given, and of the temperature that of the air. Distances run along the jet's horizontal part, downwind of a "
    "vertical jet."
)
_CHAMBERLAIN = Evidence(
    Kind.VERIFICATION,
    "methane, 50 bar, 50 mm, upwards in 5 m/s: length 25.76 m, 11.52°, 347 kW/m²",
    "tests/verification/test_fire_jet.py::test_check_29",
)
_JOHNSON = Evidence(
    Kind.VALIDATION,
    "radiometers beside Johnson's horizontal jets of natural gas",
    "tests/validation/test_fire_scoreboard.py::test_johnson",
)


def _card(model: JetModel, says: str, cites: tuple[str, ...], *evidence: Evidence) -> Card:
    takes = _TAKES[1:] if model is JetModel.HYDROGEN else _TAKES
    return Card(name=model.value, says=says + _SAYS, takes=takes, gives=_GIVES, cites=cites, evidence=evidence)


CARDS = (
    _card(
        JetModel.CHAMBERLAIN,
        "Flame of a gas jet as a frustum that the wind turns, for jets upwards or aslant.",
        ("chamberlain1987",),
        _CHAMBERLAIN,
        Evidence(
            Kind.VALIDATION,
            "radiometers beside Johnson's horizontal jets of natural gas, which it is not meant for",
            "tests/validation/test_fire_scoreboard.py::test_johnson",
        ),
    ),
    _card(
        JetModel.JOHNSON,
        "Flame of a horizontal jet of natural gas as a frustum that rises and drifts; its equations are from memory "
        "and were not held against the paper.",
        ("johnson1994", "chamberlain1987"),
        Evidence(
            Kind.VERIFICATION,
            "limits: wind across moves the tip across, the heat of sides and ends is the radiated share",
            "tests/verification/test_fire_jet.py::test_johnson_limits",
        ),
        _JOHNSON,
    ),
    _card(
        JetModel.COOK,
        "Flame of a jet of heavier gas or of liquid that flashes: Chamberlain's frustum with a greater radiated share.",
        ("cook1990", "chamberlain1987"),
        Evidence(
            Kind.VERIFICATION,
            "propane, 5 mm: distances to 5, 12.5 and 37.5 kW/m² that Phast 6.54 prints",
            "tests/verification/test_fire_jet.py::test_check_31",
        ),
    ),
    _card(
        JetModel.HYDROGEN,
        "Flame of a hydrogen jet as weighted sources along a straight line, with HyRAM's length and radiated share.",
        ("schefer2006", "pandahecht2017", "hankinson2012", "hyram2022"),
        Evidence(
            Kind.VERIFICATION,
            "a momentum flame is 23 d √(ρ/ρa)/fs long; the sources' heat adds up",
            "tests/verification/test_fire_jet.py::test_hydrogen_flame",
        ),
        Evidence(
            Kind.VALIDATION,
            "lengths of cold and warm hydrogen flames",
            "tests/validation/test_fire_scoreboard.py::test_hydrogen",
        ),
    ),
    _card(
        JetModel.API,
        "One source in the middle of a straight flame of API 521's length that radiates a fifth of the heat.",
        ("api521", "aqt3046"),
        Evidence(
            Kind.VERIFICATION,
            "50 MJ/kg, 10 kg/s: 45.05 m",
            "tests/verification/test_fire_jet.py::test_check_30",
        ),
        _JOHNSON,
    ),
    _card(
        JetModel.AQ,
        "Jet fire of AQ/T 3046: API 521's length, one source, transmissivity 1 - 0.0565 ln x.",
        ("aqt3046",),
        Evidence(
            Kind.VERIFICATION,
            "50 MJ/kg, 10 kg/s, a fifth radiated, 50 m: 2.4795 kW/m²",
            "tests/verification/test_fire_jet.py::test_check_30",
        ),
        _JOHNSON,
    ),
)


def _given(values: dict[str, Any], name: str) -> float | None:
    found = float(values[name])
    return found if found > 0.0 else None


def _register(card: Card) -> None:
    @register(card)
    def run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
        flame = jet_fire(
            values.get("fuel", "hydrogen"),
            mass_flow_rate=values["mass_flow_rate"],
            weather=weather_of(values),
            angle=values["jet_angle"],
            wind_angle=values["wind_angle"],
            height=values["source_height"],
            pressure=_given(values, "pressure"),
            temperature=_given(values, "temperature"),
            hole_diameter=_given(values, "hole_diameter"),
            velocity=_given(values, "expanded_velocity"),
            density=_given(values, "expanded_density"),
            vapour_fraction=values["vapour_fraction"],
            model=JetModel(card.name),
        )
        place = (values[name] for name in ("downwind_distance", "crosswind_distance", "height"))
        return {
            "flame_length": flame.length,
            "flame_width": flame.width,
            "flame_tilt": flame.tilt,
            "radiative_fraction": flame.radiative_fraction,
            "surface_emissive_power": flame.surface_emissive_power,
            "incident_heat_flux": float(flame.heat_flux(*place)),
        }, list(flame.caveats)


for _each in CARDS:
    _register(_each)
