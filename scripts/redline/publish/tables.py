"""The rows of each configuration, made of documents; `from_rows` makes documents of them again.

Of a text that may not go out, rows contain offsets, labels and span hashes: no word of it. A span hash is keyed with a hash of the
whole text, which is not in the release, so that nobody can try words until one fits; a user with the text can check every
span. Values that may spell words are sealed (`withheld`).
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from redline.core import rated as raters_of
from redline.core.corpus import OPEN, WITHDRAWN, Seed
from redline.core.document import AttributeValue, Bounds, Document, Origin, Record, Span
from redline.core.examples import sentence_classes
from redline.core.taxonomy import Taxonomy
from redline.publish import withheld
from redline.publish.features import DOCUMENTS, RATERS, RELATIONS, SENTENCES, configuration, flat_layers, sentence_tasks

Row = dict[str, Any]
REMOVED = ("doc", "rights", "sha256")
"""The columns of a withdrawn document that have a value; lists are empty, and all else is null."""


class Item(Struct, frozen=True):
    """A document as it is published: with its seed, its whole text, its split, and each rater's labels of it."""

    document: Document
    seed: Seed
    text: str
    split: str
    raters: Mapping[str, Document] = {}

    @property
    def open(self) -> bool:
        """Whether its words may go out."""
        return self.seed.rights == OPEN


def span_hash(text: str, bounds: Bounds, words: str) -> str:
    """A hash that proves the words of a span to a user with the whole text."""
    key = hashlib.sha256(b"redline span\n" + text.encode("utf-8")).digest()
    return hmac.new(key, f"{bounds[0]}:{bounds[1]}:{words}".encode(), hashlib.sha256).hexdigest()


def rows(item: Item, taxonomy: Taxonomy) -> Iterator[tuple[str, Row]]:
    """(configuration, row) for everything that a document gives; of a withdrawn one its removed entry alone."""
    item = item if item.open else concealed(item, taxonomy)
    yield DOCUMENTS, _document(item)
    if item.seed.rights == WITHDRAWN:
        return
    tasks = sentence_tasks(taxonomy)
    for record in item.document.records:
        place = {"doc": item.document.id, "passage": record.meta.passage}
        for layer in flat_layers(taxonomy):
            columns = {a.name: a.type for a in layer.attributes}
            yield from ((configuration(layer), place | _flat(item, record, span, columns)) for span in record.layer(layer.layer))
        for relation in record.relations:
            head, child = record.by_id[relation.head_id], record.by_id[relation.child_id]
            ends = _end(item, "head", head) | _end(item, "child", child)
            yield RELATIONS, place | {"layer": head.layer, "label": relation.label} | ends
        given = {
            task.name: sentence_classes(record, task, taxonomy.layers[task.layer]) if record.annotated(task.layer) else None
            for task in tasks
        }
        for index, (start, end) in enumerate(record.sentences):
            classes = {name: held[index] if held else None for name, held in given.items()}
            words = _words(item, record.text[start:end])
            yield SENTENCES, place | {"sentence": index, "start": start, "end": end, "text": words} | classes
    for rater, document in item.raters.items():
        yield from ((RATERS, row) for row in _rated(item, rater, document))


def concealed(item: Item, taxonomy: Taxonomy) -> Item:
    """A withheld document with the free values of all its spans sealed, those of its raters too."""

    def hidden(document: Document) -> Document:
        records = (
            msgspec.structs.replace(record, spans=tuple(withheld.concealed(span, item.text, taxonomy) for span in record.spans))
            for record in document.records
        )
        return Document(document.id, tuple(records))

    raters = {rater: hidden(document) for rater, document in item.raters.items()}
    return msgspec.structs.replace(item, document=hidden(item.document), raters=raters)


