"""The content of a linear model, as plain numbers, and how it classifies a text by them without the library that learned them.

scikit-learn takes seconds to import, which a single paragraph should not wait for. The n-grams, weights and probabilities
are those of its `TfidfVectorizer` (sublinear, analyzers `word` and `char_wb`) and `LogisticRegression`; a test compares them.
"""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from redline.core.errors import RedlineError
from redline.learn.baseline import FEATURES
from redline.learn.ngrams import Floats, Ngrams

NUMBERS = "numbers.npz"
Numbers = NDArray[np.float32]


class Features(Struct, frozen=True, forbid_unknown_fields=True):
    """The classes, and the n-grams of words and of characters with their shortest and longest length.

    `dimensions` is the length of the vector of each text that an encoder gives, 0 without an encoder.
    """

    classes: list[str]
    word_lengths: tuple[int, int]
    character_lengths: tuple[int, int]
    words: list[str]
    characters: list[str]
    dimensions: int = 0


class _Saved(Struct, frozen=True, forbid_unknown_fields=True):
    threshold: float
    features: Features


class Weights:
    """A classifier of texts. `numbers` is (1 + rows, n-grams + dimensions + 1): the inverse document frequencies, then the weights
    of each row with its constant; one row for two classes."""

    def __init__(self, features: Features, numbers: Numbers) -> None:
        terms = len(features.words) + len(features.characters) + features.dimensions
        rows = 1 if len(features.classes) == 2 else len(features.classes)
        if numbers.shape != (1 + rows, terms + 1) or numbers.dtype != np.float32:
            raise RedlineError(
                f"{NUMBERS} is {numbers.shape}; needed: {(1 + rows, terms + 1)} of float32, a column for each n-gram of {FEATURES}"
            )
        self.features, self.numbers = features, numbers.astype(np.float64)
        self._ngrams: Ngrams | None = None
        self._table: Floats

    def count_by(self, ngrams: Ngrams) -> None:
        """Uses these n-grams, which have all of the classifier: it gives the others no weight."""
        places = [*map(ngrams.words.__getitem__, self.features.words), *map(ngrams.characters.__getitem__, self.features.characters)]
        self._ngrams, self._table = ngrams, np.zeros((len(self.numbers), len(ngrams)))
        self._table[:, places] = self.numbers[:, : len(places)]

    def probabilities(self, texts: Sequence[str], vectors: Floats | None = None) -> Floats:
        """(texts, classes): the probability of each class; `vectors` (texts, dimensions) are of an encoder."""
        values = self._decisions(texts)
        if vectors is not None:
            values += vectors @ self.numbers[1:, -1 - self.features.dimensions : -1].T
        if values.shape[1] == 1:
            yes = 1 / (1 + np.exp(-values))
            return np.hstack([1 - yes, yes])
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def _decisions(self, texts: Sequence[str]) -> Floats:
        """(texts, rows)"""
        totals = np.tile(self.numbers[1:, -1], (len(texts), 1))
        ngrams = self._ngrams or together([self])
        for counts in ngrams.counted(tuple(texts)):
            if not len(counts.texts):
                continue
            values = (1 + np.log(counts.times)) * self._table[0, counts.grams]
            norms = np.sqrt(np.add.reduceat(values * values, counts.starts))
            values /= np.repeat(np.where(norms > 0, norms, 1), np.diff(counts.starts, append=len(values)))
            for row, weights in enumerate(self._table[1:]):
                totals[counts.texts, row] += np.add.reduceat(values * weights[counts.grams], counts.starts)
        return totals

    def save(self, folder: Path, threshold: float) -> None:
        """Writes JSON, with the threshold from which a class is given, and an array of numpy."""
        (folder / FEATURES).write_bytes(msgspec.json.encode({"threshold": float(threshold), "features": self.features}) + b"\n")
        np.savez_compressed(folder / NUMBERS, numbers=self.numbers.astype(np.float32))

    @classmethod
    def load(cls, folder: Path) -> "tuple[Weights, float]":
        """The weights and the threshold that `save` wrote.

        Raises RedlineError where the two files do not fit each other, ValueError and msgspec's errors where one is of another kind.
        """
        saved = msgspec.json.decode((folder / FEATURES).read_bytes(), type=_Saved)
        with np.load(folder / NUMBERS, allow_pickle=False) as arrays:
            return cls(saved.features, arrays["numbers"]), saved.threshold


def together(several: Sequence[Weights]) -> Ngrams:
    """The n-grams of classifiers with n-grams of the same lengths, which count them once for all from now on."""
    words = chain.from_iterable(one.features.words for one in several)
    characters = chain.from_iterable(one.features.characters for one in several)
    ngrams = Ngrams(several[0].features.word_lengths, several[0].features.character_lengths, words, characters)
    for one in several:
        one.count_by(ngrams)
    return ngrams
