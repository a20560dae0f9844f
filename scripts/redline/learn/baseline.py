"""The protocol of all baselines, and the only list of them."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from redline.core.classified import classified
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.core.task import LINK, TEXT, Task
from redline.core.taxonomy import Taxonomy

Judge = Callable[[Sequence[Record], Sequence[Record]], float]
"""The headline metric of gold records and of the same as a model labelled them: what it chooses its settings by."""


EVERYWHERE = "everywhere"
"""Scores that are made of whole numbers: each machine gives the same."""
ALIKE = "on like processors"
"""Scores of sums: the processor decides their last digits, but another one seldom changes which guess is made."""
RANGE = "within its range"
"""Scores that another seed, or another processor, changes as much as the seeds that were tried."""
ONE_SEED = "for one seed"
"""As RANGE, where one seed alone was tried."""
HOLDS = (EVERYWHERE, ALIKE, RANGE, ONE_SEED)
"""Where a score is valid, from the strongest statement to the weakest."""


class Setup(Struct, frozen=True):
    """What a model is made for: its task, the labels, its settings as in `models/<name>.json`, and the seed.

    `groups` maps a document to its event or speaker: a choice by cross-validation keeps the documents of a group together.
    `deciding` are the documents with the examples that decide then (none: all), such as the real ones among written ones.
    `texts` are all texts of training, also those without an annotated layer.
    """

    task: Task
    taxonomy: Taxonomy
    settings: Mapping[str, Any]
    seed: int
    groups: Mapping[str, str] = {}
    deciding: frozenset[str] = frozenset()
    texts: Sequence[str] = ()


class Baseline(Protocol):
    """A model of one task. The same records and seed give the same predictions."""

    def __init__(self, setup: Setup) -> None: ...

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Learns from `train`; chooses among its settings on `validation`. Records without the layer are passed over."""

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the model's spans in place of those of the layer, or with its classes in `meta.predictions`."""

    def save(self, folder: Path) -> None:
        """Writes everything that `load` needs into an empty folder, no pickle among it."""

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote, executing nothing from it."""


class Kind(Struct, frozen=True):
    """A kind of model: where its class is, its description for a card, which libraries decide its numbers, where these are valid.

    An `optional` one needs its own extra, so it is trained only by its name; a `trivial` one uses no features.
    One with `texts` learns from all texts of training. `decides` is the JSON file with the `threshold` of a model.
    """

    module: str
    name: str
    about: str
    libraries: tuple[str, ...] = ()
    holds: str = EVERYWHERE
    optional: bool = False
    trivial: bool = False
    texts: bool = False
    decides: str = ""


SPACY = ("spacy", "thinc", "numpy")
FEATURES, LINKS = "features.json", "links.json"
"""The files of linear models with their threshold."""
KINDS = {
    "majority": Kind("redline.learn.trivial", "Majority", "the commonest class of the training records; a trivial baseline", trivial=True),
    "cues": Kind("redline.learn.trivial", "Cues", "the cue list of the scheme; a trivial baseline", trivial=True),
    "gazetteer": Kind("redline.learn.trivial", "Gazetteer", "the names of the training records; a trivial baseline", trivial=True),
    "linear": Kind(
        "redline.learn.linear", "Linear", "TF-IDF of words and characters with logistic regression",
        ("scikit-learn", "scipy", "numpy"), ALIKE, decides=FEATURES,
    ),
    "encoder": Kind(
        "redline.learn.encoder", "Encoder", "TF-IDF and the vectors of a frozen sentence encoder, with logistic regression",
        ("scikit-learn", "scipy", "numpy", "sentence-transformers", "torch"), ALIKE, optional=True, decides=FEATURES,
    ),
    "text_majority": Kind("redline.learn.texts", "TextMajority", "the share of each class; a trivial baseline", trivial=True),
    "text_linear": Kind(
        "redline.learn.texts", "TextLinear", "TF-IDF of words and characters with a logistic regression a class",
        ("scikit-learn", "scipy", "numpy"), ALIKE,
    ),
    "link_nearest": Kind(
        "redline.learn.links", "NearestLinks", "the nearest span by the commonest relation; a trivial baseline", trivial=True,
    ),
    "link_linear": Kind(
        "redline.learn.links", "LinearLinks", "logistic regression over pairs of spans", ("scikit-learn", "scipy", "numpy"), ALIKE,
        decides=LINKS,
    ),
    "crf": Kind(
        "redline.learn.crf", "Crf", "a linear-chain CRF over surface features and clusters of words",
        ("python-crfsuite", "scikit-learn", "scipy", "numpy"), ALIKE, texts=True,
    ),
    "spacy_ner": Kind("redline.learn.spacy_models", "Ner", "spaCy's entity recogniser with a small CPU network", SPACY, ONE_SEED),
}  # fmt: skip


def kind_of(name: str) -> Kind:
    """The kind of model of that name.

    Raises RedlineError that names the kinds there are.
    """
    if name not in KINDS:
        raise RedlineError(f"unknown kind of model `{name}`; there are {', '.join(KINDS)}")
    return KINDS[name]


def standing(kind: str, validation: float) -> tuple[bool, bool, float]:
    """The key by which the models of a task are sorted, the best first; of equals the first one stays first.

    The best has the greatest headline metric on validation. A model that needs its own extra comes after all that need none, and a
    trivial baseline after all that are not trivial, also with a better score, because the validation split is small.
    """
    known = KINDS.get(kind)
    return known is not None and known.trivial, known is not None and known.optional, -validation


def make(kind: str, setup: Setup) -> Baseline:
    """An unfitted model.

    Raises RedlineError for an unknown kind or a library that is not installed.
    """
    found = kind_of(kind)
    with needed("train"):
        model: Baseline = getattr(import_module(found.module), found.name)(setup)
    return model


def annotated(records: Sequence[Record], task: Task) -> list[Record]:
    """The records with the task's layer annotated (for relations without a layer: any layer) or, for texts, with classes."""
    if task.unit == TEXT:
        return [record for record in records if classified(record)]
    if task.shape == LINK and not task.layer:
        return [record for record in records if any(map(record.annotated, record.meta.layers))]
    return [record for record in records if record.annotated(task.layer)]
