"""Trains the baselines, scores them on the test split, and keeps the leaderboard."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.corpus import Corpus, records
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.examples import Predictions
from redline.core.files import read_bytes, write_atomically
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats import prodigy
from redline.learn import artefact
from redline.learn.baseline import Baseline, Setup, annotated, make
from redline.measure import tasks
from redline.measure.rows import Row
from redline.measure.score import Bootstrap
from redline.project import Project

SEED = 1
SCORES = "scores.json"
WRITTEN = ("leaderboard.json", "released.json", SCORES)
BOOTSTRAP = Bootstrap(replicates=1000, seed=1)


class Configuration(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `models/`: the kind of model, the tasks it is for, and its settings."""

    kind: str
    tasks: list[str]
    settings: dict[str, Any]


class Data(Struct, frozen=True):
    """The records of each split."""

    train: list[Record]
    dev: list[Record]
    test: list[Record]


class Result(Struct, frozen=True):
    """A trained and scored model: its scores on test, its headline metric on dev, and what it took.

    `train_seconds` of wall clock, `size` in bytes on disk, and the speed when predicting the test split.
    """

    task: str
    model: str
    rows: list[Row]
    dev: float
    train_seconds: float
    size: int
    sentences_per_second: float

    def plain(self, split: str = "test") -> list[dict[str, Any]]:
        """The scores in the shape of every `--json` score."""
        return [msgspec.structs.replace(row, model=self.model, split=split).plain() for row in self.rows]


def configurations(project: Project) -> dict[str, Configuration]:
    """The configurations of a project by model name.

    Raises RedlineError for a file of another shape.
    """
    found = {}
    for path in configuration_files(project):
        try:
            found[path.stem] = msgspec.json.decode(read_bytes(path), type=Configuration)
        except msgspec.DecodeError as error:
            raise RedlineError(f"{path}: is no model configuration ({error}); needed: kind, tasks, settings") from None
    return found


def configuration_files(project: Project) -> list[Path]:
    """The files of `models/` that configure a model: all JSON there but what training writes."""
    return [path for path in sorted(project.models.glob("*.json")) if path.name not in WRITTEN]


def data_of(corpus: Corpus) -> Data:
    """The records of the corpus's splits.

    Raises RedlineError when a split is empty.
    """
    found = {name: records(corpus.split(name)) for name in ("train", "dev", "test")}
    for name, held in found.items():
        if not held:
            raise RedlineError(f"split {name} holds no document; needed: documents in each split (redline split)")
    return Data(**found)


def data_from(train: Path, dev: Path | None, test: Path, taxonomy: Taxonomy) -> Data:
    """The records of files, ours or plain Prodigy tasks; without `dev` every fifth record of `train` is held out for it.

    Raises RedlineError for a file that cannot be used or holds nothing.
    """
    held = {name: records(prodigy.read(path, taxonomy)) for name, path in (("train", train), ("dev", dev), ("test", test)) if path}
    for name, found in held.items():
        if not found:
            raise RedlineError(f"{name}: the file holds no accepted task; needed: one or more")
    if "dev" not in held:
        held["dev"] = held["train"][::5]
        held["train"] = [record for index, record in enumerate(held["train"]) if index % 5]
        if not held["train"]:
            raise RedlineError(f"{train}: holds too few tasks to hold some out; needed: --dev, or two tasks")
    return Data(**held)


def counts(data: Data) -> dict[str, str]:
    """How much each split holds, in words."""
    return {name: _count(getattr(data, name)) for name in ("train", "dev", "test")}


def _count(held: Sequence[Record]) -> str:
    documents = len({record.meta.doc for record in held})
    return f"{documents} documents ({sum(len(record.sentences) for record in held)} sentences)"


def wanted(
    configured: Mapping[str, Configuration], taxonomy: Taxonomy, *, model: str | None, task: str | None, shape: str | None
) -> list[tuple[str, Task]]:
    """The (model, task) pairs to train, in the order of the taxonomy's tasks.

    Raises RedlineError when a name is unknown or nothing is left.
    """
    if model is not None and model not in configured:
        raise RedlineError(f"unknown model `{model}`; there are {', '.join(configured)}")
    chosen = [taxonomy.task(task)] if task else [t for t in taxonomy.tasks.values() if shape in (None, t.shape)]
    found = [(name, t) for t in chosen for name, c in configured.items() if t.name in c.tasks and model in (None, name)]
    if not found:
        raise RedlineError("no model is configured for that; needed: a model and task that a file of models/ joins")
    return found


def run(
    pairs: Iterable[tuple[str, Task]],
    configured: Mapping[str, Configuration],
    data: Data,
    taxonomy: Taxonomy,
    out: Path,
    progress: Callable[[str], None],
) -> list[Result]:
    """Trains, saves and scores each model; `progress` gets a line about each."""
    results = []
    for name, task in pairs:
        progress(f"{task.name} / {name}: training on {len(annotated(data.train, task))} records")
        result = one(name, task, configured[name], data, taxonomy, out)
        head = result.rows[0].score
        shown = "undefined" if head.value is None else f"{head.value:.3f}"
        progress(f"{task.name} / {name}: {head.metric} {shown} in {result.train_seconds:.1f} s")
        results.append(result)
    return results


def one(name: str, task: Task, configuration: Configuration, data: Data, taxonomy: Taxonomy, out: Path) -> Result:
    """Trains a model, saves it below `out`, and scores on test what was loaded back from there."""
    setup = Setup(task, taxonomy, configuration.settings, SEED)
    train, dev, test = (_some(held, task, split) for held, split in ((data.train, "train"), (data.dev, "dev"), (data.test, "test")))
    model = make(configuration.kind, setup)
    begun = time.perf_counter()
    try:
        model.fit(train, dev, lambda guesses: tasks.headline(task, dev, guesses, taxonomy))
    except ValueError as error:
        raise RedlineError(f"{task.name} / {name}: cannot be trained: {error}") from None
    seconds = time.perf_counter() - begun
    folder = out / name / task.name
    artefact.save(model, configuration.kind, setup, folder)
    loaded, _ = artefact.load(folder, taxonomy)
    guesses, speed = timed(loaded, test)
    rows = tasks.rows(task, test, guesses, taxonomy, BOOTSTRAP)
    value = tasks.headline(task, dev, loaded.predict(dev), taxonomy)
    return Result(task.name, name, rows, value, seconds, artefact.size(folder), speed)


def timed(model: Baseline, held: Sequence[Record]) -> tuple[Predictions, float]:
    """A model's predictions, and how many sentences it does in a second once it is warm."""
    model.predict(held[:1])
    begun = time.perf_counter()
    guesses = model.predict(held)
    return guesses, sum(len(record.sentences) for record in held) / (time.perf_counter() - begun)


def _some(held: list[Record], task: Task, split: str) -> list[Record]:
    found = annotated(held, task)
    if not found:
        raise RedlineError(f"no {split} record has layer {task.layer} annotated; needed for {task.name}")
    return found


def write_scores(results: Sequence[Result], out: Path) -> None:
    """Writes the scores of a run beside its models."""
    value = {"scores": [row for result in results for row in result.plain()]}
    write_atomically(out / SCORES, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
