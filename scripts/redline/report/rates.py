"""How often a model of one class is wrong, in counts and in plain words, from the scores that its artefact has."""

from typing import NamedTuple

from msgspec import Struct

from redline.learn.artefact import Artefact
from redline.measure.rows import Row
from redline.measure.score import Score
from redline.model.referenced import WINDOWS

SHOWN = WINDOWS["natural"]
"""The test split that the page names next to a sentence: its stretches were chosen at random."""


class Cell(NamedTuple):
    """A figure, and its share with its interval."""

    main: str
    share: str
    interval: str


class Rate(Struct, frozen=True):
    """Precision, recall and false alarms of a model on one test split.

    `recall` counts the sentences of the class, `precision` the marked ones too, `alarms` the others and those marked.
    """

    split: str
    precision: Score
    recall: Score
    alarms: Score

    @property
    def found(self) -> int:
        """The marked sentences that are of the class."""
        return self.marked - self.wrong

    @property
    def marked(self) -> int:
        """The sentences that the model marks."""
        return self.precision.guessed or 0

    @property
    def gold(self) -> int:
        """The sentences of the class."""
        return self.recall.gold or 0

    @property
    def wrong(self) -> int:
        """The marked sentences that are not of the class."""
        return self.alarms.guessed or 0

    @property
    def others(self) -> int:
        """The sentences that are not of the class."""
        return self.alarms.gold or 0

    @property
    def cells(self) -> list[Cell]:
        """A row of the table: what was found, what is right among the marked, false alarms."""
        return [
            Cell(f"{self.found} of {self.gold}", *_share(self.recall, 100, " %")),
            Cell(f"{self.found} of {self.marked}", *_share(self.precision, 100, " %")),
            Cell(f"{self.wrong} of {self.others}", *_share(self.alarms, 1000, "")),
        ]

    def right(self, noun: str) -> str:
        """What a mark is worth."""
        return f"In {self.split}, {self.found} of {self.marked} marks of {noun} were right."

    def missed(self, noun: str) -> str:
        """What it means that there is no mark."""
        return f"In {self.split}, {self.gold - self.found} of {self.gold} sentences of {noun} were not marked."

    def __str__(self) -> str:
        return (
            f"{self.split}: {self.found} of {self.gold} found, {self.found} of {self.marked} marks right, "
            f"{self.wrong} of {self.others} other sentences marked ({' '.join(_share(self.alarms, 1000, ' per 1,000')).rstrip()})"
        )


def of(made: Artefact) -> list[Rate]:
    """The rates of a model on each split of real speeches and statements that it was scored on."""
    scores = made.outcome.scores if made.outcome else []
    rows = {(row.split, row.score.metric): row.score for row in map(Row.from_plain, scores) if row.label is None}
    several = []
    for split in WINDOWS.values():
        wanted = [rows.get((split, metric)) for metric in ("positive_precision", "positive_recall", "false_alarms")]
        precision, recall, alarms = wanted
        if precision and recall and alarms:
            several.append(Rate(split, precision, recall, alarms))
    return several


def _share(score: Score, factor: int, unit: str) -> tuple[str, str]:
    """A value and its interval; empty where it has none."""
    if score.value is None:
        return "", ""
    interval = "" if score.low is None or score.high is None else f"[{factor * score.low:.0f}, {factor * score.high:.0f}]"
    return f"{factor * score.value:.0f}{unit}", interval
