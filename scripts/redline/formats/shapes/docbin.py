"""The shapes of what a document of spaCy contains for Redline."""

from msgspec import Struct

from redline.core.document import Extra
from redline.formats.shapes import Added


class DocMeta(Struct):
    """The place of a document of spaCy."""

    doc: str | None = None
    passage: int | None = None
    layers: dict[str, str] = {}


class Ends(Struct):
    """A relation of Redline."""

    head_id: str
    child_id: str
    label: str


class Stored(Struct):
    """All of a record that a document of spaCy has no place for."""

    meta: DocMeta
    spans: dict[str, Added] = {}
    relations: list[Ends] = []
    extra: Extra = Extra()


class UserData(Struct):
    """What Redline adds to a document of spaCy, under its key, and what a release has there."""

    redline: Stored | None = None
    doc: str | None = None
    passage: int | None = None
    layers: list[str] | None = None
