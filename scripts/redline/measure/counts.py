"""What scores are made of: per document and label the counts that sum to precision and recall.

A table is an array of shape (documents, labels, 4): credit of the guesses, number of guesses, credit of the gold, number
of gold. For exact matching both credits are the hits. Tables of documents add up, so a bootstrap only reweights rows.
"""

from collections import Counter
from collections.abc import Hashable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from redline.core.document import Bounds, Record, Span
from redline.core.taxonomy import Taxonomy
from redline.measure.matching import MATCHES, Match

Table = NDArray[np.float64]
Pairs = Sequence[Sequence[tuple[Record, Record]]]
UNTYPED = "untyped"
"""Exact bounds with any label: a table with one column."""


def span_table(pairs: Pairs, layer: str, labels: Sequence[str], match: str) -> Table:
    """The table of a layer over documents, each a list of (gold, guess) records.

    `match` is one of MATCHES, or UNTYPED. Records without the layer annotated in gold are masked: they count for nothing.
    Labels that are not in `labels` are not counted.
    """
    if match == UNTYPED:
        return _exact_table(pairs, layer, dict.fromkeys(labels, 0), 1)
    place = {label: index for index, label in enumerate(labels)}
    if match == "exact":
        return _exact_table(pairs, layer, place, len(labels))
    rows: list[list[list[float]]] = []
    for document in pairs:
        rows.append([[0.0] * 4 for _ in labels])
        for gold, guess in document:
            if gold.annotated(layer):
                _add_record(rows[-1], gold.layer(layer), guess.layer(layer), place, MATCHES[match])
    return np.array(rows).reshape(len(pairs), len(labels), 4)


def _exact_table(pairs: Pairs, layer: str, place: dict[str, int], width: int) -> Table:
    """Exact matching in one pass: three counters per document and column, of hits, guesses and gold."""
    rows: list[list[int]] = []
    for document in pairs:
        hits, guessed, known = [0] * width, [0] * width, [0] * width
        for gold, guess in document:
            if gold.annotated(layer):
                held = _bag(gold.by_layer.get(layer, ()), place, known)
                _draw(guess.by_layer.get(layer, ()), place, held, hits, guessed)
        rows.append([*hits, *guessed, *hits, *known])
    return np.array(rows, dtype=float).reshape(len(rows), 4, width).transpose(0, 2, 1).copy()


def _bag(spans: Sequence[Span], place: dict[str, int], known: list[int]) -> dict[tuple[int, int, int], int]:
    """How often each (start, end, column) occurs; counts the spans by column in `known`."""
    held: dict[tuple[int, int, int], int] = {}
    for span in spans:
        column = place.get(span.label)
        if column is not None:
            known[column] += 1
            key = (span.start, span.end, column)
            held[key] = held.get(key, 0) + 1
    return held


def _draw(spans: Sequence[Span], place: dict[str, int], held: dict[tuple[int, int, int], int], hits: list[int], guessed: list[int]) -> None:
    """Counts the spans by column in `guessed`, and in `hits` those that match a known span, each of which is used once."""
    for span in spans:
        column = place.get(span.label)
        if column is not None:
            guessed[column] += 1
            key = (span.start, span.end, column)
            if held.get(key, 0):
                held[key] -= 1
                hits[column] += 1


def _add_record(row: list[list[float]], gold: Sequence[Span], guess: Sequence[Span], place: dict[str, int], credit: Match) -> None:
    """Adds the credit of each label; if both sides have equal spans, as most records do, all of it without matching."""
    truths, founds = _by_label(gold), _by_label(guess)
    for label in truths.keys() | founds.keys():
        if label in place:
            truth, found = truths.get(label, []), founds.get(label, [])
            one, other = float(len(found)), float(len(truth))
            if not truth or not found:
                one, other = 0.0, 0.0
            elif [span.bounds for span in truth] != [span.bounds for span in found]:
                one, other = credit(truth, found)
            held = row[place[label]]
            held[0] += one
            held[1] += len(found)
            held[2] += other
            held[3] += len(truth)


