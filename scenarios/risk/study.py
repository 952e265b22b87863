"""A risk study: which plants, which weather how often, who is where, by which rules."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.weather import Weather
from scenarios.risk.rules import PURPLE_BOOK, RULES, RuleSet

Array = NDArray[np.float64]

IGNITIONS = 10
"""Outcomes a release of what burns has: lit at once, at eight times later, never."""
MOST_RUNS = 50_000_000
MOST_CELLS = 4_000_000
"""Sizes beyond which a study is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskWeather:
    """One weather and how often it comes from where.

    Attributes
    ----------
    stability : str
    speed : float
        m/s at 10 m.
    day : bool
        Whether people are where they are by day.
    rose : tuple of float
        Share of all time by the sector the wind comes from, even sectors clockwise, the first about north.
    temperature : float
        K.
    """

    stability: str
    speed: float
    day: bool
    rose: tuple[float, ...]
    temperature: float = 293.15

    @property
    def share(self) -> float:
        """Share of all time."""
        return math.fsum(self.rose)

    @property
    def name(self) -> str:
        """As ``D5``, with day or night."""
        return f"{self.stability}{self.speed:g} {'day' if self.day else 'night'}"


@lru_cache(maxsize=256)
def spread_evenly(rose: tuple[float, ...], directions: int) -> Array:
    """Shares of sectors spread evenly over as many directions, both clockwise with the first about north."""
    width, part = 360.0 / len(rose), 360.0 / directions
    found = np.zeros(directions)
    for d in range(directions):
        low, high = (d - 0.5) * part, (d + 0.5) * part
        for s in range(-1, len(rose) + 1):
            begins, ends = (s - 0.5) * width, (s + 0.5) * width
            over = max(min(high, ends) - max(low, begins), 0.0)
            found[d] += rose[s % len(rose)] * over / width
    found.setflags(write=False)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Igniter:
    """Something that lights a cloud: place, m from the study's origin, and its probability in a time, s."""

    id: str
    east: float
    north: float
    probability: float
    time: float = 60.0

    @property
    def rate(self) -> float:
        """1/s."""
        return -math.log1p(-min(self.probability, 1.0 - 1e-12)) / self.time


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskStudy:
    """What a risk study asks.

    Attributes
    ----------
    id, name : str
    plants : tuple of str
        Names or folders; the first one's origin is the study's.
    parts : tuple of str
        Patterns of the parts whose events count, as ``S-*``; empty for all.
    rules : str
        Name of a rule set.
    weathers : tuple of RiskWeather
    directions : int
        Winds the rose is divided into; each sector's share is spread evenly over its part.
    half_side, cell : float
        Of the map about the origin, m.
    igniters : tuple of Igniter
        Empty: every cloud that was not lit at once is lit at its full extent.
    escalation : int
        How many times an accident may go on to other equipment; 0 is never.
    dispersion : str or None
        Plume model by registry name for every release that lasts; ``None`` takes the best estimate for each.
    one_by_one : bool
        Whether every run is solved anew, instead of once for all directions and ignitions: slow, for checks.
    roughness_length : float
        m.
    duration : float or None
        Longest release that counts, s; ``None`` the rule set's.
    """

    id: str
    name: str = ""
    plants: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    rules: str = PURPLE_BOOK.name
    weathers: tuple[RiskWeather, ...] = ()
    directions: int = 72
    half_side: float = 2000.0
    cell: float = 20.0
    igniters: tuple[Igniter, ...] = field(default=())
    escalation: int = 1
    dispersion: str | None = None
    one_by_one: bool = False
    roughness_length: float = 0.1
    duration: float | None = None

    def counts(self, part: str) -> bool:
        """Whether a part's events count."""
        return not self.parts or any(fnmatchcase(part, pattern) for pattern in self.parts)

    @property
    def rule_set(self) -> RuleSet:
        """Rules by name."""
        return RULES[self.rules]

    @property
    def longest(self) -> float:
        """Longest release that counts, s."""
        return self.rule_set.longest_exposure if self.duration is None else self.duration

    @property
    def cells(self) -> int:
        """Cells to a side of the map."""
        return 2 * math.ceil(self.half_side / self.cell) + 1

    @property
    def first(self) -> float:
        """Middle of the first cell, m east and north."""
        return -(self.cells // 2) * self.cell

    @property
    def bearings(self) -> Array:
        """Directions the wind blows to, radians clockwise from north."""
        return np.radians(np.arange(self.directions) * 360.0 / self.directions + 180.0)

    def shares(self, weather: RiskWeather) -> Array:
        """Share of all time of each direction of a weather, shape (directions,)."""
        return spread_evenly(weather.rose, self.directions)

    def air(self, weather: RiskWeather) -> Weather:
        """A weather as models take it; its direction does not matter."""
        return Weather(
            wind_speed=weather.speed, wind_from_direction=0.0, stability_class=weather.stability,
            ambient_temperature=weather.temperature, roughness_length=self.roughness_length,
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """SHA-256 over everything that changes the answer."""
        content = {key: value for key, value in self.as_dict().items() if key not in ("id", "name")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
