"""What a linear model knows, as plain numbers, and how it classifies a text by them without the library that learned them.

scikit-learn takes seconds to import, which a single paragraph should not wait for. The n-grams, weights and probabilities
are those of its `TfidfVectorizer` (sublinear, analyzers `word` and `char_wb`) and `LogisticRegression`; a test compares them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from redline.core.errors import RedlineError

WORD = r"\w+|[^\w\s]"
FEATURES, NUMBERS = "features.json", "numbers.npz"
Floats = NDArray[np.float64]
Numbers = NDArray[np.float32]


class Features(Struct, frozen=True, forbid_unknown_fields=True):
    """The classes, and the n-grams of words and of characters with their shortest and longest length.

    `dimensions` is the length of the vector of each text that an encoder gives, 0 where there is none.
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
    of each row with its constant; one row where there are two classes."""

    def __init__(self, features: Features, numbers: Numbers) -> None:
        terms = len(features.words) + len(features.characters) + features.dimensions
        rows = 1 if len(features.classes) == 2 else len(features.classes)
        if numbers.shape != (1 + rows, terms + 1) or numbers.dtype != np.float32:
            raise RedlineError(
                f"{NUMBERS} is {numbers.shape}; needed: {(1 + rows, terms + 1)} of float32, a column for each n-gram of {FEATURES}"
            )
        self.features, self.numbers = features, numbers.astype(np.float64)
        self.words = {term: index for index, term in enumerate(features.words)}
        self.characters = {term: index for index, term in enumerate(features.characters, len(features.words))}

    def probabilities(self, texts: Sequence[str], vectors: Floats | None = None) -> Floats:
        """(texts, classes): the probability of each class; `vectors` (texts, dimensions) are of an encoder."""
        values = np.array([self._decision(text) for text in texts]).reshape(len(texts), len(self.numbers) - 1)
        if vectors is not None:
            values += vectors @ self.numbers[1:, -1 - self.features.dimensions : -1].T
        if values.shape[1] == 1:
            yes = 1 / (1 + np.exp(-values))
            return np.hstack([1 - yes, yes])
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def _decision(self, text: str) -> Floats:
        total: Floats = self.numbers[1:, -1].copy()
        lengths = self.features.word_lengths, self.features.character_lengths
        for known, counts in zip((self.words, self.characters), _counted(text, *lengths), strict=True):
            found = [(known[term], count) for term, count in counts.items() if term in known]
            if found:
                pairs = np.array(found)
                values = (1 + np.log(pairs[:, 1])) * self.numbers[0, pairs[:, 0]]
                total += self.numbers[1:, pairs[:, 0]] @ (values / np.sqrt(values @ values))
        return total

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


@lru_cache(maxsize=4096)
def _counted(text: str, words: tuple[int, int], characters: tuple[int, int]) -> tuple[Counter[str], Counter[str]]:
    """How often each n-gram of words and of characters is in a text; kept, since models of several tasks read the same texts."""
    lower = text.lower()
    tokens = re.findall(WORD, lower)
    low, high = words
    several = (" ".join(tokens[start : start + size]) for size in range(low, high + 1) for start in range(len(tokens) - size + 1))
    return Counter(several), Counter(chain.from_iterable(_parts(word, *characters) for word in lower.split()))


@lru_cache(maxsize=65536)
def _parts(word: str, low: int, high: int) -> tuple[str, ...]:
    """The n-grams of the characters of a word with a space at each end: what `char_wb` gives."""
    found: list[str] = []
    word = f" {word} "
    for size in range(low, high + 1):
        found += [word[start : start + size] for start in range(max(1, len(word) - size + 1))]
        if size >= len(word):
            break
    return tuple(found)
