"""What a board knows of fire and explosion: how far they reach, the cloud that may burn, vessels that may fail next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import nearest_points

from physics.cards import Grade
from physics.dispersion.cloud import Cloud
from physics.dispersion.flammable import FLAME_AVERAGING, HALF
from physics.harm.toxic_load import SHORTEST, Level
from physics.substances import Substance
from scenarios.board.ways import FireZone, Zone
from scenarios.outer_edge import OuterEdge, outer_edge
from scenarios.outlook import Outlook
from scenarios.receptors import outline, turned_towards
from twin.parts import PopulationArea

Array = NDArray[np.float64]
Json = Mapping[str, Any]

BEST, OUTER = "best", "outer"
CREDIBLE = 0.01
"""Probability of failing from which people are kept out of reach of a vessel's fireball (judgement)."""
LEAVE_FLUX, LEAVE_PRESSURE = "4 kW/m2", "13.8 kPa"
LEAVE_HEAT, LEAVE_BLAST = 4.0e3, 13.8e3
"""From which people are to leave: W/m², pain within 20 s, and Pa, walls fall in part (practice, memory, unverified)."""
INSIDE_HEAT, INSIDE_BLAST = 1.6e3, 2.07e3
"""From which they are to keep indoors away from windows: W/m², nobody is harmed below; Pa, windows break (as above)."""
NOT_COMPUTED = "what it does if it is lit could not be computed"
FIRE_NOT_VALID = "no fire or explosion model here is valid for this release"
_TIMES = 24
"""Times at which the cloud that may burn is looked at."""
_AXIS = np.geomspace(5.0, 10_000.0, 48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fireball:
    """Of a vessel that may fail: its place, m, how likely and when, s after the fire began, and how far heat reaches.

    ``reach`` is in m from the vessel by heat flux, ``duration`` in s.
    """

    vessel: str
    edge: str
    place: tuple[float, float]
    probability: float
    at: float
    duration: float
    reach: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Burning:
    """What a release does if it is lit, as a board needs it.

    Attributes
    ----------
    lit : tuple of mapping
        Every way to burn, see `scenarios.ignition`.
    seen : mapping
        Heat, blast and flash by area and edge.
    fireballs : tuple of Fireball
        Of vessels that may credibly fail.
    clouds : tuple of Cloud
        High releases, with the averaging time of what has to burn: the farthest wind of each model.
    burns, may_burn : Zone
        Where they reach the lower flammable limit and half of it at any time.
    lower : float
        Lower flammable limit, mole fraction.
    reasons : tuple of str
        Why fire cannot be judged; empty where it can.
    """

    lit: tuple[Json, ...]
    seen: Mapping[tuple[str, str], Json]
    fireballs: tuple[Fireball, ...]
    clouds: tuple[Cloud, ...]
    burns: Zone
    may_burn: Zone
    lower: float
    winds: Outlook
    reasons: tuple[str, ...]

    @property
    def source(self) -> tuple[float, float]:
        """Place of the release, m."""
        return self.may_burn.source

    @property
    def known(self) -> bool:
        """Whether the wind's direction is."""
        return self.winds.central is not None

    def reach(self, level: str) -> float:
        """Greatest distance from the source of a level at the outer edge, m."""
        return max((item["reach_m"].get(level, 0.0) for item in self.lit if item["edge"] == OUTER), default=0.0)

    def shapes(self, level: str) -> shapely.MultiPolygon:
        """Where a level is reached in the best estimate."""
        found = [
            shapely.Polygon(rings[0], rings[1:])
            for item in self.lit
            if item["edge"] == BEST
            for rings in item["shapes"].get(level, ())
        ]
        parts = shapely.get_parts(shapely.union_all(found))
        return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])

    def zone(self, toxic: Zone | None = None) -> FireZone:
        """Everything people are to be out of; with the zone of a level of poisoning, that too."""
        about = toxic or self.may_burn
        source = max(self.reach(LEAVE_FLUX), self.reach(LEAVE_PRESSURE))
        circles = [(*self.source, source)] if source > 0.0 else []
        circles += [(*ball.place, ball.reach.get(LEAVE_FLUX, 0.0)) for ball in self.fireballs if ball.edge == OUTER]
        return FireZone(
            half_angle=about.half_angle,
            spread=about.spread,
            distance=about.distance,
            around=about.around,
            source=about.source,
            bearing=about.bearing,
            burns=self.burns,
            may_burn=self.may_burn,
            circles=tuple(circles),
        )

    def fireball_reach(self) -> float:
        """Greatest distance from the source at which a fireball gives `LEAVE_FLUX`, m."""
        here = np.array(self.source)
        found = [
            float(np.hypot(*(np.array(ball.place) - here))) + ball.reach.get(LEAVE_FLUX, 0.0)
            for ball in self.fireballs
            if ball.edge == OUTER
        ]
        return max(found, default=0.0)

    def arrival(self, points: Array, until: float) -> float | None:
        """When half the lower limit first reaches any of some points at the outer edge, s; ``None`` for never."""
        times = _times(until)
        first = np.inf
        for cloud in self.clouds:
            x, y = turned_towards(points, self.source, self.winds, cloud.weather)
            fractions = cloud.mole_fraction(x, y, 0.0, times)
            reached = np.flatnonzero((fractions >= HALF * self.lower).any(axis=1))
            if reached.size:
                first = min(first, float(times[reached[0]] - 0.5 * (times[1] - times[0])))
        return float(first) if np.isfinite(first) else None


