"""The agreement between the raters of a project, as it comes out of their files."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from redline.core import suggested as suggestions
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.listing import folders
from redline.core.rated import Raters
from redline.measure import agreement, class_agreement
from redline.measure.agreement import Figure
from redline.measure.figures import figures
from redline.measure.score import Bootstrap
from redline.project import Project, texts


def rows(project: Project, names: list[str] | None, bootstrap: Bootstrap, *, suggested: bool = True) -> list[Figure]:
    """All figures of agreement between the raters named (default: all); without `suggested`, of what began as no suggestion.

    Raises RedlineError when fewer than two raters share a document, or their texts or sentences differ.
    """
    return list(figures(read(project, names, suggested=suggested), project.taxonomy(), bootstrap))


def kappas(project: Project, names: list[str] | None, bootstrap: Bootstrap, *, suggested: bool = True) -> list[Figure]:
    """Cohen's and Fleiss' kappa of the sentence classes."""
    raters, taxonomy = read(project, names, suggested=suggested), project.taxonomy()
    tasks = [task for task in taxonomy.tasks.values() if task.unit == "sentence"]
    return [figure for task in tasks for figure in class_agreement.kappas(raters, task, taxonomy, bootstrap)]


def confusions(project: Project, names: list[str] | None, *, suggested: bool = True) -> dict[str, dict[str, Counter[tuple[str, str]]]]:
    """Pair of raters -> layer -> how often they gave a stretch which two labels."""
    raters = read(project, names, suggested=suggested)
    return {
        f"{one}, {other}": {layer: agreement.confusion(raters, one, other, layer) for layer in project.taxonomy().layers}
        for one, other in combinations(sorted(raters), 2)
    }


def by_document(project: Project, names: list[str] | None, *, suggested: bool = True) -> list[agreement.Document]:
    """Exact F1 in each document, the worst first."""
    return agreement.by_document(read(project, names, suggested=suggested), project.taxonomy())


def read(project: Project, names: list[str] | None, *, suggested: bool = True) -> Raters:
    """The documents of each rater; without `suggested`, a layer of a passage with a span that began as a suggestion is not rated.

    Raises RedlineError when two raters cannot be compared: no common document, other texts or sentences, a span without words.
    """
    known = [folder.name for folder in folders(project.raters)]
    refuse_unknown(names or [], known)
    words = project.words()
    raters = {name: texts.documents(project.raters / name, words) for name in names or known}
    if not suggested:
        raters = {name: {doc: suggestions.without(document) for doc, document in files.items()} for name, files in raters.items()}
    return comparable(raters if names else sharing(raters), project.raters)


def chosen(raters: Raters, names: list[str] | None, place: Path) -> Raters:
    """The raters named (default: all), when they can be compared; `place` begins the error messages.

    Raises RedlineError as `read` does.
    """
    refuse_unknown(names or [], list(raters))
    return comparable({name: raters[name] for name in names} if names else sharing(raters), place)


def sharing(raters: Raters) -> Raters:
    """The raters that share a document with another; all of them where nobody does."""
    counts = Counter(doc for files in raters.values() for doc in files)
    return {name: files for name, files in raters.items() if any(counts[doc] > 1 for doc in files)} or raters


def refuse_unknown(names: Sequence[str], known: Sequence[str]) -> None:
    """Raises RedlineError for a name of a rater that is not known."""
    for name in names:
        if name not in known:
            raise RedlineError(f"unknown rater `{name}`; there are {', '.join(known) or 'none'}")


def comparable(raters: Raters, place: Path) -> Raters:
    """The raters, when each shares a document with another, and documents that are shared have one text and one cut.

    Raises RedlineError when that is not so.
    """
    shared = [doc for doc in {doc for files in raters.values() for doc in files} if sum(doc in files for files in raters.values()) > 1]
    if not shared:
        raise RedlineError(f"{place}: no document has two raters; needed: files of two raters for one document")
    for name, files in raters.items():
        if not set(files) & set(shared):
            raise RedlineError(f"{place / name}: has no document in common with another rater; needed: files for the same documents")
    for doc in sorted(shared):
        refuse_unlike(place, doc, {name: files[doc] for name, files in raters.items() if doc in files})
    return raters


def refuse_unlike(place: Path, doc: str, versions: dict[str, Document]) -> None:
    """Raises RedlineError when the raters of a document did not rate the same passages and sentences, or a span has no words."""
    if len({tuple(record.text for record in document.records) for document in versions.values()}) > 1:
        raise RedlineError(f"{place}: the raters of `{doc}` have different texts; needed: the passages of one seed")
    if len({tuple(record.sentences for record in document.records) for document in versions.values()}) > 1:
        raise RedlineError(
            f"{place}: the raters of `{doc}` have different sentence bounds; needed: the same sentences (redline validate prints the file)"
        )
    for name, document in versions.items():
        for record in document.records:
            for span in record.spans:
                if not 0 <= span.start < span.end <= len(record.text):
                    raise RedlineError(
                        f"{place / name / doc}.jsonl:{record.meta.passage + 1}: span `{span.id}` has no words; "
                        "needed: start before end, inside the passage"
                    )
