"""Predictions of a model, as they are written into records and read from them: spans, and classes in `meta.predictions`."""

from collections.abc import Collection, Sequence
from itertools import count
from typing import Annotated

import msgspec
from msgspec import UNSET, Struct

from redline.core.document import Extra, Record, Span, canonical
from redline.core.errors import RedlineError
from redline.core.examples import Example, Guess
from redline.core.task import Task

DIGITS = 4
"""Decimals of a score in a record; what is chosen and scored is what is written."""


class Entry(Struct, frozen=True):
    """One entry of `meta.predictions`; `pair` contains the ids of two spans."""

    label: str
    scores: dict[str, Annotated[float, msgspec.Meta(ge=0, le=1)]] = {}
    pair: tuple[str, str] | None = None


def with_spans(record: Record, layer: str, spans: Sequence[Span]) -> Record:
    """The record with these spans in place of those of the layer; relations of spans that are gone go with them."""
    record = without_spans(record, {layer})
    free = (name for number in count(1) if (name := f"{layer}-{number}") not in record.by_id)
    named = tuple(msgspec.structs.replace(span, id=next(free)) for span in spans)
    meta = msgspec.structs.replace(record.meta, layers={**record.meta.layers, layer: "predicted"})
    return canonical(msgspec.structs.replace(record, spans=record.spans + named, meta=meta))


def without_spans(record: Record, layers: Collection[str]) -> Record:
    """The record with these layers unknown: without their spans, and what belongs to these; everything else stays."""
    kept = tuple(span for span in record.spans if span.layer not in layers)
    meta = msgspec.structs.replace(record.meta, layers={name: state for name, state in record.meta.layers.items() if name not in layers})
    if len(kept) == len(record.spans):
        return msgspec.structs.replace(record, meta=meta)
    gone = {span.id for span in record.spans} - {span.id for span in kept}
    relations = tuple(r for r in record.relations if r.head_id not in gone and r.child_id not in gone)
    extra = _without(record.extra, gone) if isinstance(record.extra, Extra) else UNSET
    return msgspec.structs.replace(record, spans=kept, relations=relations, meta=meta, extra=extra)


def _without(extra: Extra, gone: set[str]) -> Extra:
    """The content of another tool's task without that of spans that are gone."""
    return msgspec.structs.replace(extra, spans={name: keys for name, keys in extra.spans.items() if name not in gone})


def without_classes(record: Record, tasks: Collection[str]) -> Record:
    """The record without the predictions of these tasks."""
    if not isinstance(record.meta.predictions, dict):
        return record
    kept = {name: found for name, found in record.meta.predictions.items() if name not in tasks}
    return msgspec.structs.replace(record, meta=msgspec.structs.replace(record.meta, predictions=kept or UNSET))


def with_classes(record: Record, task: Task, units: Sequence[Example], guesses: Sequence[Guess]) -> Record:
    """The record with a guess for each example of a task."""
    entries = []
    for unit, guess in zip(units, guesses, strict=True):
        scores = {name: round(score, DIGITS) for name, score in guess.scores.items()}
        pair = {"pair": [span.id for span in unit.pair]} if unit.pair else {}
        entries.append({**pair, "label": guess.label, "scores": scores})
    before = record.meta.predictions if isinstance(record.meta.predictions, dict) else {}
    meta = msgspec.structs.replace(record.meta, predictions={**before, task.name: entries})
    return msgspec.structs.replace(record, meta=meta)


def entries(record: Record, task: Task) -> list[Entry] | None:
    """The predictions of a record for a task, or None if there are none.

    Raises RedlineError when they have another shape.
    """
    if not isinstance(record.meta.predictions, dict) or task.name not in record.meta.predictions:
        return None
    try:
        return msgspec.convert(record.meta.predictions[task.name], list[Entry])
    except msgspec.ValidationError as error:
        raise RedlineError(f"{place(record)}: predictions of {task.name} cannot be read ({error}); needed: label and scores") from None


def place(record: Record) -> str:
    """Where a record is, in words."""
    return f"passage {record.meta.passage} of {record.meta.doc}"


def blank(record: Record) -> Record:
    """The record with nothing marked: its text and sentences, every layer unknown."""
    meta = msgspec.structs.replace(record.meta, layers={}, predictions=UNSET)
    return msgspec.structs.replace(record, spans=(), relations=(), meta=meta, cats=UNSET, extra=UNSET)
