"""Which dispersion models apply to a release, which is taken for the best estimate and why, and how far they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import Caveat
from physics.dispersion.britter_mcquaid import ALPHA_RANGE, DENSE_PLUME
from physics.dispersion.britter_mcquaid_track import britter_mcquaid_plume, britter_mcquaid_puff, correlation_of
from physics.dispersion.degadis.plume import degadis_plume
from physics.dispersion.gaussian_track import gaussian_puff_track, gaussian_track
from physics.dispersion.jets.plume import jet_plume
from physics.dispersion.mixing import SourceCloud, air_density, evaporated_cloud
from physics.dispersion.sigma import (
    BRIGGS_RURAL,
    BRIGGS_URBAN,
    CCPS_PUFF,
    ISC3_RURAL,
    SPICER_HAVENS,
    TNO,
    TNO_PUFF,
    SigmaSet,
)
from physics.dispersion.similarity_plume import HIGHEST_SOURCE, similarity_plume
from physics.dispersion.slab.field import along
from physics.dispersion.slab.model import SlabRun, slab_plume, slab_puff, slab_run
from physics.dispersion.track import Aim, PlumeTrack, PuffTrack, Source
from physics.quantities import GRAVITY
from physics.weather import Weather

Array = NDArray[np.float64]

PASSIVE_RICHARDSON = 10.0
"""Bulk Richardson number g'h/u*² below which a cloud on the ground spreads as any gas does: 10 to 15 in the Unified
Dispersion Model (Witlox and Holt 1999; from memory, unverified)."""
DENSE_REACH = 10.0
"""A release whose density counts no farther than this is passive, m (chosen: nobody is looked for nearer)."""
_WIDTH_OVER_SIGMA = 4.0
"""Width of a plume over its crosswind sigma: two to either side hold 95 % of it."""
DISAGREEMENT = 2.0
"""Factor between models' distances from which a result says that they disagree."""


class Answer(Protocol):
    """What a model gives for one release in one weather."""

    @property
    def says(self) -> tuple[str, ...]:
        """What was assumed or chosen on the way, in words."""

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What weighs on it."""

    def mole_fraction(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, time: ArrayLike) -> Array:
        """At points, m, and times, s, shape (time, *points)."""

    def greatest(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> Array:
        """Greatest mole fraction ever, same shape as the points."""

    def time_of_greatest(self, x: float) -> float:
        """When that is on the axis, s."""


@dataclass(frozen=True, slots=True)
class PlumeAnswer:
    """A plume that lasts as long as its release; see `Answer`."""

    track: PlumeTrack
    duration: float = math.inf

    @property
    def says(self) -> tuple[str, ...]:
        """See `Answer`."""
        return self.track.says

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """See `Answer`."""
        return self.track.caveats

    def mole_fraction(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, time: ArrayLike) -> Array:
        """See `Answer`."""
        return self.track.at_time(x, y, z, time=time, duration=self.duration)

    def greatest(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> Array:
        """See `Answer`: half a release after its front arrives."""
        steady = self.track.at(x, y, z)
        if not math.isfinite(self.duration):
            return steady
        travel, distance = self.track.travel_time, self.track.distance
        blur = self.track.sigma_x / np.maximum(np.gradient(distance, travel), 1e-12)
        spread = np.interp(np.broadcast_to(np.asarray(x, dtype=np.float64), steady.shape), distance, blur)
        present = np.vectorize(math.erf)(0.5 * self.duration / (math.sqrt(2.0) * np.maximum(spread, 1e-9)))
        found: Array = steady * present
        return found

    def time_of_greatest(self, x: float) -> float:
        """See `Answer`: the middle of the time for which the plume stands there."""
        arrives = float(np.interp(x, self.track.distance, self.track.travel_time))
        return arrives + 0.5 * self.duration if math.isfinite(self.duration) else arrives


@dataclass(frozen=True, slots=True)
class PuffAnswer:
    """A cloud let go at once; see `Answer`."""

    track: PuffTrack

    @property
    def says(self) -> tuple[str, ...]:
        """See `Answer`."""
        return self.track.says

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """See `Answer`."""
        return self.track.caveats

    def mole_fraction(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, time: ArrayLike) -> Array:
        """See `Answer`."""
        return self.track.at(x, y, z, time=time)

    def greatest(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> Array:
        """See `Answer`."""
        return self.track.greatest(x, y, z)

    def time_of_greatest(self, x: float) -> float:
        """See `Answer`."""
        times = np.linspace(self.track.time[0], self.track.time[-1], 2000)
        return float(times[int(np.argmax(self.track.at(x, time=times)))])


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """A plume that becomes a puff when its release ends; see `Answer`."""

    run: SlabRun

    @property
    def says(self) -> tuple[str, ...]:
        """See `Answer`."""
        return self.run.sections.says

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """See `Answer`."""
        return self.run.sections.caveats

    def mole_fraction(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, time: ArrayLike) -> Array:
        """See `Answer`."""
        return self.run.mole_fraction(x, y, z, time=time)

    def _times(self) -> Array:
        begin, end = float(self.run.extent[0, 0]), float(self.run.extent[0, -1])
        return np.concatenate([np.linspace(begin, end, 200), self.run.extent[0]])

    def greatest(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> Array:
        """See `Answer`."""
        section = self.run.sections.at(x, y, z)
        places = np.broadcast_to(np.asarray(x, dtype=np.float64), section.shape)
        present = along(places.ravel(), self.run.extent, self._times())
        found: Array = section * np.max(present, axis=0).reshape(section.shape)
        return found

    def time_of_greatest(self, x: float) -> float:
        """See `Answer`."""
        times = self._times()
        return float(times[int(np.argmax(along(np.array([float(x)]), self.run.extent, times)[:, 0]))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A model that applies, and why.

    Attributes
    ----------
    model : str
        Registry name; a key of `PLUMES` or, for what is let go at once, of `PUFFS`.
    why : str
        In words.
    """

    model: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """How much a release's weight against air matters.

    Attributes
    ----------
    cloud : SourceCloud
        Once its droplets are gone.
    excess : float
        g (rho - rho_air) / rho_air, m/s²; below 0 where it is lighter.
    reach : float
        Distance to which its Richardson number stays above `PASSIVE_RICHARDSON`, m; 0 where it is not heavier.
    """

    cloud: SourceCloud
    excess: float
    reach: float

    @property
    def dense(self) -> bool:
        """Whether a dense-gas model is wanted."""
        return self.reach > DENSE_REACH


