"""Logistic regression over TF-IDF of word and character n-grams, for sentences and pairs.

Source: scikit-learn; files by skops, which loads no type that it does not trust.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from redline.core.document import Record
from redline.core.examples import Example, Guess, examples
from redline.learn.baseline import Judge, Setup, annotated

NAME = "model.skops"


class Linear:
    """A linear classifier; its strength C, and for one class also its threshold, are chosen on dev."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.pipeline: Any = None
        self.threshold = 0.5

    def fit(self, train: Sequence[Record], dev: Sequence[Record], judge: Judge) -> None:
        """Fits one model for each C of the settings and keeps the best on dev; of equals the first."""
        pairs = [(self._text(unit, record), unit.gold) for record in annotated(train, self.setup.task) for unit in self._units(record)]
        texts, classes = [text for text, _ in pairs], [name for _, name in pairs]
        if len(set(classes)) < 2:
            raise ValueError(f"the training records hold {len(set(classes))} class of {self.setup.task.name}; needed: two or more")
        best = -1.0
        for strength in self.setup.settings["C"]:
            self.pipeline = self._pipeline(strength).fit(texts, classes)
            for threshold in self._thresholds(dev):
                self.threshold = threshold
                value = judge(self.predict(dev))
                if value > best:
                    best, kept = value, (self.pipeline, threshold)
        self.pipeline, self.threshold = kept

    def predict(self, records: Sequence[Record]) -> list[list[Guess]]:
        """A guess for every unit; all examples are scored in one go."""
        counts = [len(self._units(record)) for record in records]
        texts = [self._text(unit, record) for record in records for unit in self._units(record)]
        if not texts:
            return [[] for _ in records]
        rows = iter([self._guess(row) for row in self.pipeline.predict_proba(texts)])
        return [[next(rows) for _ in range(count)] for count in counts]

    def save(self, folder: Path) -> None:
        """Writes the pipeline as skops and the threshold beside it."""
        import skops.io

        skops.io.dump({"pipeline": self.pipeline, "threshold": float(self.threshold)}, folder / NAME)

    def load(self, folder: Path) -> None:
        """Reads the pipeline; skops refuses any type that is not scikit-learn's, numpy's or plain."""
        import skops.io

        held = skops.io.load(folder / NAME, trusted=[])
        self.pipeline, self.threshold = held["pipeline"], held["threshold"]

    def _pipeline(self, strength: float) -> Pipeline:
        settings = self.setup.settings
        common = {"sublinear_tf": True, "min_df": settings["min_df"]}
        words = TfidfVectorizer(ngram_range=tuple(settings["words"]), token_pattern=r"\w+|[^\w\s]", **common)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=tuple(settings["characters"]), **common)
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000, random_state=self.setup.seed)
        return Pipeline([("features", FeatureUnion([("words", words), ("characters", characters)])), ("model", model)])

    def _thresholds(self, dev: Sequence[Record]) -> list[float]:
        """For one class the midpoints between dev scores, at most 100 of them; for several the default alone."""
        if len(self.setup.task.classes) > 1:
            return [0.5]
        positive = next(iter(self.setup.task.classes))
        self.threshold = 0.5
        values = np.unique([guess.scores[positive] for guesses in self.predict(dev) for guess in guesses])
        between = (values[1:] + values[:-1]) / 2
        return [0.5, *(float(value) for value in between[:: max(1, len(between) // 100)])]

    def _guess(self, row: Sequence[float]) -> Guess:
        scores = dict(zip((str(name) for name in self.pipeline.classes_), (float(value) for value in row), strict=True))
        none = self.setup.task.none
        given = {name: scores.get(name, 0.0) for name in self.setup.task.classes}
        if len(given) == 1:
            name, value = next(iter(given.items()))
            return Guess(name if value >= self.threshold else none, given)
        return Guess(max(scores, key=lambda name: scores[name]), given)

    def _units(self, record: Record) -> list[Example]:
        return examples(record, self.setup.task, self.setup.taxonomy)

    def _text(self, unit: Example, record: Record) -> str:
        """What the model sees of a unit: the sentence; for a pair, with the two participants replaced by marks."""
        start, end = unit.bounds
        if unit.pair is None:
            return record.text[start:end]
        marks = sorted(zip((span.bounds for span in unit.pair), ("xxholder", "xxtarget"), strict=True), reverse=True)
        text = record.text
        for (first, last), mark in marks:
            end += len(mark) - (min(last, end) - first)
            text = f"{text[:first]}{mark}{text[last:]}"
        between = sorted(span.bounds for span in unit.pair)
        return f"{text[start:end]} xxorder{int(unit.pair[0].start < unit.pair[1].start)} {record.text[between[0][1] : between[1][0]]}"
