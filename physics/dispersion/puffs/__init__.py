"""Puffs in a wind that changes in time: the default forecast."""

from physics.dispersion.puffs.run import PuffRun, Start, cumulative_load

__all__ = ["PuffRun", "Start", "cumulative_load"]
