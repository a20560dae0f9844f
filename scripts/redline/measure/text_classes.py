"""Scores of texts with classes: of each class, of all together, and of the ranking by score.

Each class is a separate decision about each text of gold that was asked about it; a text that was not asked is left out of that class.
A guess has a class from 0.5 on or, where each text of gold has exactly one of several classes, its highest class alone; two equal
values are not a guess.
Values equal scikit-learn's f1_score, precision_score, recall_score and average_precision_score.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from msgspec import Struct

from redline.core.classified import THRESHOLD, Classified, classified, closed, exclusive
from redline.core.examples import Guess
from redline.core.metric import MACRO, METRICS
from redline.measure.classes import CLASS_METRICS, POSITIVE_METRICS, Bin, System, ranked_row, reliability
from redline.measure.counts import Pairs, Table, class_table
from redline.measure.rows import Row, named, row
from redline.measure.score import COLUMNS, TOTALS, Bootstrap

TASK = "classes"
"""What the rows are of, in the place of a task's name."""
Texts = list[list[tuple[Classified, dict[str, float]]]]
"""By document each text of gold with the values that a system gives its classes."""


class _Columns(Struct, frozen=True):
    """One system: the judged texts of each class, and their counts (documents, classes, 4)."""

    by_class: dict[str, System]
    table: Table


def text_class_rows(systems: Sequence[Pairs], bootstrap: Bootstrap, task: str = TASK) -> list[Row]:
    """All rows of the classes of gold's texts, for one system or for two that are compared; none where gold has no classes."""
    return text_classes(systems, bootstrap, task)[0]


def text_classes(
    systems: Sequence[Pairs], bootstrap: Bootstrap, task: str = TASK, others: Collection[str] = ()
) -> tuple[list[Row], dict[tuple[str, str], list[Bin]]]:
    """The same rows, and by task and class the reliability bins of the first system; none if its values are all 0 or 1.

    `others` are classes that a text of gold does not have where it does not mention them.
    """
    texts = [_texts(pairs, others) for pairs in systems]
    gold = [text for document in texts[0] for text, _ in document]
    names = sorted({name for text in gold for name in text.cats})
    if not names:
        return [], {}
    highest = exclusive(gold)
    columns = [_columns(documents, names, highest=highest) for documents in texts]
    recipe = {"unit": "text", "class": "highest" if highest else f"from {THRESHOLD}"}
    first = columns[0]
    bins = {(task, name): reliability(first.by_class[name], name) for name in names} if _has_scores(first) else {}
    return list(_rows(names, columns, recipe, bootstrap, task)), bins


def _texts(pairs: Pairs, others: Collection[str]) -> Texts:
    """The texts of gold that have classes, by document; a system that gives a text no classes gives each the value 0."""
    found: Texts = []
    for document in pairs:
        both = [(classified(closed(gold, others)), classified(guess)) for gold, guess in document]
        found.append([(gold, guess.cats if guess else {}) for gold, guess in both if gold])
    return [document for document in found if document]


def _columns(documents: Texts, names: Sequence[str], *, highest: bool) -> _Columns:
    by_class: dict[str, System] = {
        name: [[_judged(name, *pair, highest) for pair in held if name in pair[0].cats] for held in documents] for name in names
    }
    tables = [class_table([[(gold, guess.label) for gold, guess in held] for held in by_class[name]], [name]) for name in names]
    return _Columns(by_class, np.concatenate(tables, axis=1))


def _judged(name: str, gold: Classified, values: dict[str, float], highest: bool) -> tuple[str, Guess]:
    """The class or "" as gold has it, and as it was guessed with its value."""
    value = values.get(name, 0.0)
    chosen = all(value > values.get(other, 0.0) for other in gold.cats if other != name) if highest else value >= THRESHOLD
    return name if name in gold.labels else "", Guess(name if chosen else "", {name: value})


def _rows(names: Sequence[str], columns: Sequence[_Columns], recipe: dict[str, str], bootstrap: Bootstrap, task: str) -> Iterator[Row]:
    tables = [system.table for system in columns]
    several, scores = len(names) > 1, all(_has_scores(system) for system in columns)
    for metric in (METRICS["macro_f1"], METRICS["micro_f1"]) if several else ():
        average = "macro" if metric.statistic == MACRO else "micro"
        yield row(named(metric.name, task=task), tables, TOTALS[metric.statistic], recipe | {"avg": average}, bootstrap)
    for index, name in enumerate(names):
        label, of_class = name if several else None, recipe | {"label": name}
        for metric in CLASS_METRICS if several else POSITIVE_METRICS:
            parts = [table[:, index] for table in tables]
            yield row(named(metric.name, task=task, label=label), parts, COLUMNS[metric.statistic], of_class, bootstrap)
        if scores:
            ranked = [system.by_class[name] for system in columns]
            yield ranked_row(named("average_precision", task=task, label=label), ranked, name, of_class, bootstrap)


def _has_scores(system: _Columns) -> bool:
    """Whether a value of a system is more than a yes or no."""
    values = {guess.scores[name] for name, documents in system.by_class.items() for document in documents for _, guess in document}
    return bool(values - {0.0, 1.0})
