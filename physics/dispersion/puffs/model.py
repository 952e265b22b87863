"""The puffs as a registered model: a steady release into a wind that turns evenly, at one place and time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.dispersion.plume import checked_class
from physics.dispersion.puffs.run import AVERAGING_TIME, NAME, PuffRun
from physics.dispersion.sigma import BRIGGS_RURAL
from physics.release import ReleaseTerm
from physics.wind import REPORT_INTERVAL, WindSeries

_DAY = 86400.0
_HOUR = 3600.0
_TURN_STEP = 10.0  # degrees the wind turns by between its values at the most
_FROM_WEST = 270.0
NEAREST = 1.0
"""Least distance from the source at which a concentration is given, m."""

CARD = Card(
    name=NAME,
    says="Gaussian puffs of a passive gas, released evenly, in a wind that turns evenly: Briggs' rural spread, "
    "as much along the wind as across it, images in ground and lid. Distances are along and across the first wind.",
    takes=bounded(
        Takes("mass_flow_rate", hard_low=0.0),
        Takes("duration", low=1.0, high=_DAY, hard_low=1e-3, hard_high=2.0 * _DAY),
        Takes("time", low=0.0, high=_DAY, hard_low=0.0, hard_high=2.0 * _DAY),
        Takes("wind_speed", low=1.0, high=30.0, hard_low=0.0, hard_high=100.0),
        Takes("wind_turning", low=-180.0, high=180.0, hard_low=-3600.0, hard_high=3600.0, default=0.0),
        Takes("stability_class"),
        Takes("downwind_distance", low=100.0, high=10_000.0),
        Takes("crosswind_distance", low=-10_000.0, high=10_000.0, default=0.0),
        Takes("height", hard_low=0.0, default=0.0),
        Takes("source_height", low=0.0, high=300.0, hard_low=0.0, default=0.0),
        Takes("mixing_height", low=50.0, high=5000.0, hard_low=1.0, default=1000.0),
        Takes("averaging_time", low=10.0, high=_HOUR, hard_low=1.0, hard_high=_DAY, default=AVERAGING_TIME),
    ),
    gives=("concentration",),
    cites=("ccps1999", "briggs1973", "turner1970", "taylor1921"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "the steady plume in a constant wind, within 2 %",
            "tests/verification/test_puffs.py::test_a_constant_wind_gives_the_plume",
        ),
        Evidence(
            Kind.VERIFICATION,
            "mass on a grid, whatever the wind does",
            "tests/verification/test_puffs.py::test_mass_on_a_large_grid",
        ),
        Evidence(
            Kind.VERIFICATION,
            "ten-minute means in a wind of one second and in its ten-minute mean",
            "tests/verification/test_puffs_meander.py::test_one_second_wind_and_its_mean_agree",
        ),
        Evidence(
            Kind.VALIDATION,
            "Prairie Grass: maxima on arcs to 800 m in steady winds; low by a factor of 1.7 at 800 m on stable nights",
            "tests/validation/test_puffs_prairie_grass.py::test_arc_maxima",
        ),
    ),
)


def turning_wind(*, speed: float, turning: float, until: float, stability_class: str) -> WindSeries:
    """Wind from the west that turns evenly.

    Parameters
    ----------
    speed : float
        m/s.
    turning : float
        Degrees an hour, clockwise.
    until : float
        s.
    stability_class : str
    """
    turned = turning * until / _HOUR
    steps = max(math.ceil(abs(turned) / _TURN_STEP), 1)
    time = np.linspace(0.0, max(until, 1.0), steps + 1)
    return WindSeries(
        time=time,
        speed=np.full(time.size, speed),
        from_direction=(_FROM_WEST + turning * time / _HOUR) % 360.0,
        stability=(stability_class,) * time.size,
        averaging_interval=REPORT_INTERVAL,
    )


def even_release(*, rate: float, duration: float, height: float) -> ReleaseTerm:
    """Release of passive gas at an even rate, kg/s, for so many s at a height in m."""
    one = np.ones(1)
    return ReleaseTerm(
        substance="air",
        time=np.array([0.0, duration]),
        mass_flow_rate=rate * one,
        vapour_fraction=one,
        temperature=293.15 * one,
        density=1.2 * one,
        velocity=0.0 * one,
        source_height=height,
    )


@register(CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    wind = turning_wind(
        speed=values["wind_speed"],
        turning=values["wind_turning"],
        until=max(values["time"], values["duration"]),
        stability_class=checked_class(values),
    )
    release = even_release(rate=values["mass_flow_rate"], duration=values["duration"], height=values["source_height"])
    found = PuffRun(release, wind, BRIGGS_RURAL, averaging_time=values["averaging_time"], lid=values["mixing_height"])
    if math.hypot(values["downwind_distance"], values["crosswind_distance"]) < NEAREST:
        says = f"must lie {NEAREST:g} m from the source at least: a point release has no concentration at its place"
        raise ModelInputError("downwind_distance", says)
    # the first wind blows to the east; a crosswind distance to its left is north
    point = (values["downwind_distance"], values["crosswind_distance"], values["height"])
    return {"concentration": float(found.at([point], [values["time"]])[0, 0])}, list(found.caveats)
