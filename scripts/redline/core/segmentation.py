"""Passages and sentences of raw text.

Source: sentences by `sentencex` (Wikimedia), which came out first in `bench/sentences.py`.
"""

import re

from redline.core.document import Bounds
from redline.core.edges import trimmed

_line = re.compile(r"[^\n]+")


def passages(text: str) -> list[Bounds]:
    """The paragraphs of a seed: each line that contains more than white space, trimmed."""
    lines = (trimmed(text, *match.span()) for match in _line.finditer(text))
    return [bounds for bounds in lines if bounds[0] < bounds[1]]


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
