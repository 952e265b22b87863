"""Solid flames: surfaces of flat facets that radiate evenly, and the heat they send to any target.

The irradiance of a flat facet seen whole is Lambert's: E = −(P/2π) Σ Θ Γ over its edges, Θ the angle an edge is seen
under and Γ the unit normal of the plane through the target and the edge. Edges between two facets in sight of equal
power cancel, so that a convex flame costs its outline only. The vector E points to where a target receives most; where
part of the flame lies behind that target's plane, the facets are cut by the plane and summed anew. Facets turned away
from the target are not seen, which is right for convex flames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.fire.transmissivity import LONGEST, NODES, SHORTEST

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

SIDES = 72
"""Sides of the polygon that stands for a circle of the same area: view factors within 0.1 % of the circle's."""
_LOG_LOW, _LOG_STEP = math.log(SHORTEST), math.log(LONGEST / SHORTEST) / (NODES - 1)
_KEPT = 64
"""Kinds of surface whose edges are kept."""
_PI2 = 2.0 * math.pi
_TOUCH = 1e-9  # m: nearer to a facet's plane than this, a target lies in it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solid:
    """A closed convex surface of flat facets.

    Attributes
    ----------
    vertices : ndarray, shape (n, 3)
        m.
    facets : ndarray of int, shape (m, 4)
        Vertices of each facet, counter-clockwise from outside; a triangle repeats its last.
    power : ndarray, shape (m,)
        Emissive power of each, W/m².
    edges : ndarray of int, shape (k, 4)
        First and last vertex, the facet to the left and that to the right (−1: none).
    planes : ndarray, shape (m, 4)
        Outward unit normals, and their product with a point of the facet.
    axis : ndarray, shape (2, 4)
        Ends of the axis, m, and the radius there.
    """

    vertices: Array
    facets: Indices
    power: Array
    edges: Indices
    planes: Array
    axis: Array

    @property
    def triangles(self) -> Array:
        """Triangles, shape (t, 3, 3)."""
        corners = self.vertices[self.facets]
        first, second = corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]
        return np.concatenate([first, second[self.facets[:, 2] != self.facets[:, 3]]])

    @property
    def triangle_power(self) -> Array:
        """Emissive power of each of `triangles`, W/m²."""
        return np.concatenate([self.power, self.power[self.facets[:, 2] != self.facets[:, 3]]])

    @property
    def area(self) -> float:
        """Of the whole surface, m²."""
        t = self.triangles
        return float(0.5 * np.sum(np.linalg.norm(np.cross(t[:, 1] - t[:, 0], t[:, 2] - t[:, 0]), axis=1)))


def solid(rings: Array, *, power: Array, caps: tuple[float, float], axis: Array) -> Solid:
    """Close a surface round rings of vertices.

    Parameters
    ----------
    rings : ndarray, shape (r, s, 3)
        Rings from the base to the tip, each counter-clockwise about the way to the tip, m.
    power : ndarray, shape (r - 1,)
        Emissive power of the side between two rings, W/m².
    caps : tuple of float
        That of base and tip, W/m².
    axis : ndarray, shape (2, 4)
        See `Solid`.
    """
    count, sides, _ = rings.shape
    ends = rings[[0, -1]].mean(axis=1)
    vertices = np.concatenate([rings.reshape(-1, 3), ends])
    here, after = np.arange(sides), (np.arange(sides) + 1) % sides
    facets, powers = [], []
    for ring in range(count - 1):
        low, high = ring * sides, (ring + 1) * sides
        facets.append(np.stack([low + here, low + after, high + after, high + here], axis=1))
        powers.append(np.full(sides, power[ring]))
    base, tip, top = count * sides, count * sides + 1, (count - 1) * sides
    facets.append(np.stack([after, here, np.full(sides, base), np.full(sides, base)], axis=1))
    facets.append(np.stack([top + here, top + after, np.full(sides, tip), np.full(sides, tip)], axis=1))
    powers += [np.full(sides, caps[0]), np.full(sides, caps[1])]
    found = np.concatenate(facets).astype(np.int64)
    return Solid(
        vertices=vertices,
        facets=found,
        power=np.concatenate(powers),
        edges=_edges(found),
        planes=_planes(vertices, found),
        axis=np.ascontiguousarray(axis, dtype=np.float64),
    )


def _edges(facets: Indices) -> Indices:
    """Edges between facets; flames of one model have the same, which are found once and never written to."""
    return _edges_of(facets.tobytes())


