"""What the report rests on: what each trained model says of validation and test, and how models grow with their data."""

import random
from collections.abc import Callable, Iterator
from statistics import mean

from msgspec import Struct

from redline import project
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.baseline import Setup
from redline.measure import evaluate
from redline.measure.score import Bootstrap
from redline.model import leaderboard, train, training
from redline.model.training import Data
from redline.project import Project

CURVES = (("crf", "ner"), ("linear", "threat_sentence"))
SHARES = (0.25, 0.5, 0.75, 1.0)


class Judgement(Struct, frozen=True):
    """The records of validation and test as a model labelled them, and its headline metric on validation."""

    task: str
    model: str
    validation: list[Record]
    test: list[Record]
    validation_score: float


class Evidence(Struct, frozen=True):
    """All judgements with the records they are of, and by model the points of its learning curve: (share, score on validation).

    `stale` is the line of a leaderboard that was computed on other data or code.
    """

    taxonomy: Taxonomy
    validation: list[Record]
    test: list[Record]
    judgements: list[Judgement]
    learning: dict[str, list[tuple[float, float]]]
    orders: int
    stale: str = ""

    def by_task(self) -> Iterator[tuple[Task, list[Judgement]]]:
        """Each task that a model does, with the judgements of its models."""
        for task in self.taxonomy.tasks.values():
            held = [one for one in self.judgements if one.task == task.name]
            if held:
                yield task, held


def collect(here: Project, bootstrap: Bootstrap, orders: int, progress: Callable[[str], None]) -> Evidence:
    """The evidence of a project's trained models.

    Raises RedlineError when there is none.
    """
    taxonomy, data = here.taxonomy(), train.data_of(project.load(here))
    held = []
    for task in taxonomy.tasks.values():
        for path in artefact.folders(here.models):
            if path.name != task.name:
                continue
            name = path.parent.name
            progress(f"{task.name} / {name}: labelling validation and test")
            model = artefact.load(path, taxonomy)[0]
            validation, test = model.predict(data.validation), model.predict(data.test)
            score = evaluate.headline(task, evaluate.beside(data.validation, validation), taxonomy)
            held.append(Judgement(task.name, name, validation, test, score))
    if not held:
        raise RedlineError(f"{here.models}: holds no trained model; needed: run make train first")
    learning = dict(_learning(here, data, taxonomy, orders, bootstrap.seed, progress)) if orders else {}
    return Evidence(taxonomy, data.validation, data.test, held, learning, orders, leaderboard.stale(here))


def _learning(
    here: Project, data: Data, taxonomy: Taxonomy, orders: int, seed: int, progress: Callable[[str], None]
) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    configured = train.configurations(here)
    documents = list(dict.fromkeys(record.meta.doc for record in data.train))
    for name, task_name in CURVES:
        if name not in configured or task_name not in configured[name].tasks:
            continue
        task = taxonomy.task(task_name)
        points = []
        for share in SHARES:
            progress(f"{task_name} / {name}: learning from {share:.0%} of the training documents")
            rng = random.Random(seed)
            drawn = [set(rng.sample(documents, round(share * len(documents)))) for _ in range(orders if share < 1 else 1)]
            try:
                points.append((share, mean(_trained(configured[name], task, _part(data, chosen), taxonomy) for chosen in drawn)))
            except (ValueError, RedlineError) as error:
                progress(f"{task_name} / {name}: no point at {share:.0%}, cannot be trained: {error}")
        yield f"{name}, {task_name}", points


def _part(data: Data, documents: set[str]) -> Data:
    return Data([record for record in data.train if record.meta.doc in documents], data.validation, data.test)


def _trained(configuration: train.Configuration, task: Task, data: Data, taxonomy: Taxonomy) -> float:
    """The headline metric on validation of a model that learned from a part.

    Raises ValueError or RedlineError where it cannot learn from it.
    """
    setup = Setup(task, taxonomy, configuration.settings, training.SEED)
    parts = data.of(task)
    return training.headline(setup, parts.validation, training.fitted(configuration.kind, setup, parts).predict(parts.validation))
