"""A plant that does not exist: process, valves, shutdown logic, detectors and weather, with faults on request."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from physics.process import NetworkNotSolved, Outputs, outputs, step
from physics.quantities import STANDARD_PRESSURE
from physics.weather import Weather, turner_class
from twin.gas import GasField
from twin.isolated import CLOSED_ENOUGH, Isolated, fed, settled
from twin.parts import Detector, Valve
from twin.plant import Plant
from twin.process_model import ProcessModel, process_model
from twin.tags import Tag, tag_map

GOOD, BAD_SENSOR = 0, 0x808C0000
"""OPC UA status codes: Good, BadSensorFailure."""
PLAUSIBLE_WIND = (0.3, 60.0)
_WEATHER = frozenset(field.name for field in fields(Weather))
"""Quantities that the weather itself holds."""
_SHUT = 0.01
_TRIES = ((0.0, 1.0), (0.01, 1.0), (0.03, 1.0), (0.0, 0.5), (0.0, 0.2), (0.0, 0.05))
"""Least opening of shut valves and share of the holes' areas tried in turn until the pressures can be solved; a smaller
hole for one tick brings them near enough for the next."""
_USUAL = {
    "ambient_temperature": 297.15,
    "ambient_pressure": STANDARD_PRESSURE,
    "relative_humidity": 0.85,
}


class FaultRefused(ValueError):
    """A fault that cannot be made; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault at a simulated time: ``do`` one of ``VERBS``, a method of `SimulatedPlant`; ``with_`` its arguments."""

    at: float
    do: str
    with_: Mapping[str, Any] = field(default_factory=dict)


VERBS = frozenset(
    {
        "open_hole",
        "close_hole",
        "stick",
        "free",
        "freeze",
        "bias",
        "bad",
        "restore",
        "wind",
        "close",
        "open",
        "trip",
        "reset",
    }
)


class SimulatedPlant:
    """Everything behind the instruments, stepped in time.

    Parameters
    ----------
    plant : Plant
    seed : int
        Of the instruments' noise.
    wind : tuple of float
        Speed m/s and direction it comes from, degrees.
    stability_class : str or None
        ``None``: neutral or, in light wind, as an overcast day has it.
    faults : sequence of Fault
        At given times.
    excess_flow_works : bool
        Whether excess-flow valves close at their setting; they are not relied on unless said so.
    noise : bool
        Whether instruments scatter.
    """

    def __init__(
        self,
        plant: Plant,
        *,
        seed: int = 0,
        wind: tuple[float, float] = (2.0, 110.0),
        stability_class: str | None = None,
        faults: Sequence[Fault] = (),
        excess_flow_works: bool = False,
        noise: bool = True,
    ) -> None:
        self.plant = plant
        self.tags: Mapping[str, Tag] = tag_map(plant)
        self.model: ProcessModel = process_model(plant, excess_flow_works=excess_flow_works)
        self.state = self.model.state()
        self.outputs: Outputs = outputs(self.model.network, self.state)
        self.time = 0.0
        self.positions = {tag: float(item.normally_open) for tag, item in plant.valves.items()}
        self.goals = dict(self.positions)
        self.stuck: set[str] = set()
        self.holes: dict[str, float | None] = {}
        self.sensor_faults: dict[str, tuple[str, float]] = {}
        self.tripped_at: dict[str, float] = {}
        self._wind, self._stability = wind, stability_class
        self._noise = noise
        self._random = np.random.default_rng(seed)
        self._pending = sorted(faults, key=lambda item: item.at)
        fluid = next(item.fluid for item in plant.lines.values() if not plant.fluids[item.fluid].inert)
        self.gas = GasField(plant, self.model.substance, fluid)
        self._isolated: dict[str, Isolated] = {}
        self._shown: dict[str, tuple[float, int]] = {}
        self.unsolved = 0
        self._read()

    # --- what a person can do to it ---

    def open_hole(self, part: str, diameter: float | None = None) -> None:
        """Open a hole in a line, hose, valve or vessel; ``None`` tears a line through.

        Raises
        ------
        UnknownPart, NoProcess
            The part is not there.
        FaultRefused
            The hole is no positive number.
        """
        if diameter is not None and not (math.isfinite(diameter) and 0.0 < diameter < 10.0):
            raise FaultRefused(f"a hole of {diameter} m in {part} is no hole")
        self.holes[self.model.hole_part(part)] = diameter

    def close_hole(self, part: str) -> None:
        """Plug a hole."""
        self.holes.pop(self.model.hole_part(part), None)

    def stick(self, valve: str) -> None:
        """Hold a valve where it is, whatever it is told."""
        self.stuck.add(self._valve(valve).tag)

    def free(self, valve: str) -> None:
        """Let a stuck valve move again."""
        self.stuck.discard(self._valve(valve).tag)

    def close(self, valve: str) -> None:
        """Tell a valve to close."""
        self.goals[self._valve(valve).tag] = 0.0

    def open(self, valve: str) -> None:
        """Tell a valve to open."""
        self.goals[self._valve(valve).tag] = 1.0

    def trip(self, shutdown: str | None = None) -> None:
        """Trip a shutdown by hand; ``None``: all."""
        for tag in self.plant.emergency_shutdowns:
            if shutdown in {None, tag}:
                self.tripped_at.setdefault(tag, self.time)

    def reset(self, shutdown: str | None = None) -> None:
        """Reset a shutdown; its valves stay where they are until opened."""
        for tag in list(self.tripped_at):
            if shutdown in {None, tag}:
                del self.tripped_at[tag]

    def freeze(self, tag: str) -> None:
        """Freeze an instrument at its present value."""
        name = self._tag(tag)
        self.sensor_faults[name] = ("freeze", self._shown[name][0])

    def bias(self, tag: str, offset: float) -> None:
        """Add an offset, in SI, to an instrument."""
        if not math.isfinite(offset):
            raise FaultRefused(f"an offset of {offset} on {tag} is no number")
        self.sensor_faults[self._tag(tag)] = ("bias", offset)

    def bad(self, tag: str) -> None:
        """Make an instrument say that it has failed; its last number stays in the value, as real ones do."""
        name = self._tag(tag)
        self.sensor_faults[name] = ("bad", self._shown[name][0])

    def restore(self, tag: str) -> None:
        """Make an instrument work again."""
        self.sensor_faults.pop(self._tag(tag), None)

    def wind(self, speed: float, direction: float) -> None:
        """Shift the wind: m/s, and degrees it comes from."""
        if not (math.isfinite(speed) and PLAUSIBLE_WIND[0] <= speed <= PLAUSIBLE_WIND[1] and math.isfinite(direction)):
            raise FaultRefused(f"a wind of {speed} m/s from {direction} degrees cannot be simulated")
        self._wind = (speed, direction % 360.0)

    def apply(self, fault: Fault) -> None:
        """Do what a fault says.

        Raises
        ------
        FaultRefused
            The verb or its arguments are wrong.
        """
        if fault.do not in VERBS:
            raise FaultRefused(f"'{fault.do}' is no fault; there are {', '.join(sorted(VERBS))}")
        try:
            getattr(self, fault.do)(**fault.with_)
        except TypeError as error:
            raise FaultRefused(f"{fault.do}: {error}") from None

    def _valve(self, tag: str) -> Valve:
        found = self.plant.part(tag)
        if not isinstance(found, Valve):
            raise FaultRefused(f"{tag} is no valve")
        return found

    def _tag(self, tag: str) -> str:
        if tag not in self.tags:
            self.plant.part(tag)
            raise FaultRefused(f"{tag} is no instrument or detector")
        return tag

    # --- time ---

    @property
    def weather(self) -> Weather:
        """Weather now."""
        speed, direction = self._wind
        overcast = turner_class(wind_speed=speed, solar_elevation=30.0, cloud_cover=1.0, ceiling_height=0.0)
        station = self.plant.weather_station
        return Weather(
            wind_speed=speed,
            wind_from_direction=direction,
            stability_class=self._stability or overcast,
            roughness_length=station.roughness_length if station else 0.1,
            reference_height=station.height if station else 10.0,
            **_USUAL,
        )

    @property
    def leak_rate(self) -> float:
        """What leaves all holes now, kg/s."""
        return float(self.outputs.hole_flow.sum()) + sum(item.rate(self.time) for item in self._isolated.values())

    def advance(self, duration: float) -> None:
        """Carry the plant on by a short while, s."""
        while self._pending and self._pending[0].at <= self.time + 1e-9:
            self.apply(self._pending.pop(0))
        self._shutdowns()
        self._move_valves(duration)
        self._flow(duration)
        self.time += duration
        self._spread(duration)
        self._read()

    def _shutdowns(self) -> None:
        """Trip where votes or pressures say so; tell the valves to close once decided."""
        for tag, item in self.plant.emergency_shutdowns.items():
            votes = sum(
                self._shown[name][1] == GOOD and self._shown[name][0] >= detector.setpoints.get("high", math.inf)
                for name, detector in self.plant.detectors.items()
                if name in self._shown
            )
            low = any(
                self._shown[name][1] == GOOD and self._shown[name][0] < limit
                for name, limit in item.pressure_below.items()
                if name in self._shown
            )
            if (votes >= item.votes or low) and tag not in self.tripped_at:
                self.tripped_at[tag] = self.time
            if tag in self.tripped_at and self.time - self.tripped_at[tag] >= item.decide_time:
                self.goals |= dict.fromkeys(item.closes, 0.0)

    def _move_valves(self, duration: float) -> None:
        for tag, goal in self.goals.items():
            if tag in self.stuck or self.positions[tag] == goal:
                continue
            stroke = self.plant.valves[tag].stroke_time or 0.0
            way = duration / stroke if stroke > 0.0 else 1.0
            here = self.positions[tag]
            self.positions[tag] = min(here + way, goal) if goal > here else max(here - way, goal)

    def _flow(self, duration: float) -> None:
        """One step of the process; holes that nothing feeds any more run out by themselves."""
        opening = self.model.openings(self.positions)
        opening[opening < CLOSED_ENOUGH] = 0.0
        feeding: dict[str, float | None] = {}
        for part, diameter in self.holes.items():
            if fed(self.model, part, opening):
                self._isolated.pop(part, None)
                feeding[part] = diameter
            elif part not in self._isolated:
                rate = float(self.outputs.hole_flow[self.model.holes[part]])
                self._isolated[part] = Isolated.begin(self.model, part, opening, rate, self.time, self.outputs)
        for part in set(self._isolated) - set(self.holes):
            del self._isolated[part]
        areas = self.model.hole_areas(feeding)
        pressure = self.state.node_pressure
        if not np.all(opening > 0.0):
            pressure = settled(self.model, opening, pressure)
        for leak, share in _TRIES:
            wide = np.maximum(opening, leak)
            changed = self.state.changed(
                link_opening=wide, link_target=wide, hole_area=share * areas, node_pressure=pressure
            )
            try:
                self.state = step(self.model.network, changed, duration=duration)
                self.outputs = outputs(self.model.network, self.state)
                return
            except NetworkNotSolved:
                continue
        self.unsolved += 1  # the last solved moment stands in; the next step tries again

    def _spread(self, duration: float) -> None:
        part = max(self.holes, key=self._rate_of, default=None)
        if part is None and not self.gas.history.steps:
            return
        hole = self.model.holes[part] if part is not None else 0
        enthalpy = float(self.outputs.hole_enthalpy[hole])
        if enthalpy == 0.0 or (part in self._isolated):
            steps = self.gas.history.steps
            enthalpy = steps[-1][2] if steps else enthalpy
        place = self.plant.location(part) if part is not None else self.gas.history.place
        self.gas.advance(
            time=self.time,
            duration=duration,
            rate=self.leak_rate,
            enthalpy=enthalpy,
            place=place,
            weather=self.weather,
        )

    def _rate_of(self, part: str) -> float:
        if part in self._isolated:
            return self._isolated[part].rate(self.time)
        return float(self.outputs.hole_flow[self.model.holes[part]])

    # --- what the instruments show ---

    @property
    def shown(self) -> Mapping[str, tuple[float, int]]:
        """Tag to what its instrument shows, SI, and its OPC UA status."""
        return self._shown

    def _read(self) -> None:
        gas, weather = self.gas.readings(), self.weather
        for name, tag in self.tags.items():
            item = self.plant.tags[name]
            true = gas.get(name, 0.0) if isinstance(item, Detector) else self._true(tag, weather)
            kind, number = self.sensor_faults.get(name, ("", 0.0))
            if kind in {"freeze", "bad"}:
                self._shown[name] = (number, BAD_SENSOR if kind == "bad" else GOOD)
                continue
            if self._noise and item.accuracy > 0.0:
                true += item.accuracy * float(self._random.standard_normal())
            if kind == "bias":
                true += number
            if tag.quantity == "wind_from_direction":
                true %= 360.0
            self._shown[name] = (min(max(true, tag.low), tag.high), GOOD)

    def _true(self, tag: Tag, weather: Weather) -> float:
        target, out = tag.target, self.outputs
        if tag.quantity in {"open", "closed", "opening"}:
            position = self.positions[target]
            return {"open": float(position >= 1.0 - _SHUT), "closed": float(position <= _SHUT)}.get(
                tag.quantity, position
            )
        if tag.quantity == "tripped":
            return float(target in self.tripped_at)
        if tag.quantity in _WEATHER:
            return float(getattr(weather, tag.quantity))
        if tag.quantity == "mass_flow_rate":
            links = self.model.links.get(target)
            return float(out.link_flow[links[0]]) if links else 0.0
        if tag.quantity == "pressure":
            return self._pressure(target)
        vessel = self.model.vessels.get(target)
        if vessel is None:
            held = getattr(self.plant.part(target), "inventory", None)
            return float(getattr(held, tag.quantity, 0.0))
        values = {"temperature": out.vessel_temperature, "level": out.vessel_level, "mass": out.vessel_mass}
        return float(values[tag.quantity][vessel])

    def _pressure(self, target: str) -> float:
        nozzle = self.plant.nozzles.get(target)
        owner = nozzle.equipment if nozzle else target
        for item in self._isolated.values():
            if owner in item.pressures:
                return item.pressure(owner, self.time)
        node = self.model.nodes.get(owner)
        if node is not None:
            return float(self.outputs.node_pressure[node])
        supply = [item.inventory.pressure for item in self.plant.equipment.values() if item.boundary and item.inventory]
        return supply[0] if supply else STANDARD_PRESSURE
