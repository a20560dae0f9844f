"""The shapes of what readers look at in the files of other tools: checked first, so that a refusal names the key and both types."""

import re
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from redline.core.document import AttributeValue, Bounds, Extra, Origin, Record

Name = str | int | float | None
"""An id of a span."""
Attributes = dict[str, AttributeValue] | None


def fit(value: Any, shape: Any, what: str = "") -> Any:
    """The value as its shape.

    Raises ValueError, which begins with `what`, where it has another shape.
    """
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise ValueError(f"{what}{': ' if what else ''}{reason(error)}") from None


def reason(error: Exception) -> str:
    """Why something cannot be read, without the words of Python."""
    if isinstance(error, KeyError):
        return f"has no `{error.args[0]}`"
    if isinstance(error, msgspec.ValidationError):
        return _shape(str(error))
    return str(error) if isinstance(error, ValueError) else "has a value of another type"


def _shape(message: str) -> str:
    """The message of msgspec about a value of another shape, with the place first."""
    what, _, path = message.partition(" - at `$")
    where = f"`{path.strip('.`')}` " if path.strip(".`") else ""
    if missing := _MISSING.fullmatch(what):
        return f"{where}has no `{missing[1]}`"
    if types := _TYPES.fullmatch(what):
        return f"{where}is of type `{types[2]}`, not `{types[1]}`"
    return f"{where}has another shape ({what[:1].lower()}{what[1:]})"


_MISSING = re.compile(r"Object missing required field `(.*)`")
_TYPES = re.compile(r"Expected `(.*)`, got `(.*)`")


class End(Struct):
    """An end of a relation of Prodigy."""

    start: int
    end: int
    label: str | None = None


class TaskRelation(Struct):
    """A relation of Prodigy."""

    label: str | UnsetType = UNSET
    head_id: Name = None
    child_id: Name = None
    head_span: End | None = None
    child_span: End | None = None


class TaskSpan(Struct):
    """A span of Prodigy, and of Redline."""

    start: int
    end: int
    label: str
    id: Name = None
    layer: str | None = None
    text: str | UnsetType = UNSET
    attributes: Attributes = None
    origin: Origin | UnsetType = UNSET


class TaskToken(Struct):
    """A token of Prodigy."""

    start: int
    end: int


class Tokens(Struct):
    """The tokens that a record lists, which are of another tool."""

    tokens: list[TaskToken] | None = None


def with_usable_tokens(record: Record) -> Record:
    """The record.

    Raises ValueError where its tokens have another shape: the decoder of records does not read what other tools added.
    """
    if isinstance(record.extra, Extra):
        fit(record.extra.task, Tokens)
    return record


class Task(Struct):
    """A task of Prodigy; a reader decides on the other keys itself."""

    text: str
    spans: list[TaskSpan] | None = None
    relations: list[TaskRelation] | None = None
    sentences: list[Bounds] | None = None
    tokens: list[TaskToken] | None = None


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


class Note(Struct):
    """What Redline notes of a span in brat."""

    id: str | UnsetType = UNSET
    layer: str | None = None
    attributes: Attributes = None
    origin: Origin | UnsetType = UNSET


class PassageMeta(Struct):
    """The document of a passage."""

    doc: str


class Passage(Struct):
    """A passage in the `redline.jsonl` of a folder of brat."""

    text: str
    meta: PassageMeta


class Added(Struct):
    """What Redline adds to a region of Label Studio, and to a span of spaCy."""

    attributes: Attributes = None
    origin: Origin | UnsetType = UNSET
    layer: str | None = None


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


class Named(Struct):
    """The state of a layer in Parquet."""

    name: str
    state: str


class Share(Struct):
    """The value of a class in Parquet."""

    name: str
    value: float


class Between(Struct):
    """The place of a sentence in Parquet."""

    start: int
    end: int


class RowSpan(Struct):
    """A span in Parquet; its attributes are JSON."""

    attributes: str | None


class Row(Struct):
    """A row of Parquet, in which other columns have one type; three of these are JSON."""

    layers: list[Named]
    cats: list[Share] | None
    sentences: list[Between]
    spans: list[RowSpan]
    predictions: str | None
    extra: str | None


class Line(Struct):
    """A line of doccano; its labels are spans or classes."""

    text: str
    relations: list[Link] | None = None
    redline: Rest | None = None


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
