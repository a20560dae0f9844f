"""What people answer about sentences of gold that they read without a label: `corpus/audit/people/NAME.json`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from redline import project as projects
from redline.core.document import Document, Record
from redline.core.errors import RedlineError
from redline.core.examples import sentence_classes
from redline.core.files import sha256
from redline.core.names import checked
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.project import Project
from redline.project.lock import exclusive

PLANNED = 50
"""How many sentences a person is asked about."""
ACT, CRITICISM = "act_type", "criticism_sentence"
"""The tasks; a person is asked for their classes."""


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """The class of the act in a sentence, None if there is no act, and whether the sentence contains criticism."""

    act: str | None
    criticises: bool


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence that a person is asked about, the part of the draw that it is from, and the answer; `sha256` is of its words."""

    doc: str
    passage: int
    sentence: int
    sha256: str
    part: str
    answer: Answer | None = None


class Words(Struct, frozen=True):
    """The words of a sentence, and those of the sentences before and after it in its document ("" at the ends)."""

    text: str
    before: str
    after: str


def folder(project: Project) -> Path:
    """The folder with a file for each person."""
    return project.corpus / "audit" / "people"


def people(project: Project) -> dict[str, list[Question]]:
    """Person -> the questions with the answers, in the order in which they are asked.

    Raises RedlineError at a file that cannot be used.
    """
    return {path.stem: read(project, path.stem) for path in sorted(folder(project).glob("*.json"))}


def read(project: Project, name: str) -> list[Question]:
    """The questions of a person with the answers; none where the person has not begun.

    Raises RedlineError when the file has another shape, or an answer has a class that there is not.
    """
    path = _path(project, name)
    questions: list[Question] = projects.json_of(path, list[Question], [])
    task = project.taxonomy().task(ACT) if questions else None
    for act in {one.answer.act for one in questions if one.answer and one.answer.act is not None}:
        if task and act not in task.classes:
            raise RedlineError(f"{path}: unknown class `{act}`; there are {', '.join(task.classes)}")
    return questions


@exclusive
def begin(project: Project, name: str, drawn: Sequence[Question]) -> list[Question]:
    """Writes the questions of a person, unless the person has begun already; gives those that are on disk then."""
    known = read(project, name)
    if not known:
        projects.write_rows(_path(project, name), drawn)
    return known or list(drawn)


@exclusive
def answer(project: Project, name: str, place: int, given: Answer | None) -> None:
    """Stores the answer to the question at an index of a person's list; None leaves it open.

    Raises RedlineError when the question is no longer in the file.
    """
    questions = read(project, name)
    if place >= len(questions):
        raise RedlineError(f"{_path(project, name)}: question {place + 1} is missing; needed: the file from the start of this session")
    questions[place] = msgspec.structs.replace(questions[place], answer=given)
    projects.write_rows(_path(project, name), questions)


def gold(record: Record, sentence: int, taxonomy: Taxonomy) -> Answer | None:
    """The answer of gold for a sentence; None where gold does not have both layers."""
    tasks = [taxonomy.task(name) for name in (ACT, CRITICISM)]
    if not all(record.annotated(task.layer) for task in tasks):
        return None
    act, criticism = (_class(record, sentence, task, taxonomy) for task in tasks)
    return Answer(act, criticism is not None)


def sentence(documents: Mapping[str, Document], question: Question) -> Record | None:
    """The passage with the sentence of a question; None where the sentence is gone or has other words now."""
    records = documents[question.doc].records if question.doc in documents else ()
    for record in records:
        if record.meta.passage == question.passage and question.sentence < len(record.sentences):
            start, end = record.sentences[question.sentence]
            if sha256(record.text[start:end].encode("utf-8")) == question.sha256:
                return record
    return None


def words(documents: Mapping[str, Document], question: Question) -> Words | None:
    """What a person reads; None where the sentence is gone or has other words now."""
    if sentence(documents, question) is None:
        return None
    places: dict[tuple[int, int], str] = {}
    for record in documents[question.doc].records:
        places |= {(record.meta.passage, index): record.text[start:end] for index, (start, end) in enumerate(record.sentences)}
    texts, place = list(places.values()), list(places).index((question.passage, question.sentence))
    return Words(texts[place], texts[place - 1] if place else "", texts[place + 1] if place + 1 < len(texts) else "")


def _class(record: Record, sentence: int, task: Task, taxonomy: Taxonomy) -> str | None:
    name = sentence_classes(record, task, taxonomy.layers[task.layer])[sentence]
    return None if name == task.none else name


def _path(project: Project, name: str) -> Path:
    return folder(project) / f"{checked(name, 'person')}.json"
