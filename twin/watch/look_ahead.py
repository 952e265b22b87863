"""What the plant runs into if nobody does anything: its process model, run on from the readings of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.process import NetworkNotSolved, Run, simulate
from twin.parts import Instrument
from twin.plant import Plant
from twin.process_model import ProcessModel, process_model
from twin.state import Quality, Snapshot

Array = NDArray[np.float64]
SAMPLE = 10.0
"""Time between values of the series, s."""
CHUNK = 300.0
"""Length of the pieces a run is made in, so that a run that cannot go on still says how far it came, s."""
_RISING = frozenset({"high", "high_high", "design_pressure"})
_NO_HOLES: Mapping[str, float | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached:
    """A limit that will be passed.

    Attributes
    ----------
    tag : str
        Instrument.
    limit : str
        ``low_low``, ``low``, ``high``, ``high_high`` or ``design_pressure``.
    value : float
        The limit, SI.
    after_s : float
        s from now; 0 where it is passed already.
    """

    tag: str
    limit: str
    value: float
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAhead:
    """A plant's readings as they will be.

    Attributes
    ----------
    times : ndarray, shape (n,)
        s from now.
    series : mapping
        Tag to values in SI, shape (n,).
    limits : tuple of LimitReached
        In the order they are reached.
    caveats : tuple of Caveat
    """

    times: Array
    series: Mapping[str, Array]
    limits: tuple[LimitReached, ...]
    caveats: tuple[Caveat, ...] = ()


def look_ahead(
    plant: Plant,
    snapshot: Snapshot | None,
    *,
    duration: float = 1800.0,
    holes: Mapping[str, float | None] = _NO_HOLES,
    model: ProcessModel | None = None,
) -> LookAhead:
    """Run the process model on from now.

    Valves stay where their position feedback shows them, others where the plant file has them.

    Parameters
    ----------
    plant : Plant
    snapshot : Snapshot or None
        ``None``: from the plant file's values.
    duration : float
        s.
    holes : mapping
        Leaks known now: part to diameter in m, ``None`` torn through.
    model : ProcessModel or None
        To use again instead of building one.

    Raises
    ------
    NoProcess
        The plant has nothing the process model can compute.
    """
    model = model or process_model(plant)
    positions, caveats = _positions(plant, snapshot)
    state = model.state(snapshot, positions=positions)
    state = state.changed(hole_area=model.hole_areas(holes))
    runs: list[Run] = []
    done = 0.0
    while done < duration - 1e-6:
        length = min(CHUNK, duration - done)
        try:
            runs.append(simulate(model.network, state, duration=length, sample=min(SAMPLE, length)))
        except (NetworkNotSolved, ModelInputError) as error:
            says = f"The run ends after {done:.0f} s: {error}"
            caveats.append(Caveat(Grade.DEGRADED, "look-ahead", says))
            break
        state, done = runs[-1].state, done + length
    times, series = _series(plant, model, runs)
    limits = sorted(_limits(plant, times, series), key=lambda item: item.after_s)
    caveats.append(Caveat(Grade.NOTE, "look-ahead", "Nobody does anything: no valve moves and no control acts."))
    return LookAhead(times=times, series=MappingProxyType(series), limits=tuple(limits), caveats=tuple(caveats))


def _positions(plant: Plant, snapshot: Snapshot | None) -> tuple[dict[str, float], list[Caveat]]:
    """Valves as their feedback shows them."""
    found: dict[str, float] = {}
    caveats: list[Caveat] = []
    for item in plant.instruments.values():
        if item.quantity != "closed" or snapshot is None:
            continue
        value = snapshot.value(item.tag)
        if value is None or snapshot.quality(item.tag) is not Quality.GOOD:
            says = f"{item.tag} is {snapshot.quality(item.tag)}: {item.target} is taken to stand as in the plant file."
            caveats.append(Caveat(Grade.DEGRADED, item.tag, says))
        else:
            found[item.target] = 0.0 if value >= 0.5 else 1.0
    return found, caveats


def _series(plant: Plant, model: ProcessModel, runs: list[Run]) -> tuple[Array, dict[str, Array]]:
    if not runs:
        return np.zeros(0), {}

    def joined(name: str) -> Array:
        rows = [getattr(run, name) for run in runs]
        return np.concatenate([rows[0], *(row[1:] for row in rows[1:])])

    times = joined("time") - runs[0].time[0]
    pressure, flow = joined("node_pressure"), joined("link_flow")
    vessel = {name: joined(f"vessel_{name}") for name in ("temperature", "level", "mass")}
    series: dict[str, Array] = {}
    for tag, item in plant.instruments.items():
        nozzle = plant.nozzles.get(item.target)
        target = nozzle.equipment if nozzle else item.target
        if item.quantity == "pressure" and target in model.nodes:
            series[tag] = pressure[:, model.nodes[target]]
        elif item.quantity == "mass_flow_rate" and target in model.links:
            series[tag] = flow[:, model.links[target][0]]
        elif item.quantity in vessel and target in model.vessels:
            series[tag] = vessel[item.quantity][:, model.vessels[target]]
    return times, series


def _limits(plant: Plant, times: Array, series: Mapping[str, Array]) -> list[LimitReached]:
    found = []
    for tag, values in series.items():
        for name, limit in _limits_of(plant, plant.instruments[tag]).items():
            passed = values >= limit if name in _RISING else values <= limit
            if np.any(passed):
                after = _when(times, values, limit, int(np.argmax(passed)))
                found.append(LimitReached(tag=tag, limit=name, value=limit, after_s=after))
    return found


def _limits_of(plant: Plant, item: Instrument) -> dict[str, float]:
    limits = dict(item.alarms)
    vessel = plant.equipment.get(item.target)
    if item.quantity == "pressure" and vessel is not None and vessel.design_pressure is not None:
        limits["design_pressure"] = vessel.design_pressure
    return limits


def _when(times: Array, values: Array, limit: float, index: int) -> float:
    """Time at which a series passes a limit, linear between samples, s."""
    if index == 0:
        return 0.0
    low, high = values[index - 1], values[index]
    share = (limit - low) / (high - low) if high != low else 1.0
    return float(times[index - 1] + share * (times[index] - times[index - 1]))
