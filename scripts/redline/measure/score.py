"""Precision, recall and F1 with their bootstrap intervals and the signature that says how they were made.

Source: percentile bootstrap over documents, Efron and Tibshirani 1993, chapter 13; signatures after sacreBLEU (Post 2018).
"""

from collections.abc import Callable
from functools import lru_cache

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
    one, other = np.nan_to_num(precision(sums)), np.nan_to_num(recall(sums))
    both = one + other
    value = np.divide(2 * one * other, both, out=np.zeros_like(both), where=both > 0)
    nothing: Floats = np.where((sums[..., 1] == 0) & (sums[..., 3] == 0), np.nan, value)
    return nothing


def precision(sums: Floats) -> Floats:
    """The share of right guesses of count sums (..., 4); NaN when nothing was guessed."""
    return _share(sums[..., 0], sums[..., 1])


def recall(sums: Floats) -> Floats:
    """The share of gold that was found, of count sums (..., 4); NaN when there is no gold."""
    return _share(sums[..., 2], sums[..., 3])


def _share(part: Floats, whole: Floats) -> Floats:
    found: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return found


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


@lru_cache(maxsize=4)
def replicate_weights(documents: int, bootstrap: Bootstrap) -> Floats:
    """How often each document is drawn in each replicate: shape (replicates, documents), rows sum to `documents`; read-only."""
    random = np.random.default_rng(bootstrap.seed)
    drawn = random.multinomial(documents, np.full(documents, 1 / documents), size=bootstrap.replicates).astype(float)
    drawn.setflags(write=False)
    return drawn


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
    moved = (coins(len(one), bootstrap) @ (one - other).reshape(len(one), -1)).reshape(bootstrap.replicates, *one.shape[1:])
    differences = statistic(one.sum(axis=0) - moved) - statistic(other.sum(axis=0) + moved)
    # Sums of fractions differ in their last digits: what is equal but for them counts as equal.
    return float((1 + (np.abs(differences) >= at_least - 1e-12).sum()) / (1 + bootstrap.replicates))


def coins(documents: int, bootstrap: Bootstrap) -> Floats:
    """Which documents two systems exchange in each replicate: shape (replicates, documents), 0 or 1."""
    return np.random.default_rng(bootstrap.seed).integers(0, 2, size=(bootstrap.replicates, documents)).astype(float)
