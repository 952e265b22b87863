"""One picture of a forecast: zones, receptors, wind, scale and what must be known before it is believed."""

from __future__ import annotations

import io
import json
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from api.sentences import in_chinese

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from scenarios.contours import Contour
    from twin.plant import Plant

COLOURS = {"AEGL-1": "#b89500", "AEGL-2": "#d96c00", "AEGL-3": "#b3261e"}
OTHER_COLOUR = "#7a3db8"
SIZE_INCHES = (13.0, 8.2)
DOTS_PER_INCH = 110
FAR_PANEL = (0.055, 0.25, 0.44, 0.66)
NEAR_PANEL = (0.545, 0.25, 0.44, 0.66)
"""Left, bottom, width and height as fractions of the picture: the whole plume, and where people are."""
FONTS = ["DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "SimHei"]
"""Fonts asked for in turn; a machine without a Chinese font draws boxes for Chinese names."""
MARGIN = 1.16
"""Room around what is shown."""
LEAST_VIEW = 150.0
"""m. Half the width of the smallest picture."""
MOST_CAVEATS = 6
WRAP = 165
"""Characters on a line under the picture."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "rate": "{part}: {rate} kg/s ({low} to {high}), {substance}",
        "branch": "Zones if isolation fails",
        "outer": "outer credible edge",
        "best": "best estimate",
        "wind": "wind {speed:.1f} m/s from {direction:.0f}°, class {stability}",
        "wind unknown": "WIND DIRECTION UNKNOWN: circles",
        "more": "… and {count} more, in the result's JSON",
        "reached": "{name}: {zone}, {minutes:.0f} min",
        "not valid": "NOT VALID HERE: no zone is drawn",
        "snapshot": "readings of {at}, quality {quality}; 10 min averages; software {version}",
        "north": "N",
        "east": "metres east",
        "up": "metres north",
    },
    "zh": {
        "rate": "{part}：{rate} kg/s（{low} 至 {high}），{substance}",
        "branch": "切断失败时的区域",
        "outer": "可信外边界",
        "best": "最佳估计",
        "wind": "风速 {speed:.1f} m/s，来向 {direction:.0f}°，稳定度 {stability}",
        "wind unknown": "风向未知：以圆表示",
        "more": "……另有 {count} 条，见结果 JSON",
        "reached": "{name}：{zone}，{minutes:.0f} 分钟",
        "not valid": "此处不适用：不绘制区域",
        "snapshot": "读数时间 {at}，质量 {quality}；10 分钟平均；软件版本 {version}",
        "north": "北",
        "east": "向东，米",
        "up": "向北，米",
    },
}


def picture(plant: Plant, dataset: Any, *, language: str = "en") -> bytes:
    """Draw a forecast's whole-run zones of the branch in which isolation fails.

    Parameters
    ----------
    plant : Plant
    dataset : xarray.Dataset
        A forecast.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    bytes
        PNG.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from scenarios.contours import PROBABILITY, contours
    from scenarios.dataset import Branch
    from scenarios.result import summary

    words = WORDS[language]
    told = summary(dataset)
    found = [
        item
        for item in contours(dataset, branch=Branch.FAILS, frames=False)
        if not item.polygons.is_empty and item.edge != PROBABILITY
    ]
    with rc_context({"font.family": fonts(), "axes.unicode_minus": False, "hatch.linewidth": 1.2}):
        figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, facecolor="#e9eaeb")
        FigureCanvasAgg(figure)
        far, near = figure.add_axes(FAR_PANEL), figure.add_axes(NEAR_PANEL)
        for axes in (far, near):
            site_ground(axes, plant, language)
            for contour in found:
                _zone(axes, contour)
            _leak(axes, plant, told)
        _receptors(near, told, words, language)
        _frame(far, [contour.polygons.bounds for contour in found], plant, told)
        _frame(near, [(r["x_m"], r["y_m"], r["x_m"], r["y_m"]) for r in told["receptors"]], plant, told)
        draw_wind(far, told, language)
        _legend(far, told, words)
        _words(figure, told, language, drawn=bool(found))
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    return buffer.getvalue()


def fonts() -> list[str]:
    """Names of the fonts asked for that this machine has."""
    from matplotlib import font_manager

    have = {entry.name for entry in font_manager.fontManager.ttflist}
    return [name for name in FONTS if name in have]


