"""The Gaussian plume and puff of a passive gas along their way, by any set of sigmas.

The wind is that of the release's height, and at least that of 10 m, as ISC3 has it. A source of some width begins at
the virtual distance where the set has that width. The lid is the mixing height; in stable air a set of sigmas has the
stability in itself and mixing is not bounded (ISC3), unless a mixing height was given.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, unvalidated
from physics.dispersion.mixing import evaporated_cloud
from physics.dispersion.sigma import BRIGGS_RURAL, CCPS_PUFF, SigmaSet, averaging_factor, virtual_distance
from physics.dispersion.track import PlumeTrack, PuffTrack, Source
from physics.quantities import GAS_CONSTANT
from physics.weather import CLASSES, Weather

Array = NDArray[np.float64]

NEAREST, FARTHEST, NODES = 1.0, 20_000.0, 160
"""Distances a track spans, m, and how many."""
WIND_HEIGHT = 10.0
"""Least height whose wind carries a plume, m (ISC3)."""
_LEAST_WIDTH = 1e-3
"""Least half-width of a source, m."""
_TOP_HAT = 1.0 / math.sqrt(3.0)
"""Sigma of a top hat over its half-width."""


def carrying_wind(weather: Weather, source_height: float) -> float:
    """Wind that carries a plume, m/s: at the height of the release, and at least that at 10 m."""
    return weather.wind(max(source_height, WIND_HEIGHT))


def unbounded(weather: Weather) -> bool:
    """Whether mixing has no lid for a set of sigmas: stable air of which no mixing height is known."""
    return weather.mixing_height is None and weather.inverse_obukhov > 0.0


def _per_fraction(source: Source, weather: Weather) -> float:
    return source.substance.molar_mass * weather.ambient_pressure / (GAS_CONSTANT * weather.ambient_temperature)


def _initial_sigma(source: Source, weather: Weather, amount: float, speed: float) -> float:
    """Crosswind and vertical sigma that a cloud of pure substance has at its source, m."""
    cloud = evaporated_cloud(
        source.substance, vapour_fraction=source.vapour_fraction, temperature=source.temperature, weather=weather
    )
    volume = max(cloud.volume_flow_rate(amount), 0.0)
    # of a stream in the wind its section, of a puff the radius of a sphere
    half = math.sqrt(volume / (math.pi * speed)) if speed > 0.0 else (0.75 * volume / math.pi) ** (1.0 / 3.0)
    return max(half * _TOP_HAT, _LEAST_WIDTH)


def _caveats(name: str, source_height: float, lid: float) -> tuple[Caveat, ...]:
    if source_height < lid:
        return (unvalidated(name),)
    says = f"Released at {source_height:g} m, above the mixing height of {lid:.0f} m: none reaches the ground."
    return unvalidated(name), Caveat(Grade.DEGRADED, name, says)


def gaussian_track(
    source: Source,
    weather: Weather,
    sigma_set: SigmaSet = BRIGGS_RURAL,
    *,
    averaging_time: float = 600.0,
) -> PlumeTrack:
    """Give the Gaussian plume of a source that neither its weight nor its momentum carries.

    Parameters
    ----------
    source : Source
        A pool's area widens it across the wind.
    weather : Weather
    sigma_set : SigmaSet
        A set for plumes.
    averaging_time : float
        s; the set's crosswind spread is rescaled to it.
    """
    stability = weather.stability_class
    speed = max(carrying_wind(weather, source.height), 1e-3)
    x = np.geomspace(NEAREST, FARTHEST, NODES)
    factor = averaging_factor(sigma_set, averaging_time, stability)
    deep = _initial_sigma(source, weather, source.mass_flow_rate, speed)
    wide = max(deep, math.sqrt(max(source.area, 0.0) / math.pi) * _TOP_HAT)
    y_row, z_row = sigma_set.rows(stability)
    sigma_y = factor * sigma_set.sigma_y(x + virtual_distance(wide / factor, y_row), stability)
    sigma_z = sigma_set.sigma_z(x + virtual_distance(deep, z_row), stability)
    lid = math.inf if unbounded(weather) else weather.lid
    rate = max(source.mass_flow_rate, 0.0)
    name = f"gaussian-plume-{sigma_set.name}"
    flat = np.zeros_like(x)
    return PlumeTrack(
        model=name,
        distance=x,
        mole_fraction=rate / (2.0 * math.pi * speed * sigma_y * sigma_z * _per_fraction(source, weather)),
        sigma_y=sigma_y,
        sigma_z=sigma_z,
        travel_time=x / speed,
        sigma_x=CCPS_PUFF.sigma_y(x, stability),
        flat_half_width=flat,
        centre_height=flat + source.height,
        vertical_power=flat + 2.0,
        lid=lid,
        averaging_time=averaging_time,
        says=(f"passive, by {sigma_set.name} sigmas of class {stability} in a wind of {speed:.1f} m/s",),
        caveats=_caveats(name, source.height, lid),
    )


def gaussian_puff_track(
    source: Source, weather: Weather, sigma_set: SigmaSet = CCPS_PUFF, *, averaging_time: float = 600.0
) -> PuffTrack:
    """Give the Gaussian puff of a mass released at once.

    Parameters
    ----------
    source : Source
        Its mass counts.
    weather : Weather
    sigma_set : SigmaSet
        A set for puffs: relative spread, with no averaging over meander.
    averaging_time : float
        s; a puff's own spread does not depend on it.
    """
    stability = weather.stability_class
    speed = max(carrying_wind(weather, source.height), 1e-3)
    travelled = np.geomspace(NEAREST, FARTHEST, NODES)
    start = _initial_sigma(source, weather, source.mass, 0.0)
    y_row, z_row = sigma_set.rows(stability)
    x_row = y_row if sigma_set.along is None else np.ascontiguousarray(sigma_set.along[CLASSES.index(stability)])
    y_start, z_start = virtual_distance(start, y_row), virtual_distance(start, z_row)
    sigma_y, sigma_z = (
        sigma_set.sigma_y(travelled + y_start, stability),
        sigma_set.sigma_z(travelled + z_start, stability),
    )
    sigma_x = sigma_y
    if sigma_set.along is not None:
        along = SigmaSet(sigma_set.name, sigma_set.along, sigma_set.vertical, sigma_set.averaging_time, sigma_set.cites)
        sigma_x = along.sigma_y(travelled + virtual_distance(start, x_row), stability)
    lid = math.inf if unbounded(weather) else weather.lid
    mass = max(source.mass, 0.0)
    name = "gaussian-puff-" + sigma_set.name.removesuffix("-puff")
    flat = np.zeros_like(travelled)
    return PuffTrack(
        model=name,
        time=travelled / speed,
        centre=travelled,
        mole_fraction=mass / ((2.0 * math.pi) ** 1.5 * sigma_x * sigma_y * sigma_z * _per_fraction(source, weather)),
        sigma_x=sigma_x,
        sigma_y=sigma_y,
        sigma_z=sigma_z,
        flat_half_length=flat,
        flat_half_width=flat,
        centre_height=flat + source.height,
        vertical_power=flat + 2.0,
        lid=lid,
        averaging_time=averaging_time,
        says=(f"passive puff, by {sigma_set.name} sigmas of class {stability} in a wind of {speed:.1f} m/s",),
        caveats=_caveats(name, source.height, lid),
    )
