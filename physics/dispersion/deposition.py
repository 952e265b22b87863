"""What a cloud loses to the ground and to rain, by source depletion.

Dry: the release seems smaller the farther it has come, ``Q(x) = Q exp(-integral v_d D / u dx)``, with D the plume's
crosswind integral near the ground over Q / u (Chamberlain 1953; Hanna et al. 1982); the shape stays as it was. Wet:
rain washes the whole depth alike, ``exp(-Lambda t)`` with ``Lambda = a I^b``.

The velocity is that of the surface itself; what the air below half the cloud's depth resists comes on top, without
which source depletion takes far too much on a calm night.

A cloud with less gas in it is the milder one: the best estimate of a forecast has it, its outer edge does not.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.dispersion.degadis.entrainment import suppression
from physics.dispersion.plume import checked_class
from physics.dispersion.sigma import BRIGGS_RURAL
from physics.dispersion.track import THIN, PlumeTrack, column, upright
from physics.quantities import AIR_MOLAR_MASS, GRAVITY
from physics.substances import Substance
from physics.weather import Weather
from physics.weather.profile_method import heat_shape
from physics.weather.surface_layer import VON_KARMAN

Array = NDArray[np.float64]

DEPOSITION_VELOCITY = 0.01
"""What vegetated ground takes of most reactive gases, m/s (CCPS, process safety glossary, "dry deposition"). Measured
values spread over a factor of ten: 0.005 to 0.05 is quoted for chlorine, 0.003 to 0.01 for sulfur dioxide."""
REACTIVE = frozenset({"chlorine", "sulfur dioxide", "ammonia", "hydrogen chloride", "hydrogen fluoride"})
"""Gases that water on leaves and soil takes up or that react there."""
WASHOUT_FACTOR, WASHOUT_POWER = 1e-4, 0.64
"""Washout of a soluble gas, 1/s, at 1 mm/h, and the power of the rain's rate (from memory, unverified)."""
MILLIMETRE_PER_HOUR = 1e-3 / 3600.0
"""One millimetre of rain in an hour, m/s (exact)."""
_CARD_STEPS = 400


def dry_fraction(track: PlumeTrack, deposition_velocity: float | Array) -> Array:
    """Share of a release that is still in the air at each of a track's distances.

    Parameters
    ----------
    track : PlumeTrack
        Not depleted.
    deposition_velocity : float or ndarray, shape (distance,)
        m/s, over the concentration near the ground.
    """
    per_depth = _per_depths(track)
    slow = np.gradient(track.travel_time, track.distance)
    loss = deposition_velocity * per_depth * slow
    steps = np.diff(track.distance, prepend=0.0) * 0.5 * (loss + np.concatenate([loss[:1], loss[:-1]]))
    found: Array = np.exp(-np.cumsum(steps))
    return found


def _per_depths(track: PlumeTrack) -> Array:
    """Value at the ground over the integral over all heights at each distance, 1/m; 0 of a cloud above the lid."""
    found = np.empty(track.distance.size)
    per_depths(track.centre_height, track.sigma_z, track.vertical_power, track.lid, found)
    return found


@kernel
def per_depths(centre: Array, sigma: Array, power: Array, lid: float, out: Array) -> None:
    """Value at the ground over the integral over all heights, 1/m, of each of a track's shapes."""
    for i in range(out.size):
        if centre[i] > lid:
            out[i] = 0.0
        else:
            out[i] = upright(0.0, centre[i], sigma[i], power[i], lid) / column(sigma[i], power[i])


