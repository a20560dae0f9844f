"""The scores of many tokens at once under a CRF: the weights of a word are added up once, however often it occurs."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise, repeat

import numpy as np
from msgspec import Struct

from redline.core.document import Bounds
from redline.core.tokenizer import Token
from redline.core.tokens import words
from redline.learn import crf_cues, crf_features
from redline.learn.clusters import Clusters
from redline.learn.crf_features import STEPS
from redline.learn.crf_file import Floats, Parameters
from redline.learn.viterbi import Integers, best

KNOWN = 20_000
"""The number of words for which scores are kept: 25 MB for a model with thirty labels."""
EDGES = ["", ""]
"""What is between two sentences in a row of words: as many as the farthest neighbour is away."""


class Sentences(Struct, frozen=True):
    """The sentences of some texts as rows.

    `owners` has the number of the text of each sentence, `tokens` its tokens, `lengths` how many these are. `row` has all words,
    with EDGES before, between and after the sentences; `places` (tokens,) is the place of each token in it. `pairs` has each word
    with the next, `quoted` (tokens,) whether a quotation is open.
    """

    owners: list[int]
    tokens: list[list[Token]]
    row: list[str]
    places: Integers
    pairs: list[str]
    quoted: Integers
    lengths: Integers


def sentences(several: Sequence[tuple[str, Sequence[Bounds]]]) -> Sentences:
    """The sentences of texts, given with their bounds; one without a token is left out."""
    owners, tokens, quoted = [], [], []
    for number, (text, bounds) in enumerate(several):
        found = words(text)
        for first, last in divided(found, bounds):
            owners.append(number)
            tokens.append(found[first:last])
            quoted += crf_features.quoted(tokens[-1], text)
    row = [*EDGES, *chain.from_iterable([*(token.text for token in inside), *EDGES] for inside in tokens)]
    places = np.flatnonzero(np.array([bool(word) for word in row]))
    pairs = [crf_features.pair(one, other) if one and other else "" for one, other in pairwise(row)]
    lengths = np.array([len(inside) for inside in tokens], dtype=np.intp)
    return Sentences(owners, tokens, row, places, pairs, np.array(quoted, dtype=np.intp), lengths)


def divided(found: Sequence[Token], bounds: Sequence[Bounds]) -> list[tuple[int, int]]:
    """The (first, past last) token of each sentence that has any."""
    starts = [token.start for token in found]
    edges = [(bisect_left(starts, start), bisect_left(starts, end)) for start, end in bounds]
    return [(first, last) for first, last in edges if first < last]


class Scores:
    """The weights of a CRF, ready to label sentences."""

    def __init__(self, parameters: Parameters, clusters: Clusters) -> None:
        self._clusters = clusters
        self.labels, self.transitions = parameters.labels, parameters.transitions
        self._states, self._attributes = parameters.states, parameters.attributes
        self._words: dict[str, int] = {}
        self._of_words = np.empty((KNOWN, 1 + len(STEPS), len(self.labels)))
        self._after, self._before = (self._named(start) for start in (crf_features.AFTER, crf_features.BEFORE))
        (bias,) = self._rows([crf_features.BIAS])
        counts = [crf_cues.counted(count) for count in range(crf_cues.MOST + 1)]
        self._counts = self._states[self._rows(counts)] if any(name in self._attributes for name in counts) else None
        self._of_quoted = self._states[bias] + self._states[self._rows([crf_features.quotation(False), crf_features.quotation(True)])]

    def best(self, text: Sentences, cues: Sequence[Sequence[Bounds]] = ()) -> list[list[str]]:
        """The label of each token of each sentence; `cues` are where the cues of each text are."""
        if not text.tokens:
            return []
        numbers = best(self._scores(text) + self._of_cues(text, cues), text.lengths, self.transitions)
        return [[self.labels[number] for number in part] for part in np.split(numbers, np.cumsum(text.lengths)[:-1])]

    def _scores(self, text: Sentences) -> Floats:
        """(tokens, labels)"""
        row = self._numbers(text.row)
        scores: Floats = self._of_quoted[text.quoted]
        for column, step in enumerate((0, *STEPS)):
            scores += self._of_words[row[text.places + step], column]
        for known, shift in ((self._after, 0), (self._before, -1)):
            found = np.array(list(map(known.get, text.pairs, repeat(-1))))[text.places + shift]
            hits = np.flatnonzero(found >= 0)
            scores[hits] += self._states[found[hits]]
        return scores

    def _of_cues(self, text: Sentences, cues: Sequence[Sequence[Bounds]]) -> Floats | float:
        """(tokens, labels), or 0 if the model has no cues."""
        if self._counts is None:
            return 0.0
        here = [cues[owner] if cues else () for owner in text.owners]
        counts = [crf_cues.number(found, places) for found, places in zip(text.tokens, here, strict=True)]
        scores: Floats = self._counts[np.repeat(counts, text.lengths)]
        marks = np.full(len(text.row), 2)  # between two sentences
        marks[text.places] = list(chain.from_iterable(map(crf_cues.covered, text.tokens, here)))
        for step in crf_cues.STEPS:
            rows = np.array([*self._rows([crf_cues.beside(step, False), crf_cues.beside(step, True)]), -1])
            scores += self._states[rows[marks[text.places + step]]]
        return scores

    def _numbers(self, row: Sequence[str]) -> Integers:
        """(words,): the place in `_of_words` of each word; those of new words are filled."""
        new = [word for word in dict.fromkeys(row) if word not in self._words]
        if len(self._words) + len(new) > len(self._of_words):
            self._words, new = {}, list(dict.fromkeys(row))
            self._of_words = np.empty((max(KNOWN, len(new)), *self._of_words.shape[1:]))
        if new:
            first = len(self._words)
            self._of_words[first : first + len(new)] = self._summed(new)
            self._words.update(zip(new, range(first, first + len(new)), strict=True))
        return np.array(list(map(self._words.__getitem__, row)))

    def _summed(self, new: Sequence[str]) -> Floats:
        """(words, 1 + steps, labels): what a word adds to the scores of its token, and of those that have it at each step."""
        groups = list(chain.from_iterable(crf_features.clustered(word, self._clusters) for word in new))
        rows = self._rows(chain.from_iterable(groups))
        starts = np.cumsum([0, *map(len, groups[:-1])])
        sums: Floats = np.add.reduceat(self._states[rows], starts, axis=0)
        return sums.reshape(len(new), 1 + len(STEPS), len(self.labels))

    def _rows(self, names: Iterable[str]) -> list[int]:
        """The row of each attribute, -1 for one without weights: the last row, which is zero."""
        return [self._attributes.get(name, -1) for name in names]

    def _named(self, start: str) -> dict[str, int]:
        return {name[len(start) :]: row for name, row in self._attributes.items() if name.startswith(start)}
