"""The best estimate: the release's own course in the wind's, on a grid; and how far models, bands and winds differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade
from physics.dispersion.carried import CarriedCloud
from physics.dispersion.cloud import Cloud, models_for
from physics.dispersion.ensemble import DISAGREEMENT
from physics.dispersion.flammable import FlammableCloud, strongest_flammable
from physics.harm.toxic_load import Level, level_ratios
from physics.release import ReleaseBand, ReleaseTerm
from physics.substances import Substance
from physics.wind import WindSeries
from physics.wind_spread import wind_ensemble
from scenarios.outer_edge import FARTHEST, LONGEST_TRAVEL, NEAREST, reach, travel_limited, within_travel
from scenarios.outlook import Outlook

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Mapper = Callable[[Callable[[int], None], Iterable[int]], Iterable[None]]

CELLS = 144
"""Cells to a side of the best estimate's grid."""
LEAST_SIDE = 300.0
"""Least side of the grid, m."""
_MARGIN = 1.15
"""Side of the grid over what it has to hold."""
_RADII = np.geomspace(NEAREST, FARTHEST, 300)
MEMBERS, MEMBER_FRAMES, MEMBER_CELLS, MEMBER_STEPS = 20, 15, 64, 2
"""Winds a probability is counted over, and the frames, cells and steps of the release of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Concentration near the ground on an even grid.

    Attributes
    ----------
    east, north : ndarray, shape (x,), (y,)
        m from the plant's origin.
    fractions : ndarray, shape (time, y, x)
        Mole fractions.
    ratios : ndarray, shape (level, y, x)
        Exposure over each level's guideline.
    arrival, departure : ndarray, shape (y, x)
        When the mildest level's concentration is first reached and last, s; NaN where it is not.
    """

    east: Array
    north: Array
    fractions: Single
    ratios: Array
    arrival: Array
    departure: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far answers differ.

    Attributes
    ----------
    models : tuple of str
        Those that apply, the best estimate's first.
    by_model : ndarray, shape (model, level)
        Distance of each level in the central wind, best release, m; 0 where it is not reached.
    by_band : ndarray, shape (3, level)
        The same for the low, best and high release, by the best estimate's model.
    probability : ndarray, shape (level, y, x)
        Share of the winds around the forecast in which each level's zone holds a place.
    east, north : ndarray, shape (x,), (y,)
        Places of the probability, m from the plant's origin.
    clouds : tuple of CarriedCloud
        The best release in each of those winds.
    caveats : tuple of Caveat
    """

    models: tuple[str, ...]
    by_model: Array
    by_band: Array
    probability: Array
    east: Array
    north: Array
    clouds: tuple[CarriedCloud, ...]
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BestEstimate:
    """What is most likely, and what stands around it.

    Attributes
    ----------
    cloud : CarriedCloud
        The best release in the wind's course.
    distance : ndarray, shape (level,)
        Of each level in the wind of now, m; 0 where it is not reached.
    travel_limited : ndarray of bool, shape (level,)
        Whether time of travel decided it rather than dilution.
    field : Field
    spread : Spread
    """

    cloud: CarriedCloud
    distance: Array
    travel_limited: NDArray[np.bool_]
    field: Field
    spread: Spread


def best_estimate(
    band: ReleaseBand,
    winds: Outlook,
    levels: tuple[Level, ...],
    frames: Array,
    exponent: float | None,
    *,
    place: tuple[float, float],
    seed: int,
    duration: float,
    check: Callable[[], None],
    map: Mapper,
) -> BestEstimate | None:
    """Compute the best estimate; ``None`` where the wind's direction is not known.

    Parameters
    ----------
    frames : ndarray, shape (n,)
        Middles of even frames, s.
    place : tuple of float
        Of the release, m from the plant's origin.
    seed : int
        Of the ensemble of winds.
    duration : float
        From the beginning of the release to the end of the forecast, s.
    check : callable
        Called between runs; raises to cancel.
    map : callable
        Runs tasks side by side.
    """
    if winds.central is None or winds.course is None:
        return None
    found = distances(Cloud(band.best, winds.central, deposits=True), levels, frames, exponent)
    check()
    cloud = CarriedCloud(band.best, winds.course, winds.central, place=place, deposits=True)
    reached = float(np.max(found, initial=0.0))
    field = field_of(cloud, levels, frames, exponent, reached=reached, map=map)
    check()
    return BestEstimate(
        cloud=cloud,
        distance=found,
        travel_limited=np.array([travel_limited(float(d), winds.central, duration) for d in found]),
        field=field,
        spread=spread_of(band, winds, levels, frames, exponent, place=place, seed=seed, check=check, map=map),
    )


def flammable_of(band: ReleaseBand, of: Substance, winds: Outlook) -> tuple[FlammableCloud, ...]:
    """What burns of the low, best and high release, each at its strongest; empty for what does not burn."""
    limits = of.flammability
    if limits is None:
        return ()
    return tuple(
        strongest_flammable(term, winds.reference, lower=limits.lower_limit, upper=limits.upper_limit)
        for term in (band.low, band.best, band.high)
    )


def distances(cloud: Cloud, levels: tuple[Level, ...], frames: Array, exponent: float | None) -> Array:
    """Distance of each level along the axis in a steady wind, m; 0 where it is not reached."""
    fractions = within_travel(cloud.mole_fraction(_RADII, 0.0, 0.0, frames), _RADII, cloud.weather)
    step = float(frames[1] - frames[0])
    ratios = [level_ratios(level, fractions, step=step, exponent=exponent) for level in levels]
    return np.array([reach(_RADII, ratio) for ratio in ratios])


def grid_for(reached: float, wind: WindSeries, place: tuple[float, float], *, cells: int) -> tuple[Array, Array]:
    """Even grid that holds what lies within ``reached`` m of a place in any wind of a series.

    Returns
    -------
    tuple of ndarray
        East and north, m, with the same step.
    """
    bearings = np.radians(wind.from_direction + 180.0)
    side = max(_MARGIN * reached, 0.5 * LEAST_SIDE)
    # a plume is held by the box of its axis and a quarter of that length to either side
    across = 0.25 * side
    east = np.concatenate([[0.0], side * np.sin(bearings)])
    north = np.concatenate([[0.0], side * np.cos(bearings)])
    middle = 0.5 * (east.min() + east.max()), 0.5 * (north.min() + north.max())
    half = max(0.5 * (east.max() - east.min()), 0.5 * (north.max() - north.min()), 0.25 * side) + across
    steps = np.linspace(-half, half, cells)
    return place[0] + middle[0] + steps, place[1] + middle[1] + steps


def field_of(
    cloud: CarriedCloud,
    levels: tuple[Level, ...],
    frames: Array,
    exponent: float | None,
    *,
    reached: float,
    map: Mapper,
) -> Field:
    """Best estimate on a grid that holds the mildest level.

    Parameters
    ----------
    reached : float
        Greatest distance of any level, m.
    map : callable
        Runs one task for each frame.
    """
    east, north = grid_for(reached, cloud.wind, cloud.place, cells=CELLS)
    fractions = cloud.grid(east, north, 0.0, frames, map=map)
    _cut_far(fractions, east, north, cloud)
    ratios = _ratios(fractions, levels, frames, exponent)
    mildest = min(level.concentration for level in levels)
    above = fractions >= mildest
    half, there = 0.5 * float(frames[1] - frames[0]), above.any(axis=0)
    first, last = frames[np.argmax(above, axis=0)] - half, frames[::-1][np.argmax(above[::-1], axis=0)] + half
    return Field(
        east=east,
        north=north,
        fractions=fractions,
        ratios=ratios,
        arrival=np.where(there, first, np.nan),
        departure=np.where(there, last, np.nan),
    )


def _cut_far(fractions: Single, east: Array, north: Array, cloud: CarriedCloud) -> None:
    """Nothing is given beyond 10 km or 60 minutes of travel."""
    away = np.hypot(east[None, :] - cloud.place[0], north[:, None] - cloud.place[1])
    fractions[:, away > min(FARTHEST, LONGEST_TRAVEL * float(cloud.wind.speed.max()))] = 0.0


def _ratios(fractions: NDArray[Any], levels: tuple[Level, ...], frames: Array, exponent: float | None) -> Array:
    step = float(frames[1] - frames[0])
    return np.array([level_ratios(level, fractions, step=step, exponent=exponent) for level in levels])


def spread_of(
    band: ReleaseBand,
    winds: Outlook,
    levels: tuple[Level, ...],
    frames: Array,
    exponent: float | None,
    *,
    place: tuple[float, float],
    seed: int,
    check: Callable[[], None],
    map: Mapper,
) -> Spread:
    """Run every applicable model, every band and an ensemble of winds.

    Parameters
    ----------
    seed : int
        Of the ensemble.
    check : callable
        Called between runs; raises to cancel.
    """
    assert winds.central is not None
    names = models_for(band.best, winds.central)
    by_model = np.array(
        [
            distances(Cloud(band.best, winds.central, model=name, deposits=True), levels, frames, exponent)
            for name in names
        ]
    ).reshape(len(names), len(levels))
    check()
    by_band = np.array(
        [
            distances(Cloud(term, winds.central, deposits=True), levels, frames, exponent)
            for term in (band.low, band.best, band.high)
        ]
    )
    check()
    probability, east, north, clouds = probabilities(
        band.best,
        winds,
        levels,
        exponent,
        place=place,
        seed=seed,
        duration=float(frames[-1] + frames[0]),
        reached=float(np.max(by_band, initial=0.0)),
        check=check,
        map=map,
    )
    return Spread(
        models=names,
        by_model=by_model,
        by_band=by_band,
        probability=probability,
        east=east,
        north=north,
        clouds=clouds,
        caveats=_disagreement(names, levels, by_model),
    )


def probabilities(
    release: ReleaseTerm,
    winds: Outlook,
    levels: tuple[Level, ...],
    exponent: float | None,
    *,
    place: tuple[float, float],
    seed: int,
    duration: float,
    reached: float,
    check: Callable[[], None],
    map: Mapper,
) -> tuple[Array, Array, Array, tuple[CarriedCloud, ...]]:
    """Share of winds around the forecast in which a zone holds a place, (level, y, x); places, m; and the clouds."""
    assert winds.central is not None
    ensemble = wind_ensemble(winds.central, members=MEMBERS, duration=duration, seed=seed, around=winds.course)
    widest = WindSeries(
        time=np.arange(len(ensemble), dtype=np.float64),
        speed=np.ones(len(ensemble)),
        from_direction=np.array([member.from_direction[0] for member in ensemble]),
        stability=("D",) * len(ensemble),
    )
    east, north = grid_for(reached, widest, place, cells=MEMBER_CELLS)
    frames = (np.arange(MEMBER_FRAMES) + 0.5) * duration / MEMBER_FRAMES
    counted = np.zeros((len(ensemble), len(levels), MEMBER_CELLS, MEMBER_CELLS), dtype=bool)
    clouds: dict[int, CarriedCloud] = {}

    def one(index: int) -> None:
        check()
        cloud = CarriedCloud(
            release, ensemble[index], winds.reference, place=place, most_steps=MEMBER_STEPS, deposits=True
        )
        clouds[index] = cloud
        fractions = cloud.grid(east, north, 0.0, frames)
        _cut_far(fractions, east, north, cloud)
        counted[index] = _ratios(fractions, levels, frames, exponent) >= 1.0

    list(map(one, range(len(ensemble))))
    return np.asarray(np.mean(counted, axis=0)), east, north, tuple(clouds[index] for index in range(len(ensemble)))


def _disagreement(names: tuple[str, ...], levels: tuple[Level, ...], by_model: Array) -> tuple[Caveat, ...]:
    """Say for which level models differ by more than `DISAGREEMENT`, the worst one."""
    worst, found = DISAGREEMENT, ""
    if not names:
        return ()
    for index, level in enumerate(levels):
        reached = by_model[:, index]
        if np.max(reached) <= NEAREST:
            continue
        low, high = int(np.argmin(reached)), int(np.argmax(reached))
        factor = float(reached[high] / max(reached[low], NEAREST))
        if factor > worst:
            worst = factor
            found = (
                f"Models differ by a factor of {factor:.1f} on how far {level.name} reaches in this wind: "
                f"{reached[low]:.0f} m by {names[low]}, {reached[high]:.0f} m by {names[high]}."
            )
    return (Caveat(Grade.DEGRADED, "dispersion", found),) if found else ()
