"""Toxic load and the Acute Exposure Guideline Levels.

A level is reached when, over any window of the exposure, the load of the concentration over that window is at least
the load of the guideline's own concentration for that duration (National Research Council 2001). AEGL-1 marks
discomfort and is judged as a concentration. Nothing is extrapolated: below 10 minutes the 10-minute value holds,
beyond 8 hours there is none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.substances import Substance, substance

Array = NDArray[np.float64]

SHORTEST = 600.0
"""Shortest tabulated exposure, s: below it the 10-minute value holds."""
LONGEST = 28_800.0
"""Longest tabulated exposure, s: beyond it there is no level."""
WINDOWS = (600.0, 1200.0, 1800.0, 2700.0, 3600.0, 7200.0, 14_400.0, 28_800.0)
"""Windows an exposure is searched with, s."""
LEVELS = (1, 2, 3)


def aegl(levels: Mapping[int, float], exposure_duration: float) -> float:
    """Guideline mole fraction for an exposure: log-log between tabulated durations, flat below 10 minutes.

    Parameters
    ----------
    levels : mapping
        Mole fraction by minutes, of one level.
    exposure_duration : float
        s.

    Raises
    ------
    ValueError
        The exposure is longer than the table, 8 hours at most.
    """
    minutes = np.array(sorted(levels), dtype=np.float64)
    values = np.array([levels[int(minute)] for minute in minutes])
    asked = exposure_duration / 60.0
    if asked > minutes[-1] * (1.0 + 1e-12):
        raise ValueError(f"no guideline level is given beyond {minutes[-1] / 60:g} h, asked for {asked / 60:g} h")
    return float(np.exp(np.interp(math.log(max(asked, minutes[0])), np.log(minutes), np.log(values))))


_NEGLIGIBLE = 0.01
"""Peak over the longest exposure's guideline below which no window can come near the level."""
_OVERWHELMING = 100.0
"""Peak over the shortest exposure's guideline above which by how much a level is exceeded says nothing."""


@kernel
def level_ratio(series: Array, step: float, windows: Array, guides: Array, exponent: float, out: Array) -> None:
    """Fill ``out`` (point) with exposure over guideline, the worst window deciding; 1 is the edge of the zone.

    ``series`` is (point, time), mole fractions at even steps of ``step`` s; ``windows`` in s, the first standing for
    every shorter one, judged on the greatest concentration; ``guides`` the level's mole fraction for each window.
    """
    points, times = series.shape
    total = np.empty(times + 1)
    for p in range(points):
        peak = 0.0
        for t in range(times):
            peak = max(peak, series[p, t])
        if windows.size == 1 or peak < _NEGLIGIBLE * guides[-1] or peak > _OVERWHELMING * guides[0]:
            out[p] = peak / guides[0]
            continue
        total[0] = 0.0
        for t in range(times):
            value = series[p, t]
            total[t + 1] = total[t] + (value**exponent if value > 0.0 else 0.0) * step
        worst = peak / guides[0]
        for w in range(1, windows.size):
            span = min(round(windows[w] / step), times)
            load = 0.0
            for t in range(span, times + 1):
                load = max(load, total[t] - total[t - span])
            if load > 0.0:
                worst = max(worst, (load / windows[w]) ** (1.0 / exponent) / guides[w])
        out[p] = worst


@dataclass(frozen=True, slots=True)
class Level:
    """A level of harm a cloud is judged by.

    Attributes
    ----------
    name : str
        ``AEGL-3``, ``LFL``.
    guide : mapping
        Mole fraction by minutes of exposure.
    load : bool
        Whether the toxic load over longer windows counts beside the greatest concentration.
    """

    name: str
    guide: Mapping[int, float]
    load: bool

    @property
    def concentration(self) -> float:
        """Mole fraction that reaches the level in an exposure of up to 10 minutes."""
        return self.guide[min(self.guide)]

    @property
    def windows(self) -> tuple[float, ...]:
        """Exposures it is judged over, s; the first stands for every shorter one."""
        return tuple(w for w in WINDOWS if w <= max(self.guide) * 60.0) if self.load else WINDOWS[:1]


