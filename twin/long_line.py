"""A long line that breaks off: each end of the break is a line that runs out, by `physics.discharge.pipe_rupture`.

A vessel behind an end feeds it through the line's own friction as long as that is what holds the flow back; where
fittings or narrower lines hold it back more, the line runs out as one that nothing feeds, and the vessel's flow through
all of its way is added.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from physics.cards import Caveat, Grade
from physics.discharge.fluid import SATURATION_SLACK
from physics.discharge.pipe_line import End, PipeSide, PipeValve
from physics.quantities import GRAVITY
from physics.substances import substance
from twin.held import Bias, held_now, pressure_now, warmth_now
from twin.line_run import SHORTEST_END, Around, Broken, Content, Stretch, run_out
from twin.parts import Line, Valve, ValveRole
from twin.plant import Plant
from twin.sections import reading
from twin.state import Snapshot
from twin.supply import Leak, Way, line_heads

LONG_LINE = 100.0
"""Length from which a line is long, m: it holds about half a minute of its own steady flow, which is what a shutdown
takes (38 mm of chlorine: 156 kg at 4.5 kg/s); a shorter one is empty or settled before anything can be done."""
LONG_BORES = 100.0
"""Length over diameter below which friction does not rule the flow."""
WIDE = 0.8
"""Diameter over the broken line's from which a line next to it counts as more of it."""


def is_long(plant: Plant, hole: Leak) -> bool:
    """Whether a leak is the full bore of a long line."""
    found = plant.part(hole.part)
    if not hole.full_bore or (isinstance(found, Valve) and found.role is ValveRole.PRV):
        return False
    line = _line(plant, hole)
    return line.length >= max(LONG_LINE, LONG_BORES * line.diameter)


def broken_line(
    plant: Plant,
    snapshot: Snapshot | None,
    hole: Leak,
    *,
    bias: Bias,
    isolated_after: float | None,
    closed: Mapping[str, float],
    duration: float,
    ambient_pressure: float,
    cancelled: Callable[[], bool] | None = None,
) -> Broken:
    """What both ends of a long line let out.

    Parameters
    ----------
    isolated_after : float or None
        When the shutdown valves shut, s; ``None``: they do not.
    closed : mapping
        Valve tag to the time it shuts, s; 0: it is shut.
    duration : float
        s.
    ambient_pressure : float
        Pa.
    cancelled : callable or None
        Asked every few thousand time steps.

    Raises
    ------
    ModelInputError
        The substance or its state is outside the pipe's model; the field is named.
    """
    line = _line(plant, hole)
    fluid = plant.fluids[line.fluid]
    around = Around(
        plant=plant, snapshot=snapshot, line=line, fluid=substance(fluid.substance), liquid=fluid.state == "liquid",
        bias=bias, isolated_after=isolated_after, closed=closed, duration=duration, ambient=ambient_pressure,
        height=hole.height, cancelled=cancelled,
    )  # fmt: skip
    sides = {side: _easiest(hole, side) for side in ("start", "end")}
    contents = {side: _content(around, side, ways) for side, ways in sides.items() if ways}
    ends = list[Broken]()
    for side, ways in sides.items():
        content = contents.get(side) or replace(next(iter(contents.values())), rise=0.0, flow=0.0) if contents else None
        if content is not None:
            ends.append(_end(around, hole, side, ways, content, ends=_ends_fed(sides)))
    told = [*_assumed(around, hole), *(item for content in contents.values() for item in content.caveats)]
    return Broken(
        lines=tuple(item for end in ends for item in end.lines),
        throttled=tuple(item for end in ends for item in end.throttled),
        says=tuple(item for end in ends for item in end.says),
        caveats=(*told, *(item for end in ends for item in end.caveats)),
    )


def _line(plant: Plant, hole: Leak) -> Line:
    found = plant.part(hole.part)
    return plant.lines[found.line if isinstance(found, Valve) else hole.part]


def _easiest(hole: Leak, side: str) -> list[Way]:
    """Easiest way of each vessel to one end, the easiest of all first."""
    found: dict[str, Way] = {}
    for way in hole.ways:
        if way.side == side and (way.vessel not in found or way.ease > found[way.vessel].ease):
            found[way.vessel] = way
    return sorted(found.values(), key=lambda way: -way.ease)


def _ends_fed(sides: Mapping[str, list[Way]]) -> dict[str, int]:
    """How many ends each vessel feeds: it can give its mass once."""
    tags = [way.vessel for ways in sides.values() for way in ways]
    return {tag: tags.count(tag) for tag in tags}


