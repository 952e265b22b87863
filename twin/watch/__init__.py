"""Watching a plant: is it leaking now, and what will it reach next."""
