"""The section on confusions: the labels of gold against the guesses of the best model of each task, on test."""

from collections import Counter
from collections.abc import Iterator, Sequence

from redline.core.task import LINK, Task
from redline.measure import evaluate
from redline.measure.errors import outcomes
from redline.report.parts import Cell, Column, Table
from redline.report.results import Result, Results

NOTHING = "nothing"


def section(results: Results) -> list[Table]:
    """A table for each task except those of relations: a row is a label of gold, a column is a guessed one; cells are shaded by
    their share of the row."""
    return [_table(task, ranked[0], results) for task, ranked in results.by_task() if task.shape != LINK]


def _table(task: Task, best: Result, results: Results) -> Table:
    if task.shape == "spans":
        counts = Counter(_span_pairs(task, best, results))
        names = [*results.taxonomy.layers[task.layer].by_label, NOTHING]
    else:
        judged = evaluate.judged(task, evaluate.beside(results.gold.test, best.test), results.taxonomy)
        counts = Counter((gold, guess.label) for document in judged for gold, guess in document)
        names = [*task.classes, task.none]
    names = [name for name in names if any(name in pair for pair in counts)]
    heads = [Column("gold"), *(Column(name, number=True) for name in names)]
    return Table(f"{task.title}: {best.model}", heads, [_row(gold, names, counts) for gold in names])


def _span_pairs(task: Task, best: Result, results: Results) -> Iterator[tuple[str, str]]:
    for record, labelled in zip(results.gold.test, best.test, strict=True):
        if record.annotated(task.layer):
            for one in outcomes(record.layer(task.layer), labelled.layer(task.layer)):
                yield one.gold.label if one.gold else NOTHING, one.guess.label if one.guess else NOTHING


def _row(gold: str, names: Sequence[str], counts: Counter[tuple[str, str]]) -> list[Cell]:
    total = sum(counts[gold, guess] for guess in names) or 1
    return [Cell(gold), *(Cell(str(counts[gold, guess] or "·"), shade=counts[gold, guess] / total) for guess in names)]
