"""The pages of the leaderboard: LEADERBOARD.md with one row a task, and all rows of all models with their signatures."""

from collections.abc import Iterator

from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn.baseline import ALIKE, EVERYWHERE, ONE_SEED, RANGE
from redline.measure.rows import Row
from redline.measure.score import FEWEST
from redline.model.leaderboard import Board, Entry, counted, metric_of, shown, totals
from redline.model.pair_task import ENTITIES, PREDICTED
from redline.report import real_text
from redline.report.entries import best as best_of
from redline.report.entries import is_trivial

HEAD = "<!-- written by `make train` and `make docs` -->"
BEST = "| task | metric | best model | its score | in gold | guessed | documents | trivial baseline |\n|---|---|---|---|---:|---:|---:|---|"
REAL = "| model | learned from | split | metric | score | in gold | guessed | documents |\n|---|---|---|---|---|---:|---:|---:|"
ALL = "| model | metric | test | in gold | guessed | documents | validation | kB | holds |\n|---|---|---|---:|---:|---:|---:|---:|---|"


def best(board: Board, taxonomy: Taxonomy, real: Board | None = None) -> Iterator[str]:
    """The lines of LEADERBOARD.md: of each task the model that is best on validation, and the best trivial baseline.

    `real` is the leaderboard of the referenced texts.
    """
    yield f"{HEAD}\n# Leaderboard\n"
    yield f"Trained on {board.data['train']}; settings chosen on {board.data['validation']}; scored once on {board.data['test']}."
    yield "Each contrast group counts as a document. The best model of a task is the one with the best score on validation, without the"
    yield "trivial baselines; the table has its score on test. `redline label --models models` uses this model. Counts are those of the"
    yield "test split."
    yield f"Below {FEWEST} documents there is no interval, and no score shows which of two models is better.\n"
    yield BEST
    for task in taxonomy.tasks.values():
        entries = [entry for entry in board.models if entry.task == task.name]
        model, baseline = (best_of([entry for entry in entries if is_trivial(entry) is trivial]) for trivial in (False, True))
        yield from _row(task, model, baseline)
    if real:
        yield from real_text.lines(real, taxonomy)
    yield "\nMetrics: [docs/measuring.md](../docs/measuring.md). All models and rows: [docs/scores.md](../docs/scores.md) and, with"
    yield "signatures, `leaderboard.json`."


def _row(task: Task, model: Entry | None, baseline: Entry | None) -> Iterator[str]:
    rows, others = (_headlines(task, entry) if entry else {} for entry in (model, baseline))
    for given in dict.fromkeys([*rows, *others]):
        row, other = rows.get(given), others.get(given)
        metric = metric_of(row or other or next(iter(rows.values())))
        name = model.model if model else ""
        counts = " | ".join(counted(count) for count in ((row.score.gold, row.score.guessed, row.score.documents) if row else (None,) * 3))
        trivial = f"{baseline.model} {shown(other)}" if baseline and other else ""
        yield f"| {task.title} (`{task.name}`) | {metric} | {name} | {shown(row) if row else ''} | {counts} | {trivial} |"


def _headlines(task: Task, entry: Entry) -> dict[str | None, Row]:
    """The rows of the task's metric, by what the model got in addition to the text."""
    return {row.given: row for row in totals(entry.scores) if row.score.metric == task.metric}


def everything(board: Board, taxonomy: Taxonomy, real: Board | None = None) -> Iterator[str]:
    """The lines of docs/scores.md: every model of every task with every total on test, also on the referenced texts (`real`)."""
    yield f"{HEAD}\n# All scores\n"
    yield f"Trained on {board.data['train']}; settings chosen on {board.data['validation']}; scored once on {board.data['test']}."
    yield "Each contrast group counts as a document. The column `validation` is the headline metric on that split, by which `redline"
    yield "label` chooses a model of a folder. It uses a trivial baseline only for a task without another model. Below"
    yield f"{FEWEST} documents there is no interval. [measuring.md](measuring.md) describes the metrics; `models/leaderboard.json` has"
    yield "the signature of each row.\n"
    yield "A value with a range is the mean over models of several seeds, and the lowest and highest of them; counts, size and"
    yield f"`validation` are of the first, which `redline label` uses. `holds`: `{EVERYWHERE}` where each machine gives this value;"
    yield f"`{ALIKE}` where only rounding by another processor can change it; `{RANGE}` where another processor changes it like another"
    yield f"seed; `{ONE_SEED}` where that was not tried."
    for task in taxonomy.tasks.values():
        entries = [entry for entry in board.models if entry.task == task.name]
        if entries:
            yield f"\n## {task.title} (`{task.name}`)\n\n{ALL}"
            yield from (line for entry in entries for line in _lines(task, entry))
    if real:
        yield "\n## Real text\n\nModels that learned from the referenced texts as well, and (`open`) from the open texts alone."
        for task in taxonomy.tasks.values():
            if any(entry.task == task.name for entry in real.models):
                yield f"\n### {task.title} on real text (`{task.name}`)\n\n{REAL}"
                for learned, entries in (("all", real.models), ("open", real.others)):
                    yield from (line for entry in entries if entry.task == task.name for line in _real_lines(entry, learned))


def _real_lines(entry: Entry, learned: str) -> Iterator[str]:
    for row in totals(entry.scores):
        counts = " | ".join(counted(count) for count in (row.score.gold, row.score.guessed, row.score.documents))
        yield f"| {entry.model} | {learned} | {row.split} | {metric_of(row)} | {shown(row)} | {counts} |"


def _lines(task: Task, entry: Entry) -> Iterator[str]:
    for row in totals(entry.scores):
        validation = f"{entry.validation:.3f}" if row.score.metric == task.metric and row.given not in (ENTITIES, PREDICTED) else ""
        counts = " | ".join(counted(count) for count in (row.score.gold, row.score.guessed, row.score.documents))
        last = f"{counts} | {validation} | {entry.size / 1000:.0f} | {row.holds or ''}"
        yield f"| {entry.model} | {metric_of(row)} | {shown(row)} | {last} |"
