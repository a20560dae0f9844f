"""Documents, records, spans and relations: frozen values with half-open code-point offsets."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

AttributeValue = str | bool | tuple[str, ...] | None
Bounds = tuple[int, int]
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
LONGEST = 1_000_000
"""Code points of a passage of a referenced text, at most: a bare record with more would fill the memory with blanks."""
ACCEPT, REJECT, IGNORE = "accept", "reject", "ignore"


class Origin(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a gold span comes from: `how` it was found, and the raters who gave it this place and label.

    `agreed` by all raters, attributes included; `decided` between their readings; `edited` to what none of them has; or
    `added` where none of them marked anything.
    """

    how: str
    raters: tuple[str, ...]


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """One labelled stretch `[start, end)` of a record's text, in code points. Gold spans have their origin."""

    id: str
    layer: str
    label: str
    start: int
    end: int
    text: str
    attributes: dict[str, AttributeValue] = {}
    origin: Origin | UnsetType = UNSET

    @property
    def bounds(self) -> Bounds:
        """`(start, end)`."""
        return self.start, self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def within(self, bounds: Bounds) -> bool:
        """Whether the span lies inside `bounds`."""
        return bounds[0] <= self.start and self.end <= bounds[1]


class Relation(Struct, frozen=True, forbid_unknown_fields=True):
    """A labelled link from the span `head_id` to the span `child_id` of the same record."""

    head_id: str
    child_id: str
    label: str