def density_of(source: Source, weather: Weather) -> Density:
    """Say how far a release behaves as heavy gas.

    A plume on the ground of width W carries the buoyancy flux g'V = g' h W u; its Richardson number is
    g'V / (u W u*²), and W is that of a passive plume in the same weather.
    """
    cloud = evaporated_cloud(
        source.substance,
        vapour_fraction=source.vapour_fraction,
        temperature=source.temperature,
        weather=weather,
    )
    air = air_density(weather)
    excess = GRAVITY * (cloud.density - air) / air
    if excess <= 0.0:
        return Density(cloud=cloud, excess=excess, reach=0.0)
    friction = max(weather.friction_velocity, 1e-3)
    if source.aim is Aim.INSTANTANEOUS:
        volume = cloud.volume_flow_rate(source.mass)
        # the buoyancy g'V of a puff of area A is g' h A
        width = math.sqrt(excess * volume / (PASSIVE_RICHARDSON * friction**2))
    else:
        flux = excess * cloud.volume_flow_rate(source.mass_flow_rate)
        width = flux / (PASSIVE_RICHARDSON * friction**2 * max(weather.wind_speed, 1e-3))
    if width <= 0.0:
        return Density(cloud=cloud, excess=excess, reach=0.0)
    wide = _passive_widths(weather.stability_class)
    return Density(cloud=cloud, excess=excess, reach=float(np.interp(width, wide, _DISTANCES)))


_DISTANCES = np.geomspace(0.1, 1e5, 400)
"""m."""


@cache
def _passive_widths(stability_class: str) -> Array:
    """Width of a passive plume at `_DISTANCES`, m."""
    widths: Array = _WIDTH_OVER_SIGMA * BRIGGS_RURAL.sigma_y(_DISTANCES, stability_class)
    return widths


class PlumeModel(Protocol):
    """A model of a steady plume."""

    def __call__(self, source: Source, weather: Weather, *, averaging_time: float) -> PlumeTrack:
        """Give the plume of a source."""


class PuffModel(Protocol):
    """A model of what is let go at once."""

    def __call__(self, source: Source, weather: Weather, *, averaging_time: float) -> PuffTrack:
        """Give the puff of a source."""


def _gaussian(sigma_set: SigmaSet) -> PlumeModel:
    def run(source: Source, weather: Weather, *, averaging_time: float) -> PlumeTrack:
        return gaussian_track(source, weather, sigma_set, averaging_time=averaging_time)

    return run


def _gaussian_puff(sigma_set: SigmaSet) -> PuffModel:
    def run(source: Source, weather: Weather, *, averaging_time: float) -> PuffTrack:
        return gaussian_puff_track(source, weather, sigma_set, averaging_time=averaging_time)

    return run


RURAL_SETS = (BRIGGS_RURAL, SPICER_HAVENS, TNO, ISC3_RURAL)
RURAL = tuple(f"gaussian-plume-{item.name}" for item in RURAL_SETS)
URBAN = ("gaussian-plume-briggs-urban",)
GAUSSIAN_SETS = {f"gaussian-plume-{item.name}": item for item in (*RURAL_SETS, BRIGGS_URBAN)}
PUFF_SETS = {"gaussian-puff-ccps": CCPS_PUFF, "gaussian-puff-tno": TNO_PUFF}