def _by_label(spans: Sequence[Span]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for span in spans:
        if span.label in found:
            found[span.label].append(span)
        else:
            found[span.label] = [span]
    return found


def relation_table(pairs: Pairs, layer: str, labels: Sequence[str]) -> Table:
    """The table of a layer's relations, of all layers where it is empty: equal when the label is, and bounds and labels of both ends."""
    table = np.zeros((len(pairs), len(labels), 4))
    place = {label: index for index, label in enumerate(labels)}
    for row, document in enumerate(pairs):
        for gold, guess in document:
            if not ((not layer or gold.annotated(layer)) and (gold.relations or guess.relations)):
                continue
            truth, found = _arrows(gold, layer), _arrows(guess, layer)
            for arrows, columns in ((truth & found, [0, 2]), (found, [1]), (truth, [3])):
                for key, count in arrows.items():
                    if key[0] in place:
                        table[row, place[key[0]], columns] += count
    return table


def relation_labels(known: Sequence[str], layer: str, *systems: Pairs) -> list[str]:
    """The known relations, then those that only the records have, from spans of a layer (of any where it is empty)."""
    records = (record for pairs in systems for document in pairs for pair in document for record in pair)
    seen = {str(arrow[0]) for record in records if record.relations for arrow in _arrows(record, layer)}
    return [*known, *sorted(seen - set(known))]


def matched_relation_table(pairs: Pairs, layer: str, labels: Sequence[str]) -> Table:
    """The table of the relations with two ends that both sides marked: how well relations between given spans are found."""
    return relation_table([[_given(gold, guess) for gold, guess in document] for document in pairs], layer, labels)


def _given(gold: Record, guess: Record) -> tuple[Record, Record]:
    sides = [{(span.layer, span.label, span.bounds) for span in record.spans} for record in (gold, guess)]
    return _between(gold, sides[0] & sides[1]), _between(guess, sides[0] & sides[1])


def _between(record: Record, marked: set[tuple[str, str, Bounds]]) -> Record:
    kept = {span.id for span in record.spans if (span.layer, span.label, span.bounds) in marked}
    return msgspec.structs.replace(record, relations=tuple(r for r in record.relations if {r.head_id, r.child_id} <= kept))


def _arrows(record: Record, layer: str) -> Counter[tuple[Hashable, ...]]:
    found: Counter[tuple[Hashable, ...]] = Counter()
    for relation in record.relations:
        head, child = record.by_id.get(relation.head_id), record.by_id.get(relation.child_id)
        if head and child and layer in ("", head.layer):
            found[relation.label, head.label, head.bounds, child.label, child.bounds] += 1
    return found


def class_table(documents: Sequence[Sequence[tuple[str, str]]], classes: Sequence[str]) -> Table:
    """The table of a classification over documents, each a list of (gold, guess) classes; other classes have no column."""
    table = np.zeros((len(documents), len(classes), 4))
    place = {name: index for index, name in enumerate(classes)}
    for row, examples in enumerate(documents):
        for gold, guess in examples:
            if guess in place:
                table[row, place[guess], 1] += 1
            if gold in place:
                table[row, place[gold], 3] += 1
                if gold == guess:
                    table[row, place[gold], [0, 2]] += 1
    return table


def labels_of(taxonomy: Taxonomy, layer: str) -> list[str]:
    """The labels of a layer, in the order of its schema."""
    return list(taxonomy.layers[layer].by_label)


def all_labels(taxonomy: Taxonomy, layer: str, *systems: Pairs) -> list[str]:
    """The labels of a layer, then those that only the records have."""
    known = labels_of(taxonomy, layer)
    seen = {span.label for pairs in systems for document in pairs for pair in document for record in pair for span in record.layer(layer)}
    return known + sorted(seen - set(known))