def looked_at(area: PopulationArea, towards: Iterable[tuple[float, float]]) -> Array:
    """Points of an area: its outline's, and those nearest to places of danger, so that nothing small is missed."""
    points = outline(area)
    if len(area.polygon) < _LEAST_CORNERS:
        return points
    shape = shapely.Polygon(area.polygon)
    near = [nearest_points(shape, shapely.Point(place))[0] for place in towards]
    return np.vstack([points, *(np.array([[point.x, point.y]]) for point in near)])


_LEAST_CORNERS = 3


def _times(until: float) -> Array:
    return np.asarray((np.arange(_TIMES) + 0.5) * until / _TIMES)


def burning(
    lit: Json | None,
    of: Substance,
    clouds: tuple[Cloud, ...],
    *,
    winds: Outlook,
    source: tuple[float, float],
    until: float,
    pool: ThreadPoolExecutor,
) -> Burning | None:
    """Gather what a board needs of fire; ``None`` for what does not burn or was not computed.

    Parameters
    ----------
    lit : mapping or None
        What `scenarios.ignition.if_lit` found.
    clouds : tuple of Cloud
        Of the outer edge, every wind and model.
    until : float
        End of the forecast, s.
    """
    if lit is None or of.flammability is None or not clouds:
        return None
    lower = of.flammability.lower_limit
    times = _times(until)
    chosen = _farthest(clouds, HALF * lower, times)
    limits = tuple(Level(name, {_MINUTES: share * lower}, False) for name, share in (("LFL", 1.0), ("LFL/2", HALF)))
    edge = outer_edge(chosen, levels=limits, times=times, exponent=None, pool=pool)
    reach = [
        max((item["reach_m"].get(level, 0.0) for item in lit["lit"] if item["edge"] == OUTER), default=0.0)
        for level in ("LFL", "LFL/2")
    ]
    return Burning(
        lit=tuple(lit["lit"]),
        seen={(row["id"], row["edge"]): row for row in lit["receptors"]},
        fireballs=_fireballs(lit["escalation"]),
        clouds=chosen,
        burns=_zone(edge, 0, reach[0], winds, source),
        may_burn=_zone(edge, 1, reach[1], winds, source),
        lower=lower,
        winds=winds,
        reasons=_reasons(lit),
    )


_MINUTES = int(SHORTEST / 60)


def _farthest(clouds: tuple[Cloud, ...], level: float, times: Array) -> tuple[Cloud, ...]:
    """Of each release and model the wind in which a concentration reaches farthest, with flames' averaging time."""
    best: dict[tuple[int, str | None], tuple[float, Cloud]] = {}
    for cloud in clouds:
        above = np.flatnonzero((cloud.mole_fraction(_AXIS, 0.0, 0.0, times) >= level).any(axis=0))
        far, key = float(_AXIS[above[-1]]) if above.size else 0.0, (id(cloud.release), cloud.model)
        if key not in best or far > best[key][0]:
            best[key] = (far, cloud)
    return tuple(
        Cloud(cloud.release, cloud.weather, model=cloud.model, averaging_time=FLAME_AVERAGING)
        for _, cloud in best.values()
    )


def _zone(edge: OuterEdge, index: int, reach: float, winds: Outlook, source: tuple[float, float]) -> Zone:
    """Zone of a limit; about the source it is reached all round, for a jet may point any way."""
    distance = max(float(edge.distance[index]), reach)
    return Zone(
        half_angle=edge.zone[index],
        spread=winds.spread,
        distance=distance,
        around=min(max(edge.around, reach), distance),
        source=source,
        bearing=winds.reference.downwind_bearing,
    )


def _fireballs(rows: Iterable[Json]) -> tuple[Fireball, ...]:
    found = []
    for row in rows:
        then = row["then"]
        if then is None or row["probability"] < CREDIBLE:
            continue
        found.append(
            Fireball(
                vessel=row["target"],
                edge=row["edge"],
                place=(float(row["x_m"]), float(row["y_m"])),
                probability=row["probability"],
                at=row["time_to_failure_s"] or 0.0,
                duration=then["duration_s"],
                reach=then["reach_m"],
            )
        )
    return tuple(sorted(found, key=lambda ball: (ball.edge, ball.at, ball.vessel)))


def _reasons(lit: Json) -> tuple[str, ...]:
    found = []
    if not any(item["edge"] == OUTER for item in lit["lit"]) or any(c["about"] == "ignition" for c in lit["caveats"]):
        found.append(NOT_COMPUTED)
    if any(caveat["grade"] == Grade.NOT_VALID for caveat in lit["caveats"]):
        found.append(FIRE_NOT_VALID)
    return tuple(found)
