"""How raters agree on each question about a sentence, and on the label that the answers lead to."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from math import isnan

import numpy as np
from msgspec import Struct

from redline.core.answers import Answers, Place, Row
from redline.core.errors import RedlineError
from redline.core.questions import Questions
from redline.curate import agree, questions
from redline.measure.coefficients import cohen
from redline.project import Project

Rated = Mapping[tuple[str, Place], Row]
"""(document, sentence) -> the answers of one rater."""
Pairs = Mapping[tuple[str, Place], tuple[Answers, Answers]]
"""(document, sentence) -> the answers of two raters with the same version of the guidelines."""


class Agreement(Struct, frozen=True):
    """The sentences about which both raters answered a question (None: of which both have a label), and the share of equal answers.

    `kappa` is Cohen's; None is undefined, in `equal` too.
    """

    raters: tuple[str, str]
    question: int | None
    sentences: int
    equal: float | None
    kappa: float | None


class Difference(Struct, frozen=True):
    """The first question about a sentence that two raters answered differently (None: only the labels differ), and what they answered.

    `passage` and `sentence` count from 0.
    """

    raters: tuple[str, str]
    doc: str
    passage: int
    sentence: int
    question: int | None
    answers: tuple[bool | str | None, bool | str | None]


def rated(project: Project, asked: Questions, names: Sequence[str] | None) -> dict[str, Rated]:
    """The answers of each rater named (default: all).

    Raises RedlineError for an unknown name, a file that cannot be used, or when no sentence has answers of two raters.
    """
    by_rater: dict[str, dict[tuple[str, Place], Row]] = {}
    for sheet in questions.sheets(project, asked):
        by_rater.setdefault(sheet.rater, {}).update({(sheet.doc, place): row for place, row in sheet.rows().items()})
    agree.refuse_unknown(names or [], list(by_rater))
    chosen: dict[str, Rated] = {name: by_rater[name] for name in names or by_rater}
    if max(Counter(key for own in chosen.values() for key in own).values(), default=0) < 2:
        raise RedlineError(
            f"{questions.folder(project)}: no sentence has answers of two raters; needed: redline annotate --rater NAME, "
            "and there the questions of a document, by each rater"
        )
    return chosen


def agreement(raters: Mapping[str, Rated], asked: Questions) -> list[Agreement]:
    """The agreement of each pair of raters on each question, and then on the label."""
    pairs = {both: [*_pairs(raters[both[0]], raters[both[1]]).values()] for both in combinations(raters, 2)}
    return [row for both, answers in pairs.items() for row in _rows(both, answers, asked)]


def differences(raters: Mapping[str, Rated]) -> Iterator[Difference]:
    """For each pair of raters the sentences that they answered differently, in order of document and place."""
    for one, other in combinations(raters, 2):
        for (doc, place), both in _pairs(raters[one], raters[other]).items():
            if found := _first(*both):
                yield Difference((one, other), doc, place.passage, place.sentence, *found)


def other_versions(raters: Mapping[str, Rated]) -> int:
    """The sentences that two raters answered with different versions of the guidelines, counted for each pair of raters."""
    pairs = combinations(raters.values(), 2)
    return sum(len(one.keys() & other.keys()) - len(_pairs(one, other)) for one, other in pairs)


def _pairs(one: Rated, other: Rated) -> Pairs:
    """The answers about the same sentences with the same version of the guidelines, in order of document and place."""
    both = {key: (one[key], other[key]) for key in sorted(one.keys() & other.keys())}
    return {key: (a.given, b.given) for key, (a, b) in both.items() if a.guidelines == b.guidelines}


def _rows(raters: tuple[str, str], pairs: Sequence[tuple[Answers, Answers]], asked: Questions) -> Iterator[Agreement]:
    for number in range(1, len(asked.forks) + 1):
        both = [(one.answers, other.answers) for one, other in pairs if number in one.answers and number in other.answers]
        yield _row(raters, number, [(one[number], other[number]) for one, other in both])
    yield _row(raters, None, [(one.label, other.label) for one, other in pairs if one.done and other.done])


def _row(raters: tuple[str, str], question: int | None, values: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    counts = Counter(values)
    kinds = list(dict.fromkeys(value for pair in values for value in pair))
    kappa = float(cohen(np.array([[counts[one, other] for other in kinds] for one in kinds], dtype=float))) if values else np.nan
    equal = sum(one == other for one, other in values) / len(values) if values else None
    return Agreement(raters, question, len(values), equal, None if isnan(kappa) else kappa)


def _first(one: Answers, other: Answers) -> tuple[int | None, tuple[bool | str | None, bool | str | None]] | None:
    """The first question with different answers, or None for the labels, with the answers; nothing when all is equal."""
    for number in sorted(one.answers.keys() & other.answers.keys()):
        if one.answers[number] != other.answers[number]:
            return number, (one.answers[number], other.answers[number])
    if isinstance(one.label, str | None) and isinstance(other.label, str | None) and one.label != other.label:
        return None, (one.label, other.label)
    return None
