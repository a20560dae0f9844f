"""Gold's passages with those of a system: joined by document and number, or by their text where those do not fit.

Records are read when they are needed. What stays in memory of each passage are two digests and a few numbers.
"""

from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET, Struct
from numpy.typing import NDArray

from redline.core.classified import classified
from redline.core.document import ACCEPT, Record
from redline.core.errors import RedlineError
from redline.core.predictions import blank, place
from redline.formats.reading import Reading
from redline.measure.counts import Pairs

NOBODY = -1
"""The number of the partner of a passage that has none."""


class Side(Struct, frozen=True):
    """A system: its file, its passages with those of gold by document, and notes on them.

    `pairs` are the accepted passages of gold, `texts` those with classes, which a rejected one may have too.
    """

    path: Path
    pairs: Pairs
    texts: Pairs
    notes: list[str]


class Passages(Sequence[list[tuple[Record, Record]]]):
    """Chosen passages of gold, each with its guess, by document in order of first appearance; they are read whenever they are used."""

    def __init__(self, gold: Sequence[Record], guess: Callable[[int, Record], Record]) -> None:
        self._gold, self._guess = gold, guess
        self._rows: dict[str, int] = {}
        self._chosen, self._row_of = array("q"), array("q")

    def add(self, number: int, record: Record) -> None:
        """Chooses a passage of gold by its number; all are chosen before the first is read."""
        self._chosen.append(number)
        self._row_of.append(self._rows.setdefault(record.meta.doc, len(self._rows)))

    @cached_property
    def _by_row(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers by document, and where the numbers of each document begin."""
        rows = np.array(self._row_of, dtype=np.int64)
        order = np.argsort(rows, kind="stable")
        return np.array(self._chosen, dtype=np.int64)[order], np.searchsorted(rows[order], np.arange(len(self._rows) + 1))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> list[tuple[Record, Record]]:  # type: ignore[override]
        numbers, begins = self._by_row
        row = range(len(self))[row]
        chosen = ((number, self._gold[number]) for number in numbers[begins[row] : begins[row + 1]].tolist())
        return [(record, self._guess(number, record)) for number, record in chosen]


class _Index(Struct, frozen=True):
    """The records of a system: their numbers by place, and the digests of their words; by these the values of classes.

    Each class of a text may be in a separate record. Of two values of one class it is the first.
    """

    by_place: dict[bytes, int]
    words: list[bytes]
    values: dict[bytes, dict[str, float]]


def side(gold: Reading, system: Reading) -> Side:
    """The accepted passages of gold, each with the system's record of it.

    Raises RedlineError when gold or the system has two records for one passage, and when the system has another text for a passage,
    or none of gold's texts.
    """
    _refuse_doubled(gold)
    index = _index(system)
    partners, unused = _joined(gold, system, index)
    if all(number == NOBODY for number in partners):
        raise RedlineError(f"{system.path}: has no passage of {gold.path}, by document or by text; needed: predictions for its texts")
    pairs = Passages(gold.records, lambda number, record: _partner(system, partners[number], record))
    texts = Passages(gold.records, lambda number, record: _guess(record, _partner(system, partners[number], record), index))
    scored = missing = 0
    for number, record in enumerate(gold.records):
        accepted, asked = record.answer == ACCEPT, classified(record) is not None
        if accepted:
            pairs.add(number, record)
        if asked:
            texts.add(number, record)
        scored += accepted or asked
        missing += (accepted or asked) and partners[number] == NOBODY and _words(record) not in index.values
    notes = [f"{system.path}: does not contain {missing} of {scored} passages of {gold.path}; they count as empty"] if missing else []
    notes += [f"{system.path}: has {unused} passages that are not in {gold.path}; they are ignored"] if unused else []
    return Side(system.path, pairs, texts, notes)


def _index(system: Reading) -> _Index:
    """The index of the records of a system. Raises RedlineError when it has two records for one passage."""
    index = _Index({}, [], {})
    for number, record in enumerate(system.records):
        if index.by_place.setdefault(_place(record), number) != number:
            raise _doubled(system, record)
        index.words.append(_words(record))
        if text := classified(record):
            index.values[index.words[-1]] = text.cats | index.values.get(index.words[-1], {})
    return index


def _refuse_doubled(gold: Reading) -> None:
    """Raises RedlineError for the first passage that a record annotates again.

    Records of one passage with different layers or classes are one annotation in parts. Eight bytes stay in memory for each part;
    what is equal in these is compared.
    """
    digests = bytearray()
    for part in (part for record in gold.records for part in _parts(record)):
        digests += part[:8]
    values, counts = np.unique(np.frombuffer(digests, dtype=np.uint64), return_counts=True)
    if (counts == 1).all():
        return
    suspected, seen = {value.tobytes() for value in values[counts > 1]}, set[bytes]()
    for record in gold.records:
        parts = {part for part in _parts(record) if part[:8] in suspected}
        if parts & seen:
            raise _doubled(gold, record)
        seen |= parts


def _parts(record: Record) -> list[bytes]:
    """Digests of the parts of a record that are scored, with its place: the layers that were annotated, and the classes."""
    layers = [name for name in record.meta.layers if record.annotated(name)] if record.answer == ACCEPT else []
    text = classified(record)
    place = (record.meta.doc, record.meta.passage)
    return [_digest(*place, "layer", name) for name in layers] + [_digest(*place, "class", name) for name in (text.cats if text else ())]


def _doubled(reading: Reading, record: Record) -> RedlineError:
    return RedlineError(f"{reading.path}: {place(record)} occurs twice; needed: each passage once")


def _partner(system: Reading, number: int, record: Record) -> Record:
    """The record of the system with this number, or one of the same text with nothing marked."""
    return blank(record) if number == NOBODY else system.records[number]


def _guess(record: Record, partner: Record, index: _Index) -> Record:
    """The partner of a record of gold with all values of its text, its own first; a record without values if it has none."""
    own = classified(partner)
    cats = index.values.get(_words(record), {}) | (own.cats if own else {})
    return msgspec.structs.replace(partner, cats=cats or UNSET)


def _joined(gold: Reading, system: Reading, index: _Index) -> tuple["array[int]", int]:
    """For each record of gold the number of that of the system, and how many records of the system are of no passage of gold.

    Two records are of one passage when document, number, text and target are equal; those left over, when text and target are. Of
    equal texts the first is joined with the first. Raises RedlineError when the system has another text for a passage.
    """
    partners = array("q", (_same(record, index) for record in gold.records))
    free = _free(partners, index)
    for number, partner in enumerate(partners):
        if partner == NOBODY and (numbers := free.get(_words(gold.records[number]))):
            partners[number] = numbers.popleft()
    left = {number for numbers in free.values() for number in numbers}
    for number, partner in enumerate(partners):
        if partner == NOBODY and left:
            _refuse_other(gold, system, number, index.by_place, left)
    return partners, len(left)


def _same(record: Record, index: _Index) -> int:
    """The number of the record with the place and the words of this one."""
    number = index.by_place.get(_place(record), NOBODY)
    return number if number != NOBODY and index.words[number] == _words(record) else NOBODY


def _free(partners: "array[int]", index: _Index) -> dict[bytes, deque[int]]:
    """By their words the records of a system that are nobody's partner."""
    taken = set(partners)
    free: defaultdict[bytes, deque[int]] = defaultdict(deque)
    for number, words in enumerate(index.words):
        if number not in taken:
            free[words].append(number)
    return free


def _refuse_other(gold: Reading, system: Reading, number: int, by_place: dict[bytes, int], left: set[int]) -> None:
    """Raises RedlineError when a record that is left has the place of a record of gold and another text."""
    record = gold.records[number]
    other = by_place.get(_place(record), NOBODY)
    if other in left and system.records[other].text != record.text:
        raise RedlineError(f"{system.path}: {place(record)} has another text than in {gold.path}; needed: the same texts")


def _place(record: Record) -> bytes:
    return _digest(record.meta.doc, record.meta.passage)


def _words(record: Record) -> bytes:
    """What is judged: a text, towards a target if it has one."""
    return _digest(record.text, None if record.target is UNSET else record.target)


def _digest(*values: Any) -> bytes:
    return blake2b(repr(values).encode(), digest_size=16).digest()