def surface_depleted(track: PlumeTrack, of: Substance, weather: Weather) -> PlumeTrack:
    """Take out of a plume what the ground takes of a reactive gas through the air below half the plume's depth.

    The two resistances stand in series, 1 / v_d = 1 / v_s + r_a, with r_a that of heat between the roughness length and
    there (Seinfeld and Pandis 2006, chapter 19). What a cloud heavier than air weighs slows the air's exchange as it
    slows mixing, by `suppression` at its own Richardson number (Spicer and Havens 1989). Where the cloud is not `THIN`
    nothing is taken: velocities are measured in traces of gas, and leaves and soil that meet more are soon sated.

    Parameters
    ----------
    track : PlumeTrack
    of : Substance
        One that is not `REACTIVE` leaves the plume as it is.
    weather : Weather
    """
    if of.name not in REACTIVE:
        return track
    rough, inverse, friction = float(weather.roughness_length), weather.inverse_obukhov, weather.friction_velocity
    ground = track.at(track.distance)
    depth = 1.0 / np.maximum(_per_depths(track), 1.0 / weather.lid)
    excess = max(of.molar_mass / AIR_MOLAR_MASS - 1.0, 0.0) * ground
    weighed = [suppression(float(number), 0.0) for number in GRAVITY * excess * depth / friction**2]
    shapes = np.array([heat_shape(rough, float(half), inverse) for half in np.maximum(0.5 * depth, rough)])
    resistance = np.maximum(weighed, suppression(0.0, 0.0)) / suppression(0.0, 0.0) * shapes / (VON_KARMAN * friction)
    velocity = 1.0 / (1.0 / DEPOSITION_VELOCITY + resistance)
    left = dry_fraction(track, np.where(ground > THIN, 0.0, velocity))
    return _thinned(track, left, f"taken up by the ground at {DEPOSITION_VELOCITY:g} m/s and less on the way")


def washout_rate(rain: float) -> float:
    """Share of a soluble gas that rain takes out of a cloud per second, 1/s; ``rain`` in m/s."""
    return WASHOUT_FACTOR * (rain / MILLIMETRE_PER_HOUR) ** WASHOUT_POWER if rain > 0.0 else 0.0


def depleted(track: PlumeTrack, *, deposition_velocity: float = 0.0, rain: float = 0.0) -> PlumeTrack:
    """Take what ground and rain take out of a plume.

    Parameters
    ----------
    track : PlumeTrack
    deposition_velocity : float
        m/s.
    rain : float
        m/s of water.
    """
    left = dry_fraction(track, deposition_velocity) * np.exp(-washout_rate(rain) * track.travel_time)
    return _thinned(track, left, f"deposited on the way at {deposition_velocity:g} m/s and in rain of {rain:g} m/s")


def _thinned(track: PlumeTrack, left: Array, says: str) -> PlumeTrack:
    fields = {item.name: getattr(track, item.name) for item in dataclasses.fields(track) if item.init}
    return PlumeTrack(**(fields | {"mole_fraction": track.mole_fraction * left, "says": (*track.says, says)}))


_CARD = Card(
    name="source-depletion",
    says="Share of a passive plume that is still in the air at a distance, with dry deposition by source depletion and "
    "washout by rain; Briggs' rural spread.",
    takes=bounded(
        Takes("wind_speed", low=1.0, high=30.0, hard_low=1e-2, hard_high=200.0),
        Takes("stability_class"),
        Takes("downwind_distance", low=100.0, high=10_000.0, hard_low=0.0, hard_high=1e6),
        Takes("source_height", low=0.0, high=300.0, hard_low=0.0, hard_high=1e4, default=0.0),
        Takes("deposition_velocity", low=0.0, high=0.05, hard_low=0.0, hard_high=10.0),
        Takes("rainfall_rate", low=0.0, high=1e-5, hard_low=0.0, hard_high=1e-3, default=0.0),
    ),
    gives=("deposited_fraction",),
    cites=("chamberlain1953", "hannabriggs1982", "ccpsglossary", "seinfeldpandis2006", "spicerhavens1989"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "closed form where sigma z grows in proportion to distance",
            "tests/verification/test_deposition.py::test_closed_form",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    stability, x = checked_class(values), values["downwind_distance"]
    if x <= 1.0:
        return {"deposited_fraction": 0.0}, []
    distance = np.geomspace(1.0, x, _CARD_STEPS)
    flat = np.zeros(_CARD_STEPS)
    track = PlumeTrack(
        model="source-depletion",
        distance=distance,
        mole_fraction=flat,
        sigma_y=BRIGGS_RURAL.sigma_y(distance, stability),
        sigma_z=BRIGGS_RURAL.sigma_z(distance, stability),
        travel_time=distance / values["wind_speed"],
        sigma_x=flat,
        flat_half_width=flat,
        centre_height=flat + values["source_height"],
        vertical_power=flat + 2.0,
    )
    left = dry_fraction(track, values["deposition_velocity"])[-1]
    left *= math.exp(-washout_rate(values["rainfall_rate"]) * track.travel_time[-1])
    return {"deposited_fraction": float(1.0 - left)}, []