@lru_cache(maxsize=_KEPT)
def _edges_of(raw: bytes) -> Indices:
    facets = np.frombuffer(raw, dtype=np.int64).reshape(-1, 4)
    found: dict[tuple[int, int], list[int]] = {}
    for number, corners in enumerate(facets.tolist()):
        for first, last in zip(corners, (*corners[1:], corners[0]), strict=True):
            if first == last:
                continue
            if (last, first) in found:
                found[last, first][1] = number
            else:
                found[first, last] = [number, -1]
    return np.array([[*ends, *sides] for ends, sides in found.items()], dtype=np.int64)


def _planes(vertices: Array, facets: Indices) -> Array:
    a, b, c, d = (vertices[facets[:, k]] for k in range(4))
    normals = np.cross(c - a, d - b)
    triangle = facets[:, 2] == facets[:, 3]
    normals[triangle] = np.cross(b - a, c - a)[triangle]
    lengths = np.linalg.norm(normals, axis=1)
    normals /= np.where(lengths > 0.0, lengths, 1.0)[:, None]
    return np.concatenate([normals, np.sum(normals * (a + c) / 2.0, axis=1)[:, None]], axis=1)


def ring(centre: Array, u: Array, v: Array, *, sides: int = SIDES) -> Array:
    """Polygon of the area of an ellipse of half-axes u and v, counter-clockwise about u × v, shape (sides, 3)."""
    angle: Array = _PI2 * (np.arange(sides) + 0.5) / sides
    stretch = math.sqrt(_PI2 / sides / math.sin(_PI2 / sides))
    turned: Array = centre + stretch * (np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * v)
    return turned


@kernel
def transmitted(table: Array, path: float) -> float:
    """Transmissivity over a path in m, from `physics.fire.transmissivity.table`."""
    place = (math.log(max(path, SHORTEST)) - _LOG_LOW) / _LOG_STEP
    low = min(int(place), table.size - 2)
    share = min(place - low, 1.0)
    value: float = (1.0 - share) * table[low] + share * table[low + 1]
    return value


@kernel
def surface_distance(x: float, y: float, z: float, axis: Array) -> float:
    """Distance from a point to a flame of a straight axis whose radius runs straight, m."""
    dx, dy, dz = axis[1, 0] - axis[0, 0], axis[1, 1] - axis[0, 1], axis[1, 2] - axis[0, 2]
    px, py, pz = x - axis[0, 0], y - axis[0, 1], z - axis[0, 2]
    length = dx * dx + dy * dy + dz * dz
    share = 0.0 if length <= 0.0 else min(max((px * dx + py * dy + pz * dz) / length, 0.0), 1.0)
    away = math.sqrt((px - share * dx) ** 2 + (py - share * dy) ** 2 + (pz - share * dz) ** 2)
    gap: float = max(away - axis[0, 3] - share * (axis[1, 3] - axis[0, 3]), 0.0)
    return gap


@kernel
def _edge(ax: float, ay: float, az: float, bx: float, by: float, bz: float) -> tuple[float, float, float]:
    """Angle between two directions times the unit normal of their plane."""
    cx, cy, cz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    sine = math.sqrt(cx * cx + cy * cy + cz * cz)
    if sine <= 0.0:
        return 0.0, 0.0, 0.0
    scale = math.atan2(sine, ax * bx + ay * by + az * bz) / sine
    return scale * cx, scale * cy, scale * cz


@kernel
def irradiance(
    x: float, y: float, z: float, vertices: Array, edges: Indices, planes: Array, power: Array, seen: Array
) -> tuple[float, float, float, bool]:
    """Irradiance vector at a point, W/m², and whether the point lies outside; ``seen`` (m,) is written over."""
    outside = False
    for f in range(planes.shape[0]):
        ahead = planes[f, 0] * x + planes[f, 1] * y + planes[f, 2] * z - planes[f, 3]
        seen[f] = power[f] if ahead > _TOUCH else 0.0
        outside = outside or ahead > _TOUCH
    ex, ey, ez = 0.0, 0.0, 0.0
    if outside:
        for e in range(edges.shape[0]):
            right = edges[e, 3]
            weight = seen[edges[e, 2]] - (seen[right] if right >= 0 else 0.0)
            if weight == 0.0:
                continue
            a, b = edges[e, 0], edges[e, 1]
            tx, ty, tz = _edge(
                vertices[a, 0] - x,
                vertices[a, 1] - y,
                vertices[a, 2] - z,
                vertices[b, 0] - x,
                vertices[b, 1] - y,
                vertices[b, 2] - z,
            )
            ex, ey, ez = ex - weight * tx, ey - weight * ty, ez - weight * tz
    return ex / _PI2, ey / _PI2, ez / _PI2, outside


