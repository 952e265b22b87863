"""Britter and McQuaid's cloud along its way, and the passive cloud it becomes where the nomograms end.

The correlations give concentration, not shape: the plume's lateral extent is theirs, its depth follows from the mass
that flows through a section, and beyond C/C0 = 0.002 (plume) or 0.001 (puff) a passive cloud of the same concentration
and width goes on from a virtual source.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, unvalidated
from physics.dispersion.britter_mcquaid import (
    ALPHA_RANGE,
    PLUME_CARD,
    PLUME_END,
    PUFF_CARD,
    PUFF_END,
    BritterMcQuaidPlume,
    puff_mole_fraction,
)
from physics.dispersion.mixing import air_density, evaporated_cloud
from physics.dispersion.sigma import BRIGGS_RURAL, CCPS_PUFF, SigmaSet, averaging_factor, virtual_distance
from physics.dispersion.track import PlumeTrack, PuffTrack, Source
from physics.quantities import GAS_CONSTANT, GRAVITY
from physics.weather import Weather

Array = NDArray[np.float64]

NEAREST, FARTHEST, NODES = 1.0, 20_000.0, 160
"""Distances a plume's table spans, m, and how many."""
GROUND_LAYER = 2.0
"""Least sigma z, m: the correlations are of maxima near the ground, where trials had their lowest sensors (1 m)."""
_TOP_HAT = 1.0 / math.sqrt(2.0)
"""Sigma of the Gaussian that has the lateral extent at 1/e of its peak."""
_JUST_BEYOND = 1e-6
_PUFF_SPEED, _PUFF_GROWTH = 0.4, 1.2
"""Of a dense puff: speed over the wind at 10 m, and growth of R² over sqrt(g' V) t (Britter and McQuaid 1988)."""


def correlation_of(source: Source, weather: Weather) -> BritterMcQuaidPlume:
    """Read the correlation for a source once its droplets are gone; the wind is that at 10 m."""
    cloud = evaporated_cloud(
        source.substance, vapour_fraction=source.vapour_fraction, temperature=source.temperature, weather=weather
    )
    return BritterMcQuaidPlume(
        volume_flow_rate=max(cloud.volume_flow_rate(source.mass_flow_rate), 1e-12),
        source_density=cloud.density,
        ambient_density=air_density(weather),
        wind_speed=max(weather.wind(10.0), 1e-3),
        source_temperature=cloud.temperature,
        ambient_temperature=weather.ambient_temperature,
        source_mole_fraction=cloud.mole_fraction,
    )


def britter_mcquaid_plume(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, sigma_set: SigmaSet = BRIGGS_RURAL
) -> PlumeTrack:
    """Give the plume, passive beyond the correlation's end.

    Parameters
    ----------
    averaging_time : float
        Of the passive part, s; the correlation's is that of its trials.
    sigma_set : SigmaSet
        Spread of the passive part.
    """
    dense = correlation_of(source, weather)
    speed, stability = dense.wind_speed, weather.stability_class
    end = max(dense.last_distance, NEAREST)
    x = np.unique(np.concatenate([np.geomspace(NEAREST, FARTHEST, NODES), [end, end * (1.0 + _JUST_BEYOND)]]))
    per_fraction = _density_of_vapour(source, weather)
    factor = averaging_factor(sigma_set, averaging_time)
    at_end = np.array([end])
    wide = float(dense.half_width(at_end)[0]) * _TOP_HAT
    peak = float(np.nan_to_num(dense.mole_fraction(at_end)[0], nan=PLUME_END))
    deep = source.mass_flow_rate / (math.pi * speed * wide * peak * per_fraction)
    y_row, z_row = sigma_set.rows(stability)
    beyond = np.maximum(x - end, 0.0)
    passive_y = factor * sigma_set.sigma_y(beyond + virtual_distance(wide / factor, y_row), stability)
    passive_z = sigma_set.sigma_z(beyond + virtual_distance(deep, z_row), stability)
    passive = source.mass_flow_rate / (math.pi * speed * passive_y * passive_z * per_fraction)
    near = x <= end
    fraction = np.where(near, np.nan_to_num(dense.mole_fraction(np.minimum(x, end)), nan=PLUME_END), passive)
    sigma_y = np.where(near, dense.half_width(x) * _TOP_HAT, passive_y)
    zero = np.zeros_like(x)
    return PlumeTrack(
        model=PLUME_CARD.name,
        distance=x,
        mole_fraction=0.5 * fraction,
        sigma_y=sigma_y,
        sigma_z=np.maximum(source.mass_flow_rate / (math.pi * speed * sigma_y * fraction * per_fraction), GROUND_LAYER),
        travel_time=x / speed,
        sigma_x=CCPS_PUFF.sigma_y(x, stability),
        flat_half_width=zero,
        centre_height=zero,
        vertical_power=zero + 2.0,
        upwind=dense.upwind_extent,
        averaging_time=averaging_time,
        says=(_handover(end, PLUME_END, f"gaussian-plume-{sigma_set.name}"),),
        caveats=(unvalidated(PLUME_CARD.name), *_alpha(PLUME_CARD.name, dense.alpha)),
    )


