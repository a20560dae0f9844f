"""How unsure models are of a document: what is least sure is worth a rater's time most."""

from collections.abc import Iterable, Mapping, Sequence

from redline.core.document import Document, Record
from redline.core.errors import RedlineError
from redline.core.predictions import entries
from redline.core.task import Task
from redline.model import homes
from redline.model.label import Labeller
from redline.project import Project


def by_layer(project: Project, documents: Iterable[Document]) -> dict[str, dict[str, float]]:
    """Document -> layer -> how unsure the models of its sentence classes are, 0 (sure) to 1, the mean over its sentences.

    Of a sentence it is 1 minus the probability of its most probable class, the mean over the tasks of the layer: least confidence.
    The models are those of the project or of the Redline package; empty if neither classify sentences of this scheme.

    Source: Settles 2009, Active Learning Literature Survey, 3.1.
    """
    try:
        labeller = Labeller(project.taxonomy(), homes.homes(project))
    except RedlineError:
        return {}
    labeller.models = [(task, model) for task, model in labeller.models if _of_sentences(task)]
    tasks = [task for task, _ in labeller.models]
    if not tasks:
        return {}
    return {one.id: of_layers(labeller.label(list(one.records)), tasks) for one in documents}


def of_layers(records: Sequence[Record], tasks: Sequence[Task]) -> dict[str, float]:
    """Layer -> how unsure the predictions of records are of its tasks; without a layer of which no sentence has a prediction."""
    values: dict[str, list[float]] = {}
    for task in tasks:
        for entry in (entry for record in records for entry in entries(record, task) or []):
            values.setdefault(task.layer, []).append(doubt(entry.scores))
    return {layer: sum(found) / len(found) for layer, found in values.items()}


def doubt(scores: Mapping[str, float]) -> float:
    """1 minus the probability of the most probable class, of which none is one; `scores` has the others."""
    return 1 - max(*scores.values(), 1 - sum(scores.values()))


def _of_sentences(task: Task) -> bool:
    return task.shape == "classify" and task.unit == "sentence" and not task.among
