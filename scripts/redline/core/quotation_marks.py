"""Which quotation marks of a text belong together."""

from collections.abc import Mapping
from functools import lru_cache

CLOSES = {"“": "”", "‟": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "‚": "‘’", "‹": "›", "›": "‹", "”": "”", '"': '"', "'": "'"}
"""By opening mark the marks that close it; German, Danish and Swedish ones among them."""

MARKS = frozenset(CLOSES) | frozenset("".join(CLOSES.values()))
SINGLE = "‘’'"


@lru_cache(maxsize=16)  # asked once for each span of a text
def pairs(text: str) -> Mapping[int, int]:
    """By the place of each mark that has a partner the place of the partner; apostrophes and lone marks are not there."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for place, mark in enumerate(text):
        if mark not in MARKS or _apostrophe(text, place):
            continue
        # An outer mark that closes ends the inner ones that nobody closed.
        start = next((index for index in reversed(opened) if mark in CLOSES[text[index]]), None)
        if start is not None and not text[place - 1].isspace():
            partners[start], partners[place] = place, start
            opened = opened[: opened.index(start)]
        elif mark in CLOSES and not text[place + 1 : place + 2].isspace():
            opened.append(place)
    return partners


def _apostrophe(text: str, place: int) -> bool:
    """Whether a single mark is inside a word, or begins a number such as ’90s."""
    if text[place] not in SINGLE:
        return False
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return (after.isalnum() and before.isalnum()) or (text[place] != "‘" and after.isdigit())
