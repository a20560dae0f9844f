"""The page with one table of results: each model of each task, by what it learned from, with its score, time and size."""

from collections.abc import Iterator, Sequence

from redline.core.metric import METRICS, ONE_CLASS, RANKING
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure.rows import Row
from redline.measure.score import FEWEST
from redline.model import homes
from redline.model.leaderboard import Board, Entry, counted, metric_of, shown, totals
from redline.model.referenced import TESTS
from redline.model.speed import ALL, OPEN, Speed
from redline.model.training import TEST

HEAD = "| task | model | data seen | test split | metric | score | in gold | documents | ms a sentence | MB |"
RULE = "|---|---|---|---|---|---|---:|---:|---:|---:|"


def lines(board: Board, real: Board | None, times: Sequence[Speed], taxonomy: Taxonomy) -> Iterator[str]:
    """The lines of docs/results.md; `real` is the leaderboard of the referenced texts."""
    yield "<!-- written by `make train` and `make docs` -->\n# Results\n"
    yield "Every model of every task, with the metric of the task and, for one class, average precision. Scores have a 95 %"
    yield f"interval, or the lowest and highest of several seeds; below {FEWEST} documents there is no interval. Milliseconds are those of"
    yield "a warm model that does one task alone; `redline train --speed` measures them and writes them to `models/speed.json`, with the"
    yield "day and the machine.\n"
    yield f"- `{OPEN}`: {board.data['train']}, each contrast group as a document; `{TEST}` are open texts."
    if real:
        yield f"- `{ALL}`: {real.data['train']}."
        yield "\nOn real text each model is listed with one split that contains labels of its task: the first of"
        yield f"{', '.join(TESTS)} with {FEWEST} documents or more, else the first."
    yield ""
    yield "[scores.md](scores.md) has all metrics and splits, [baselines.md](baselines.md) what the models are.\n"
    yield f"{HEAD}\n{RULE}"
    known = {(one.learned, one.task, one.model): one.milliseconds for one in times}
    for task in taxonomy.tasks.values():
        for learned, entries in ((OPEN, board.models), *(((OPEN, real.others), (ALL, real.models)) if real else ())):
            for entry in (entry for entry in entries if entry.task == task.name):
                yield from _rows(task, entry, learned, known.get((learned, task.name, entry.model)))


def _rows(task: Task, entry: Entry, learned: str, milliseconds: float | None) -> Iterator[str]:
    metrics = [task.metric] + [one.name for one in METRICS.values() if task.measured == (ONE_CLASS,) and one.statistic == RANKING]
    rows = [row for row in totals(entry.scores) if row.score.metric in metrics and row.split == _split(entry)]
    last = f"{'' if milliseconds is None else f'{milliseconds:.2f}'} | {entry.size / 1e6:.2f}"
    for row in rows:
        counts = f"{counted(row.score.gold)} | {counted(row.score.documents)}"
        yield f"| `{task.name}` | {entry.model} | {learned} | {row.split} | {metric_of(row)} | {shown(row)} | {counts} | {last} |"


def _split(entry: Entry) -> str:
    """The test split that a model is listed with: of real text that has labels of its task, else test."""
    filled = {row.split: row.score for row in map(Row.from_plain, entry.scores) if row.split in TESTS and row.total and row.score.gold}
    return homes.listed_split(filled, TESTS) or TEST
