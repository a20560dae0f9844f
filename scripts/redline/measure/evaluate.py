"""The official scorer of tasks: gold records and labelled records -> rows, for training, reports and releases. `chunks` scores files.

The classes of a labelled record are in `meta.predictions`, or follow from its spans and relations.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence

import msgspec
import numpy as np

from redline.core.document import Record, Span
from redline.core.errors import RedlineError
from redline.core.examples import Example, Guess, examples
from redline.core.metric import METRICS
from redline.core.predictions import Entry, entries, place
from redline.core.task import LINK, TEXT, Task
from redline.core.taxonomy import Taxonomy
from redline.measure.classes import Judged, class_rows, table_of
from redline.measure.counts import UNTYPED, Pairs, Table, all_labels, matched_relation_table, relation_labels, relation_table, span_table
from redline.measure.rows import Row, span_rows
from redline.measure.score import TOTALS, Bootstrap
from redline.measure.text_classes import text_class_rows
from redline.measure.triples import triple_table

Unit = tuple[Example, Guess]
"""A sentence or pair with its class in gold, and what was guessed."""
Guesses = dict[Hashable, tuple[tuple[Span, Span], Guess]]
"""The guess on each pair, and its two spans as the labelled record has them."""

RELATIONS = {"relation": relation_table, "relation_matched": matched_relation_table}
SHOWN = ("exact", "overlap")
"""The ways of matching that a task of spans is scored by, in addition to its own."""


def task_rows(task: Task, systems: Sequence[Pairs], taxonomy: Taxonomy, bootstrap: Bootstrap) -> list[Row]:
    """The rows of one task for the first of one or two systems, the headline first."""
    if task.unit == TEXT:
        rows = text_class_rows(systems, bootstrap, task.name)
    elif task.shape == "spans":
        matches = dict.fromkeys((METRICS[task.metric].match, *SHOWN))
        rows = [row for match in matches for row in _match_rows(match, task, systems, taxonomy, bootstrap)]
    elif task.shape == LINK:
        rows = list(_link_rows(task, systems, taxonomy, bootstrap))
    elif task.shape == "triples":
        rows = list(triple_rows(task, [triple_table(pairs, task) for pairs in systems], bootstrap))
    else:
        rows = list(class_rows(task, [judged(task, pairs, taxonomy) for pairs in systems], bootstrap))
    return sorted(rows, key=lambda row: (row.label is not None, row.score.metric != task.metric))


def headline(task: Task, pairs: Pairs, taxonomy: Taxonomy) -> float:
    """The task's metric alone, as its row prints it, and 0 where it is undefined: what models choose their settings by."""
    metric = METRICS[task.metric]
    if task.unit == TEXT:
        return task_rows(task, [pairs], taxonomy, Bootstrap(1, 1))[0].score.value or 0.0
    if task.shape == "spans":
        labels = all_labels(taxonomy, task.layer, pairs)
        table = span_table(pairs, task.layer, labels, metric.match)
    elif task.shape == LINK:
        table = RELATIONS[metric.match](pairs, task.layer, _relations(task.layer, [pairs], taxonomy))
    elif task.shape == "triples":
        table = triple_table(pairs, task)
    else:
        table = table_of(task, judged(task, pairs, taxonomy))
    value = float(TOTALS[metric.statistic](table.sum(axis=0)))
    return 0.0 if np.isnan(value) else value


def beside(gold: Iterable[Record], labelled: Iterable[Record]) -> list[list[tuple[Record, Record]]]:
    """Each gold record with the same record as a model labelled it, by document in order of first appearance."""
    documents: dict[str, list[tuple[Record, Record]]] = {}
    for truth, guess in zip(gold, labelled, strict=True):
        documents.setdefault(truth.meta.doc, []).append((truth, guess))
    return list(documents.values())


def _link_rows(task: Task, systems: Sequence[Pairs], taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Row]:
    match = METRICS[task.metric].match
    relations = _relations(task.layer, systems, taxonomy)
    tables = [RELATIONS[match](pairs, task.layer, relations) for pairs in systems]
    of = {"task": task.name, "layer": task.layer or None}
    yield from span_rows(tables, relations, match, {"task": task.name, "match": match}, bootstrap, **of)


def _relations(layer: str, systems: Sequence[Pairs], taxonomy: Taxonomy) -> list[str]:
    """The relations of a layer (none where it is empty), then those that only the records have."""
    known = [relation.name for relation in taxonomy.layers[layer].relations] if layer else []
    return relation_labels(known, layer, *systems)


