"""Records of referenced texts: the project has the place of the words, their hashes and labels, but not the words.

A bare record (`document.Bare`) becomes whole with the text of its document, when the passage has the hash that the record
states. Without the text it becomes a wordless record, made of blanks: every place in it can be checked, no word can.
"""

import hashlib
from collections.abc import Callable

import msgspec
from msgspec import UNSET

from redline.core.document import Bare, Document, Record, Span
from redline.core.errors import RedlineError

Texts = Callable[[str], str | None]
"""The text of a referenced document by its id, or None if the project does not have it."""

BLANK = " "
BARE = b'{"length":'
"""How the canonical line of a bare record begins; that of any other begins with its text."""


class TextMissingError(RedlineError):
    """The text of a referenced document is needed, and the project does not have it."""


def missing(doc: str) -> TextMissingError:
    """The error for one document."""
    return TextMissingError(f"{doc}: its text is not at hand; needed: redline texts --clone, or redline texts --from FOLDER")


def nowhere(doc: str) -> str | None:
    """The texts for a caller without texts.

    Raises TextMissingError.
    """
    raise missing(doc)


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def completed(record: Record, text: str) -> Record:
    """A wordless record with its words, out of the text of its document.

    Raises ValueError when the passage is not the annotated passage.
    """
    start = record.meta.offset
    passage = text[start : start + len(record.text)] if start >= 0 else ""
    if digest(passage) != record.meta.sha256:
        raise ValueError(f"passage {record.meta.passage} is not the annotated text (sha256 differs)")
    spans = tuple(msgspec.structs.replace(span, text=_cut(passage, span.start, span.end)) for span in record.spans)
    return msgspec.structs.replace(record, text=passage, spans=spans)


def wordless(bare: Bare) -> Record:
    """The record as blanks of the same length."""
    text = BLANK * bare.length
    spans = tuple(Span(s.id, s.layer, s.label, s.start, s.end, _cut(text, s.start, s.end), s.attributes, s.origin) for s in bare.spans)
    return Record(text, bare.answer, bare.sentences, spans, bare.relations, bare.meta, bare.cats, bare.target)


def is_wordless(record: Record) -> bool:
    """Whether a record was made without the text of its document; a passage with its text is more than white space."""
    return record.meta.sha256 is not UNSET and not record.text.strip()


def has_words(document: Document) -> bool:
    """Whether no record of a document is wordless."""
    return not any(is_wordless(record) for record in document.records)


def marked(record: Record) -> Record:
    """The record as one of a referenced document: with the hash of its text."""
    return msgspec.structs.replace(record, meta=msgspec.structs.replace(record.meta, sha256=digest(record.text)))


def _cut(text: str, start: int, end: int) -> str:
    return text[max(0, start) : max(0, end)]