class Meta(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a record comes from and what was annotated in it.

    `offset` is the place of the record's text in the seed, in code points. `layers` maps a layer to `done`,
    or to `predicted` when a model labelled it; a layer that is missing was not annotated, which is not the same as an empty
    layer. `predictions` has the output of classifiers, by task. `sha256` is that of the text of a referenced document; its
    records are written bare.
    """

    doc: str
    passage: int
    offset: int
    scheme: str
    layers: dict[str, str] = {}
    rater: str | UnsetType = UNSET
    predictions: dict[str, list[Any]] | UnsetType = UNSET
    sha256: str | UnsetType = UNSET


class Extra(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Content of another tool's task that is not part of a record, so that an export writes it again.

    `task` and `meta` have the keys that Redline does not use, `spans` and `relations` those of each span (by id) and
    relation (by "head label child"). `bare` are the relations between tokens that are not spans.
    """

    task: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    spans: dict[str, dict[str, Any]] = {}
    relations: dict[str, dict[str, Any]] = {}
    bare: list[Any] = []


class Record(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One paragraph of a document with its annotations: one line of JSON and a valid Prodigy task.

    A classification record has `cats`: the value in 0..1 of each class that was asked about (from 0.5 on it is a class
    of the text), towards a `target` if it has one.
    """

    text: str
    answer: str
    sentences: tuple[Bounds, ...]
    spans: tuple[Span, ...]
    relations: tuple[Relation, ...]
    meta: Meta
    cats: dict[str, Probability] | UnsetType = UNSET
    target: str | UnsetType = UNSET
    extra: Extra | UnsetType = UNSET

    @cached_property
    def by_id(self) -> dict[str, Span]:
        """The spans by their id; of two with one id the last."""
        return {span.id: span for span in self.spans}

    @cached_property
    def by_layer(self) -> dict[str, tuple[Span, ...]]:
        """The spans by layer, in order."""
        found: dict[str, list[Span]] = {}
        for span in self.spans:
            found.setdefault(span.layer, []).append(span)
        return {name: tuple(spans) for name, spans in found.items()}

    def layer(self, name: str) -> tuple[Span, ...]:
        """The spans of one layer, in order."""
        return self.by_layer.get(name, ())

    def annotated(self, layer: str) -> bool:
        """Whether the layer was annotated, so that a missing span means that there is none."""
        return self.meta.layers.get(layer) == "done"

    def around(self, *spans: "Span") -> Bounds:
        """The bounds of the sentences that spans touch, with what is between them; the whole text if they touch none."""
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        touched = [bounds for bounds in self.sentences if bounds[0] < end and start < bounds[1]]
        return (touched[0][0], touched[-1][1]) if touched else (0, len(self.text))

    def sentence_of(self, start: int, end: int) -> int | None:
        """The index of the sentence that contains `[start, end)`, or None."""
        for index, (first, last) in enumerate(self.sentences):
            if first <= start and end <= last:
                return index
        return None


class BareSpan(Struct, frozen=True, forbid_unknown_fields=True):
    """A span without its words."""

    id: str
    layer: str
    label: str
    start: int
    end: int
    attributes: dict[str, AttributeValue] = {}
    origin: Origin | UnsetType = UNSET


class Bare(Struct, frozen=True, forbid_unknown_fields=True):
    """A record without a word of its text: the length of the text, and its hash in `meta`."""

    length: Annotated[int, msgspec.Meta(ge=1, le=LONGEST)]
    answer: str
    sentences: tuple[Bounds, ...]
    spans: tuple[BareSpan, ...]
    relations: tuple[Relation, ...]
    meta: Meta
    cats: dict[str, Probability] | UnsetType = UNSET
    target: str | UnsetType = UNSET


class Document(Struct, frozen=True):
    """The records of one seed text, in text order."""

    id: str
    records: tuple[Record, ...]


def canonical(record: Record) -> Record:
    """The record with spans and relations in the one order in which they are written."""
    spans = tuple(sorted(record.spans, key=span_order))
    relations = tuple(sorted(record.relations, key=lambda r: (r.head_id, r.label, r.child_id)))
    if spans == record.spans and relations == record.relations:
        return record
    return msgspec.structs.replace(record, spans=spans, relations=relations)


def plain(value: object) -> str:
    """An attribute's value as people read and write it: yes, no, null, or its words; those of a list with commas between."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ",".join(plain(item) for item in value)
    return "null" if value is None else str(value)


def restricted(record: Record, layers: Collection[str]) -> Record:
    """The record with the spans of these layers alone, and the relations between them."""
    spans = tuple(span for span in record.spans if span.layer in layers)
    kept = {span.id for span in spans}
    relations = tuple(relation for relation in record.relations if relation.head_id in kept and relation.child_id in kept)
    return msgspec.structs.replace(record, spans=spans, relations=relations)


def span_order(span: Span) -> tuple[int, int, str, str, str]:
    """The sort key of spans: by start, the longer first, then layer, label and id."""
    return span.start, -span.end, span.layer, span.label, span.id


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Record)
_bare_decoder = msgspec.json.Decoder(Bare)


def encode(record: Record) -> bytes:
    """The canonical line of a record: UTF-8 JSON unescaped, fixed key order, sorted spans, without its newline.

    The record of a referenced document is written bare, and without the other content of another tool's task.
    """
    ordered = canonical(record)
    return _encoder.encode(ordered if record.meta.sha256 is UNSET else _stripped(ordered))


def encode_whole(record: Record) -> bytes:
    """The line of a record with its words, also those of others: for exports that the user asks for."""
    return _encoder.encode(canonical(record))


def _stripped(record: Record) -> Bare:
    spans = tuple(BareSpan(s.id, s.layer, s.label, s.start, s.end, s.attributes, s.origin) for s in record.spans)
    return Bare(len(record.text), record.answer, record.sentences, spans, record.relations, record.meta, record.cats, record.target)


def decode(line: bytes) -> Record:
    """The record of one canonical line.

    Raises msgspec.ValidationError on a wrong shape and msgspec.DecodeError on broken JSON.
    """
    return _decoder.decode(line)


def decode_bare(line: bytes) -> Bare:
    """The bare record of one canonical line.

    Raises msgspec.ValidationError on a wrong shape, also without a hash, and msgspec.DecodeError on broken JSON.
    """
    bare: Bare = _bare_decoder.decode(line)
    if bare.meta.sha256 is UNSET:
        raise msgspec.ValidationError("Object missing required field `sha256` - at `$.meta`")
    return bare


def group(records: Iterable[Record]) -> Iterable[Document]:
    """Documents from consecutive records with one `meta.doc`."""
    held: list[Record] = []
    for record in records:
        if held and held[0].meta.doc != record.meta.doc:
            yield Document(held[0].meta.doc, tuple(held))
            held = []
        held.append(record)
    if held:
        yield Document(held[0].meta.doc, tuple(held))
