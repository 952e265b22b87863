"""A closed vessel emptying itself through a path: liquid, then vapour, cooling as it goes; isolation ends it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.discharge.discharge import Discharge, FlowPath, discharge
from physics.discharge.expansion import expand
from physics.discharge.fluid import checked_number
from physics.discharge.vessel_state import (
    LIQUID_AND_VAPOUR,
    LIQUID_FULL,
    vessel_energy,
    vessel_state,
)
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.release import ReleaseTerm
from physics.substances import Substance
from physics.vessel.geometry import Shape, level

Array = NDArray[np.float64]

STEPS = 120
"""Output steps of a blowdown."""
LARGEST_LOSS = 0.02
"""Fraction of its mass a vessel may lose within one internal step."""
MOST_SUBSTEPS = 400
EMPTY = 1e-4
"""Fraction of the first mass below which a vessel counts as empty."""


def level_height(fill: float, *, height: float, shape: Shape) -> float:
    """Height of the liquid's surface above the bottom, m, for a liquid-filled fraction of the volume.

    Parameters
    ----------
    fill : float
        0 to 1.
    height : float
        Inner height of the vessel (diameter when it lies), m.
    shape : Shape
    """
    return height * level(shape.number, fill)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vessel:
    """A closed vessel and what it holds at the start.

    Attributes
    ----------
    volume : float
        m³.
    mass : float
        Of the substance, liquid and vapour, kg.
    temperature : float
        K.
    pad_pressure : float
        Partial pressure of a gas that does not condense (air, nitrogen), Pa.
    height : float
        Inner height, m; 0 leaves the liquid's weight out.
    shape : Shape
    opening_fill : float
        Liquid-filled fraction of the volume at which the path's entry is uncovered: 0 for an eduction pipe
        to the bottom, 1 for a nozzle at the top.
    """

    volume: float
    mass: float
    temperature: float
    pad_pressure: float = 0.0
    height: float = 0.0
    shape: Shape = Shape.UPRIGHT
    opening_fill: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no vessel can be; raises `ModelInputError` naming the field."""
        checked_number("volume", self.volume, low=1e-9)
        checked_number("mass", self.mass, low=1e-9)
        checked_number("temperature", self.temperature, low=1.0)
        checked_number("pad_pressure", self.pad_pressure, low=0.0)
        checked_number("height", self.height, low=0.0)
        checked_number("opening_fill", self.opening_fill, low=0.0, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blowdown:
    """What came out of a vessel in time, expanded to ambient pressure, and what became of the vessel.

    Attributes
    ----------
    substance : str
    time : ndarray, shape (n+1,)
        Edges of the steps, s.
    mass_flow_rate, vapour_fraction, temperature, density, velocity : ndarray, shape (n,)
        As `physics.release.ReleaseTerm` takes them.
    vessel_pressure, vessel_temperature, vessel_mass : ndarray, shape (n+1,)
        Pa, K, kg, at the edges.
    first : Discharge
        The flow at the start.
    says : tuple of str
    caveats : tuple of Caveat
    """

    substance: str
    time: Array
    mass_flow_rate: Array
    vapour_fraction: Array
    temperature: Array
    density: Array
    velocity: Array
    vessel_pressure: Array
    vessel_temperature: Array
    vessel_mass: Array
    first: Discharge
    says: tuple[str, ...]
    caveats: tuple[Caveat, ...] = field(default=())

    def release(self, *, source_height: float) -> ReleaseTerm:
        """The release term, ending with the last step that releases anything.

        Parameters
        ----------
        source_height : float
            m above ground.
        """
        flowing = np.nonzero(self.mass_flow_rate > 0.0)[0]
        n = int(flowing[-1]) + 1 if len(flowing) else 1
        return ReleaseTerm(
            substance=self.substance,
            time=self.time[: n + 1],
            mass_flow_rate=self.mass_flow_rate[:n],
            vapour_fraction=self.vapour_fraction[:n],
            temperature=self.temperature[:n],
            density=self.density[:n],
            velocity=self.velocity[:n],
            source_height=source_height,
            says=self.says,
            caveats=self.caveats,
        )


class _Content:
    """Mass and energy of the vessel as they change; the one place that asks the state kernel."""

    def __init__(self, fluid: Substance, vessel: Vessel) -> None:
        self.fluid, self.vessel = fluid, vessel
        self.tables = (fluid.saturation.table, fluid.gas.table, fluid.molar_mass)
        self.mass = vessel.mass
        self.pad = 0.0
        self.energy = vessel_energy(*self.tables, vessel.volume, self.mass, 0.0, vessel.temperature)
        self.guess = vessel.temperature
        self.refresh()
        if vessel.pad_pressure > 0.0:
            space = vessel.volume - self.liquid_volume
            self.pad = vessel.pad_pressure * space / (GAS_CONSTANT * vessel.temperature)
            self.energy = vessel_energy(*self.tables, vessel.volume, self.mass, self.pad, vessel.temperature)
            self.refresh()

    def refresh(self) -> None:
        """Flash at the present mass and energy."""
        t, p, liquid, kind = vessel_state(
            *self.tables, self.vessel.volume, self.mass, self.energy, self.pad, self.guess
        )
        if kind == LIQUID_FULL:
            raise ModelInputError(
                "mass", f"{self.mass:.4g} kg fill the vessel of {self.vessel.volume:.4g} m³ at {t:.1f} K with liquid"
            )
        self.temperature, self.pressure, self.liquid, self.guess = t, p, liquid, t
        self.two_phase = kind == LIQUID_AND_VAPOUR

    @property
    def liquid_volume(self) -> float:
        return self.liquid / self.fluid.saturation.liquid_density(self.temperature) if self.two_phase else 0.0

    @property
    def pad_pressure(self) -> float:
        """Partial pressure of the pad gas, Pa."""
        return max(float(self.pressure - self.fluid.saturation.pressure(self.temperature)), 0.0)

    @property
    def fill(self) -> float:
        return self.liquid_volume / self.vessel.volume

    @property
    def draws_liquid(self) -> bool:
        return self.two_phase and self.fill > self.vessel.opening_fill

    def flow(self, path: FlowPath, ambient: float) -> Discharge:
        """Flow through the path now."""
        vessel = self.vessel
        head = level_height(self.fill, height=vessel.height, shape=vessel.shape)
        head -= level_height(vessel.opening_fill, height=vessel.height, shape=vessel.shape)
        return discharge(
            self.fluid,
            pressure=self.pressure,
            temperature=self.temperature,
            liquid=self.draws_liquid,
            liquid_head=max(head, 0.0),
            pad_pressure=self.pad_pressure if self.two_phase else 0.0,
            ambient_pressure=ambient,
            path=path,
        )

    def withdraw(self, out: float, into: float, into_enthalpy: float) -> None:
        """Take ``out`` kg by the path and add ``into`` kg; energy goes with them, the pad gas stays."""
        table, t = self.fluid.saturation, self.temperature
        if self.two_phase:
            enthalpy = table.liquid_enthalpy(t) if self.draws_liquid else table.vapour_enthalpy(t)
            if self.draws_liquid:
                enthalpy += (self.pressure - table.pressure(t)) / table.liquid_density(t)
        else:
            enthalpy = self.fluid.gas.enthalpy(t, pressure=self.pressure)
        self.mass += into - out
        self.energy += into * into_enthalpy - out * enthalpy
        self.refresh()


def blowdown(
    substance: Substance,
    *,
    vessel: Vessel,
    path: FlowPath,
    duration: float,
    isolated_after: float | None = None,
    trapped_mass: float = 0.0,
    inflow_rate: float = 0.0,
    inflow_temperature: float | None = None,
    ambient_pressure: float = STANDARD_PRESSURE,
    steps: int = STEPS,
) -> Blowdown:
    """Release of a closed vessel through a path in time.

    Mass and energy of the vessel are balanced without heat from its wall; liquid and vapour stay in
    equilibrium and cool by what evaporates to fill the space. The flow is steady at every moment.

    Parameters
    ----------
    substance : Substance
    vessel : Vessel
    path : FlowPath
    duration : float
        s.
    isolated_after : float or None
        Time at which a valve between vessel and hole is shut, s; ``None``: none shuts.
    trapped_mass : float
        Mass between that valve and the hole, kg; it runs out after closure at a rate falling exponentially
        from the last flow.
    inflow_rate : float
        Saturated liquid pumped into the vessel until isolation, kg/s.
    inflow_temperature : float or None
        Of that liquid, K; ``None``: the vessel's first temperature.
    ambient_pressure : float
        Pa.
    steps : int
        Rows given; the vessel itself is carried in finer steps where it changes fast.

    Raises
    ------
    ModelInputError
        An input is not finite, or the state is outside what the tables know; the field is named.
    """
    checked_number("duration", duration, low=1e-3)
    checked_number("trapped_mass", trapped_mass, low=0.0)
    checked_number("inflow_rate", inflow_rate, low=0.0)
    if isolated_after is not None:
        checked_number("isolated_after", isolated_after, low=0.0)
    content = _Content(substance, vessel)
    inflow_enthalpy = 0.0
    if inflow_rate > 0.0:
        warm = vessel.temperature if inflow_temperature is None else inflow_temperature
        inflow_enthalpy = substance.saturation.liquid_enthalpy(warm)
    edges = _edges(duration, isolated_after, steps)
    record = _Record(len(edges), content)
    first = last = content.flow(path, ambient_pressure)
    for i in range(len(edges) - 1):
        start, end = float(edges[i]), float(edges[i + 1])
        if isolated_after is not None and start >= isolated_after:
            rate = _running_out(trapped_mass, last.mass_flow_rate, start - isolated_after, end - start)
            record.keep(i, rate, last, content, substance, ambient_pressure)
            continue
        out, last = _advance(content, path, end - start, inflow_rate, inflow_enthalpy, ambient_pressure)
        record.keep(i, out / (end - start), last, content, substance, ambient_pressure)
    return record.result(substance, edges, first, isolated_after)


def _edges(duration: float, isolated_after: float | None, steps: int) -> Array:
    edges = np.linspace(0.0, duration, steps + 1)
    if isolated_after is not None and 0.0 < isolated_after < duration:
        edges = np.union1d(edges, [isolated_after])
        edges = edges[np.concatenate(([True], np.diff(edges) > duration * 1e-9))]
    return edges


def _running_out(mass: float, rate: float, since: float, length: float) -> float:
    """Mean rate over a step of what an exponential decay from ``rate`` lets out of ``mass``."""
    if mass <= 0.0 or rate <= 0.0:
        return 0.0
    scale = mass / rate
    return mass * (math.exp(-since / scale) - math.exp(-(since + length) / scale)) / length


def _advance(
    content: _Content, path: FlowPath, length: float, inflow: float, inflow_enthalpy: float, ambient: float
) -> tuple[float, Discharge]:
    """Carry the vessel over one output step; gives the mass let out and the flow that stands for the step."""
    done, out, flow = 0.0, 0.0, content.flow(path, ambient)
    for _ in range(MOST_SUBSTEPS):
        if length - done <= 1e-9 * length:
            break
        step = length - done
        rate = flow.mass_flow_rate
        if rate > 0.0:
            step = min(step, LARGEST_LOSS * content.mass / rate)
            if content.draws_liquid:
                above = content.liquid * (1.0 - content.vessel.opening_fill / max(content.fill, 1e-12))
                step = min(step, max(above, EMPTY * content.vessel.mass) / rate)
        let = min(rate * step, content.mass * (1.0 - LARGEST_LOSS))
        content.withdraw(let, inflow * step, inflow_enthalpy)
        done, out = done + step, out + let
        if content.mass <= EMPTY * content.vessel.mass or content.pressure <= ambient:
            break
        flow = content.flow(path, ambient)
    return out, flow


class _Record:
    """Rows of a blowdown as they come."""

    def __init__(self, edges: int, content: _Content) -> None:
        self.rows = np.zeros((5, edges - 1))
        self.vessel = np.zeros((3, edges))
        self.vessel[:, 0] = content.pressure, content.temperature, content.mass
        self.caveats: dict[tuple[str, str], Caveat] = {}
        self._flow: Discharge | None = None

    def keep(self, i: int, rate: float, flow: Discharge, content: _Content, fluid: Substance, ambient: float) -> None:
        """Write step ``i``."""
        if flow is not self._flow:  # once a vessel is shut off its last flow stands for every step
            self._flow, self._out = flow, expand(fluid, flow, ambient_pressure=ambient)
        out = self._out
        self.rows[:, i] = rate, out.vapour_fraction, out.temperature, out.density, out.velocity
        self.vessel[:, i + 1] = content.pressure, content.temperature, content.mass
        for caveat in (*flow.caveats, *out.caveats):
            self.caveats.setdefault((caveat.about, caveat.says), caveat)

    def result(self, fluid: Substance, edges: Array, first: Discharge, isolated: float | None) -> Blowdown:
        """Put the rows together."""
        flow = self.rows[0]
        wall = Caveat(Grade.NOTE, "blowdown", "No heat from the vessel's wall or surroundings was counted.")
        words = "No valve isolates the vessel." if isolated is None else f"The vessel is isolated at {isolated:g} s."
        released = float(np.sum(flow * np.diff(edges)))
        return Blowdown(
            substance=fluid.name,
            time=edges,
            mass_flow_rate=flow,
            vapour_fraction=self.rows[1],
            temperature=self.rows[2],
            density=self.rows[3],
            velocity=self.rows[4],
            vessel_pressure=self.vessel[0],
            vessel_temperature=self.vessel[1],
            vessel_mass=self.vessel[2],
            first=first,
            says=(*first.says, words, f"{released:.4g} kg come out in {edges[-1]:g} s."),
            caveats=(*self.caveats.values(), wall),
        )
