"""CoNLL columns of one layer: a token and its tag, separated by a tab, as CoNLL-2003 readers and `spacy convert` take them.

Each sentence is read as one record; its text is the tokens joined by spaces. `conll_offsets` writes columns from which
passages and their texts come back; this module reads both. Tags of any scheme of `tags` are read, IOB2 is written.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from pathlib import Path

from msgspec import Struct

from redline.core.bio import decode, encode
from redline.core.document import ACCEPT, Bounds, Document, Meta, Record, Span
from redline.core.errors import RedlineError
from redline.core.tokenizer import Token
from redline.core.tokens import tokens_of, with_tokens
from redline.formats import columns, jsonl, kinds, tags
from redline.formats.columns import Row, Sentence
from redline.formats.item import Item
from redline.formats.loss import Loss
from redline.formats.reading import DEFAULT_LAYER, Options

LOSES = frozenset({
    kinds.ANSWERS, kinds.UNANNOTATED, kinds.OTHER_LAYERS, kinds.LABELS, kinds.EDGES, kinds.CUT_TOKENS, kinds.OVER_SENTENCES, kinds.OVERLAPS,
    kinds.RELATIONS, kinds.ATTRIBUTES, kinds.ORIGINS, kinds.CLASSES, kinds.PREDICTIONS, kinds.EXTRA, kinds.META, kinds.IDS,
    kinds.WHITE_SPACE, kinds.SPACES, kinds.PASSAGES,
})  # fmt: skip
SUFFIXES = (".conll", ".bio", ".iob", ".tsv", ".txt")
BREAK = "-DOCSTART- -X- O O"
"""The line before each of several documents, in the one spelling that `spacy convert` reads."""
GAP = 100_000
"""Code points between two tokens, at most: the text between them is blanks, which would fill the memory."""

fits = columns.fits


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Writes one layer of documents atomically: no comments, two columns, a blank line after each sentence."""
    jsonl.write_lines((line.encode() for line in _lines(documents, options.layer or DEFAULT_LAYER)), path)


def _lines(documents: Iterable[Document], layer: str) -> Iterator[str]:
    documents = iter(documents)
    head = list(islice(documents, 2))
    for document in chain(head, documents):
        yield from (BREAK, "") if len(head) > 1 else ()
        for rows in (rows for record in document.records for rows in tagged(record, layer)):
            yield from (f"{token.text}\t{tag}" for token, tag in rows)
            yield ""


def tagged(record: Record, layer: str) -> list[list[tuple[Token, str]]]:
    """The tokens of each sentence with their IOB2 tags; a token outside of all sentences is in the one before it."""
    among = [token for token in tokens_of(record) if not token.text.isspace()]
    labels, _ = encode(among, record.layer(layer))
    starts = [start for start, _ in record.sentences]
    number = [sum(start <= token.start for start in starts[1:]) for token in among]
    rows = zip(number, zip(among, labels, strict=True), strict=True)
    return [[row for _, row in group] for _, group in groupby(rows, key=lambda row: row[0])]


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of a file; all spans are of the layer of the options, where it is given.

    Tags that their scheme does not allow are read as conlleval reads them, each with a note of its place. Raises RedlineError with the
    line of a row that cannot be read.
    """
    with columns.opened(path) as file:
        scheme = tags.scheme([row.tag for row in sentence.rows] for sentence in file.sentences())
        form = f"CoNLL columns with {scheme} tags"
        for _, document in groupby(file.sentences(), key=lambda sentence: sentence.doc):
            offset = 0
            for number, part in enumerate(_passages(document)):
                record, notes = _Passage(path, scheme, options, part).record(number, offset)
                offset += len(record.text) + 1 if part[0].passage is None else 0
                yield Item(record, plain=True, form=form, notes=tuple(notes))


def _passages(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """The sentences of each passage; where passages have no numbers, each sentence is one."""
    for number, group in groupby(sentences, key=lambda sentence: sentence.passage):
        if number is None:
            yield from ([sentence] for sentence in group)
        else:
            yield list(group)


class _Passage(Struct):
    """The sentences of a passage on their way to a record."""

    path: Path
    scheme: str
    options: Options
    sentences: list[Sentence]
    text: str = ""
    spans: list[Span] = []
    bounds: list[Bounds] = []
    tokens: list[Token] = []

    def record(self, number: int, offset: int) -> tuple[Record, list[Loss]]:
        """The record, and a note for each tag that was read otherwise than it is written."""
        first = self.sentences[0]
        passage = number if first.passage is None else first.passage
        notes = [
            Loss(first.doc, passage, f"`{row.tag}`", why, f"{self.path}:{row.line}")
            for sentence in self.sentences
            for row, why in self._add(sentence.rows)
        ]
        meta = Meta(first.doc, passage, offset, self.options.taxonomy.scheme)
        record = Record(self.text, ACCEPT, tuple(self.bounds), tuple(self.spans), (), meta)
        return (with_tokens(record, self._spaced()) if self.options.foreign else record), notes

    def _spaced(self) -> list[Token]:
        """The tokens, with a space after them where the text has one."""
        return [Token(one.text, one.start, one.end, self.text[one.end : one.end + 1] == " ") for one in self.tokens]

    def _add(self, rows: list[Row]) -> list[tuple[Row, str]]:
        """Adds a sentence; gives the rows with an ill-formed tag, and why."""
        places = [self._place(row) for row in rows]
        iob2, problems = tags.as_iob2([row.tag for row in rows], self.scheme)
        self.tokens += [Token(self.text[start:end], start, end, True) for start, end in places]
        self.bounds.append((places[0][0], places[-1][1]))
        for first, last, label in decode(iob2, strict=True):
            start, end, name = places[first][0], places[last][1], f"s{len(self.spans) + 1}"
            layer = self.options.layer or self.options.layer_of(label)
            self.spans.append(Span(name, layer, label, start, end, self.text[start:end]))
        return [(rows[index], why) for index, why in problems]

    def _place(self, row: Row) -> Bounds:
        start = row.start if row.start is not None else len(self.text) + bool(self.text)
        if start < len(self.text):
            raise RedlineError(f"{self.path}:{row.line}: `{row.text}` overlaps the token before it; needed: increasing offsets")
        if start - len(self.text) > GAP:
            gap = start - len(self.text)
            raise RedlineError(
                f"{self.path}:{row.line}: `{row.text}` begins {gap} code points after the token before it; needed: at most {GAP}"
            )
        self.text = self.text.ljust(start) + row.text
        return start, len(self.text)
