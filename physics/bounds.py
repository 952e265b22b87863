"""Magnitudes beyond which an input is a slip of the unit or the finger, for every input a card leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from physics.cards import Takes

GREATEST: Mapping[str, float] = MappingProxyType(
    {
        "Pa": 1e11,
        "K": 1e5,
        "kg m-3": 1e5,
        "kg mol-1": 100.0,
        "m": 1e7,
        "m2": 1e10,
        "m3": 1e10,
        "m s-1": 1e5,
        "m3 s-1": 1e9,
        "kg": 1e12,
        "kg s-1": 1e9,
        "s": 1e9,
        "s-1": 1e3,
        "1": 1e6,
        "N m-1": 100.0,
        "Pa s": 1e6,
        "J kg-1": 1e9,
        "J kg-1 K-1": 1e6,
        "W m-1 K-1": 1e6,
        "W m-2 K-1": 1e7,
        "W m-2": 1e10,
    }
)
"""Greatest magnitude taken by unit: orders of magnitude above anything on a plant or in the air over it (chosen, not
measured), and small enough that no model's powers and products of them leave floating point."""


def bounded(*takes: Takes) -> tuple[Takes, ...]:
    """Inputs of a card, each hard bound that was left open closed by the greatest magnitude of its unit.

    Parameters
    ----------
    takes : Takes
        As written down in a card.

    Raises
    ------
    KeyError
        A unit has no greatest magnitude here.
    """
    return tuple(_closed(item) for item in takes)


def _closed(item: Takes) -> Takes:
    if not item.quantity.unit:
        return item
    if math.isfinite(item.hard_low) and math.isfinite(item.hard_high):
        return item
    greatest = GREATEST[item.quantity.unit]
    return replace(
        item,
        hard_low=item.hard_low if math.isfinite(item.hard_low) else -greatest,
        hard_high=item.hard_high if math.isfinite(item.hard_high) else greatest,
    )
