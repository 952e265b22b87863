"""Binary interaction parameters of Peng and Robinson's equation, as published by DECHEMA.

Knapp, Döring, Oellrich, Plöcker and Prausnitz (1982), fitted to measured vapour-liquid equilibria, pair by pair; read
here in the transcription of the ChemSep project (pr.ipd, 2009, where each pair names the book's page), not in the book
itself: secondary. Four pairs of that list are left out because their value, beyond 0.3 in size, cannot be physical
outside the narrow range it was fitted in: nitrogen/n-octane, hydrogen/n-butane, hydrogen/toluene, acetylene/propylene.
Pairs that are not listed get zero, and a caveat says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_BY_FIRST: Mapping[str, Mapping[str, float]] = {
    "hydrogen": {
        "nitrogen": 0.0711,
        "carbon monoxide": 0.0919,
        "methane": -0.0044,
        "ethylene": 0.0633,
        "ethane": -0.0781,
        "carbon dioxide": -0.1622,
        "propylene": -0.1037,
        "propane": -0.1311,
        "n-hexane": -0.03,
        "n-heptane": -0.1167,
    },
    "nitrogen": {
        "carbon monoxide": 0.03,
        "argon": -0.0004,
        "oxygen": -0.0159,
        "methane": 0.0289,
        "ethylene": 0.0856,
        "ethane": 0.0533,
        "nitrous oxide": 0.0044,
        "carbon dioxide": -0.0122,
        "hydrogen sulfide": 0.1652,
        "propylene": 0.09,
        "propane": 0.0878,
        "ammonia": 0.2193,
        "isobutane": 0.1033,
        "sulfur dioxide": 0.08,
        "n-butane": 0.0711,
        "isopentane": 0.0922,
        "n-pentane": 0.1,
        "n-hexane": 0.1496,
        "benzene": 0.1641,
        "n-heptane": 0.1441,
    },
    "carbon monoxide": {
        "methane": 0.03,
        "ethane": -0.0226,
        "hydrogen sulfide": 0.0544,
        "propane": 0.0259,
    },
    "argon": {
        "oxygen": 0.0089,
        "methane": 0.0152,
        "ammonia": -0.18,
    },
    "oxygen": {
        "nitrous oxide": 0.0478,
    },
    "methane": {
        "ethylene": 0.0244,
        "ethane": -0.0059,
        "nitrous oxide": 0.0256,
        "carbon dioxide": 0.0978,
        "carbonyl sulfide": 0.0289,
        "propylene": 0.033,
        "propane": 0.0119,
        "isobutane": 0.0256,
        "sulfur dioxide": 0.1356,
        "n-butane": 0.0185,
        "isopentane": -0.0056,
        "n-pentane": 0.023,
        "n-hexane": 0.04,
        "benzene": 0.0807,
        "cyclohexane": 0.0389,
        "n-heptane": 0.03,
        "toluene": 0.097,
        "n-octane": 0.0496,
        "m-xylene": 0.0844,
    },
    "ethylene": {
        "ethane": 0.0078,
        "acetylene": 0.0652,
        "carbon dioxide": 0.0541,
        "n-butane": 0.0922,
        "benzene": 0.0311,
        "n-heptane": 0.0144,
    },
    "carbon dioxide": {
        "ethane": 0.13,
        "nitrous oxide": 0.0048,
        "hydrogen sulfide": 0.0967,
        "propylene": 0.0933,
        "propane": 0.1315,
        "isobutane": 0.13,
        "1-butene": 0.0593,
        "n-butane": 0.1352,
        "isopentane": 0.1219,
        "diethyl ether": 0.047,
        "n-pentane": 0.1252,
        "n-hexane": 0.11,
        "benzene": 0.0774,
        "cyclohexane": 0.1052,
        "n-heptane": 0.1,
        "toluene": 0.1056,
    },
    "ethane": {
        "hydrogen sulfide": 0.0952,
        "propylene": 0.0089,
        "propane": 0.0011,
        "isobutane": -0.0067,
        "n-butane": 0.0089,
        "diethyl ether": 0.0181,
        "n-pentane": 0.0078,
        "n-hexane": -0.04,
        "benzene": 0.0322,
        "cyclohexane": 0.0178,
        "n-heptane": 0.0033,
        "n-octane": 0.0185,
    },
    "hydrogen sulfide": {
        "propane": 0.0878,
        "isobutane": 0.0474,
        "n-pentane": 0.063,
    },
    "propylene": {
        "propane": 0.0078,
        "isobutane": -0.0144,
        "1-butene": 0.0004,
    },
    "propane": {
        "isobutane": -0.0078,
        "n-butane": 0.0033,
        "isopentane": 0.0111,
        "n-pentane": 0.0267,
        "n-hexane": 0.0007,
        "benzene": 0.0233,
        "n-heptane": 0.0056,
        "n-octane": 0.0,
    },
    "isobutane": {
        "n-butane": -0.0004,
    },
    "sulfur dioxide": {
        "benzene": 0.0015,
    },
    "1-butene": {
        "1,3-butadiene": 0.0022,
        "n-butane": 0.0007,
    },
    "1,3-butadiene": {
        "n-butane": 0.0141,
    },
    "n-butane": {
        "n-pentane": 0.0174,
        "n-hexane": -0.0056,
        "n-heptane": 0.0033,
        "n-octane": 0.0074,
    },
    "n-pentane": {
        "benzene": 0.0189,
        "cyclohexane": 0.0037,
        "n-heptane": 0.0074,
        "n-octane": 0.0,
    },
    "n-hexane": {
        "benzene": 0.0078,
        "cyclohexane": -0.0049,
        "n-heptane": -0.0078,
    },
    "cyclohexane": {
        "benzene": 0.0126,
        "1,2-dichloroethane": 0.073,
    },
    "benzene": {
        "n-heptane": 0.0011,
        "n-octane": 0.003,
    },
}

INTERACTION: Mapping[frozenset[str], float] = MappingProxyType(
    {frozenset((first, second)): value for first, row in _BY_FIRST.items() for second, value in row.items()}
)
"""Parameter by the canonical names of a pair."""


def interaction(first: str, second: str) -> float | None:
    """Binary interaction parameter of two substances by canonical name; ``None`` where none is published here.

    Examples
    --------
    >>> interaction("carbon dioxide", "methane")
    0.0978
    """
    return 0.0 if first == second else INTERACTION.get(frozenset((first, second)))