def _handover(end: float, ratio: float, passive: str) -> str:
    return f"dense to {end:.0f} m, where C/C0 = {ratio}; then a virtual source hands over to {passive}"


def _alpha(model: str, alpha: float) -> tuple[Caveat, ...]:
    if ALPHA_RANGE[0] <= alpha <= ALPHA_RANGE[1]:
        return ()
    says = f"alpha is {alpha:.2f}; the nomogram is drawn from -1 to 1 and its edge was used."
    return (Caveat(Grade.DEGRADED, model, says),)


def _density_of_vapour(source: Source, weather: Weather) -> float:
    """Mass of the substance per volume of its pure vapour at the air's temperature and pressure, kg/m³."""
    return source.substance.molar_mass * weather.ambient_pressure / (GAS_CONSTANT * weather.ambient_temperature)


def britter_mcquaid_puff(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, sigma_set: SigmaSet = CCPS_PUFF
) -> PuffTrack:
    """Give the puff of an instantaneous release, passive beyond the correlation's end.

    Nearer than C/C0 = 0.1, where the nomogram begins, its concentration is drawn straight (in logarithms) from the
    source's own at its edge.
    """
    cloud = evaporated_cloud(
        source.substance, vapour_fraction=source.vapour_fraction, temperature=source.temperature, weather=weather
    )
    air = air_density(weather)
    volume = max(cloud.volume_flow_rate(source.mass), 1e-12)
    excess = max(GRAVITY * (cloud.density - air) / air, 1e-12)
    edge = volume ** (1.0 / 3.0)
    wind = max(weather.wind(10.0), 1e-3)
    way = edge * np.geomspace(1.0, 2000.0, NODES)

    def correlation(distance: float) -> float:
        return puff_mole_fraction(
            released_volume=volume,
            source_density=cloud.density,
            ambient_density=air,
            wind_speed=wind,
            downwind_distance=distance,
            source_mole_fraction=cloud.mole_fraction,
            temperature_ratio=cloud.temperature / weather.ambient_temperature,
        )

    fractions = np.array([correlation(float(distance)) for distance in way])
    known = np.flatnonzero(~np.isnan(fractions))
    last = int(known[-1])
    ends = np.concatenate([[edge], way[known]])
    values = np.concatenate([[cloud.mole_fraction], fractions[known]])
    dense = np.exp(np.interp(np.log(way), np.log(ends), np.log(values)))
    time = way / (_PUFF_SPEED * wind)
    radius = np.sqrt((volume / math.pi) ** (2.0 / 3.0) + _PUFF_GROWTH * math.sqrt(excess * volume) * time)
    per_fraction, sigma = _density_of_vapour(source, weather), radius * _TOP_HAT
    depth = source.mass / ((2.0 * math.pi) ** 1.5 * sigma**2 * dense / 2.0 * per_fraction)
    y_row, z_row = sigma_set.rows(weather.stability_class)
    beyond = np.maximum(time - time[last], 0.0) * wind
    wide = sigma_set.sigma_y(beyond + virtual_distance(float(sigma[last]), y_row), weather.stability_class)
    deep = sigma_set.sigma_z(beyond + virtual_distance(float(depth[last]), z_row), weather.stability_class)
    far = np.arange(NODES) > last
    sigma_y, sigma_z = np.where(far, wide, sigma), np.where(far, deep, depth)
    fraction = source.mass / ((2.0 * math.pi) ** 1.5 * sigma_y**2 * sigma_z * per_fraction)
    zero = np.zeros_like(time)
    return PuffTrack(
        model=PUFF_CARD.name,
        time=time,
        centre=np.where(far, way[last] + beyond, way),
        mole_fraction=fraction,
        sigma_x=sigma_y,
        sigma_y=sigma_y,
        sigma_z=np.maximum(sigma_z, GROUND_LAYER),
        flat_half_length=zero,
        flat_half_width=zero,
        centre_height=zero,
        vertical_power=zero + 2.0,
        averaging_time=averaging_time,
        says=(_handover(float(way[last]), PUFF_END, f"gaussian-puff-{sigma_set.name}"),),
        caveats=(unvalidated(PUFF_CARD.name),),
    )
