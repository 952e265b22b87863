"""Fire: pool fires, jet fires, fireballs and flash fires, and the heat that reaches any target.

Every burning model gives a `physics.fire.flame.Flame`, in the frame of its source: x downwind (or along a horizontal
jet), y across, z up.
"""
