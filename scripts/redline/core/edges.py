"""Where words, spans and compounds begin and end in a text."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from redline.core.document import Bounds
from redline.core.quotation_marks import MARKS, SINGLE, pairs

EDGE = ".,;:"
_hyphens = "-‐‑"
_ABBREVIATIONS = (
    "Adm Ave Brig Bros Capt Cmdr Co Col Corp Cpl Dr Ft Gen Gov Hon Inc Jr Lt Ltd Maj Mr Mrs Ms Mt Prof Pte Rep Rev Sen Sgt Sr St "
    "Jan Feb Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri approx ca cf etc vs vol pp"
)
_abbreviation = re.compile(rf"\b(?:[A-Za-z]\.){{2,}}$|\b(?:{_ABBREVIATIONS.replace(' ', '|')}|a\.m|p\.m|e\.g|i\.e)\.$|\.\.$")
# An initial, and words that are also abbreviations: at the end of a sentence the stop is the sentence's.
_perhaps = re.compile(r"\b(?:[A-Za-z]|No|Mar|Sat|Sun|Art|Fig)\.$")


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


def without_edges(text: str, start: int, end: int, sentences: Collection[Bounds] = ()) -> Bounds:
    """`[start, end)` without wrong punctuation at its edges and the white space that it leaves; empty when all is wrong.

    A quotation mark is right where its partner is inside the span and not at the other edge; a full stop where it belongs
    to an abbreviation. `sentences` decide about letters such as that of `plan B.`, an initial but at a sentence's end.
    """
    partners = pairs(text)
    reached = None
    while reached != (start, end) and start < end:
        reached = start, end
        start += _first_is_wrong(text, start, end, partners)
        end -= start < end and _last_is_wrong(text, start, end, partners, sentences)
        if reached != (start, end):
            start, end = trimmed(text, start, end)
    return start, end


def _first_is_wrong(text: str, start: int, end: int, partners: Mapping[int, int]) -> bool:
    if text[start] in MARKS:
        return not start < partners.get(start, -1) < end - 1 and not _apostrophe(text, start, start + 1, partners)
    return text[start] in EDGE and not text[start + 1 : end][:1].isdigit()


def _last_is_wrong(text: str, start: int, end: int, partners: Mapping[int, int], sentences: Collection[Bounds]) -> bool:
    last = end - 1
    if text[last] in MARKS:
        return not start < partners.get(last, -1) < last and not _apostrophe(text, last, last - 1, partners)
    if text[last] != ".":
        return text[last] in EDGE
    body = text[start:end]
    closes = any(end <= stop and not text[end:stop].strip("".join(MARKS)) for _, stop in sentences)
    return not (_abbreviation.search(body) or (_perhaps.search(body) and not closes))


def _apostrophe(text: str, place: int, letter: int, partners: Mapping[int, int]) -> bool:
    """Whether the mark at `place` has no partner and touches the letter or digit at `letter`."""
    return text[place] in SINGLE and place not in partners and 0 <= letter < len(text) and text[letter].isalnum()


def in_compound(text: str, start: int, end: int) -> bool:
    """Whether `[start, end)` begins or ends at a hyphen between two letters or digits."""
    return _joined(text, start) or _joined(text, end)


def _joined(text: str, position: int) -> bool:
    for hyphen in (position - 1, position):
        if 0 < hyphen < len(text) - 1 and text[hyphen] in _hyphens and text[hyphen - 1].isalnum() and text[hyphen + 1].isalnum():
            return True
    return False
