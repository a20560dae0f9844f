"""Models of texts with classes that are not the scheme's: each class is a separate decision about the whole text."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.classified import Classified, classified
from redline.core.document import Record
from redline.core.predictions import DIGITS
from redline.learn.baseline import Judge, Setup, annotated
from redline.learn.fitting import Candidate, Lesson, fitted
from redline.learn.targets import seen
from redline.learn.tfidf import Weights

NAME = "shares.json"


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
    """A logistic regression for each class; a class that all or no training texts have gets its share. C is chosen on validation."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.weights: dict[str, Weights] = {}

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Fits a model a class for each C of the settings and keeps the best on validation; of equals the first.

        Raises ValueError where each class has all training texts or none.
        """
        super().fit(train, validation, judge)
        several = {name: asked for name, asked in self._asked(train).items() if 0 < _share(name, asked) < 1}
        if not several:
            raise ValueError("no class divides the training texts; needed: a class that some texts have and others do not have")
        candidates = [Candidate(strength) for strength in self.setup.settings["C"]]
        fits = [
            fitted([Lesson(seen(text.text, text.target), str(name in text.labels)) for text in asked], self.setup, candidates)
            for name, asked in several.items()
        ]
        best = -1.0
        for weights in zip(*fits, strict=True):
            self.weights = dict(zip(several, weights, strict=True))
            value = judge(validation, self.predict(validation))
            if value > best:
                best, kept = value, self.weights
        self.weights = kept

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with a probability for each class."""
        texts = [seen(record.text, record.target if isinstance(record.target, str) else "") for record in records]
        columns = {name: weights.probabilities(texts)[:, 1] for name, weights in self.weights.items()}
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
