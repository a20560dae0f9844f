"""Among which spans a model of pairs looks for participants: named entities, and helper spans that models predicted.

Helper spans are only annotated where they take part in a relation, so a list of gold ones gives part of the answer away. In
training they are therefore replaced by spans that models found which did not learn from the document.
"""

from collections.abc import Mapping, Sequence

import msgspec

from redline.core.document import Record, Relation, Span, canonical
from redline.learn.baseline import Baseline, Setup
from redline.model import own, training
from redline.model.training import Data

SHARE = 0.5
"""How much of two spans together must be shared for one to represent the other."""


def predicted(records: Sequence[Record], models: Mapping[str, Baseline], helpers: Sequence[str]) -> list[Record]:
    """The records with helper spans as the model of each helper layer finds them; without a model a layer is empty."""
    found = list(records)
    for layer in helpers:
        found = models[layer].predict(found) if layer in models else [_without(record, layer) for record in found]
    return found


def learned(records: Sequence[Record], kinds: Mapping[str, tuple[str, Setup]], helpers: Sequence[str]) -> list[Record]:
    """The records with helper spans as models find them that learned from other documents, and with their gold relations.

    `kinds` has the kind of model of each helper layer, and its setup. A relation to a gold helper span leads to the predicted
    span of its label that shares the most with it; where none shares half, it is left out.
    """
    found: dict[tuple[str, int], Record] = {}
    for part in own.folds(Data(list(records), [], [])):
        models = {layer: training.fitted(kind, setup, part.of(setup.task)) for layer, (kind, setup) in kinds.items()}
        found |= {_place(record): record for record in predicted(part.test, models, helpers)}
    return [with_relations(record, found[_place(record)], helpers) for record in records]


def with_relations(gold: Record, labelled: Record, helpers: Sequence[str]) -> Record:
    """The gold record with the helper spans of a labelled one, to which its relations lead."""
    spans = [span for span in labelled.spans if span.layer in helpers]
    kept = [span for span in gold.spans if span.layer not in helpers]
    names = {span.id: span.id for span in kept}
    names |= {span.id: near.id for span in gold.spans if span.layer in helpers and (near := _nearest(span, spans))}
    relations = [Relation(r.head_id, names[r.child_id], r.label) for r in gold.relations if r.child_id in names]
    return canonical(msgspec.structs.replace(gold, spans=(*kept, *spans), relations=tuple(dict.fromkeys(relations))))


def _nearest(span: Span, others: Sequence[Span]) -> Span | None:
    same = [other for other in others if (other.layer, other.label) == (span.layer, span.label) and _shared(span, other) >= SHARE]
    return max(same, key=lambda other: _shared(span, other), default=None)


def _shared(one: Span, other: Span) -> float:
    """The share of the characters of two spans that both have."""
    both = min(one.end, other.end) - max(one.start, other.start)
    return max(0, both) / (max(one.end, other.end) - min(one.start, other.start))


def _without(record: Record, layer: str) -> Record:
    return msgspec.structs.replace(record, spans=tuple(span for span in record.spans if span.layer != layer))


def _place(record: Record) -> tuple[str, int]:
    return record.meta.doc, record.meta.passage
