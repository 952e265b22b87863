"""What a release does if it is lit, as one picture: heat on the map, overpressure on the map, what fails next."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from api.exports.ignition_words import WORDS
from api.exports.picture import DOTS_PER_INCH, LEAST_VIEW, MARGIN, draw_wind, fonts, scale_bar, site_ground
from api.sentences import in_chinese

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from twin.plant import Plant

COLOURS: Mapping[str, str] = {
    "37.5 kW/m2": "#8c1a12",
    "12.5 kW/m2": "#d9541e",
    "4 kW/m2": "#c98a00",
    "LFL": "#174a84",
    "LFL/2": "#4f8ac9",
    "20.7 kPa": "#4a1c73",
    "13.8 kPa": "#8347b5",
    "2.07 kPa": "#a678d0",
}
"""Of what is reached, by level."""
DASHES: Mapping[str, Any] = {"jet-fire": "--", "pool-fire": "-.", "flash-fire": ":", "explosion": "--"}
"""Lines of best estimates, by kind of fire."""
SIZE_INCHES = (14.5, 9.4)
_WIDTH, _HEIGHT, _LOW = 0.305, 0.47, 0.425
FIRE_PANEL = (0.045, _LOW, _WIDTH, _HEIGHT)
BLAST_PANEL = (0.385, _LOW, _WIDTH, _HEIGHT)
CHAIN_PANEL = (0.71, _LOW, 0.28, _HEIGHT)
TABLE_PANEL = (0.02, 0.005, 0.46, 0.3)
_WORDS_LEFT, _WORDS_TOP = 0.5, 0.315
_WRAP, _WRAP_ZH = 108, 68
"""Characters on a line of the caveats."""
_CHAIN_WRAP, _CHAIN_WRAP_ZH = 56, 32
_EM, _FIRST_WIDE = 7.0, 0x2E80
"""Size of a label's letters, points, and the first letter that is as wide as high."""
MOST_ROWS, MOST_NAMES, MOST_LINES = 10, 5, 19
_CHAIN_END = -0.06
"""Of the chain's panel: how low its last box may lie."""
LEAST_PROBABILITY = 0.005
"""Of failing, from which a vessel is drawn in the chain."""


