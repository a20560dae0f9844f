"""Features of tokens that a CRF might use, as `bench/spans.py` tries them: more features of each token of a sentence."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from redline.core.document import Record
from redline.core.taxonomy import Taxonomy
from redline.core.tokenizer import Token
from redline.core.tokens import words
from redline.learn import clusters, crf_cues
from redline.learn.baseline import Setup
from redline.learn.crf_features import clustered, features
from redline.learn.linear import FOLDS, Candidate, Linear, fitted
from redline.model.training import Data

Rows = list[list[str]]
More = Callable[[Record, Sequence[Token], int], Rows]
"""A record, the tokens of a sentence and its number -> more features of each token."""
AFFIXES = re.compile(r"(0:(p4|p5|e1|e5)|-?1:e3)=")
SENTENCES = {"threat": "threat_sentence", "stance": "criticism_sentence"}
NUMBER = 120
USUAL = Candidate(10.0, 0.2)
STEPS = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7]


def plain(found: Sequence[Token], text: str) -> Rows:
    """The features of the CRF without clusters, affixes and cues."""
    return [[name for name in row if not AFFIXES.match(name)] for row in features(found, text, {})]


def affixes(record: Record, found: Sequence[Token], _: int) -> Rows:
    """Longer prefixes and suffixes, and the suffixes of the neighbours, as the CRF has them."""
    return [[name for name in row if AFFIXES.match(name)] for row in features(found, record.text, {})]


def shapes(_: Record, found: Sequence[Token], __: int) -> Rows:
    """The case of three tokens as one, digits, hyphens, and whether the token is the first."""
    case = ["^", *("X" if t.text.isupper() else "Xx" if t.text[:1].isupper() else "x" if t.text.isalpha() else "-" for t in found), "$"]
    rows = []
    for index, token in enumerate(found):
        joined, digit = "|".join(case[index : index + 3]), any(letter.isdigit() for letter in token.text)
        rows.append([f"case={joined}", f"digit={digit}", f"hyphen={'-' in token.text}", f"first={index == 0}"])
    return rows


def gazetteer(records: Sequence[Record], taxonomy: Taxonomy) -> More:
    """Whether a name begins or goes on here that another document of the records has in its entity layer."""
    layer = taxonomy.task("ner").layer
    documents: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        for span in record.layer(layer):
            documents[tuple(token.text for token in words(span.text))][span.label].add(record.meta.doc)
    longest = max(map(len, documents), default=0)

    def label(name: tuple[str, ...], doc: str) -> str:
        numbers = {label: len(several - {doc}) for label, several in documents.get(name, {}).items()}
        return max((one for one, number in numbers.items() if number), key=lambda one: (numbers[one], one), default="")

    def more(record: Record, found: Sequence[Token], _: int) -> Rows:
        tags, index = ["O"] * len(found), 0
        while index < len(found):
            sizes = range(min(longest, len(found) - index), 0, -1)
            known = ((size, label(tuple(token.text for token in found[index : index + size]), record.meta.doc)) for size in sizes)
            size, name = next(((size, name) for size, name in known if name), (1, ""))
            if name:
                tags[index : index + size] = [f"B-{name}", *[f"I-{name}"] * (size - 1)]
            index += size
        return _around(tags, "name")

    return more


def by_cluster(records: Sequence[Record]) -> More:
    """The cluster of each word and of its neighbours, as the CRF has them."""
    known = clusters.learned([record.text for record in records], NUMBER)

    def more(_: Record, found: Sequence[Token], __: int) -> Rows:
        return _around([clustered(token.text, known)[0][-1] if known else "" for token in found], "cluster", (-2, -1, 0, 1, 2))

    return more


def cues(taxonomy: Taxonomy) -> More:
    """Whether a cue of the scheme covers the token or a neighbour, and how many are in the sentence, as the CRF has them."""
    layer = next(layer for layer in taxonomy.layers.values() if layer.cues)
    return lambda record, found, _: crf_cues.features(found, record.text, layer)


def cascade(part: Data, layer: str, taxonomy: Taxonomy, settings: dict[str, Any]) -> More:
    """How likely a classifier calls the sentence a threat or criticism, in eight steps; it did not learn from the speaker."""
    scores = _scores(part, layer, taxonomy, settings)

    def more(record: Record, found: Sequence[Token], number: int) -> Rows:
        step = int(np.searchsorted(STEPS, scores.get((record.meta.doc, record.meta.passage, number), 0.0)))
        return [[f"score={step}", *(f"score>{index}" for index in range(step))] for _ in found]

    return more


def _scores(part: Data, layer: str, taxonomy: Taxonomy, settings: dict[str, Any]) -> dict[tuple[str, int, int], float]:
    """The probability of each sentence of train, by models of other speakers, and of test."""
    setup = Setup(taxonomy.task(SENTENCES[layer]), taxonomy, settings, 1, part.groups, part.deciding)
    model = Linear(setup)
    lessons, asked = model._lessons(part.train), model._lessons(part.test)
    values, groups = np.zeros(len(lessons)), sorted({lesson.group for lesson in lessons})
    random.Random(2).shuffle(groups)

    def ask(rest: Sequence[Any], several: Sequence[Any]) -> Any:
        (weights,) = fitted(rest, setup, [USUAL])
        column = weights.features.classes.index(next(iter(setup.task.classes)))
        return weights.probabilities([one.text for one in several])[:, column]

    for fold in range(FOLDS):
        out = set(groups[fold::FOLDS])
        here = [index for index, one in enumerate(lessons) if one.group in out]
        values[here] = ask([one for one in lessons if one.group not in out], [lessons[index] for index in here])
    found = dict(zip(_places(part.train), values, strict=True))
    return found | dict(zip(_places(part.test), ask(lessons, asked), strict=True))


def _places(records: Sequence[Record]) -> Iterator[tuple[str, int, int]]:
    return ((record.meta.doc, record.meta.passage, number) for record in records for number in range(len(record.sentences)))


def _around(tags: Sequence[str], name: str, steps: Sequence[int] = (-1, 0, 1)) -> Rows:
    return [[f"{step}:{name}={tags[i + step]}" for step in steps if 0 <= i + step < len(tags)] for i in range(len(tags))]