def _end(
    around: Around, hole: Leak, side: str, ways: list[Way], content: Content, *, ends: Mapping[str, int]
) -> Broken:
    """One end of the break: shut off, fed through its own friction, or fed through something narrower."""
    towards = getattr(around.line, side)
    shut = {way.vessel: {tag for tag, at in around.times(way).items() if at <= 0.0} for way in ways}
    live = [way for way in ways if not shut[way.vessel]]
    if not live:
        blocked = [_stretch(around, way, shut[way.vessel]) for way in ways]
        stretch = max(blocked, key=lambda item: item.equal, default=_dead_end(around, hole, side))
        return run_out(around, stretch, PipeSide(length=max(stretch.equal, 0.1)), content, 0.0, towards)
    stretch = _stretch(around, live[0])
    if stretch.equal < SHORTEST_END * around.line.diameter:
        return Broken(lines=(), throttled=tuple(live), says=(), caveats=())
    gate, valve = _gate(around, live, stretch)
    narrow = 1.0 / sum(1.0 / math.sqrt(max(_stretch(around, way).rest, 1e-9)) for way in live) ** 2
    if narrow > stretch.heads and content.flow == 0.0:
        found = run_out(around, stretch, PipeSide(length=stretch.equal, valve=valve), content, 0.0, towards)
        says = (
            f"Something narrower stands between {around.line.tag} and {', '.join(way.vessel for way in live)}: the "
            "flow through it is added to that of a line which nothing feeds."
        )
        return replace(found, throttled=tuple(live), says=(*found.says, says))
    pipe = PipeSide(
        length=stretch.equal,
        end=End.PUMP if content.flow > 0.0 else End.RESERVOIR,
        feeds_until=_fed_until(around, live, gate),
        check_valve=any(around.plant.valves[tag].role is ValveRole.CHECK for way in live for tag in way.valves),
        valve=valve,
        elevation_change=min(max(content.rise, -stretch.equal), stretch.equal),
    )
    mass = sum(_feedable(around, way) / ends[way.vessel] for way in live)
    return run_out(around, replace(stretch, heads=stretch.heads + narrow), pipe, content, mass, towards)


def _stretch(around: Around, way: Way, shut: Collection[str] = ()) -> Stretch:
    """The line of a way from the break back to where it narrows, or to the nearest valve that is shut."""
    bore, plant = around.line.diameter, around.plant
    nearest = min((reach for tag, reach in zip(way.valves, way.reaches, strict=True) if tag in shut), default=math.inf)
    real = equal = heads = 0.0
    for tag, share in reversed(way.pieces):
        line = plant.lines[tag]
        if line.diameter < WIDE * bore or real >= nearest:
            break
        share = min(share, (nearest - real) / line.length)
        real += share * line.length
        equal += share * line.length * (line.diameter / bore) ** 2
        heads += line_heads(plant, tag, share, bore)
    whole = way.heads * (bore / way.diameter) ** 4
    return Stretch(real=real, equal=equal, heads=heads, rest=max(whole - heads, 0.0))


def _dead_end(around: Around, hole: Leak, side: str) -> Stretch:
    """The broken line's own piece that no vessel stands behind, up to a check valve that bars it."""
    line, found = around.line, around.plant.part(hole.part)
    at = found.position if isinstance(found, Valve) else 0.5
    share = at if side == "start" else 1.0 - at
    bars = [
        abs(valve.position - at)
        for valve in around.plant.valves_on(line.tag)
        if valve.role is ValveRole.CHECK and side == "end" and valve.position >= at
    ]
    share = min([share, *bars])
    length = share * line.length
    return Stretch(real=length, equal=length, heads=line_heads(around.plant, line.tag, share, line.diameter))


def _gate(around: Around, live: list[Way], stretch: Stretch) -> tuple[str | None, PipeValve | None]:
    """The valve nearest to the break that every way passes and that shuts, if it stands in this stretch."""
    main = live[0]
    found = [
        (reach, tag, around.times(main)[tag])
        for tag, reach in zip(main.valves, main.reaches, strict=True)
        if tag in around.times(main) and reach <= stretch.real and all(tag in way.valves for way in live)
    ]
    if not found:
        return None, None
    reach, tag, at = min(found)
    stroke = min(around.plant.valves[tag].stroke_time or 0.0, at)
    away = min(max(reach * stretch.equal / stretch.real, around.line.diameter), stretch.equal)
    return tag, PipeValve(distance=away, closes_at=at - stroke, stroke=stroke)


def _fed_until(around: Around, live: list[Way], gate: str | None) -> float | None:
    """When the last way is shut by a valve other than the gate, s; ``None``: never."""
    ends = [min((at for tag, at in around.times(way).items() if tag != gate), default=math.inf) for way in live]
    return None if math.isinf(max(ends)) else max(ends)


