"""What a hole in a part lets out from now on: low, best and high, each a whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from physics.cards import Caveat, Grade, ModelInputError
from physics.discharge import Discharge, FlowPath, Vessel, blowdown, discharge
from physics.discharge.flashing_models import EQUILIBRIUM_LENGTH
from physics.pools import GROUNDS
from physics.rainout import Site, Standing
from physics.release import ReleaseBand, ReleaseTerm
from physics.substances import NoSaturationState, Substance, substance
from physics.weather import Weather, clear_sky_flux, highest_sun, solar_elevation
from twin.feeds import Feed, alike, joined, once, widened
from twin.held import Bias, held_now
from twin.long_line import Broken, broken_line, is_long
from twin.outflow import COARSE, FINE, MEAN, Outflow, into_a_catch, into_the_air
from twin.parts import Catch, Equipment, Line, Valve, ValveRole
from twin.plant import Plant
from twin.sections import AUTOMATIC, isolatable_sections, section_of
from twin.shared_pipe import share_of_flow
from twin.state import Snapshot
from twin.station import WeatherReading, weather_from
from twin.supply import CannotLeak, Leak, Way, closing_times, leak, residual_heads

__all__ = ["CannotLeak", "WeatherReading", "release_band", "weather_from"]

NEVER: Mapping[str, float] = MappingProxyType({})
_SMALLEST_FLOW = 1e-6
USUAL_WEATHER = Weather(wind_speed=3.0, wind_from_direction=0.0, stability_class="D")
"""Air over a pool where nobody says what it is; assumed."""
Standings = tuple[Standing | None, Standing | None, Standing | None]
Spread = Callable[[Callable[[int], Broken], tuple[int, ...]], Iterable[Broken]]
NO_POOL: Standings = (None, None, None)
_Flowing = tuple[list[Way], float | None, Vessel, list[FlowPath], list[Discharge]]
"""Ways out of a vessel, when they shut, the vessel, and each way as a path with its flow at the start."""


RELEASE_STEPS = 40
"""Steps a release is given in: 240 move its mass by less than 0.2 % and take three times as long."""


def release_band(
    plant: Plant,
    snapshot: Snapshot | None,
    *,
    part: str,
    hole_diameter: float | None = None,
    isolated_after: float | None = None,
    duration: float = 3600.0,
    closed_valves: Mapping[str, float] = NEVER,
    weather: Weather = USUAL_WEATHER,
    standing: Standings = NO_POOL,
    cancelled: Callable[[], bool] | None = None,
    spread: Spread = map,
) -> ReleaseBand:
    """Low, best and high release of a hole in a part, starting now.

    Every vessel that can reach the leak feeds it by its easiest way to each side of the break; a way ends when a valve
    on it shuts, and what is locked between valves and hole runs out after that. The best run chooses the flow
    regime by the length of the way; the high run takes the regime and the readings that give more, the low run those
    that give less. An excess-flow valve is never assumed to close. Droplets that fall out make a pool, in the bund the
    part stands in; its vapour is part of the release. No sun warms it but in the high run, where the sky is clear.

    Parameters
    ----------
    plant : Plant
    snapshot : Snapshot or None
        Readings now; ``None``: the plant file's values.
    part : str
        Tag of a line, hose, valve or vessel.
    hole_diameter : float or None
        m; ``None``: full bore.
    isolated_after : float or None
        When the shutdown valves shut, s; ``None``: they do not.
    duration : float
        s.
    closed_valves : mapping
        Valve tag to the time it shuts, s: what people do.
    weather : Weather
        Over the pool; its pressure is that outside.
    standing : tuple of Standing or None
        Pools there already, of the low, best and high run.
    cancelled : callable or None
        Asked while a long line is marched; ``True`` raises `physics.discharge.pipe_rupture.RuptureCancelled`.
    spread : callable
        How the runs of a long line are mapped: a thread pool's ``map`` marches them at once.

    Raises
    ------
    UnknownPart
        No such part.
    CannotLeak
        Nothing harmful can come out of it.
    ModelInputError
        The state is outside what the models know; the field is named.
    """
    hole = leak(plant, part=part, hole_diameter=hole_diameter)
    broken, why = _broken(plant, snapshot, hole, isolated_after, closed_valves, duration, weather, cancelled, spread)
    runs = [
        _run(
            plant,
            snapshot,
            hole,
            Bias(sign),
            isolated_after,
            closed_valves,
            duration,
            weather,
            replace(_site(plant, part, pool), solar_flux=_sunshine(plant, snapshot) if sign > 0 else 0.0),
            ends,
            why,
        )
        for sign, pool, ends in zip((-1, 0, 1), standing, broken, strict=True)
    ]
    return ReleaseBand(low=runs[0], best=runs[1], high=runs[2])


def _broken(
    plant: Plant,
    snapshot: Snapshot | None,
    hole: Leak,
    isolated_after: float | None,
    closed: Mapping[str, float],
    duration: float,
    weather: Weather,
    cancelled: Callable[[], bool] | None,
    spread: Spread,
) -> tuple[tuple[Broken | None, ...], tuple[Caveat, ...]]:
    """Ends of a long line that broke off, of the low, best and high run; none of any, and why, where one has none."""
    if not is_long(plant, hole):
        return (None, None, None), ()
    run = partial(
        broken_line,
        plant,
        snapshot,
        hole,
        isolated_after=isolated_after,
        closed=closed,
        duration=duration,
        ambient_pressure=weather.ambient_pressure,
        cancelled=cancelled,
    )
    try:
        return tuple(spread(lambda sign: run(bias=Bias(sign)), (-1, 0, 1))), ()
    except (ModelInputError, NoSaturationState) as error:
        says = (
            f"{hole.part} is a long line, but is taken as a short one that its vessels feed: {str(error).rstrip('.')}."
        )
        return (None, None, None), (Caveat(Grade.DEGRADED, hole.part, says),)


def _site(plant: Plant, part: str, standing: Standing | None) -> Site:
    """What liquid from a part falls on: its bund's floor, else bare concrete that nothing bounds."""
    found = plant.part(part)
    item = plant.lines[found.line] if isinstance(found, Valve) else found
    bund = plant.bunds[item.bund] if isinstance(item, Equipment | Line) and item.bund else None
    if bund is None:
        return Site(standing=standing)
    return Site(ground=GROUNDS[bund.ground], bund_area=bund.area, standing=standing)


