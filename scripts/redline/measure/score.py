"""Precision, recall and F1 with their bootstrap intervals and the signature that says how they were made.

Source: percentile bootstrap over documents, Efron and Tibshirani 1993, chapter 13; signatures after sacreBLEU (Post 2018).
"""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from redline import __version__
from redline.measure.counts import Table

Floats = NDArray[np.float64]


class Bootstrap(Struct, frozen=True):
    """How intervals are made: number of replicates, seed, and level in 0..1."""

    replicates: int
    seed: int
    level: float = 0.95


class Score(Struct, frozen=True):
    """A value in 0..1 with its interval.

    The value is None where nothing defines it (no gold and no guess), the interval also where there is one document alone.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    signature: str

    def __str__(self) -> str:
        if self.value is None:
            return "undefined"
        if self.low is None or self.high is None:
            return f"{self.value:.3f} [one document]"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def f1(sums: Floats) -> Floats:
    """F1 of count sums (..., 4): 2PR/(P+R); 0 when one side is empty, NaN when both are."""
    precision = np.divide(sums[..., 0], sums[..., 1], out=np.zeros(sums.shape[:-1]), where=sums[..., 1] > 0)
    recall = np.divide(sums[..., 2], sums[..., 3], out=np.zeros(sums.shape[:-1]), where=sums[..., 3] > 0)
    both = precision + recall
    value = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
    nothing: Floats = np.where((sums[..., 1] == 0) & (sums[..., 3] == 0), np.nan, value)
    return nothing


def micro(sums: Floats) -> Floats:
    """F1 over the summed labels of count sums (..., labels, 4)."""
    return f1(sums.sum(axis=-2))


def macro(sums: Floats) -> Floats:
    """Mean F1 of the labels of count sums (..., labels, 4) that stand in gold or guess; NaN when none does."""
    values = f1(sums)
    known = ~np.isnan(values)
    total = np.where(known, values, 0).sum(axis=-1)
    mean: Floats = np.divide(total, known.sum(axis=-1), out=np.full(total.shape, np.nan), where=known.any(axis=-1))
    return mean


def average_precision(gold: Sequence[bool], scores: Sequence[float], weights: Floats | None = None) -> float:
    """The area under the precision-recall steps; equal scores are one step. NaN without a positive.

    `weights` gives each example a multiplicity. Source: Davis and Goadrich 2006; equals scikit-learn's average_precision_score.
    """
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    weight = np.ones(len(order)) if weights is None else np.asarray(weights, dtype=float)[order]
    positive = np.asarray(gold, dtype=float)[order] * weight
    hits, seen = np.cumsum(positive), np.cumsum(weight)
    total = hits[-1] if len(hits) else 0.0
    if total == 0:
        return float("nan")
    ranked = np.asarray(scores, dtype=float)[order]
    last = np.append(ranked[1:] != ranked[:-1], True)
    precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)[last]
    steps = np.diff(hits[last], prepend=0.0)
    return float((precision * steps).sum() / total)


def replicate_weights(documents: int, bootstrap: Bootstrap) -> Floats:
    """How often each document is drawn in each replicate: shape (replicates, documents), rows sum to `documents`."""
    random = np.random.default_rng(bootstrap.seed)
    return random.multinomial(documents, np.full(documents, 1 / documents), size=bootstrap.replicates).astype(float)


def resampled(table: Table, statistic: Callable[[Floats], Floats], bootstrap: Bootstrap) -> Floats:
    """The statistic on each bootstrap replicate of a table's documents: shape (replicates,)."""
    weights = replicate_weights(len(table), bootstrap)
    sums = weights @ table.reshape(len(table), -1)
    return statistic(sums.reshape(len(weights), *table.shape[1:]))


def scored(table: Table, metric: str, statistic: Callable[[Floats], Floats], recipe: dict[str, str], bootstrap: Bootstrap) -> Score:
    """A statistic of a table with its interval and signature.

    Raises ValueError when there are no documents.
    """
    if not len(table):
        raise ValueError("no documents; needed: at least one to score")
    value = float(statistic(table.sum(axis=0)))
    return interval(metric, value, resampled(table, statistic, bootstrap), len(table), recipe, bootstrap)


def interval(metric: str, value: float, replicates: Floats, documents: int, recipe: dict[str, str], bootstrap: Bootstrap) -> Score:
    """A value with the percentile interval of its replicates; undefined replicates are left out."""
    parts = {**recipe, "docs": str(documents), "boot": str(bootstrap.replicates), "seed": str(bootstrap.seed), "redline": __version__}
    signature = "|".join(f"{key}:{item}" for key, item in parts.items())
    known = replicates[~np.isnan(replicates)]
    if np.isnan(value) or not len(known):
        return Score(metric, None, None, None, signature)
    if documents < 2:
        return Score(metric, value, None, None, signature)
    tail = (1 - bootstrap.level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Score(metric, value, float(low), float(high), signature)


class Difference(Struct, frozen=True):
    """How much better the first of two systems is on the same documents: their difference with its interval, and p.

    `p` is the share of random exchanges of the systems' outputs, document by document, that make a difference at least as
    large. Source: approximate randomisation, Noreen 1989; paired bootstrap, Koehn 2004.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    p: float | None
    signature: str


def compared(
    one: Table, other: Table, metric: str, statistic: Callable[[Floats], Floats], recipe: dict[str, str], bootstrap: Bootstrap
) -> Difference:
    """The difference of a statistic between two tables over the same documents.

    Raises ValueError when they are not over the same number of documents, or over none.
    """
    if not len(one) or one.shape != other.shape:
        raise ValueError(f"tables of {len(one)} and {len(other)} documents; needed: the same documents, at least one")
    value = float(statistic(one.sum(axis=0)) - statistic(other.sum(axis=0)))
    replicates = resampled(one, statistic, bootstrap) - resampled(other, statistic, bootstrap)
    between = interval(metric, value, replicates, len(one), recipe, bootstrap)
    p = None if between.value is None else _exchanged(one, other, statistic, bootstrap, abs(value))
    return Difference(metric, between.value, between.low, between.high, p, between.signature)


def _exchanged(one: Table, other: Table, statistic: Callable[[Floats], Floats], bootstrap: Bootstrap, at_least: float) -> float:
    """The share of random exchanges with a difference of `at_least`; the observed one counts as one of them."""
    coins = np.random.default_rng(bootstrap.seed).integers(0, 2, size=(bootstrap.replicates, len(one))).astype(float)
    moved = (coins @ (one - other).reshape(len(one), -1)).reshape(bootstrap.replicates, *one.shape[1:])
    differences = statistic(one.sum(axis=0) - moved) - statistic(other.sum(axis=0) + moved)
    # Sums of fractions differ in their last digits: what is equal but for them counts as equal.
    return float((1 + (np.abs(differences) >= at_least - 1e-12).sum()) / (1 + bootstrap.replicates))
