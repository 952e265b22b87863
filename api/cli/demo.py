"""``leakcast demo``."""


def demo() -> None:
    """Placeholder."""
