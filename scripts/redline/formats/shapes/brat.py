"""The shapes of the lines that Redline adds to files of brat."""

from msgspec import UNSET, Struct, UnsetType

from redline.formats.shapes import Added


class Note(Added):
    """What Redline notes of a span in brat."""

    id: str | UnsetType = UNSET


class PassageMeta(Struct):
    """The document of a passage."""

    doc: str


class Passage(Struct):
    """A passage in the `redline.jsonl` of a folder of brat."""

    text: str
    meta: PassageMeta
