"""Logistic regression over TF-IDF of word and character n-grams, for sentences and pairs.

Source: scikit-learn, which learns; what it learned is stored and used as plain numbers (`learn/tfidf`).
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from redline.core.document import Bounds, Record, Span
from redline.core.examples import Example, Guess, examples
from redline.core.predictions import with_classes
from redline.learn import tfidf
from redline.learn.baseline import Judge, Setup, annotated
from redline.learn.fitting import Candidate, Lesson, fitted
from redline.learn.ngrams import Floats
from redline.learn.tfidf import Weights

MARKS = ("xxholder", "xxtarget")
THRESHOLDS = 100
FOLDS = 5
SEED = 1
FLOOR = 1e-6
"""The least probability that the likelihood counts with: of a class that a fold did not learn."""
Scores = list[dict[str, float]]
Paired = list[tuple[Record, list[Example]]]
"""Records with their examples."""


class Crossed(Struct, frozen=True):
    """The probabilities of each candidate by cross-validation: (candidates, examples, classes), the classes by name."""

    classes: list[str]
    rows: Floats


class Linear:
    """A linear classifier with C and threshold chosen by cross-validation. Classes have no weights: scores are probabilities."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.weights: Weights
        self.threshold = 0.5

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Chooses C, and the weight of the documents that do not decide, by the likelihood, and the threshold by the headline
        metric, of train as models that did not see its group classify it; then fits a model with these on train.

        Where fewer than FOLDS groups can be left out, validation chooses.
        """
        records = annotated(train, self.setup.task)
        lessons = self._lessons(records)
        crossed = self._crossed(lessons)
        if crossed is None:
            self._chosen_on(validation, self._fitted(lessons, self._candidates()), judge)
            return
        asked = [index for index, lesson in enumerate(lessons) if lesson.decides]
        place = [crossed.classes.index(lessons[index].gold) for index in asked]
        likelihoods = [float(np.log(np.maximum(rows[asked, place], FLOOR)).mean()) for rows in crossed.rows]
        best = max(range(len(likelihoods)), key=lambda index: likelihoods[index])
        (self.weights,) = self._fitted(lessons, [self._candidates()[best]])
        scores = [self._of_task(crossed.classes, crossed.rows[best][index]) for index in asked]
        judged = [record for record in records if self._decides(record)]
        paired = self._paired(judged)
        values = [(judge(judged, self._labelled(paired, scores, one)), one) for one in self._thresholds(scores)]
        self.threshold = max(values, key=lambda pair: pair[0])[1]

    def _fitted(self, lessons: Sequence[Lesson], candidates: Sequence[Candidate]) -> Iterator[Weights]:
        return fitted(lessons, self.setup, candidates, self._vectors([lesson.text for lesson in lessons]))

    def _vectors(self, texts: Sequence[str]) -> Floats | None:  # noqa: ARG002
        """(texts, dimensions): what an encoder makes of texts; None for n-grams alone."""
        return None

    def _decides(self, record: Record) -> bool:
        return not self.setup.deciding or record.meta.doc in self.setup.deciding

    def _candidates(self) -> list[Candidate]:
        """Each C with each weight of what does not decide; where everything decides, the weight is 1."""
        others = self.setup.settings.get("others", [1.0]) if self.setup.deciding else [1.0]
        return [Candidate(strength, weight) for weight in others for strength in self.setup.settings["C"]]

    def _lessons(self, records: Sequence[Record]) -> list[Lesson]:
        """Every example with its group."""
        lessons = []
        for record in records:
            group, decides = self.setup.groups.get(record.meta.doc, record.meta.doc), self._decides(record)
            lessons += [Lesson(self._text(unit, record), unit.gold, group, decides) for unit in self._units(record)]
        return lessons

    def _crossed(self, lessons: Sequence[Lesson]) -> Crossed | None:
        """The probabilities of every example for each candidate, by a model that learned from other groups; None with too few groups."""
        groups = list(dict.fromkeys(lesson.group for lesson in lessons))
        random.Random(SEED).shuffle(groups)
        if len(groups) < FOLDS:
            return None
        names = sorted({lesson.gold for lesson in lessons})
        rows = np.zeros((len(self._candidates()), len(lessons), len(names)))
        for fold in range(FOLDS):
            left_out = set(groups[fold::FOLDS])
            rest = [lesson for lesson in lessons if lesson.group not in left_out]
            here = [index for index, lesson in enumerate(lessons) if lesson.group in left_out]
            if len({lesson.gold for lesson in rest}) < 2 or not here:
                return None
            texts = [lessons[index].text for index in here]
            for place, weights in enumerate(self._fitted(rest, self._candidates())):
                columns = [names.index(name) for name in weights.features.classes]
                rows[place][np.ix_(here, columns)] = weights.probabilities(texts, self._vectors(texts))
        return Crossed(names, rows)

    def _chosen_on(self, validation: Sequence[Record], candidates: Iterator[Weights], judge: Judge) -> None:
        """Keeps the weights and the threshold that are best on validation; of equals the first."""
        best = -1.0
        for weights in candidates:
            self.weights = weights
            paired = self._paired(validation)
            scores = self._scores(paired)
            for threshold in self._thresholds(scores):
                value = judge(validation, self._labelled(paired, scores, threshold))
                if value > best:
                    best, kept = value, (self.weights, threshold)
        self.weights, self.threshold = kept

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with a guess for every example."""
        paired = self._paired(records)
        return self._labelled(paired, self._scores(paired), self.threshold)

    def _paired(self, records: Sequence[Record]) -> Paired:
        return [(record, self._units(record)) for record in records]

    def _scores(self, paired: Paired) -> Scores:
        """The probability of each class of the task for every example of the records."""
        texts = [self._text(unit, record) for record, units in paired for unit in units]
        rows = self.weights.probabilities(texts, self._vectors(texts))
        return [self._of_task(self.weights.features.classes, row) for row in rows]

    def _of_task(self, known: Sequence[str], row: Sequence[float]) -> dict[str, float]:
        """The probabilities of the classes of the task; 0 for one that is not learned."""
        found = _by_class(known, row)
        return {name: found.get(name, 0.0) for name in self.setup.task.classes}

    def _labelled(self, paired: Paired, scores: Scores, threshold: float) -> list[Record]:
        rows, task = iter(scores), self.setup.task
        labelled = []
        for record, units in paired:
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


def together(models: Iterable[object]) -> None:
    """Lets the linear ones among models count the n-grams of a text once for all of them."""
    groups: dict[object, list[Weights]] = {}
    for weights in (model.weights for model in models if isinstance(model, Linear)):
        groups.setdefault((weights.features.word_lengths, weights.features.character_lengths), []).append(weights)
    for group in groups.values():
        tfidf.together(group)


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
