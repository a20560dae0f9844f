"""Agreement between raters on the class of each sentence: Krippendorff's alpha, Cohen's and Fleiss' kappa."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations

import msgspec
import numpy as np

from redline.core.examples import sentence_classes
from redline.core.rated import Raters, Readings, comparable, passages, shared
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure.agreement import Figure, figure, named, number_of_raters, summed
from redline.measure.coefficients import Unit, alpha_of_sums, alpha_sums, cohen, fleiss_of_sums, fleiss_sums
from redline.measure.score import Bootstrap, Floats, Statistic


def sentence_agreement(raters: Raters, task: Task, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """Alpha of the classes that raters' spans give each sentence that is a unit of the task; none where no two did its layer."""
    documents = [list(passages) for passages in shared(raters, task.layer, taxonomy).values()]
    values = [*task.classes, task.none]
    units = [_units(document, task, taxonomy) for document in documents]
    recipe = {"task": task.name, "unit": "sentence", "raters": str(number_of_raters(shared(raters, task.layer, taxonomy)))}
    yield from alpha_of(units, values, named(task.layer, "alpha", task=task.name), recipe, bootstrap)


def alpha_of(
    units: Sequence[Sequence[Unit]], values: Sequence[Hashable], of: Figure, recipe: dict[str, str], bootstrap: Bootstrap
) -> Iterator[Figure]:
    """Alpha over the coded units of documents; none without a document."""
    if units:
        stack = np.array([alpha_sums(document, values) for document in units])
        yield figure(of, summed(stack, alpha_of_sums, of.score.metric, recipe, bootstrap), [_number(document) for document in units])


def _number(units: Sequence[Unit]) -> Counter[str]:
    return Counter({"units": sum(1 for unit in units if sum(value is not None for value in unit) > 1)})


def _units(document: Sequence[Readings], task: Task, taxonomy: Taxonomy) -> list[Unit]:
    """The class that each rater gave each sentence of a document."""
    layer = taxonomy.layers[task.layer]
    classes = ([sentence_classes(record, task, layer) for record in readings.values()] for readings in document)
    return [unit for rows in classes for unit in zip(*rows, strict=True)]


def kappas(raters: Raters, task: Task, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """Cohen's kappa of each pair of raters and, where three or more did the layer, Fleiss' of all; `label` is who.

    Passages that not all of the raters concerned did are left out.
    """
    shares = {r for rows in shared(raters, task.layer, taxonomy).values() for row in rows for r in row}
    values: list[Hashable] = [*task.classes, task.none]
    for pair in combinations(sorted(shares), 2):
        yield from _kappa(raters, pair, task, taxonomy, "cohen_kappa", lambda units: _confusions(units, values), cohen, bootstrap)
    if len(shares) > 2:
        together = tuple(sorted(shares))
        yield from _kappa(
            raters, together, task, taxonomy, "fleiss_kappa", lambda units: fleiss_sums(_counts(units, values)), fleiss_of_sums, bootstrap
        )


def _kappa(
    raters: Raters,
    who: Sequence[str],
    task: Task,
    taxonomy: Taxonomy,
    metric: str,
    matrix: Callable[[Sequence[Unit]], Floats],
    statistic: Statistic,
    bootstrap: Bootstrap,
) -> Iterator[Figure]:
    """A coefficient over the passages that all of these raters did."""
    units = list(_documents(raters, who, task, taxonomy))
    if units:
        recipe = {"task": task.name, "raters": str(len(who))}
        score = summed(np.array([matrix(document) for document in units]), statistic, metric, recipe, bootstrap)
        label = ", ".join(who) if len(who) == 2 else "all"
        yield figure(msgspec.structs.replace(named(task.layer, metric), task=task.name, label=label), score, [_number(d) for d in units])


def _documents(raters: Raters, who: Sequence[str], task: Task, taxonomy: Taxonomy) -> Iterator[list[Unit]]:
    own = {rater: raters[rater] for rater in who}
    for doc in sorted(set.intersection(*(set(files) for files in own.values()))):
        rows = [comparable(readings, task.layer, taxonomy) for readings in passages(own, doc)]
        rows = [row for row in rows if len(row) == len(who)]
        if rows:
            yield _units(rows, task, taxonomy)


def _confusions(units: Sequence[Unit], values: Sequence[Hashable]) -> Floats:
    matrix = np.zeros((len(values), len(values)))
    for one, other in units:
        matrix[values.index(one), values.index(other)] += 1
    return matrix


def _counts(units: Sequence[Unit], values: Sequence[Hashable]) -> Floats:
    rows = [[list(unit).count(value) for value in values] for unit in units]
    return np.array(rows, dtype=float).reshape(-1, len(values))
