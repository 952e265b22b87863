"""Dose of people who move: outdoors, sheltered and aired again, or walking out of a cloud that changes.

A concentration history is means over even steps, (time, ...). What people breathe is made of it first, by where they
are when; the dose is taken from what they breathe. No indoor factor and no cap on the time of exposure is used here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.harm.probit import probability, toxic_probit
from physics.harm.toxic_load import Level, level_ratios, toxic_load
from physics.substances import Probit, Substance

Array = NDArray[np.float64]
Concentration = Callable[[Array, Array], Array]
"""Mole fractions (time, point) of places (point, 2), m east and north, and times, s."""

VENTILATED = 4.0 / 3600.0
"""Air changes per second with mechanical ventilation on (unverified: 4 per h, as Phast takes)."""
AIRED = 10.0 / 3600.0
"""Air changes per second with windows and doors wide open (unverified: 10 per h)."""
WALKING_SPEED = 1.2
"""m/s, of a group on foot with old people and children in it (judgement, unverified)."""
_HOPS, _MOST_HOPS = 2.0, 16
"""Moments of a step looked at between two stations of a walk, and in all."""


@kernel
def indoor_means(outdoor: Array, step: float, rates: Array, out: Array) -> None:
    """Fill ``out`` (time, column) with mole fractions indoors, means over each step, from clean air.

    The exact solution of dC_i/dt = lambda (C_o - C_i), steady outdoors and a steady exchange within each step;
    ``rates`` (time,) are air changes per second.
    """
    times, columns = outdoor.shape
    inside = np.zeros(columns)
    for t in range(times):
        spent = rates[t] * step
        keep = math.exp(-spent)
        share = (1.0 - keep) / spent if spent > 1e-12 else 1.0
        for c in range(columns):
            aim = outdoor[t, c]
            out[t, c] = aim + (inside[c] - aim) * share
            inside[c] = aim + (inside[c] - aim) * keep


@kernel
def aired_means(
    outdoor: Array, step: float, rates: Array, aired_rate: float, begin: float, delay: float, out: Array
) -> None:
    """Fill ``out`` as `indoor_means` does, each column opened wide once the air outside is better for good.

    That is looked for from ``begin``, and the house is opened ``delay`` s later.
    """
    indoor_means(outdoor, step, rates, out)
    times, columns = outdoor.shape
    opened = math.exp(-aired_rate * step)
    share = (1.0 - opened) / (aired_rate * step)
    for c in range(columns):
        t = times
        while t > 0 and (t - 1) * step >= begin and outdoor[t - 1, c] < out[t - 1, c]:
            t -= 1
        t = min(times, t + math.ceil(delay / step))
        if t >= times or t == 0:
            continue
        kept = math.exp(-rates[t] * step)
        before = (1.0 - kept) / (rates[t] * step) if rates[t] * step > 1e-12 else 1.0
        # what is inside when the step begins, from that step's mean in a closed house
        inside = outdoor[t, c] + (out[t, c] - outdoor[t, c]) / before
        for k in range(t, times):
            aim = outdoor[k, c]
            out[k, c] = aim + (inside - aim) * share
            inside = aim + (inside - aim) * opened


@kernel
def _along(field: Array, column: int, time: float, station: float, first: float, spacing: float) -> float:
    """Value of ``field`` (column, time, station) between its moments and its stations; ends hold beyond."""
    times, stations = field.shape[1:]
    t = min(max((time - first) / spacing, 0.0), times - 1.0)
    s = min(max(station, 0.0), stations - 1.0)
    i, k = min(int(t), max(times - 2, 0)), min(int(s), max(stations - 2, 0))
    u, w = t - i, s - k
    j, m = min(i + 1, times - 1), min(k + 1, stations - 1)
    early = field[column, i, k] * (1.0 - w) + field[column, i, m] * w
    late = field[column, j, k] * (1.0 - w) + field[column, j, m] * w
    value: float = early * (1.0 - u) + late * u
    return value


@kernel
def walked_means(field: Array, step: float, station_length: float, speed: float, leaves: float, out: Array) -> None:
    """Fill ``out`` (time, column) with what a walker breathes, means over each step, at his own place and time.

    ``field`` is (column, time, station): mole fractions at the middles of even steps, at stations every
    ``station_length`` m along the way. Before ``leaves`` he stands at the first station, at the end he stays.
    """
    columns, times, stations = field.shape
    hops = min(max(1, math.ceil(_HOPS * speed * step / station_length)), _MOST_HOPS) if stations > 1 else 1
    for c in range(columns):
        for t in range(times):
            total = 0.0
            for h in range(hops):
                now = (t + (h + 0.5) / hops) * step
                gone = max(now - leaves, 0.0) * speed
                station = min(gone / station_length, stations - 1.0)
                total += _along(field, c, now, station, 0.5 * step, step)
            out[t, c] = total / hops


def _columns(history: ArrayLike) -> Array:
    found = np.ascontiguousarray(history, dtype=np.float64)
    return found.reshape(found.shape[0], -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelter:
    """How a building is used while a cloud passes.

    Attributes
    ----------
    air_exchange_rate : float
        Closed, 1/s.
    closed_at : float
        When windows are shut and ventilation is switched off, s; ``ventilated_rate`` holds before.
    entered_at : float
        When people are indoors, s; outdoors before.
    aired_at : float
        When it is opened wide again, s; infinity for never.
    ventilated_rate : float
        Before it is closed, 1/s.
    """

    air_exchange_rate: float
    closed_at: float = 0.0
    entered_at: float = 0.0
    aired_at: float = math.inf
    ventilated_rate: float = VENTILATED

    def rates(self, *, steps: int, step: float) -> Array:
        """Air changes per second, (time,); a step in which it changes has the mean."""
        edges = np.arange(steps + 1) * step
        closed = np.clip(self.closed_at - edges, 0.0, None)
        aired = np.clip(edges - self.aired_at, 0.0, None)
        before, after = -np.diff(closed) / step, np.diff(aired) / step
        after = np.minimum(after, 1.0 - before)
        kept = 1.0 - before - after
        return np.asarray(before * self.ventilated_rate + kept * self.air_exchange_rate + after * AIRED)


def indoors(outdoor: ArrayLike, *, step: float, shelter: Shelter) -> Array:
    """Mole fraction inside a building, means over each step; shape of ``outdoor``, (time, ...)."""
    columns = _columns(outdoor)
    found = np.empty_like(columns)
    indoor_means(columns, step, shelter.rates(steps=len(columns), step=step), found)
    return found.reshape(np.shape(outdoor))


def aired_indoors(outdoor: ArrayLike, *, step: float, shelter: Shelter, delay: float) -> Array:
    """Mole fraction inside a building opened wide ``delay`` s after the air outside has become better for good.

    Shape of ``outdoor``, (time, ...); each column finds its own moment. ``aired_at`` is not used.
    """
    columns = _columns(outdoor)
    found = np.empty_like(columns)
    rates = replace(shelter, aired_at=math.inf).rates(steps=len(columns), step=step)
    begin = max(shelter.entered_at, shelter.closed_at)
    aired_means(columns, step, rates, AIRED, begin, delay, found)
    return found.reshape(np.shape(outdoor))


def share_after(moment: float, *, steps: int, step: float) -> Array:
    """Share of each step that lies after a moment, (time,)."""
    edges = np.arange(steps + 1) * step
    return np.asarray(np.diff(np.clip(edges - moment, 0.0, None)) / step)


def changing(before: Array, after: Array, *, at: float, step: float) -> Array:
    """What is breathed by somebody who goes from one air to another at a time, s; shapes (time, ...) alike."""
    share = share_after(at, steps=len(before), step=step).reshape(-1, *(1,) * (before.ndim - 1))
    return np.asarray(before * (1.0 - share) + after * share)


def sheltered(outdoor: ArrayLike, *, step: float, shelter: Shelter) -> Array:
    """What people breathe who go indoors: outdoors before ``entered_at``, indoors after; (time, ...)."""
    outside = np.asarray(outdoor, dtype=np.float64)
    return changing(outside, indoors(outside, step=step, shelter=shelter), at=shelter.entered_at, step=step)


@dataclass(frozen=True, slots=True)
class Path:
    """A way out: corners, m east and north, (n, 2), walked evenly.

    Attributes
    ----------
    corners : tuple of tuple of float
    speed : float
        m/s.
    """

    corners: tuple[tuple[float, float], ...]
    speed: float = WALKING_SPEED

    @property
    def length(self) -> float:
        """Way from end to end, m."""
        return float(np.sum(np.hypot(*np.diff(np.array(self.corners), axis=0).T)))

    def stations(self, count: int) -> tuple[Array, float]:
        """Give even stations along it, (count, 2) m, and the way between two, m."""
        corners = np.array(self.corners)
        gone = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
        at = np.linspace(0.0, gone[-1], count)
        places = np.column_stack([np.interp(at, gone, corners[:, k]) for k in range(2)])
        return places, max(float(gone[-1]) / max(count - 1, 1), 1e-9)


def walked(field: ArrayLike, *, step: float, station_length: float, speed: float, leaves: float) -> Array:
    """What a walker breathes, means over each step, (time, column), from a field (column, time, station)."""
    history = np.ascontiguousarray(field, dtype=np.float64)
    found = np.empty((history.shape[1], history.shape[0]))
    walked_means(history, step, station_length, speed, leaves, found)
    return found


def evacuated(concentration: Concentration, path: Path, times: Array, *, leaves: float, stations: int = 200) -> Array:
    """What somebody breathes who walks a path through a moving cloud, means over each step, (time,).

    Parameters
    ----------
    times : ndarray, shape (n,)
        Middles of even steps from 0, s.
    leaves : float
        s; he stands at the beginning until then.
    stations : int
        Places along the path the cloud is looked at.
    """
    places, apart = path.stations(stations)
    step = float(times[1] - times[0])
    field = concentration(places, times)[None]
    return walked(field, step=step, station_length=apart, speed=path.speed, leaves=leaves)[:, 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What was breathed, judged.

    Attributes
    ----------
    load : float or None
        Toxic load, s; ``None`` without an exponent.
    ratios : mapping
        Exposure over guideline by level; 1 reaches it.
    level : str or None
        Gravest reached.
    """

    load: float | None
    ratios: Mapping[str, float]
    level: str | None


