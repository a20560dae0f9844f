"""Which characters of an old text are where in a corrected one.

Source: alignment by difflib's SequenceMatcher (Ratcliff and Obershelp 1988) over lines, in those that differ over sentences,
and in these over words, white space and signs.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate

import regex

from redline.core.document import Bounds
from redline.core.errors import RedlineError

_units = [regex.compile(each) for each in (r"[^\n]+\n*|\n+", r"[^.!?…]+[.!?…]*\s*|[.!?…]+\s*", r"[\w\p{M}\u200c\u200d]+|\s+|\X")]
"""Lines, about sentences, and words, white space and whole characters: what differs is looked at in the next smaller unit."""
MOST = 10_000_000_000
"""Steps of the searches in two texts, at most: about three minutes. Their number grows with the square of what differs."""
PIECE = 8
"""Steps that a piece takes in addition to those for the equal pieces of the other side."""
Pieces = tuple[Sequence[str], Sequence[int]]
"""The pieces of a text, and where each begins and the last one ends."""

CORRECTED = 0.6
"""The least similarity (difflib's ratio, 0..1) at which a word that took another's place is its corrected form."""
Operation = tuple[str, int, int, int, int]


class Search:
    """The searches for equal pieces in two texts, whose steps are counted."""

    def __init__(self) -> None:
        self.steps = 0.0

    def of(self, one: Sequence[str], other: Sequence[str]) -> "SequenceMatcher[str]":
        """The matcher of two lists of pieces, or of two words.

        Its methods raise RedlineError when all searches together would take more than MOST steps.
        """
        return _Counted(self, one, other)


class _Counted(SequenceMatcher[str]):
    """A matcher that counts its steps before it takes them: each piece is compared with all equal ones of the other side."""

    def __init__(self, search: Search, one: Sequence[str], other: Sequence[str]) -> None:
        counts = Counter(other)
        self._search, self._each = search, PIECE + sum(counts[piece] for piece in one) / max(len(one), 1)
        self._refuse(len(one))
        super().__init__(None, one, other, autojunk=False)

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """As that of difflib."""
        assert ahi is not None
        self._refuse(ahi - alo)
        self._search.steps += (ahi - alo) * self._each
        return super().find_longest_match(alo, ahi, blo, bhi)

    def _refuse(self, pieces: int) -> None:
        """Raises RedlineError if a search of so many pieces would be too much."""
        if self._search.steps + pieces * self._each > MOST:
            raise RedlineError("the corrected text differs too much from the old one to be compared; needed: fewer corrections at a time")


class Alignment:
    """Which characters of an old text are where in a new one.

    Raises RedlineError for texts that differ too much to be compared.
    """

    def __init__(self, old: str, new: str) -> None:
        self._search = Search()
        self._kept: list[tuple[int, int, int]] = []
        self._corrected: dict[int, int] = {}
        self._align((old, 0), (new, 0), _units)
        self._begins = [start for start, _, _ in self._kept]
        self._ends_in_new = [end + shift for _, end, shift in self._kept]

    def _align(self, old: tuple[str, int], new: tuple[str, int], units: Sequence[regex.Pattern[str]]) -> None:
        """Notes which pieces of two texts are the same; each text is given with the place where it begins."""
        unit, *smaller = units
        one, other = _pieces(unit, *old), _pieces(unit, *new)
        found = _opcodes(one[0], other[0], self._search) if smaller else self._search.of(one[0], other[0]).get_opcodes()
        for kind, a1, a2, b1, b2 in found:
            start, to = one[1][a1], other[1][b1]
            if kind == "equal":
                self._kept.append((start, one[1][a2], to - start))
            elif smaller and _paired(one[0][a1:a2], other[0][b1:b2]):
                for a, b in zip(range(a1, a2), range(b1, b2), strict=True):
                    self._align((one[0][a], one[1][a]), (other[0][b], other[1][b]), smaller)
            elif smaller:
                self._align(("".join(one[0][a1:a2]), start), ("".join(other[0][b1:b2]), to), smaller)
            elif kind == "replace" and a2 - a1 == b2 - b1:
                self._correct(zip(range(a1, a2), range(b1, b2), strict=True), one, other)

    def _correct(self, pairs: Iterable[tuple[int, int]], old: Pieces, new: Pieces) -> None:
        """Notes where the first and last characters of corrected words are."""
        for a, b in pairs:
            if self._search.of(old[0][a], new[0][b]).ratio() >= CORRECTED:
                self._corrected[old[1][a + 1] - 1] = new[1][b + 1] - 1
                self._corrected[old[1][a]] = new[1][b]

    def place(self, position: int) -> int | None:
        """Where the character at `position` of the old text is in the new one; None when it is gone."""
        index = bisect_right(self._begins, position) - 1
        if index < 0 or position >= self._kept[index][1]:
            return None
        return position + self._kept[index][2]

    def bounds(self, start: int, end: int) -> Bounds | None:
        """Where `[start, end)` is, when its first and last words are there, unchanged or corrected, in order."""
        first, last = self._edge(start), self._edge(end - 1)
        return (first, last + 1) if first is not None and last is not None and first <= last else None

    def origins(self, bounds: Bounds) -> Iterator[Bounds]:
        """The stretches of the old text, in order, that are in `bounds` of the new one."""
        for index in range(bisect_right(self._ends_in_new, bounds[0]), len(self._kept)):
            start, end, shift = self._kept[index]
            if start + shift >= bounds[1]:
                return
            yield max(start, bounds[0] - shift), min(end, bounds[1] - shift)

    def _edge(self, position: int) -> int | None:
        place = self.place(position)
        return self._corrected.get(position) if place is None else place


def _pieces(unit: regex.Pattern[str], text: str, at: int) -> Pieces:
    """The units of a text that begins at `at`; the last place is where it ends."""
    pieces = unit.findall(text)
    return pieces, list(accumulate(map(len, pieces), initial=at))


def _opcodes(one: Sequence[str], other: Sequence[str], search: Search) -> Iterator[Operation]:
    """The operations of difflib; what both begin or end with is equal without a search. For words that would be wrong: a sentence
    that is removed often begins with the word with which the next one begins.
    """
    head = _common(one, other)
    tail = min(_common(one[::-1], other[::-1]), len(one) - head, len(other) - head)
    yield "equal", 0, head, 0, head
    for kind, a1, a2, b1, b2 in search.of(one[head : len(one) - tail], other[head : len(other) - tail]).get_opcodes():
        yield kind, a1 + head, a2 + head, b1 + head, b2 + head
    yield "equal", len(one) - tail, len(one), len(other) - tail, len(other)


def _paired(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether each unit took the place of one that is like it; else a word may be in another unit now."""
    return len(one) == len(other) and all(_likeness(a, b) >= CORRECTED for a, b in zip(one, other, strict=True))


def _likeness(one: str, other: str) -> float:
    """The share of the words of two texts that both have, 0..1."""
    words, others = Counter(one.split()), Counter(other.split())
    return 2 * (words & others).total() / max(words.total() + others.total(), 1)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many pieces both begin with."""
    return next((count for count, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
