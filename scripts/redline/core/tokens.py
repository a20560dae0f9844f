"""Tokens of a text: those of spaCy's blank English, as Prodigy and the spaCy baselines see them."""

from functools import cache
from typing import Any

from msgspec import Struct

from redline.core.document import Bounds
from redline.core.extras import needed


class Token(Struct, frozen=True):
    """One token `[start, end)`; `ws` says whether a space follows it."""

    text: str
    start: int
    end: int
    ws: bool


@cache
def english() -> Any:
    """The blank English pipeline: a tokeniser and nothing else.

    Raises RedlineError where spaCy is not installed.
    """
    with needed("train"):
        import spacy
    return spacy.blank("en")


def tokens(text: str) -> list[Token]:
    """The tokens of a text; white space beyond single spaces makes tokens of its own."""
    return [Token(token.text, token.idx, token.idx + len(token.text), bool(token.whitespace_)) for token in english().tokenizer(text)]


def words(text: str) -> list[Token]:
    """The tokens of a text that are not white space."""
    return [token for token in tokens(text) if not token.text.isspace()]


def covered(found: list[Token], bounds: Bounds) -> tuple[int, int] | None:
    """The indices of the first and last token of a span (both inclusive), or None when its edges cut a token."""
    first = next((index for index, token in enumerate(found) if token.start == bounds[0]), None)
    last = next((index for index, token in enumerate(found) if token.end == bounds[1]), None)
    return (first, last) if first is not None and last is not None and first <= last else None
