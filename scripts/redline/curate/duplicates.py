"""Near-duplicates among the documents of large files: sketches find candidates, and a second reading compares these exactly.

An id that several documents have is found in the first reading.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from redline import formats
from redline.core.document import Document, group
from redline.core.errors import RedlineError
from redline.core.files import STANDARD
from redline.core.similarity import Likeness, runs
from redline.curate.sketches import candidates, sketches
from redline.formats.reading import Options

LEAST = 0.7
"""The resemblance from which two documents are near-duplicates."""


class Duplicates(Struct, frozen=True):
    """How many documents were read, how many pairs were compared, and each document with the earlier one that it resembles most.

    `repeated` are the ids of several documents, in the order in which they come back.
    """

    documents: int
    compared: int
    pairs: list[Likeness]
    repeated: list[str]


class _Ids:
    """The ids that were read, and those that came back."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.repeated: dict[str, None] = {}

    def read(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The same documents."""
        for document in documents:
            if document.id in self._seen:
                self.repeated[document.id] = None
            self._seen.add(document.id)
            yield document


class _Candidate(Struct, frozen=True):
    """A document that may be a near-duplicate: its name, and the hashes of its runs of words."""

    name: str
    runs: NDArray[np.int64]


def find(paths: Sequence[Path], options: Options) -> Duplicates:
    """The near-duplicates in files or folders: consecutive records of a path with one name are one document.

    Memory grows by a sketch and an id per document, and by eight bytes per word of a candidate. Raises RedlineError when a file
    cannot be used, and for standard input, which can be read only once.
    """
    if STANDARD in paths:
        raise RedlineError("standard input can be read only once; needed: a file or a folder")
    ids = _Ids()
    made = sketches(_text(document) for document in ids.read(_documents(paths, options)))
    pairs = candidates(made)
    wanted = set(pairs.ravel().tolist())
    numbered = enumerate(_documents(paths, options))
    held = {row: _candidate(document) for row, document in numbered if row in wanted}
    return Duplicates(len(made), len(pairs), list(_closest(pairs.tolist(), held)), list(ids.repeated))


def _documents(paths: Sequence[Path], options: Options) -> Iterator[Document]:
    """The documents of each path; a name that comes back in another path is another document."""
    for path in paths:
        yield from group(item.record for item in formats.items(path, options))


def _text(document: Document) -> str:
    return "\n".join(record.text for record in document.records)


def _candidate(document: Document) -> _Candidate:
    return _Candidate(document.id, np.fromiter(runs(_text(document)), dtype=np.int64))


def _closest(pairs: Sequence[tuple[int, int]], held: Mapping[int, _Candidate]) -> Iterator[Likeness]:
    """For each document that resembles earlier ones the pair with the highest resemblance, in order of the documents."""
    best: dict[int, Likeness] = {}
    for one, other in pairs:
        pair = _likeness(held[one], held[other])
        if pair.resemblance >= LEAST and (other not in best or pair.resemblance > best[other].resemblance):
            best[other] = pair
    return (best[row] for row in sorted(best))


def _likeness(one: _Candidate, other: _Candidate) -> Likeness:
    shared = len(np.intersect1d(one.runs, other.runs, assume_unique=True))
    sizes = len(one.runs), len(other.runs)
    return Likeness(one.name, other.name, shared / (sum(sizes) - shared), shared / min(sizes))
