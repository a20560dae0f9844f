"""Trains the baselines of a project or of any records, and saves each with its scores."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from redline.core.corpus import SPLITS, Corpus, records
from redline.core.decoding import of_file
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.task import LINK, Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.alignment import left_out
from redline.learn.artefact import Artefact, Outcome
from redline.learn.baseline import KINDS, Baseline, Setup, annotated, kind_of
from redline.measure.rows import Row
from redline.model import link_task, own, pair_task, provenance, training
from redline.model.seeds import over_seeds
from redline.model.training import Data
from redline.project import Project

SCORES = "scores.json"
WRITTEN = ("leaderboard.json", "leaderboard-referenced.json", "speed.json", SCORES)


class Configuration(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `models/`: the kind of model, the tasks it is for, its settings, and with how many seeds it is trained."""

    kind: str
    tasks: list[str]
    settings: dict[str, Any]
    seeds: Annotated[int, msgspec.Meta(ge=1)] = 1


def default_configurations() -> dict[str, Configuration]:
    """The configurations of the Redline package, for use outside of a project."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "models"
    return _configurations(packed if packed.is_dir() else package.parents[1] / "models")


def configurations(project: Project) -> dict[str, Configuration]:
    """The configurations of a project by model name.

    Raises RedlineError for a file of another shape.
    """
    return _configurations(project.models)


def _configurations(folder: Path) -> dict[str, Configuration]:
    found = {}
    for path in (path for path in sorted(folder.glob("*.json")) if path.name not in WRITTEN):
        found[path.stem] = of_file(path, Configuration, "is not a model configuration", "kind, tasks, settings")
    return found


def data_of(corpus: Corpus) -> Data:
    """The records of the corpus's splits with texts that are open and in the project, and the contrast groups of train: what
    every user of the release has.

    Raises RedlineError when a split is empty, or a gold document has no seed.
    """
    corpus.check_seeds()
    chosen = {name: [one for one in corpus.split(name) if corpus.is_open(one.id) and not corpus.referenced(one.id)] for name in SPLITS}
    found = {name: records(documents) for name, documents in chosen.items()}
    for name, held in found.items():
        if not held:
            raise RedlineError(f"split {name} contains no open document; needed: documents in each split (redline split)")
    found["train"] += corpus.contrasts("train")
    groups = {doc: source.seed.event for doc, source in corpus.sources.items()}
    return Data(found["train"], found["validation"], found["test"], groups=groups)


def counts(data: Data) -> dict[str, str]:
    """How much each split contains, in words."""
    parts = {name: _count(getattr(data, name)) for name in SPLITS}
    more = dict(data.alone)
    apart = {**data.apart, training.ALONE: more.pop(training.TEST, [])}
    parts |= {name: f"{parts[name]} and {len(records)} single sentences" for name, records in more.items() if records}
    return parts | {name: _count(records) for name, records in apart.items() if records}


def _count(held: Sequence[Record]) -> str:
    documents = len({record.meta.doc for record in held})
    return f"{documents} documents ({sum(len(record.sentences) for record in held)} sentences)"


def wanted(
    configured: Mapping[str, Configuration],
    taxonomy: Taxonomy,
    *,
    model: str | None,
    task: str | None,
    shape: str | None,
    brought: Mapping[str, Task] | None = None,
) -> list[tuple[str, Task]]:
    """The (model, task) pairs to train, in the order of the taxonomy's tasks, then of those that other records brought.

    Relations that the records bring are learned where their shape or task is named, optional kinds where their model is.

    Raises RedlineError when a name is unknown or nothing is left, except for other records.
    """
    tasks = {**taxonomy.tasks, **(brought or {})}
    if model is not None and model not in configured:
        raise RedlineError(f"unknown model `{model}`; there are {', '.join(configured)}")
    of_shape = [each for each in tasks.values() if each.shape == shape or (shape is None and (each.layer or each.shape != LINK))]
    chosen = [tasks.get(task) or taxonomy.task(task)] if task else of_shape
    named = [name for name, one in configured.items() if model == name or (model is None and not kind_of(one.kind).optional)]
    found = [(name, t) for t in chosen for name in named if t.name in configured[name].tasks]
    if not found and brought is None:
        raise RedlineError("no model is configured for that; needed: a model and task that a file of models/ joins")
    return found


def notes(pairs: Sequence[tuple[str, Task]], data: Data, taxonomy: Taxonomy, out: Path) -> Iterator[str]:
    """A line for each kind of span that a model of spans cannot learn from, and one about scores that models in `out` cannot get."""
    for name, task in pairs:
        for line in left_out(annotated(data.train, task), task.layer) if task.shape == "spans" else ():
            yield f"{task.name} / {name}: {line}"
    yield from (f"note: {line}" for line in link_task.unscored(pairs, data, taxonomy, out))


class UntrainableError(RedlineError):
    """The training records do not have what a model of a task learns from."""


def run(
    pairs: Sequence[tuple[str, Task]],
    configured: Mapping[str, Configuration],
    data: Data,
    taxonomy: Taxonomy,
    out: Path,
    progress: Callable[[str], None],
    note: Callable[[str], None] | None = None,
) -> list[Artefact]:
    """Trains, saves and scores each model; `progress` gets a line about each, and `note` one about each that cannot be trained.

    Raises UntrainableError when none can be trained, and without `note` where one cannot.
    """
    artefacts: list[Artefact] = []
    failed: list[UntrainableError] = []
    lessons: dict[str, Data] = {}
    for name, task in pairs:
        progress(f"{task.name} / {name}: training on {len(annotated(data.train, task))} records")
        paired = task.unit == "pair" and bool(data.test)
        if paired and task.name not in lessons:
            lessons[task.name] = pair_task.learned(data.of(task), taxonomy, out)
        try:
            made = one(name, task, configured[name], data, taxonomy, out, learned=lessons.get(task.name))
        except UntrainableError as error:
            if note is None or len(pairs) == 1:
                raise
            failed.append(error)
            note(f"note: {error}")
            continue
        made = pair_task.scored(made, data.of(task), taxonomy, out) if paired else made
        made = link_task.scored(made, data.of(task), taxonomy, out) if task.shape == LINK and data.test else made
        assert made.outcome is not None
        head = Row.from_plain(made.outcome.scores[0])
        shown = f"{head.seeds} with {head.seeds.number} seeds" if head.seeds else str(head.score)
        progress(f"{task.name} / {name}: {head.score.metric} {shown}, {made.outcome.train_seconds or 0:.1f} s a seed")
        artefacts.append(made)
    if failed and not artefacts:
        raise failed[-1]
    return artefacts


def one(
    name: str, task: Task, configuration: Configuration, data: Data, taxonomy: Taxonomy, out: Path, *, learned: Data | None = None
) -> Artefact:
    """Trains a model with each of its seeds, saves that of the first below `out`, and adds the scores of what was loaded back.

    `learned` are train and validation where the model does not learn from those of `data` as they are.
    Without test records the scores come from cross-validation by document, and the saved model learned from all of them.
    """
    seeds = range(training.SEED, training.SEED + configuration.seeds)
    setups = [Setup(task, taxonomy, configuration.settings, seed, data.groups, data.deciding) for seed in seeds]
    parts = data.of(task)
    lessons = msgspec.structs.replace((learned or data).of(task), test=parts.test)
    folder = out / name / task.name
    begun = time.perf_counter()
    model, crossed = _trained(name, configuration.kind, setups[0], lessons)
    seconds = time.perf_counter() - begun
    origin = provenance.of_data(configuration.kind, task, taxonomy, parts)
    artefact.save(model, name, configuration.kind, setups[0], origin, folder)
    loaded, _ = artefact.load(folder, taxonomy)
    validation = training.validation_score(loaded, setups[0], lessons)
    runs = [crossed or training.scored(loaded, setups[0], parts)]
    for setup in setups[1:]:
        model, crossed = _trained(name, configuration.kind, setup, lessons)
        runs.append(crossed or training.scored(model, setup, parts))
    of = {"model": name} | ({"given": link_task.GOLD} if task.shape == LINK else {})
    rows = [msgspec.structs.replace(row, **of).plain() for row in over_seeds(runs, configuration.kind)]
    speed = _speed(loaded, parts.test or parts.validation)
    return artefact.finish(folder, Outcome(validation, rows, seconds, speed, configuration.seeds))


def _trained(name: str, kind: str, setup: Setup, parts: Data) -> tuple[Baseline, list[Row]]:
    """A model and, without test records, its rows from cross-validation."""
    try:
        return training.fitted(kind, setup, parts), [] if parts.test else training.cross_validated(kind, setup, own.folds(parts))
    except ValueError as error:
        raise UntrainableError(f"{setup.task.name} / {name}: cannot be trained: {error}") from None


def _speed(model: Baseline, records: Sequence[Record]) -> float:
    """How many sentences a warm model does in a second, of texts that no model of this process has seen."""
    with _forgotten():
        model.predict(records[:1])
        begun = time.perf_counter()
        model.predict(records[1:] or records)
        return sum(len(record.sentences) for record in records[1:] or records) / (time.perf_counter() - begun)


@contextmanager
def _forgotten() -> Iterator[None]:
    """Empties what models keep of texts, such as features that models of several layers share; puts back the vectors of an encoder,
    which take minutes."""
    modules = [sys.modules[name] for name in {kind.module for kind in KINDS.values()} if name in sys.modules]
    for kept in (value for module in modules for value in vars(module).values() if hasattr(value, "cache_clear")):
        kept.cache_clear()
    stores = [module.KEPT for module in modules if hasattr(module, "KEPT")]
    copies = [{name: dict(vectors) for name, vectors in store.items()} for store in stores]
    for store in stores:
        store.clear()
    try:
        yield
    finally:
        for store, copy in zip(stores, copies, strict=True):
            store.update(copy)


def write_scores(artefacts: Sequence[Artefact], out: Path) -> None:
    """Writes the scores of a run next to its models."""
    value = {"scores": [row for made in artefacts if made.outcome for row in made.outcome.scores]}
    write_atomically(out / SCORES, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
