"""A jet and what follows it, as one plume: what the ensemble runs for horizontal and vertical jets.

A jet that is not heavy goes on along the ground with its image in it until the air carries it; that it takes in less
air there is left out of the march, and the image alone makes it up to root 2 stronger than a jet on a floor is. Buoyant
plumes are left while they still rise a little, at a tenth of the wind's speed; a heavy jet at the top of its rise goes
over to SLAB, which lets it fall.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError, unvalidated
from physics.dispersion.jets import path as p
from physics.dispersion.jets.follow import heavy_part, jet_part, joined, passive_part, passive_track
from physics.dispersion.jets.mixtures import mixtures_of
from physics.dispersion.jets.path import Surroundings, richardson, wind_of
from physics.dispersion.jets.solve import Jet, Nozzle, ooms_closure, solve
from physics.dispersion.slab.case import GENTLEST_WIND, SlabCase, is_gentle, slab_case
from physics.dispersion.slab.model import slab_plume
from physics.dispersion.track import Aim, PlumeTrack, Source
from physics.weather import Weather

Array = NDArray[np.float64]

NAME = "crosswind-jet"
_ANGLES = {Aim.HORIZONTAL: 0.0, Aim.VERTICAL: 0.5 * math.pi}
_WHY = {
    p.SLOW: "the air carries it, its speed within a tenth of the wind's",
    p.TOUCHED: "its edge meets the ground and it is heavy",
    p.GROUNDED: "its axis meets the ground",
    p.FAR: "that is as far as a jet is followed",
    p.STOPPED: "that is as far as a jet is followed",
    p.LOST: "its momentum is spent",
}
DIRECTED = (
    "The jet is taken to blow with the wind; one that blows against or across it goes less far and spreads wider."
)


def surroundings(weather: Weather, density: float) -> Surroundings:
    """Air of a weather with a density, kg/m³, as the jet's kernels take it."""
    return Surroundings(
        float(weather.friction_velocity), float(weather.roughness_length), float(weather.inverse_obukhov), density, 1.0
    )


def _case(source: Source, weather: Weather) -> SlabCase:
    """Mixture and air of a source; refuses what is no jet."""
    if source.aim not in _ANGLES:
        raise ModelInputError("aim", f"of a jet must be horizontal or vertical, got {source.aim}")
    for name in ("velocity", "area"):
        value = getattr(source, name)
        if not (math.isfinite(value) and value >= 0.0):
            raise ModelInputError(name, f"of a jet must not be below 0, got {value:g}")
    return slab_case(_sized(source), weather)


def _nozzle(source: Source, density: float, angle: float | None) -> Nozzle:
    speed = source.velocity
    if speed <= 0.0:  # `slab_case` has refused a source without area too
        speed = source.mass_flow_rate / (density * source.area)
    at = _ANGLES[source.aim] if angle is None else angle
    if not abs(at) <= 0.5 * math.pi:
        raise ModelInputError("angle", f"must lie between -90 and 90 degrees, got {math.degrees(at):g}")
    return Nozzle(rate=source.mass_flow_rate, speed=speed, angle=at, height=source.height)


def crosswind_jet(source: Source, weather: Weather, *, angle: float | None = None) -> Jet:
    """Follow the jet alone to where the air carries it or the ground takes it.

    Parameters
    ----------
    source : Source
        A horizontal or vertical jet after expansion; its speed and mass flow count, its area where it has no speed.
    weather : Weather
    angle : float or None
        Over the wind's direction, rad, upwards above 0; ``None`` takes the aim's.

    Raises
    ------
    ModelInputError
        No jet comes out; the error names the field.
    """
    return _followed(source, weather, _case(source, weather), angle)


def _sized(source: Source) -> Source:
    """The same source with the area its speed gives it, which SLAB's start wants."""
    return source if source.velocity <= 0.0 else replace(source, area=0.0)


def _followed(source: Source, weather: Weather, case: SlabCase, angle: float | None) -> Jet:
    mixtures = mixtures_of(case.gas, case.air)
    nozzle = _nozzle(source, mixtures.pure, angle)
    return solve(nozzle, mixtures, ooms_closure(), surroundings(weather, mixtures.air_density))


