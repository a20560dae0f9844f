"""Triples of a sentence: who is for or against whom, by the keys of the actors, not by the words of the span."""

from collections import Counter

import numpy as np

from redline.core.document import AttributeValue, Record
from redline.core.task import Task
from redline.core.taxonomy import keys_in
from redline.measure.counts import Pairs, Table

Triple = tuple[int | None, str, str | None, str | None]
"""Sentence, class, and the keys of the two actors; None where the text names none."""


def states(record: Record, task: Task) -> bool:
    """Whether a span of the record's layer has one of the attributes that name the actors."""
    return any(name in span.attributes for span in record.layer(task.layer) for name in task.actors or ())


def triples(record: Record, task: Task) -> set[Triple]:
    """The triples of a record; an actor without a key is None, and so are all such actors of a sentence together.

    A span with neither attribute states no triple: its actors are unknown.
    """
    assert task.actors is not None
    first, second = task.actors
    return {
        (record.sentence_of(*span.bounds), name, one, other)
        for span in record.layer(task.layer)
        if (name := task.class_of(span.label)) is not None and (first in span.attributes or second in span.attributes)
        for one in _keys(span.attributes.get(first))
        for other in _keys(span.attributes.get(second))
    }


def _keys(value: AttributeValue) -> tuple[str | None, ...]:
    return keys_in(value) or (None,)


def triple_table(documents: Pairs, task: Task) -> Table:
    """(documents, classes, 4): hits, guessed, hits and gold triples, of the passages with the layer in gold."""
    classes = list(task.classes)
    table = np.zeros((len(documents), len(classes), 4))
    for row, pairs in enumerate(documents):
        for gold, guess in pairs:
            if gold.annotated(task.layer):
                known, guessed = triples(gold, task), triples(guess, task)
                sides = (Counter(name for _, name, _, _ in side) for side in (known & guessed, guessed, known))
                hits, guesses, truths = sides
                for index, name in enumerate(classes):
                    table[row, index] += (hits[name], guesses[name], hits[name], truths[name])
    return table
