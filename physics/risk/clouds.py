"""What a steady cloud does to people: the ribbon its dose kills in, the zone it burns in, and how much of it burns."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.track import PlumeTrack, across, between, log_between, place, plume_value
from physics.risk.ribbon import Ribbon, section

Array = NDArray[np.float64]

HEAD_HEIGHT = 1.0
"""Height at which a cloud is breathed and burns people, m (CPR 18E, chapter 4)."""
SECTIONS, ACROSS = 41, 9
"""Places a cloud's ribbon is told at, along it and from its middle to its edge."""
_HALVINGS = 12
_THIN = 1e-3
"""Flat part over sigma below which a section is a Gaussian."""
_AMPLITUDE, _FLAT, _SIGMA_Y, _CENTRE, _SIGMA_Z = range(5)
_ROOT_HALF_PI = math.sqrt(0.5 * math.pi)


class Plume(NamedTuple):
    """A plume of finite duration as kernels take it; see `passing`.

    Attributes
    ----------
    distance : ndarray, shape (n,)
        m.
    table : ndarray, shape (6, n)
        As `physics.dispersion.track.PlumeTrack` holds it, thinned by what the ends of the release lose lengthways.
    travel_time : ndarray, shape (n,)
        s.
    stay : ndarray, shape (n,)
        How long the cloud stands over a place, s.
    lid, upwind : float
        m.
    """

    distance: Array
    table: Array
    travel_time: Array
    stay: Array
    lid: float
    upwind: float


def passing(track: PlumeTrack, duration: float) -> Plume:
    """Plume of a release that ends: on its way it is drawn out along the wind, and thinned by as much.

    A box of length t blurred by a Gaussian of spread s stays sqrt(t² + 2 pi s²) at its mean: exact for a long box and
    for the peak of a short one, and the mass is kept.

    Parameters
    ----------
    duration : float
        Of the release, s.
    """
    speed = np.gradient(track.distance, track.travel_time)
    stay = np.sqrt(duration**2 + 2.0 * math.pi * (track.sigma_x / np.maximum(speed, 1e-6)) ** 2)
    table = track.table.copy()
    table[_AMPLITUDE] *= duration / stay
    return Plume(track.distance, table, track.travel_time, stay, float(track.lid), float(track.upwind))


class Zone(NamedTuple):
    """Where a cloud burns, and when it comes there and leaves.

    Attributes
    ----------
    first, step : float
        Where it begins along the wind and the distance between its sections, m.
    half_width : ndarray, shape (n,)
        m.
    arrival, departure : ndarray, shape (n,)
        s after the release begins.
    """

    first: float
    step: float
    half_width: Array
    arrival: Array
    departure: Array


@kernel
def axis_reach(plume: Plume, level: float, height: float) -> float:
    """Greatest distance on the axis at which a mole fraction is reached, m; 0 where it is not."""
    nodes = plume.distance
    for n in range(nodes.size - 1, -1, -1):
        value = plume_value(nodes[n], 0.0, height, nodes, plume.table, plume.lid, plume.upwind)[0]
        if value >= level:
            if n == nodes.size - 1:
                return float(nodes[n])
            low, high = nodes[n], nodes[n + 1]
            for _ in range(_HALVINGS):
                middle = 0.5 * (low + high)
                if plume_value(middle, 0.0, height, nodes, plume.table, plume.lid, plume.upwind)[0] >= level:
                    low = middle
                else:
                    high = middle
            return float(low)
    return 0.0


@kernel
def half_width_at(plume: Plume, x: float, level: float, height: float) -> tuple[float, float]:
    """Distance from the axis at which a mole fraction is reached, m, 0 where it is not on it; and that on the axis."""
    nodes = plume.distance
    top = plume_value(x, 0.0, height, nodes, plume.table, plume.lid, plume.upwind)[0]
    if top < level:
        return 0.0, top
    low, share = place(nodes, x)
    flat, sigma = section_widths(plume, low, share)
    beyond = math.sqrt(2.0 * math.log(top / level))
    if flat <= _THIN * sigma and x >= 0.0:
        return sigma * beyond, top
    inner, outer = 0.0, flat + sigma * (1.0 + beyond)
    for _ in range(_HALVINGS):
        middle = 0.5 * (inner + outer)
        if x >= 0.0:
            reached = top * across(middle, flat, sigma) >= level
        else:
            value = plume_value(x, middle, height, nodes, plume.table, plume.lid, plume.upwind)[0]
            reached = value >= level
        if reached:
            inner = middle
        else:
            outer = middle
    return 0.5 * (inner + outer), top