def triple_rows(task: Task, tables: Sequence[Table], bootstrap: Bootstrap) -> Iterator[Row]:
    """The rows of a task of triples, from the table of each system."""
    match = METRICS[task.metric].match
    recipe = {"task": task.name, "layer": task.layer, "match": match}
    yield from span_rows(tables, list(task.classes), match, recipe, bootstrap, layer=task.layer, task=task.name)


def _match_rows(match: str, task: Task, systems: Sequence[Pairs], taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Row]:
    labels = all_labels(taxonomy, task.layer, *systems)
    tables = [span_table(pairs, task.layer, labels, match) for pairs in systems]
    recipe = {"task": task.name, "layer": task.layer, "match": match}
    yield from span_rows(tables, [] if match == UNTYPED else labels, match, recipe, bootstrap, layer=task.layer, task=task.name)


def says(record: Record, task: Task) -> bool:
    """Whether a record has answers for a task: by predictions, or by a layer that was labelled (for pairs: with relations)."""
    if isinstance(record.meta.predictions, dict) and task.name in record.meta.predictions:
        return True
    return task.layer in record.meta.layers and (task.pair is None or any(r.label in task.pair for r in record.relations))


def judged(task: Task, pairs: Pairs, taxonomy: Taxonomy) -> list[list[Judged]]:
    """(gold class, guess) by document, of the records with an annotated layer: each example of gold, then each pair that
    only the guess has.

    Raises RedlineError when predictions have another shape, or are of other sentences.
    """
    return [
        [one for gold, labelled in document if gold.annotated(task.layer) for one in judged_record(task, gold, labelled, taxonomy)]
        for document in pairs
    ]


def judged_record(task: Task, gold: Record, labelled: Record, taxonomy: Taxonomy) -> list[Judged]:
    """As `judged`, of one record."""
    return [(unit.gold, guess) for unit, guess in judged_units(task, gold, labelled, taxonomy)]


def judged_units(task: Task, gold: Record, labelled: Record, taxonomy: Taxonomy) -> list[Unit]:
    """As `judged_record`, with the sentence or pair of each guess; a pair that only the guess has is one of class `none` in gold."""
    stated = entries(labelled, task)
    if task.unit == "sentence":
        return _sentences(task, gold, labelled, stated, taxonomy)
    guesses = _stated_pairs(task, labelled, stated) if stated is not None else _spanned_pairs(task, labelled, taxonomy)
    truth = examples(gold, task, taxonomy)
    known = [(unit, guesses[_key(unit.pair)][1] if _key(unit.pair) in guesses else Guess(task.none, {})) for unit in truth]
    extra = sorted(set(guesses) - {_key(unit.pair) for unit in truth}, key=str)
    others = [(Example(gold.around(*pair), task.none, pair), guess) for pair, guess in map(guesses.__getitem__, extra)]
    return known + [(unit, guess) for unit, guess in others if guess.label != task.none]


def _sentences(task: Task, gold: Record, labelled: Record, stated: list[Entry] | None, taxonomy: Taxonomy) -> list[Unit]:
    truth = examples(gold, task, taxonomy)
    if stated is None:
        spanned = examples(msgspec.structs.replace(labelled, sentences=gold.sentences), task, taxonomy)
        return [(one, Guess(other.gold, {})) for one, other in zip(truth, spanned, strict=True)]
    if labelled.sentences != gold.sentences or len(stated) != len(truth):
        raise RedlineError(
            f"{place(labelled)}: predictions of {task.name} are not of gold's sentences; needed: one for each of {len(truth)}"
        )
    return [(unit, Guess(entry.label, dict(entry.scores))) for unit, entry in zip(truth, stated, strict=True)]


def _stated_pairs(task: Task, labelled: Record, stated: list[Entry]) -> Guesses:
    guesses: Guesses = {}
    for entry in stated:
        ends = tuple(span for name in entry.pair or () if (span := labelled.by_id.get(name)))
        if len(ends) != 2:
            raise RedlineError(f"{place(labelled)}: a prediction of {task.name} has no `pair` of two spans; needed: their ids")
        pair = (ends[0], ends[1])
        guesses[_key(pair)] = pair, Guess(entry.label, dict(entry.scores))
    return guesses


def _spanned_pairs(task: Task, labelled: Record, taxonomy: Taxonomy) -> Guesses:
    units = (unit for unit in examples(labelled, task, taxonomy) if unit.gold != task.none)
    return {_key(unit.pair): (unit.pair, Guess(unit.gold, {})) for unit in units if unit.pair}


def _key(pair: tuple[Span, Span] | None) -> Hashable:
    assert pair is not None
    return tuple((span.label, span.bounds) for span in pair)
