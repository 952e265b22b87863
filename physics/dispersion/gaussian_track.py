"""The Gaussian plume and puff of a passive gas along their way, by any set of sigmas.

The wind that carries a cloud is the mean over its own depth, weighted by how much of it is at each height, as AERMOD
has it (Cimorelli et al. 2005): the mass that passes a cross-section is then the release's, with the wind as it is near
the ground. ISC3 took the wind at 10 m for every lower release; at night, in a cloud a few metres deep, that dilutes
twice as much as the wind there can.

A source of some width begins at the virtual distance where the set has that width. The lid is the mixing height; in
stable air a set of sigmas has the stability in itself and mixing is not bounded (ISC3), unless a mixing height was
given.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.cards import Caveat, Grade, unvalidated
from physics.dispersion.mixing import evaporated_cloud
from physics.dispersion.sigma import BRIGGS_RURAL, CCPS_PUFF, SigmaSet, averaging_factor, virtual_distance
from physics.dispersion.track import WELL_MIXED, PlumeTrack, PuffTrack, Source
from physics.quantities import GAS_CONSTANT
from physics.weather import CLASSES, VON_KARMAN, Weather
from physics.weather.surface_layer import wind_shape

Array = NDArray[np.float64]

NEAREST, FARTHEST, NODES = 1.0, 20_000.0, 160
"""Distances a track spans, m, and how many."""
NIGHT_SHORTFALL = {
    "gaussian-plume-briggs-rural": 2.8,
    "gaussian-plume-spicer-havens": 2.3,
    "gaussian-plume-tno": 2.5,
    "gaussian-plume-isc3-rural": 2.4,
}
"""Geometric mean of measured over predicted maxima at 800 m in the 14 stable runs of Prairie Grass, measured here."""
STABLE = "EF"
_LEAST_WIND = 1e-3
"""m/s."""
_QUANTILES = 96
"""Heights a cloud's wind is averaged over, each with the same share of the cloud."""
_SOURCE_WIND = 2.0
"""Least height whose wind a source is filled by, m."""
_LEAST_WIDTH = 1e-3
"""Least half-width of a source, m."""
_TOP_HAT = 1.0 / math.sqrt(3.0)
"""Sigma of a top hat over its half-width."""


def _normal_quantiles(count: int, *, above: float) -> Array:
    """Middles of ``count`` equal shares of the part of a normal distribution above a probability."""
    normal = NormalDist()
    return np.array([normal.inv_cdf(above + (1.0 - above) * (k + 0.5) / count) for k in range(count)])


_SHARES, _UPPER_SHARES = _normal_quantiles(_QUANTILES, above=0.0), _normal_quantiles(_QUANTILES, above=0.5)


@kernel
def mean_winds(
    sigma_z: Array,
    height: float,
    lid: float,
    friction_velocity: float,
    roughness_length: float,
    inverse: float,
    shares: Array,
    out: Array,
) -> None:
    """Fill ``out`` with the wind averaged over a Gaussian and its images in ground and lid, m/s."""
    for i in range(sigma_z.size):
        total = 0.0
        even = sigma_z[i] > WELL_MIXED * lid
        for k in range(shares.size):
            z = abs(height + sigma_z[i] * shares[k])
            if even:
                z = lid * (k + 0.5) / shares.size
            elif lid < math.inf:
                z = z % (2.0 * lid)
                z = min(z, 2.0 * lid - z)
            total += wind_shape(z, roughness_length, inverse)
        out[i] = friction_velocity / VON_KARMAN * total / shares.size


def carrying_wind(weather: Weather, sigma_z: Array, *, source_height: float, lid: float = math.inf) -> Array:
    """Wind that carries a cloud of a depth, m/s.

    Parameters
    ----------
    weather : Weather
    sigma_z : ndarray
        m.
    source_height : float
        m.
    lid : float
        m.
    """
    found = np.empty(sigma_z.size)
    layer = (weather.friction_velocity, float(weather.roughness_length), weather.inverse_obukhov)
    deep = np.ascontiguousarray(sigma_z, dtype=np.float64)
    shares = _SHARES if source_height > 0.0 else _UPPER_SHARES  # on the ground both halves are the same
    mean_winds(deep, float(source_height), float(lid), *layer, shares, found)
    return np.maximum(found, _LEAST_WIND)


def _travel_time(distance: Array, speed: Array) -> Array:
    slow = 1.0 / speed
    steps = np.diff(distance, prepend=0.0) * 0.5 * (slow + np.concatenate([slow[:1], slow[:-1]]))
    found: Array = np.cumsum(steps)
    return found


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


def _caveats(name: str, source_height: float, lid: float, weather: Weather) -> tuple[Caveat, ...]:
    found = []
    if name not in NIGHT_SHORTFALL:
        found.append(unvalidated(name))
    elif weather.stability_class in STABLE:
        says = (
            f"{name} is low on stable nights: measured maxima 800 m from the source were {NIGHT_SHORTFALL[name]:.1f} "
            f"times as high (Prairie Grass)."
        )
        found.append(Caveat(Grade.NOTE, name, says))
    if source_height >= lid:
        says = f"Released at {source_height:g} m, above the mixing height of {lid:.0f} m: none reaches the ground."
        found.append(Caveat(Grade.DEGRADED, name, says))
    return tuple(found)


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
    x = np.geomspace(NEAREST, FARTHEST, NODES)
    factor = averaging_factor(sigma_set, averaging_time, stability)
    at_source = max(weather.wind(max(source.height, _SOURCE_WIND)), _LEAST_WIND)
    deep = _initial_sigma(source, weather, source.mass_flow_rate, at_source)
    wide = max(deep, math.sqrt(max(source.area, 0.0) / math.pi) * _TOP_HAT)
    y_row, z_row = sigma_set.rows(stability)
    sigma_y = factor * sigma_set.sigma_y(x + virtual_distance(wide / factor, y_row), stability)
    sigma_z = sigma_set.sigma_z(x + virtual_distance(deep, z_row), stability)
    lid = math.inf if unbounded(weather) else weather.lid
    speed = carrying_wind(weather, sigma_z, source_height=source.height, lid=lid)
    rate = max(source.mass_flow_rate, 0.0)
    name = f"gaussian-plume-{sigma_set.name}"
    flat = np.zeros_like(x)
    return PlumeTrack(
        model=name,
        distance=x,
        mole_fraction=rate / (2.0 * math.pi * speed * sigma_y * sigma_z * _per_fraction(source, weather)),
        sigma_y=sigma_y,
        sigma_z=sigma_z,
        travel_time=_travel_time(x, speed),
        sigma_x=CCPS_PUFF.sigma_y(x, stability),
        flat_half_width=flat,
        centre_height=flat + source.height,
        vertical_power=flat + 2.0,
        lid=lid,
        averaging_time=averaging_time,
        says=(f"passive, by {sigma_set.name} sigmas of class {stability}, in the wind over its own depth",),
        caveats=_caveats(name, source.height, lid, weather),
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
    speed = carrying_wind(weather, sigma_z, source_height=source.height, lid=lid)
    mass = max(source.mass, 0.0)
    name = "gaussian-puff-" + sigma_set.name.removesuffix("-puff")
    flat = np.zeros_like(travelled)
    return PuffTrack(
        model=name,
        time=_travel_time(travelled, speed),
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
        says=(f"passive puff, by {sigma_set.name} sigmas of class {stability}, in the wind over its own depth",),
        caveats=_caveats(name, source.height, lid, weather),
    )
