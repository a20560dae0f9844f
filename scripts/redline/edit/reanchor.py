"""Spans follow a corrected text; what cannot be placed with certainty is listed."""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Struct

from redline.core.document import Bounds, Document, Record, Relation, Span, canonical
from redline.core.segmentation import passages, sentences
from redline.edit.alignment import Alignment


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
    arrows = _arrows(document, homes)
    whole = [_whole(records[index], spans, arrows.get(index, [])) for index, spans in enumerate(held)]
    return Anchored(Document(document.id, tuple(whole)), changed, lost)


def successors(document: Document, old: str, new: str) -> dict[int, int]:
    """For each passage of `document` the passage of `new` that has most of its characters; those that are gone are left out."""
    alignment = Alignment(old, new)
    best: dict[int, tuple[int, int]] = {}
    for index, bounds in enumerate(passages(new)):
        for record, share in _shares(document, alignment, bounds):
            best[record.meta.passage] = max(best.get(record.meta.passage, (0, 0)), (share, -index))
    return {passage: -index for passage, (_, index) in sorted(best.items())}


def _shares(document: Document, alignment: Alignment, bounds: Bounds) -> list[tuple[Record, int]]:
    """The passages of which characters are in `bounds` of the new text, in order, and how many."""
    records, shares = document.records, dict[int, int]()
    for start, end in alignment.origins(bounds):
        index = max(bisect_right(records, start, key=lambda record: record.meta.offset) - 1, 0)
        while index < len(records) and (offset := records[index].meta.offset) < end:
            share = min(end, offset + len(records[index].text)) - max(start, offset)
            if share > 0:
                shares[index] = shares.get(index, 0) + share
            index += 1
    return [(records[index], share) for index, share in sorted(shares.items())]


def _blank(document: Document, alignment: Alignment, new: str, index: int, bounds: Bounds) -> Record:
    """A passage of the new text with the answer, layers and rater of the passage that it was.

    Its sentences and predictions are kept where its text is the same. A passage that was several has the layers that all
    of them had; one that is new has none.
    """
    text = new[slice(*bounds)]
    shares = _shares(document, alignment, bounds)
    origins = [one for one in shares if one[1] * 2 >= len(one[0].text)] or [one for one in shares if one[1] * 2 >= len(text)]
    if not origins:
        meta = msgspec.structs.replace(document.records[0].meta, passage=index, offset=bounds[0], layers={}, predictions=UNSET)
        return Record(text, "accept", sentences(text), (), (), meta)
    old = max(origins, key=lambda one: one[1])[0]
    same = old.text == text
    layers = {name: state for name, state in old.meta.layers.items() if all(record.meta.layers.get(name) == state for record, _ in origins)}
    predictions = old.meta.predictions if same else UNSET
    meta = msgspec.structs.replace(old.meta, passage=index, offset=bounds[0], layers=layers, predictions=predictions)
    return Record(text, old.answer, old.sentences if same else sentences(text), (), (), meta)


def _home(records: Sequence[Record], bounds: Bounds | None) -> tuple[int | None, str]:
    if bounds is None:
        return None, "its first or last word was deleted"
    index = bisect_right(records, bounds[0], key=lambda record: record.meta.offset) - 1
    if index < 0 or bounds[1] > records[index].meta.offset + len(records[index].text):
        return None, "it no longer lies in one passage"
    start, end = bounds[0] - records[index].meta.offset, bounds[1] - records[index].meta.offset
    return (index, "") if records[index].sentence_of(start, end) is not None else (None, "it no longer lies in one sentence")


def _placed(span: Span, bounds: Bounds, record: Record, passage: int) -> Span:
    start, end = bounds[0] - record.meta.offset, bounds[1] - record.meta.offset
    text = record.text[start:end]
    attributes = span.attributes if text == span.text else {**span.attributes, "unsure": True}
    return msgspec.structs.replace(span, id=_name(passage, span.id), start=start, end=end, text=text, attributes=attributes)


def _arrows(document: Document, homes: dict[tuple[int, str], int]) -> dict[int, list[tuple[str, str, str]]]:
    """By new passage the relations with both ends in it."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for passage, relation in ((record.meta.passage, relation) for record in document.records for relation in record.relations):
        home, other = (homes.get((passage, name)) for name in (relation.head_id, relation.child_id))
        if home is not None and home == other:
            found.setdefault(home, []).append((_name(passage, relation.head_id), relation.label, _name(passage, relation.child_id)))
    return found


def _name(passage: int, span: str) -> str:
    return f"{passage}:{span}"


def _whole(record: Record, spans: list[Span], arrows: list[tuple[str, str, str]]) -> Record:
    """The record with its spans and relations; ids are those of before where they are still unique."""
    short = {span.id: span.id.split(":", 1)[1] for span in spans}
    names = short if len(set(short.values())) == len(short) else {span.id: f"s{index}" for index, span in enumerate(spans, 1)}
    relations = tuple(Relation(names[head], names[child], label) for head, label, child in arrows)
    named = tuple(msgspec.structs.replace(span, id=names[span.id]) for span in spans)
    return canonical(msgspec.structs.replace(record, spans=named, relations=relations))
