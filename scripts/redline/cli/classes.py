"""The classes of sentences that models found, as lines below a passage."""

from collections.abc import Iterator

from redline.cli.passages import quoted
from redline.cli.style import Style
from redline.core.document import Record
from redline.core.examples import examples
from redline.core.predictions import entries
from redline.core.taxonomy import Taxonomy


def lines(record: Record, taxonomy: Taxonomy, look: Style) -> Iterator[str]:
    """A line for each sentence or pair that a task gives a class other than its `none`, the surest first within a task."""
    for task in taxonomy.tasks.values():
        if task.shape != "classify" or (found := entries(record, task)) is None:
            continue
        units = examples(record, task, taxonomy)
        positive = [
            (entry.scores.get(entry.label), unit, entry) for unit, entry in zip(units, found, strict=False) if entry.label != task.none
        ]
        for score, unit, entry in sorted(positive, key=lambda row: -(row[0] or 0.0)):
            number = record.sentences.index(unit.bounds) if unit.bounds in record.sentences else 0
            place = look.faint(f"{record.meta.passage}.{number}".ljust(5))
            value = "" if score is None else f" {score:.2f}"
            yield f"  {place} {task.name} {look.bold(entry.label)}{value} {quoted(record.text[slice(*unit.bounds)], look)}"
