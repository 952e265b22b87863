"""What could happen: scenarios, their forecasts, what-if comparisons and drills."""
