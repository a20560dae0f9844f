"""Columns as CoNLL-2003 has them: a token a line, its tag in the last column, a blank line after each sentence.

`-DOCSTART-` begins a document. A line that begins with `# ` and does not end in a tag as the others do is a comment; any other `#` is a
token. Columns are parted by tabs or, where a line has none, by spaces: a no-break space is part of a token.
Source: Tjong Kim Sang and De Meulder 2003.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from redline.core.errors import RedlineError
from redline.core.files import read_text, stem
from redline.formats.tags import TAG

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
    lines = [line for line in _lines(read_text(path))[:50] if line[1].strip() and line[2][0] != BREAK]
    rows = [cells for _, text, cells in lines if not text.startswith("# ") or _tagged(cells)]
    return bool(rows) and all(_tagged(cells) for cells in rows)


def read(path: Path) -> list[Sentence]:
    """The sentences of a file.

    Raises RedlineError with the line that has no tag, or another number of columns than the others.
    """
    lines = _lines(read_text(path))
    widths = Counter(len(cells) for _, text, cells in lines if text.strip() and not text.startswith("# ") and cells[0] != BREAK)
    width = widths.most_common(1)[0][0] if widths else 2
    placed = width == 4 and any(text.startswith(PASSAGE) for _, text, _ in lines)
    return list(_sentences(path, lines, width, placed=placed))


def _sentences(path: Path, lines: list[Line], width: int, *, placed: bool) -> Iterator[Sentence]:
    doc, passage, count = stem(path), None, 0
    rows: list[Row] = []
    many = sum(cells[:1] == [BREAK] for _, _, cells in lines) > 1
    for number, text, cells in [*lines, (0, "", [])]:
        comment = text.startswith("# ") and (len(cells) != width or not _tagged(cells))
        if (not text.strip() or comment or cells[0] == BREAK) and rows:
            yield Sentence(doc, passage, rows)
            rows = []
        if text.startswith(DOCUMENT) and comment:
            doc = text.removeprefix(DOCUMENT).strip()
        elif text.startswith(PASSAGE) and comment:
            passage = _number(text.removeprefix(PASSAGE), f"{path}:{number}")
        elif cells[:1] == [BREAK]:
            count += 1
            doc = f"{stem(path)}-{count}" if many else stem(path)
        elif text.strip() and not comment:
            rows.append(_row(cells, width, number, f"{path}:{number}", placed=placed))


def _lines(text: str) -> list[Line]:
    """Each line with its number from 1 and its columns."""
    parts = (line.removesuffix("\r") for line in text.split("\n"))
    return [(number, line, _cells(line)) for number, line in enumerate(parts, 1)]


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
    return Row(number, cells[0], cells[-1], _number(cells[1], place) if placed else None)


def _number(text: str, place: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > DIGITS:
        raise RedlineError(f"{place}: `{text[:40]}` is not an offset; needed: a whole number of at most {DIGITS} digits")
    return int(text)
