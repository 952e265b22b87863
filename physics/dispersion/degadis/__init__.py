"""The dense-gas model of Spicer and Havens (1989), written from its published description: the second opinion.

A release that the wind cannot carry off as fast as it comes lies over its source until its area is large enough; from
there it goes downwind as a slab with Gaussian edges that spreads under its own weight, takes in air at its top as its
Richardson number allows, and is warmed by the ground. Once the slab is all edge it is a plume of Pasquill's spread.
"""
