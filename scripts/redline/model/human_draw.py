"""The sentences that people check: a third of which a model is sure, a third near its threshold, a third at random."""

import random
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from redline.core.corpus import OPEN, REFERENCED, Corpus
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.predictions import entries
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.curate.human_check import ACT, CRITICISM, PLANNED, Question
from redline.model import homes
from redline.model.label import Labeller

SEED = "human-check"
SURE, NEAR, RANDOM = "sure", "near", "random"
"""The parts of the draw."""


class Rated(Struct, frozen=True):
    """A sentence with the score of each task, the sum over its classes, and the tasks of which the model gives it a class."""

    doc: str
    passage: int
    sentence: int
    sha256: str
    scores: dict[str, float]
    called: frozenset[str]

    @property
    def place(self) -> tuple[str, int, int]:
        """Document, passage and sentence."""
        return self.doc, self.passage, self.sentence


def draw(corpus: Corpus, taxonomy: Taxonomy) -> list[Question]:
    """The questions for each person, in the order in which they are asked: of open documents, by the models of the Redline package.

    Raises RedlineError when these models do not classify sentences, or cannot be read.
    """
    tasks = [taxonomy.task(name) for name in (ACT, CRITICISM)]
    documents = (corpus.documents[doc] for doc in sorted(corpus.documents) if _is_open(corpus, doc))
    records = [record for document in documents for record in document.records]
    labeller = Labeller(taxonomy, homes.SHIPPED)
    if missing := [task.name for task in tasks if task not in [known for known, _ in labeller.models]]:
        raise RedlineError(f"{homes.SHIPPED}: has no model of {' and '.join(missing)}; needed: the models of the Redline package")
    labelled = labeller.label(records)
    return chosen([one for record in labelled for one in _rated(record, tasks)], PLANNED)


def _is_open(corpus: Corpus, doc: str) -> bool:
    seed = corpus.sources[doc].seed if doc in corpus.sources else None
    return seed is not None and seed.rights == OPEN and seed.origin != REFERENCED


def _rated(record: Record, tasks: Sequence[Task]) -> Iterator[Rated]:
    guesses = {task.name: entries(record, task) or [] for task in tasks}
    for index, (start, end) in enumerate(record.sentences):
        scores = {name: sum(own[index].scores.values()) for name, own in guesses.items()}
        called = frozenset(task.name for task in tasks if guesses[task.name][index].label != task.none)
        digest = sha256(record.text[start:end].encode("utf-8"))
        yield Rated(record.meta.doc, record.meta.passage, index, digest, scores, called)


def chosen(rated: Sequence[Rated], number: int) -> list[Question]:
    """`number` sentences in random order, or all if fewer exist: two thirds chosen by score, the rest at random."""
    dice, drawn = random.Random(SEED), dict[tuple[str, int, int], Question]()
    third = (number + 1) // 3
    for part in (SURE, NEAR):
        for task, share in ((ACT, third - third // 2), (CRITICISM, third // 2)):
            _take(drawn, part, pool(rated, task, part, third), share, dice)
    _take(drawn, RANDOM, sorted(rated, key=lambda one: one.place), number - len(drawn), dice)
    questions = list(drawn.values())
    dice.shuffle(questions)
    return questions


def pool(rated: Collection[Rated], task: str, part: str, width: int) -> list[Rated]:
    """The sentences that a part is drawn from, the highest score first.

    Sure is the upper half of the sentences that the model calls of the task. Near is those of the rest that are at most `width`
    ranks from the threshold, on both sides.
    """
    ranked = sorted(rated, key=lambda one: (-one.scores[task], one.place))
    called = sum(task in one.called for one in ranked)
    half = (called + 1) // 2
    return ranked[:half] if part == SURE else ranked[max(half, called - width) : called + width]


def _take(drawn: dict[tuple[str, int, int], Question], part: str, pool: Sequence[Rated], number: int, dice: random.Random) -> None:
    """Adds `number` sentences of a pool, or all that are left of it."""
    left = [one for one in pool if one.place not in drawn]
    for one in dice.sample(left, min(number, len(left))):
        drawn[one.place] = Question(*one.place, one.sha256, part)
