"""Vessels in time: what they hold, what leaves them, heat in their walls, relief, fire, and when they burst."""
