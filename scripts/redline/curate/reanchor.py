"""`redline reanchor`: a seed's text was corrected, and every file of the document follows it, or none does."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from redline import project as projects
from redline.core.corpus import Source
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import read_text, sha256, write_atomically
from redline.core.names import checked
from redline.curate.ingest import refuse_unusable
from redline.edit.reanchor import Anchored, anchored
from redline.formats import jsonl
from redline.project import Project, sources
from redline.project.lock import exclusive


class Correction(Struct, frozen=True):
    """The corrected text of a document, and what messages call it."""

    doc: str
    name: Path
    text: str


class Renamed(Struct, frozen=True):
    """An entity; its name in the table is the word before the correction."""

    entity: str
    before: str
    after: str


class Outcome(Struct, frozen=True):
    """What became of each file of the document, whether anything was written, and which entities may have another name now."""

    files: dict[Path, Anchored]
    written: bool
    renamed: list[Renamed] = []


class Follower(Protocol):
    """A file of another format that follows the text, such as a draft: where it is, what becomes of it, and how it is written."""

    @property
    def path(self) -> Path:
        """Where the file is."""

    @property
    def anchored(self) -> Anchored:
        """What becomes of its spans."""

    def write(self) -> None:
        """Writes it for the new text."""


Followers = Callable[[Project, Source, str], list[Follower]]
"""Finds the followers of a document, given its project, its source and the new text."""


def nobody(_: Project, __: Source, ___: str) -> list[Follower]:
    """No followers."""
    return []


class Plan(Struct, frozen=True):
    """What a correction would write: the source with the new text, the moved files, and the followers."""

    source: Source
    files: dict[Path, Anchored]
    followers: list[Follower]

    @property
    def anchored(self) -> dict[Path, Anchored]:
        """What becomes of the spans of each file and follower."""
        return {**self.files, **{follower.path: follower.anchored for follower in self.followers}}

    @property
    def complete(self) -> bool:
        """Whether every span has a place."""
        return not any(outcome.lost for outcome in self.anchored.values())


@exclusive
def preview(project: Project, correction: Correction, *, followers: Followers = nobody) -> Outcome:
    """The outcome of `reanchor`, of which nothing is written.

    Raises RedlineError as `reanchor` does.
    """
    return _outcome(project, _plan(project, correction, followers), written=False)


@exclusive
def reanchor(project: Project, correction: Correction, *, leave_out: bool, followers: Followers = nobody) -> Outcome:
    """Moves gold, raters' files and the followers of a document to its corrected text and makes that the seed.

    Nothing is written when a span has no certain place, unless `leave_out` is set: then the span is left out. Raters' judgements
    stay; only their places move. Raises RedlineError when the text is unusable or the document is not there.
    """
    plan = _plan(project, correction, followers)
    written = plan.complete or leave_out
    if written:
        _write(project, plan)
    return _outcome(project, plan, written=written)


def correction(doc: str, new: Path) -> Correction:
    """The text of a file as the corrected one of a document.

    Raises RedlineError when the file cannot be read.
    """
    return Correction(doc, new, read_text(new))


def _plan(project: Project, correction: Correction, followers: Followers) -> Plan:
    doc, text = correction.doc, correction.text
    if sources.seed(project.seeds, doc).referenced:
        raise RedlineError(f"{doc}: is a referenced document; needed: a document with its text in the project")
    source = sources.read(project.seeds, doc, project.texts)
    refuse_unusable(correction.name, text)
    paths = [path for path in (project.gold / f"{doc}.jsonl", *sorted(project.raters.glob(f"*/{doc}.jsonl"))) if path.exists()]
    seed = msgspec.structs.replace(source.seed, sha256=sha256(text.encode("utf-8")))
    files = {path: _anchored(path, source.text, text) for path in paths}
    return Plan(Source(seed, text, seed.sha256), files, followers(project, source, text))


def pending(project: Project, doc: str) -> Path:
    """Where the corrected text of a document is while its files are written, and after a crash until `reanchor` has gone on."""
    return project.seeds / f"{checked(doc, 'document')}.corrected"


def _write(project: Project, plan: Plan) -> None:
    # The seed last: after a crash the files that have moved already fit the new text, and the same command goes on.
    doc = plan.source.seed.doc
    text = pending(project, doc)
    write_atomically(text, plan.source.text.encode("utf-8"))
    try:
        for path, outcome in plan.files.items():
            jsonl.write([outcome.document], path)
        for follower in plan.followers:
            follower.write()
        sources.write(plan.source, project.seeds)
    except RedlineError as error:
        raise RedlineError(f"{error}; the correction is not complete: run redline reanchor {doc} {text}") from None
    text.unlink()


def _outcome(project: Project, plan: Plan, *, written: bool) -> Outcome:
    return Outcome(plan.anchored, written, _renamed(project, plan.anchored.values()))


def _anchored(path: Path, old: str, new: str) -> Anchored:
    document = jsonl.read_one(path)
    if _fits(document, new):
        return Anchored(document, [], [])
    if not _fits(document, old):
        raise RedlineError(f"{path}: does not match the text of its seed; needed: correct records (run redline validate)")
    return anchored(document, old, new)


def _fits(document: Document, text: str) -> bool:
    """Whether the records are all of a text but white space."""
    reached = 0
    for record in document.records:
        start, end = record.meta.offset, record.meta.offset + len(record.text)
        if text[start:end] != record.text or text[reached:start].strip():
            return False
        reached = end
    return not text[reached:].strip()


def _renamed(project: Project, files: Iterable[Anchored]) -> list[Renamed]:
    """The rows of the entity table with a name that is a corrected word."""
    names = {entity.id: entity.name for entity in projects.entities(project.corpus / "entities.jsonl")}
    taxonomy = project.taxonomy()
    pairs = ((key, moved) for anchored in files for moved in anchored.changed for _, key in sorted(taxonomy.keys_of(moved.after)))
    return list(
        dict.fromkeys(Renamed(str(key), moved.before, moved.after.text) for key, moved in pairs if names.get(str(key)) == moved.before)
    )
