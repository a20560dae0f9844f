"""Spans follow a corrected text: words are aligned, and what cannot be placed with certainty is listed.

Source: alignment by difflib's SequenceMatcher (Ratcliff and Obershelp 1988) over lines, in those that differ over sentences,
and in these over words, white space and signs.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

import msgspec
import regex
from msgspec import UNSET, Struct

from redline.core.document import Bounds, Document, Record, Relation, Span, canonical
from redline.core.segmentation import passages, sentences

_units = [regex.compile(each) for each in (r"[^\n]+\n*|\n+", r"[^.!?…]+[.!?…]*\s*|[.!?…]+\s*", r"[\w\p{M}\u200c\u200d]+|\s+|\X")]
"""Lines, about sentences, and words, white space and whole characters: what differs is looked at in the next smaller unit."""


class Moved(Struct, frozen=True):
    """A span that covers other words in the new text than before."""

    passage: int
    before: str
    after: Span


class Lost(Struct, frozen=True):
    """A span without a certain place in the new text, and why."""

    passage: int
    span: Span
    why: str


class Anchored(Struct, frozen=True):
    """A document over the new text: what was placed, which words changed inside a span, and what was lost."""

    document: Document
    changed: list[Moved]
    lost: list[Lost]


Pieces = tuple[Sequence[str], Sequence[int]]
"""The pieces of a text, and where each begins and the last one ends."""

CORRECTED = 0.6
"""The least similarity (difflib's ratio, 0..1) at which a word that took another's place is its corrected form."""


class Alignment:
    """Which characters of an old text are where in a new one."""

    def __init__(self, old: str, new: str) -> None:
        self._kept: list[tuple[int, int, int]] = []
        self._corrected: dict[int, int] = {}
        self._align((old, 0), (new, 0), _units)
        self._begins = [start for start, _, _ in self._kept]

    def _align(self, old: tuple[str, int], new: tuple[str, int], units: Sequence[regex.Pattern[str]]) -> None:
        """Notes which pieces of two texts are the same; each text is given with the place where it begins."""
        unit, *smaller = units
        one, other = _pieces(unit, *old), _pieces(unit, *new)
        for kind, a1, a2, b1, b2 in _opcodes(one[0], other[0]) if smaller else _searched(one[0], other[0]):
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
            if SequenceMatcher(None, old[0][a], new[0][b], autojunk=False).ratio() >= CORRECTED:
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

    def shared(self, old: Bounds, new: Bounds) -> int:
        """How many characters of `old` are in `new`."""
        total = 0
        for start, end, shift in self._kept:
            total += max(0, min(end, old[1], new[1] - shift) - max(start, old[0], new[0] - shift))
        return total

    def _edge(self, position: int) -> int | None:
        place = self.place(position)
        return self._corrected.get(position) if place is None else place


def _pieces(unit: regex.Pattern[str], text: str, at: int) -> Pieces:
    """The units of a text that begins at `at`; the last place is where it ends."""
    pieces = unit.findall(text)
    return pieces, list(accumulate(map(len, pieces), initial=at))


Operation = tuple[str, int, int, int, int]


def _searched(one: Sequence[str], other: Sequence[str]) -> Sequence[Operation]:
    """The operations of difflib, which takes the square of the length."""
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def _opcodes(one: Sequence[str], other: Sequence[str]) -> Iterator[Operation]:
    """As `_searched`; what both begin or end with is equal without a search. For words that would be wrong: a sentence that is
    removed often begins with the word with which the next one begins.
    """
    head = _common(one, other)
    tail = min(_common(one[::-1], other[::-1]), len(one) - head, len(other) - head)
    yield "equal", 0, head, 0, head
    for kind, a1, a2, b1, b2 in _searched(one[head : len(one) - tail], other[head : len(other) - tail]):
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


def anchored(document: Document, old: str, new: str) -> Anchored:
    """The document over `new` instead of `old`, its seed's text before.

    If both edges of a span are in the new text, it keeps them; if words inside it changed, it is listed as changed and marked
    unsure. A span with an edge that is gone, or that is no longer in one sentence, is lost, and its relations with it.
    """
    alignment = Alignment(old, new)
    records = [_blank(document, alignment, new, index, bounds) for index, bounds in enumerate(passages(new))]
    held: list[list[Span]] = [[] for _ in records]
    homes: dict[tuple[int, str], int] = {}
    changed: list[Moved] = []
    lost: list[Lost] = []
    for record in document.records:
        for span in record.spans:
            bounds = alignment.bounds(record.meta.offset + span.start, record.meta.offset + span.end)
            home, why = _home(records, bounds)
            if home is None or bounds is None:
                lost.append(Lost(record.meta.passage, span, why))
                continue
            after = _placed(span, bounds, records[home], record.meta.passage)
            homes[record.meta.passage, span.id] = home
            held[home].append(after)
            if after.text != span.text:
                changed.append(Moved(record.meta.passage, span.text, after))
    whole = [_whole(records[index], spans, _arrows(document, homes, index)) for index, spans in enumerate(held)]
    return Anchored(Document(document.id, tuple(whole)), changed, lost)


def successors(document: Document, old: str, new: str) -> dict[int, int]:
    """For each passage of `document` the passage of `new` that has most of its characters; those that are gone are left out."""
    alignment, places = Alignment(old, new), passages(new)
    found = {}
    for record in document.records:
        own = (record.meta.offset, record.meta.offset + len(record.text))
        shares = [alignment.shared(own, bounds) for bounds in places]
        if any(shares):
            found[record.meta.passage] = shares.index(max(shares))
    return found


def _blank(document: Document, alignment: Alignment, new: str, index: int, bounds: Bounds) -> Record:
    """A passage of the new text with the answer, layers and rater of the passage that it was.

    Its sentences and predictions are kept where its text is the same. A passage that was several has the layers that all
    of them had; one that is new has none.
    """
    text = new[slice(*bounds)]
    shares = [(alignment.shared((r.meta.offset, r.meta.offset + len(r.text)), bounds), r) for r in document.records]
    origins = [record for share, record in shares if share * 2 >= len(record.text)] or [r for share, r in shares if share * 2 >= len(text)]
    if not origins:
        meta = msgspec.structs.replace(document.records[0].meta, passage=index, offset=bounds[0], layers={}, predictions=UNSET)
        return Record(text, "accept", sentences(text), (), (), meta)
    old = max(origins, key=lambda record: next(share for share, other in shares if other is record))
    same = old.text == text
    layers = {name: state for name, state in old.meta.layers.items() if all(r.meta.layers.get(name) == state for r in origins)}
    predictions = old.meta.predictions if same else UNSET
    meta = msgspec.structs.replace(old.meta, passage=index, offset=bounds[0], layers=layers, predictions=predictions)
    return Record(text, old.answer, old.sentences if same else sentences(text), (), (), meta)


def _home(records: Sequence[Record], bounds: Bounds | None) -> tuple[int | None, str]:
    if bounds is None:
        return None, "its first or last word was deleted"
    for index, record in enumerate(records):
        start, end = bounds[0] - record.meta.offset, bounds[1] - record.meta.offset
        if start >= 0 and end <= len(record.text):
            return (index, "") if record.sentence_of(start, end) is not None else (None, "it no longer lies in one sentence")
    return None, "it no longer lies in one passage"


def _placed(span: Span, bounds: Bounds, record: Record, passage: int) -> Span:
    start, end = bounds[0] - record.meta.offset, bounds[1] - record.meta.offset
    text = record.text[start:end]
    attributes = span.attributes if text == span.text else {**span.attributes, "unsure": True}
    return msgspec.structs.replace(span, id=_name(passage, span.id), start=start, end=end, text=text, attributes=attributes)


def _arrows(document: Document, homes: dict[tuple[int, str], int], home: int) -> list[tuple[str, str, str]]:
    """The relations with both ends in the new passage `home`."""
    pairs = ((record.meta.passage, relation) for record in document.records for relation in record.relations)
    return [
        (_name(passage, relation.head_id), relation.label, _name(passage, relation.child_id))
        for passage, relation in pairs
        if homes.get((passage, relation.head_id)) == home == homes.get((passage, relation.child_id))
    ]


def _name(passage: int, span: str) -> str:
    return f"{passage}:{span}"


def _whole(record: Record, spans: list[Span], arrows: list[tuple[str, str, str]]) -> Record:
    """The record with its spans and relations; ids are those of before where they are still unique."""
    short = {span.id: span.id.split(":", 1)[1] for span in spans}
    names = short if len(set(short.values())) == len(short) else {span.id: f"s{index}" for index, span in enumerate(spans, 1)}
    relations = tuple(Relation(names[head], names[child], label) for head, label, child in arrows)
    named = tuple(msgspec.structs.replace(span, id=names[span.id]) for span in spans)
    return canonical(msgspec.structs.replace(record, spans=named, relations=relations))
