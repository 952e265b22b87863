"""Cards of the pool fires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.fire.burning_rate import burning_rate as published_rate
from physics.fire.fuels import fuel_of
from physics.fire.pool_fire import RECIPES, PoolModel, pool_fire
from physics.fire.pool_shape import pool_wind
from physics.weather import Weather

TAKES = (
    Takes("fuel"),
    Takes("pool_diameter", low=1.0, high=100.0, hard_low=0.01, hard_high=1e4),
    Takes("burning_rate", hard_low=0.0, hard_high=10.0, default=0.0),
    Takes("wind_speed", low=0.5, high=20.0, hard_low=0.01, hard_high=100.0, default=5.0),
    Takes("ambient_temperature", hard_low=150.0, hard_high=400.0, default=293.15),
    Takes("relative_humidity", hard_low=0.0, hard_high=1.0, default=0.5),
    Takes("downwind_distance", hard_low=-1e5, hard_high=1e5, default=50.0),
    Takes("crosswind_distance", hard_low=-1e5, hard_high=1e5, default=0.0),
    Takes("height", hard_low=0.0, hard_high=1e4, default=1.5),
)
GIVES = (
    "burning_rate",
    "flame_length",
    "flame_tilt",
    "flame_drag_ratio",
    "surface_emissive_power",
    "radiative_fraction",
    "incident_heat_flux",
)
_SHAPES = Evidence(
    Kind.VERIFICATION,
    "the Yellow Book's printed example 6.6.3: length, tilt, emissive power, view factors and heat flux",
    "tests/verification/test_fire_pool.py::test_yellow_book_example",
)
_MONTOIR = Evidence(
    Kind.VALIDATION,
    "heat flux round the 35 m LNG fires of Montoir by period",
    "tests/validation/test_fire_scoreboard.py::test_montoir",
)


def weather_of(values: dict[str, Any]) -> Weather:
    """Weather of a card's inputs: neutral, wind at 10 m."""
    return Weather(
        wind_speed=values["wind_speed"],
        wind_from_direction=270.0,
        stability_class="D",
        ambient_temperature=values["ambient_temperature"],
        relative_humidity=values["relative_humidity"],
    )


def _runner(model: PoolModel) -> Callable[[dict[str, Any]], tuple[dict[str, Any], list[Caveat]]]:
    def run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
        weather, rate = weather_of(values), values["burning_rate"] or None
        flame = pool_fire(
            values["fuel"], diameter=values["pool_diameter"], weather=weather, model=model, burning_rate=rate
        )
        size = {"diameter": values["pool_diameter"], "ambient_temperature": values["ambient_temperature"]}
        found_rate = rate if rate is not None else published_rate(fuel_of(values["fuel"]), **size)[0]
        pool = pool_wind(weather, burning_rate=found_rate, diameter=values["pool_diameter"])
        place = (values[name] for name in ("downwind_distance", "crosswind_distance", "height"))
        return {
            "burning_rate": found_rate,
            "flame_length": flame.length,
            "flame_tilt": flame.tilt,
            "flame_drag_ratio": RECIPES[model].drag(pool),
            "surface_emissive_power": flame.surface_emissive_power,
            "radiative_fraction": min(flame.radiative_fraction, 1.0),
            "incident_heat_flux": float(flame.heat_flux(*place)),
        }, list(flame.caveats)

    return run


def _card(model: PoolModel, says: str, cites: tuple[str, ...], *evidence: Evidence) -> Card:
    return Card(
        name=model.value,
        says=f"{says} A burning rate of 0 or left out means the published one of the fuel.",
        takes=TAKES,
        gives=GIVES,
        cites=cites,
        evidence=evidence,
    )


CARDS = (
    _card(
        PoolModel.YELLOW_BOOK,
        "Pool fire as a tilted, dragged cylinder: Thomas' length with wind, the Yellow Book's tilt, Moorhouse's drag; "
        "80 % of what soots is hidden by smoke.",
        ("yellowbook2005", "thomas1965", "pritchardbinding1992", "moorhouse1982"),
        _SHAPES,
        _MONTOIR,
    ),
    _card(
        PoolModel.LNG,
        "Fire of a pool of LNG: the shape of the Yellow Book with LNGFIRE3's emissive power, 190 kW/m² for wide pools.",
        ("yellowbook2005", "thomas1965", "pritchardbinding1992", "moorhouse1982", "lngfire3"),
        _SHAPES,
        _MONTOIR,
    ),
    _card(
        PoolModel.POOLFIRE6,
        "Pool fire of two zones, a clear one at the foot and a smoky one above, for LNG, LPG, gasoline and kerosene; "
        "its numbers are from memory and were not held against the paper.",
        ("rew1997", "pritchardbinding1992", "moorhouse1982"),
        _SHAPES,
        _MONTOIR,
    ),
    _card(
        PoolModel.MOORHOUSE,
        "Fire of a pool of LNG by Moorhouse's length, tilt and drag, with LNGFIRE3's emissive power.",
        ("moorhouse1982", "lngfire3"),
        Evidence(
            Kind.VERIFICATION,
            "the closed form of a tilted cylinder and the printed equations",
            "tests/verification/test_fire_pool.py::test_named_shapes",
        ),
        _MONTOIR,
    ),
    _card(
        PoolModel.MUDAN,
        "Fire of a sooty pool: Thomas' length in calm air, the tilt of the American Gas Association, Mudan's emissive "
        "power.",
        ("thomas1963", "mudan1984"),
        Evidence(
            Kind.VERIFICATION,
            "0.055 kg/(m² s), 10 m: length over diameter 1.58165; benzene 42.4 m: 21 kW/m²",
            "tests/verification/test_fire_pool.py::test_check_27",
        ),
    ),
)

for _each in CARDS:
    register(_each)(_runner(PoolModel(_each.name)))
