"""The shapes of a task of Prodigy."""

from msgspec import UNSET, Struct, UnsetType

from redline.core.document import Bounds
from redline.formats.shapes import Added, Name, TaskToken


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


class TaskSpan(Added, kw_only=True):
    """A span of Prodigy, and of Redline."""

    start: int
    end: int
    label: str
    id: Name = None
    text: str | UnsetType = UNSET


class Task(Struct):
    """A task of Prodigy; a reader decides on the other keys itself."""

    text: str
    spans: list[TaskSpan] | None = None
    relations: list[TaskRelation] | None = None
    sentences: list[Bounds] | None = None
    tokens: list[TaskToken] | None = None
