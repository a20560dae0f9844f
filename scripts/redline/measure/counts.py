"""What scores are made of: per document and label the counts that sum to precision and recall.

A table is an array of shape (documents, labels, 4): credit of the guesses, number of guesses, credit of the gold, number
of gold. For exact matching both credits are the hits. Tables of documents add up, so a bootstrap only reweights rows.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from redline.core.document import Record, Span
from redline.core.taxonomy import Taxonomy

Table = NDArray[np.float64]
Match = Callable[[Sequence[Span], Sequence[Span]], tuple[float, float]]


def exact(gold: Sequence[Span], guess: Sequence[Span]) -> tuple[float, float]:
    """Credit of guesses and of gold of one label: spans with equal bounds, each used once; order does not matter."""
    hits = float((Counter(span.bounds for span in gold) & Counter(span.bounds for span in guess)).total())
    return hits, hits


def overlap(gold: Sequence[Span], guess: Sequence[Span]) -> tuple[float, float]:
    """Credit by shared characters: each guess earns the share of its length that gold covers, and the reverse.

    A character that several spans cover counts once. Source: Da San Martino et al. 2019, "Fine-Grained Analysis of
    Propaganda in News Articles", section 5, with the union of the other side's spans so that no share exceeds 1.
    """
    return _covered(guess, gold), _covered(gold, guess)


def _covered(spans: Sequence[Span], others: Sequence[Span]) -> float:
    covered = {position for other in others for position in range(other.start, other.end)}
    return sum(sum(position in covered for position in range(span.start, span.end)) / (span.end - span.start) for span in spans)


MATCHES: dict[str, Match] = {"exact": exact, "overlap": overlap}


def span_table(pairs: Sequence[Sequence[tuple[Record, Record]]], layer: str, labels: Sequence[str], match: str) -> Table:
    """The table of a layer over documents, each a list of (gold, guess) records.

    Records whose gold does not have the layer annotated are masked: they count for nothing.
    """
    table = np.zeros((len(pairs), len(labels), 4))
    place = {label: index for index, label in enumerate(labels)}
    credit = MATCHES[match]
    for row, document in enumerate(pairs):
        for gold, guess in document:
            if gold.annotated(layer):
                _add_record(table[row], gold.layer(layer), guess.layer(layer), place, credit)
    return table


def _add_record(row: Table, gold: Sequence[Span], guess: Sequence[Span], place: dict[str, int], credit: Match) -> None:
    for label, index in place.items():
        truth = [span for span in gold if span.label == label]
        found = [span for span in guess if span.label == label]
        if truth or found:
            guessed_credit, gold_credit = credit(truth, found)
            row[index] += (guessed_credit, len(found), gold_credit, len(truth))


def relation_table(pairs: Sequence[Sequence[tuple[Record, Record]]], layer: str, labels: Sequence[str]) -> Table:
    """The table of a layer's relations: equal when head, child and label are, by bounds and span label."""
    table = np.zeros((len(pairs), len(labels), 4))
    for row, document in enumerate(pairs):
        for gold, guess in document:
            if not gold.annotated(layer):
                continue
            truth, found = _arrows(gold, layer), _arrows(guess, layer)
            for index, label in enumerate(labels):
                one = Counter({key: count for key, count in truth.items() if key[0] == label})
                other = Counter({key: count for key, count in found.items() if key[0] == label})
                hits = (one & other).total()
                table[row, index] += (hits, other.total(), hits, one.total())
    return table


def _arrows(record: Record, layer: str) -> Counter[tuple[Hashable, ...]]:
    found: Counter[tuple[Hashable, ...]] = Counter()
    for relation in record.relations:
        head, child = record.by_id.get(relation.head_id), record.by_id.get(relation.child_id)
        if head and child and head.layer == layer:
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
