"""Major hazard installations by GB 18218-2018: S and R of every unit, from what it may hold and from what it holds now.

The threshold quantities and the factors were read in secondary transcriptions whose names were damaged; two public
files differ on the factor of hydrogen sulphide and hydrogen chloride. Nothing here was held against the standard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import shapely

from physics.substances import Substance, substance
from twin.parts import Equipment
from twin.plant import Plant
from twin.sections import AUTOMATIC, Section, isolatable_sections, vessel_mass
from twin.state import Snapshot

SOURCE = "GB 18218-2018 by secondary transcriptions, not held against the standard"
TONNE = 1000.0
NEAR = 500.0
"""Distance within which people outside are counted, m."""
FULLEST = 0.95
"""Share of a vessel that may be filled with liquid where the plant file does not say; assumed."""
ALPHA = ((0.0, 0.5), (29.0, 1.0), (49.0, 1.2), (99.0, 1.5), (float("inf"), 2.0))
"""Factor by people outside within 500 m: up to so many."""
LEVELS = ((100.0, "I"), (50.0, "II"), (10.0, "III"), (0.0, "IV"))
"""Level from an R of so much."""
BETA: Mapping[str, float] = MappingProxyType(
    {
        "carbon monoxide": 2.0, "sulfur dioxide": 2.0, "ammonia": 2.0, "ethylene oxide": 2.0,
        "hydrogen chloride": 3.0, "bromomethane": 3.0, "chlorine": 4.0, "hydrogen sulfide": 5.0,
        "hydrogen fluoride": 5.0, "nitrogen dioxide": 10.0, "hydrogen cyanide": 10.0, "phosgene": 20.0,
        "phosphine": 20.0, "methyl isocyanate": 20.0,
    }
)  # fmt: skip
"""Factor of toxic gases by name (table 3)."""
BETA_FLAMMABLE_GAS, BETA_OTHER = 1.5, 1.0
"""Of flammable gases and of liquids that boil near ambient (W2, W5.1), and of everything else (table 4)."""
_BOILS_BELOW = 308.15
"""Boiling point up to which a flammable liquid counts as W5.1, K."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorHazard:
    """One unit's grading.

    Attributes
    ----------
    unit : str
        Of the largest vessel in it.
    quantity : mapping
        Most it may hold by substance, t.
    held : mapping
        What it holds now, t; empty where nothing is read.
    people : float
        Outside, within 500 m, by day or night, whichever is more.
    S, R : float
        From the most it may hold.
    S_now, R_now : float or None
        From what it holds now; beside the others, never instead of them.
    without : tuple of str
        Substances that no threshold quantity is known of.
    """

    unit: str
    quantity: Mapping[str, float]
    held: Mapping[str, float]
    people: float
    S: float
    R: float
    S_now: float | None
    R_now: float | None
    without: tuple[str, ...]

    @property
    def level(self) -> str | None:
        """I to IV; ``None`` where S is below 1 and it is no major hazard."""
        return level_of(self.S, self.R)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "unit": self.unit,
            "quantity_t": dict(self.quantity),
            "held_t": dict(self.held),
            "people_within_500_m": self.people,
            "S": self.S,
            "R": self.R,
            "level": self.level,
            "S_now": self.S_now,
            "R_now": self.R_now,
            "without_threshold": list(self.without),
            "source": SOURCE,
            "verified": False,
        }


def level_of(s: float, r: float) -> str | None:
    """Level by S and R; ``None`` below an S of 1."""
    return next(level for least, level in LEVELS if r >= least) if s >= 1.0 else None


def alpha(people: float) -> float:
    """Factor by the number of people outside within 500 m."""
    return next(factor for most, factor in ALPHA if people <= most or most == float("inf"))


def beta(of: Substance) -> float:
    """Factor of a substance."""
    if of.name in BETA:
        return BETA[of.name]
    if of.flammability is not None and of.saturation.temperature(101_325.0) <= _BOILS_BELOW:
        return BETA_FLAMMABLE_GAS
    return BETA_OTHER


def graded(quantity: Mapping[str, float], *, people: float) -> tuple[float, float, tuple[str, ...]]:
    """S, R and the substances without a threshold, of tonnes by substance.

    Parameters
    ----------
    quantity : mapping
        t by name.
    people : float
        Outside within 500 m.
    """
    total, weighted, without = 0.0, 0.0, []
    for name, tonnes in quantity.items():
        of = substance(name)
        if of.major_hazard is None:
            without.append(name)
            continue
        part = tonnes / of.major_hazard.threshold_tonnes
        total += part
        weighted += beta(of) * part
    return total, alpha(people) * weighted, tuple(without)


def major_hazards(plant: Plant, snapshot: Snapshot | None) -> tuple[MajorHazard, ...]:
    """Grading of every unit of a plant that holds something dangerous: what shutdown valves can part is a unit.

    Parameters
    ----------
    snapshot : Snapshot or None
        Readings now; ``None``: no live numbers.
    """
    found = [_unit(plant, snapshot, section) for section in isolatable_sections(plant, roles=AUTOMATIC)]
    return tuple(unit for unit in found if unit is not None)


def _unit(plant: Plant, snapshot: Snapshot | None, section: Section) -> MajorHazard | None:
    vessels = [plant.equipment[tag] for tag in sorted(section.parts) if tag in plant.equipment]
    holding = [item for item in vessels if item.inventory and not item.boundary]
    holding = [item for item in holding if item.inventory and not plant.fluids[item.inventory.fluid].inert]
    if not holding:
        return None
    most: dict[str, float] = {}
    now: dict[str, float] = {}
    for item in holding:
        assert item.inventory is not None
        of = substance(plant.fluids[item.inventory.fluid].substance)
        name = of.name
        most[name] = most.get(name, 0.0) + _most(item, of) / TONNE
        if snapshot is not None:
            now[name] = now.get(name, 0.0) + vessel_mass(plant, snapshot, item.tag)[0] / TONNE
    people = people_near(plant, holding)
    s, r, without = graded(most, people=people)
    live = graded(now, people=people) if now else None
    return MajorHazard(
        unit=section.id, quantity=MappingProxyType(most), held=MappingProxyType(now), people=people, S=s, R=r,
        S_now=None if live is None else live[0], R_now=None if live is None else live[1], without=without,
    )  # fmt: skip


def _most(item: Equipment, of: Substance) -> float:
    """Mass a vessel may hold, kg: liquid to `FULLEST` at the state it is kept in."""
    assert item.inventory is not None
    table = of.saturation
    temperature = min(max(item.inventory.temperature, table.temperature_low), table.temperature_high)
    return FULLEST * item.volume * float(table.liquid_density(temperature))


def people_near(plant: Plant, vessels: Iterable[Equipment]) -> float:
    """People outside the plant within 500 m of any of its vessels; an area that is partly near counts whole."""
    places = shapely.MultiPoint([plant.location(item.tag)[:2] for item in vessels])
    people = [0.0, 0.0]
    for area in plant.population_areas.values():
        if area.kind == "workplace":
            continue
        shape = shapely.Polygon(area.polygon) if len(area.polygon) >= 3 else shapely.Point(area.centre)
        if shape.distance(places) <= NEAR:
            people[0] += area.people_day
            people[1] += area.people_night
    return max(people)
