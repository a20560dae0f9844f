"""Seeds on disk: a raw text and the JSON with its provenance, and the empty passages cut from the text.

The text of a referenced seed is in another folder, where a user has brought it (`redline texts`).
"""

import re
from pathlib import Path

import msgspec

from redline.core.bare import TextMissingError, marked, missing
from redline.core.corpus import Seed, Source
from redline.core.decoding import of_file
from redline.core.document import Document, Meta, Record
from redline.core.files import read_bytes, read_text, sha256, write_atomically
from redline.core.listing import matching
from redline.core.names import checked
from redline.core.segmentation import passages, sentences

_pair = re.compile(rb"\[\s+(\d+),\s+(\d+)\s+\]")
"""Bounds take a line of a seed, not four."""


def seed(folder: Path, doc: str) -> Seed:
    """The provenance of the seed `doc` of a folder.

    Raises RedlineError when the file is missing or not what it should be.
    """
    path = folder / f"{checked(doc, 'document')}.json"
    return of_file(path, Seed, "is not a seed", "an object as in schemas/seed.json")


def seeds(folder: Path) -> dict[str, Seed]:
    """The provenance of all seeds of a folder by id, in order of id."""
    return {path.stem: seed(folder, path.stem) for path in matching(folder, ".json")}


def read(folder: Path, doc: str, texts: Path) -> Source:
    """The seed `doc` of a folder with its text; that of a referenced one is in `texts`.

    Raises RedlineError when a file is missing or not what it should be, TextMissingError when a referenced text is not at hand.
    """
    about = seed(folder, doc)
    path = (texts if about.referenced else folder) / f"{doc}.txt"
    if about.referenced and not (path.is_file() and sha256(read_bytes(path)) == about.sha256):
        raise missing(doc)
    return Source(about, read_text(path), sha256(read_bytes(path)))


def read_all(folder: Path, texts: Path) -> dict[str, Source]:
    """All seeds of a folder by id, in order of id, without the referenced ones with missing texts."""
    read_seeds: dict[str, Source] = {}
    for path in matching(folder, ".json"):
        try:
            read_seeds[path.stem] = read(folder, path.stem, texts)
        except TextMissingError:
            continue
    return read_seeds


def write(source: Source, folder: Path) -> None:
    """Writes the text first, except a referenced one, and then the JSON that binds it, each atomically."""
    doc = checked(source.seed.doc, "document")
    if not source.seed.referenced:
        write_atomically(folder / f"{doc}.txt", source.text.encode("utf-8"))
    write_seed(source.seed, folder)


def write_seed(about: Seed, folder: Path) -> None:
    """Writes the provenance of a text, atomically."""
    data = _pair.sub(rb"[\1, \2]", msgspec.json.format(msgspec.json.encode(about), indent=2))
    write_atomically(folder / f"{checked(about.doc, 'document')}.json", data + b"\n")


def blank(source: Source, scheme: str) -> Document:
    """The document of a seed with its passages and sentences and no annotation."""
    records = tuple(
        Record(
            source.text[start:end],
            "accept",
            sentences(source.text[start:end]),
            (),
            (),
            Meta(source.seed.doc, index, start, scheme),
        )
        for index, (start, end) in enumerate(passages(source.text))
    )
    return Document(source.seed.doc, tuple(map(marked, records)) if source.seed.referenced else records)
