"""A release as read back: its documents, raters and contrast sets, as rows and as a corpus."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from redline import project as projects
from redline.core.corpus import SPLITS, Corpus, Seed, Source
from redline.core.document import Document, Record
from redline.core.taxonomy import Taxonomy
from redline.publish import from_rows, manifest, parquet
from redline.publish.features import CONTRAST, DOCUMENTS, RATERS, REFERENCED_RATERS
from redline.publish.tables import Row


class Read(Struct, frozen=True):
    """A document as read back, with its row and split; by rater and passage the layers done. A withheld text is blanks."""

    document: Document
    row: Row
    split: str
    raters: dict[str, dict[int, list[str]]]

    @property
    def open(self) -> bool:
        """Whether its words are in the release."""
        return self.row["text"] is not None


def documents(folder: Path, taxonomy: Taxonomy) -> Iterator[Read]:
    """The documents of a release folder, streamed."""
    for split in SPLITS:
        for row in parquet.read(folder / "data" / DOCUMENTS, split):
            yield Read(from_rows.document(row, taxonomy), row, split, from_rows.layers_of_raters(row))


def raters(folder: Path, documents: Mapping[str, Read], taxonomy: Taxonomy) -> dict[str, dict[str, Document]]:
    """Rater -> document -> what it marked, also where that is nothing."""
    spans: dict[tuple[str, str], list[Row]] = {}
    for split in SPLITS:
        for row in parquet.read(folder / "data" / RATERS, split):
            spans.setdefault((row["rater"], row["doc"]), []).append(row)
    files: dict[str, dict[str, Document]] = {}
    for one in documents.values():
        for rater, layers in one.raters.items():
            rows = spans.get((rater, one.document.id), [])
            files.setdefault(rater, {})[one.document.id] = from_rows.rated(rows, one.document, layers, taxonomy)
    return files


def referenced_raters(folder: Path, scheme: str, taxonomy: Taxonomy) -> dict[str, dict[str, Document]]:
    """Rater -> referenced document -> what it marked there, in passages of blanks."""
    records: dict[tuple[str, str], list[Record]] = {}
    for split in SPLITS:
        for row in parquet.read(folder / "data" / REFERENCED_RATERS, split):
            records.setdefault((row["rater"], row["doc"]), []).append(from_rows.bare_record(row, scheme, taxonomy))
    files: dict[str, dict[str, Document]] = {}
    for (rater, doc), held in records.items():
        files.setdefault(rater, {})[doc] = Document(doc, tuple(held))
    return files


def corpus(folder: Path, taxonomy: Taxonomy) -> Corpus:
    """A release as a corpus: its documents that have their words, with seeds, splits, entities, raters and contrast sets.

    Raises RedlineError when the folder is not a release.
    """
    scheme = manifest.read(folder).scheme
    whole = {one.document.id: one for one in documents(folder, taxonomy) if one.open}
    return Corpus(
        {doc: one.document for doc, one in whole.items()},
        {doc: _source(one.row) for doc, one in whole.items()},
        {entity.id: entity for entity in projects.entities(folder / "entities.jsonl")},
        {doc: one.split for doc, one in whole.items()},
        raters(folder, whole, taxonomy),
        contrast=_contrast(folder, scheme, taxonomy),
        edits=_edits(folder),
    )


def _source(row: Row) -> Source:
    seed = msgspec.convert({name: row[name] for name in Seed.__struct_fields__ if name in row}, Seed)
    return Source(seed, row["text"], row["sha256"])


def _contrast(folder: Path, scheme: str, taxonomy: Taxonomy) -> dict[str, tuple[Record, ...]]:
    sets: dict[str, list[Record]] = {}
    for split in SPLITS:
        for row in parquet.read(folder / "data" / CONTRAST, split):
            sets.setdefault(row["set"], []).append(from_rows.contrast_record(row, scheme, taxonomy))
    return {name: tuple(records) for name, records in sets.items()}


def _edits(folder: Path) -> dict[str, list[str]]:
    """Contrast group -> the kind of edit of each passage after the first, as far as they are known."""
    found: dict[str, list[str]] = {}
    for split in SPLITS:
        for row in parquet.read(folder / "data" / CONTRAST, split):
            if row["edit"] is not None:
                found.setdefault(row["group"], []).append(row["edit"])
    return found


def rows(folder: Path, name: str) -> dict[str, list[Row]]:
    """Split -> the rows of a configuration of a release folder; a split without a row is left out."""
    found = {split: list(parquet.read(folder / "data" / name, split)) for split in SPLITS}
    return {split: rows for split, rows in found.items() if rows}
