"""The leaderboard: a view of the trained models of a project, as JSON for programs and as Markdown for people.

Each entry contains the digests of its model, so that a reader can tell which of them were computed on other data or code.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from redline import project as projects
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact, Origin
from redline.learn.baseline import ALIKE, EVERYWHERE, ONE_SEED, RANGE
from redline.measure.rows import Row
from redline.measure.score import FEWEST
from redline.model import provenance, train, training
from redline.model.pair_task import ENTITIES, PREDICTED
from redline.model.train import Configuration
from redline.model.training import Data
from redline.project import Project
from redline.project.lock import exclusive

JSON = "leaderboard.json"
MARKDOWN = "LEADERBOARD.md"


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """A trained model as the leaderboard lists it; `size` in bytes on disk, `scores` on test as `--json` prints them.

    Models of the seeds `seed` up to `seed + seeds - 1` were scored; the value of a row is that of the first.
    """

    task: str
    model: str
    kind: str
    settings: dict[str, Any]
    seed: int
    origin: Origin
    validation: float
    size: int
    scores: list[dict[str, Any]]
    seeds: int = 1


class Board(Struct, frozen=True, forbid_unknown_fields=True):
    """How much each split contains, in words, and the entries in the order of tasks and models."""

    data: dict[str, str]
    models: list[Entry]


@exclusive
def write(project: Project, data: Data, taxonomy: Taxonomy) -> None:
    """Writes both files: the trained models of the project, and of what is configured and not trained here the entries as they were."""
    configured = train.configurations(project)
    known = {(entry.task, entry.model): entry for entry in (*_before(project), *_trained(project))}
    wanted = train.wanted(configured, taxonomy, model=None, task=None, shape=None)
    entries = [known[task.name, name] for name, task in wanted if (task.name, name) in known]
    board = Board(train.counts(data), entries)
    write_atomically(project.models / JSON, msgspec.json.format(msgspec.json.encode(board), indent=1) + b"\n")
    write_atomically(project.models / MARKDOWN, "\n".join(_page(board, taxonomy)).encode() + b"\n")


def _before(project: Project) -> list[Entry]:
    try:
        return read(project).models
    except RedlineError:
        return []


def _trained(project: Project) -> Iterator[Entry]:
    for folder in artefact.folders(project.models):
        made = artefact.read(folder)
        if made.outcome and (folder.parent.name, folder.name) == (made.model, made.task):
            size, outcome = artefact.size(folder), made.outcome
            yield Entry(
                made.task, made.model, made.kind, made.settings, made.seed, made.origin, outcome.validation, size, outcome.scores,
                outcome.seeds,
            )  # fmt: skip


def read(project: Project) -> Board:
    """The leaderboard.

    Raises RedlineError when there is none, or it cannot be read.
    """
    path = project.models / JSON
    try:
        return msgspec.json.decode(read_bytes(path), type=Board)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: is no leaderboard ({error}); needed: run make train") from None


def stale(project: Project) -> str:
    """A line when an entry was computed on other data, code, settings or libraries than there are, else an empty string."""
    path = project.models / JSON
    if not path.exists():
        return f"{path} is missing: run make train"
    try:
        reasons = _reasons(project, {(entry.task, entry.model): entry for entry in read(project).models})
    except RedlineError as error:
        return str(error)
    return f"{path} was computed on {', '.join(sorted(reasons))}: run make train" if reasons else ""


def _reasons(project: Project, entries: dict[tuple[str, str], Entry]) -> set[str]:
    taxonomy, configured, data = project.taxonomy(), train.configurations(project), train.data_of(projects.load(project))
    wanted = train.wanted(configured, taxonomy, model=None, task=None, shape=None)
    differences = (_differences(entries.get((task.name, name)), configured[name], task, taxonomy, data) for name, task in wanted)
    return {reason for found in differences for reason in found}


def _differences(entry: Entry | None, configured: Configuration, task: Task, taxonomy: Taxonomy, data: Data) -> Iterator[str]:
    if entry is None:
        yield "fewer models than are configured"
        return
    parts = data.of(task)
    now = provenance.origin(configured.kind, task, taxonomy, [parts.train, parts.validation], parts.test)
    if (entry.origin.trained_on, entry.origin.scored_on) != (now.trained_on, now.scored_on):
        yield "other data"
    if entry.origin.code != now.code:
        yield "other code"
    if entry.origin.libraries != now.libraries:
        yield "other libraries"
    of = (entry.kind, entry.settings, entry.seed, entry.seeds)
    if of != (configured.kind, configured.settings, training.SEED, configured.seeds):
        yield "other settings"


def table(artefacts: Sequence[Artefact]) -> Iterator[str]:
    """The totals as lines of a plain table: of test, with how many are in gold and how many were guessed, in how many documents."""
    counts = f"{'gold':>5} {'guess':>5} {'docs':>4}"
    yield f"{'task':<16} {'model':<14} {'metric':<42} {'test':<28} {counts} {'validation':>10} {'train s':>8} {'sent/s':>8}"
    for made in artefacts:
        assert made.outcome is not None
        for row in _totals(made.outcome.scores):
            outcome = made.outcome
            yield (
                f"{made.task:<16} {made.model:<14} {_metric(row):<42} {_shown(row):<28} {_count(row.score.gold):>5} "
                f"{_count(row.score.guessed):>5} {_count(row.score.documents):>4} {outcome.validation:>10.3f} "
                f"{outcome.train_seconds:>8.1f} {outcome.sentences_per_second:>8.0f}"
            )


def _metric(row: Row) -> str:
    return f"{row.score.metric}, {row.given}" if row.given else row.score.metric


def _count(count: int | None) -> str:
    return "" if count is None else str(count)


def _shown(row: Row) -> str:
    """The value with its interval, or the mean and range over seeds, and whether it is of a model that found nothing at all."""
    value = str(row.seeds or row.score)
    return f"{value}, predicted nothing" if row.score.guessed == 0 and row.score.value is not None else value


def _totals(scores: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for row in map(Row.from_plain, scores):
        if row.total:
            yield row


def _page(board: Board, taxonomy: Taxonomy) -> Iterator[str]:
    yield "<!-- written by `make train` -->\n# Leaderboard\n"
    yield f"Trained on {board.data['train']}, settings chosen on {board.data['validation']}, scored once on {board.data['test']}."
    yield "The column `validation` is the headline metric on that split, by which `redline label` chooses a model. Beside each value"
    yield f"on test: how many are in gold, how many were guessed, in how many documents. Below {FEWEST} documents there is no interval:"
    yield "such values do not say which of two models is better. What the metrics mean is in [docs/measuring.md](../docs/measuring.md).\n"
    yield "A value with a range is the mean over models of several seeds, and the lowest and highest of them; counts, size and"
    yield f"`validation` are of the first, which `redline label` uses. `holds`: `{EVERYWHERE}` where each machine gives this value;"
    yield f"`{ALIKE}` where only rounding by another processor can change it; `{RANGE}` where another processor changes it like another"
    yield f"seed; `{ONE_SEED}` where that was not tried."
    for task in taxonomy.tasks.values():
        entries = [entry for entry in board.models if entry.task == task.name]
        if entries:
            yield from _section(task, entries)
    yield "\n## Signatures\n"
    for entry in board.models:
        rows = (row for row in map(Row.from_plain, entry.scores) if row.total)
        yield from (f"- {entry.task}, {entry.model}: `{row.score.metric}|{row.score.signature}`" for row in rows)


def _section(task: Task, entries: Sequence[Entry]) -> Iterator[str]:
    yield f"\n## {task.title} (`{task.name}`)\n"
    yield "| model | metric | test | gold | guessed | documents | validation | kB | holds |\n|---|---|---|---:|---:|---:|---:|---:|---|"
    for entry in entries:
        for row in _totals(entry.scores):
            validation = f"{entry.validation:.3f}" if row.score.metric == task.metric and row.given not in (ENTITIES, PREDICTED) else ""
            counts = " | ".join(_count(count) for count in (row.score.gold, row.score.guessed, row.score.documents))
            last = f"{counts} | {validation} | {entry.size / 1000:.0f} | {row.holds or ''}"
            yield f"| {entry.model} | {_metric(row)} | {_shown(row)} | {last} |"
