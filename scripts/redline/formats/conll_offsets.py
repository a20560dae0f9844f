"""CoNLL columns with offsets: token, start, end and tag, in code points of the passage, so that its text comes back.

A line `# newdoc id = ...` begins a document and `# newpar = N` its passage N. `conll` reads them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from redline.core.document import Document
from redline.formats import columns, conll, jsonl, kinds
from redline.formats.reading import DEFAULT_LAYER, Options

LOSES = conll.LOSES - {kinds.PASSAGES, kinds.SPACES}


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Writes one layer of documents atomically."""
    jsonl.write_lines((line.encode() for line in _lines(documents, options.layer or DEFAULT_LAYER)), path)


def _lines(documents: Iterable[Document], layer: str) -> Iterator[str]:
    for document in documents:
        yield f"{columns.DOCUMENT}{document.id}"
        for record in document.records:
            yield f"{columns.PASSAGE}{record.meta.passage}"
            for rows in conll.tagged(record, layer):
                yield from (f"{token.text}\t{token.start}\t{token.end}\t{tag}" for token, tag in rows)
                yield ""
