"""One plant, alive: what exists, what it says now, what could get out of it."""
