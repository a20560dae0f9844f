"""Rows of figures: from the count tables of one system, or of two that are compared, to scores and what they are of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.metric import MACRO, METRICS, Metric, of_spans
from redline.measure.counts import Table
from redline.measure.score import COLUMNS, TOTALS, Bootstrap, Difference, Score, Statistic, compared, scored

OF = ("task", "model", "split", "layer", "label", "given")
SCORE = ("metric", "value", "low", "high", "signature", "gold", "guessed", "documents")


class Seeds(Struct, frozen=True):
    """The mean and range of a score over models that were trained with several seeds."""

    number: int
    mean: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.mean:.3f}, {self.lowest:.3f} to {self.highest:.3f}"


class Row(Struct, frozen=True, kw_only=True):
    """A score and what it is of: None where a key does not apply, `label` also for the total.

    `given` names what a model of pairs got in addition to the text; `difference` is to a second system, where one was scored.
    `holds` names the machines that give a trained model's score again; `seeds` has its differences between seeds.
    """

    score: Score
    task: str | None = None
    model: str | None = None
    split: str | None = None
    layer: str | None = None
    label: str | None = None
    given: str | None = None
    difference: Difference | None = None
    holds: str | None = None
    seeds: Seeds | None = None

    @property
    def metric(self) -> Metric:
        """The metric of the score."""
        return METRICS[self.score.metric]

    @property
    def total(self) -> bool:
        """Whether it is of all labels and not a part of another score: what a leaderboard lists."""
        return self.label is None and not self.metric.part_of

    def plain(self) -> dict[str, Any]:
        """The row in the shape of every `--json` score."""
        value: dict[str, Any] = {name: getattr(self, name) for name in OF}
        value |= {name: getattr(self.score, name) for name in SCORE}
        if self.difference:
            value["difference"] = {name: getattr(self.difference, name) for name in ("value", "low", "high", "p")}
        if self.holds:
            value |= {"holds": self.holds, "seeds": msgspec.to_builtins(self.seeds)}
        return value

    @classmethod
    def from_plain(cls, value: Mapping[str, Any]) -> "Row":
        """The row that `plain` gave, without its difference."""
        score = msgspec.convert({name: value.get(name) for name in SCORE}, Score)
        seeds = msgspec.convert(value.get("seeds"), Seeds | None)
        return cls(score=score, holds=value.get("holds"), seeds=seeds, **{name: value.get(name) for name in OF})


def row(of: Row, tables: Sequence[Table], statistic: Statistic, recipe: dict[str, str], bootstrap: Bootstrap) -> Row:
    """The row `of` (its metric is that of its score) with a statistic of the first table and its difference to the second."""
    metric = of.score.metric
    difference = compared(tables[0], tables[1], metric, statistic, recipe, bootstrap) if len(tables) > 1 else None
    return msgspec.structs.replace(of, score=scored(tables[0], metric, statistic, recipe, bootstrap), difference=difference)


def named(metric: str, **of: str | None) -> Row:
    """A row without its value: the metric and what it is of."""
    return Row(score=Score(metric, None, None, None, ""), **of)  # type: ignore[arg-type]


def span_rows(
    tables: Sequence[Table], labels: Sequence[str], match: str, recipe: dict[str, str], bootstrap: Bootstrap, **of: str | None
) -> Iterator[Row]:
    """All metrics of a way of matching, in total and by label; tables are (documents, labels, 4).

    Without `labels` the tables have one column, which is the total.
    """
    for metric in of_spans(match):
        average = "macro" if metric.statistic == MACRO else "micro"
        yield row(named(metric.name, **of), tables, TOTALS[metric.statistic], recipe | {"avg": average}, bootstrap)
        if metric.statistic != MACRO:
            for index, label in enumerate(labels):
                columns = [table[:, index] for table in tables]
                yield row(named(metric.name, label=label, **of), columns, COLUMNS[metric.statistic], recipe | {"label": label}, bootstrap)
