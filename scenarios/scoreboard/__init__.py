"""Measured trials and the models' scores on them: what ``leakcast validate`` runs.

A family reads the tables it knows the names of from a folder, runs the models on every case, and gives one score per
case and a reason for each it did not score. No row of a table stops a run.
"""

from scenarios.scoreboard.board import FAMILIES, GROUPS, known_families, scores

__all__ = ["FAMILIES", "GROUPS", "known_families", "scores"]