def in_neutral_air(weather: Weather) -> Weather:
    """The same wind at the same height without stratification."""
    return replace(weather, stability_class="D", obukhov_length_inverse=0.0)


def slab_neutral_plume(source: Source, weather: Weather, *, averaging_time: float) -> PlumeTrack:
    """SLAB's plume as in neutral air, see `NEUTRAL_SLAB`."""
    return slab_plume(source, in_neutral_air(weather), averaging_time=averaging_time)


NEUTRAL_SLAB = "slab-in-neutral-air"
"""SLAB with the stratification of the air left out: what is taken for dense clouds in unstable air. Britter and McQuaid
(1988) found no effect of stability on dense plumes in the trials they gathered, where SLAB's entrainment is up to three
times that of neutral air. The choice was made with the public LNG trials in sight; it raises concentrations."""

PLUMES: Mapping[str, PlumeModel] = {
    "similarity-plume": similarity_plume,
    "crosswind-jet": jet_plume,
    "slab": slab_plume,
    NEUTRAL_SLAB: slab_neutral_plume,
    "degadis": degadis_plume,
    "britter-mcquaid-plume": britter_mcquaid_plume,
    **{name: _gaussian(item) for name, item in GAUSSIAN_SETS.items()},
}
"""Models of steady plumes by registry name."""
PUFFS: Mapping[str, PuffModel] = {
    "slab": slab_puff,
    "britter-mcquaid-puff": britter_mcquaid_puff,
    **{name: _gaussian_puff(item) for name, item in PUFF_SETS.items()},
}
"""Models of instantaneous clouds by registry name."""

URBAN_ROUGHNESS = 0.5
"""Roughness length from which ground counts as built up, m: suburbs (Wieringa 1992; from memory, unverified)."""


JET_SPEED = 2.0
"""Speed of a release over the wind's from which it counts as a jet (chosen)."""


def _names(source: Source, weather: Weather, *, dense: bool) -> tuple[str, ...]:
    """Models that apply, the best estimate's first."""
    if source.aim is Aim.INSTANTANEOUS:
        return ("slab", "britter-mcquaid-puff") if dense else (*PUFF_SETS, "slab")
    correlation = correlation_of(source, weather)
    drawn = ALPHA_RANGE[0] <= correlation.alpha <= ALPHA_RANGE[1] and correlation.density_number >= DENSE_PLUME
    nomogram = ("britter-mcquaid-plume",) if drawn else ()
    jet = ("crosswind-jet",) if _is_jet(source, weather) else ()
    if dense:
        slabs = (NEUTRAL_SLAB, "slab") if weather.inverse_obukhov < 0.0 else ("slab",)
        return *slabs, "degadis", *jet, *nomogram
    by_class = URBAN if weather.roughness_length >= URBAN_ROUGHNESS else RURAL
    if source.height > HIGHEST_SOURCE:
        return *by_class, *jet
    return "similarity-plume", *by_class, *jet, *nomogram


def _is_jet(source: Source, weather: Weather) -> bool:
    """Whether a release's own speed counts beside the wind's."""
    aimed = source.aim in (Aim.HORIZONTAL, Aim.VERTICAL)
    return aimed and source.velocity > JET_SPEED * weather.wind(max(source.height, 1.0))


def applicable(source: Source, weather: Weather) -> tuple[Choice, ...]:
    """Every model that applies to a release in a weather, the best estimate's first, each with its reason."""
    density = density_of(source, weather)
    if density.dense:
        why = (
            f"heavier than air: its Richardson number stays above {PASSIVE_RICHARDSON:g} for {density.reach:.0f} m, "
            f"more than {DENSE_REACH:g} m"
        )
    else:
        why = f"passive: its density counts no farther than {density.reach:.0f} m from the source"
    return tuple(Choice(model=name, why=why) for name in _names(source, weather, dense=density.dense))


def answer(model: str, source: Source, weather: Weather, *, averaging_time: float = 600.0) -> Answer:
    """Run one model on a release.

    Parameters
    ----------
    model : str
        A name `applicable` gave.
    averaging_time : float
        s.
    """
    if source.aim is Aim.INSTANTANEOUS:
        return PuffAnswer(PUFFS[model](source, weather, averaging_time=averaging_time))
    if model in ("slab", NEUTRAL_SLAB) and math.isfinite(source.duration):
        air = in_neutral_air(weather) if model == NEUTRAL_SLAB else weather
        run = slab_run(source, air, averaging_time=averaging_time)
        return PlumeAnswer(run.plume, source.duration) if run.plume is not None and run.puff is None else RunAnswer(run)
    return PlumeAnswer(PLUMES[model](source, weather, averaging_time=averaging_time), source.duration)
