"""Scores of classification: of each class, of the positive one, of the ranking by score, and of the scores as probabilities.

Source: average precision after Davis and Goadrich 2006; Brier 1950; reliability bins after Murphy and Winkler 1977.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from msgspec import Struct

from redline.core.examples import Guess
from redline.core.metric import MACRO, METRICS, Metric
from redline.core.task import Task
from redline.measure.counts import Table, class_table
from redline.measure.rows import Row, named, row
from redline.measure.score import (
    COLUMNS,
    FEWEST,
    TOTALS,
    Bootstrap,
    Counts,
    Difference,
    Floats,
    coins,
    exchanged,
    interval,
    replicate_weights,
    resampled,
    share_at_least,
    signed,
)  # fmt: skip

Judged = tuple[str, Guess]
"""The gold class of a unit and what was guessed."""
System = Sequence[Sequence[Judged]]
"""The judged units of each document."""
BINS = 10


def class_rows(task: Task, systems: Sequence[System], bootstrap: Bootstrap) -> Iterator[Row]:
    """All rows of a task, for one system or for two that are compared over the same documents."""
    classes = list(task.classes)
    recipe = {"task": task.name, "unit": task.unit}
    tables = [table_of(task, system) for system in systems]
    of = {"task": task.name, "layer": task.layer}
    scores = all(_has_scores(system) for system in systems)
    if len(classes) > 1:
        for metric in _totals(task):
            average = "macro" if metric.statistic == MACRO else "micro"
            yield row(named(metric.name, **of), tables, TOTALS[metric.statistic], recipe | {"avg": average}, bootstrap)
    for index, name in enumerate(classes):
        label = name if len(classes) > 1 else None
        columns, of_class = [table[:, index] for table in tables], recipe | {"label": name}
        for metric in CLASS_METRICS if label else POSITIVE_METRICS:
            yield row(named(metric.name, label=label, **of), columns, COLUMNS[metric.statistic], of_class, bootstrap)
        if label is None:
            yield _mean_row(named("false_alarms", **of), [_alarms(name, system) for system in systems], None, of_class, bootstrap)
        if scores:
            yield ranked_row(named("average_precision", label=label, **of), systems, name, of_class, bootstrap)
    if scores:
        gold = int(tables[0][..., 3].sum())
        yield _mean_row(named("brier", **of), [_squares(task, system) for system in systems], gold, recipe, bootstrap)


CLASS_METRICS = [METRICS[name] for name in ("f1", "precision", "recall")]
POSITIVE_METRICS = [METRICS[name] for name in ("positive_f1", "positive_precision", "positive_recall")]


def _totals(task: Task) -> list[Metric]:
    """The metrics over several classes: the task's own first."""
    own = METRICS[task.metric]
    return [own, *(metric for metric in (METRICS["macro_f1"], METRICS["micro_f1"]) if metric.statistic != own.statistic)]


def table_of(task: Task, system: System) -> Table:
    """The counts of a system, a column a class: (documents, classes, 4)."""
    return class_table([[(gold, guess.label) for gold, guess in document] for document in system], list(task.classes))


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


def ranked_row(of: Row, systems: Sequence[System], name: str, recipe: dict[str, str], bootstrap: Bootstrap) -> Row:
    """The row with the average precision of a class and, for two systems, their difference."""
    rankings = [_Ranking(system, name) for system in systems]
    enough = _with_positives(systems[0], name) >= FEWEST
    drawn = replicate_weights(rankings[0].documents, bootstrap) if enough else np.zeros((0, rankings[0].documents))
    replicates = [np.array([ranking.value(weights) for weights in drawn]) for ranking in rankings]
    documents = rankings[0].documents
    counts = Counts(int(rankings[0].gold.sum()), len(rankings[0].scores), _with_positives(systems[0], name))
    score = interval(of.score.metric, rankings[0].value(), replicates[0], counts.documents, recipe, bootstrap)
    signature = signed(documents, recipe, bootstrap)
    score = msgspec.structs.replace(score, signature=signature, gold=counts.gold, guessed=counts.guessed, documents=counts.documents)
    if len(systems) == 1:
        return msgspec.structs.replace(of, score=score)
    between = rankings[0].value() - rankings[1].value()
    change = interval(of.score.metric, between, replicates[0] - replicates[1], counts.documents, recipe, bootstrap)
    p = _exchanged(systems, name, between, bootstrap) if change.low is not None else None
    difference = Difference(of.score.metric, change.value, change.low, change.high, p, signature)
    return msgspec.structs.replace(of, score=score, difference=difference)


def _with_positives(system: System, name: str) -> int:
    return sum(any(gold == name for gold, _ in document) for document in system)


def _exchanged(systems: Sequence[System], name: str, observed: float, bootstrap: Bootstrap) -> float:
    """The share of random exchanges of documents between two systems with a difference as large as the observed one."""
    both = _Ranking([*systems[0], *systems[1]], name)
    drawn = coins(len(systems[0]), bootstrap)
    values = [both.value(np.append(kept, 1 - kept)) - both.value(np.append(1 - kept, kept)) for kept in drawn]
    return share_at_least(np.array(values), observed)


def _mean_row(of: Row, tables: Sequence[Table], gold: int | None, recipe: dict[str, str], bootstrap: Bootstrap) -> Row:
    """The row with a sum over units by their number, of tables (documents, 2); the documents are those with a unit.

    Its counts are `gold` and the number of units or, where `gold` is None, the number of units and the sum.
    """
    documents = int((tables[0][:, 1] > 0).sum())
    enough = documents >= FEWEST
    values = [float(_mean(table.sum(axis=0))) for table in tables]
    drawn = [resampled(table, _mean, bootstrap) if enough else np.zeros(0) for table in tables]
    score = interval(of.score.metric, values[0], drawn[0], documents, recipe, bootstrap)
    total, units = (int(number) for number in tables[0].sum(axis=0))
    counts = (units, total) if gold is None else (gold, units)
    signature = signed(len(tables[0]), recipe, bootstrap)
    score = msgspec.structs.replace(score, signature=signature, gold=counts[0], guessed=counts[1], documents=documents)
    if len(tables) == 1:
        return msgspec.structs.replace(of, score=score)
    change = interval(of.score.metric, values[0] - values[1], drawn[0] - drawn[1], documents, recipe, bootstrap)
    p = exchanged(tables[0], tables[1], _mean, bootstrap) if enough else None
    return msgspec.structs.replace(
        of, score=score, difference=Difference(of.score.metric, change.value, change.low, change.high, p, signature)
    )


def _alarms(name: str, system: System) -> Table:
    """Per document how many units without a class were guessed to be of it, and how many are without it: (documents, 2)."""
    without = [[guess.label == name for gold, guess in held if gold != name] for held in system]
    return np.array([[sum(guessed), len(guessed)] for guessed in without], dtype=float)


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
    """The units with a score in `[low, high)` (the last bin contains 1): how many, their mean score, their share of positives."""

    low: float
    high: float
    count: int
    mean_score: float
    positive_share: float


def reliability(system: System, name: str) -> list[Bin]:
    """The bins of a class that contain a unit: for probabilities, mean score and share of positives are equal."""
    ranking = _Ranking(system, name)
    place = np.searchsorted(np.arange(1, BINS) / BINS, ranking.scores, side="right")
    found = []
    for index in sorted(set(place.tolist())):
        inside = place == index
        mean, share = float(ranking.scores[inside].mean()), float(ranking.gold[inside].mean())
        found.append(Bin(index / BINS, (index + 1) / BINS, int(inside.sum()), mean, share))
    return found
