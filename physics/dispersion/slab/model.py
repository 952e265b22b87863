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
REACH = 20_000.0
"""m."""
LONGEST = 7200.0
"""s a puff is followed after the release."""
_PAST = 1.5
"""Distance over a pool's half-length that its plume is followed to at least."""
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


def _end(case: SlabCase, reach: float) -> float:
    """Distance to follow a plume to: as far as asked, and past its source."""
    return max(reach, _PAST * case.start.release.reach, case.start.at + case.start.reach)


def jet_flux(source: Source, case: SlabCase) -> float | None:
    """Mass flux of a horizontal jet at its source, kg/(m² s); None for other sources."""
    if source.aim is not Aim.HORIZONTAL:
        return None
    side = 2.0 * case.start.state[c.WIDTH]
    return float(source.mass_flow_rate / (side * side))


def _plume(source: Source, weather: Weather, case: SlabCase, rows: Array, averaging_time: float) -> PlumeTrack:
    spread = field.meander(
        rows, averaging_time=averaging_time, duration=source.duration, source_flux=jet_flux(source, case), air=case.air
    )
    smeared = field.front(rows)
    kept = rows[:, c.AT] >= 0.0
    return PlumeTrack(
        model=MODEL, distance=np.ascontiguousarray(rows[kept, c.AT]),
        travel_time=np.ascontiguousarray(rows[kept, c.TIME]), sigma_x=smeared[kept],
        upwind=case.start.release.reach, averaging_time=averaging_time, says=case.start.says,
        caveats=_caveats(weather), **{name: values[kept] for name, values in field.shapes(rows, spread).items()},
    )  # fmt: skip


