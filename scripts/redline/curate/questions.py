"""The files with the answers of raters to the questions about each sentence: `corpus/answers/RATER/DOC.json`."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from redline import project as projects
from redline.core.answers import Answers, Place, Row, unlike
from redline.core.errors import RedlineError
from redline.core.names import checked
from redline.core.questions import Questions
from redline.project import Project
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
