"""The agreement between the raters of a project, as it comes out of their files."""

from collections import Counter
from itertools import chain, combinations

from redline import project as projects
from redline.core.errors import RedlineError
from redline.measure import agreement, gamma
from redline.measure.rows import Row
from redline.measure.score import Bootstrap
from redline.project import Project


def rows(project: Project, names: list[str] | None, bootstrap: Bootstrap) -> list[Row]:
    """All figures of agreement between the raters named (default: all).

    Raises RedlineError when fewer than two raters share a document, or their texts differ.
    """
    taxonomy = project.taxonomy()
    raters = read(project, names)
    kinds = (agreement.span_agreement, agreement.unitizing_agreement, agreement.relation_agreement)
    spans = chain.from_iterable(kind(raters, taxonomy, bootstrap) for kind in kinds)
    found = [Row(score=score, layer=layer, label=label) for layer, label, score in spans]
    for task in taxonomy.tasks.values():
        if task.unit == "sentence":
            score = agreement.sentence_agreement(raters, task, taxonomy, bootstrap)
            found.append(Row(score=score, layer=task.layer, task=task.name))
    attributes = agreement.attribute_agreement(raters, taxonomy, bootstrap)
    found += [Row(score=score, layer=layer, label=name) for layer, name, score in attributes]
    return found


def kappas(project: Project, names: list[str] | None, bootstrap: Bootstrap) -> list[Row]:
    """Cohen's and Fleiss' kappa of the sentence classes."""
    raters = read(project, names)
    taxonomy = project.taxonomy()
    tasks = [task for task in taxonomy.tasks.values() if task.unit == "sentence"]
    found = ((task, who, score) for task in tasks for who, score in agreement.kappas(raters, task, taxonomy, bootstrap))
    return [Row(score=score, layer=task.layer, label=who, task=task.name) for task, who, score in found]


def gammas(project: Project, names: list[str] | None, bootstrap: Bootstrap) -> list[Row]:
    """Gamma of each layer."""
    found = gamma.gamma_agreement(read(project, names), project.taxonomy(), bootstrap)
    return [Row(score=score, layer=layer) for layer, score in found]


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
    for name, files in raters.items():
        if not set(files) & set(shared):
            raise RedlineError(f"{project.raters / name}: shares no document with another rater; needed: files of the same documents")
    for doc in sorted(shared):
        texts = {tuple(record.text for record in files[doc].records) for files in raters.values() if doc in files}
        if len(texts) > 1:
            raise RedlineError(f"{project.raters}: the raters of `{doc}` have different texts; needed: the passages of one seed")
    return raters
