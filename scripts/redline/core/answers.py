"""A rater's answers to the questions about each sentence of a document, without words, and where they must lead."""

from msgspec import UNSET, Struct, UnsetType

from redline.core.document import Document
from redline.core.files import sha256
from redline.core.questions import Questions


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


class Filled(Struct, frozen=True):
    """The bytes of a file of answers, the questions, and the sentences of its document.

    `places` is empty without a document, and None if its words are not at hand.
    """

    data: bytes
    questions: Questions
    places: frozenset[Place] | None


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


def places(document: Document) -> list[Place]:
    """The sentences of a document in their order."""
    return [
        Place(record.meta.passage, index, sha256(record.text[start:end].encode("utf-8")))
        for record in document.records
        for index, (start, end) in enumerate(record.sentences)
    ]
