"""Who rated what: per passage and layer the raters with `done` for it in their file, and with the answer `accept`.

An unannotated layer is unknown, never negative, and so is a passage that a rater rejected or passed over.
Agreement, adjudication, the rules on raters and the release all ask here.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec

from redline.core.document import ACCEPT, Document, Record
from redline.core.taxonomy import Taxonomy

Raters = Mapping[str, Mapping[str, Document]]
"""Rater -> document -> the rater's file of it."""
Readings = Mapping[str, Record]
"""One passage as each of its raters has it."""


def rated(readings: Readings, layer: str) -> dict[str, Record]:
    """The raters who did a layer in a passage and accepted it."""
    return {rater: record for rater, record in readings.items() if record.answer == ACCEPT and record.annotated(layer)}


def comparable(readings: Readings, layer: str, taxonomy: Taxonomy) -> dict[str, Record]:
    """The raters who did a layer in a passage and have spans of it that can be compared.

    Helper spans serve the relations of other layers: of a helper layer's raters they are the largest group that did the same
    of those layers (of two as large the one that did more of them).
    """
    done = rated(readings, layer)
    if layer not in taxonomy.served:
        return done
    groups: dict[tuple[str, ...], dict[str, Record]] = {}
    for rater, record in done.items():
        groups.setdefault(tuple(name for name in taxonomy.served[layer] if record.annotated(name)), {})[rater] = record
    return max(groups.items(), key=lambda group: (len(group[1]), len(group[0]), group[0]), default=((), done))[1]


def shared(raters: Raters, layer: str, taxonomy: Taxonomy) -> dict[str, list[dict[str, Record]]]:
    """Document -> its passages that two or more raters did in a layer, by rater; documents without one are left out."""
    documents: dict[str, list[dict[str, Record]]] = {}
    for doc in sorted({doc for files in raters.values() for doc in files}):
        rows = [comparable(readings, layer, taxonomy) for readings in passages(raters, doc)]
        if any(len(row) > 1 for row in rows):
            documents[doc] = [row for row in rows if len(row) > 1]
    return documents


def passages(raters: Raters, doc: str) -> list[dict[str, Record]]:
    """The passages of a document, each by the raters who have it, in order of their names."""
    files = {rater: documents[doc] for rater, documents in sorted(raters.items()) if doc in documents}
    return [dict(zip(files, records, strict=True)) for records in zip(*(file.records for file in files.values()), strict=True)]


def pairs(passages: Sequence[Readings]) -> list[tuple[Record, Record]]:
    """Every two raters of every passage, once."""
    return [pair for readings in passages for pair in combinations(readings.values(), 2)]


def with_same_relations(one: Record, other: Record, taxonomy: Taxonomy) -> tuple[Record, Record]:
    """The records of two raters with only the relations that both could draw.

    A rater who did not do a layer has no span of it to point at. So a relation is left out if its children
    may be of a layer that only one of the two did.
    """
    alone = {name for name in taxonomy.layers if one.annotated(name) != other.annotated(name)}
    return (one, other) if not alone else (_without(one, alone, taxonomy), _without(other, alone, taxonomy))


def _without(record: Record, layers: set[str], taxonomy: Taxonomy) -> Record:
    kept = []
    for relation in record.relations:
        head = record.by_id.get(relation.head_id)
        if head and not layers & taxonomy.child_layers.get((head.layer, relation.label), frozenset()):
            kept.append(relation)
    return msgspec.structs.replace(record, relations=tuple(kept))
