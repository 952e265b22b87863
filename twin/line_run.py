"""One end of a long broken line run out in time, with its way out and its books."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from physics.cards import Caveat
from physics.discharge.pipe_line import PipeSide
from physics.discharge.pipe_outflow import PipeRupture
from physics.discharge.pipe_rupture import pipe_rupture
from physics.discharge.stations import enthalpy_of
from physics.release import ReleaseTerm, Station, Stations
from physics.substances import Substance
from twin.held import Bias
from twin.outflow import LineFlow
from twin.parts import Line
from twin.plant import Plant
from twin.state import Snapshot
from twin.supply import Way, valve_times

SHORTEST_END = 10.0
"""Diameters of line below which an end is that of its feed alone."""
STEPS = 40
"""Output steps of a run."""
REFINEMENT = 0.125
"""Cells over those `pipe_rupture` takes by itself: rates of the first minute move by 1 %, the mass of an hour is up to
8 % higher (chlorine and propane, 500 m of 38 mm and 5 km of 200 mm), and it takes a third of the time."""
SETTLED = 0.06
"""Relative change over an output step from which a fed line is held steady; an hour gives up to 3 % more by it."""
_BEFORE_EMPTY = 0.999
"""Share of a vessel's mass after which it no longer feeds: the time is found between two output steps."""
_KEPT = 24
"""Marched ends that are kept: two branches of low, best and high runs of two ends, twice."""
_MARCHED: OrderedDict[tuple[object, ...], PipeRupture] = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What comes out of a long line's two ends, and the ways whose vessels' flow is to be added."""

    lines: tuple[LineFlow, ...]
    throttled: tuple[Way, ...]
    says: tuple[str, ...]
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the two ends share."""

    plant: Plant
    snapshot: Snapshot | None
    line: Line
    fluid: Substance
    liquid: bool
    bias: Bias
    isolated_after: float | None
    closed: Mapping[str, float]
    duration: float
    ambient: float
    height: float
    cancelled: Callable[[], bool] | None

    def times(self, way: Way) -> dict[str, float]:
        """When each valve of a way is shut, s."""
        return valve_times(self.plant, way, isolated_after=self.isolated_after, closed=self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Line from the break to where an end begins.

    ``real`` m of it, ``equal`` m of the broken bore that hold as much, and the velocity heads of it and of the rest of
    the way, on the broken bore.
    """

    real: float
    equal: float
    heads: float
    rest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What stands in an end before the break: Pa at the break, K, m of rise to it; kg/s where a pump runs."""

    pressure: float
    temperature: float
    rise: float
    flow: float = 0.0
    caveats: tuple[Caveat, ...] = ()


def run_out(around: Around, stretch: Stretch, pipe: PipeSide, content: Content, mass: float, towards: str) -> Broken:
    """One end run out; where it draws more than its vessels hold, again with them cut off when they are empty.

    Parameters
    ----------
    mass : float
        What feeds it, kg; infinite where it comes from outside the plant.
    towards : str
        What the end's line leads to.

    Raises
    ------
    ModelInputError
        The state is outside the pipe's model; the field is named.
    """
    if stretch.equal < SHORTEST_END * around.line.diameter:
        return Broken(lines=(), throttled=(), says=(), caveats=())
    found = _march(around, stretch, pipe, content)
    end, empty = found.ends[0], math.inf
    came = np.concatenate([[0.0], np.cumsum(end.mass_flow_rate * np.diff(found.time))])
    fed = np.maximum.accumulate(came + end.inventory - end.inventory[0])
    if fed[-1] > mass > 0.0:
        empty = float(np.interp(_BEFORE_EMPTY * mass, fed, found.time))
        found = _march(around, stretch, replace(pipe, feeds_until=empty), content)
        end = found.ends[0]
    says = [
        f"The end of {around.line.tag} towards {towards} gives {found.released_mass:.4g} kg in {found.time[-1]:g} s, "
        f"first at {end.mass_flow_rate[0]:.3g} kg/s, from {stretch.real:.0f} m of line."
    ]
    if math.isfinite(empty):
        says.append(f"What feeds it from {towards} is empty after {empty:.0f} s.")
    flow = _flow(around, found, content, mass)
    return Broken(lines=(flow,), throttled=(), says=tuple(says), caveats=found.caveats)


def _march(around: Around, stretch: Stretch, pipe: PipeSide, content: Content) -> PipeRupture:
    """The rupture; an end that was marched a moment ago for the other branch is not marched again."""
    bore = around.line.diameter
    friction = stretch.heads * around.bias.resistance * bore / stretch.equal
    key = (
        around.fluid.name, bore, content.pressure, content.temperature, pipe, content.flow, around.duration, friction,
        around.ambient,
    )  # fmt: skip
    with _LOCK:
        if key in _MARCHED:
            _MARCHED.move_to_end(key)
            return _MARCHED[key]
    found = pipe_rupture(
        around.fluid,
        diameter=bore,
        pressure=content.pressure,
        temperature=content.temperature,
        upstream=pipe,
        mass_flow_rate=content.flow,
        duration=around.duration,
        friction_factor=friction,
        ambient_pressure=around.ambient,
        steps=STEPS,
        refinement=REFINEMENT,
        settled=SETTLED,
        cancelled=around.cancelled,
    )
    with _LOCK:
        _MARCHED[key] = found
        while len(_MARCHED) > _KEPT:
            _MARCHED.popitem(last=False)
    return found


def _flow(around: Around, found: PipeRupture, content: Content, mass: float) -> LineFlow:
    """One end with its way out and its books."""
    term, end = found.release(source_height=around.height), found.ends[0]
    n, area = term.mass_flow_rate.size, around.line.area
    ambient = Station(
        pressure=np.full(n, around.ambient), temperature=term.temperature, vapour_fraction=term.vapour_fraction,
        velocity=term.velocity, density=term.density, area=term.area,
    )  # fmt: skip
    density = end.exit_density[:n]
    plane = Station(
        pressure=end.exit_pressure[:n], temperature=end.exit_temperature[:n],
        vapour_fraction=end.exit_vapour_fraction[:n], velocity=term.mass_flow_rate / (density * area),
        density=density, area=np.full(n, area),
    )  # fmt: skip
    table = around.fluid.saturation
    if around.liquid and content.temperature < table.temperature_high:
        first = float(table.liquid_density(content.temperature))
    else:
        first = float(around.fluid.gas.density(content.temperature, pressure=content.pressure))
    upstream = Station(
        pressure=end.far_pressure[:n], temperature=np.full(n, content.temperature),
        vapour_fraction=np.full(n, 0.0 if around.liquid else 1.0), velocity=np.zeros(n), density=np.full(n, first),
        area=np.full(n, area),
    )  # fmt: skip
    outside = math.isinf(mass)
    start, left = float(end.inventory[0]), float(end.inventory[-1])
    return LineFlow(
        term=replace(term, stations=Stations(upstream=upstream, throat=plane, exit=plane, ambient=ambient)),
        held=start + (end.fed if outside else mass),
        left=left + (0.0 if outside else mass - end.fed),
        gap=_gap(around, found, term),
    )


def _gap(around: Around, found: PipeRupture, term: ReleaseTerm) -> float:
    """Greatest of total enthalpy out of the end less enthalpy and kinetic energy in the open, over that of boiling."""
    table, end = around.fluid.saturation, found.ends[0]
    scale = float(table.heat_of_vaporisation(table.temperature(around.ambient)))
    gaps = [
        end.enthalpy[i]
        - enthalpy_of(
            around.fluid,
            vapour_fraction=float(term.vapour_fraction[i]),
            temperature=float(term.temperature[i]),
            pressure=around.ambient,
        )
        - 0.5 * term.velocity[i] ** 2
        for i in range(term.mass_flow_rate.size)
        if term.mass_flow_rate[i] > 0.0
    ]
    return float(np.max(np.abs(gaps), initial=0.0)) / scale


__all__ = ["SHORTEST_END", "Around", "Broken", "Content", "Stretch", "run_out"]
