"""All metrics as values: the name of each, its statistic, its shape, and the metric that it is printed with.

A task names its metric, so this table is part of `core`; `measure/score` has the functions behind the statistics.
"""

from collections.abc import Iterator

from msgspec import Struct

SPANS, RELATIONS, ATTRIBUTES, TRIPLES, ONE_CLASS, CLASSES, TWO_OF_PAIRS, AGREEMENT = (
    "spans", "relations", "attributes", "triples", "one class", "several classes", "two classes of pairs", "agreement",
)  # fmt: skip
"""What a metric is of."""
F1, PRECISION, RECALL, MICRO, MACRO, RANKING, SQUARES, ALARMS, COEFFICIENT = (
    "f1", "precision", "recall", "micro", "macro", "ranking", "squares", "false alarms", "coefficient",
)  # fmt: skip
"""Statistics: of one column of counts, over the summed columns, the mean over columns, of scores, of raters."""


class Metric(Struct, frozen=True):
    """A metric: `shape` is what it is of, `headline` whether a task may be judged by it.

    `part_of` names the metric that it is printed with, such as a precision with its F1. `match` is how spans are matched.
    """

    name: str
    title: str
    statistic: str
    shape: str
    headline: bool = False
    part_of: str = ""
    match: str = ""

    @property
    def in_columns(self) -> bool:
        """Whether it is a precision or recall, which tables print in a column next to its F1."""
        return bool(self.part_of) and self.statistic in (PRECISION, RECALL)


def _family(match: str, title: str, shape: str, *, macro: bool, headline: bool) -> Iterator[Metric]:
    """The F1 of a way of matching, and its parts."""
    whole = f"{match}_f1"
    yield Metric(whole, f"F1, {title}", MICRO, shape, headline=headline, match=match)
    yield Metric(f"{match}_precision", f"precision, {title}", PRECISION, shape, part_of=whole, match=match)
    yield Metric(f"{match}_recall", f"recall, {title}", RECALL, shape, part_of=whole, match=match)
    if macro:
        yield Metric(f"{match}_macro_f1", f"mean F1 of the labels, {title}", MACRO, shape, headline=headline, part_of=whole, match=match)


def _table() -> Iterator[Metric]:
    yield from _family("exact", "equal bounds and label", SPANS, macro=True, headline=True)
    yield from _family("partial", "half for an overlap", SPANS, macro=True, headline=True)
    yield from _family("overlap", "shared characters", SPANS, macro=True, headline=True)
    yield from _family("untyped", "equal bounds", SPANS, macro=False, headline=True)
    yield from _family("relation", "equal ends", RELATIONS, macro=True, headline=True)
    yield from _family("relation_matched", "between spans that both have", RELATIONS, macro=True, headline=False)
    yield from _family("triple", "equal actors and class in one sentence", TRIPLES, macro=False, headline=True)
    yield Metric("attribute_macro_f1", "mean F1 of the values on matched spans", MACRO, ATTRIBUTES)
    yield Metric("positive_f1", "F1 of the class", F1, ONE_CLASS, headline=True)
    yield Metric("positive_precision", "precision of the class", PRECISION, ONE_CLASS, part_of="positive_f1")
    yield Metric("positive_recall", "recall of the class", RECALL, ONE_CLASS, part_of="positive_f1")
    yield Metric("false_alarms", "share of the units without the class that were guessed to be of it", ALARMS, ONE_CLASS)
    yield Metric("macro_f1", "mean F1 of the classes", MACRO, CLASSES, headline=True)
    yield Metric("micro_f1", "F1 over the classes together", MICRO, CLASSES, headline=True)
    yield Metric("stance_mean_f1", "mean F1 of the two classes", MACRO, TWO_OF_PAIRS, headline=True)
    yield Metric("f1", "F1 of a class", F1, CLASSES)
    yield Metric("precision", "precision of a class", PRECISION, CLASSES, part_of="f1")
    yield Metric("recall", "recall of a class", RECALL, CLASSES, part_of="f1")
    yield Metric("average_precision", "average precision of the ranking by score", RANKING, ONE_CLASS)
    yield Metric("brier", "mean squared error of the scores", SQUARES, CLASSES)
    yield Metric("alpha", "Krippendorff's alpha", COEFFICIENT, AGREEMENT)
    yield Metric("u_alpha", "Krippendorff's alpha for unitizing", COEFFICIENT, AGREEMENT)
    yield Metric("cohen_kappa", "Cohen's kappa", COEFFICIENT, AGREEMENT)
    yield Metric("fleiss_kappa", "Fleiss' kappa", COEFFICIENT, AGREEMENT)


METRICS = {metric.name: metric for metric in _table()}


def of_spans(match: str) -> list[Metric]:
    """The metrics of a way of matching spans or relations: F1 first."""
    return [metric for metric in METRICS.values() if metric.match == match]
