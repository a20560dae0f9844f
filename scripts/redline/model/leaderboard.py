"""The leaderboards: views of the trained models of a project, as JSON. `report/leaderboard` makes pages of them.

One is of models that learned from the open texts, one of those that learned from the referenced texts as well.

Each entry contains the digests of its model, so that a reader can see which of them were computed on other data or code.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline import project as projects
from redline.core.decoding import of_file
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact, Origin
from redline.learn.baseline import Setup
from redline.measure.rows import Row
from redline.model import provenance, referenced, train, training
from redline.model.seeds import over_seeds
from redline.model.train import Configuration
from redline.model.training import Data
from redline.project import Project
from redline.project.lock import exclusive

JSON = "leaderboard.json"
REFERENCED = "leaderboard-referenced.json"


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
    """How much each split contains, in words, and the entries in the order of tasks and models.

    `others` are models that learned from the open texts alone, with their scores on the splits of the referenced texts.
    """

    data: dict[str, str]
    models: list[Entry]
    others: list[Entry] = []


@exclusive
def write(project: Project, data: Data, taxonomy: Taxonomy) -> None:
    """Writes the file: the trained models of the project, and of what is configured and not trained here the entries as they were."""
    _write(project, Board(train.counts(data), _listed(project, taxonomy, read_or_none(project), _trained(project.models))), JSON)


@exclusive
def write_referenced(project: Project, data: Data, taxonomy: Taxonomy) -> None:
    """The same of models that learned from the referenced texts, with those of the open texts on the same splits of test."""
    before = read_or_none(project, REFERENCED)
    entries = _listed(project, taxonomy, before, _trained(referenced.home(project)))
    others = before and Board({}, before.others)
    wanted = train.wanted(train.configurations(project), taxonomy, model=None, task=None, shape=None)
    fitting = {(name, task.name) for name, task in referenced.fitting(wanted, data, taxonomy)}
    trained = [one for one in _trained(project.models) if (one.model, one.task) in fitting]
    apart = [found for entry in trained if (found := _apart(entry, project.models, data, taxonomy))]
    board = Board(train.counts(data), entries, _listed(project, taxonomy, others, apart))
    _write(project, board, REFERENCED)


def _listed(project: Project, taxonomy: Taxonomy, before: Board | None, trained: Iterable[Entry]) -> list[Entry]:
    known = {(entry.task, entry.model): entry for entry in (*(before.models if before else []), *trained)}
    configured = train.configurations(project)
    names = [(task, name) for task in taxonomy.tasks for name, one in configured.items() if task in one.tasks]
    return [known[place] for place in names if place in known]


def _write(project: Project, board: Board, name: str) -> None:
    write_atomically(project.models / name, msgspec.json.format(msgspec.json.encode(board), indent=1) + b"\n")


def _apart(entry: Entry, home: Path, data: Data, taxonomy: Taxonomy) -> Entry | None:
    """A trained model with its scores on the test splits of the referenced texts; None where it cannot be loaded."""
    task = taxonomy.task(entry.task)
    setup = Setup(task, taxonomy, entry.settings, entry.seed)
    apart = msgspec.structs.replace(data, test=[]).of(task)
    try:
        model, _ = artefact.load(home / entry.model / entry.task, taxonomy)
    except RedlineError:
        return None
    rows = over_seeds([training.scored(model, setup, apart)], entry.kind)
    return msgspec.structs.replace(entry, scores=[msgspec.structs.replace(row, model=entry.model).plain() for row in rows], seeds=1)


def read_or_none(project: Project, name: str = JSON) -> Board | None:
    """The leaderboard of a file, or None where it is missing or cannot be read."""
    try:
        return read(project, name)
    except RedlineError:
        return None


def _trained(home: Path) -> Iterator[Entry]:
    for folder in artefact.folders(home):
        made = artefact.read(folder)
        if made.outcome and (folder.parent.name, folder.name) == (made.model, made.task):
            size, outcome = artefact.size(folder), made.outcome
            yield Entry(
                made.task, made.model, made.kind, made.settings, made.seed, made.origin, outcome.validation, size, outcome.scores,
                outcome.seeds,
            )  # fmt: skip


def read(project: Project, name: str = JSON) -> Board:
    """The leaderboard of a file.

    Raises RedlineError when there is none, or it cannot be read.
    """
    path = project.models / name
    return of_file(path, Board, "is not a leaderboard", "run make train")


def stale(project: Project) -> str:
    """A line when an entry was computed on other data, code, settings or libraries than there are, else an empty string."""
    path = project.models / JSON
    if not path.exists():
        return f"{path} is missing: run make train"
    try:
        corpus = projects.load(project)
        line = _stale(project, JSON, "make train", train.data_of(corpus))
        if not line and (project.models / REFERENCED).exists() and referenced.complete(project):
            line = _stale(project, REFERENCED, "redline train --referenced", referenced.data_of(corpus))
    except RedlineError as error:
        return str(error)
    return line


def _stale(project: Project, name: str, command: str, data: Data) -> str:
    board = read(project, name)
    taxonomy, configured = project.taxonomy(), train.configurations(project)
    entries = {(entry.task, entry.model): entry for entry in board.models}
    wanted = train.wanted(configured, taxonomy, model=None, task=None, shape=None)
    wanted = referenced.fitting(wanted, data, taxonomy) if name == REFERENCED else wanted
    differences = (_differences(entries.get((task.name, one)), configured[one], task, taxonomy, data) for one, task in wanted)
    reasons = sorted({reason for found in differences for reason in found})
    return f"{project.models / name} was computed on {', '.join(reasons)}: run {command}" if reasons else ""


def _differences(entry: Entry | None, configured: Configuration, task: Task, taxonomy: Taxonomy, data: Data) -> Iterator[str]:
    if entry is None:
        yield "fewer models than are configured"
        return
    parts = data.of(task)
    now = provenance.of_data(configured.kind, task, taxonomy, parts)
    before = entry.origin
    if (before.trained_on, before.scored_on, before.texts) != (now.trained_on, now.scored_on, now.texts):
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
    yield f"{'task':<18} {'model':<14} {'metric':<42} {'test':<28} {counts} {'validation':>10} {'train s':>8} {'sent/s':>8}"
    for made in artefacts:
        assert made.outcome is not None
        for row in totals(made.outcome.scores):
            outcome = made.outcome
            yield (
                f"{made.task:<18} {made.model:<14} {metric_of(row):<42} {shown(row):<28} {counted(row.score.gold):>5} "
                f"{counted(row.score.guessed):>5} {counted(row.score.documents):>4} {outcome.validation:>10.3f} "
                f"{outcome.train_seconds or 0:>8.1f} {outcome.sentences_per_second or 0:>8.0f}"
            )


def metric_of(row: Row) -> str:
    """The metric of a row, and what a model of pairs got in addition to the text."""
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
