"""Explosions: what a blast does with distance, where its energy comes from, and what a vessel throws."""
