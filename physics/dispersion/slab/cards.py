"""Cards of SLAB: a pool, jets along the wind and upwards, and a cloud released at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import find_fluid
from physics.dispersion.plume import checked_class
from physics.dispersion.slab.case import boiling_point
from physics.dispersion.slab.model import slab_plume, slab_puff
from physics.dispersion.track import Aim, PlumeTrack, PuffTrack, Source
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.weather import Weather

_TESTS = "tests/verification/test_slab.py::"
_AIR = (
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
)
_RELEASED = (
    Takes("source_temperature", hard_low=0.0, hard_high=1000.0, default=0.0),
    Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=1.0),
    Takes("source_height", low=0.0, high=100.0, hard_low=0.0, hard_high=1000.0, default=0.0),
)
_CITES = ("ermak1990", "dormand1980", "leeslabx2026")
_EVIDENCE = (
    Evidence(
        Kind.VERIFICATION, "SLAB's friction velocity and wind, to nine digits", _TESTS + "test_air_of_example_two"
    ),
    Evidence(Kind.VERIFICATION, "mass through any cross-section", _TESTS + "test_mass_through_any_section"),
    Evidence(Kind.VERIFICATION, "fifth order of its steps", _TESTS + "test_step_convergence"),
)


def _card(
    name: str, says: str, takes: tuple[Takes, ...], cites: tuple[str, ...], evidence: tuple[Evidence, ...]
) -> Card:
    return Card(
        name=name,
        says=says + " Temperature 0 stands for the boiling point, or the air's where that is lower.",
        takes=bounded(Takes("fluid"), *takes, *_AIR),
        gives=("mole_fraction", "cloud_half_width"),
        cites=cites,
        evidence=(*evidence, *_EVIDENCE),
    )


POOL_CARD = _card(
    "slab-pool",
    "Steady dense plume of an evaporating pool by SLAB's published equations (Ermak 1990): a slab with mass, momentum, "
    "heat and moisture, which widens under its own weight and ends as a passive plume.",
    (Takes("mass_flow_rate", hard_low=1e-9, hard_high=1e5), Takes("pool_area", hard_low=1e-3, hard_high=1e6)),
    _CITES,
    (Evidence(Kind.VERIFICATION, "slabx 1.0.7 on LNG pools", _TESTS + "test_pools_against_another_program"),),
)
HORIZONTAL_CARD = _card(
    "slab-horizontal-jet",
    "Steady dense plume of a jet along the wind, vapour or vapour and droplets, by SLAB's published equations "
    "(Ermak 1990).",
    (
        Takes("mass_flow_rate", hard_low=1e-9, hard_high=1e5),
        Takes("jet_area", hard_low=1e-8, hard_high=1e4),
        *_RELEASED,
    ),
    _CITES,
    (Evidence(Kind.VERIFICATION, "SLAB's second example, ammonia", _TESTS + "test_example_two"),),
)
VERTICAL_CARD = _card(
    "slab-vertical-jet",
    "Steady dense plume of a jet upwards by SLAB's published equations (Ermak 1990); it starts at the top of the jet's "
    "rise (Hoot, Meroney and Peterka 1973; Briggs 1975).",
    (
        Takes("mass_flow_rate", hard_low=1e-9, hard_high=1e5),
        Takes("jet_area", hard_low=1e-8, hard_high=1e4),
        *_RELEASED,
    ),
    (*_CITES, "hoot1973", "briggs1975"),
    (Evidence(Kind.VERIFICATION, "SLAB's fourth example, chlorine", _TESTS + "test_example_four"),),
)
AT_ONCE_CARD = _card(
    "slab-instantaneous",
    "Dense cloud of what is released at once by SLAB's published equations (Ermak 1990), at a place and a time.",
    (
        Takes("mass", hard_low=1e-6, hard_high=1e8),
        Takes("cloud_area", hard_low=0.0, hard_high=1e6, default=0.0),
        *_RELEASED,
        Takes("time", low=0.0, high=7200.0, hard_low=0.0, hard_high=1e5),
    ),
    _CITES,
    (Evidence(Kind.VERIFICATION, "slabx 1.0.7 on LNG at once", _TESTS + "test_at_once_against_another_program"),),
)


def _source(values: dict[str, Any], aim: Aim) -> Source:
    of = find_fluid(values["fluid"])
    boiling = boiling_point(of, STANDARD_PRESSURE)
    temperature = values.get("source_temperature", 0.0) or min(boiling, values["ambient_temperature"])
    return Source(
        substance=of,
        aim=aim,
        temperature=temperature,
        density=STANDARD_PRESSURE * of.molar_mass / (GAS_CONSTANT * temperature),
        mass_flow_rate=values.get("mass_flow_rate", 0.0),
        mass=values.get("mass", 0.0),
        vapour_fraction=values.get("vapour_fraction", 1.0),
        area=values.get("pool_area", values.get("jet_area", values.get("cloud_area", 0.0))),
        height=values.get("source_height", 0.0),
    )


def _weather(values: dict[str, Any]) -> Weather:
    if values["reference_height"] <= values["roughness_length"]:
        raise ModelInputError("reference_height", "must lie above the roughness length")
    return Weather(
        wind_speed=values["wind_speed"],
        wind_from_direction=0.0,
        stability_class=checked_class(values),
        ambient_temperature=values["ambient_temperature"],
        relative_humidity=values["relative_humidity"],
        roughness_length=values["roughness_length"],
        reference_height=values["reference_height"],
    )


def _said(track: PlumeTrack | PuffTrack) -> list[Caveat]:
    return [*track.caveats, *(Caveat(Grade.NOTE, track.model, says) for says in track.says)]


@contextmanager
def _own_names(values: dict[str, Any]) -> Iterator[None]:
    """Let a refusal name the card's own field."""
    names: dict[str, tuple[str, ...]] = {
        "temperature": ("source_temperature", "ambient_temperature"),
        "height": ("source_height", "height"),
    }
    names["area"] = ("pool_area", "jet_area", "cloud_area")
    try:
        yield
    except ModelInputError as refusal:
        known = [name for name in names.get(refusal.field, ()) if name in values]
        raise ModelInputError(known[0] if known else refusal.field, refusal.says) from None


