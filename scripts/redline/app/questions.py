"""The page of the questions about each sentence: its sentences, where each answer leads, and the rater's own answers."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.app.desk import Desk, home
from redline.app.edits import EditError
from redline.core import questions
from redline.core.answers import Answers, Place, places, unlike
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.questions import Questions
from redline.curate.questions import Sheet

HERE = Path(__file__).parent
FILES = [*(HERE / "questions_page").iterdir(), *(HERE / "human_page" / name for name in ("answering.js", "parts.js", "human.css"))]
"""The files of the page, and what it has in common with the page on which a person checks sentences."""


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """The answers about the sentence at an index, the hash of its words, and the answers that the window knew there before."""

    place: int
    sha256: str
    before: Answers | None
    given: Answers


def of(desk: Desk) -> Questions | None:
    """The questions of the project; None where it has none."""
    return questions.read(desk.project.schemas, desk.taxonomy)


def start(desk: Desk, doc: str) -> dict[str, Any]:
    """Everything that does not change while the page is open, and the answers so far.

    Raises RedlineError when there is no such document, its text is not at hand, or the rater's file cannot be used.
    """
    sheet, document = _sheet(desk, doc), desk.blank(doc)
    layer = desk.taxonomy.layers[sheet.questions.about]
    return {
        "rater": desk.rater,
        "home": home(desk.project, desk.rater),
        "title": desk.sources[doc].seed.title or doc if doc in desk.sources else doc,
        "layer": layer.title,
        "version": desk.taxonomy.version,
        "questions": layer.questions,
        "forks": sheet.questions.forks,
        "labels": [{"name": label.name, "definition": label.definition} for label in layer.labels],
        "rulings": layer.rulings,
        "passages": [pieces(record) for record in document.records],
        "places": places(document),
        "answers": answers(sheet, places(document)),
    }


def answers(sheet: Sheet, asked: list[Place]) -> list[Answers | None]:
    """The answers on disk about each sentence."""
    rows = sheet.rows()
    return [rows[place].given if place in rows else None for place in asked]


def answered(desk: Desk, docs: Iterable[str]) -> dict[str, int]:
    """The number of present sentences with a decided label by document, for documents that have any."""
    asked = of(desk)
    counts = {doc: _count(desk, doc, asked) for doc in docs} if asked else {}
    return {doc: count for doc, count in counts.items() if count}


def _count(desk: Desk, doc: str, asked: Questions) -> int:
    try:
        rows = Sheet(desk.project, desk.rater, doc, asked).rows()
        return sum(rows[place].given.done for place in places(desk.blank(doc)) if place in rows) if rows else 0
    except RedlineError:
        return 0  # opening the questions of the document shows the problem


def save(desk: Desk, doc: str, sent: Given) -> tuple[bool, list[Answers | None]]:
    """Whether answers are on disk now, and all that are: they are not where another window has answered otherwise since.

    Raises EditError when the sentence is another one or the questions do not lead there, RedlineError when it cannot be written.
    """
    sheet, asked = _sheet(desk, doc), places(desk.blank(doc))
    if not 0 <= sent.place < len(asked) or asked[sent.place].sha256 != sent.sha256:
        raise EditError(f"sentence {sent.place + 1} has other words by now; needed: the present document (load the page again)")
    if problem := unlike(sheet.questions, sent.given):
        raise EditError(f"{problem}; needed: what the page asks")
    saved = sheet.save(asked[sent.place], sent.given, before=sent.before, guidelines=desk.taxonomy.version)
    return saved, answers(sheet, asked)


def pieces(record: Record) -> list[str]:
    """The text of a passage in pieces: what is before a sentence and the sentence, by turns, and what is after the last one."""
    cuts = [0, *(place for bounds in record.sentences for place in bounds), len(record.text)]
    return [record.text[start:end] for start, end in pairwise(cuts)]


def _sheet(desk: Desk, doc: str) -> Sheet:
    asked = of(desk)
    if asked is None:
        raise RedlineError(f"{desk.project.schemas / questions.NAME}: does not exist; needed: where the answers to each question lead")
    return Sheet(desk.project, desk.rater, doc, asked)
