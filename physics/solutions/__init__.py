"""Aqueous solutions that give off what is dissolved in them: partial pressures, and pools of them.

`SOLUTIONS` are those with a cited correlation; `spill_solution` follows a pool.
"""

from physics.solutions.pool import NOT_HERE, SOLUTIONS, SolutionPool, spill_solution
from physics.solutions.solution import Solution

__all__ = ["NOT_HERE", "SOLUTIONS", "Solution", "SolutionPool", "spill_solution"]
