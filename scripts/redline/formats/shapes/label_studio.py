"""The shapes of a task of Label Studio."""

from typing import Annotated, Any

import msgspec
from msgspec import Struct

from redline.formats.shapes import Added


class RegionMeta(Struct):
    """The `meta` of a region."""

    redline: Added | None = None


class Place(Struct):
    """The place of a region, and its labels."""

    start: int
    end: int
    labels: Annotated[list[str], msgspec.Meta(min_length=1)]
    text: str | None = None


class Region(Struct):
    """A region of Label Studio."""

    id: str | int
    from_name: str
    value: Place
    meta: RegionMeta | None = None


class Arrow(Struct):
    """A relation of Label Studio."""

    from_id: str | int
    to_id: str | int
    direction: str | None = None
    labels: list[str] | None = None


class Result(Struct):
    """Another result of Label Studio."""

    id: str | int | None = None
    from_name: str = ""


class Chosen(Struct):
    """The values of an attribute that were chosen; the first one is read."""

    choices: Annotated[list[str], msgspec.Meta(min_length=1)]


class Typed(Struct):
    """A result of any type."""

    type: str


class Annotation(Struct):
    """An annotation of Label Studio."""

    result: list[Typed]
    was_cancelled: bool | None = None


class Exported(Struct):
    """A task of Label Studio."""

    data: dict[str, Any]
    annotations: list[Annotation] | None = None
    predictions: list[Any] | None = None


RESULTS = {"labels": Region, "relation": Arrow}
"""The shapes of results, by type."""
