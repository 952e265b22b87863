"""Pools of spilled liquid on land, in bunds and on water.

`spill` follows a steady spill, `fed` one that changes in time; `GROUNDS` are the surfaces by name.
"""

from physics.pools import evaporation
from physics.pools.ground import GROUNDS, WATER, Ground, equivalent_diameter, greatest_area
from physics.pools.pool import Pool, fed, spill

__all__ = ["GROUNDS", "WATER", "Ground", "Pool", "equivalent_diameter", "evaporation", "fed", "greatest_area", "spill"]
