"""Ways to lose containment as risk takes them: a steady release or everything at once, with how often it comes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from physics.cards import Caveat, Grade, ModelInputError, worst
from physics.discharge.rupture import rupture
from physics.dispersion.cloud import source_of
from physics.dispersion.track import Aim, Source
from physics.quantities import STANDARD_PRESSURE
from physics.release import ReleaseTerm
from physics.substances import NoSaturationState, substance
from physics.weather import Weather
from twin.catalogue import LossEvent, catalogue
from twin.parts import Equipment
from twin.plant import Plant
from twin.sections import AUTOMATIC, isolatable_sections, isolation_time, section_of, vessel_mass
from twin.source import CannotLeak, release_band

TEN_MINUTES = 600.0
"""s."""
AT_ONCE, IN_TEN_MINUTES = "instantaneous", "ten-minutes"
_SMALL_HOLE = 0.01
"""Hole whose jet stands for one that empties a vessel in ten minutes, m: a jet's state does not hang on its size."""
_LEAST_RATE = 1e-3
"""kg/s below which a release is not followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskEvent:
    """One way to lose containment, with isolation working or not; plain numbers and names.

    Attributes
    ----------
    plant, part, item, release : str
        As in `twin.catalogue.LossEvent`.
    isolated : bool
        Whether isolation works; where there is none, it does not.
    frequency : float
        1/year.
    source_set : str
        Where the frequency was read.
    fluid : str
    place : tuple of float
        m from the study's origin.
    at_once : bool
    rate, mass, duration : float
        kg/s and s of a steady release, and kg of all of it.
    aim : str
    vapour_fraction, temperature, density, velocity, area, height : float
        As `physics.dispersion.track.Source`.
    hole : float or None
        m.
    discharged : float
        Out of the opening, kg/s: what burns where it comes out.
    vessel_pressure : float
        Of the vessel, Pa.
    vessel_temperature : float
        K.
    pool_area : float
        Largest pool, m².
    rained_out : float
        Mass that falls to the ground, kg.
    ambient_pressure : float
        Pa.
    """

    plant: str
    part: str
    item: str
    release: str
    isolated: bool
    frequency: float
    source_set: str
    fluid: str
    place: tuple[float, float]
    at_once: bool
    rate: float
    mass: float
    duration: float
    aim: str
    vapour_fraction: float
    temperature: float
    density: float
    velocity: float
    area: float
    height: float
    hole: float | None = None
    discharged: float = 0.0
    vessel_pressure: float = STANDARD_PRESSURE
    vessel_temperature: float = 293.15
    pool_area: float = 0.0
    rained_out: float = 0.0
    ambient_pressure: float = STANDARD_PRESSURE

    @property
    def id(self) -> str:
        """Name of the event."""
        size = "" if self.hole is None else f" {1e3 * self.hole:.1f} mm"
        return f"{self.plant}/{self.part} {self.release}{size}{', isolated' if self.isolated else ''}"

    def source(self) -> Source:
        """What dispersion starts from."""
        return Source(
            substance=substance(self.fluid), aim=Aim(self.aim), temperature=self.temperature, density=self.density,
            mass_flow_rate=0.0 if self.at_once else self.rate, mass=self.mass if self.at_once else 0.0,
            duration=self.duration if not self.at_once else math.inf, vapour_fraction=self.vapour_fraction,
            velocity=self.velocity, area=self.area, height=self.height,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Events:
    """Events of a plant, and what could not be counted, each with the reason."""

    events: tuple[RiskEvent, ...]
    left_out: tuple[Caveat, ...]


EventMap = Callable[[Callable[[LossEvent], Events], Iterable[LossEvent]], Iterable[Events]]
"""Runs one task for each event, as the built-in ``map`` does."""


def events_of(
    plant: Plant,
    *,
    duration: float,
    isolation_fails: float,
    weather: Weather,
    offset: tuple[float, float] = (0.0, 0.0),
    counts: Callable[[str], bool] = lambda _: True,
    map: EventMap = map,
) -> Events:
    """Every event of a plant's catalogue with what it lets out, isolation working or not.

    Parameters
    ----------
    duration : float
        Longest release that counts, s.
    isolation_fails : float
        Probability on demand where the plant file does not say.
    weather : Weather
        Over pools, and the surroundings' pressure.
    offset : tuple of float
        Of the plant's origin from the study's, m.
    counts : callable
        Whether a part's events count.
    map : callable
        Runs one task for each event.
    """
    found = list(
        map(
            lambda event: _event(plant, event, duration, isolation_fails, weather, offset),
            [event for event in catalogue(plant).events if counts(event.part)],
        )
    )
    whole = tuple(event for item in found for event in item.events)
    return Events(whole, tuple(dict.fromkeys(caveat for item in found for caveat in item.left_out)))


def _left_out(event: LossEvent, why: str) -> Events:
    says = f"{event.part}, {event.release}: not counted, because {why.rstrip('.')}."
    return Events((), (Caveat(Grade.DEGRADED, event.part, says),))


def _event(
    plant: Plant, event: LossEvent, duration: float, fails: float, weather: Weather, offset: tuple[float, float]
) -> Events:
    if event.frequency is None:
        return _left_out(event, "the plant file does not say how many hours a year it is used")
    try:
        return Events(tuple(_variants(plant, event, duration, fails, weather, offset)), ())
    except CannotLeak as nothing:
        if "runs inside" in str(nothing):
            return Events((), ())
        return _left_out(event, str(nothing))
    except (ModelInputError, NoSaturationState, LookupError, ValueError) as error:
        return _left_out(event, str(error))


def _variants(
    plant: Plant, event: LossEvent, duration: float, fails: float, weather: Weather, offset: tuple[float, float]
) -> Iterator[RiskEvent]:
    place = plant.location(event.part)
    common = {
        "plant": plant.id, "part": event.part, "item": event.item, "release": event.release,
        "source_set": event.source, "place": (place[0] + offset[0], place[1] + offset[1]), "hole": event.hole_diameter,
        "ambient_pressure": weather.ambient_pressure,
    }  # fmt: skip
    assert event.frequency is not None
    if event.release == AT_ONCE:
        yield replace(_all_at_once(plant, event, weather, common), frequency=event.frequency)
        return
    if event.release == IN_TEN_MINUTES:
        yield replace(_in_ten_minutes(plant, event, duration, weather, common), frequency=event.frequency)
        return
    home = _home(plant, event.part)
    works = isolation_time(plant, home)
    fails = _fails(plant, home, fails)
    if works is None or works >= duration:
        yield replace(_leak(plant, event, None, duration, weather, common), frequency=event.frequency)
        return
    yield replace(_leak(plant, event, None, duration, weather, common), frequency=event.frequency * fails)
    isolated = _leak(plant, event, works, duration, weather, common)
    yield replace(isolated, frequency=event.frequency * (1.0 - fails), isolated=True)


def _home(plant: Plant, part: str) -> str:
    """Part whose section a leak belongs to: a valve's is its line."""
    valve = plant.valves.get(part)
    return part if valve is None else valve.line


