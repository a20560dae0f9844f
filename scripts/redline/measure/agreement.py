"""Agreement between raters: pairwise F1 of spans and relations, Krippendorff's alpha and the kappas of classes.

Source: pairwise F1 after Hripcsak and Rothschild 2005; the coefficients say theirs.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations

import numpy as np

from redline.core.document import Document, Record
from redline.core.examples import sentence_classes
from redline.core.layer import Layer
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure import unitizing
from redline.measure.coefficients import Unit, alpha, cohen, coincidences, fleiss_of_sums, fleiss_sums
from redline.measure.counts import Table, labels_of, relation_table, span_table
from redline.measure.score import Bootstrap, Floats, Score, f1, interval, micro, replicate_weights, scored

Raters = dict[str, dict[str, Document]]


def kappas(raters: Raters, task: Task, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[tuple[str, Score]]:
    """(who, score): Cohen's kappa of each pair of raters and, for three or more, Fleiss' of all, over sentence classes.

    Documents that not all of the raters concerned have rated are left out.
    """
    layer = taxonomy.layers[task.layer]
    for one, other in combinations(sorted(raters), 2):
        stack = np.array([_confusions(held, task, layer) for held in _shared({name: raters[name] for name in (one, other)})])
        if len(stack):
            yield f"{one}, {other}", _summed(stack, cohen, "cohen_kappa", {"task": task.name, "raters": "2"}, bootstrap)
    if len(raters) > 2:
        yield from _fleiss_of_all(raters, task, layer, bootstrap)


def _fleiss_of_all(raters: Raters, task: Task, layer: Layer, bootstrap: Bootstrap) -> Iterator[tuple[str, Score]]:
    counts = [_counts(held, task, layer) for held in _shared(raters)]
    if counts:
        recipe = {"task": task.name, "raters": str(len(raters))}
        stack = np.array([fleiss_sums(held) for held in counts])
        yield "all", _summed(stack, fleiss_of_sums, "fleiss_kappa", recipe, bootstrap)


def _shared(raters: Raters) -> list[list[Document]]:
    """The documents that all of these raters have rated, each as its raters' versions."""
    docs = sorted(set.intersection(*(set(files) for files in raters.values())))
    return [[raters[name][doc] for name in sorted(raters)] for doc in docs]


def _classes(held: Sequence[Document], task: Task, layer: Layer) -> list[tuple[str, ...]]:
    """What each rater says of each sentence of a document."""
    rows = zip(*(document.records for document in held), strict=True)
    return [unit for records in rows for unit in zip(*(sentence_classes(record, task, layer) for record in records), strict=True)]


def _confusions(held: Sequence[Document], task: Task, layer: Layer) -> Floats:
    values = [*task.classes, task.none]
    matrix = np.zeros((len(values), len(values)))
    for one, other in _classes(held, task, layer):
        matrix[values.index(one), values.index(other)] += 1
    return matrix


def _counts(held: Sequence[Document], task: Task, layer: Layer) -> Floats:
    values = [*task.classes, task.none]
    rows = [[unit.count(value) for value in values] for unit in _classes(held, task, layer)]
    return np.array(rows, dtype=float).reshape(-1, len(values))


def _summed(stack: Floats, statistic: Callable[[Floats], float], metric: str, recipe: dict[str, str], bootstrap: Bootstrap) -> Score:
    """A statistic of matrices that add up over documents, with its interval."""
    sums = np.tensordot(replicate_weights(len(stack), bootstrap), stack, axes=1)
    replicates = np.array([statistic(matrix) for matrix in sums])
    return interval(metric, statistic(stack.sum(axis=0)), replicates, len(stack), recipe, bootstrap)


NOTHING = "nothing"


def confusion(raters: Raters, one: str, other: str, layer: str) -> Counter[tuple[str, str]]:
    """(label of one, label of the other) -> how many stretches they marked so; NOTHING where only one of them did."""
    found: Counter[tuple[str, str]] = Counter()
    for held in _shared({name: raters[name] for name in (one, other)}):
        versions = dict(zip(sorted((one, other)), held, strict=True))
        for left, right in zip(versions[one].records, versions[other].records, strict=True):
            marked, again = ({span.bounds: span.label for span in record.layer(layer)} for record in (left, right))
            found.update((marked.get(place, NOTHING), again.get(place, NOTHING)) for place in {*marked, *again})
    return found


def by_document(raters: Raters, taxonomy: Taxonomy) -> list[tuple[str, float]]:
    """(document, exact F1 over all layers between its raters), the worst first; documents where nobody marked anything are 1."""
    docs = sorted({doc for files in raters.values() for doc in files if sum(doc in other for other in raters.values()) > 1})
    total = np.zeros((len(docs), 4))
    for layer in taxonomy.layers:
        total += span_table(pairs(raters), layer, labels_of(taxonomy, layer), "exact").sum(axis=1)
    values = np.nan_to_num(f1(total), nan=1.0)
    return sorted(zip(docs, (float(value) for value in values), strict=True), key=lambda row: (row[1], row[0]))


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


def unitizing_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[tuple[str, str | None, Score]]:
    """(layer, label or None for all, alpha for unitizing by characters); for one label all others count as gaps."""
    together = versions(raters)
    for layer in taxonomy.layers:
        labels = labels_of(taxonomy, layer)
        places = {name: index for index, name in enumerate(labels, 1)}
        stack = np.array([unitizing.of_document(document, layer, places) for document in together])
        recipe = {"layer": layer, "unit": "character", "raters": str(len(raters))}
        yield layer, None, _summed(stack, unitizing.alpha, "u_alpha", recipe, bootstrap)
        for label, place in places.items() if len(labels) > 1 else ():
            alone = np.array([unitizing.of_label(sums, place) for sums in stack])
            yield layer, label, _summed(alone, unitizing.alpha, "u_alpha", {**recipe, "label": label}, bootstrap)


def versions(raters: Raters) -> list[list[tuple[Record, ...]]]:
    """For every document that two or more raters rated, its passages as each of them sees it."""
    found = []
    for doc in sorted({doc for files in raters.values() for doc in files}):
        held = [files[doc] for _, files in sorted(raters.items()) if doc in files]
        if len(held) > 1:
            found.append(list(zip(*(document.records for document in held), strict=True)))
    return found


def sentence_agreement(raters: Raters, task: Task, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Score:
    """Alpha over the classes that raters' spans give each sentence that is a unit of the task."""
    layer = taxonomy.layers[task.layer]
    values = [*task.classes, task.none]

    def units(records: Sequence[Record]) -> list[Unit]:
        return list(zip(*(sentence_classes(record, task, layer) for record in records), strict=True))

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
    matrices = [coincidences([unit for records in document for unit in units(records)], values) for document in versions(raters)]
    return _summed(np.array(matrices), alpha, "alpha", {**recipe, "raters": str(len(raters))}, bootstrap)
