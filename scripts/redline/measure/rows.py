"""Rows of figures: from the count tables of one system, or of two that are compared, to scores and what they are of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from redline.measure.counts import Table
from redline.measure.score import Bootstrap, Difference, Floats, Score, compared, f1, macro, precision, recall, scored

Statistic = Callable[[Floats], Floats]
PARTS: dict[str, Statistic] = {"f1": f1, "precision": precision, "recall": recall}


class Row(Struct, frozen=True, kw_only=True):
    """A score and what it is of: None where a key does not apply, `label` also for the total.

    `difference` is to a second system, where one was scored.
    """

    score: Score
    task: str | None = None
    model: str | None = None
    split: str | None = None
    layer: str | None = None
    label: str | None = None
    difference: Difference | None = None

    @property
    def part(self) -> bool:
        """Whether it is a precision or recall, which stand beside an F1."""
        return self.score.metric.endswith(("precision", "recall"))

    def plain(self) -> dict[str, Any]:
        """The row in the shape of every `--json` score."""
        value: dict[str, Any] = {name: getattr(self, name) for name in ("task", "model", "split", "layer", "label")}
        value |= {name: getattr(self.score, name) for name in ("metric", "value", "low", "high", "signature")}
        if self.difference:
            value["difference"] = {name: getattr(self.difference, name) for name in ("value", "low", "high", "p")}
        return value

    @classmethod
    def from_plain(cls, value: Mapping[str, Any]) -> "Row":
        """The row that `plain` gave, without its difference."""
        score = Score(**{name: value[name] for name in ("metric", "value", "low", "high", "signature")})
        return cls(score=score, **{name: value[name] for name in ("task", "model", "split", "layer", "label")})


def row(of: Row, tables: Sequence[Table], statistic: Statistic, recipe: dict[str, str], bootstrap: Bootstrap) -> Row:
    """The row `of` (its metric is that of its score) with a statistic of the first table and its difference to the second."""
    metric = of.score.metric
    difference = compared(tables[0], tables[1], metric, statistic, recipe, bootstrap) if len(tables) > 1 else None
    return msgspec.structs.replace(of, score=scored(tables[0], metric, statistic, recipe, bootstrap), difference=difference)


def named(metric: str, **of: str | None) -> Row:
    """A row without its value: the metric and what it is of."""
    return Row(score=Score(metric, None, None, None, ""), **of)  # type: ignore[arg-type]


def span_rows(
    tables: Sequence[Table], labels: Sequence[str], prefix: str, recipe: dict[str, str], bootstrap: Bootstrap, **of: str | None
) -> Iterator[Row]:
    """F1, precision and recall in total and by label, and the macro F1; tables are (documents, labels, 4).

    Without `labels` the tables have one column, which is the total.
    """
    for name, part in PARTS.items():
        metric = f"{prefix}_{name}"
        yield row(named(metric, **of), tables, _summed(part), recipe | {"avg": "micro"}, bootstrap)
        if labels and part is f1:
            yield row(named(f"{prefix}_macro_f1", **of), tables, macro, recipe | {"avg": "macro"}, bootstrap)
        for index, label in enumerate(labels):
            columns = [table[:, index] for table in tables]
            yield row(named(metric, label=label, **of), columns, part, recipe | {"label": label}, bootstrap)


def _summed(part: Statistic) -> Statistic:
    return lambda sums: part(sums.sum(axis=-2))