def _sunshine(plant: Plant, snapshot: Snapshot | None) -> float:
    """Clear sky's sun on a pool now; where nobody says when, the highest sun of the year there, W/m²."""
    longitude, latitude = plant.origin
    if snapshot is None:
        return clear_sky_flux(highest_sun(latitude))
    return clear_sky_flux(solar_elevation(snapshot.at, longitude=longitude, latitude=latitude))


def _catch(plant: Plant, hole: Leak) -> Catch | None:
    """What a relief valve that opens ends in; a smaller hole in it leaks into the open."""
    found = plant.part(hole.part)
    if not isinstance(found, Valve) or not hole.full_bore or found.role is not ValveRole.PRV or found.catch is None:
        return None
    return plant.catches[found.catch]


def _run(
    plant: Plant,
    snapshot: Snapshot | None,
    hole: Leak,
    bias: Bias,
    isolated_after: float | None,
    closed: Mapping[str, float],
    duration: float,
    weather: Weather,
    site: Site,
    ends: Broken | None,
    why: tuple[Caveat, ...],
) -> ReleaseTerm:
    ambient = weather.ambient_pressure
    fluid = substance(plant.fluids[hole.fluid].substance)
    says, caveats = list(ends.says if ends else ()), [*why, *(ends.caveats if ends else ())]
    lines = ends.lines if ends else ()
    feeds, flowing = list[Feed](), list[_Flowing]()
    reached = replace(hole, ways=ends.throttled) if ends else hole
    for group, shut in _groups(plant, reached, isolated_after, closed, ambient):
        held = held_now(plant, snapshot, group[0], bias)
        caveats += held.caveats
        paths = [_path(plant, way, hole, bias) for way in group]
        first = [_now(fluid, held.vessel, path, ambient) for path in paths]
        if sum(item.mass_flow_rate for item in first) > _SMALLEST_FLOW:
            flowing.append((group, shut, held.vessel, paths, first))
    sharing = list(_sharing(plant, flowing))
    for group, shut, vessel, paths, first in sharing:
        flow = sum(item.mass_flow_rate for item in first)
        feeds.append(Feed(vessel=vessel, path=joined(paths, first), flow=flow, shut=shut))
        says += _words(group, first, shut)
        caveats += _excess_flow_caveats(plant, group, first)
    says += _crowded(flowing, sharing)
    if not feeds and not lines:
        raise CannotLeak(f"{hole.part} is fed by nothing under pressure, so nothing comes out of it")
    trapped = 0.0 if lines else _trapped(plant, snapshot, hole, closed, isolated_after)
    outflows: list[Outflow] = []
    for feed in alike(feeds):
        locked_in = trapped if feed.shut is not None and not outflows else 0.0
        result = blowdown(
            fluid,
            vessel=feed.vessel,
            path=feed.path,
            duration=duration,
            isolated_after=feed.shut,
            trapped_mass=locked_in,
            ambient_pressure=ambient,
            steps=RELEASE_STEPS,
        )
        outflows.append(Outflow(feed=feed, flow=result, trapped=locked_in))
        caveats += result.caveats
    if isolated_after is not None and not closed:
        caveats += _not_isolated(plant, hole)
    catch = _catch(plant, hole)
    if catch is not None:
        works = bias.sign <= 0 or catch.availability == 1.0
        told = tuple(dict.fromkeys(says))
        return into_a_catch(outflows, catch=catch, works=works, weather=weather, says=told, caveats=once(caveats))
    return into_the_air(
        outflows,
        lines=lines,
        height=hole.height,
        weather=weather,
        site=site,
        spray=(COARSE, MEAN, FINE)[bias.sign + 1],
        duration=duration,
        says=tuple(dict.fromkeys(says)),
        caveats=once(caveats),
    )


