"""The scores of a task: its headline metric and the ones beside it, in total and by label."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from msgspec import Struct

from redline.core.document import Record
from redline.core.taxonomy import Task, Taxonomy
from redline.core.units import Guess, Predictions, units
from redline.measure.counts import Table, class_table, labels_of, span_table
from redline.measure.score import Bootstrap, Floats, Score, average_precision, f1, interval, macro, micro, replicate_weights, scored


class Row(Struct, frozen=True):
    """A score of a task; `label` is None for the total."""

    label: str | None
    score: Score


def rows(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy, bootstrap: Bootstrap) -> list[Row]:
    """All scores of predictions for `gold` records, the headline first.

    `guesses` holds per record its spans, or a Guess for each of its units. Raises ValueError when no record is annotated.
    """
    found = _span_rows if task.shape == "spans" else _class_rows
    return sorted(found(task, gold, guesses, taxonomy, bootstrap), key=lambda row: (row.label is not None, row.score.metric != task.metric))


def headline(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy) -> float:
    """The task's headline metric alone, 0 where it is undefined: what models choose their settings by."""
    table, classes = (_span_counts if task.shape == "spans" else _class_counts)(task, gold, guesses, taxonomy)
    statistic = micro if task.shape == "spans" else macro
    value = float(statistic(table.sum(axis=0))) if len(classes) else 0.0
    return 0.0 if np.isnan(value) else value


def _documents(gold: Sequence[Record]) -> list[list[int]]:
    """The indices of records by document, in order of first appearance."""
    found: dict[str, list[int]] = {}
    for index, record in enumerate(gold):
        found.setdefault(record.meta.doc, []).append(index)
    return list(found.values())


def _span_counts(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy, match: str = "") -> tuple[Table, list[str]]:
    pairs = [
        [(gold[index], msgspec.structs.replace(gold[index], spans=tuple(guesses[index]))) for index in document]
        for document in _documents(gold)
    ]
    labels = labels_of(taxonomy, task.layer)
    seen = {span.label for document in pairs for pair in document for record in pair for span in record.layer(task.layer)}
    labels += sorted(seen - set(labels))
    return span_table(pairs, task.layer, labels, match or task.metric.removesuffix("_f1")), labels


def _span_rows(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Row]:
    for match in ("exact", "overlap"):
        table, labels = _span_counts(task, gold, guesses, taxonomy, match)
        metric, recipe = f"{match}_f1", {"task": task.name, "layer": task.layer, "match": match}
        yield Row(None, scored(table, metric, micro, recipe | {"avg": "micro"}, bootstrap))
        for index, label in enumerate(labels):
            yield Row(label, scored(table[:, index], metric, f1, recipe | {"label": label}, bootstrap))


def _class_examples(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy) -> list[list[tuple[str, Guess]]]:
    """(gold class, guess) by document, of the records whose layer was annotated."""
    found = []
    for document in _documents(gold):
        held: list[tuple[str, Guess]] = []
        for index in document:
            if gold[index].annotated(task.layer):
                truth = [unit.gold for unit in units(gold[index], task, taxonomy)]
                held += zip(truth, guesses[index], strict=True)  # type: ignore[arg-type]
        found.append(held)
    return found


def _class_counts(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy) -> tuple[Table, list[str]]:
    examples = _class_examples(task, gold, guesses, taxonomy)
    classes = list(task.classes)
    return class_table([[(truth, guess.label) for truth, guess in held] for held in examples], classes), classes


def _class_rows(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Row]:
    table, classes = _class_counts(task, gold, guesses, taxonomy)
    recipe = {"task": task.name, "unit": task.unit}
    if len(classes) == 1:
        yield Row(None, scored(table[:, 0], "positive_f1", f1, recipe | {"label": classes[0]}, bootstrap))
        yield Row(None, _precision_recall(task, classes[0], gold, guesses, taxonomy, bootstrap))
        return
    yield Row(None, scored(table, task.metric, macro, recipe | {"avg": "macro"}, bootstrap))
    for index, name in enumerate(classes):
        yield Row(name, scored(table[:, index], "f1", f1, recipe | {"label": name}, bootstrap))


def _precision_recall(
    task: Task, positive: str, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy, bootstrap: Bootstrap
) -> Score:
    examples = _class_examples(task, gold, guesses, taxonomy)
    truth = [label == positive for held in examples for label, _ in held]
    given = [guess.scores.get(positive, 0.0) for held in examples for _, guess in held]
    owner = np.repeat(np.arange(len(examples)), [len(held) for held in examples])
    weights: Floats = replicate_weights(len(examples), bootstrap)
    values = np.array([average_precision(truth, given, row[owner]) for row in weights])
    recipe = {"task": task.name, "unit": task.unit, "label": positive}
    return interval("pr_auc", average_precision(truth, given), values, len(examples), recipe, bootstrap)
