"""A text with its classes, as a classification record has them: what classifiers learn from and what `redline score` compares."""

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, Struct

from redline.core.document import IGNORE, Record, Span
from redline.core.errors import RedlineError

LAYER = "threat"
"""The layer that the classes of single sentences are labels of."""
THRESHOLD = 0.5
"""The least value of a class that the text has."""


class Classified(Struct, frozen=True):
    """A text with the value in 0..1 of each class that was asked about, towards a target if it has one.

    A class that is missing in `cats` is unknown, not negative.
    """

    text: str
    cats: dict[str, float]
    target: str = ""
    doc: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that the text has, by name."""
        return tuple(name for name, value in sorted(self.cats.items()) if value >= THRESHOLD)

    @property
    def label(self) -> str:
        """The one class of the text, or "".

        Raises RedlineError when it has several.
        """
        if len(self.labels) > 1:
            raise RedlineError(f"`{self.text[:40]}` has the classes {', '.join(self.labels)}; needed: at most one class per text")
        return self.labels[0] if self.labels else ""


def classified(record: Record) -> Classified | None:
    """The text of a record with its classes; None where no class was asked about, or the record is ignored."""
    if record.cats is UNSET or record.answer == IGNORE:
        return None
    target = record.target if isinstance(record.target, str) else ""
    return Classified(record.text, record.cats, target, record.meta.doc)


def exclusive(texts: Iterable[Classified]) -> bool:
    """Whether each text has exactly one of two or more classes, so that a guess is its highest class, with any value."""
    shapes = [(len(text.cats), len(text.labels)) for text in texts]
    return bool(shapes) and all(asked > 1 and chosen == 1 for asked, chosen in shapes)


def closed(record: Record, names: Iterable[str]) -> Record:
    """The record with the value 0 for the classes among `names` that it does not give; as it is where it has no classes."""
    if record.cats is UNSET:
        return record
    return msgspec.structs.replace(record, cats=record.cats | {name: 0.0 for name in names if name not in record.cats})


def as_spans(record: Record) -> Record:
    """A classification record of one sentence with its class as a span over the whole of it, as models of sentences read it."""
    text = classified(record)
    labels = text.labels if text else ()
    spans = tuple(Span(f"t{index}", LAYER, label, 0, len(record.text), record.text) for index, label in enumerate(labels))
    return msgspec.structs.replace(record, spans=spans, meta=msgspec.structs.replace(record.meta, layers={LAYER: "done"}), cats=UNSET)