def _sharing(plant: Plant, flowing: list[_Flowing]) -> Iterator[_Flowing]:
    """The same ways, those to one side that shut together narrowed to what the lines they share let through."""
    together: dict[tuple[str, float | None], list[Way]] = {}
    for group, shut, _, _, first in flowing:
        for way, flow in zip(group, first, strict=True):
            if flow.mass_flow_rate > _SMALLEST_FLOW:
                together.setdefault((way.side, shut), []).append(way)
    shares = {key: share_of_flow(plant, ways) for key, ways in together.items()}
    for group, shut, vessel, paths, first in flowing:
        mine = [shares.get((way.side, shut), 1.0) for way in group]
        narrowed = [
            path if share == 1.0 else replace(widened(path, share**0.5), excess_flow_rate=path.excess_flow_rate)
            for path, share in zip(paths, mine, strict=True)
        ]
        yield group, shut, vessel, narrowed, [_less(*each) for each in zip(first, paths, mine, strict=True)]


def _less(flow: Discharge, path: FlowPath, share: float) -> Discharge:
    """A flow of which the pipe it shares with others lets a share through."""
    if share == 1.0:
        return flow
    rate, setting = flow.mass_flow_rate * share, path.excess_flow_rate
    return replace(flow, mass_flow_rate=rate, excess_flow_demanded=None if setting is None else rate > setting)


def _crowded(before: list[_Flowing], after: list[_Flowing]) -> list[str]:
    """That vessels share lines, where that takes something off."""
    alone, beside = (sum(flow.mass_flow_rate for *_, first in each for flow in first) for each in (before, after))
    if beside > 0.99 * alone:  # not worth a word
        return []
    return [f"Vessels that share lines get {beside:.3g} of {alone:.3g} kg/s through them together."]


def _groups(
    plant: Plant, hole: Leak, isolated_after: float | None, closed: Mapping[str, float], ambient: float
) -> list[tuple[list[Way], float | None]]:
    """Easiest way of each vessel to each side, gathered by vessel and by when they shut."""
    easiest: dict[tuple[str, str], Way] = {}
    for way in hole.ways:
        key = (way.vessel, way.side)
        if key not in easiest or way.ease > easiest[key].ease:
            easiest[key] = way
    if not hole.full_bore:  # one hole is fed by the vessel with the easiest way; others add little to it
        best = max(easiest.values(), key=lambda way: (_pushes(plant, way, ambient), way.ease), default=None)
        easiest = {("", ""): best} if best else {}
    gathered: dict[tuple[str, float | None], list[Way]] = {}
    for way in easiest.values():
        shut = closing_times(plant, way, isolated_after=isolated_after, closed=closed)
        gathered.setdefault((way.vessel, shut), []).append(way)
    return [(ways, shut) for (_, shut), ways in gathered.items()]


