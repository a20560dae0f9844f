"""From records to a model and its scores: fitted on train, chosen on validation, scored once on test."""

from collections.abc import Iterable, Sequence

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


class Data(Struct, frozen=True):
    """The records of each split; `test` is empty where scores come from cross-validation."""

    train: list[Record]
    validation: list[Record]
    test: list[Record]

    def of(self, task: Task) -> "Data":
        """The records that have the layer of a task annotated.

        Raises RedlineError when a split has records and none of these.
        """
        train, validation = _some(self.train, task, "train"), _some(self.validation, task, "validation")
        return Data(train, validation, _some(self.test, task, "test") if self.test else [])


def fitted(kind: str, setup: Setup, data: Data) -> Baseline:
    """A model that learned from train and chose its settings by the headline metric on validation.

    Raises ValueError when the records are too few or too alike to learn from.
    """
    model = make(kind, setup)
    model.fit(data.train, data.validation, lambda labelled: headline(setup, data.validation, labelled))
    return model


def headline(setup: Setup, gold: Sequence[Record], labelled: Sequence[Record]) -> float:
    """The headline metric of records as a model labelled them."""
    return evaluate.headline(setup.task, evaluate.beside(gold, labelled), setup.taxonomy)


def scored(model: Baseline, setup: Setup, data: Data) -> list[Row]:
    """All rows on test."""
    pairs = evaluate.beside(data.test, model.predict(data.test))
    return evaluate.task_rows(setup.task, [pairs], setup.taxonomy, BOOTSTRAP)


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
    return evaluate.task_rows(setup.task, [evaluate.beside(gold, labelled)], setup.taxonomy, BOOTSTRAP)


def _some(records: Sequence[Record], task: Task, split: str) -> list[Record]:
    kept = annotated(records, task)
    if not kept:
        raise RedlineError(f"no {split} record has layer {task.layer} annotated; needed for {task.name}")
    return kept
