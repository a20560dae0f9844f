"""Trains the baselines of a project or of any records, and saves each with its scores."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline import formats
from redline.core.corpus import SPLITS, Corpus, records
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats.reading import Options
from redline.learn import artefact
from redline.learn.artefact import Artefact, Outcome
from redline.learn.baseline import Baseline, Setup, annotated
from redline.measure.rows import Row
from redline.model import provenance, training
from redline.model.training import Data
from redline.project import Project

SCORES = "scores.json"
WRITTEN = ("leaderboard.json", SCORES)


class Configuration(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `models/`: the kind of model, the tasks it is for, and its settings."""

    kind: str
    tasks: list[str]
    settings: dict[str, Any]


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
    """The records of the corpus's splits whose texts are open: what everybody has who has the release.

    Raises RedlineError when a split is empty.
    """
    found = {name: records([one for one in corpus.split(name) if corpus.is_open(one.id)]) for name in SPLITS}
    for name, held in found.items():
        if not held:
            raise RedlineError(f"split {name} contains no open document; needed: documents in each split (redline split)")
    return Data(**found)


def data_from(train: Path, dev: Path | None, test: Path, taxonomy: Taxonomy, progress: Callable[[str], None]) -> Data:
    """The records of files, ours or plain Prodigy tasks; without `dev` every fifth record of `train` is held out for it.

    Raises RedlineError for a file that cannot be used or holds nothing.
    """
    held = {}
    for name, path in (("train", train), ("dev", dev), ("test", test)):
        if path:
            reading = formats.read(path, Options(taxonomy))
            progress(reading.line())
            held[name] = list(reading.accepted)
            if not held[name]:
                raise RedlineError(f"{path}: contains no accepted task; needed: one or more")
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
) -> list[Artefact]:
    """Trains, saves and scores each model; `progress` gets a line about each."""
    artefacts = []
    for name, task in pairs:
        progress(f"{task.name} / {name}: training on {len(annotated(data.train, task))} records")
        made = one(name, task, configured[name], data, taxonomy, out)
        assert made.outcome is not None
        head = Row.from_plain(made.outcome.scores[0]).score
        shown = "undefined" if head.value is None else f"{head.value:.3f}"
        progress(f"{task.name} / {name}: {head.metric} {shown} in {made.outcome.train_seconds:.1f} s")
        artefacts.append(made)
    return artefacts


def one(name: str, task: Task, configuration: Configuration, data: Data, taxonomy: Taxonomy, out: Path) -> Artefact:
    """Trains a model, saves it below `out`, and adds the scores of what was loaded back from there."""
    setup = Setup(task, taxonomy, configuration.settings, training.SEED)
    parts = data.of(task)
    begun = time.perf_counter()
    try:
        model = training.fitted(configuration.kind, setup, parts)
    except ValueError as error:
        raise RedlineError(f"{task.name} / {name}: cannot be trained: {error}") from None
    seconds = time.perf_counter() - begun
    folder = out / name / task.name
    origin = provenance.origin(configuration.kind, task, taxonomy, [parts.train, parts.dev], parts.test)
    artefact.save(model, name, configuration.kind, setup, origin, folder)
    loaded, _ = artefact.load(folder, taxonomy)
    dev, rows = training.scored(loaded, setup, parts)
    plain = [msgspec.structs.replace(row, model=name, split="test").plain() for row in rows]
    return artefact.finish(folder, Outcome(dev, plain, seconds, _speed(loaded, parts.test)))


def _speed(model: Baseline, records: Sequence[Record]) -> float:
    """How many sentences a warm model does in a second."""
    begun = time.perf_counter()
    model.predict(records)
    return sum(len(record.sentences) for record in records) / (time.perf_counter() - begun)


def write_scores(artefacts: Sequence[Artefact], out: Path) -> None:
    """Writes the scores of a run beside its models."""
    value = {"scores": [row for made in artefacts if made.outcome for row in made.outcome.scores]}
    write_atomically(out / SCORES, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