def _pushes(plant: Plant, way: Way, ambient: float) -> bool:
    """Whether a way's vessel stands under more than the pressure outside, by the plant file."""
    held = plant.equipment[way.vessel].inventory
    return held is not None and held.pressure > ambient


def _path(plant: Plant, way: Way, hole: Leak, bias: Bias) -> FlowPath:
    """The way as a path: regime pushed with the bias, losses on its narrowest diameter."""
    setting = way.excess_flow(plant)
    if not way.lines:  # a hole in a vessel's wall
        length = EQUILIBRIUM_LENGTH if bias.sign < 0 else 0.0
        return FlowPath(hole_diameter=hole.diameter, path_length=length, path_diameter=hole.diameter)
    long = way.length >= EQUILIBRIUM_LENGTH if bias.sign == 0 else bias.sign < 0
    broken = hole.full_bore or hole.diameter >= way.diameter
    heads = max(residual_heads(way), 0.0) * bias.resistance
    return FlowPath(
        hole_diameter=way.diameter if broken else hole.diameter,
        discharge_coefficient=1.0 if broken else None,
        path_length=EQUILIBRIUM_LENGTH if long else 0.0,
        path_diameter=way.diameter,
        loss_coefficient=heads,
        roughness=0.0,
        elevation_change=way.rise,
        excess_flow_rate=setting,
    )


def _now(fluid: Substance, vessel: Vessel, path: FlowPath, ambient: float) -> Discharge:
    """Flow of one way alone at the start."""
    table = fluid.saturation
    pressure = table.pressure(vessel.temperature) + vessel.pad_pressure
    fill = vessel.mass / (vessel.volume * table.liquid_density(vessel.temperature))
    return discharge(
        fluid,
        pressure=pressure,
        temperature=vessel.temperature,
        liquid=fill > vessel.opening_fill,
        liquid_head=max(fill - vessel.opening_fill, 0.0) * vessel.height,
        ambient_pressure=ambient,
        path=path,
    )


def _trapped(
    plant: Plant,
    snapshot: Snapshot | None,
    hole: Leak,
    closed: Mapping[str, float],
    isolated_after: float | None,
) -> float:
    """Mass in the lines between the shut valves and the hole, kg."""
    if isinstance(plant.part(hole.part), Equipment) or (isolated_after is None and not closed):
        return 0.0
    line = hole.part if hole.part in plant.lines else plant.valves[hole.part].line
    section = section_of(isolatable_sections(plant, snapshot, roles=AUTOMATIC), line, plant)
    if any(tag in plant.equipment and plant.equipment[tag].inventory for tag in section.parts):
        return 0.0
    return section.mass_of(hole.fluid)


def _not_isolated(plant: Plant, hole: Leak) -> list[Caveat]:
    """Vessels that go on feeding the leak although every shutdown valve shut."""
    feeding = sorted(
        {way.vessel for way in hole.ways if closing_times(plant, way, isolated_after=0.0, closed={}) is None}
    )
    if not feeding:
        return []
    says = (
        f"No shutdown valve stands between {hole.part} and {', '.join(feeding)}: closing them does not stop this leak."
    )
    return [Caveat(Grade.DEGRADED, hole.part, says)]


def _excess_flow_caveats(plant: Plant, group: list[Way], first: list[Discharge]) -> list[Caveat]:
    found = []
    for way, flow in zip(group, first, strict=True):
        valve = next((tag for tag in way.valves if plant.valves[tag].role == "excess_flow"), None)
        if valve and flow.excess_flow_demanded is not None:
            setting = way.excess_flow(plant) or 0.0
            relation = "exceeds" if flow.excess_flow_demanded else "stays under"
            then = "it should close, which is not assumed" if flow.excess_flow_demanded else "it will not close"
            says = (
                f"The flow of {flow.mass_flow_rate:.2f} kg/s {relation} the setting of {valve}, {setting:.2f} kg/s: "
                f"{then}."
            )
            found.append(Caveat(Grade.NOTE, valve, says))
    return found


def _words(group: list[Way], first: list[Discharge], shut: float | None) -> list[str]:
    until = "until the end" if shut is None else f"until {shut:g} s"
    return [
        f"{way.vessel} feeds it by {' - '.join(way.lines) or 'its own wall'}, {until}. {flow.says[0]}"
        for way, flow in zip(group, first, strict=True)
    ]
