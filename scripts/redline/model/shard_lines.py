"""The lines of a shard: JSON Lines, packed or not, or the texts of a Parquet file; one that is not a record does not end the reading."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.formats import jsonl, prodigy
from redline.formats.reading import Options
from redline.formats.unnamed import Names

PARQUET = ".parquet"
SUFFIXES = (*jsonl.SUFFIXES, PARQUET)
ROWS = 64
"""Rows of Parquet that are decoded at once."""


class UnreadableError(Exception):
    """A shard that cannot be read, which ends no run."""


class Line(Struct, frozen=True):
    """A line of a shard with its 1-based number, and its record or why it is none."""

    number: int
    content: bytes
    record: Record | None
    error: str = ""


def read(path: Path, name: str, options: Options) -> Iterator[Line]:
    """The lines of a shard.

    Raises UnreadableError when it cannot be read to its end.
    """
    names = Names()
    try:
        for number, content in _rows(path) if path.suffix == PARQUET else jsonl.lines(path):
            yield _line(number, content, f"{name}:{number}", options, names)
    except RedlineError as error:
        raise UnreadableError(str(error)) from None


def _rows(path: Path) -> Iterator[tuple[int, bytes]]:
    """The column `text` of a Parquet file as tasks, with the 1-based numbers of the rows.

    Raises RedlineError when the file is damaged or has no such column.
    """
    with needed("release"):
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    try:
        with ParquetFile(path) as file:
            batches = file.iter_batches(ROWS, columns=["text"])
            texts = (text for batch in batches for text in batch.column("text").to_pylist())
            for number, text in enumerate(texts, 1):
                yield number, msgspec.json.encode({"text": text})
    except (ArrowException, KeyError, OSError) as error:
        raise RedlineError(
            f"{path}: cannot be read ({next(iter(str(error).splitlines()), '')}); needed: Parquet with a column `text`"
        ) from None


def _line(number: int, content: bytes, place: str, options: Options, names: Names) -> Line:
    """A line as a canonical record or else as a Prodigy task; `names` are those of the texts before it."""
    try:
        if jsonl.is_record(content):
            record = jsonl.parse(content, place, options.texts)
        else:
            record = prodigy.parse(content, place, options, names).record
    except RedlineError as error:
        return Line(number, content, None, str(error))
    return Line(number, content, record, "" if record else f"{place}: its text is not at hand; needed: redline texts")
