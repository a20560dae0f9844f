"""Scores of records against gold; models trained on records, and applied to texts."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import overload

from redline import project as projects
from redline.core.document import Record
from redline.learn import artefact
from redline.learn.artefact import Artefact
from redline.library.arguments import checked
from redline.library.sources import Records, StrPath, reading_of
from redline.measure.rows import Row
from redline.measure.score import Bootstrap
from redline.model import homes, own
from redline.model import train as training
from redline.model.label import Labeller, record_of
from redline.model.score import Result, scored_readings


@checked
def score(
    gold: Records, pred: Records, *, versus: Records | None = None, layer: str | None = None, replicates: int = 1000, seed: int = 1
) -> Result:
    """The scores of `pred` against `gold`, as `redline score` prints them: rows with interval, counts and signature.

    `versus` is a second system: each row then has the difference to it. Raises RedlineError if they have no common passage, or if
    the text of a passage differs.
    """
    taxonomy = projects.labels()
    parts = [("gold", gold), ("pred", pred), *([] if versus is None else [("versus", versus)])]
    truth, *systems = (reading_of(source, name, taxonomy, layer) for name, source in parts)
    return scored_readings(truth, systems, layer, taxonomy, Bootstrap(replicates, seed))


class Model:
    """Trained models, one per task: `scores` are their rows on test, or from cross-validation; `folder` is where they are saved."""

    def __init__(self, labeller: Labeller, made: Iterable[Artefact] = (), folder: Path | None = None) -> None:
        self.labeller = labeller
        self.scores = [Row.from_plain(row) for one in made if one.outcome for row in one.outcome.scores]
        self.folder = folder

    @overload
    def label(self, source: str) -> Record: ...

    @overload
    def label(self, source: Iterable[Record]) -> list[Record]: ...

    @checked
    def label(self, source: str | Iterable[Record]) -> Record | list[Record]:
        """A text as a record with predicted spans and classes, or the records with new predictions."""
        if isinstance(source, str):
            return self.labeller.label([record_of(source, "text", self.labeller.taxonomy.scheme)])[0]
        return self.labeller.label(list(source))


@checked
def train(
    records: Records,
    *,
    validation: Records | None = None,
    test: Records | None = None,
    task: str | None = None,
    model: str | None = None,
    layer: str | None = None,
    out: StrPath | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Model:
    """Trains and scores models on records, like `redline train --train`.

    Without `validation`, a tenth of the documents is the validation split. Without `test`, the scores are from cross-validation.
    `task` and `model` name one each (default: all that fit the records). The models are saved in the folder `out`,
    if it is not None. Raises RedlineError if no model fits the records, and if two parts have a text in common.
    """
    here = projects.find_or_none()
    taxonomy = projects.labels()
    configured = training.configurations(here) if here else training.default_configurations()
    parts = {"train": records, "validation": validation, "test": test}
    readings = {name: [reading_of(part, name, taxonomy, layer)] for name, part in parts.items() if part is not None}
    data = own.data_of(readings, progress)
    pairs = training.wanted(configured, taxonomy, model=model, task=task, shape=None, brought=own.tasks(data))
    with TemporaryDirectory() as scratch:
        folder = Path(out or scratch)
        fitting = own.fitting(pairs, data)
        for line in training.notes(fitting, data, taxonomy, folder):
            progress(line)
        made = training.run(fitting, configured, data, taxonomy, folder, progress)
        training.write_scores(made, folder)
        return Model(Labeller(taxonomy, folder, model), made, Path(out) if out else None)


@checked
def label(text: str, *, models: StrPath | None = None, model: str | None = None) -> Record:
    """A text as a record with the spans and classes that trained models predict.

    `models` is a folder of trained models (default: those of the project, then those of Redline), `model` the one
    to use for every task (default: the best on validation). Raises RedlineError if there is none, and if `text` is not a string.
    """
    folders = (Path(models),) if models is not None else tuple(homes.homes(projects.find_or_none()))
    trained = tuple((path, (path / artefact.NAME).stat().st_mtime_ns) for folder in folders for path in artefact.folders(folder))
    return _model(folders, model, (Path.cwd(), trained)).label(text)


@lru_cache(maxsize=4)
def _model(folders: tuple[Path, ...], name: str | None, _: object) -> Model:
    """The models of some folders, loaded once for each state of them."""
    return Model(Labeller(projects.labels(), folders, name))
