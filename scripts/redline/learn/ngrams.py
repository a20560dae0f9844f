"""How often each n-gram that some classifiers use is in each of many texts: the words' and the characters' apart.

The n-grams are those of scikit-learn's analyzers `word` and `char_wb`. Counting is most of the work of a linear model, so models that
read the same texts share it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

WORD = r"\w+|[^\w\s]"
KNOWN = 30_000
"""The number of words for which n-grams of characters are kept."""
CHUNKS = 2
"""The number of chunks of texts for which counts are kept: all sentences, and those with a cue."""
Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Lengths = tuple[int, int]
_tokens = re.compile(WORD).findall


class Counts(Struct, frozen=True):
    """The n-grams of texts, text after text: `grams` (entries,) their numbers and `times` (entries,) how often each is there.

    `texts` are the numbers of the texts that have any, `starts` where the entries of each of these begin.
    """

    grams: Integers
    times: Integers
    texts: Integers
    starts: Integers


class Ngrams:
    """The n-grams of one or more classifiers, each with a number: first those of words, then those of characters.

    The lengths are the shortest and the longest.
    """

    def __init__(self, word_lengths: Lengths, character_lengths: Lengths, words: Iterable[str], characters: Iterable[str]) -> None:
        self.word_lengths, self.character_lengths = word_lengths, character_lengths
        self.words = {term: number for number, term in enumerate(dict.fromkeys(words))}
        self.characters = {term: number for number, term in enumerate(dict.fromkeys(characters), len(self.words))}
        self.counted = lru_cache(CHUNKS)(self._counted)
        self._of_word = lru_cache(KNOWN)(self._inside)

    def __len__(self) -> int:
        return len(self.words) + len(self.characters)

    def _counted(self, texts: tuple[str, ...]) -> tuple[Counts, Counts]:
        """The n-grams of words and those of characters."""
        lower = [text.lower() for text in texts]
        of_words = [self._of_tokens(_tokens(text)) for text in lower]
        numbers = np.fromiter(chain.from_iterable(of_words), dtype=np.intp)
        return _counts(numbers, np.array([len(found) for found in of_words], dtype=np.intp)), self._of_characters(lower)

    def _of_tokens(self, tokens: Sequence[str]) -> list[int]:
        """The n-grams of words in a text, each as often as it is there."""
        shortest, longest = self.word_lengths
        several = chain.from_iterable(runs(tokens, size) for size in range(shortest, longest + 1))
        return [number for number in map(self.words.get, several) if number is not None]

    def _of_characters(self, texts: Sequence[str]) -> Counts:
        """Those of characters: of each word once, and then at all its places."""
        divided = [text.split() for text in texts]
        places = {word: place for place, word in enumerate(dict.fromkeys(chain.from_iterable(divided)))}
        found = [self._of_word(word) for word in places]
        numbers = np.fromiter(chain.from_iterable(found), dtype=np.intp)
        sizes = np.array([len(each) for each in found], dtype=np.intp)
        row = np.fromiter(map(places.__getitem__, chain.from_iterable(divided)), dtype=np.intp)
        many = sizes[row]
        ends = np.cumsum(many)
        entries = np.arange(many.sum()) + np.repeat(((np.cumsum(sizes) - sizes)[row]) - (ends - many), many)
        edges = np.cumsum([0, *map(len, divided)])
        return _counts(numbers[entries], np.diff(np.concatenate([[0], ends])[edges]))

    def _inside(self, word: str) -> tuple[int, ...]:
        """Those of the characters of a word with a space at each end."""
        numbers = map(self.characters.get, parts(word, *self.character_lengths))
        return tuple([number for number in numbers if number is not None])


def runs(tokens: Sequence[str], size: int) -> Iterable[str]:
    """Every so many words in a row, with a space between each two."""
    return tokens if size == 1 else map(" ".join, zip(*(tokens[start:] for start in range(size)), strict=False))


def parts(word: str, low: int, high: int) -> list[str]:
    """The n-grams of the characters of a word: what `char_wb` gives."""
    word = f" {word} "
    sizes = range(low, max(low, min(high, len(word))) + 1)
    return [word[start : start + size] for size in sizes for start in range(max(1, len(word) - size + 1))]


def _counts(numbers: Integers, lengths: Integers) -> Counts:
    """The counts of n-grams that are given text after text; `lengths` (texts,) is the number for each text. Sorts `numbers`."""
    edges = np.concatenate([[0], np.cumsum(lengths)])
    for start, end in pairwise(edges.tolist()):
        numbers[start:end].sort()
    first = np.empty(len(numbers), dtype=bool)
    first[1:] = numbers[1:] != numbers[:-1]
    first[edges[:-1][lengths > 0]] = True
    entries = np.flatnonzero(first)
    texts = np.flatnonzero(lengths)
    return Counts(numbers[entries], np.diff(entries, append=len(numbers)), texts, np.searchsorted(entries, edges[texts]))
