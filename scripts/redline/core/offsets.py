"""Code points to and from the units that other tools count in. Only this module uses those units.

Source: UAX #29 for grapheme clusters (by the `regex` library); a code point above U+FFFF takes two UTF-16 units.
"""

import re
from bisect import bisect_left
from itertools import accumulate

import regex

UNITS = ("codepoint", "utf16", "utf8", "grapheme")
_cluster = regex.compile(r"\X")
# A cheap first look: letters and signs outside these ranges never join.
_maybe = re.compile("[\r\u0300-\u036f\u0483-\u200f\u2028-\u202f\u205f-\u206f\u20d0-\U0010ffff]")
# A text without any of these has one cluster for each code point.
_joining = regex.compile(
    "[" + "".join(rf"\p{{Grapheme_Cluster_Break={name}}}" for name in ["EX", "ZWJ", "SM", "PP", "RI", "L", "V", "T", "CR"]) + "]"
)


class Offsets:
    """Converts offsets of one text between code points and `unit`.

    `unit` is one of UNITS. Both directions take and give positions between 0 and the text's length, and raise
    ValueError for a position outside the text or inside one indivisible unit (half a surrogate pair, a byte in the
    middle of a character, the middle of a cluster).
    """

    def __init__(self, text: str, unit: str) -> None:
        if unit not in UNITS:
            raise ValueError(f"unknown offset unit `{unit}`; there are {', '.join(UNITS)}")
        self.unit = unit
        self.length = len(text)
        self._table = None if _same(text, unit) else _positions(text, unit)

    def to_codepoints(self, position: int) -> int:
        """The code-point offset of a position in `unit`."""
        if self._table is None:
            return self._checked(position)
        if self.unit == "grapheme":
            if 0 <= position < len(self._table):
                return self._table[position]
        else:
            index = bisect_left(self._table, position)
            if index < len(self._table) and self._table[index] == position:
                return index
        raise ValueError(f"{self.unit} offset {position} is not between two characters")

    def from_codepoints(self, position: int) -> int:
        """The offset in `unit` of a code-point offset."""
        self._checked(position)
        if self._table is None:
            return position
        if self.unit != "grapheme":
            return self._table[position]
        index = bisect_left(self._table, position)
        if self._table[index] == position:
            return index
        raise ValueError(f"code point {position} lies inside a grapheme cluster")

    def _checked(self, position: int) -> int:
        if not 0 <= position <= self.length:
            raise ValueError(f"offset {position} lies outside the text of {self.length} code points")
        return position


def has_clusters(text: str) -> bool:
    """Whether some cluster of `text` may have more than one code point."""
    if text.isascii():
        return "\r" in text
    return _maybe.search(text) is not None and _joining.search(text) is not None


def grapheme_bounds(text: str) -> list[int]:
    """The code-point offsets at which grapheme clusters begin, and the length of the text."""
    return [*(match.start() for match in _cluster.finditer(text)), len(text)]


def _same(text: str, unit: str) -> bool:
    if unit == "codepoint":
        return True
    if unit == "utf16":
        return not text or max(text) <= "\uffff"
    # CR LF is one cluster, so ASCII is not enough for graphemes.
    return text.isascii() and (unit == "utf8" or "\r" not in text)


def _positions(text: str, unit: str) -> list[int]:
    """By code point the position in `unit`; for graphemes by cluster the code point."""
    if unit == "grapheme":
        return grapheme_bounds(text)
    if unit == "utf16":
        return list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))
    return list(accumulate((len(character.encode("utf-8", "surrogatepass")) for character in text), initial=0))
