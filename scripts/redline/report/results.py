"""What the trained models of a project make of validation and test, scored by the official scorer."""

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact
from redline.learn.baseline import kind_of, standing
from redline.measure import evaluate
from redline.measure.rows import Row
from redline.measure.score import Bootstrap, Difference
from redline.model import predicted, provenance
from redline.model.training import Data
from redline.project import Project


class Result(Struct, frozen=True):
    """The records of validation and test as a model labelled them, its headline metric on validation, and its totals
    on test, headline first.

    `changed` names what is not as it was when the model was trained: data, code or libraries.
    """

    task: Task
    model: str
    kind: str
    validation: list[Record]
    test: list[Record]
    validation_score: float
    rows: list[Row]
    changed: tuple[str, ...]

    @property
    def trivial(self) -> bool:
        """Whether the model is a trivial baseline."""
        return kind_of(self.kind).trivial


class Results(Struct, frozen=True):
    """The results of all trained models with the gold records that they are compared with."""

    taxonomy: Taxonomy
    gold: Data
    results: list[Result]

    def by_task(self) -> Iterator[tuple[Task, list[Result]]]:
        """Each task that a model is for, with the results of its models, the best first."""
        for task in self.taxonomy.tasks.values():
            chosen = [result for result in self.results if result.task.name == task.name]
            if chosen:
                yield task, sorted(chosen, key=lambda result: (standing(result.kind, result.validation_score), result.model))


def collect(here: Project, taxonomy: Taxonomy, gold: Data, bootstrap: Bootstrap, progress: Callable[[str], None]) -> Results:
    """The results of a project's trained models on the present validation and test.

    Raises RedlineError when no model is trained.
    """
    results = []
    for task in taxonomy.tasks.values():
        for path in (path for path in artefact.folders(here.models) if path.name == task.name):
            progress(f"{task.name} / {path.parent.name}: labelling validation and test")
            results.append(_result(here, path, task, gold, bootstrap))
    if not results:
        raise RedlineError(f"{here.models}: contains no trained model; needed: trained models (make train)")
    return Results(taxonomy, gold, results)


def _result(here: Project, path: Path, task: Task, gold: Data, bootstrap: Bootstrap) -> Result:
    made, taxonomy = artefact.read(path), here.taxonomy()
    validation, test = predicted.labelled(here, path, taxonomy, [gold.validation, gold.test])
    score = evaluate.headline(task, evaluate.beside(gold.validation, validation), taxonomy)
    rows = [row for row in evaluate.task_rows(task, [evaluate.beside(gold.test, test)], taxonomy, bootstrap) if row.total]
    return Result(task, path.parent.name, made.kind, validation, test, score, rows, tuple(_changed(made, task, taxonomy, gold)))


def _changed(made: Artefact, task: Task, taxonomy: Taxonomy, gold: Data) -> Iterator[str]:
    """What of the things that a model learned from is another now."""
    parts = gold.of(task)
    now = provenance.of_data(made.kind, task, taxonomy, parts)
    if (made.origin.trained_on, made.origin.texts) != (now.trained_on, now.texts):
        yield "data"
    if made.origin.code != now.code:
        yield "code"
    if made.origin.libraries != now.libraries:
        yield "libraries"


def difference(one: Result, other: Result, results: Results, bootstrap: Bootstrap) -> Difference | None:
    """The headline metric of one model on test minus that of another on the same documents."""
    pairs = [evaluate.beside(results.gold.test, result.test) for result in (one, other)]
    return evaluate.task_rows(one.task, pairs, results.taxonomy, bootstrap)[0].difference
