"""A risk study on the map: contours of individual risk, as a picture and as GeoJSON."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from api.exports.geojson import rings
from api.exports.picture import DOTS_PER_INCH, MARGIN, fonts, scale_bar, site_ground

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from scenarios.risk.result import RiskResult
    from twin.plant import Plant

SIZE_INCHES = (10.0, 10.4)
COLOURS = ("#5b0f0a", "#8c1a12", "#b3261e", "#d9541e", "#d98a00", "#b89500", "#5f8f3a", "#3a7bb8")
"""Of the contours, from the greatest risk to the least."""
_WRAP = 130
_MOST_SAYS = 5


def risk_collection(found: RiskResult, to_lonlat: Callable[[float, float], tuple[float, float]]) -> dict[str, Any]:
    """FeatureCollection of individual-risk contours.

    Parameters
    ----------
    to_lonlat : callable
        Metres from the study's origin to longitude and latitude.
    """
    features = []
    for level, shape in _shapes(found):
        features.append(
            {
                "type": "Feature",
                "properties": {"individual_risk_per_year": level, "beyond_map": found.cut_off(level)},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [rings(polygon, to_lonlat) for polygon in shape.geoms],
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _shapes(found: RiskResult) -> list[tuple[float, Any]]:
    from scenarios.contours import filled
    from scenarios.risk.result import CONTOURS

    places = found.study.first + found.study.cell * np.arange(found.study.cells, dtype=np.float64)
    shapes = [(level, filled(places, places, found.grid, level)) for level in CONTOURS]
    return [(level, shape) for level, shape in shapes if not shape.is_empty]


def risk_map(found: RiskResult, plants: Sequence[Plant], *, language: str = "en") -> bytes:
    """Draw the contours of individual risk on the site, PNG."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context({"font.family": fonts(), "axes.unicode_minus": False}):
        figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, facecolor="#e9eaeb")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.09, 0.17, 0.88, 0.75))
        site_ground(axes, plants[0], language)
        bounds = _draw(axes, found)
        for event in found.events:
            axes.plot(*event.place, marker="X", color="black", markersize=5, zorder=8)
        half = MARGIN * max(bounds, 200.0)
        axes.set_xlim(-half, half)
        axes.set_ylim(-half, half)
        axes.tick_params(labelsize=7)
        scale_bar(axes, 2.0 * half)
        loss = found.potential_loss_of_life
        title = f"{found.study.name or found.study.id}: individual risk, 1/year"
        figure.text(0.09, 0.955, title, fontsize=13, fontweight="bold")
        figure.text(
            0.09,
            0.932,
            f"somebody unprotected who is always there; potential loss of life {loss:.2e} a year",
            fontsize=9,
        )
        says = [f"{caveat.grade}: {caveat.says}" for caveat in found.caveats[:_MOST_SAYS]]
        lines = [line for text in says for line in textwrap.wrap(text, _WRAP)]
        figure.text(0.04, 0.115, "\n".join(lines), fontsize=7.5, va="top")
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _draw(axes: Axes, found: RiskResult) -> float:
    """Draw the contours, greatest risk on top; gives how far they reach, m."""
    from scenarios.risk.result import CONTOURS

    reach = 0.0
    for level, shape in _shapes(found):
        colour = COLOURS[CONTOURS.index(level) % len(COLOURS)]
        label = f"{level:.0e}" + (" (off the map)" if found.cut_off(level) else "")
        for polygon in shape.geoms:
            for ring in (polygon.exterior, *polygon.interiors):
                x, y = ring.xy
                axes.plot(x, y, color=colour, linewidth=1.8, zorder=6, label=label)
                label = ""
            west, south, east, north = polygon.bounds
            reach = max(reach, abs(west), abs(south), abs(east), abs(north))
    if reach > 0.0:
        axes.legend(loc="lower right", fontsize=8, title="1/year", title_fontsize=8).set_zorder(11)
    return reach
