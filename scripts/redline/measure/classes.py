"""Scores of classification: of each class, of the positive one, of the ranking by score, and of the scores as probabilities.

Source: average precision after Davis and Goadrich 2006; Brier 1950; reliability bins after Murphy and Winkler 1977.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from redline.core.examples import Guess
from redline.core.task import Task
from redline.measure.counts import Table, class_table
from redline.measure.rows import PARTS, Row, named, row
from redline.measure.score import Bootstrap, Difference, Floats, coins, interval, macro, replicate_weights

Judged = tuple[str, Guess]
"""The gold class of a unit and what was guessed."""
System = Sequence[Sequence[Judged]]
"""The judged units of each document."""
BINS = 10


def class_rows(task: Task, systems: Sequence[System], bootstrap: Bootstrap) -> Iterator[Row]:
    """All rows of a task, for one system or for two that are compared over the same documents."""
    classes = list(task.classes)
    recipe = {"task": task.name, "unit": task.unit}
    tables = [class_table([[(gold, guess.label) for gold, guess in held] for held in system], classes) for system in systems]
    of = {"task": task.name, "layer": task.layer}
    if len(classes) > 1:
        yield row(named(task.metric, **of), tables, macro, recipe | {"avg": "macro"}, bootstrap)
    for index, name in enumerate(classes):
        label = name if len(classes) > 1 else None
        columns, told = [table[:, index] for table in tables], recipe | {"label": name}
        for part, statistic in PARTS.items():
            metric = part if label else f"positive_{part}"
            yield row(named(metric, label=label, **of), columns, statistic, told, bootstrap)
        if all(_has_scores(system) for system in systems):
            yield _ranked(named("pr_auc", label=label, **of), systems, name, told, bootstrap)
    if all(_has_scores(system) for system in systems):
        yield row(named("brier", **of), [_squares(task, system) for system in systems], _mean, recipe, bootstrap)


def _has_scores(system: System) -> bool:
    return any(held for held in system) and all(guess.scores for held in system for _, guess in held)


def average_precision(gold: Sequence[bool], scores: Sequence[float], weights: Floats | None = None) -> float:
    """The area under the precision-recall steps; equal scores are one step. NaN without a positive.

    `weights` gives each example a multiplicity. Equals scikit-learn's average_precision_score.
    """
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    weight = np.ones(len(order)) if weights is None else np.asarray(weights, dtype=float)[order]
    precision, recall = _steps(np.asarray(gold, dtype=float)[order], np.asarray(scores, dtype=float)[order], weight)
    return float((precision * np.diff(recall, prepend=0.0)).sum()) if len(recall) else float("nan")


def precision_recall(gold: Sequence[bool], scores: Sequence[float]) -> list[tuple[float, float]]:
    """(recall, precision) at each score from the highest down; empty without a positive."""
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    precision, recall = _steps(np.asarray(gold, dtype=float)[order], np.asarray(scores, dtype=float)[order], np.ones(len(order)))
    return [(float(x), float(y)) for x, y in zip(recall, precision, strict=True)]


def _steps(gold: Floats, scores: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Precision and recall of ranked examples where the score falls; both empty without a positive."""
    hits, seen = np.cumsum(gold * weight), np.cumsum(weight)
    if not len(hits) or hits[-1] == 0:
        return np.zeros(0), np.zeros(0)
    last = np.append(scores[1:] != scores[:-1], True)
    precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
    return precision[last], hits[last] / hits[-1]


class _Ranking:
    """The units of a system as arrays: whether each is of the class, its score, and its document."""

    def __init__(self, system: System, name: str) -> None:
        self.documents = len(system)
        self.gold = np.array([gold == name for held in system for gold, _ in held], dtype=float)
        self.scores = np.array([guess.scores.get(name, 0.0) for held in system for _, guess in held], dtype=float)
        self.owner = np.repeat(np.arange(len(system)), [len(held) for held in system])

    def value(self, weights: Floats | None = None) -> float:
        """Average precision; `weights` by document."""
        return average_precision(list(self.gold), list(self.scores), None if weights is None else weights[self.owner])


def _ranked(of: Row, systems: Sequence[System], name: str, recipe: dict[str, str], bootstrap: Bootstrap) -> Row:
    """The row with the average precision of a class and, for two systems, their difference."""
    rankings = [_Ranking(system, name) for system in systems]
    drawn = replicate_weights(rankings[0].documents, bootstrap)
    replicates = [np.array([ranking.value(weights) for weights in drawn]) for ranking in rankings]
    score = interval("pr_auc", rankings[0].value(), replicates[0], rankings[0].documents, recipe, bootstrap)
    if len(systems) == 1:
        return Row(score=score, task=of.task, layer=of.layer, label=of.label)
    between = rankings[0].value() - rankings[1].value()
    found = interval("pr_auc", between, replicates[0] - replicates[1], rankings[0].documents, recipe, bootstrap)
    p = None if found.value is None else _exchanged(systems, name, abs(between), bootstrap)
    difference = Difference("pr_auc", found.value, found.low, found.high, p, found.signature)
    return Row(score=score, task=of.task, layer=of.layer, label=of.label, difference=difference)


def _exchanged(systems: Sequence[System], name: str, at_least: float, bootstrap: Bootstrap) -> float:
    """The share of random exchanges of documents between two systems with a difference of `at_least`."""
    both = _Ranking([*systems[0], *systems[1]], name)
    count = 1
    for kept in coins(len(systems[0]), bootstrap):
        one, other = both.value(np.append(kept, 1 - kept)), both.value(np.append(1 - kept, kept))
        count += abs(one - other) >= at_least - 1e-12
    return count / (1 + bootstrap.replicates)


def _squares(task: Task, system: System) -> Table:
    """Per document the sum of the units' squared errors, and the number of units: (documents, 2)."""
    return np.array([[sum(_square(task, gold, guess) for gold, guess in held), len(held)] for held in system], dtype=float)


def _square(task: Task, gold: str, guess: Guess) -> float:
    """The squared error of the scores: of one class alone, or summed over several classes and the one of none."""
    scores = {name: guess.scores.get(name, 0.0) for name in task.classes}
    if len(scores) > 1:
        scores[task.none] = 1 - sum(scores.values())
    return sum((score - (name == gold)) ** 2 for name, score in scores.items())


def _mean(sums: Floats) -> Floats:
    found: Floats = np.divide(sums[..., 0], sums[..., 1], out=np.full(sums.shape[:-1], np.nan), where=sums[..., 1] > 0)
    return found


class Bin(Struct, frozen=True):
    """The units whose score lies in `[low, high)` (the last bin holds 1): how many, their mean score, their share of positives."""

    low: float
    high: float
    count: int
    mean_score: float
    positive_share: float


def reliability(system: System, name: str) -> list[Bin]:
    """The bins of a class that hold a unit: for probabilities, mean score and share of positives are alike."""
    ranking = _Ranking(system, name)
    place = np.searchsorted(np.arange(1, BINS) / BINS, ranking.scores, side="right")
    found = []
    for index in sorted(set(place.tolist())):
        inside = place == index
        mean, share = float(ranking.scores[inside].mean()), float(ranking.gold[inside].mean())
        found.append(Bin(index / BINS, (index + 1) / BINS, int(inside.sum()), mean, share))
    return found
