"""Applies trained models to texts and records: what is not annotated yet is labelled, what is stays."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import Meta, Record, Span, canonical, group
from redline.core.errors import RedlineError
from redline.core.examples import Guess, examples
from redline.core.files import STANDARD, atomic, next_byte, read_text, stem
from redline.core.segmentation import passages, sentences
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats import prodigy
from redline.formats.loss import Loss
from redline.learn import artefact
from redline.learn.baseline import Baseline
from redline.project import Project

CHUNK = 64


class Labeller:
    """The model of each task that has one: that with the best score on dev, or the one named.

    `folder` contains the models (default: those of the project). Raises RedlineError when there is none, or when those of a
    task were trained on different records.
    """

    def __init__(self, project: Project, name: str | None = None, folder: Path | None = None) -> None:
        self.taxonomy: Taxonomy = project.taxonomy()
        home = folder or project.models
        self.models: list[tuple[Task, Baseline]] = []
        for task in self.taxonomy.tasks.values():
            trained = [path for path in artefact.folders(home) if path.name == task.name and name in (None, path.parent.name)]
            if trained:
                self.models.append((task, artefact.load(best(trained), self.taxonomy)[0]))
        if not self.models:
            raise RedlineError(f"{home}: contains no trained model{f' {name}' if name else ''}; needed: run make train first")

    def label(self, records: list[Record]) -> list[Record]:
        """The records with the spans and the classes that the models find."""
        for task, model in self.models:
            if task.shape == "spans":
                todo = [index for index, record in enumerate(records) if not record.annotated(task.layer)]
                found = model.predict([records[index] for index in todo])
                for index, spans in zip(todo, found, strict=True):
                    records[index] = _with_spans(records[index], task.layer, spans)  # type: ignore[arg-type]
        for task, model in self.models:
            if task.shape == "classify":
                guesses = model.predict(records)
                records = [self._with_classes(r, task, held) for r, held in zip(records, guesses, strict=True)]  # type: ignore[arg-type]
        return records

    def _with_classes(self, record: Record, task: Task, guesses: list[Guess]) -> Record:
        entries = [_entry(unit.pair, guess) for unit, guess in zip(examples(record, task, self.taxonomy), guesses, strict=True)]
        if task.unit == "pair":
            entries = [entry for entry in entries if entry["label"] != task.none]
        before = record.meta.predictions if isinstance(record.meta.predictions, dict) else {}
        meta = msgspec.structs.replace(record.meta, predictions={**before, task.name: entries})
        return msgspec.structs.replace(record, meta=meta)


def best(folders: Sequence[Path]) -> Path:
    """The folder whose model has the greatest headline metric on dev; of equals the first.

    Raises RedlineError when there are several and their values cannot be compared.
    """
    if len(folders) == 1:
        return folders[0]
    outcomes = []
    for folder in folders:
        made = artefact.read(folder)
        if made.outcome is None:
            raise RedlineError(f"{folder}: has no scores, since training was interrupted; needed: train it again")
        outcomes.append((made.outcome.dev, made.origin.trained_on))
    if len({trained_on for _, trained_on in outcomes}) > 1:
        names, task = " and ".join(folder.parent.name for folder in folders), folders[0].name
        raise RedlineError(f"{names} for {task} were trained on different records; needed: --model, or train them on the same")
    return max(zip(outcomes, folders, strict=True), key=lambda pair: pair[0][0])[1]


def _entry(pair: tuple[Span, Span] | None, guess: Guess) -> dict[str, Any]:
    entry: dict[str, Any] = {"label": guess.label, "scores": {name: round(score, 4) for name, score in guess.scores.items()}}
    return entry if pair is None else {"pair": [span.id for span in pair], **entry}


def _with_spans(record: Record, layer: str, spans: list[Span]) -> Record:
    kept = tuple(span for span in record.spans if span.layer != layer)
    named = tuple(msgspec.structs.replace(span, id=f"{layer}-{index}") for index, span in enumerate(spans, 1))
    gone = {span.id for span in record.spans} - {span.id for span in kept}
    relations = tuple(r for r in record.relations if r.head_id not in gone and r.child_id not in gone)
    meta = msgspec.structs.replace(record.meta, layers={**record.meta.layers, layer: "predicted"})
    return canonical(msgspec.structs.replace(record, spans=kept + named, relations=relations, meta=meta))


def read(path: Path, taxonomy: Taxonomy) -> Iterator[Record]:
    """The records of an input: the tasks of a .jsonl file (or of standard input that begins with `{`), or the paragraphs of any other.

    Raises RedlineError when it cannot be used.
    """
    if path.suffix == ".jsonl" or (path == STANDARD and next_byte() == b"{"):
        for document in prodigy.read(path, taxonomy):
            yield from document.records
        return
    text = read_text(path)
    if not text.strip():
        raise RedlineError(f"{path}: is empty; needed: a text, or records")
    for index, (start, end) in enumerate(passages(text)):
        part = text[start:end]
        yield Record(part, "accept", sentences(part), (), (), Meta(stem(path), index, start, taxonomy.scheme))


def write(labeller: Labeller, source: Iterable[Record], out: Path) -> tuple[int, list[Loss]]:
    """Labels records in chunks and writes Prodigy tasks; gives how many, and what the format could not hold.

    The file appears whole or not at all; memory does not grow with the input.
    """
    count = 0
    losses: list[Loss] = []
    with atomic(out) as file:
        for chunk in _chunks(source):
            data, left = prodigy.dump(list(group(labeller.label(chunk))))
            file.write(data)
            losses += left
            count += len(chunk)
        if not count:
            raise RedlineError("the input holds no record; needed: one or more")
    return count, losses


def _chunks(source: Iterable[Record]) -> Iterator[list[Record]]:
    held: list[Record] = []
    for record in source:
        held.append(record)
        if len(held) == CHUNK:
            yield held
            held = []
    if held:
        yield held
