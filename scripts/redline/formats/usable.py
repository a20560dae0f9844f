"""The border between files and records: what a record of no format may have is refused here."""

from redline.core.document import Extra, Record
from redline.formats.shapes import Tokens, fit


def usable(record: Record) -> Record:
    """The record as it was read.

    Raises ValueError for a span or a sentence that is not inside the text, a relation that has not two spans of the record, and
    tokens of another shape: the decoder of records reads neither places nor what other tools added.
    """
    size = len(record.text)
    for span in record.spans:
        if not 0 <= span.start < span.end <= size:
            raise ValueError(f"span {span.start}..{span.end} is not inside the text of {size}")
    for start, end in record.sentences:
        if not 0 <= start < end <= size:
            raise ValueError(f"sentence {start}..{end} is not inside the text of {size}")
    if record.relations:
        _refuse_loose(record)
    if isinstance(record.extra, Extra):
        fit(record.extra.task, Tokens)
    return record


def _refuse_loose(record: Record) -> None:
    """Raises ValueError for the first relation with an end that is not a span."""
    names = {span.id for span in record.spans}
    for one in record.relations:
        if one.head_id not in names or one.child_id not in names:
            end = one.child_id if one.head_id in names else one.head_id
            raise ValueError(f"relation {one.head_id} {one.label} {one.child_id}: there is no span `{end}`")
