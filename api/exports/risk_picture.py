"""Pictures of a risk study: the F-N curve with the lines it is held against, and what accidents set off."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from api.exports.picture import DOTS_PER_INCH, fonts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from scenarios.risk.result import RiskResult

_MOST_DEATHS = 1e4
_LEAST_FREQUENCY = 1e-10
_MOST_LINKS = 24


def fn_picture(found: RiskResult) -> bytes:
    """Draw how often accidents kill at least so many, with every criterion's lines, PNG."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context({"font.family": fonts(), "axes.unicode_minus": False}):
        figure = Figure(figsize=(8.5, 6.6), dpi=DOTS_PER_INCH, facecolor="#e9eaeb")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.12, 0.16, 0.84, 0.74))
        top = _criteria(axes)
        numbers, frequencies = found.curve()
        shown = numbers >= 1.0
        if shown.any():
            first = float(found.exceedance(1.0))
            x = np.concatenate([[1.0], numbers[shown]])
            y = np.concatenate([[first], frequencies[shown]])
            axes.step(x, y, where="pre", color="#14171a", linewidth=2.2, label="this study", zorder=6)
            axes.plot([x[-1], x[-1]], [y[-1], _LEAST_FREQUENCY], color="#14171a", linewidth=2.2, zorder=6)
            top = max(top, first)
        axes.set(xscale="log", yscale="log", xlim=(1.0, _MOST_DEATHS), ylim=(_LEAST_FREQUENCY, 10.0 * top))
        axes.set_xlabel("deaths N", fontsize=9)
        axes.set_ylabel("frequency of N deaths or more F, 1/year", fontsize=9)
        axes.grid(True, which="major", color="#c2c5c8", linewidth=0.7)
        axes.tick_params(labelsize=8)
        axes.legend(fontsize=8, loc="upper right")
        figure.text(0.12, 0.935, f"{found.study.name or found.study.id}: societal risk", fontsize=13, fontweight="bold")
        says = (
            f"Potential loss of life {found.potential_loss_of_life:.2e} a year; {found.runs:,} runs; rules "
            f"{found.study.rules}. Criteria are second hand."
        )
        figure.text(0.12, 0.04, says, fontsize=8.5)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _criteria(axes: Axes) -> float:
    """Draw every line; gives the highest frequency of any."""
    from scenarios.risk.criteria import CRITERIA

    colours = {"gb-36894-2018": "#b3261e", "bevi": "#3a7bb8", "hse-r2p2": "#5f8f3a"}
    numbers = np.geomspace(1.0, _MOST_DEATHS, 200)
    top = _LEAST_FREQUENCY
    for criteria in CRITERIA.values():
        colour = colours.get(criteria.name, "#7a3db8")
        for line, style in ((criteria.intolerable, "-"), (criteria.negligible, "--")):
            if line is None:
                continue
            if line.most <= 1.1 * line.least:
                label = f"{criteria.name}: {line.says}"
                axes.plot(line.least, line.frequency, "o", color=colour, markersize=7, label=label, zorder=5)
                continue
            values = line.at(numbers)
            axes.plot(numbers, values, style, color=colour, linewidth=1.4, label=f"{criteria.name}: {line.says}")
            top = max(top, float(np.nanmax(values)))
    return top


def chain_picture(found: RiskResult) -> bytes:
    """Draw which part's accidents make which vessels fail, by fire and by blast, PNG: wider is more frequent."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    links = found.escalation[:_MOST_LINKS]
    origins = list(dict.fromkeys(link.origin for link in links))
    targets = list(dict.fromkeys(link.target for link in links))
    rows = max(len(origins), len(targets), 1)
    with rc_context({"font.family": fonts(), "axes.unicode_minus": False}):
        figure = Figure(figsize=(9.5, 2.0 + 0.42 * rows), dpi=DOTS_PER_INCH, facecolor="#e9eaeb")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.02, 0.04, 0.96, 0.96 - 0.7 / (2.0 + 0.42 * rows)))
        axes.set(xlim=(0.0, 1.0), ylim=(-0.7, rows - 0.3))
        axes.axis("off")
        greatest = max((link.frequency for link in links), default=1.0)
        at_left, at_right = _evenly(origins, rows), _evenly(targets, rows)
        for link in reversed(links):
            width = 0.6 + 6.0 * (link.frequency / greatest) ** 0.5
            colour = "#d9541e" if link.cause == "fire" else "#3a7bb8"
            axes.annotate(
                "", xy=(0.68, at_right[link.target]), xytext=(0.32, at_left[link.origin]),
                arrowprops={"arrowstyle": "-|>", "color": colour, "lw": width, "alpha": 0.75},
            )  # fmt: skip
            y = 0.62 * at_right[link.target] + 0.38 * at_left[link.origin]
            axes.text(0.545, y, f"{link.frequency:.0e}", fontsize=7, ha="center", va="center",
                      bbox={"boxstyle": "round,pad=0.15", "fc": "#e9eaeb", "ec": "none", "alpha": 0.85})  # fmt: skip
        for name, y in at_left.items():
            axes.text(0.31, y, name, ha="right", va="center", fontsize=9)
        for name, y in at_right.items():
            axes.text(0.69, y, name, ha="left", va="center", fontsize=9, fontweight="bold")
        title = f"{found.study.name or found.study.id}: what accidents set off, 1/year (orange: fire, blue: blast)"
        figure.text(0.02, 1.0 - 0.4 / (2.0 + 0.42 * rows), title, fontsize=12, fontweight="bold")
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _evenly(names: list[str], rows: int) -> dict[str, float]:
    """Heights of names, the first at the top."""
    step = rows / max(len(names), 1)
    return {name: rows - 0.5 - step * (k + 0.5) for k, name in enumerate(names)}
