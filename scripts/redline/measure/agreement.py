"""Agreement between raters: pairwise F1 of spans and relations, Krippendorff's alpha of classes.

Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"; pairwise F1 after Hripcsak and Rothschild 2005.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from redline.core.document import Document, Record
from redline.core.taxonomy import Task, Taxonomy
from redline.core.units import sentence_classes
from redline.measure.counts import Table, labels_of, relation_table, span_table
from redline.measure.score import Bootstrap, Score, f1, interval, micro, replicate_weights, scored

Floats = NDArray[np.float64]
Raters = dict[str, dict[str, Document]]
Unit = Sequence[Hashable]


def coincidences(units: Sequence[Unit], values: Sequence[Hashable]) -> Floats:
    """Krippendorff's coincidence matrix (values, values) of units, each the values that raters gave it; None is missing."""
    place = {value: index for index, value in enumerate(values)}
    matrix = np.zeros((len(values), len(values)))
    for unit in units:
        given = [place[value] for value in unit if value is not None]
        for one in range(len(given)):
            for other in range(len(given)):
                if one != other:
                    matrix[given[one], given[other]] += 1 / (len(given) - 1)
    return matrix


def alpha(matrix: Floats) -> float:
    """Nominal alpha of a coincidence matrix: 1 - observed / expected disagreement; NaN when only one value occurs."""
    totals = matrix.sum(axis=1)
    count = totals.sum()
    expected = count**2 - (totals**2).sum()
    if count <= 1 or expected == 0:
        return float("nan")
    observed = count - np.trace(matrix)
    return float(1 - (count - 1) * observed / expected)


def pairs(raters: Raters) -> list[list[tuple[Record, Record]]]:
    """For every document and pair of raters who both rated it, their records side by side; documents come in order.

    Pairs of one document are one list, so that a bootstrap over lists is one over documents.
    """
    documents = sorted({doc for files in raters.values() for doc in files})
    found = []
    for doc in documents:
        held = [files[doc] for _, files in sorted(raters.items()) if doc in files]
        together = [pair for one, other in combinations(held, 2) for pair in zip(one.records, other.records, strict=True)]
        if together:
            found.append(together)
    return found


def span_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[tuple[str, str | None, Score]]:
    """(layer, label or None for all, score) of exact and overlap F1 between raters."""
    together = pairs(raters)
    for layer in taxonomy.layers:
        labels = labels_of(taxonomy, layer)
        for match in ("exact", "overlap"):
            table = span_table(together, layer, labels, match)
            recipe = {"layer": layer, "match": match, "raters": str(len(raters))}
            yield from _by_label(table, layer, labels, f"{match}_f1", recipe, bootstrap)


def relation_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[tuple[str, str | None, Score]]:
    """(layer, relation or None for all, score) of F1 between raters' relations with both ends alike."""
    together = pairs(raters)
    for layer in taxonomy.layers.values():
        if layer.relations:
            labels = [relation.name for relation in layer.relations]
            table = relation_table(together, layer.layer, labels)
            recipe = {"layer": layer.layer, "match": "relation", "raters": str(len(raters))}
            yield from _by_label(table, layer.layer, labels, "relation_f1", recipe, bootstrap)


def _by_label(
    table: Table, layer: str, labels: Sequence[str], metric: str, recipe: dict[str, str], bootstrap: Bootstrap
) -> Iterator[tuple[str, str | None, Score]]:
    yield layer, None, scored(table, metric, micro, recipe | {"avg": "micro"}, bootstrap)
    for index, label in enumerate(labels):
        yield layer, label, scored(table[:, index], metric, f1, recipe | {"label": label}, bootstrap)


def sentence_agreement(raters: Raters, task: Task, bootstrap: Bootstrap) -> Score:
    """Alpha over the classes that raters' spans give each sentence."""
    values = [*task.classes, task.none]

    def units(records: Sequence[Record]) -> list[Unit]:
        return list(zip(*(sentence_classes(record, task) for record in records), strict=True))

    return _alpha_score(raters, units, values, {"task": task.name, "unit": "sentence"}, bootstrap)


def attribute_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[tuple[str, str, Score]]:
    """(layer, attribute, alpha) over the spans that two raters placed and labelled alike, for attributes with fixed values."""
    for layer in taxonomy.layers.values():
        for attribute in layer.attributes:
            if not attribute.required or attribute.type not in ("enum", "boolean"):
                continue
            values: list[Hashable] = [value.name for value in attribute.values] or [True, False]
            units = _matched(layer.layer, attribute.name, attribute.labels, values)
            recipe = {"layer": layer.layer, "attribute": attribute.name, "unit": "matched span"}
            yield layer.layer, attribute.name, _alpha_score(raters, units, values, recipe, bootstrap)


def _matched(layer: str, attribute: str, labels: Sequence[str], values: Sequence[Hashable]) -> Callable[[Sequence[Record]], list[Unit]]:
    def units(records: Sequence[Record]) -> list[Unit]:
        given = [
            {(span.bounds, span.label): span.attributes.get(attribute) for span in record.layer(layer) if span.label in labels}
            for record in records
        ]
        shared = set.intersection(*(set(side) for side in given))
        return [tuple(side[key] if side[key] in values else None for side in given) for key in sorted(shared)]

    return units


def _alpha_score(
    raters: Raters,
    units: Callable[[Sequence[Record]], list[Unit]],
    values: Sequence[Hashable],
    recipe: dict[str, str],
    bootstrap: Bootstrap,
) -> Score:
    """Alpha over all documents that two or more raters rated; the interval resamples documents."""
    matrices = []
    for doc in sorted({doc for files in raters.values() for doc in files}):
        held = [files[doc] for _, files in sorted(raters.items()) if doc in files]
        if len(held) > 1:
            found = [unit for records in zip(*(document.records for document in held), strict=True) for unit in units(records)]
            matrices.append(coincidences(found, values))
    stack = np.array(matrices).reshape(len(matrices), -1)
    sums = (replicate_weights(len(stack), bootstrap) @ stack).reshape(-1, len(values), len(values))
    recipe = {**recipe, "raters": str(len(raters))}
    value = alpha(stack.sum(axis=0).reshape(len(values), -1))
    return interval("alpha", value, np.array([alpha(matrix) for matrix in sums]), len(stack), recipe, bootstrap)
