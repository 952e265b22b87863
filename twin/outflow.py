"""What several vessels let out through one break, as one release in the air: rates added, rain and pool counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat
from physics.catch import Treatment, TreatmentKind, caught
from physics.discharge import Blowdown
from physics.discharge.droplets import Spray
from physics.discharge.stations import stations
from physics.rainout import Site, fall_out
from physics.release import Conservation, ReleaseTerm, each_place
from physics.substances import substance
from physics.weather import Weather
from twin.feeds import Feed
from twin.parts import Catch

Array = NDArray[np.float64]

COARSE, MEAN, FINE = Spray(weber=22.0), Spray(), Spray(flashing_rainout=0.0)
"""How jets break up in the low, best and high run.

Published critical Weber numbers run from 12 to 22 (Woodward 1998). In the high run what flashes takes all its liquid
with it: rainout is overstated by drops that do not evaporate, and the outer edge may not rest on it.
"""
_SMALLEST_FLOW = 1e-6
_SAME_TIME = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Outflow:
    """One vessel's way to the leak, what it let out, and the mass locked in behind it, kg."""

    feed: Feed
    flow: Blowdown
    trapped: float

    @property
    def held(self) -> float:
        """In the vessel and behind its valve at the start, kg."""
        return float(self.flow.vessel_mass[0]) + self.trapped

    @property
    def left(self) -> float:
        """Of that at the end, kg: the vessel's own mass, and of what was locked in all that has not run out."""
        shut = self.feed.shut
        if shut is None:
            return float(self.flow.vessel_mass[-1])
        after = self.flow.time[:-1] >= shut * (1.0 - 1e-12)
        ran_out = float(np.sum((self.flow.mass_flow_rate * np.diff(self.flow.time))[after]))
        return float(self.flow.vessel_mass[-1]) + self.trapped - ran_out


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFlow:
    """What came out of one end of a long broken line, with its way out; held before and left after it, kg."""

    term: ReleaseTerm
    held: float
    left: float
    gap: float


def into_the_air(
    outflows: list[Outflow],
    *,
    lines: tuple[LineFlow, ...] = (),
    height: float,
    weather: Weather,
    site: Site,
    spray: Spray,
    duration: float,
    says: tuple[str, ...],
    caveats: tuple[Caveat, ...],
) -> ReleaseTerm:
    """One release of several outflows, with its way out, what falls out of it, its pool, and the books.

    Parameters
    ----------
    lines : tuple of LineFlow
        Ends of a long line that add to them.
    height : float
        Of the break above ground, m.
    weather : Weather
        Its pressure is that outside.
    duration : float
        How long a pool is followed, s.
    """
    parts = [*(item.flow.release(source_height=height) for item in outflows), *(item.term for item in lines)]
    term = _added(parts, height, says, caveats)
    strongest = max((item.total_mass for item in parts[: len(outflows)]), default=0.0)
    main = max(lines, key=lambda item: item.term.total_mass, default=None)
    if main is not None and main.term.total_mass >= strongest:
        term, gap = _along(term, main.term), main.gap
    else:
        term, gap = _with_stations(term, outflows, weather.ambient_pressure)
    return fall_out(
        term,
        weather=weather,
        site=site,
        spray=spray,
        duration=duration,
        held=sum(item.held for item in outflows) + sum(item.held for item in lines),
        left_in_vessel=sum(item.left for item in outflows) + sum(item.left for item in lines),
        expansion_energy_error=gap,
    )