def ignition_picture(plant: Plant, dataset: Any, *, language: str = "en") -> bytes:
    """Draw what a forecast's release does if it is lit.

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

    Raises
    ------
    LookupError
        What leaks does not burn.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from scenarios.result import summary

    told = summary(dataset)
    found = told["ignition"]
    if found is None:
        raise LookupError(f"{told['leak']['substance']} does not burn")
    words = WORDS[language]
    with rc_context({"font.family": fonts(), "axes.unicode_minus": False, "hatch.linewidth": 1.0}):
        figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, facecolor="#e9eaeb")
        FigureCanvasAgg(figure)
        fires = [item for item in found["lit"] if item["kind"] != "explosion"]
        blasts = [item for item in found["lit"] if item["kind"] == "explosion"]
        for place, items, key in ((FIRE_PANEL, fires, "fire"), (BLAST_PANEL, blasts, "blast")):
            _map(figure.add_axes(place), plant, told, items, language, key)
        _chain(figure.add_axes(CHAIN_PANEL), told, language)
        _table(figure.add_axes(TABLE_PANEL), plant, found["receptors"], words, language)
        _words(figure, told, found, language)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _map(
    axes: Axes, plant: Plant, told: Mapping[str, Any], items: Sequence[Mapping[str, Any]], language: str, key: str
) -> None:
    words = WORDS[language]
    site_ground(axes, plant, language)
    axes.set_title(words[key], fontsize=10, fontweight="bold", loc="left")
    east, north, _ = plant.location(told["leak"]["part"])
    boxes = [(east - LEAST_VIEW / 2, north - LEAST_VIEW / 2, east + LEAST_VIEW / 2, north + LEAST_VIEW / 2)]
    outer, best = ([item for item in items if item["edge"] == edge] for edge in ("outer", "best"))
    for item in (*outer, *best):
        hatched = any(caveat["grade"] != "note" for caveat in item["caveats"])
        for level, polygons in reversed(item["shapes"].items()):
            for polygon in polygons:
                x, y = zip(*polygon[0], strict=True)
                boxes.append((min(x), min(y), max(x), max(y)))
                _outline(axes, x, y, level, item, hatched=hatched)
    axes.plot(east, north, marker="X", color="black", markersize=8, zorder=8)
    _frame(axes, boxes)
    _areas(axes, plant, told["ignition"]["receptors"], language, key)
    for row in _chained(told["ignition"]):
        x, y = row[0]["x_m"], row[0]["y_m"]
        axes.plot(x, y, marker="s", color="#22262a", markersize=5, zorder=8, markerfacecolor="#ffd27f")
    draw_wind(axes, told, language)
    _legend(axes, outer, best, words, vessels=bool(_chained(told["ignition"])))


def _outline(
    axes: Axes, x: Sequence[float], y: Sequence[float], level: str, item: Mapping[str, Any], *, hatched: bool
) -> None:
    colour = COLOURS[level]
    if item["edge"] == "best":
        axes.plot(x, y, color=colour, linewidth=1.6, linestyle=DASHES[item["kind"]], zorder=5)
        return
    filled = item["kind"] != "flash-fire"
    face = (colour, 0.13) if filled and not hatched else "none"
    hatch = "////" if hatched else None
    if hatched:
        axes.fill(x, y, facecolor="none", hatch=hatch, edgecolor=(colour, 0.35), linewidth=0.0, zorder=3)
    axes.fill(x, y, facecolor=face, edgecolor=colour, linewidth=1.8, zorder=4)


def _frame(axes: Axes, boxes: Sequence[tuple[float, float, float, float]]) -> None:
    low_x, low_y = min(box[0] for box in boxes), min(box[1] for box in boxes)
    high_x, high_y = max(box[2] for box in boxes), max(box[3] for box in boxes)
    shape = FIRE_PANEL[2] * SIZE_INCHES[0] / (FIRE_PANEL[3] * SIZE_INCHES[1])
    half = MARGIN * 0.5 * max(high_x - low_x, (high_y - low_y) * shape)
    middle_x, middle_y = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y)
    axes.set_xlim(middle_x - half, middle_x + half)
    axes.set_ylim(middle_y - half / shape, middle_y + half / shape)
    axes.tick_params(labelsize=7)
    scale_bar(axes, 2.0 * half)


def _areas(axes: Axes, plant: Plant, rows: Sequence[Mapping[str, Any]], language: str, key: str) -> None:
    """People's places on the map with what they get at the outer edge."""
    (low_x, high_x), (low_y, high_y) = axes.get_xlim(), axes.get_ylim()
    taken: list[tuple[float, float, float, float]] = []
    for row in rows:
        if row["edge"] != "outer":
            continue
        area = plant.population_areas[row["id"]]
        x, y = area.centre
        if not (low_x < x < high_x and low_y < y < high_y):
            continue
        value = (
            f"{row['heat_flux_W_m2'] / 1e3:.3g} kW/m²" if key == "fire" else f"{row['overpressure_Pa'] / 1e3:.3g} kPa"
        )
        axes.plot(x, y, marker="D", color="#22262a", markersize=5, zorder=8)
        right = x > 0.5 * (low_x + high_x)
        says = f"{_name(plant, row['id'], language)}: {value}"
        up = _free((x, y), says, axes, taken, right=right)
        axes.annotate(
            says,
            (x, y),
            xytext=(-6 if right else 6, up),
            ha="right" if right else "left",
            textcoords="offset points",
            fontsize=7,
            zorder=9,
            bbox={"facecolor": "#ffffffc0", "edgecolor": "none", "pad": 1},
        )


def _free(
    place: tuple[float, float], says: str, axes: Axes, taken: list[tuple[float, float, float, float]], *, right: bool
) -> float:
    """Height over its place at which a label lies on no other, points; ``taken`` grows by its box."""
    x, y = (float(value) * 72.0 / DOTS_PER_INCH for value in axes.transData.transform(place))
    wide = sum(_EM if ord(letter) > _FIRST_WIDE else 0.6 * _EM for letter in says)
    left = x - 6.0 - wide if right else x + 6.0
    up = 5.0
    while any(left < b and left + wide > a and y + up < d and y + up + _EM + 2.0 > c for a, b, c, d in taken):
        up += _EM + 3.0
    taken.append((left, left + wide, y + up, y + up + _EM + 2.0))
    return up


def _name(plant: Plant, key: str, language: str) -> str:
    area = plant.population_areas[key]
    return (area.name_zh if language == "zh" else area.name) or area.name or key


