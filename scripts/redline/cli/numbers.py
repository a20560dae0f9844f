"""Numbers that options take."""


def positive(text: str) -> int:
    """A whole number above 0, for argparse."""
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def natural(text: str) -> int:
    """A whole number from 0 up, for argparse."""
    value = int(text)
    if value < 0:
        raise ValueError
    return value
