"""Logistic regression over TF-IDF of word and character n-grams, for sentences and pairs.

Source: scikit-learn, which learns; what it learned is stored and used as plain numbers (`learn/tfidf`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from redline.core.document import Bounds, Record, Span
from redline.core.examples import Example, Guess, examples
from redline.core.extras import needed
from redline.core.predictions import with_classes
from redline.learn.baseline import Judge, Setup, annotated
from redline.learn.tfidf import WORD, Features, Weights

MARKS = ("xxholder", "xxtarget")
THRESHOLDS = 100
Scores = list[dict[str, float]]


class Linear:
    """A linear classifier; its strength C and its threshold are chosen on validation. Classes have no weights: scores are probabilities."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.weights: Weights
        self.threshold = 0.5

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Fits one model for each C of the settings and keeps the best on validation with its threshold; of equals the first."""
        pairs = [(self._text(unit, record), unit.gold) for record in annotated(train, self.setup.task) for unit in self._units(record)]
        texts, classes = [text for text, _ in pairs], [name for _, name in pairs]
        best = -1.0
        for weights in fitted(texts, classes, self.setup):
            self.weights = weights
            scores = self._scores(validation)
            for threshold in self._thresholds(scores):
                value = judge(self._labelled(validation, scores, threshold))
                if value > best:
                    best, kept = value, (self.weights, threshold)
        self.weights, self.threshold = kept

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with a guess for every example."""
        return self._labelled(records, self._scores(records), self.threshold)

    def _scores(self, records: Sequence[Record]) -> Scores:
        """The probability of each class of the task for every example of the records."""
        texts = [self._text(unit, record) for record in records for unit in self._units(record)]
        rows = self.weights.probabilities(texts)
        known = self.weights.features.classes
        return [{name: row.get(name, 0.0) for name in self.setup.task.classes} for row in (_by_class(known, row) for row in rows)]

    def _labelled(self, records: Sequence[Record], scores: Scores, threshold: float) -> list[Record]:
        rows, task = iter(scores), self.setup.task
        labelled = []
        for record in records:
            units = self._units(record)
            labelled.append(with_classes(record, task, units, [self._guess(next(rows), threshold) for _ in units]))
        return labelled

    def save(self, folder: Path) -> None:
        """Writes the weights, and the threshold among them."""
        self.weights.save(folder, self.threshold)

    def load(self, folder: Path) -> None:
        """Reads the weights."""
        self.weights, self.threshold = Weights.load(folder)

    def _thresholds(self, scores: Scores) -> list[float]:
        """A half, then midpoints between the scores of validation, a hundred in all at most."""
        values = np.unique([sum(row.values()) for row in scores])
        between = (values[1:] + values[:-1]) / 2
        chosen = np.unique(np.linspace(0, len(between) - 1, THRESHOLDS - 1).astype(int)) if len(between) else np.zeros(0, dtype=int)
        return [0.5, *(float(value) for value in between[chosen])]

    def _guess(self, row: dict[str, float], threshold: float) -> Guess:
        """The likeliest class of the task where all of them together reach the threshold."""
        label = max(row, key=lambda name: row[name]) if sum(row.values()) >= threshold else self.setup.task.none
        return Guess(label, row)

    def _units(self, record: Record) -> list[Example]:
        return examples(record, self.setup.task, self.setup.taxonomy)

    def _text(self, unit: Example, record: Record) -> str:
        """What the model sees of an example: the sentence; for a pair, with the two participants marked."""
        start, end = unit.bounds
        if unit.pair is None:
            return record.text[start:end]
        between = sorted(span.bounds for span in unit.pair)
        order = f"xxorder{int(unit.pair[0].start < unit.pair[1].start)}"
        return f"{marked(record.text, unit.bounds, unit.pair)} {order} {record.text[between[0][1] : between[1][0]]}"


def fitted(texts: list[str], classes: list[str], setup: Setup) -> Iterator[Weights]:
    """The weights for each C of the settings, in their order.

    Raises ValueError where the texts are of one class, and RedlineError where scikit-learn is not installed.
    """
    with needed("train"):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import FeatureUnion

    if len(set(classes)) < 2:
        raise ValueError(f"the training records contain {len(set(classes))} class of {setup.task.name}; needed: two or more")
    settings = setup.settings
    common = {"sublinear_tf": True, "min_df": settings["min_df"]}
    words = TfidfVectorizer(ngram_range=tuple(settings["words"]), token_pattern=WORD, **common)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=tuple(settings["characters"]), **common)
    union = FeatureUnion([("words", words), ("characters", characters)])
    rows = union.fit_transform(texts)
    terms = [[str(term) for term in vectorizer.get_feature_names_out()] for vectorizer in (words, characters)]
    frequencies = np.concatenate([words.idf_, characters.idf_, [0.0]])
    for strength in settings["C"]:
        model = LogisticRegression(C=strength, max_iter=1000, random_state=setup.seed).fit(rows, classes)
        features = Features([str(name) for name in model.classes_], tuple(settings["words"]), tuple(settings["characters"]), *terms)
        yield Weights(features, np.vstack([frequencies, np.column_stack([model.coef_, model.intercept_])]))


def marked(text: str, sentence: Bounds, pair: tuple[Span, Span]) -> str:
    """A sentence with a mark in place of each participant or, where the two overlap, in front of each."""
    overlap = pair[0].overlaps(pair[1])
    places = sorted(zip(pair, MARKS, strict=True), key=lambda place: (-place[0].start, place[0].end))
    pieces, end = [], sentence[1]
    for span, mark in places:
        pieces += [text[span.start if overlap else span.end : end], f"{mark} " if overlap else mark]
        end = span.start
    return text[sentence[0] : end] + "".join(reversed(pieces))


def _by_class(names: Sequence[str], row: Sequence[float]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, row, strict=True)}