def _fails(plant: Plant, part: str, usual: float) -> float:
    """Probability that the valves about a part's section do not shut, each by the plant file's own number."""
    section = section_of(isolatable_sections(plant, roles=AUTOMATIC), part, plant)
    closing = {tag for item in plant.emergency_shutdowns.values() for tag in item.closes} & set(section.valves)
    shuts = 1.0
    for tag in sorted(closing):
        given = plant.valves[tag].failure_probability
        shuts *= 1.0 - (usual if given is None else given)
    return 1.0 - shuts if closing else 1.0


def _leak(
    plant: Plant,
    event: LossEvent,
    isolated_after: float | None,
    duration: float,
    weather: Weather,
    common: dict[str, Any],
) -> RiskEvent:
    release = release_band(
        plant, None, part=event.part, hole_diameter=event.hole_diameter, isolated_after=isolated_after,
        duration=duration, weather=weather,
    ).best  # fmt: skip
    return steady(release, common, vessel=_fed_by(plant, _home(plant, event.part)))


def _fed_by(plant: Plant, part: str) -> tuple[float, float]:
    """Pressure, Pa, and temperature, K, of the largest vessel of a part's section."""
    section = section_of(isolatable_sections(plant, roles=AUTOMATIC), part, plant)
    held = [plant.equipment[tag] for tag in section.parts if tag in plant.equipment and plant.equipment[tag].inventory]
    held = held or [item for item in plant.equipment.values() if item.inventory and not item.boundary]
    inventory = max(held, key=lambda item: item.volume).inventory
    assert inventory is not None
    return inventory.pressure, inventory.temperature


