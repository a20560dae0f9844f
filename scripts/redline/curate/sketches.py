"""Which of many documents may be near-duplicates: short sketches of their texts, compared by bands.

A sketch is WIDTH numbers, however long the text is. If the resemblance of the runs of words of two texts is s, they are candidates
with the probability 1 - (1 - s ** ROWS) ** BANDS: 0.988 for s = 0.7, 0.9998 for s = 0.8, 0.12 for s = 0.3.
Source: Broder 1997 (sketches); Leskovec, Rajaraman and Ullman 2014, chapter 3 (bands).
"""

from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from redline.core.extras import needed
from redline.core.similarity import RUN, words

ROWS, BANDS = 4, 16
WIDTH = ROWS * BANDS
SEED = 1
BATCH = 256
"""The number of texts that are sketched at once."""
NOTHING = np.iinfo(np.uint32).max
"""Each number of the sketch of a text without words."""

Sketches = NDArray[np.uint32]


def sketches(texts: Iterable[str]) -> Sketches:
    """The sketches of texts, which are read one by one: (texts, WIDTH).

    Raises RedlineError when the extra `scale` is not installed.
    """
    with needed("scale"):
        from rensa import RMinHash
    each = (spelled_runs(text) for text in texts)
    parts = [np.empty((0, WIDTH), dtype=np.uint32)]
    while batch := list(islice(each, BATCH)):
        parts.append(np.array(RMinHash.digests_from_token_sets(batch, WIDTH, SEED), dtype=np.uint32))
    return np.concatenate(parts)


def spelled_runs(text: str) -> list[str]:
    """The runs of words of a text as strings: unlike the numbers of `similarity.runs`, they are the same in every process."""
    sequence = words(text)
    if len(sequence) < RUN:
        return [" ".join(sequence)] if sequence else []
    return [" ".join(sequence[start : start + RUN]) for start in range(len(sequence) - RUN + 1)]


def candidates(made: Sketches) -> NDArray[np.int64]:
    """The pairs of rows with an equal band, each row with the first and the previous one of its kind: (pairs, 2), lower row first.

    Their number grows with the rows, even when all rows are equal.
    """
    rows = np.flatnonzero((made != NOTHING).any(axis=1))
    coded = np.empty(0, dtype=np.int64)
    for start in range(0, WIDTH, ROWS):
        one, other = _equal(made[rows, start : start + ROWS])
        coded = np.union1d(coded, rows[one] << 32 | rows[other])
    return np.stack([coded >> 32, coded & 0xFFFFFFFF], axis=1)


def _equal(band: Sketches) -> Sequence[NDArray[np.int64]]:
    """The places of equal rows of a band: the lower ones, and in the same order the higher ones."""
    order = np.lexsort(band.T)
    same = (band[order[1:]] == band[order[:-1]]).all(axis=1)
    begins = np.maximum.accumulate(np.where(np.append(True, ~same)[: len(order)], np.arange(len(order)), 0))
    later = order[1:][same]
    return np.concatenate([order[begins[1:]][same], order[:-1][same]]), np.concatenate([later, later])
