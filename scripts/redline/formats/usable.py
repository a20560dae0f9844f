"""The border between files and records: what a record of no format may have is refused here."""

from collections.abc import Collection

from redline.core.document import Extra, Record
from redline.formats.shapes import Tokens, fit


def usable(record: Record) -> Record:
    """The record as it was read.

    Raises ValueError for a span, a sentence or a token that is not inside the text, a relation that has not two spans of the record,
    and tokens of another shape: the decoder of records reads neither places nor what other tools added.
    """
    size = len(record.text)
    for span in record.spans:
        if not 0 <= span.start < span.end <= size:
            raise ValueError(f"span {span.start}..{span.end} is empty or not inside the text of {size}")
    for start, end in record.sentences:
        if not 0 <= start < end <= size:
            raise ValueError(f"sentence {start}..{end} is empty or not inside the text of {size}")
    if record.relations:
        _refuse_loose(record)
    if isinstance(record.extra, Extra):
        _refuse_tokens(record.extra, size)
    return record


def _refuse_tokens(extra: Extra, size: int) -> None:
    """Raises ValueError for the first token of another shape, or that is not inside a text of that size."""
    for token in fit(extra.task, Tokens).tokens or ():
        if not 0 <= token.start <= token.end <= size:
            raise ValueError(f"token {token.start}..{token.end} is not inside the text of {size}")


def refuse_doubled(record: Record, names: Collection[str]) -> None:
    """Raises ValueError for two spans with one id; `names` are the different ids."""
    if len(names) < len(record.spans):
        doubled = next(span.id for span in record.spans if record.by_id[span.id] is not span)
        raise ValueError(f"two spans have the id `{doubled}`")


def _refuse_loose(record: Record) -> None:
    """Raises ValueError for the first relation with an end that is not a span, or that may be several."""
    names = {span.id for span in record.spans}
    refuse_doubled(record, names)
    for one in record.relations:
        if one.head_id not in names or one.child_id not in names:
            end = one.child_id if one.head_id in names else one.head_id
            raise ValueError(f"relation {one.head_id} {one.label} {one.child_id}: there is no span `{end}`")
