"""A line that breaks: its two sides, valves and feeds, and how they become cells with a first state in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from physics.cards import ModelInputError
from physics.discharge.fluid import SATURATION_SLACK, checked_number
from physics.discharge.pipe_flux import CLOSED, PUMP, RESERVOIR, Feed, isentrope
from physics.discharge.pipe_march import EXITS, TOTALS, Gate, Wall, refresh
from physics.discharge.pipe_state import PipeFluid, liquid_at, saturated
from physics.quantities import GRAVITY
from physics.substances import Substance
from physics.substances.plane import gas_density, gas_state

Array = NDArray[np.float64]

BLOCK = 16
"""Cells of one width before the width doubles away from the break; twice as many of the finest, so that joining them
in pairs leaves twice as many again."""
COARSE_CELLS = 50
"""Cells a side would have if all were of the greatest width."""
FINAL_CELLS = 200
"""Cells a side would have if all were of the width the finest are joined to in the end."""
FINEST_SHARE = 2.0**-13
"""Finest cell over the length of a side, unless `FINEST_DIAMETERS` is more."""
FINEST_DIAMETERS = 2.0
"""Finest cell over the pipe's diameter: much below that no flow is one-dimensional."""
VALVE_CELLS = 6.0
"""Cells between a valve and the break at least."""
NEVER = 1e30
"""Time of what does not happen, s."""
_ISENTROPE_POINTS = 600
_DENSEST = 0.98  # share of the gas plane's highest density from which a state is refused


