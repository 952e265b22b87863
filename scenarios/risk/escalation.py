"""Accidents that go on to other equipment: how often a fire or a blast of one makes a vessel fail beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.explosion.blast import Blast
from physics.fire.flame import Flame
from physics.harm.escalation import ATMOSPHERIC, PRESSURISED, blast_probability, fire_probability
from scenarios.risk.events import AT_ONCE, RiskEvent
from twin.catalogue import PRESSURISED_STORAGE
from twin.plant import Plant

Array = NDArray[np.float64]

FIRE, BLAST = 0, 1
CAUSES = ("fire", "blast")
ANY, LARGEST = 0, 1
"""Ways a failure is counted: every vessel that fails, and the largest of those that fail together."""
LEAST = 1e-12
"""Frequency below which what an accident sets off is not followed, 1/year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A vessel that may fail: its middle, m from the study's origin and above ground, its volume, m³, and its kind."""

    plant: str
    part: str
    east: float
    north: float
    height: float
    volume: float
    equipment: str

    @property
    def id(self) -> str:
        """Plant and part."""
        return f"{self.plant}/{self.part}"


def targets_of(plant: Plant, offset: tuple[float, float]) -> tuple[Target, ...]:
    """Vessels of a plant that hold something harmful."""
    found = []
    for item in plant.equipment.values():
        if item.inventory is None or item.boundary or item.volume <= 0.0 or plant.fluids[item.inventory.fluid].inert:
            continue
        east, north, up = plant.location(item.tag)
        kind = PRESSURISED if item.kind in PRESSURISED_STORAGE or item.inventory.pressure > _PRESSED else ATMOSPHERIC
        found.append(
            Target(
                plant=plant.id, part=item.tag, east=east + offset[0], north=north + offset[1], height=max(up, 1.0),
                volume=item.volume, equipment=kind,
            )
        )  # fmt: skip
    return tuple(found)


_PRESSED = 1.5e5
"""Pressure from which a vessel counts as one for pressure, Pa."""


def _downwind(targets: Sequence[Target], place: tuple[float, float], bearings: Array) -> tuple[Array, Array]:
    """Places of targets along and across each wind, m, shape (directions, targets)."""
    east = np.array([item.east for item in targets]) - place[0]
    north = np.array([item.north for item in targets]) - place[1]
    sine, cosine = np.sin(bearings)[:, None], np.cos(bearings)[:, None]
    return east * sine + north * cosine, north * sine - east * cosine


def by_fire(
    flame: Flame, event: RiskEvent, targets: Sequence[Target], bearings: Array, weights: Array, *, lasts: float
) -> Array:
    """Frequency with which a fire makes each target fail, and with which it is the largest to, (targets, 2), 1/year.

    Parameters
    ----------
    weights : ndarray, shape (directions,)
        Of the fire, 1/year.
    lasts : float
        Longest time it burns, s.
    """
    found = np.zeros((len(targets), 2))
    if not targets:
        return found
    x, y = _downwind(targets, event.place, bearings)
    flux = flame.heat_flux(x, y, np.array([item.height for item in targets])[None, :])
    burns = min(flame.duration, lasts)
    fails = np.zeros(flux.shape)
    for k, item in enumerate(targets):
        fails[:, k] = fire_probability(flux[:, k], burns, item.volume, equipment=item.equipment)
    return _counted(_others(fails, event, targets), targets, weights)


def by_blast(
    blast: Blast, sizes: Array, middles: Array, event: RiskEvent, targets: Sequence[Target], bearings: Array,
    weights: Array,
) -> Array:  # fmt: skip
    """The same of blasts: ``blast`` has a scaling length of 1 m, ``sizes`` are theirs; weights (directions, k)."""
    found = np.zeros((len(targets), 2))
    if not targets:
        return found
    x, y = _downwind(targets, event.place, bearings)
    for k, size in enumerate(sizes):
        if size <= 0.0:
            continue
        away = np.hypot(x - middles[k], y) / size
        pressure = blast.overpressure(np.maximum(away, 1e-6))
        fails = np.zeros(pressure.shape)
        for t, item in enumerate(targets):
            fails[:, t] = blast_probability(pressure[:, t], equipment=item.equipment)
        found += _counted(_others(fails, event, targets), targets, weights[:, k])
    return found


def _others(fails: Array, event: RiskEvent, targets: Sequence[Target]) -> Array:
    """A vessel that let everything go cannot fail again."""
    if event.at_once:
        for k, item in enumerate(targets):
            if item.plant == event.plant and item.part == event.part:
                fails[:, k] = 0.0
    return fails


def _counted(fails: Array, targets: Sequence[Target], weights: Array) -> Array:
    """Frequency with which each target fails, and with which no larger one does beside it, (targets, 2), 1/year.

    People die once: of all the vessels that one accident makes fail, the largest stands for them.
    """
    found = np.zeros((len(targets), 2))
    found[:, ANY] = weights @ fails
    spared = np.ones(fails.shape[0])
    for k in sorted(range(len(targets)), key=lambda index: (-targets[index].volume, targets[index].id)):
        found[k, LARGEST] = float(np.sum(weights * fails[:, k] * spared))
        spared = spared * (1.0 - fails[:, k])
    return found


def set_off(
    events: Sequence[RiskEvent], targets: Sequence[Target], frequencies: Array
) -> tuple[tuple[RiskEvent, ...], tuple[Target, ...]]:
    """Events that accidents set off: each target's failure at once, as often as it is made to fail.

    Parameters
    ----------
    events : sequence of RiskEvent
        Of the plants themselves; a target without one that lets everything go at once is left out.
    frequencies : ndarray, shape (targets,)
        Of being the largest that fails, 1/year.

    Returns
    -------
    tuple of RiskEvent
    tuple of Target
        Left out although something makes them fail.
    """
    known = {(event.plant, event.part): event for event in events if event.release == AT_ONCE}
    found, without = [], []
    for target, frequency in zip(targets, frequencies, strict=True):
        if frequency <= LEAST:
            continue
        event = known.get((target.plant, target.part))
        if event is None:
            without.append(target)
        else:
            found.append(replace(event, frequency=float(frequency), source_set="escalation"))
    return tuple(found), tuple(without)