def _is_jet(jet: Jet, weather: Weather) -> bool:
    """Whether what comes out blows: with the wind it must be faster, and it may not lie on the ground and be heavy."""
    if jet.rows.shape[0] == 0 or (jet.rows.shape[0] == 1 and jet.ended not in (p.TOUCHED, p.GROUNDED)):
        return False
    if jet.ended == p.TOUCHED and jet.nozzle.height < 0.5 * jet.diameter:
        return False
    wind = float(wind_of(jet.nozzle.height, surroundings(weather, jet.mixtures.air_density)))
    return jet.nozzle.angle != 0.0 or jet.nozzle.speed > (1.0 + p.SLOW_PART) * wind


def jet_plume(
    source: Source, weather: Weather, *, averaging_time: float = 600.0, angle: float | None = None
) -> PlumeTrack:
    """Give the plume of a jet: the jet in a crosswind, and the heavy or passive cloud it becomes.

    Parameters
    ----------
    source : Source
        See `crosswind_jet`.
    weather : Weather
    averaging_time : float
        s, of the cloud that follows; the jet itself does not meander.
    angle : float or None
        Over the wind's direction, rad; ``None`` takes the aim's.

    Raises
    ------
    ModelInputError
        No jet comes out; the error names the field.
    """
    case = _case(source, weather)
    jet = _followed(source, weather, case, angle)
    if not _is_jet(jet, weather):
        return _without_jet(source, weather, jet, averaging_time)
    last = jet.rows[-1]
    number = float(richardson(last, surroundings(weather, jet.mixtures.air_density)))
    left = (
        f"a jet of {jet.nozzle.speed:.0f} m/s as far as {last[p.AT]:.1f} m from its source, "
        f"{max(last[p.HEIGHT], 0.0):.1f} m up: there {_WHY[jet.ended]}"
    )
    caveats: tuple[Caveat, ...] = (unvalidated(NAME), Caveat(Grade.NOTE, NAME, DIRECTED))
    lid = math.inf
    if number > p.DENSE_RICHARDSON:
        whole = joined(jet_part(jet), heavy_part(source, case, jet, averaging_time))
        caveats = (*caveats, *_gentle(weather))
        says = f"then a heavy cloud by slab: its Richardson number is {number:.0f} there, above {p.DENSE_RICHARDSON:g}"
    else:
        part, track, more = passive_part(source, weather, jet, averaging_time)
        whole, lid, caveats = joined(jet_part(jet), part), track.lid, (*caveats, *more)
        says = f"then a passive plume by {track.model}: its weight no longer counts"
    return PlumeTrack(
        model=NAME, lid=lid, averaging_time=averaging_time, says=(left, says), caveats=caveats, **whole
    )  # fmt: skip


def _gentle(weather: Weather) -> tuple[Caveat, ...]:
    if not is_gentle(weather):
        return ()
    speed = weather.wind_speed
    says = f"slab is not run in winds below {GENTLEST_WIND:g} m/s; the wind of {speed:g} m/s was taken as that."
    return (Caveat(Grade.DEGRADED, NAME, says),)


def _without_jet(source: Source, weather: Weather, jet: Jet, averaging_time: float) -> PlumeTrack:
    """Plume of what comes out no faster than the wind, or on the ground and heavy: no jet of its own."""
    around = surroundings(weather, jet.mixtures.air_density)
    excess = jet.mixtures.pure - jet.mixtures.air_density
    row = np.zeros(len(p.COLUMNS))
    row[p.WIDTH] = jet.diameter / math.sqrt(8.0)
    row[p.WEIGHT] = excess * math.pi / 4.0 * jet.diameter**2
    number = float(richardson(row, around))
    if number > p.DENSE_RICHARDSON:
        track = slab_plume(_sized(source), weather, averaging_time=averaging_time)
        name = "slab"
    else:
        track = passive_track(source, weather, source.height, averaging_time)
        name = track.model
    speed = jet.nozzle.speed
    says = f"no jet: it comes out at {speed:.1f} m/s and the air or the ground takes it there; {name} from there"
    return replace(
        track, model=NAME, says=(says, *track.says), caveats=(unvalidated(NAME), *track.caveats)
    )  # fmt: skip
