"""A vessel as one run of a release starts from it: its readings pushed low, best or high."""

from __future__ import annotations

from dataclasses import dataclass

from physics.cards import Caveat
from physics.discharge import Shape, Vessel
from physics.substances import substance
from twin.feeds import fill_at
from twin.plant import Plant
from twin.sections import reading, vessel_mass
from twin.state import Snapshot
from twin.supply import CannotLeak, Way

PRESSURE_SPREAD = 0.15
"""Relative uncertainty of a vessel's pressure when no instrument gives it; assumed."""
TEMPERATURE_SPREAD = 10.0
"""Uncertainty of a vessel's temperature when no instrument gives it, K; assumed."""
RESISTANCE_SPREAD = 0.3
"""Relative uncertainty of the losses on the way to a leak (Crane TP-410 gives fittings to about 30 %)."""
SIGMAS = 2.0
"""Standard deviations a reading is pushed by."""
DEGRADED_FACTOR = 5.0
"""How much wider a reading that is not good is taken; assumed."""
_FULLEST = 0.98
"""Highest liquid-filled fraction a run starts from: a vessel full of liquid has no pressure to speak of."""


@dataclass(frozen=True, slots=True)
class Bias:
    """Which way the uncertain inputs of one run are pushed: -1 low, 0 best, 1 high."""

    sign: int

    @property
    def resistance(self) -> float:
        """Factor on the losses of a way."""
        return 1.0 - RESISTANCE_SPREAD * self.sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A vessel as a run starts from it."""

    vessel: Vessel
    caveats: tuple[Caveat, ...]


def held_now(plant: Plant, snapshot: Snapshot | None, way: Way, bias: Bias) -> Held:
    """The vessel a way starts from, its readings pushed with the bias."""
    item = plant.equipment[way.vessel]
    inventory = item.inventory
    if inventory is None:
        raise CannotLeak(f"{way.vessel} holds nothing")
    table = substance(plant.fluids[inventory.fluid].substance).saturation
    pressure, about_p = pressure_now(plant, snapshot, item.tag, inventory.pressure, bias)
    temperature, about_t = warmth_now(plant, snapshot, item.tag, inventory.temperature, bias)
    if bias.sign < 0:  # pressed liquid flows the less, the nearer it is to boiling
        temperature = min(temperature, table.temperature(min(pressure, 0.9 * table.critical_pressure)))
    temperature = float(min(max(temperature, table.temperature_low), table.temperature_high))
    mass, about_m = vessel_mass(plant, snapshot, item.tag)
    most = _FULLEST * item.volume * table.liquid_density(temperature)
    height = item.geometry.diameter if item.geometry else 0.0
    lying = item.geometry is not None and item.geometry.orientation == "horizontal"
    if item.geometry is not None and not lying:
        height = item.geometry.length or item.geometry.diameter
    nozzle = plant.nozzles[way.nozzle].height if way.nozzle else 0.0
    vessel = Vessel(
        volume=item.volume,
        mass=min(max(mass, 1e-3), most),
        temperature=temperature,
        pad_pressure=max(pressure - float(table.pressure(temperature)), 0.0),
        height=height,
        shape=Shape.HORIZONTAL if lying else Shape.UPRIGHT,
        opening_fill=fill_at(nozzle, height, lying),
    )
    return Held(vessel=vessel, caveats=tuple(dict.fromkeys((*about_p, *about_t, *about_m))))


def pressure_now(
    plant: Plant, snapshot: Snapshot | None, tag: str, written: float, bias: Bias
) -> tuple[float, tuple[Caveat, ...]]:
    """A vessel's pressure pushed by its reading's uncertainty, or the plant file's by more."""
    value, caveats = reading(plant, snapshot, tag, "pressure")
    if value is None:
        return written * (1.0 + PRESSURE_SPREAD * bias.sign), caveats
    accuracy = max((item.accuracy for item in plant.instruments_on(tag, "pressure")), default=0.0)
    wider = DEGRADED_FACTOR if caveats else 1.0
    return value + bias.sign * SIGMAS * wider * accuracy, caveats


def warmth_now(
    plant: Plant, snapshot: Snapshot | None, tag: str, written: float, bias: Bias
) -> tuple[float, tuple[Caveat, ...]]:
    """A vessel's temperature; where no instrument gives it, the low run takes a warmer, less pressed liquid."""
    value, caveats = reading(plant, snapshot, tag, "temperature")
    if value is not None:
        return value, caveats
    return written + (TEMPERATURE_SPREAD if bias.sign < 0 else 0.0), caveats
