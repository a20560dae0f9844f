"""Makes gold of the raters' files and the decisions on their differences; lists what is still to decide."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import to_builtins

from redline.adjudicate import merge, worklist
from redline.adjudicate.decisions import Decision
from redline.adjudicate.differences import Difference, Passage, passages
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import read_bytes
from redline.core.names import checked
from redline.curate import agree
from redline.formats import jsonl
from redline.project import Project, decisions, lookup
from redline.project.lock import exclusive

Row = tuple[Passage, Difference, Decision | None]


def differences(project: Project, doc: str) -> list[Difference]:
    """Everything that is to decide on a document, decided or not."""
    return [difference for part in passages(readings(project, doc), project.taxonomy()) for difference in part.differences]


def gold(project: Project, doc: str) -> Document:
    """The gold document that raters and decisions give.

    Raises RedlineError when a difference is undecided.
    """
    return merge.merge(readings(project, doc), decisions.read(project, doc), project.taxonomy())


@exclusive
def write(project: Project, docs: list[str]) -> list[str]:
    """Writes gold for all documents, or for none when one of them cannot be made; returns the documents with changed gold."""
    made = {project.gold / f"{checked(doc, 'document')}.jsonl": gold(project, doc) for doc in docs}
    changed = {path: document for path, document in made.items() if not path.exists() or read_bytes(path) != jsonl.dump([document])}
    for path, document in changed.items():
        jsonl.write([document], path)
    return [path.stem for path in changed]


def holds(project: Project, doc: str) -> bool:
    """Whether the gold file is what raters and decisions give."""
    path = project.gold / f"{doc}.jsonl"
    return path.exists() and read_bytes(path) == jsonl.dump([gold(project, doc)])


def readings(project: Project, doc: str) -> dict[str, Document]:
    """The document by each of its raters, in the order of raters.json, so that a later rater only adds differences.

    Raises RedlineError when fewer than two have rated it.
    """
    files = lookup.readings(project, checked(doc, "document"))
    if len(files) < 2:
        raise RedlineError(f"{doc}: has {len(files)} rater files; needed: two or more")
    agree.refuse_unlike(project.raters, doc, files)
    return files


def rows(project: Project, doc: str) -> list[Row]:
    """Each difference of a document with its passage and the decision on it, or None."""
    made, parts = decisions.read(project, doc).decisions, passages(readings(project, doc), project.taxonomy())
    return [(part, difference, made.get(difference.id)) for part in parts for difference in part.differences]


def work_list(project: Project, rows: Sequence[Row]) -> Iterator[str]:
    """Differences for people: side by side in the text, the definitions of the scheme, and what was decided."""
    taxonomy = project.taxonomy()
    for part, difference, decision in rows:
        yield from worklist.entry(part, difference, decision, taxonomy)


def as_value(row: Row) -> dict[str, Any]:
    """A difference for JSON, with the text of its sentence and what was decided."""
    part, difference, decision = row
    start, end = difference.sentence
    names = ("id", "kind", "layer", "passage", "about", "readings")
    value = {name: to_builtins(getattr(difference, name)) for name in names}
    place = {"doc": part.record.meta.doc, "start": start, "end": end, "text": part.record.text[start:end]}
    return {**value, **place, "decision": to_builtins(decision)}


def counts(rows: Sequence[Row]) -> dict[str, dict[str, dict[str, int]]]:
    """How many differences there are and how many of them are open, by document, layer and kind."""
    whole: dict[str, Counter[str]] = {"document": Counter(), "layer": Counter(), "kind": Counter()}
    undecided: dict[str, Counter[str]] = {name: Counter() for name in whole}
    for part, difference, decision in rows:
        for what, name in zip(whole, (part.record.meta.doc, difference.layer, difference.kind), strict=True):
            whole[what][name] += 1
            undecided[what][name] += decision is None
    return {what: {name: {"differences": number, "open": undecided[what][name]} for name, number in whole[what].items()} for what in whole}