def dose(breathed: ArrayLike, *, step: float, levels: tuple[Level, ...], exponent: float | None) -> Dose:
    """Judge what one person breathes, (time,): the worst sliding window decides each level."""
    series = np.asarray(breathed, dtype=np.float64)
    ratios = {
        level.name: float(level_ratios(level, series[:, None], step=step, exponent=exponent)[0]) for level in levels
    }
    load = float(toxic_load(series, step=step, exponent=exponent)) if exponent is not None else None
    return Dose(load=load, ratios=ratios, level=next((name for name, ratio in ratios.items() if ratio >= 1.0), None))


def killed(of: Substance, given: Probit, breathed: ArrayLike, *, step: float) -> Array:
    """Fraction of people killed by what they breathe, (time, ...), by a probit set; shape (...).

    The set's own exponent gathers the load, which is that of a steady exposure over the same time.
    """
    columns = _columns(breathed)
    lasts = len(columns) * step
    steady = (toxic_load(columns, step=step, exponent=given.n) / lasts) ** (1.0 / given.n)
    found = [probability(toxic_probit(of, given, mole_fraction=float(c), exposure_duration=lasts)) for c in steady]
    return np.array(found).reshape(np.shape(breathed)[1:])


def airing_time(outdoor: Array, *, step: float, shelter: Shelter, exponent: float | None) -> float | None:
    """Moment to open a shelter wide that leaves the least load, s; ``None`` where keeping it closed does.

    Parameters
    ----------
    outdoor : ndarray, shape (time,)
    exponent : float or None
        ``None``: the load is the dosage.
    """
    n = exponent or 1.0
    begin = max(shelter.entered_at, shelter.closed_at)
    moments = np.array([m for m in np.arange(len(outdoor)) * step if m >= begin])
    if moments.size == 0:
        return None
    keep = _columns(outdoor)
    rates = [replace(shelter, aired_at=float(at)).rates(steps=len(outdoor), step=step) for at in (*moments, math.inf)]
    loads = np.empty(len(rates))
    breathed_indoors = np.empty_like(keep)
    share = share_after(shelter.entered_at, steps=len(outdoor), step=step)
    for index, rate in enumerate(rates):
        indoor_means(keep, step, rate, breathed_indoors)
        loads[index] = float(np.sum(np.maximum(breathed_indoors[:, 0], 0.0) ** n * share))
    best = int(np.argmin(loads))
    return None if loads[best] >= loads[-1] * (1.0 - 1e-9) else float(moments[best])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterPays:
    """When a shelter that stays closed stops paying, s; ``None`` for not within the time looked at.

    Attributes
    ----------
    indoor_exceeds : float or None
        From here the air inside is worse than outside.
    load_exceeds : float or None
        From here those inside have had more load than those who left.
    """

    indoor_exceeds: float | None
    load_exceeds: float | None


