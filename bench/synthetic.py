"""A large corpus of records that pass every rule on documents: the gold ones over and over, each with other names.

Names, places and keys get a suffix by copy, so that no two documents are equal and no cache helps.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from redline.core.document import Document, Record, Span, canonical
from redline.formats import jsonl

GOLD = Path(__file__).resolve().parents[1] / "corpus" / "gold"


def documents(records: int) -> Iterator[Document]:
    """At least `records` records as documents with unique ids."""
    gold = [jsonl.read_one(path) for path in sorted(GOLD.glob("*.jsonl")) if not jsonl.is_bare(path.read_bytes())]
    made = copy = 0
    while made < records:
        for document in gold:
            if made >= records:
                return
            yield varied(document, copy)
            made += len(document.records)
        copy += 1


def varied(document: Document, copy: int) -> Document:
    """The document with every capitalised word of five letters or more changed by two letters that identify the copy."""
    letters = chr(97 + copy // 26 % 26) + chr(97 + copy % 26)
    doc = f"{document.id}-{copy}"
    return Document(doc, tuple(_varied(record, doc, letters) for record in document.records))


def _varied(record: Record, doc: str, letters: str) -> Record:
    places = {match.end(): match for match in re.finditer(r"\b[A-Z][a-z]{4,}\b", record.text)}
    text, shift, moves = "", 0, [0] * (len(record.text) + 1)
    for position, character in enumerate(record.text):
        if position in places:
            text += letters
            shift += len(letters)
        moves[position] = shift
        text += character
    end_shift = shift + (len(letters) if len(record.text) in places else 0)
    text += letters if len(record.text) in places else ""
    moves[len(record.text)] = end_shift

    def moved(span: Span) -> Span:
        start = span.start + moves[span.start]
        end = span.end + moves[span.end]
        return msgspec.structs.replace(span, start=start, end=end, text=text[start:end])

    spans = tuple(moved(span) for span in record.spans)
    sentences = tuple((start + moves[start], end + moves[end]) for start, end in record.sentences)
    meta = msgspec.structs.replace(record.meta, doc=doc)
    return canonical(msgspec.structs.replace(record, text=text, sentences=sentences, spans=spans, meta=meta))


def write(folder: Path, records: int) -> int:
    """Writes a file a document; gives the number of records."""
    count = 0
    for document in documents(records):
        jsonl.write([document], folder / f"{document.id}.jsonl")
        count += len(document.records)
    return count
