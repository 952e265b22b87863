"""The faces of Leakcast: HTTP service, web page, command line. Knows scenarios, twin and physics; none knows it."""