class End(StrEnum):
    """What stands at the end of a side that is not broken."""

    CLOSED = "closed"
    RESERVOIR = "reservoir"
    PUMP = "pump"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeValve:
    """A valve in the line.

    Attributes
    ----------
    distance : float
        From the break, m.
    closes_at : float or None
        When it begins to close, s; ``None``: never.
    stroke : float
        Time it takes, s; its open area falls straight from the bore's to nothing.
    check : bool
        A check valve: it lets nothing pass towards the break.
    """

    distance: float
    closes_at: float | None = None
    stroke: float = 1.0
    check: bool = False

    def __post_init__(self) -> None:
        """Refuse what no valve can be; raises `ModelInputError` naming the field."""
        checked_number("distance", self.distance, low=0.0)
        checked_number("stroke", self.stroke, low=0.0)
        if self.closes_at is not None:
            checked_number("closes_at", self.closes_at, low=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeSide:
    """The line from the break to one of its ends.

    Attributes
    ----------
    length : float
        m.
    end : End
        A wall; a vessel that stays at the pressure the flow before the break needs, and takes fluid back where the
        line's pressure is higher; or a pump that goes on giving the flow before the break.
    feeds_until : float or None
        When the vessel or pump is cut off, s; ``None``: never.
    check_valve : bool
        Whether the end lets nothing out of the line.
    valve : PipeValve or None
        The one valve on this side that is nearest to the break and closes.
    elevation_change : float
        Height of the break above this end, m.
    """

    length: float
    end: End = End.CLOSED
    feeds_until: float | None = None
    check_valve: bool = False
    valve: PipeValve | None = None
    elevation_change: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no side can be; raises `ModelInputError` naming the field."""
        checked_number("length", self.length, low=0.1)
        checked_number("elevation_change", self.elevation_change, low=-self.length, high=self.length)
        if self.feeds_until is not None:
            checked_number("feeds_until", self.feeds_until, low=0.0)
        if self.valve is not None and self.valve.distance > self.length:
            raise ModelInputError("distance", f"the valve stands {self.valve.distance:g} m off, beyond the line's end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bore:
    """What both sides share.

    Attributes
    ----------
    diameter, friction : float
        m; Darcy factor.
    heat_transfer : float
        From wall to fluid, W/(m² K).
    wall_temperature, ambient_pressure : float
        K, Pa.
    open_share : float
        Of the bore at the break.
    """

    diameter: float
    friction: float
    heat_transfer: float
    wall_temperature: float
    ambient_pressure: float
    open_share: float = 1.0

    @property
    def area(self) -> float:
        """Of the bore, m²."""
        return math.pi * self.diameter**2 / 4.0


@dataclass(slots=True, kw_only=True)
class Cells:
    """One side as `pipe_march.advance` takes and changes it; arrays as described there."""

    fluid: PipeFluid
    wall: Wall
    feed: Feed
    gate: Gate
    number: int
    conserved: Array
    primitive: Array
    width: Array
    gates: Array
    work: Array
    totals: Array
    exit: Array
    finest: float
    coarsest: float


def rest_state(substance: Substance, fluid: PipeFluid, *, pressure: float, temperature: float) -> tuple[float, ...]:
    """Density, internal energy and vapour fraction (0 or 1) of a fluid that is all liquid or all gas.

    Raises
    ------
    ModelInputError
        The state is outside the tables.
    """
    table, plane = substance.saturation, fluid.plane
    if temperature < table.temperature_low or temperature > substance.gas.temperature_high:
        low, high = table.temperature_low, substance.gas.temperature_high
        raise ModelInputError("temperature", f"{substance.name} is tabulated from {low:.1f} to {high:.1f} K")
    if temperature < table.temperature_high and pressure >= table.pressure(temperature) * (1.0 - SATURATION_SLACK):
        density, energy = liquid_at(fluid, max(pressure, float(table.pressure(temperature))), temperature)
        return density, energy, 0.0
    density = gas_density(plane, pressure, temperature)
    if temperature >= table.temperature_high and density > _DENSEST * plane.dense:
        raise ModelInputError("pressure", f"{substance.name} is too dense for its gas table at {pressure:.4g} Pa")
    return density, gas_state(plane, density, temperature)[1], 1.0


def widths(length: float, *, finest: float, coarsest: float, valve: float | None) -> tuple[Array, int]:
    """Cell widths from the far end to the break, and the number of the cell whose left face is the valve (or -1)."""
    found: list[float] = []
    total, width, count = 0.0, finest, -BLOCK
    stop = length if valve is None else valve
    at = -1
    while True:
        found.append(width)
        total += width
        count += 1
        if count == BLOCK and width < coarsest:
            width, count = 2.0 * width, 0
        if total >= stop * (1.0 - 1e-9):
            start = 0 if at < 0 else at
            scale = (stop - sum(found[:start])) / sum(found[start:])
            found[start:] = [item * scale for item in found[start:]]
            total = stop
            if stop == length:
                break
            at, stop = len(found), length
    number = len(found)
    return np.array(found[::-1]), -1 if at < 0 else number - at


def _feed(fluid: PipeFluid, side: PipeSide, far: tuple[float, float, float, float, float], flux: float) -> Feed:
    """The far end: ``far`` is pressure, density, energy, temperature and vapour fraction there, ``flux`` the flow."""
    pressure, density, energy, temperature, vapour = far
    until = NEVER if side.feeds_until is None else side.feeds_until
    nothing = np.zeros(2)
    enthalpy = energy + pressure / density
    if side.end is End.CLOSED:
        return Feed(CLOSED, until, side.check_valve, 0.0, density, enthalpy, nothing, nothing, nothing)
    if side.end is End.PUMP:
        return Feed(PUMP, until, side.check_valve, max(flux, 0.0), density, enthalpy, nothing, nothing, nothing)
    arrays = np.empty((3, _ISENTROPE_POINTS))
    u = flux / density
    rise = 0.5 * density * u * u if flux > 0.0 else 0.0  # at rest in the vessel: more by what moving takes
    rest_density, rest_energy = density, energy
    if rise > 0.0 and vapour in (0.0, 1.0):
        rest_density = density * (1.0 + rise / max(pressure, 1.0)) if vapour == 1.0 else density
        rest_energy = energy + pressure / density**2 * (rest_density - density)
    count = isentrope(fluid, rest_density, rest_energy, temperature, vapour, *arrays)
    pressures, densities, enthalpies = (np.ascontiguousarray(row[:count]) for row in arrays)
    return Feed(RESERVOIR, until, side.check_valve, 0.0, density, enthalpy, pressures, densities, enthalpies)


def cells(
    substance: Substance,
    fluid: PipeFluid,
    bore: Bore,
    side: PipeSide,
    *,
    pressure: float,
    temperature: float,
    vapour_fraction: float,
    flux: float,
    refinement: float = 1.0,
) -> Cells:
    """Cells of one side with the state before the break in them.

    Parameters
    ----------
    substance : Substance
    fluid : PipeFluid
    bore : Bore
    side : PipeSide
    pressure, temperature : float
        At the break, Pa, K; the temperature is the same everywhere.
    vapour_fraction : float
        Above 0 and below 1 the line is full of a mixture at its saturation pressure.
    flux : float
        Flow per area towards the break before it, kg/(m² s); negative where it leaves the break.
    refinement : float
        Factor on the number of cells.

    Raises
    ------
    ModelInputError
        The flow before the break is not possible: its pressure would fall below the vapour pressure or ambient's.
    """
    finest = max(FINEST_DIAMETERS * bore.diameter, side.length * FINEST_SHARE) / refinement
    finest = min(finest, side.length / COARSE_CELLS)
    coarsest = max(side.length / (COARSE_CELLS * refinement), finest)
    valve = side.valve
    distance = None
    if valve is not None and valve.distance < side.length * (1.0 - 1e-6):
        distance = max(valve.distance, VALVE_CELLS * 1e-3)
        finest = min(finest, distance / VALVE_CELLS)
    width, at = widths(side.length, finest=finest, coarsest=coarsest, valve=distance)
    n = len(width)
    pull = -GRAVITY * side.elevation_change / side.length
    u, q, far = _profile(substance, fluid, bore, width, (pressure, temperature, vapour_fraction, flux, pull))
    gates = np.zeros(n)
    if at > 0:
        gates[at] = 1.0
    refresh(fluid, n, u, q)
    gate = Gate(NEVER, 1.0, False)
    feed = _feed(fluid, side, far, flux)
    if valve is not None:
        closes = NEVER if valve.closes_at is None else valve.closes_at
        gate = Gate(closes, max(valve.stroke, 1e-6), valve.check)
        if distance is None:  # the valve is the end itself
            feed = feed._replace(until=min(feed.until, closes + 0.5 * valve.stroke), checks=feed.checks or valve.check)
    return Cells(
        fluid=fluid,
        wall=Wall(
            bore.diameter,
            bore.friction,
            pull,
            bore.heat_transfer,
            bore.wall_temperature,
            bore.ambient_pressure,
            bore.open_share,
        ),
        feed=feed,
        gate=gate,
        number=n,
        conserved=u,
        primitive=q,
        width=width,
        gates=gates,
        work=np.empty((10, n)),
        totals=np.zeros(TOTALS),
        exit=np.zeros(EXITS),
        finest=finest,
        coarsest=max(side.length / (FINAL_CELLS * refinement), finest),
    )


def _profile(
    substance: Substance,
    fluid: PipeFluid,
    bore: Bore,
    width: Array,
    state: tuple[float, float, float, float, float],
) -> tuple[Array, Array, tuple[float, float, float, float, float]]:
    """Conserved and primitive rows of the line before the break, and the state at its far end."""
    pressure, temperature, vapour, flux, pull = state
    n = len(width)
    u, q = np.empty((3, n)), np.empty((6, n))
    mixed = 0.0 < vapour < 1.0
    p, density, energy, x = pressure, 0.0, 0.0, vapour
    if mixed:
        _, _, v_l, _, v_v, _, u_l, _, u_v, _ = saturated(fluid.saturation, temperature)
        density, energy = 1.0 / (v_l + vapour * (v_v - v_l)), u_l + vapour * (u_v - u_l)
        p = float(substance.saturation.pressure(temperature))
    for i in range(n - 1, -1, -1):
        if not mixed:
            for half in range(2):
                density, energy, now = rest_state(substance, fluid, pressure=p, temperature=temperature)
                if i == n - 1 and half == 0:
                    x = now
                if now != x:
                    says = f"before the break {substance.name} would not stay of one phase along the line at this flow"
                    raise ModelInputError("mass_flow_rate", says)
                if half == 0:
                    step = bore.friction * flux * abs(flux) / (2.0 * density * bore.diameter) - density * pull
                    p += 0.5 * width[i] * step
                    if p <= bore.ambient_pressure:
                        says = "before the break the pressure along the line would fall below ambient at this flow"
                        raise ModelInputError("mass_flow_rate", says)
        u[0, i], u[1, i] = density, flux
        u[2, i] = density * energy + 0.5 * flux * flux / density
        q[4, i], q[5, i] = temperature, x
        if not mixed:
            p += 0.5 * width[i] * step
    return u, q, (p, density, energy, temperature, x)