def shelter_pays(outdoor: Array, inside: Array, left: Array, *, step: float, exponent: float | None) -> ShelterPays:
    """Compare what is breathed inside, (time,), with the air outside and with what those breathe who left."""
    n = exponent or 1.0
    worse = np.flatnonzero((inside > outdoor) & (inside > 1e-3 * np.max(inside, initial=0.0)))
    stayed, went = (np.cumsum(np.maximum(series, 0.0) ** n) for series in (inside, left))
    more = stayed > went * (1.0 + 1e-9)
    lasting = np.flatnonzero(~more)
    first = 0 if lasting.size == 0 else int(lasting[-1]) + 1
    return ShelterPays(
        indoor_exceeds=float(worse[0] * step) if worse.size else None,
        load_exceeds=float(first * step) if first < len(inside) else None,
    )


_CARD = Card(
    name="shelter-and-airing",
    says="Toxic load indoors while a cloud of steady mole fraction passes, left or aired when it has passed.",
    takes=bounded(
        Takes("mole_fraction", hard_low=0.0, hard_high=1.0),
        Takes("exposure_duration", low=60.0, high=14_400.0, hard_low=0.0),
        Takes("air_exchange_rate", low=1e-5, high=1e-2, hard_low=0.0),
        Takes("toxic_load_exponent", low=1.0, high=5.0, hard_low=0.5, hard_high=10.0),
    ),
    gives=("indoor_mole_fraction", "toxic_load", "toxic_load_factor"),
    cites=("ccps1999", "tenberge1986"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "closed form of the load of an exponential rise, exponents 1 and 2",
            "tests/verification/test_exposure.py::test_shelter_load_has_a_closed_form",
        ),
    ),
)
_CARD_STEPS = 400


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    outside, lasts = values["mole_fraction"], values["exposure_duration"]
    exponent, step = values["toxic_load_exponent"], max(values["exposure_duration"], 1e-9) / _CARD_STEPS
    shelter = Shelter(air_exchange_rate=values["air_exchange_rate"])
    inside = indoors(np.full((_CARD_STEPS, 1), outside), step=step, shelter=shelter)
    load = float(toxic_load(inside, step=step, exponent=exponent)[0])
    without = outside**exponent * lasts
    filled = outside * -math.expm1(-values["air_exchange_rate"] * lasts)
    says = "The cloud stands steady outdoors and people leave, or open wide, the moment it has passed."
    factor = load / without if without > 0.0 else 1.0
    return {"indoor_mole_fraction": filled, "toxic_load": load, "toxic_load_factor": factor}, [
        Caveat(Grade.NOTE, _CARD.name, says)
    ]
