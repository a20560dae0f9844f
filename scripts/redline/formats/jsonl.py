"""Canonical Redline records as JSON Lines: the project's own format, which loses nothing.

Every line is also a valid Prodigy task, except the bare records of referenced documents. These have no words: a reader
completes them with the `texts` that it is given. Writing what was read gives the same bytes.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path

import msgspec

from redline.core.bare import BARE, Texts, completed, missing, nowhere, wordless
from redline.core.decoding import lower
from redline.core.document import Document, Record, decode, decode_bare, encode, group
from redline.core.errors import RedlineError
from redline.core.files import atomic, reading, write_atomically
from redline.formats.item import Item
from redline.formats.kinds import Kind
from redline.formats.places import of_record
from redline.formats.reading import Options
from redline.formats.text import bounded, refuse_mark
from redline.formats.usable import usable

LOSES: frozenset[Kind] = frozenset()
SUFFIXES = (".jsonl", ".jsonl.gz")
DAMAGED = (msgspec.DecodeError, ValueError, RecursionError)
"""What the decoder and `usable` raise for a line that is not a record."""


class OtherTextError(ValueError):
    """A bare record that is not of the text that is at hand."""


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The non-blank lines of a file, compressed or not, with their 1-based numbers; streamed.

    Raises RedlineError when the file cannot be read, or begins with a byte order mark, and as `bounded` does.
    """
    with reading(path) as file:
        source = BufferedReader(gzip.GzipFile(fileobj=file)) if path.suffix == ".gz" else file
        try:
            for number, line in bounded(path, source):
                if number == 1:
                    refuse_mark(path, line)
                if not line.isspace():
                    yield number, line
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise RedlineError(f"{path}: cannot be unpacked ({str(error).lower()}); needed: a complete gzip file") from None


def fits(path: Path) -> bool:
    """Whether the first line of a file is a canonical record."""
    return is_record(next(lines(path), (0, b""))[1])


def is_record(line: bytes) -> bool:
    """Whether a line is a canonical record, bare or not."""
    try:
        decode_bare(line) if is_bare(line) else decode(line)
    except DAMAGED:
        return False
    return True


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of a canonical file; each states which layers were annotated."""
    for number, line in lines(path):
        try:
            if (record := _record(line, options.texts)) is None:
                continue
            item = Item(usable(record)) if not options.repair else _moved(record, f"{path}:{number}")
        except DAMAGED as error:
            raise _refused(f"{path}:{number}", error) from None
        yield item


def _moved(record: Record, place: str) -> Item:
    """The record with its spans at their words."""
    moved, moves = of_record(record, place, repair=True)
    return Item(usable(moved), moves=tuple(moves))


def read(path: Path, texts: Texts = nowhere) -> Iterator[Document]:
    """The documents of a canonical file, streamed: consecutive records with one `meta.doc` are one document.

    Raises RedlineError with the line that is not a canonical record.
    """
    return iter(group(read_records(path, texts)))


def read_records(path: Path, texts: Texts = nowhere) -> Iterator[Record]:
    """The records of a canonical file, streamed; bare ones with missing texts are left out."""
    for number, line in lines(path):
        if (record := parse(line, f"{path}:{number}", texts)) is not None:
            yield record


def read_places(path: Path) -> Iterator[Document]:
    """The documents of a canonical file, bare records as wordless ones: for who changes keys and labels, and reads no word."""

    def records() -> Iterator[Record]:
        for number, line in lines(path):
            try:
                record = wordless(decode_bare(line)) if is_bare(line) else decode(line)
            except DAMAGED as error:
                raise _refused(f"{path}:{number}", error) from None
            yield record

    return iter(group(records()))


def first(path: Path) -> Document:
    """The first document of a file, as `read_places` gives it.

    Raises RedlineError when the file has no record.
    """
    document = next(read_places(path), None)
    if document is None:
        raise RedlineError(f"{path}: has no record; needed: the records of a document")
    return document


def parse(line: bytes, place: str, texts: Texts = nowhere) -> Record | None:
    """The record of a line, or None for a bare one with a missing text; `place` begins the error message.

    Raises RedlineError when it is not a canonical record, or a bare one of another text, and for what `usable` refuses.
    """
    try:
        record = _record(line, texts)
        return None if record is None else usable(record)
    except DAMAGED as error:
        raise _refused(place, error) from None


def _record(line: bytes, texts: Texts) -> Record | None:
    """As `parse`, with spans that may be anywhere."""
    if not is_bare(line):
        return decode(line)
    bare = decode_bare(line)
    text = texts(bare.meta.doc)
    try:
        return None if text is None else completed(wordless(bare), text)
    except ValueError as error:
        raise OtherTextError(str(error)) from None


def _refused(place: str, error: Exception) -> RedlineError:
    """The line for what a reader of records raised; it is made only then, since a name for each record takes time."""
    if isinstance(error, OtherTextError):
        return RedlineError(f"{place}: {error}; needed: the text of its seed")
    return RedlineError(f"{place}: is not a record ({lower(str(error))}); needed: a line as in schemas/record.json")


def is_bare(line: bytes) -> bool:
    """Whether a canonical line is one of a bare record."""
    return line.lstrip().startswith(BARE)


def read_one(path: Path, texts: Texts = nowhere) -> Document:
    """The one document of a file.

    Raises RedlineError when the file contains none or several, TextMissingError when its text is not at hand.
    """
    documents = list(read(path, texts))
    if not documents and any(is_bare(line) for _, line in lines(path)):
        raise missing(path.stem)
    if len(documents) != 1:
        raise RedlineError(f"{path}: contains {len(documents)} documents; needed: exactly one")
    return documents[0]


def dump(documents: Iterable[Document]) -> bytes:
    """The canonical bytes of documents: a line a record, one trailing newline."""
    return b"".join(encode(record) + b"\n" for document in documents for record in document.records)


def write(documents: Iterable[Document], path: Path) -> None:
    """Writes documents canonically and atomically."""
    write_atomically(path, dump(documents))


def export(documents: Iterable[Document], path: Path, _: Options) -> None:
    """Writes documents canonically and atomically, one by one; nothing is left out."""
    write_lines((encode(record) for document in documents for record in document.records), path)


def write_lines(each: Iterable[bytes], path: Path) -> None:
    """Writes lines atomically, as they come."""
    with atomic(path) as file:
        for line in each:
            file.write(line + b"\n")
