"""Where it goes: from a release in time and the weather to concentration in space and time."""
