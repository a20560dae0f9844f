"""Repairs that have one right answer: they move edges and order, and never change what a rater meant."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from redline.core.document import Record, Relation, Span, canonical
from redline.core.edges import trimmed, without_edges


class Change(Struct, frozen=True):
    """A span before and after its repair; `after` is None where it stood twice."""

    passage: int
    before: Span
    after: Span | None

    def __str__(self) -> str:
        lines = [f"- {_shown(self.before)}"]
        return "\n".join([*lines, f"+ {_shown(self.after)}"] if self.after else lines)


def _shown(span: Span) -> str:
    return f"{span.label} {span.start}..{span.end} `{span.text}` {span.id}"


def repaired(record: Record) -> tuple[Record, list[Change]]:
    """The record with spans put where their words are, edges trimmed, doubles gone, all in canonical order.

    Text, sentences, labels, attributes and meta stay as they are. Repairing twice is repairing once.
    """
    spans = shifted(record)
    changes: list[Change] = []
    kept: list[Span] = []
    for before, moved in zip(record.spans, spans, strict=True):
        after = _trimmed(moved, record)
        if after != before:
            changes.append(Change(record.meta.passage, before, after))
        kept.append(after)
    kept, relations, doubles = _single(kept, record.relations)
    changes += [Change(record.meta.passage, span, None) for span in doubles]
    return canonical(msgspec.structs.replace(record, spans=tuple(kept), relations=relations)), changes


def shifted(record: Record) -> list[Span]:
    """The spans with those that do not cover their stored words moved by the one distance that sets all of them right.

    Where no single distance does, spans stay: then a person must look for their words.
    """
    wrong = [span for span in record.spans if not _covers(record.text, span, 0)]
    distances = set(_distances(record.text, wrong[0])) if wrong else set()
    fitting = [distance for distance in distances if all(_covers(record.text, span, distance) for span in wrong)]
    if len(fitting) != 1:
        return list(record.spans)
    return [_moved(span, fitting[0]) if span in wrong else span for span in record.spans]


def _covers(text: str, span: Span, distance: int) -> bool:
    start, end = span.start + distance, span.end + distance
    return bool(span.text) and end - start == len(span.text) and start >= 0 and text[start:end] == span.text


def _distances(text: str, span: Span) -> Iterator[int]:
    start = text.find(span.text) if span.text else -1
    while start >= 0:
        yield start - span.start
        start = text.find(span.text, start + 1)


def _moved(span: Span, distance: int) -> Span:
    return msgspec.structs.replace(span, start=span.start + distance, end=span.end + distance)


def _trimmed(span: Span, record: Record) -> Span:
    """The span without white space and punctuation at its edges; as it is when nothing would be left."""
    text = record.text
    if text[span.start : span.end] != span.text or not span.text:
        return span
    start, end = without_edges(text, *trimmed(text, span.start, span.end), record.sentences)
    return msgspec.structs.replace(span, start=start, end=end, text=text[start:end]) if start < end else span


def _single(spans: list[Span], relations: tuple[Relation, ...]) -> tuple[list[Span], tuple[Relation, ...], list[Span]]:
    """Spans without exact doubles (same place, layer, label and attributes), relations led to the one that stays, once each."""
    first: dict[str, Span] = {}
    names: dict[str, str] = {}
    kept, doubles = [], []
    for span in spans:
        key = repr((span.start, span.end, span.layer, span.label, sorted(span.attributes.items(), key=str)))
        known = first.setdefault(key, span)
        if known is span or known.id == span.id:
            kept.append(span)
        else:
            doubles.append(span)
            names[span.id] = known.id
    led = [
        msgspec.structs.replace(r, head_id=names.get(r.head_id, r.head_id), child_id=names.get(r.child_id, r.child_id)) for r in relations
    ]
    return kept, tuple(dict.fromkeys(led)), doubles
