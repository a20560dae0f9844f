"""The scores of a task: its headline metric and the ones beside it, in total and by label."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from redline.core.document import Record
from redline.core.examples import Predictions, examples
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure.classes import Judged, class_rows
from redline.measure.counts import Pairs, Table, all_labels, class_table, span_table
from redline.measure.rows import Row, span_rows
from redline.measure.score import Bootstrap, macro, micro


def rows(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy, bootstrap: Bootstrap) -> list[Row]:
    """All scores of predictions for `gold` records, the headline first.

    `guesses` holds per record its spans, or a Guess for each of its examples. Raises ValueError when no record is annotated.
    """
    return compared_rows(task, gold, [guesses], taxonomy, bootstrap)


def compared_rows(
    task: Task, gold: Sequence[Record], systems: Sequence[Predictions], taxonomy: Taxonomy, bootstrap: Bootstrap
) -> list[Row]:
    """The scores of the first of one or two systems, with its difference to the second."""
    if task.shape == "spans":
        found = list(_span_rows(task, [paired(gold, guesses) for guesses in systems], taxonomy, bootstrap))
    else:
        found = list(class_rows(task, [judged(task, gold, guesses, taxonomy) for guesses in systems], bootstrap))
    return sorted(found, key=lambda row: (row.label is not None, row.score.metric != task.metric))


def headline(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy) -> float:
    """The task's headline metric alone, 0 where it is undefined: what models choose their settings by."""
    if task.shape == "spans":
        pairs = paired(gold, guesses)
        table: Table = span_table(pairs, task.layer, all_labels(taxonomy, task.layer, pairs), task.metric.removesuffix("_f1"))
        value = float(micro(table.sum(axis=0)))
    else:
        held = [[(truth, guess.label) for truth, guess in document] for document in judged(task, gold, guesses, taxonomy)]
        value = float(macro(class_table(held, list(task.classes)).sum(axis=0)))
    return 0.0 if np.isnan(value) else value


def _documents(gold: Sequence[Record]) -> list[list[int]]:
    """The indices of records by document, in order of first appearance."""
    found: dict[str, list[int]] = {}
    for index, record in enumerate(gold):
        found.setdefault(record.meta.doc, []).append(index)
    return list(found.values())


def paired(gold: Sequence[Record], guesses: Predictions) -> Pairs:
    """The records by document, each beside itself with the guessed spans."""
    return [
        [(gold[index], msgspec.structs.replace(gold[index], spans=tuple(guesses[index]))) for index in document]
        for document in _documents(gold)
    ]


def _span_rows(task: Task, systems: Sequence[Pairs], taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Row]:
    labels = all_labels(taxonomy, task.layer, *systems)
    for match in ("exact", "overlap"):
        tables = [span_table(pairs, task.layer, labels, match) for pairs in systems]
        recipe = {"task": task.name, "layer": task.layer, "match": match}
        yield from span_rows(tables, labels, match, recipe, bootstrap, task=task.name, layer=task.layer)


def judged(task: Task, gold: Sequence[Record], guesses: Predictions, taxonomy: Taxonomy) -> list[list[Judged]]:
    """(gold class, guess) by document, of the records whose layer was annotated."""
    found = []
    for document in _documents(gold):
        held: list[Judged] = []
        for index in document:
            if gold[index].annotated(task.layer):
                truth = [unit.gold for unit in examples(gold[index], task, taxonomy)]
                held += zip(truth, guesses[index], strict=True)  # type: ignore[arg-type]
        found.append(held)
    return found
