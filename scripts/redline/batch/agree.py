"""The agreement between the raters of a project, as it comes out of their files."""

from collections import Counter
from itertools import combinations
from typing import Any

from msgspec import Struct

from redline.batch import project as projects
from redline.batch.project import Project
from redline.core.diagnostic import RedlineError
from redline.measure import agreement
from redline.measure.score import Bootstrap, Score


class Row(Struct, frozen=True):
    """One figure of agreement: of a layer, a label, relation or attribute of it, or a task."""

    layer: str
    label: str | None
    task: str | None
    score: Score

    def plain(self) -> dict[str, Any]:
        """The row in the shape of every `--json` score."""
        s = self.score
        return {
            "task": self.task, "model": None, "split": None, "layer": self.layer, "label": self.label,
            "metric": s.metric, "value": s.value, "low": s.low, "high": s.high, "signature": s.signature,
        }  # fmt: skip


def rows(project: Project, names: list[str] | None, bootstrap: Bootstrap) -> list[Row]:
    """All figures of agreement between the raters named (default: all).

    Raises RedlineError when fewer than two raters share a document, or their texts differ.
    """
    taxonomy = project.taxonomy()
    raters = read(project, names)
    found = [Row(layer, label, None, score) for layer, label, score in agreement.span_agreement(raters, taxonomy, bootstrap)]
    found += [Row(layer, label, None, score) for layer, label, score in agreement.relation_agreement(raters, taxonomy, bootstrap)]
    for task in taxonomy.tasks.values():
        if task.unit == "sentence":
            found.append(Row(task.layer, None, task.name, agreement.sentence_agreement(raters, task, bootstrap)))
    found += [Row(layer, name, None, score) for layer, name, score in agreement.attribute_agreement(raters, taxonomy, bootstrap)]
    return found


def kappas(project: Project, names: list[str] | None, bootstrap: Bootstrap) -> list[Row]:
    """Cohen's and Fleiss' kappa of the sentence classes."""
    raters = read(project, names)
    tasks = [task for task in project.taxonomy().tasks.values() if task.unit == "sentence"]
    return [Row(task.layer, who, task.name, score) for task in tasks for who, score in agreement.kappas(raters, task, bootstrap)]


def confusions(project: Project, names: list[str] | None) -> dict[str, dict[str, Counter[tuple[str, str]]]]:
    """Pair of raters -> layer -> how often they gave a stretch which two labels."""
    raters = read(project, names)
    return {
        f"{one}, {other}": {layer: agreement.confusion(raters, one, other, layer) for layer in project.taxonomy().layers}
        for one, other in combinations(sorted(raters), 2)
    }


def by_document(project: Project, names: list[str] | None) -> list[tuple[str, float]]:
    """(document, exact F1 over all layers), the worst first."""
    return agreement.by_document(read(project, names), project.taxonomy())


def read(project: Project, names: list[str] | None) -> agreement.Raters:
    """The documents of each rater."""
    known = [folder.name for folder in sorted(project.raters.glob("*/"))]
    for name in names or []:
        if name not in known:
            raise RedlineError(f"unknown rater `{name}`; there are {', '.join(known) or 'none'}")
    raters = {name: projects.documents(project.raters / name) for name in names or known}
    shared = [doc for doc in {doc for files in raters.values() for doc in files} if sum(doc in files for files in raters.values()) > 1]
    if not shared:
        raise RedlineError(f"{project.raters}: no document has two raters; needed: two files of one document")
    for doc in sorted(shared):
        texts = {tuple(record.text for record in files[doc].records) for files in raters.values() if doc in files}
        if len(texts) > 1:
            raise RedlineError(f"{project.raters}: the raters of `{doc}` have different texts; needed: the passages of one seed")
    return raters
