"""Where words, spans and compounds begin and end in a text."""

import re
import unicodedata

from redline.core.document import Bounds

EDGE = ".,;:"
QUOTES = '“”„‟«»"'
_hyphens = "-‐‑"
_abbreviation = re.compile(r"(?:\b[A-Za-z]\.)+$|\b(?:Co|Corp|Inc|Jr|Ltd|No|Sr|St|a\.m|p\.m|approx|etc)\.$")


def trimmed(text: str, start: int, end: int) -> Bounds:
    """`[start, end)` without white space at its edges; empty at `start` when nothing is left."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def cuts_word(text: str, position: int) -> bool:
    """Whether `position` lies between two characters of one word; a combining mark belongs to its letter."""
    if not 0 < position < len(text):
        return False
    left, right = text[position - 1], text[position]
    return (left.isalnum() or _sign(left)) and (right.isalnum() or _sign(right))


def word_bounds(text: str, start: int, end: int) -> Bounds:
    """`[start, end)` grown to whole words."""
    while cuts_word(text, start):
        start -= 1
    while cuts_word(text, end):
        end += 1
    return start, end


def _sign(character: str) -> bool:
    """Whether a character that is neither letter nor digit is part of a word: an underscore or a combining mark."""
    return character == "_" or (character > "\u02ff" and unicodedata.category(character)[0] == "M")


def without_edges(text: str, start: int, end: int) -> Bounds:
    """`[start, end)` without wrong punctuation at its edges and the white space that it leaves; empty when all is wrong."""
    reached = None
    while reached != (start, end) and start < end:
        reached = start, end
        start += _first_is_wrong(text[start:end])
        end -= start < end and _last_is_wrong(text[start:end])
        if reached != (start, end):
            start, end = trimmed(text, start, end)
    return start, end


def _first_is_wrong(body: str) -> bool:
    return body[0] in EDGE + QUOTES and not body[1:2].isdigit()


def _last_is_wrong(body: str) -> bool:
    if body[-1] in QUOTES:
        # A quotation that opens inside the span closes with it.
        return sum(body.count(mark) for mark in QUOTES) % 2 == 1
    return body[-1] in EDGE and not (body[-1] == "." and _abbreviation.search(body))


def in_compound(text: str, start: int, end: int) -> bool:
    """Whether `[start, end)` begins or ends at a hyphen between two letters or digits."""
    return _joined(text, start) or _joined(text, end)


def _joined(text: str, position: int) -> bool:
    for hyphen in (position - 1, position):
        if 0 < hyphen < len(text) - 1 and text[hyphen] in _hyphens and text[hyphen - 1].isalnum() and text[hyphen + 1].isalnum():
            return True
    return False
