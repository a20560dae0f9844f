"""The name that was probably meant."""

import difflib
from collections.abc import Iterable


def closest(name: str, names: Iterable[str]) -> str | None:
    """The most similar of `names`, whatever the case of the letters, or None."""
    upper = {item.upper(): item for item in names}
    close = difflib.get_close_matches(name.upper(), upper, 1, 0.6)
    return upper[close[0]] if close else None


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint that names the most similar of `names`, or lists them all."""
    known = list(names)
    match = closest(name, known)
    if match:
        return f"use `{match}`"
    return f"use one of {', '.join(known)}" if known else "remove it"
