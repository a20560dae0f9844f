"""The official scorer of files: the rows of all layers and tasks, for `redline score`, with a chunk of documents in memory at a time.

The passages are read once for their labels and once for all tables. Tables stay in memory without their zeros.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from redline.core.document import Record, Span
from redline.core.layer import Layer
from redline.core.stored import Stored
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure.attributes import attribute_rows
from redline.measure.classes import Bin, Judged, System, class_rows, reliability
from redline.measure.counts import UNTYPED, Pairs, Table, labels_of, relation_labels, span_table
from redline.measure.evaluate import RELATIONS, judged, says, triple_rows
from redline.measure.matching import MATCHES
from redline.measure.rows import Row, span_rows
from redline.measure.score import Bootstrap
from redline.measure.triples import states, triple_table

SIZE = 20
"""Documents of a chunk. With more the collector of garbage looks at the same records again and again, which takes longer."""
Key = tuple[str, str]
"""A layer and a way of matching, or `_key` of a task."""
Count = Callable[[Pairs], Table]


class Scored(Struct, frozen=True):
    """What scoring found: the rows, by task and class the reliability bins of the scores, and notes for the reader."""

    rows: list[Row]
    bins: dict[tuple[str, str], list[Bin]]
    notes: list[str]


class Sparse:
    """A table that grows by documents, without its zeros."""

    def __init__(self) -> None:
        self._parts: list[tuple[NDArray[np.int64], Table]] = []
        self._documents = 0
        self._columns: tuple[int, ...] = ()

    def add(self, table: Table) -> None:
        """Adds the rows of documents."""
        places = np.flatnonzero(table)
        self._columns = table.shape[1:]
        self._parts.append((places + self._documents * int(np.prod(self._columns)), table.ravel()[places]))
        self._documents += len(table)

    def dense(self) -> Table:
        """The whole table."""
        table = np.zeros((self._documents, *self._columns))
        flat = table.reshape(-1)
        for places, values in self._parts:
            flat[places] = values
        return table


class Seen(Struct, frozen=True):
    """What the passages of all systems contain: labels and relations by layer, and the tasks for which each system has answers."""

    labels: dict[str, list[str]]
    relations: dict[str, list[str]]
    tasks: list[Task]


class Counted:
    """One system: its tables, the judged units of its tasks of classes, and its documents with attributes by layer."""

    def __init__(self, pairs: Pairs, seen: Seen, taxonomy: Taxonomy) -> None:
        self.tables: dict[Key, Sparse] = {key: Sparse() for key in _counts(seen)}
        self.units: dict[str, list[list[Judged]]] = {task.name: [] for task in seen.tasks if task.shape == "classify"}
        self.rated = {layer: Rated(taxonomy.layers[layer]) for layer in seen.labels}
        same: dict[tuple[str, str], Judged] = {}
        for chunk in chunks(pairs):
            for key, count in _counts(seen).items():
                self.tables[key].add(count(chunk))
            for name, documents in self.units.items():
                documents += [[_shared(unit, same) for unit in units] for units in judged(taxonomy.task(name), chunk, taxonomy)]
            for rated in self.rated.values():
                rated.add(chunk)


class Rated(Sequence[Sequence[tuple[Record, Record]]]):
    """The passages of a system in which gold has a span with a required attribute of a layer, reduced to such spans."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer.layer
        self._labels = {label for attribute in layer.attributes if attribute.required for label in attribute.labels}
        self._gold, self._guesses = Stored(), Stored()
        self._ends = array("Q", [0])

    def add(self, chunk: Pairs) -> None:
        """Adds the next documents."""
        for document in chunk:
            for gold, guess in document:
                if gold.annotated(self._layer) and (spans := self._spans(gold)):
                    self._gold.add(_reduced(gold, spans))
                    self._guesses.add(_reduced(guess, self._spans(guess)))
            self._ends.append(len(self._gold))

    def _spans(self, record: Record) -> tuple[Span, ...]:
        return tuple(span for span in record.layer(self._layer) if span.label in self._labels)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, row: int) -> Sequence[tuple[Record, Record]]:  # type: ignore[override]
        row = range(len(self))[row]
        return [(self._gold[number], self._guesses[number]) for number in range(self._ends[row], self._ends[row + 1])]


def _reduced(record: Record, spans: tuple[Span, ...]) -> Record:
    """The record with these spans, without its text."""
    return msgspec.structs.replace(record, text="", sentences=(), spans=spans, relations=(), extra=msgspec.UNSET)


def chunks(pairs: Pairs) -> Iterator[Pairs]:
    """The documents in pieces of SIZE."""
    for begin in range(0, len(pairs), SIZE):
        yield [pairs[row] for row in range(begin, min(begin + SIZE, len(pairs)))]