def _legend(
    axes: Axes, outer: Sequence[Mapping[str, Any]], best: Sequence[Mapping[str, Any]], words: Mapping[str, str], *,
    vessels: bool,
) -> None:  # fmt: skip
    from matplotlib.lines import Line2D

    handles = []
    for item in outer:
        beside = next((one for one in best if one["kind"] == item["kind"]), None)
        for level, far in item["reach_m"].items():
            near = None if beside is None else beside["reach_m"][level]
            if not far and not near:
                continue
            label = words["reach only" if near is None else "reach"].format(
                kind=words[item["kind"]],
                level=_shown(level),
                outer=_metres(far, words),
                best=_metres(near or 0.0, words),
            )
            handles.append(Line2D([], [], color=COLOURS[level], linewidth=2.2, label=label))
    shown = bool(handles)
    marks = [("D", "#22262a", "people")] + ([("s", "#ffd27f", "vessel")] if vessels else [])
    for marker, colour, key in marks:
        look: dict[str, Any] = {
            "marker": marker,
            "markerfacecolor": colour,
            "markeredgecolor": "#22262a",
            "linestyle": "none",
        }
        handles.append(Line2D([], [], markersize=5, label=words[key], **look))
    if not shown:
        axes.text(0.5, 0.5, words["no blast"], transform=axes.transAxes, ha="center", fontsize=10, zorder=9)
    legend = axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.075), ncols=2, fontsize=7, frameon=False,
        columnspacing=1.0, handlelength=1.2, borderpad=0.0,
    )  # fmt: skip
    legend.set_zorder(11)


def _shown(level: str) -> str:
    return level.replace("m2", "m²")


def _metres(value: float, words: Mapping[str, str]) -> str:
    return "–" if value <= 0.0 else f"{value:.0f} {words['m']}"


def _chained(found: Mapping[str, Any]) -> list[list[Mapping[str, Any]]]:
    """Rows of each vessel that may fail, those of the likeliest vessel first."""
    by: dict[str, list[Mapping[str, Any]]] = {}
    for row in found["escalation"]:
        if row["probability"] >= LEAST_PROBABILITY:
            by.setdefault(row["target"], []).append(row)
    return list(by.values())


def _chain(axes: Axes, told: Mapping[str, Any], language: str) -> None:
    """What burns, which vessels fail by it, and what each does then, as boxes with arrows between them."""
    words = WORDS[language]
    axes.set_axis_off()
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    axes.set_title(words["chain"], fontsize=10, fontweight="bold", loc="left")
    links: dict[tuple[str, ...], list[str]] = {}
    for rows in _chained(told["ignition"]):
        links.setdefault(tuple(_link(rows, words)), []).append(rows[0]["target"])
    width = _CHAIN_WRAP_ZH if language == "zh" else _CHAIN_WRAP
    _box(axes, 0.96, [words["release"].format(part=told["leak"]["part"])], "#f3d6d3", bold=True)
    if not links:
        axes.text(0.07, 0.84, words["none"], fontsize=8.5)
    top, drawn = 0.86, 0
    for (by, *how), targets in links.items():
        named = ", ".join(targets[:MOST_NAMES]) + (
            f" +{len(targets) - MOST_NAMES}" if len(targets) > MOST_NAMES else ""
        )
        lines = [line for text in (f"{named} {by}", *how) for line in textwrap.wrap(text, width)]
        height = 0.033 * len(lines) + 0.03
        if top - height < _CHAIN_END:
            break
        drawn += len(targets)
        axes.plot(
            [0.03, 0.03, 0.05],
            [0.93, top - 0.5 * height, top - 0.5 * height],
            color="#52585d",
            linewidth=1.4,
            clip_on=False,
        )
        axes.plot(0.055, top - 0.5 * height, marker=">", color="#52585d", markersize=6, clip_on=False)
        _box(axes, top, lines, "#ffe9c2", left=0.085)
        top -= height + 0.03
    left = sum(map(len, links.values())) - drawn
    if left:
        axes.text(0.085, top - 0.01, words["more vessels"].format(count=left), fontsize=8, va="top")


def _box(axes: Axes, top: float, lines: Iterable[str], colour: str, *, left: float = 0.0, bold: bool = False) -> None:
    axes.text(
        left, top, "\n".join(lines), fontsize=8, va="top", linespacing=1.3, fontweight="bold" if bold else "normal",
        bbox={"facecolor": colour, "edgecolor": "#7d8286", "boxstyle": "round,pad=0.35", "linewidth": 0.8}, zorder=3,
        parse_math=False,
    )  # fmt: skip