@kernel
def section_widths(plume: Plume, low: int, share: float) -> tuple[float, float]:
    """Flat half-width and sigma of a section, m, as `physics.dispersion.track.plume_value` takes them."""
    nodes = plume.distance
    bent = share
    if nodes[low] > 0.0:
        bent = math.log1p(share * (nodes[low + 1] - nodes[low]) / nodes[low]) / math.log(nodes[low + 1] / nodes[low])
    return between(plume.table[_FLAT], low, share), log_between(plume.table[_SIGMA_Y], low, bent)


@kernel
def probability(probit: float) -> float:
    """Fraction a probit stands for."""
    return 0.5 * (1.0 + math.erf((probit - 5.0) * 0.7071067811865476))


@kernel
def _level(constant: float, slope: float, per_time: float, time: float, least: float) -> float:
    """Mole fraction that gives a probit in a time."""
    return math.exp((least - constant - per_time * math.log(time)) / slope)


@kernel
def toxic_ribbon(
    plume: Plume, constant: float, slope: float, per_time: float, longest: float, least: float, indoors: float
) -> Ribbon:
    """Ribbon of a dose, Y = constant + slope ln X + per_time ln t, X the mole fraction breathed and t the time in s.

    Parameters
    ----------
    constant, slope, per_time : float
        The unit of the probit set is in ``constant``.
    longest : float
        Exposure that counts, s.
    least : float
        Probit below which nobody is counted.
    indoors : float
        Fraction that dies indoors over that outdoors.
    """
    width, death = np.zeros(SECTIONS), np.zeros((3, SECTIONS, ACROSS))
    # the longer a cloud stays the less of it is wanted: its greatest stay bounds the reach
    end = axis_reach(plume, _level(constant, slope, per_time, min(plume.stay.max(), longest), least), HEAD_HEIGHT)
    first = -plume.upwind if end > 0.0 else 0.0
    step = max((end - first) / (SECTIONS - 1), 1e-6)
    if end <= 0.0:
        return Ribbon(first, step, width, death)
    for n in range(SECTIONS):
        x = first + n * step
        low, share = place(plume.distance, abs(x))
        exposed = min(between(plume.stay, low, share), longest)
        cut, there = _level(constant, slope, per_time, exposed, least), constant + per_time * math.log(exposed)
        width[n], top = half_width_at(plume, x, cut, HEAD_HEIGHT)
        flat, sigma = section_widths(plume, low, share)
        for m in range(ACROSS):
            y = width[n] * m / (ACROSS - 1)
            if x >= 0.0:
                value = top * across(y, flat, sigma)
            else:
                value = plume_value(x, y, HEAD_HEIGHT, plume.distance, plume.table, plume.lid, plume.upwind)[0]
            dies = probability(there + slope * math.log(value)) if value > 0.0 else 0.0
            death[0, n, m], death[1, n, m], death[2, n, m] = dies, dies, indoors * dies
    return Ribbon(first, step, width, death)


@kernel
def _burning(top: float, flat: float, sigma_y: float, sigma_z: float, lower: float, upper: float) -> float:
    """Mole fraction times area between two limits of a section that stands on the ground, m².

    ``top`` is the mole fraction at its middle, with flat parts to either side and Gaussian edges. Above a level L lie
    2 pi s_y s_z (top - L) of a Gaussian of two widths and sqrt(2 pi) s top erf(sqrt(ln(top / L))) of one of one width.
    """
    if top <= lower:
        return 0.0
    edges = math.pi * sigma_y * sigma_z * (min(top, upper) - lower)
    deep = math.erf(math.sqrt(math.log(top / lower)))
    rich = math.erf(math.sqrt(math.log(top / upper))) if top > upper else 0.0
    return edges + 2.0 * flat * _ROOT_HALF_PI * sigma_z * top * (deep - rich)


