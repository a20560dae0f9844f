"""Whether a release contains words of a text that may not go out: every configuration, file and word is looked at."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.publish import parquet, withheld
from redline.publish.features import CONTRAST, DOCUMENTS
from redline.publish.manifest import Manifest
from redline.publish.tables import OPEN

WORDS = ("text", "title", "sentence", "head_text", "child_text")
"""Columns that contain words of a text, at any depth."""

Row = dict[str, Any]


def problems(folder: Path, manifest: Manifest, taxonomy: Taxonomy) -> Iterator[str]:
    """A line for each configuration or file with words that are not those of an open document."""
    rights: dict[str, str] = {}
    passages: set[str] = set()
    for row in _rows(folder, manifest, DOCUMENTS):
        rights[row["doc"]] = row["rights"]
        passages |= {passage["text"] for passage in row["passages"] if row["rights"] == OPEN}
    for row in _rows(folder, manifest, CONTRAST):
        passages.add(row["text"])
    free = {attribute.name for layer in taxonomy.layers.values() for attribute in layer.attributes if attribute.type in withheld.FREE}
    for name in sorted(manifest.parts.keys() - {CONTRAST}):
        for row in _rows(folder, manifest, name):
            doc = row["doc"]
            if doc not in rights:
                yield f"{name}: a row is of `{doc}`, which is no document of the release"
            elif rights[doc] != OPEN and (any(_words(row)) or any(_clear(row, free))):
                yield f"{name}: {doc} is {rights[doc]} and has words"
    yield from _jsonl(folder, rights, passages)
    yield from _docbins(folder, passages)


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
    """The free values of a row that are not sealed: in a column of their own, or in a list of names and values."""
    if isinstance(value, dict):
        named = {value["name"]: value["value"]} if value.keys() == {"name", "value"} else value
        yield from (str(part) for name, part in named.items() if name in free and part is not None and not withheld.is_sealed(part))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _clear(part, free)


def _jsonl(folder: Path, rights: dict[str, str], passages: set[str]) -> Iterator[str]:
    for path in sorted((folder / "jsonl").glob("*")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                task = json.loads(line)
                doc, text = task["meta"]["doc"], task["text"]
            except (ValueError, KeyError, TypeError):
                yield f"{path}:{number}: is no Prodigy task"
                continue
            if rights.get(doc) != OPEN or text not in passages:
                yield f"{path}:{number}: is no passage of an open document"


def _docbins(folder: Path, passages: set[str]) -> Iterator[str]:
    from redline.core.extras import needed
    from redline.core.tokens import english

    with needed("release"):
        from spacy.tokens import DocBin

    for path in sorted((folder / "docbin").glob("*")):
        try:
            docs = list(DocBin().from_bytes(path.read_bytes()).get_docs(english().vocab))
        except Exception as error:  # what spaCy raises for bytes that are no DocBin is documented nowhere
            raise RedlineError(f"{path}: is no DocBin ({type(error).__name__})") from None
        if any(doc.text not in passages for doc in docs):
            yield f"{path}: has a text that is no passage of an open document"
