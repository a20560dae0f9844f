"""Records of an earlier scheme brought to the present one, by the rules of a file in `schemas/upgrades/`.

What the rules cannot decide is left out: a required attribute that is new is missing afterwards, and a person has to rate it.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.corpus import Entity
from redline.core.decoding import of_file
from redline.core.document import AttributeValue, Document, Record, Relation, Span, canonical
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy, schemas_folder


class LabelChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A label that becomes another one, with attributes that it gets.

    With `beside`, it changes only where another sentence of the passage has a span of that label with the same value of the attribute
    `same`, and no relation of `without` begins at the span.
    """

    label: str
    becomes: str
    attributes: dict[str, AttributeValue] = {}
    beside: str = ""
    same: str = ""
    without: tuple[str, ...] = ()


class Upgrade(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes from the scheme `before` to the scheme `after`: labels, relations that go, attributes that go by label."""

    before: str
    after: str
    labels: list[LabelChange]
    relations: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]


def upgrades(folder: Path | None = None) -> list[Upgrade]:
    """The upgrades of a schema folder, the oldest first.

    Raises RedlineError for a file that is not an upgrade.
    """
    return sorted((_read(path) for path in sorted(((folder or schemas_folder()) / "upgrades").glob("*.json"))), key=lambda one: one.after)


def _read(path: Path) -> Upgrade:
    return of_file(path, Upgrade, "is not an upgrade of the scheme", "before, after, labels, relations and attributes")


def upgraded(document: Document, steps: Iterable[Upgrade], taxonomy: Taxonomy) -> Document:
    """The document with each record in the scheme that the steps lead to; records of other schemes stay as they are."""
    records = document.records
    for step in steps:
        records = tuple(_record(record, step, taxonomy) if record.meta.scheme == step.before else record for record in records)
    return Document(document.id, records)


def relabelled(entities: Iterable[Entity], steps: Iterable[Upgrade]) -> list[Entity]:
    """The rows of the entity table with the labels that the steps lead to."""
    names = {change.label: change.becomes for step in steps for change in step.labels if not change.beside}
    return [msgspec.structs.replace(entity, label=names.get(entity.label, entity.label)) for entity in entities]


def relabelled_entry(entry: dict[str, Any], steps: Iterable[Upgrade]) -> dict[str, Any]:
    """A span as decisions name it, with the label and the attributes that the steps lead to."""
    for change in (change for step in steps for change in step.labels):
        if entry.get("label") == change.label and not change.beside:
            entry = {**entry, "label": change.becomes, "attributes": {**change.attributes, **entry.get("attributes", {})}}
    return entry


def _record(record: Record, step: Upgrade, taxonomy: Taxonomy) -> Record:
    spans = [_span(record, span, step, taxonomy) for span in record.spans]
    heads = {span.id: span for span in spans}
    relations = tuple(r for r in record.relations if r.label not in step.relations and _fits(r, heads, taxonomy))
    gone = _unused(record.relations, record, taxonomy) ^ _unused(relations, record, taxonomy)
    kept = tuple(span for span in spans if span.layer not in taxonomy.helpers or span.id not in gone)
    meta = msgspec.structs.replace(record.meta, scheme=step.after)
    return canonical(msgspec.structs.replace(record, spans=kept, relations=relations, meta=meta))


def _span(record: Record, span: Span, step: Upgrade, taxonomy: Taxonomy) -> Span:
    change = next((change for change in step.labels if change.label == span.label and _applies(record, span, change)), None)
    label, given = (change.becomes, change.attributes) if change else (span.label, {})
    gone = step.attributes.get(span.label, ())
    renamed = msgspec.structs.replace(span, label=label, attributes={})
    allowed = taxonomy.attributes_of(renamed)
    kept = {name: value for name, value in span.attributes.items() if name not in gone and (name in allowed or change is None)}
    return msgspec.structs.replace(renamed, attributes=kept | given)


def _applies(record: Record, span: Span, change: LabelChange) -> bool:
    if not change.beside:
        return True
    sentence = record.sentence_of(*span.bounds)
    twins = (other for other in record.layer(span.layer) if other.label == change.beside)
    value = span.attributes.get(change.same)
    beside = any(twin.attributes.get(change.same) == value and record.sentence_of(*twin.bounds) != sentence for twin in twins)
    heads = {relation.label for relation in record.relations if relation.head_id == span.id}
    return value is not None and beside and heads.isdisjoint(change.without)


def _fits(relation: Relation, spans: dict[str, Span], taxonomy: Taxonomy) -> bool:
    """Whether the new label of its head may have the relation; one without a head in the record stays."""
    head = spans.get(relation.head_id)
    kind = taxonomy.layers[head.layer].by_relation.get(relation.label) if head and head.layer in taxonomy.layers else None
    return head is None or kind is None or head.label in kind.heads


def _unused(relations: Collection[Relation], record: Record, taxonomy: Taxonomy) -> set[str]:
    """The ids of the helper spans that are not a child of these relations."""
    children = {relation.child_id for relation in relations}
    return {span.id for span in record.spans if span.layer in taxonomy.helpers and span.id not in children}


def completed(document: Document, values: dict[str, dict[str, AttributeValue]]) -> Document:
    """The document with the attributes that were rated afterwards; `values` are by passage and span id, with a space between.

    What a span has already stays. Raises RedlineError for a passage or span that is not there.
    """
    places = {f"{record.meta.passage} {span.id}" for record in document.records for span in record.spans}
    if unknown := sorted(set(values) - places):
        raise RedlineError(f"{document.id}: there is no span `{unknown[0]}`; needed: a passage and the id of a span in it")
    return Document(document.id, tuple(_completed(record, values) for record in document.records))


def _completed(record: Record, values: dict[str, dict[str, AttributeValue]]) -> Record:
    spans = tuple(
        msgspec.structs.replace(span, attributes=values.get(f"{record.meta.passage} {span.id}", {}) | span.attributes)
        for span in record.spans
    )
    return msgspec.structs.replace(record, spans=spans)