@kernel
def burning_zone(plume: Plume, lower: float, upper: float) -> tuple[Zone, Array]:
    """Zone between where a cloud begins and where it is diluted to its lower limit of flammability.

    Parameters
    ----------
    lower, upper : float
        Limits of flammability, mole fractions.

    Returns
    -------
    Zone
    ndarray, shape (n,)
        Gas between the limits from the zone's beginning to each section, m³ of pure gas.
    """
    width, burning = np.zeros(SECTIONS), np.zeros(SECTIONS)
    arrival, departure = np.zeros(SECTIONS), np.zeros(SECTIONS)
    end = axis_reach(plume, lower, HEAD_HEIGHT)
    first = -plume.upwind if end > 0.0 else 0.0
    step = max((end - first) / (SECTIONS - 1), 1e-6)
    before = 0.0
    for n in range(SECTIONS if end > 0.0 else 0):
        x = first + n * step
        width[n], top = half_width_at(plume, x, lower, HEAD_HEIGHT)
        low, share = place(plume.distance, abs(x))
        arrival[n] = between(plume.travel_time, low, share)
        departure[n] = arrival[n] + between(plume.stay, low, share)
        flat, sigma_y = section_widths(plume, low, share)
        sigma_z = between(plume.table[_SIGMA_Z], low, share)
        here = _burning(top, flat, sigma_y, sigma_z, lower, upper)
        burning[n] = 0.0 if n == 0 else burning[n - 1] + 0.5 * (here + before) * step
        before = here
    return Zone(first, step, width, arrival, departure), burning


@kernel
def standing(zone: Zone, burning: Array, times: Array, gas: Array, middle: Array) -> None:
    """Fill in how much gas stands between its limits at times, m³, and where the middle of it lies, m."""
    count = zone.half_width.size
    for k in range(times.size):
        low, high = 0.0, 0.0
        for n in range(count):
            if zone.arrival[n] <= times[k]:
                high = burning[n]
            if zone.departure[n] < times[k]:
                low = burning[n]
        gas[k], middle[k] = max(high - low, 0.0), zone.first
        for n in range(count):
            if burning[n] - low >= 0.5 * gas[k]:
                middle[k] = zone.first + n * zone.step
                break


@kernel
def ignition_times(zone: Zone, edges: Array, times: Array) -> None:
    """Fill in the edges of the intervals in which a cloud may be lit, and the time each stands for, s.

    The last interval is that of the cloud at its full extent, the others divide the time until then evenly.
    """
    full, gone = zone.arrival.max(), zone.departure.max()
    last = times.size - 1
    for k in range(last):
        edges[k], times[k] = full * k / last, full * (k + 0.5) / last
    edges[last], edges[last + 1] = full, max(gone, full)
    times[last] = min(full, gone)


class Igniters(NamedTuple):
    """What lights a cloud that comes over it: places, m, and how often, 1/s."""

    east: Array
    north: Array
    rate: Array


@kernel
def ignition_shares(
    zone: Zone, east: float, north: float, bearings: Array, igniters: Igniters, edges: Array, shares: Array
) -> None:
    """Fill in the share of clouds lit in each interval, by direction (d, k).

    Each igniter lights a cloud that stands over it at its own rate, P = 1 - exp(-rate t) (CPR 18E, section 4.7). Where
    there is none, every cloud is lit at its full extent: nothing favourable is taken from a missing list.
    """
    last = edges.size - 2
    for d in range(bearings.size):
        if igniters.rate.size == 0:
            shares[d, :] = 0.0
            shares[d, last] = 1.0
            continue
        sine, cosine = math.sin(bearings[d]), math.cos(bearings[d])
        before = 1.0
        for k in range(last + 1):
            lit = 0.0
            for s in range(igniters.rate.size):
                dx, dy = igniters.east[s] - east, igniters.north[s] - north
                x, y = dx * sine + dy * cosine, abs(dy * sine - dx * cosine)
                low, share = section(x, zone.first, zone.step, zone.half_width.size)
                inside = zone.first <= x <= zone.first + zone.step * (zone.half_width.size - 1)
                if not inside or y > (1.0 - share) * zone.half_width[low] + share * zone.half_width[low + 1]:
                    continue
                came = (1.0 - share) * zone.arrival[low] + share * zone.arrival[low + 1]
                left = (1.0 - share) * zone.departure[low] + share * zone.departure[low + 1]
                lit += igniters.rate[s] * max(min(edges[k + 1], left) - came, 0.0)
            after = math.exp(-lit)
            shares[d, k] = before - after
            before = after
