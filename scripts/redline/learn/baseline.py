"""What every baseline can do, and the one place that knows which there are."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.examples import Predictions
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy

Judge = Callable[[Predictions], float]
"""The headline metric of predictions for the dev records: what a model chooses its settings by."""


class Setup(Struct, frozen=True):
    """What a model is made for: its task, the labels, its settings as in `models/<name>.json`, and the seed."""

    task: Task
    taxonomy: Taxonomy
    settings: Mapping[str, Any]
    seed: int


class Baseline(Protocol):
    """A model of one task. The same records and seed give the same predictions."""

    def __init__(self, setup: Setup) -> None: ...

    def fit(self, train: Sequence[Record], dev: Sequence[Record], judge: Judge) -> None:
        """Learns from `train`; chooses among its settings on `dev`. Records without the layer are passed over."""

    def predict(self, records: Sequence[Record]) -> Predictions:
        """Per record its spans, or a guess for each of its units."""

    def save(self, folder: Path) -> None:
        """Writes everything that `load` needs into an empty folder, no pickle among it."""

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote, executing nothing from it."""


KINDS = {
    "majority": ("redline.learn.trivial", "Majority"),
    "cues": ("redline.learn.trivial", "Cues"),
    "gazetteer": ("redline.learn.trivial", "Gazetteer"),
    "linear": ("redline.learn.linear", "Linear"),
    "crf": ("redline.learn.crf", "Crf"),
    "spacy_ner": ("redline.learn.spacy_models", "Ner"),
    "spacy_spancat": ("redline.learn.spacy_models", "SpanCat"),
}


def make(kind: str, setup: Setup) -> Baseline:
    """An unfitted model.

    Raises RedlineError for an unknown kind or a library that is not installed.
    """
    if kind not in KINDS:
        raise RedlineError(f"unknown kind of model `{kind}`; there are {', '.join(KINDS)}")
    module, name = KINDS[kind]
    try:
        model: Baseline = getattr(import_module(module), name)(setup)
    except ModuleNotFoundError as error:
        raise RedlineError(f"model {kind} needs `{error.name}`; install redline[train]") from None
    return model


def annotated(records: Sequence[Record], task: Task) -> list[Record]:
    """The records whose layer of the task was annotated."""
    return [record for record in records if record.annotated(task.layer)]
