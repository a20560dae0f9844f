"""Puts withheld texts back: only a text with the right hash and with every span right."""

from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.core.corpus import SPLITS, WITHDRAWN
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, sha256
from redline.core.names import checked
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.publish import from_rows, parquet, tables, verify
from redline.publish.features import DOCUMENTS


class Restored(Struct):
    """What came back: the documents, how many were withheld, how many spans were checked, and a line for each that is missing."""

    restored: list[str]
    withheld: int
    spans: int
    missing: list[str]


def restore(folder: Path, texts: Path, out: Path, taxonomy: Taxonomy) -> Restored:
    """Writes the records of each withheld document with a text `texts/DOC.txt` to `out/DOC.jsonl`.

    Raises RedlineError when the release does not verify, or a text differs from the annotated one; nothing is written then.
    """
    if out.resolve() == folder.resolve():
        raise RedlineError(f"{out}: is also the release; needed: another output folder")
    for problem in verify.problems(folder, taxonomy):
        raise RedlineError(f"{problem}; needed: a release without problems (redline verify)")
    found = Restored([], 0, 0, [])
    made: list[Document] = []
    for split in SPLITS:
        for row in parquet.read(folder / "data" / DOCUMENTS, split):
            if row["text"] is None and row["rights"] != WITHDRAWN:
                found.withheld += 1
                path = texts / f"{checked(row['doc'], 'document')}.txt"
                if path.is_file():
                    made.append(_restored(row, path, taxonomy, found))
                else:
                    found.missing.append(f"{path}: is missing; {row['doc']} is not restored")
    for document in made:
        jsonl.write([document], out / f"{document.id}.jsonl")
        found.restored.append(document.id)
    return found


def _restored(row: dict[str, Any], path: Path, taxonomy: Taxonomy, found: Restored) -> Document:
    data = read_bytes(path)
    if sha256(data) != row["sha256"]:
        raise RedlineError(f"{path}: differs from the annotated text (sha256 differs); needed: {row['sha256']}")
    text = data.decode("utf-8")
    try:
        document = from_rows.document(row, taxonomy, text)
    except from_rows.DAMAGE as error:
        raise RedlineError(f"{row['doc']}: its row is unreadable ({type(error).__name__}); needed: a row from redline publish") from None
    for passage, record in zip(row["passages"], document.records, strict=True):
        for held, span in zip(passage["spans"], record.spans, strict=True):
            start = record.meta.offset
            if tables.span_hash(text, (start + span.start, start + span.end), span.text) != held["span_hash"]:
                raise RedlineError(f"{path}: span {span.id} of passage {record.meta.passage} does not match its words")
            found.spans += 1
    return document
