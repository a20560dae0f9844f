"""The classes of texts and sentences that models found, as lines below a passage."""

from collections.abc import Iterable, Iterator, Mapping

from redline.cli.passages import quoted
from redline.cli.style import Style
from redline.core.classified import THRESHOLD, classified
from redline.core.document import Record
from redline.core.examples import Example, examples
from redline.core.predictions import Entry, entries
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy

Guessed = tuple[Task, Example, Entry]
"""A guess about a sentence or pair."""


def lines(record: Record, taxonomy: Taxonomy, look: Style, thresholds: Mapping[str, float]) -> Iterator[str]:
    """A line with the classes of the text, and one for each sentence or pair of a class, the surest first within a task.

    Behind a class is its probability, and what its model compared with its threshold, which `thresholds` has by task. A sentence
    that a task of one class refuses gets no line with a class that means the same.
    """
    if text := classified(record):
        ranked = sorted(text.cats.items(), key=lambda pair: -pair[1])
        shown = ", ".join(f"{look.bold(name) if name in text.labels else name} {value:.2f}" for name, value in ranked)
        yield f"  {shown} {look.faint(f'(threshold {THRESHOLD:.2f})')}"
    found = list(_guessed(record, taxonomy))
    refused = {(task.layer, unit.bounds): task for task, unit, entry in found if _decides(task) and entry.label == task.none}
    for task, unit, entry in found:
        other = refused.get((task.layer, unit.bounds))
        if entry.label == task.none or (other and _within(task.classes.get(entry.label, ()), other)):
            continue
        number = record.sentences.index(unit.bounds) if unit.bounds in record.sentences else 0
        place = look.faint(f"{record.meta.passage}.{number}".ljust(5))
        value = f" {entry.scores[entry.label]:.2f}" if entry.label in entry.scores else ""
        reached = f" {look.faint(_reached(entry, thresholds[task.name]))}" if value and task.name in thresholds else ""
        yield f"  {place} {task.name} {look.bold(entry.label)}{value}{reached} {quoted(record.text[slice(*unit.bounds)], look)}"


def _reached(entry: Entry, threshold: float) -> str:
    """What a model compared with its threshold: the probability of the class or, of several classes, their sum."""
    total = f"all classes {sum(entry.scores.values()):.2f}, " if len(entry.scores) > 1 else ""
    return f"({total}threshold {threshold:.2f})"


def _guessed(record: Record, taxonomy: Taxonomy) -> Iterator[Guessed]:
    """The guesses of each task, the surest first."""
    for task in taxonomy.tasks.values():
        if task.shape == "classify" and (found := entries(record, task)) is not None:
            rows = [(task, unit, entry) for unit, entry in zip(examples(record, task, taxonomy), found, strict=False)]
            yield from sorted(rows, key=lambda row: -row[2].scores.get(row[2].label, 0.0))


def _decides(task: Task) -> bool:
    """Whether a task decides about one class of every sentence."""
    return task.unit == "sentence" and len(task.classes) == 1 and not task.among


def _within(labels: Iterable[str], task: Task) -> bool:
    """Whether all labels of a class belong to the class of a task."""
    return all(task.class_of(label) for label in labels)