def steady(release: ReleaseTerm, common: dict[str, Any], *, vessel: tuple[float, float]) -> RiskEvent:
    """Event of a release taken as steady: its mass at its mass-weighted mean rate, in the state of its strongest step.

    Raises
    ------
    ValueError
        The release's models do not hold for it, or next to nothing comes out.
    """
    if worst(release.caveats) is Grade.NOT_VALID:
        raise ValueError(next(item.says for item in release.caveats if item.grade is Grade.NOT_VALID))
    spans, rates = np.diff(release.time), release.mass_flow_rate
    mass = float(np.sum(rates * spans))
    if mass <= 0.0:
        raise ValueError("nothing of it comes into the air")
    rate = float(np.sum(rates**2 * spans) / mass)
    if rate < _LEAST_RATE:
        rate = _LEAST_RATE
    strongest = int(np.argmax(rates))
    of = substance(release.substance)
    source = source_of(release, strongest, of)
    pool = 0.0 if release.liquid is None else float(np.max(release.liquid.pool_area))
    return RiskEvent(
        **common, isolated=False, frequency=0.0, fluid=of.name, at_once=False, rate=rate, mass=mass,
        duration=mass / rate, aim=str(source.aim), vapour_fraction=source.vapour_fraction,
        temperature=source.temperature, density=source.density, velocity=source.velocity,
        area=source.area * (1.0 if source.aim is Aim.POOL else rate / source.mass_flow_rate), height=source.height,
        discharged=float(np.max(release.discharged)), vessel_pressure=vessel[0], vessel_temperature=vessel[1],
        pool_area=pool, rained_out=release.rained_out_mass,
    )  # fmt: skip


def _vessel(plant: Plant, event: LossEvent) -> tuple[Equipment, float]:
    item = plant.equipment[event.part]
    if item.inventory is None:
        raise ValueError(f"{item.tag} holds nothing")
    return item, vessel_mass(plant, None, item.tag)[0]


def _all_at_once(plant: Plant, event: LossEvent, weather: Weather, common: dict[str, Any]) -> RiskEvent:
    """The whole inventory expands at once; what rains out is left to the pool and not in the cloud."""
    item, mass = _vessel(plant, event)
    assert item.inventory is not None
    of = substance(plant.fluids[item.inventory.fluid].substance)
    burst = rupture(of, temperature=item.inventory.temperature, ambient_pressure=weather.ambient_pressure)
    airborne = 1.0 - burst.rainout_fraction
    vapour = min(burst.flash_fraction / max(airborne, 1e-9), 1.0)
    return RiskEvent(
        **common, isolated=False, frequency=0.0, fluid=of.name, at_once=True, rate=0.0, mass=mass * airborne,
        duration=0.0, aim=str(Aim.INSTANTANEOUS), vapour_fraction=vapour, temperature=burst.temperature,
        density=airborne / burst.airborne_volume, velocity=0.0, area=0.0, height=0.0, discharged=mass,
        vessel_pressure=item.inventory.pressure, vessel_temperature=item.inventory.temperature,
        rained_out=mass * burst.rainout_fraction,
    )  # fmt: skip


def _in_ten_minutes(
    plant: Plant, event: LossEvent, duration: float, weather: Weather, common: dict[str, Any]
) -> RiskEvent:
    item, mass = _vessel(plant, event)
    assert item.inventory is not None
    release = release_band(
        plant, None, part=event.part, hole_diameter=_SMALL_HOLE, duration=duration, weather=weather
    ).best  # fmt: skip
    small = steady(release, common, vessel=(item.inventory.pressure, item.inventory.temperature))
    rate = mass / TEN_MINUTES
    grown = rate / small.rate
    return replace(
        small, rate=rate, mass=mass, duration=TEN_MINUTES, area=small.area * grown, discharged=rate,
        pool_area=small.pool_area * grown, rained_out=small.rained_out * mass / max(small.mass, 1e-9),
    )  # fmt: skip