def site_ground(axes: Axes, plant: Plant, language: str) -> None:
    """Draw a plant's site: buildings, roads, areas, with axes in metres."""
    words = WORDS[language]
    axes.set_facecolor("#e2e3e4")
    axes.set_aspect("equal")
    axes.set_xlabel(words["east"], fontsize=8)
    axes.set_ylabel(words["up"], fontsize=8)
    for feature in plant.site.get("features", ()):
        geometry, properties = feature["geometry"], feature.get("properties", {})
        if geometry["type"] == "Polygon":
            x, y = _local(plant, geometry["coordinates"][0])
            axes.fill(x, y, facecolor="#cdd0d2", edgecolor="#7d8286", linewidth=0.8, zorder=1)
        elif geometry["type"] == "LineString":
            x, y = _local(plant, geometry["coordinates"])
            axes.plot(x, y, color="#fafafa", linewidth=3.0, zorder=1)
        else:
            continue
        if properties.get("kind") == "road":
            name = properties.get("name_zh" if language == "zh" else "name", "")
            middle = len(x) // 2
            axes.text(x[middle], y[middle], name, fontsize=6.5, color="#52585d", zorder=2, clip_on=True)


def _local(plant: Plant, coordinates: Iterable[Iterable[float]]) -> tuple[list[float], list[float]]:
    places = [plant.to_local(*list(place)[:2]) for place in coordinates]
    return [place[0] for place in places], [place[1] for place in places]


def _zone(axes: Axes, contour: Contour) -> None:
    colour = COLOURS.get(contour.level, OTHER_COLOUR)
    outer = contour.edge == "outer"
    for polygon in contour.polygons.geoms:
        x, y = polygon.exterior.xy
        if outer:
            hatch = "////" if contour.hatched else None
            axes.fill(
                x,
                y,
                facecolor="none" if contour.hatched else (colour, 0.22),
                hatch=hatch,
                edgecolor=colour,
                linewidth=2.0,
                zorder=3,
            )
        else:
            axes.plot(x, y, color=colour, linewidth=1.4, linestyle="--", zorder=4)


def _receptors(axes: Axes, told: Mapping[str, Any], words: Mapping[str, str], language: str) -> None:
    for item in told["receptors"]:
        if item["branch"] != "isolation-fails":
            continue
        name = item["name_zh"] if language == "zh" else item["name"]
        zone = item["zone"]
        colour = COLOURS.get(zone, OTHER_COLOUR) if zone else "#44494e"
        axes.plot(item["x_m"], item["y_m"], marker="D" if zone else "o", color=colour, markersize=6, zorder=6)
        label = name
        if zone:
            label = words["reached"].format(name=name, zone=zone, minutes=(item["arrival_s"] or 0.0) / 60.0)
        axes.annotate(
            label,
            (item["x_m"], item["y_m"]),
            xytext=(6, 4),
            textcoords="offset points",
            fontsize=7.5,
            fontweight="bold" if zone else "normal",
            zorder=7,
            annotation_clip=True,
            bbox={"facecolor": "#ffffffb0", "edgecolor": "none", "pad": 1},
        )


def _leak(axes: Axes, plant: Plant, told: Mapping[str, Any]) -> None:
    east, north, _ = plant.location(told["leak"]["part"])
    axes.plot(east, north, marker="X", color="black", markersize=9, zorder=8)


def _frame(axes: Axes, boxes: Sequence[tuple[float, ...]], plant: Plant, told: Mapping[str, Any]) -> None:
    east, north, _ = plant.location(told["leak"]["part"])
    low_x = min([east - LEAST_VIEW, *(box[0] for box in boxes)])
    low_y = min([north - LEAST_VIEW, *(box[1] for box in boxes)])
    high_x = max([east + LEAST_VIEW, *(box[2] for box in boxes)])
    high_y = max([north + LEAST_VIEW, *(box[3] for box in boxes)])
    shape = FAR_PANEL[2] * SIZE_INCHES[0] / (FAR_PANEL[3] * SIZE_INCHES[1])
    half = MARGIN * 0.5 * max(high_x - low_x, (high_y - low_y) * shape)
    middle_x, middle_y = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y)
    axes.set_xlim(middle_x - half, middle_x + half)
    axes.set_ylim(middle_y - half / shape, middle_y + half / shape)
    axes.tick_params(labelsize=7)
    scale_bar(axes, 2.0 * half)


