"""CoNLL columns with offsets: token, start, end and tag, in code points of the passage, so that its text comes back.

A line `# newdoc id = ...` begins a document and `# newpar = N` its passage N. `conll` reads them.
"""

from collections.abc import Sequence
from pathlib import Path

from redline.core.document import Document
from redline.core.files import write_atomically
from redline.formats import columns, conll, kinds
from redline.formats.reading import DEFAULT_LAYER, Options

LOSES = conll.LOSES - {kinds.PASSAGES}


def write(documents: Sequence[Document], path: Path, options: Options) -> None:
    """Writes one layer of documents atomically."""
    lines = []
    for document in documents:
        lines.append(f"{columns.DOCUMENT}{document.id}")
        for record in document.records:
            lines.append(f"{columns.PASSAGE}{record.meta.passage}")
            for rows in conll.tagged(record, options.layer or DEFAULT_LAYER):
                lines += [*(f"{token.text}\t{token.start}\t{token.end}\t{tag}" for token, tag in rows), ""]
    write_atomically(path, "".join(f"{line}\n" for line in lines).encode("utf-8"))
