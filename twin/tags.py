"""What each tag's number on the server means: node, unit, range, and when silence is a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from twin.checks import QUANTITIES
from twin.parts import Detector
from twin.plant import Plant
from twin.units import to_si

DETECTOR_QUANTITY = "mole_fraction"
OVER_RANGE = 0.05
"""Fraction of its span by which a value may lie outside an instrument's range before it counts as a failed sensor."""
PERIODS_UNTIL_STALE = 3.0
"""Expected periods of silence after which a tag without its own limit is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag as the synchroniser sees it.

    Attributes
    ----------
    tag : str
    namespace, identifier : str
        Namespace URI, and the rest of the node id (``s=...``).
    quantity, unit, si_unit : str
        What it measures, the server's unit, the SI unit it is kept in.
    slope, offset : float
        ``SI = slope * number + offset``.
    low, high : float
        Range in SI.
    stale_after : float or None
        s; ``None`` where the server reports by exception.
    on_bad : str
        ``exclude`` or ``hold``.
    """

    tag: str
    target: str
    namespace: str
    identifier: str
    quantity: str
    unit: str
    si_unit: str
    slope: float
    offset: float
    low: float
    high: float
    stale_after: float | None
    on_bad: str

    def to_si(self, number: float) -> float:
        """Server's number in SI."""
        return self.slope * number + self.offset

    def plausible(self, value: float) -> bool:
        """Whether an SI value lies within the range, give or take a little."""
        margin = OVER_RANGE * (self.high - self.low)
        return self.low - margin <= value <= self.high + margin


def tag_map(plant: Plant) -> Mapping[str, Tag]:
    """Every bound tag of a plant by name."""
    found: dict[str, Tag] = {}
    for tag, item in plant.tags.items():
        if item.binding is None:
            continue
        binding = item.binding
        gas = isinstance(item, Detector)
        quantity = DETECTOR_QUANTITY if isinstance(item, Detector) else item.quantity
        si_unit = "1" if gas else QUANTITIES[quantity]
        offset = to_si(0.0, item.unit, si_unit)
        namespace, _, identifier = binding.node.removeprefix("nsu=").partition(";")
        stale = binding.stale_after
        if stale is None and binding.expected_period is not None:
            stale = PERIODS_UNTIL_STALE * binding.expected_period
        found[tag] = Tag(
            tag=tag,
            target=tag if isinstance(item, Detector) else item.target,
            namespace=namespace,
            identifier=identifier,
            quantity=quantity,
            unit=item.unit,
            si_unit=si_unit,
            slope=(to_si(1.0, item.unit, si_unit) - offset) * binding.scale,
            offset=offset,
            low=item.low,
            high=item.high,
            stale_after=stale,
            on_bad=binding.on_bad,
        )
    return MappingProxyType(found)


def shown(tag: Tag, value: float) -> float:
    """An SI value in the server's unit, scale undone: what the simulated plant writes."""
    return (value - tag.offset) / tag.slope