def _steady(card: Card, aim: Aim) -> None:
    @register(card)
    def run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
        x, y, z = (values[name] for name in ("downwind_distance", "crosswind_distance", "height"))
        with _own_names(values):
            plume = slab_plume(
                _source(values, aim),
                _weather(values),
                averaging_time=values["averaging_time"],
                reach=max(1.1 * x, 100.0),
            )
        width = plume.flat_half_width + np.sqrt(3.0) * plume.sigma_y
        return {
            "mole_fraction": float(plume.at(x, y, z)),
            "cloud_half_width": float(np.interp(x, plume.distance, width)),
        }, _said(plume)


_steady(POOL_CARD, Aim.POOL)
_steady(HORIZONTAL_CARD, Aim.HORIZONTAL)
_steady(VERTICAL_CARD, Aim.VERTICAL)


@register(AT_ONCE_CARD)
def _run_at_once(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    with _own_names(values):
        puff = slab_puff(
            _source(values, Aim.INSTANTANEOUS),
            _weather(values),
            averaging_time=values["averaging_time"],
            longest=max(1.1 * values["time"], 60.0),
        )
    place = (values[name] for name in ("downwind_distance", "crosswind_distance", "height"))
    width = puff.flat_half_width + np.sqrt(3.0) * puff.sigma_y
    return {
        "mole_fraction": float(puff.at(*place, time=values["time"])[0]),
        "cloud_half_width": float(np.interp(values["time"], puff.time, width)),
    }, _said(puff)
