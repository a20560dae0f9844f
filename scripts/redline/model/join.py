"""Gold's passages beside those of a system: joined by document and number, or by their text where those do not fit."""

from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from redline.core.document import ACCEPT, Record
from redline.core.errors import RedlineError
from redline.core.predictions import blank
from redline.formats.reading import Reading
from redline.measure.counts import Pairs


class Side(Struct, frozen=True):
    """A system: its file, its passages beside the accepted ones of gold by document, and what is odd about them."""

    path: Path
    pairs: Pairs
    notes: list[str]


def side(gold: Reading, system: Reading) -> Side:
    """The accepted passages of gold, each beside what the system says of it.

    Raises RedlineError when the system has two records for one passage, another text for a passage, or none of gold's texts.
    """
    partners, unused = joined(gold.records, system.records, gold.path, system.path)
    documents: dict[str, list[tuple[Record, Record]]] = {}
    missing = 0
    for record, partner in zip(gold.records, partners, strict=True):
        if record.answer == ACCEPT:
            missing += partner is None
            documents.setdefault(record.meta.doc, []).append((record, partner or blank(record)))
    count = len(gold.accepted)
    if not any(partners):
        raise RedlineError(
            f"{system.path}: shares no passage with {gold.path}, neither by document nor by text; needed: predictions for its texts"
        )
    notes = [f"{system.path}: lacks {missing} of {count} passages of {gold.path}; they count as passages without spans"] if missing else []
    notes += [f"{system.path}: has {unused} passages that {gold.path} lacks; they count for nothing"] if unused else []
    return Side(system.path, list(documents.values()), notes)


def joined(gold: Sequence[Record], system: Sequence[Record], gold_path: Path, path: Path) -> tuple[list[Record | None], int]:
    """For each record of gold that of the system or None, and how many records of the system are of no passage of gold.

    Two records are of one passage when document, number and text are equal; those left over, when their texts are. Of equal texts the
    first is joined with the first. Raises RedlineError as `side` does.
    """
    by_place = {_place(record): record for record in system}
    if len(by_place) < len(system):
        raise RedlineError(f"{path}: has {len(system)} records for {len(by_place)} passages; needed: one a passage")
    partners: list[Record | None] = [_same(record, by_place.get(_place(record))) for record in gold]
    taken = {_place(partner) for partner in partners if partner}
    by_text: defaultdict[str, deque[Record]] = defaultdict(deque)
    for record in system:
        if _place(record) not in taken:
            by_text[record.text].append(record)
    for index, record in enumerate(gold):
        if partners[index] is None and by_text[record.text]:
            partners[index] = by_text[record.text].popleft()
    left = {_place(record) for records in by_text.values() for record in records}
    for record, partner in zip(gold, partners, strict=True):
        if partner is None and _place(record) in left:
            place = f"passage {record.meta.passage} of {record.meta.doc}"
            raise RedlineError(f"{path}: {place} has another text than in {gold_path}; needed: the same texts")
    return partners, len(left)


def _place(record: Record) -> tuple[str, int]:
    return record.meta.doc, record.meta.passage


def _same(record: Record, other: Record | None) -> Record | None:
    return other if other is not None and other.text == record.text else None
