"""What could get out, and how often: the loss-of-containment events of a plant, part by part.

One set per kind of part, never a mixture: the Purple Book for storage and transfer (hoses and arms by hour of use),
IOGP 434-01 for process parts. Every event says which set it comes from and whether that was held against the document.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from twin.parts import Equipment, Line, Valve, ValveRole
from twin.plant import Plant

IOGP = "iogp-434-01"
PURPLE_BOOK = "purple-book-1999"
_MILLIMETRE = 1e-3
_LARGEST_LEAK = 0.05
"""Largest hole of a hose's or arm's leak, a tenth of its bore, m (CPR 18E, section 3.2)."""

_STORAGE: Mapping[str, str] = {
    "RailTankCar": "pressurised tank on wheels",
    "RoadTanker": "pressurised tank on wheels",
    "TonContainer": "pressurised storage vessel",
    "PressureVessel": "pressurised storage vessel",
    "Sphere": "pressurised storage vessel",
    "Bullet": "pressurised storage vessel",
    "Tank": "atmospheric storage tank",
}
PRESSURISED_STORAGE = frozenset(kind for kind, item in _STORAGE.items() if item.startswith("pressurised"))
"""Kinds of vessel that are stored in under pressure."""
_PROCESS: Mapping[str, str] = {
    "ProcessColumn": "process pressure vessel",
    "Reactor": "process pressure vessel",
    "Separator": "process pressure vessel",
    "CentrifugalPump": "centrifugal pump",
    "ReciprocatingPump": "reciprocating pump",
    "CentrifugalCompressor": "centrifugal compressor",
    "ReciprocatingCompressor": "reciprocating compressor",
    "ShellAndTubeHeatExchanger": "exchanger, shell side",
    "PlateHeatExchanger": "plate exchanger",
    "AirCooler": "air cooler",
    "Filter": "filter",
}
_ACTUATED = frozenset({ValveRole.ESDV, ValveRole.ROV, ValveRole.BDV})


@dataclass(frozen=True, slots=True, kw_only=True)
class LossEvent:
    """One way a part can let its contents out.

    Attributes
    ----------
    part, item : str
        Tag of the part, and what the set calls its kind.
    release : str
        ``hole``, ``bore``, ``instantaneous`` or ``ten-minutes``.
    hole_diameter : float or None
        m; ``None`` for the full bore and for everything at once.
    frequency : float or None
        Per year; ``None`` where it goes by hours of use that the plant file does not give.
    per_hour : float or None
        Per hour of use, for hoses and arms.
    source : str
        The set.
    verified : bool
        Whether the number was held against the document.
    """

    part: str
    item: str
    release: str
    hole_diameter: float | None
    frequency: float | None
    per_hour: float | None = None
    source: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class _Band:
    item: str
    basis: str
    diameter: float
    low: float
    high: float
    frequency: float


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("twin") / "frequencies" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def _iogp() -> tuple[_Band, ...]:
    return tuple(
        _Band(
            row["item"],
            row["basis"],
            float(row["diameter_mm"]) * _MILLIMETRE,
            float(row["band_low_mm"]) * _MILLIMETRE,
            float(row["band_high_mm"] or "inf") * _MILLIMETRE,
            float(row["frequency_per_year"]),
        )
        for row in _rows("iogp_434_01.csv")
    )


def process_events(part: str, item: str, *, diameter: float, count: float = 1.0) -> Iterator[LossEvent]:
    """Events of a process part by IOGP 434-01: one per hole band, at the band's geometric mean.

    The class of the nearest tabulated diameter is taken. Bands that begin at or above the bore have no hole of their
    own: their frequency goes to the full bore, as does that of the band the bore lies in.

    Parameters
    ----------
    diameter : float
        Bore of the part or of its largest connection, m.
    count : float
        Items, or metres of pipe.

    Raises
    ------
    LookupError
        The set has no such item.
    """
    bands = [band for band in _iogp() if band.item == item]
    if not bands:
        raise LookupError(f"{IOGP} has no item '{item}'")
    nearest = min({band.diameter for band in bands}, key=lambda value: abs(math.log(value / diameter)))
    rupture = 0.0
    for band in (band for band in bands if band.diameter == nearest):
        if band.high >= diameter:
            rupture += band.frequency * count
            continue
        hole = math.sqrt(band.low * band.high)
        yield LossEvent(
            part=part,
            item=item,
            release="hole",
            hole_diameter=hole,
            frequency=band.frequency * count,
            source=IOGP,
        )
    if rupture > 0.0:
        yield LossEvent(part=part, item=item, release="bore", hole_diameter=None, frequency=rupture, source=IOGP)


def storage_events(
    part: str, item: str, *, diameter: float | None = None, hours_of_use: float | None = None
) -> Iterator[LossEvent]:
    """Events of a storage or transfer part by the Purple Book.

    Parameters
    ----------
    diameter : float or None
        Bore, m; needed where a leak is a tenth of it.
    hours_of_use : float or None
        Per year, for what goes by the hour.

    Raises
    ------
    LookupError
        The set has no such item.
    """
    rows = [row for row in _rows("purple_book.csv") if row["item"] == item]
    if not rows:
        raise LookupError(f"{PURPLE_BOOK} has no item '{item}'")
    for row in rows:
        value, hourly = float(row["frequency"]), row["basis"] == "hour"
        hole, release = None, row["release"]
        if release == "hole":
            hole = float(row["hole_mm"]) * _MILLIMETRE
        elif release == "leak" and diameter is not None:
            hole, release = min(0.1 * diameter, _LARGEST_LEAK), "hole"
        yearly = value if not hourly else None if hours_of_use is None else value * hours_of_use
        yield LossEvent(
            part=part,
            item=item,
            release=release,
            hole_diameter=hole,
            frequency=yearly,
            per_hour=value if hourly else None,
            source=PURPLE_BOOK,
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Events of a plant, and parts no set has a number for, with the reason."""

    events: tuple[LossEvent, ...]
    without: Mapping[str, str]

    def of(self, part: str) -> tuple[LossEvent, ...]:
        """Events of one part."""
        return tuple(event for event in self.events if event.part == part)

    @property
    def total(self) -> float:
        """Sum of the yearly frequencies that are known, 1/year."""
        return sum(event.frequency for event in self.events if event.frequency is not None)


