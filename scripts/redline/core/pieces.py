"""Long records cut into pieces that models can take, and put together again.

A piece ends between sentences where it can, else between words, and never inside a span. Its spans keep their ids; their
places are counted from its own beginning.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import Any

import msgspec

from redline.core.document import Bounds, Record, Relation, Span, canonical
from redline.core.edges import trimmed

LIMIT = 10_000
"""Characters of a piece: far above every passage of the corpus, far below what spaCy refuses (1,000,000)."""

_word = re.compile(r"(?<=\s)\S")


def cut(record: Record, limit: int = LIMIT) -> list[Record]:
    """The pieces of a record in text order; the record itself where it is within the limit.

    A sentence beyond the limit becomes several. A piece is longer than the limit only where a span is.
    """
    if len(record.text) <= limit:
        return [record]
    length, covered, edges = len(record.text), _covered(record.spans), [0]
    starts = [start for start, _ in record.sentences]
    while length - edges[-1] > limit:
        edges.append(_edge(record, starts, edges[-1], limit, covered))
    bounds = zip(edges, [*edges[1:], length], strict=True)
    return [_piece(record, start, end) for start, end in bounds if start < end]


def joined(record: Record, pieces: Sequence[Record]) -> Record:
    """The record with what was added to its pieces, at its places; spans that the record did not have get new ids.

    Predictions of a task that the pieces do not have stay as they are in the record.
    """
    if len(pieces) == 1:
        return pieces[0]
    starts = list(accumulate((len(piece.text) for piece in pieces), initial=0))
    counts: Counter[str] = Counter()
    spans: list[Span] = []
    sentences: list[Bounds] = []
    relations = {arrow for arrow in record.relations if _apart(record, arrow, starts)}
    predictions: dict[str, list[Any]] = {}
    for start, piece in zip(starts, pieces, strict=False):
        moved = [msgspec.structs.replace(span, start=start + span.start, end=start + span.end) for span in piece.spans]
        names = {span.id: _name(span, record, counts) for span in moved}
        spans += [msgspec.structs.replace(span, id=names[span.id]) for span in moved]
        sentences += [(start + first, start + last) for first, last in piece.sentences]
        relations |= {Relation(names[arrow.head_id], names[arrow.child_id], arrow.label) for arrow in piece.relations}
        for task, entries in (piece.meta.predictions or {}).items():
            predictions.setdefault(task, []).extend(_renamed(entry, names) for entry in entries)
    kept = {span.id for span in spans}
    arrows = tuple(arrow for arrow in relations if arrow.head_id in kept and arrow.child_id in kept)
    before = record.meta.predictions if isinstance(record.meta.predictions, dict) else {}
    meta = msgspec.structs.replace(pieces[0].meta, predictions={**before, **predictions} or msgspec.UNSET)
    return canonical(msgspec.structs.replace(record, sentences=tuple(sentences), spans=tuple(spans), relations=arrows, meta=meta))


def _covered(spans: Sequence[Span]) -> list[list[int]]:
    """The stretches that spans cover, `[start, end]` in order, overlapping ones as one."""
    found: list[list[int]] = []
    for span in sorted(spans, key=lambda span: span.start):
        if found and span.start < found[-1][1]:
            found[-1][1] = max(found[-1][1], span.end)
        else:
            found.append([span.start, span.end])
    return found


def _edge(record: Record, starts: list[int], begin: int, limit: int, covered: list[list[int]]) -> int:
    """Where the piece that starts at `begin` ends; `starts` are those of the sentences."""
    reach = begin + limit
    inside = starts[bisect_right(starts, begin) : bisect_right(starts, reach)]
    words = [match.start() for match in _word.finditer(record.text, begin + 1, reach + 1)]
    for place in chain(reversed(inside), reversed(words), [reach]):
        if not any(start < place < end for start, end in _near(place, covered)):
            return place
    return next(end for start, end in _near(reach, covered) if start < reach < end)


def _near(place: int, covered: list[list[int]]) -> Iterator[list[int]]:
    """The one stretch that may contain the place."""
    index = bisect_left(covered, [place]) - 1
    if index >= 0:
        yield covered[index]


def _piece(record: Record, start: int, end: int) -> Record:
    text = record.text[start:end]
    spans = tuple(
        msgspec.structs.replace(span, start=span.start - start, end=span.end - start)
        for span in record.spans
        if start <= span.start and span.end <= end
    )
    names = {span.id for span in spans}
    arrows = tuple(arrow for arrow in record.relations if arrow.head_id in names and arrow.child_id in names)
    parts = (
        trimmed(text, max(first, start) - start, min(last, end) - start) for first, last in record.sentences if first < end and start < last
    )
    bounds = tuple(part for part in parts if part[0] < part[1])
    meta = msgspec.structs.replace(record.meta, predictions=msgspec.UNSET)
    return msgspec.structs.replace(record, text=text, spans=spans, relations=arrows, sentences=bounds, meta=meta)


def _apart(record: Record, arrow: Relation, starts: Sequence[int]) -> bool:
    """Whether a relation has its ends in two pieces."""
    ends = [record.by_id[name].start for name in (arrow.head_id, arrow.child_id) if name in record.by_id]
    return len({bisect_right(starts, end) for end in ends}) > 1


def _name(span: Span, record: Record, counts: Counter[str]) -> str:
    """The id of a span of a piece in the whole record, at its place there."""
    if record.by_id.get(span.id) == span:
        return span.id
    while True:
        counts[span.layer] += 1
        if (name := f"{span.layer}-{counts[span.layer]}") not in record.by_id:
            return name


def _renamed(entry: Any, names: dict[str, str]) -> Any:
    """The output of a classifier for a unit, with the ids of the whole record."""
    return entry | {"pair": [names[name] for name in entry["pair"]]} if isinstance(entry, dict) and "pair" in entry else entry
