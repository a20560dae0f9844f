"""Seeds on disk: a raw text beside the JSON that says where it comes from, and the empty passages cut from it."""

from pathlib import Path

import msgspec

from redline.core.corpus import Seed, Source
from redline.core.document import Document, Meta, Record
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, read_text, sha256, write_atomically
from redline.core.names import checked
from redline.core.segmentation import passages, sentences


def read(folder: Path, doc: str) -> Source:
    """The seed `doc` of a folder with its text.

    Raises RedlineError when a file is missing or not what it should be.
    """
    path = folder / f"{checked(doc, 'document')}.json"
    try:
        seed = msgspec.json.decode(read_bytes(path), type=Seed)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: is no seed ({error}); needed: an object as in schemas/seed.json") from None
    text = folder / f"{doc}.txt"
    return Source(seed, read_text(text), sha256(read_bytes(text)))


def read_all(folder: Path) -> dict[str, Source]:
    """All seeds of a folder by id, in order of id."""
    return {path.stem: read(folder, path.stem) for path in sorted(folder.glob("*.json"))}


def write(source: Source, folder: Path) -> None:
    """Writes the text first and then the JSON that binds it, each atomically."""
    doc = checked(source.seed.doc, "document")
    write_atomically(folder / f"{doc}.txt", source.text.encode("utf-8"))
    data = msgspec.json.format(msgspec.json.encode(source.seed), indent=2)
    write_atomically(folder / f"{doc}.json", data + b"\n")


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
    return Document(source.seed.doc, records)
