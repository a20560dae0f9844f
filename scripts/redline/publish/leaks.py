"""Whether a release contains words of a text that may not go out: every row and word of every configuration is looked at."""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from redline.core.corpus import OPEN
from redline.core.taxonomy import Taxonomy
from redline.publish import parquet, withheld
from redline.publish.features import BARE, CONTRAST, DOCUMENTS, REFERENCED_RATERS
from redline.publish.manifest import Manifest

WORDS = ("text", "title", "sentence", "head_text", "child_text")
"""Columns that contain words of a text, at any depth."""

Row = dict[str, Any]


def problems(folder: Path, manifest: Manifest, taxonomy: Taxonomy) -> Iterator[str]:
    """A line for each row with words of a document that is not open, or is only referred to."""
    rights: dict[str, str] = {}
    for row in _rows(folder, manifest, DOCUMENTS):
        rights[row["doc"]] = row["rights"]
    free = {attribute.name for layer in taxonomy.layers.values() for attribute in layer.attributes if attribute.type in withheld.FREE}
    yield from _bare(folder, manifest, rights)
    for name in sorted(manifest.parts.keys() - {CONTRAST, *BARE}):
        for row in _rows(folder, manifest, name):
            doc = row["doc"]
            if doc not in rights:
                yield f"{name}: a row is of `{doc}`, which is not a document of the release"
            elif rights[doc] != OPEN and (any(_words(row)) or any(_clear(row, free))):
                yield f"{name}: {doc} is {rights[doc]} and has words"


def _bare(folder: Path, manifest: Manifest, documents: Container[str]) -> Iterator[str]:
    """A line for each row of a referenced document that has words, is of an open document too, or is outside of its passage."""
    for name in BARE:
        for row in _rows(folder, manifest, name):
            if any(_words(row)) or row["doc"] in documents:
                yield f"{name}: {row['doc']} is referenced and has words"
                continue
            for place in [*row["sentences"], *row["spans"]] if name == REFERENCED_RATERS else [row]:
                start, end, length = place["start"], place["end"], row["length"]
                if not 0 <= start < end <= length:
                    yield f"{name}: {row['doc']} {row['passage']}: {start}..{end} is not in a passage of {length} characters"


def _rows(folder: Path, manifest: Manifest, name: str) -> Iterator[Row]:
    for split in manifest.parts.get(name, {}):
        yield from parquet.read(folder / "data" / name, split)


def _words(value: Any) -> Iterator[str]:
    """The words in a row of a withheld document."""
    if isinstance(value, dict):
        yield from (part for name, part in value.items() if name in WORDS and isinstance(part, str))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _words(part)


def _clear(value: Any, free: set[str]) -> Iterator[str]:
    """The free values of a row that are not sealed: in a column, or in a list of names and values."""
    if isinstance(value, dict):
        named = {value["name"]: value["value"]} if value.keys() == {"name", "value"} else value
        values = [part for name, parts in named.items() if name in free for part in (parts if isinstance(parts, list) else [parts])]
        yield from (str(part) for part in values if part is not None and not withheld.is_sealed(part))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _clear(part, free)
