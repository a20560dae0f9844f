"""Agreement between raters on spans and relations: pairwise F1, and alpha for unitizing by characters.

Of each layer only those passages count that two raters or more did (`core.rated`); a layer without one has no figure.
Source: pairwise F1 after Hripcsak and Rothschild 2005.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest

import msgspec
import numpy as np

from redline.core.document import Bounds, Record, Span
from redline.core.rated import Raters, Readings, pairs, passages, rated, shared, with_same_relations
from redline.core.taxonomy import Taxonomy
from redline.measure import unitizing
from redline.measure.counts import Pairs, Table, labels_of, relation_table, span_table
from redline.measure.rows import Row
from redline.measure.score import FEWEST, Bootstrap, Floats, Score, Statistic, f1, interval, micro, replicate_weights, scored

Shared = Mapping[str, Sequence[Readings]]
"""Document -> its passages by rater."""


class Figure(Row, frozen=True, kw_only=True):
    """A figure of agreement and the counts behind it.

    `documents` are those in which there was something to agree on; `counts` are the spans or relations of each rater, or
    of a coefficient the number of its `units`.
    """

    documents: int
    counts: dict[str, int]

    @property
    def shown(self) -> str:
        """The value, with its interval if it has one."""
        value = self.score.value
        return str(self.score) if value is None or self.score.low is not None else f"{value:.3f}"

    def plain(self) -> dict[str, object]:
        """The row in the shape of every `--json` score, with its counts."""
        return {**super().plain(), "gold": None, "guessed": None, "documents": self.documents, "counts": self.counts}


class Document(msgspec.Struct, frozen=True):
    """Exact F1 between the raters of a document, over all layers and of each that two did; None where nobody marked anything."""

    document: str
    exact_f1: float | None
    layers: dict[str, float | None]


def span_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """Exact and overlap F1 of the spans of each layer, in total and by label."""
    for layer in taxonomy.layers:
        documents = shared(raters, layer, taxonomy)
        labels = labels_of(taxonomy, layer)
        counts = [_labels(passages, layer) for passages in documents.values()]
        for match in ("exact", "overlap") if documents else ():
            table = span_table(_pairs(documents), layer, labels, match)
            recipe = {"layer": layer, "match": match, "raters": str(number_of_raters(documents))}
            yield from f1_figures(table, counts, labels, named(layer, f"{match}_f1"), recipe, bootstrap)


def relation_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """F1 of the relations of each layer between spans with equal places and labels, in total and by relation."""
    for name, layer in taxonomy.layers.items():
        documents = shared(raters, name, taxonomy)
        if layer.relations and documents:
            labels = list(layer.by_relation)
            table = relation_table(relation_pairs(documents, taxonomy), name, labels)
            counts = [_relations(passages, name) for passages in documents.values()]
            recipe = {"layer": name, "match": "relation", "raters": str(number_of_raters(documents))}
            yield from f1_figures(table, counts, labels, named(name, "relation_f1"), recipe, bootstrap)


def relation_pairs(documents: Shared, taxonomy: Taxonomy) -> Pairs:
    """The pairs of raters of each document, each with those relations alone that both could draw."""
    return [[with_same_relations(one, other, taxonomy) for one, other in document] for document in _pairs(documents)]


def unitizing_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """Alpha for unitizing of each layer; for one label only its own spans are cut, and all else is a gap."""
    for layer in taxonomy.layers:
        documents = shared(raters, layer, taxonomy)
        labels = labels_of(taxonomy, layer)
        counts = [_labels(passages, layer) for passages in documents.values()]
        recipe = {"layer": layer, "unit": "character", "raters": str(number_of_raters(documents))}
        for label in (None, *(labels if len(labels) > 1 else ())) if documents else ():
            places = {name: index for index, name in enumerate(labels if label is None else [label], 1)}
            stack = np.array([unitizing.of_document([list(row.values()) for row in d], layer, places) for d in documents.values()])
            of = {"label": label} if label else {}
            score = summed(stack, unitizing.alpha, "u_alpha", recipe | of, bootstrap)
            yield figure(msgspec.structs.replace(named(layer, "u_alpha"), label=label), score, _of_label(counts, label))


def by_document(raters: Raters, taxonomy: Taxonomy) -> list[Document]:
    """Exact F1 in each document with two raters, the worst first; those where nobody marked anything last."""
    tables: dict[str, dict[str, Floats]] = {}
    for layer in taxonomy.layers:
        documents = shared(raters, layer, taxonomy)
        rows = both_ways(span_table(_pairs(documents), layer, labels_of(taxonomy, layer), "exact").sum(axis=1))
        for doc, row in zip(documents, rows, strict=True):
            tables.setdefault(doc, {})[layer] = row
    values = [
        Document(doc, _value(np.sum(list(rows.values()), axis=0)), {layer: _value(row) for layer, row in rows.items()})
        for doc, rows in tables.items()
    ]
    return sorted(values, key=lambda one: (one.exact_f1 is None, one.exact_f1 or 0.0, one.document))


NOTHING = "nothing"


def confusion(raters: Raters, one: str, other: str, layer: str) -> Counter[tuple[str, str]]:
    """(label of one, label of the other) -> how many stretches they marked so; NOTHING where only one of them did."""
    counts: Counter[tuple[str, str]] = Counter()
    two = {name: raters[name] for name in (one, other)}
    for doc in raters[one].keys() & raters[other].keys():
        for readings in passages(two, doc):
            if len(rated(readings, layer)) == 2:
                marked, again = (Counter((span.bounds, span.label) for span in readings[name].layer(layer)) for name in (one, other))
                counts.update((label, label) for _, label in (marked & again).elements())
                rest, others = _by_place(marked - again), _by_place(again - marked)
                for place in {*rest, *others}:
                    counts.update(zip_longest(rest.get(place, []), others.get(place, []), fillvalue=NOTHING))
    return counts


def _by_place(spans: Counter[tuple[Bounds, str]]) -> dict[Bounds, list[str]]:
    """The labels at each place, in order."""
    labels: dict[Bounds, list[str]] = {}
    for bounds, label in sorted(spans.elements()):
        labels.setdefault(bounds, []).append(label)
    return labels


def named(layer: str, metric: str, **of: str | None) -> Figure:
    """A figure without its value: the metric and what it is of."""
    return Figure(score=Score(metric, None, None, None, ""), layer=layer, documents=0, counts={}, **of)  # type: ignore[arg-type]


def figure(of: Figure, score: Score, counts: Sequence[Counter[str]]) -> Figure:
    """A figure with its score and the counts behind it: a counter per document, empty where it has nothing to agree on.

    Without ten such documents it has no interval.
    """
    documents = sum(1 for document in counts if document.total())
    if documents < FEWEST:
        score = msgspec.structs.replace(score, low=None, high=None)
    total: Counter[str] = Counter()
    for document in counts:
        total.update(document)
    return msgspec.structs.replace(of, score=score, documents=documents, counts=dict(sorted(total.items())))


def number_of_raters(documents: Shared) -> int:
    """How many raters the passages of documents have together."""
    return len({rater for passages in documents.values() for readings in passages for rater in readings})


def summed(stack: Floats, statistic: Statistic, metric: str, recipe: dict[str, str], bootstrap: Bootstrap) -> Score:
    """A statistic of matrices (documents, ...) that add up over documents, with its interval."""
    enough = len(stack) >= FEWEST
    replicates = statistic(np.tensordot(replicate_weights(len(stack), bootstrap), stack, axes=1)) if enough else np.zeros(0)
    return interval(metric, float(statistic(stack.sum(axis=0))), replicates, len(stack), recipe, bootstrap)


def both_ways(table: Table) -> Table:
    """A table (..., 4) of pairs, each also the other way round: neither rater is gold, and no figure depends on their names."""
    return table + table[..., [2, 3, 0, 1]]


def _pairs(documents: Shared) -> Pairs:
    return [pairs(passages) for passages in documents.values()]


Counts = Sequence[Counter[tuple[str, str]]]
"""A document each: how often (rater, label)."""


def _labels(passages: Sequence[Readings], layer: str) -> Counter[tuple[str, str]]:
    """(rater, label) -> spans."""
    return _counted(passages, lambda record: (span.label for span in record.layer(layer)))


def _relations(passages: Sequence[Readings], layer: str) -> Counter[tuple[str, str]]:
    """(rater, relation) -> relations that begin at a span of the layer."""
    return _counted(passages, lambda record: (r.label for r in record.relations if _head(record, r.head_id) == layer))


def _head(record: Record, name: str) -> str | None:
    span: Span | None = record.by_id.get(name)
    return span.layer if span else None


def _counted(passages: Sequence[Readings], labels: Callable[[Record], Iterator[str]]) -> Counter[tuple[str, str]]:
    return Counter((rater, label) for readings in passages for rater, record in readings.items() for label in labels(record))


def _of_label(counts: Counts, label: str | None) -> list[Counter[str]]:
    """By document and rater how many of a label (None: of all)."""
    found: list[Counter[str]] = []
    for document in counts:
        found.append(Counter(dict.fromkeys((rater for rater, _ in document), 0)))
        for (rater, name), number in document.items():
            found[-1][rater] += number if label in (None, name) else 0
    return found


def f1_figures(
    table: Table, counts: Counts, labels: Sequence[str], of: Figure, recipe: dict[str, str], bootstrap: Bootstrap
) -> Iterator[Figure]:
    """The micro F1 of a table (documents, labels, 4), and the F1 of each label."""
    metric, table = of.score.metric, both_ways(table)
    yield figure(of, scored(table, metric, micro, recipe | {"avg": "micro"}, bootstrap), _of_label(counts, None))
    for index, label in enumerate(labels):
        score = scored(table[:, index], metric, f1, recipe | {"label": label}, bootstrap)
        yield figure(msgspec.structs.replace(of, label=label), score, _of_label(counts, label))


def _value(sums: Floats) -> float | None:
    value = float(f1(sums))
    return None if np.isnan(value) else value
