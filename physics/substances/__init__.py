"""Substances: property tables and their kernels, toxicity and flammability data, each number with its source.

`substance` finds one by any name it goes by. Tables are built by ``python -m physics.substances.build`` from CoolProp
and, where it lacks a substance, from pinned correlations; they ship as package data, and neither source is needed at
run time.
"""

from physics.substances.kernels import Table
from physics.substances.plane import GasPlane
from physics.substances.saturation import GasTable, NoSaturationState, SaturationTable
from physics.substances.substance import (
    Flammability,
    MajorHazard,
    NoGasPlane,
    Substance,
    UnknownSubstance,
    substance,
    substances,
)
from physics.substances.toxicity import Probit, Stated, Toxicity

__all__ = [
    "Flammability",
    "GasPlane",
    "GasTable",
    "MajorHazard",
    "NoGasPlane",
    "NoSaturationState",
    "Probit",
    "SaturationTable",
    "Stated",
    "Substance",
    "Table",
    "Toxicity",
    "UnknownSubstance",
    "substance",
    "substances",
]
