"""Columns as CoNLL-2003 has them: a token a line, its tag in the last column, a blank line after each sentence.

`-DOCSTART-` begins a document. A line that begins with `# ` and does not end in a tag as the others do is a comment; any other `#` is a
token. Columns are separated by tabs or, in a line without tabs, by spaces: a no-break space is part of a token.
Source: Tjong Kim Sang and De Meulder 2003.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from redline.core.errors import RedlineError
from redline.core.files import reading, stem
from redline.formats.tags import TAG
from redline.formats.text import lines

DIGITS = 9
"""Digits that an offset or the number of a passage has, at most."""
DOCUMENT, PASSAGE, BREAK = "# newdoc id = ", "# newpar = ", "-DOCSTART-"
Line = tuple[int, str, list[str]]


class Row(Struct, frozen=True):
    """A token with its tag and the number of its line; `start` is None where the file has no offsets."""

    line: int
    text: str
    tag: str
    start: int | None = None


class Sentence(Struct, frozen=True):
    """The rows of a sentence and where it is; `passage` is None where the file does not number its passages."""

    doc: str
    passage: int | None
    rows: list[Row]


def fits(path: Path) -> bool:
    """Whether the first lines of a file are columns that end in tags."""
    with reading(path) as file:
        lines = [line for line in islice(_lines(path, file), 50) if line[1].strip() and line[2][0] != BREAK]
    rows = [cells for _, text, cells in lines if not text.startswith("# ") or _tagged(cells)]
    return bool(rows) and all(_tagged(cells) for cells in rows)


@contextmanager
def opened(path: Path) -> Iterator["Columns"]:
    """A file of columns; its sentences can be read several times. What cannot be read twice, such as a pipe, is in memory."""
    with reading(path) as file:
        source = file if file.seekable() else BytesIO(file.read())
        yield Columns(path, source, source.tell())


class Columns:
    """The sentences of an open file, one in memory at a time, and what all lines together show about their columns."""

    def __init__(self, path: Path, file: BinaryIO, begin: int) -> None:
        self._path, self._file, self._begin = path, file, begin
        widths: Counter[int] = Counter()
        breaks, passages = 0, False
        for _, text, cells in self._lines():
            breaks += cells[:1] == [BREAK]
            passages |= text.startswith(PASSAGE)
            if text.strip() and not text.startswith("# ") and cells[0] != BREAK:
                widths[len(cells)] += 1
        self._width = widths.most_common(1)[0][0] if widths else 2
        self._placed = self._width == 4 and passages
        self._many = breaks > 1

    def _lines(self) -> Iterator[Line]:
        self._file.seek(self._begin)
        return _lines(self._path, self._file)

    def sentences(self) -> Iterator[Sentence]:
        """The sentences from the first one on; only one such iterator is in use at a time.

        Raises RedlineError with the line that has no tag, or another number of columns than the others.
        """
        doc, passage, count = stem(self._path), None, 0
        rows: list[Row] = []
        for number, text, cells in chain(self._lines(), [(0, "", [])]):
            comment = text.startswith("# ") and (len(cells) != self._width or not _tagged(cells))
            if (not text.strip() or comment or cells[0] == BREAK) and rows:
                yield Sentence(doc, passage, rows)
                rows = []
            if text.startswith(DOCUMENT) and comment:
                doc = text.removeprefix(DOCUMENT).strip()
            elif text.startswith(PASSAGE) and comment:
                passage = _number(text.removeprefix(PASSAGE), f"{self._path}:{number}")
            elif cells[:1] == [BREAK]:
                count += 1
                doc = f"{stem(self._path)}-{count}" if self._many else stem(self._path)
            elif text.strip() and not comment:
                rows.append(_row(cells, self._width, number, f"{self._path}:{number}", placed=self._placed))


def _lines(path: Path, file: BinaryIO) -> Iterator[Line]:
    """Each line with its number from 1 and its columns.

    Raises RedlineError where the file is not UTF-8 without BOM.
    """
    for number, line in enumerate(lines(path, file), 1):
        text = line.removesuffix("\n").removesuffix("\r")
        yield number, text, _cells(text)


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


def _tagged(cells: list[str]) -> bool:
    return len(cells) > 1 and TAG.fullmatch(cells[-1]) is not None


def _row(cells: list[str], width: int, number: int, place: str, *, placed: bool) -> Row:
    if len(cells) != width or width < 2:
        raise RedlineError(
            f"{place}: has {len(cells)} columns; needed: first a token, last its tag, and {max(width, 2)} columns as in the other lines"
        )
    if not cells[0]:
        raise RedlineError(f"{place}: has an empty first column; needed: a token")
    if not _tagged(cells):
        raise RedlineError(f"{place}: `{cells[-1]}` is not a tag; needed: O, or a letter of BIESLUMW, a hyphen and a label")
    start = _number(cells[1], place) if placed else None
    if start is not None and _number(cells[2], place) != start + len(cells[0]):
        raise RedlineError(f"{place}: `{cells[0]}` ends at {cells[2].strip()}; needed: {start + len(cells[0])}, its start and its length")
    return Row(number, cells[0], cells[-1], start)


def _number(text: str, place: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > DIGITS:
        raise RedlineError(f"{place}: `{text[:40]}` is not an offset; needed: a whole number of at most {DIGITS} digits")
    return int(text)
