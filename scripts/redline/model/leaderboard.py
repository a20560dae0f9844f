"""The leaderboard: a view of the trained models of a project, as JSON. `report/leaderboard` makes pages of it.

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
from redline.measure.rows import Row
from redline.model import provenance, train, training
from redline.model.train import Configuration
from redline.model.training import Data
from redline.project import Project
from redline.project.lock import exclusive

JSON = "leaderboard.json"


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
    """Writes the file: the trained models of the project, and of what is configured and not trained here the entries as they were."""
    configured = train.configurations(project)
    known = {(entry.task, entry.model): entry for entry in (*_before(project), *_trained(project))}
    wanted = train.wanted(configured, taxonomy, model=None, task=None, shape=None)
    entries = [known[task.name, name] for name, task in wanted if (task.name, name) in known]
    board = Board(train.counts(data), entries)
    write_atomically(project.models / JSON, msgspec.json.format(msgspec.json.encode(board), indent=1) + b"\n")


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
        for row in totals(made.outcome.scores):
            outcome = made.outcome
            yield (
                f"{made.task:<16} {made.model:<14} {metric_of(row):<42} {shown(row):<28} {counted(row.score.gold):>5} "
                f"{counted(row.score.guessed):>5} {counted(row.score.documents):>4} {outcome.validation:>10.3f} "
                f"{outcome.train_seconds or 0:>8.1f} {outcome.sentences_per_second or 0:>8.0f}"
            )


def metric_of(row: Row) -> str:
    """The metric of a row, and what a model of pairs got beside the text."""
    return f"{row.score.metric}, {row.given}" if row.given else row.score.metric


def counted(count: int | None) -> str:
    """A count, or nothing where it does not apply."""
    return "" if count is None else str(count)


def shown(row: Row) -> str:
    """The value with its interval, or the mean and range over seeds, and whether it is of a model that found nothing at all."""
    value = str(row.seeds or row.score)
    return f"{value}, predicted nothing" if row.score.guessed == 0 and row.score.value is not None else value


def totals(scores: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """The rows of all labels together."""
    for row in map(Row.from_plain, scores):
        if row.total:
            yield row