def scale_bar(axes: Axes, width: float) -> None:
    """Draw a bar of a round length on axes that show ``width`` m."""
    length = 10.0 ** math.floor(math.log10(width / 4.0))
    length *= next(factor for factor in (5.0, 2.0, 1.0) if factor * length <= width / 4.0)
    left, low = axes.get_xlim()[0] + 0.03 * width, axes.get_ylim()[0] + 0.03 * width
    axes.plot([left, left + length], [low, low], color="black", linewidth=3.0, zorder=9, solid_capstyle="butt")
    says = f"{length / 1000:g} km" if length >= 1000.0 else f"{length:g} m"
    axes.text(left + 0.5 * length, low + 0.008 * width, says, ha="center", fontsize=9, zorder=9)


def draw_wind(axes: Axes, told: Mapping[str, Any], language: str) -> None:
    """Draw north and the wind of a forecast in the upper corners, or say that its direction is unknown."""
    words = WORDS[language]
    central = told["weather"].get("central")
    place: dict[str, Any] = {"transform": axes.transAxes, "zorder": 10, "fontsize": 9}
    axes.annotate(
        words["north"],
        (0.96, 0.97),
        (0.96, 0.88),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=10,
        arrowprops={"arrowstyle": "-|>", "color": "black"},
        zorder=10,
    )
    if not central:
        axes.text(0.02, 0.96, words["wind unknown"], color="#b3261e", fontweight="bold", **place)
        return
    bearing = math.radians(central["wind_from_direction"] + 180.0)
    along = (0.035 * math.sin(bearing), 0.035 * math.cos(bearing))
    axes.annotate(
        "",
        (0.05 + along[0], 0.93 + along[1]),
        (0.05 - along[0], 0.93 - along[1]),
        xycoords="axes fraction",
        arrowprops={"arrowstyle": "-|>", "lw": 2.5, "color": "#22262a"},
        zorder=10,
    )
    says = words["wind"].format(
        speed=central["wind_speed"],
        direction=central["wind_from_direction"],
        stability=central["stability_class"],
    )
    axes.text(0.1, 0.92, says, bbox={"facecolor": "#ffffffb0", "edgecolor": "none"}, **place)


def _legend(axes: Axes, told: Mapping[str, Any], words: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    for zone in told["zones"]:
        if zone["branch"] == "isolation-fails":
            colour = COLOURS.get(zone["level"], OTHER_COLOUR)
            label = f"{zone['level']}: {zone['says']}"
            handles.append(Patch(facecolor=f"{colour}60", edgecolor=colour, label=label))
    handles.append(Line2D([], [], color="#44494e", linewidth=2.0, label=words["outer"]))
    handles.append(Line2D([], [], color="#44494e", linewidth=1.4, linestyle="--", label=words["best"]))
    legend = axes.legend(handles=handles, loc="lower right", fontsize=8, title=words["branch"], title_fontsize=8)
    legend.set_zorder(11)


def _words(figure: Figure, told: Mapping[str, Any], language: str, *, drawn: bool) -> None:
    words = WORDS[language]
    from physics.substances import substance

    leak = told["leak"]
    title = words["rate"].format(
        part=leak["part"],
        substance=substance(leak["substance"]).names[language],
        rate=_rate(leak["rate_kg_s"]),
        low=_rate(leak["low_rate_kg_s"]),
        high=_rate(leak["high_rate_kg_s"]),
    )
    figure.text(0.055, 0.945, title, fontsize=13, fontweight="bold")
    if not drawn:
        figure.text(0.055, 0.92, words["not valid"], fontsize=11, color="#b3261e", fontweight="bold")
    order = {"not valid here": 0, "degraded": 1, "note": 2}
    caveats = sorted(told["caveats"], key=lambda item: order.get(item["grade"], 3))
    lines: list[str] = []
    for item in caveats[:MOST_CAVEATS]:
        mark = "" if item["grade"] == "note" else f"[{item['grade'].upper()}] "
        says = (in_chinese(item["says"]) if language == "zh" else None) or item["says"]
        lines += textwrap.wrap(f"• {mark}{says}", WRAP // 2 if language == "zh" else WRAP, subsequent_indent="   ")
    if len(caveats) > MOST_CAVEATS:
        lines.append(words["more"].format(count=len(caveats) - MOST_CAVEATS))
    figure.text(0.055, 0.185, "\n".join(lines), fontsize=7.5, va="top", linespacing=1.25, parse_math=False)
    snapshot = told["snapshot"]
    foot = words["snapshot"].format(
        at=snapshot["at"] or "–", quality=snapshot["quality"], version=told["software_version"]
    )
    figure.text(0.055, 0.012, foot, fontsize=6.5, color="#52585d")


def _rate(value: float | None) -> str:
    return "–" if value is None else json.dumps(round(value, 2))
