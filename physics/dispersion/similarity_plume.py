"""The steady plume of a passive gas released near the ground, by similarity theory instead of stability classes.

Friction velocity, Obukhov length and roughness drive it (`physics.dispersion.similarity`); the profile over the
height is handed on as three numbers (`physics.dispersion.profile_fit`). It is taken before any set of sigmas where an
Obukhov length is known. Nothing in it was fitted to the trials it is scored on here; but Irwin (1983) judged Draxler's
function on Prairie Grass among others, and eddy diffusion with these profiles was first shown right on that site too
(van Ulden 1978, Gryning et al. 1983).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.dispersion.profile_fit import fitted
from physics.dispersion.sigma import AVERAGING_EXPONENT
from physics.dispersion.similarity import (
    SIGMA_U_RATIO,
    TURBULENCE_TIME,
    air_resistance,
    column_solution,
    layer_diffusion,
    layer_speeds,
    layers,
    sigma_v,
    straight_time,
)
from physics.dispersion.track import PlumeTrack, Source
from physics.quantities import GAS_CONSTANT
from physics.weather import Weather, class_from_obukhov

Array = NDArray[np.float64]

NEAREST, FARTHEST, STATIONS = 1.0, 20_000.0, 120
"""Distances the solution is kept at, m, and how many."""
LAYERS = 80
"""Layers between roughness length and lid; twice as many move the result by less than 1 %."""
HIGHEST_SOURCE = 5.0
"""m: above it eddy diffusion spreads too fast at first, for the plume is younger than the eddies that carry it."""
_LEAST_DEPTH = 20.0
"""Least mixing height over roughness length that a profile can be drawn in."""
_AT_SOURCE = 1e-3
"""Distance from the source that counts as none, m."""
_TOP_HAT = 1.0 / math.sqrt(3.0)
"""Sigma of a top hat over its half-width."""
NAME = "similarity-plume"
UNSTABLE = -0.01
"""Reciprocal Obukhov length below which the note on its daytime error is given, 1/m."""
FARTHEST_TRIAL = "Held against measurements up to 800 m from the source; farther away it rests on its equations."
DAYTIME_ERROR = (
    "By day measured maxima 50 m from the source were 1.5 times as high, and at 800 m 0.8 times (Prairie Grass)."
)


@dataclass(frozen=True, slots=True, eq=False)
class SimilarityPlume:
    """A release of 1 kg/s along its axis.

    Attributes
    ----------
    distance : ndarray, shape (n,)
        m.
    sigma_y, sigma_x, travel_time : ndarray, shape (n,)
        m, m and s.
    centre_height, sigma_z, vertical_power : ndarray, shape (n,)
        Shape over the height, as `PlumeTrack` has it.
    amplitude : ndarray, shape (n,)
        Concentration on the axis before the shape's factor, kg/m³ per kg/s.
    airborne : ndarray, shape (n,)
        Share of the release that no ground has taken up.
    mean_height : ndarray, shape (n,)
        m.
    """

    distance: Array
    sigma_y: Array
    sigma_x: Array
    travel_time: Array
    centre_height: Array
    sigma_z: Array
    vertical_power: Array
    amplitude: Array
    airborne: Array
    mean_height: Array


def solve(
    weather: Weather,
    *,
    source_height: float,
    half_width: float = 0.0,
    averaging_time: float = 600.0,
    deposition_velocity: float = 0.0,
    stations: Array | None = None,
) -> SimilarityPlume:
    """Solve for a plume of 1 kg/s.

    Parameters
    ----------
    weather : Weather
    source_height : float
        m, below the lid.
    half_width : float
        Of the source across the wind, m.
    averaging_time : float
        s.
    deposition_velocity : float
        Uptake by the surface itself, m/s: the air's own resistance is part of the solution.
    stations : ndarray or None
        Distances, m, rising.
    """
    x = np.geomspace(NEAREST, FARTHEST, STATIONS) if stations is None else np.ascontiguousarray(stations, dtype=float)
    friction, inverse, roughness = weather.friction_velocity, weather.inverse_obukhov, float(weather.roughness_length)
    lid = max(float(weather.lid), _LEAST_DEPTH * roughness)
    faces, speed, diffusion = np.empty(LAYERS + 1), np.empty(LAYERS), np.empty(LAYERS + 1)
    layers(roughness, lid, faces)
    layer_speeds(friction, inverse, faces, speed)
    layer_diffusion(friction, inverse, faces, diffusion)
    resistance = np.empty(LAYERS)
    air_resistance(faces, diffusion, resistance)
    profiles, shape, uptake = np.empty((x.size, LAYERS)), np.empty((6, x.size)), float(deposition_velocity)
    column_solution(float(source_height), uptake, faces, speed, diffusion, x, profiles)
    fitted(faces, profiles, speed, resistance, uptake, shape)
    slow = 1.0 / shape[5]
    steps = np.diff(x, prepend=0.0) * 0.5 * (slow + np.concatenate([slow[:1], slow[:-1]]))
    time = np.cumsum(steps)
    straight = np.empty_like(time)
    straight_time(time, straight)
    across = sigma_v(friction, inverse, lid) * (averaging_time / TURBULENCE_TIME) ** AVERAGING_EXPONENT
    sigma_y = np.hypot(across * straight, half_width * _TOP_HAT)
    middle, thick = 0.5 * (faces[1:] + faces[:-1]), np.diff(faces)
    return SimilarityPlume(
        distance=x,
        sigma_y=sigma_y,
        sigma_x=SIGMA_U_RATIO * friction * straight,
        travel_time=time,
        centre_height=shape[0],
        sigma_z=shape[1],
        vertical_power=shape[2],
        amplitude=shape[3] / (math.sqrt(2.0 * math.pi) * sigma_y),
        airborne=shape[4],
        mean_height=(profiles * thick) @ middle / (profiles @ thick),
    )


def similarity_plume(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, deposition_velocity: float = 0.0
) -> PlumeTrack:
    """Give the plume of a source that neither its weight nor its momentum carries.

    Parameters
    ----------
    source : Source
        Its rate, height, and area count.
    weather : Weather
        With or without an Obukhov length; without one that of the class is taken.
    averaging_time : float
        s.
    deposition_velocity : float
        Uptake by the surface, m/s; 0 keeps all of it in the air.
    """
    buried = source.height >= weather.lid
    plume = solve(
        weather,
        source_height=min(source.height, weather.lid),
        half_width=math.sqrt(max(source.area, 0.0) / math.pi),
        averaging_time=averaging_time,
        deposition_velocity=deposition_velocity,
    )
    per_fraction = source.substance.molar_mass * weather.ambient_pressure / (GAS_CONSTANT * weather.ambient_temperature)
    rate = 0.0 if buried else max(source.mass_flow_rate, 0.0)
    return PlumeTrack(
        model=NAME,
        distance=plume.distance,
        mole_fraction=plume.amplitude * rate / per_fraction,
        sigma_y=plume.sigma_y,
        sigma_z=plume.sigma_z,
        travel_time=plume.travel_time,
        sigma_x=plume.sigma_x,
        flat_half_width=np.zeros_like(plume.distance),
        centre_height=plume.centre_height,
        vertical_power=plume.vertical_power,
        averaging_time=averaging_time,
        says=(_said(weather),),
        caveats=tuple(_caveats(source.height, weather)),
    )


def _said(weather: Weather) -> str:
    return (
        f"passive, by surface-layer similarity: friction velocity {weather.friction_velocity:.3f} m/s, reciprocal "
        f"Obukhov length {weather.inverse_obukhov:.4f} 1/m, roughness {weather.roughness_length:g} m, mixing height "
        f"{weather.lid:.0f} m"
    )


def _caveats(source_height: float, weather: Weather) -> list[Caveat]:
    found = [Caveat(Grade.NOTE, NAME, FARTHEST_TRIAL)]
    if weather.inverse_obukhov < UNSTABLE:
        found.append(Caveat(Grade.NOTE, NAME, DAYTIME_ERROR))
    if source_height >= weather.lid:
        says = (
            f"Released at {source_height:g} m, above the mixing height of {weather.lid:.0f} m: none reaches the ground."
        )
        found.append(Caveat(Grade.DEGRADED, NAME, says))
    elif source_height > HIGHEST_SOURCE:
        says = f"Made for releases up to {HIGHEST_SOURCE:g} m above ground; this one is at {source_height:g} m."
        found.append(Caveat(Grade.DEGRADED, NAME, says))
    return found


_CARD = Card(
    name=NAME,
    says="Steady plume of a passive gas released near the ground: eddy diffusion upwards with Monin-Obukhov profiles, "
    "crosswind spread from velocity fluctuations and Draxler's function of travel time. Driven by friction velocity, "
    "Obukhov length and roughness. No constant was fitted here; the authors of its parts judged them on Prairie Grass "
    "too.",
    takes=bounded(
        Takes("mass_flow_rate", hard_low=0.0),
        Takes("wind_speed", low=0.5, high=30.0, hard_low=1e-3, hard_high=200.0),
        Takes("reference_height", low=2.0, high=100.0, hard_low=0.1, hard_high=1000.0, default=10.0),
        Takes("roughness_length", low=1e-4, high=0.5, hard_low=1e-6, hard_high=5.0, default=0.1),
        Takes("obukhov_length_inverse", low=-0.3, high=0.2, hard_low=-10.0, hard_high=10.0),
        Takes("mixing_height", low=20.0, high=3000.0, hard_low=0.0, hard_high=1e4, default=0.0),
        Takes("source_height", low=0.0, high=HIGHEST_SOURCE, hard_low=0.0, hard_high=1e4, default=0.0),
        Takes("downwind_distance", low=20.0, high=10_000.0, hard_low=0.0),
        Takes("crosswind_distance", default=0.0),
        Takes("height", hard_low=0.0, default=0.0),
        Takes("averaging_time", low=60.0, high=3600.0, hard_low=1.0, hard_high=1e5, default=600.0),
        Takes("deposition_velocity", low=0.0, high=0.05, hard_low=0.0, hard_high=10.0, default=0.0),
    ),
    gives=("concentration", "sigma_y", "mean_plume_height", "deposited_fraction"),
    cites=("troenmahrt1986", "dyer1974", "webb1970", "brost1982", "gryning1987", "draxler1976", "irwin1983"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "the exact solution for powers of the height, and mass through any cross-section",
            "tests/verification/test_similarity_plume.py::test_exact_solution_for_powers_of_the_height",
        ),
        Evidence(
            Kind.VALIDATION,
            "Prairie Grass: 165 arc maxima of 33 runs, widths, integrals and towers",
            "tests/validation/test_prairie_grass.py::test_arc_maxima",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    roughness, reference = values["roughness_length"], values["reference_height"]
    if reference <= roughness:
        raise ModelInputError("reference_height", f"must lie above the roughness length of {roughness:g} m")
    inverse = values["obukhov_length_inverse"]
    weather = Weather(
        wind_speed=values["wind_speed"],
        wind_from_direction=0.0,
        stability_class=class_from_obukhov(inverse, roughness_length=roughness),
        roughness_length=roughness,
        reference_height=reference,
        obukhov_length_inverse=inverse,
        mixing_height=values["mixing_height"] or None,
    )
    x, height = values["downwind_distance"], values["source_height"]
    if x <= _AT_SOURCE or height >= weather.lid:
        nothing: dict[str, Any] = dict.fromkeys(_CARD.gives, 0.0)
        return nothing | {"mean_plume_height": height}, _caveats(height, weather)
    plume = solve(
        weather,
        source_height=height,
        averaging_time=values["averaging_time"],
        deposition_velocity=values["deposition_velocity"],
        stations=np.geomspace(min(NEAREST, 0.5 * x), x, STATIONS),
    )
    flat = np.zeros_like(plume.distance)
    track = PlumeTrack(
        model=NAME,
        distance=plume.distance,
        mole_fraction=plume.amplitude / np.max(plume.amplitude) / 4.0,
        sigma_y=plume.sigma_y,
        sigma_z=plume.sigma_z,
        travel_time=plume.travel_time,
        sigma_x=plume.sigma_x,
        flat_half_width=flat,
        centre_height=plume.centre_height,
        vertical_power=plume.vertical_power,
    )
    read = float(track.at(x, values["crosswind_distance"], values["height"])) * 4.0 * float(np.max(plume.amplitude))
    outputs = {
        "concentration": values["mass_flow_rate"] * read,
        "sigma_y": float(plume.sigma_y[-1]),
        "mean_plume_height": float(plume.mean_height[-1]),
        "deposited_fraction": max(1.0 - float(plume.airborne[-1]), 0.0),
    }
    return outputs, _caveats(height, weather)
