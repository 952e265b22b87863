"""Compositions that go by a name, each with its source.

The natural gases are the reference gases of AGA Report 8, read in the predefined mixtures of CoolProp 8 (secondary).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class NamedComposition:
    """A composition and where it comes from.

    Attributes
    ----------
    parts : tuple of (str, float)
        Component and mole fraction.
    source : str
    """

    parts: tuple[tuple[str, float], ...]
    source: str


_REFERENCE_GAS = (
    *("methane", "nitrogen", "carbon dioxide", "ethane", "propane"),
    *("isobutane", "n-butane", "isopentane", "n-pentane", "n-hexane"),
)


def _reference(*fractions: float) -> NamedComposition:
    source = "AGA Report 8 reference gas, as CoolProp 8 predefines it (secondary)"
    parts = zip(_REFERENCE_GAS, fractions, strict=False)
    return NamedComposition(tuple((name, value) for name, value in parts if value > 0.0), source)


NAMED: Mapping[str, NamedComposition] = MappingProxyType(
    {
        "natural gas gulf coast": _reference(
            0.965222, 0.002595, 0.005956, 0.018186, 0.004596, 0.000977, 0.001007, 0.000473, 0.000324, 0.000664
        ),
        "natural gas amarillo": _reference(
            0.906724, 0.031284, 0.004676, 0.045279, 0.008280, 0.001037, 0.001563, 0.000321, 0.000443, 0.000393
        ),
        "natural gas ekofisk": _reference(
            0.859063, 0.010068, 0.014954, 0.084919, 0.023015, 0.003486, 0.003506, 0.000509, 0.000480
        ),
        "natural gas high nitrogen": _reference(0.81441, 0.13465, 0.00985, 0.03300, 0.00605, 0.00100, 0.00104),
        "natural gas high carbon dioxide": _reference(0.81212, 0.05702, 0.07585, 0.04303, 0.00895, 0.00151, 0.00152),
        "autogas 60/40": NamedComposition(
            (("propane", 0.6), ("n-butane", 0.4)),
            "heavy end of EN 589 grade A, 60 % propane and 40 % butane, as the European LPG Association reports it "
            "(mylpg.eu, secondary); shares taken as mole fractions and butane as n-butane: unverified",
        ),
    }
)
"""Composition by name, in small letters."""
