"""Gold's passages with those of a system: joined by document and number, or by their text where those do not fit."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.classified import classified
from redline.core.document import ACCEPT, Record
from redline.core.errors import RedlineError
from redline.core.predictions import blank
from redline.formats.reading import Reading
from redline.measure.counts import Pairs


class Side(Struct, frozen=True):
    """A system: its file, its passages with those of gold by document, and notes on them.

    `pairs` are the accepted passages of gold, `texts` those with classes, which a rejected one may have too.
    """

    path: Path
    pairs: Pairs
    texts: Pairs
    notes: list[str]


def side(gold: Reading, system: Reading) -> Side:
    """The accepted passages of gold, each with the system's record of it.

    Raises RedlineError when the system has two records for one passage, another text for a passage, or none of gold's texts.
    """
    partners, unused = joined(gold.records, system.records, gold.path, system.path)
    if not any(partners):
        raise RedlineError(f"{system.path}: has no passage of {gold.path}, by document or by text; needed: predictions for its texts")
    both = list(zip(gold.records, partners, strict=True))
    accepted = [(record, partner or blank(record)) for record, partner in both if record.answer == ACCEPT]
    values = _values(system.records)
    classes = [(record, _guess(record, partner, values)) for record, partner in both if classified(record)]
    scored = [partner or values.get(_words(record)) for record, partner in both if record.answer == ACCEPT or classified(record)]
    missing = scored.count(None)
    notes = [f"{system.path}: does not contain {missing} of {len(scored)} passages of {gold.path}; they count as empty"] if missing else []
    notes += [f"{system.path}: has {unused} passages that are not in {gold.path}; they are ignored"] if unused else []
    return Side(system.path, _by_document(accepted), _by_document(classes), notes)


def _by_document(pairs: Iterable[tuple[Record, Record]]) -> Pairs:
    documents: dict[str, list[tuple[Record, Record]]] = {}
    for record, partner in pairs:
        documents.setdefault(record.meta.doc, []).append((record, partner))
    return list(documents.values())


def _values(records: Iterable[Record]) -> dict[Hashable, dict[str, float]]:
    """By text the values of its classes, of which each may be in a separate record; of two values of one class the first."""
    values: dict[Hashable, dict[str, float]] = {}
    for record in records:
        if text := classified(record):
            values[_words(record)] = text.cats | values.get(_words(record), {})
    return values


def _guess(record: Record, partner: Record | None, values: dict[Hashable, dict[str, float]]) -> Record:
    """The partner of a record of gold with all values of its text, its own first; a record without values if it has none."""
    own = classified(partner) if partner else None
    cats = values.get(_words(record), {}) | (own.cats if own else {})
    return msgspec.structs.replace(partner or blank(record), cats=cats or msgspec.UNSET)


def joined(gold: Sequence[Record], system: Sequence[Record], gold_path: Path, path: Path) -> tuple[list[Record | None], int]:
    """For each record of gold that of the system or None, and how many records of the system are of no passage of gold.

    Two records are of one passage when document, number, text and target are equal; those left over, when text and target are. Of
    equal texts the first is joined with the first. Raises RedlineError as `side` does.
    """
    by_place = {_place(record): record for record in system}
    if len(by_place) < len(system):
        raise RedlineError(f"{path}: has {len(system)} records for {len(by_place)} passages; needed: one record per passage")
    partners: list[Record | None] = [_same(record, by_place.get(_place(record))) for record in gold]
    taken = {_place(partner) for partner in partners if partner}
    by_text: defaultdict[Hashable, deque[Record]] = defaultdict(deque)
    for record in system:
        if _place(record) not in taken:
            by_text[_words(record)].append(record)
    for index, record in enumerate(gold):
        if partners[index] is None and by_text[_words(record)]:
            partners[index] = by_text[_words(record)].popleft()
    left = {_place(record) for records in by_text.values() for record in records}
    for record, partner in zip(gold, partners, strict=True):
        if partner is None and _place(record) in left and by_place[_place(record)].text != record.text:
            place = f"passage {record.meta.passage} of {record.meta.doc}"
            raise RedlineError(f"{path}: {place} has another text than in {gold_path}; needed: the same texts")
    return partners, len(left)


def _place(record: Record) -> tuple[str, int]:
    return record.meta.doc, record.meta.passage


def _words(record: Record) -> Hashable:
    """What is judged: a text, towards a target if it has one."""
    return record.text, record.target


def _same(record: Record, other: Record | None) -> Record | None:
    return other if other is not None and _words(other) == _words(record) else None
