"""Sentence bounds, passages and word edges of raw text.

Source: sentences by `sentencex` (Wikimedia), which came out first in `bench/sentences.py`.
"""

import re
import unicodedata

from redline.core.document import Bounds

_passage = re.compile(r"[^\n]*\S[^\n]*")


def passages(text: str) -> list[Bounds]:
    """The paragraphs of a seed: each line that holds more than white space, trimmed."""
    return [trimmed(text, *match.span()) for match in _passage.finditer(text)]


def sentences(text: str) -> tuple[Bounds, ...]:
    """The trimmed sentences of one passage, in order, covering all but the white space between them."""
    import sentencex

    found: list[Bounds] = []
    position = 0
    for piece in sentencex.segment("en", text):
        start = text.find(piece, position)
        if start < 0 or text[position:start].strip():
            return (trimmed(text, 0, len(text)),)
        position = start + len(piece)
        bounds = trimmed(text, start, position)
        if bounds[0] < bounds[1]:
            found.append(bounds)
    if text[position:].strip():
        return (trimmed(text, 0, len(text)),)
    return tuple(found)


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
