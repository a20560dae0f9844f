"""CoNLL columns: one token a line with its BIO tag, one layer a file, a blank line after each sentence.

A line `# newdoc id = ...` begins a document and `# newpar = N` its passage N. The columns are token, start, end and tag;
start and end are code points of the passage, so that reading gives the text back, other white space as spaces.
Plain two-column files (token, tag) are read too: their text is the tokens joined by spaces.
Reading is strict: an ill-formed tag is refused, as seqeval's strict mode would count it wrong.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from redline.core.bio import decode, encode
from redline.core.document import ACCEPT, Bounds, Document, Meta, Record, Span
from redline.core.errors import RedlineError
from redline.core.files import read_text, stem, write_atomically
from redline.core.tokens import Token, words
from redline.formats.loss import Loss, loss
from redline.formats.reading import DEFAULT_LAYER, Item, Options

LOSES = frozenset({"attributes", "relations", "ids", "other layers", "overlaps", "spans that cut tokens", "white space", "meta"})

SUFFIXES = (".conll", ".bio", ".tsv", ".txt")
_tag = re.compile(r"O|[BIESLUM]-.+|-X-")


class Row(Struct, frozen=True):
    """A token with its tag; `start` is None in plain two-column files."""

    text: str
    tag: str
    start: int | None = None


def fits(path: Path) -> bool:
    """Whether the first lines of a file are columns that end in tags."""
    rows = [line.split() for line in read_text(path).split("\n")[:50] if line.strip() and not line.startswith("# ")]
    return bool(rows) and all(len(row) > 1 and _tag.fullmatch(row[-1]) for row in rows)


def dump(documents: Iterable[Document], layer: str) -> tuple[str, list[Loss]]:
    """One layer of documents as CoNLL, and what it could not hold."""
    lines: list[str] = []
    losses: list[Loss] = []
    for document in documents:
        lines.append(f"# newdoc id = {document.id}")
        for record in document.records:
            found = words(record.text)
            labels, left = encode(found, record.layer(layer))
            losses += [loss(record, f"{span.label} `{span.id}`", "it cuts a token or overlaps another span") for span in left]
            lines.append(f"# newpar = {record.meta.passage}")
            lines += _sentences(record, found, labels)
    return "\n".join(lines) + "\n", losses


def _sentences(record: Record, found: list[Token], labels: list[str]) -> Iterator[str]:
    for start, end in record.sentences:
        inside = [index for index, token in enumerate(found) if start <= token.start < end]
        yield from (f"{found[i].text}\t{found[i].start}\t{found[i].end}\t{labels[i]}" for i in inside)
        yield ""


def write(documents: Iterable[Document], path: Path, options: Options) -> list[Loss]:
    """Writes one layer of documents atomically; gives what was left out."""
    text, losses = dump(documents, options.layer or DEFAULT_LAYER)
    write_atomically(path, text.encode("utf-8"))
    return losses


def items(path: Path, options: Options) -> Iterator[Item]:
    """The passages of a CoNLL file; all spans are of the layer of the options, where it is given.

    Raises RedlineError with the line of an ill-formed row or tag.
    """
    return (Item(record, plain=True) for record in _records(path, options))


class _Page:
    """What was read of the passage at hand: where it is, and the rows of its sentences."""

    def __init__(self, doc: str) -> None:
        self.begin(doc)

    def begin(self, doc: str) -> None:
        self.doc, self.passage = doc, 0
        self.sentences: list[list[Row]] = [[]]

    def turn(self, passage: int) -> None:
        self.passage, self.sentences = passage, [[]]


def _records(path: Path, options: Options) -> Iterator[Record]:
    page = _Page(stem(path))
    for number, line in enumerate([*read_text(path).split("\n"), "# newdoc id = "], 1):
        place = f"{path}:{number}"
        if line.startswith(("# newdoc", "# newpar")) and any(page.sentences):
            yield _record(page, options, place)
            page.turn(page.passage + 1)
        if line.startswith("# newdoc id = "):
            page.begin(line.removeprefix("# newdoc id = ").strip())
        elif line.startswith("# newpar = "):
            page.turn(_number(line.removeprefix("# newpar = "), place))
        elif not line.strip():
            page.sentences.append([])
        elif line[0] != "#" or "\t" in line:
            page.sentences[-1].append(_row(line, place))


def _row(line: str, place: str) -> Row:
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) == 4:
        return Row(columns[0], columns[3], _number(columns[1], place))
    if len(columns) == 2:
        return Row(columns[0], columns[1])
    raise RedlineError(f"{place}: has {len(columns)} columns; needed: token and tag, or token, start, end and tag")


def _number(text: str, place: str) -> int:
    if not text.strip().isdecimal():
        raise RedlineError(f"{place}: `{text}` is no offset; needed: a whole number")
    return int(text)


def _record(page: _Page, options: Options, place: str) -> Record:
    text = ""
    bounds: list[Bounds] = []
    spans: list[Span] = []
    for rows in (rows for rows in page.sentences if rows):
        starts = []
        for row in rows:
            start = row.start if row.start is not None else len(text) + bool(text)
            if start < len(text):
                raise RedlineError(f"{place}: above, `{row.text}` begins before the token before it ends; needed: rising offsets")
            text = text.ljust(start) + row.text
            starts.append(start)
        bounds.append((starts[0], len(text)))
        for first, last, label in _found(rows, place):
            start, end = starts[first], starts[last] + len(rows[last].text)
            layer = options.layer or options.layer_of(label)
            spans.append(Span(f"s{len(spans) + 1}", layer, label, start, end, text[start:end]))
    return Record(text, ACCEPT, tuple(bounds), tuple(spans), (), Meta(page.doc, page.passage, 0, options.taxonomy.scheme))


def _found(rows: list[Row], place: str) -> list[tuple[int, int, str]]:
    try:
        return decode([row.tag for row in rows], strict=True)
    except ValueError as error:
        raise RedlineError(f"{place}: above, {error}") from None
