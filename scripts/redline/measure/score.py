"""Precision, recall and F1 with their bootstrap intervals and the signature that describes how they were made.

Source: percentile bootstrap over documents, Efron and Tibshirani 1993, chapter 13; signatures after sacreBLEU (Post 2018).
"""

from collections.abc import Callable
from functools import lru_cache

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from redline import __version__
from redline.core.metric import F1, MACRO, MICRO, PRECISION, RECALL
from redline.measure.counts import Table

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
FEWEST = 10
"""Documents that an interval or a p needs: with fewer, resampling shows nothing. Five documents exchange in 32 ways, of which
two are the observed one, so that no p below 1/16 is possible."""


class Bootstrap(Struct, frozen=True):
    """How intervals are made: number of replicates, seed, and level in 0..1."""

    replicates: int
    seed: int
    level: float = 0.95


class Score(Struct, frozen=True):
    """A value with its interval, and what it is of: how many are in gold, how many were guessed, in how many documents.

    Shares and F1 are in 0..1; coefficients and differences may be negative. The value is None where nothing defines it (no
    gold and no guess), the interval also below FEWEST documents. Counts are None where they do not apply.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    signature: str
    gold: int | None = None
    guessed: int | None = None
    documents: int | None = None

    def __str__(self) -> str:
        if self.value is None:
            return "undefined"
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
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
    """Mean F1 of the labels of count sums (..., labels, 4) that are in gold or guess; NaN when none is."""
    values = f1(sums)
    known = ~np.isnan(values)
    total = np.where(known, values, 0).sum(axis=-1)
    mean: Floats = np.divide(total, known.sum(axis=-1), out=np.full(total.shape, np.nan), where=known.any(axis=-1))
    return mean


def _summed(part: Statistic) -> Statistic:
    return lambda sums: part(sums.sum(axis=-2))


TOTALS: dict[str, Statistic] = {MICRO: micro, MACRO: macro, PRECISION: _summed(precision), RECALL: _summed(recall), F1: micro}
"""Statistic -> its function of count sums (..., labels, 4), over all labels."""
COLUMNS: dict[str, Statistic] = {F1: f1, MICRO: f1, PRECISION: precision, RECALL: recall}
"""Statistic -> its function of the count sums (..., 4) of one label."""


@lru_cache(maxsize=4)
def replicate_weights(documents: int, bootstrap: Bootstrap) -> Floats:
    """How often each document is drawn in each replicate: shape (replicates, documents), rows sum to `documents`; read-only."""
    random = np.random.default_rng(bootstrap.seed)
    drawn = random.multinomial(documents, np.full(documents, 1 / documents), size=bootstrap.replicates).astype(float)
    drawn.setflags(write=False)
    return drawn


def resampled(table: Table, statistic: Statistic, bootstrap: Bootstrap) -> Floats:
    """The statistic on each bootstrap replicate of a table's documents: shape (replicates,)."""
    weights = replicate_weights(len(table), bootstrap)
    sums = weights @ table.reshape(len(table), -1)
    return statistic(sums.reshape(len(weights), *table.shape[1:]))


def scored(table: Table, metric: str, statistic: Statistic, recipe: dict[str, str], bootstrap: Bootstrap) -> Score:
    """A statistic of a table with its interval and signature.

    Raises ValueError when there are no documents.
    """
    if not len(table):
        raise ValueError("no documents; needed: at least one to score")
    value = float(statistic(table.sum(axis=0)))
    counts = counted(table)
    replicates = resampled(table, statistic, bootstrap) if counts.documents >= FEWEST else np.zeros(0)
    score = interval(metric, value, replicates, len(table), recipe, bootstrap)
    return msgspec.structs.replace(score, gold=counts.gold, guessed=counts.guessed, documents=counts.documents)


class Counts(Struct, frozen=True):
    """How many are in gold and among the guesses, and the number of documents that have any of them."""

    gold: int
    guessed: int
    documents: int


def counted(*tables: Table) -> Counts:
    """The counts of the first table (documents, ..., 4); the documents are those of all tables."""
    flat = [table.reshape(len(table), -1, 4).sum(axis=1) for table in tables]
    documents = np.any([part[:, [1, 3]].any(axis=1) for part in flat], axis=0).sum()
    return Counts(int(flat[0][:, 3].sum()), int(flat[0][:, 1].sum()), int(documents))


def interval(metric: str, value: float, replicates: Floats, documents: int, recipe: dict[str, str], bootstrap: Bootstrap) -> Score:
    """A value with the percentile interval of its replicates, of which undefined ones are left out; none without replicates.

    Below FEWEST documents there is no interval.
    """
    known = replicates[~np.isnan(replicates)]
    signature = signed(documents, recipe, bootstrap)
    if np.isnan(value):
        return Score(metric, None, None, None, signature)
    if documents < FEWEST or not len(known):
        return Score(metric, value, None, None, signature)
    tail = (1 - bootstrap.level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Score(metric, value, float(low), float(high), signature)


def signed(documents: int, recipe: dict[str, str], bootstrap: Bootstrap) -> str:
    """The signature of a number: how it was made, from how many documents, with which draws and level."""
    parts = {**recipe, "docs": str(documents), "boot": str(bootstrap.replicates), "seed": str(bootstrap.seed)}
    parts |= {"level": f"{bootstrap.level:g}", "redline": __version__}
    return "|".join(f"{key}:{item}" for key, item in parts.items())


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


def compared(one: Table, other: Table, metric: str, statistic: Statistic, recipe: dict[str, str], bootstrap: Bootstrap) -> Difference:
    """The difference of a statistic between two tables over the same documents.

    Raises ValueError when they are not over the same number of documents, or over none.
    """
    if not len(one) or one.shape != other.shape:
        raise ValueError(f"tables of {len(one)} and {len(other)} documents; needed: the same documents, at least one")
    value = float(statistic(one.sum(axis=0)) - statistic(other.sum(axis=0)))
    enough = counted(one, other).documents >= FEWEST
    replicates = resampled(one, statistic, bootstrap) - resampled(other, statistic, bootstrap) if enough else np.zeros(0)
    between = interval(metric, value, replicates, len(one), recipe, bootstrap)
    p = exchanged(one, other, statistic, bootstrap) if enough and between.value is not None else None
    return Difference(metric, between.value, between.low, between.high, p, between.signature)


def exchanged(one: Table, other: Table, statistic: Statistic, bootstrap: Bootstrap) -> float:
    """The share of random exchanges of documents with a difference at least as large as the observed one."""
    moved = (coins(len(one), bootstrap) @ (one - other).reshape(len(one), -1)).reshape(bootstrap.replicates, *one.shape[1:])
    differences = statistic(one.sum(axis=0) - moved) - statistic(other.sum(axis=0) + moved)
    return share_at_least(differences, float(statistic(one.sum(axis=0)) - statistic(other.sum(axis=0))))


def share_at_least(differences: Floats, observed: float) -> float:
    """The share of differences that are as large as the observed one, which counts as one of them; undefined ones are left out."""
    known = np.abs(differences[~np.isnan(differences)])
    # Sums of fractions differ in their last digits: what is otherwise equal counts as equal.
    return float((1 + (known >= abs(observed) - 1e-12).sum()) / (1 + len(known)))


def coins(documents: int, bootstrap: Bootstrap) -> Floats:
    """Which documents two systems exchange in each replicate: shape (replicates, documents), 0 or 1."""
    return np.random.default_rng(bootstrap.seed).integers(0, 2, size=(bootstrap.replicates, documents)).astype(float)
