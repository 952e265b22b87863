"""A long line broken off: what comes out of both ends in time while feeds go on and valves close.

Each side of the break is a pipe of its own, marched by finite volumes of homogeneous-equilibrium flow
(`pipe_march`); the two streams are expanded to ambient pressure and added.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.discharge.flashing_models import STEEL_ROUGHNESS, rough_friction_factor
from physics.discharge.fluid import association, checked_number
from physics.discharge.pipe_flux import CLOSED
from physics.discharge.pipe_line import NEVER, Bore, Cells, End, PipeSide, cells
from physics.discharge.pipe_march import (
    CUT_ENERGY,
    CUT_MASS,
    EXIT_DENSITY,
    EXIT_PRESSURE,
    EXIT_TEMPERATURE,
    EXIT_VAPOUR,
    EXIT_VELOCITY,
    HEAT,
    IN_ENERGY,
    IN_MASS,
    LIFTED,
    OUT_ENERGY,
    OUT_MASS,
    advance,
)
from physics.discharge.pipe_outflow import EndFlow, PipeRupture
from physics.discharge.pipe_state import pipe_fluid
from physics.quantities import STANDARD_PRESSURE
from physics.substances import Substance

Array = NDArray[np.float64]
Progress = Callable[[float, str], None]

STEPS = 100
"""Output steps of a rupture."""
FIRST_STEP = 1e-4
"""First output step over the duration; the steps then grow by a fixed factor."""
STEADY = 1e-4
"""Relative change of the rate over an output step, and relative difference from the feed, below which a fed line counts
as steady until something moves."""
TURNED = 0.5
"""Share of a line's first content that has come out before anything looser than `STEADY` counts as steady: until then
liquid may still be gaining speed, in stairs of one wave each."""
LEAST_OPEN = 0.8
"""Least open share of the bore that is a break across the line: a hole is entered by a steady nozzle, not by a wave."""
CHUNK = 2000
"""Time steps between two looks at whether the run was cancelled."""
EMPTY = 1e-3
"""Relative pressure above ambient, and flow over the first flow, below which a side that nothing feeds is done."""


class RuptureCancelled(RuntimeError):
    """The caller asked for the run to stop."""


def output_edges(duration: float, sides: tuple[PipeSide, ...], *, steps: int = STEPS) -> Array:
    """Edges of the output steps: growing from the first by a fixed factor, with the times at which something moves.

    Parameters
    ----------
    duration : float
        s.
    sides : tuple of PipeSide
    steps : int
    """
    times = [0.0, *np.geomspace(FIRST_STEP * duration, duration, steps)]
    for side in sides:
        if side.feeds_until is not None:
            times.append(side.feeds_until)
        if side.valve is not None and side.valve.closes_at is not None:
            times += [side.valve.closes_at, side.valve.closes_at + side.valve.stroke]
    edges = np.unique([time for time in times if time <= duration])
    keep = np.concatenate(([True], np.diff(edges) > 1e-3 * FIRST_STEP * duration))
    return np.asarray(edges[keep], dtype=np.float64)


class _Side:
    """One side as it is marched, and the rows it leaves behind."""

    def __init__(self, run: Cells, area: float, edges: Array, settled: float) -> None:
        self.run, self.area, self.edges, self.settled = run, area, edges, settled
        n = len(edges) - 1
        self.rows = np.zeros((8, n))
        self.inventory = np.zeros(n + 1)
        self.steps, self.first, self.done, self.steady = 0, 0.0, False, False
        self.events = [run.feed.until, run.gate.closes_at, run.gate.closes_at + run.gate.stroke]
        self.mass, self.energy = self._held()
        self.inventory[0] = self.mass * area

    def _held(self) -> tuple[float, float]:
        run = self.run
        w = run.width[: run.number]
        return float(run.conserved[0, : run.number] @ w), float(run.conserved[2, : run.number] @ w)

    def march(self, i: int, cancelled: Callable[[], bool] | None) -> None:
        """Carry the side over output step ``i``."""
        run, start, end = self.run, float(self.edges[i]), float(self.edges[i + 1])
        before = run.totals[[OUT_MASS, OUT_ENERGY, IN_MASS]]
        time = start
        if self.steady and not any(start <= event < end for event in self.events):
            self._hold(i, end - start)
            time = end
        while not self.done and time < end:
            time, run.number, run.finest, made = advance(
                run.fluid,
                run.wall,
                run.feed,
                run.gate,
                time,
                end,
                run.number,
                run.conserved,
                run.primitive,
                run.width,
                run.gates,
                run.work,
                run.totals,
                run.exit,
                run.finest,
                run.coarsest,
                CHUNK,
            )
            self.steps += made
            if not np.isfinite(run.totals).all():
                says = "the march broke down on this state (a line nearly empty or torn apart by its own vapour)"
                raise ModelInputError("pressure", says)
            if run.totals[CUT_MASS] > 0.0:  # what fed the line stands behind a shut valve
                run.feed = run.feed._replace(kind=CLOSED)
            if cancelled is not None and cancelled():
                raise RuptureCancelled("the rupture was cancelled")
        out, energy, into = run.totals[[OUT_MASS, OUT_ENERGY, IN_MASS]] - before
        exit_rows = (EXIT_PRESSURE, EXIT_TEMPERATURE, EXIT_VAPOUR, EXIT_DENSITY, EXIT_VELOCITY)
        self.rows[0, i] = out * self.area / (end - start)
        self.rows[1:6, i] = run.exit[list(exit_rows)]
        self.rows[6, i] = energy / out if out > 0.0 else self.rows[6, max(i - 1, 0)]
        self.rows[7, i] = run.primitive[1, 0]
        self.inventory[i + 1] = (self._held()[0] + run.totals[CUT_MASS]) * self.area
        self.first = self.first or float(self.rows[0, i])
        last = self.rows[0, i - 1] if i > 0 else 0.0
        fed = run.feed.kind != CLOSED and not self.done and self.rows[0, i] > 0.0
        turned = run.totals[OUT_MASS] >= TURNED * self.mass
        near = self.settled if turned else min(self.settled, STEADY)
        self.steady = fed and abs(self.rows[0, i] - last) <= near * last and abs(into - out) <= near * out
        ambient = run.wall.ambient
        pressures = run.primitive[1, : run.number]
        if run.feed.kind == CLOSED or run.feed.until <= end:
            quiet = float(np.max(pressures)) < ambient * (1.0 + EMPTY) and self.rows[0, i] <= EMPTY * self.first
            self.done = self.done or quiet or (float(np.max(pressures)) <= ambient and i > 0)

    def _hold(self, i: int, length: float) -> None:
        """Carry a steady side on: what came in and went out in the last step goes on doing so."""
        mass = self.rows[0, i - 1] / self.area * length
        carried = mass * self.rows[6, i - 1]
        self.run.totals[[OUT_MASS, IN_MASS]] += mass
        self.run.totals[[OUT_ENERGY, IN_ENERGY]] += carried

    def result(self) -> EndFlow:
        """Rows and balances."""
        totals, (mass, energy) = self.run.totals, self._held()
        gained = mass + totals[CUT_MASS] + totals[OUT_MASS] - totals[IN_MASS] - self.mass
        work = totals[IN_ENERGY] + totals[HEAT] + totals[LIFTED]
        grown = energy + totals[CUT_ENERGY] + totals[OUT_ENERGY] - work - self.energy
        return EndFlow(
            mass_flow_rate=self.rows[0],
            exit_pressure=self.rows[1],
            exit_temperature=self.rows[2],
            exit_vapour_fraction=self.rows[3],
            exit_density=self.rows[4],
            exit_velocity=self.rows[5],
            enthalpy=self.rows[6],
            far_pressure=self.rows[7],
            inventory=self.inventory,
            fed=float(totals[IN_MASS]) * self.area,
            mass_error=float(abs(gained) / (self.mass + abs(totals[IN_MASS]))),
            energy_error=float(abs(grown) / (abs(self.energy) + abs(totals[OUT_ENERGY]))),
            steps=self.steps,
        )


def pipe_rupture(
    substance: Substance,
    *,
    diameter: float,
    pressure: float,
    temperature: float,
    upstream: PipeSide,
    downstream: PipeSide | None = None,
    mass_flow_rate: float = 0.0,
    duration: float,
    vapour_fraction: float = 0.0,
    roughness: float = STEEL_ROUGHNESS,
    friction_factor: float | None = None,
    heat_transfer_coefficient: float = 0.0,
    wall_temperature: float | None = None,
    ambient_pressure: float = STANDARD_PRESSURE,
    open_share: float = 1.0,
    steps: int = STEPS,
    refinement: float = 1.0,
    settled: float = STEADY,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> PipeRupture:
    """Release from both ends of a line that breaks off at once over its full bore.

    Parameters
    ----------
    substance : Substance
    diameter : float
        Of the bore, m.
    pressure, temperature : float
        In the line at the break, before it, Pa and K. Whether it holds liquid or gas follows from them.
    upstream, downstream : PipeSide
        The line on both sides; without a downstream side one end is looked at.
    mass_flow_rate : float
        In the line before the break, kg/s.
    duration : float
        s.
    vapour_fraction : float
        Between 0 and 1 (exclusive) the line holds a mixture at the vapour pressure instead.
    roughness : float
        Of the wall, m; friction is that of fully rough flow.
    friction_factor : float or None
        Darcy factor instead.
    heat_transfer_coefficient : float
        From wall to fluid, W/(m² K).
    wall_temperature : float or None
        K; ``None``: the fluid's before the break.
    ambient_pressure : float
        Pa.
    open_share : float
        Of the bore at the break, where something of it stays in place: 0.8 to 1.
    steps : int
        Output steps.
    refinement : float
        Factor on the number of cells.
    settled : float
        Relative change over an output step, and difference from the feed, below which a fed line counts as steady, once
        `TURNED` of its content has come out.
    progress : callable or None
        Told a fraction and a phase.
    cancelled : callable or None
        Asked every few thousand time steps; ``True`` raises `RuptureCancelled`.

    Raises
    ------
    ModelInputError
        An input is not finite, or the state is outside what the tables know; the field is named.
    RuptureCancelled
        The caller asked for it.
    """
    checked_number("diameter", diameter, low=1e-3)
    checked_number("pressure", pressure, low=1.0)
    checked_number("temperature", temperature, low=1.0)
    checked_number("duration", duration, low=1e-3)
    checked_number("mass_flow_rate", mass_flow_rate, low=0.0)
    checked_number("ambient_pressure", ambient_pressure, low=1.0)
    checked_number("open_share", open_share, low=LEAST_OPEN, high=1.0)
    checked_number("heat_transfer_coefficient", heat_transfer_coefficient, low=0.0)
    if downstream is not None and downstream.end is End.PUMP:
        raise ModelInputError("downstream_end", "a pump does not stand downstream; closed or reservoir")
    caveats = association(substance)
    if any(caveat.grade is Grade.NOT_VALID for caveat in caveats):
        raise ModelInputError("fluid", caveats[-1].says)
    if pressure <= ambient_pressure:
        raise ModelInputError("pressure", f"must exceed ambient, {ambient_pressure:g} Pa, got {pressure:g}")
    bore = Bore(
        diameter=diameter,
        friction=rough_friction_factor(diameter, roughness=roughness) if friction_factor is None else friction_factor,
        heat_transfer=heat_transfer_coefficient,
        wall_temperature=temperature if wall_temperature is None else wall_temperature,
        ambient_pressure=ambient_pressure,
        open_share=open_share,
    )
    sides = (upstream,) if downstream is None else (upstream, downstream)
    edges = output_edges(duration, sides, steps=steps)
    fluid = pipe_fluid(substance)
    marched = []
    for side, way in zip(sides, (1.0, -1.0), strict=False):
        run = cells(
            substance,
            fluid,
            bore,
            side,
            pressure=pressure,
            temperature=temperature,
            vapour_fraction=vapour_fraction,
            flux=way * mass_flow_rate / bore.area,
            refinement=refinement,
        )
        marched.append(_Side(run, bore.area, edges, settled))
    for i in range(len(edges) - 1):
        for one in marched:
            one.march(i, cancelled)
        if progress is not None:
            progress((i + 1) / (len(edges) - 1), "pipe-rupture")
    ends = tuple(one.result() for one in marched)
    return PipeRupture(
        substance=substance,
        time=edges,
        ends=ends,
        ambient_pressure=ambient_pressure,
        says=_says(sides, ends, edges),
        caveats=(*caveats, *_caveats(substance, ambient_pressure)),
    )


def _says(sides: tuple[PipeSide, ...], ends: tuple[EndFlow, ...], edges: Array) -> tuple[str, ...]:
    said = []
    for name, side, end in zip(("upstream", "downstream"), sides, ends, strict=False):
        out = float(np.sum(end.mass_flow_rate * np.diff(edges)))
        said.append(
            f"The {name} end of the break gives {out:.4g} kg in {edges[-1]:g} s, first at "
            f"{end.mass_flow_rate[0]:.3g} kg/s, from {side.length:g} m of line."
        )
    return tuple(said)


def _caveats(substance: Substance, ambient: float) -> tuple[Caveat, ...]:
    says = "Liquid and vapour are taken to move together and in equilibrium all along the line."
    found = [Caveat(Grade.NOTE, "pipe-rupture", says)]
    says = "Rates from broken lines were held against no measured rate, only against pressures in one pipe of 4 m."
    found.append(Caveat(Grade.NOTE, "pipe-rupture", says))
    table = substance.saturation
    lowest = float(table.pressure(table.temperature_low))
    if lowest > ambient:
        says = f"{substance.name} freezes on the way to ambient pressure; below {lowest:.0f} Pa nothing is computed."
        found.append(Caveat(Grade.DEGRADED, "pipe-rupture", says))
    return tuple(found)


__all__ = [
    "NEVER",
    "EndFlow",
    "PipeRupture",
    "RuptureCancelled",
    "output_edges",
    "pipe_rupture",
]
