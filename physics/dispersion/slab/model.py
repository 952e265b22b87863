"""SLAB as a model: a steady plume, a puff, and a release that ends, from a source and the weather."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.dispersion.slab import constants as c
from physics.dispersion.slab import field
from physics.dispersion.slab.case import GENTLEST_WIND, SlabCase, is_gentle, slab_case
from physics.dispersion.slab.follow import become_puff, plume_rows, puff_rows, transition_distance
from physics.dispersion.track import Aim, PlumeTrack, PuffTrack, Source
from physics.weather import Weather

Array = NDArray[np.float64]

MODEL = "slab"
REACH = 10_000.0
"""m."""
LONGEST = 7200.0
"""s a puff is followed after the release."""
_WINDOW = 21
"""Times whose mean is a time average."""


def _caveats(weather: Weather) -> tuple[Caveat, ...]:
    if not is_gentle(weather):
        return ()
    says = (
        f"{MODEL} is not run in winds below {GENTLEST_WIND:g} m/s; the wind of {weather.wind_speed:g} m/s was taken "
        "as that."
    )
    return (Caveat(Grade.DEGRADED, MODEL, says),)


def _flux(source: Source, case: SlabCase) -> float | None:
    """Mass flux of a horizontal jet at its source, kg/(m² s); None for other sources."""
    if source.aim is not Aim.HORIZONTAL:
        return None
    side = 2.0 * case.start.state[c.WIDTH]
    return float(source.mass_flow_rate / (side * side))


def _plume(source: Source, weather: Weather, case: SlabCase, rows: Array, averaging_time: float) -> PlumeTrack:
    spread = field.meander(
        rows, averaging_time=averaging_time, duration=source.duration, source_flux=_flux(source, case), air=case.air
    )
    smeared = field.front(rows, case.air)
    kept = rows[:, c.AT] >= 0.0
    return PlumeTrack(
        model=MODEL, distance=np.ascontiguousarray(rows[kept, c.AT]),
        travel_time=np.ascontiguousarray(rows[kept, c.TIME]), sigma_x=smeared[kept],
        upwind=case.start.release.reach, averaging_time=averaging_time, says=case.start.says,
        caveats=_caveats(weather), **{name: values[kept] for name, values in field.shapes(rows, spread).items()},
    )  # fmt: skip


def _puff(source: Source, weather: Weather, case: SlabCase, rows: Array, averaging_time: float) -> PuffTrack:
    duration = 0.0 if source.aim is Aim.INSTANTANEOUS else source.duration
    spread = field.meander(
        rows, averaging_time=averaging_time, duration=duration, source_flux=_flux(source, case), air=case.air
    )
    return PuffTrack(
        model=MODEL, time=np.ascontiguousarray(rows[:, c.TIME]), centre=np.ascontiguousarray(rows[:, c.AT]),
        averaging_time=averaging_time, says=case.start.says, caveats=_caveats(weather),
        **field.puff_shapes(rows, spread),
    )  # fmt: skip


def slab_plume(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, reach: float = REACH
) -> PlumeTrack:  # fmt: skip
    """Steady cloud of a pool or jet.

    Parameters
    ----------
    source : Source
        Not an instantaneous one; its duration bounds the time meander is averaged over.
    weather : Weather
    averaging_time : float
        s.
    reach : float
        Distance the cloud is followed to, m.

    Raises
    ------
    ModelInputError
        The source cannot be run; the error names the field.
    """
    if source.aim is Aim.INSTANTANEOUS:
        raise ModelInputError("aim", "an instantaneous release has no steady plume")
    case = slab_case(source, weather)
    rows = plume_rows(case.start, gas=case.gas, air=case.air, end=reach)
    return _plume(source, weather, case, rows, averaging_time)


def slab_puff(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, longest: float = LONGEST
) -> PuffTrack:  # fmt: skip
    """Travelling cloud of what is released at once, or of a release after it has ended.

    ``longest`` is how long it is followed after the release has ended, s; else as `slab_plume`.
    """
    if source.aim is Aim.INSTANTANEOUS:
        case = slab_case(source, weather)
        rows = puff_rows(case.start, gas=case.gas, air=case.air, end=longest)
        return _puff(source, weather, case, rows, averaging_time)
    found = slab_run(source, weather, averaging_time=averaging_time, longest=longest).puff
    if found is None:
        raise ModelInputError("duration", "the release does not end while its cloud is followed: it has no puff")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SlabRun:
    """A release from its beginning to after its end.

    Attributes
    ----------
    plume : PlumeTrack or None
        Of the release while it lasts; None where it is instantaneous.
    puff : PuffTrack or None
        After it has ended; None where it does not while the cloud is followed.
    transition : float
        Distance at which the plume becomes a puff, m: half of all that came out lies before it; inf without one.
    duration : float
        s.
    averaging_time : float
        s.
    """

    plume: PlumeTrack | None
    puff: PuffTrack | None
    transition: float
    duration: float
    averaging_time: float

    def mole_fraction(self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0, *, time: ArrayLike) -> Array:
        """Mole fraction at points, m, and times since the release began, s; shape (time, *points).

        While the release lasts its plume spreads out; after its end a puff carries on, and the plume's tail leaves
        the places short of the transition. Where both reach, the greater counts.
        """
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        if self.plume is None:
            return self._of_puff(x, y, z, times)
        found = self.plume.at_time(x, y, z, time=times, duration=self.duration)
        if self.puff is None:
            return found
        beyond = np.broadcast_to(np.asarray(x, dtype=np.float64) > self.transition, found.shape[1:])
        after = times >= self.duration
        found[after] = np.where(beyond, 0.0, found[after])
        found[after] = np.maximum(found[after], self._of_puff(x, y, z, times[after]))
        return found

    def _of_puff(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, times: Array) -> Array:
        assert self.puff is not None
        return self.puff.at(x, y, z, time=times)

    def mean_mole_fraction(self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0, *, time: ArrayLike) -> Array:
        """Mean over the averaging time about each time, as SLAB gives it; shape as `mole_fraction`."""
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        offsets = np.linspace(-0.5, 0.5, _WINDOW) * self.averaging_time
        window = times[:, None] + offsets
        found = self.mole_fraction(x, y, z, time=window.ravel())
        shaped = found.reshape(times.size, _WINDOW, *found.shape[1:])
        mean: Array = np.trapezoid(shaped, axis=1) / (_WINDOW - 1)
        return mean


def slab_run(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, reach: float = REACH, longest: float = LONGEST
) -> SlabRun:  # fmt: skip
    """Whole life of a release: plume, transition and puff; parameters and errors as `slab_plume` and `slab_puff`."""
    if source.aim is Aim.INSTANTANEOUS:
        puff = slab_puff(source, weather, averaging_time=averaging_time, longest=longest)
        return SlabRun(plume=None, puff=puff, transition=0.0, duration=0.0, averaging_time=averaging_time)
    case = slab_case(source, weather)
    rows = plume_rows(case.start, gas=case.gas, air=case.air, end=reach)
    plume = _plume(source, weather, case, rows, averaging_time)
    at = transition_distance(rows, source.duration) if math.isfinite(source.duration) else None
    if at is None:
        return SlabRun(
            plume=plume, puff=None, transition=math.inf, duration=source.duration, averaging_time=averaging_time
        )
    start = become_puff(case.start, at=at, duration=source.duration, gas=case.gas, air=case.air)
    later = puff_rows(start, gas=case.gas, air=case.air, end=source.duration + longest)
    return SlabRun(
        plume=plume, puff=_puff(source, weather, case, later, averaging_time), transition=at,
        duration=source.duration, averaging_time=averaging_time,
    )  # fmt: skip
