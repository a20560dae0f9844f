"""Applies trained models to texts and records. Annotated layers of an input are predicted again, unless they are to be kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import UNSET, Struct

from redline import formats
from redline import project as projects
from redline.core.classified import classified
from redline.core.document import ACCEPT, Extra, Meta, Record, group
from redline.core.errors import RedlineError
from redline.core.files import atomic
from redline.core.pieces import cut, joined
from redline.core.predictions import place, without_classes, without_spans
from redline.core.segmentation import passages, sentences
from redline.core.task import LINK, TEXT, Task
from redline.core.taxonomy import Taxonomy
from redline.formats import classes, prodigy
from redline.formats.loss import Loss, loss
from redline.formats.reading import Options
from redline.learn import artefact, linear
from redline.learn.baseline import Baseline
from redline.model import choice

CHUNK = 256
"""Records that are read at a time, at most."""
BATCH = 100_000
"""Characters that are read and that the models get at a time, and at least one record: memory grows with them."""
LONGEST = 10_000_000
"""Characters of a record, at most: labelling one takes about 220 bytes of memory for each."""
Sized = TypeVar("Sized")
LABELS = "all labels"
"""What is left out of a record on which a model fails."""


class ModelError(Exception):
    """A model fails on records; the message is the error of its library, in a line."""


class Labeller:
    """The model of each task that has one in the folders `homes`: of the first that has any, that with the best score on
    validation, or the one named. With `fast` the fast tasks alone.

    Raises RedlineError when there is none, or when those of a task were trained on different records.
    """

    def __init__(self, taxonomy: Taxonomy, homes: Path | Sequence[Path], name: str | None = None, *, fast: bool = False) -> None:
        homes = [homes] if isinstance(homes, Path) else homes
        self.taxonomy, self.fast = taxonomy, fast
        self.models: list[tuple[Task, Baseline]] = []
        self._folders: dict[str, Path] = {}
        for task in (task for task in self.taxonomy.tasks.values() if task.fast or not fast):
            found = [path for home in homes if (path := choice.of_task(home, task, name))]
            if found:
                self._add(found[0])
        for folders in ({} if fast else choice.brought(homes[0], self.taxonomy, name)).values():
            self._add(choice.best(folders))
        if not self.models:
            raise RedlineError(f"{' and '.join(map(str, homes))}: {choice.none_trained(homes, name)}")
        linear.together(model for _, model in self.models)

        self.tasks = frozenset(task.name for task, _ in self.models)
        self.layers = frozenset(task.layer for task, _ in self.models if task.shape != LINK and task.unit != TEXT)
        """The layers with predicted spans or classes."""
        self.linked = frozenset(task.layer for task, _ in self.models if task.shape == LINK)
        """The layers with predicted relations; "" is any."""
        self.classes = any(task.unit == TEXT for task, _ in self.models)
        """Whether classes of whole texts are predicted."""

    def _add(self, folder: Path) -> None:
        model, made = artefact.load(folder, self.taxonomy)
        task = made.of(self.taxonomy)
        self.models.append((task, model))
        self._folders[task.name] = folder

    def thresholds(self) -> dict[str, float]:
        """Task -> the least probability of a class or relation that its model gives; without models that have none."""
        found = {task: artefact.threshold(folder, artefact.read(folder)) for task, folder in self._folders.items()}
        return {task: threshold for task, threshold in found.items() if threshold is not None}

    def label(self, records: list[Record], *, keep: bool = False, progress: Callable[[int], None] = lambda _: None) -> list[Record]:
        """The records with the spans and the classes that the models find, in place of those of the same layers and tasks.

        Everything else in a record stays. With `keep`, annotated layers also stay, and only the others are predicted. Long records are cut
        for the models and put together again. Relations are between the spans that are there then. `progress` gets the number
        of words of each batch that is done.
        """
        records = list(records) if keep else [self._cleared(record) for record in records]
        pieces = [cut(record) for record in records]
        done = self._labelled(chain.from_iterable(pieces), progress)
        labelled = [joined(record, [next(done) for _ in parts]) for record, parts in zip(records, pieces, strict=True)]
        for model in (model for task, model in self.models if task.unit == TEXT):
            found = iter(predicted(model, [record for record in labelled if not classified(record)]))
            labelled = [record if classified(record) else next(found) for record in labelled]
        for task, model in ((task, model) for task, model in self.models if task.shape == LINK):
            kept = [keep and _related(record, task.layer) for record in records]
            labelled = [one if stay else other for one, other, stay in zip(labelled, predicted(model, labelled), kept, strict=True)]
        return labelled

    def replaces(self, record: Record) -> bool:
        """Whether a record has annotations that predictions replace."""
        spans = any(layer in self.layers for layer in (*record.meta.layers, *record.by_layer))
        relations = any(_related(record, layer) for layer in self.linked)
        return spans or relations or (self.classes and classified(record) is not None)

    def _cleared(self, record: Record) -> Record:
        """The record without what the models predict; relations are replaced when they are predicted."""
        record = without_classes(without_spans(record, self.layers), self.tasks)
        if not self.classes or record.cats is UNSET:
            return record
        extra = record.extra
        if isinstance(extra, Extra):
            extra = msgspec.structs.replace(extra, task=classes.unclassified(extra.task))
        return msgspec.structs.replace(record, cats=UNSET, extra=extra)

    def _labelled(self, pieces: Iterable[Record], progress: Callable[[int], None]) -> Iterator[Record]:
        for batch in batches(pieces, size_of):
            labelled = self._label(batch)
            progress(sum(len(record.text.split()) for record in labelled))
            yield from labelled

    def _label(self, records: list[Record]) -> list[Record]:
        for task, model in self.models:
            if task.shape == "spans":
                todo = [index for index, record in enumerate(records) if not _given(record, task.layer)]
                for index, labelled in zip(todo, predicted(model, [records[index] for index in todo]), strict=True):
                    records[index] = labelled
        for task, model in self.models:
            if task.shape == "classify" and task.unit != TEXT:
                records = predicted(model, records)
        return records


def predicted(model: Baseline, records: Sequence[Record]) -> list[Record]:
    """The records as a model labels them.

    Raises ModelError where it fails.
    """
    try:
        return model.predict(records)
    except (RedlineError, OSError):
        raise
    except Exception as error:
        # numpy, spaCy, CRFsuite and torch predict, and none of them documents what it raises for a text that it cannot use.
        line = next(iter(str(error).splitlines()), "")[:200]
        raise ModelError(f"{type(error).__name__}: {line}") from error


def _given(record: Record, layer: str) -> bool:
    """Whether a layer was annotated, not predicted; a task of another tool does not name the layers of its spans."""
    return record.annotated(layer) or (layer not in record.meta.layers and bool(record.layer(layer)))


def _related(record: Record, layer: str) -> bool:
    """Whether a record has relations of spans of a layer; of any where it is empty."""
    return any(layer in ("", record.by_id[relation.head_id].layer) for relation in record.relations if relation.head_id in record.by_id)


def read(path: Path, taxonomy: Taxonomy) -> Iterator[Record]:
    """The records of an input, with any answer: those of any format that is read, or the passages of a text.

    Raises RedlineError when it cannot be used, and for a record of more than LONGEST characters.
    """
    for item in formats.items(path, Options(taxonomy, texts=projects.words())):
        if too_long := problem_of_size(item.record):
            raise RedlineError(f"{path}: {place(item.record)} {too_long}")
        yield item.record


def problem_of_size(record: Record) -> str:
    """That a record is too long to be labelled, or nothing."""
    size = len(record.text)
    return f"has {size} characters in one line; needed: at most {LONGEST}, such as a line for each paragraph" if size > LONGEST else ""


def record_of(text: str, doc: str, scheme: str) -> Record:
    """A text as one record with nothing marked; no sentence goes beyond a line."""
    bounds = tuple((start + first, start + last) for start, end in passages(text) for first, last in sentences(text[start:end]))
    return Record(text, ACCEPT, bounds, (), (), Meta(doc, 0, 0, scheme))


class Written(Struct):
    """How many records were labelled, how many of them came with annotations, of how many these were replaced, and what was left out."""

    records: int = 0
    annotated: int = 0
    replaced: int = 0
    losses: list[Loss] = []


def write(
    labeller: Labeller, source: Iterable[Record], out: Path, *, keep: bool = False, progress: Callable[[int], None] = lambda _: None
) -> Written:
    """Labels records in chunks and writes Prodigy tasks; `progress` gets the number of words of each part that is done.

    Tasks of a fast labeller have no tokens. A record on which a model fails is written without labels, and is among the losses.
    The file appears whole or not at all; memory does not grow with the number of records.
    """
    written = Written()
    with atomic(out) as file:
        for chunk in batches(source, size_of):
            labelled, failures = attempted(labeller, chunk, keep=keep, progress=progress)
            data, losses = prodigy.dump(group(labelled), tokens=not labeller.fast)
            file.write(data)
            written.losses += [*failures, *losses]
            written.records += len(chunk)
            written.annotated += sum(bool(record.meta.layers or record.spans) for record in chunk)
            written.replaced += 0 if keep else sum(map(labeller.replaces, chunk))
        if not written.records:
            raise RedlineError("the input contains no record; needed: one or more")
    return written


def attempted(
    labeller: Labeller, records: list[Record], *, keep: bool = False, progress: Callable[[int], None] = lambda _: None
) -> tuple[list[Record], list[Loss]]:
    """The labelled records, and a loss for each one on which a model failed, which stays as it was.

    Words after a failure are not added to the `progress`.
    """
    try:
        return labeller.label(list(records), keep=keep, progress=progress), []
    except ModelError as error:
        if len(records) == 1:
            return records, [loss(records[0], LABELS, f"a model failed ({error})")]
    parts = [attempted(labeller, [record], keep=keep) for record in records]
    return [record for labelled, _ in parts for record in labelled], [one for _, losses in parts for one in losses]


def batches(things: Iterable[Sized], size: Callable[[Sized], int]) -> Iterator[list[Sized]]:
    """Lists of at least one thing, and at most CHUNK things with sizes of at most BATCH together."""
    batch: list[Sized] = []
    total = 0
    for thing in things:
        if batch and (len(batch) == CHUNK or total + size(thing) > BATCH):
            yield batch
            batch, total = [], 0
        batch.append(thing)
        total += size(thing)
    if batch:
        yield batch


def size_of(record: Record) -> int:
    """The characters of a record."""
    return len(record.text)
