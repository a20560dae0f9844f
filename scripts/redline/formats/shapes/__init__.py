"""The shapes of the parts of files that readers use, a module for each format. A refusal names the key and both types."""

import re
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from redline.core.document import AttributeValue, Origin

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
    if isinstance(error, RecursionError):
        return "is nested too deeply"
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


class Added(Struct):
    """The part of a span that Redline adds in the files of other tools."""

    attributes: Attributes = None
    origin: Origin | UnsetType = UNSET
    layer: str | None = None


class TaskToken(Struct):
    """A token of Prodigy, or of a record of another tool."""

    start: int
    end: int


class Tokens(Struct):
    """The tokens that a record lists, which are of another tool."""

    tokens: list[TaskToken] | None = None
