"""Drills: people act on a release, and what they do changes the physics. Everything made here is an exercise."""

from scenarios.drill.exercise import run_drill
from scenarios.drill.plan import Drill, load_drill
from scenarios.drill.report import DrillReport

__all__ = ["Drill", "DrillReport", "load_drill", "run_drill"]
