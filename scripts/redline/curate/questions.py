"""A rater's answers to the questions about each sentence of a document: `corpus/answers/RATER/DOC.json`, without words."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import UNSET, Struct, UnsetType

from redline import project as projects
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.names import checked
from redline.core.questions import Questions
from redline.project import Project
from redline.project.lock import locked


class Place(Struct, frozen=True, order=True):
    """A sentence of a document by its numbers from 0; `sha256` is of its words."""

    passage: int
    sentence: int
    sha256: str


class Answers(Struct, frozen=True, forbid_unknown_fields=True):
    """The answers by number of question, in the order of the questions; the label once it is decided (None: no label)."""

    answers: dict[int, bool]
    label: str | UnsetType | None = UNSET

    @property
    def done(self) -> bool:
        """Whether the label is decided."""
        return self.label is not UNSET


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence with answers, and the version of the guidelines at the last of them."""

    passage: int
    sentence: int
    sha256: str
    guidelines: str
    given: Answers

    @property
    def place(self) -> Place:
        """The sentence."""
        return Place(self.passage, self.sentence, self.sha256)


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


def unlike(questions: Questions, given: Answers) -> str:
    """Why answers and label do not follow from the questions; "" when they do."""
    try:
        step = questions.after(given.answers)
    except ValueError as error:
        return str(error)
    if isinstance(step, int):
        return f"there is a label, but question {step} is open" if given.done else ""
    if not given.done:
        return "the label is missing" if len(step) == 1 else ""
    return "" if given.label in step else f"the answers do not lead to the label `{given.label}`"


def folder(project: Project) -> Path:
    """The folder with a folder for each rater."""
    return project.corpus / "answers"


def sheets(project: Project, questions: Questions) -> Iterator[Sheet]:
    """The sheets that are on disk."""
    for path in sorted(folder(project).glob("*/*.json")):
        yield Sheet(project, path.parent.name, path.stem, questions)


def places(document: Document) -> list[Place]:
    """The sentences of a document in their order."""
    return [
        Place(record.meta.passage, index, sha256(record.text[start:end].encode("utf-8")))
        for record in document.records
        for index, (start, end) in enumerate(record.sentences)
    ]
