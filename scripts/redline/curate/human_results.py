"""How people who read single sentences without a label agree with gold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan

import numpy as np
from msgspec import Struct

from redline.core.document import Document
from redline.core.taxonomy import Taxonomy
from redline.curate import human_check
from redline.curate.human_check import ACT, CRITICISM, PLANNED, Answer, Question
from redline.measure.coefficients import cohen
from redline.project import Project

ANY = "any act"
"""The label of the figures on whether there is any act."""


class Agreement(Struct, frozen=True):
    """How often gold and people give a label: each of them, both, in how many answers; Cohen's kappa and F1 (None: undefined)."""

    label: str
    answers: int
    gold: int
    people: int
    both: int
    kappa: float | None
    f1: float | None


class Part(Struct, frozen=True):
    """A part of the draw: the answers in it, and how many of them have the act, and the criticism, that gold has."""

    part: str
    answers: int
    same_act: int
    same_criticism: int


class Result(Struct, frozen=True):
    """How many of the planned sentences people checked; their agreement with gold by label and by part, together and by person.

    `gone` is the number of answers to a sentence that is gone or has other words now; nothing else counts them.
    """

    planned: int
    checked: int
    gone: int
    agreement: list[Agreement]
    parts: list[Part]
    people: dict[str, list[Agreement]]


Pair = tuple[Question, Answer, Answer]
"""A question, the answer of gold, and the answer of a person."""


def result(project: Project, documents: Mapping[str, Document], taxonomy: Taxonomy) -> Result:
    """The result of a project with `documents` as its gold.

    Raises RedlineError at a file of a person that cannot be used.
    """
    answered = {name: [one for one in own if one.answer] for name, own in human_check.people(project).items()}
    pairs = {name: list(_pairs(own, documents, taxonomy)) for name, own in answered.items() if own}
    together = [pair for own in pairs.values() for pair in own]
    checked = {(one.doc, one.passage, one.sentence) for one, _, _ in together}
    gone = sum(map(len, answered.values())) - len(together)
    by_person = {name: agreement(own, taxonomy) for name, own in pairs.items()}
    return Result(PLANNED, len(checked), gone, agreement(together, taxonomy), list(_parts(together)), by_person)


def _pairs(questions: Iterable[Question], documents: Mapping[str, Document], taxonomy: Taxonomy) -> Iterator[Pair]:
    for one in questions:
        record = human_check.sentence(documents, one)
        gold = human_check.gold(record, one.sentence, taxonomy) if record else None
        if gold and one.answer:
            yield one, gold, one.answer


def agreement(pairs: Sequence[Pair], taxonomy: Taxonomy) -> list[Agreement]:
    """The agreement on whether there is an act, on each class of act, and on criticism; empty without an answer."""
    if not pairs:
        return []
    answers = [(gold, person) for _, gold, person in pairs]
    acts, (criticism,) = taxonomy.task(ACT).classes, taxonomy.task(CRITICISM).classes
    return [
        _agreement(ANY, [(gold.act is not None, person.act is not None) for gold, person in answers]),
        *(_agreement(name, [(gold.act == name, person.act == name) for gold, person in answers]) for name in acts),
        _agreement(criticism, [(gold.criticises, person.criticises) for gold, person in answers]),
    ]


def _agreement(label: str, pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    counts = Counter(pairs)
    matrix = np.array([[counts[one, other] for other in (False, True)] for one in (False, True)], dtype=float)
    kappa, both = float(cohen(matrix)), counts[True, True]
    gold, people = both + counts[True, False], both + counts[False, True]
    f1 = 2 * both / (gold + people) if gold + people else None
    return Agreement(label, len(pairs), gold, people, both, None if isnan(kappa) else kappa, f1)


def _parts(pairs: Sequence[Pair]) -> Iterator[Part]:
    for part in sorted({question.part for question, _, _ in pairs}):
        own = [(gold, person) for question, gold, person in pairs if question.part == part]
        same = sum(gold.act == person.act for gold, person in own), sum(gold.criticises == person.criticises for gold, person in own)
        yield Part(part, len(own), *same)
