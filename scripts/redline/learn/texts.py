"""Models of texts with classes that are not the scheme's: each class is a separate decision about the whole text."""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.classified import Classified, classified
from redline.core.document import Record
from redline.core.predictions import DIGITS
from redline.learn.baseline import Judge, Setup, annotated
from redline.learn.fitting import Candidate, Lesson, fitted
from redline.learn.linear import FOLDS, SEED
from redline.learn.targets import seen
from redline.learn.tfidf import Weights

NAME = "shares.json"
CROSSED = 5_000
"""The most texts for which C comes from cross-validation; with more, validation is large enough and training takes minutes."""


class Shares(Struct, frozen=True, forbid_unknown_fields=True):
    """By class its share among the training texts that were asked about it, and the folder of its weights where it has them."""

    shares: dict[str, float]
    folders: dict[str, str] = {}


class TextMajority:
    """Gives each text every class with its share among the training texts; a trivial baseline."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.known = Shares({})

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:  # noqa: ARG002
        """Counts the classes."""
        self.known = Shares({name: _share(name, asked) for name, asked in self._asked(train).items()})

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the same values."""
        return [_with_cats(record, self.known.shares) for record in records]

    def save(self, folder: Path) -> None:
        """Writes the shares."""
        (folder / NAME).write_bytes(msgspec.json.encode(self.known) + b"\n")

    def load(self, folder: Path) -> None:
        """Reads the shares."""
        self.known = msgspec.json.decode((folder / NAME).read_bytes(), type=Shares)

    def _asked(self, records: Sequence[Record]) -> dict[str, list[Classified]]:
        texts = [text for record in annotated(records, self.setup.task) if (text := classified(record))]
        return {name: [text for text in texts if name in text.cats] for name in self.setup.task.classes}


class TextLinear(TextMajority):
    """A logistic regression for each class; a class that all or no training texts have gets its share."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.weights: dict[str, Weights] = {}

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Chooses C by the headline metric, of equals the first, and fits a model for each class on train.

        The metric is that of train by cross-validation or, with more than CROSSED texts or too few, that of validation. Raises
        ValueError where each class has all training texts or none.
        """
        super().fit(train, validation, judge)
        candidates, records = [Candidate(strength) for strength in self.setup.settings["C"]], annotated(train, self.setup.task)
        try:
            values = self._values(self._folds(records), candidates, judge)
        except ValueError:
            values = self._values([(records, validation)], candidates, judge)
        (self.weights,) = self._learned(records, [candidates[values.index(max(values))]])

    def _folds(self, records: Sequence[Record]) -> list[tuple[list[Record], list[Record]]]:
        """The records to learn from and those to judge, FOLDS times; the records of a group stay together.

        Raises ValueError for more than CROSSED records, and for fewer groups than FOLDS.
        """
        groups = [self.setup.groups.get(record.meta.doc, record.meta.doc) for record in records]
        names = list(dict.fromkeys(groups))
        if len(records) > CROSSED or len(names) < FOLDS:
            raise ValueError(f"{len(records)} records in {len(names)} groups cannot be cross-validated")
        random.Random(SEED).shuffle(names)
        number = {name: index % FOLDS for index, name in enumerate(names)}
        sides: list[tuple[list[Record], list[Record]]] = [([], []) for _ in range(FOLDS)]
        for record, group in zip(records, groups, strict=True):
            for fold, side in enumerate(sides):
                side[number[group] == fold].append(record)
        return sides

    def _values(
        self, parts: Sequence[tuple[Sequence[Record], Sequence[Record]]], candidates: Sequence[Candidate], judge: Judge
    ) -> list[float]:
        """The metric of each candidate on the second sides together, with models of the first sides."""
        guesses: list[list[Record]] = [[] for _ in candidates]
        for lessons, asked in parts:
            for rows, weights in zip(guesses, self._learned(lessons, candidates), strict=True):
                rows += self._guessed(asked, weights)
        gold = [record for _, asked in parts for record in asked]
        return [judge(gold, rows) for rows in guesses]

    def _learned(self, records: Sequence[Record], candidates: Sequence[Candidate]) -> Iterator[dict[str, Weights]]:
        """For each candidate the weights of each class that divides the records. Raises ValueError if no class does."""
        several = {name: asked for name, asked in self._asked(records).items() if 0 < _share(name, asked) < 1}
        if not several:
            raise ValueError("no class divides the training texts; needed: a class that some texts have and others do not have")
        fits = [
            fitted([Lesson(seen(text.text, text.target), str(name in text.labels)) for text in asked], self.setup, candidates)
            for name, asked in several.items()
        ]
        for weights in zip(*fits, strict=True):
            yield dict(zip(several, weights, strict=True))

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with a probability for each class."""
        return self._guessed(records, self.weights)

    def _guessed(self, records: Sequence[Record], several: Mapping[str, Weights]) -> list[Record]:
        texts = [seen(record.text, record.target if isinstance(record.target, str) else "") for record in records]
        columns = {name: weights.probabilities(texts)[:, 1] for name, weights in several.items()}
        return [
            _with_cats(record, {**self.known.shares, **{name: float(column[index]) for name, column in columns.items()}})
            for index, record in enumerate(records)
        ]

    def save(self, folder: Path) -> None:
        """Writes the shares, and a folder of weights for each class."""
        self.known = Shares(self.known.shares, {name: str(index) for index, name in enumerate(self.weights)})
        super().save(folder)
        for name, place in self.known.folders.items():
            (folder / place).mkdir()
            self.weights[name].save(folder / place, 0.5)

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote."""
        super().load(folder)
        self.weights = {name: Weights.load(folder / str(int(place)))[0] for name, place in self.known.folders.items()}


def _share(name: str, asked: Sequence[Classified]) -> float:
    return sum(name in text.labels for text in asked) / len(asked) if asked else 0.0


def _with_cats(record: Record, values: dict[str, float]) -> Record:
    return msgspec.structs.replace(record, cats={name: round(value, DIGITS) for name, value in values.items()})