def evaluate(systems: Sequence[Pairs], layers: Sequence[str], taxonomy: Taxonomy, bootstrap: Bootstrap) -> Scored:
    """Every figure of the layers for the first of one or two systems, totals first within a layer and way of matching.

    A task of classes is scored if each system has answers for it.
    """
    seen = see(systems, layers, taxonomy)
    counted = [Counted(pairs, seen, taxonomy) for pairs in systems]
    rows = [row for layer in layers for row in _layer_rows(layer, seen, counted, taxonomy, bootstrap)]
    for task in (task for task in seen.tasks if task.shape == "triples"):
        rows += triple_rows(task, _tables(counted, _key(task)), bootstrap)
    bins: dict[Key, list[Bin]] = {}
    notes: list[str] = []
    for task in (task for task in seen.tasks if task.shape == "classify"):
        units: list[System] = [each.units.pop(task.name) for each in counted]
        rows += class_rows(task, units, bootstrap)
        notes += [note for system in units for note in _unknown_classes(task, system)]
        if all(guess.scores for document in units[0] for _, guess in document):
            bins |= {(task.name, name): reliability(units[0], name) for name in task.classes}
    return Scored(rows, bins, notes)


def see(systems: Sequence[Pairs], layers: Sequence[str], taxonomy: Taxonomy) -> Seen:
    """What the passages contain; labels and relations of the scheme first, then the others by name.

    A layer with spans only of labels outside of the scheme has no task of classes or triples.
    """
    labels: dict[str, set[str]] = {layer: set() for layer in layers}
    relations: dict[str, set[str]] = {layer: set() for layer in layers}
    tasks = [task for task in taxonomy.tasks.values() if task.layer in layers and task.shape in ("triples", "classify")]
    unseen = [{task.name: task for task in tasks} for _ in systems]
    for pairs, missing in zip(systems, unseen, strict=True):
        for chunk in chunks(pairs):
            for layer in layers:
                labels[layer].update(span.label for document in chunk for pair in document for one in pair for span in one.layer(layer))
                relations[layer].update(relation_labels([], layer, chunk))
            for task in [task for task in missing.values() if _says(task, chunk)]:
                del missing[task.name]
    foreign = {layer for layer in layers if (found := labels[layer]) and not found & set(taxonomy.layers[layer].by_label)}
    return Seen(
        {layer: _ordered(labels_of(taxonomy, layer), labels[layer]) for layer in layers},
        {layer: _ordered([one.name for one in taxonomy.layers[layer].relations], relations[layer]) for layer in layers},
        [task for task in tasks if task.layer not in foreign and not any(task.name in missing for missing in unseen)],
    )


def _says(task: Task, chunk: Pairs) -> bool:
    """Whether the guesses have answers for a task."""
    about = states if task.shape == "triples" else says
    return any(about(guess, task) for document in chunk for _, guess in document)


def _ordered(known: Sequence[str], seen: set[str]) -> list[str]:
    return [*known, *sorted(seen - set(known))]


def _shared(unit: Judged, same: dict[tuple[str, str], Judged]) -> Judged:
    """The first unit that is equal to one without scores, so that equal ones are one object."""
    return unit if unit[1].scores else same.setdefault((unit[0], unit[1].label), unit)


def _counts(seen: Seen) -> Mapping[Key, Count]:
    """The functions that count the tables of passages."""
    of_layers = {(layer, match): count for layer in seen.labels for match, count in _layer_counts(layer, seen).items()}
    return of_layers | {_key(task): partial(triple_table, task=task) for task in seen.tasks if task.shape == "triples"}


def _layer_counts(layer: str, seen: Seen) -> Mapping[str, Count]:
    """By way of matching the functions that count the spans of a layer, and its relations where it has some."""
    spans = {match: partial(span_table, layer=layer, labels=seen.labels[layer], match=match) for match in (*MATCHES, UNTYPED)}
    relations = seen.relations[layer]
    return spans | {match: partial(count, layer=layer, labels=relations) for match, count in RELATIONS.items() if relations}


def _key(task: Task) -> Key:
    """The key of a task's table; no layer has it."""
    return "", task.name


def _layer_rows(layer: str, seen: Seen, counted: Sequence[Counted], taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Row]:
    for match in _layer_counts(layer, seen):
        labels = seen.relations[layer] if match in RELATIONS else [] if match == UNTYPED else seen.labels[layer]
        yield from span_rows(_tables(counted, (layer, match)), labels, match, {"layer": layer, "match": match}, bootstrap, layer=layer)
    yield from attribute_rows(taxonomy.layers[layer], [each.rated[layer] for each in counted], bootstrap)


def _tables(counted: Sequence[Counted], key: Key) -> list[Table]:
    """The tables of each system, which are then forgotten."""
    return [each.tables.pop(key).dense() for each in counted]


def _unknown_classes(task: Task, system: System) -> Iterator[str]:
    """A line when predictions have classes that the task has not: they can only be wrong."""
    names = {name for document in system for _, guess in document for name in (guess.label, *guess.scores)}
    unknown = sorted(names - {*task.classes, task.none})
    if unknown:
        listed, known = ", ".join(f"`{name}`" for name in unknown), ", ".join((*task.classes, task.none))
        yield f"predictions of {task.name} have {listed}; its classes are {known}, so each counts as wrong"
