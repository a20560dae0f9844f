"""The words of a text, for the selection of spans: none of their edges cuts a word, a compound or a character."""

import regex

from redline.core.document import Bounds
from redline.core.edges import cuts_word

_cluster = regex.compile(r"\X")
_symbol = regex.compile(r"[\p{So}\p{Extended_Pictographic}]")
_hyphens = "-‐‑"
_apostrophes = "'’"
_digit_signs = ",.:"


def words(text: str) -> list[Bounds]:
    """The `[start, end)` of every word, in order.

    A hyphen between two letters or digits joins, as do a comma, point or colon between two digits, and an apostrophe, but not one
    before a possessive `s`; that `s` is not a word by itself. A symbol such as an emoji is a separate word.
    """
    found: list[Bounds] = []
    for match in _cluster.finditer(text):
        start, end = match.span()
        if found and found[-1][1] == start and _joined(text, start):
            found[-1] = (found[-1][0], end)
        elif _begins(text, start) and not _possessive(text, start) and not cuts_word(text, start):
            found.append((start, end))
    return found


def _begins(text: str, start: int) -> bool:
    return text[start].isalnum() or text[start] == "_" or _symbol.match(text, start) is not None


def _joined(text: str, place: int) -> bool:
    """Whether the characters on both sides of `place` are of one word."""
    return cuts_word(text, place) or _bridge(text, place) or _bridge(text, place - 1)


def _bridge(text: str, place: int) -> bool:
    """Whether the character at `place` joins its neighbours."""
    if not 0 < place < len(text) - 1:
        return False
    before, sign, after = text[place - 1], text[place], text[place + 1]
    if sign in _hyphens:
        return before.isalnum() and after.isalnum()
    if sign in _digit_signs:
        return before.isdigit() and after.isdigit()
    return sign in _apostrophes and before.isalnum() and after.isalnum() and not _possessive(text, place + 1)


def _possessive(text: str, start: int) -> bool:
    """Whether an `s` that only marks possession is at `start`."""
    if start == 0 or text[start] not in "sS" or text[start - 1] not in _apostrophes:
        return False
    after = text[start + 1 : start + 2]
    return not (after.isalnum() or (after != "" and after in "_" + _hyphens) or cuts_word(text, start + 1))