def levels_of(of: Substance) -> tuple[Level, ...]:
    """Levels of a substance, the gravest first: its guideline levels, else its lower flammable limit.

    AEGL-1 is judged as a concentration, and so is every level of a substance without a toxic load exponent.
    """
    if of.toxicity is not None and of.toxicity.aegl:
        with_load = of.toxicity.toxic_load_exponent is not None
        graded = sorted(of.toxicity.aegl.items(), reverse=True)
        return tuple(Level(f"AEGL-{n}", guide, with_load and n > 1) for n, guide in graded if guide)
    if of.flammability is not None:
        return (Level("LFL", {int(SHORTEST / 60): of.flammability.lower_limit}, False),)
    return ()


@lru_cache(maxsize=256)
def _guides(guide: tuple[tuple[int, float], ...], windows: tuple[float, ...]) -> Array:
    """Guideline mole fractions for windows."""
    return np.array([aegl(dict(guide), window) for window in windows])


def level_ratios(level: Level, fractions: NDArray[Any], *, step: float, exponent: float | None) -> Array:
    """Exposure over guideline of one level, by point; a zone is where it is at least 1.

    Parameters
    ----------
    fractions : ndarray, shape (time, ...)
        Mole fraction at even steps, means over each step.
    step : float
        s.
    exponent : float or None
        Of the toxic load; not used by a level judged as a concentration.

    Returns
    -------
    ndarray, shape ``fractions.shape[1:]``
    """
    series = np.ascontiguousarray(fractions.reshape(fractions.shape[0], -1).T, dtype=np.float64)
    windows = level.windows
    out = np.empty(series.shape[0])
    level_ratio(series, step, np.array(windows), _guides(tuple(level.guide.items()), windows), exponent or 1.0, out)
    return out.reshape(fractions.shape[1:])


def toxic_load(fractions: Array, *, step: float, exponent: float) -> Array:
    """Toxic load, the integral of (mole fraction)^n over time, s; shape ``fractions.shape[1:]``."""
    return np.asarray(np.sum(np.maximum(fractions, 0.0) ** exponent, axis=0) * step)


_CARD = Card(
    name="aegl",
    says="Acute Exposure Guideline Level for an exposure, log-log between the tabulated durations.",
    takes=bounded(
        Takes("fluid"),
        Takes("aegl_level", hard_low=1.0, hard_high=3.0),
        Takes("exposure_duration", hard_low=0.0, hard_high=LONGEST),
    ),
    gives=("aegl_concentration", "toxic_load_exponent"),
    cites=("nrc2001aegl", "tenberge1986"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "chlorine AEGL-3 between 60, 30 and 10 minutes",
            "tests/verification/test_toxic_load.py::test_aegl_between_tabulated_durations",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        of = substance(values["fluid"])
    except LookupError as error:
        raise ModelInputError("fluid", str(error.args[0])) from error
    level = values["aegl_level"]
    if level not in LEVELS:
        raise ModelInputError("aegl_level", f"must be 1, 2 or 3, got {level:g}")
    if of.toxicity is None or not of.toxicity.aegl.get(int(level)):
        says = f"{of.name} has no AEGL-{level:.0f} here"
        return dict.fromkeys(_CARD.gives), [Caveat(Grade.NOT_VALID, _CARD.name, says)]
    caveats = []
    if not of.toxicity.verified:
        says = f"The levels of {of.name} were read from a secondary transcription, not from the EPA files."
        caveats.append(Caveat(Grade.NOTE, _CARD.name, says))
    try:
        found = aegl(of.toxicity.aegl[int(level)], values["exposure_duration"])
    except ValueError as error:
        raise ModelInputError("exposure_duration", str(error)) from error
    return {"aegl_concentration": found, "toxic_load_exponent": of.toxicity.toxic_load_exponent}, caveats
