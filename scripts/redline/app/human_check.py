"""The page on which a person checks sentences: the questions of one person, and a server that takes one answer at a time."""

from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from redline.app import server
from redline.app.edits import EditError
from redline.app.server import Service
from redline.core.corpus import Corpus
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import human_check, human_questions
from redline.curate.human_check import Answer, Question
from redline.project import Project
from redline.project.lock import locked

PAGE = Path(__file__).parent / "human_page"


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to the question at an index (None: open again), and the answer that the window knew there before."""

    place: int
    before: Answer | None
    answer: Answer | None


class Sheet:
    """The questions of one person, with their words; None where a sentence is gone. Labels and models are not among it."""

    def __init__(self, project: Project, name: str, questions: list[Question], corpus: Corpus, taxonomy: Taxonomy) -> None:
        self.project, self.name, self.questions, self.taxonomy = project, name, questions, taxonomy
        self.words = [human_check.words(corpus.documents, one) for one in questions]

    def start(self) -> dict[str, Any]:
        """Everything that does not change while the page is open, and the answers so far."""
        return {
            "name": self.name,
            "questions": [human_questions.is_act(self.taxonomy), human_questions.WHICH, human_questions.CRITICISES],
            "acts": human_questions.acts(self.taxonomy),
            "definitions": list(human_questions.definitions(self.taxonomy)),
            "order": human_questions.ORDER,
            "words": self.words,
            "answers": self.answers(),
        }

    def answers(self) -> list[Answer | None]:
        """The answers on disk.

        Raises RedlineError when the file has other questions by now.
        """
        questions = human_check.read(self.project, self.name)
        if [one.sha256 for one in questions] != [one.sha256 for one in self.questions]:
            raise RedlineError(f"the questions of {self.name} are others by now; needed: run redline human-check again")
        return [one.answer for one in questions]

    def answer(self, given: Given) -> bool:
        """Whether an answer is on disk now: it is not where another window has answered otherwise since.

        Raises EditError when there is no such question or answer, RedlineError when it cannot be written.
        """
        with locked(self.project):
            known = self.answers()
            act = given.answer.act if given.answer else None
            if not 0 <= given.place < len(known) or act not in (None, *human_questions.acts(self.taxonomy)):
                raise EditError(f"question {given.place + 1} has no answer `{act}`; needed: what the page asks")
            if known[given.place] not in (given.before, given.answer):
                return False
            human_check.answer(self.project, self.name, given.place, given.answer)
            return True


def application(sheet: Sheet, token: str, port: int) -> Starlette:
    """The routes of the page behind the guard of the annotator's page."""

    async def start(_: Request) -> Response:
        return server.answer(sheet.start())

    async def save(request: Request) -> Response:
        saved = sheet.answer(msgspec.json.decode(await request.body(), type=Given))
        return server.answer(sheet.answers(), 200 if saved else 409)

    routes = [Route("/api/start", start), Route("/api/answers", save, methods=["POST"]), *server.small(PAGE.iterdir())]
    return server.guarded(routes, token, port)


def service(sheet: Sheet, port: int) -> Service:
    """The server of a person's questions."""
    return server.served(partial(application, sheet), port)