def _link(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> list[str]:
    worst = rows[0]
    both = {row["edge"] for row in rows} == {"best", "outer"}
    after = worst["time_to_failure_s"]
    how = "in time" if after is None else "at once" if after == 0.0 else "after"
    when = words[how].format(after=_lasts(after or 0.0, words), probability=f"{worst['probability']:.2f}")
    ball = worst["then"]
    then = words["no ball"]
    if ball:
        then = words["ball"].format(
            mass=f"{ball['mass_kg']:,.0f}",
            diameter=_metres(ball["diameter_m"], words),
            lasts=f"{ball['duration_s']:.3g}",
            reach=_metres(ball["reach_m"]["12.5 kW/m2"], words),
        )
    edges = words["edge outer"] + (f", {words['edge best']}" if both else "")
    numbers = words["numbers"].format(
        heat=f"{worst['heat_flux_W_m2'] / 1e3:.3g}", pressure=f"{worst['overpressure_Pa'] / 1e3:.3g}"
    )
    by = words[f"by {worst['by']}"]
    return [f"{words['link'].format(by=by)} ({edges})", numbers, when, f"→ {then}"]


def _lasts(seconds: float, words: Mapping[str, str]) -> str:
    return f"{seconds:.0f} s" if seconds < 600.0 else f"{seconds / 60.0:.0f} {words['min']}"


def _table(
    axes: Axes, plant: Plant, rows: Sequence[Mapping[str, Any]], words: Mapping[str, str], language: str
) -> None:
    """What people get, the hottest first."""
    axes.set_axis_off()
    by: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        by.setdefault(row["id"], {})[row["edge"]] = row
    ranked = sorted(by.items(), key=lambda item: -item[1]["outer"]["heat_flux_W_m2"] if "outer" in item[1] else 0.0)
    head = [words["who"]] + [
        f"{words[what]}\n{words[edge]}" for what in ("heat", "pressure") for edge in ("best", "outer")
    ]
    cells = [
        [
            textwrap.shorten(_name(plant, key, language), 34, placeholder="…"),
            *(
                f"{edges[edge][field] / 1e3:.3g}" if edge in edges else "–"
                for field in ("heat_flux_W_m2", "overpressure_Pa")
                for edge in ("best", "outer")
            ),
            words["yes" if edges["outer"]["in_flash_fire"] else "no"] if "outer" in edges else "–",
        ]
        for key, edges in ranked[:MOST_ROWS]
    ]
    if not cells:
        return
    table = axes.table(
        cellText=cells, colLabels=[*head, words["flash"]], cellLoc="left", loc="upper left",
        colWidths=[0.34, 0.13, 0.13, 0.15, 0.15, 0.1], edges="horizontal",
    )  # fmt: skip
    table.auto_set_font_size(False)
    table.set_fontsize(7.5)
    for (number, _), cell in table.get_celld().items():
        cell.set_height(0.13 if number == 0 else 0.08)
        cell.set_edgecolor("#b4b7ba")
        if number == 0:
            cell.set_text_props(color="#52585d", fontweight="bold", fontsize=6.8, ha="left")


def _words(figure: Figure, told: Mapping[str, Any], found: Mapping[str, Any], language: str) -> None:
    from physics.substances import substance

    words = WORDS[language]
    leak = told["leak"]
    title = words["title"].format(part=leak["part"], substance=substance(leak["substance"]).names[language])
    figure.text(0.02, 0.962, title, fontsize=13, fontweight="bold")
    figure.text(0.02, 0.938, words["under"], fontsize=8.5, color="#52585d")
    if not told["weather"]["wind_known"]:
        figure.text(0.6, 0.962, words["no best"], fontsize=10, color="#b3261e", fontweight="bold")
    order = {"not valid here": 0, "degraded": 1, "note": 2}
    if any(caveat["grade"] != "note" for item in found["lit"] for caveat in item["caveats"]):
        figure.text(0.6, 0.938, words["hatched"], fontsize=8.5, color="#9a5200", fontweight="bold")
    told_first = sorted(found["caveats"], key=lambda item: order.get(item["grade"], 3))
    says = [(item["grade"], item["says"]) for item in told_first]
    says += [("note", line) for item in found["lit"] if item["edge"] == "outer" for line in item["says"]]
    lines: list[str] = []
    for grade, sentence in dict.fromkeys(says):
        mark = "" if grade == "note" else f"[{words[grade]}] "
        text = (in_chinese(sentence) if language == "zh" else None) or sentence
        width = _WRAP_ZH if language == "zh" else _WRAP
        lines += textwrap.wrap(f"• {mark}{text}", width, subsequent_indent="   ")
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], words["more"].format(count=len(lines) - MOST_LINES + 1)]
    figure.text(_WORDS_LEFT, _WORDS_TOP, "\n".join(lines), fontsize=7.3, va="top", linespacing=1.25, parse_math=False)
