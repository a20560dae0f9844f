"""The name that was probably meant."""

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint that names the most similar of `names`, or lists them all."""
    known = list(names)
    close = difflib.get_close_matches(name.upper(), [item.upper() for item in known], 1, 0.6)
    if close:
        match = next(item for item in known if item.upper() == close[0])
        return f"use `{match}`"
    return f"use one of {', '.join(known)}" if known else "remove it"