def contrast_rows(name: str, records: tuple[Record, ...], edits: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """The rows of a contrast set: a passage each, two or more to a group; the first of a group has no edit."""
    kinds: dict[str, Iterator[str]] = {}
    for record in records:
        group = record.meta.doc
        edit = next(kinds[group], None) if group in kinds else None
        kinds.setdefault(group, iter(edits.get(group, ())))
        yield {"set": name, "group": group, "edit": edit, **_passage(None, record)}


def _words(item: Item | None, words: str) -> str | None:
    return words if item is None or item.open else None


def _document(item: Item) -> Row:
    seed: Row = msgspec.to_builtins(item.seed)
    if item.seed.rights == WITHDRAWN:
        kept = {name: seed[name] for name in REMOVED}
        return dict.fromkeys(["scheme", "text", *seed]) | kept | {"sources": [], "raters": [], "passages": []}
    records = item.document.records
    scheme = records[0].meta.scheme if records else None
    # The title of a text is words of its author too.
    seed |= {"title": _words(item, item.seed.title), "scheme": scheme, "text": _words(item, item.text)}
    return seed | {
        "raters": sorted(item.raters),
        "passages": [_passage(item, record) | {"raters": _raters(item, index)} for index, record in enumerate(records)],
    }


def _layers_of(rater: str, record: Record) -> list[str]:
    """The layers that a rater did in a passage, none where the rater did not accept it."""
    return [name for name in _done(record) if raters_of.rated({rater: record}, name)]


def _raters(item: Item, index: int) -> list[Row]:
    """The layers that each rater did in a passage, also where that rater marked nothing."""
    return [{"rater": rater, "layers": _layers_of(rater, document.records[index])} for rater, document in sorted(item.raters.items())]


def _done(record: Record) -> list[str]:
    return sorted(name for name in record.meta.layers if record.annotated(name))


def _passage(item: Item | None, record: Record) -> Row:
    spans = []
    for span in record.spans:
        row = msgspec.to_builtins(span)
        origin = msgspec.to_builtins(span.origin) if isinstance(span.origin, Origin) else None
        row |= {"text": _words(item, span.text), "span_hash": _span_hash(item, record, span), "origin": origin, "attributes": named(span)}
        spans.append(row)
    return {
        "passage": record.meta.passage, "offset": record.meta.offset, "length": len(record.text), "text": _words(item, record.text),
        "layers": _done(record),
        "sentences": [{"start": start, "end": end} for start, end in record.sentences], "spans": spans,
        "relations": [msgspec.to_builtins(relation) for relation in record.relations],
    }  # fmt: skip


def _span_hash(item: Item | None, record: Record, span: Span) -> str | None:
    if item is None or item.open:
        return None
    start = record.meta.offset
    return span_hash(item.text, (start + span.start, start + span.end), span.text)


def named(span: Span) -> list[Row]:
    """The attributes of a span as a list of names and values: a map without a key cannot be written to Parquet."""
    return [{"name": name, "value": _value(value)} for name, value in sorted(span.attributes.items())]


def _value(value: AttributeValue) -> str | None:
    """A value as a string; keys of a list, which have no comma, with commas between."""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else value


def _flat(item: Item, record: Record, span: Span, columns: Mapping[str, str]) -> Row:
    index = record.sentence_of(span.start, span.end)
    start, end = record.sentences[index] if index is not None else (0, len(record.text))
    values = {name: span.attributes.get(name) for name in columns}
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    origin = span.origin if isinstance(span.origin, Origin) else None
    return {
        "id": span.id, "label": span.label, "start": span.start, "end": span.end, "text": _words(item, span.text),
        "span_hash": _span_hash(item, record, span), "sentence_start": start, "sentence_end": end,
        "sentence": _words(item, record.text[start:end]), **given, "origin": origin.how if origin else None,
        "raters": list(origin.raters) if origin else [],
    }  # fmt: skip


def _end(item: Item, side: str, span: Span) -> Row:
    given = {"id": span.id, "label": span.label, "start": span.start, "end": span.end, "text": _words(item, span.text)}
    return {f"{side}_{name}": value for name, value in given.items()}


def _rated(item: Item, rater: str, document: Document) -> Iterator[Row]:
    for record in document.records:
        for span in record.spans:
            relations = [{"label": r.label, "child_id": r.child_id} for r in record.relations if r.head_id == span.id]
            yield {
                "rater": rater, "doc": document.id, "passage": record.meta.passage, "layers": _done(record), "id": span.id,
                "layer": span.layer, "label": span.label, "start": span.start, "end": span.end, "text": _words(item, span.text),
                "attributes": named(span), "relations": relations,
            }  # fmt: skip
