"""Canonical Redline records as JSON Lines: the project's own format, which loses nothing.

Every line is also a valid Prodigy task. Writing what was read gives the same bytes.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from redline.core.document import Document, Record, decode, encode, group
from redline.core.errors import RedlineError
from redline.core.files import reading, write_atomically
from redline.formats.kinds import Kind
from redline.formats.reading import Item, Options

LOSES: frozenset[Kind] = frozenset()
SUFFIXES = (".jsonl", ".jsonl.gz")


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The non-blank lines of a file, compressed or not, with their 1-based numbers; streamed.

    Raises RedlineError when the file cannot be read.
    """
    with reading(path) as file:
        try:
            for number, line in enumerate(gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file, 1):
                if line.strip():
                    yield number, line
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise RedlineError(f"{path}: cannot be unpacked ({str(error).lower()}); needed: a whole gzip file") from None


def fits(path: Path) -> bool:
    """Whether the first line of a file is a canonical record."""
    _, line = next(lines(path), (0, b""))
    try:
        decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def items(path: Path, _: Options) -> Iterator[Item]:
    """The records of a canonical file; each says which layers were annotated."""
    return (Item(record) for record in read_records(path))


def read(path: Path) -> Iterator[Document]:
    """The documents of a canonical file, streamed: consecutive records with one `meta.doc` are one document.

    Raises RedlineError with the line when one is no canonical record.
    """
    return iter(group(read_records(path)))


def read_records(path: Path) -> Iterator[Record]:
    """The records of a canonical file, streamed."""
    for number, line in lines(path):
        yield parse(line, f"{path}:{number}")


def parse(line: bytes, place: str) -> Record:
    """The record of a line; `place` begins the error message.

    Raises RedlineError when it is no canonical record.
    """
    try:
        return decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{place}: is no record ({_reason(error)}); needed: a line as in schemas/record.json") from None


def read_one(path: Path) -> Document:
    """The one document of a file.

    Raises RedlineError when the file contains none or several.
    """
    documents = list(read(path))
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
    """Writes documents canonically; nothing is left out."""
    write(documents, path)


def _reason(error: Exception) -> str:
    return str(error)[:1].lower() + str(error)[1:]
