"""Redline: an annotated corpus of conflict news and political speech, with its validator, scorer and baselines.

`docs/api.md` documents the names. Each name is loaded at its first use, so `import redline` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redline.core.corpus import Entity, Seed, Source
    from redline.core.diagnostic import Diagnostic, Severity
    from redline.core.document import Document, Meta, Record, Relation, Span
    from redline.core.errors import RedlineError
    from redline.formats.loss import Loss, Report
    from redline.formats.reading import Reading
    from redline.library.collection import Collection, agree, load, probe, to_datasets
    from redline.library.models import Model, label, score, train
    from redline.library.records import read, to_docbin, validate, write
    from redline.measure.agreement import Figure
    from redline.measure.rows import Row
    from redline.measure.score import Score
    from redline.model.score import Result

__version__ = "0.1.0"

__all__ = [
    "Collection", "Diagnostic", "Document", "Entity", "Figure", "Loss", "Meta", "Model", "Reading", "Record", "RedlineError", "Relation",
    "Report", "Result", "Row", "Score", "Seed", "Severity", "Source", "Span",
    "agree", "label", "load", "probe", "read", "score", "to_datasets", "to_docbin", "train", "validate", "write",
]  # fmt: skip

_HOMES = {
    "core.corpus": ("Entity", "Seed", "Source"),
    "core.diagnostic": ("Diagnostic", "Severity"),
    "core.document": ("Document", "Meta", "Record", "Relation", "Span"),
    "core.errors": ("RedlineError",),
    "formats.loss": ("Loss", "Report"),
    "formats.reading": ("Reading",),
    "library.collection": ("Collection", "agree", "load", "probe", "to_datasets"),
    "library.models": ("Model", "label", "score", "train"),
    "library.records": ("read", "to_docbin", "validate", "write"),
    "measure.agreement": ("Figure",),
    "measure.rows": ("Row",),
    "measure.score": ("Score",),
    "model.score": ("Result",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"redline.{home}"), name)
            return value
    raise AttributeError(f"module `redline` has no name `{name}`")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
