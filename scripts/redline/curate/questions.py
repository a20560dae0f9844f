"""The files with the answers of raters to the questions about each sentence: `corpus/answers/RATER/DOC.json`."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from redline import project as projects
from redline.core.answers import Answers, Place, Row, places, unlike
from redline.core.corpus import Source
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.names import checked
from redline.core.questions import Questions
from redline.edit.reanchor import Anchored, anchored
from redline.formats import jsonl
from redline.project import Project, sources
from redline.project.lock import locked


class Sheet(Struct, frozen=True):
    """The answers of one rater about one document."""

    project: Project
    rater: str
    doc: str
    questions: Questions

    @property
    def path(self) -> Path:
        """The file with the answers."""
        return folder(self.project) / checked(self.rater, "rater") / f"{checked(self.doc, 'document')}.json"

    def rows(self) -> dict[Place, Row]:
        """The sentences with answers; none without a file.

        Raises RedlineError when the file has another shape, or the questions do not lead to an answer or label.
        """
        rows: list[Row] = projects.json_of(self.path, list[Row], [])
        for row in rows:
            if problem := unlike(self.questions, row.given):
                raise RedlineError(
                    f"{self.path}: passage {row.passage}, sentence {row.sentence}: {problem}; needed: the questions of schemas/"
                )
        if len(by_place := {row.place: row for row in rows}) < len(rows):
            raise RedlineError(f"{self.path}: a sentence occurs twice; needed: one row a sentence")
        return by_place

    def save(self, place: Place, given: Answers, *, before: Answers | None, guidelines: str) -> bool:
        """Writes the answers about a sentence, unless other answers than `before` are on disk; whether they are on disk then.

        Answers without an answer remove the sentence. Raises RedlineError when the file cannot be used or written.
        """
        with locked(self.project):
            rows = self.rows()
            known, kept = rows[place].given if place in rows else None, given if given.answers else None
            if known not in (before, kept):
                return False
            rows.pop(place, None)
            if kept:
                rows[place] = Row(place.passage, place.sentence, place.sha256, guidelines, kept)
            projects.write_rows(self.path, [rows[key] for key in sorted(rows)])
            return True


def folder(project: Project) -> Path:
    """The folder with a folder for each rater."""
    return project.corpus / "answers"


def sheets(project: Project, questions: Questions) -> Iterator[Sheet]:
    """The sheets that are on disk."""
    for path in sorted(folder(project).glob("*/*.json")):
        yield Sheet(project, path.parent.name, path.stem, questions)


class Carried(Struct, frozen=True):
    """A file of answers about a corrected text: each answer is with its sentence again; one to a changed sentence stays where it was."""

    path: Path
    rows: list[Row]
    anchored: Anchored

    def write(self) -> None:
        """Writes the file.

        Raises RedlineError when it cannot be written.
        """
        projects.write_rows(self.path, self.rows)


def carried(project: Project, source: Source, new: str) -> Iterator[Carried]:
    """The files of answers about a document, for its corrected text. Raises RedlineError when one cannot be used."""
    paths = sorted(folder(project).glob(f"*/{source.seed.doc}.json"))
    if not paths:
        return
    before, after = (_by_words(document) for document in _documents(project, source, new))
    for path in paths:
        rows: list[Row] = projects.json_of(path, list[Row], [])
        moved = {row.place: row for row in (_moved(row, before, after) for row in rows)}
        yield Carried(path, [moved[place] for place in sorted(moved)], Anchored(Document(source.seed.doc, ()), [], []))


def _documents(project: Project, source: Source, new: str) -> tuple[Document, Document]:
    """The document before and after its correction, with the sentences of gold if there is gold of the old text."""
    scheme, gold = project.taxonomy().scheme, project.gold / f"{source.seed.doc}.jsonl"
    after = sources.blank(Source(source.seed, new, ""), scheme)
    before = jsonl.read_one(gold) if gold.exists() else sources.blank(source, scheme)
    if not gold.exists() or any(source.text[r.meta.offset : r.meta.offset + len(r.text)] != r.text for r in before.records):
        return before, after
    return before, anchored(before, source.text, new).document


def _by_words(document: Document) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in places(document):
        found.setdefault(place.sha256, []).append(place)
    return found


def _moved(row: Row, before: dict[str, list[Place]], after: dict[str, list[Place]]) -> Row:
    """The row at the sentence with its words; the same one of several with the same words."""
    old, new = before.get(row.sha256, []), after.get(row.sha256, [])
    if row.place not in old or not new:
        return row
    place = new[min(old.index(row.place), len(new) - 1)]
    return Row(place.passage, place.sentence, place.sha256, row.guidelines, row.given)
