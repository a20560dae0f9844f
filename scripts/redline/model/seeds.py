"""The scores of a model that was trained with several seeds: those of the first, each with the mean and range of all."""

from collections.abc import Sequence
from statistics import fmean

import msgspec

from redline.learn.baseline import ONE_SEED, RANGE, kind_of
from redline.measure.rows import Row, Seeds


def over_seeds(runs: Sequence[Sequence[Row]], kind: str) -> list[Row]:
    """The rows of the first run, with where they are valid and, for several runs, the mean and range of their values.

    A value that is undefined in a run is left out; a row that is undefined in all of them has no range.
    """
    if len(runs) == 1:
        return [msgspec.structs.replace(row, holds=kind_of(kind).holds) for row in runs[0]]
    values = [{_of(row): row.score.value for row in rows} for rows in runs]
    return [_over(row, [run.get(_of(row)) for run in values]) for row in runs[0]]


def _of(row: Row) -> tuple[str | None, str, str | None]:
    return row.split, row.score.metric, row.label


def _over(row: Row, values: Sequence[float | None]) -> Row:
    defined = [value for value in values if value is not None]
    if not defined:
        return msgspec.structs.replace(row, holds=ONE_SEED)
    return msgspec.structs.replace(row, holds=RANGE, seeds=Seeds(len(values), fmean(defined), min(defined), max(defined)))