def _puff(source: Source, weather: Weather, case: SlabCase, rows: Array, averaging_time: float) -> PuffTrack:
    if len(rows) < 2:
        raise ModelInputError("mass", "is too little for its cloud to be followed")
    duration = 0.0 if source.aim is Aim.INSTANTANEOUS else source.duration
    spread = field.meander(
        rows, averaging_time=averaging_time, duration=duration, source_flux=jet_flux(source, case), air=case.air
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
    rows = plume_rows(case.start, gas=case.gas, air=case.air, end=_end(case, reach))
    return _plume(source, weather, case, rows, averaging_time)


def slab_puff(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, longest: float = LONGEST
) -> PuffTrack:  # fmt: skip
    """Travelling cloud of what is released at once, or of a release after it has ended.

    ``longest`` is how long it is followed after the release has ended, s; else as `slab_plume`.
    """
    if source.aim is Aim.INSTANTANEOUS:
        case = slab_case(source, weather)
        later = puff_rows(case.start, gas=case.gas, air=case.air, end=longest)
        return _puff(source, weather, case, later, averaging_time)
    found = slab_run(source, weather, averaging_time=averaging_time, longest=longest).puff
    if found is None:
        raise ModelInputError("duration", "the release does not end while its cloud is followed: it has no puff")
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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
    sections : PlumeTrack
        Section of the cloud by the distance its middle has reached, plume and puff in one.
    extent : ndarray, shape (4, n)
        Time, s, middle, flat half-length and sigma along the wind, m.
    """

    plume: PlumeTrack | None
    puff: PuffTrack | None
    transition: float
    duration: float
    averaging_time: float
    sections: PlumeTrack
    extent: Array

    def mole_fraction(self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0, *, time: ArrayLike) -> Array:
        """Mole fraction at points, m, and times since the release began, s; shape (time, *points).

        As in SLAB, how strong and wide the cloud is at a place is what it is when its middle is there, and whether it
        is there at a time follows from the cloud's length.
        """
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        if math.isinf(self.transition) and self.plume is not None:
            return self.plume.at_time(x, y, z, time=times, duration=self.duration)
        places = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (x, y, z)))
        section = self.sections.at(*places)
        present = field.along(places[0].ravel(), self.extent, times).reshape(times.size, *places[0].shape)
        found: Array = section * present
        return found

    def mean_mole_fraction(self, x: ArrayLike, y: ArrayLike = 0.0, z: ArrayLike = 0.0, *, time: ArrayLike) -> Array:
        """Mean over the averaging time about each time, as SLAB gives it; shape as `mole_fraction`."""
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        window = times[:, None] + np.linspace(-0.5, 0.5, _WINDOW) * self.averaging_time
        found = self.mole_fraction(x, y, z, time=window.ravel())
        shaped = found.reshape(times.size, _WINDOW, *found.shape[1:])
        mean: Array = np.asarray(np.trapezoid(shaped, axis=1)) / (_WINDOW - 1)
        return mean


def _sections(
    source: Source, case: SlabCase, parts: tuple[Array, ...], averaging_time: float
) -> tuple[PlumeTrack, Array]:
    """Section by distance and extent by time of a cloud made of tables one behind the other; puffs last."""
    spreads, extents = [], []
    for rows in parts:
        extents.append(field.lengths(rows, start=case.start.at, puff=rows is parts[-1]))
        spreads.append(
            field.meander(
                rows,
                averaging_time=averaging_time,
                duration=0.0 if math.isinf(source.duration) else source.duration,
                source_flux=jet_flux(source, case),
                air=case.air,
            )
        )
    rows, extent, spread = np.vstack(parts), np.hstack(extents), np.concatenate(spreads)
    shape = field.shapes(rows, spread)
    shape["mole_fraction"] = shape["mole_fraction"] * field.filled(extent)
    first = max(0.0, float(parts[0][0, c.AT]))
    kept = (rows[:, c.AT] >= first) & np.concatenate([[True], np.diff(rows[:, c.AT]) > 0.0])
    known = np.concatenate([[True], np.diff(extent[0]) > 0.0])
    section = PlumeTrack(
        model=MODEL, distance=rows[kept, c.AT], travel_time=0.5 * extent[0][kept], sigma_x=extent[3][kept],
        upwind=case.start.release.reach or float(case.start.state[c.LENGTH]) * 1e3, averaging_time=averaging_time,
        **{name: values[kept] for name, values in shape.items()},
    )  # fmt: skip
    return section, extent[:, known]


def slab_run(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, reach: float = REACH, longest: float = LONGEST
) -> SlabRun:  # fmt: skip
    """Whole life of a release: plume, transition and puff; parameters and errors as `slab_plume` and `slab_puff`."""
    case = slab_case(source, weather)
    if source.aim is Aim.INSTANTANEOUS:
        later = puff_rows(case.start, gas=case.gas, air=case.air, end=longest)
        section, extent = _sections(source, case, (later,), averaging_time)
        return SlabRun(
            plume=None, puff=_puff(source, weather, case, later, averaging_time), transition=0.0, duration=0.0,
            averaging_time=averaging_time, sections=section, extent=extent,
        )  # fmt: skip
    rows = plume_rows(case.start, gas=case.gas, air=case.air, end=_end(case, reach))
    plume = _plume(source, weather, case, rows, averaging_time)
    at = transition_distance(rows, source.duration) if math.isfinite(source.duration) else None
    if at is None:
        return SlabRun(
            plume=plume, puff=None, transition=math.inf, duration=source.duration, averaging_time=averaging_time,
            sections=plume, extent=np.zeros((4, 1)),
        )  # fmt: skip
    start = become_puff(case.start, at=at, duration=source.duration, gas=case.gas, air=case.air)
    later = puff_rows(start, gas=case.gas, air=case.air, end=source.duration + longest)
    section, extent = _sections(source, case, (rows[rows[:, c.AT] < at], later), averaging_time)
    return SlabRun(
        plume=plume, puff=_puff(source, weather, case, later, averaging_time), transition=at,
        duration=source.duration, averaging_time=averaging_time, sections=section, extent=extent,
    )  # fmt: skip
