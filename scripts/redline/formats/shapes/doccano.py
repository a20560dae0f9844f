"""The shapes of a line of doccano."""

from typing import Any

from msgspec import Struct

from redline.core.document import Bounds
from redline.formats.shapes import Name


class Entity(Struct):
    """A span of doccano; without relations it is a list of start, end and label."""

    start_offset: int
    end_offset: int
    label: str
    id: Name = None


class Link(Struct):
    """A relation of doccano."""

    from_id: Name
    to_id: Name
    type: str


class Rest(Struct):
    """What Redline adds to a line of doccano."""

    sentences: list[Bounds] | None = None
    meta: dict[str, Any] = {}
    layers: dict[str, str] = {}


class Line(Struct):
    """A line of doccano; its labels are spans or classes."""

    text: str
    relations: list[Link] | None = None
    redline: Rest | None = None
