"""The section on models: the best of each task and the trivial baselines, all scores, and which differences are not chance."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from redline.measure.score import Bootstrap, Difference
from redline.report import terms
from redline.report.parts import COUNTS, VALUE, Cell, Column, Table, count_cells, listed, value_cells
from redline.report.results import Result, Results, difference


class Pick(Struct, frozen=True):
    """The best learned model of a task on validation and the best trivial one there, and the difference between them on test."""

    best: Result
    trivial: Result | None
    difference: Difference | None


class ModelSection(Struct, frozen=True):
    """The picks by task, a table of them, by task the tables of all models, and models that another state was learned from."""

    picks: list[Pick]
    table: Table
    details: list[tuple[str, list[Table]]]
    changed: list[str]


def section(results: Results, bootstrap: Bootstrap) -> ModelSection:
    """The section of the trained models."""
    picks = [_pick(ranked, results, bootstrap) for _, ranked in results.by_task()]
    details = [(task.title, list(_details(ranked, results, bootstrap))) for task, ranked in results.by_task()]
    changed = [f"{one.model} of {one.task.title.lower()} (other {listed(one.changed)})" for one in results.results if one.changed]
    return ModelSection(picks, _summary(picks), details, changed)


def _pick(ranked: Sequence[Result], results: Results, bootstrap: Bootstrap) -> Pick:
    trivial = next((result for result in ranked if result.trivial), None)
    best = ranked[0]
    return Pick(best, trivial, difference(best, trivial, results, bootstrap) if trivial and trivial is not best else None)


def _summary(picks: Sequence[Pick]) -> Table:
    columns = [
        Column("task"),
        Column("best on validation"),
        Column("metric"),
        *VALUE,
        Column("trivial baseline", number=True),
        *COUNTS[::2],
    ]
    return Table("The best model and the best trivial baseline of each task, scored on test", columns, [_line(pick) for pick in picks])


def _line(pick: Pick) -> list[Cell]:
    best, score = pick.best, pick.best.rows[0].score
    trivial = pick.trivial.rows[0].score.value if pick.trivial else None
    name = pick.trivial.model if pick.trivial else ""
    last = Cell("" if trivial is None else f"{trivial:.3f} ({name})")
    names = [Cell(best.task.title), terms.model(best.model, best.kind), terms.metric(score.metric)]
    return [*names, *value_cells(score), last, *count_cells(score)[::2]]


def _details(ranked: Sequence[Result], results: Results, bootstrap: Bootstrap) -> Iterator[Table]:
    columns = [Column("model"), Column("metric"), *VALUE, *COUNTS]
    rows = [
        [terms.model(result.model, result.kind), terms.metric(row.score.metric), *value_cells(row.score), *count_cells(row.score)]
        for result in ranked
        for row in result.rows
    ]
    title = ranked[0].task.title
    yield Table(f"{title}: every model on test", columns, rows)
    pairs = [[Cell(one.model), Cell(other.model), *_between(one, other, results, bootstrap)] for one, other in combinations(ranked, 2)]
    if pairs:
        heads = [Column("first"), Column("second"), Column("difference", number=True), Column("95 % interval"), Column("p", number=True)]
        yield Table(f"{title}: {terms.TERMS[ranked[0].task.metric].name}, the first minus the second", heads, pairs)


def _between(one: Result, other: Result, results: Results, bootstrap: Bootstrap) -> list[Cell]:
    change = difference(one, other, results, bootstrap)
    if change is None or change.value is None:
        return [Cell("undefined"), Cell(), Cell()]
    if change.low is None or change.high is None or change.p is None:
        return [Cell(f"{change.value:+.3f}"), Cell("none"), Cell()]
    return [Cell(f"{change.value:+.3f}"), Cell(f"{change.low:+.3f} to {change.high:+.3f}"), Cell(f"{change.p:.3f}")]
