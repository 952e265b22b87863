"""Outlines to draw: the outer credible edge and the best estimate, for the whole run and frame by frame."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import shapely
import xarray as xr
from numpy.typing import NDArray

from physics.cards import Grade
from scenarios.dataset import Branch

Array = NDArray[np.float64]

OUTER = "outer"
BEST = "best"
PROBABILITY = "probability"
SHARES = (0.1, 0.5, 0.9)
"""Shares of the winds around a forecast whose outlines are given."""
_FLOOR = 1e-15
"""Values below count as this before their logarithm is contoured."""
_ARC_POINTS = 24
_TOLERANCE = 0.5
"""Outlines are simplified to within this, m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """One outline.

    Attributes
    ----------
    level, branch, edge : str
        ``edge`` is ``outer`` (what people are protected by), ``best``, or ``probability``.
    time : float or None
        Middle of the frame, s; ``None`` for the zone of the whole run.
    polygons : shapely.MultiPolygon
        Metres east and north of the plant's origin; empty when the level is not reached.
    hatched : bool
        Whether a caveat degrades it.
    probability : float or None
        Of an outline of probability: the share of winds whose zone holds what lies inside.
    """

    level: str
    branch: str
    edge: str
    time: float | None
    polygons: shapely.MultiPolygon
    hatched: bool
    probability: float | None = None


def contours(data: xr.Dataset, *, branch: Branch | None = None, frames: bool = True) -> list[Contour]:
    """Outlines of a forecast, the mildest level first so that the gravest is drawn on top.

    Parameters
    ----------
    branch : Branch or None
        Only this one.
    frames : bool
        Whether to give the frames beside the zones of the whole run.
    """
    return list(_contours(data, [str(branch)] if branch else [str(name) for name in data.branch.values], frames))


def is_hatched(data: xr.Dataset) -> bool:
    """Whether a caveat that degrades a picture travels with the forecast."""
    grades = {item["grade"] for item in json.loads(data.attrs["caveats"])}
    return bool(grades & {str(Grade.DEGRADED), str(Grade.NOT_VALID)})


def _contours(data: xr.Dataset, branches: list[str], frames: bool) -> Iterator[Contour]:
    hatched = is_hatched(data)
    guides = json.loads(data.attrs["levels"])
    for branch in branches:
        one = data.sel(branch=branch)
        for level in reversed([str(name) for name in data.level.values]):
            at = one.sel(level=level)
            for edge, time, polygons in _of_level(at, min_guide(guides[level]), frames):
                yield Contour(level=level, branch=branch, edge=edge, time=time, polygons=polygons, hatched=hatched)
            for share in SHARES if "probability" in at else ():
                inside = filled(at.probability_east.values, at.probability_north.values, at.probability.values, share)
                yield Contour(
                    level=level,
                    branch=branch,
                    edge=PROBABILITY,
                    time=None,
                    polygons=inside,
                    hatched=hatched,
                    probability=share,
                )


def min_guide(guide: dict[str, float]) -> float:
    """Mole fraction of a level for the shortest tabulated exposure."""
    return float(guide[min(guide, key=float)])


def _of_level(
    at: xr.Dataset, concentration: float, frames: bool
) -> Iterator[tuple[str, float | None, shapely.MultiPolygon]]:
    times = [float(t) for t in at.time.values] if frames else []
    if "outer_zone" in at:
        reach = float(at.outer_distance)
        yield OUTER, None, sector(at, at.outer_zone.values, reach)
        for index, time in enumerate(times):
            yield OUTER, time, sector(at, at.outer_frame.values[index], None)
    if "level_ratio" in at:
        yield BEST, None, filled(at.east.values, at.north.values, at.level_ratio.values, 1.0)
        for index, time in enumerate(times):
            yield BEST, time, filled(at.east.values, at.north.values, at.mole_fraction.values[index], concentration)


def filled(east: Array, north: Array, values: Array, threshold: float) -> shapely.MultiPolygon:
    """Area where ``values`` on a grid stand at the threshold or above."""
    if not np.any(values >= threshold):
        return shapely.MultiPolygon()
    generator = contourpy.contour_generator(
        x=east,
        y=north,
        z=np.log(np.maximum(values, _FLOOR) / threshold),
        fill_type=contourpy.FillType.OuterOffset,
    )
    lines: tuple[Any, ...] = generator.filled(0.0, math.inf)
    points, offsets = lines[:2]
    rings = [
        shapely.Polygon(
            outline[start[0] : start[1]],
            [outline[a:b] for a, b in pairwise(start[1:])],
        )
        for outline, start in zip(points, offsets, strict=True)
        if outline is not None and start is not None
    ]
    return _tidy(rings)


def sector(at: xr.Dataset, half_angles: Array, reach: float | None) -> shapely.MultiPolygon:
    """Area swept within half-angles (radius,) of the wind, widened by the outlook's spread; all round when calm.

    ``reach`` is the distance of the tip, m; ``None`` takes the last radius reached.
    """
    radii = at.radius.values
    spread = float(at.attrs["outer_spread_radian"])
    source = np.array(at.attrs["source_east_north_up_m"][:2])
    found = np.flatnonzero(~np.isnan(half_angles))
    if found.size == 0:
        return shapely.MultiPolygon()
    if spread >= math.pi:
        inner = 0.0 if found[0] == 0 else float(radii[found[0]])
        outer = reach if reach is not None else float(radii[found[-1]])
        ring = shapely.Point(source).buffer(outer, quad_segs=24)
        return _tidy([ring.difference(shapely.Point(source).buffer(inner, quad_segs=24)) if inner else ring])
    bearing = math.radians((json.loads(at.attrs["weather"])["central"]["wind_from_direction"] + 180.0) % 360.0)
    rings = []
    for run in np.split(found, np.flatnonzero(np.diff(found) > 1) + 1):
        distance = [float(radii[i]) for i in run]
        angle = [min(float(half_angles[i]) + spread, math.pi) for i in run]
        if reach is not None and run[-1] == found[-1] and reach > distance[-1]:
            distance.append(reach)
            angle.append(min(spread, angle[-1]))
        rings.append(_ring(source, bearing, distance, angle, from_source=run[0] == 0))
    if found[0] == 0:  # near a dense source the cloud lies upwind as well
        rings.append(shapely.Point(source).buffer(min(float(at.outer_around), distance[-1]), quad_segs=12))
    return _tidy(rings)


def _ring(
    source: Array, bearing: float, distance: list[float], angle: list[float], *, from_source: bool
) -> shapely.Polygon:
    places = [(r, a) for r, a in zip(distance, angle, strict=True)]
    far = [(distance[-1], a) for a in np.linspace(angle[-1], -angle[-1], _ARC_POINTS)]
    back = [(r, -a) for r, a in reversed(places)]
    near = [(0.0, 0.0)] if from_source else [(distance[0], a) for a in np.linspace(-angle[0], angle[0], _ARC_POINTS)]
    polar = np.array([*places, *far, *back, *near])
    east = source[0] + polar[:, 0] * np.sin(bearing - polar[:, 1])
    north = source[1] + polar[:, 0] * np.cos(bearing - polar[:, 1])
    return shapely.Polygon(np.column_stack([east, north]))


def _tidy(shapes: Sequence[shapely.Geometry]) -> shapely.MultiPolygon:
    """One valid MultiPolygon of shapes, simplified."""
    joined = shapely.union_all([shapely.make_valid(shape) for shape in shapes if not shapely.is_empty(shape)])
    simple = joined.simplify(_TOLERANCE)
    parts = [part for part in shapely.get_parts(simple) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(parts)
