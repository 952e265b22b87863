"""Jets: the free turbulent jet, the Gaussian integral jet in still air, the jet in a crosswind and what follows it.

`physics.dispersion.jets.plume.jet_plume` is the whole: a jet until the air carries it, then a dense or passive cloud.
"""
