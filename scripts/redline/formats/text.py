"""Plain text: each line that is more than white space is a passage of one document, with nothing annotated."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from functools import partial
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO

from redline.core.document import ACCEPT, Meta, Record
from redline.core.errors import RedlineError
from redline.core.files import reading, stem
from redline.core.segmentation import passages, sentences
from redline.formats.item import Item
from redline.formats.reading import Options

SUFFIXES = (".txt",)
LONGEST = 1 << 28
"""Bytes of a line or of an element of a list, at most: it is in memory as a whole, and a small packed file may unpack to a huge one."""


def items(path: Path, options: Options) -> Iterator[Item]:
    """The passages of a text, streamed.

    Raises RedlineError when the file is empty.
    """
    begin = count = 0
    with reading(path) as file:
        for line in lines(path, file):
            for start, end in passages(line):
                part = line[start:end]
                meta = Meta(stem(path), count, begin + start, options.taxonomy.scheme)
                yield Item(Record(part, ACCEPT, sentences(part), (), (), meta))
                count += 1
            begin += len(line)
    if not count:
        raise RedlineError(f"{path}: is empty; needed: a text, or records")


def refuse_mark(path: Path, begin: bytes) -> None:
    """Raises RedlineError where the first bytes of a file are a byte order mark."""
    if begin.startswith(BOM_UTF8):
        raise RedlineError(f"{path}: begins with a byte order mark; needed: UTF-8 without BOM")


def bounded(path: Path, file: BufferedIOBase | BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of an open file with their 1-based numbers.

    Raises RedlineError for a line of more than LONGEST bytes, which is not read to its end.
    """
    for number, line in enumerate(iter(partial(file.readline, LONGEST + 1), b""), 1):
        if len(line) > LONGEST:
            raise RedlineError(f"{path}:{number}: is a line of more than {LONGEST} bytes; needed: shorter lines")
        yield number, line


def lines(path: Path, file: BinaryIO) -> Iterator[str]:
    """Each line with its end.

    Raises RedlineError where the file is not UTF-8 without BOM, and as `bounded` does.
    """
    begin = 0
    for _, line in bounded(path, file):
        if not begin:
            refuse_mark(path, line)
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            place = begin + error.start
            raise RedlineError(f"{path}: is not UTF-8 at byte {place} (0x{line[error.start]:02x}); needed: UTF-8") from None
        begin += len(line)
        yield text