@kernel
def _cut(corners: Array, count: int, nx: float, ny: float, nz: float, out: Array) -> int:
    """Part of a polygon, relative to the target, that lies before the target's plane; gives its corners' number."""
    kept = 0
    for i in range(count):
        j = (i + 1) % count
        di = nx * corners[i, 0] + ny * corners[i, 1] + nz * corners[i, 2]
        dj = nx * corners[j, 0] + ny * corners[j, 1] + nz * corners[j, 2]
        if di >= 0.0:
            out[kept] = corners[i]
            kept += 1
        if (di > 0.0 and dj < 0.0) or (di < 0.0 and dj > 0.0):
            out[kept] = corners[i] + di / (di - dj) * (corners[j] - corners[i])
            kept += 1
    return kept


@kernel
def facing(
    x: float,
    y: float,
    z: float,
    nx: float,
    ny: float,
    nz: float,
    vertices: Array,
    facets: Indices,
    planes: Array,
    power: Array,
) -> float:
    """Irradiance of a target with a given unit normal, W/m²: every facet in sight, cut by the target's plane."""
    total = 0.0
    corners, part = np.empty((4, 3)), np.empty((9, 3))
    for f in range(planes.shape[0]):
        if power[f] <= 0.0 or planes[f, 0] * x + planes[f, 1] * y + planes[f, 2] * z - planes[f, 3] <= _TOUCH:
            continue
        count = 3 if facets[f, 2] == facets[f, 3] else 4
        for k in range(count):
            corners[k, 0] = vertices[facets[f, k], 0] - x
            corners[k, 1] = vertices[facets[f, k], 1] - y
            corners[k, 2] = vertices[facets[f, k], 2] - z
        kept = _cut(corners, count, nx, ny, nz, part)
        for k in range(kept):
            j = (k + 1) % kept
            tx, ty, tz = _edge(part[k, 0], part[k, 1], part[k, 2], part[j, 0], part[j, 1], part[j, 2])
            total -= power[f] * (nx * tx + ny * ty + nz * tz)
    return max(total, 0.0) / _PI2


@kernel
def greatest_flux(
    points: Array,
    vertices: Array,
    facets: Indices,
    edges: Indices,
    planes: Array,
    power: Array,
    axis: Array,
    table: Array,
    out: Array,
) -> None:
    """Fill ``out`` (n,) with the irradiance at points (n, 3) of the target that receives most, W/m²."""
    seen = np.empty(planes.shape[0])
    most = np.max(power)
    for p in range(points.shape[0]):
        x, y, z = points[p, 0], points[p, 1], points[p, 2]
        ex, ey, ez, outside = irradiance(x, y, z, vertices, edges, planes, power, seen)
        if not outside:
            out[p] = most
            continue
        size = math.sqrt(ex * ex + ey * ey + ez * ez)
        if size > 0.0:
            nx, ny, nz = ex / size, ey / size, ez / size
            for v in range(vertices.shape[0]):
                if nx * (vertices[v, 0] - x) + ny * (vertices[v, 1] - y) + nz * (vertices[v, 2] - z) < 0.0:
                    size = max(size, facing(x, y, z, nx, ny, nz, vertices, facets, planes, power))
                    break
        out[p] = min(size, most) * transmitted(table, surface_distance(x, y, z, axis))


@kernel
def facing_flux(
    points: Array,
    normals: Array,
    vertices: Array,
    facets: Indices,
    planes: Array,
    power: Array,
    axis: Array,
    table: Array,
    out: Array,
) -> None:
    """Fill ``out`` (n,) with the irradiance at points (n, 3) of targets with unit normals (n, 3), W/m²."""
    most = np.max(power)
    for p in range(points.shape[0]):
        x, y, z = points[p, 0], points[p, 1], points[p, 2]
        outside = False
        for f in range(planes.shape[0]):
            if planes[f, 0] * x + planes[f, 1] * y + planes[f, 2] * z - planes[f, 3] > _TOUCH:
                outside = True
                break
        if not outside:
            out[p] = most
            continue
        found = facing(x, y, z, normals[p, 0], normals[p, 1], normals[p, 2], vertices, facets, planes, power)
        out[p] = min(found, most) * transmitted(table, surface_distance(x, y, z, axis))
