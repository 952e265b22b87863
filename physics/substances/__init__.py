"""Substances: property tables and their kernels, toxicity and flammability data, each number with its source.

`substance` finds one by any name it goes by. Tables are built from CoolProp by ``python -m
physics.substances.build`` and ship as package data; CoolProp is not needed at run time.
"""

from physics.substances.kernels import Table
from physics.substances.saturation import GasTable, NoSaturationState, SaturationTable
from physics.substances.substance import Flammability, Substance, UnknownSubstance, substance, substances
from physics.substances.toxicity import Probit, Toxicity

__all__ = [
    "Flammability",
    "GasTable",
    "NoSaturationState",
    "Probit",
    "SaturationTable",
    "Substance",
    "Table",
    "Toxicity",
    "UnknownSubstance",
    "substance",
    "substances",
]
