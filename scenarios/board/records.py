"""What the protective-action board says, as records that become plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

REQUIRED_ROLE = "incident-commander"
"""Role that approves a board."""


class Protect(StrEnum):
    """What people in an area are to do."""

    SHELTER = "shelter"
    EVACUATE = "evacuate"
    STAY = "stay"
    UNKNOWN = "not-enough-information"


class Hazard(StrEnum):
    """What people are protected from."""

    TOXIC = "toxic"
    FIRE = "fire"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class FireSeen:
    """What an area gets if the release is lit, by edge: ``best``, absent without a wind, and ``outer``.

    Attributes
    ----------
    heat_flux : mapping
        W/m², at the worst point.
    overpressure : mapping
        Pa, there.
    flash : mapping
        Whether the cloud may burn there.
    arrival : float or None
        When half the lower limit is first reached there at the outer edge, s; ``None`` where it is not.
    fireballs : tuple of (str, float)
        Vessels that may fail whose fireballs reach it, and when at the earliest, s after the fire began.
    """

    heat_flux: Mapping[str, float]
    overpressure: Mapping[str, float]
    flash: Mapping[str, bool]
    arrival: float | None
    fireballs: tuple[tuple[str, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "heat_flux_W_m2": {edge: rounded(value) for edge, value in self.heat_flux.items()},
            "overpressure_Pa": {edge: rounded(value) for edge, value in self.overpressure.items()},
            "in_flash_fire": dict(self.flash),
            "half_lfl_arrival_s": _rounded(self.arrival),
            "fireballs": [{"vessel": name, "at_s": rounded(at)} for name, at in self.fireballs],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A dose: gravest level reached, exposure over each level's guideline, toxic load in s (``None``: not known)."""

    level: str | None
    ratios: Mapping[str, float]
    load: float | None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "level": self.level,
            "ratios": {name: rounded(value) for name, value in self.ratios.items()},
            "toxic_load_s": None if self.load is None else rounded(self.load),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Dose of one thing people can do: best estimate, outer credible edge, and 90th percentile of the winds."""

    outer: Judged
    best: Judged | None = None
    p90: Judged | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "best": self.best.as_dict() if self.best else None,
            "p90": self.p90.as_dict() if self.p90 else None,
            "outer": self.outer.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A straight way out of the outer zone.

    Attributes
    ----------
    bearing : float
        Degrees clockwise from north.
    distance : float
        To outside the outer zone, m.
    off_wind : float or None
        Angle between the way and where the wind blows to, degrees; 90 is straight across; ``None`` without a wind.
    corners : tuple of tuple of float
        m east and north of the plant's origin.
    speed : float
        m/s.
    """

    bearing: float
    distance: float
    off_wind: float | None
    corners: tuple[tuple[float, float], ...]
    speed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheltering:
    """How to use a building: when it is shut, when aired, and when staying in it stops paying; s, ``None`` for never.

    ``by_air_exchange`` holds the best estimate's dose in a tight, an ordinary and a leaky house.
    """

    shut_by: float
    air_at: float | None
    indoor_exceeds: float | None
    load_exceeds: float | None
    by_air_exchange: Mapping[str, Judged] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAdvice:
    """What one area is to do in one branch, and why.

    Attributes
    ----------
    latest : float or None
        Last moment at which the decision still keeps people under ``keeps_under``, s since the release began.
    latest_open : bool
        Whether it stays open until the forecast ends.
    keeps_under, keeps_edge : str or None
        Level the action keeps people under, and whether at the ``outer`` edge or only in the ``best`` estimate.
    leave : tuple of (float, Option)
        Leaving after a time from now, s, sheltered until then.
    shares : mapping
        Over the winds around the forecast: in which the gas reaches the area, and in which the other action is better.
    hazard : Hazard or None
        What reaches the area; ``None`` for nothing.
    fire : FireSeen or None
        What fire and blast do there if the release is lit; ``None`` where it does not burn.
    """

    id: str
    action: Protect
    says: str
    reasons: tuple[str, ...] = ()
    stay: Option | None = None
    shelter: Option | None = None
    leave: tuple[tuple[float, Option], ...] = ()
    way: WayOut | None = None
    sheltering: Sheltering | None = None
    latest: float | None = None
    latest_open: bool = False
    keeps_under: str | None = None
    keeps_edge: str | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    hazard: Hazard | None = None
    fire: FireSeen | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "id": self.id,
            "action": str(self.action),
            "hazard": str(self.hazard) if self.hazard else None,
            "says": self.says,
            "reasons": list(self.reasons),
            "latest_decision_s": _rounded(self.latest),
            "latest_decision_open": self.latest_open,
            "keeps_under": self.keeps_under,
            "keeps_edge": self.keeps_edge,
            "way_out": _way(self.way),
            "doses": {
                "stay": self.stay.as_dict() if self.stay else None,
                "shelter": self.shelter.as_dict() if self.shelter else None,
                "leave": [{"after_s": after, **option.as_dict()} for after, option in self.leave],
                "fire": self.fire.as_dict() if self.fire else None,
            },
            "sheltering": _sheltering(self.sheltering),
            "share_of_winds": {name: rounded(value) for name, value in self.shares.items()},
        }


def _way(way: WayOut | None) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "bearing_deg": round(way.bearing, 1),
        "distance_m": round(way.distance, 1),
        "off_wind_deg": None if way.off_wind is None else round(way.off_wind, 1),
        "speed_m_s": way.speed,
        "corners_m": [[round(x, 1), round(y, 1)] for x, y in way.corners],
    }


def _sheltering(found: Sheltering | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "shut_by_s": _rounded(found.shut_by),
        "air_at_s": _rounded(found.air_at),
        "indoor_exceeds_outdoor_s": _rounded(found.indoor_exceeds),
        "load_exceeds_leaving_s": _rounded(found.load_exceeds),
        "by_air_exchange": {name: dose.as_dict() for name, dose in found.by_air_exchange.items()},
    }


def rounded(value: float) -> float:
    """Four digits that count: no dose is known better."""
    return float(f"{value:.4g}")


def _rounded(value: float | None) -> float | None:
    return None if value is None else rounded(value)
