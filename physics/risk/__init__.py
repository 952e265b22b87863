"""Risk over a map: where an outcome kills, laid on a grid in every direction the wind may blow."""
