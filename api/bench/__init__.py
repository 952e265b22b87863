"""What `leakcast bench` measures, by suite. Each gives a flat mapping; what cannot be measured is null."""