def catalogue(plant: Plant) -> Catalogue:
    """Every loss-of-containment event of a plant's parts that hold something harmful."""
    events: list[LossEvent] = []
    without: dict[str, str] = {}
    for part in plant.leak_candidates():
        found = list(_of_line(plant, part)) if isinstance(part, Line) else list(_of_vessel(plant, part))
        events += found
        if not found:
            without[part.tag] = f"no set here has frequencies for a {getattr(part, 'kind', 'line')}"
    for valve in plant.valves.values():
        if not plant.fluids[plant.lines[valve.line].fluid].inert:
            events += _of_valve(plant, valve)
    return Catalogue(tuple(events), without)


def _of_line(plant: Plant, line: Line) -> Iterator[LossEvent]:
    if line.hose:
        yield from storage_events(line.tag, "transfer hose", diameter=line.diameter, hours_of_use=line.hours_of_use)
        return
    yield from process_events(line.tag, "pipe", diameter=line.diameter, count=line.length)
    connections = sum(item.target == line.tag and item.quantity == "pressure" for item in plant.instruments.values())
    if connections:
        yield from process_events(line.tag, "instrument connection", diameter=line.diameter, count=connections)


def _of_vessel(plant: Plant, vessel: Equipment) -> Iterator[LossEvent]:
    ports = {vessel.tag, *(nozzle.id for nozzle in plant.nozzles.values() if nozzle.equipment == vessel.tag)}
    bores = [line.diameter for line in plant.lines.values() if ports & {line.start, line.end}]
    if vessel.kind in _STORAGE:
        yield from storage_events(vessel.tag, _STORAGE[vessel.kind], diameter=max(bores, default=None))
    elif vessel.kind in _PROCESS and bores:
        yield from process_events(vessel.tag, _PROCESS[vessel.kind], diameter=max(bores))


def _of_valve(plant: Plant, valve: Valve) -> Iterator[LossEvent]:
    if valve.role is ValveRole.PRV:
        yield from storage_events(valve.tag, "relief valve", diameter=plant.lines[valve.line].diameter)
        return
    item = "actuated valve" if valve.role in _ACTUATED else "manual valve"
    yield from process_events(valve.tag, item, diameter=plant.lines[valve.line].diameter)
