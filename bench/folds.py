"""Train cut into folds, for benches that choose features."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from redline.core.document import Record
from redline.learn.baseline import Setup
from redline.learn.fitting import Candidate, Lesson, fitted
from redline.learn.linear import FOLDS
from redline.learn.ngrams import Floats
from redline.model.training import Data

USUAL = Candidate(10.0, 0.2)
"""What cross-validation chose for most tasks."""


def folds(data: Data) -> Iterator[tuple[list[Record], list[Record]]]:
    """The records to train on and those to score, FOLDS times; events and speakers stay together."""
    groups = list(dict.fromkeys(data.groups.get(record.meta.doc, record.meta.doc) for record in data.train))
    random.Random(1).shuffle(groups)
    for fold in range(FOLDS):
        sides: dict[bool, list[Record]] = defaultdict(list)
        for record in data.train:
            sides[data.groups.get(record.meta.doc, record.meta.doc) in groups[fold::FOLDS]].append(record)
        yield sides[False], sides[True]


def scored(
    lessons: Sequence[Lesson], setup: Setup, learned: Callable[[set[str]], list[int]], vectors: Floats | None = None
) -> tuple[list[bool], list[float]]:
    """Of each lesson that decides whether it is of the first class of the task, and its probability.

    `learned` has the numbers of the lessons for a model that does not see these groups, which it then scores.
    """
    groups = sorted({lesson.group for lesson in lessons})
    random.Random(1).shuffle(groups)
    positive, scores = next(iter(setup.task.classes)), np.zeros(len(lessons))
    for fold in range(FOLDS):
        left_out = set(groups[fold::FOLDS])
        rest = learned(left_out)
        here = [index for index, lesson in enumerate(lessons) if lesson.group in left_out and lesson.decides]
        seen, own = (None, None) if vectors is None else (vectors[rest], vectors[here])
        (weights,) = fitted([lessons[index] for index in rest], setup, [USUAL], seen)
        column = weights.features.classes.index(positive)
        scores[here] = weights.probabilities([lessons[index].text for index in here], own)[:, column]
    asked = [index for index, lesson in enumerate(lessons) if lesson.decides]
    return [lessons[index].gold == positive for index in asked], list(scores[asked])
