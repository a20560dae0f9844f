"""Which gold spans a model of tokens can learn: white space at their ends is trimmed; what cuts a word or overlaps is left out."""

from collections.abc import Iterator, Sequence

import msgspec

from redline.core.bio import encode
from redline.core.document import Record, Span
from redline.core.tokens import words

SHOWN = 3


def learnable(record: Record, layer: str) -> list[Span]:
    """The spans of a layer without white space at their ends; spans of nothing else are gone."""
    return [trimmed for span in record.layer(layer) if (trimmed := _trimmed(span)).text]


def _trimmed(span: Span) -> Span:
    start = span.start + len(span.text) - len(span.text.lstrip())
    text = span.text.strip()
    return msgspec.structs.replace(span, start=start, end=start + len(text), text=text)


def left_out(records: Sequence[Record], layer: str) -> Iterator[str]:
    """A line with the number and the first places of spans that are trimmed, and one of those that training leaves out."""
    changed = [(record, span) for record in records for span in record.layer(layer) if span.text != span.text.strip()]
    lost = [(record, span) for record in records for span in encode(words(record.text), learnable(record, layer))[1]]
    total = sum(len(record.layer(layer)) for record in records)
    if changed:
        yield f"{len(changed)} of {total} spans begin or end in white space, which is trimmed: {_places(changed)}"
    if lost:
        yield f"{len(lost)} of {total} spans are left out of training, since they cut a word or overlap another: {_places(lost)}"


def _places(spans: Sequence[tuple[Record, Span]]) -> str:
    shown = [f"`{span.text}` {span.start}..{span.end} in passage {record.meta.passage} of {record.meta.doc}" for record, span in spans]
    return "; ".join(shown[:SHOWN]) + (f" and {len(spans) - SHOWN} more" if len(spans) > SHOWN else "")
