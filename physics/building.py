"""A release inside a building: what mixes there, what a scrubber holds back, and what leaves at the vents.

The air inside is one well-mixed volume (Nazaroff and Cass 1986); vapour leaves with the ventilation, and first through
the scrubber while that works and has capacity. What it cannot take, or all of it once it fails, goes out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.catch import Treatment, TreatmentKind
from physics.quantities import GAS_CONSTANT
from physics.release import ReleaseTerm
from physics.substances import Substance, substance
from physics.weather import Weather

Array = NDArray[np.float64]

_STEPS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A room with forced or natural ventilation and, perhaps, a scrubber on its vent.

    Attributes
    ----------
    volume : float
        m³.
    ventilation : float
        Air leaving, m³/s.
    scrubber_capacity : float
        Vapour the scrubber can take, kg/s; 0 where there is none.
    scrubber_charge : float
        Vapour it can take in all before its liquor is spent, kg; infinity where that does not matter.
    scrubber_fails_at : float
        s after the release began; infinity for never.
    vent_height : float
        m above ground.
    """

    volume: float
    ventilation: float
    scrubber_capacity: float = 0.0
    scrubber_charge: float = math.inf
    scrubber_fails_at: float = math.inf
    vent_height: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a building no air could move through."""
        for name, value in (("volume", self.volume), ("ventilation_rate", self.ventilation)):
            if not math.isfinite(value) or value <= 0.0:
                raise ModelInputError(name, f"must be above 0, got {value!r}")

    @property
    def scrubber(self) -> Treatment:
        """The scrubber on its vent; one that takes nothing where there is none."""
        return Treatment(
            kind=TreatmentKind.SCRUBBER,
            rate=self.scrubber_capacity,
            charge=self.scrubber_charge,
            fails_at=self.scrubber_fails_at,
            outlet_height=self.vent_height,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorRelease:
    """What a release inside a building comes to.

    Attributes
    ----------
    time : ndarray, shape (n+1,)
        Edges of the steps, s.
    mole_fraction : ndarray, shape (n+1,)
        Indoors, at the edges; not above 1.
    vented : ReleaseTerm
        What leaves at the vent.
    scrubbed, inside : float
        Held back by the scrubber, and still in the room at the end, kg; with what is vented, all that was released.
    explosive_after : float or None
        s until the room reaches the lower flammable limit; ``None`` when it does not or has none.
    """

    time: Array
    mole_fraction: Array
    vented: ReleaseTerm
    scrubbed: float
    inside: float
    explosive_after: float | None


def vented(
    release: ReleaseTerm, building: Building, weather: Weather, *, duration: float | None = None
) -> IndoorRelease:
    """Follow a release inside a building to its vents.

    The room's balance dm/dt = q - (Q/V) m is solved exactly over each step, in which the release is steady.

    Parameters
    ----------
    release : ReleaseTerm
        What comes out inside; droplets count as vapour.
    duration : float or None
        s; ``None`` follows the room until a hundredth is left, four hours at most.
    """
    of = substance(release.substance)
    exchange = building.ventilation / building.volume
    last = duration or min(release.duration + 5.0 / exchange, 14_400.0)
    edges = np.unique(np.concatenate([np.linspace(0.0, last, _STEPS + 1), release.time[release.time < last]]))
    mass, scrubbed = np.zeros(edges.size), 0.0
    out = np.zeros(edges.size - 1)
    for i, (start, end) in enumerate(pairwise(map(float, edges))):
        step = end - start
        given = _mean_rate(release, start, end)
        steady = given / exchange
        mass[i + 1] = steady + (mass[i] - steady) * math.exp(-exchange * step)
        leaving = mass[i] - mass[i + 1] + given * step
        takes = building.scrubber.takes(leaving, start=start, step=step, taken=scrubbed)
        scrubbed += takes
        out[i] = max(leaving - takes, 0.0) / step
    fraction = np.minimum(mass / (building.volume * _vapour_density(of, weather)), 1.0)
    return IndoorRelease(
        time=edges,
        mole_fraction=fraction,
        vented=_term(release, building, weather, edges, out, scrubbed),
        scrubbed=scrubbed,
        inside=float(mass[-1]),
        explosive_after=_reaches(edges, fraction, of),
    )


def _mean_rate(release: ReleaseTerm, start: float, end: float) -> float:
    overlap = np.minimum(release.time[1:], end) - np.maximum(release.time[:-1], start)
    return float(np.sum(release.mass_flow_rate * np.maximum(overlap, 0.0)) / (end - start))


def _vapour_density(of: Substance, weather: Weather) -> float:
    return of.molar_mass * weather.ambient_pressure / (GAS_CONSTANT * weather.ambient_temperature)


def _reaches(edges: Array, fraction: Array, of: Substance) -> float | None:
    if of.flammability is None:
        return None
    limit = of.flammability.lower_limit
    above = np.flatnonzero(fraction >= limit)
    if not above.size:
        return None
    i = int(above[0])
    return float(np.interp(limit, fraction[i - 1 : i + 1], edges[i - 1 : i + 1])) if i else 0.0


def _term(
    release: ReleaseTerm, building: Building, weather: Weather, edges: Array, out: Array, scrubbed: float
) -> ReleaseTerm:
    count = out.size
    says = "The room's air is taken as well mixed, its vapour as warm as outdoors; near the leak it is worse."
    return ReleaseTerm(
        substance=release.substance,
        time=edges,
        mass_flow_rate=out,
        vapour_fraction=np.ones(count),
        temperature=np.full(count, weather.ambient_temperature),
        density=np.full(count, _vapour_density(substance(release.substance), weather)),
        velocity=np.zeros(count),
        source_height=building.vent_height,
        says=(*release.says, f"released indoors; the scrubber holds back {scrubbed:.3g} kg"),
        caveats=(*release.caveats, Caveat(Grade.DEGRADED, "well-mixed-building", says)),
    )


_CARD = Card(
    name="well-mixed-building",
    says="Mole fraction inside a ventilated building and the rate at its vent during a steady release, well mixed.",
    takes=bounded(
        Takes("fluid"),
        Takes("mass_flow_rate", hard_low=0.0),
        Takes("duration", hard_low=1.0, hard_high=14_400.0),
        Takes("volume", low=10.0, high=1e5, hard_low=0.1),
        Takes("ventilation_rate", hard_low=1e-6),
        Takes("scrubber_capacity", hard_low=0.0, default=0.0),
        Takes("ambient_temperature", low=230.0, high=330.0, hard_low=150.0, hard_high=400.0, default=293.15),
    ),
    gives=("indoor_mole_fraction", "mass_flow_rate", "vented_mass"),
    cites=("nazaroffcass1986",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "closed form of a steady release into a well-mixed room; mass kept",
            "tests/verification/test_building.py::test_closed_form",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        of = substance(values["fluid"])
    except LookupError as error:
        raise ModelInputError("fluid", str(error)) from error
    weather = Weather(
        wind_speed=1.0,
        wind_from_direction=0.0,
        stability_class="D",
        ambient_temperature=values["ambient_temperature"],
    )
    one = np.ones(1)
    steady = ReleaseTerm(
        substance=of.name,
        time=np.array([0.0, values["duration"]]),
        mass_flow_rate=values["mass_flow_rate"] * one,
        vapour_fraction=one,
        temperature=values["ambient_temperature"] * one,
        density=_vapour_density(of, weather) * one,
        velocity=0.0 * one,
        source_height=0.0,
    )
    building = Building(
        volume=values["volume"],
        ventilation=values["ventilation_rate"],
        scrubber_capacity=values["scrubber_capacity"],
    )
    found = vented(steady, building, weather, duration=values["duration"])
    outputs = {
        "indoor_mole_fraction": float(found.mole_fraction[-1]),
        "mass_flow_rate": float(found.vented.mass_flow_rate[-1]),
        "vented_mass": found.vented.total_mass,
    }
    return outputs, list(found.vented.caveats)
