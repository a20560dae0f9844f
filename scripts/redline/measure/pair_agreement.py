"""Agreement between raters on who has which stance toward whom: triples of class, holder and target, by words and by keys."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence

import numpy as np

from redline.core.document import Record
from redline.core.rated import Raters, Readings, shared
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure import triples as keyed
from redline.measure.agreement import Figure, f1_figures, named, number_of_raters, relation_pairs
from redline.measure.counts import Pairs, Table
from redline.measure.score import Bootstrap

Triple = tuple[str, Hashable, Hashable]


def pair_agreement(raters: Raters, task: Task, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """F1 of the triples of class and two participants, in total and by class; participants are equal if bounds and label are.

    The words of the stance itself do not count. If a role is not filled, the triple is without it.
    """
    assert task.pair is not None
    documents = shared(raters, task.layer, taxonomy)
    if documents:
        together = relation_pairs(documents, taxonomy)
        classes = list(task.classes)
        recipe = {"task": task.name, "match": "triple", "raters": str(number_of_raters(documents))}
        counts = [_counts(passages, lambda record: _classes(triples(record, task))) for passages in documents.values()]
        of = named(task.layer, "triple_f1", task=task.name)
        yield from f1_figures(_table(together, task, classes), counts, classes, of, recipe, bootstrap)


def triple_agreement(raters: Raters, task: Task, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """F1 of the triples of sentence, class and keys of two actors, in total and by class."""
    documents = shared(raters, task.layer, taxonomy)
    records = [record for passages in documents.values() for readings in passages for record in readings.values()]
    if any(keyed.states(record, task) for record in records):
        classes = list(task.classes)
        recipe = {"task": task.name, "match": "keys", "raters": str(number_of_raters(documents))}
        counts = [_counts(passages, lambda record: _named_classes(keyed.triples(record, task))) for passages in documents.values()]
        table = keyed.triple_table(relation_pairs(documents, taxonomy), task)
        yield from f1_figures(table, counts, classes, named(task.layer, "triple_f1", task=task.name), recipe, bootstrap)


def triples(record: Record, task: Task) -> Counter[Triple]:
    """The pairs of a record: class, and bounds and label of the two participants (None for a missing one)."""
    assert task.pair is not None
    found: Counter[Triple] = Counter()
    for span in record.layer(task.layer):
        name = task.class_of(span.label)
        if name is not None:
            first, second = (_children(record, span.id, role) for role in task.pair)
            found.update((name, one, other) for one in first for other in second)
    return found


def _children(record: Record, head: str, role: str) -> list[Hashable]:
    spans = [record.by_id.get(r.child_id) for r in record.relations if r.head_id == head and r.label == role]
    return [(span.label, span.bounds) for span in spans if span] or [None]


def _table(documents: Pairs, task: Task, classes: Sequence[str]) -> Table:
    table = np.zeros((len(documents), len(classes), 4))
    for row, pairs in enumerate(documents):
        for one, other in pairs:
            gold, guess = triples(one, task), triples(other, task)
            for index, name in enumerate(classes):
                hits, guessed, known = (sum(n for triple, n in side.items() if triple[0] == name) for side in (gold & guess, guess, gold))
                table[row, index] += (hits, guessed, hits, known)
    return table


def _counts(passages: Sequence[Readings], classes: Callable[[Record], Counter[str]]) -> Counter[tuple[str, str]]:
    """(rater, class) -> triples."""
    counts: Counter[tuple[str, str]] = Counter()
    for readings in passages:
        for rater, record in readings.items():
            counts.update({(rater, name): number for name, number in classes(record).items()})
    return counts


def _classes(found: Counter[Triple]) -> Counter[str]:
    return sum((Counter({name: number}) for (name, _, _), number in found.items()), Counter())


def _named_classes(found: set[keyed.Triple]) -> Counter[str]:
    return Counter(name for _, name, _, _ in found)
