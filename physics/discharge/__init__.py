"""Discharge: orifices, flashing flow through nozzles and lines, expansion to ambient, and emptying vessels.

`discharge` gives the flow out of one opening now and names the regime chosen; `expand` brings it to ambient
pressure; `blowdown` follows a vessel and `pipe_rupture` a line that breaks off in time, and each gives a
`physics.release.ReleaseTerm`. Single models stand in the registry.
"""

from physics.discharge import (
    band,
    droplets,
    fauske,
    flashing_models,
    frozen,
    hne_ds,
    omega,
    orifice,
    pipe_bell_wilson,
    pipe_gas,
    pipe_liquid,
    pipe_rupture_model,
    real_gas,
    relief,
    relief_steam,
    rupture,
)
from physics.discharge.discharge import Discharge, FlowPath, discharge
from physics.discharge.expansion import Expanded, expand, isentropic_flash_fraction
from physics.discharge.pipe_line import End, PipeSide, PipeValve
from physics.discharge.pipe_outflow import EndFlow, PipeRupture
from physics.discharge.pipe_rupture import pipe_rupture
from physics.discharge.vessel import Blowdown, Vessel, blowdown, level_height
from physics.vessel.geometry import Shape

__all__ = [
    "Blowdown",
    "Discharge",
    "End",
    "EndFlow",
    "Expanded",
    "FlowPath",
    "PipeRupture",
    "PipeSide",
    "PipeValve",
    "Shape",
    "Vessel",
    "band",
    "blowdown",
    "discharge",
    "droplets",
    "expand",
    "fauske",
    "flashing_models",
    "frozen",
    "hne_ds",
    "isentropic_flash_fraction",
    "level_height",
    "omega",
    "orifice",
    "pipe_bell_wilson",
    "pipe_gas",
    "pipe_liquid",
    "pipe_rupture",
    "pipe_rupture_model",
    "real_gas",
    "relief",
    "relief_steam",
    "rupture",
]