def into_a_catch(
    outflows: list[Outflow],
    *,
    catch: Catch,
    works: bool,
    weather: Weather,
    says: tuple[str, ...],
    caveats: tuple[Caveat, ...],
) -> ReleaseTerm:
    """What of several outflows gets past the flare or scrubber that a relief valve ends in.

    Parameters
    ----------
    catch : Catch
    works : bool
        False in a run that counts on its failing.
    weather : Weather
        Its pressure is that outside.
    """
    parts = [item.flow.release(source_height=catch.outlet_height) for item in outflows]
    relief = _added(parts, catch.outlet_height, says, caveats)
    relief, gap = _with_stations(relief, outflows, weather.ambient_pressure)
    if relief.stations is not None:  # mist that condenses in expanding vapour goes with it into no drum
        dry = relief.stations.upstream.vapour_fraction >= 1.0
        relief = replace(relief, vapour_fraction=np.where(dry, 1.0, relief.vapour_fraction))
    treatment = Treatment(
        kind=TreatmentKind(catch.kind),
        rate=catch.rate if works else 0.0,
        charge=catch.charge,
        efficiency=catch.efficiency,
        outlet_height=catch.outlet_height,
    )
    found = caught(relief, drum_capacity=catch.drum if works else 0.0, treatment=treatment)
    books = Conservation(
        held=sum(item.held for item in outflows),
        airborne=found.passed.total_mass,
        pool_evaporated=0.0,
        left_in_pool=0.0,
        left_in_vessel=sum(item.left for item in outflows),
        caught=found.in_drum + found.removed,
        expansion_energy_error=gap,
    )
    told = f"It relieves into {catch.id}, which holds or burns {books.caught:.3g} of {relief.total_mass:.3g} kg."
    if found.overloaded_after is not None:
        told += f" More gets past it from {found.overloaded_after:.0f} s on."
    middle = 0.5 * (found.passed.time[1:] + found.passed.time[:-1])
    came = relief.mass_flow_rate[np.searchsorted(relief.time, middle, side="right") - 1]
    return replace(found.passed, discharge_rate=came, conservation=books, says=(*says, told))


def _added(parts: list[ReleaseTerm], height: float, says: tuple[str, ...], caveats: tuple[Caveat, ...]) -> ReleaseTerm:
    """Releases through one break as one: rates added, states weighed by them."""
    edges = np.unique(np.concatenate([part.time for part in parts]))
    edges = edges[np.concatenate(([True], np.diff(edges) > _SAME_TIME))]
    middle = 0.5 * (edges[1:] + edges[:-1])
    rates = np.zeros((len(parts), len(middle)))
    sums = np.zeros((4, len(middle)))
    for row, part in enumerate(parts):
        index = np.clip(np.searchsorted(part.time, middle, side="right") - 1, 0, len(part.mass_flow_rate) - 1)
        flowing = middle <= part.duration
        rates[row] = np.where(flowing, part.mass_flow_rate[index], 0.0)
        values = (part.vapour_fraction, part.temperature, 1.0 / part.density, part.velocity)
        sums += np.stack([value[index] for value in values]) * rates[row]
    total = rates.sum(axis=0)
    weight = np.maximum(total, _SMALLEST_FLOW)
    main = parts[int(np.argmax([part.total_mass for part in parts]))]
    still = total <= _SMALLEST_FLOW
    state = np.where(still, _resting(main), sums / weight)
    return ReleaseTerm(
        substance=main.substance,
        time=edges,
        mass_flow_rate=np.where(still, 0.0, total),
        vapour_fraction=state[0],
        temperature=state[1],
        density=1.0 / state[2],
        velocity=state[3],
        source_height=height,
        says=says,
        caveats=caveats,
    )


def _resting(main: ReleaseTerm) -> Array:
    """State given to steps in which nothing flows: the last one that did."""
    last = (main.vapour_fraction[-1], main.temperature[-1], 1.0 / main.density[-1], main.velocity[-1])
    return np.array(last)[:, np.newaxis]


def _along(term: ReleaseTerm, main: ReleaseTerm) -> ReleaseTerm:
    """The release with the way out of a part of it that has one."""
    middle = 0.5 * (term.time[1:] + term.time[:-1])
    index = np.clip(np.searchsorted(main.time, middle, side="right") - 1, 0, main.mass_flow_rate.size - 1)
    return replace(term, stations=each_place(main.stations, lambda _, values: values[index]))


def _with_stations(term: ReleaseTerm, outflows: list[Outflow], ambient: float) -> tuple[ReleaseTerm, float]:
    """The release with the way out of its strongest stream, and how well energy closes along it."""
    main = max(outflows, key=lambda item: float(np.sum(item.flow.mass_flow_rate * np.diff(item.flow.time))))
    flow, shut = main.flow, main.feed.shut
    steps = flow.time.size - 1
    open_steps = steps if shut is None else max(int(np.sum(flow.time[:-1] < shut)), 1)
    found, gap = stations(
        substance(term.substance),
        vessel=main.feed.vessel,
        path=main.feed.path,
        pressure=flow.vessel_pressure[:open_steps],
        temperature=flow.vessel_temperature[:open_steps],
        mass=flow.vessel_mass[:open_steps],
        ambient_pressure=ambient,
    )
    middle = 0.5 * (term.time[1:] + term.time[:-1])
    index = np.clip(np.searchsorted(flow.time, middle, side="right") - 1, 0, open_steps - 1)
    return replace(term, stations=each_place(found, lambda _, values: values[index])), gap
