"""Labels that began as a suggestion of a model: the origin of the rater's span is `suggestion`."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from redline.core.document import Bounds, Document, Origin, Record, Span
from redline.core.rated import Raters

Key = tuple[int, Bounds, str, str]
"""Passage, place, layer and label of a span."""
ORIGIN = Origin("suggestion", ())
"""The origin of a rater's span that a model suggested and the rater accepted, with or without changes."""


def is_suggested(span: Span) -> bool:
    """Whether a rater's span began as a suggestion."""
    return isinstance(span.origin, Origin) and span.origin.how == ORIGIN.how


def count(documents: Mapping[str, Document], raters: Raters) -> int:
    """The number of spans of gold with the place, layer and label of a rater's span that began as a suggestion."""
    total = 0
    for doc, gold in documents.items():
        files = [own[doc] for own in raters.values() if doc in own]
        suggested = {key for file in files for key in _keys(file.records, only=is_suggested)}
        total += sum(key in suggested for key in _keys(gold.records))
    return total


def without(document: Document) -> Document:
    """A rater's document in which a layer of a passage counts as not rated where a span of it began as a suggestion."""
    return Document(document.id, tuple(_without(record) for record in document.records))


def _keys(records: Iterable[Record], only: Callable[[Span], bool] = lambda _: True) -> list[Key]:
    return [(record.meta.passage, span.bounds, span.layer, span.label) for record in records for span in record.spans if only(span)]


def _without(record: Record) -> Record:
    gone = {span.layer for span in record.spans if is_suggested(span)}
    kept = tuple(span for span in record.spans if span.layer not in gone)
    ids = {span.id for span in kept}
    relations = tuple(one for one in record.relations if one.head_id in ids and one.child_id in ids)
    layers = {name: state for name, state in record.meta.layers.items() if name not in gone}
    return msgspec.structs.replace(record, spans=kept, relations=relations, meta=msgspec.structs.replace(record.meta, layers=layers))
