"""The cloud of a release that changes in time, in steady weather: one plume per step, each with its front and tail."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import Caveat
from physics.dispersion.deposition import surface_depleted
from physics.dispersion.ensemble import PLUMES, applicable
from physics.dispersion.track import Aim, PlumeTrack, Source
from physics.quantities import GAS_CONSTANT
from physics.release import ReleaseTerm, merged
from physics.substances import Substance, substance
from physics.weather import Weather

Array = NDArray[np.float64]

_MOST_STEPS = 6
"""Steps of equal rate a release is gathered to."""
NEAREST, FARTHEST, NODES = 1.0, 20_000.0, 160
"""Distances a cloud's width is told at, m, and how many."""
STILL = 1.0
"""Speed below which what comes out is no jet, m/s."""
_MOSTLY = 0.5
"""Share of a release that its pool gives from which it counts as a pool."""


def source_of(release: ReleaseTerm, index: int, of: Substance) -> Source:
    """One step of a release as dispersion takes it: a pool where most of it evaporates from one, else a jet."""
    rate, density = float(release.mass_flow_rate[index]), float(release.density[index])
    velocity = float(release.velocity[index])
    liquid = release.liquid
    pooled = liquid is not None and liquid.pool_vapour_rate[index] > _MOSTLY * rate
    pool = pooled or velocity < STILL
    area = float(release.area[index])
    if pool:
        area = float(liquid.pool_area[index]) if pooled and liquid is not None else rate / (density * STILL)
    return Source(
        substance=of,
        aim=Aim.POOL if pool else Aim.HORIZONTAL,
        mass_flow_rate=rate,
        duration=float(release.time[index + 1] - release.time[index]),
        vapour_fraction=float(release.vapour_fraction[index]),
        temperature=float(release.temperature[index]),
        density=density,
        velocity=velocity,
        area=area,
        height=0.0 if pooled else max(release.source_height, 0.0),
    )


def models_for(release: ReleaseTerm, weather: Weather) -> tuple[str, ...]:
    """Names of the models that apply to any step of a release, the best estimate's of its strongest step first."""
    steps, of = merged(release, most=_MOST_STEPS), substance(release.substance)
    order = np.argsort(-steps.mass_flow_rate, kind="stable")
    names = [
        choice.model
        for index in order
        if steps.mass_flow_rate[index] > 0.0
        for choice in applicable(source_of(steps, int(index), of), weather)
    ]
    return tuple(dict.fromkeys(names))


class Cloud:
    """Concentration of a `ReleaseTerm` in steady weather over flat, open ground.

    Parameters
    ----------
    release : ReleaseTerm
    weather : Weather
    model : str or None
        One of `models_for`; a step it does not apply to takes its own best estimate. ``None``: every step does.
    averaging_time : float
        Of the concentration, s.
    deposits : bool
        Whether the ground takes up a reactive gas.

    Attributes
    ----------
    release, weather, model
        As given.
    models : tuple of str
        Names of the models used.
    says : tuple of str
        Which model was chosen, and why.
    caveats : tuple of Caveat
    """

    def __init__(
        self,
        release: ReleaseTerm,
        weather: Weather,
        *,
        model: str | None = None,
        averaging_time: float = 600.0,
        deposits: bool = False,
    ) -> None:
        self.release = release
        self.weather = weather
        self.model = model
        self.substance: Substance = substance(release.substance)
        steps = merged(release, most=_MOST_STEPS)
        self._steps: list[tuple[float, float, PlumeTrack]] = []
        says: list[str] = []
        for index, rate in enumerate(steps.mass_flow_rate):
            if rate <= 0.0:
                continue
            source = source_of(steps, index, self.substance)
            choices = {choice.model: choice for choice in applicable(source, weather)}
            chosen = choices.get(model or "", next(iter(choices.values())))
            track = PLUMES[chosen.model](source, weather, averaging_time=averaging_time)
            if deposits:
                track = surface_depleted(track, self.substance, weather)
            self._steps.append((float(steps.time[index]), source.duration, track))
            says += [f"{chosen.model}: {chosen.why}", *track.says]
        tracks = [track for _, _, track in self._steps]
        self.models = tuple(dict.fromkeys(track.model for track in tracks))
        self.says = tuple(dict.fromkeys(says))
        self.caveats: tuple[Caveat, ...] = tuple(dict.fromkeys(c for track in tracks for c in track.caveats))

    @property
    def kg_per_mole_fraction(self) -> float:
        """Concentration of pure vapour at ambient temperature and pressure, kg/m³."""
        air = self.weather
        return self.substance.molar_mass * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature)

    def mole_fraction(self, downwind: ArrayLike, crosswind: ArrayLike, height: ArrayLike, time: ArrayLike) -> Array:
        """Mole fraction at points and times, shape (len(time), *points.shape), not above 1.

        Parameters
        ----------
        downwind, crosswind, height : array_like
            Points from the source along and across the wind and above ground, m; broadcast together.
        time : array_like, one-dimensional or a number
            s since the release began.
        """
        places = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (downwind, crosswind, height)))
        points = [np.ascontiguousarray(place).ravel() for place in places]
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        out = np.zeros((times.size, points[0].size))
        for begins, lasts, track in self._steps:
            track.add(points, times - begins, lasts, out)
        np.minimum(out, 1.0, out=out)
        return out.reshape(times.size, *places[0].shape)

    def concentration(self, downwind: ArrayLike, crosswind: ArrayLike, height: ArrayLike, time: ArrayLike) -> Array:
        """Concentration, kg/m³ at ambient temperature and pressure; see `mole_fraction`."""
        found = self.mole_fraction(downwind, crosswind, height, time)
        found *= self.kg_per_mole_fraction
        return found

    @property
    def upwind_extent(self) -> float:
        """Distance the cloud creeps upwind of its source, m."""
        return max((track.upwind for _, _, track in self._steps), default=0.0)

    def half_widths(self) -> tuple[Array, Array]:
        """Distances, m, and the greatest crosswind extent (flat part and one sigma) of any step there, m."""
        nodes = np.geomspace(NEAREST, FARTHEST, NODES)
        widest = np.full(NODES, math.sqrt(NEAREST))
        for _, _, track in self._steps:
            widest = np.maximum(widest, np.interp(nodes, track.distance, track.flat_half_width + track.sigma_y))
        return nodes, widest
