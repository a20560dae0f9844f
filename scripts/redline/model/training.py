"""From records to a model and its scores: fitted on train, chosen on validation, scored once on test."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.task import Task
from redline.learn.baseline import Baseline, Setup, annotated, make
from redline.measure import evaluate
from redline.measure.rows import Row
from redline.measure.score import Bootstrap

SEED = 1
BOOTSTRAP = Bootstrap(replicates=1000, seed=1)
TEST = "test"
ALONE = "sentences"
"""The test split of single sentences."""


class Data(Struct, frozen=True):
    """The records of each split; `test` is empty where scores come from cross-validation.

    `alone` are records of single sentences, by split: models of sentences learn from them as well, and are scored on those of
    test as the split ALONE. `apart` are more test splits, each scored by itself. `groups` gives the event or speaker of a
    document, none of which may be learned from and judged by; `deciding` are the documents that settings are chosen for
    (none: all). `texts` are all texts of training, annotated or not.
    """

    train: list[Record]
    validation: list[Record]
    test: list[Record]
    alone: Mapping[str, list[Record]] = {}
    apart: Mapping[str, list[Record]] = {}
    groups: Mapping[str, str] = {}
    deciding: frozenset[str] = frozenset()
    texts: Sequence[str] = ()

    def of(self, task: Task) -> "Data":
        """The records that have the layer of a task annotated, single sentences among them where the task is of sentences.

        Raises RedlineError when a split has records and none of these.
        """
        alone = self.alone if task.unit == "sentence" and task.shape == "classify" else {}
        train, validation, test = (
            _some(records, task, name) if records or name != TEST else []
            for name, records in (
                ("train", [*self.train, *alone.get("train", [])]),
                ("validation", [*self.validation, *alone.get("validation", [])]),
                (TEST, self.test),
            )
        )
        tests = {**self.apart, ALONE: alone.get(TEST, [])}
        apart = {name: found for name, records in tests.items() if (found := annotated(records, task))}
        texts = self.texts or [record.text for record in (*self.train, *self.alone.get("train", []))]
        return msgspec.structs.replace(self, train=train, validation=validation, test=test, alone={}, apart=apart, texts=texts)

    @property
    def tests(self) -> Iterator[tuple[str, list[Record]]]:
        """The name and the records of each split that models are scored on."""
        yield from ((name, records) for name, records in ((TEST, self.test), *self.apart.items()) if records)


def fitted(kind: str, setup: Setup, data: Data) -> Baseline:
    """A model that learned from train and chose its settings by the headline metric on validation.

    Raises ValueError when the records are too few or too similar to learn from.
    """
    texts = data.texts or [record.text for record in data.train]
    model = make(kind, msgspec.structs.replace(setup, texts=texts))
    model.fit(data.train, data.validation, lambda gold, labelled: headline(setup, gold, labelled))
    return model


def headline(setup: Setup, gold: Sequence[Record], labelled: Sequence[Record]) -> float:
    """The headline metric of records as a model labelled them."""
    return evaluate.headline(setup.task, evaluate.beside(gold, labelled), setup.taxonomy)


def scored(model: Baseline, setup: Setup, data: Data) -> list[Row]:
    """All rows on each test split."""
    return [
        msgspec.structs.replace(row, split=name)
        for name, records in data.tests
        for row in evaluate.task_rows(setup.task, [evaluate.beside(records, model.predict(records))], setup.taxonomy, BOOTSTRAP)
    ]


def validation_score(model: Baseline, setup: Setup, data: Data) -> float:
    """The headline metric on validation."""
    return headline(setup, data.validation, model.predict(data.validation))


def cross_validated(kind: str, setup: Setup, folds: Iterable[Data]) -> list[Row]:
    """All rows over the test records of every fold, each labelled by the model of its fold."""
    gold: list[Record] = []
    labelled: list[Record] = []
    for data in folds:
        gold += data.test
        labelled += fitted(kind, setup, data).predict(data.test)
    rows = evaluate.task_rows(setup.task, [evaluate.beside(gold, labelled)], setup.taxonomy, BOOTSTRAP)
    return [msgspec.structs.replace(row, split="cross-validation") for row in rows]


def _some(records: Sequence[Record], task: Task, split: str) -> list[Record]:
    kept = annotated(records, task)
    if not kept:
        raise RedlineError(f"no {split} record has layer {task.layer} annotated; needed for {task.name}")
    return kept
