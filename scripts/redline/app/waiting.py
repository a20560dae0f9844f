"""Whom the adjudication of a document waits for: it stays blind until two raters are finished."""

from collections.abc import Iterator, Mapping

from redline.app.desk import DRAFTS
from redline.core.document import Document
from redline.curate.queue import SECOND
from redline.project import Project, lookup


def waiting(project: Project, doc: str, by: str) -> list[str]:
    """The raters who are not finished with a document, in the order of raters.json; empty where it may be adjudicated by `by`.

    It may be where two raters did each layer of each passage that any rater did, and `by` is not still rating it.
    """
    files = lookup.places(project, doc)
    layers = {layer for document in files.values() for layer in _layers(document)}
    short = {layer for layer in layers if not _done_twice(files, layer)}
    working = [rater for rater in _begun(project, doc) if rater not in files or _lacks(files[rater], layers)]
    if layers and not short:
        return [rater for rater in working if rater == by]
    late = [rater for rater in working if rater not in files or _lacks(files[rater], short)]
    return late if len({*files, *late}) > 1 and late else [*late, SECOND]


def _begun(project: Project, doc: str) -> Iterator[str]:
    """All who saved anything of a document."""
    files = [name for name in lookup.raters(project) if (project.raters / name / f"{doc}.jsonl").exists()]
    drafts = (path.parent.name for path in sorted((project.corpus / DRAFTS).glob(f"*/{doc}.journal")) if path.stat().st_size)
    yield from dict.fromkeys((*files, *drafts))


def _layers(document: Document) -> set[str]:
    return {layer for record in document.records for layer in record.meta.layers if record.annotated(layer)}


def _lacks(document: Document, layers: set[str]) -> bool:
    return any(not record.annotated(layer) for record in document.records for layer in layers)


def _done_twice(files: Mapping[str, Document], layer: str) -> bool:
    rows = zip(*(document.records for document in files.values()), strict=False)
    return all(sum(record.annotated(layer) for record in row) > 1 for row in rows)
