"""The name that the user probably meant."""

import difflib
from collections.abc import Iterable


def similar(name: str, names: Iterable[str], most: int) -> list[str]:
    """The `names` that are most similar, in upper or lower case; at most `most`, the most similar first."""
    upper = {item.upper(): item for item in names}
    return [upper[match] for match in difflib.get_close_matches(name.upper(), upper, most, 0.6)]


def closest(name: str, names: Iterable[str]) -> str | None:
    """The most similar of `names`, or None."""
    return next(iter(similar(name, names, 1)), None)


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint that names the most similar of `names`, or lists them all."""
    known = list(names)
    match = closest(name, known)
    if match:
        return f"use `{match}`"
    return f"use one of {', '.join(known)}" if known else "remove it"