def _content(around: Around, side: str, ways: list[Way]) -> Content:
    """What the vessel of highest pressure behind an end makes stand in it, with nothing flowing unless a pump runs."""
    content = max((_content_of(around, way) for way in ways), key=lambda item: item.pressure)
    pumps = sorted({tag for way in ways for tag in _pumps(around.plant, way)})
    if not pumps:
        return content
    tag = around.line.tag
    flow, _ = reading(around.plant, around.snapshot, tag, "mass_flow_rate")
    pressure, _ = reading(around.plant, around.snapshot, tag, "pressure")
    if side == "start" and flow is not None and flow > 0.0 and pressure is not None:
        return replace(content, flow=flow, pressure=pressure, rise=0.0)
    says = (
        f"No reading says what {', '.join(pumps)} gives and at what pressure: {tag} is taken at the pressure of the "
        "vessel before it."
    )
    return replace(content, caveats=(*content.caveats, Caveat(Grade.DEGRADED, tag, says)))


def _pumps(plant: Plant, way: Way) -> set[str]:
    """Pumps that a way goes through."""
    ends = {end for tag in way.lines for end in (plant.lines[tag].start, plant.lines[tag].end)}
    tags = {plant.nozzles[end].equipment if end in plant.nozzles else end for end in ends}
    return {tag for tag in tags if tag in plant.equipment and "pump" in plant.equipment[tag].kind.lower()}


def _content_of(around: Around, way: Way) -> Content:
    plant, snapshot, bias = around.plant, around.snapshot, around.bias
    table = around.fluid.saturation
    inventory = plant.equipment[way.vessel].inventory
    assert inventory is not None
    pressure, about_p = pressure_now(plant, snapshot, way.vessel, inventory.pressure, bias)
    warm, about_t = warmth_now(plant, snapshot, way.vessel, inventory.temperature, bias)
    caveats = (*about_p, *about_t)
    if not around.liquid:
        if warm < table.temperature_high:
            pressure = min(pressure, float(table.pressure(warm)) * (1.0 - 2.0 * SATURATION_SLACK))
        return Content(pressure=pressure, temperature=warm, rise=0.0, caveats=caveats)
    held = held_now(plant, snapshot, way, bias)
    vessel = held.vessel
    # the line's own content runs out the less, the colder it is: the low run warms it no more than the others
    boils = float(table.temperature(min(pressure, 0.9 * table.critical_pressure)))
    warm = min(warmth_now(plant, snapshot, way.vessel, inventory.temperature, Bias(0))[0], boils)
    warm = min(max(warm, table.temperature_low), table.temperature_high)
    boiling, density = float(table.pressure(warm)), float(table.liquid_density(warm))
    fill = vessel.mass / (vessel.volume * density)
    head = max(fill - vessel.opening_fill, 0.0) * vessel.height
    far = max(pressure, boiling) + GRAVITY * density * head
    length = around.line.length
    rise = min(max(way.rise, -0.4 * length), (far - boiling) / (GRAVITY * density), 0.4 * length)
    return Content(pressure=far - GRAVITY * density * rise, temperature=warm, rise=rise, caveats=held.caveats)


def _feedable(around: Around, way: Way) -> float:
    """What a vessel can give, kg."""
    item = around.plant.equipment[way.vessel]
    if item.boundary or item.inventory is None:
        return math.inf
    if around.liquid:
        return held_now(around.plant, around.snapshot, way, around.bias).vessel.mass
    pressure, _ = pressure_now(around.plant, around.snapshot, way.vessel, item.inventory.pressure, around.bias)
    warm, _ = warmth_now(around.plant, around.snapshot, way.vessel, item.inventory.temperature, around.bias)
    return item.volume * float(around.fluid.gas.density(warm, pressure=pressure))


def _assumed(around: Around, hole: Leak) -> list[Caveat]:
    line = around.line
    found = [
        Caveat(
            Grade.NOTE,
            line.tag,
            f"{line.tag} is {line.length:.0f} m long: what stands in it runs out of both ends of the break. Before it "
            "nothing flowed and each end stood at the pressure of the vessel behind it.",
        )
    ]
    says = "The line is marched in coarse cells, for speed: what it gives in an hour is up to 9 % high."
    found.append(Caveat(Grade.NOTE, "pipe-rupture", says))
    if hole.part == line.tag:
        found.append(Caveat(Grade.NOTE, line.tag, f"Nobody says where {line.tag} breaks: its middle was taken."))
    return found


__all__ = ["LONG_BORES", "LONG_LINE", "Broken", "broken_line", "is_long"]
