"""Documents by their id: which there are, and one of them as gold, as a rater's file, or as its bare passages."""

from collections.abc import Iterable
from pathlib import Path

from redline import project as projects
from redline.core.document import Document, Record, Span
from redline.core.errors import RedlineError
from redline.core.listing import folders, matching
from redline.core.suggest import closest
from redline.formats import jsonl
from redline.project import Project, sources


def ids(project: Project) -> list[str]:
    """The ids of all documents: those with a seed, with gold, or with a rater's file."""
    rated = (path for folder in folders(project.raters) for path in matching(folder, ".jsonl"))
    files = (*matching(project.seeds, ".json"), *matching(project.gold, ".jsonl"), *rated)
    return sorted({path.stem for path in files})


def known(project: Project, doc: str) -> str:
    """`doc`, when there is such a document.

    Raises RedlineError that names the most similar one.
    """
    return one_of(doc, ids(project), "document", "`redline status --all` lists them")


def one_of(name: str, names: Iterable[str], kind: str, otherwise: str = "") -> str:
    """`name`, when it is one of `names`.

    Raises RedlineError that names the most similar one, or else contains `otherwise` (default: a list of them).
    """
    names = list(names)
    if name in names:
        return name
    close = closest(name, names)
    hint = f"use `{close}`" if close else otherwise or f"there are {', '.join(names) or 'none'}"
    raise RedlineError(f"there is no {kind} `{name}`; {hint}")


def raters(project: Project) -> list[str]:
    """The raters in the order of raters.json, then those that it does not describe."""
    names = [folder.name for folder in folders(project.raters)]
    described = [name for name in projects.described(project.raters / "raters.json") if name in names]
    return [*described, *(name for name in names if name not in described)]


def readings(project: Project, doc: str) -> dict[str, Document]:
    """The document by each rater who has a file of it, in the order of `raters`."""
    paths = {name: project.raters / name / f"{doc}.jsonl" for name in raters(project)}
    words = project.words()
    return {name: jsonl.read_one(path, words) for name, path in paths.items() if path.exists()}


def places(project: Project, doc: str) -> dict[str, Document]:
    """The same, also of a document with a missing text: its records are wordless then. For callers that read no words."""
    paths = {name: project.raters / name / f"{doc}.jsonl" for name in raters(project)}
    return {name: jsonl.first(path) for name, path in paths.items() if path.exists()}


def path_of(project: Project, doc: str, rater: str | None) -> Path:
    """Where gold of a document is, or a rater's file of it; the file may be missing.

    Raises RedlineError when there is no such rater.
    """
    if rater is None:
        return project.gold / f"{doc}.jsonl"
    return project.raters / one_of(rater, raters(project), "rater") / f"{doc}.jsonl"


def document(project: Project, doc: str, rater: str | None = None) -> Document:
    """Gold of a document, or the annotations of a rater; where gold is not made yet, the passages without a span.

    Raises RedlineError when there is no such document or rater, or the rater has no file of it.
    """
    path = path_of(project, known(project, doc), rater)
    if path.exists():
        return jsonl.read_one(path, project.words())
    if rater is not None or not (project.seeds / f"{doc}.json").exists():
        whose = "gold" if rater is None else f"file of {rater}"
        raise RedlineError(f"{doc}: has no {whose}; its raters are: {', '.join(readings(project, doc)) or 'none'}")
    return sources.blank(sources.read(project.seeds, doc, project.texts), project.taxonomy().scheme)


def span(document: Document, name: str) -> tuple[Record, Span]:
    """The one span that `name` means: `PASSAGE:ID`, or its words, whole or in part.

    Raises RedlineError when it means none, or several; these are listed.
    """
    pairs = [(record, span) for record in document.records for span in record.spans]
    for meant in (_by_id, _by_words, _by_part):
        chosen = [pair for pair in pairs if meant(pair, name)]
        if len(chosen) == 1:
            return chosen[0]
        if chosen:
            listed = ", ".join(f"{record.meta.passage}:{span.id} {span.label}" for record, span in chosen[:8])
            raise RedlineError(f"{document.id}: `{name}` matches {len(chosen)} spans; needed: one of {listed}{', ...' * (len(chosen) > 8)}")
    raise RedlineError(f"{document.id}: there is no span `{name}`; needed: PASSAGE:ID as in `redline show {document.id}`, or words")


def _by_id(pair: tuple[Record, Span], name: str) -> bool:
    return name == f"{pair[0].meta.passage}:{pair[1].id}"


def _by_words(pair: tuple[Record, Span], name: str) -> bool:
    return name == pair[1].text


def _by_part(pair: tuple[Record, Span], name: str) -> bool:
    return name.lower() in pair[1].text.lower()
