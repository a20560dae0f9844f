"""The part of the leaderboard on referenced texts: models that learned from them as well, and those of the open texts alone."""

from collections.abc import Callable, Iterator, Sequence

from redline.core.metric import ONE_CLASS
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure.rows import Row
from redline.model.leaderboard import Board, Entry, counted, shown, totals
from redline.model.referenced import TESTS, WINDOWS
from redline.model.training import ALONE
from redline.report import entries

HEAD = (
    "| task | test split | metric | best model | its score | in gold | guessed | documents | with an encoder | "
    "learned from open texts alone | trivial |"
)
RULE = "|---|---|---|---|---|---:|---:|---:|---|---|---|"
OF_SENTENCES = ("average_precision", "positive_f1", "false_alarms")
"""The metrics of a task of one class: the primary one first."""
PREVALENCE = 0.01
ABOUT = {
    WINDOWS["dense"]: "stretches of speeches with the highest scores of a first model, so threats are over-represented",
    WINDOWS["natural"]: "random stretches of speeches that were chosen for conflict",
    WINDOWS["whole"]: "whole statements and press releases",
    ALONE: "single sentences, half of them chosen by a model",
}
"""What each test split contains."""


def lines(board: Board, taxonomy: Taxonomy) -> Iterator[str]:
    """The section of LEADERBOARD.md."""
    yield "\n## Real text\n"
    yield f"Models that learned from the referenced texts as well: trained on {board.data['train']}; settings chosen by cross-validation"
    yield f"or on {board.data['validation']}; scored once. Speeches are split by speaker, statements by document. The test splits:"
    yield ""
    yield from (f"- {name}: {ABOUT[name]}; {board.data[name]}" for name in TESTS if name in board.data)
    yield f"\n{HEAD}\n{RULE}"
    for task in taxonomy.tasks.values():
        best = _best(task, board.models, entries.is_light)
        beside = (
            _best(task, board.models, entries.is_optional), _best(task, board.others, entries.is_light),
            _best(task, board.models, entries.is_trivial),
        )  # fmt: skip
        if best:
            yield from _rows(task, best, beside)
    yield from _worth(board, taxonomy)
    yield "\nAverage precision on dense speeches is the figure that was chosen beforehand to judge models by; false alarms are the share of"
    yield "sentences without the class that are called positive. Without the texts (`make texts`) these rows stay as they are."


def _best(task: Task, several: Sequence[Entry], kind: Callable[[Entry], bool]) -> Entry | None:
    return entries.best([one for one in several if one.task == task.name and kind(one)])


def _rows(task: Task, best: Entry, others: Sequence[Entry | None]) -> Iterator[str]:
    """A row for each split and metric, with what models of other kinds reach."""
    metrics = OF_SENTENCES if task.measured == (ONE_CLASS,) else (task.metric,)
    own, *tables = [{(row.split, row.score.metric): row for row in totals(one.scores)} if one else {} for one in (best, *others)]
    for split, metric in ((split, metric) for split in TESTS for metric in metrics):
        row = own.get((split, metric))
        if row and row.score.gold:
            counts = " | ".join(counted(count) for count in (row.score.gold, row.score.guessed, row.score.documents))
            found = [table.get((split, metric)) for table in tables]
            cells = [f"{one.model} {shown(other)}" if one and other else "" for one, other in zip(others, found, strict=True)]
            of = f"{task.title} (`{task.name}`) | {split} | {metric} | {best.model} | {shown(row)}"
            yield f"| {of} | {counts} | {' | '.join(cells)} |"


def _worth(board: Board, taxonomy: Taxonomy) -> Iterator[str]:
    """What a find of the best model of each task of one class is worth in texts where one sentence in a hundred is of the class."""
    for task in taxonomy.tasks.values():
        best = _best(task, board.models, entries.is_light)
        every = map(Row.from_plain, best.scores) if best else []
        rows = {(row.split, row.score.metric): row for row in every if row.label is None}
        found = rows.get((WINDOWS["dense"], "positive_recall"))
        alarms = [row for name in ("natural", "whole") if (row := rows.get((WINDOWS[name], "false_alarms")))]
        if found and found.score.value is not None and alarms and not task.among:
            yield from _sentence(task, found.score.value, alarms)


def _sentence(task: Task, recall: float, alarms: Sequence[Row]) -> Iterator[str]:
    wrong, without = (sum(getattr(row.score, name) or 0 for row in alarms) for name in ("guessed", "gold"))
    share = wrong / without
    right, false = recall * PREVALENCE, share * (1 - PREVALENCE)
    worth = right / (right + false) if right + false else 0.0
    yield f"\n`{task.name}`: the best model finds {recall:.0%} of the class in dense speeches, and calls {1000 * share:.0f} of 1,000 other"
    yield f"sentences of natural speeches and statements positive ({wrong} of {without}). Where 1 % of the sentences are of the class,"
    yield f"{worth:.0%} of its finds would be right."
