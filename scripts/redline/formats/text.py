"""Plain text: each line that is more than white space is a passage of one document, with nothing annotated."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from redline.core.document import ACCEPT, Meta, Record
from redline.core.errors import RedlineError
from redline.core.files import reading, stem
from redline.core.segmentation import passages, sentences
from redline.formats.item import Item
from redline.formats.reading import Options

SUFFIXES = (".txt",)


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


def lines(path: Path, file: BinaryIO) -> Iterator[str]:
    """Each line with its end.

    Raises RedlineError where the file is not UTF-8 without BOM.
    """
    begin = 0
    for line in file:
        if not begin:
            refuse_mark(path, line)
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            place = begin + error.start
            raise RedlineError(f"{path}: is not UTF-8 at byte {place} (0x{line[error.start]:02x}); needed: UTF-8") from None
        begin += len(line)
        yield text
